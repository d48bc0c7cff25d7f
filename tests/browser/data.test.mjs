// Master data: a file is tried, mended and taken, and more is known than before; an edit of somebody else's part waits for its owner.
import { after, before, test } from "node:test";
import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";
import { go, open, person } from "./stage.mjs";
import { one, sql, until } from "./database.mjs";
import { workbook } from "./workbook.mjs";

let browser;
before(async () => { browser = await open(); });
after(async () => { await browser?.close(); });

const score = (page, code) => page.locator(`tr[data-code="${code}"]`).getAttribute("data-score");

test("MDM-1: a file with errors is tried, mended and taken, and readiness rises", { timeout: 120_000 }, async () => {
  const supervisor = await person(browser, "supervisor");
  const code = await one("select code from sku where org_id = {org} and slotting = '' and active order by code limit 1");
  await go(supervisor, `/data?search=${code}`);
  const before = Number(await score(supervisor, code));
  const rows = supervisor.locator("#skus-text");
  const card = supervisor.locator("form", { has: rows });
  await rows.fill(`code,class\n${code},z`);
  await card.getByRole("button", { name: "Try it" }).click();
  await supervisor.getByText("there is no class “z”").waitFor();
  await rows.fill(`code,class\n${code},a`);
  assert.ok(await card.getByRole("button", { name: "Take it" }).isDisabled(), "what was not tried is not taken");
  await card.getByRole("button", { name: "Try it" }).click();
  await supervisor.getByText("1 · would be taken").waitFor();
  await card.getByRole("button", { name: "Take it" }).click();
  await until(`select slotting from sku where org_id = {org} and code = '${code}'`, (value) => value === "a");
  await supervisor.locator(`tr[data-code="${code}"][data-score="${before + 5}"]`).waitFor();
  assert.deepEqual(supervisor.problems, []);
  await supervisor.context().close();
});

test("MDM-1: a workbook is read, tried and taken; the house's own, brought back, says nothing new; what is none is refused", { timeout: 120_000 }, async () => {
  const supervisor = await person(browser, "supervisor");
  const [[code, grams], [other, , tall], [named]] = await sql("select code, weight_g, height_mm from sku where org_id = {org} and active order by code desc limit 3 offset 9");
  const [weight, height] = [Number(grams), Number(tall)];
  await go(supervisor, "/data");
  const card = supervisor.locator("form", { has: supervisor.locator("#skus-file") });
  const file = supervisor.locator("#skus-file");
  const bring = (name, buffer) => file.setInputFiles({ name, mimeType: "application/octet-stream", buffer });
  const seen = (words) => supervisor.waitForFunction((words) => document.querySelector("#skus-text")?.value.includes(words), words);
  const report = supervisor.locator("[data-report]");

  await bring("skus.xlsx", Buffer.from("this is no workbook"));
  await card.locator("#r-skus .refusal").waitFor();

  await bring("SKUs.XLSX", workbook([
    ["code", "weight_g", "height_mm", "name"],
    [code, weight + 1, "", ""],
    [other, "", height + 1, ""],
    [named, "", "", "Tray <oak> & ash"],
    [code, 3, "", ""],
    ["XL-BAD", "heavy", "", ""],
  ]));
  await seen("Tray <oak> & ash");
  assert.equal(await card.locator("#r-skus .refusal").count(), 0, "what was wrong with the file before is not said of this one");
  assert.ok((await supervisor.locator("#skus-text").inputValue()).includes(`\n${code},${weight + 1},,\n`), "it is seen before it is sent");
  await card.getByRole("button", { name: "Try it" }).click();
  await report.getByText("3 · would be taken").waitFor();
  await report.getByText(`${code} is there twice`).waitFor();
  await report.getByText(`${named}; Name and category waits for Administrator`).waitFor();
  await report.getByText("the weight_g “heavy” is no whole number").waitFor();
  const kept = () => sql(`select weight_g, (select height_mm from sku where org_id = {org} and code = '${other}') from sku where org_id = {org} and code = '${code}'`);
  assert.deepEqual(await kept(), [[String(weight), String(height)]], "a trial writes nothing");
  await card.getByRole("button", { name: "Take it" }).click();
  await supervisor.getByText("3 SKUs are taken.").waitFor();
  assert.deepEqual(await kept(), [[String(weight + 1), String(height + 1)]]);
  assert.equal(await one(`select count(*) from sku where org_id = {org} and name = 'Tray <oak> & ash'`), "0", "somebody else's part waits for them");
  await go(supervisor, "/data/changes?status=pending");
  await supervisor.locator("[data-change]", { hasText: "Tray <oak> & ash" }).waitFor();

  // What the house writes, it reads: nothing in it is news.
  await go(supervisor, "/data");
  const [download] = await Promise.all([supervisor.waitForEvent("download"), supervisor.getByRole("link", { name: "XLSX: SKUs as a workbook" }).click()]);
  const bytes = await readFile(await download.path());
  assert.equal(download.suggestedFilename(), "skus.xlsx");
  assert.equal(bytes.subarray(0, 2).toString(), "PK");
  await bring("skus.xlsx", bytes);
  await seen(`\n${code},`);
  await card.getByRole("button", { name: "Try it" }).click();
  await report.waitFor();
  assert.equal(await report.getAttribute("data-report"), await one("select count(*) from sku where org_id = {org}"));
  assert.match(await report.locator(".row").innerText(), /^\d+ · Known already$/);
  assert.deepEqual(supervisor.problems, []);
  await supervisor.context().close();
});

test("MDM-3: an edit of somebody else's part waits until its owner agrees", { timeout: 120_000 }, async () => {
  const supervisor = await person(browser, "supervisor");
  const sku = await one("select id from sku where org_id = {org} and active order by code desc limit 1 offset 5");
  await go(supervisor, `/data/skus/${sku}`);
  await supervisor.locator('input[name="price"]').fill("0.005.1");
  await supervisor.getByRole("button", { name: "Save", exact: true }).click();
  await supervisor.getByText("Give a number such as 12.50").waitFor();
  await supervisor.locator('input[name="price"]').fill("123.45");
  await supervisor.getByRole("button", { name: "Save", exact: true }).click();
  await supervisor.locator("[data-waiting]").waitFor();
  const price = () => one(`select price from sku where org_id = {org} and id = '${sku}'`);
  assert.notEqual(Number(await price()), 123.45, "it waits");
  const number = await one(`select number from sku_change where org_id = {org} and sku_id = '${sku}' and status = 'pending'`);
  assert.deepEqual(supervisor.problems, []);

  const finance = await person(browser, "finance");
  await go(finance, "/data/changes?status=pending");
  const edit = finance.locator(`[data-change="${number}"]`);
  await edit.getByRole("button", { name: "Agree" }).click();
  await until(`select price::float8 from sku where org_id = {org} and id = '${sku}'`, (value) => Number(value) === 123.45);
  await edit.waitFor({ state: "detached" });
  assert.deepEqual(finance.problems, []);
  for (const page of [supervisor, finance]) await page.context().close();
});

test("MDM-2: a reason of the house's own is added, given, and retired; words alone are refused", { timeout: 120_000 }, async () => {
  const admin = await person(browser, "admin");
  await go(admin, "/data/reasons");
  const card = admin.locator("section.card", { hasText: "A reason of your own" });
  await card.locator('select[name="process"]').selectOption("order_cancel");
  await card.locator('input[name="words"]').fill("Moved abroad");
  await card.locator('input[name="code"]').fill("Moved");
  await card.locator('select[name="means"]').selectOption("changed_mind");
  await card.getByRole("button", { name: "Add it" }).click();
  await card.locator("#r-code", { hasText: "small letters" }).waitFor();
  await card.locator('input[name="code"]').fill("moved_abroad");
  await card.getByRole("button", { name: "Add it" }).click();
  const row = admin.locator('[data-process="order_cancel"] tr[data-code="moved_abroad"]');
  await row.waitFor();

  const service = await person(browser, "customer-service");
  const number = await one("select number from sales_order o where org_id = {org} and cancelled_at is null and not exists (select from parcel p where p.org_id = o.org_id and p.order_id = o.id) and not exists (select from pick_task t join order_line l on l.org_id = t.org_id and l.id = t.order_line_id where l.org_id = o.org_id and l.order_id = o.id) order by placed_at desc limit 1");
  await go(service, `/orders/${number}`);
  await service.locator('input[name="note"]').fill("They called");
  const cancel = async () => {
    await service.getByRole("button", { name: "Cancel the order" }).click();
    await service.getByRole("button", { name: "Cancel it" }).click();
  };
  await cancel();
  await service.locator("#r-reason", { hasText: "choose why" }).waitFor();
  await service.locator('select[name="reason"]').selectOption("moved_abroad");
  await cancel();
  await until(`select count(*) from reason_given where org_id = {org} and code = 'moved_abroad' and note = 'They called'`, (value) => value === "1");

  await go(admin, "/data/reasons");
  await row.getByRole("button", { name: "Retire" }).click();
  await row.getByText("Retired").waitFor();
  assert.equal(await one("select words from reason_code where org_id = {org} and code = 'moved_abroad'"), "Moved abroad");
  assert.deepEqual(admin.problems, []);
  assert.deepEqual(service.problems, []);
  for (const page of [admin, service]) await page.context().close();
});
