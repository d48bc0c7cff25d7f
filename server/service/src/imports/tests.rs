use domain::ids::ChannelId;
use domain::imports::Outcome;
use domain::orders::OpenChannel;
use domain::people::Role;
use domain::refusal::Named;

use super::Options;
use crate::Failure;
use crate::testkit::{TestDb, noon};

const UCI: &str = "Invoice,StockCode,Description,Quantity,InvoiceDate,Price,Customer ID,Country
1,85048,LIGHTS,12,2009-12-01 07:45:00,6.95,13085,United Kingdom
1,85048,LIGHTS,12,2009-12-01 07:45:00,6.95,13085,United Kingdom
1,22087,BUNTING,3,2009-12-01 07:45:00,2.95,13085,United Kingdom
2,22087,BUNTING,2,2009-12-02 08:00:00,2.95,,EIRE
2,22087,BUNTING,-2,2009-12-02 08:00:00,0,,EIRE
3,POST,POSTAGE,1,2009-12-02 08:00:00,3,,EIRE
";

async fn shop() -> TestDb {
    let t = TestDb::new().await;
    t.site("LDS").await;
    t.run(&OpenChannel { id: ChannelId::mint(), code: "retail".into(), name: "Retail".into(), promise_hours: 48 }).await;
    t
}

fn options(dry_run: bool) -> Options<'static> {
    Options { filename: "retail.csv", channel: "retail", dry_run }
}

async fn take(t: &TestDb, file: &str, dry_run: bool) -> domain::imports::ImportReport {
    t.db.import_orders(&t.system(), file.as_bytes(), options(dry_run), noon(), |_, _| {}).await.unwrap()
}

/// ROL-2: a dry run tells everything and takes nothing; the real run takes just that.
#[tokio::test]
async fn a_dry_run_tells_what_the_real_run_does() {
    let t = shop().await;
    let dry = take(&t, UCI, true).await;
    assert_eq!(t.count("sales_order").await + t.count("sku").await, 0);
    let real = take(&t, UCI, false).await;
    assert_eq!(dry.outcomes, real.outcomes);
    assert_eq!((real.orders, real.new_skus, real.rows), (2, 2, 6));
    assert_eq!(real.outcomes.values().sum::<i64>(), 6);
    assert_eq!(real.outcomes[&Outcome::Sale], 2);
    assert_eq!(real.outcomes[&Outcome::GuestSale], 1);
    assert_eq!(t.count("order_line").await, 3);
    assert_eq!(t.count("sales_order where placed_at = '2009-12-01 07:45:00+00'").await, 1);
    assert_eq!(t.count("import_row").await, 6);
    assert_eq!(t.db.imports(&t.system()).await.unwrap().len(), 2);
}

/// ROL-2: the same file twice adds nothing, nor does one that overlaps it.
#[tokio::test]
async fn the_same_file_again_adds_nothing() {
    let t = shop().await;
    take(&t, UCI, false).await;
    take(&t, UCI, false).await;
    let longer = format!("{UCI}4,85048,LIGHTS,1,2009-12-03 08:00:00,6.95,,EIRE\n");
    let report = take(&t, &longer, false).await;
    assert_eq!(report.outcomes[&Outcome::Known], 3);
    assert_eq!(t.count("sales_order").await, 3);
    assert_eq!(t.count("sku").await, 2);
}

/// ROL-2: what cannot be taken is refused row by row; the rest is taken.
#[tokio::test]
async fn an_order_with_an_unknown_sku_is_refused_and_its_neighbours_are_taken() {
    let t = shop().await;
    t.sku("MUG").await;
    let file = "order_id,placed_at,sku,quantity,unit_price,discount,customer_name,email,address_line,city,postcode,country,shipping_amount
W-1,2026-01-31T09:30:00Z,MUG,2,12.00,,Ana,ana@example.com,1 Quay,Leeds,LS1,GB,3.60
W-2,2026-01-31T09:31:00Z,CUP,1,12.00,,Ana,ana@example.com,1 Quay,Leeds,LS1,GB,
W-3,2026-01-31T09:32:00Z,MUG,1,12.00,99,Ana,ana@example.com,1 Quay,Leeds,LS1,GB,
W-4,tomorrow,MUG,1,12.00,,Ana,ana@example.com,1 Quay,Leeds,LS1,GB,
";
    let report = take(&t, file, false).await;
    assert_eq!(report.outcomes[&Outcome::Sale], 1);
    assert_eq!(report.outcomes[&Outcome::Refused], 2);
    assert_eq!(report.outcomes[&Outcome::Unreadable], 1);
    assert!(report.not_taken[0].words.contains("CUP"));
    assert!(report.not_taken[1].words.contains("discount"));
    assert_eq!(t.count("sales_order").await, 1);
}

#[tokio::test]
async fn only_who_may_import_does() {
    let t = shop().await;
    let picker = t.person(Role::Picker, None);
    let refused = t.db.import_orders(&picker, UCI.as_bytes(), options(false), noon(), |_, _| {}).await.unwrap_err();
    assert!(matches!(refused, Failure::Refused(refusal) if refusal.code() == "not_allowed"));
    assert_eq!(t.count("import_run").await, 0);
}

/// INT-3: a dry run knows what was taken before, as the real run does.
#[tokio::test]
async fn a_dry_run_tells_what_was_taken_before() {
    let t = shop().await;
    take(&t, UCI, false).await;
    let longer = format!("{UCI}4,85048,LIGHTS,1,2009-12-03 08:00:00,6.95,,EIRE\n");
    let dry = take(&t, &longer, true).await;
    assert_eq!(dry.outcomes[&Outcome::Known], 3);
    assert_eq!(dry.outcomes, take(&t, &longer, false).await.outcomes);
}

/// INT-3: a file for a channel that is not there is refused, dry or not, before anything is kept.
#[tokio::test]
async fn a_file_for_an_unknown_channel_is_refused_before_anything_is_kept() {
    let t = shop().await;
    for dry_run in [true, false] {
        let options = Options { channel: "ebay", ..options(dry_run) };
        let refused = t.db.import_orders(&t.system(), UCI.as_bytes(), options, noon(), |_, _| {}).await.unwrap_err();
        assert!(matches!(refused, Failure::Refused(refusal) if refusal.code() == "unknown_channel"));
    }
    assert_eq!(t.count("sku").await + t.count("import_run").await, 0);
}
