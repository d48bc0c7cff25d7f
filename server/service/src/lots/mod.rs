//! Lots and serials: what units that come in are said to be, what is known of them when they are given to orders, recalls, what is past
//! its day, and where a lot came from and went. Which marks a SKU needs and which lot is taken first is `domain::lots`' to say; how many stand where is
//! `stock`'s.

mod coming;
mod expire;
mod named;
mod naming;
mod policy;
mod read;
mod recall;
mod returned;
mod sql;
mod sql_recall;
mod sql_trace;
#[cfg(test)]
pub(crate) mod tests;

pub(crate) use coming::{Coming, mark};
pub(crate) use named::{Named, named, require_good_named, require_here, tags};
pub(crate) use policy::{
    Facts, facts, found, good_for, on_sale, pickings, policies, policy_of, require_good, tracking_agreed, which,
};
pub(crate) use returned::{Back, back, came_with};
pub(crate) use sql::{WantedLot, free_serials, min_life, serial_in_bin, wanted_lots};
