//! Which orders may leave a wave for one of their own. Decides who may not, and says so; planning the new wave is [`crate::waves::plan`].

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};

use super::LabourRefusal;
use crate::ids::{OrderId, WaveId};
use crate::refusal::Refusal;
use crate::waves::WaveRefusal;

/// Orders that may leave at once: their new walks are planned while the wave's pickers wait.
pub const ORDERS_MAX: usize = 500;

/// Put these orders into a wave of their own, off the floor until that is released. What of them is picked already is put back, as
/// when a wave is cancelled.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct PartOrders {
    pub wave: WaveId,
    pub orders: Vec<OrderId>,
}

/// What parting orders off did.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Parted {
    pub wave: WaveId,
    pub number: String,
    pub orders: i32,
    /// To be picked in the new wave.
    pub units: i32,
    /// Units in totes that somebody puts back; then they can be planned again.
    pub to_put_back: i32,
}

/// An order as it rides in a wave.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Riding {
    pub order: OrderId,
    pub number: String,
    /// With whom it leaves; empty = nobody yet.
    pub carrier: String,
    pub due: DateTime<Utc>,
    pub units: i32,
    pub units_picked: i32,
    /// Still to be picked in this wave.
    pub units_open: i32,
    /// A parcel of it stands here.
    pub packed: bool,
}

impl Riding {
    /// Why it stays.
    pub fn check(&self) -> Result<(), LabourRefusal> {
        if self.packed {
            return Err(LabourRefusal::OrderPacked { number: self.number.clone() });
        }
        if self.units_open == 0 {
            return Err(LabourRefusal::OrderPicked { number: self.number.clone() });
        }
        Ok(())
    }
}

impl PartOrders {
    /// Those that leave, of those that ride; refused unless all of them may and somebody with work left stays.
    pub fn leaving<'r>(&self, riding: &'r [Riding]) -> Result<Vec<&'r Riding>, Refusal> {
        if self.orders.is_empty() {
            return Err(LabourRefusal::NoOrderChosen.into());
        }
        if self.orders.len() > ORDERS_MAX {
            let count = |number: usize| i32::try_from(number).unwrap_or(i32::MAX);
            return Err(WaveRefusal::OrdersOutOfRange { given: count(self.orders.len()), max: count(ORDERS_MAX) }.into());
        }
        if self.orders.iter().any(|asked| riding.iter().all(|order| order.order != *asked)) {
            return Err(Refusal::not_found("order in this wave"));
        }
        let (leaving, staying): (Vec<_>, Vec<_>) = riding.iter().partition(|order| self.orders.contains(&order.order));
        for order in &leaving {
            order.check()?;
        }
        if staying.is_empty() { Err(LabourRefusal::NoOrderWouldStay.into()) } else { Ok(leaving) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::refusal::Named;

    fn riding(number: &str, units_picked: i32, units_open: i32) -> Riding {
        Riding {
            order: OrderId::mint(),
            number: number.into(),
            carrier: String::new(),
            due: DateTime::UNIX_EPOCH,
            units: units_picked + units_open,
            units_picked,
            units_open,
            packed: false,
        }
    }

    /// PCK-4: an order with something left to pick may leave, begun or not; each that may not says why.
    #[test]
    fn an_order_leaves_a_wave_while_something_of_it_is_left_to_pick() {
        let (new, begun, done) = (riding("SO-1", 0, 2), riding("SO-2", 1, 1), riding("SO-3", 2, 0));
        let boxed = Riding { packed: true, ..riding("SO-4", 1, 1) };
        let all = [new.clone(), begun.clone(), done.clone(), boxed.clone()];
        let ask = |orders: &[&Riding]| PartOrders { wave: WaveId::NIL, orders: orders.iter().map(|order| order.order).collect() };
        let found = ask(&[&begun, &new]).leaving(&all).unwrap();
        assert_eq!(found, [&new, &begun]);
        let refused = |orders: &[&Riding], of: &[Riding]| ask(orders).leaving(of).unwrap_err().code();
        assert_eq!(refused(&[], &all), "no_order_chosen");
        assert_eq!(refused(&[&riding("SO-9", 0, 1)], &all), "not_found");
        assert_eq!(refused(&[&new, &done], &all), "order_picked");
        assert_eq!(refused(&[&boxed], &all), "order_packed");
        assert_eq!(refused(&[&new, &begun], &all[..2]), "no_order_would_stay");
        let many = PartOrders { wave: WaveId::NIL, orders: vec![new.order; ORDERS_MAX + 1] };
        assert_eq!(many.leaving(&all).unwrap_err().code(), "orders_out_of_range");
    }
}
