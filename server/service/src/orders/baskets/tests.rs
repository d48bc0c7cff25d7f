use std::collections::BTreeMap;
use std::sync::Arc;

use chrono::{Duration, TimeDelta};
use domain::ids::{BasketId, ChannelId, CommandId, SiteId, SkuId};
use domain::orders::basket::{BasketKept, BasketLine, DropBasket, KeepBasket};
use domain::orders::{NewOrder, OpenChannel, PlaceOrders};
use domain::people::Role;
use domain::refusal::Named;
use domain::stock::{HoldReason, HoldUnits, Those};

use crate::testkit::{TestDb, new_order, noon};
use crate::{Failure, Result};

struct Shop {
    t: Arc<TestDb>,
    site: SiteId,
    mug: SkuId,
    plate: SkuId,
}

const MUGS: i32 = 40;
const PLATES: i32 = 25;

async fn shop() -> Shop {
    let t = Arc::new(TestDb::new().await);
    let site = t.site("LDS").await;
    t.run(&OpenChannel { id: ChannelId::mint(), code: "web".into(), name: "Web".into(), promise_hours: 24 }).await;
    let (mug, plate) = (t.sku("MUG").await, t.sku("PLATE").await);
    t.receive(site, mug, "A01-01L-1", MUGS).await;
    t.receive(site, plate, "A01-02L-1", PLATES).await;
    Shop { t, site, mug, plate }
}

fn basket(lines: &[(SkuId, i32)]) -> KeepBasket {
    let lines = lines.iter().map(|(sku, quantity)| BasketLine { sku: *sku, quantity: *quantity }).collect();
    KeepBasket { basket: BasketId::mint(), channel: "web".into(), owner: String::new(), lines, minutes: 15 }
}

fn code(failure: &Failure) -> &'static str {
    match failure {
        Failure::Refused(refusal) => refusal.code(),
        broken => panic!("broken: {broken}"),
    }
}

impl Shop {
    async fn keep(&self, command: KeepBasket) -> Result<BasketKept> {
        self.t.db.keep_basket(&self.t.system(), CommandId::mint(), noon(), command).await
    }

    async fn holds(&self) {
        let broken: Vec<_> = self.t.db.verify(self.t.org).await.unwrap().into_iter().filter(|check| !check.holds()).collect();
        assert!(broken.is_empty(), "{broken:#?}");
    }
}

/// ORD-2 (peers medusajs/medusa#16569, vendure#3508): however many ask at once for sets that share a part, no unit is kept twice, all
/// are kept that can be, and each command has one stored outcome of its own.
#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn sixty_four_shoppers_at_once_are_never_promised_the_same_unit() {
    let s = Arc::new(shop().await);
    let (mug, plate) = (s.mug, s.plate);
    // A mug; a set of two mugs and a plate; the same plate twice.
    let kinds = [vec![(mug, 1)], vec![(mug, 2), (plate, 1)], vec![(plate, 1), (plate, 1)]];
    let shoppers = (0..64).map(|n| {
        let (s, lines) = (s.clone(), kinds[n % kinds.len()].clone());
        tokio::spawn(async move { (s.keep(basket(&lines)).await, lines) })
    });
    let (mut kept, mut refused): (BTreeMap<SkuId, i32>, Vec<_>) = (BTreeMap::new(), Vec::new());
    for shopper in futures::future::join_all(shoppers).await {
        match shopper.unwrap() {
            (Ok(_), lines) => lines.iter().for_each(|(sku, units)| *kept.entry(*sku).or_default() += units),
            (Err(failure), lines) => {
                assert_eq!(code(&failure), "basket_short");
                refused.push(lines);
            }
        }
    }
    assert!(kept[&mug] <= MUGS && kept[&plate] <= PLATES, "{kept:?}");
    for lines in &refused {
        let wanted = |of: SkuId| lines.iter().filter(|(sku, _)| *sku == of).map(|(_, units)| units).sum::<i32>();
        let short = wanted(mug) > MUGS - kept[&mug] || wanted(plate) > PLATES - kept[&plate];
        assert!(short, "what {lines:?} could have had is not left lying: {kept:?}");
    }
    let refused = refused.len();
    assert!(refused > 0);
    assert_eq!(s.t.count("command where kind = 'basket.keep'").await, 64);
    assert_eq!(s.t.count("audit where kind = 'basket.keep'").await, 64);
    assert_eq!(s.t.count("command where kind = 'basket.keep' and refused").await, i64::try_from(refused).unwrap());
    s.holds().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn twins_have_one_effect_and_one_answer_also_amid_others() {
    let s = Arc::new(shop().await);
    let (id, command) = (CommandId::mint(), basket(&[(s.mug, 3)]));
    let twins = (0..8).map(|_| {
        let (s, command) = (s.clone(), command.clone());
        tokio::spawn(async move {
            s.keep(basket(&[(s.plate, 1)])).await.unwrap();
            s.t.db.keep_basket(&s.t.system(), id, noon(), command).await.unwrap()
        })
    });
    let answers: Vec<BasketKept> = futures::future::join_all(twins).await.into_iter().map(|twin| twin.unwrap()).collect();
    assert!(answers.iter().all(|answer| *answer == answers[0] && answer.basket == command.basket));
    assert_eq!(s.t.count("basket_line where quantity = 3").await, 1);
    let other = s.t.db.keep_basket(&s.t.system(), id, noon(), basket(&[(s.mug, 4)])).await.unwrap_err();
    assert_eq!(code(&other), "command_reused");
    assert_eq!(code(&s.keep(command).await.unwrap_err()), "basket_taken");
    s.holds().await;
}

/// ORD-2 (peer saleor PR 11069): what a shopper has in hand is theirs while they pay, and the order they place gets it.
#[tokio::test]
async fn an_order_gets_what_its_basket_kept() {
    let s = shop().await;
    let kept = s.keep(basket(&[(s.mug, MUGS)])).await.unwrap();
    let other = s.t.run(&PlaceOrders { orders: vec![new_order("W-1", &[(s.mug, 1)])] }).await;
    assert_eq!(other[0].short, 1, "all are in somebody's basket");
    let paid = NewOrder { basket: Some(kept.basket), ..new_order("W-2", &[(s.mug, MUGS)]) };
    let placed = s.t.run(&PlaceOrders { orders: vec![paid] }).await;
    assert_eq!(placed[0].short, 0);
    assert_eq!(s.t.count("basket_line").await, 0);
    s.holds().await;
}

#[tokio::test]
async fn what_nobody_pays_for_in_time_is_free_again() {
    let s = shop().await;
    let kept = s.keep(basket(&[(s.mug, MUGS)])).await.unwrap();
    assert_eq!(kept.until, noon() + Duration::minutes(15));
    assert!(!s.t.db.expire_baskets(s.t.org, kept.until - TimeDelta::seconds(1)).await.unwrap());
    assert_eq!(code(&s.keep(basket(&[(s.mug, 1)])).await.unwrap_err()), "basket_short");
    assert!(s.t.db.expire_baskets(s.t.org, kept.until).await.unwrap());
    let again = s.keep(basket(&[(s.mug, 1)])).await.unwrap();
    assert_eq!(s.t.run(&DropBasket { basket: again.basket }).await, 1);
    assert_eq!(s.t.run(&DropBasket { basket: again.basket }).await, 0, "what is dropped is gone");
    s.holds().await;
}

/// ORD-2: a physical fact wins; who has not paid gives way before who has.
#[tokio::test]
async fn baskets_give_way_before_orders() {
    let s = shop().await;
    s.t.run(&PlaceOrders { orders: vec![NewOrder { ship_complete: true, ..new_order("W-1", &[(s.mug, 10), (s.plate, 99)]) }] })
        .await;
    s.keep(basket(&[(s.mug, 30)])).await.unwrap();
    let bin = s.t.bin(s.site, "A01-01L-1").await;
    s.t.run(&HoldUnits {
        sku: s.mug,
        site: s.site,
        bin,
        quantity: 12,
        those: Those::default(),
        hold: true,
        reason: HoldReason::LooksDamaged.into(),
        note: "Cracked".into(),
    })
    .await;
    assert_eq!(s.t.count("basket_line where quantity = 18").await, 1);
    assert_eq!(s.t.count("reservation where quantity = 10").await, 1);
    s.holds().await;
}

#[tokio::test]
async fn what_cannot_be_kept_is_named_and_on_record() {
    let s = shop().await;
    let refused = async |command: KeepBasket| code(&s.keep(command).await.unwrap_err());
    assert_eq!(refused(basket(&[])).await, "basket_lines");
    assert_eq!(refused(basket(&[(s.mug, 0)])).await, "quantity_out_of_range");
    assert_eq!(refused(basket(&[(SkuId::mint(), 1)])).await, "unknown_sku");
    assert_eq!(refused(KeepBasket { channel: "ebay".into(), ..basket(&[(s.mug, 1)]) }).await, "unknown_channel");
    assert_eq!(refused(KeepBasket { minutes: 0, ..basket(&[(s.mug, 1)]) }).await, "basket_minutes");
    let picker = s.t.person(Role::Picker, None);
    let failure = s.t.db.keep_basket(&picker, CommandId::mint(), noon(), basket(&[(s.mug, 1)])).await.unwrap_err();
    assert_eq!(code(&failure), "not_allowed");
    assert_eq!(s.t.count("audit where kind = 'basket.keep' and refused").await, 6);
    assert_eq!(s.t.count("basket_line").await, 0);
}
