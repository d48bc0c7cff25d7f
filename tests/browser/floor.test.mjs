// The scan engine and the floor's screens as hands in gloves meet them.
import { after, before, test } from "node:test";
import assert from "node:assert/strict";
import { SIZES, axe, bandIs, bandWords, go, open, person, scan, wedge } from "./stage.mjs";
import { goods, one, place, released, until } from "./database.mjs";
import { stop, take, task, walk, wave } from "./floor.mjs";

let browser;
before(async () => { browser = await open(); });
after(async () => { await browser?.close(); });

const hand = (role) => person(browser, role, { size: SIZES.tablet });

test("IN-5: a scan in a text field goes to the scan handler and not into the field", { timeout: 60_000 }, async () => {
  const page = await hand("picker");
  await go(page, "/floor");
  await page.getByRole("button", { name: "Type the code" }).click();
  const field = page.locator("#manual-code");
  await field.fill("AB");
  await field.focus();
  await wedge(page, "NO-SUCH-CODE-1");
  await bandIs(page, "wrong");
  assert.match(await bandWords(page), /NO-SUCH-CODE-1/);
  assert.equal(await field.inputValue(), "AB", "what was typed by hand stays, and nothing is added");
  // A person's keys in the same field are a person's.
  await page.keyboard.type("CD", { delay: 180 });
  assert.equal(await field.inputValue(), "ABCD");
  assert.deepEqual(page.problems, []);
  await page.context().close();
});

test("IN-5: a scan's trailing Enter or Tab never presses or leaves the focused button", { timeout: 60_000 }, async () => {
  const page = await hand("picker");
  await go(page, "/floor");
  const theme = page.locator(".floor-top button[aria-label^='Switch to']");
  const mute = page.locator(".floor-top button[aria-label='Mute']");
  for (const [button, attribute] of [[theme, "aria-label"], [mute, "aria-pressed"]]) {
    const before = await button.getAttribute(attribute);
    await button.focus();
    await wedge(page, "NO-SUCH-CODE-2");
    await page.getByText("NO-SUCH-CODE-2").first().waitFor();
    assert.equal(await button.getAttribute(attribute), before, "Enter pressed the button");
    await wedge(page, "NO-SUCH-CODE-3", "Tab");
    await page.getByText("NO-SUCH-CODE-3").first().waitFor();
    assert.ok(await button.evaluate((button) => document.activeElement === button), "Tab left the button");
  }
  await page.context().close();
});

test("IN-5: a code scanned before the page has woken up is heard, and no field asks for a keyboard", { timeout: 60_000 }, async () => {
  const page = await hand("picker");
  let wake;
  const scanned = new Promise((resolve) => { wake = resolve; });
  await page.route("**/pkg/*.wasm", async (route) => { await scanned; await route.continue(); });
  await page.goto("/floor", { waitUntil: "commit" });
  await page.locator("[data-band]").first().waitFor({ state: "attached" });
  await wedge(page, "TOO-EARLY-7");
  wake();
  await page.waitForFunction(() => document.querySelector("[data-band]")?.textContent.includes("TOO-EARLY-7"), undefined, { timeout: 30_000 });
  await bandIs(page, "wrong");
  assert.ok(await page.evaluate(() => !["INPUT", "TEXTAREA", "SELECT"].includes(document.activeElement.tagName)), "a field took the focus unasked");
  assert.deepEqual(page.problems, []);
  await page.context().close();
});

test("PCK-1, PCK-6, IN-5: at the bin a wrong scan is red and changes nothing, the next good one clears it, and a reload resumes the line", { timeout: 120_000 }, async () => {
  const [first, second] = await goods(2);
  const order = await place({ name: "Floor Tester", lines: [{ sku: first.code, quantity: 2 }, { sku: second.code, quantity: 1 }] });
  await released(order.number);
  const planner = await person(browser, "planner");
  await wave(planner, [order]);
  const page = await hand("picker");
  const tote = "LEEDS-T091";
  await take(page, order.number, tote);
  const before = await task(page);
  await scan(page, "WRONG-BIN-1");
  await bandIs(page, "wrong");
  const words = await bandWords(page);
  assert.ok(words.includes(before.bin) && words.includes("WRONG-BIN-1"), `expected and scanned: ${words}`);
  assert.deepEqual(await task(page), before);
  const [colour, icon] = await page.locator('[data-band="wrong"]').evaluate((band) => [getComputedStyle(band).backgroundColor, band.querySelectorAll("svg").length]);
  const [red, green, blue] = colour.match(/\d+/g).map(Number);
  assert.ok(red > 150 && red > 2 * green && red > 2 * blue, `red, and not by colour alone: ${colour}`);
  assert.equal(icon, 1);
  assert.equal(await page.locator('[data-band="wrong"]').getAttribute("role"), "alert");
  // The prefix of a scanner that names the symbology is not part of the code.
  await scan(page, `]C1${before.bin}`);
  await bandIs(page, "ok");
  await page.locator('[data-card="item"].next').waitFor();
  await scan(page, before.code);
  await page.getByText("1 in hand").first().waitFor();
  await page.getByRole("button", { name: "Undo" }).click();
  await page.locator('[data-card="bin"].next').waitFor();
  await stop(page, tote);
  await page.locator("[data-bin]").waitFor();
  const there = await task(page);
  assert.notEqual(there.progress, before.progress);
  await until(`select sum(t.quantity_picked) from pick_task t join order_line l on l.org_id = t.org_id and l.id = t.order_line_id
    join sales_order o on o.org_id = l.org_id and o.id = l.order_id where o.org_id = {org} and o.number = '${order.number}'`, (units) => units !== "0");
  await page.reload();
  await page.locator("[data-bin]").waitFor();
  assert.deepEqual(await task(page), there, "the exact line after a reload");
  await page.waitForFunction(() => document.documentElement.dataset.hydrated !== undefined);
  assert.deepEqual(await axe(page), []);
  await walk(page, tote);
  assert.equal(await one(`select count(*) from pick_task t join order_line l on l.org_id = t.org_id and l.id = t.order_line_id
    join sales_order o on o.org_id = l.org_id and o.id = l.order_id where o.org_id = {org} and o.number = '${order.number}' and t.done_at is null`), "0");
  assert.deepEqual([...page.problems, ...planner.problems], []);
  // A tote that is full opens the bench; an RMA and an item open theirs.
  const packer = await hand("packer");
  for (const [code, leads] of [[tote, /\/floor\/pack\/[0-9a-f-]{36}/], [first.code, /\/inventory\//]]) {
    await go(packer, "/floor");
    await scan(packer, code);
    await packer.waitForURL(leads);
  }
  for (const one of [page, planner, packer]) await one.context().close();
});

/** Everything that can be pressed, and is smaller than a glove needs. */
const small = (page) => page.evaluate(() => {
  const found = [];
  for (const element of document.querySelectorAll("button, a[href], input, select, textarea, summary, [role='button'], [role='radio']")) {
    const hit = element.matches("input[type='checkbox'], input[type='radio']") ? (element.closest("label") ?? element) : element;
    const box = hit.getBoundingClientRect();
    if (!box.width || !box.height || element.closest("[hidden], .visually-hidden")) continue;
    const need = element.matches(".primary, .floor-door, .floor-cart") ? 64 : 48;
    if (box.height < need - 0.5 || box.width < 47.5) found.push(`${element.tagName.toLowerCase()}.${element.className} "${element.textContent.trim().slice(0, 24)}" is ${Math.round(box.width)} × ${Math.round(box.height)}, needs ${need}`);
  }
  return [...new Set(found)];
});

test("PCK-1, PAK-1, RET-5: on every floor screen primary targets are 64 px and others 48 px, bin and quantity can be read at arm's length", { timeout: 120_000 }, async () => {
  const found = [];
  const size = (page, selector) => page.locator(selector).first().evaluate((element) => parseFloat(getComputedStyle(element).fontSize));
  for (const [role, paths] of [["picker", ["/floor"]], ["packer", ["/floor", "/floor/pack", "/floor/ship"]], ["returns-tech", ["/floor/returns"]]]) {
    const page = await hand(role);
    for (const path of paths) {
      await go(page, path);
      await page.locator('[data-state="loading"]').first().waitFor({ state: "detached" });
      found.push(...(await small(page)).map((line) => `${path}: ${line}`));
    }
    if (role === "picker") {
      // A walk with something in it, taken.
      await page.locator("a.floor-cart").first().click();
      await page.waitForURL(/\/floor\/pick\//);
      await page.locator(".task-foot .btn").first().waitFor();
      const claim = page.getByRole("button", { name: "Take this cart" });
      if (await claim.count()) await claim.click();
      await page.locator(".card.next").first().waitFor();
      found.push(...(await small(page)).map((line) => `/floor/pick: ${line}`));
      if (await page.locator("[data-bin]").count()) {
        if ((await size(page, "[data-bin]")) < 32) found.push("the bin's code is under 32 px");
        if ((await size(page, "[data-count]")) < 48) found.push("the quantity is under 48 px");
      }
      const leave = page.getByRole("button", { name: "Leave the cart" });
      if (await leave.count()) await leave.click();
    }
    if (role === "packer") {
      const parcel = await one("select id from parcel where org_id = {org} and shipped_at is null order by packed_at is not null limit 1");
      await go(page, `/floor/pack/${parcel}`);
      found.push(...(await small(page)).map((line) => `/floor/pack/:parcel: ${line}`));
    }
    if (role === "returns-tech") {
      const link = page.locator("a.floor-cart").first();
      if (await link.count()) {
        await link.click();
        await page.locator(".bench-panel").waitFor();
        found.push(...(await small(page)).map((line) => `/floor/returns?rma: ${line}`));
      }
    }
    await page.context().close();
  }
  assert.deepEqual(found, []);
});
