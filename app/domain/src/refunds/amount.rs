//! How much money goes back for units of a line: its share of what the line cost, tax and discount within, less fees.
//!
//! Cumulative: what all live refunds of a line give back is the line's share for all their units, so the last unit takes the odd
//! penny and the parts always sum to the whole. Never above the line, never above what was captured on the order.

use iso_currency::Currency;
use rust_decimal::Decimal;
use serde::{Deserialize, Serialize};

use super::RefundRefusal;
use crate::ids::{InspectionId, OrderLineId};
use crate::money::{Money, MoneyError};
use crate::refusal::Refusal;

/// An order line as it was sold, and what live refunds (all but declined ones) already give back of it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct SoldLine {
    pub line: OrderLineId,
    pub quantity: i32,
    /// Unit price × quantity − discount, tax included.
    pub gross: Money,
    pub tax: Money,
    pub refunded_units: i32,
    pub refunded_amount: Money,
    pub refunded_tax: Money,
}

/// Units of one line to give money back for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Units {
    pub line: OrderLineId,
    pub inspection: InspectionId,
    pub quantity: i32,
    /// Percent of the price kept back for the condition.
    pub fee_percent: Decimal,
}

/// One line of a refund: `tax` is within `amount`, `fee` is subtracted from it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Part {
    pub line: OrderLineId,
    pub inspection: InspectionId,
    pub quantity: i32,
    pub amount: Money,
    pub tax: Money,
    pub fee: Money,
}

/// What all parts come to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Totals {
    /// Paid out: gross less fees.
    pub payable: Money,
    pub net: Money,
    pub tax: Money,
    pub fees: Money,
}

impl SoldLine {
    /// What the next `units` give back before fees, and the tax in it.
    pub fn next(&self, units: i32) -> Result<(Money, Money), MoneyError> {
        let until = self.refunded_units + units;
        let amount = positive(self.gross.share(self.quantity, 0, until)?.minus(self.refunded_amount)?);
        let tax = positive(self.tax.share(self.quantity, 0, until)?.minus(self.refunded_tax)?);
        Ok((amount, smaller(tax, amount)))
    }

    fn take(&mut self, units: i32, amount: Money, tax: Money) -> Result<(), MoneyError> {
        self.refunded_units += units;
        self.refunded_amount = self.refunded_amount.plus(amount)?;
        self.refunded_tax = self.refunded_tax.plus(tax)?;
        Ok(())
    }
}

/// The parts of a refund, in the order asked. `left` is what was captured on the order less what live refunds give back;
/// `postage` is kept back once, from the first parts that can bear it.
pub fn compute(lines: &mut [SoldLine], asked: &[Units], left: Money, postage: Money) -> Result<Vec<Part>, Refusal> {
    let (mut left, mut postage) = (left, postage);
    let mut parts = Vec::with_capacity(asked.len());
    for units in asked {
        let line = lines.iter_mut().find(|line| line.line == units.line).ok_or_else(|| Refusal::not_found("order line"))?;
        let remaining = line.quantity - line.refunded_units;
        if units.quantity > remaining {
            return Err(RefundRefusal::UnitsExceed { requested: units.quantity, remaining }.into());
        }
        let (amount, tax) = line.next(units.quantity)?;
        // What was not paid for does not come back: a part beyond it is cut, its tax with it.
        let capped = smaller(amount, positive(left).payable());
        let tax = if capped == amount { tax } else { scaled(tax, capped, amount) };
        line.take(units.quantity, capped, tax)?;
        let condition = Money { amount: capped.amount * units.fee_percent / Decimal::ONE_HUNDRED, ..capped }.rounded();
        let kept = smaller(postage, capped.minus(condition)?);
        postage = postage.minus(kept)?;
        left = left.minus(capped)?;
        let fee = condition.plus(kept)?;
        parts.push(Part { line: units.line, inspection: units.inspection, quantity: units.quantity, amount: capped, tax, fee });
    }
    Ok(parts)
}

/// What the parts come to.
pub fn totals(parts: &[Part], currency: Currency) -> Result<Totals, MoneyError> {
    let zero = Money::zero(currency);
    let sum = |of: fn(&Part) -> Money| parts.iter().try_fold(zero, |sum, part| sum.plus(of(part)));
    let (gross, tax, fees) = (sum(|part| part.amount)?, sum(|part| part.tax)?, sum(|part| part.fee)?);
    Ok(Totals { payable: gross.minus(fees)?, net: gross.minus(tax)?, tax, fees })
}

fn positive(money: Money) -> Money {
    if money.is_positive() { money } else { Money::zero(money.currency) }
}

fn smaller(one: Money, other: Money) -> Money {
    if one.amount <= other.amount { one } else { other }
}

/// `part` × `to` ÷ `of`, rounded; nothing of nothing is nothing.
fn scaled(part: Money, to: Money, of: Money) -> Money {
    if of.is_positive() { Money { amount: part.amount * to.amount / of.amount, ..part }.rounded() } else { positive(of) }
}

#[cfg(test)]
#[path = "amount_tests.rs"]
mod tests;
