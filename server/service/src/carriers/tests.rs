use chrono::{DateTime, NaiveTime, TimeDelta, Utc};
use domain::carriers::{SetChannelService, SetService};
use domain::floor::{PackOrders, PickTrips, ShipParcels};
use domain::ids::{ChannelId, OrderId, SiteId};
use domain::orders::{NewLine, NewOrder, NewPayment, OrderSheet, PlaceOrders};
use domain::people::Role;
use domain::waves::{Chosen, Filter, PlanWave};
use rust_decimal::Decimal;

use crate::floor::tests::{House, code};
use crate::testkit::noon;

fn service(site: SiteId, code: &str, carrier: &str, hour: u32, usual: bool) -> SetService {
    let countries = if code == "rm48" { vec!["GB".into()] } else { Vec::new() };
    let leaves_at = NaiveTime::from_hms_opt(hour, 0, 0);
    SetService {
        site,
        code: code.into(),
        carrier: carrier.into(),
        service: format!("{carrier} standard"),
        countries,
        leaves_at,
        usual,
    }
}

/// Three carriers call at the house: Royal Mail at 17, DHL at 19, DPD at 16 by the clock of London.
async fn called_at() -> House {
    let h = House::open().await;
    for (code, carrier, hour, usual) in [("dhl", "DHL", 19, false), ("dpd", "DPD", 16, false), ("rm48", "Royal Mail", 17, true)] {
        h.t.run(&service(h.site, code, carrier, hour, usual)).await;
    }
    h
}

fn order(h: &House, external: &str, asked: Option<&str>, country: &str) -> NewOrder {
    NewOrder {
        id: OrderId::mint(),
        channel: "web".into(),
        external_id: external.into(),
        customer_name: "Ana Lima".into(),
        email: "ana@example.com".into(),
        address_line: "1 Quay".into(),
        city: "Leeds".into(),
        postcode: "LS1 1AA".into(),
        country: country.into(),
        currency: "GBP".into(),
        service: asked.map(ToOwned::to_owned),
        shipping_amount: Decimal::ZERO,
        ship_complete: false,
        lines: vec![NewLine { sku: h.mug, quantity: 1, unit_price: Decimal::from(12), discount: Decimal::ZERO, kit: None }],
        payment: NewPayment::Paid { reference: external.into() },
        basket: None,
        owner: String::new(),
        placed_at: None,
    }
}

async fn placed(h: &House, external: &str, asked: Option<&str>, country: &str) -> OrderSheet {
    let order = h.t.run(&PlaceOrders { orders: vec![order(h, external, asked, country)] }).await.remove(0).order;
    h.t.db.order(&h.t.system(), order).await.unwrap()
}

/// Hours of the test's day by the clock of London, where it is summer: an hour before Greenwich.
fn at(hour: i64) -> DateTime<Utc> {
    noon() + TimeDelta::hours(hour - 13)
}

/// SHP-1: an order leaves with what it asked for, else with its channel's, else with its site's; the choice and its reason are kept, and
/// it must be ready by the last call within its promise.
#[tokio::test]
async fn an_order_knows_its_carrier_why_and_by_when() {
    let h = called_at().await;
    let usual = placed(&h, "W-1", None, "GB").await;
    // Promised within 24 hours of noon: the last call before is today's.
    assert_eq!((usual.row.carrier.as_str(), usual.row.promised_at), ("Royal Mail", at(17)));
    let why = usual.decisions.iter().find(|decision| decision.kind == "carrier").unwrap();
    assert_eq!((why.rule_version.as_str(), why.chosen["reason"].as_str()), ("carrier-2", Some("site_uses")));
    let asked = placed(&h, "W-2", Some("dhl"), "GB").await;
    assert_eq!((asked.row.carrier.as_str(), asked.row.service.as_str()), ("DHL", "DHL standard"));
    assert_eq!(asked.row.promised_at, at(19));
    let abroad = placed(&h, "W-3", Some("rm48"), "FR").await;
    assert_eq!(abroad.row.carrier, "DHL");
    let why = abroad.decisions.iter().find(|decision| decision.kind == "carrier").unwrap();
    assert_eq!(why.rejected[0]["why"].as_str(), Some("does_not_go_there"));
    let channel = h.t.db.carriers(&h.t.system(), h.site).await.unwrap().channels[0].channel;
    h.t.run(&SetChannelService { channel, service: "dpd".into() }).await;
    assert_eq!(placed(&h, "W-4", None, "GB").await.row.carrier, "DPD");
    // A carrier that does not call any more takes nothing.
    h.t.run(&SetService { leaves_at: None, ..service(h.site, "dpd", "DPD", 16, false) }).await;
    assert_eq!(placed(&h, "W-5", None, "GB").await.row.carrier, "Royal Mail");
}

/// SHP-1: a service nobody offers is refused at the door, by its field; nothing is taken. Before there are carriers all stays as promised.
#[tokio::test]
async fn a_service_nobody_offers_is_refused() {
    let h = House::open().await;
    let plain = placed(&h, "W-1", None, "GB").await;
    assert_eq!((plain.row.carrier.as_str(), plain.row.promised_at), ("", noon() + TimeDelta::hours(24)));
    assert!(plain.decisions.iter().all(|decision| decision.kind != "carrier"));
    let pigeon = PlaceOrders { orders: vec![order(&h, "W-2", Some("pigeon"), "GB")] };
    assert_eq!(code(&h.t.try_run(&h.t.system(), &pigeon).await.unwrap_err()), "unknown_service");
    assert_eq!(h.t.count("sales_order").await, 1);
    let planner = h.t.person(Role::Planner, Some(h.site));
    let refused = async |command: &SetService| code(&h.t.try_run(&planner, command).await.unwrap_err());
    assert_eq!(refused(&SetService { carrier: " ".into(), ..service(h.site, "dpd", "DPD", 16, false) }).await, "invalid");
    let elsewhere = service(SiteId::mint(), "dpd", "DPD", 16, false);
    assert_eq!(refused(&elsewhere).await, "not_allowed");
    assert_eq!(code(&h.t.try_run(&h.t.system(), &elsewhere).await.unwrap_err()), "not_found");
    let known = SetChannelService { channel: ChannelId::mint(), service: String::new() };
    assert_eq!(code(&h.t.try_run(&h.t.system(), &known).await.unwrap_err()), "not_found");
    let unknown = SetChannelService { service: "pigeon".into(), ..known };
    assert_eq!(code(&h.t.try_run(&h.t.system(), &unknown).await.unwrap_err()), "unknown_service");
    assert_eq!(code(&h.t.try_run(&h.picker, &service(h.site, "dpd", "DPD", 16, false)).await.unwrap_err()), "not_allowed");
}

/// PCK-4: waves by carrier and cutoff: one carrier's orders; only what leaves next; board and receipt name it.
#[tokio::test]
async fn a_wave_is_planned_by_carrier_and_cutoff() {
    let h = called_at().await;
    for (external, asked) in [("W-1", "dhl"), ("W-2", "dpd"), ("W-3", "rm48"), ("W-4", "dpd")] {
        placed(&h, external, Some(asked), "GB").await;
    }
    let choices = h.t.db.plan_choices(&h.t.system(), h.site).await.unwrap();
    let found: Vec<_> = choices.departures.iter().map(|one| (one.carrier.as_str(), one.at, one.orders)).collect();
    assert_eq!(found, [("DPD", at(16), 2), ("Royal Mail", at(17), 1), ("DHL", at(19), 1)]);
    let plan = |filter: Filter| PlanWave { orders: Chosen::Filtered(filter), ..h.plan(8) };
    let ups = plan(Filter { carrier: Some("UPS".into()), ..Filter::most(9) });
    assert_eq!(code(&h.t.try_run(&h.t.system(), &ups).await.unwrap_err()), "nothing_to_pick");
    let royal = h.t.run(&plan(Filter { carrier: Some("Royal Mail".into()), ..Filter::most(9) })).await;
    assert_eq!(royal.orders.len(), 1);
    let next = Filter { next_departure: true, ..Filter::most(9) };
    let first = h.t.run(&plan(next.clone())).await;
    assert_eq!(first.orders.len(), 2, "DPD calls first");
    let receipt = h.t.db.wave_receipt(&h.t.system(), first.wave).await.unwrap().unwrap();
    assert_eq!(
        receipt.departures.iter().map(|one| (one.carrier.as_str(), one.at, one.orders)).collect::<Vec<_>>(),
        [("DPD", at(16), 2)]
    );
    let second = h.t.run(&plan(next)).await;
    let rows = h.t.db.waves(&h.t.system(), Some(h.site)).await.unwrap();
    assert_eq!(rows.iter().find(|row| row.wave == second.wave).unwrap().carriers, ["DHL"]);
}

/// SHP-3: a parcel goes with its order's carrier and service; another's is refused, and nothing leaves.
#[tokio::test]
async fn a_parcel_leaves_with_its_orders_carrier() {
    let h = called_at().await;
    let (one, two) = (placed(&h, "W-1", Some("dhl"), "GB").await, placed(&h, "W-2", None, "GB").await);
    let planned = h.wave().await;
    h.t.run(&PickTrips { trips: planned.trips }).await;
    let parcels = h.t.run(&PackOrders { site: h.site, orders: vec![one.row.order, two.row.order] }).await;
    let waiting = h.t.db.waiting_parcels(&h.packer, Some(h.site)).await.unwrap();
    let mut labels: Vec<_> = waiting.iter().map(|row| (row.carrier.as_str(), row.service.as_str())).collect();
    labels.sort_unstable();
    assert_eq!(labels, [("DHL", "DHL standard"), ("Royal Mail", "Royal Mail standard")]);
    let ship = |carrier: &str| ShipParcels { parcels: parcels.clone(), carrier: carrier.into(), service: String::new() };
    assert_eq!(code(&h.t.try_run(&h.packer, &ship("DHL")).await.unwrap_err()), "other_carrier");
    assert_eq!(h.t.count("parcel where shipped_at is not null").await, 0);
    assert_eq!(h.t.run(&ship("")).await, 2);
    assert_eq!(h.t.run(&ship("DPD")).await, 0, "what has left stays as it is");
    assert_eq!(
        h.t.count("parcel p join sales_order o on o.id = p.order_id where p.carrier = o.carrier and p.service = o.service").await,
        2
    );
    h.books_agree().await;
}
