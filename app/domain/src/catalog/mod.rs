//! What is sold: SKUs, barcodes, packs.

mod refusal;

pub use refusal::CatalogRefusal;
