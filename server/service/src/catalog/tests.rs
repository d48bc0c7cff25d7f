use std::collections::BTreeMap;

use domain::catalog::card::{Card, Group, Pack, SaveSku};
use domain::catalog::changes::{DataRules, DecideChange, SetDataRules, Status, WithdrawChange};
use domain::catalog::readiness::{Fact, Of};
use domain::catalog::sheet;
use domain::ids::{ChangeId, ChannelId, CommandId, OrderId, SiteId, SkuId};
use domain::orders::release::Hold;
use domain::orders::{OpenChannel, PlaceOrders};
use domain::people::{Caller, Role};
use domain::refusal::Named;
use domain::waves::receipt::Why;
use domain::waves::roster::RowOutcome as R;
use domain::waves::{Cart, Chosen, Method, PlanWave};
use rust_decimal::Decimal;

use crate::testkit::{TestDb, new_order, noon};
use crate::{Failure, Result};

struct House {
    t: TestDb,
    admin: Caller,
    finance: Caller,
    supervisor: Caller,
}

impl House {
    async fn open() -> Self {
        let t = TestDb::new().await;
        let (admin, finance) = (t.person(Role::Admin, None), t.person(Role::Finance, None));
        let supervisor = t.person(Role::Supervisor, None);
        Self { t, admin, finance, supervisor }
    }

    async fn card(&self, sku: SkuId) -> Card {
        self.t.db.sku_card(&self.t.system(), sku).await.expect("the card reads").card
    }

    async fn save(&self, who: &Caller, sku: SkuId, card: Card) -> Result<domain::catalog::changes::Saved> {
        let seen = self.t.db.sku_card(&self.t.system(), sku).await.ok().map(|sheet| sheet.card);
        self.t.try_run(who, &SaveSku { id: sku, card, seen, note: String::new() }).await
    }

    async fn threshold(&self, threshold: i32) {
        self.least(Of::Skus, threshold).await;
    }

    async fn least(&self, of: Of, threshold: i32) {
        self.t.run(&SetDataRules { rules: DataRules::default().below(of, threshold) }).await;
    }

    async fn score(&self, code: &str) -> (i32, bool) {
        let board = self.t.db.readiness(&self.t.system(), Of::Skus, code, None, 1).await.expect("readiness reads");
        let row = board.rows.iter().find(|row| row.code == code).expect("the SKU is on the list");
        (row.score, row.held)
    }

    async fn open_cases(&self) -> i64 {
        self.t.count("exception_case where kind = 'master_data' and resolved_at is null").await
    }
}

fn code(ended: Result<impl std::fmt::Debug>) -> &'static str {
    match ended {
        Err(Failure::Refused(refusal)) => Named::code(&refusal),
        other => panic!("not refused: {other:?}"),
    }
}

/// MDM-1, MDM-3: a new SKU says what its writer owns; the rest waits for its owners, and each decides their own part.
#[tokio::test]
async fn a_new_sku_is_written_part_by_part() {
    let h = House::open().await;
    let sku = SkuId::mint();
    let mut card = sheet::blank("LAMP");
    card.naming.name = "Lamp".into();
    card.naming.category = "lighting".into();
    card.finance.price = Some(Decimal::new(8900, 2));
    card.warehouse.weight_g = Some(1_900);
    card.barcodes = vec![Pack { code: "5012345678900".into(), quantity: 1 }];
    assert_eq!(code(h.save(&h.supervisor, sku, card.clone()).await), "not_the_owner");
    let saved = h.save(&h.admin, sku, card.clone()).await.unwrap();
    assert_eq!(saved.applied, [Group::Naming, Group::Barcodes]);
    assert_eq!(saved.waits.iter().map(|(group, ..)| *group).collect::<Vec<_>>(), [Group::Warehouse, Group::Finance]);
    let stands = h.card(sku).await;
    assert_eq!((stands.finance.price, stands.warehouse.weight_g), (None, None));
    assert_eq!(h.score("LAMP").await.0, 30, "barcode and category are known");
    let changes = h.t.db.sku_changes(&h.finance, Some(Status::Pending), 1).await.unwrap();
    let price = changes.rows.iter().find(|row| row.after.group() == Group::Finance).unwrap();
    assert!(price.mine && !price.own);
    let agree = DecideChange { id: price.id, approve: true, reason: "".into() };
    assert_eq!(code(h.t.try_run(&h.supervisor, &agree).await), "not_the_owner");
    assert_eq!(code(h.t.try_run(&h.admin, &agree).await), "not_the_owner");
    h.t.try_run(&h.finance, &agree).await.unwrap();
    assert_eq!(h.card(sku).await.finance.price, Some(Decimal::from(89)));
    assert_eq!(code(h.t.try_run(&h.finance, &agree).await), "change_decided");
    let size = changes.rows.iter().find(|row| row.after.group() == Group::Warehouse).unwrap().id;
    let refuse = |why: &str| DecideChange { id: size, approve: false, reason: why.into() };
    assert_eq!(code(h.t.try_run(&h.supervisor, &refuse(" ")).await), "reason_missing");
    h.t.try_run(&h.supervisor, &refuse("not_proven")).await.unwrap();
    assert_eq!(h.card(sku).await.warehouse.weight_g, None);
}

/// MDM-3: nobody agrees to their own edit, not even one who owns the part since; only they take it back; one edit of a part waits at a time.
#[tokio::test]
async fn an_edit_waits_for_somebody_else() {
    let h = House::open().await;
    let sku = h.t.sku("MUG").await;
    let mut card = h.card(sku).await;
    card.finance.price = Some(Decimal::from(13));
    let both = h.t.person(Role::Planner, None);
    let saved = h.save(&both, sku, card.clone()).await.unwrap();
    assert!(saved.applied.is_empty());
    assert_eq!(saved.waits[0].2, Role::Finance);
    assert_eq!(h.card(sku).await.finance.price, Some(Decimal::from(12)));
    assert_eq!(code(h.save(&h.supervisor, sku, card.clone()).await), "change_waits");
    let id = h.t.db.sku_changes(&both, None, 1).await.unwrap().rows[0].id;
    let owners = vec![(Group::Finance, Role::Planner)];
    h.t.try_run(&h.admin, &SetDataRules { rules: DataRules { owners, ..DataRules::default() } }).await.unwrap();
    assert_eq!(code(h.t.try_run(&both, &DecideChange { id, approve: true, reason: "".into() }).await), "own_change");
    assert_eq!(code(h.t.try_run(&h.supervisor, &WithdrawChange { id }).await), "not_your_change");
    h.t.try_run(&both, &WithdrawChange { id }).await.unwrap();
    assert_eq!(code(h.t.try_run(&both, &WithdrawChange { id }).await), "change_decided");
    assert_eq!(h.save(&both, sku, card).await.unwrap().applied, [Group::Finance], "the part is theirs now");
    assert_eq!(code(h.t.try_run(&h.supervisor, &SetDataRules { rules: DataRules::default() }).await), "not_allowed");
    assert_eq!(code(h.t.try_run(&both, &WithdrawChange { id: ChangeId::mint() }).await), "not_found");
}

/// MDM-3: an edit that was asked for on another card than now stands is asked again.
#[tokio::test]
async fn an_edit_of_an_older_card_is_not_applied() {
    let h = House::open().await;
    let sku = h.t.sku("MUG").await;
    let mut card = h.card(sku).await;
    card.finance.price = Some(Decimal::from(13));
    h.save(&h.supervisor, sku, card.clone()).await.unwrap();
    card.finance.price = Some(Decimal::from(14));
    h.save(&h.finance, sku, card).await.unwrap();
    let id = h.t.db.sku_changes(&h.finance, None, 1).await.unwrap().rows[0].id;
    assert_eq!(code(h.t.try_run(&h.finance, &DecideChange { id, approve: true, reason: "".into() }).await), "stale");
    assert_eq!(h.card(sku).await.finance.price, Some(Decimal::from(14)));
}

/// MDM-3: of two who change a card, each part is as its last writer saw it: what the second did not see is not undone.
#[tokio::test]
async fn what_another_changed_meanwhile_stays() {
    let h = House::open().await;
    let sku = h.t.sku("MUG").await;
    let seen = h.card(sku).await;
    let mut dearer = seen.clone();
    dearer.finance.price = Some(Decimal::from(13));
    h.save(&h.finance, sku, dearer).await.unwrap();
    let stale = async |change: fn(&mut Card)| {
        let mut card = seen.clone();
        change(&mut card);
        h.t.try_run(&h.t.system(), &SaveSku { id: sku, card, seen: Some(seen.clone()), note: String::new() }).await
    };
    let saved = stale(|card| card.naming.name = "Large mug".into()).await.unwrap();
    assert_eq!(saved.applied, [Group::Naming]);
    assert_eq!(code(stale(|card| card.finance.standard_cost = Some(Decimal::ONE)).await), "stale");
    let stands = h.card(sku).await;
    assert_eq!((stands.finance.price, stands.naming.name.as_str()), (Some(Decimal::from(13)), "Large mug"));
}

/// MDM-1: no bin and no handling unit is given a label that an item answers to, nor is an item added under another's.
#[tokio::test]
async fn a_label_means_no_item() {
    use domain::catalog::AddSkus;
    use domain::ids::LpnId;
    use domain::lpns::{MakeUnit, UnitKind};
    let h = House::open().await;
    let (_, site) = (h.t.sku("MUG").await, h.t.site("LDS").await);
    for label in ["MUG", "mug-ean"] {
        let unit = MakeUnit { id: LpnId::mint(), site, kind: UnitKind::Carton, code: label.into() };
        assert_eq!(code(h.t.try_run(&h.t.system(), &unit).await), "label_means_sku", "{label}");
    }
    let add = async |new: domain::catalog::NewSku| h.t.try_run(&h.t.system(), &AddSkus { skus: vec![new] }).await;
    let new = |code: &str, barcode: &str| domain::catalog::NewSku {
        barcodes: vec![(barcode.to_owned(), 1)],
        ..crate::testkit::new_sku(code)
    };
    assert_eq!(code(add(new("mug", "5012345678900")).await), "sku_code_taken");
    assert_eq!(code(add(new("JUG", "mug-ean")).await), "barcode_taken");
    assert_eq!(code(add(new("JUG", "a01-01l-1")).await), "barcode_means_another");
}

/// MDM-1: ✗ of two who give a code its meaning at once, one is told: whatever the case, and whatever it is to mean.
#[tokio::test]
async fn a_code_is_given_once_by_two_at_once() {
    let h = House::open().await;
    for n in 0..8 {
        let new = |code: String, barcode: String| domain::catalog::AddSkus {
            skus: vec![domain::catalog::NewSku { barcodes: vec![(barcode, 1)], ..crate::testkit::new_sku(&code) }],
        };
        let (lower, upper) = (new(format!("L{n}"), format!("shelf-{n}")), new(format!("U{n}"), format!("SHELF-{n}")));
        let (one, other) = tokio::join!(h.t.try_run(&h.admin, &lower), h.t.try_run(&h.admin, &upper));
        assert_ne!(one.is_ok(), other.is_ok(), "{one:?}, {other:?}");
        assert_eq!(code(one.and(other)), "barcode_taken");
    }
}

/// MDM-1: a barcode means one thing: neither another SKU's barcode, in whatever case, nor its code, nor a bin, nor a tote.
#[tokio::test]
async fn a_barcode_means_one_thing() {
    let h = House::open().await;
    let (mug, _, site) = (h.t.sku("MUG").await, h.t.sku("CUP").await, h.t.site("LDS").await);
    let tote: String = sqlx::query_scalar("select code from lpn where site_id = $1 order by code limit 1")
        .bind(site.0)
        .fetch_one(&h.t.root)
        .await
        .unwrap();
    let card = h.card(mug).await;
    let with = |code: &str| {
        let mut card = card.clone();
        card.barcodes.push(Pack { code: code.into(), quantity: 1 });
        card
    };
    for (taken, refused) in [
        ("CUP-EAN", "barcode_taken"),
        ("cup-case", "barcode_taken"),
        ("CUP", "barcode_means_another"),
        ("a01-01l-1", "barcode_means_another"),
        (tote.as_str(), "barcode_means_another"),
        ("RMA-77", "sku_invalid"),
        ("in-1", "sku_invalid"),
        ("MUG-EAN", "sku_invalid"),
    ] {
        assert_eq!(code(h.save(&h.admin, mug, with(taken)).await), refused, "{taken}");
        if refused != "sku_invalid" {
            assert_eq!(code(h.save(&h.finance, mug, with(taken)).await), refused, "nor may it wait: {taken}");
        }
    }
    let mut other = sheet::blank("MUG-EAN");
    other.naming.name = "Other".into();
    assert_eq!(code(h.save(&h.admin, SkuId::mint(), other).await), "sku_code_taken");
    let mut renamed = card.clone();
    renamed.code = "MUG-2".into();
    assert_eq!(code(h.save(&h.admin, mug, renamed).await), "sku_code_stays");
    let mut fewer = card;
    fewer.barcodes.retain(|pack| pack.quantity == 1);
    fewer.barcodes[0].quantity = 2;
    fewer.barcodes.push(Pack { code: "5012345678900".into(), quantity: 1 });
    h.save(&h.admin, mug, fewer.clone()).await.unwrap();
    assert_eq!(h.card(mug).await, fewer.tidy());
}

/// The thing's size and weight are forgotten: it scores 45 less than a whole but for these.
async fn forget_size(h: &House, sku: SkuId) {
    let mut card = h.card(sku).await;
    card.warehouse.dimensions_mm = None;
    card.warehouse.weight_g = None;
    h.save(&h.supervisor, sku, card).await.unwrap();
}

async fn measure(h: &House, sku: SkuId) {
    let mut card = h.card(sku).await;
    card.warehouse.dimensions_mm = Some([100, 80, 50]);
    card.warehouse.weight_g = Some(250);
    h.save(&h.supervisor, sku, card).await.unwrap();
}

async fn shop(h: &House) -> (SiteId, SkuId) {
    let (site, sku) = (h.t.site("LDS").await, h.t.sku("MUG").await);
    h.t.run(&OpenChannel { id: ChannelId::mint(), code: "web".into(), name: "Web".into(), promise_hours: 24 }).await;
    h.t.receive(site, sku, "A01-01L-1", 50).await;
    (site, sku)
}

async fn order(h: &House, sku: SkuId, external: &str) -> OrderId {
    let new = new_order(external, &[(sku, 2)]);
    let id = new.id;
    h.t.run(&PlaceOrders { orders: vec![new] }).await;
    id
}

async fn hold(h: &House, order: OrderId) -> Option<Hold> {
    let hold: Option<String> =
        sqlx::query_scalar("select hold from sales_order where id = $1").bind(order.0).fetch_one(&h.t.root).await.unwrap();
    hold.and_then(|hold| Hold::parse(&hold))
}

/// MDM-1: an order with a SKU of which too little is known is not released by machines, people are told what is missing, and once it
/// is known the order goes on by itself.
#[tokio::test]
async fn what_is_not_known_is_not_released_until_it_is() {
    let h = House::open().await;
    let (_, sku) = shop(&h).await;
    assert_eq!(h.score("MUG").await, (85, false));
    forget_size(&h, sku).await;
    assert_eq!(h.score("MUG").await, (50, false), "no rule holds anything back");
    let before = order(&h, sku, "W-1").await;
    assert_eq!(hold(&h, before).await, None);
    h.threshold(60).await;
    assert_eq!(h.score("MUG").await, (50, true));
    let held = order(&h, sku, "W-2").await;
    assert_eq!((hold(&h, held).await, h.open_cases().await), (Some(Hold::Data), 1));
    let summary: String =
        sqlx::query_scalar("select summary from exception_case where kind = 'master_data'").fetch_one(&h.t.root).await.unwrap();
    assert!(summary.starts_with("MUG is at 50 of 60: size, weight"), "{summary}");
    order(&h, sku, "W-3").await;
    assert_eq!(h.open_cases().await, 1, "one case a SKU");
    measure(&h, sku).await;
    assert_eq!((hold(&h, held).await, h.open_cases().await), (None, 0));
    assert_eq!(h.t.count("sales_order where released_at is not null").await, 3);
}

/// MDM-1: a wave is planned without orders of what is not known, and says so; a lower threshold lets them ride.
#[tokio::test]
async fn what_is_not_known_rides_in_no_wave() {
    let h = House::open().await;
    let (site, sku) = shop(&h).await;
    let cup = h.t.sku("CUP").await;
    h.t.receive(site, cup, "A01-02L-1", 20).await;
    order(&h, sku, "W-1").await;
    order(&h, cup, "W-2").await;
    forget_size(&h, sku).await;
    h.threshold(60).await;
    let plan = PlanWave {
        site,
        orders: Chosen::Most(10),
        method: Method::Cluster,
        cart: Cart::totes(4),
        pickers: 1,
        rounds: domain::waves::Rounds::default(),
        release: false,
    };
    let at = noon();
    let planned = h.t.db.plan_wave(&h.t.system(), CommandId::mint(), at, &plan).await.unwrap();
    assert_eq!(planned.orders.len(), 1);
    let receipt = h.t.db.wave_receipt(&h.t.system(), planned.wave).await.unwrap().unwrap();
    assert!(
        matches!(&receipt.left_out[0].why, Why::NotKnown { sku } if sku.contains("MUG is at 50 of 60")),
        "{:?}",
        receipt.left_out
    );
    assert_eq!(h.open_cases().await, 1);
    h.threshold(40).await;
    assert_eq!(h.open_cases().await, 0, "a lower threshold lets go");
    assert_eq!(h.t.db.plan_wave(&h.t.system(), CommandId::mint(), at, &plan).await.unwrap().orders.len(), 1);
}

/// MDM-1: machines do not replenish what is not known; nor do they say so twice.
#[tokio::test]
async fn what_is_not_known_is_not_replenished() {
    use domain::replenish::{CheckForwardPicks, ForwardPick, SetForwardPicks};
    let h = House::open().await;
    let (site, sku) = (h.t.site("LDS").await, h.t.sku("MUG").await);
    sqlx::query("update bin set kind = 'reserve' where code = 'A03-01L-1'").execute(&h.t.root).await.unwrap();
    h.t.receive(site, sku, "A03-01L-1", 40).await;
    let bin = h.t.bin(site, "A01-01L-1").await;
    let rule = ForwardPick { bin, sku, min: 5, max: 20, slotting: None };
    h.t.run(&SetForwardPicks { site, rules: vec![rule] }).await;
    forget_size(&h, sku).await;
    h.threshold(60).await;
    let checked = h.t.run(&CheckForwardPicks { site: None }).await;
    assert_eq!((checked.raised, h.open_cases().await), (0, 1));
    assert_eq!(h.t.db.check_forward_picks(h.t.org, CommandId::mint(), noon()).await.unwrap(), None, "nothing new");
    measure(&h, sku).await;
    assert_eq!(h.t.run(&CheckForwardPicks { site: None }).await.raised, 1);
}

/// MDM-1, ROL-2: a file is tried row by row before it is taken; rows that cannot stand say why, and the same file twice changes nothing.
#[tokio::test]
async fn a_file_of_skus_is_tried_and_taken() {
    let h = House::open().await;
    let mug = h.t.sku("MUG").await;
    h.t.sku("CUP").await;
    let text = "code,name,length_mm,width_mm,height_mm,weight_g,barcodes\n\
                MUG,,120,90,100,,\n\
                NEW,New thing,10,20,30,40,5012345678900; 15012345678907 x 12\n\
                BAD,,1,2,3,4,\n\
                ODD,Odd thing,wide,2,3,4,\n\
                DUP,Dup thing,1,2,3,4,CUP-EAN\n\
                NEW,New thing again,1,2,3,4,\n\
                CUP,CUP thing,100,80,50,250,";
    let id = CommandId::mint();
    let import = async |text: &str, dry_run| h.t.db.import_skus(&h.t.system(), id, noon(), text, dry_run).await.unwrap();
    let tried = import(text, true).await;
    let said: BTreeMap<i32, R> = tried.rows.iter().map(|row| (row.row_no, row.outcome)).collect();
    let expected = [R::Taken, R::Taken, R::Refused, R::Unreadable, R::Refused, R::Refused, R::Known];
    assert_eq!(said.into_values().collect::<Vec<_>>(), expected, "{:?}", tried.rows);
    assert!(tried.rows[4].words.contains("CUP-EAN"), "{:?}", tried.rows[4]);
    assert_eq!(h.t.count("sku").await, 2, "nothing was taken yet");
    let taken = import(text, false).await;
    assert_eq!((taken.count(R::Taken), h.t.count("sku").await), (2, 3));
    assert_eq!(h.card(mug).await.warehouse.dimensions_mm, Some([120, 90, 100]));
    assert_eq!(import(text, false).await.count(R::Taken), 0);
    let foreign = h.t.db.import_skus(&h.t.system(), CommandId::mint(), noon(), "a,b\n1,2", true).await;
    assert_eq!(code(foreign), "not_a_sheet");
}

/// MDM-3: of a file, too, others' parts wait for their owners, and the report says so.
#[tokio::test]
async fn a_files_rows_wait_for_the_owners_of_their_parts() {
    let h = House::open().await;
    let mug = h.t.sku("MUG").await;
    let text = "code,weight_g,price\nMUG,300,13.00";
    let report = h.t.db.import_skus(&h.supervisor, CommandId::mint(), noon(), text, false).await.unwrap();
    assert!(report.rows[0].words.contains("Price and cost waits for Finance"), "{:?}", report.rows);
    let card = h.card(mug).await;
    assert_eq!((card.warehouse.weight_g, card.finance.price), (Some(300), Some(Decimal::from(12))));
    assert_eq!(h.t.count("sku_change where status = 'pending'").await, 1);
}

/// MDM-1: a bin of which too little is known is not proposed for putaway, and a carrier of which too little is known is not chosen
/// unless it is asked for.
#[tokio::test]
async fn bins_and_carriers_that_are_not_known_are_left_alone() {
    use domain::carriers::SetService;
    use domain::putaway::{Propose, Target};
    use domain::stock::State;
    let h = House::open().await;
    let (site, sku) = shop(&h).await;
    h.t.receive(site, sku, "DOCK", 5).await;
    let from = h.t.bin(site, "DOCK").await;
    let propose = Propose {
        site,
        from,
        lpn: domain::ids::LpnId::NIL,
        owner: domain::ids::OwnerId::NIL,
        sku: Some(sku),
        state: State::Sellable,
        quantity: 5,
        marks: domain::lots::Marks::default(),
    };
    let target = async || h.t.run(&propose).await.target;
    assert!(matches!(target().await, Target::Bin { .. }));
    h.least(Of::Bins, 60).await;
    assert!(matches!(target().await, Target::Nowhere { .. }), "no bin says how much it holds");
    sqlx::query("update bin set volume_ml = 500000 where code = 'A01-02L-1'").execute(&h.t.root).await.unwrap();
    assert!(matches!(target().await, Target::Bin { code, .. } if code == "A01-02L-1"));
    let service = |code: &str, countries: &[&str]| SetService {
        site,
        code: code.into(),
        carrier: code.to_uppercase(),
        service: "Next day".into(),
        countries: countries.iter().map(|country| (*country).to_owned()).collect(),
        leaves_at: chrono::NaiveTime::from_hms_opt(17, 0, 0),
        usual: countries.is_empty(),
    };
    h.t.run(&service("dhl", &[])).await;
    h.t.run(&service("dpd", &["GB"])).await;
    let carrier = async |order: OrderId| -> String {
        sqlx::query_scalar("select carrier from sales_order where id = $1").bind(order.0).fetch_one(&h.t.root).await.unwrap()
    };
    assert_eq!(carrier(order(&h, sku, "W-1").await).await, "DHL");
    h.least(Of::Carriers, 60).await;
    assert_eq!(carrier(order(&h, sku, "W-2").await).await, "DPD", "where DHL goes nobody said");
    let asks = domain::orders::NewOrder { service: Some("dhl".into()), ..new_order("W-3", &[(sku, 1)]) };
    let id = asks.id;
    h.t.run(&PlaceOrders { orders: vec![asks] }).await;
    assert_eq!(carrier(id).await, "DHL");
    let board = h.t.db.readiness(&h.admin, Of::Carriers, "", None, 1).await.unwrap();
    assert_eq!((board.below, board.rows[0].code.as_str(), board.rows[0].held), (1, "dhl", true));
}

/// MDM-1: bins and carriers have their scores too, worst first, with what is missing by name; and everything is written out.
#[tokio::test]
async fn bins_and_carriers_are_scored_and_written_out() {
    let h = House::open().await;
    let (site, _) = shop(&h).await;
    sqlx::query("update bin set aisle = null, y_mm = null where code = 'A01-01L-1'").execute(&h.t.root).await.unwrap();
    let bins = h.t.db.readiness(&h.admin, Of::Bins, "", None, 1).await.unwrap();
    assert_eq!((bins.rows[0].code.as_str(), bins.rows[0].missing.first()), ("A01-01L-1", Some(&Fact::Mapped)));
    let only = h.t.db.readiness(&h.admin, Of::Bins, "", Some(Fact::Mapped), 1).await.unwrap();
    assert_eq!((only.total, only.gaps.iter().find(|(fact, _)| *fact == Fact::Mapped).map(|(_, many)| *many)), (1, Some(1)));
    let service = domain::carriers::SetService {
        site,
        code: "dhl-next".into(),
        carrier: "DHL".into(),
        service: "Next day".into(),
        countries: vec!["GB".into()],
        leaves_at: None,
        usual: false,
    };
    h.t.run(&service).await;
    let carriers = h.t.db.readiness(&h.admin, Of::Carriers, "", None, 1).await.unwrap();
    assert_eq!((carriers.rows[0].score, carriers.rows[0].missing.as_slice()), (50, [Fact::Cutoff].as_slice()));
    for (of, rows) in [(super::Sheet::Skus, 1), (super::Sheet::Barcodes, 2)] {
        let (header, written) = h.t.db.data_sheet(&h.admin, of).await.unwrap();
        assert_eq!(written.len(), rows);
        assert!(written.iter().all(|row| row.len() == header.len()), "{of:?}");
    }
    let (header, written) = h.t.db.data_sheet(&h.admin, super::Sheet::Bins).await.unwrap();
    assert!(written.len() > 160 && written.iter().all(|row| row.len() == header.len()));
}

mod waiting;
