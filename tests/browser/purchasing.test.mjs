// An order to a supplier through everyone's hands: written by a planner, approved by a supervisor, received by scan at the dock.
import { after, before, test } from "node:test";
import assert from "node:assert/strict";
import { SIZES, bandIs, bandWords, go, open, person, scan } from "./stage.mjs";
import { sql, until } from "./database.mjs";

let browser;
before(async () => { browser = await open(); });
after(async () => { await browser?.close(); });

/** Waits until so many units of an order came in as this. */
const came = (number, condition, units) => until(`
  select coalesce(sum(l.quantity), 0) from goods_receipt_line l join goods_receipt r on r.org_id = l.org_id and r.id = l.receipt_id
  join purchase_order o on o.org_id = r.org_id and o.id = r.order_id
  where o.org_id = {org} and o.number = '${number}' and l.condition = '${condition}'`, (value) => value === String(units));

test("IN-1, IN-2, IN-8, GOV-3: an order is written, approved by another, and received by scan", { timeout: 180_000 }, async () => {
  const [[sku, barcode]] = await sql(`
    select s.code, b.code from sku s join barcode b on b.org_id = s.org_id and b.sku_id = s.id and b.pack_quantity = 1
    where s.org_id = {org} and not exists (select from sku_tracking t where t.org_id = s.org_id and t.sku_id = s.id)
    order by s.code limit 1`);
  const planner = await person(browser, "planner");
  await go(planner, "/purchasing/new");
  const draft = planner.locator('form[aria-label="Draft"]');
  await draft.locator('input[name="sku"]').fill("NO-SUCH-SKU");
  await draft.locator('input[name="quantity"]').fill("300");
  await draft.locator('input[name="unit_cost"]').fill("10");
  await draft.getByRole("button", { name: "Save the draft" }).click();
  await draft.getByText("there is no SKU NO-SUCH-SKU").first().waitFor();
  await draft.locator('input[name="sku"]').fill(sku);
  await Promise.all([planner.waitForURL(/\/purchasing\/PO-\d+$/), draft.getByRole("button", { name: "Save the draft" }).click()]);
  const number = planner.url().split("/").pop();
  await planner.getByText("someone else approves it").waitFor();
  assert.deepEqual(planner.problems, []);

  const supervisor = await person(browser, "supervisor");
  await go(supervisor, `/purchasing/${number}`);
  await supervisor.locator('[data-act="approve"]').click();
  await until(`select count(*) from purchase_order where org_id = {org} and number = '${number}' and approved_at is not null`, (value) => value === "1");
  assert.deepEqual(supervisor.problems, []);

  const dock = await person(browser, "receiver", { size: SIZES.tablet });
  await go(dock, "/floor/receive");
  await scan(dock, number);
  await dock.locator(`[data-line="${sku}"]`).waitFor();
  await scan(dock, "NOT-ON-THIS-ORDER");
  await bandIs(dock, "wrong");
  assert.match(await bandWords(dock), new RegExp(`Expected ${sku}, scanned NOT-ON-THIS-ORDER`));
  await scan(dock, barcode);
  await bandIs(dock, "ok");
  await came(number, "good", 1);
  await dock.locator('[data-condition="damaged"]').click();
  await dock.locator('[data-fault="wet"]').click();
  await scan(dock, barcode);
  await came(number, "damaged", 1);
  await dock.getByText("to quarantine").waitFor();
  assert.deepEqual(dock.problems, []);

  await go(planner, `/purchasing/${number}`);
  await planner.locator("[data-claim]").first().waitFor();
  assert.equal(await planner.locator("[data-claim]").count(), 1);
  for (const page of [planner, supervisor, dock]) await page.context().close();
});
