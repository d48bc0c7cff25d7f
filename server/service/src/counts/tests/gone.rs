use domain::counts::DecideCount;
use domain::counts::adjust::{AdjustStock, Why};
use domain::floor::{PickUnits, pick};
use domain::ids::OrderId;
use domain::orders::stage::Stage;

use super::*;

/// The order is due so many hours from noon.
async fn due(h: &House, order: OrderId, hours: i64) {
    let at = noon() + chrono::TimeDelta::hours(hours);
    sqlx::query("update sales_order set promised_at = $2 where id = $1").bind(order.0).bind(at).execute(&h.t.root).await.unwrap();
}

/// So many fewer of the tea than the books say.
fn tea_gone(h: &House, units: i32, why: Why) -> AdjustStock {
    AdjustStock {
        site: h.site,
        bin_code: "A03-03L-1".into(),
        sku_code: "TEA".into(),
        marks: domain::lots::Marks::default(),
        state: domain::stock::State::Sellable,
        units,
        reason: why.into(),
        note: String::new(),
    }
}

async fn given(h: &House, order: OrderId, bin: &str) -> i64 {
    let bin = h.t.bin(h.site, bin).await;
    let query = format!(
        "select coalesce(sum(a.quantity), 0)::bigint from allocation a join order_line l on l.id = a.order_line_id
         where l.order_id = '{order}' and a.bin_id = '{bin}'"
    );
    sqlx::query_scalar(sqlx::AssertSqlSafe(query)).fetch_one(&h.t.root).await.unwrap()
}

/// A count loss below what is allocated frees the lowest priority first and raises the shortage in the same transaction.
/// INV-5, ORD-3: with picking under way.
#[tokio::test]
async fn a_loss_below_what_is_given_frees_the_least_urgent_while_picking_goes_on() {
    let h = House::open().await;
    let tea = h.t.sku("TEA").await;
    let bin = "A03-03L-1";
    h.t.receive(h.site, tea, bin, 9).await;
    let urgent = h.order("W-1", &[(tea, 3)]).await;
    let later = h.order("W-2", &[(tea, 3)]).await;
    let last = h.order("W-3", &[(tea, 3)]).await;
    due(&h, urgent, 1).await;
    due(&h, last, 40).await;
    due(&h, later, 20).await;
    let trip = h.wave().await.trips[0];
    let sheet = h.claim(trip).await;
    let slot = |order: OrderId| sheet.slots.iter().find(|slot| slot.order == order).expect("it has a slot").slot;
    let task = |order: OrderId| sheet.tasks.iter().find(|task| task.slot == slot(order)).expect("it has a task").clone();
    let tote = |order: OrderId| format!("LDS-T{:03}", slot(order));
    // One unit of the least urgent is in its tote: it stays there.
    let one = PickUnits { quantity: 1, ..full(&task(last), &tote(last)) };
    h.t.try_run(&h.picker, &one).await.expect("picking is under way");
    let counter = hand(&h, &[Role::Receiver]);
    set(&h, |p| p.recount_units = 100).await;
    // Eight are left by the books; five are there.
    let (id, status) = count(&h, &counter, bin, tea, 5).await;
    assert_eq!(status, Status::Done);
    assert_eq!((given(&h, urgent, bin).await, given(&h, later, bin).await, given(&h, last, bin).await), (3, 2, 0));
    let command = format!("command_id = (select command_id from movement where source_id = '{id}' limit 1)");
    assert_eq!(h.t.count(&format!("outbox where topic = 'exception.raised' and {command}")).await, 2, "both are raised with it");
    for order in [later, last] {
        let raised = format!("exception_case where kind = 'backorder' and subject_id = '{order}' and resolved_at is null");
        assert_eq!(h.t.count(&raised).await, 1);
    }
    assert_eq!(h.t.count(&format!("exception_case where kind = 'backorder' and subject_id = '{urgent}'")).await, 0);
    // The walk knows: what is not there is not fetched any more, and the rest goes on.
    let now = h.sheet(trip).await;
    let left = |order: OrderId| {
        let tasks = now.tasks.iter().filter(|task| task.slot == slot(order));
        tasks.map(|task| (pick::left(task), task.quantity_short)).next().unwrap()
    };
    assert_eq!((left(urgent), left(later), left(last)), ((3, 0), (2, 1), (0, 2)));
    let refused = h.t.try_run(&h.picker, &PickUnits { quantity: 2, ..full(&task(last), &tote(last)) }).await.unwrap_err();
    assert_eq!(code(&refused), "task_done");
    h.t.try_run(&h.picker, &PickUnits { quantity: 2, ..full(&task(later), &tote(later)) }).await.expect("two are there");
    h.t.try_run(&h.picker, &full(&task(urgent), &tote(urgent))).await.expect("three are there");
    assert_eq!(on_hand(&h, bin, "sellable").await, 0);
    assert_eq!(h.stage(urgent).await, Stage::Packing);
    whole(&h).await;
}

/// INV-5, PCK-1: a wave that is drawn while a loss is being written walks for what is left, never for what is gone. The storm found it:
/// the wave had read what orders were given before the loss freed it.
#[tokio::test]
async fn a_wave_drawn_while_a_loss_is_written_walks_for_what_is_left() {
    let h = House::open().await;
    let tea = h.t.sku("TEA").await;
    h.t.receive(h.site, tea, "A03-03L-1", 3).await;
    let order = h.order("W-1", &[(tea, 3)]).await;
    let waiting = async |backends: i64| {
        let held = "pg_stat_activity where datname = current_database() and wait_event_type = 'Lock'";
        for _ in 0..600 {
            if h.t.count(held).await == backends {
                return;
            }
            tokio::time::sleep(std::time::Duration::from_millis(20)).await;
        }
        panic!("{backends} should wait");
    };
    // Receipts of decisions cannot be written for a while: the correction stands still with its loss made and not yet told.
    let mut gate = h.t.root.begin().await.unwrap();
    sqlx::query("lock table decision in share mode").execute(&mut *gate).await.unwrap();
    let loss = tea_gone(&h, -1, Why::Misplaced);
    let (plan, system) = (h.plan(4), h.t.system());
    let writes = h.t.run(&loss);
    let draws = async {
        waiting(1).await;
        let open = async {
            waiting(2).await;
            gate.rollback().await.unwrap();
        };
        tokio::join!(h.t.try_run(&system, &plan), open).0
    };
    let (_, wave) = tokio::join!(writes, draws);
    let walked = h.t.count(&format!("pick_task where wave_id = '{}' and quantity = 2", wave.unwrap().wave)).await;
    assert_eq!((walked, given(&h, order, "A03-03L-1").await), (1, 2));
    whole(&h).await;
}

/// INV-5, PCK-6: whoever loses units to a count gets others from another bin, at the end of the same walk.
#[tokio::test]
async fn who_loses_units_is_given_others_from_elsewhere() {
    let h = House::open().await;
    let tea = h.t.sku("TEA").await;
    h.t.receive(h.site, tea, "A03-03L-1", 3).await;
    let order = h.order("W-1", &[(tea, 3)]).await;
    h.t.receive(h.site, tea, "A04-03L-1", 9).await;
    let trip = h.wave().await.trips[0];
    let counter = hand(&h, &[Role::Receiver]);
    assert_eq!(count(&h, &counter, "A03-03L-1", tea, 1).await.1, Status::Done);
    assert_eq!((given(&h, order, "A03-03L-1").await, given(&h, order, "A04-03L-1").await), (1, 2));
    let tasks: Vec<_> = h.sheet(trip).await.tasks.iter().map(|task| (task.bin_code.clone(), pick::left(task))).collect();
    assert_eq!(tasks, [("A03-03L-1".to_owned(), 1), ("A04-03L-1".to_owned(), 2)]);
    assert_eq!(h.t.count("exception_case where kind = 'backorder'").await, 0);
    whole(&h).await;
}

/// ORD-2: first what was given, then what was promised: a loss breaks the least urgent promise, by how urgent and not by who came first.
#[tokio::test]
async fn a_loss_breaks_the_least_urgent_promise() {
    let h = House::open().await;
    let tea = h.t.sku("TEA").await;
    h.t.receive(h.site, tea, "A03-03L-1", 6).await;
    let (late, soon) = (h.order("W-1", &[(tea, 3)]).await, h.order("W-2", &[(tea, 3)]).await);
    due(&h, late, 40).await;
    due(&h, soon, 1).await;
    // As if neither had been released to the bins yet.
    for order in [late, soon] {
        let freed =
            format!("select a.id from allocation a join order_line l on l.id = a.order_line_id where l.order_id = '{order}'");
        let ids: Vec<uuid::Uuid> = sqlx::query_scalar(sqlx::AssertSqlSafe(freed)).fetch_all(&h.t.root).await.unwrap();
        let line: uuid::Uuid =
            sqlx::query_scalar("select id from order_line where order_id = $1").bind(order.0).fetch_one(&h.t.root).await.unwrap();
        let mut tx = h.t.db.begin(&h.t.system(), domain::ids::CommandId::mint(), noon()).await.unwrap();
        crate::stock::deallocate(&mut tx, &ids.into_iter().map(|id| (id.into(), 3)).collect::<Vec<_>>()).await.unwrap();
        let want = crate::stock::Want { line: line.into(), sku: tea, quantity: 3 };
        assert_eq!(crate::stock::reserve(&mut tx, h.site, &[want]).await.unwrap(), [3]);
        tx.commit().await.unwrap();
    }
    let counter = hand(&h, &[Role::Receiver]);
    assert_eq!(count(&h, &counter, "A03-03L-1", tea, 4).await.1, Status::Done);
    let promised = async |order: OrderId| {
        let query = format!(
            "select coalesce(sum(r.quantity), 0)::bigint from reservation r join order_line l on l.id = r.order_line_id where l.order_id = '{order}'"
        );
        sqlx::query_scalar::<_, i64>(sqlx::AssertSqlSafe(query)).fetch_one(&h.t.root).await.unwrap()
    };
    assert_eq!((promised(late).await, promised(soon).await), (1, 3));
    assert_eq!(h.t.count("exception_case where kind = 'backorder' and resolved_at is null").await, 1);
    whole(&h).await;
}

/// INV-5: a loss that was counted before most of the bin was picked cannot be posted any more: it is sent back.
#[tokio::test]
async fn a_loss_of_more_than_is_left_is_not_posted() {
    let h = House::open().await;
    let tea = h.t.sku("TEA").await;
    h.t.receive(h.site, tea, "A03-03L-1", 6).await;
    set(&h, |p| (p.recount_units, p.approve_value) = (100, Decimal::ONE)).await;
    let (id, status) = count(&h, &h.picker, "A03-03L-1", tea, 2).await;
    assert_eq!(status, Status::Approval);
    // Somebody else's correction takes three of them first.
    let adjust = tea_gone(&h, -3, Why::Stolen);
    h.t.try_run(&hand(&h, &[Role::Supervisor]), &adjust).await.unwrap();
    let chief = hand(&h, &[Role::Supervisor]);
    let decide = |approve, why: &str| DecideCount { count: id, approve, reason: why.into() };
    assert_eq!(refused(h.t.try_run(&chief, &decide(true, "")).await), ("count_moved_since", 409));
    h.t.try_run(&chief, &decide(false, "moved_meanwhile")).await.unwrap();
    assert_eq!(count(&h, &hand(&h, &[Role::Receiver]), "A03-03L-1", tea, 3).await.1, Status::Done);
    whole(&h).await;
}
