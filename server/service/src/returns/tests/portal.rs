//! The customer's door.

use super::*;
use crate::returns::PortalDoor;

fn door(number: &str, secret: &str) -> PortalDoor {
    PortalDoor {
        host: "localhost:8080".into(),
        number: number.into(),
        secret: secret.into(),
        address: "10.0.0.1".into(),
        device: "phone".into(),
    }
}

/// RET-1: order number and email or postcode open the own order; a wrong pair always says the same.
#[tokio::test]
async fn the_portal_opens_with_number_and_email_or_postcode() {
    let shop = Shop::open().await;
    let sent = shop.sent(1).await;
    let number = shop.number(sent.order).await;
    for (given, secret) in [
        (number.clone(), "ana@example.com"),
        (format!(" #{} ", number.to_lowercase()), "ANA@Example.com "),
        (number.trim_start_matches("SO-").to_owned(), "ls11aa"),
        (sent.order.to_string(), "LS1 1AA"),
    ] {
        let opened = shop.t.db.open_portal(&door(&given, secret), noon()).await.unwrap();
        let caller = shop.t.db.caller_of_session(&opened.token, noon()).await.unwrap().unwrap();
        assert_eq!(caller.who, Actor::Customer { order: sent.order }, "{given}");
    }
    let mut said = Vec::new();
    for (given, secret) in [(number.as_str(), "ben@example.com"), ("SO-1", "ana@example.com"), (number.as_str(), " "), ("", "")] {
        let refused = shop.t.db.open_portal(&door(given, secret), noon()).await.unwrap_err();
        assert_eq!(code(&refused), "no_match");
        said.push(refused.to_string());
    }
    said.dedup();
    assert_eq!(said.len(), 1, "the words never say which was wrong");
}

/// RET-1: guesses run dry, by address and by order.
#[tokio::test]
async fn guesses_at_the_portal_run_dry() {
    let shop = Shop::open().await;
    let guesses: Vec<_> = (0..12).map(|guess| PortalDoor { address: format!("10.0.1.{guess}"), ..door("SO-9", "x") }).collect();
    let got = futures::future::join_all(guesses.iter().map(|guess| shop.t.db.open_portal(guess, noon()))).await;
    let dry = got.iter().filter(|refused| code(refused.as_ref().unwrap_err()) == "too_many_tries").count();
    assert_eq!(dry, 4, "an order is guessed at eight times");
    let guesses: Vec<_> = (0..24).map(|guess| door(&format!("SO-1{guess}"), "x")).collect();
    let got = futures::future::join_all(guesses.iter().map(|guess| shop.t.db.open_portal(guess, noon()))).await;
    let dry = got.iter().filter(|refused| code(refused.as_ref().unwrap_err()) == "too_many_tries").count();
    assert_eq!(dry, 4, "an address guesses twenty times");
}

/// RET-1, RET-3: what the portal shows: what can come back, what each return does, and nobody else's.
#[tokio::test]
async fn the_portal_shows_the_own_order_and_its_returns() {
    let shop = Shop::open().await;
    let (mine, theirs) = (shop.sent(3).await, shop.sent(1).await);
    let me = customer(&shop, mine.order);
    let made = shop.t.try_run(&me, &asks(mine, 1, Reason::SizeTooLarge, Resolution::Refund)).await.unwrap();
    let order = shop.t.db.order_to_return(&me, mine.order, noon()).await.unwrap();
    assert_eq!((order.lines[0].can.units(), order.masked_email.as_str()), (2, "a•••@example.com"));
    assert_eq!(order.lines[0].worth(2).amount, Decimal::from(24));
    assert_eq!(order.returns.len(), 1);
    let refused = shop.t.db.order_to_return(&me, theirs.order, noon()).await.unwrap_err();
    assert_eq!(code(&refused), "not_found");
    let status = shop.t.db.return_status(&me, &made.number).await.unwrap();
    assert!(status.cancellable && status.stage == Stage::Awaiting);
    let stranger = customer(&shop, theirs.order);
    assert_eq!(code(&shop.t.db.return_status(&stranger, &made.number).await.unwrap_err()), "not_found");
    assert_eq!(code(&shop.t.db.returns_queue(&me, &QueueFilter::default(), noon()).await.unwrap_err()), "not_allowed");
    assert_eq!(code(&shop.t.db.return_sheet(&me, &made.number).await.unwrap_err()), "not_allowed");
}
