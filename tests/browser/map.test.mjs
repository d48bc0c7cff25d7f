// A wave on its site: one cart found by keyboard, its walk played back, what another cart would walk; and where people pick.
import { after, before, test } from "node:test";
import assert from "node:assert/strict";
import { SIZES, go, look, open, person } from "./stage.mjs";
import { one, sql } from "./database.mjs";

let browser;
before(async () => { browser = await open(); });
after(async () => { await browser?.close(); });

/** The wave of Leeds with the most orders among those with a cart that nobody has begun. */
const manyCarts = () => one(`select w.id from wave w join trip t on t.org_id = w.org_id and t.wave_id = w.id join site s on s.org_id = w.org_id and s.id = w.site_id
  join trip_slot o on o.org_id = t.org_id and o.trip_id = t.id
  where w.org_id = {org} and s.code = 'LEEDS' and w.cancelled_at is null
    and exists (select from trip u where u.org_id = w.org_id and u.wave_id = w.id and not exists (select from pick_task k where k.org_id = u.org_id and k.trip_id = u.id and k.quantity_picked > 0))
  group by w.id order by count(*) desc, w.id desc limit 1`);
/** Looks at a cart nobody has begun. */
const untouched = (page) => page.locator(".cart", { hasText: /(?<!\d)0 of \d+/ }).first().click();

test("PCK-5: every cart is on the map by its number, and the list finds one by keyboard, with its stops in words", { timeout: 60_000 }, async () => {
  const page = await person(browser, "planner");
  const wave = await manyCarts();
  const trips = Number(await one(`select count(*) from trip where org_id = {org} and wave_id = '${wave}'`));
  await go(page, `/waves/${wave}`);
  assert.equal(await page.locator(".map-way[data-cart]").count(), trips);
  assert.deepEqual((await page.locator(".roomy .map-badge text").allTextContents()).map(Number).sort((a, b) => a - b), Array.from({ length: trips }, (_, n) => n + 1));
  const bays = await page.locator(".map-bays").getAttribute("d");
  const there = Number(await one(`select count(distinct (b.aisle, b.side, b.y_mm)) from bin b join wave w on w.org_id = b.org_id and w.site_id = b.site_id where w.id = '${wave}' and b.aisle is not null`));
  assert.equal(bays.split("M").length - 1, there, "every bay of the site is drawn, in one path");
  const first = page.locator(".cart").first();
  await first.focus();
  await page.keyboard.press("Enter");
  await page.locator(".map-way.near[data-cart='1']").waitFor();
  assert.equal(await page.locator(".map-way.back").count(), trips - 1);
  assert.equal(await first.getAttribute("aria-pressed"), "true");
  const stops = await page.locator("[data-stops='1'] .stop").count();
  assert.equal(await page.locator(".map-way.near .map-stop").count(), stops, "the list has the stops that the map has");
  await page.keyboard.press("Enter");
  await page.locator(".map-way.near").waitFor({ state: "detached" });
  assert.deepEqual(page.problems, []);
  await page.context().close();
});

const along = async (page) => Number(await page.locator("[data-along]").getAttribute("data-along"));

test("PCK-5: a walk is played, paused and moved through by keyboard", { timeout: 60_000 }, async () => {
  const page = await person(browser, "planner");
  await go(page, `/waves/${await manyCarts()}`);
  await untouched(page);
  const play = page.locator('[data-act="play"]');
  await play.focus();
  await page.keyboard.press("Enter");
  await page.waitForFunction(() => Number(document.querySelector("[data-along]")?.dataset.along ?? 0) > 3_000);
  assert.match(await play.textContent(), /Pause/);
  await page.keyboard.press("Enter");
  const held = await along(page);
  await page.waitForTimeout(400);
  assert.equal(await along(page), held, "a paused walk stands");
  const slider = page.locator(".replay .range");
  await slider.focus();
  await page.keyboard.press("Home");
  await page.waitForFunction(() => document.querySelector("[data-along]").dataset.along === "0");
  await page.getByRole("button", { name: "To the next stop" }).click();
  await page.waitForFunction(() => Number(document.querySelector("[data-along]").dataset.along) > 0);
  assert.match(await page.locator("[data-replay]").textContent(), /^Stop 2 of \d+: /);
  assert.equal(await slider.getAttribute("aria-valuetext"), await page.locator("[data-replay]").textContent());
  await slider.focus();
  await page.keyboard.press("End");
  await page.waitForFunction(() => /^Handed in at /.test(document.querySelector("[data-replay]").textContent));
  assert.deepEqual(page.problems, []);
  await page.context().close();
});

test("PCK-5: who wants no motion sees a walk stop by stop", { timeout: 60_000 }, async () => {
  const page = await person(browser, "planner");
  await page.emulateMedia({ reducedMotion: "reduce" });
  await go(page, `/waves/${await manyCarts()}`);
  await untouched(page);
  await page.evaluate(() => {
    window.places = new Set();
    new MutationObserver(() => { const at = document.querySelector("[data-along]"); if (at) window.places.add(at.dataset.along); })
      .observe(document.querySelector(".map"), { subtree: true, childList: true, attributes: true });
  });
  await page.locator('[data-act="play"]').click();
  await page.waitForFunction(() => /^Stop 3 of/.test(document.querySelector("[data-replay]").textContent), undefined, { timeout: 10_000 });
  assert.ok((await page.evaluate(() => window.places.size)) <= 3, "it stands at the depot and at stops, nowhere between");
  await page.context().close();
});

test("PCK-2: another cart or method is tried in a worker that no page loads before, and metres change", { timeout: 120_000 }, async () => {
  const page = await person(browser, "planner");
  const files = [];
  page.context().on("request", (request) => { if (/\/pkg\/whatif/.test(request.url())) files.push(new URL(request.url()).pathname); });
  page.on("worker", (worker) => files.push(new URL(worker.url()).pathname));
  await go(page, `/waves/${await manyCarts()}`);
  await page.locator('[data-act="what-if"]').click();
  const totes = page.locator('[data-what-if] input[name="slots"]');
  await totes.waitFor();
  assert.deepEqual(files, [], "the planner is not fetched before it is asked");
  const planned = Number(await totes.inputValue());
  const metres = async () => (await page.locator("[data-tried] td:nth-of-type(1)").evaluateAll((cells) => cells.map((cell) => Number(cell.firstChild.textContent.replace(/\D/g, "")))));
  const tried = (rows) => page.waitForFunction((rows) => document.querySelectorAll("[data-tried]").length === rows, rows, { timeout: 30_000 });
  await totes.fill("1");
  await tried(1);
  assert.ok(files.some((path) => /whatif_worker\.\w+\.js$/.test(path)), `the worker's files: ${files.join(", ")}`);
  await totes.fill("12");
  await tried(2);
  const [twelve, alone] = await metres();
  assert.ok(twelve < alone, `12 totes ${twelve} m, one ${alone} m`);
  await page.locator('[data-what-if] select[name="method"]').selectOption("single");
  await tried(3);
  assert.equal((await metres())[0], alone, "one order a walk walks as carts of one tote do");
  // As it was planned it walks as planned.
  await page.locator('[data-what-if] select[name="method"]').selectOption("cluster");
  if (planned !== 12) {
    await totes.fill(String(planned));
    await tried(4);
  }
  assert.deepEqual(await look(page), []);
  await page.context().close();
});

test("PCK-2, INT-3: when the planner does not come the page says so, and one press tries again", { timeout: 60_000 }, async () => {
  const page = await person(browser, "planner");
  await go(page, `/waves/${await manyCarts()}`);
  await page.locator('[data-act="what-if"]').click();
  const totes = page.locator('[data-what-if] input[name="slots"]');
  await totes.waitFor();
  page.problems.splice(0);
  await page.context().setOffline(true);
  await totes.fill("2");
  const failed = page.locator('[data-what-if="failed"]');
  await failed.waitFor();
  assert.match(await failed.textContent(), /Check the network/);
  await page.context().setOffline(false);
  await failed.getByRole("button", { name: "Try again" }).click();
  await page.locator("[data-tried='2']").waitFor({ timeout: 30_000 });
  assert.equal(await failed.count(), 0);
  await page.context().close();
});

test("PCK-5: picks are heat on the site's map; a bay leads to its bins, a bin to its SKU, and the file has the same picks", { timeout: 60_000 }, async () => {
  const page = await person(browser, "planner");
  const site = await one("select id from site where org_id = {org} and code = 'LEEDS'");
  const at = `/sites/map?span=28d&site=${site}`;
  await go(page, at);
  await page.locator("[data-picks]").waitFor();
  const counted = Number(await one(`select count(*) from pick_task where org_id = {org} and site_id = '${site}' and quantity_picked > 0 and done_at > now() - interval '28 days'`));
  const shown = Number(await page.locator("[data-picks]").getAttribute("data-picks"));
  assert.ok(Math.abs(shown - counted) <= 5 && shown > 0, `${shown} shown, ${counted} counted a moment later`);
  const csv = await (await page.request.get(`/api/fn/sites/activity.csv?span=28d&site=${site}`)).text();
  const summed = csv.trim().split("\n").slice(1).reduce((sum, line) => sum + Number(line.trim().split(",").at(-2)), 0);
  assert.ok(Math.abs(summed - shown) <= 5, `${summed} picks in the file, ${shown} on the map`);
  // The hottest bay, pressed in its middle.
  const box = await page.locator(".heat.h5").first().evaluate((path) => {
    const [, x, y, width, height] = path.getAttribute("d").match(/^M(-?\d+) (-?\d+)h(\d+)v(\d+)/).map(Number);
    const place = new DOMPoint(x + width / 2, y + height / 2).matrixTransform(path.getScreenCTM());
    return { x: place.x, y: place.y };
  });
  await page.mouse.click(box.x, box.y);
  const bay = page.locator("[data-bay]");
  await bay.locator(".stop").first().waitFor();
  await bay.locator("a").first().click();
  await page.waitForURL(/\/inventory\/[0-9a-f-]{36}/);
  await go(page, at);
  await page.locator("nav[aria-label='Picks within'] a", { hasText: "24 hours" }).click();
  await page.waitForURL(/span=24h/);
  await page.waitForFunction((all) => Number(document.querySelector("[data-picks]")?.dataset.picks ?? 0) < all, shown);
  assert.deepEqual(page.problems, []);
  await page.context().close();
});

test("PCK-5: on a phone the map's letters can be read", { timeout: 60_000 }, async () => {
  const page = await person(browser, "planner", { size: SIZES.phone });
  const places = [`/waves/${await manyCarts()}`, `/sites/map?span=28d&site=${(await sql("select id from site where org_id = {org} and code = 'LEEDS'"))[0][0]}`];
  for (const path of places) {
    await go(page, path);
    await page.locator(".map").waitFor();
    const heights = await page.locator(".map text").evaluateAll((all) => all.map((text) => {
      const at = text.getScreenCTM();
      return text.getClientRects().length && !text.classList.contains("map-nth") ? parseFloat(getComputedStyle(text).fontSize) * at.a : null;
    }).filter((height) => height !== null));
    assert.ok(heights.length > 4 && Math.min(...heights) >= 8.5, `${path}: ${Math.min(...heights)} px`);
  }
  await page.context().close();
});
