//! Statements on cost layers and what was taken from them.

use chrono::{DateTime, Utc};
use rust_decimal::Decimal;
use sqlx::PgConnection;
use uuid::Uuid;

use crate::Result;

pub(crate) struct LayerRow {
    pub id: Uuid,
    pub sku_id: Uuid,
    pub remaining: i32,
    pub remaining_value: Decimal,
}

/// Layers with something left, oldest first within each SKU; locked SKU by SKU.
pub(crate) async fn lock_layers(conn: &mut PgConnection, org: Uuid, skus: &[Uuid]) -> Result<Vec<LayerRow>> {
    Ok(sqlx::query_as!(
        LayerRow,
        "select id, sku_id, remaining, remaining_value from cost_layer
         where org_id = $1 and sku_id = any($2) and owner_id = '00000000-0000-0000-0000-000000000000' and remaining > 0
         order by sku_id, occurred_at, id for no key update",
        org,
        skus
    )
    .fetch_all(conn)
    .await?)
}

pub(crate) struct TakenRow {
    pub layer_id: Uuid,
    pub source_id: Uuid,
    pub quantity: i32,
    pub value: Decimal,
}

/// What these sources took from layers and have not had back, in the order taken.
pub(crate) async fn taken(conn: &mut PgConnection, org: Uuid, sources: &[Uuid]) -> Result<Vec<TakenRow>> {
    Ok(sqlx::query_as!(
        TakenRow,
        r#"select e.layer_id, e.source_id, sum(case e.kind when 'consume' then e.quantity else -e.quantity end)::int as "quantity!",
                  sum(case e.kind when 'consume' then e.value else -e.value end) as "value!"
           from cost_entry e where e.org_id = $1 and e.source_id = any($2)
           group by e.layer_id, e.source_id
           having sum(case e.kind when 'consume' then e.quantity else -e.quantity end) > 0
           order by e.source_id, min(e.id::text)"#,
        org,
        sources
    )
    .fetch_all(conn)
    .await?)
}

/// Entries, column by column.
#[derive(Default)]
pub(crate) struct Entries {
    pub layers: Vec<Uuid>,
    pub quantities: Vec<i32>,
    pub values: Vec<Decimal>,
    pub sources: Vec<Uuid>,
}

/// Writes the entries and changes their layers: `consume` lowers what remains, `reinstate` raises it.
pub(crate) async fn enter_costs(
    conn: &mut PgConnection,
    org: Uuid,
    command: Uuid,
    at: DateTime<Utc>,
    kind: &str,
    entries: &Entries,
) -> Result<()> {
    let ids: Vec<Uuid> = entries.layers.iter().map(|_| Uuid::now_v7()).collect();
    sqlx::query!(
        "with n as (select * from unnest($4::uuid[], $5::uuid[], $6::int[], $7::numeric[], $8::uuid[]) as n (id, layer, quantity, value, source)),
              sums as (select layer, sum(quantity)::int as quantity, sum(value) as value from n group by layer),
              changed as (
                update cost_layer l set
                  remaining = l.remaining + case $3 when 'consume' then -s.quantity else s.quantity end,
                  remaining_value = l.remaining_value + case $3 when 'consume' then -s.value else s.value end
                from sums s where l.org_id = $1 and l.id = s.layer)
         insert into cost_entry (org_id, id, layer_id, kind, quantity, value, source_id, command_id, occurred_at)
         select $1, id, layer, $3, quantity, value, source, $2, $9 from n",
        org,
        command,
        kind,
        &ids,
        &entries.layers,
        &entries.quantities,
        &entries.values,
        &entries.sources,
        at
    )
    .execute(conn)
    .await?;
    Ok(())
}

/// New layers, column by column.
#[derive(Default)]
pub(crate) struct NewLayers {
    pub skus: Vec<Uuid>,
    pub quantities: Vec<i32>,
    pub values: Vec<Decimal>,
    pub sources: Vec<Uuid>,
}

impl NewLayers {
    /// Units told apart that came in together cost together.
    pub fn push(&mut self, sku: Uuid, quantity: i32, value: Decimal, source: Uuid) {
        if self.skus.last() == Some(&sku)
            && self.sources.last() == Some(&source)
            && let (Some(units), Some(sum)) = (self.quantities.last_mut(), self.values.last_mut())
        {
            *units += quantity;
            *sum += value;
            return;
        }
        self.skus.push(sku);
        self.quantities.push(quantity);
        self.values.push(value);
        self.sources.push(source);
    }
}

pub(crate) async fn insert_layers(
    conn: &mut PgConnection,
    org: Uuid,
    command: Uuid,
    at: DateTime<Utc>,
    new: &NewLayers,
) -> Result<()> {
    let ids: Vec<Uuid> = new.skus.iter().map(|_| Uuid::now_v7()).collect();
    sqlx::query!(
        "insert into cost_layer (org_id, id, sku_id, owner_id, quantity, value, remaining, remaining_value, source_id, command_id, occurred_at)
         select $1, id, sku, '00000000-0000-0000-0000-000000000000', quantity, value, quantity, value, source, $2, $8
         from unnest($3::uuid[], $4::uuid[], $5::int[], $6::numeric[], $7::uuid[]) as n (id, sku, quantity, value, source)",
        org,
        command,
        &ids,
        &new.skus,
        &new.quantities,
        &new.values,
        &new.sources,
        at
    )
    .execute(conn)
    .await?;
    Ok(())
}

/// What one unit costs, of SKUs whose layers have something left.
pub(crate) async fn layer_values(conn: &mut PgConnection, org: Uuid, skus: &[Uuid]) -> Result<Vec<(Uuid, Decimal)>> {
    let rows = sqlx::query!(
        r#"select sku_id, round(sum(remaining_value) / sum(remaining), 4) as "value!" from cost_layer
           where org_id = $1 and sku_id = any($2) and owner_id = '00000000-0000-0000-0000-000000000000' and remaining > 0
           group by sku_id"#,
        org,
        skus
    )
    .fetch_all(conn)
    .await?;
    Ok(rows.into_iter().map(|row| (row.sku_id, row.value)).collect())
}

pub(crate) struct SourceLayer {
    pub id: Uuid,
    pub source_id: Uuid,
    pub quantity: i32,
    pub remaining: i32,
}

/// The layers that came in with these receipt lines, locked as whoever ships them locks them.
pub(crate) async fn lock_layers_of(conn: &mut PgConnection, org: Uuid, sources: &[Uuid]) -> Result<Vec<SourceLayer>> {
    Ok(sqlx::query_as!(
        SourceLayer,
        "select id, source_id, quantity, remaining from cost_layer where org_id = $1 and source_id = any($2)
         order by sku_id, occurred_at, id for no key update",
        org,
        sources
    )
    .fetch_all(conn)
    .await?)
}

/// Makes what remains of layers dearer, with an entry for each.
pub(crate) async fn revalue_layers(
    conn: &mut PgConnection,
    org: Uuid,
    command: Uuid,
    at: DateTime<Utc>,
    entries: &Entries,
) -> Result<()> {
    let ids: Vec<Uuid> = entries.layers.iter().map(|_| Uuid::now_v7()).collect();
    sqlx::query!(
        "with n as (select * from unnest($3::uuid[], $4::uuid[], $5::int[], $6::numeric[], $7::uuid[]) as n (id, layer, quantity, value, source)),
              sums as (select layer, sum(value) as value from n group by layer),
              changed as (
                update cost_layer l set remaining_value = l.remaining_value + s.value, revalued_amount = l.revalued_amount + s.value
                from sums s where l.org_id = $1 and l.id = s.layer)
         insert into cost_entry (org_id, id, layer_id, kind, quantity, value, source_id, command_id, occurred_at)
         select $1, id, layer, 'revalue', quantity, value, source, $2, $8 from n",
        org,
        command,
        &ids,
        &entries.layers,
        &entries.quantities,
        &entries.values,
        &entries.sources,
        at
    )
    .execute(conn)
    .await?;
    Ok(())
}
