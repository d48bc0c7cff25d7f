use std::fmt::Write;

use domain::imports::Outcome;

use super::{Found, Replayed, org_for};
use crate::testkit::TestDb;

/// Three days, three customers, every kind of row.
fn file() -> String {
    let mut rows = String::from("Invoice,StockCode,Description,Quantity,InvoiceDate,Price,Customer ID,Country\n");
    for (invoice, code, units, at, price, customer) in [
        ("1", "85048", 12, "2009-12-01 07:45:00", "6.95", "13085"),
        ("1", "85048", 12, "2009-12-01 07:45:00", "6.95", "13085"),
        ("1", "22087", 3, "2009-12-01 07:45:00", "2.95", "13085"),
        ("1", "POST", 1, "2009-12-01 07:45:00", "18", "13085"),
        ("2", "22087", 5, "2009-12-01 09:00:00", "2.95", ""),
        ("3", "85048", 4, "2009-12-02 10:00:00", "6.95", "13085"),
        ("4", "21733", -6, "2009-12-02 11:00:00", "0", ""),
        ("5", "21733", 6, "2009-12-02 11:00:00", "0", ""),
        ("C6", "85048", -5, "2009-12-03 10:00:00", "6.95", "13085"),
        ("C6", "22087", -9, "2009-12-03 10:00:00", "2.95", "13085"),
        ("C7", "22087", -1, "2009-12-03 10:00:00", "2.95", ""),
        ("C8", "22087", 1, "2009-12-03 10:00:00", "2.95", ""),
        ("A9", "B", 1, "2009-12-03 10:00:00", "-53594.36", ""),
    ] {
        writeln!(rows, "{invoice},{code},THING {code},{units},{at},{price},{customer},United Kingdom").unwrap();
    }
    rows
}

/// ROL-2: every row has one outcome; what was sold was shipped; what came back was matched or raised; the books agree.
#[tokio::test]
async fn a_history_is_lived_through_and_adds_up() {
    let t = TestDb::new().await;
    let bytes = file().into_bytes();
    let org = org_for(&bytes, "history");
    let done = t.db.replay(&org, &bytes, |_, _| {}).await.unwrap();
    assert_eq!(done.rows, 13);
    assert_eq!(done.outcomes.values().sum::<i64>(), done.rows);
    let of = |outcome: Outcome| done.outcomes.get(&outcome).copied().unwrap_or(0);
    assert_eq!((of(Outcome::Sale), of(Outcome::GuestSale)), (3, 1));
    assert_eq!((of(Outcome::ReturnMatched), of(Outcome::ReturnUnmatched)), (1, 2));
    assert_eq!((of(Outcome::Duplicate), of(Outcome::PseudoSku), of(Outcome::ZeroPrice)), (1, 1, 1));
    assert_eq!((of(Outcome::StockCorrection), of(Outcome::OddReturn), of(Outcome::BooksCorrection)), (1, 1, 1));
    assert_eq!((done.units_sold, done.units_shipped), (24, 24));
    assert_eq!(done.units_returned, 5);
    assert_eq!((done.orders, done.parcels, done.returns), (3, 3, 2));
    // All of it lies in the file's first days: counted, not judged.
    assert_eq!((done.found.matched, done.found_later), (1, Found::default()));
    assert_eq!(done.faults(), [] as [String; 0]);
    let org = org.id;
    let broken: Vec<_> = t.db.verify(org).await.unwrap().into_iter().filter(|check| !check.holds()).collect();
    assert!(broken.is_empty(), "{broken:#?}");
    // What was sold was bought the day before the first one, and is owed to a supplier.
    assert_eq!(done.opening.on.unwrap().to_string(), "2009-11-30");
    assert_eq!((done.opening.skus, done.skus, done.opening.units), (2, 2, 24));
    let received = format!(
        "goods_receipt_line l join goods_receipt r on r.org_id = l.org_id and r.id = l.receipt_id
         where r.org_id = '{org}' and r.occurred_at::date = '2009-11-30' and r.kind = 'purchase'"
    );
    assert_eq!(t.count(&received).await, 2);
    assert_eq!(t.count(&format!("goods_receipt where org_id = '{org}' and kind = 'opening'")).await, 0, "no equity");
    let value: rust_decimal::Decimal = sqlx::query_scalar(sqlx::AssertSqlSafe(format!(
        "select sum(amount) from gl_transfer where org_id = '{org}' and debit = '1200' and occurred_at::date = '2009-11-30'"
    )))
    .fetch_one(&t.root)
    .await
    .unwrap();
    assert_eq!(value, done.opening.value);
    assert_eq!(t.count(&format!("exception_case where org_id = '{org}' and kind = 'unmatched_return'")).await, 2);
    assert_eq!(t.count(&format!("refund where org_id = '{org}' and status = 'paid'")).await, 2);
    // Five lights came back: the four of the second order first, then one of the first.
    assert_eq!(t.count(&format!("return_line where org_id = '{org}' and quantity in (1, 4)")).await, 2);
    let books = t.db.trial_balance(&domain::people::Caller::system(org, "test")).await.unwrap();
    assert_eq!(books.inventory, books.layers);
    let sum =
        |of: fn(&domain::ledger::TrialRow) -> rust_decimal::Decimal| -> rust_decimal::Decimal { books.rows.iter().map(of).sum() };
    assert_eq!(sum(|row| row.debit), sum(|row| row.credit));
}

/// ROL-2: the same history told again is the same commands: nothing happens twice.
#[tokio::test]
async fn a_history_told_twice_happens_once() {
    let t = TestDb::new().await;
    let bytes = file().into_bytes();
    let org = org_for(&bytes, "history");
    t.db.replay(&org, &bytes, |_, _| {}).await.unwrap();
    let movements = t.count("movement").await;
    assert!(t.db.replay(&org, &bytes, |_, _| {}).await.is_err(), "the org is there already");
    assert_eq!(t.count("movement").await, movements);
}

/// INT-4: a replay that does not add up says so; matching is judged on files large enough to judge it.
#[test]
fn a_replay_that_does_not_add_up_says_what() {
    let good = Replayed { rows: 1, outcomes: [(Outcome::Sale, 1)].into(), ..Replayed::default() };
    assert_eq!(good.faults(), [] as [String; 0]);
    let lost = Replayed { rows: 2, ..good.clone() };
    assert_eq!(lost.faults(), ["The file has 2 rows, but 1 of them have an outcome."]);
    let short = Replayed { units_sold: 5, units_shipped: 4, ..good.clone() };
    assert_eq!(short.faults(), ["5 units were sold, but 4 were shipped."]);
    let judged = |rows: i64, matched: i64| {
        let found_later = Found { rows: 100, matched };
        Replayed { rows, outcomes: [(Outcome::Sale, rows)].into(), found_later, ..Replayed::default() }.faults()
    };
    assert_eq!(judged(9_999, 10), [] as [String; 0]);
    assert_eq!(judged(10_000, 85), [] as [String; 0]);
    assert_eq!(judged(10_000, 84), ["84.0 % of return rows with a customer, from day 30 on, found their sale; 85 % must."]);
}
