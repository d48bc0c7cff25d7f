// A supplier's goods from the price list to the claim: bought at a price break, approved by another, booked at a dock, received with one
// damaged, one too many and a line that never came; and goods that are a client's.
import { after, before, test } from "node:test";
import assert from "node:assert/strict";
import { SIZES, atSite, axe, bandIs, bandWords, fits, go, open, person, scan } from "./stage.mjs";
import { one, until } from "./database.mjs";
import { barcodeOf, shelves, stands } from "./shelves.mjs";

let browser;
before(async () => { browser = await open(); });
after(async () => { await browser?.close(); });

/** The dock's day: one that the demo left alone, with an hour for each delivery booked on it. */
async function appointment() {
  const day = new Date(Date.now() + 3 * 86_400_000).toISOString().slice(0, 10);
  const booked = Number(await one(`select count(*) from delivery where org_id = {org} and slot_from::date = '${day}'`));
  return { day, from: `${day}T${String(5 + booked).padStart(2, "0")}:00` };
}

/** A new supplier with two prices for each of these, the second from so many units on. */
async function supplier(planner, code, prices) {
  await go(planner, "/purchasing/suppliers");
  const card = planner.locator("form", { has: planner.locator('input[name="lead_days"]') });
  await card.getByLabel("Code").fill(code);
  await card.getByLabel("Lead time, days").fill("soon");
  await card.getByRole("button", { name: "Keep" }).click();
  await card.locator("#r-lead_days", { hasText: "Give whole days." }).waitFor();
  await card.getByLabel("Lead time, days").fill("4");
  await card.getByLabel("Name").fill(`${code} Kilns`);
  await card.getByLabel("Email for orders").fill("orders@kilns.example");
  await card.getByLabel("Taken without asking beyond what was ordered, %").fill("0");
  await card.getByRole("button", { name: "Keep" }).click();
  const row = planner.locator(`tr[data-supplier="${code}"]`);
  await row.getByText("4 d").waitFor();
  await row.getByRole("link").click();
  const price = planner.locator("form", { has: planner.getByRole("button", { name: "Set the price" }) });
  for (const [sku, steps] of prices) {
    for (const [units, cost] of steps) {
      await price.getByLabel("SKU").fill(sku);
      await price.getByLabel("From how many units on").fill(String(units));
      await price.getByLabel("Cost of one").fill(cost);
      await price.getByRole("button", { name: "Set the price" }).click();
      await planner.locator(`tr[data-price="${sku}"]`, { hasText: `from ${units}: ` }).waitFor();
    }
  }
}

test("IN-1, IN-2, IN-8, GOV-3: bought at a price break, approved by another, booked by dock and day, received with one damaged and one too many", { timeout: 240_000 }, async () => {
  const [item, missing] = await shelves(2, 14);
  const [barcode, code] = [await barcodeOf(item.id), `KILN${Date.now() % 100_000}`];
  const cost = item.cost.toFixed(2);
  const planner = await person(browser, "planner");
  await supplier(planner, code, [[item.sku, [[1, (item.cost + 1).toFixed(2)], [4, cost]]], [missing.sku, [[1, "9.50"], [100, "6.00"]]]]);

  await go(planner, "/purchasing/new");
  await atSite(planner);
  const draft = planner.getByRole("form", { name: "Draft" });
  await draft.getByLabel("From", { exact: true }).selectOption({ label: `${code} Kilns · 4 days` });
  await draft.getByRole("button", { name: "Add a line" }).click();
  for (const [nth, [sku, units]] of [[item.sku, "4"], [missing.sku, "200"]].entries()) {
    await draft.getByLabel("SKU").nth(nth).fill(sku);
    await draft.getByLabel("Units").nth(nth).fill(units);
  }
  await Promise.all([planner.waitForURL(/\/purchasing\/PO-\d+$/), draft.getByRole("button", { name: "Save the draft" }).click()]);
  const order = planner.url().split("/").pop();
  // Each line took the price of its quantity.
  await draft.getByLabel("Cost of one").nth(1).waitFor();
  assert.deepEqual(await draft.getByLabel("Cost of one").evaluateAll((fields) => fields.map((field) => Number(field.value))), [Number(cost), 6]);
  await planner.getByText("You wrote it and it is above the limit, so someone else approves it.").waitFor();
  assert.equal(await planner.locator('[data-act="approve"]').count(), 0);

  const supervisor = await person(browser, "supervisor");
  await go(supervisor, `/purchasing/${order}`);
  await supervisor.getByRole("button", { name: "Approve" }).click();
  await supervisor.getByText("by Sana Iyer").waitFor();

  const { day, from } = await appointment();
  const booking = planner.locator("form", { has: planner.getByRole("button", { name: "Book the dock" }) });
  await booking.getByRole("button", { name: "Book the dock" }).click();
  await booking.locator("#r-from", { hasText: "Give the day and the time" }).waitFor();
  await booking.getByLabel("From", { exact: true }).fill(from);
  await booking.getByLabel("Minutes").fill("45");
  await booking.getByLabel("Carrier").fill("Fell Haulage");
  await booking.getByRole("button", { name: "Book the dock" }).click();
  const delivery = await planner.locator("tr[data-delivery]").first().getAttribute("data-delivery");

  // By dock and day: today it is not, on its day it is, at its dock.
  const dock = await person(browser, "receiver", { size: SIZES.tablet });
  await go(dock, "/inbound");
  await dock.locator("[data-count]").first().waitFor();
  const row = dock.locator(`tr[data-delivery="${delivery}"]`);
  assert.equal(await row.count(), 0, "it is not due today");
  await dock.getByLabel("Day", { exact: true }).last().fill(day);
  await dock.waitForURL(new RegExp(`day=${day}`));
  await row.waitFor();
  assert.match(await row.textContent(), new RegExp(`${order}.*${code} Kilns.*Expected.*DOCK.*${from.slice(11)}–.*0 of 204`));
  assert.deepEqual(await axe(dock), []);
  await row.getByRole("button", { name: "It is here" }).click();
  await row.getByText("Arrived").waitFor();
  const before = await stands(supervisor, { ...item, bin: "DOCK" });
  await row.getByRole("link", { name: "Receive" }).click();
  await dock.waitForURL(/\/floor\/receive\?scan=/);
  const line = dock.locator(`[data-line="${item.sku}"]`);
  const come = async (units) => { await line.locator(".pack-count b", { hasText: new RegExp(`^${units}$`) }).waitFor(); await dock.locator('[data-band="busy"]').waitFor({ state: "detached" }); };
  await line.waitFor();
  for (let unit = 1; unit <= 3; unit += 1) {
    await scan(dock, barcode);
    await come(unit);
  }
  // Damaged needs its reason.
  await dock.getByRole("button", { name: "Damaged" }).click();
  await scan(dock, barcode);
  await bandIs(dock, "wrong");
  await dock.locator("#r-fault .refusal").waitFor();
  await dock.getByRole("button", { name: "Wet" }).click();
  await scan(dock, barcode);
  await come(4);
  assert.match(await bandWords(dock), /to quarantine/);
  await scan(dock, barcode);
  await bandIs(dock, "wrong");
  assert.match(await bandWords(dock), /1 × .* too many: put them aside, a supervisor decides/);
  // The other line never came: whoever comes back to the dock finds it as it stands.
  await go(dock, `/floor/receive?scan=${delivery}`);
  await dock.locator(`[data-line="${missing.sku}"]`).click();
  await dock.getByText("No more will come: 200 missing").click();
  await dock.getByRole("button", { name: "Sent short" }).click();
  await dock.locator(`[data-line="${missing.sku}"]`, { hasText: "Closed short" }).waitFor();
  assert.deepEqual(await axe(dock), []);

  await go(supervisor, `/purchasing/${order}`);
  const over = supervisor.locator("[data-over]", { hasText: `1 × ${item.sku} (good)` });
  await over.getByText("Waits").waitFor();
  await over.getByRole("button", { name: "Send them back" }).click();
  await over.locator(".refusal", { hasText: "choose why" }).waitFor();
  await over.getByRole("button", { name: "Take them" }).click();
  await over.getByText("Taken", { exact: true }).waitFor();
  const claim = (page, words) => page.locator("tr[data-claim]", { hasText: words });
  assert.match(await claim(supervisor, "Damage").textContent(), new RegExp(`Wet.*${item.sku}.*1`));
  assert.match(await claim(supervisor, "Shortage").textContent(), new RegExp(`Sent short.*${missing.sku}.*200.*1,200`));
  await go(planner, `/purchasing/${order}`);
  await claim(planner, "Shortage").getByRole("button", { name: "Credited" }).click();
  await claim(planner, "Shortage").getByText("Credited", { exact: true }).waitFor();
  assert.equal(await stands(supervisor, { ...item, bin: "DOCK" }), before + 4, "three good ones, and the one that was taken");

  await go(dock, `/inbound?day=${day}`);
  await row.getByRole("button", { name: "All of it is in" }).click();
  await row.getByText("Done").waitFor();
  await go(planner, `/purchasing?search=${order}`);
  await planner.getByRole("row").filter({ hasText: order }).getByText("Closed").waitFor();
  assert.deepEqual([...planner.problems, ...supervisor.problems, ...dock.problems], []);
  for (const page of [planner, supervisor, dock]) await page.context().close();
});

test("INV-1, IN-1: a client's goods are ordered without a cost, kept in a bin of their own, and are nobody else's", { timeout: 180_000 }, async () => {
  const [item] = await shelves(1, 17);
  const code = `GUEST${Date.now() % 100_000}`;
  const planner = await person(browser, "planner");
  await go(planner, "/owners");
  const card = planner.locator("form", { has: planner.getByRole("button", { name: "Add", exact: true }) });
  await card.getByLabel("Code").fill("FELLWOOD");
  await card.getByLabel("Name").fill("Guests of ours");
  await card.getByRole("button", { name: "Add", exact: true }).click();
  await card.locator("#r-code", { hasText: "FELLWOOD is an owner already." }).waitFor();
  await card.getByLabel("Code").fill(code.toLowerCase());
  await card.getByRole("button", { name: "Add", exact: true }).click();
  const owner = planner.locator(`tr[data-owner="${code}"]`);
  await owner.waitFor();

  await go(planner, "/purchasing/new");
  await atSite(planner);
  const draft = planner.getByRole("form", { name: "Draft" });
  await draft.getByLabel("SKU").fill(item.sku);
  await draft.getByLabel("Units").fill("6");
  await draft.getByLabel("Whose goods").fill("NOBODY-7");
  await draft.getByRole("button", { name: "Save the draft" }).click();
  await draft.locator("#r-owner", { hasText: "There is no owner NOBODY-7." }).waitFor();
  await draft.getByLabel("Whose goods").fill(code);
  await Promise.all([planner.waitForURL(/\/purchasing\/PO-\d+$/), draft.getByRole("button", { name: "Save the draft" }).click()]);
  const order = planner.url().split("/").pop();
  await planner.getByRole("button", { name: "Send it" }).click();
  await planner.getByText("Sent. Goods may come in for it.").waitFor();

  // A bin for them, and one that is another client's.
  const supervisor = await person(browser, "supervisor");
  const leeds = "(select id from site where org_id = {org} and code = 'LEEDS')";
  const empty = `select %s from bin n where n.org_id = {org} and n.site_id = ${leeds} and n.kind = 'pick' and not n.locked and n.kept_owner is null
    and not exists (select from balance b where b.org_id = n.org_id and b.bin_id = n.id and b.on_hand > 0) and not exists (select from forward_pick f where f.org_id = n.org_id and f.bin_id = n.id) order by n.code desc limit 1`;
  const bin = await one(empty.replace("%s", "n.id"));
  const binCode = await one(empty.replace("%s", "n.code"));
  const others = await one(`select n.code from bin n join stock_owner o on o.org_id = n.org_id and o.id = n.kept_owner where n.org_id = {org} and n.site_id = ${leeds} and o.code = 'FELLWOOD' order by n.code limit 1`);
  await go(supervisor, `/bins/${bin}`);
  const keep = supervisor.locator("form", { has: supervisor.getByRole("button", { name: "Keep it so" }) });
  await keep.getByLabel("Owner").fill(code);
  await keep.getByRole("button", { name: "Keep it so" }).click();
  await supervisor.getByText(`Kept for ${code}`).waitFor();
  await go(supervisor, `/inventory/${item.id}`);
  const books = () => supervisor.locator("dt", { hasText: "On the books" }).locator("xpath=following-sibling::dd[1]").textContent();
  const cost = await books();

  const dock = await person(browser, "receiver", { size: SIZES.phone });
  await go(dock, "/floor/receive");
  await scan(dock, order);
  const line = dock.locator(`[data-line="${item.sku}"]`);
  await line.waitFor();
  assert.deepEqual([...(await axe(dock)), ...(await fits(dock))], []);
  await scan(dock, others);
  await dock.locator("[data-into]", { hasText: others }).waitFor();
  await dock.getByRole("button", { name: "Receive 6" }).click();
  await bandIs(dock, "wrong");
  assert.match(await bandWords(dock), new RegExp(`Bin ${others} is kept for FELLWOOD`));
  await scan(dock, binCode);
  await dock.locator("[data-into]", { hasText: binCode }).waitFor();
  await dock.getByRole("button", { name: "Receive 6" }).click();
  await bandIs(dock, "done");

  await go(planner, "/owners");
  await owner.getByRole("link", { name: "6", exact: true }).waitFor();
  await owner.getByRole("button", { name: `Retire ${code}` }).click();
  await planner.getByText(`6 units of ${code} stand here: send them away first.`).waitFor();
  await owner.getByRole("link", { name: "6", exact: true }).click();
  await planner.getByRole("heading", { name: "Balances" }).waitFor();
  assert.equal(await planner.locator("[data-total]").getAttribute("data-total"), "6");
  await planner.getByRole("row").filter({ hasText: `owner ${code}` }).filter({ hasText: binCode }).waitFor();
  assert.equal(await stands(supervisor, { ...item, bin: binCode }), 6);
  await go(supervisor, `/inventory/${item.id}`);
  assert.equal(await books(), cost, "a client's goods cost us nothing");
  assert.deepEqual([...planner.problems, ...supervisor.problems, ...dock.problems], []);
  for (const page of [planner, supervisor, dock]) await page.context().close();
});

test("IN-2, INV-3: what a supplier announces, with its lots and days, stands on the board and before whoever receives it", { timeout: 180_000 }, async () => {
  const sku = await one(`select k.code from sku k join sku_tracking t on t.org_id = k.org_id and t.sku_id = k.id and t.by_lot and t.by_expiry and not t.by_serial
    where k.org_id = {org} and k.active and not exists (select from inspection_plan p where p.org_id = k.org_id and p.sku_id = k.id) order by k.code desc limit 1`);
  const [first, second] = ["A", "B"].map((letter) => `NOTE${letter}${Date.now() % 100_000}`);
  const planner = await person(browser, "planner");
  await go(planner, "/purchasing/new");
  await atSite(planner);
  const draft = planner.getByRole("form", { name: "Draft" });
  await draft.getByLabel("SKU").fill(sku);
  await draft.getByLabel("Units").fill("12");
  await draft.getByLabel("Cost of one").fill("1.50");
  await Promise.all([planner.waitForURL(/\/purchasing\/PO-\d+$/), draft.getByRole("button", { name: "Save the draft" }).click()]);
  await planner.getByRole("button", { name: "Send it" }).click();

  // All that is awaited stands there to begin with; two lots of it come, and three units more stay awaited.
  const booking = planner.locator("form", { has: planner.getByRole("button", { name: "Book the dock" }) });
  await booking.getByRole("button", { name: "Say what is in it" }).click();
  await booking.getByRole("button", { name: "Add a line" }).click();
  const notes = booking.locator("[data-note]");
  assert.equal(await notes.first().getByLabel("Units").inputValue(), "12");
  const best = new Date(Date.now() + 90 * 86_400_000).toISOString().slice(0, 10);
  for (const [nth, [units, lot]] of [["5", first], ["none", second]].entries()) {
    await notes.nth(nth).getByLabel("Units").fill(units);
    await notes.nth(nth).getByLabel("Lot").fill(lot);
    await notes.nth(nth).getByLabel("Good until").fill(best);
  }
  const { day, from } = await appointment();
  await booking.getByLabel("From", { exact: true }).fill(from);
  await booking.getByRole("button", { name: "Book the dock" }).click();
  await notes.nth(1).locator(".refusal").waitFor();
  assert.equal(await notes.first().locator(".refusal").count(), 0, "it is said beside the line it is about");
  await notes.nth(1).getByLabel("Units").fill("4");
  await booking.getByRole("button", { name: "Book the dock" }).click();
  const delivery = await planner.locator("tr[data-delivery]").first().getAttribute("data-delivery");

  const dock = await person(browser, "receiver", { size: SIZES.tablet });
  await go(dock, `/inbound?day=${day}`);
  const note = dock.locator(`details[data-announced="${delivery}"]`);
  await note.getByText("0 of 9").click();
  const row = note.getByText(`${sku}: ordered 12, announced 9, received 0`);
  await row.waitFor();
  assert.match(await row.textContent(), new RegExp(`5 of lot ${first}, good until .*; 4 of lot ${second}, good until `));
  assert.deepEqual(await axe(dock), []);

  await go(dock, `/floor/receive?scan=${delivery}`);
  await dock.locator(`[data-line="${sku}"] [data-announced="9"]`).waitFor();
  const marks = dock.locator("[data-marks]");
  const filled = async () => [await marks.getByLabel("Lot", { exact: true }).inputValue(), await marks.getByLabel("Good until").inputValue()];
  assert.deepEqual(await filled(), [first, best]);
  await marks.locator(`[data-lot="${second}"]`).click();
  assert.deepEqual(await filled(), [second, best]);
  await dock.getByLabel("Units", { exact: true }).fill("4");
  await dock.getByRole("button", { name: "Receive 4" }).click();
  await bandIs(dock, "ok");
  assert.equal(await one(`select sum(b.on_hand) from balance b join lot l on l.org_id = b.org_id and l.id = b.lot_id where l.org_id = {org} and l.code = '${second}'`), "4");
  assert.equal(await one(`select (expires_on at time zone 'UTC')::date from lot where org_id = {org} and code = '${second}'`), best);
  await go(dock, `/inbound?day=${day}`);
  await note.getByText("4 of 9").waitFor();
  assert.deepEqual([...planner.problems, ...dock.problems], []);
  for (const page of [planner, dock]) await page.context().close();
});
