//! Master data on screen: how much is known of SKUs, bins and carriers; a SKU's card; edits that wait for their owner; files.

pub mod api;
mod board;
mod card;
mod changes;
mod rules;
mod typed;

pub use board::DataPage;
pub use card::CardPage;
pub use changes::ChangesPage;
