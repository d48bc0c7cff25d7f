// Stock from any side: figures lead to the balances they count and to the movements behind, now and at a moment past.
import { after, before, test } from "node:test";
import assert from "node:assert/strict";
import { go, open, person } from "./stage.mjs";
import { one } from "./database.mjs";

let browser;
before(async () => { browser = await open(); });
after(async () => { await browser?.close(); });

const total = (page) => page.locator("[data-total]").getAttribute("data-total");

test("INV-1, INV-2: a figure leads to its balances, a balance to its movements, and the past is told", { timeout: 120_000 }, async () => {
  const supervisor = await person(browser, "supervisor");
  await go(supervisor, "/stock?by=site&then=state");
  const row = supervisor.locator("tbody tr[data-units]").first();
  const units = await row.getAttribute("data-units");
  await row.locator("a").first().click();
  await supervisor.getByRole("heading", { name: "Balances" }).waitFor();
  assert.equal(await total(supervisor), units, "the balances are those that were counted");

  await supervisor.locator("tbody").getByRole("link", { name: /^Movements of/ }).first().click();
  await supervisor.getByRole("heading", { name: "Movements", exact: true }).waitFor();
  assert.ok(await supervisor.locator("tbody tr").count() > 0, "something made the balance");

  const moment = await one("select to_char(min(recorded_at) - interval '1 day', 'YYYY-MM-DD\"T\"HH24:MI') from movement where org_id = {org}");
  await go(supervisor, `/stock?by=site&at=${moment}`);
  await supervisor.locator("[data-moment]").waitFor();
  await supervisor.getByText("Nothing stands there").waitFor();
  const on = await one("select sum(on_hand) from balance where org_id = {org}");
  await go(supervisor, "/stock?by=sku");
  assert.equal(await total(supervisor), on);
  assert.deepEqual(supervisor.problems, []);
  await supervisor.context().close();
});

test("INV-1: a SKU's page shows its history and why units are not free", { timeout: 120_000 }, async () => {
  const supervisor = await person(browser, "supervisor");
  const sku = await one("select sku_id from balance where org_id = {org} and state = 'quarantined' and on_hand > 0 limit 1");
  await go(supervisor, `/inventory/${sku}`);
  const history = supervisor.locator("[data-history]");
  await history.getByRole("img").waitFor();
  await history.getByText("As a table").click();
  assert.equal(await history.locator("tbody tr").count(), 90);
  const why = supervisor.locator('[data-why="Quarantined"]');
  await why.getByRole("link", { name: "Where they stand" }).click();
  await supervisor.getByRole("heading", { name: "Balances" }).waitFor();
  assert.deepEqual(supervisor.problems, []);
  await supervisor.context().close();
});
