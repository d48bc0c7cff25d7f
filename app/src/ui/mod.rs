//! Parts that know no noun.

mod ask;
mod band;
mod bar;
mod chip;
mod device;
mod field;
mod icon;
mod money;
mod refusal;
mod scan;
pub mod shell;
mod sound;
mod states;
mod table;
mod tile;
mod timeline;
mod toast;
mod when;

pub use ask::{Confirm, Stepper, beyond, focus};
pub use band::{Band, Heard};
pub use bar::{COLOURS, Meter, Share, ShareBar, ShareStrip, grouped};
pub use chip::{Chip, Tone};
pub use device::{remember, remembered};
pub use field::{Choice, Field, Find, Send};
pub use icon::Icon;
pub use money::{amount, money};
pub use refusal::{Beside, LastRefused, Refusal, Refused, refused};
pub use scan::{ManualCode, Scans, answer_scan, on_label, on_scan, scans};
pub use sound::{Sound, SoundSwitch, play};
pub use states::{Empty, Skeleton, failed, failed_page, loaded, loaded_page, shown};
pub use table::{Pager, Rows, Table, heads, link};
pub use tile::{Tile, TileFace, spark};
pub use timeline::{StepState, Timeline, TimelineStep};
pub use toast::{ToastShelf, Toasts};
pub use when::{When, Zone, age, when};
