// Who gets in, and who does not.
import { after, before, test } from "node:test";
import assert from "node:assert/strict";
import { device, open, signIn } from "./stage.mjs";

let browser;
before(async () => { browser = await open(); });
after(async () => { await browser?.close(); });

test("every role signs in with its demo card", async () => {
  for (const role of ["picker", "packer", "receiver", "returns-tech", "customer-service", "finance", "supervisor", "planner", "admin"]) {
    const page = await device(browser);
    await signIn(page, role);
    assert.deepEqual(page.problems, [], role);
    await page.context().close();
  }
});

test("a wrong password is told beside the form, without JavaScript too, and opens nothing", async () => {
  const page = await device(browser, { script: false });
  await page.goto("/sign-in");
  await page.fill('input[type="email"], input[name*="email"]', "picker@demo.tideway.invalid");
  await page.fill('input[type="password"]', "not the password");
  await page.click('button[type="submit"], form button');
  assert.ok(page.url().includes("/sign-in"));
  assert.match(await page.textContent("main"), /not match|wrong|do not|don’t/i);
});
