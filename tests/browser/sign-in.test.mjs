// Who gets in, and who does not.
import { after, before, test } from "node:test";
import assert from "node:assert/strict";
import { device, go, open, person } from "./stage.mjs";

let browser;
before(async () => { browser = await open(); });
after(async () => { await browser?.close(); });

test("GOV-1: every role signs in with its demo card and lands where its work is", { timeout: 120_000 }, async () => {
  const homes = { picker: "/floor", packer: "/floor", receiver: "/floor", "returns-tech": "/floor", "customer-service": "/live", finance: "/live", supervisor: "/live", planner: "/live", admin: "/live" };
  for (const [role, home] of Object.entries(homes)) {
    const page = await person(browser, role);
    await go(page, "/");
    assert.equal(new URL(page.url()).pathname, home, role);
    assert.deepEqual(page.problems, [], role);
    await page.context().close();
  }
});

test("GOV-1: a wrong password is told beside the form, without JavaScript too, and opens nothing", { timeout: 60_000 }, async () => {
  const page = await device(browser, { script: false });
  await page.goto("/sign-in");
  await page.fill('input[type="email"]', "picker@demo.tideway.invalid");
  await page.fill('input[type="password"]', "not the password");
  await page.click('button:has-text("Sign in")');
  assert.ok(page.url().includes("/sign-in"));
  assert.match(await page.textContent("main"), /not match|wrong|do not|don’t/i);
  await page.goto("/orders");
  assert.match(page.url(), /\/sign-in\?next=/);
  await page.context().close();
});
