//! Orders on screen: the list, and one order with everything that happened to it.

mod acts;
pub mod api;
mod list;
mod order;
mod parts;

pub use list::OrdersPage;
pub use order::OrderPage;
pub(crate) use order::why;
