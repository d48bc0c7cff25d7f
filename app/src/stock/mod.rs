//! Stock on screen: the inventory, the explorer, and one SKU's "why can't I sell this?".

mod address;
pub mod api;
mod chart;
mod explore;
pub mod explore_api;
mod holds;
mod inventory;
mod kit;
mod moves;
mod shares;
mod sku;
mod why;

pub use explore::StockPage;
pub use inventory::InventoryPage;
pub use moves::MovementsPage;
pub use sku::SkuPage;

/// `return_receipt` → `Return receipt`.
fn words_of(reason: &str) -> String {
    let words = reason.replace('_', " ");
    let mut chars = words.chars();
    chars.next().map(|first| first.to_uppercase().chain(chars).collect()).unwrap_or_default()
}
