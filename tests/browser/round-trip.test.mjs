// The whole round trip in real browsers, by the people who do it, all at once: two orders come in and go through everyone's hands in
// a pipeline, while a manager's page stays on the live board. One test, because it is one story.
import { after, before, test } from "node:test";
import assert from "node:assert/strict";
import { SIZES, device, go, open, person } from "./stage.mjs";
import { goods, one, place, released, until } from "./database.mjs";
import { agree, board } from "./figures.mjs";
import { grade, handOver, pack, receive, take, walk, wave } from "./floor.mjs";

let browser;
before(async () => { browser = await open(); });
after(async () => { await browser?.close(); });

/** Something one person leaves for the next. */
function handover() {
  let give;
  const taken = new Promise((resolve) => { give = resolve; });
  return { give, taken };
}

/** A wrong secret is told without saying which; the right one opens the order, however it is typed. */
async function opensOrder(customer, order) {
  await customer.goto("/portal");
  const door = async (number, secret) => {
    await customer.fill('input[name="number"]', number);
    await customer.fill('input[name="secret"]', secret);
    await customer.click('form[action="/api/fn/portal/open"] button');
  };
  await door(order.number.toLowerCase(), "somebody@else.example");
  assert.match(await customer.textContent("main"), /no order with these details/i);
  assert.ok(!customer.url().includes("example"), "nothing personal in the address");
  await door(` #${order.number.toLowerCase()} `, order.email.toUpperCase());
  await customer.waitForURL(/\/portal\/order/);
}

/** Everything goes back; the money is told before it is sent. Answers the RMA. */
async function asksBack(customer, worth) {
  await customer.locator(".return-tick").first().check();
  const units = customer.locator('input[name="q0"]');
  if (await units.count()) await units.fill(await units.getAttribute("max"));
  await customer.locator('select[name="r0"]').selectOption("unwanted");
  await customer.locator('input[name="s0"][value="refund"]').check();
  await customer.getByRole("button", { name: "See what you get back" }).click();
  assert.match(await customer.locator(".sum-total").textContent(), new RegExp(worth.replace(".", "\\.")));
  await customer.getByRole("button", { name: "Send the request" }).click();
  await customer.waitForURL(/\/portal\/returns\/RMA-/);
  return customer.url().match(/RMA-\d+/)[0];
}

// Peer vendurehq/vendure#3576: users asked for returns from request to refund, each step by who does it.
test("PCK-1, PAK-1, SHP-3, RET-1, RET-4, RET-5, RET-7, GOV-2, GOV-3, INT-4, EXC-3: two orders go out and come back through everyone's hands at once", { timeout: 240_000 }, async () => {
  const tablet = { size: SIZES.tablet };
  const [manager, planner, picker, packer, tech, supervisor, finance, service] = await Promise.all([
    person(browser, "supervisor"), person(browser, "planner"), person(browser, "picker", tablet), person(browser, "packer", tablet),
    person(browser, "returns-tech", tablet), person(browser, "supervisor", tablet), person(browser, "finance"), person(browser, "customer-service"),
  ]);
  await go(manager, "/live");
  await manager.evaluate(() => { window.stayed = true; });
  await agree(manager, "shipped_today", 20_000);
  const start = (await board(manager)).values;
  const seen = { shipped: new Set(), refunds: new Set() };
  let over = false;

  const things = await goods(2, 8);
  const stories = [0, 1].map((nth) => ({
    nth, sku: things[nth], tote: `LEEDS-T07${nth + 1}`, ...Object.fromEntries(["ordered", "planned", "picked", "shipped", "asked", "graded", "paid"].map((step) => [step, handover()])),
  }));
  const each = async (work) => { for (const story of stories) await work(story); };

  await Promise.all([
    // The shop, and the planner who puts both orders on carts.
    (async () => {
      const orders = await Promise.all(stories.map(async (story) => {
        const order = await place({ name: `Round Trip${story.nth}`, lines: [{ sku: story.sku.code, quantity: 1, price: story.nth ? "140.00" : "131.00" }] });
        await released(order.number);
        story.ordered.give(order);
        return order;
      }));
      await wave(planner, orders);
      stories.forEach((story) => story.planned.give());
    })(),
    // The picker walks the second cart while the packer has the first tote.
    each(async (story) => {
      await story.planned.taken;
      const order = await story.ordered.taken;
      await take(picker, order.number, story.tote);
      await walk(picker, story.tote);
      story.picked.give(order);
    }),
    each(async (story) => {
      const order = await story.picked.taken;
      await pack(packer, story.tote);
      await handOver(packer, order.number);
      story.shipped.give(order);
    }),
    // Two customers on their phones, without JavaScript, at the same time.
    ...stories.map(async (story) => {
      const order = await story.shipped.taken;
      const customer = await device(browser, { size: SIZES.phone, script: false });
      await opensOrder(customer, order);
      const rma = await asksBack(customer, story.nth ? "140.00" : "131.00");
      assert.match(await customer.textContent("main"), /Send it to us/);
      story.asked.give({ order, rma });
      const { number } = await story.paid.taken;
      await customer.reload();
      const words = await customer.textContent("main");
      assert.match(words, /All done/);
      assert.match(words, new RegExp(story.nth ? "140\\.00" : "131\\.00"));
      assert.match(words, /paid/i, `the timeline tells that ${number} is paid`);
      await customer.context().close();
    }),
    // The technician receives both; the first is the technician's to grade, the second the supervisor's.
    each(async (story) => {
      const { rma } = await story.asked.taken;
      await receive(tech, rma, story.sku.code, 1);
      await grade(story.nth ? supervisor : tech, rma);
      story.graded.give({ rma, number: await until(`select max(f.number) from refund f join return_request r on r.org_id = f.org_id and r.id = f.return_id where r.org_id = {org} and r.number = '${rma}'`, Boolean) });
    }),
    // Money: above the threshold, so it waits; whoever inspected the goods is not offered to agree, and is refused when insisting.
    each(async (story) => {
      const { rma, number } = await story.graded.taken;
      const [id, status] = (await one(`select id || ' ' || status from refund where org_id = {org} and number = '${number}'`)).split(" ");
      assert.equal(status, "proposed");
      if (story.nth) {
        await go(supervisor, "/refunds?status=proposed");
        const own = supervisor.locator(`[data-refund="${number}"]`);
        await own.getByText("someone else decides it").waitFor();
        assert.equal(await own.getByRole("button", { name: "Approve" }).count(), 0);
        const refused = await supervisor.evaluate(async (id) => {
          const response = await fetch("/api/fn/refunds/approve", { method: "POST", headers: { "content-type": "application/json", accept: "application/json" }, body: JSON.stringify({ id: crypto.randomUUID(), command: { id } }) });
          return [response.status, await response.text()];
        }, id);
        assert.equal(refused[0], 403, refused[1]);
        assert.equal(await one(`select status from refund where id = '${id}'`), "proposed");
      }
      await go(finance, "/refunds?status=proposed");
      const card = finance.locator(`[data-refund="${number}"]`);
      await card.getByText(/100\b.* goes without a look/).first().waitFor();
      await card.getByRole("button", { name: "Approve" }).click();
      await finance.getByText("Approved. The money goes out now.").first().waitFor();
      await until(`select status from refund where id = '${id}'`, (status) => status === "paid");
      const book = await (await fetch(`${process.env.TIDEWAY_PAYMENTS_URL}/_book`)).json();
      const amount = story.nth ? 14_000 : 13_100;
      assert.equal(JSON.stringify(book).split(`"amount":${amount}`).length, 2, "the provider paid it once");
      await go(service, `/returns/${rma}`);
      await service.locator(`[data-refund="${number}"]`).getByText("Paid").first().waitFor();
      story.paid.give({ number });
      if (story.nth) over = true;
    }),
    // The manager looks, and touches nothing.
    (async () => {
      while (!over) {
        const { values } = await board(manager);
        seen.shipped.add(values.shipped_today);
        seen.refunds.add(values.refunds_waiting);
        await new Promise((resolve) => setTimeout(resolve, 100));
      }
    })(),
  ]);

  for (const name of ["shipped_today", "refunds_waiting", "returns_open", "stock", "orders_waiting"]) await agree(manager, name);
  const end = (await board(manager)).values;
  assert.equal(end.shipped_today, start.shipped_today + 2);
  assert.equal(end.stock, start.stock, "what left came back");
  assert.ok([...seen.shipped].length >= 2 && [...seen.refunds].some((count) => count > start.refunds_waiting), "the tiles moved while it happened");
  assert.equal(await manager.evaluate(() => window.stayed), true);
  for (const page of [manager, planner, picker, packer, tech, supervisor, finance, service]) {
    assert.deepEqual(page.problems, []);
    await page.context().close();
  }
});
