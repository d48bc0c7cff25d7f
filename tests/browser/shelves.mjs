// Where goods stand, for journeys that count, correct, send or receive: a bin that is nobody else's, and what the screens say of it.
import assert from "node:assert/strict";
import { one, sql } from "./database.mjs";
import { go } from "./stage.mjs";

const LOOSE = "00000000-0000-0000-0000-000000000000";

/**
 * Pick bins of Leeds that hold one item of our own and nothing else: its units are all alike, no order, count, rule or plan asks for it,
 * and each is worth enough that a dozen of them matter. From the end of the alphabet, so that others keep what they began with.
 */
export async function shelves(count, skip = 0) {
  const rows = await sql(`
    select k.id, k.code, n.id, n.code, s.id, b.on_hand, k.standard_cost from balance b
    join bin n on n.org_id = b.org_id and n.id = b.bin_id and n.kind = 'pick' and not n.locked
    join site s on s.org_id = b.org_id and s.id = b.site_id and s.code = 'LEEDS' join sku k on k.org_id = b.org_id and k.id = b.sku_id
    where b.org_id = {org} and b.state = 'sellable' and b.lpn_id = '${LOOSE}' and b.owner_id = '${LOOSE}' and b.allocated = 0 and b.on_hand >= 24
      and k.standard_cost >= 4 and k.category not in ('hygiene', 'food', 'gift_card')
      and not exists (select from balance o where o.org_id = b.org_id and o.bin_id = b.bin_id and o.sku_id <> b.sku_id and o.on_hand > 0)
      and not exists (select from sku_tracking t where t.org_id = k.org_id and t.sku_id = k.id and (t.by_lot or t.by_serial))
      and not exists (select from inspection_plan p where p.org_id = k.org_id and p.sku_id = k.id)
      and not exists (select from stock_count c where c.org_id = b.org_id and c.bin_id = b.bin_id and c.status <> 'done')
      and not exists (select from stock_adjustment a where a.org_id = b.org_id and a.bin_id = b.bin_id)
      and not exists (select from forward_pick f where f.org_id = b.org_id and f.sku_id = b.sku_id)
      and not exists (select from reservation r where r.org_id = b.org_id and r.sku_id = b.sku_id)
    order by k.code desc offset ${skip} limit ${count}`);
  return rows.map(([id, sku, binId, bin, site, units, cost]) => ({ id, sku, binId, bin, site, units: Number(units), cost: Number(cost) }));
}

/** A code that a scanner reads of one unit. */
export const barcodeOf = (id) => one(`select code from barcode where org_id = {org} and sku_id = '${id}' and pack_quantity = 1 order by code limit 1`);

/** Units of an item in a bin, as its own page tells them; the explorer, asked for the same bin, says the same. */
export async function stands(page, { id, bin, site }) {
  const code = await one(`select code from site where org_id = {org} and id = '${site}'`);
  await go(page, `/inventory/${id}`);
  const rows = page.getByRole("region", { name: "Where the units stand" }).getByRole("row").filter({ has: page.getByRole("rowheader", { name: bin, exact: true }) });
  await page.getByRole("region", { name: "Last movements" }).waitFor();
  const told = await rows.evaluateAll((rows, code) => rows.map((row) => [...row.cells].map((cell) => cell.textContent.trim()))
    .filter((cells) => cells[1] === code).reduce((sum, cells) => sum + Number(cells[4].replace(/\D/g, "")), 0), code);
  await go(page, `/stock?sku=${id}&bin=${bin}&place=${site}`);
  await page.locator('[data-total], [data-state="empty"]').first().waitFor();
  const total = page.locator("[data-total]");
  assert.equal((await total.count()) ? Number(await total.getAttribute("data-total")) : 0, told, "the explorer and the item's page say the same");
  return told;
}
