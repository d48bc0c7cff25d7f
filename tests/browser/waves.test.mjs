// The wave builder: what a wave would be is seen before it is made, by every method, and each change is looked at.
import { after, before, test } from "node:test";
import assert from "node:assert/strict";
import { atSite, go, open, person } from "./stage.mjs";
import { goods, one, place, released } from "./database.mjs";

let browser;
before(async () => { browser = await open(); });
after(async () => { await browser?.close(); });

const shown = async (page) => ({
  orders: Number(await page.locator("[data-preview]").getAttribute("data-preview")),
  metres: Number(await page.locator("[data-metres]").getAttribute("data-metres")),
  carts: await page.locator("[data-cart]").count(),
});
const settled = (page) => page.waitForFunction(() => document.querySelector("[data-preview]") && !document.querySelector("[data-waiting-preview]"));

test("PCK-4, PCK-2: the builder shows metres saved, how full each cart is and each method, and writes nothing", { timeout: 90_000 }, async () => {
  const [first, second] = await goods(2);
  for (const lines of [[first], [second], [first, second]]) await released((await place({ lines: lines.map(({ code }) => ({ sku: code, quantity: 1 })) })).number);
  const page = await person(browser, "planner");
  await go(page, "/waves/new");
  await atSite(page);
  await settled(page);
  const waves = await one("select count(*) from wave where org_id = {org}");
  const cluster = await shown(page);
  assert.ok(cluster.orders >= 3 && cluster.metres > 0 && cluster.carts >= 1, JSON.stringify(cluster));
  for (const bar of ["totes", "litres", "kg"]) assert.ok(await page.locator(`[data-bar="${bar}"]`).count(), `a bar of ${bar}`);
  assert.equal(await page.locator("[data-method]").count(), 4);
  await page.locator('[data-method="single"] button').click();
  await page.waitForFunction((before) => document.querySelectorAll("[data-cart]").length > before, cluster.carts);
  await settled(page);
  const single = await shown(page);
  assert.equal(single.orders, cluster.orders);
  assert.ok(single.metres >= cluster.metres, "company saves walking");
  await page.locator('input[name="heavy"]').fill("5");
  await page.locator("[data-rounds]").getByText("heavy first, from 5 kg").waitFor();
  await settled(page);
  const slots = page.locator('input[name="slots"]');
  await slots.fill("99");
  await page.getByText("Give a number from 1 to 36.").first().waitFor();
  assert.equal(await one("select count(*) from wave where org_id = {org}"), waves);
  assert.deepEqual(page.problems, []);
  await page.context().close();
});

test("PCK-4: the board comes first, and says with the wave's own page when a wave is picked", { timeout: 60_000 }, async () => {
  const page = await person(browser, "planner");
  await go(page, "/waves");
  await atSite(page);
  await page.locator("[data-outlook]").first().waitFor();
  const above = await page.evaluate(() => {
    const [board, outlook] = [document.querySelector("tr[data-wave]"), document.querySelector("[data-outlook]")];
    return Boolean(board.compareDocumentPosition(outlook) & Node.DOCUMENT_POSITION_FOLLOWING);
  });
  assert.ok(above, "the board stands above hours and promises");
  const told = page.locator("tr[data-wave]", { has: page.locator('[data-done-by="told"]') }).first();
  if (await told.count()) {
    const words = (await told.locator('[data-done-by="told"]').innerText()).trim();
    await told.locator("a").first().click();
    await page.locator("[data-finish]").waitFor();
    assert.equal((await page.locator("[data-finish]").innerText()).trim(), words);
  }
  assert.deepEqual(page.problems, []);
  await page.context().close();
});
