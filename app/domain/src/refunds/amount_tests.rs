use proptest::prelude::*;

use super::*;

fn gbp(pence: i64) -> Money {
    Money::from_minor(pence, Currency::GBP)
}

fn sold(quantity: i32, gross: i64, tax: i64) -> SoldLine {
    SoldLine {
        line: OrderLineId::NIL,
        quantity,
        gross: gbp(gross),
        tax: gbp(tax),
        refunded_units: 0,
        refunded_amount: gbp(0),
        refunded_tax: gbp(0),
    }
}

fn units(quantity: i32, fee_percent: i64) -> Units {
    Units { line: OrderLineId::NIL, inspection: InspectionId::NIL, quantity, fee_percent: fee_percent.into() }
}

fn amounts(parts: &[Part]) -> Vec<(Money, Money, Money)> {
    parts.iter().map(|part| (part.amount, part.tax, part.fee)).collect()
}

/// RET-7: the shares of three units of ten pounds sum to ten pounds: the odd penny is not lost and not given twice.
#[test]
fn the_units_of_a_line_sum_to_the_line() {
    let mut lines = [sold(3, 1000, 167)];
    let parts = compute(&mut lines, &[units(1, 0), units(1, 0), units(1, 0)], gbp(1000), gbp(0)).unwrap();
    let expected = [(gbp(333), gbp(56), gbp(0)), (gbp(334), gbp(55), gbp(0)), (gbp(333), gbp(56), gbp(0))];
    assert_eq!(amounts(&parts), expected);
}

/// RET-7: fees are kept back: the condition by percent, the postage once, never more than the part.
#[test]
fn fees_are_kept_back_once() {
    let mut lines = [sold(2, 1000, 0)];
    let parts = compute(&mut lines, &[units(1, 20), units(1, 0)], gbp(1000), gbp(295)).unwrap();
    assert_eq!(amounts(&parts), [(gbp(500), gbp(0), gbp(395)), (gbp(500), gbp(0), gbp(0))]);
    let mut cheap = [sold(2, 400, 0)];
    let parts = compute(&mut cheap, &[units(1, 50), units(1, 0)], gbp(400), gbp(295)).unwrap();
    assert_eq!(amounts(&parts), [(gbp(200), gbp(0), gbp(200)), (gbp(200), gbp(0), gbp(195))]);
}

/// RET-7: an order paid in part gives back no more than was paid, and the tax in proportion.
#[test]
fn never_above_what_was_captured() {
    let mut lines = [sold(1, 1200, 200)];
    let parts = compute(&mut lines, &[units(1, 0)], gbp(600), gbp(0)).unwrap();
    assert_eq!(amounts(&parts), [(gbp(600), gbp(100), gbp(0))]);
    let parts = compute(&mut [sold(1, 1200, 200)], &[units(1, 0)], gbp(-5), gbp(0)).unwrap();
    assert_eq!(amounts(&parts), [(gbp(0), gbp(0), gbp(0))]);
}

/// RET-7: what was captured in parts of a penny goes back in whole ones, never above it.
#[test]
fn parts_of_a_penny_do_not_go_back() {
    let fine = |text: &str| Money { amount: text.parse().unwrap(), ..gbp(0) };
    let mut lines = [SoldLine { gross: fine("9.9999"), ..sold(3, 0, 0) }];
    let parts = compute(&mut lines, &[units(2, 0), units(1, 0)], fine("9.9999"), gbp(0)).unwrap();
    assert_eq!(amounts(&parts), [(gbp(667), gbp(0), gbp(0)), (gbp(332), gbp(0), gbp(0))]);
}

/// RET-7: more units than the line has are refused, with what remains.
#[test]
fn never_more_units_than_the_line() {
    let refused = compute(&mut [sold(2, 1000, 0)], &[units(1, 0), units(2, 0)], gbp(1000), gbp(0));
    assert_eq!(refused, Err(RefundRefusal::UnitsExceed { requested: 2, remaining: 1 }.into()));
    let stranger = Units { line: OrderLineId::mint(), ..units(1, 0) };
    assert_eq!(compute(&mut [sold(2, 1000, 0)], &[stranger], gbp(1000), gbp(0)), Err(Refusal::not_found("order line")));
}

/// RET-7: a declined refund leaves the count right: what follows gives the line's share for all its live units.
#[test]
fn a_declined_refund_does_not_shift_a_penny() {
    let mut line = sold(3, 100, 0);
    (line.refunded_units, line.refunded_amount) = (1, gbp(34)); // the second unit's share; the first one's was declined
    let (amount, _) = line.next(1).unwrap();
    assert_eq!(amount, gbp(33));
    let (amount, _) = line.next(2).unwrap();
    assert_eq!(amount, gbp(66));
}

#[test]
fn totals_split_into_what_the_books_need() {
    let mut lines = [sold(2, 1200, 200)];
    let parts = compute(&mut lines, &[units(2, 10)], gbp(1200), gbp(0)).unwrap();
    let totals = totals(&parts, Currency::GBP).unwrap();
    assert_eq!(totals, Totals { payable: gbp(1080), net: gbp(1000), tax: gbp(200), fees: gbp(120) });
}

proptest! {
    /// RET-7: however a line comes back, the parts sum to the line, and fees never exceed their part.
    #[test]
    fn parts_sum_to_the_whole(
        gross in 0_i64..1_000_000, tax_percent in 0_i64..30, portions in prop::collection::vec((1_i32..20, 0_i64..=100), 1..8), postage in 0_i64..1000,
    ) {
        let quantity: i32 = portions.iter().map(|(quantity, _)| quantity).sum();
        let tax = gross * tax_percent / (100 + tax_percent);
        let asked: Vec<Units> = portions.into_iter().map(|(quantity, fee)| units(quantity, fee)).collect();
        let parts = compute(&mut [sold(quantity, gross, tax)], &asked, gbp(gross), gbp(postage)).unwrap();
        let totals = totals(&parts, Currency::GBP).unwrap();
        prop_assert_eq!(totals.net.plus(totals.tax).unwrap(), gbp(gross));
        prop_assert_eq!(totals.tax, gbp(tax));
        prop_assert_eq!(totals.payable.plus(totals.fees).unwrap(), gbp(gross));
        for part in parts {
            prop_assert!(part.fee.amount >= Decimal::ZERO && part.fee.amount <= part.amount.amount);
            prop_assert!(part.tax.amount >= Decimal::ZERO && part.tax.amount <= part.amount.amount);
        }
    }

    /// RET-7: with refunds declined at random between, live refunds never exceed the line or what was captured.
    #[test]
    fn live_refunds_never_exceed_what_was_paid(
        gross in 1_i64..100_000, quantity in 1_i32..12, paid_percent in 0_i64..=100, fates in prop::collection::vec((1_i32..4, any::<bool>()), 1..20),
    ) {
        let paid = gross * paid_percent / 100;
        let mut live: Vec<(i32, Money, Money)> = Vec::new();
        for (wanted, declined) in fates {
            let sum = |of: fn(&(i32, Money, Money)) -> Money| live.iter().fold(gbp(0), |sum, refund| sum.plus(of(refund)).unwrap());
            let mut line = sold(quantity, gross, gross / 6);
            line.refunded_units = live.iter().map(|refund| refund.0).sum();
            (line.refunded_amount, line.refunded_tax) = (sum(|refund| refund.1), sum(|refund| refund.2));
            let left = gbp(paid).minus(line.refunded_amount).unwrap();
            if let Ok(parts) = compute(&mut [line], &[units(wanted, 0)], left, gbp(0)) {
                live.push((wanted, parts[0].amount, parts[0].tax));
            }
            let total = live.iter().fold(gbp(0), |sum, refund| sum.plus(refund.1).unwrap());
            prop_assert!(total.amount <= gbp(paid.min(gross)).amount);
            if declined && !live.is_empty() {
                live.remove(0);
            }
        }
    }
}
