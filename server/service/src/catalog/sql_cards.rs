//! Statements on cards of SKUs, and on the org's rules for them.

use domain::catalog::card::{Card, Finance, Naming, Pack, Part, Unit, Warehouse};
use domain::catalog::readiness::Of;
use domain::catalog::slotting::Slotting;
use domain::sites::places::{Hazard, StorageClass};
use rust_decimal::Decimal;
use sqlx::PgConnection;
use uuid::Uuid;

use crate::Result;

/// What stands in the columns of facts that nobody has stated: sides in mm, and a weight.
const GUESS_MM: i32 = 200;
const GUESS_G: i32 = 500;

struct CardRow {
    id: Uuid,
    code: String,
    name: String,
    variant: String,
    category: String,
    unit: String,
    active: bool,
    length_mm: i32,
    width_mm: i32,
    height_mm: i32,
    weight_g: i32,
    slotting: String,
    storage_class: String,
    hazard: String,
    price: Decimal,
    tax_rate: Decimal,
    standard_cost: Decimal,
    guessed: Vec<String>,
    barcodes: Option<Vec<String>>,
    packs: Option<Vec<i32>>,
}

impl CardRow {
    fn card(self) -> (Uuid, Card) {
        let stated = |fact: &str| !self.guessed.iter().any(|guessed| guessed == fact);
        let packs = self.barcodes.unwrap_or_default().into_iter().zip(self.packs.unwrap_or_default());
        let card = Card {
            code: self.code,
            naming: Naming {
                name: self.name,
                variant: self.variant,
                category: self.category,
                unit: Unit::parse(&self.unit).unwrap_or_default(),
                active: self.active,
            },
            warehouse: Warehouse {
                dimensions_mm: stated("dimensions").then_some([self.length_mm, self.width_mm, self.height_mm]),
                weight_g: stated("weight").then_some(self.weight_g),
                slotting: Slotting::parse(&self.slotting).unwrap_or_default(),
                storage: StorageClass::parse(&self.storage_class).unwrap_or_default(),
                hazard: Hazard::parse(&self.hazard).unwrap_or_default(),
            },
            finance: Finance {
                price: stated("price").then_some(self.price),
                tax_rate: stated("tax").then_some(self.tax_rate),
                standard_cost: stated("cost").then_some(self.standard_cost),
            },
            barcodes: packs.map(|(code, quantity)| Pack { code, quantity }).collect(),
        };
        (self.id, card.tidy())
    }
}

/// Cards by id, or all of them, by code.
pub(super) async fn cards(conn: &mut PgConnection, org: Uuid, ids: Option<&[Uuid]>) -> Result<Vec<(Uuid, Card)>> {
    let rows = sqlx::query_as!(
        CardRow,
        "select s.id, s.code, s.name, s.variant, s.category, s.unit, s.active, s.length_mm, s.width_mm, s.height_mm, s.weight_g, s.slotting,
                s.storage_class, s.hazard, s.price, s.tax_rate, s.standard_cost, s.guessed, b.codes as barcodes, b.packs
         from sku s left join lateral (
           select array_agg(c.code order by c.pack_quantity, c.code) as codes, array_agg(c.pack_quantity order by c.pack_quantity, c.code) as packs
           from barcode c where c.org_id = s.org_id and c.sku_id = s.id) b on true
         where s.org_id = $1 and ($2::uuid[] is null or s.id = any($2)) order by s.code",
        org,
        ids
    )
    .fetch_all(conn)
    .await?;
    Ok(rows.into_iter().map(CardRow::card).collect())
}

/// One card; who else would change it waits.
pub(super) async fn lock(conn: &mut PgConnection, org: Uuid, id: Uuid) -> Result<Option<Card>> {
    sqlx::query!("select id from sku where org_id = $1 and id = $2 for no key update", org, id)
        .fetch_optional(&mut *conn)
        .await?;
    Ok(cards(conn, org, Some(&[id])).await?.pop().map(|(_, card)| card))
}

pub(super) async fn by_codes(conn: &mut PgConnection, org: Uuid, codes: &[String]) -> Result<Vec<(Uuid, Card)>> {
    let ids =
        sqlx::query_scalar!("select id from sku where org_id = $1 and code = any($2)", org, codes).fetch_all(&mut *conn).await?;
    cards(conn, org, Some(&ids)).await
}

/// A SKU of which only the naming is known; the rest is guessed.
pub(super) async fn insert(conn: &mut PgConnection, org: Uuid, id: Uuid, card: &Card) -> Result<()> {
    sqlx::query!(
        "insert into sku (org_id, id, code, name, variant, category, unit, active, length_mm, width_mm, height_mm, weight_g, price, tax_rate,
           standard_cost, guessed)
         values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $9, $9, $10, 0, 0, 0, '{dimensions,weight,price,tax,cost}')",
        org,
        id,
        card.code,
        card.naming.name,
        card.naming.variant,
        card.naming.category,
        card.naming.unit.code(),
        card.naming.active,
        GUESS_MM,
        GUESS_G
    )
    .execute(conn)
    .await?;
    Ok(())
}

/// One part of a card.
pub(super) async fn write(conn: &mut PgConnection, org: Uuid, id: Uuid, part: &Part) -> Result<()> {
    match part {
        Part::Naming(n) => naming(conn, org, id, n).await,
        Part::Warehouse(w) => warehouse(conn, org, id, w).await,
        Part::Finance(f) => finance(conn, org, id, f).await,
        Part::Barcodes(packs) => barcodes(conn, org, id, packs).await,
    }
}

async fn naming(conn: &mut PgConnection, org: Uuid, id: Uuid, n: &Naming) -> Result<()> {
    sqlx::query!(
        "update sku set name = $3, variant = $4, category = $5, unit = $6, active = $7 where org_id = $1 and id = $2",
        org,
        id,
        n.name,
        n.variant,
        n.category,
        n.unit.code(),
        n.active
    )
    .execute(conn)
    .await?;
    Ok(())
}

/// Facts that are not stated: their names are added, those of the rest taken off.
fn guesses<const N: usize>(facts: [(&str, bool); N]) -> (Vec<String>, Vec<String>) {
    let (stated, open): (Vec<_>, Vec<_>) = facts.into_iter().partition(|(_, stated)| *stated);
    let names = |facts: Vec<(&str, bool)>| facts.into_iter().map(|(name, _)| name.to_owned()).collect();
    (names(open), names(stated))
}

async fn warehouse(conn: &mut PgConnection, org: Uuid, id: Uuid, w: &Warehouse) -> Result<()> {
    let (open, stated) = guesses([("dimensions", w.dimensions_mm.is_some()), ("weight", w.weight_g.is_some())]);
    let [length, width, height] = w.dimensions_mm.unwrap_or([GUESS_MM; 3]);
    sqlx::query!(
        "update sku set length_mm = $3, width_mm = $4, height_mm = $5, weight_g = $6, slotting = $7, storage_class = $10, hazard = $11,
           guessed = array(select g from unnest(guessed || $8::text[]) g where g <> all($9::text[]) group by g order by g)
         where org_id = $1 and id = $2",
        org,
        id,
        length,
        width,
        height,
        w.weight_g.unwrap_or(GUESS_G),
        w.slotting.code(),
        &open,
        &stated,
        w.storage.code(),
        w.hazard.code()
    )
    .execute(conn)
    .await?;
    Ok(())
}

async fn finance(conn: &mut PgConnection, org: Uuid, id: Uuid, f: &Finance) -> Result<()> {
    let facts = [("price", f.price.is_some()), ("tax", f.tax_rate.is_some()), ("cost", f.standard_cost.is_some())];
    let (open, stated) = guesses(facts);
    sqlx::query!(
        "update sku set price = $3, tax_rate = $4, standard_cost = $5,
           guessed = array(select g from unnest(guessed || $6::text[]) g where g <> all($7::text[]) group by g order by g)
         where org_id = $1 and id = $2",
        org,
        id,
        f.price.unwrap_or_default(),
        f.tax_rate.unwrap_or_default(),
        f.standard_cost.unwrap_or_default(),
        &open,
        &stated
    )
    .execute(conn)
    .await?;
    Ok(())
}

/// Those that are no longer there go, the others are there as they are counted now.
async fn barcodes(conn: &mut PgConnection, org: Uuid, id: Uuid, packs: &[Pack]) -> Result<()> {
    let codes: Vec<String> = packs.iter().map(|pack| pack.code.clone()).collect();
    let quantities: Vec<i32> = packs.iter().map(|pack| pack.quantity).collect();
    sqlx::query!("delete from barcode where org_id = $1 and sku_id = $2 and code <> all($3)", org, id, &codes)
        .execute(&mut *conn)
        .await?;
    sqlx::query!(
        "update barcode b set pack_quantity = n.pack from unnest($3::text[], $4::int[]) as n (code, pack)
         where b.org_id = $1 and b.sku_id = $2 and b.code = n.code and b.pack_quantity <> n.pack",
        org,
        id,
        &codes,
        &quantities
    )
    .execute(&mut *conn)
    .await?;
    sqlx::query!(
        "insert into barcode (org_id, code, sku_id, pack_quantity)
         select $1, code, $2, pack from unnest($3::text[], $4::int[]) as n (code, pack)
         where not exists (select from barcode b where b.org_id = $1 and b.sku_id = $2 and b.code = n.code)",
        org,
        id,
        &codes,
        &quantities
    )
    .execute(conn)
    .await?;
    Ok(())
}

/// What these codes (in capitals) mean already, but for this SKU itself: the code, and what it is.
pub(super) async fn meanings(conn: &mut PgConnection, org: Uuid, sku: Uuid, codes: &[String]) -> Result<Vec<(String, String)>> {
    let rows = sqlx::query!(
        r#"select code as "code!", 'barcode' as "what!" from barcode where org_id = $1 and sku_id <> $2 and upper(code) = any($3)
           union all select code, 'SKU' from sku where org_id = $1 and id <> $2 and upper(code) = any($3)
           union all (select code, 'bin' from bin where org_id = $1 and upper(code) = any($3) limit 1)
           union all (select code, kind from lpn where org_id = $1 and upper(code) = any($3) limit 1)"#,
        org,
        sku,
        codes
    )
    .fetch_all(conn)
    .await?;
    Ok(rows.into_iter().map(|row| (row.code, row.what)).collect())
}

/// Whoever gives a code its meaning waits for whoever is giving one: of two at once, the second sees the first's.
pub(super) async fn lock_codes(conn: &mut PgConnection, org: Uuid) -> Result<()> {
    sqlx::query!("select pg_advisory_xact_lock(hashtextextended('codes/' || $1::uuid, 0))", org).execute(conn).await?;
    Ok(())
}

/// The first of these codes (in capitals) that is a SKU's code or barcode, and whose.
pub(super) async fn item_of(conn: &mut PgConnection, org: Uuid, codes: &[String]) -> Result<Option<(String, String)>> {
    let row = sqlx::query!(
        r#"select code as "code!", sku as "sku!" from (
             select s.code, s.code as sku from sku s where s.org_id = $1 and upper(s.code) = any($2)
             union all select b.code, s.code from barcode b join sku s on s.org_id = b.org_id and s.id = b.sku_id
               where b.org_id = $1 and upper(b.code) = any($2)) taken
           order by code limit 1"#,
        org,
        codes
    )
    .fetch_optional(conn)
    .await?;
    Ok(row.map(|row| (row.code, row.sku)))
}

/// 0: none is left out.
pub(super) async fn threshold(conn: &mut PgConnection, org: Uuid, of: Of) -> Result<i32> {
    let row = sqlx::query_scalar!("select threshold from catalog_rule where org_id = $1 and kind = $2", org, of.code());
    Ok(row.fetch_optional(conn).await?.unwrap_or(0))
}

pub(super) async fn thresholds(conn: &mut PgConnection, org: Uuid) -> Result<Vec<(String, i32)>> {
    let rows = sqlx::query!("select kind, threshold from catalog_rule where org_id = $1", org).fetch_all(conn).await?;
    Ok(rows.into_iter().map(|row| (row.kind, row.threshold)).collect())
}

/// Classes of SKUs, where they are others than they were; answers which those are.
pub(super) async fn classify(conn: &mut PgConnection, org: Uuid, skus: &[Uuid], classes: &[String]) -> Result<Vec<Uuid>> {
    Ok(sqlx::query_scalar!(
        "update sku s set slotting = n.class from unnest($2::uuid[], $3::text[]) as n (sku, class)
         where s.org_id = $1 and s.id = n.sku and s.slotting <> n.class returning s.id",
        org,
        skus,
        classes
    )
    .fetch_all(conn)
    .await?)
}

pub(super) async fn owners(conn: &mut PgConnection, org: Uuid) -> Result<Vec<(String, String)>> {
    let rows = sqlx::query!("select part, role from catalog_owner where org_id = $1", org).fetch_all(conn).await?;
    Ok(rows.into_iter().map(|row| (row.part, row.role)).collect())
}

pub(super) async fn set_rules(
    conn: &mut PgConnection,
    org: Uuid,
    thresholds: &[(Of, i32)],
    owners: &[(&str, &str)],
) -> Result<()> {
    let (kinds, least): (Vec<String>, Vec<i32>) = thresholds.iter().map(|(of, least)| (of.code().to_owned(), *least)).unzip();
    sqlx::query!(
        "insert into catalog_rule (org_id, kind, threshold) select $1, kind, least from unnest($2::text[], $3::int[]) as n (kind, least)
         on conflict (org_id, kind) do update set threshold = excluded.threshold",
        org,
        &kinds,
        &least
    )
    .execute(&mut *conn)
    .await?;
    let (parts, roles): (Vec<String>, Vec<String>) =
        owners.iter().map(|(part, role)| ((*part).to_owned(), (*role).to_owned())).unzip();
    sqlx::query!(
        "insert into catalog_owner (org_id, part, role) select $1, part, role from unnest($2::text[], $3::text[]) as n (part, role)
         on conflict (org_id, part) do update set role = excluded.role",
        org,
        &parts,
        &roles
    )
    .execute(conn)
    .await?;
    Ok(())
}

/// SKUs with an open case: machines leave them alone.
pub(super) async fn held(conn: &mut PgConnection, org: Uuid) -> Result<Vec<Uuid>> {
    Ok(sqlx::query_scalar!(
        "select subject_id from exception_case where org_id = $1 and kind = 'master_data' and resolved_at is null",
        org
    )
    .fetch_all(conn)
    .await?)
}

pub(super) struct BinFacts {
    pub id: Uuid,
    pub code: String,
    pub site_code: String,
    pub mapped: bool,
    pub volume: bool,
    pub load: bool,
}

/// Bins that are picked from or filled up.
pub(super) async fn bins(conn: &mut PgConnection, org: Uuid) -> Result<Vec<BinFacts>> {
    Ok(sqlx::query_as!(
        BinFacts,
        r#"select b.id, b.code, t.code as site_code, b.aisle is not null as "mapped!", b.volume_ml is not null as "volume!",
                  b.weight_g is not null as "load!"
           from bin b join site t on t.org_id = b.org_id and t.id = b.site_id
           where b.org_id = $1 and b.kind in ('pick', 'reserve') and b.retired_at is null order by t.code, b.code"#,
        org
    )
    .fetch_all(conn)
    .await?)
}

pub(super) struct ServiceFacts {
    pub code: String,
    pub carrier: String,
    pub service: String,
    pub countries: bool,
    pub leaves: bool,
}

/// What carriers offer.
pub(super) async fn services(conn: &mut PgConnection, org: Uuid) -> Result<Vec<ServiceFacts>> {
    Ok(sqlx::query_as!(
        ServiceFacts,
        r#"select v.code, v.carrier, v.service, cardinality(v.countries) > 0 as "countries!",
                  exists (select from carrier_cutoff c where c.org_id = v.org_id and c.carrier = v.carrier) as "leaves!"
           from carrier_service v where v.org_id = $1 order by v.code"#,
        org
    )
    .fetch_all(conn)
    .await?)
}
