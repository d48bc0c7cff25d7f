//! Why goods are claimed, by the org's own codes.

use domain::ids::PurchaseLineId;
use domain::purchasing::{ClaimKind, CloseLine, Condition, Fault};
use domain::reasons::{AddReason, Code, Process, RetireReason};

use super::*;
use crate::verify::business::one;

async fn add(shop: &Shop, process: Process, code: &str, words: &str, means: Fault) {
    let admin = shop.t.person(Role::Admin, None);
    let add = AddReason { process, code: code.into(), words: words.into(), means: means.code().into() };
    shop.t.try_run(&admin, &add).await.expect("it is added");
}

fn bad(condition: Condition, code: &str) -> Arrived {
    Arrived { condition, fault: Some(code.into()), note: "at the dock".into(), ..Arrived::good("MUG", 1) }
}

/// MDM-2, IN-2: an org's own code is taken where goods come in and where a line is closed; the claim is of the kind its process says, and
/// says it in the code's words. The reason is kept with its note.
#[tokio::test]
async fn an_orgs_own_code_says_why_goods_are_claimed() {
    let shop = Shop::open().await;
    add(&shop, Process::Damage, "mouldy", "Gone mouldy", Fault::Wet).await;
    add(&shop, Process::NonCompliance, "wrong_shade", "The wrong shade", Fault::NotAsOrdered).await;
    add(&shop, Process::Shortage, "strike", "The harbour is on strike", Fault::LostOnTheWay).await;
    let order = shop.ordered(&[("MUG", 12)]).await;
    let arrived = vec![bad(Condition::Damaged, "mouldy"), bad(Condition::NonCompliant, "wrong_shade")];
    shop.t.try_run(&shop.receiver, &ReceivePurchase { arrived, ..Shop::arrival(order, &[]) }).await.unwrap();
    let line: PurchaseLineId = one(&shop.t, "select id from purchase_line").await.into();
    let close = CloseLine { line, fault: Some(Code::from("strike")), note: "until spring".into() };
    assert_eq!(shop.t.try_run(&shop.receiver, &close).await.unwrap(), 10);
    let sheet = shop.t.db.purchase(&shop.planner, &order.to_string(), noon()).await.unwrap();
    let mut claims: Vec<_> = sheet.claims.iter().map(|claim| (claim.kind, claim.fault.as_str(), claim.quantity)).collect();
    claims.sort_by_key(|(_, words, _)| *words);
    let said = [
        (ClaimKind::Damage, "Gone mouldy", 1),
        (ClaimKind::Shortage, "The harbour is on strike", 10),
        (ClaimKind::NonCompliance, "The wrong shade", 1),
    ];
    assert_eq!(claims, said);
    assert_eq!(shop.t.count("reason_given where code in ('mouldy', 'wrong_shade', 'strike') and note <> ''").await, 3);
    shop.whole().await;
}

/// MDM-2, IN-2: a code nobody knows, a retired one and one of another process are each refused by name, and nothing is received.
#[tokio::test]
async fn what_is_no_code_for_it_is_refused_by_name() {
    let shop = Shop::open().await;
    let order = shop.ordered(&[("MUG", 12)]).await;
    let admin = shop.t.person(Role::Admin, None);
    let retire = RetireReason { process: Process::Damage, code: "crushed".into(), retire: true };
    shop.t.try_run(&admin, &retire).await.unwrap();
    let line: PurchaseLineId = one(&shop.t, "select id from purchase_line").await.into();
    for (code, refusal) in
        [("just_bad", "unknown_reason"), ("crushed", "reason_retired"), ("short_shipped", "reason_of_another_process")]
    {
        let receive = ReceivePurchase { arrived: vec![bad(Condition::Damaged, code)], ..Shop::arrival(order, &[]) };
        assert_eq!(tried(&shop, &shop.receiver, &receive).await, (refusal, 422, Some("reason")), "{code}");
    }
    for (code, refusal) in [("just_late", "unknown_reason"), ("wet", "reason_of_another_process")] {
        let close = CloseLine { line, fault: Some(code.into()), note: String::new() };
        assert_eq!(tried(&shop, &shop.receiver, &close).await, (refusal, 422, Some("reason")), "{code}");
    }
    assert_eq!(shop.t.count("movement").await + shop.t.count("supplier_claim").await + shop.t.count("reason_given").await, 0);
}
