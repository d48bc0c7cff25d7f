//! Statements that group what stands, now or at a moment past, by any one or two sides. Balances come from `standing_stock`, into which
//! the filters are planned; sides and filters that are not asked for cost nothing, as plans are made for the very question.

use chrono::{DateTime, Utc};
use rust_decimal::Decimal;
use sqlx::PgConnection;
use uuid::Uuid;

use crate::Result;

/// A plan for this very question, not one that fits all.
pub(super) async fn plan_for_this(conn: &mut PgConnection) -> Result<()> {
    sqlx::query("set local plan_cache_mode = force_custom_plan").execute(&mut *conn).await?;
    // Room for a site's balances to be grouped in.
    sqlx::query("set local work_mem = '32MB'").execute(conn).await?;
    Ok(())
}

/// The past is found by the ledger's periods: neither to read it from end to end nor to walk it SKU by SKU is ever the way, whatever is
/// estimated. Both clocks' coarse indexes, and a SKU's own, are read as bitmaps.
pub(super) async fn plan_by_period(conn: &mut PgConnection) -> Result<()> {
    sqlx::query("set local enable_seqscan = off").execute(&mut *conn).await?;
    sqlx::query("set local enable_indexscan = off").execute(conn).await?;
    Ok(())
}

/// Where balances are taken from, and which of them.
pub(super) struct Wanted {
    pub today: bool,
    pub snapshot: i64,
    pub since: DateTime<Utc>,
    pub recorded_to: DateTime<Utc>,
    pub occurred_to: DateTime<Utc>,
    /// Sites the caller may see; what is on its way is seen at both ends.
    pub scope: Option<Vec<Uuid>>,
    pub site: Option<Uuid>,
    pub sku: Option<Uuid>,
    pub search: String,
    pub category: String,
    pub zones: Option<Vec<Uuid>>,
    pub bins: Option<Vec<Uuid>>,
    pub state: Option<String>,
    pub units: Option<Vec<Uuid>>,
    pub owner: Option<Uuid>,
    pub lot: Option<Uuid>,
    pub serial: Option<Uuid>,
    pub value: bool,
    pub most: i64,
    pub from: i64,
}

pub(super) struct GroupRow {
    pub one: String,
    pub two: String,
    pub on_hand: i64,
    pub allocated: i64,
    pub balances: i64,
    pub value: Option<Decimal>,
    pub groups: i64,
    pub all_on_hand: i64,
    pub all_allocated: i64,
    pub all_value: Option<Decimal>,
}

pub(super) struct BalanceRow {
    pub sku_id: Uuid,
    pub sku_code: String,
    pub sku_name: String,
    pub site_id: Uuid,
    pub site_code: String,
    pub zone_code: String,
    pub bin_id: Uuid,
    pub bin_code: String,
    pub locked: bool,
    pub unit_code: String,
    pub owner_code: String,
    pub lot_id: Uuid,
    pub serial_id: Uuid,
    pub state: String,
    pub on_hand: i64,
    pub allocated: i64,
    pub value: Option<Decimal>,
    pub groups: i64,
    pub all_on_hand: i64,
    pub all_allocated: i64,
    pub all_value: Option<Decimal>,
}

/// One question, whatever it shows of the balances it finds.
macro_rules! standing {
    ($row:ident, $conn:ident, $org:ident, $wanted:ident, $shown:literal, $joined:literal, $ordered:literal $(, $more:expr)*) => {
        sqlx::query_as!(
            $row,
            $shown + r#"
            from standing_stock($1, $2, $3, $4, $5, $6) b
            left join sku s on s.org_id = $1 and s.id = b.sku_id
            left join bin on bin.org_id = $1 and bin.id = b.bin_id
            left join (select sku_id, owner_id, sum(remaining_value) / sum(remaining) as each from cost_layer
                       where org_id = $1 and remaining > 0 and $7 group by sku_id, owner_id) c
              on c.sku_id = b.sku_id and c.owner_id = b.owner_id"# + $joined + r#"
            where ($8::uuid[] is null or b.site_id = any($8)
                or b.bin_id in (select l.bin_id from lane l where l.org_id = $1 and l.from_site = any($8)))
              and ($9::uuid is null or b.site_id = $9)
              and ($10::uuid is null or b.sku_id = $10)
              and ($11 = '' or b.sku_id in (select f.id from sku f where f.org_id = $1 and (f.code ilike '%' || $11 || '%'
                or f.name ilike '%' || $11 || '%' or exists (select from barcode k where k.org_id = $1 and k.sku_id = f.id and k.code = $11))))
              and ($12 = '' or b.sku_id in (select f.id from sku f where f.org_id = $1 and f.category = $12))
              and ($13::uuid[] is null or b.bin_id in (select f.id from bin f where f.org_id = $1 and f.zone_id = any($13)))
              and ($14::uuid[] is null or b.bin_id = any($14))
              and ($15::text is null or b.state = $15)
              and ($16::uuid[] is null or b.lpn_id = any($16))
              and ($17::uuid is null or b.owner_id = $17)
              and ($18::uuid is null or b.lot_id = $18)
              and ($19::uuid is null or b.serial_id = $19) "# + $ordered,
            $org,
            $wanted.today,
            $wanted.snapshot,
            $wanted.since,
            $wanted.recorded_to,
            $wanted.occurred_to,
            $wanted.value,
            $wanted.scope.as_deref() as Option<&[Uuid]>,
            $wanted.site as Option<Uuid>,
            $wanted.sku as Option<Uuid>,
            $wanted.search,
            $wanted.category,
            $wanted.zones.as_deref() as Option<&[Uuid]>,
            $wanted.bins.as_deref() as Option<&[Uuid]>,
            $wanted.state.as_deref() as Option<&str>,
            $wanted.units.as_deref() as Option<&[Uuid]>,
            $wanted.owner as Option<Uuid>,
            $wanted.lot as Option<Uuid>,
            $wanted.serial as Option<Uuid>,
            $wanted.most,
            $wanted.from
            $(, $more)*
        )
        .fetch_all($conn)
        .await?
    };
}

/// Grouped, most units first.
pub(super) async fn groups(conn: &mut PgConnection, org: Uuid, wanted: &Wanted, by: &str, then: &str) -> Result<Vec<GroupRow>> {
    Ok(standing!(
        GroupRow,
        conn,
        org,
        wanted,
        r#"select coalesce(g.one_id::text, g.one_code, '') as "one!", coalesce(g.two_id::text, g.two_code, '') as "two!",
                  g.on_hand as "on_hand!", g.allocated as "allocated!", g.balances as "balances!", g.value, g.groups as "groups!",
                  g.all_on_hand::bigint as "all_on_hand!", g.all_allocated::bigint as "all_allocated!", g.all_value
           from (select side.one_id, side.one_code, side.two_id, side.two_code, sum(b.on_hand::int) as on_hand,
                        sum(b.allocated::int) as allocated, count(*) as balances,
                        case when $7 then sum(round(b.on_hand * coalesce(c.each, 0), 4)) end as value, count(*) over w as groups,
                        sum(sum(b.on_hand::int)) over w as all_on_hand, sum(sum(b.allocated::int)) over w as all_allocated,
                        case when $7 then sum(sum(round(b.on_hand * coalesce(c.each, 0), 4))) over w end as all_value"#,
        " cross join lateral (
            select case $22 when 'sku' then b.sku_id when 'site' then b.site_id when 'zone' then bin.zone_id when 'bin' then b.bin_id
                      when 'unit' then b.lpn_id when 'owner' then b.owner_id when 'lot' then b.lot_id when 'serial' then b.serial_id end as one_id,
                   case $22 when 'category' then s.category when 'state' then b.state end as one_code,
                   case $23 when 'sku' then b.sku_id when 'site' then b.site_id when 'zone' then bin.zone_id when 'bin' then b.bin_id
                      when 'unit' then b.lpn_id when 'owner' then b.owner_id when 'lot' then b.lot_id when 'serial' then b.serial_id end as two_id,
                   case $23 when 'category' then s.category when 'state' then b.state end as two_code) side",
        // Words are made of ids for the page that is shown, and all is summed in the same pass. A balance fits an int, whose sum is no
        // numeric; of groups as large as each other ids decide, which cost less to compare than words.
        r#"group by side.one_id, side.one_code, side.two_id, side.two_code
           window w as ()
           order by sum(b.on_hand::int) desc, side.one_id, side.two_id, side.one_code, side.two_code limit $20 offset $21) g
           order by g.on_hand desc, g.one_id, g.two_id, g.one_code, g.two_code"#,
        by,
        then
    ))
}

/// The balances themselves, by SKU and place.
pub(super) async fn balances(conn: &mut PgConnection, org: Uuid, wanted: &Wanted) -> Result<Vec<BalanceRow>> {
    Ok(standing!(
        BalanceRow,
        conn,
        org,
        wanted,
        r#"select b.sku_id as "sku_id!", s.code as "sku_code!", s.name as "sku_name!", b.site_id as "site_id!", t.code as "site_code!",
                  z.code as "zone_code!", b.bin_id as "bin_id!", bin.code as "bin_code!", bin.locked as "locked!",
                  coalesce(u.code, '') as "unit_code!", coalesce(w.code, '') as "owner_code!", b.lot_id as "lot_id!", b.serial_id as "serial_id!",
                  b.state as "state!", b.on_hand as "on_hand!", b.allocated as "allocated!",
                  case when $7 then round(b.on_hand * coalesce(c.each, 0), 4) end as value, count(*) over () as "groups!",
                  (sum(b.on_hand) over ())::bigint as "all_on_hand!", (sum(b.allocated) over ())::bigint as "all_allocated!",
                  case when $7 then sum(round(b.on_hand * coalesce(c.each, 0), 4)) over () end as all_value"#,
        " left join site t on t.org_id = $1 and t.id = b.site_id
          left join zone z on z.org_id = $1 and z.id = bin.zone_id
          left join lpn u on u.org_id = $1 and u.id = b.lpn_id
          left join stock_owner w on w.org_id = $1 and w.id = b.owner_id",
        "order by s.code, t.code, bin.code, u.code nulls first, b.state, b.owner_id, b.lot_id, b.serial_id limit $20 offset $21"
    ))
}

/// Bins, zones or units by code or id: `what` says which.
pub(super) async fn called(
    conn: &mut PgConnection,
    org: Uuid,
    what: &str,
    name: &str,
    id: Option<Uuid>,
    site: Option<Uuid>,
) -> Result<Vec<Uuid>> {
    Ok(sqlx::query_scalar!(
        r#"select id as "id!" from bin where $2 = 'bin' and org_id = $1 and (id = $4 or upper(code) = upper($3)) and ($5::uuid is null or site_id = $5)
           union all
           select id from zone where $2 = 'zone' and org_id = $1 and (id = $4 or upper(code) = upper($3)) and ($5::uuid is null or site_id = $5)
           union all
           select id from lpn where $2 = 'unit' and org_id = $1 and (id = $4 or upper(code) = upper($3))"#,
        org,
        what,
        name,
        id,
        site
    )
    .fetch_all(conn)
    .await?)
}

pub(super) struct NameRow {
    pub id: Uuid,
    pub code: String,
    pub name: String,
}

/// What people call the things with these ids.
pub(super) async fn names(conn: &mut PgConnection, org: Uuid, ids: &[Uuid]) -> Result<Vec<NameRow>> {
    Ok(sqlx::query_as!(
        NameRow,
        r#"select id as "id!", code as "code!", name as "name!" from sku where org_id = $1 and id = any($2)
           union all select id, code, name from site where org_id = $1 and id = any($2)
           union all select z.id, z.code, z.name || ', ' || t.code from zone z join site t on t.org_id = z.org_id and t.id = z.site_id
                     where z.org_id = $1 and z.id = any($2)
           union all select b.id, b.code, t.code from bin b join site t on t.org_id = b.org_id and t.id = b.site_id
                     where b.org_id = $1 and b.id = any($2)
           union all select id, code, kind from lpn where org_id = $1 and id = any($2)
           union all select id, code, name from stock_owner where org_id = $1 and id = any($2)
           union all select l.id, l.code, k.code from lot l join sku k on k.org_id = l.org_id and k.id = l.sku_id
                     where l.org_id = $1 and l.id = any($2)
           union all select e.id, e.code, k.code from serial e join sku k on k.org_id = e.org_id and k.id = e.sku_id
                     where e.org_id = $1 and e.id = any($2)"#,
        org,
        ids
    )
    .fetch_all(conn)
    .await?)
}
