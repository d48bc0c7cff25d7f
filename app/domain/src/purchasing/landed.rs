//! What it costs to get goods here, shared out over what came in: to the cent, by value, weight, volume or units. The part of units that
//! are gone already is cost of sales; the rest makes the layers dearer.

use rust_decimal::Decimal;
use serde::{Deserialize, Serialize};

use super::{PurchasingRefusal, is_cost};
use crate::ids::LandedId;
use crate::money::{Money, MoneyError};
use crate::refusal::Refusal;

/// By what a charge is shared out.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Basis {
    Value,
    Weight,
    Volume,
    Quantity,
}

/// What is charged for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ChargeKind {
    Freight,
    Duty,
    Insurance,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Charge {
    pub kind: ChargeKind,
    pub amount: Decimal,
}

impl Basis {
    pub const ALL: [Self; 4] = [Self::Value, Self::Weight, Self::Volume, Self::Quantity];

    pub const fn code(self) -> &'static str {
        match self {
            Self::Value => "value",
            Self::Weight => "weight",
            Self::Volume => "volume",
            Self::Quantity => "quantity",
        }
    }

    pub const fn words(self) -> &'static str {
        match self {
            Self::Value => "Value",
            Self::Weight => "Weight",
            Self::Volume => "Volume",
            Self::Quantity => "Units",
        }
    }

    pub fn parse(code: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|basis| basis.code() == code)
    }
}

impl ChargeKind {
    pub const ALL: [Self; 3] = [Self::Freight, Self::Duty, Self::Insurance];

    pub const fn code(self) -> &'static str {
        match self {
            Self::Freight => "freight",
            Self::Duty => "duty",
            Self::Insurance => "insurance",
        }
    }

    pub const fn words(self) -> &'static str {
        match self {
            Self::Freight => "Freight",
            Self::Duty => "Duty",
            Self::Insurance => "Insurance",
        }
    }
}

/// What came in on one line, as far as sharing needs it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Goods {
    pub sku: String,
    pub quantity: i32,
    pub unit_cost: Decimal,
    /// None: nobody has weighed it.
    pub weight_g: Option<i32>,
    /// None: nobody has measured it.
    pub volume_mm3: Option<i64>,
}

impl Goods {
    /// None: what the basis goes by is not known of it.
    fn weight(&self, basis: Basis) -> Option<Decimal> {
        let units = Decimal::from(self.quantity);
        match basis {
            Basis::Value => Some(self.unit_cost * units),
            Basis::Weight => Some(Decimal::from(self.weight_g?) * units),
            // In cubic decimetres, so that a full truck times a large bill is still a number.
            Basis::Volume => Some(Decimal::new(self.volume_mm3?, 6) * units),
            Basis::Quantity => Some(units),
        }
    }
}

/// Charges for getting a receipt's goods here, shared out over its lines: as proposed, or as somebody changed it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct AllocateLanded {
    pub id: LandedId,
    /// The receipt's number.
    pub receipt: String,
    pub basis: Basis,
    pub charges: Vec<Charge>,
    /// In the order of the receipt's lines; they must be the whole.
    pub shares: Option<Vec<Decimal>>,
    pub reference: String,
}

impl AllocateLanded {
    /// The charges' sum.
    pub fn check(&self) -> Result<Decimal, PurchasingRefusal> {
        use PurchasingRefusal as R;
        if self.reference.chars().count() > 80 {
            return Err(R::NoteTooLong { max: 80 });
        }
        if self.charges.is_empty() {
            return Err(R::NoCharges);
        }
        for (nth, charge) in self.charges.iter().enumerate() {
            let twice = self.charges[..nth].iter().any(|other| other.kind == charge.kind);
            if twice || !is_cost(charge.amount) || charge.amount.is_zero() {
                return Err(R::NoCharges);
            }
        }
        if self.shares.iter().flatten().any(|share| share.normalize().scale() > 4) {
            return Err(R::BadCost);
        }
        Ok(self.charges.iter().map(|charge| charge.amount).sum())
    }
}

/// The charges' sum, shared out: the shares sum to it exactly, largest remainder first. Money is not shared by a guess: what the basis goes
/// by must be known of all of them.
pub fn share_out(total: Money, goods: &[Goods], basis: Basis) -> Result<Vec<Money>, Refusal> {
    let unknown = |goods: &Goods| PurchasingRefusal::Unmeasured { sku: goods.sku.clone(), by: basis.words().to_lowercase() };
    let weight = |goods: &Goods| goods.weight(basis).ok_or_else(|| unknown(goods));
    Ok(total.split(&goods.iter().map(weight).collect::<Result<Vec<_>, _>>()?)?)
}

/// Shares that somebody changed must still be the whole, and none of them less than nothing.
pub fn check_shares(total: Decimal, shares: &[Decimal]) -> Result<(), PurchasingRefusal> {
    let sum: Decimal = shares.iter().sum();
    if shares.iter().any(|share| share.is_sign_negative() && !share.is_zero()) || sum != total {
        return Err(PurchasingRefusal::Unbalanced { shared: sum.normalize(), total: total.normalize() });
    }
    Ok(())
}

/// Of a line's share: (what makes the units that remain dearer, what goes to cost of sales for those that are gone). To the cent.
pub fn parted(share: Money, quantity: i32, remaining: i32) -> Result<(Money, Money), MoneyError> {
    let gone = (quantity - remaining).max(0);
    if remaining <= 0 {
        return Ok((Money::zero(share.currency), share));
    }
    let parts = share.split(&[Decimal::from(remaining), Decimal::from(gone)])?;
    Ok((parts[0], parts[1]))
}

#[cfg(test)]
mod tests {
    use iso_currency::Currency;
    use proptest::prelude::*;

    use super::*;

    fn pounds(cents: i64) -> Money {
        Money::from_minor(cents, Currency::GBP)
    }

    fn goods(quantity: i32, cents: i64, weight_g: i32, volume_mm3: i64) -> Goods {
        let (weight_g, volume_mm3) = (Some(weight_g), Some(volume_mm3));
        Goods { sku: "MUG".into(), quantity, unit_cost: Decimal::new(cents, 2), weight_g, volume_mm3 }
    }

    /// IN-7: by value, weight, volume or quantity, to the cent.
    #[test]
    fn a_charge_is_shared_by_its_basis() {
        let came = [goods(10, 400, 250, 1_000), goods(30, 100, 1_000, 3_000)];
        let by =
            |basis| share_out(pounds(10_000), &came, basis).unwrap().iter().map(|m| m.minor_units().unwrap()).collect::<Vec<_>>();
        assert_eq!(by(Basis::Value), [5_714, 4_286]);
        assert_eq!(by(Basis::Weight), [769, 9_231]);
        assert_eq!(by(Basis::Volume), [1_000, 9_000]);
        assert_eq!(by(Basis::Quantity), [2_500, 7_500]);
        for basis in Basis::ALL {
            assert_eq!(Basis::parse(basis.code()), Some(basis));
            assert_eq!(serde_json::to_value(basis).unwrap(), basis.code());
        }
        for kind in ChargeKind::ALL {
            assert_eq!(serde_json::to_value(kind).unwrap(), kind.code());
        }
    }

    /// IN-7, MDM-1: a cost is not shared by a weight or a size that was guessed.
    #[test]
    fn nothing_is_shared_by_a_guess() {
        let came = [goods(10, 400, 250, 1_000), Goods { weight_g: None, ..goods(30, 100, 1_000, 3_000) }];
        let by = |basis| share_out(pounds(10_000), &came, basis).map(|shares| shares.len());
        assert_eq!(by(Basis::Weight), Err(PurchasingRefusal::Unmeasured { sku: "MUG".into(), by: "weight".into() }.into()));
        assert_eq!((by(Basis::Volume), by(Basis::Value)), (Ok(2), Ok(2)));
    }

    /// IN-7: unbalanced is refused.
    #[test]
    fn shares_that_are_not_the_whole_are_refused() {
        let total = Decimal::from(10);
        assert_eq!(check_shares(total, &[Decimal::from(4), Decimal::from(6)]), Ok(()));
        for shares in [vec![], vec![Decimal::from(4)], vec![Decimal::from(11)], vec![Decimal::from(12), Decimal::from(-2)]] {
            assert!(matches!(check_shares(total, &shares), Err(PurchasingRefusal::Unbalanced { .. })), "{shares:?}");
        }
    }

    /// IN-7: what is sold already bears its part as cost of sales.
    #[test]
    fn the_sold_share_is_cost_of_sales() {
        assert_eq!(parted(pounds(1_000), 10, 10).unwrap(), (pounds(1_000), pounds(0)));
        assert_eq!(parted(pounds(1_000), 10, 0).unwrap(), (pounds(0), pounds(1_000)));
        assert_eq!(parted(pounds(1_000), 3, 1).unwrap(), (pounds(333), pounds(667)));
    }

    proptest! {
        /// IN-7: no cent is lost or made, whatever came in and whatever is gone.
        #[test]
        fn every_cent_of_a_charge_lands_somewhere(
            cents in 0_i64..5_000_000,
            lines in prop::collection::vec((1..500_i32, 0..10_000_i64, 1..5_000_i32, 1..1_000_000_i64, 0..500_i32), 1..20),
        ) {
            for basis in Basis::ALL {
                let came: Vec<_> = lines.iter().map(|(n, c, w, v, _)| goods(*n, *c, *w, *v)).collect();
                let shares = share_out(pounds(cents), &came, basis).unwrap();
                let mut landed = Decimal::ZERO;
                for (share, (quantity, .., left)) in shares.iter().zip(&lines) {
                    let (stock, sold) = parted(*share, *quantity, (*left).min(*quantity)).unwrap();
                    prop_assert!(stock.amount >= Decimal::ZERO && sold.amount >= Decimal::ZERO);
                    prop_assert_eq!(stock.amount + sold.amount, share.amount);
                    landed += stock.amount + sold.amount;
                }
                prop_assert_eq!(landed, pounds(cents).amount);
                prop_assert!(check_shares(pounds(cents).amount, &shares.iter().map(|s| s.amount).collect::<Vec<_>>()).is_ok());
            }
        }
    }
}
