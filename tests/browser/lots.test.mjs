// A lot from the dock to the customer and back to whoever has to find it: received with its label, picked by its lot, recalled.
import { after, before, test } from "node:test";
import assert from "node:assert/strict";
import { SIZES, axe, bandIs, bandWords, go, open, person, scan } from "./stage.mjs";
import { one, place, released, sql, until } from "./database.mjs";
import { handOver, pack, take, task, wave } from "./floor.mjs";

let browser;
before(async () => { browser = await open(); });
after(async () => { await browser?.close(); });

/** A day from now, as a label and as a form writes it. */
const day = (days) => new Date(Date.now() + days * 86_400_000).toISOString().slice(0, 10);
const printed = (date) => date.slice(2).replaceAll("-", "");

/** Units of a lot on hand, by state. */
const standing = (lot, state) => one(`select coalesce(sum(b.on_hand), 0) from balance b join lot l on l.org_id = b.org_id and l.id = b.lot_id
  where l.org_id = {org} and l.code = '${lot}' and b.state = '${state}'`);

test("INV-3, IN-5: goods are received with their lot, picked by it, and found again by its recall", { timeout: 240_000 }, async () => {
  // An order to a supplier with a SKU that is kept by lot: the demo's dock awaits one.
  const [[order, sku, gtin]] = await sql(`
    select o.number, s.code, lpad(b.code, 14, '0') from purchase_order o join purchase_line l on l.org_id = o.org_id and l.order_id = o.id
    join purchase_order_standing z on z.org_id = o.org_id and z.id = o.id and z.standing in ('approved', 'partial')
    join sku s on s.org_id = l.org_id and s.id = l.sku_id join sku_tracking t on t.org_id = s.org_id and t.sku_id = s.id and t.by_lot
    join barcode b on b.org_id = s.org_id and b.sku_id = s.id and b.pack_quantity = 1
    join purchase_line_standing w on w.org_id = l.org_id and w.id = l.id and w.awaited >= 3
    where o.org_id = {org} order by o.number limit 1`);
  const lot = `W${Date.now() % 1_000_000}`;
  const label = `]d201${gtin}17${printed(day(20))}10${lot}`;
  const dock = await person(browser, "receiver", { size: SIZES.tablet });
  await go(dock, "/floor/receive");
  await scan(dock, order);
  await dock.locator(`[data-line="${sku}"]`).click();
  // By hand, and without its lot: refused beside the field.
  await dock.locator("[data-marks]").waitFor();
  await dock.locator('[data-act="receive"]').click();
  await bandIs(dock, "wrong");
  await dock.locator("#r-lot", { hasText: "is kept by lot" }).waitFor();
  assert.deepEqual(await axe(dock), []);
  // By its label: one scan says item, lot and day.
  // A shelf that keeps such goods, as empty and as large as there is one.
  const bin = await one(`select n.code from bin n join site s on s.org_id = n.org_id and s.id = n.site_id
    join sku k on k.org_id = n.org_id and k.code = '${sku}' and (k.storage_class, k.hazard) = (n.storage_class, n.hazard)
    left join balance b on b.org_id = n.org_id and b.bin_id = n.id and b.on_hand > 0
    where n.org_id = {org} and s.code = 'LEEDS' and n.kind = 'pick' and not n.locked
    group by n.code, n.volume_ml order by coalesce(sum(b.on_hand), 0), n.volume_ml desc nulls first, n.code limit 1`);
  await scan(dock, bin);
  await dock.locator("[data-into]", { hasText: bin }).waitFor();
  // Three units as fast as they are lifted, while the screen still waits to be told anew: each is taken, none a second time.
  await dock.route(/\/api\/fn\/purchasing\/bench/, async (route) => {
    await new Promise((resolve) => setTimeout(resolve, 700));
    await route.continue().catch(() => {});
  });
  const units = `select coalesce(sum(b.on_hand), 0) from balance b join lot l on l.org_id = b.org_id and l.id = b.lot_id
    join bin n on n.org_id = b.org_id and n.id = b.bin_id where l.org_id = {org} and l.code = '${lot}' and n.code = '${bin}'`;
  for (let unit = 1; unit <= 3; unit += 1) {
    await scan(dock, label);
    await until(units, (units) => units === String(unit));
    await dock.locator('[data-band="busy"]').waitFor({ state: "detached" });
  }
  assert.equal(await one(units), "3");
  await dock.unroute(/\/api\/fn\/purchasing\/bench/);
  assert.equal(await one(`select (expires_on at time zone 'UTC')::date from lot where org_id = {org} and code = '${lot}'`), day(20));

  // It expires first, so an order is given it.
  const sold = await place({ name: "Lot Tester", lines: [{ sku, quantity: 2 }] });
  await released(sold.number);
  const planner = await person(browser, "planner");
  await wave(planner, [sold]);
  const picker = await person(browser, "picker", { size: SIZES.tablet });
  const tote = "LEEDS-T077";
  await take(picker, sold.number, tote);
  const stop = await task(picker);
  assert.equal(stop.code, sku);
  await scan(picker, stop.bin);
  await scan(picker, sku);
  await picker.locator("[data-lot]").first().waitFor();
  await scan(picker, "NOT-THIS-LOT");
  await bandIs(picker, "wrong");
  assert.match(await bandWords(picker), new RegExp(`lot .*${lot}.*NOT-THIS-LOT`));
  await scan(picker, lot);
  await bandIs(picker, "ok");
  await scan(picker, label);
  await picker.getByText("in hand, of").waitFor();
  assert.deepEqual(await axe(picker), []);
  await scan(picker, tote);
  await picker.getByText("Every bin visited").waitFor();
  await until(`select count(*) from pick_task t join order_line l on l.org_id = t.org_id and l.id = t.order_line_id join sales_order o on o.org_id = l.org_id and o.id = l.order_id
    where o.org_id = {org} and o.number = '${sold.number}' and t.done_at is null`, (open) => open === "0");
  const packer = await person(browser, "packer", { size: SIZES.tablet });
  await pack(packer, tote);
  await handOver(packer, sold.number);
  await until(`select count(*) from parcel p join sales_order o on o.org_id = p.org_id and o.id = p.order_id
    where o.org_id = {org} and o.number = '${sold.number}' and p.shipped_at is not null`, (gone) => gone === "1");

  // Whoever recalls it sees where it came from, where it stands and who has it.
  const supervisor = await person(browser, "supervisor");
  await go(supervisor, `/lots?search=${lot}`);
  await supervisor.locator(`[data-lot="${lot}"] a`).first().click();
  await supervisor.waitForURL(/\/lots\/[0-9a-f-]{36}/);
  await supervisor.locator(`[data-went="${sold.number}"]`).waitFor();
  await supervisor.locator(`[data-place="${bin}"]`).waitFor();
  await supervisor.getByRole("link", { name: order }).first().waitFor();
  await supervisor.getByRole("button", { name: "Recall the lot" }).click();
  await supervisor.locator("#r-reason", { hasText: "choose why" }).waitFor();
  await supervisor.locator('select[name="reason"]').selectOption("contaminated");
  await supervisor.locator('input[name="note"]').fill("Lead in the glaze");
  await supervisor.getByRole("button", { name: "Recall the lot" }).click();
  await supervisor.locator("[data-recalled]", { hasText: "Lead in the glaze" }).waitFor();
  assert.deepEqual([await standing(lot, "held"), await standing(lot, "sellable")], ["1", "0"]);
  assert.deepEqual(await axe(supervisor), []);
  const csv = await supervisor.evaluate(async (href) => (await fetch(href)).text(), await supervisor.locator('a[href^="/api/fn/lots/customers.csv"]').getAttribute("href"));
  assert.ok(csv.includes(sold.number) && csv.includes("Lot Tester"), csv);
  // What is recalled does not come in again.
  await scan(dock, label);
  await bandIs(dock, "wrong");
  assert.match(await bandWords(dock), /is recalled/);

  // Tested and good after all: whoever may puts it back on sale, and it may come in again.
  await supervisor.getByRole("button", { name: "Release the lot" }).click();
  await supervisor.locator("#r-reason", { hasText: "choose why" }).waitFor();
  await supervisor.locator('select[name="reason"]').selectOption("tested_good");
  await supervisor.getByRole("button", { name: "Release the lot" }).click();
  await supervisor.getByText("1 unit is on sale again.").waitFor();
  await supervisor.getByRole("button", { name: "Recall the lot" }).waitFor();
  assert.deepEqual([await standing(lot, "held"), await standing(lot, "sellable")], ["0", "1"]);
  await scan(dock, label);
  await until(`select coalesce(sum(b.on_hand), 0) from balance b join lot l on l.org_id = b.org_id and l.id = b.lot_id where l.org_id = {org} and l.code = '${lot}' and b.state = 'sellable'`, (units) => units === "2");
  assert.deepEqual([...dock.problems, ...picker.problems, ...packer.problems, ...supervisor.problems], []);
  for (const page of [dock, planner, picker, packer, supervisor]) await page.context().close();
});
