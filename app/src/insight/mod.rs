//! Live figures on screen: the dashboard, the wallboard, and the rows behind each number.

pub mod api;
mod drill;
mod feed;
mod live;
mod wall;

pub use drill::DrillPage;
pub use live::LivePage;
pub use wall::WallPage;
