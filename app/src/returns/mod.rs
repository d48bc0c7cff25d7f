//! Returns on screen: the customer's portal, the desk's queue and RMA page, the floor's bench.

pub mod api;
mod bench;
mod grade;
mod hand;
pub(crate) mod parts;
pub mod portal;
mod queue;
mod sheet;

pub use bench::ReturnsBenchPage;
pub use portal::{PortalLookupPage, PortalOrderPage, PortalReturnPage, PortalReviewPage};
pub use queue::ReturnsPage;
pub use sheet::ReturnPage;
