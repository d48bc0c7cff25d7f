// Screens in the middle of their work, for `shots.mjs`: what no address alone leads to. A story belongs to one role and yields the
// name of each moment worth a picture; what comes after a moment goes on from there.
import { goods, one, place, released, sql } from "./database.mjs";
import { atSite, bandIs, device, go, hydrated, person, scan } from "./stage.mjs";
import { pack, receive, stop, take, task, walk, wave } from "./floor.mjs";
import { lookUp } from "./routes.mjs";
import { barcodeOf, shelves } from "./shelves.mjs";

const OWNER = { email: "owner@bare.tideway.invalid" };
const still = (page) => page.locator('[data-state="loading"]').first().waitFor({ state: "detached" });
const presses = (page, name) => page.getByRole("button", { name, exact: true }).first().click();

/** Orders of these lines, paid and set aside, on carts of `slots` totes. */
async function onCarts(browser, orders, slots = "1") {
  const placed = [];
  for (const lines of orders) placed.push(await place({ name: "Mara Lindqvist", lines }));
  for (const { number } of placed) await released(number);
  const planner = await person(browser, "planner");
  await wave(planner, placed, slots);
  return { placed, planner };
}

/** Totes of Leeds that nothing is in, and that no cart holds. */
const emptyTotes = async (count) => (await sql(`select l.code from lpn l join site s on s.org_id = l.org_id and s.id = l.site_id
  where l.org_id = {org} and s.code = 'LEEDS' and l.code like 'LEEDS-T%' and not exists (select from balance b where b.org_id = l.org_id and b.lpn_id = l.id and b.on_hand > 0)
    and not exists (select from trip_slot t join pick_task k on k.org_id = t.org_id and k.trip_id = t.trip_id and k.slot_no = t.slot_no
      where t.org_id = l.org_id and t.lpn_id = l.id and k.done_at is null and k.cancelled_at is null) order by l.code desc limit ${count}`)).map(([code]) => code);

/** Binds every slot of the cart at hand. */
async function bind(page) {
  for (const tote of await emptyTotes(12)) {
    if (!(await page.getByText("An empty tote for order").count())) return;
    const words = await page.locator(".task-body .card").first().textContent();
    await scan(page, tote);
    await page.waitForFunction((before) => document.querySelector(".task-body .card")?.textContent !== before, words);
  }
}

async function* pick(page, browser) {
  const [first, second, third] = await goods(3, 2);
  const { placed } = await onCarts(browser, [
    [{ sku: first.code, quantity: 3 }, { sku: second.code, quantity: 1 }], [{ sku: first.code, quantity: 2 }], [{ sku: third.code, quantity: 1 }],
  ], "4");
  const trip = await one(`select t.trip_id from trip_slot t join sales_order o on o.org_id = t.org_id and o.id = t.order_id where o.org_id = {org} and o.number = '${placed[0].number}'`);
  await go(page, `/floor/pick/${trip}`);
  yield "offer";
  await presses(page, "Take this cart");
  await page.getByText("An empty tote for order").waitFor();
  yield "tote";
  await bind(page);
  await page.locator("[data-bin]").waitFor();
  yield "bin";
  await scan(page, "B-99-1");
  await bandIs(page, "wrong");
  yield "wrong";
  const at = await task(page);
  await scan(page, at.bin);
  await page.locator('[data-card="item"].next').waitFor();
  yield "item";
  await scan(page, at.code);
  await page.getByText("1 in hand").first().waitFor();
  yield "hand";
  await presses(page, "Type the code");
  yield "typing";
  await page.getByRole("button", { name: "Close", exact: true }).click();
  await presses(page, "Short");
  yield "short";
  await page.locator('[data-short]').first().click();
  await page.locator('[data-band="ok"]').waitFor();
  yield "after-short";
}

async function* putBack(page, browser) {
  const [first, second] = await goods(2, 5);
  const { placed, planner } = await onCarts(browser, [[{ sku: first.code, quantity: 2 }, { sku: second.code, quantity: 1 }]]);
  const [tote] = await emptyTotes(1);
  await take(page, placed[0].number, tote);
  await stop(page, tote);
  await page.waitForTimeout(1_500);
  await presses(planner, "Cancel");
  await presses(planner, "Cancel the wave");
  await planner.getByText("Cancelled").first().waitFor();
  await page.waitForTimeout(1_500);
  yield "cancelled";
  await go(page, "/floor");
  await page.locator("[data-put-back]").first().waitFor();
  yield "home";
  await go(page, "/floor/put-back");
  await page.locator("[data-put-back]").first().waitFor();
  yield "item";
  await scan(page, await page.locator("[data-put-back]").first().getAttribute("data-put-back"));
  await bandIs(page, "ok");
  yield "hand";
}

async function* home(page) {
  await go(page, "/floor");
  await page.locator(".floor-carts, .state").first().waitFor();
  await scan(page, await one(`select n.code from bin n join balance b on b.org_id = n.org_id and b.bin_id = n.id join site s on s.org_id = n.org_id and s.id = n.site_id
    where n.org_id = {org} and s.code = 'LEEDS' and b.state = 'sellable' and b.on_hand > 3 and b.allocated > 0 order by n.code limit 1`));
  await page.locator("[data-bin-sheet]").waitFor();
  yield "bin";
  await scan(page, "NO-SUCH-CODE");
  await bandIs(page, "wrong");
  yield "wrong";
}

async function* bench(page, browser) {
  const [first, second] = await goods(2, 7);
  const { placed } = await onCarts(browser, [[{ sku: first.code, quantity: 2 }, { sku: second.code, quantity: 1 }]]);
  const picker = await person(browser, "picker");
  const [tote] = await emptyTotes(1);
  await take(picker, placed[0].number, tote);
  await walk(picker, tote);
  await picker.context().close();
  await go(page, "/floor/pack");
  await scan(page, tote);
  await page.waitForURL(/\/floor\/pack\/[0-9a-f-]{36}/);
  await page.locator("[data-line]").first().waitFor();
  yield "open";
  await scan(page, "TW-NOT-IN-HERE");
  await bandIs(page, "wrong");
  yield "wrong";
  await scan(page, first.code);
  await bandIs(page, "ok");
  yield "part";
  await scan(page, first.code);
  await scan(page, second.code);
  await page.getByRole("button", { name: "Close the parcel" }).waitFor();
  yield "whole";
  await page.locator('input[name="weight"]').fill("six kilos");
  await presses(page, "Close the parcel");
  await bandIs(page, "wrong");
  yield "refused";
  await page.locator('input[name="weight"]').fill("");
  await presses(page, "Close the parcel");
  await page.getByRole("link", { name: "To the carrier" }).waitFor();
  yield "closed";
  await go(page, "/floor/ship");
  await still(page);
  await scan(page, placed[0].number);
  await bandIs(page, "ok");
  yield "ship";
}

async function* returned(page) {
  const [[rma, code]] = await sql(`select r.number, s.code from return_request r join return_line l on l.org_id = r.org_id and l.return_id = r.id
    join order_line o on o.org_id = l.org_id and o.id = l.order_line_id join sku s on s.org_id = o.org_id and s.id = o.sku_id
    where r.org_id = {org} and r.decision = 'approved' and r.cancelled_at is null and l.quantity > 1
      and not exists (select from receipt_line c where c.org_id = l.org_id and c.return_line_id = l.id) order by r.number desc limit 1`);
  await go(page, "/floor/returns");
  await atSite(page);
  await still(page);
  await scan(page, rma);
  await page.waitForURL(/rma=/);
  await page.locator('[data-act="receive"]').waitFor();
  yield "receive";
  await scan(page, "5012345678900");
  await bandIs(page, "wrong");
  yield "wrong";
  await scan(page, code);
  await page.locator(".bench-panel").waitFor();
  yield "inspect";
  await page.locator('[data-act="all-yes"]').click();
  await page.locator('[data-grade="B"]').click();
  await page.locator(".checklist button").nth(1).click();
  yield "graded";
  await go(page, "/floor/returns?rma=WHO-KNOWS-7");
  await page.getByText("Nobody announced").waitFor();
  yield "unknown";
}

async function* builder(page) {
  await go(page, "/waves/new");
  await atSite(page);
  await page.waitForFunction(() => document.querySelector("[data-preview]") && !document.querySelector("[data-waiting-preview]"));
  yield "preview";
  await page.locator('input[name="slots"]').fill("99");
  await page.getByText("Give a number from 1 to 36.").first().waitFor();
  yield "refused";
}

/** An order whose return stands so, with what opens it. */
const standing = (condition) => sql(`select o.number, o.email from return_request r join sales_order o on o.org_id = r.org_id and o.id = r.order_id
  where r.org_id = {org} and ${condition} order by r.requested_at desc limit 1`).then(([row]) => row);
const GRADED = "exists (select from return_line l join receipt_line c on c.org_id = l.org_id and c.return_line_id = l.id join inspection i on i.org_id = c.org_id and i.receipt_line_id = c.id where l.org_id = r.org_id and l.return_id = r.id)";
const CAME = "exists (select from return_line l join receipt_line c on c.org_id = l.org_id and c.return_line_id = l.id where l.org_id = r.org_id and l.return_id = r.id)";
const STANDINGS = {
  review: "r.decision = 'review' and r.cancelled_at is null", denied: "r.decision = 'denied'", cancelled: "r.cancelled_at is not null",
  awaiting: `r.decision = 'approved' and r.cancelled_at is null and not ${CAME}`,
  arrived: `r.cancelled_at is null and ${CAME} and not ${GRADED}`,
  refunding: "exists (select from refund f where f.org_id = r.org_id and f.return_id = r.id and f.status in ('proposed', 'approved'))",
  done: "exists (select from refund f where f.org_id = r.org_id and f.return_id = r.id and f.status = 'paid')",
};

async function* portal(page, browser) {
  await page.goto("/portal");
  await page.fill('input[name="number"]', "SO-1");
  await page.fill('input[name="secret"]', "somebody@else.example");
  await page.click('form[action="/api/fn/portal/open"] button');
  await page.getByText("no order with these details").first().waitFor();
  await hydrated(page);
  yield "refused";
  const [[number, email]] = await sql(`select o.number, o.email from sales_order o join order_line l on l.org_id = o.org_id and l.order_id = o.id
    join sku s on s.org_id = l.org_id and s.id = l.sku_id join parcel_line pl on pl.org_id = l.org_id and pl.order_line_id = l.id join parcel p on p.org_id = pl.org_id and p.id = pl.parcel_id
    where o.org_id = {org} and p.shipped_at > now() - interval '20 days' group by o.number, o.email
    order by bool_or(s.category in ('hygiene', 'food', 'gift_card')) desc, least(max(l.quantity), 2) desc, count(distinct l.id) desc limit 1`);
  await lookUp(page, number, email);
  await hydrated(page);
  await page.locator(".return-tick").first().check();
  yield "ticked";
  const [old] = await sql(`select o.number, o.email from sales_order o join parcel p on p.org_id = o.org_id and p.order_id = o.id where o.org_id = {org} and p.shipped_at < now() - interval '50 days' order by o.number limit 1`);
  if (old) {
    await lookUp(page, ...old);
    await hydrated(page);
    yield "nothing";
  }
  // The demo's policy lets everything through: two of its requests are put aside by hand, for their pictures.
  for (const decision of ["review", "denied"]) {
    await sql(`update return_request set decision = '${decision}' where (org_id, id) = (select r.org_id, r.id from return_request r where r.org_id = {org} and ${STANDINGS.awaiting} order by r.number limit 1)`);
  }
  for (const [name, condition] of Object.entries(STANDINGS)) {
    const found = await standing(condition);
    if (!found) { console.log(`portal: no return of the demo is ${name}`); continue; }
    await lookUp(page, ...found);
    await Promise.all([page.waitForURL(/\/portal\/returns\//), page.locator("a.return-brief").first().click()]);
    await still(page);
    yield name;
  }
}

async function* door(page) {
  await page.goto("/sign-in");
  await page.fill('input[type="email"]', "nobody@demo.tideway.invalid");
  await page.fill('input[type="password"]', "not the password");
  await page.click('button:has-text("Sign in")');
  await page.waitForURL(/__err/);
  await hydrated(page);
  yield "refused";
}

async function* bare(page) {
  for (const path of ["/live", "/wall", "/exceptions", "/orders", "/waves", "/waves/new", "/roster", "/sites/map", "/shipping", "/inventory", "/returns", "/refunds", "/ledger", "/people", "/floor"]) {
    await go(page, path);
    await still(page);
    yield path.slice(1).replaceAll("/", "-");
  }
}

const PLACES = [["Orders", "/orders"], ["Waves", "/waves"], ["Inventory", "/inventory"], ["Returns", "/returns"], ["Refunds", "/refunds"], ["People", "/people"], ["Live", "/live"]];

/** Each desk screen with `answer` in the place of its own. */
async function* without(page, answer, state) {
  await go(page, "/exceptions");
  await still(page);
  await page.route("**/api/fn/**", answer);
  for (const [words, path] of PLACES) {
    await page.locator(".desk-side .nav-link", { hasText: words }).click();
    await page.waitForURL((url) => url.pathname === path);
    await page.locator(`main [data-state="${state}"]`).first().waitFor();
    yield words.toLowerCase();
  }
}

async function* offline(page) {
  await go(page, "/orders");
  await still(page);
  await page.context().setOffline(true);
  await page.locator('[data-link="Offline"]').first().waitFor();
  yield "stale";
  await page.locator(".desk-side .nav-link", { hasText: "Live" }).click();
  await page.waitForTimeout(2_000);
  yield "gone";
  await page.context().setOffline(false);
}

async function* opened(page) {
  await go(page, "/live");
  await still(page);
  await page.setViewportSize({ width: 820, height: 1180 });
  await page.locator(".desk-menu summary").click();
  yield "menu";
  await page.setViewportSize({ width: 1280, height: 800 });
  await page.locator(".tile-how summary").nth(3).click();
  yield "how";
}

async function* people(page) {
  await go(page, "/people");
  await still(page);
  await page.locator("tbody a").nth(2).click();
  await page.waitForURL(/person=/);
  await page.locator('input[name="password"]').first().waitFor();
  yield "edit";
  await presses(page, "Set password");
  await page.locator(".refusal").first().waitFor();
  yield "refused";
}

/** A bin with a carton in it: its units are counted by scan, the carton is seen by its label. */
async function* count(page, browser) {
  const [shelf] = await shelves(1, 5);
  const [carton, receiver] = [`SHOT-${Date.now() % 1_000_000}`, await person(browser, "receiver")];
  await go(receiver, "/floor/units");
  await atSite(receiver);
  await scan(receiver, carton);
  await receiver.waitForFunction((label) => document.querySelector('input[name="code"]')?.value === label, carton);
  await receiver.locator('select[name="kind"]').selectOption("carton");
  await presses(receiver, "Make it");
  await receiver.locator(`[data-unit-in-hand="${carton}"]`).waitFor();
  await scan(receiver, shelf.bin);
  await receiver.locator(`[data-filled-from="${shelf.bin}"]`).waitFor();
  await scan(receiver, await barcodeOf(shelf.id));
  await receiver.locator('[data-units="1"]').waitFor();
  const planner = await person(browser, "planner");
  await go(planner, "/counts");
  await atSite(planner);
  const form = planner.locator("form", { has: planner.locator('input[name="bin_code"]') });
  await form.getByLabel("Bin", { exact: true }).fill(shelf.bin);
  await form.locator('select[name="reason"]').selectOption("looks_wrong");
  await form.getByRole("button", { name: "Have it counted" }).click();
  await planner.getByText(`${shelf.bin} is to be counted.`).waitFor();
  await go(page, "/floor/count");
  await scan(page, shelf.bin);
  await page.locator(`[data-counting="${shelf.bin}"]`).waitFor();
  await scan(page, await barcodeOf(shelf.id));
  await bandIs(page, "ok");
  yield "carton";
  await scan(page, carton);
  await bandIs(page, "ok");
  yield "seen";
}

export const STORIES = [
  { name: "sign-in", role: null, tell: door },
  { name: "floor-home", role: "picker", tell: home },
  { name: "floor-pick", role: "picker", tell: pick },
  { name: "floor-putback", role: "picker", tell: putBack },
  { name: "floor-pack", role: "packer", tell: bench },
  { name: "floor-returned", role: "returns-tech", tell: returned },
  { name: "floor-count", role: "picker", tell: count },
  { name: "builder", role: "planner", tell: builder },
  { name: "portal", role: null, tell: portal },
  { name: "people", role: "admin", tell: people },
  { name: "opened", role: "supervisor", tell: opened },
  { name: "empty", role: "bare", how: OWNER, tell: bare },
  { name: "loading", role: "supervisor", tell: (page) => without(page, () => {}, "loading") },
  { name: "broken", role: "supervisor", tell: (page) => without(page, (route) => route.fulfill({ status: 500, contentType: "text/plain", body: "boom" }), "failed") },
  { name: "offline", role: "supervisor", tell: offline },
];

/** A page for whoever a story is about. */
export const who = (browser, { role, how }) => (role ? person(browser, role, how) : device(browser));
