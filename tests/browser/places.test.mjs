// Places: bins made by a pattern on the drawing and labelled; goods put away from the dock by scan; a pallet moved with all that it holds.
import { after, before, test } from "node:test";
import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";
import { SIZES, atSite, bandIs, bandWords, go, look, open, person, scan } from "./stage.mjs";
import { one, sql, until } from "./database.mjs";

let browser;
before(async () => { browser = await open(); });
after(async () => { await browser?.close(); });

const leeds = () => one("select id from site where org_id = {org} and code = 'LEEDS'");

/** What a press brings as a file: its name and its bytes. */
async function file(page, button) {
  const [download] = await Promise.all([page.waitForEvent("download"), button.click()]);
  return { name: download.suggestedFilename(), bytes: await readFile(await download.path()) };
}

test("INV-4: bins are made by a pattern on the drawing, get labels as PDF and ZPL, and are locked with a reason", { timeout: 120_000 }, async () => {
  const page = await person(browser, "supervisor");
  const site = await leeds();
  await go(page, "/sites");
  await Promise.all([page.waitForURL(`**/sites/${site}/design`), page.locator('[data-site="LEEDS"] a').first().click()]);
  const form = page.locator("form", { has: page.locator('input[name="pattern"]') });
  const type = async (fields) => { for (const [name, value] of Object.entries(fields)) await form.locator(`input[name="${name}"]`).fill(value); };
  await type({ pattern: "Z{shelf}", aisles: "1-2", first_aisle: "1", bays: "1-4", levels: "5" });
  await form.getByRole("button", { name: "Look at them first" }).click();
  await page.locator("#r-pattern", { hasText: "shelf" }).waitFor();
  await type({ pattern: "Z{aisle:02}-{bay:02}-{level}" });
  await form.locator('select[name="kind"]').selectOption("reserve");
  await form.locator('input[name="volume"]').fill("500");
  await form.getByRole("button", { name: "Look at them first" }).click();
  await page.locator('[data-preview="8"]').waitFor();
  assert.ok((await page.locator(".map-coming").getAttribute("d")).length > 0, "they are seen on the drawing first");
  assert.equal(await one("select count(*) from bin where org_id = {org} and code like 'Z0%'"), "0", "a look makes none");
  await page.getByRole("button", { name: "Make 8 bins" }).click();
  await until("select count(*) from bin where org_id = {org} and code like 'Z0%' and kind = 'reserve' and volume_ml = 500000", (made) => made === "8");
  await go(page, `/sites/${site}/bins?code=Z0*`);
  await page.locator('[data-bins="8"]').waitFor();
  const pdf = await file(page, page.getByRole("button", { name: "PDF" }));
  assert.equal(pdf.name, "bin-labels.pdf");
  assert.equal(pdf.bytes.subarray(0, 5).toString(), "%PDF-");
  const zpl = await file(page, page.getByRole("button", { name: "ZPL, for a label printer" }));
  assert.equal(zpl.name, "bin-labels.zpl");
  assert.equal(zpl.bytes.toString().match(/\^XA/g).length, 8, "a label for each");
  assert.ok(zpl.bytes.toString().includes("^FD>:Z02-04-5^FS"));
  assert.deepEqual(await look(page), []);
  const bin = await one("select id from bin where org_id = {org} and code = 'Z01-01-5'");
  await go(page, `/bins/${bin}`);
  await page.getByRole("button", { name: "Lock the bin" }).click();
  await page.locator("#r-reason", { hasText: "choose why" }).waitFor();
  await page.locator('select[name="reason"]').selectOption("broken");
  await page.locator('input[name="note"]').fill("Shelf bent");
  await page.getByRole("button", { name: "Lock the bin" }).click();
  await page.locator("[data-locked]", { hasText: "Shelf bent" }).waitFor();
  await page.getByRole("button", { name: "Unlock the bin" }).waitFor();
  assert.deepEqual(page.problems, []);
  await page.context().close();
});

/** A pile of goods at the Leeds dock that no order waits for: SKU, its barcode, units. */
async function pile() {
  const [row] = await sql(`
    select k.code, c.code, b.on_hand, b.bin_id from balance b join bin n on n.org_id = b.org_id and n.id = b.bin_id and n.kind = 'dock'
    join site s on s.org_id = b.org_id and s.id = b.site_id and s.code = 'LEEDS' join sku k on k.org_id = b.org_id and k.id = b.sku_id
    join barcode c on c.org_id = b.org_id and c.sku_id = b.sku_id and c.pack_quantity = 1
    where b.org_id = {org} and b.state = 'sellable' and b.on_hand > b.allocated and b.lpn_id = '00000000-0000-0000-0000-000000000000'
      and not exists (select from order_line l join sales_order o on o.org_id = l.org_id and o.id = l.order_id
                      join exception_case e on e.org_id = l.org_id and e.subject_id in (l.id, o.id) and e.kind = 'backorder' and e.resolved_at is null
                      where l.org_id = b.org_id and l.sku_id = b.sku_id)
    order by b.on_hand desc, k.code limit 1`);
  const [sku, barcode, units, dock] = row;
  return { sku, barcode, units: Number(units), dock };
}

test("IN-4: goods at the dock go by scan to the bin that is proposed; a full bin, and another without a reason, are refused", { timeout: 120_000 }, async () => {
  const page = await person(browser, "receiver", { size: SIZES.tablet });
  await go(page, "/floor/putaway");
  await atSite(page);
  const { sku, barcode } = await pile();
  await page.locator(`[data-waits="${sku}"]`).first().waitFor();
  await scan(page, "NOT-KNOWN-HERE");
  await bandIs(page, "wrong");
  await scan(page, barcode);
  const proposed = page.locator("[data-proposed]");
  await proposed.waitFor();
  await scan(page, barcode);
  await page.waitForFunction(() => document.querySelector('input[name="quantity"]')?.value === "2");
  await bandIs(page, "ok");
  const bin = await proposed.getAttribute("data-proposed");
  const full = await one(`select n.code from bin n join site s on s.org_id = n.org_id and s.id = n.site_id where n.org_id = {org} and s.code = 'LEEDS' and n.kind = 'pick' and n.code <> '${bin}'
    and exists (select from balance b where b.org_id = n.org_id and b.bin_id = n.id and b.on_hand > 0) order by n.code limit 1`);
  await sql(`update bin set volume_ml = 1 where org_id = {org} and code = '${full}' and site_id = (select id from site where org_id = {org} and code = 'LEEDS')`);
  await scan(page, full);
  const why = page.locator(`[data-other="${full}"]`);
  await why.waitFor();
  await why.getByRole("button").click();
  await page.locator("#r-reason", { hasText: `${bin} was proposed` }).waitFor();
  await page.locator('select[name="reason"]').selectOption("nearer");
  await page.locator(`[data-other="${full}"]`).getByRole("button").click();
  await bandIs(page, "wrong");
  assert.match(await bandWords(page), new RegExp(`Bin ${full} has room for 0 of these`));
  assert.equal(await one(`select count(*) from movement m join sku k on k.org_id = m.org_id and k.id = m.sku_id where m.org_id = {org} and m.reason = 'putaway' and k.code = '${sku}'`), "0");
  await scan(page, bin);
  await bandIs(page, "done");
  assert.match(await bandWords(page), new RegExp(`2 in ${bin}`));
  await until(`select coalesce(sum(m.quantity), 0) from movement m join sku k on k.org_id = m.org_id and k.id = m.sku_id join bin n on n.org_id = m.org_id and n.id = m.to_bin
    where m.org_id = {org} and m.reason = 'putaway' and k.code = '${sku}' and n.code = '${bin}'`, (units) => units === "2");
  assert.deepEqual(page.problems, []);
  await page.context().close();
});

test("INV-1: a pallet is made, filled, moved with a carton on it and unpacked, by scan", { timeout: 120_000 }, async () => {
  const page = await person(browser, "receiver", { size: SIZES.tablet });
  await go(page, "/floor/units");
  await atSite(page);
  const { barcode, units } = await pile();
  assert.ok(units >= 2, "there is something to load");
  const make = async (label, kind) => {
    await scan(page, label);
    await bandIs(page, "wrong");
    await page.waitForFunction((label) => document.querySelector('input[name="code"]')?.value === label, label);
    await page.locator('select[name="kind"]').selectOption(kind);
    await page.getByRole("button", { name: "Make it" }).click();
    await page.locator(`[data-unit-in-hand="${label}"]`).waitFor();
  };
  const holds = (count) => page.locator(`[data-units="${count}"]`).waitFor();
  await make("BT-CAR-1", "carton");
  await scan(page, "DOCK");
  await page.locator('[data-filled-from="DOCK"]').waitFor();
  await scan(page, barcode);
  await holds(1);
  await page.getByRole("link", { name: "Put it down" }).click();
  await page.getByText("A pallet, carton or tote shows what it holds").waitFor();
  await make("BT-PAL-1", "pallet");
  await scan(page, "DOCK");
  await page.locator('[data-filled-from="DOCK"]').waitFor();
  await scan(page, barcode);
  await holds(1);
  await scan(page, "BT-PAL-1");
  await bandIs(page, "wrong");
  await go(page, "/floor/units?unit=BT-CAR-1");
  await holds(1);
  await scan(page, "BT-PAL-1");
  await bandIs(page, "done");
  await page.getByText("On BT-PAL-1", { exact: true }).waitFor();
  await go(page, "/floor");
  await scan(page, "BT-PAL-1");
  await page.waitForURL(/\/floor\/units\?unit=BT-PAL-1/);
  await page.locator('[data-holds="BT-CAR-1"]').waitFor();
  await holds(2);
  await scan(page, "BT-CAR-1");
  await bandIs(page, "wrong");
  assert.match(await bandWords(page), /cannot hold what holds it/);
  const reserve = await one("select n.code from bin n join site s on s.org_id = n.org_id and s.id = n.site_id and s.code = 'LEEDS' where n.org_id = {org} and n.kind = 'reserve' and not n.locked and n.volume_ml > 800000 and not exists (select from balance b where b.org_id = n.org_id and b.bin_id = n.id) order by n.code desc limit 1");
  await scan(page, reserve);
  await bandIs(page, "done");
  await page.getByText(`LEEDS ${reserve}`).first().waitFor();
  await until(`select count(*) from movement m join bin n on n.org_id = m.org_id and n.id = m.to_bin where m.org_id = {org} and m.reason = 'move' and n.code = '${reserve}'`, (moves) => moves === "2");
  assert.deepEqual(await look(page), []);
  await page.getByRole("button", { name: "Unpack it" }).first().click();
  await page.locator(".confirm .btn.primary").click();
  await bandIs(page, "done");
  await holds(0);
  await page.getByText("It is empty", { exact: false }).first().waitFor();
  assert.deepEqual(page.problems, []);
  await page.context().close();
});
