//! Are two orgs the same business, ids aside? Every id is given a name by where it stands and what stands beside it, over and over,
//! until the names tell as much as the rows do; then rows are compared as text. For tests.

use std::collections::{BTreeMap, HashMap};
use std::hash::{DefaultHasher, Hash, Hasher};

use domain::ids::OrgId;
use serde_json::Value;
use sqlx::AssertSqlSafe;
use uuid::Uuid;

use crate::testkit::TestDb;

/// How commands were cut and numbered is not the business they did.
const TRAIL: [&str; 10] = [
    "login",
    "session",
    "command",
    "audit",
    "audit_seal",
    "outbox",
    "outbox_head",
    "follower_cursor",
    "number_block",
    "portal_host",
];
/// Names reach as far as this from row to row.
const ROUNDS: usize = 8;

enum Part {
    Text(String),
    Id(usize),
}

struct Row {
    table: String,
    parts: Vec<Part>,
}

fn hash(of: impl Hash) -> u64 {
    let mut hasher = DefaultHasher::new();
    of.hash(&mut hasher);
    hasher.finish()
}

/// UUIDs, and the numbers people and carriers read: `SO-1042`, `TW0000001042`.
fn is_id(word: &str) -> bool {
    let digits = word.trim_start_matches(|letter: char| letter.is_ascii_uppercase());
    let kind = word.len() - digits.len();
    let digits = digits.strip_prefix('-').unwrap_or(digits);
    let number = (2..=4).contains(&kind) && !digits.is_empty() && digits.bytes().all(|byte| byte.is_ascii_digit());
    number || Uuid::parse_str(word).is_ok()
}

fn read(table: &str, row: &Value, known: &mut HashMap<String, usize>) -> Row {
    let text = row.to_string();
    let mut parts = Vec::new();
    let mut rest = text.as_str();
    while !rest.is_empty() {
        let inside = |letter: char| letter.is_ascii_alphanumeric() || letter == '-';
        let (word, plain) = (rest.find(|letter| !inside(letter)), rest.find(inside));
        let end = if plain == Some(0) { word } else { plain }.unwrap_or(rest.len());
        let (head, tail) = rest.split_at(end);
        let next = known.len();
        parts.push(if is_id(head) {
            Part::Id(*known.entry(head.to_owned()).or_insert(next))
        } else {
            Part::Text(head.to_owned())
        });
        rest = tail;
    }
    Row { table: table.to_owned(), parts }
}

fn written(row: &Row, names: &[u64]) -> String {
    let word = |part: &Part| match part {
        Part::Text(text) => text.clone(),
        Part::Id(id) => format!("{:x}", names[*id]),
    };
    row.parts.iter().map(word).collect()
}

fn named(rows: &[Row], ids: usize) -> Vec<u64> {
    let mut names = vec![0_u64; ids];
    for _ in 0..ROUNDS {
        let mut seen: Vec<Vec<u64>> = vec![Vec::new(); ids];
        for row in rows {
            let whole = hash((&row.table, written(row, &names)));
            for (place, part) in row.parts.iter().enumerate() {
                if let Part::Id(id) = part {
                    seen[*id].push(hash((whole, place)));
                }
            }
        }
        for (name, mut seen) in names.iter_mut().zip(seen) {
            seen.sort_unstable();
            *name = hash((*name, seen));
        }
    }
    names
}

/// The org's business, table by table, in words that are the same wherever it was done. What the database's clock wrote is left out.
pub(super) async fn tables(t: &TestDb, org: OrgId) -> BTreeMap<String, Vec<String>> {
    let columns = "select c.relname::text, coalesce(array_agg(a.attname::text) filter (where
              pg_get_expr(d.adbin, d.adrelid) in ('now()', 'clock_timestamp()') or a.attname = 'command_id'), '{}')
         from pg_class c join pg_attribute a on a.attrelid = c.oid and a.attnum > 0 and not a.attisdropped
         left join pg_attrdef d on d.adrelid = c.oid and d.adnum = a.attnum
         where c.relnamespace = 'public'::regnamespace and c.relkind = 'r' and c.relname <> all ($1::text[])
         group by c.relname having bool_or(a.attname = 'org_id') order by c.relname";
    let tables: Vec<(String, Vec<String>)> = sqlx::query_as(columns).bind(TRAIL.as_slice()).fetch_all(&t.root).await.unwrap();
    let (mut rows, mut known) = (Vec::new(), HashMap::new());
    for (table, clocks) in &tables {
        let all = format!("select to_jsonb(r) - $2::text[] from {table} r where org_id = $1");
        let found: Vec<Value> = sqlx::query_scalar(AssertSqlSafe(all)).bind(org.0).bind(clocks).fetch_all(&t.root).await.unwrap();
        rows.extend(found.iter().map(|row| read(table, row, &mut known)));
    }
    let names = named(&rows, known.len());
    let mut told: BTreeMap<String, Vec<String>> = tables.into_iter().map(|(table, _)| (table, Vec::new())).collect();
    for row in &rows {
        told.entry(row.table.clone()).or_default().push(written(row, &names));
    }
    for rows in told.values_mut() {
        rows.sort_unstable();
    }
    told
}

/// Says which tables differ, and the first rows that do.
pub(super) fn assert_same(one: &BTreeMap<String, Vec<String>>, other: &BTreeMap<String, Vec<String>>) {
    let mut differ = Vec::new();
    for (table, rows) in one {
        let others = &other[table];
        if rows != others {
            let only =
                |of: &[String], not: &[String]| of.iter().filter(|row| !not.contains(row)).take(2).cloned().collect::<Vec<_>>();
            differ.push(format!(
                "{table}: {} and {} rows\n  {:#?}\n  {:#?}",
                rows.len(),
                others.len(),
                only(rows, others),
                only(others, rows)
            ));
        }
    }
    assert!(one.values().map(Vec::len).sum::<usize>() > 0, "there is something to compare");
    assert!(differ.is_empty(), "{}", differ.join("\n"));
}
