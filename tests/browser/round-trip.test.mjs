// The whole round trip in real browsers, as the people who do it at once: a planner, a picker, a packer, a customer, a technician;
// a manager watches it live. One test, because it is one story.
import { after, before, test } from "node:test";
import assert from "node:assert/strict";
import { device, go, open, scan, signIn, SIZES } from "./stage.mjs";

let browser;
before(async () => { browser = await open(); });
after(async () => { await browser?.close(); });

const HOME = "LEEDS";

/** The band's state: ok, wrong, done, ask, busy. */
const band = (page) => page.locator("[data-band]").first().getAttribute("data-band");
const bandIs = (page, state) => page.locator(`[data-band="${state}"]`).first().waitFor();

async function person(role, size) {
  const page = await device(browser, { size });
  await signIn(page, role);
  return page;
}

/** Plans and releases a wave of one order; answers its address. */
async function planOne(planner) {
  await go(planner, "/waves");
  const site = planner.locator('select[name="site"], select#site').first();
  if (await site.count()) await site.selectOption({ label: /leeds/i.test(await site.textContent()) ? (await site.locator("option", { hasText: /leeds/i }).first().textContent()) : undefined });
  await planner.locator('input[name="orders"]').fill("1");
  await planner.locator('input[name="orders"]').blur();
  await planner.getByRole("button", { name: "Plan a wave" }).click();
  await planner.waitForURL(/\/waves\/[0-9a-f-]{36}/);
  await planner.getByRole("button", { name: "Release to the floor" }).click();
  await planner.getByText("On the floor").first().waitFor();
  return (await planner.locator("h1").first().textContent()).match(/WV?-?\w*-?\d+/)?.[0] ?? "";
}

/** Takes a free cart of the wave and walks it: tote, then bin, item × n, tote for each stop. A wrong scan first. */
async function walk(picker, wave, tote) {
  await go(picker, "/floor");
  await picker.locator(".floor-cart", { hasText: wave }).first().click();
  await picker.waitForURL(/\/floor\/pick\//);
  await picker.getByRole("button", { name: "Take this cart" }).click();
  await picker.getByText("An empty tote for order").waitFor();
  await scan(picker, tote);
  await picker.locator("[data-bin]").waitFor();
  const order = (await picker.locator(".slot .muted").first().textContent()).trim();
  const before = await picker.locator("[data-progress]").textContent();
  await scan(picker, "NOT-A-BIN-9");
  await bandIs(picker, "wrong");
  assert.equal(await picker.locator("[data-progress]").textContent(), before, "a wrong scan changes nothing");
  for (let stop = 0; stop < 40 && (await picker.locator("[data-bin]").count()); stop += 1) {
    const bin = (await picker.locator("[data-bin]").textContent()).trim();
    const code = (await picker.locator('[data-card="item"] .code').textContent()).trim();
    const units = Number((await picker.locator("[data-count]").textContent()).trim());
    const done = await picker.locator("[data-progress]").textContent();
    await scan(picker, bin);
    await picker.locator('[data-card="item"].next').waitFor();
    for (let unit = 0; unit < units; unit += 1) await scan(picker, code);
    await scan(picker, tote);
    await picker.waitForFunction((was) => document.querySelector("[data-progress]")?.textContent !== was, done);
  }
  return order;
}

/** Verifies every unit into a parcel and closes it. */
async function pack(packer, tote) {
  await go(packer, "/floor/pack");
  await scan(packer, tote);
  await packer.waitForURL(/\/floor\/pack\/[0-9a-f-]{36}/);
  await packer.locator("[data-line]").first().waitFor();
  await scan(packer, "TW-NOT-IN-HERE");
  await bandIs(packer, "wrong");
  for (const line of await packer.locator("[data-line]").all()) {
    const code = await line.getAttribute("data-line");
    const expected = Number((await line.locator(".pack-count .muted").textContent()).replace(/\D/g, ""));
    for (let unit = 0; unit < expected; unit += 1) {
      await scan(packer, code);
      await packer.waitForTimeout(30);
    }
  }
  await packer.getByRole("button", { name: "Close the parcel" }).click();
  await packer.getByRole("link", { name: "To the carrier" }).waitFor();
}

async function handOver(packer, order) {
  await go(packer, "/floor/ship");
  await packer.locator("tbody tr", { hasText: order }).first().waitFor();
  await scan(packer, order);
  await packer.getByRole("button", { name: "Hand over 1 parcel" }).click();
  await bandIs(packer, "done");
}

test("an order goes out of the door and comes back, through browsers only", { timeout: 240_000 }, async () => {
  const [planner, picker, packer, service] = await Promise.all([
    person("planner", SIZES.desk), person("picker", SIZES.tablet), person("packer", SIZES.tablet), person("customer-service", SIZES.desk),
  ]);
  const tote = `${HOME}-T111`;
  const wave = await planOne(planner);
  const order = await walk(picker, wave, tote);
  assert.match(order, /^SO-\d+$/);
  await pack(packer, tote);
  await handOver(packer, order);

  // Customer service sees it shipped, and the address the customer will prove.
  await go(service, `/orders/${order}`);
  await service.getByText("Shipped").first().waitFor();
  const email = (await service.locator("main").textContent()).match(/[\w.]+@example\.com/)[0];

  // The customer has no account and no JavaScript.
  const customer = await device(browser, { size: SIZES.phone, script: false });
  await customer.goto("/portal");
  await customer.fill('input[name="number"]', order.toLowerCase());
  await customer.fill('input[name="secret"]', "somebody@else.example");
  await customer.click('form[action="/api/fn/portal/open"] button');
  assert.match(await customer.textContent("main"), /no order with these details/i);
  await customer.fill('input[name="number"]', `#${order}`);
  await customer.fill('input[name="secret"]', email.toUpperCase());
  await customer.click('form[action="/api/fn/portal/open"] button');
  await customer.waitForURL(/\/portal\/order/);
  await customer.locator(".return-tick").first().check();
  await customer.locator('select[name="r0"], input[name="r0"]').first().evaluate(() => {}).catch(() => {});
  const reason = customer.locator('select[name="r0"]');
  if (await reason.count()) await reason.selectOption("unwanted");
  else await customer.locator('input[name="r0"][value="unwanted"]').check({ force: true });
  const resolution = customer.locator('select[name="s0"]');
  if (await resolution.count()) await resolution.selectOption("refund");
  else if (await customer.locator('input[name="s0"][value="refund"]').count()) await customer.locator('input[name="s0"][value="refund"]').check({ force: true });
  await customer.getByRole("button", { name: "See what you get back" }).click();
  await customer.getByText("You get back").first().waitFor();
  await customer.getByRole("button", { name: "Send the request" }).click();
  await customer.waitForURL(/\/portal\/returns\/RMA-/);
  const rma = customer.url().match(/RMA-\d+/)[0];
  assert.match(await customer.textContent("main"), /on its way|send it|approved/i);

  // Customer service sees the same return.
  await go(service, `/returns/${rma}`);
  await service.getByText(order).first().waitFor();

  for (const page of [planner, picker, packer, service]) assert.deepEqual(page.problems, []);
});
