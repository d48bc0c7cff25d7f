//! Returns on screen: the customer's portal, the desk's queue and RMA page, the floor's bench.

pub(crate) mod parts;
pub mod portal;

pub use portal::{PortalLookupPage, PortalOrderPage, PortalReturnPage, PortalReviewPage};
