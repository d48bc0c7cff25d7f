//! Transfers on screen: the list with what is asked for, one transfer, and loading and taking in on the floor.

mod acts;
pub mod api;
mod ask;
mod balancing;
mod buffers;
mod list;
mod sheet;
mod truck;
mod trucks;

pub use list::TransfersPage;
pub use sheet::TransferPage;
pub use truck::TruckPage;
pub use trucks::TrucksPage;

use domain::transfers::Status;
use leptos::prelude::*;

use crate::ui::{Chip, Tone};

fn status_chip(status: Status) -> AnyView {
    let tone = match status {
        Status::Requested => Tone::Warn,
        Status::Approved => Tone::Plain,
        Status::Loading | Status::Arriving => Tone::Accent,
        Status::InTransit => Tone::Info,
        Status::Done => Tone::Ok,
        Status::Cancelled => Tone::Stop,
    };
    view! { <Chip text=status.words() tone /> }.into_any()
}
