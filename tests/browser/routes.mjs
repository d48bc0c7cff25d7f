// Every screen with a role that may see it, and how one with a parameter is reached. `screens.test.mjs` checks that the router has
// no address that is missing here, and that nothing here is missing in the router.
import { readFileSync } from "node:fs";
import { one, sql } from "./database.mjs";
import { go, hydrated } from "./stage.mjs";

/** The address of the first link of a list. */
const linked = (path, link) => async (page) => {
  await go(page, path);
  const first = page.locator(link).first();
  await first.waitFor();
  return first.getAttribute("href");
};
const found = (statement, address) => async () => address(await one(statement));

/** Looks an order up in the portal by the form, once for a device: the door counts tries. */
export async function lookUp(page, number, secret) {
  await page.goto("/portal");
  await page.fill('input[name="number"]', number);
  await page.fill('input[name="secret"]', secret);
  await Promise.all([page.waitForURL(/\/portal\/order/), page.click('form[action="/api/fn/portal/open"] button')]);
}

/** An order of the demo with one return, and with lines that can still come back. */
export async function customersOrder() {
  const [row] = await sql(`
    select o.number, o.email, min(r.number) from sales_order o
    join return_request r on r.org_id = o.org_id and r.order_id = o.id and r.cancelled_at is null
    join order_line l on l.org_id = o.org_id and l.order_id = o.id
    join sku s on s.org_id = l.org_id and s.id = l.sku_id and s.category not in ('hygiene', 'food', 'gift_card')
    join parcel_line pl on pl.org_id = l.org_id and pl.order_line_id = l.id join parcel p on p.org_id = pl.org_id and p.id = pl.parcel_id
    where o.org_id = {org} and p.shipped_at > now() - interval '25 days'
      and not exists (select from return_line t where t.org_id = l.org_id and t.order_line_id = l.id)
    group by o.number, o.email having count(distinct r.id) = 1 order by o.number desc limit 1`);
  const [number, email, rma] = row;
  return { number, email, rma };
}

/** What a customer chose on `/portal/order`, as the form puts it into the address. */
async function chosen(page) {
  await page.goto("/portal/order");
  await hydrated(page);
  await page.locator(".return-tick").first().check();
  await Promise.all([page.waitForURL(/\/portal\/review/), page.getByRole("button", { name: "See what you get back" }).click()]);
  const url = new URL(page.url());
  return url.pathname + url.search;
}

export const ROUTES = [
  { path: "/sign-in", role: null },
  { path: "/portal", role: null },
  { path: "/nowhere", role: null, status: 404, stray: true },
  { path: "/", role: "supervisor", lands: "/live" },
  { path: "/live", role: "supervisor" },
  { path: "/live/:kpi", role: "supervisor", at: async () => "/live/orders_waiting" },
  { path: "/wall", role: "supervisor" },
  { path: "/exceptions", role: "supervisor" },
  { path: "/orders", role: "supervisor" },
  { path: "/orders/:number", role: "supervisor", at: linked("/orders", "tbody a[href^='/orders/SO']") },
  { path: "/waves", role: "planner" },
  { path: "/waves/new", role: "planner" },
  { path: "/waves/:wave", role: "planner", at: linked("/waves", "a[href^='/waves/0']") },
  { path: "/sites/map", role: "planner", at: async () => `/sites/map?span=28d&site=${await one("select id from site where org_id = {org} and code = 'LEEDS'")}` },
  { path: "/sites", role: "supervisor" },
  { path: "/sites/:site/design", role: "supervisor", at: found("select id from site where org_id = {org} and code = 'LEEDS'", (id) => `/sites/${id}/design`) },
  { path: "/sites/:site/bins", role: "supervisor", at: found("select id from site where org_id = {org} and code = 'LEEDS'", (id) => `/sites/${id}/bins`) },
  {
    path: "/bins/:bin", role: "supervisor",
    at: found("select bin_id from balance b join bin n on n.org_id = b.org_id and n.id = b.bin_id where b.org_id = {org} and n.kind = 'pick' and b.on_hand > 0 order by n.code limit 1", (id) => `/bins/${id}`),
  },
  { path: "/roster", role: "planner" },
  { path: "/carriers", role: "planner" },
  { path: "/shipping", role: "supervisor" },
  { path: "/inventory", role: "supervisor" },
  { path: "/data", role: "admin" },
  { path: "/data/changes", role: "supervisor" },
  { path: "/data/reasons", role: "admin" },
  { path: "/data/skus/:sku", role: "admin", at: linked("/data", "tbody a[href^='/data/skus/']") },
  { path: "/data/skus/:sku", name: "data-sku-new", role: "admin", at: async () => "/data/skus/new" },
  { path: "/stock", role: "supervisor", at: async () => "/stock?by=zone&then=state&value=1" },
  { path: "/stock", name: "stock-balances", role: "supervisor" },
  { path: "/stock/movements", role: "supervisor" },
  { path: "/inventory/:sku", role: "supervisor", at: linked("/inventory", "tbody a[href^='/inventory/']") },
  { path: "/owners", role: "planner" },
  { path: "/lots", role: "supervisor" },
  { path: "/lots/:lot", role: "supervisor", at: linked("/lots", "tbody a[href^='/lots/']") },
  { path: "/replenishment", role: "planner" },
  { path: "/transfers", role: "planner" },
  { path: "/transfers/:number", role: "planner", at: linked("/transfers", "a[href^='/transfers/TR']") },
  { path: "/counts", role: "supervisor" },
  { path: "/counts/:count", role: "supervisor", at: linked("/counts?show=done", "tbody a[href^='/counts/CC']") },
  { path: "/adjustments", role: "supervisor" },
  { path: "/returns", role: "supervisor" },
  { path: "/returns/:number", role: "supervisor", at: linked("/returns", "tbody a[href^='/returns/RMA']") },
  { path: "/inbound", role: "planner" },
  { path: "/inspections", role: "supervisor" },
  { path: "/purchasing", role: "planner" },
  { path: "/purchasing/new", role: "planner" },
  { path: "/purchasing/reorder", role: "planner" },
  { path: "/floor/replenish", role: "picker" },
  { path: "/floor/transfers", role: "picker" },
  { path: "/floor/transfers/:number", role: "picker", at: linked("/floor/transfers", "a.floor-cart") },
  { path: "/purchasing/suppliers", role: "planner", at: linked("/purchasing/suppliers", "tbody a[href^='/purchasing/suppliers?']") },
  { path: "/purchasing/:number", role: "planner", at: found("select o.number from purchase_order o join purchase_order_standing s on s.org_id = o.org_id and s.id = o.id where o.org_id = {org} and s.standing = 'partial' order by o.number limit 1", (number) => `/purchasing/${number}`) },
  {
    path: "/purchasing/:number", name: "purchasing-draft", role: "planner",
    at: found("select number from purchase_order where org_id = {org} and approved_at is null and cancelled_at is null order by number limit 1", (number) => `/purchasing/${number}`),
  },
  { path: "/refunds", role: "finance" },
  { path: "/ledger", role: "finance" },
  { path: "/people", role: "admin" },
  { path: "/floor", role: "picker" },
  { path: "/floor/pick/:trip", role: "picker", at: linked("/floor", "a.floor-cart") },
  { path: "/floor/put-back", role: "picker" },
  { path: "/floor/putaway", role: "supervisor" },
  { path: "/floor/units", role: "supervisor" },
  { path: "/floor/count", role: "picker" },
  { path: "/floor/pack", role: "packer" },
  {
    path: "/floor/pack/:parcel", role: "packer",
    at: found("select id from parcel where org_id = {org} order by shipped_at is not null, packed_at is not null, opened_at desc limit 1", (id) => `/floor/pack/${id}`),
  },
  { path: "/floor/ship", role: "packer" },
  { path: "/floor/returns", role: "returns-tech" },
  {
    path: "/floor/returns", name: "floor-returns-one", role: "returns-tech",
    at: found(`select r.number from receipt_line c join return_line l on l.org_id = c.org_id and l.id = c.return_line_id join return_request r on r.org_id = l.org_id and r.id = l.return_id
      where c.org_id = {org} and not exists (select from inspection i where i.org_id = c.org_id and i.receipt_line_id = c.id) order by c.occurred_at desc limit 1`, (rma) => `/floor/returns?rma=${rma}`),
  },
  { path: "/floor/inspect", role: "receiver" },
  { path: "/floor/receive", role: "receiver" },
  {
    path: "/floor/receive", name: "floor-receive-one", role: "receiver",
    at: found("select d.number from delivery d join site s on s.org_id = d.org_id and s.id = d.site_id where d.org_id = {org} and s.code = 'LEEDS' and d.done_at is null and d.cancelled_at is null order by d.slot_from limit 1", (number) => `/floor/receive?scan=${number}`),
  },
  { path: "/portal/order", role: "customer" },
  { path: "/portal/review", role: "customer", at: chosen },
  { path: "/portal/returns/:number", role: "customer", at: linked("/portal/order", "a.return-brief") },
];

/** A file name for a route's picture. */
export const nameOf = (route) => route.name ?? (route.path === "/" ? "home" : route.path.replace(/[^a-z]+/gi, "-").replace(/^-|-$/g, ""));

/** Where the route leads. */
export const address = async (page, route) => (route.at ? route.at(page) : route.path);

/** The addresses of the router, read from its source: each `Route` under its parents. */
export function routed() {
  const source = readFileSync(new URL("../../app/src/routes.rs", import.meta.url), "utf8");
  const parents = [];
  const paths = [];
  for (const [, open, path, close] of source.matchAll(/<(ParentRoute|Route)\s+path=path!\("([^"]*)"\)|(<\/ParentRoute>)/g)) {
    if (close) parents.pop();
    else if (open === "ParentRoute") parents.push(path);
    else paths.push(`/${[...parents, path].map((part) => part.replace(/^\/|\/$/g, "")).filter(Boolean).join("/")}`);
  }
  return new Set(paths);
}
