// Files of suppliers, of their prices and of bins: a trial says row by row what is wrong and writes nothing; taken, the good rows are in.
import { after, before, test } from "node:test";
import assert from "node:assert/strict";
import { axe, go, open, person } from "./stage.mjs";
import { one, sql } from "./database.mjs";

let browser;
before(async () => { browser = await open(); });
after(async () => { await browser?.close(); });

/** Fills the card `id` with rows and tries them: the good ones are counted, each bad one is told with its reason, nothing is kept. Then takes it. */
async function bring(page, id, rows, { good, bad, kept, taken }) {
  const card = page.locator("section.card", { has: page.locator(`#${id}-text`) });
  const before = await kept();
  await page.locator(`#${id}-text`).fill(rows.join("\n"));
  await card.getByRole("button", { name: "Try it" }).click();
  await card.getByText(`${good} · would be taken`).waitFor();
  for (const [row, words] of bad) await card.locator("[data-report] li", { hasText: `Row ${row}: ` }).filter({ hasText: words }).waitFor();
  assert.equal(await card.locator("[data-report]").getAttribute("data-report"), String(rows.length - 1));
  assert.deepEqual(await axe(page), []);
  assert.deepEqual(await kept(), before, "a trial writes nothing");
  await card.getByRole("button", { name: "Take it" }).click();
  await page.getByText(taken).waitFor();
  return kept();
}

test("MDM-1: suppliers and their prices come from files; a bad row is told and keeps no good one out", { timeout: 120_000 }, async () => {
  const code = `FILE${Date.now() % 100_000}`;
  const sku = await one("select code from sku where org_id = {org} and active order by code desc limit 1");
  const planner = await person(browser, "planner");
  await go(planner, "/purchasing/suppliers");
  const suppliers = () => sql(`select name, lead_days from supplier where org_id = {org} and code = '${code}'`);
  assert.deepEqual(await bring(planner, "suppliers", ["code,name,lead_days", `${code},Kilns from a file,9`, `${code}X,Soon Kilns,soon`, `${code},Kilns again,4`], {
    good: 1, kept: suppliers, taken: "1 supplier is taken.", bad: [["2", "“soon”"], ["3", `${code} is there twice`]],
  }), [["Kilns from a file", "9"]]);
  const row = planner.locator(`tr[data-supplier="${code}"]`);
  await row.getByText("9 d").waitFor();

  const prices = () => sql(`select b.min_quantity, b.unit_cost::float8 from supplier_price b join supplier s on s.org_id = b.org_id and s.id = b.supplier_id
    join sku k on k.org_id = b.org_id and k.id = b.sku_id where s.org_id = {org} and s.code = '${code}' and k.code = '${sku}' order by 1`);
  const header = "supplier,sku,from_quantity,unit_cost";
  assert.deepEqual(await bring(planner, "prices", [header, `${code},${sku},1,9.50`, `${code},${sku},50,7.25`, `NOBODY-7,${sku},1,9.50`, `${code},NO-SUCH-SKU,1,2`, `${code},${sku},1,8`], {
    good: 2, kept: prices, taken: "2 prices are taken.", bad: [["3", "There is no supplier NOBODY-7."], ["4", "NO-SUCH-SKU"], ["5", "is there twice"]],
  }), [["1", "9.5"], ["50", "7.25"]]);
  await row.getByRole("link").click();
  await planner.locator(`tr[data-price="${sku}"]`, { hasText: "from 50: " }).waitFor();
  assert.deepEqual(planner.problems, []);
  await planner.context().close();
});

test("MDM-1: bins come from a file; where one stands is drawn, not written, and that is said", { timeout: 120_000 }, async () => {
  const [[bin, volume], [moved]] = await sql(`select n.code, coalesce(n.volume_ml, 5000000) from bin n join site s on s.org_id = n.org_id and s.id = n.site_id
    where n.org_id = {org} and s.code = 'LEEDS' and n.kind = 'pick' and not n.locked order by n.code desc limit 2`);
  const admin = await person(browser, "admin");
  await go(admin, "/data");
  const larger = String(Number(volume) + 1000);
  const bins = () => one(`select n.volume_ml from bin n join site s on s.org_id = n.org_id and s.id = n.site_id where n.org_id = {org} and s.code = 'LEEDS' and n.code = '${bin}'`);
  assert.equal(await bring(admin, "bins", ["site,bin,aisle,y_mm,volume_ml", `LEEDS,${bin},,,${larger}`, `NOWHERE,${bin},,,5`, `LEEDS,${moved},999,1,`, `LEEDS,${bin},,,7`], {
    good: 1, kept: bins, taken: "1 bin is taken.", bad: [["2", "There is no site NOWHERE."], ["3", "stands elsewhere: where a bin stands is drawn on its site"], ["4", "is there twice"]],
  }), larger);
  assert.deepEqual(admin.problems, []);
  await admin.context().close();
});
