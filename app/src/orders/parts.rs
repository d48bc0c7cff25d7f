//! How an order's stage, hold and money look, wherever they are shown.

use domain::orders::release::Hold;
use domain::orders::stage::{Progress, Stage};
use leptos::prelude::*;

pub use crate::ui::money;
use crate::ui::{Chip, Share, Tone};

pub fn stage_chip(stage: Stage) -> AnyView {
    let tone = match stage {
        Stage::Shipped => Tone::Ok,
        Stage::OnHold | Stage::Backorder => Tone::Warn,
        Stage::Cancelled => Tone::Plain,
        Stage::Waiting | Stage::PartShipped => Tone::Info,
        Stage::Picking | Stage::Packing | Stage::Packed => Tone::Accent,
    };
    view! { <Chip text=stage.words() tone /> }.into_any()
}

pub fn hold_words(hold: Option<Hold>) -> AnyView {
    hold.map(|hold| view! { <span class="small muted">{hold.words()}</span> }).into_any()
}

/// Units by how far they have come, in the order of the work.
pub fn shares(units: &Progress) -> Vec<Share> {
    let share = |name, count: i32, colour| Share::new(name, count.into(), colour);
    vec![
        share("Shipped", units.shipped, "d1"),
        share("In parcels", units.in_parcels, "d7"),
        share("In totes", units.in_totes, "d2"),
        share("In bins", units.in_bins, "d3"),
        share("Reserved", units.reserved, "d5"),
        share("Missing", units.short(), "d4"),
    ]
}
