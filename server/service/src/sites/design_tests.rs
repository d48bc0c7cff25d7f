use domain::ids::{BinId, CommandId, SiteId};
use domain::people::{Caller, Permission, Role};
use domain::reasons::Given;
use domain::sites::OpenSite;
use domain::sites::design::{AddBin, AddBins, BinFilter, ChangeBin, DrawLayout, LockBin, Locked, RetireBin};
use domain::sites::layout::{Access, Side, Zone};
use domain::sites::pattern::{BinPattern, Range, Sides};
use domain::sites::places::{BinKind, Keeping};
use domain::sites::spec::LayoutSpec;
use domain::stock::{HoldReason, HoldUnits, ReceiveGoods, ReceiveLine, Those};

use crate::floor::tests::{House, code, full};
use crate::testkit::{TestDb, noon};

fn pattern(text: &str, aisles: &str, levels: Range) -> BinPattern {
    BinPattern {
        pattern: text.into(),
        aisles: aisles.into(),
        first_aisle: 1,
        bays: Range { from: 1, to: 20 },
        levels,
        sides: Sides::Street,
        kind: BinKind::Reserve,
        keeping: Keeping { volume_ml: Some(500_000), weight_g: Some(400_000), ..Keeping::default() },
    }
}

const FOUR: Range = Range { from: 1, to: 4 };

struct Ground {
    t: TestDb,
    site: SiteId,
    boss: Caller,
}

impl Ground {
    async fn open() -> Self {
        let t = TestDb::new().await;
        let site = t.site("LDS").await;
        let boss = t.person(Role::Supervisor, Some(site));
        Self { t, site, boss }
    }

    async fn refused<C: crate::Act>(&self, command: &C) -> &'static str {
        match self.t.try_run(&self.boss, command).await {
            Err(failure) => code(&failure),
            Ok(_) => panic!("{} was taken", C::KIND),
        }
    }

    async fn receive(&self, bin: BinId, quantity: i32) -> crate::Result<crate::stock::Received> {
        let sku = self.t.sku(&format!("S{}", CommandId::mint())).await;
        let lines = vec![ReceiveLine { sku, bin, quantity, unit_cost: None, marks: domain::lots::Marks::default() }];
        let goods = ReceiveGoods { site: self.site, supplier: "Test".into(), reference: "R".into(), opening: true, lines };
        self.t.try_run(&self.t.system(), &goods).await
    }
}

/// INV-4: a pattern makes its bins at once, with their capacity and in the zone of their aisle; the same again is refused whole.
#[tokio::test]
async fn bins_are_made_by_a_pattern_all_or_none() {
    let g = Ground::open().await;
    let bins = pattern("{aisle}-{bay:02}-{level}", "A-D", FOUR);
    let seen = g.t.db.preview_bins(&g.boss, &AddBins { site: g.site, bins: bins.clone() }).await.unwrap();
    assert_eq!((seen.bins, seen.first[0].as_str(), seen.last.last().map(String::as_str)), (320, "A-01-1", Some("D-20-4")));
    assert_eq!(seen.shelves.len(), 8, "both sides of four aisles");
    assert_eq!(g.t.count("bin where code = 'A-01-1'").await, 0, "a preview writes nothing");
    assert_eq!(g.t.try_run(&g.boss, &AddBins { site: g.site, bins: bins.clone() }).await.unwrap(), 320);
    let filter = BinFilter { code: "B-0*-4".into(), kind: Some(BinKind::Reserve), ..BinFilter::default() };
    let list = g.t.db.bins(&g.boss, g.site, &filter).await.unwrap();
    assert_eq!((list.total, list.rows[0].code.as_str(), list.rows[0].zone.as_str()), (9, "B-01-4", "STORAGE"));
    assert_eq!(list.rows[0].keeping, bins.keeping);
    assert_eq!(g.refused(&AddBins { site: g.site, bins: bins.clone() }).await, "bin_code_taken");
    let preview = g.t.db.preview_bins(&g.boss, &AddBins { site: g.site, bins }).await.unwrap_err();
    assert_eq!(code(&preview), "bin_code_taken", "a preview says so before");
    let more = pattern("{aisle}-{bay:02}-{level}", "A-E", Range { from: 5, to: 5 });
    assert_eq!(g.refused(&AddBins { site: g.site, bins: more }).await, "aisles_missing");
    let picker = g.t.person(Role::Picker, Some(g.site));
    let bins = AddBins { site: g.site, bins: pattern("X{aisle}{bay}{level}", "1-4", FOUR) };
    assert_eq!(code(&g.t.try_run(&picker, &bins).await.unwrap_err()), "not_allowed");
}

/// INV-4: a drawing that leaves a bin unreached, or the site disconnected, is refused by name; one who drew on an older one is told.
#[tokio::test]
async fn a_drawing_reaches_every_bin_and_is_nobody_elses() {
    let g = Ground::open().await;
    let design = g.t.db.design(&g.boss, g.site).await.unwrap();
    let drawn = |change: &dyn Fn(&mut domain::sites::layout::Layout)| {
        let mut layout = design.layout.clone();
        change(&mut layout);
        DrawLayout { site: g.site, version: design.version, layout }
    };
    assert_eq!(g.refused(&drawn(&|l| _ = l.aisles.pop())).await, "bin_without_access_point");
    assert_eq!(g.refused(&drawn(&|l| l.cross_aisles.push(90_000))).await, "layout_disconnected");
    assert_eq!(g.refused(&drawn(&|l| l.aisles[0].width_mm = -1)).await, "layout_out_of_bounds");
    let cold = drawn(&|l| {
        l.aisles[3].x_mm += 5_000;
        l.zones = vec![Zone { name: "Cold".into(), aisles: vec![4] }];
    });
    assert_eq!(g.t.try_run(&g.boss, &cold).await.unwrap(), design.version + 1);
    let zone = BinFilter { zone: "cold".into(), ..BinFilter::default() };
    assert_eq!(g.t.db.bins(&g.boss, g.site, &zone).await.unwrap().total, 40, "the bins of aisle 4 are in its zone");
    assert_eq!(g.refused(&drawn(&|l| l.zones.clear())).await, "stale", "another drew meanwhile");
    let open = DrawLayout { version: design.version + 1, ..drawn(&|l| l.zones.clear()) };
    g.t.try_run(&g.boss, &open).await.unwrap();
    assert_eq!(g.t.db.bins(&g.boss, g.site, &zone).await.unwrap().total, 0);
}

/// INV-4: goods go into no locked or retired bin, into no zone, and into no bin of a kind that does not take them.
#[tokio::test]
async fn goods_come_to_rest_only_where_they_may() {
    let g = Ground::open().await;
    let bin = g.t.bin(g.site, "A01-01L-1").await;
    g.receive(bin, 5).await.unwrap();
    let lock = |locked, note: &str| LockBin { bin, locked, reason: note.into() };
    assert_eq!(g.refused(&lock(true, " ")).await, "reason_missing");
    assert_eq!(g.refused(&RetireBin { bin }).await, "bin_not_locked");
    g.t.try_run(&g.boss, &lock(true, "broken")).await.unwrap();
    assert_eq!(code(&g.receive(bin, 1).await.unwrap_err()), "bin_locked");
    assert_eq!(g.refused(&RetireBin { bin }).await, "bin_holds_goods");
    g.t.try_run(&g.boss, &lock(false, "")).await.unwrap();
    g.receive(bin, 1).await.unwrap();
    let quarantine = g.t.bin(g.site, "QUARANTINE").await;
    assert_eq!(code(&g.receive(quarantine, 1).await.unwrap_err()), "bin_takes_no_such_goods");
    let empty = g.t.bin(g.site, "A01-02L-1").await;
    g.t.try_run(&g.boss, &LockBin { bin: empty, locked: true, reason: "broken".into() }).await.unwrap();
    g.t.try_run(&g.boss, &RetireBin { bin: empty }).await.unwrap();
    assert_eq!(code(&g.receive(empty, 1).await.unwrap_err()), "bin_retired");
    assert_eq!(g.refused(&LockBin { bin: empty, locked: false, reason: Given::default() }).await, "bin_retired");
    let dock = g.t.bin(g.site, "DOCK").await;
    g.t.try_run(&g.boss, &LockBin { bin: dock, locked: true, reason: "broken".into() }).await.unwrap();
    assert_eq!(g.refused(&RetireBin { bin: dock }).await, "last_bin_of_its_kind");
    assert_eq!(
        g.refused(&LockBin { bin: g.t.bin(g.site, "CUSTOMER").await, locked: true, reason: "broken".into() }).await,
        "world_bin"
    );
    let mut tx = g.t.db.read(&g.boss, Permission::StockView, None).await.unwrap();
    let zone = crate::sites::find_bin(&mut tx, g.site, "yard").await;
    assert_eq!(code(&zone.unwrap_err()), "not_a_leaf", "goods stand in bins, not in a zone");
}

/// INV-4: what stands in a locked bin may still be set apart there.
#[tokio::test]
async fn a_locked_bins_goods_can_be_held_where_they_stand() {
    let h = House::open().await;
    let bin = h.t.bin(h.site, "A02-05R-1").await;
    h.t.run(&LockBin { bin, locked: true, reason: "broken".into() }).await;
    h.t.run(&HoldUnits {
        sku: h.cup,
        site: h.site,
        bin,
        quantity: 4,
        those: Those::default(),
        hold: true,
        reason: HoldReason::Investigation.into(),
        note: "wet".into(),
    })
    .await;
    assert_eq!(h.t.count(&format!("balance where bin_id = '{bin}' and state = 'held' and on_hand = 4")).await, 1);
}

/// INV-4: locking a bin looks for its orders' units in other bins, on the same cart; what is found nowhere waits as a case.
#[tokio::test]
async fn what_a_locked_bin_promised_is_found_elsewhere_or_waits() {
    let h = House::open().await;
    // Mugs: ten and four. The first order is on a cart, the second waits for its wave.
    h.order("W-1", &[(h.mug, 2)]).await;
    let trip = h.wave().await.trips[0];
    h.order("W-2", &[(h.mug, 6)]).await;
    let sheet = h.claim(trip).await;
    let bin = h.t.bin(h.site, &sheet.tasks[0].bin_code).await;
    let given = "select coalesce(sum(quantity), 0)::int from allocation where bin_id = $1";
    let given: i32 = sqlx::query_scalar(given).bind(bin.0).fetch_one(&h.t.root).await.unwrap();
    let did: Locked = h.t.run(&LockBin { bin, locked: true, reason: "broken".into() }).await;
    assert!(given > 0 && did.reallocated + did.waiting == given, "{given}: {did:?}");
    assert_eq!(h.t.count(&format!("allocation where bin_id = '{bin}'")).await, 0, "nothing is promised from it any more");
    let open: Vec<_> = h.sheet(trip).await.tasks.into_iter().filter(|task| !task.done).collect();
    assert_eq!(open.iter().map(|task| task.quantity).sum::<i32>(), 2, "the cart walks to another bin");
    assert!(open.iter().all(|task| task.bin_code != sheet.tasks[0].bin_code));
    h.t.try_run(&h.picker, &full(&open[0], "LDS-T001")).await.expect("and picks there");
    let waits = h.t.count("exception_case where kind = 'backorder' and resolved_at is null").await;
    assert_eq!(waits, i64::from(did.waiting > 0));
    h.books_agree().await;
}

/// INV-4: a bin gets another code, kind and capacity; no two bins of a site share a code, and no bin with goods changes its kind.
#[tokio::test]
async fn a_bin_is_renamed_and_measured() {
    let g = Ground::open().await;
    let bin = g.t.bin(g.site, "A01-01L-1").await;
    let change = |code: &str, kind, volume_ml| ChangeBin {
        bin,
        code: code.into(),
        kind,
        keeping: Keeping { volume_ml, ..Keeping::default() },
    };
    g.t.try_run(&g.boss, &change("front-1", BinKind::Pick, Some(9_000))).await.unwrap();
    let page = g.t.db.bin(&g.boss, bin).await.unwrap();
    assert_eq!((page.row.code.as_str(), page.row.keeping.volume_ml, page.contents.len()), ("FRONT-1", Some(9_000), 0));
    assert_eq!(g.refused(&change("a02-01l-1", BinKind::Pick, None)).await, "bin_code_taken");
    assert_eq!(g.refused(&change("FRONT 1", BinKind::Pick, None)).await, "bad_bin_code");
    assert_eq!(g.refused(&change("FRONT-1", BinKind::Pick, Some(0))).await, "bin_volume_out_of_range");
    g.receive(bin, 3).await.unwrap();
    assert_eq!(g.refused(&change("FRONT-1", BinKind::Reserve, None)).await, "bin_holds_goods");
    let page = g.t.db.bin(&g.boss, bin).await.unwrap();
    assert_eq!((page.row.units, page.row.used_volume_ml, page.row.used_weight_g), (3, 1_200, 750));
    let elsewhere = g.t.person(Role::Supervisor, Some(SiteId::mint()));
    assert_eq!(code(&g.t.db.bin(&elsewhere, bin).await.unwrap_err()), "not_allowed");
    assert_eq!(code(&g.t.try_run(&elsewhere, &change("FRONT-2", BinKind::Pick, None)).await.unwrap_err()), "not_allowed");
}

/// INV-4: one bin at a time, on the map or beside the aisles.
#[tokio::test]
async fn a_single_bin_is_made_on_the_map_or_beside_it() {
    let g = Ground::open().await;
    let add = |code: &str, kind, at| AddBin {
        id: BinId::mint(),
        site: g.site,
        code: code.into(),
        kind,
        at,
        keeping: Keeping::default(),
    };
    g.t.try_run(&g.boss, &add("dock-2", BinKind::Dock, None)).await.unwrap();
    assert_eq!(g.refused(&add("DOCK-2", BinKind::Dock, None)).await, "bin_code_taken");
    let at = |aisle, y_mm| Some(Access { aisle, y_mm, side: Side::Left, level: 0 });
    assert_eq!(g.refused(&add("A9", BinKind::Pick, at(9, 0))).await, "bin_without_access_point");
    assert_eq!(g.refused(&add("A1", BinKind::Pick, at(1, 99_000))).await, "bin_without_access_point");
    g.t.try_run(&g.boss, &add("A1", BinKind::Pick, at(1, 300))).await.unwrap();
    let filter = BinFilter { zone: "YARD".into(), kind: Some(BinKind::Dock), ..BinFilter::default() };
    assert_eq!(g.t.db.bins(&g.boss, g.site, &filter).await.unwrap().total, 2);
}

/// INV-4: a site is opened by who changes all sites; who changes one cannot.
#[tokio::test]
async fn a_site_is_opened_by_who_changes_all_of_them() {
    let g = Ground::open().await;
    let site = OpenSite {
        id: SiteId::mint(),
        code: "NEW".into(),
        name: "New".into(),
        country: "GB".into(),
        timezone: "Europe/London".into(),
        rank: 1,
        layout: LayoutSpec::small().layout().unwrap(),
        bins: vec![],
        totes: 0,
    };
    assert_eq!(g.refused(&site).await, "not_allowed");
    let admin = g.t.person(Role::Admin, None);
    g.t.db.run(&admin, CommandId::mint(), noon(), &site).await.unwrap();
    assert_eq!(g.t.count("bin b join site s on s.id = b.site_id where s.code = 'NEW'").await, 9, "its yard and the world");
}

/// MDM-1: a file of bins is tried and then taken: what they hold and how, locks with their reasons, and new bins where the drawing allows
/// them; each other row says why not.
#[tokio::test]
async fn bins_come_from_a_file() {
    use domain::waves::roster::{RosterReport, RowOutcome as R};
    let h = House::open().await;
    let admin = h.t.person(Role::Admin, None);
    let text = "bin,site,kind,aisle,y_mm,side,level,volume_ml,mixing,locked,lock_reason\n\
                a01-01l-1,lds,,,,,,70000,one_sku,,\n\
                A01-01L-1,LDS,,,,,,70000,,,\n\
                NEW-1,LDS,reserve,,,,,500000,,,\n\
                NEW-2,LDS,pick,999,100,left,1,,,,\n\
                NEW-3,LDS,,,,,,,,,\n\
                A02-05R-1,LDS,,77,,,,,,,\n\
                A02-05R-1,LDS,,,,,,,,yes,broken\n\
                A02-05R-2,LDS,,,,,,,,yes,moths\n\
                A01-02L-1,NOWHERE,,,,,,1,,,\n\
                A01-02L-1,LDS,,,,,,-5,,,\n\
                A01-03L-1,LDS,pick,,,,,,,no,\n";
    let id = CommandId::mint();
    let import = async |who: &Caller, dry_run| h.t.db.import_bins(who, (id, noon()), text, dry_run).await;
    let outcomes = |report: &RosterReport| report.rows.iter().map(|row| row.outcome).collect::<Vec<_>>();
    assert_eq!(code(&import(&h.picker, true).await.unwrap_err()), "not_allowed");
    let tried = import(&admin, true).await.unwrap();
    let (bad, no) = (R::Unreadable, R::Refused);
    let expected = [R::Taken, no, R::Taken, no, bad, bad, R::Taken, no, no, no, R::Known];
    assert_eq!(outcomes(&tried), expected, "{:?}", tried.rows);
    assert_eq!(h.t.count("bin where code like 'NEW-%' or locked or mixing = 'one_sku'").await, 0, "nothing was taken yet");
    assert_eq!(outcomes(&import(&admin, false).await.unwrap()), expected);
    assert_eq!(h.t.count("bin where code = 'A01-01L-1' and volume_ml = 70000 and mixing = 'one_sku'").await, 1);
    assert_eq!(h.t.count("bin where code = 'NEW-1' and kind = 'reserve' and volume_ml = 500000").await, 1);
    assert_eq!(h.t.count("bin where code = 'A02-05R-1' and locked and lock_note <> ''").await, 1);
    assert_eq!(h.t.count("audit where kind = 'sites.file_bins' and not refused").await, 1);
    // What is written out reads back as it is.
    let (header, rows) = h.t.db.data_sheet(&admin, crate::catalog::Sheet::Bins).await.unwrap();
    let out = [header.join(",")].into_iter().chain(rows.iter().map(|row| row.join(","))).collect::<Vec<_>>().join("\n");
    let back = h.t.db.import_bins(&admin, (CommandId::mint(), noon()), &out, true).await.unwrap();
    assert_eq!(back.count(R::Known), rows.len(), "{:?}", back.rows.iter().find(|row| row.outcome != R::Known));
}
