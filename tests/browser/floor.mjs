// The floor's work, by scanner, as the tests share it: a wave, a walk, a parcel, the hand-over, the returns bench.
// Each step waits for what the person would see, and decides nothing itself.
import assert from "node:assert/strict";
import { one, until } from "./database.mjs";
import { atSite, bandIs, bandWords, go, scan } from "./stage.mjs";

/** Plans and releases a wave that has these orders and whoever waits before them, `slots` totes a cart. Answers its number. */
export async function wave(planner, orders, slots = "1") {
  const numbers = orders.map(({ number }) => `'${number}'`).join(", ");
  const most = await one(`select count(distinct o.id) from sales_order o join order_line l on l.org_id = o.org_id and l.order_id = o.id
    join allocation a on a.org_id = l.org_id and a.order_line_id = l.id join site s on s.org_id = a.org_id and s.id = a.site_id
    where o.org_id = {org} and s.code = 'LEEDS' and a.lpn_id = '00000000-0000-0000-0000-000000000000'
      and not exists (select from pick_task t where t.org_id = a.org_id and t.order_line_id = l.id and t.done_at is null and t.cancelled_at is null)
      and o.promised_at <= (select max(promised_at) from sales_order where org_id = {org} and number in (${numbers}))`);
  await go(planner, "/waves/new");
  await atSite(planner);
  for (const [name, value] of [["orders", most], ["slots", slots], ["volume", "0"], ["weight", "0"]]) {
    const field = planner.locator(`input[name="${name}"]`);
    await field.fill(value);
    await field.blur();
  }
  await planner.getByRole("button", { name: "Plan a wave" }).click();
  await planner.waitForURL(/\/waves\/[0-9a-f-]{36}/);
  await planner.getByRole("button", { name: "Release to the floor" }).click();
  await planner.getByText("On the floor").first().waitFor();
  return (await planner.locator("h1").first().textContent()).match(/WV?-?\w*-?\d+/)?.[0] ?? "";
}

/** Takes the cart that an order is on, and binds the tote. */
export async function take(picker, order, tote) {
  const trip = await one(`select t.trip_id from trip_slot t join sales_order o on o.org_id = t.org_id and o.id = t.order_id where o.org_id = {org} and o.number = '${order}'`);
  await go(picker, "/floor");
  await picker.locator(`a.floor-cart[href="/floor/pick/${trip}"]`).click();
  await picker.waitForURL(/\/floor\/pick\//);
  await picker.getByRole("button", { name: "Take this cart" }).click();
  await picker.getByText(`An empty tote for order ${order}`).waitFor();
  await scan(picker, tote);
  await picker.locator("[data-bin]").waitFor();
}

/** What the task at hand wants. */
export const task = async (picker) => ({
  bin: (await picker.locator("[data-bin]").textContent()).trim(),
  code: (await picker.locator('[data-card="item"] .code').textContent()).trim(),
  units: Number((await picker.locator("[data-count]").textContent()).trim()),
  progress: (await picker.locator("[data-progress]").textContent()).trim(),
});

/** One stop, or one lot of it: the bin, the item as often as there are units, with its lot or serials where it is told apart; the tote. */
export async function stop(picker, tote) {
  const { bin, code, units, progress } = await task(picker);
  await scan(picker, bin);
  await picker.locator('[data-card="item"].next').waitFor();
  const serial = picker.locator("[data-serial]");
  if (await serial.count()) {
    await scan(picker, code);
    for (let unit = 0; unit < units; unit += 1) await scan(picker, await serial.getAttribute("data-serial"));
  } else {
    await scan(picker, code);
    const lot = picker.locator("[data-lot]").first();
    const own = (await lot.count()) ? Math.min(units, Number(await lot.getAttribute("data-take"))) : units;
    if (await lot.count()) await scan(picker, await lot.getAttribute("data-lot"));
    for (let unit = 1; unit < own; unit += 1) await scan(picker, code);
  }
  await scan(picker, tote);
  await picker.waitForFunction((was) => document.querySelector("[data-progress]")?.textContent.trim() !== was, progress);
}

/** The whole walk. A wrong scan first: it says what it expected and what came, and changes nothing. */
export async function walk(picker, tote) {
  const before = await task(picker);
  await scan(picker, "NOT-A-BIN-9");
  await bandIs(picker, "wrong");
  const words = await bandWords(picker);
  assert.ok(words.includes(before.bin) && words.includes("NOT-A-BIN-9"), `expected and scanned: ${words}`);
  assert.deepEqual(await task(picker), before, "a wrong scan changes nothing");
  for (let stops = 0; stops < 20 && (await picker.locator("[data-bin]").count()); stops += 1) await stop(picker, tote);
  await picker.getByText("Every bin visited").waitFor();
  // The tablet is ahead of the server by one answer; the next person scans at the other end of the house.
  await until(`select count(*) from lpn l join trip_slot s on s.org_id = l.org_id and s.lpn_id = l.id join pick_task k on k.org_id = s.org_id and k.trip_id = s.trip_id and k.slot_no = s.slot_no
    where l.org_id = {org} and l.code = '${tote}' and k.done_at is null and k.cancelled_at is null`, (open) => open === "0");
}

/** Verifies every unit of a tote into a parcel and closes it. The same code twice is two units. */
export async function pack(packer, tote) {
  await go(packer, "/floor/pack");
  await scan(packer, tote);
  await packer.waitForURL(/\/floor\/pack\/[0-9a-f-]{36}/);
  const lines = packer.locator("[data-line]");
  await lines.first().waitFor();
  await scan(packer, "TW-NOT-IN-HERE");
  await bandIs(packer, "wrong");
  for (const line of await lines.all()) {
    const code = await line.getAttribute("data-line");
    const expected = Number((await line.locator(".pack-count .muted").textContent()).replace(/\D/g, ""));
    for (let unit = 1; unit <= expected; unit += 1) {
      await scan(packer, code);
      await packer.waitForFunction(([code, unit]) => document.querySelector(`[data-line="${code}"] .pack-count b`)?.textContent === String(unit), [code, unit]);
    }
  }
  await packer.getByRole("button", { name: "Close the parcel" }).click();
  await packer.getByRole("link", { name: "To the carrier" }).waitFor();
}

/** The order's parcel leaves with the carrier. */
export async function handOver(packer, order) {
  await go(packer, "/floor/ship");
  await packer.locator("tbody tr", { hasText: order }).first().waitFor();
  await scan(packer, order);
  await packer.getByRole("button", { name: "Hand over 1 parcel" }).click();
  await bandIs(packer, "done");
}

/** At the returns bench: the RMA, then each unit out of the parcel. */
export async function receive(tech, rma, code, units) {
  await go(tech, "/floor/returns");
  await atSite(tech);
  await scan(tech, rma);
  await tech.waitForURL(/rma=/);
  await tech.getByText(`0 of ${units} in`).waitFor();
  for (let unit = 1; unit <= units; unit += 1) {
    await scan(tech, code);
    await tech.getByText(`${unit} of ${units} in`).waitFor();
  }
}

/** Answers the checklist and grades everything that came in with one grade, receipt by receipt. */
export async function grade(tech, rma, letter = "A") {
  if (!tech.url().includes(`rma=${rma}`)) {
    await go(tech, `/floor/returns?rma=${rma}`);
    await atSite(tech);
  }
  const panel = tech.locator(".bench-panel");
  await panel.waitFor();
  const [, asked] = (await tech.locator(".bench-line").first().textContent()).match(/of (\d+) in/);
  for (let graded = 0; graded < Number(asked);) {
    await tech.locator('[data-act="all-yes"]').click();
    await tech.locator(`[data-grade="${letter}"]`).click();
    await tech.locator('[data-act="inspect"]').click();
    graded = await tech.waitForFunction((before) => {
      const now = Number(document.querySelector(".bench-line .chip")?.textContent.match(/(\d+) inspected/)?.[1] ?? 0);
      return now > before && now;
    }, graded).then((now) => now.jsonValue());
  }
}
