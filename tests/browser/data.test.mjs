// Master data: a file is tried, mended and taken, and more is known than before; an edit of somebody else's part waits for its owner.
import { after, before, test } from "node:test";
import assert from "node:assert/strict";
import { go, open, person } from "./stage.mjs";
import { one, until } from "./database.mjs";

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
  await rows.fill(`code,class\n${code},z`);
  await supervisor.getByRole("button", { name: "Try it" }).click();
  await supervisor.getByText("there is no class “z”").waitFor();
  await rows.fill(`code,class\n${code},a`);
  assert.ok(await supervisor.getByRole("button", { name: "Take it" }).isDisabled(), "what was not tried is not taken");
  await supervisor.getByRole("button", { name: "Try it" }).click();
  await supervisor.getByText("1 · would be taken").waitFor();
  await supervisor.getByRole("button", { name: "Take it" }).click();
  await until(`select slotting from sku where org_id = {org} and code = '${code}'`, (value) => value === "a");
  await supervisor.locator(`tr[data-code="${code}"][data-score="${before + 5}"]`).waitFor();
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
