// The whole round trip in a browser, as the people who do it: an order goes out and comes back, and the manager sees it live.
import { after, before, test } from "node:test";
import assert from "node:assert/strict";
import { device, go, open, signIn, SIZES } from "./stage.mjs";

let browser;
before(async () => { browser = await open(); });
after(async () => { await browser?.close(); });

test("every role signs in with its demo card and lands on a page of its own", async () => {
  for (const role of ["picker", "packer", "receiver", "returns-tech", "customer-service", "finance", "supervisor", "planner", "admin"]) {
    const page = await device(browser);
    await signIn(page, role);
    assert.equal((await page.request.get(page.url())).status(), 200, role);
    assert.deepEqual(page.problems, [], role);
    await page.context().close();
  }
});

test("a wrong password is told beside the form and opens nothing", async () => {
  const page = await device(browser, { script: false });
  await page.goto("/sign-in");
  await page.fill('input[type="email"], input[name*="email"]', "picker@demo.tideway.invalid");
  await page.fill('input[type="password"]', "not the password");
  await page.click('button[type="submit"]');
  assert.match(await page.textContent("main"), /do not match|wrong|not right/i);
  assert.ok((await page.request.get("/orders", { maxRedirects: 0 })).status() !== 200);
});
