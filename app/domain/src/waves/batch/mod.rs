//! Which orders share a cart, so that all carts together walk least: filled jointly with the exact walk of each cart.
//!
//! [`wave`] says what may be asked for and cuts orders into what rides together; [`planner`] plans it and keeps the [`receipt`];
//! [`method`] compares ways of picking. Beneath, [`engine`] knows lengths and loads only: [`savings`] to begin with, [`search`] to
//! improve, [`prices`], [`enumerate`] and [`partition`] to combine and to prove, [`bound`] when there is no time to prove. Lengths
//! come from [`walks`], on sites of one to three blocks from [`shelves`]. The order of visits is [`super::route`]'s.

pub mod bound;
pub mod budget;
pub mod due;
pub mod engine;
pub mod enumerate;
pub mod fill;
pub mod load;
pub mod method;
pub mod partition;
pub mod planner;
pub mod pool;
pub mod prices;
pub mod rates;
pub mod receipt;
pub mod savings;
pub mod search;
pub mod shelves;
pub mod walks;
pub mod wave;
