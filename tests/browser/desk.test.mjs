// The desk by keyboard alone, and what a device keeps for itself.
import { after, before, test } from "node:test";
import assert from "node:assert/strict";
import { PASSWORD, device, go, hydrated, open, person } from "./stage.mjs";

let browser;
before(async () => { browser = await open(); });
after(async () => { await browser?.close(); });

/** Presses Tab until the focus is on what `wanted` matches. Every stop on the way shows that it is focused. */
async function tabTo(page, wanted) {
  for (let presses = 0; presses < 60; presses += 1) {
    await page.keyboard.press("Tab");
    const [there, seen, what] = await page.evaluate((wanted) => {
      const focused = document.activeElement;
      const style = getComputedStyle(focused);
      const around = [focused, focused.parentElement].map((element) => getComputedStyle(element));
      const seen = around.some((style) => (style.outlineStyle !== "none" && parseFloat(style.outlineWidth) > 0) || style.boxShadow !== "none");
      const box = focused.getBoundingClientRect();
      const reached = document.elementFromPoint(box.x + box.width / 2, box.y + Math.min(box.height / 2, 20));
      const covered = focused !== document.body && reached && !focused.contains(reached) && !reached.contains(focused) && style.opacity !== "0";
      // Where a page begins the focus is put for readers; nothing can be pressed there.
      if (focused.id === "main") return [focused.matches(wanted), true, ""];
      return [focused.matches(wanted), seen && !covered, `${focused.tagName.toLowerCase()}.${focused.className} ${covered ? "is covered" : "shows no focus"}`];
    }, wanted);
    assert.ok(seen, what);
    if (there) return;
  }
  assert.fail(`the keyboard does not reach ${wanted}`);
}

test("ORD-8, GOV-1: sign-in, the list of orders and an order by keyboard alone", { timeout: 60_000 }, async () => {
  const page = await device(browser);
  await go(page, "/sign-in");
  await tabTo(page, 'input[type="email"]');
  await page.keyboard.type("planner@demo.tideway.invalid");
  await tabTo(page, 'input[type="password"]');
  await page.keyboard.type(PASSWORD);
  await page.keyboard.press("Enter");
  await page.waitForURL((url) => url.pathname === "/live");
  await hydrated(page);
  await tabTo(page, '.desk-side a[href="/orders"]');
  await page.keyboard.press("Enter");
  // The dashboard lists orders too: it is the new page that is waited for, and the focus at its beginning.
  await page.locator("h1", { hasText: /^Orders$/ }).waitFor();
  await page.waitForFunction(() => document.activeElement?.id === "main");
  await tabTo(page, "#f-search");
  await page.keyboard.type("SO-");
  await page.keyboard.press("Enter");
  await page.waitForURL(/search=SO-/);
  await page.locator("a[href*='list.csv?search=SO-']").waitFor();
  await tabTo(page, "tbody a[href^='/orders/SO']");
  const number = await page.evaluate(() => document.activeElement.textContent.trim());
  await page.keyboard.press("Enter");
  await page.waitForURL(new RegExp(`/orders/${number}`));
  await page.locator("h1", { hasText: number }).waitFor();
  assert.deepEqual(page.problems, []);
  await page.context().close();
});

test("EXC-3: a device keeps its theme, on the first paint too, and another device has its own", { timeout: 60_000 }, async () => {
  const page = await person(browser, "supervisor", { theme: "light" });
  await go(page, "/orders");
  const theme = (of) => of.evaluate(() => document.documentElement.dataset.theme ?? "");
  const ground = (of) => of.evaluate(() => getComputedStyle(document.body).backgroundColor);
  const light = await ground(page);
  for (let presses = 0; (await theme(page)) !== "dark"; presses += 1) {
    assert.ok(presses < 3, "the switch never says dark");
    await page.locator(".desk-top button[aria-label^='Switch to']").click();
  }
  assert.notEqual(await ground(page), light);
  // The server renders it: no flash before wasm, and none without it.
  assert.match(await (await page.request.get("/orders")).text(), /<html[^>]*data-theme="dark"/);
  await go(page, "/returns");
  assert.equal(await theme(page), "dark");
  const other = await person(browser, "supervisor", { theme: "light" });
  await go(other, "/orders");
  assert.equal(await theme(other), "");
  assert.equal(await ground(other), light);
  for (const one of [page, other]) await one.context().close();
});

test("ORD-8: a moment is told by the device's own clock as soon as the page is awake, whatever part of it wakes last", { timeout: 60_000 }, async () => {
  const page = await person(browser, "supervisor");
  await go(page, "/orders");
  await page.locator("time").first().waitFor();
  await page.waitForFunction(() => [...document.querySelectorAll("time")].every((time) => !time.textContent.includes("UTC")));
  assert.deepEqual(page.problems, []);
  await page.context().close();
});
