//! Waves on screen: the board where they are followed, the builder where they are planned, and one wave drawn on its site.

pub mod api;
mod board;
mod builder;
mod carriers;
pub mod carriers_api;
mod carts;
mod figures;
mod form;
pub mod labour_api;
mod leaving;
mod look;
mod map;
mod outlook;
mod part;
mod picture;
mod preview;
mod receipt;
mod release;
mod replay;
mod roster;
mod roster_file;
mod split;
mod tried;
mod whatif;
mod worker;

pub use board::WavesPage;
pub use builder::WaveBuilderPage;
pub use carriers::CarriersPage;
pub use map::WavePage;
pub use roster::RosterPage;

use domain::waves::Status;
use leptos::prelude::*;

use crate::ui::{Chip, Tone};

fn status_chip(status: Status) -> AnyView {
    let tone = match status {
        Status::Planned => Tone::Plain,
        Status::Released => Tone::Info,
        Status::Picking => Tone::Accent,
        Status::Done => Tone::Ok,
        Status::Cancelled => Tone::Stop,
    };
    view! { <Chip text=status.words() tone /> }.into_any()
}
