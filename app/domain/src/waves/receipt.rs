//! What a plan says for itself: which orders were considered, which were left out and why, what is saved, what is at risk. The same
//! before a wave is planned (the preview) and after (kept with the decision). Decides nothing.

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};

use super::ask::Cart;
use super::{Method, Rounds};
use crate::carriers::departure::Departure;

/// Rows of a kind that are kept in full; beyond, they are counted.
pub const ROWS_MAX: usize = 500;

/// An order that is not in the plan, and why.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct LeftOut {
    pub order: String,
    pub why: Why,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Why {
    OrderTooLarge {
        measure: String,
        needs: i64,
        room: i64,
    },
    /// Its promise had passed, and only orders in time were asked for.
    CutoffPassed,
    CancelledWhilePlanning,
    TakenByAnotherPlanner,
    /// Its goods moved, or were picked, shorted or promised anew.
    ChangedWhilePlanning,
    /// It was named, and has nothing in bins here that is not on a list.
    NothingToPick,
    /// Too little is known of one of its SKUs.
    NotKnown {
        sku: String,
    },
}

impl Why {
    pub const fn code(&self) -> &'static str {
        match self {
            Self::OrderTooLarge { .. } => "order_too_large",
            Self::CutoffPassed => "cutoff_passed",
            Self::CancelledWhilePlanning => "cancelled_while_planning",
            Self::TakenByAnotherPlanner => "taken_by_another_planner",
            Self::ChangedWhilePlanning => "changed_while_planning",
            Self::NothingToPick => "nothing_to_pick",
            Self::NotKnown { .. } => "not_known",
        }
    }

    pub fn words(&self) -> String {
        match self {
            Self::OrderTooLarge { measure, needs, room } => {
                format!("larger than any cart: takes {needs} in {measure}, a cart has room for {room}")
            }
            Self::CutoffPassed => "its promise has passed".to_owned(),
            Self::CancelledWhilePlanning => "cancelled while the wave was planned".to_owned(),
            Self::TakenByAnotherPlanner => "another planner took it meanwhile".to_owned(),
            Self::ChangedWhilePlanning => "its goods changed while the wave was planned".to_owned(),
            Self::NothingToPick => "nothing of it lies in bins here for a new wave".to_owned(),
            Self::NotKnown { sku } => format!("too little is known: {sku}"),
        }
    }
}

/// An order that comes back later than it was promised.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct AtRisk {
    pub order: String,
    pub due: DateTime<Utc>,
    pub back: DateTime<Utc>,
}

/// What a plan leaves behind.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct WaveReceipt {
    pub rule: String,
    pub method: Method,
    pub cart: Cart,
    pub pickers: i32,
    #[serde(default)]
    pub rounds: Rounds,
    pub considered: i32,
    pub orders: i32,
    pub units: i32,
    pub carts: i32,
    pub metres: i32,
    pub minutes: i32,
    /// The same orders as they came, on the same carts, each walked by S-shape.
    pub metres_fifo: i32,
    pub minutes_fifo: i32,
    /// No plan by this method is shorter.
    pub metres_bound: i32,
    /// Where the minutes come from: "standard", or the site's own picks.
    pub rates: String,
    /// The last cart is back.
    pub back: DateTime<Utc>,
    pub left_out: Vec<LeftOut>,
    /// Codes of bins that no layout knows: picked last.
    pub unmapped: Vec<String>,
    /// Promised for later than now, and back later than that.
    pub at_risk: Vec<AtRisk>,
    /// With whom its orders leave, and when the first of them does.
    #[serde(default)]
    pub departures: Vec<Departure>,
    /// Orders whose promise had passed before; they go out first.
    pub overdue: i32,
    /// Rows of the three lists that were not kept.
    pub more: i32,
}

impl WaveReceipt {
    /// Keeps so many rows of each list, and counts the others.
    #[must_use]
    pub fn capped(mut self) -> Self {
        let over = [self.left_out.len(), self.unmapped.len(), self.at_risk.len()];
        let more: usize = over.iter().map(|rows| rows.saturating_sub(ROWS_MAX)).sum();
        self.left_out.truncate(ROWS_MAX);
        self.unmapped.truncate(ROWS_MAX);
        self.at_risk.truncate(ROWS_MAX);
        self.more = i32::try_from(more).unwrap_or(i32::MAX);
        self
    }

    pub const fn metres_saved(&self) -> i32 {
        self.metres_fifo - self.metres
    }

    /// In per cent of what as-they-came would walk.
    pub const fn saved_percent(&self) -> i32 {
        if self.metres_fifo <= 0 { 0 } else { self.metres_saved() * 100 / self.metres_fifo }
    }
}

/// One cart of a plan, and how full it is.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct CartLine {
    pub no: i32,
    pub orders: i32,
    pub units: i32,
    pub stops: i32,
    pub metres: i32,
    pub minutes: i32,
    pub slots: i32,
    pub volume_ml: i64,
    pub weight_g: i64,
    /// The zone it stays in, where orders are split by zone.
    pub zone: Option<String>,
    /// The depot where it is handed in.
    pub end: String,
    /// The earliest promise on it.
    pub due: Option<DateTime<Utc>>,
    pub back: DateTime<Utc>,
}

/// What a method would take; or why it cannot be used.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct MethodLine {
    pub method: Method,
    pub carts: i32,
    pub metres: i32,
    pub minutes: i32,
    /// Orders that come back too late.
    pub at_risk: i32,
    pub refused: Option<String>,
}

/// A plan that is not made: nothing of it is written.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Preview {
    pub receipt: WaveReceipt,
    pub carts: Vec<CartLine>,
    /// Quickest first; the first that is not refused is recommended.
    pub methods: Vec<MethodLine>,
}

impl Preview {
    pub fn recommended(&self) -> Option<Method> {
        self.methods.iter().find(|line| line.refused.is_none()).map(|line| line.method)
    }
}

/// How far a preview is that somebody waits for, in thousandths. None = not under way here.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct PreviewProgress {
    pub permille: Option<i32>,
}

/// What filters can be set to at a site.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct PlanChoices {
    pub channels: Vec<(crate::ids::ChannelId, String)>,
    /// What waits, by carrier and cutoff, in the order of the cutoffs.
    pub departures: Vec<Departure>,
    pub zones: Vec<String>,
    /// Where carts can start and be handed in; the first where nothing is said.
    pub depots: Vec<String>,
}

/// Units a wave takes from a forward pick, or would walk to reserve for: told to replenishment when the wave is planned.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct ForwardPickNeed {
    pub sku: crate::ids::SkuId,
    pub bin: crate::ids::BinId,
    pub units: i32,
}
