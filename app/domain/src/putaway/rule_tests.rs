//! Which bin is proposed, and why not another.

use std::collections::BTreeSet;

use proptest::prelude::*;

use super::*;
use crate::ids::{LotId, OwnerId};
use crate::sites::places::{BinKind, Hazard, Keeping, Mixing, StorageClass};

fn item(quantity: i32) -> Item {
    Item {
        sku: SkuId(uuid::Uuid::from_u128(1)),
        owner: OwnerId::NIL,
        lot: LotId::NIL,
        quantity,
        volume_ml: 400,
        weight_g: 250,
        class: StorageClass::Ambient,
        hazard: Hazard::None,
    }
}

fn load(quantity: i32, pace: Pace) -> Load {
    Load { items: vec![item(quantity)], state: State::Sellable, pace }
}

fn bin(code: &str, kind: BinKind, metres: i32) -> Candidate {
    Candidate {
        bin: BinId::mint(),
        code: code.into(),
        kind,
        keeping: Keeping { volume_ml: Some(4_000), weight_g: Some(5_000), ..Keeping::default() },
        locked: false,
        known: true,
        distance_mm: Some(metres * 1_000),
        used_volume_ml: 0,
        used_weight_g: 0,
        inside: BTreeSet::default(),
        kept_for: None,
        owners: BTreeSet::default(),
    }
}

fn chosen(load: &Load, bins: &[Candidate]) -> Option<(String, i32)> {
    propose(load, bins).chosen.map(|(at, units)| (bins[at].code.clone(), units))
}

/// MDM-1: a bin of which too little is known is never proposed, and says so; by hand it still takes goods.
#[test]
fn what_is_not_known_is_not_proposed() {
    let goods = load(10, Pace::Fast);
    let (near, far) = (Candidate { known: false, ..bin("A", BinKind::Pick, 1) }, bin("B", BinKind::Pick, 9));
    assert_eq!(fits(&near, &goods), Ok(10));
    let proposed = propose(&goods, &[near.clone(), far]);
    assert_eq!((proposed.chosen, proposed.passed_over.as_slice()), (Some((1, 10)), [(0, Why::NotKnown)].as_slice()));
    assert_eq!(propose(&goods, &[near]).chosen, None);
}

/// IN-4: a bin takes goods only when capacity, mixing, class, hazard and kind all allow, and each no has its own name.
#[test]
fn each_reason_a_bin_does_not_take_goods_has_its_own_name() {
    let goods = load(10, Pace::Fast);
    let why = |change: &dyn Fn(&mut Candidate)| {
        let mut bin = bin("A", BinKind::Pick, 1);
        change(&mut bin);
        fits(&bin, &goods)
    };
    assert_eq!(why(&|_| ()), Ok(10), "exactly full is not too full");
    assert_eq!(why(&|b| b.locked = true), Err(Why::Locked));
    assert_eq!(why(&|b| b.kind = BinKind::Stage), Err(Why::Kind));
    assert_eq!(why(&|b| b.kind = BinKind::Quarantine), Err(Why::Kind));
    assert_eq!(why(&|b| b.keeping.class = StorageClass::Chilled), Err(Why::Class));
    assert_eq!(why(&|b| b.keeping.hazard = Hazard::Flammable), Err(Why::Hazard));
    let (client, mug) = (OwnerId::mint(), goods.items[0].sku);
    assert_eq!(why(&|b| b.kept_for = Some(client)), Err(Why::Owner));
    assert_eq!(why(&|b| b.owners = BTreeSet::from([(mug, client)])), Err(Why::Owner), "the same of a client stands there");
    assert_eq!(why(&|b| b.owners = BTreeSet::from([(mug, OwnerId::NIL), (SkuId::mint(), client)])), Ok(10));
    assert_eq!(why(&|b| b.used_volume_ml = 4_000), Err(Why::Volume));
    assert_eq!(why(&|b| b.used_volume_ml = 9_000), Err(Why::Volume), "over-full already");
    assert_eq!(why(&|b| b.used_volume_ml = 400), Ok(9));
    assert_eq!(why(&|b| b.used_weight_g = 4_900), Err(Why::Weight));
    assert_eq!(why(&|b| b.used_weight_g = 4_500), Ok(2));
    let other = (SkuId(uuid::Uuid::from_u128(2)), LotId::NIL);
    let lot = (item(1).sku, LotId(uuid::Uuid::from_u128(9)));
    assert_eq!(why(&|b| _ = b.inside.insert(other)), Ok(10));
    let mixing = |mixing, inside| why(&move |b: &mut Candidate| (b.keeping.mixing, b.inside) = (mixing, [inside].into()));
    assert_eq!(mixing(Mixing::OneSku, other), Err(Why::Mixing));
    assert_eq!(mixing(Mixing::OneSku, lot), Ok(10), "another lot of the same item");
    assert_eq!(mixing(Mixing::OneLot, lot), Err(Why::Mixing));
    let words: std::collections::HashSet<_> = Why::ALL.iter().map(|why| why.words()).collect();
    assert_eq!(words.len(), Why::ALL.len());
}

/// IN-4: fast movers stand near the depot, slow ones far from it, the others between.
#[test]
fn pace_says_how_far_from_the_depot() {
    let bins = [bin("FAR", BinKind::Pick, 90), bin("NEAR", BinKind::Pick, 5), bin("MID", BinKind::Pick, 40), {
        let mut off = bin("OFF", BinKind::Pick, 0);
        off.distance_mm = None;
        off
    }];
    let code = |pace| chosen(&load(1, pace), &bins).unwrap().0;
    assert_eq!((code(Pace::Fast), code(Pace::Middling), code(Pace::Slow)), ("NEAR".into(), "MID".into(), "FAR".into()));
    assert_eq!((Pace::of(28), Pace::of(27), Pace::of(4), Pace::of(3)), (Pace::Fast, Pace::Middling, Pace::Middling, Pace::Slow));
}

/// IN-4: forward pick first where the item is picked from, then reserve; a pick bin of others only when nothing else takes it.
#[test]
fn the_pick_bin_of_an_item_comes_before_reserve_and_reserve_before_other_pick_bins() {
    let mut home = bin("HOME", BinKind::Pick, 50);
    home.inside.insert((item(1).sku, LotId::NIL));
    let bins = [bin("OTHER", BinKind::Pick, 1), bin("RES", BinKind::Reserve, 2), home.clone()];
    assert_eq!(chosen(&load(10, Pace::Fast), &bins), Some(("HOME".into(), 10)));
    home.used_volume_ml = 4_000;
    let bins = [bin("OTHER", BinKind::Pick, 1), bin("RES", BinKind::Reserve, 2), home.clone()];
    assert_eq!(chosen(&load(10, Pace::Fast), &bins), Some(("RES".into(), 10)), "it has a pick bin: the rest is reserve");
    let bins = [bin("OTHER", BinKind::Pick, 1), home];
    assert_eq!(chosen(&load(10, Pace::Fast), &bins), Some(("OTHER".into(), 10)));
    let bins = [bin("RES", BinKind::Reserve, 1), bin("NEW", BinKind::Pick, 2)];
    assert_eq!(chosen(&load(10, Pace::Fast), &bins), Some(("NEW".into(), 10)), "without a pick bin it gets one");
}

/// IN-4: when no bin takes all, the one that takes the most is proposed for so many; when none takes any, none is.
#[test]
fn a_part_is_proposed_when_none_takes_all_and_nothing_when_none_takes_any() {
    let mut small = bin("SMALL", BinKind::Pick, 1);
    small.used_volume_ml = 3_200;
    let large = bin("LARGE", BinKind::Pick, 9);
    let proposed = propose(&load(30, Pace::Fast), &[small.clone(), large.clone()]);
    assert_eq!(proposed.chosen, Some((1, 10)));
    assert_eq!(proposed.passed_over, [(0, Why::Volume)]);
    small.used_volume_ml = 4_000;
    let mut cold = large;
    cold.keeping.class = StorageClass::Frozen;
    let proposed = propose(&load(30, Pace::Fast), &[small, cold]);
    assert_eq!(proposed.chosen, None);
    assert_eq!(proposed.reasons(), [(Why::Class, 1), (Why::Volume, 1)]);
    assert_eq!(propose(&load(1, Pace::Fast), &[]).chosen, None);
}

/// IN-4: a handling unit of several items goes in whole or not at all; goods in doubt go to quarantine.
#[test]
fn a_mixed_unit_goes_in_whole_and_goods_in_doubt_to_quarantine() {
    let mut pair = load(5, Pace::Slow);
    pair.items.push(Item { sku: SkuId(uuid::Uuid::from_u128(2)), volume_ml: 500, ..item(4) });
    let mut narrow = bin("NARROW", BinKind::Reserve, 9);
    narrow.keeping.volume_ml = Some(3_999);
    assert_eq!(fits(&narrow, &pair), Err(Why::Volume));
    assert_eq!(fits(&bin("R", BinKind::Reserve, 9), &pair), Ok(9));
    let doubt = Load { state: State::Quarantined, ..load(1, Pace::Slow) };
    let bins = [bin("A", BinKind::Pick, 1), bin("Q", BinKind::Quarantine, 2)];
    assert_eq!(chosen(&doubt, &bins), Some(("Q".into(), 1)));
}

/// IN-4: what stands in a handling unit goes in whole, whatever states it is in; docks and stages take all that has room there.
#[test]
fn a_handling_unit_fits_whole_or_not() {
    let goods = |state| [(State::Sellable, item(4)), (state, Item { sku: SkuId(uuid::Uuid::from_u128(2)), ..item(4) })];
    let reserve = bin("R", BinKind::Reserve, 9);
    assert_eq!(fits_whole(&reserve, &goods(State::Held)), Ok(()));
    assert_eq!(fits_whole(&reserve, &goods(State::Quarantined)), Err(Why::Kind));
    let with = |change: &dyn Fn(&mut Candidate)| {
        let mut bin = bin("R", BinKind::Reserve, 9);
        change(&mut bin);
        fits_whole(&bin, &goods(State::Sellable))
    };
    assert_eq!(with(&|b| b.locked = true), Err(Why::Locked));
    assert_eq!(with(&|b| b.used_volume_ml = 801), Err(Why::Volume));
    assert_eq!(with(&|b| b.used_weight_g = 3_001), Err(Why::Weight));
    assert_eq!(with(&|b| b.keeping.mixing = Mixing::OneSku), Err(Why::Mixing));
    assert_eq!(with(&|b| b.keeping.class = StorageClass::Frozen), Err(Why::Class));
    assert_eq!(with(&|b| (b.kind, b.keeping.class) = (BinKind::Dock, StorageClass::Frozen)), Ok(()));
    assert_eq!(with(&|b| (b.kind, b.used_volume_ml) = (BinKind::Dock, 801)), Err(Why::Volume));
    assert_eq!(with(&|b| b.kind = BinKind::Pack), Err(Why::Kind));
    assert_eq!(fits_whole(&bin("S", BinKind::Stage, 1), &goods(State::Returned)), Ok(()));
    // One item of which a part would fit stays whole, too.
    let mut narrow = bin("N", BinKind::Reserve, 9);
    narrow.used_volume_ml = 3_600;
    assert_eq!(fits_whole(&narrow, &[(State::Sellable, item(4))]), Err(Why::Volume));
}

proptest! {
    /// IN-4: whatever is proposed takes what is proposed for it, and every bin is chosen or has its reason.
    #[test]
    fn what_is_proposed_fits_and_every_other_bin_has_a_reason(
        bins in prop::collection::vec((0..2usize, 0..3_000i32, 0i64..6_000, 0i64..6_000, any::<bool>()), 0..12),
        quantity in 1..40i32, pace in 0i64..40,
    ) {
        let bins: Vec<Candidate> = bins.into_iter().enumerate().map(|(n, (kind, metres, volume, weight, locked))| {
            let mut bin = bin(&format!("B{n}"), [BinKind::Pick, BinKind::Reserve][kind], metres);
            (bin.used_volume_ml, bin.used_weight_g, bin.locked) = (volume, weight, locked);
            bin
        }).collect();
        let goods = load(quantity, Pace::of(pace));
        let proposed = propose(&goods, &bins);
        match proposed.chosen {
            Some((at, units)) => {
                prop_assert_eq!(fits(&bins[at], &goods), Ok(units));
                prop_assert!(proposed.passed_over.iter().all(|(other, _)| *other != at));
                // A part is proposed only when all were looked at.
                prop_assert!(units == quantity || proposed.passed_over.len() + 1 == bins.len());
            }
            None => prop_assert!(bins.iter().all(|bin| fits(bin, &goods).is_err()) && proposed.passed_over.len() == bins.len()),
        }
    }
}
