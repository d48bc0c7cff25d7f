//! Purchasing on screen: orders to suppliers and their editor, suppliers with what they ask, and the dock where goods come in.

mod acts;
mod announce;
mod apart;
pub mod api;
mod bills;
mod board;
mod booking;
mod editor;
mod hand;
mod landed;
mod list;
mod order;
pub(crate) mod parts;
mod receive;
mod reorder;
mod supplier_card;
mod suppliers;

pub use board::InboundPage;
pub use list::PurchasesPage;
pub use order::{NewPurchasePage, PurchasePage};
pub use receive::ReceivePage;
pub use reorder::ReorderPage;
pub use suppliers::SuppliersPage;
