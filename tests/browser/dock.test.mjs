// The dock while its answers are late: each scan is taken once and in its order, or it is said that it was not; and what is open or
// typed on the screen stays while others receive of the same order.
import { after, before, test } from "node:test";
import assert from "node:assert/strict";
import { SIZES, bandIs, bandWords, go, open, person, scan } from "./stage.mjs";
import { one, sql, until } from "./database.mjs";

let browser;
before(async () => { browser = await open(); });
after(async () => { await browser?.close(); });

/** An order of Leeds with two lines of items that are all alike and not inspected, from the end of the list: the first are others'. */
async function awaited(skip) {
  const rows = await sql(`
    with line as (
      select o.number, k.code, min(b.code) as barcode, w.awaited, row_number() over (partition by o.id order by w.line_no) as nth, count(*) over (partition by o.id) as lines
      from purchase_order o join site x on x.org_id = o.org_id and x.id = o.site_id and x.code = 'LEEDS'
      join purchase_order_standing z on z.org_id = o.org_id and z.id = o.id and z.standing in ('approved', 'partial')
      join purchase_line_standing w on w.org_id = o.org_id and w.order_id = o.id and w.awaited >= 20
      join sku k on k.org_id = o.org_id and k.id = w.sku_id join barcode b on b.org_id = k.org_id and b.sku_id = k.id and b.pack_quantity = 1
      where o.org_id = {org} and not exists (select from sku_tracking t where t.org_id = k.org_id and t.sku_id = k.id)
        and not exists (select from inspection_plan p where p.org_id = k.org_id and p.sku_id = k.id)
      group by o.id, o.number, k.code, w.awaited, w.line_no)
    select number, code, barcode, awaited from line where lines >= 2 and nth <= 2 order by number desc, nth offset ${2 * skip} limit 2`);
  const [[order]] = rows;
  return { order, items: rows.map(([, sku, barcode, awaited]) => ({ sku, barcode, awaited: Number(awaited) })) };
}

/** Units of an item that came in for an order, in a bin or in all. */
const came = (order, { sku }, bin = "%") => `
  select coalesce(sum(l.quantity), 0) from goods_receipt_line l join goods_receipt r on r.org_id = l.org_id and r.id = l.receipt_id
  join purchase_order o on o.org_id = r.org_id and o.id = r.order_id join sku k on k.org_id = l.org_id and k.id = l.sku_id
  join bin n on n.org_id = l.org_id and n.id = l.bin_id
  where o.org_id = {org} and o.number = '${order}' and k.code = '${sku}' and n.code like '${bin}'`;

/** Answers to the dock are late by so many milliseconds. */
const late = (page, within, which = /\/api\/fn\/(purchasing|floor)\//) => page.route(which, async (route) => {
  await new Promise((resolve) => setTimeout(resolve, within));
  await route.continue().catch(() => {});
});

test("IN-2: scans one right after another are each taken once and in their order; behind a refused one none is, and it is said", { timeout: 180_000 }, async () => {
  const { order, items: [item, other] } = await awaited(0);
  const [before, beside] = [Number(await one(came(order, item))), Number(await one(came(order, other)))];
  const bin = await one(`select n.code from bin n join site s on s.org_id = n.org_id and s.id = n.site_id and s.code = 'LEEDS'
    join sku k on k.org_id = n.org_id and k.code = '${item.sku}' and (k.storage_class, k.hazard) = (n.storage_class, n.hazard)
    left join balance b on b.org_id = n.org_id and b.bin_id = n.id and b.on_hand > 0
    where n.org_id = {org} and n.kind = 'pick' and not n.locked and n.kept_owner is null
    group by n.code, n.volume_ml order by coalesce(sum(b.on_hand), 0), n.volume_ml desc nulls first, n.code desc limit 1`);
  const dock = await person(browser, "receiver", { size: SIZES.tablet });
  await go(dock, "/floor/receive");
  await late(dock, 400);
  for (const code of [order, item.barcode, item.barcode, item.barcode, bin, item.barcode, item.barcode, other.barcode]) await scan(dock, code);
  await until(came(order, other), (units) => Number(units) === beside + 1);
  await bandIs(dock, "ok");
  const lines = `[data-line="${item.sku}"] .pack-count b`;
  await dock.locator(lines, { hasText: new RegExp(`^${before + 5}$`) }).waitFor();
  assert.deepEqual([await one(came(order, item, "DOCK")), await one(came(order, item, bin)), await one(came(order, other))].map(Number), [before + 3, 2, beside + 1]);

  // What was scanned behind a wrong one is not taken, and the band says so; whoever scans after it is heard.
  for (const code of ["NOT-ON-THIS-ORDER", item.barcode, item.barcode]) await scan(dock, code);
  await bandIs(dock, "wrong");
  assert.match(await bandWords(dock), /scanned NOT-ON-THIS-ORDER.*The 2 scans after it were not taken: scan them again\./);
  await scan(dock, item.barcode);
  await dock.locator(lines, { hasText: new RegExp(`^${before + 6}$`) }).waitFor();
  await bandIs(dock, "ok");
  assert.equal(Number(await one(came(order, item))), before + 6);
  assert.deepEqual(dock.problems, []);
  await dock.context().close();
});

test("IN-2: scans at a steady pace are all taken while the screen is told of the ones before", { timeout: 120_000 }, async () => {
  const { order, items: [item] } = await awaited(0);
  const before = Number(await one(came(order, item)));
  const dock = await person(browser, "receiver", { size: SIZES.tablet });
  await go(dock, `/floor/receive?scan=${order}`);
  // One answer is being drawn while the next is asked for, again and again.
  await late(dock, 300, /\/api\/fn\/purchasing\/bench/);
  for (let unit = 1; unit <= 5; unit += 1) {
    await scan(dock, item.barcode);
    await dock.waitForTimeout(120);
  }
  await until(came(order, item), (units) => Number(units) === before + 5);
  await dock.locator(`[data-line="${item.sku}"] .pack-count b`, { hasText: new RegExp(`^${before + 5}$`) }).waitFor();
  await bandIs(dock, "ok");
  assert.equal(Number(await one(came(order, item))), before + 5);
  assert.deepEqual(dock.problems, []);
  await dock.context().close();
});

test("IN-2: what is open or typed at the dock stays while another receives of the same order", { timeout: 180_000 }, async () => {
  const { order, items: [item, other] } = await awaited(1);
  const received = (page, { sku }, units) => page.locator(`[data-line="${sku}"] .pack-count b`, { hasText: new RegExp(`^${units}$`) }).waitFor();
  const [dock, second] = [await person(browser, "receiver", { size: SIZES.tablet }), await person(browser, "receiver")];
  for (const page of [dock, second]) await go(page, `/floor/receive?scan=${order}`);
  await dock.locator(`[data-line="${item.sku}"]`).click();
  const units = dock.getByLabel("Units", { exact: true });
  await units.fill("7");
  await dock.getByText("No more will come:").click();
  const reason = dock.locator("[data-short]").first();
  await reason.waitFor();
  await units.focus();
  const [mine, theirs] = [Number(await one(came(order, item))), Number(await one(came(order, other)))];
  await scan(second, other.barcode);
  await received(dock, other, theirs + 1);
  await scan(second, item.barcode);
  await received(dock, item, mine + 1);
  await dock.getByText(`No more will come: ${item.awaited - 1} missing`).waitFor();
  assert.equal(await units.inputValue(), "7");
  assert.ok(await units.evaluate((field) => field === document.activeElement), "the focus stays");
  assert.ok(await reason.isVisible(), "the form stays open");
  await dock.getByRole("button", { name: "Receive 7" }).click();
  await received(dock, item, mine + 8);
  // What is left is what the next press takes.
  await dock.getByRole("button", { name: `Receive ${item.awaited - 8}` }).waitFor();
  assert.deepEqual([...dock.problems, ...second.problems], []);
  for (const page of [dock, second]) await page.context().close();
});

// Peer Shelf-nu/shelf.nu PR 2580: an offline queue dropped scans it had shown as taken.
test("IN-2: a scan that nobody answers is never shown as taken; scanned again with a connection it is taken once", { timeout: 120_000 }, async () => {
  const { order, items: [item] } = await awaited(2);
  const before = Number(await one(came(order, item)));
  const dock = await person(browser, "receiver", { size: SIZES.tablet });
  await go(dock, `/floor/receive?scan=${order}`);
  await dock.context().setOffline(true);
  await dock.locator('[data-link="Offline"]').first().waitFor();
  for (const code of [item.barcode, item.barcode]) await scan(dock, code);
  await bandIs(dock, "wrong");
  assert.match(await bandWords(dock), /No answer.*The scan after it was not taken: scan that again\./);
  await dock.context().setOffline(false);
  await dock.locator('[data-link="Offline"]').first().waitFor({ state: "detached", timeout: 30_000 });
  assert.equal(Number(await one(came(order, item))), before);
  await scan(dock, item.barcode);
  await dock.locator(`[data-line="${item.sku}"] .pack-count b`, { hasText: new RegExp(`^${before + 1}$`) }).waitFor();
  await bandIs(dock, "ok");
  assert.equal(Number(await one(came(order, item))), before + 1);
  await dock.context().close();
});
