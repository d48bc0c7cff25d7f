//! The house rules of the schema, read from `pg_catalog`: each rule is one statement whose rows are violations. And the wall:
//! `tideway_app` sees nothing without an org and writes nothing into another's.

use sqlx::{AssertSqlSafe, Executor};

use crate::testkit::TestDb;

/// Global on purpose, because at sign-in the org is not yet known. Reached by `service::directory` only.
const DIRECTORY: [&str; 6] = ["org", "login", "session", "api_key", "portal_host", "rate_limit"];

/// Business tables: all of ours that are not the directory's nor the migrator's own.
const BUSINESS: &str = "with business as (
    select c.oid, c.relname, c.relrowsecurity, c.relforcerowsecurity from pg_class c
    where c.relnamespace = 'public'::regnamespace and c.relkind in ('r', 'p')
      and c.relname <> all ('{org, login, session, api_key, portal_host, rate_limit, _sqlx_migrations}'::text[]))";

const RULES: [(&str, &str); 14] = [
    (
        "org_id leads the primary key",
        "select relname from business b where not exists (
           select from pg_index i join pg_attribute a on a.attrelid = i.indrelid and a.attnum = i.indkey[0]
           where i.indrelid = b.oid and i.indisprimary and a.attname = 'org_id')",
    ),
    (
        "org_id leads every unique key",
        "select relname || ': ' || i.indexrelid::regclass from business b join pg_index i on i.indrelid = b.oid and i.indisunique
         join pg_attribute a on a.attrelid = i.indrelid and a.attnum = i.indkey[0] where a.attname <> 'org_id'",
    ),
    (
        "org_id leads every foreign key",
        "select relname || ': ' || f.conname from business b join pg_constraint f on f.conrelid = b.oid and f.contype = 'f'
         join pg_attribute a on a.attrelid = b.oid and a.attnum = f.conkey[1] where a.attname <> 'org_id'",
    ),
    (
        "the wall is up, for the owner too",
        "select relname from business where not (relrowsecurity and relforcerowsecurity)",
    ),
    (
        "one policy is the wall; others are the sequencer's",
        "select relname from business b where
           (select count(*) from pg_policy p where p.polrelid = b.oid and p.polname = 'org_wall'
              and pg_get_expr(p.polqual, b.oid) = pg_get_expr(p.polwithcheck, b.oid)
              and pg_get_expr(p.polqual, b.oid) = '(org_id = (NULLIF(current_setting(''app.org''::text, true), ''''::text))::uuid)') <> 1
           or exists (select from pg_policy p where p.polrelid = b.oid and p.polname <> 'org_wall'
              and p.polroles <> array(select oid from pg_roles where rolname = 'tideway_sequencer'))",
    ),
    (
        "constraints have names of their own",
        // A generated name is table_column(s)_key, _fkey, _check, _pkey, _excl, perhaps with a number.
        "select relname || ': ' || conname from (select relname, oid from business union all
           select relname, oid from pg_class where relnamespace = 'public'::regnamespace
             and relname = any ('{org, login, session, api_key, portal_host, rate_limit}'::text[])) t
         join pg_constraint k on k.conrelid = t.oid and k.contype <> 'n'
         where k.conname ~ '_(key|fkey|check|pkey|excl)[0-9]*$' or k.conname !~ ('^' || t.relname)",
    ),
    (
        "every foreign key has an index that begins with its columns",
        "select relname || ': ' || f.conname from business b join pg_constraint f on f.conrelid = b.oid and f.contype = 'f'
         where not exists (select from pg_index i where i.indrelid = b.oid and i.indisvalid and i.indpred is null
           and (select array_agg(k order by k) from unnest((i.indkey::int2[])[0:cardinality(f.conkey) - 1]) k)
             = (select array_agg(k order by k) from unnest(f.conkey) k))",
    ),
    (
        "no triggers",
        "select t.tgrelid::regclass || ': ' || t.tgname from pg_trigger t join pg_class c on c.oid = t.tgrelid
         where not t.tgisinternal and c.relnamespace = 'public'::regnamespace",
    ),
    (
        "no sequences, and no identity columns",
        "select c.relname from pg_class c where c.relkind = 'S' and c.relnamespace = 'public'::regnamespace",
    ),
    (
        "enumerations are text with a check, keys are not null, money is numeric(19,4)",
        "select relname || '.' || a.attname from business b join pg_attribute a on a.attrelid = b.oid and a.attnum > 0 and not a.attisdropped
         join pg_type t on t.oid = a.atttypid
         where t.typtype = 'e' or t.typname in ('float4', 'float8', 'money', 'bpchar', 'varchar')
            or (a.attname = 'org_id' and (not a.attnotnull or t.typname <> 'uuid'))
            or (a.attname ~ '(amount|price|cost|value)$' and t.typname <> 'numeric')
            or (t.typname = 'numeric' and a.attname !~ '_rate$' and a.atttypmod <> ((19 << 16) | 4) + 4)
            or (t.typname = 'numeric' and a.attname ~ '_rate$' and a.atttypmod <> ((7 << 16) | 4) + 4)",
    ),
    (
        "time is timestamptz",
        "select relname || '.' || a.attname from business b join pg_attribute a on a.attrelid = b.oid and a.attnum > 0 and not a.attisdropped
         join pg_type t on t.oid = a.atttypid where t.typname in ('timestamp', 'date', 'time', 'timetz', 'interval')",
    ),
    (
        "a text that is one of a few words has a check that knows them",
        // Open sets: kinds of commands and of subjects are their code's own; the words of people are no enumeration.
        "select relname || '.' || a.attname from business b join pg_attribute a on a.attrelid = b.oid and a.attnum > 0 and not a.attisdropped
         where a.atttypid = 'text'::regtype
           and a.attname ~ '(^|_)(kind|state|status|grade|role|reason|resolution|decision|method|outcome|source|side|hold)$'
           and relname || '.' || a.attname <> all ('{command.kind, audit.kind, audit.subject_kind, disposition.override_reason,
             refund.decline_reason, exception_case.resolution}'::text[])
           and not exists (select from pg_constraint k where k.conrelid = b.oid and k.contype = 'c'
             and k.conkey = array[a.attnum] and pg_get_constraintdef(k.oid) ~ (a.attname || ' (=|~) '))",
    ),
    (
        "no exclusion constraints",
        "select conrelid::regclass || ': ' || conname from pg_constraint where contype = 'x' and connamespace = 'public'::regnamespace",
    ),
    (
        "what is written once can be neither changed nor deleted by the app",
        "select t || ': ' || p from unnest(array['movement', 'audit', 'command', 'decision', 'cost_entry', 'receipt_line', 'inspection',
           'disposition', 'refund_line', 'goods_receipt', 'goods_receipt_line', 'audit_seal', 'goods_verdict', 'stock_hold',
           'reason_given']) t, unnest(array['update', 'delete', 'truncate']) p
         where has_table_privilege('tideway_app', t, p)",
    ),
];

async fn violations(t: &TestDb, rule: &str) -> Vec<String> {
    let query = RULES.iter().find(|(name, _)| *name == rule).expect("a rule of that name").1;
    sqlx::query_scalar(AssertSqlSafe(format!("{BUSINESS} {query}"))).fetch_all(&t.root).await.expect("the catalog reads")
}

/// INV-2, GOV-1: the schema keeps the house rules.
#[tokio::test]
async fn the_schema_keeps_the_house_rules() {
    let t = TestDb::new().await;
    let mut found = Vec::new();
    for (rule, _) in RULES {
        found.extend(violations(&t, rule).await.into_iter().map(|what| format!("{rule}: {what}")));
    }
    assert!(found.is_empty(), "{}", found.join("\n"));
}

#[tokio::test]
async fn the_directory_is_the_whole_of_what_has_no_wall() {
    let t = TestDb::new().await;
    let open = "select relname::text from pg_class where relnamespace = 'public'::regnamespace and relkind in ('r', 'p')
                and not relrowsecurity and relname <> '_sqlx_migrations' order by relname";
    let open: Vec<String> = sqlx::query_scalar(open).fetch_all(&t.root).await.unwrap();
    let mut known = DIRECTORY;
    known.sort_unstable();
    assert_eq!(open, known);
}

/// Planted violations: at least one for each rule.
const PLANTED: [(&str, &str); 19] = [
    ("org_id leads the primary key", "create table bad (id uuid constraint bad_pk primary key, org_id uuid not null)"),
    ("org_id leads every unique key", "create unique index bad on sku (code)"),
    (
        "org_id leads every foreign key",
        "create table bad (org_id uuid, sku_id uuid, constraint bad_sku foreign key (sku_id, org_id) references sku (id, org_id));",
    ),
    ("the wall is up, for the owner too", "alter table sku no force row level security"),
    ("one policy is the wall; others are the sequencer's", "create policy open_door on sku using (true)"),
    ("constraints have names of their own", "alter table sku add check (name <> 'x')"),
    ("every foreign key has an index that begins with its columns", "drop index barcode_sku_idx"),
    (
        "no triggers",
        "create function bad() returns trigger language plpgsql as 'begin return new; end';
         create trigger bad before insert on sku for each row execute function bad()",
    ),
    ("no sequences, and no identity columns", "alter table sku add column no bigint generated always as identity"),
    (
        "enumerations are text with a check, keys are not null, money is numeric(19,4)",
        "alter table sku add column weight double precision",
    ),
    (
        "enumerations are text with a check, keys are not null, money is numeric(19,4)",
        "alter table sku add column handling numeric(10, 2)",
    ),
    ("enumerations are text with a check, keys are not null, money is numeric(19,4)", "alter table sku add column duty numeric"),
    (
        "enumerations are text with a check, keys are not null, money is numeric(19,4)",
        "alter table sku add column duty_rate numeric(5, 2)",
    ),
    (
        "enumerations are text with a check, keys are not null, money is numeric(19,4)",
        "alter table sku add column list_price int",
    ),
    ("time is timestamptz", "alter table sku add column since date"),
    ("time is timestamptz", "alter table sku add column opens timetz"),
    ("a text that is one of a few words has a check that knows them", "alter table sku add column storage_kind text"),
    ("no exclusion constraints", "alter table site add constraint site_once exclude using btree (code with =)"),
    ("what is written once can be neither changed nor deleted by the app", "grant update on movement to tideway_app"),
];

#[tokio::test]
async fn a_planted_violation_of_each_rule_is_found() {
    for (rule, _) in RULES {
        assert!(PLANTED.iter().any(|(planted, _)| *planted == rule), "no violation of “{rule}” is planted");
    }
    for (rule, planted) in PLANTED {
        let t = TestDb::new().await;
        if rule.starts_with("org_id leads every foreign key") {
            t.root.execute("create unique index sku_turned on sku (id, org_id)").await.unwrap();
        }
        t.root.execute(planted).await.expect("the violation is planted");
        assert!(!violations(&t, rule).await.is_empty(), "{rule} was not seen broken by {planted}");
    }
}

/// Every table that must have the wall.
async fn org_tables(t: &TestDb) -> Vec<String> {
    let tables = format!("{BUSINESS} select relname::text from business order by relname");
    sqlx::query_scalar(AssertSqlSafe(tables)).fetch_all(&t.root).await.unwrap()
}

/// GOV-1: without an org the app sees no row of any business table, though rows are there.
#[tokio::test]
async fn without_an_org_no_row_is_seen() {
    let b = crate::verify::business::Business::open().await;
    let tables = org_tables(&b.t).await;
    assert!(tables.len() > 40, "all tables are asked");
    let mut filled = 0;
    for table in tables {
        filled += i64::from(b.t.count(&table).await > 0);
        let seen: i64 =
            sqlx::query_scalar(AssertSqlSafe(format!("select count(*) from {table}"))).fetch_one(b.t.db.pool()).await.unwrap();
        assert_eq!(seen, 0, "{table} is seen without an org");
    }
    assert!(filled > 30, "there was something to see");
}

/// GOV-1: inside one org's wall, another's rows are neither seen, changed nor written.
#[tokio::test]
async fn another_orgs_rows_are_neither_seen_nor_written() {
    let b = crate::verify::business::Business::open().await;
    let rival = b.t.another_org().await;
    for table in org_tables(&b.t).await {
        let ours = b.t.count(&format!("{table} where org_id = '{}'", b.t.org)).await;
        let mut tx = b.t.db.tx(rival).await.unwrap();
        let query = format!("select count(*) from {table} where org_id = '{}'", b.t.org);
        let seen: i64 = sqlx::query_scalar(AssertSqlSafe(query)).fetch_one(&mut *tx).await.unwrap();
        assert_eq!(seen, 0, "{table}: another org's rows are seen");
        let may: bool =
            sqlx::query_scalar("select has_table_privilege($1, 'update')").bind(&table).fetch_one(&mut *tx).await.unwrap();
        if may {
            let changed = tx.execute(AssertSqlSafe(format!("update {table} set org_id = org_id where org_id = '{}'", b.t.org)));
            assert_eq!(changed.await.unwrap().rows_affected(), 0, "{table}: another org's rows are changed");
        }
        let may: bool =
            sqlx::query_scalar("select has_table_privilege($1, 'insert')").bind(&table).fetch_one(&mut *tx).await.unwrap();
        let write = format!("insert into {table} (org_id) values ('{}')", b.t.org);
        let refused = tx.execute(AssertSqlSafe(write)).await.expect_err("another org's row is written");
        let error = refused.as_database_error().expect("the database refuses");
        // The policy says no; on tables that the app may not write at all, the grant does.
        assert_eq!(error.code().as_deref(), Some("42501"), "{table}: {error}");
        assert_eq!(error.message().contains("row-level security policy"), may, "{table}: {error}");
        drop(tx);
        let now = b.t.count(&format!("{table} where org_id = '{}'", b.t.org)).await;
        assert_eq!(now, ours);
    }
}
