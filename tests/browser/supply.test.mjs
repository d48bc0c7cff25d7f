// Goods inside the house and between its sites: brought forward from reserve, sent on a truck, taken in with some missing, balanced.
import { after, before, test } from "node:test";
import assert from "node:assert/strict";
import { SIZES, atSite, axe, bandIs, bandWords, fits, go, open, person, scan } from "./stage.mjs";
import { one, sql, until } from "./database.mjs";
import { barcodeOf, shelves, stands } from "./shelves.mjs";

let browser;
before(async () => { browser = await open(); });
after(async () => { await browser?.close(); });

const phone = (role) => person(browser, role, { size: SIZES.phone });
const siteOf = (code) => one(`select id from site where org_id = {org} and code = '${code}'`);
const words = async (locator) => (await locator.textContent()).trim();

test("RPL-1: what a bin should hold is set, its need is on the board, and a task is brought from reserve by scan", { timeout: 180_000 }, async () => {
  // An item with reserve that no rule fills yet, and a pick bin of its own.
  const [[sku, bin, there, item]] = await sql(`
    select k.code, n.code, b.on_hand, k.id from balance b join sku k on k.org_id = b.org_id and k.id = b.sku_id
    join bin n on n.org_id = b.org_id and n.id = b.bin_id and n.kind = 'pick' and not n.locked join site s on s.org_id = b.org_id and s.id = b.site_id and s.code = 'LEEDS'
    where b.org_id = {org} and b.state = 'sellable' and b.on_hand > 0 and b.lot_id = '00000000-0000-0000-0000-000000000000'
      and not exists (select from forward_pick f where f.org_id = b.org_id and f.sku_id = b.sku_id)
      and not exists (select from balance o where o.org_id = b.org_id and o.bin_id = b.bin_id and o.sku_id <> b.sku_id and o.on_hand > 0)
      and exists (select from balance r join bin m on m.org_id = r.org_id and m.id = r.bin_id and m.kind = 'reserve'
        where r.org_id = b.org_id and r.sku_id = b.sku_id and r.site_id = b.site_id and r.state = 'sellable' and r.on_hand - r.allocated >= 6)
    order by k.code desc limit 1`);
  const planner = await person(browser, "planner");
  await go(planner, "/replenishment");
  await atSite(planner);
  const card = planner.locator("form", { has: planner.locator('input[name="min"]') });
  const set = async (fields) => { for (const [label, value] of Object.entries(fields)) await card.getByLabel(label, { exact: true }).fill(value); };
  await set({ "Pick bin": bin, SKU: sku, Minimum: "many", Maximum: "60" });
  await card.getByRole("button", { name: "Set it" }).click();
  await card.locator("#r-min", { hasText: "Give a whole number." }).waitFor();
  await set({ Minimum: String(Number(there) + 6), Maximum: String(Number(there) + 5) });
  await card.getByRole("button", { name: "Set it" }).click();
  await card.locator("#r-max .refusal, #r-min .refusal").first().waitFor();
  await set({ Maximum: String(Number(there) + 10) });
  await card.getByRole("button", { name: "Set it" }).click();
  await planner.getByText("The bin is filled by this rule.").waitFor();
  await go(planner, `/replenishment?search=${sku}`);
  await planner.locator(`tr[data-rule="${sku}"]`, { hasText: "Low" }).waitFor();
  await until(`select count(*) from replenish_task where org_id = {org} and sku_id = '${item}' and cancelled_at is null`, (raised) => raised === "1");
  await planner.locator(`tr[data-replenish="${sku}"]`).waitFor();
  // It is changed where it stands.
  await planner.locator(`tr[data-rule="${sku}"]`).getByRole("link", { name: bin }).click();
  await planner.getByRole("heading", { name: "Change what a bin holds" }).waitFor();
  assert.equal(await card.getByLabel("Minimum", { exact: true }).inputValue(), String(Number(there) + 6));
  await set({ Maximum: String(Number(there) + 12) });
  await card.getByRole("button", { name: "Save" }).click();
  await until(`select max_units from forward_pick where org_id = {org} and sku_id = '${item}'`, (most) => Number(most) === Number(there) + 12);

  const picker = await phone("picker");
  await go(picker, "/floor/replenish");
  await picker.locator("[data-from]").waitFor();
  assert.deepEqual([...(await axe(picker)), ...(await fits(picker))], []);
  const [from, to, code] = [await words(picker.locator("[data-from]")), await words(picker.locator("[data-to]")), await picker.locator("[data-replenish]").getAttribute("data-replenish")];
  const unit = (await picker.locator("[data-unit]").count()) ? await picker.locator("[data-unit]").getAttribute("data-unit") : null;
  const before = Number(await one(`select coalesce(sum(b.on_hand), 0) from balance b join bin n on n.org_id = b.org_id and n.id = b.bin_id join site s on s.org_id = n.org_id and s.id = n.site_id and s.code = 'LEEDS'
    join sku k on k.org_id = b.org_id and k.id = b.sku_id where b.org_id = {org} and n.code = '${to}' and k.code = '${code}'`));
  await scan(picker, to);
  await bandIs(picker, "wrong");
  assert.match(await bandWords(picker), new RegExp(`${from}|${unit}`));
  await scan(picker, unit ?? from);
  await bandIs(picker, "ok");
  await scan(picker, code);
  if (await picker.locator("[data-lot]").count()) await scan(picker, await picker.locator("[data-lot]").first().getAttribute("data-lot"));
  if (await picker.locator("[data-serial]").count()) await scan(picker, await picker.locator("[data-serial]").getAttribute("data-serial"));
  await picker.locator("[data-count]", { hasText: "1" }).waitFor();
  const all = picker.getByRole("button", { name: /^Take all / });
  const brought = (await all.count()) ? Number((await words(all)).replace(/\D/g, "")) : 1;
  if (await all.count()) await all.click();
  await picker.locator("[data-count]", { hasText: new RegExp(`^${brought}$`) }).waitFor();
  // Whoever plans sees who is at it.
  await go(planner, "/replenishment");
  await planner.locator(`tr[data-replenish="${code}"]`, { hasText: "Pia Novak" }).waitFor();
  await scan(picker, "NO-SUCH-BIN");
  await bandIs(picker, "wrong");
  assert.match(await bandWords(picker), new RegExp(`bin ${to}.*NO-SUCH-BIN`));
  await scan(picker, to);
  await bandIs(picker, "done");
  assert.match(await bandWords(picker), new RegExp(`${brought} in ${to}`));
  const bins = await one(`select n.id from bin n join site s on s.org_id = n.org_id and s.id = n.site_id and s.code = 'LEEDS' where n.org_id = {org} and n.code = '${to}'`);
  const supervisor = await person(browser, "supervisor");
  await go(supervisor, `/bins/${bins}`);
  const held = supervisor.locator(`tr[data-content="${code}"]`);
  await held.first().waitFor();
  const now = await held.evaluateAll((rows) => rows.reduce((sum, row) => sum + Number(row.cells[5].textContent.replace(/\D/g, "")), 0));
  assert.equal(now, before + brought, "what was brought is in the bin");

  // The rule is taken off again, with its question.
  await go(planner, `/replenishment?search=${sku}`);
  await planner.locator(`tr[data-rule="${sku}"]`).getByRole("link", { name: bin }).click();
  await planner.getByRole("button", { name: "Take it off" }).click();
  await planner.getByRole("group", { name: "Fill this bin no more?" }).getByRole("button", { name: "Take it off" }).click();
  await planner.getByText("The bin is filled no more.").waitFor();
  await planner.locator(`tr[data-rule="${sku}"]`).waitFor({ state: "detached" });
  assert.deepEqual([...planner.problems, ...picker.problems, ...supervisor.problems], []);
  for (const page of [planner, picker, supervisor]) await page.context().close();
});

test("PLN-1, GOV-2: a transfer is asked for, approved by another, loaded, taken in with one missing, and that one given up", { timeout: 240_000 }, async () => {
  const [shelf] = await shelves(1, 8);
  const [leeds, lyon] = [await siteOf("LEEDS"), await siteOf("LYON")];
  const barcode = await barcodeOf(shelf.id);
  const planner = await person(browser, "planner");
  await go(planner, "/transfers");
  const form = planner.locator("form", { has: planner.locator("#transfer-lines") });
  await form.getByLabel("From", { exact: true }).selectOption(leeds);
  await form.getByLabel("To", { exact: true }).selectOption(lyon);
  await form.getByLabel("What", { exact: true }).fill("NO-SUCH-SKU 4");
  await form.getByRole("button", { name: "Ask for it" }).click();
  await form.locator("#r-sku, #r-lines").filter({ hasText: "NO-SUCH-SKU" }).waitFor();
  await form.getByLabel("What", { exact: true }).fill(`${shelf.sku} 4`);
  await form.getByLabel("Note").fill("For the window in Lyon");
  await Promise.all([planner.waitForURL(/\/transfers\/TR-\d+$/), form.getByRole("button", { name: "Ask for it" }).click()]);
  const number = planner.url().split("/").pop();
  await planner.getByText("You asked for this. Another person approves it.").waitFor();
  assert.equal(await planner.getByRole("button", { name: "Approve" }).count(), 0);

  const supervisor = await person(browser, "supervisor");
  await go(supervisor, `/transfers/${number}`);
  await supervisor.getByText("For the window in Lyon").waitFor();
  await supervisor.getByRole("button", { name: "Approve" }).click();
  await supervisor.getByText("By Sana Iyer").waitFor();

  const loader = await phone("picker");
  await go(loader, "/floor/transfers");
  await scan(loader, "TR-NOT-HERE");
  await bandIs(loader, "wrong");
  await loader.locator("a.floor-cart", { hasText: number }).waitFor();
  await scan(loader, number);
  await loader.waitForURL(new RegExp(`/floor/transfers/${number}$`));
  await loader.locator(`[data-line="${shelf.sku}"]`).waitFor();
  const place = (await words(loader.locator(`[data-line="${shelf.sku}"] .small.code`))).split(" (")[0];
  const source = await sql(`select on_hand from balance b join bin n on n.org_id = b.org_id and n.id = b.bin_id
    where b.org_id = {org} and b.sku_id = '${shelf.id}' and n.code = '${place}' and b.site_id = '${leeds}' and b.state = 'sellable'`);
  await scan(loader, barcode);
  await bandIs(loader, "wrong");
  await scan(loader, place);
  for (let unit = 1; unit <= 4; unit += 1) {
    await scan(loader, barcode);
    await loader.locator(`[data-line="${shelf.sku}"] .pack-count b`, { hasText: new RegExp(`^${unit}$`) }).waitFor();
  }
  await scan(loader, barcode);
  await bandIs(loader, "wrong");
  await scan(loader, number);
  await bandIs(loader, "done");
  assert.match(await bandWords(loader), /The truck leaves|4 on the truck/);
  const leaves = loader.getByRole("button", { name: "The truck leaves" });
  if (await leaves.count()) {
    await leaves.click();
    await loader.getByRole("button", { name: "It leaves" }).click();
  }
  await until(`select count(*) from site_transfer where org_id = {org} and number = '${number}' and shipped_at is not null`, (gone) => gone === "1");
  assert.equal(await stands(supervisor, { ...shelf, bin: place }), Number(source[0][0]) - 4);

  const taker = await phone("lou.petit");
  const bay = await one(`select n.code from bin n where n.org_id = {org} and n.site_id = '${lyon}' and n.kind = 'pick' and not n.locked
    and not exists (select from balance b where b.org_id = n.org_id and b.bin_id = n.id and b.on_hand > 0) order by n.code limit 1`);
  await go(taker, `/floor/transfers/${number}`);
  await taker.locator(`[data-line="${shelf.sku}"]`).waitFor();
  for (let unit = 1; unit <= 3; unit += 1) {
    await scan(taker, barcode);
    await taker.locator(`[data-line="${shelf.sku}"] .pack-count b`, { hasText: new RegExp(`^${unit}$`) }).waitFor();
  }
  // A wrong bin changes nothing: the three are still in the hand.
  await scan(taker, "NO-SUCH-BIN");
  await bandIs(taker, "wrong");
  await taker.locator('[data-band="wrong"]', { hasText: "There is no bin NO-SUCH-BIN" }).waitFor();
  assert.equal(await words(taker.locator(`[data-line="${shelf.sku}"] .pack-count b`)), "3");
  await scan(taker, bay);
  await bandIs(taker, "done");
  assert.match(await bandWords(taker), /3 in, 1 to come/);
  assert.deepEqual([...(await axe(taker)), ...(await fits(taker))], []);
  assert.equal(await stands(supervisor, { ...shelf, bin: bay, site: lyon }), 3);

  // One did not come: that is said, with its reason, and no word alone will do.
  await go(planner, `/transfers/${number}`);
  const row = planner.locator(`tr[data-line="${shelf.sku}"]`);
  await row.waitFor();
  assert.deepEqual((await row.getByRole("cell").allTextContents()).slice(0, 5).map((cell) => cell.trim()), ["4", "4", "1", "3", "0"]);
  const lost = planner.locator("form", { has: planner.getByRole("button", { name: "Give up 1 unit" }) });
  await lost.getByRole("button").click();
  await lost.locator(".refusal", { hasText: "choose why" }).first().waitFor();
  await lost.locator('select[name="reason"]').selectOption("missing");
  await lost.getByLabel("A word beside it").fill("Not on the truck");
  await lost.getByRole("button").click();
  const given = planner.getByRole("region", { name: "What did not come" }).getByRole("row", { name: /Given up/ });
  await given.waitFor();
  assert.match(await given.textContent(), /Not on the truck/);
  assert.deepEqual((await row.getByRole("cell").allTextContents()).slice(0, 5).map((cell) => cell.trim()), ["4", "4", "0", "3", "1"]);
  assert.deepEqual([...planner.problems, ...supervisor.problems, ...loader.problems, ...taker.problems], []);
  for (const page of [planner, supervisor, loader, taker]) await page.context().close();
});

test("PLN-3: what it would pay to send is seen with its cost, asked for in one press, and called off with a reason", { timeout: 120_000 }, async () => {
  const planner = await person(browser, "planner");
  await go(planner, "/transfers");
  // Of what runs out first in Leeds, and costs little, all but one are held back there; in Lyon, where nobody buys it, some are found.
  const short = planner.getByRole("region", { name: "Weeks of cover" }).locator("tbody tr").filter({ hasText: "LEEDS" });
  await short.first().waitFor();
  const codes = (await short.evaluateAll((rows) => rows.slice(0, 20).map((row) => row.cells[0].textContent.trim()))).map((code) => `'${code}'`).join(", ");
  const [[sku, item, cost, free]] = await sql(`
    select k.code, k.id, k.standard_cost, max(b.on_hand - b.allocated) from sku k join balance b on b.org_id = k.org_id and b.sku_id = k.id and b.on_hand > b.allocated
    where k.org_id = {org} and k.code in (${codes}) and b.state = 'sellable' group by k.code, k.id, k.standard_cost having count(*) = 1 order by k.standard_cost limit 1`);
  const found = Math.min(20, Math.floor(90 / Number(cost)));
  const supervisor = await person(browser, "supervisor");
  await go(supervisor, `/inventory/${item}`);
  const hold = supervisor.locator("section.card", { hasText: "Hold back or release" });
  await hold.locator('input[name="quantity"]').fill(String(Number(free) - 1));
  await hold.locator('select[name="reason"]').selectOption("complaint");
  await hold.getByRole("button", { name: "Hold back" }).click();
  await supervisor.getByText("1 can be sold now").waitFor();
  await go(supervisor, "/adjustments");
  await atSite(supervisor, "Lyon");
  const bay = await one(`select n.code from bin n join site s on s.org_id = n.org_id and s.id = n.site_id and s.code = 'LYON' where n.org_id = {org} and n.kind = 'pick' and not n.locked
    and not exists (select from balance b where b.org_id = n.org_id and b.bin_id = n.id and b.on_hand > 0) order by n.code desc limit 1`);
  const correct = supervisor.locator("form", { has: supervisor.locator('input[name="sku_code"]') });
  await correct.getByLabel("Bin", { exact: true }).fill(bay);
  await correct.getByLabel("SKU or barcode").fill(sku);
  await correct.getByLabel("Units more").fill(String(found));
  await correct.getByLabel("Why", { exact: true }).locator('option[value="found"]').waitFor({ state: "attached" });
  await correct.getByLabel("Why", { exact: true }).selectOption("found");
  await correct.getByRole("button", { name: "Correct it" }).click();
  await supervisor.getByText("stock, cost and books are corrected").waitFor();
  // With a run that costs next to nothing, whatever is short anywhere pays.
  const lane = planner.locator("form", { has: planner.locator('input[name="freight"]') });
  const [leeds, lyon] = [await siteOf("LEEDS"), await siteOf("LYON")];
  const run = async (from, to, freight, kilogram) => {
    await lane.getByLabel("Run from").selectOption(from);
    await lane.getByLabel("Run to").selectOption(to);
    await lane.getByLabel("A run costs").fill(freight);
    await lane.getByLabel("A kilogram costs").fill(kilogram);
    await lane.getByRole("button", { name: "Set it" }).click();
  };
  await run(leeds, lyon, "cheap", "0");
  await lane.locator("#r-freight", { hasText: "Give an amount" }).waitFor();
  for (const [from, to] of [[leeds, lyon], [lyon, leeds]]) {
    await run(from, to, "0.10", "0");
    await until(`select freight_amount::float8 from lane where org_id = {org} and from_site = '${from}' and to_site = '${to}'`, (freight) => Number(freight) === 0.1);
  }
  await go(planner, "/transfers");
  const row = planner.locator('tr[data-proposal="LYON-LEEDS"]', { has: planner.getByRole("button", { name: "Ask for it" }) });
  await row.getByText(sku).waitFor();
  const units = await words(row.getByRole("cell").nth(1));
  await Promise.all([planner.waitForURL(/\/transfers\/TR-\d+$/), row.getByRole("button", { name: "Ask for it" }).click()]);
  await planner.getByText("You asked for this. Another person approves it.").waitFor();
  const asked = await planner.locator("tr[data-line]").evaluateAll((rows) => rows.reduce((sum, row) => sum + Number(row.cells[1].textContent.replace(/\D/g, "")), 0));
  assert.equal(asked, Number(units.replace(/\D/g, "")), "what was proposed is what is asked for");
  await planner.getByRole("button", { name: "Call it off" }).first().click();
  await planner.getByRole("group", { name: "Call this transfer off?" }).getByRole("button", { name: "Call it off" }).click();
  await planner.locator(".refusal", { hasText: "choose why" }).first().waitFor();
  await planner.getByLabel("Why it is called off").selectOption("no_truck");
  await planner.getByRole("button", { name: "Call it off" }).first().click();
  await planner.getByRole("group", { name: "Call this transfer off?" }).getByRole("button", { name: "Call it off" }).click();
  await planner.getByText("Called off", { exact: true }).first().waitFor();
  await go(supervisor, "/inspections");
  await atSite(supervisor);
  await supervisor.locator(`[data-unhold="${sku}"]`).first().click();
  await supervisor.locator(`[data-held="${sku}"]`).waitFor({ state: "detached" });
  for (const [from, to] of [[leeds, lyon], [lyon, leeds]]) await sql(`update lane set freight_amount = 180, per_kg_amount = 0.45 where org_id = {org} and from_site = '${from}' and to_site = '${to}'`);
  assert.deepEqual([...planner.problems, ...supervisor.problems], []);
  for (const page of [planner, supervisor]) await page.context().close();
});
