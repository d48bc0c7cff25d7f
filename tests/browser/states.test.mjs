// What screens show when there is nothing, when something broke, when the address means nothing, and when the network is gone:
// designed states, not left-over ones. Each is looked at as the populated screens are.
import { after, before, test } from "node:test";
import assert from "node:assert/strict";
import { device, go, look, open, person } from "./stage.mjs";

let browser;
before(async () => { browser = await open(); });
after(async () => { await browser?.close(); });

const NOBODY = "00000000-0000-7000-8000-000000000000";

/** Opens each address and looks at it; `check` says what else is wrong. */
async function walkThrough(page, addresses, check) {
  const found = [];
  for (const path of addresses) {
    const note = (line) => found.push(`${path} — ${line}`);
    try {
      const response = await go(page, path);
      await page.locator('[data-state="loading"]').first().waitFor({ state: "detached" });
      const wrong = await check(path, response);
      if (wrong) note(wrong);
      (await look(page)).forEach(note);
    } catch (error) {
      note(error.message.split("\n")[0]);
    }
  }
  return found;
}

const states = (page) => page.locator("[data-state]").evaluateAll((all) => all.map((one) => one.dataset.state));

test("EXC-2, ORD-8: what matches nothing says so, with a way on", { timeout: 180_000 }, async () => {
  const page = await person(browser, "supervisor");
  const found = await walkThrough(page, [
    "/orders?search=nothing-like-this", "/inventory?search=nothing-like-this", "/returns?find=nothing-like-this", "/refunds?status=failed",
    "/live/refunds_waiting?part=nothing-like-this",
  ], async () => ((await states(page)).includes("empty") ? null : "no empty state"));
  await page.context().close();
  assert.deepEqual(found, []);
});

test("ROL-4, EXC-3: a house that has only just opened has every screen, and each says what will be there", { timeout: 180_000 }, async () => {
  const page = await person(browser, "bare", { email: "owner@bare.tideway.invalid" });
  const bare = new Set(["/live", "/wall", "/people", "/ledger"]);
  const found = await walkThrough(page, [
    "/live", "/wall", "/live/orders_waiting", "/exceptions", "/orders", "/waves", "/roster", "/carriers", "/sites/map", "/shipping", "/inventory", "/returns", "/refunds", "/ledger", "/people", "/floor", "/floor/pack", "/floor/ship", "/floor/returns", "/floor/put-back",
  ], async (path, response) => (response.status() !== 200 ? `answers ${response.status()}` : bare.has(path) || (await states(page)).includes("empty") ? null : "no empty state"));
  await page.context().close();
  assert.deepEqual(found, []);
});

test("GOV-1: an address that means nothing answers 404 and says so", { timeout: 180_000 }, async () => {
  const page = await person(browser, "supervisor");
  const found = await walkThrough(page, [
    "/orders/SO-0", `/waves/${NOBODY}`, `/inventory/${NOBODY}`, "/returns/RMA-0", "/live/nothing", `/floor/pick/${NOBODY}`, `/floor/pack/${NOBODY}`,
  ], async (path, response) => {
    if (response.status() !== 404) return `answers ${response.status()}`;
    return (await states(page)).includes("failed") ? null : "no failed state";
  });
  await page.context().close();
  assert.deepEqual(found, []);
});

test("RET-1: the portal without a visit, or after it ended, leads back to its door", { timeout: 60_000 }, async () => {
  const page = await device(browser);
  const found = await walkThrough(page, ["/portal/order", "/portal/review", "/portal/returns/RMA-1"], async () => ((await states(page)).includes("ended") ? null : "no way back"));
  await page.context().close();
  assert.deepEqual(found, []);
});

/** Desk screens by their links, with the answer of each in the way. */
async function whileBroken(page, places, code) {
  const found = [];
  for (const [words, path] of places) {
    await page.locator(".desk-side .nav-link", { hasText: words }).click();
    await page.waitForURL((url) => url.pathname === path);
    const state = page.locator('main [data-state="failed"]').first();
    await state.waitFor().catch(() => found.push(`${path} — no failed state`));
    if (!(await state.count())) continue;
    if ((await state.getAttribute("data-code")) !== code) found.push(`${path} — says ${await state.getAttribute("data-code")}`);
    const seen = await look(page);
    // The broken answers are ours.
    found.push(...seen.filter((line) => !line.startsWith("500 /api/fn/")).map((line) => `${path} — ${line}`));
  }
  return found;
}

const PLACES = [["Orders", "/orders"], ["Waves", "/waves"], ["Shipping", "/shipping"], ["Inventory", "/inventory"], ["Returns", "/returns"], ["Refunds", "/refunds"], ["People", "/people"], ["Live", "/live"]];

test("INT-3, EXC-3: an answer that broke is said on every screen, with what to do", { timeout: 180_000 }, async () => {
  const page = await person(browser, "supervisor");
  // A page without figures of its own: what comes after it is asked for in the browser.
  await go(page, "/orders?search=nothing-like-this");
  await page.route("**/api/fn/**", (route) => route.fulfill({ status: 500, contentType: "text/plain", body: "boom" }));
  const found = await whileBroken(page, PLACES.filter(([, path]) => path !== "/orders"), "broken");
  await page.context().close();
  assert.deepEqual(found, []);
});

test("IN-5, EXC-3: without a network every screen says so, and comes back by itself or by one press", { timeout: 180_000 }, async () => {
  const page = await person(browser, "supervisor");
  await go(page, "/orders");
  // The code of these screens is here; only the answers are not.
  for (const [words, path] of PLACES.slice(1, 4)) {
    await page.locator(".desk-side .nav-link", { hasText: words }).click();
    await page.waitForURL((url) => url.pathname === path);
    await page.locator("main h1").waitFor();
  }
  page.problems.splice(0);
  await page.context().setOffline(true);
  await page.locator('[data-link="Offline"]').first().waitFor();
  const found = await whileBroken(page, PLACES.slice(1, 4), "offline");
  await page.context().setOffline(false);
  await page.locator('[data-link="Offline"]').first().waitFor({ state: "detached" });
  await page.locator('main [data-state="failed"]').getByRole("link", { name: "Try again" }).first().click();
  await page.locator('main [data-state="failed"]').waitFor({ state: "detached" });
  assert.deepEqual(found, []);
  await page.context().close();
});
