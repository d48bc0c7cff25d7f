//! Stock on screen: the inventory, and one SKU's "why can't I sell this?".

pub mod api;
mod inventory;
mod kit;
mod shares;
mod sku;

pub use inventory::InventoryPage;
pub use sku::SkuPage;
