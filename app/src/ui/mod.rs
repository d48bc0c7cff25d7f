//! Parts that know no noun.

mod chip;
mod field;
mod icon;
mod refusal;
pub mod shell;
mod states;
mod table;
mod tile;

pub use chip::{Chip, Tone};
pub use field::{Choice, Field, Send};
pub use icon::Icon;
pub use refusal::{Beside, Refusal, Refused, refused};
pub use states::{Empty, Skeleton, failed, loaded};
pub use table::{Pager, Table};
pub use tile::{Tile, TileFace, spark};
