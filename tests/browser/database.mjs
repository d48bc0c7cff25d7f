// The same Postgres that the server uses, for what a browser cannot see: figures counted another way, and the shop's side of the
// demo: a channel that promises an hour, an API key, orders that come in. Nothing here is a screen's business.
import { execFile } from "node:child_process";
import { createHash, randomUUID } from "node:crypto";
import { promisify } from "node:util";
import { BASE } from "./stage.mjs";

const run = promisify(execFile);
const KEY = "tw_browser_tests";

/** Rows of a statement, each an array of texts. `{org}` stands for the demo's org. */
export async function sql(statement) {
  if (!process.env.TIDEWAY_DATA_DIR) throw new Error("TIDEWAY_DATA_DIR is not set: tools/browser-tests does");
  const whole = statement.replaceAll("{org}", "(select id from org where slug = 'demo')");
  const { stdout } = await run("psql", ["-h", process.env.TIDEWAY_DATA_DIR, "-U", "postgres", "-d", "tideway", "-XqAt", "-F", "\t", "-v", "ON_ERROR_STOP=1", "-c", whole]);
  return stdout.split("\n").filter((line) => line !== "").map((line) => line.split("\t"));
}

/** The first value of a statement's first row. */
export const one = async (statement) => (await sql(statement))[0]?.[0];

let shop;
/** What the shop has agreed with the house: its channel (hand-over within the hour, so its orders are planned first) and its key. */
function opened() {
  shop ??= sql(`
    insert into channel (org_id, id, code, name, promise_hours) values ({org}, gen_random_uuid(), 'counter', 'Shop counter', 1) on conflict do nothing;
    insert into api_key (id, key_hash, org_id, name, scopes)
    values (gen_random_uuid(), '\\x${createHash("sha256").update(KEY).digest("hex")}', {org}, 'browser tests', '{orders_view,orders_edit,stock_view}')
    on conflict do nothing`);
  return shop;
}

/** SKUs whose units are all alike, that lie in one bin each of Leeds, deep enough, and may come back. `skip` leaves the first ones to others. */
export async function goods(count, skip = 0) {
  const rows = await sql(`
    select s.code, s.name from sku s join balance b on b.org_id = s.org_id and b.sku_id = s.id join site x on x.org_id = b.org_id and x.id = b.site_id
    join bin n on n.org_id = b.org_id and n.id = b.bin_id
    where s.org_id = {org} and x.code = 'LEEDS' and b.state = 'sellable' and b.on_hand - b.allocated >= 12 and b.lpn_id = '00000000-0000-0000-0000-000000000000'
      and s.category not in ('hygiene', 'food', 'gift_card')
      and not exists (select from sku_tracking t where t.org_id = s.org_id and t.sku_id = s.id and (t.by_lot or t.by_serial))
      and not exists (select from reservation r where r.org_id = s.org_id and r.sku_id = s.id)
    order by s.code offset ${skip} limit ${count}`);
  return rows.map(([code, name]) => ({ code, name }));
}

/** An order over the API, paid by an authorisation that we capture. Answers it as the API does, with its email. */
export async function place({ lines, name = "Ines Farrow", authorisation = `pi_browser_${randomUUID()}` }) {
  await opened();
  const email = `${name.toLowerCase().replace(/\W+/g, ".")}.${randomUUID().slice(0, 8)}@example.com`;
  const body = {
    channel: "counter", external_id: randomUUID(), customer_name: name, email, address_line: "4 Quay Street", city: "Whitby", postcode: "YO21 1DL",
    country: "GB", currency: "GBP", lines: lines.map(({ sku, quantity, price = "12.00" }) => ({ sku, quantity, unit_price: price })),
    payment: { kind: "capture", authorisation },
  };
  const response = await fetch(`${BASE}/api/v1/orders`, {
    method: "POST", body: JSON.stringify(body),
    headers: { authorization: `Bearer ${KEY}`, "content-type": "application/json", "idempotency-key": randomUUID() },
  });
  const answer = await response.json();
  if (!response.ok) throw new Error(`the API refused the order: ${JSON.stringify(answer)}`);
  return { ...answer, email };
}

/** Until a statement's first value satisfies; answers it. */
export async function until(statement, satisfied, within = 20_000) {
  const end = Date.now() + within;
  for (;;) {
    const value = await one(statement);
    if (satisfied(value)) return value;
    if (Date.now() > end) throw new Error(`still ${value} after ${within} ms: ${statement}`);
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
}

/** The order is paid and its units are set aside in bins. */
export const released = (number) => until(`select released_at is not null from sales_order where org_id = {org} and number = '${number}'`, (value) => value === "t");
