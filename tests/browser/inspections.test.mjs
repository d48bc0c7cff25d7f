// Goods that are looked at before they are sold: planned, received into quarantine, judged by scan, released by another; and what is billed
// for them, what to order next, and stock on hold.
import { after, before, test } from "node:test";
import assert from "node:assert/strict";
import { SIZES, bandIs, bandWords, go, open, person, scan } from "./stage.mjs";
import { one, sql, until } from "./database.mjs";

let browser;
before(async () => { browser = await open(); });
after(async () => { await browser?.close(); });

/** An order of one SKU, written and approved by the screens. */
async function ordered(planner, supervisor, sku, units) {
  await go(planner, "/purchasing/new");
  const draft = planner.locator('form[aria-label="Draft"]');
  await draft.locator('input[name="sku"]').fill(sku);
  await draft.locator('input[name="quantity"]').fill(String(units));
  await draft.locator('input[name="unit_cost"]').fill("4");
  await Promise.all([planner.waitForURL(/\/purchasing\/PO-\d+$/), draft.getByRole("button", { name: "Save the draft" }).click()]);
  const number = planner.url().split("/").pop();
  await go(supervisor, `/purchasing/${number}`);
  await supervisor.locator('[data-act="approve"], [data-act="send"]').first().click();
  await until(`select count(*) from purchase_order where org_id = {org} and number = '${number}' and approved_at is not null`, (value) => value === "1");
  return number;
}

test("IN-3: planned goods are held when they come, judged by scan, and released by another", { timeout: 240_000 }, async () => {
  const [[sku, barcode]] = await sql(`
    select s.code, b.code from sku s join barcode b on b.org_id = s.org_id and b.sku_id = s.id and b.pack_quantity = 1
    where s.org_id = {org} order by s.code desc limit 1`);
  const planner = await person(browser, "planner");
  const supervisor = await person(browser, "supervisor");
  await go(planner, "/inspections");
  const plan = planner.locator("form", { hasText: "What to look at" });
  await plan.locator('input[name="sku"]').fill("NO-SUCH-SKU");
  await plan.locator('select[name="how"]').selectOption("units");
  await plan.locator('input[name="amount"]').fill("2");
  await plan.getByRole("button", { name: "Set the plan" }).click();
  await plan.getByText("NO-SUCH-SKU").first().waitFor();
  await plan.locator('input[name="sku"]').fill(sku);
  await plan.getByRole("button", { name: "Set the plan" }).click();
  await planner.locator(`[data-plan="${sku}"]`).waitFor();
  const number = await ordered(planner, supervisor, sku, 3);

  const dock = await person(browser, "receiver", { size: SIZES.tablet });
  await go(dock, "/floor/receive");
  await scan(dock, number);
  await dock.locator(`[data-line="${sku}"]`).waitFor();
  await dock.locator('[data-act="receive"]').click();
  await dock.getByText("to quarantine for inspection").waitFor();
  const inspection = await one(`
    select i.number from goods_inspection i join sku s on s.org_id = i.org_id and s.id = i.sku_id
    where i.org_id = {org} and s.code = '${sku}' and i.released_at is null`);

  await go(dock, "/floor/inspect");
  await scan(dock, "NOT-WAITING-HERE");
  await bandIs(dock, "wrong");
  assert.match(await bandWords(dock), /scanned NOT-WAITING-HERE/i);
  await scan(dock, inspection);
  await dock.locator(`[data-inspect="${inspection}"]`).waitFor();
  await dock.locator('[data-condition="damaged"]').click();
  await dock.locator('[data-fault="broken"]').click();
  await scan(dock, barcode);
  await dock.getByText("it is claimed").waitFor();
  await scan(dock, barcode);
  await until(`select coalesce(sum(v.quantity), 0) from goods_verdict v join goods_inspection i on i.org_id = v.org_id and i.id = v.inspection_id where i.org_id = {org} and i.number = '${inspection}'`, (value) => value === "2");
  await dock.getByText("1 to look at").first().waitFor();
  await scan(dock, barcode);
  await bandIs(dock, "done");
  assert.deepEqual(dock.problems, []);

  // Who inspects finds no button; whoever may puts them on sale.
  await go(dock, "/inspections");
  await dock.locator(`[data-inspection="${inspection}"]`).waitFor();
  assert.equal(await dock.locator(`[data-release="${inspection}"]`).count(), 0);
  await go(supervisor, "/inspections");
  await supervisor.locator(`[data-release="${inspection}"]`).click();
  await until(`select count(*) from movement m join goods_inspection i on i.org_id = m.org_id and i.id = m.source_id where i.org_id = {org} and i.number = '${inspection}' and m.reason = 'release' and m.quantity = 2`, (value) => value === "1");
  assert.deepEqual(supervisor.problems, []);
  for (const page of [planner, supervisor, dock]) await page.context().close();
});

test("IN-3: stock is held back with a reason, and put back on sale by whoever may", { timeout: 120_000 }, async () => {
  const [[id, code]] = await sql(`
    select s.id, s.code from balance b join sku s on s.org_id = b.org_id and s.id = b.sku_id
    join bin n on n.org_id = b.org_id and n.id = b.bin_id and n.kind = 'pick'
    where b.org_id = {org} and b.state = 'sellable' and b.on_hand - b.allocated > 3 and b.lpn_id = '00000000-0000-0000-0000-000000000000'
    order by b.on_hand desc, s.code limit 1`);
  const supervisor = await person(browser, "supervisor");
  await go(supervisor, `/inventory/${id}`);
  const card = supervisor.locator("section.card", { hasText: "Hold back or release" });
  await card.locator('input[name="quantity"]').fill("2");
  await card.locator('select[name="reason"]').selectOption("complaint");
  await card.getByRole("button", { name: "Hold back" }).click();
  await until(`select count(*) from stock_hold h where h.org_id = {org} and h.sku_id = '${id}' and h.hold and h.quantity = 2`, (value) => value === "1");
  await go(supervisor, "/inspections");
  // Others of it may be on hold for another reason.
  const row = supervisor.locator(`[data-held="${code}"]`, { hasText: "A customer complained" }).first();
  await row.waitFor();
  await row.locator(`[data-unhold="${code}"]`).click();
  await until(`select count(*) from stock_hold h where h.org_id = {org} and h.sku_id = '${id}' and not h.hold`, (value) => value === "1");
  assert.deepEqual(supervisor.problems, []);
  await supervisor.context().close();
});

test("IN-7, IN-8: what came is billed and matched, a dear bill waits for another, freight is shared out", { timeout: 240_000 }, async () => {
  const [[sku]] = await sql("select code from sku where org_id = {org} order by code offset 2 limit 1");
  const planner = await person(browser, "planner");
  const supervisor = await person(browser, "supervisor");
  const number = await ordered(planner, supervisor, sku, 10);
  const dock = await person(browser, "receiver", { size: SIZES.tablet });
  await go(dock, "/floor/receive");
  await scan(dock, number);
  await dock.locator('[data-act="receive"]').click();
  await until(`select coalesce(sum(l.quantity), 0) from goods_receipt_line l join purchase_line p on p.org_id = l.org_id and p.id = l.line_id join purchase_order o on o.org_id = p.org_id and o.id = p.order_id where o.org_id = {org} and o.number = '${number}'`, (value) => value === "10");

  const finance = await person(browser, "finance");
  await go(finance, `/purchasing/${number}`);
  await finance.getByText("Record a bill").click();
  const bill = finance.locator("form", { hasText: "Without units a line is not billed" });
  await bill.getByRole("button", { name: "Record and match" }).click();
  await bill.getByText("Give the supplier's number for the bill.").first().waitFor();
  await bill.locator('input[name="reference"]').fill(`INV-${number}`);
  await bill.locator('input[name="unit_cost"]').fill("4.60");
  await bill.getByRole("button", { name: "Record and match" }).click();
  await finance.getByText("billed at 4.6, ordered at 4").waitFor();
  assert.equal(await finance.getByRole("button", { name: "Agree to pay it" }).count(), 0, "who recorded it does not agree");

  await go(supervisor, `/purchasing/${number}`);
  const agree = supervisor.locator('select[name="reason"]', { has: supervisor.locator('option[value="price_rose"]') });
  await agree.selectOption("price_rose");
  await supervisor.getByRole("button", { name: "Agree to pay it" }).click();
  await finance.getByRole("button", { name: "Pay it" }).click();
  await until(`select count(*) from supplier_bill where org_id = {org} and reference = 'INV-${number}' and paid_at is not null`, (value) => value === "1");

  await finance.getByText("Charge freight, duty, insurance").click();
  const landed = finance.locator("form", { hasText: "Share it out by" });
  await landed.locator('input[name="freight"]').fill("12.50");
  await landed.getByRole("button", { name: "Share it out" }).click();
  await finance.getByRole("button", { name: "Book it" }).click();
  await finance.locator("[data-landed]").first().waitFor();
  assert.deepEqual(finance.problems, []);
  for (const page of [planner, supervisor, dock, finance]) await page.context().close();
});

test("IN-8: what runs out is proposed, and one press makes the draft", { timeout: 120_000 }, async () => {
  const planner = await person(browser, "planner");
  await go(planner, "/purchasing/reorder");
  const press = planner.locator("[data-reorder]").first();
  await press.waitFor();
  await Promise.all([planner.waitForURL(/\/purchasing\/PO-\d+$/), press.click()]);
  await planner.locator('form[aria-label="Draft"]').waitFor();
  assert.ok((await planner.locator(".purchase-row").count()) > 0);
  assert.deepEqual(planner.problems, []);
  await planner.context().close();
});
