mod pallets;

use chrono::TimeDelta;
use domain::catalog::changes::{DecideChange, Status};
use domain::floor::{PickUnits, ShortReason};
use domain::ids::{CommandId, SiteId, SkuId};
use domain::people::{Caller, Role};
use domain::replenish::{
    CheckForwardPicks, Checked, ClaimReplenishment, ForwardPick, RemoveForwardPick, Replenish, ReplenishRow, SetForwardPicks,
    scan,
};
use domain::stock::{ReceiveGoods, ReceiveLine};
use domain::waves::CancelWave;
use domain::waves::roster::RowOutcome::{Known, Refused, Taken, Unreadable};
use sqlx::AssertSqlSafe;

use crate::floor::tests::{House, code};
use crate::live::sequencer::{Candidate, Leader};
use crate::testkit::noon;
use crate::{Failure, Result};

/// Mugs stand in the forward bin A01-01L-1 (10) and in the pick bin A04-09R-2 (4); A03-… bins are reserve.
struct Shop {
    h: House,
    leader: Leader,
    bringer: Caller,
}

const FORWARD: &str = "A01-01L-1";
const OLDER: &str = "A03-01L-1";
const NEWER: &str = "A03-02L-1";

impl Shop {
    async fn open() -> Self {
        let h = House::open().await;
        let reserve = format!("update bin set kind = 'reserve' where code in ('{OLDER}', '{NEWER}')");
        sqlx::query(AssertSqlSafe(reserve)).execute(&h.t.root).await.unwrap();
        let candidate = Candidate::connect(&h.t.options).await.unwrap();
        let leader = candidate.try_lead().await.unwrap().unwrap_or_else(|_| panic!("the lease is free"));
        let bringer = h.t.person(Role::Receiver, Some(h.site));
        Self { h, leader, bringer }
    }

    /// Goods came so many days ago.
    async fn came(&self, bin_code: &str, quantity: i32, days: i64) {
        let bin = self.h.t.bin(self.h.site, bin_code).await;
        let line = ReceiveLine { sku: self.h.mug, bin, quantity, unit_cost: None, marks: domain::lots::Marks::default() };
        let (supplier, reference) = ("Test & Co".into(), "PO-1".into());
        let goods = ReceiveGoods { site: self.h.site, supplier, reference, opening: true, lines: vec![line] };
        let at = noon() - TimeDelta::days(days);
        self.h.t.db.run(&self.h.t.system(), CommandId::mint(), at, &goods).await.unwrap();
    }

    async fn rule(&self, min: i32, max: i32) {
        let bin = self.h.t.bin(self.h.site, FORWARD).await;
        let rule = ForwardPick { bin, sku: self.h.mug, min, max, slotting: None };
        self.h.t.run(&SetForwardPicks { site: self.h.site, rules: vec![rule] }).await;
    }

    /// What happened is numbered, and the follower reads it to its end.
    async fn follow(&mut self) {
        while self.leader.stamp().await.unwrap() > 0 {}
        while self.h.t.db.follow_forward_picks(self.h.t.org, noon()).await.unwrap() {}
    }

    async fn check(&self) -> Checked {
        self.h.t.run(&CheckForwardPicks { site: None }).await
    }

    async fn tasks(&self) -> Vec<ReplenishRow> {
        self.h.t.db.replenishments(&self.bringer, Some(self.h.site), noon()).await.unwrap()
    }

    async fn bring(
        &self,
        row: &ReplenishRow,
        quantity: i32,
        short: Option<ShortReason>,
    ) -> Result<domain::replenish::Replenished> {
        let sent = Replenish { quantity, short: short.map(Into::into), ..scan::nothing(row, ShortReason::Missing) };
        self.h.t.try_run(&self.bringer, &sent).await
    }

    async fn on_hand(&self, bin_code: &str, state: &str) -> i64 {
        let query = format!(
            "select coalesce(sum(b.on_hand), 0)::bigint from balance b join bin on bin.org_id = b.org_id and bin.id = b.bin_id
             where bin.code = '{bin_code}' and b.state = '{state}' and b.sku_id = '{}'",
            self.h.mug
        );
        sqlx::query_scalar(AssertSqlSafe(query)).fetch_one(&self.h.t.root).await.unwrap()
    }

    async fn open_cases(&self, kind: &str) -> i64 {
        self.h.t.count(&format!("exception_case where kind = '{kind}' and resolved_at is null")).await
    }

    async fn open_tasks(&self) -> i64 {
        self.h.t.count("replenish_task where done_at is null and cancelled_at is null").await
    }

    /// Everything that must hold does.
    async fn whole(&self) {
        self.h.books_agree().await;
        self.h.whole().await;
    }
}

/// RPL-1: below its minimum a bin gets one task, up to its maximum, from the reserve that came first; told again it stays one.
#[tokio::test]
async fn below_its_minimum_a_bin_gets_one_task_from_the_oldest_reserve() {
    let mut shop = Shop::open().await;
    shop.came(NEWER, 50, 1).await;
    shop.came(OLDER, 15, 9).await;
    shop.rule(12, 40).await;
    shop.follow().await;
    let rows = shop.tasks().await;
    assert_eq!(rows.len(), 1);
    let row = &rows[0];
    assert_eq!((row.from_code.as_str(), row.to_code.as_str(), row.quantity), (OLDER, FORWARD, 15));
    assert_eq!((row.wave.as_deref(), row.sku_code.as_str()), (None, "MUG"));
    for _ in 0..3 {
        shop.check().await;
    }
    assert_eq!(shop.h.t.count("replenish_task").await, 1);
    // What the older one had is there; the newer one gives the rest.
    let did = shop.bring(row, 15, None).await.unwrap();
    assert_eq!((did.moved, did.nearer, did.left), (15, 0, 0));
    shop.follow().await;
    let rows = shop.tasks().await;
    assert_eq!(rows.len(), 0, "25 is above the minimum");
    assert_eq!(shop.on_hand(FORWARD, "sellable").await, 25);
    assert_eq!(shop.h.t.count("movement where reason = 'replenish' and quantity = 15").await, 1);
    shop.whole().await;
}

/// RPL-1: ✗ however many look at once, a need is one task.
#[tokio::test]
async fn eight_triggers_at_once_make_one_task() {
    let shop = Shop::open().await;
    shop.came(OLDER, 60, 1).await;
    shop.rule(12, 40).await;
    let system = shop.h.t.system();
    let looks = (0..8).map(|_| {
        let (db, system) = (shop.h.t.db.clone(), system.clone());
        tokio::spawn(async move { db.run(&system, CommandId::mint(), noon(), &CheckForwardPicks { site: None }).await })
    });
    let mut raised = 0;
    for look in futures::future::join_all(looks).await {
        raised += look.unwrap().unwrap().raised;
    }
    assert_eq!((raised, shop.h.t.count("replenish_task").await), (1, 1));
    let twice = sqlx::query(
        "insert into replenish_task (org_id, id, site_id, sku_id, from_bin, to_bin, quantity, raised_at)
         select org_id, gen_random_uuid(), site_id, sku_id, from_bin, to_bin, quantity, now() from replenish_task",
    );
    let error = twice.execute(&shop.h.t.root).await.expect_err("the key keeps it one");
    assert!(error.to_string().contains("replenish_task_open_unique"), "{error}");
}

/// RPL-1: what a wave would walk to reserve for is brought before it is walked, and the wave then picks it at the forward bin: its
/// allocation and its task change bins in the transaction that moves the goods.
#[tokio::test]
async fn a_wave_that_would_walk_to_reserve_picks_at_the_forward_bin() {
    let mut shop = Shop::open().await;
    shop.came(OLDER, 30, 2).await;
    // Nothing is to be there without a wave.
    shop.rule(0, 20).await;
    shop.follow().await;
    assert_eq!(shop.open_tasks().await, 0);
    shop.h.order("W-1", &[(shop.h.mug, 20)]).await;
    let wave = shop.h.wave().await;
    shop.follow().await;
    let rows = shop.tasks().await;
    assert_eq!(rows.len(), 1);
    let row = &rows[0];
    assert_eq!((row.from_code.as_str(), row.wave.as_deref()), (OLDER, Some(wave.number.as_str())));
    assert!(row.due.is_some() && row.quantity >= 6, "{row:?}");
    let waits = shop.h.t.count("pick_task k join bin b on b.id = k.bin_id where b.kind = 'reserve'").await;
    assert_eq!(waits, 1, "the wave would walk to reserve");
    let did = shop.bring(row, row.quantity, None).await.unwrap();
    assert_eq!((did.moved, did.nearer), (row.quantity, 6));
    assert_eq!(shop.h.t.count("pick_task k join bin b on b.id = k.bin_id where b.kind = 'reserve'").await, 0);
    shop.whole().await;
    // It is walked as planned, only nearer.
    let sheet = shop.h.claim(wave.trips[0]).await;
    assert!(sheet.tasks.iter().all(|task| task.bin_code != OLDER));
    for task in &sheet.tasks {
        let pick: PickUnits = crate::floor::tests::full(task, "LDS-T001");
        shop.h.t.try_run(&shop.h.picker, &pick).await.unwrap();
    }
    assert_eq!(shop.h.t.count(&format!("pick_task where done_at is null and wave_id = '{}'", wave.wave)).await, 0);
    shop.whole().await;
}

/// RPL-1: units that go forward are the oldest; a wave that waits at a newer reserve takes them there, and gives its own up.
#[tokio::test]
async fn a_wave_takes_what_was_brought_wherever_it_waited() {
    let shop = Shop::open().await;
    // Orders were given units of the newer bin before the older ones came to light.
    shop.came(NEWER, 8, 1).await;
    shop.rule(0, 30).await;
    shop.h.order("W-1", &[(shop.h.mug, 20)]).await;
    shop.h.wave().await;
    shop.came(OLDER, 40, 9).await;
    shop.check().await;
    let row = shop.tasks().await.remove(0);
    assert_eq!((row.from_code.as_str(), row.quantity), (OLDER, 20));
    let did = shop.bring(&row, 5, None).await.unwrap();
    assert_eq!((did.moved, did.nearer, did.left), (5, 5, 15));
    let split: Vec<i32> = sqlx::query_scalar(
        "select k.quantity from pick_task k join bin b on b.id = k.bin_id where b.code in ($1, $2) order by b.code, k.quantity",
    )
    .bind(FORWARD)
    .bind(NEWER)
    .fetch_all(&shop.h.t.root)
    .await
    .unwrap();
    assert_eq!(split, [5, 10, 1], "five of six go forward, one stays");
    shop.whole().await;
    let row = shop.tasks().await.remove(0);
    assert_eq!(shop.bring(&row, 15, None).await.unwrap().nearer, 1);
    shop.whole().await;
}

/// RPL-1: ✗ the wave is cancelled after its need was told: nothing is brought for it. Begun is brought to its end.
#[tokio::test]
async fn a_need_whose_wave_is_cancelled_is_called_off() {
    let mut shop = Shop::open().await;
    shop.came(OLDER, 30, 2).await;
    shop.rule(0, 10).await;
    shop.h.order("W-1", &[(shop.h.mug, 20)]).await;
    let wave = shop.h.wave().await;
    shop.follow().await;
    let row = shop.tasks().await.remove(0);
    shop.h.t.run(&CancelWave { wave: wave.wave }).await;
    shop.follow().await;
    assert_eq!(shop.open_tasks().await, 0);
    let late = shop.bring(&row, 1, None).await.unwrap_err();
    assert_eq!(code(&late), "replenishment_called_off");
    // Told when the wave is gone already: no task at all.
    let again = shop.h.wave().await;
    shop.h.t.run(&CancelWave { wave: again.wave }).await;
    shop.follow().await;
    assert_eq!(shop.h.t.count("replenish_task").await, 1);
    // Somebody is on it: it is not taken out of their hands.
    shop.h.wave().await;
    shop.follow().await;
    let row = shop.tasks().await.remove(0);
    shop.h.t.try_run(&shop.bringer, &ClaimReplenishment { task: row.task }).await.unwrap();
    let third = sqlx::query_scalar("select id from wave where cancelled_at is null").fetch_one(&shop.h.t.root).await.unwrap();
    shop.h.t.run(&CancelWave { wave: domain::ids::WaveId(third) }).await;
    shop.follow().await;
    assert_eq!(shop.open_tasks().await, 1);
    shop.whole().await;
}

/// RPL-1: ✗ a task is done once, whoever sends it and however often.
#[tokio::test]
async fn a_task_is_done_once() {
    let shop = Shop::open().await;
    shop.came(OLDER, 60, 1).await;
    shop.rule(12, 40).await;
    shop.check().await;
    let row = shop.tasks().await.remove(0);
    let sent = Replenish { quantity: 30, short: None, ..scan::nothing(&row, ShortReason::Missing) };
    let other = shop.h.t.person(Role::Supervisor, Some(shop.h.site));
    let run = |caller: &Caller| {
        let (db, caller, sent) = (shop.h.t.db.clone(), caller.clone(), sent.clone());
        tokio::spawn(async move { db.run(&caller, CommandId::mint(), noon(), &sent).await })
    };
    let (one, two) = (run(&shop.bringer), run(&other));
    let ended = [one.await.unwrap(), two.await.unwrap()];
    let done = ended.iter().filter(|ended| ended.is_ok()).count();
    assert_eq!(done, 1, "{ended:?}");
    let refused = ended.iter().find_map(|ended| ended.as_ref().err()).map(code);
    assert_eq!(refused, Some("replenishment_done"));
    assert_eq!(shop.on_hand(FORWARD, "sellable").await, 40);
    // The same command again is the same answer.
    let id = CommandId::mint();
    shop.came(NEWER, 9, 0).await;
    let late = async || shop.h.t.db.run(&shop.bringer, id, noon(), &sent).await.map_err(|failure| code(&failure));
    assert_eq!((late().await, late().await), (Err("replenishment_done"), Err("replenishment_done")));
    shop.whole().await;
}

/// RPL-1: ✗ no reserve: an alert, once; it closes by itself when reserve comes in, and when nothing is needed any more.
#[tokio::test]
async fn without_reserve_an_alert_stands_until_there_is_some() {
    let mut shop = Shop::open().await;
    shop.rule(12, 40).await;
    shop.follow().await;
    assert_eq!((shop.open_cases("no_reserve").await, shop.open_tasks().await), (1, 0));
    shop.check().await;
    assert_eq!(shop.h.t.count("exception_case where kind = 'no_reserve'").await, 1, "told once");
    let board = shop.h.t.db.replenish_board(&shop.h.t.system(), None, noon()).await.unwrap();
    assert_eq!((board.without[0].bin_code.as_str(), board.without[0].on_hand, board.without[0].min), (FORWARD, 10, 12));
    shop.came(OLDER, 5, 0).await;
    shop.follow().await;
    assert_eq!((shop.open_cases("no_reserve").await, shop.open_tasks().await), (0, 1));
    // Brought, and five more are needed than there were.
    let row = shop.tasks().await.remove(0);
    shop.rule(20, 40).await;
    shop.bring(&row, 5, None).await.unwrap();
    shop.follow().await;
    assert_eq!(shop.open_cases("no_reserve").await, 1);
    shop.rule(3, 40).await;
    shop.follow().await;
    assert_eq!(shop.open_cases("no_reserve").await, 0, "nothing is needed any more");
    // A rule that is taken off takes its alert along.
    shop.rule(30, 40).await;
    shop.follow().await;
    assert_eq!(shop.open_cases("no_reserve").await, 1);
    let bin = shop.h.t.bin(shop.h.site, FORWARD).await;
    shop.h.t.run(&RemoveForwardPick { site: shop.h.site, bin, sku: shop.h.mug }).await;
    assert_eq!(shop.open_cases("no_reserve").await, 0);
    shop.whole().await;
}

/// RPL-1: fewer than the book says: what is there goes forward, what is missing leaves sale, the bin is counted, the next reserve gives.
#[tokio::test]
async fn a_reserve_bin_that_gives_less_is_doubted_and_the_next_is_asked() {
    let mut shop = Shop::open().await;
    shop.came(OLDER, 15, 9).await;
    shop.came(NEWER, 50, 1).await;
    shop.rule(22, 40).await;
    shop.follow().await;
    let row = shop.tasks().await.remove(0);
    let did = shop.bring(&row, 4, Some(ShortReason::Missing)).await.unwrap();
    assert_eq!((did.moved, did.left), (4, 0));
    assert_eq!((shop.on_hand(OLDER, "sellable").await, shop.on_hand(OLDER, "held").await), (0, 11));
    assert_eq!(shop.open_cases("count_due").await, 1);
    shop.follow().await;
    let row = shop.tasks().await.remove(0);
    assert_eq!((row.from_code.as_str(), row.quantity), (NEWER, 26));
    // Nothing at all, for they are damaged.
    let did = shop.bring(&row, 0, Some(ShortReason::Damaged)).await.unwrap();
    assert_eq!((did.moved, shop.on_hand(NEWER, "damaged").await, shop.on_hand(NEWER, "sellable").await), (0, 26, 24));
    shop.whole().await;
}

/// RPL-1: units that orders were given in reserve stay theirs, and where they are, until a wave is planned.
#[tokio::test]
async fn units_of_orders_that_no_wave_walks_for_stay_where_they_are() {
    let shop = Shop::open().await;
    shop.came(OLDER, 12, 1).await;
    shop.rule(5, 40).await;
    shop.h.order("W-1", &[(shop.h.mug, 24)]).await;
    shop.check().await;
    let row = shop.tasks().await.remove(0);
    assert_eq!(row.quantity, 2, "ten of twelve are the order's");
    let all = Replenish { quantity: 2, ..scan::nothing(&row, ShortReason::Missing) };
    shop.h.t.run(&all).await;
    let given = shop.h.t.count("allocation a join bin b on b.id = a.bin_id where b.kind = 'reserve' and a.quantity = 10").await;
    assert_eq!(given, 1);
    shop.whole().await;
}

/// RPL-1: ✗ another's task is refused until they have left it; what is scanned wrong, and who may not move stock, changes nothing.
#[tokio::test]
async fn another_persons_task_and_wrong_scans_are_refused() {
    let shop = Shop::open().await;
    shop.came(OLDER, 60, 1).await;
    shop.rule(12, 40).await;
    shop.check().await;
    let row = shop.tasks().await.remove(0);
    let other = shop.h.t.person(Role::Supervisor, Some(shop.h.site));
    shop.h.t.try_run(&other, &ClaimReplenishment { task: row.task }).await.unwrap();
    let refused = |ended: Result<domain::replenish::Replenished>| code(&ended.unwrap_err());
    assert_eq!(refused(shop.bring(&row, 5, None).await), "replenishment_taken");
    let later = noon() + TimeDelta::minutes(31);
    let sent = Replenish { quantity: 5, short: None, ..scan::nothing(&row, ShortReason::Missing) };
    shop.h.t.db.run(&shop.bringer, CommandId::mint(), later, &sent).await.unwrap();
    for bad in [
        Replenish { quantity: 26, ..sent.clone() },
        Replenish { quantity: 0, ..sent.clone() },
        Replenish { from_code: NEWER.into(), ..sent.clone() },
        Replenish { item_code: "CUP".into(), ..sent.clone() },
        Replenish { to_code: OLDER.into(), ..sent.clone() },
    ] {
        let ended = shop.h.t.db.run(&shop.bringer, CommandId::mint(), later, &bad).await;
        assert!(["too_many", "wrong_scan"].contains(&refused(ended)), "{bad:?}");
    }
    let elsewhere = shop.h.t.person(Role::Receiver, Some(SiteId::mint()));
    assert_eq!(refused(shop.h.t.db.run(&elsewhere, CommandId::mint(), later, &sent).await), "not_allowed");
    let finance = shop.h.t.person(Role::Finance, None);
    assert_eq!(refused(shop.h.t.db.run(&finance, CommandId::mint(), later, &sent).await), "not_allowed");
    sqlx::query("update bin set locked = true where code = $1").bind(FORWARD).execute(&shop.h.t.root).await.unwrap();
    assert_eq!(refused(shop.h.t.db.run(&shop.bringer, CommandId::mint(), later, &sent).await), "replenish_bin_locked");
    assert_eq!(shop.on_hand(FORWARD, "sellable").await, 15);
    shop.whole().await;
}

/// RPL-1: picking goes on while goods are brought: nothing is lost and nobody waits for ever.
#[tokio::test]
async fn bringing_and_picking_at_once_lose_nothing() {
    let shop = Shop::open().await;
    shop.came(OLDER, 80, 2).await;
    shop.rule(0, 40).await;
    for n in 0..6 {
        shop.h.order(&format!("W-{n}"), &[(shop.h.mug, 8)]).await;
    }
    let wave = shop.h.wave().await;
    shop.check().await;
    let row = shop.tasks().await.remove(0);
    let (db, bringer) = (shop.h.t.db.clone(), shop.bringer.clone());
    let brought = tokio::spawn(async move {
        let mut moved = 0;
        for _ in 0..10 {
            let sent = Replenish { quantity: 3, short: None, ..scan::nothing(&row, ShortReason::Missing) };
            match db.run(&bringer, CommandId::mint(), noon(), &sent).await {
                Ok(did) => moved += did.moved,
                Err(Failure::Refused(_)) => {}
                Err(broken) => panic!("{broken}"),
            }
        }
        moved
    });
    for trip in &wave.trips {
        let sheet = shop.h.claim(*trip).await;
        for task in &sheet.tasks {
            let tote = format!("LDS-T{:03}", task.slot);
            // What was brought meanwhile changed bins: the list says so, and is read again.
            let _ = shop.h.t.try_run(&shop.h.picker, &crate::floor::tests::full(task, &tote)).await;
        }
    }
    assert!(brought.await.unwrap() > 0);
    shop.whole().await;
}

/// RPL-1: a file of forward picks is tried, then taken; the same again is known; rows that cannot be say why.
#[tokio::test]
async fn a_file_of_forward_picks_is_tried_then_taken() {
    let shop = Shop::open().await;
    let planner = shop.h.t.person(Role::Planner, Some(shop.h.site));
    let file = format!(
        "bin,sku,min,max,slotting\n{FORWARD},MUG-EAN,4,20,a\n{OLDER},MUG,4,20,\nNOPE,MUG,4,20,\n{FORWARD},NOPE,4,20,\n{FORWARD},CUP,9,9,\nx"
    );
    let take = async |dry_run| {
        let db = &shop.h.t.db;
        let report = db.import_forward_picks(&planner, CommandId::mint(), noon(), shop.h.site, &file, dry_run).await.unwrap();
        report.rows.iter().map(|row| row.outcome).collect::<Vec<_>>()
    };
    assert_eq!(take(true).await, [Taken, Refused, Refused, Refused, Refused, Unreadable]);
    assert_eq!(shop.h.t.count("forward_pick").await, 0, "only tried");
    assert_eq!(take(false).await[0], Taken);
    // The class is its owner's to say.
    let chief = shop.h.t.person(Role::Supervisor, None);
    let asked = shop.h.t.db.sku_changes(&chief, Some(Status::Pending), 1).await.unwrap().rows;
    assert_eq!((asked.len(), asked[0].mine), (1, true));
    shop.h.t.try_run(&chief, &DecideChange { id: asked[0].id, approve: true, reason: "".into() }).await.unwrap();
    assert_eq!(take(false).await[0], Known);
    assert_eq!(shop.h.t.count("forward_pick where min_units = 4 and max_units = 20").await, 1);
    assert_eq!(shop.h.t.count("sku where slotting = 'a' and code = 'MUG'").await, 1);
    let held = shop.h.t.db.forward_picks(&planner, Some(shop.h.site), "mug", 1).await.unwrap();
    assert_eq!((held.total, held.rows[0].on_hand), (1, 10));
    let db = &shop.h.t.db;
    let foreign = db.import_forward_picks(&planner, CommandId::mint(), noon(), shop.h.site, "site,email\n", true).await;
    assert_eq!(code(&foreign.unwrap_err()), "not_forward_picks");
    let elsewhere = db.import_forward_picks(&planner, CommandId::mint(), noon(), SiteId::mint(), &file, true).await;
    assert_eq!(code(&elsewhere.unwrap_err()), "not_allowed");
}

/// RPL-1: ✗ a rule for no pick bin, for no SKU, or whose maximum is not above its minimum is refused.
#[tokio::test]
async fn rules_that_cannot_be_are_refused() {
    let shop = Shop::open().await;
    let (forward, reserve) = (shop.h.t.bin(shop.h.site, FORWARD).await, shop.h.t.bin(shop.h.site, OLDER).await);
    let good = ForwardPick { bin: forward, sku: shop.h.mug, min: 1, max: 2, slotting: None };
    for (bad, why) in [
        (ForwardPick { max: 1, ..good }, "max_not_above_min"),
        (ForwardPick { bin: reserve, ..good }, "not_forward_pick"),
        (ForwardPick { bin: domain::ids::BinId::mint(), ..good }, "not_found"),
        (ForwardPick { sku: SkuId::mint(), ..good }, "not_found"),
    ] {
        let set = SetForwardPicks { site: shop.h.site, rules: vec![good, bad] };
        assert_eq!(code(&shop.h.t.try_run(&shop.h.t.system(), &set).await.unwrap_err()), why);
    }
    assert_eq!(shop.h.t.count("forward_pick").await, 0);
}
