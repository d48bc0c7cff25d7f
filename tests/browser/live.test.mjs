// The live board against the database, while others act: a manager stays on one page, and each figure follows within two seconds.
import { after, before, test } from "node:test";
import assert from "node:assert/strict";
import { SIZES, atSite, device, go, hydrated, open, person } from "./stage.mjs";
import { goods, place } from "./database.mjs";
import { NAMES, agree, board, counted } from "./figures.mjs";
import { grade, handOver, pack, receive, take, walk, wave } from "./floor.mjs";
import { lookUp } from "./routes.mjs";
import { shelves } from "./shelves.mjs";

let browser;
before(async () => { browser = await open(); });
after(async () => { await browser?.close(); });

/** The customer asks for everything back, without JavaScript. Answers the RMA. */
async function askBack(order) {
  const page = await device(browser, { size: SIZES.phone, script: false });
  await lookUp(page, order.number, order.email);
  for (const tick of await page.locator(".return-tick").all()) await tick.check();
  for (const units of await page.locator('.return-line input[type="number"]').all()) await units.fill(await units.getAttribute("max"));
  for (const reason of await page.locator(".return-line select").all()) await reason.selectOption("unwanted");
  await page.getByRole("button", { name: "See what you get back" }).click();
  await page.getByRole("button", { name: "Send the request" }).click();
  await page.waitForURL(/\/portal\/returns\/RMA-/);
  const [rma] = page.url().match(/RMA-\d+/);
  await page.context().close();
  return rma;
}

test("EXC-3: whoever acts, each tile of a page that stays open says within 2 s what the database says", { timeout: 240_000 }, async (t) => {
  const [manager, planner, picker, packer, tech, finance] = await Promise.all([
    person(browser, "supervisor"), person(browser, "planner"), ...["picker", "packer", "returns-tech"].map((role) => person(browser, role, { size: SIZES.tablet })), person(browser, "finance"),
  ]);
  await go(manager, "/live");
  await manager.evaluate(() => { window.stayed = true; });
  for (const name of NAMES) await agree(manager, name, 20_000);
  assert.deepEqual(Object.keys((await board(manager)).values).sort(), [...NAMES].sort(), "every tile is counted here, and every count has a tile");

  /** The counts once nothing of the act before is under way: what came in is served to who waits site by site. */
  async function atRest(names) {
    const all = async () => Object.fromEntries(await Promise.all(names.map(async (name) => [name, await counted(name, new Date().toISOString())])));
    for (let seen = await all(), tries = 0; ; tries += 1) {
      await new Promise((resolve) => setTimeout(resolve, 1_000));
      const again = await all();
      if (tries > 10 || JSON.stringify(again) === JSON.stringify(seen)) return again;
      seen = again;
    }
  }

  /** Acts; from when the database knows, the tiles have two seconds. `moves` are tiles whose number or rows the act changes. */
  async function act(what, moves, work) {
    const before = await atRest(moves);
    const answer = await work();
    const took = [];
    for (const name of moves) {
      let known;
      for (let tries = 0; tries < 150; tries += 1) {
        known = await counted(name, new Date().toISOString());
        if (known.value !== before[name].value || known.rows !== before[name].rows) break;
        await new Promise((resolve) => setTimeout(resolve, 100));
      }
      assert.notDeepEqual(known, before[name], `${what} changes ${name}`);
    }
    for (const name of moves) took.push(`${name} ${(await agree(manager, name)).took} ms`);
    t.diagnostic(`${what}: ${took.join(", ")}`);
    return answer;
  }

  const [mug, rare] = await goods(2, 4);
  const order = await act("an order is placed and paid", ["orders_waiting"], () => place({ name: "Live Customer", lines: [{ sku: mug.code, quantity: 2, price: "80.00" }] }));
  await act("an order asks for more than there is", ["orders_waiting", "backorders", "oldest_exception"], () => place({ name: "Bulk Buyer", lines: [{ sku: rare.code, quantity: 4000, price: "1.00" }] }));
  const number = await act("a wave is released", ["orders_waiting", "wave_progress"], () => wave(planner, [order]));
  assert.ok(number);
  const tote = "LEEDS-T081";
  await take(picker, order.number, tote);
  await act("its order is picked", ["picked_per_hour"], () => walk(picker, tote));
  await pack(packer, tote);
  await act("its parcel leaves", ["shipped_today", "stock"], () => handOver(packer, order.number));
  const rma = await act("the customer asks for a return", ["returns_open"], () => askBack(order));
  await act("it is received at the bench", ["stock"], () => receive(tech, rma, mug.code, 2));
  await act("it is graded, and worth more than goes without a look", ["refunds_waiting"], () => grade(tech, rma));
  await go(finance, "/refunds?status=proposed");
  const refund = finance.locator(".refund", { hasText: rma });
  await act("finance agrees and the provider pays", ["refunds_waiting", "refund_hours", "returns_open"], () => refund.getByRole("button", { name: "Approve" }).click());
  for (const name of NAMES) await agree(manager, name);
  assert.equal(await manager.evaluate(() => window.stayed), true, "the page never loaded again");
  for (const page of [manager, planner, picker, packer, tech, finance]) {
    assert.deepEqual(page.problems, []);
    await page.context().close();
  }
});

test("EXC-3: each tile drills to exactly the rows it counts, and the file has the same ones", { timeout: 120_000 }, async () => {
  const page = await person(browser, "supervisor");
  const found = [];
  for (const name of NAMES) {
    await go(page, "/live");
    await page.locator(`a[data-tile="${name}"], [data-tile="${name}"] a.tile-name`).click();
    await page.waitForURL((url) => url.pathname === `/live/${name}`);
    await page.locator(`.drill-head [data-value="${name}"]`).waitFor();
    const at = new Date().toISOString();
    const drill = await page.evaluate(() => {
      const words = document.querySelector(".drill-head [data-value]").textContent.replaceAll(",", "");
      return {
        value: words === "n/a" ? null : Number(words), rows: Number(document.querySelector(".drill-head [data-rows]").dataset.rows),
        counts: [...document.querySelectorAll("tbody [data-counts]")].map((cell) => Number(cell.dataset.counts)),
        dead: [...document.querySelectorAll("tbody th a")].filter((link) => !link.getAttribute("href").startsWith("/")).length,
      };
    });
    const { value, rows } = await counted(name, at);
    const close = name === "oldest_exception" ? Math.abs(drill.value - value) <= 0.1 : drill.value === value;
    if (!close) found.push(`${name} says ${drill.value}, the database ${value}`);
    if (drill.rows !== rows) found.push(`${name} counts ${drill.rows} rows, the database ${rows}`);
    if (drill.counts.length !== Math.min(rows, 500)) found.push(`${name} lists ${drill.counts.length} of ${rows} rows`);
    if (drill.dead) found.push(`${name} has ${drill.dead} rows that lead nowhere`);
    if (rows) {
      const csv = await (await page.request.get(await page.locator('a[href*="rows.csv"]').getAttribute("href"))).text();
      const lines = csv.trim().split("\n").slice(1).map((line) => Number(line.trim().split(",").at(-1).replaceAll('"', "")));
      const sum = lines.reduce((sum, count) => sum + count, 0);
      if (lines.length !== rows) found.push(`${name}: the file has ${lines.length} of ${rows} rows`);
      const total = ["wave_progress", "refund_hours", "oldest_exception"].includes(name) ? null : value;
      if (total !== null && sum !== total) found.push(`${name}: the file adds up to ${sum} of ${total}`);
      if (name === "oldest_exception" && Math.abs(Math.max(...lines) - value) > 0.1) found.push(`${name}: its greatest is ${Math.max(...lines)}`);
    }
  }
  assert.deepEqual([...found, ...page.problems], []);
  await page.context().close();
});

test("EXC-3: figures that no longer come are called old after 30 s, keep their place, and come back by themselves", { timeout: 120_000 }, async () => {
  const page = await person(browser, "supervisor");
  await go(page, "/live");
  await page.locator('[data-tile="stock"]').waitFor();
  const place = await page.locator(".grid-tiles[data-as-of]").boundingBox();
  await page.route("**/api/fn/insight/board", (route) => route.abort());
  await page.locator('.live-banner[data-stale="true"]').waitFor({ state: "attached", timeout: 45_000 });
  assert.ok(await page.locator('[data-tile="stock"].stale').count(), "tiles are greyed out");
  assert.match(await page.locator(".live-banner").textContent(), /more than 30 seconds old/);
  await page.unroute("**/api/fn/insight/board");
  await page.locator('.live-banner[data-stale="false"]').waitFor({ state: "attached", timeout: 30_000 });
  const back = await page.locator(".grid-tiles[data-as-of]").boundingBox();
  assert.deepEqual([back.x, back.width], [place.x, place.width]);
  await page.context().close();
});

test("EXC-3: what happens while a page wakes up is on it, though nothing happens after", { timeout: 90_000 }, async () => {
  const [{ bin }] = await shelves(1, 22);
  const planner = await person(browser, "planner");
  await go(planner, "/counts");
  await atSite(planner);
  const page = await person(browser, "supervisor");
  let wake;
  const asked = new Promise((resolve) => { wake = resolve; });
  await page.route("**/pkg/*.wasm", async (route) => { await asked; await route.continue(); });
  await page.goto("/counts?show=open", { waitUntil: "commit" });
  const row = page.locator("tr[data-count-row]", { hasText: bin });
  await page.locator("tr[data-count-row]").first().waitFor();
  const form = planner.locator("form", { has: planner.locator('input[name="bin_code"]') });
  await form.getByLabel("Bin", { exact: true }).fill(bin);
  await form.locator('select[name="reason"]').selectOption("looks_wrong");
  await form.getByRole("button", { name: "Have it counted" }).click();
  await planner.getByText(`${bin} is to be counted.`).waitFor();
  assert.equal(await row.count(), 0, "the page was made before");
  wake();
  await hydrated(page);
  await row.waitFor({ timeout: 10_000 });
  assert.deepEqual([...page.problems, ...planner.problems], []);
  for (const one of [page, planner]) await one.context().close();
});
