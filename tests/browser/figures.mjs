// Every live figure counted a second time, by statements of their own over documents and movements; the moment is the board's.
import { sql } from "./database.mjs";

const AT = (moment) => `timestamptz '${moment}'`;

/** `{figure: {value, rows}}`: what each tile must say, and of how many rows. */
const FIGURES = {
  // Of what lies in bins for an order, take away what a cart's open task fetches: order lines by set difference.
  orders_waiting: () => `with lying as (select order_line_id, site_id, bin_id from allocation where org_id = {org} and lpn_id = '00000000-0000-0000-0000-000000000000'
      except select order_line_id, site_id, bin_id from pick_task where org_id = {org} and done_at is null and cancelled_at is null)
    select count(distinct (l.order_id, y.site_id)), count(distinct (l.order_id, y.site_id)) from lying y
    join order_line l on l.org_id = {org} and l.id = y.order_line_id join sales_order o on o.org_id = {org} and o.id = l.order_id
    where o.released_at is not null and o.cancelled_at is null`,
  wave_progress: (at) => `with unfinished as (select wave_id, sum(quantity_picked) as picked, sum(quantity - quantity_short) as all_of_it from pick_task t
      where t.org_id = {org} and t.cancelled_at is null group by wave_id having sum(quantity - quantity_picked - quantity_short) > 0)
    select round(100.0 * sum(picked) / nullif(sum(all_of_it), 0), 1), count(*) + count(*) filter (where picked > 0) from unfinished u join wave w on w.org_id = {org} and w.id = u.wave_id
    where w.cancelled_at is null and w.released_at > ${AT(at)} - interval '7 days'`,
  picked_per_hour: (at) => `select coalesce(sum(quantity_picked), 0), count(*) from pick_task where org_id = {org} and quantity_picked > 0
    and done_at between ${AT(at)} - interval '1 hour' + interval '1 microsecond' and ${AT(at)}`,
  shipped_today: (at) => `select count(*), count(*) from parcel p where p.org_id = {org} and p.shipped_at <= ${AT(at)}
    and p.shipped_at >= (select date_trunc('day', ${AT(at)}, s.timezone) from site s where s.org_id = p.org_id and s.id = p.site_id)`,
  // Ordered, less what movements say left the house, less what is promised or lies in a bin or tote.
  backorders: () => `with wanted as (select distinct coalesce(l.order_id, e.subject_id) as order_id from exception_case e left join order_line l on l.org_id = e.org_id and l.id = e.subject_id
      where e.org_id = {org} and e.kind = 'backorder' and e.resolved_at is null),
    lacking as (select l.id, l.quantity - l.quantity_cancelled
        - coalesce((select sum(quantity) from reservation where org_id = {org} and order_line_id = l.id), 0)
        - coalesce((select sum(quantity) from allocation where org_id = {org} and order_line_id = l.id), 0)
        - coalesce((select sum(x.quantity) from parcel_line x join parcel p on p.org_id = x.org_id and p.id = x.parcel_id where x.org_id = {org} and x.order_line_id = l.id and p.shipped_at is not null), 0) as units
      from wanted w join sales_order o on o.org_id = {org} and o.id = w.order_id and o.cancelled_at is null join order_line l on l.org_id = {org} and l.order_id = o.id)
    select coalesce(sum(units), 0), count(*) from lacking where units > 0`,
  oldest_exception: (at) => `select round(round(extract(epoch from ${AT(at)} - min(raised_at)) / 3600, 2), 1), count(*) from exception_case where org_id = {org} and resolved_at is null`,
  // From the documents, not from the standing that is kept beside them.
  returns_open: (at) => `with told as (select r.id, r.decision, sum(l.quantity) as units,
        sum(coalesce((select sum(quantity) from receipt_line c where c.org_id = l.org_id and c.return_line_id = l.id), 0)) as received,
        sum(coalesce((select sum(i.quantity) from inspection i join receipt_line c on c.org_id = i.org_id and c.id = i.receipt_line_id where c.org_id = l.org_id and c.return_line_id = l.id), 0)) as inspected
      from return_request r join return_line l on l.org_id = r.org_id and l.return_id = r.id
      where r.org_id = {org} and r.cancelled_at is null and r.requested_at > ${AT(at)} - interval '180 days' and r.decision <> 'denied' group by r.id, r.decision)
    select count(*), count(*) from told t where t.decision = 'review' or t.inspected < t.units
      or exists (select from refund f where f.org_id = {org} and f.return_id = t.id and f.status not in ('paid', 'declined'))`,
  refunds_waiting: () => `select count(*), count(*) from refund where org_id = {org} and status = 'proposed'`,
  refund_hours: (at) => `with paid as (select f.id, extract(epoch from f.paid_at - min(c.occurred_at)) / 3600 as hours from refund f join return_line l on l.org_id = f.org_id and l.return_id = f.return_id
      join receipt_line c on c.org_id = l.org_id and c.return_line_id = l.id where f.org_id = {org} and f.status = 'paid' and f.paid_at <= ${AT(at)} and f.paid_at > ${AT(at)} - interval '30 days' group by f.id, f.paid_at)
    select round((percentile_cont(0.5) within group (order by round(hours, 2)))::numeric, 1), count(*) from paid`,
  // Everything that ever came in, less everything that ever went out.
  stock: () => `select sum(case when from_state = 'outside' then quantity when to_state = 'outside' then -quantity else 0 end),
      (select count(*) from (select from balance b cross join lateral (values (case b.state when 'sellable' then 'available' else b.state end, b.on_hand - b.allocated), ('allocated', b.allocated)) x (part, units)
        where b.org_id = {org} and x.units > 0 group by x.part, b.site_id, b.sku_id) n) from movement where org_id = {org}`,
};

export const NAMES = Object.keys(FIGURES);

/** One figure at a moment, as numbers; `null` where there is nothing to divide by. */
export async function counted(name, at) {
  const [[value = "", rows] = []] = await sql(FIGURES[name](at));
  return { value: value === "" ? null : Number(value), rows: Number(rows) };
}

/** What a page's tiles say, of one moment. */
export const board = (page) => page.evaluate(() => {
  const value = (tile) => { const words = tile.querySelector("[data-value]").textContent.replaceAll(",", ""); return words === "n/a" ? null : Number(words); };
  return { at: document.querySelector("[data-as-of]")?.dataset.asOf, values: Object.fromEntries([...document.querySelectorAll("[data-tile]")].map((tile) => [tile.dataset.tile, value(tile)])) };
});

/** Waits until a tile says what the database says; answers the number and how long it took. */
export async function agree(page, name, within = 2_000) {
  const begin = Date.now();
  for (;;) {
    const { at, values } = await board(page);
    const { value } = await counted(name, at);
    if (values[name] === value) return { value, took: Date.now() - begin };
    if (Date.now() - begin > within) throw new Error(`${name} says ${values[name]} (as of ${at}), the database ${value}, for ${within} ms`);
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
}
