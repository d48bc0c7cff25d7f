//! The floor: picking into totes, packing into parcels, handing over to the carrier. Commands and what they answer.
//!
//! What a scan means is decided by `floor::pick` and `floor::pack`, in the browser and on the server alike.

pub mod apart;
pub mod pack;
pub mod pick;
mod refusal;
pub mod together;
pub mod wedge;

use chrono::{DateTime, NaiveDate, Utc};
use serde::{Deserialize, Serialize};

pub use apart::picked;
pub use refusal::FloorRefusal;

use crate::ids::{CountId, OrderId, OrderLineId, ParcelId, SiteId, SkuId, TaskId, TripId, WaveId};
use crate::lots::Marks;
use crate::reasons::Code;
use crate::sites::design::BinPage;

/// Take a trip (or go on with one's own): from then on nobody else picks it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ClaimTrip {
    pub trip: TripId,
}

/// Give a trip back before its end; what is picked stays picked.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct LeaveTrip {
    pub trip: TripId,
}

/// Put a tote on a slot of the cart. From then on it holds that slot's order only.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct BindTote {
    pub trip: TripId,
    pub slot: i32,
    pub code: String,
}

/// Units taken from the bin and put into the tote, as scanned.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct PickUnits {
    pub task: TaskId,
    pub bin_code: String,
    pub item_code: String,
    pub tote_code: String,
    pub quantity: i32,
    /// Of a SKU that is told apart: which lot, which serials.
    #[serde(default)]
    pub marks: Marks,
}

/// Put back what was just picked: a reversing movement, never a delete.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct UnpickUnits {
    pub task: TaskId,
    pub quantity: i32,
}

/// Units of a cancelled wave taken from their tote back to their bin, as scanned.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct PutBack {
    pub task: TaskId,
    pub bin_code: String,
    pub item_code: String,
    pub quantity: i32,
}

/// What a cancelled wave left in a tote: back to its bin. It is its order's there, too.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct PutBackRow {
    pub task: TaskId,
    pub wave_number: String,
    pub order_number: String,
    pub tote_code: String,
    pub bin_code: String,
    pub sku: SkuId,
    pub sku_code: String,
    pub sku_name: String,
    pub variant: String,
    /// Every barcode of the SKU with its pack quantity.
    pub barcodes: Vec<(String, i32)>,
    pub quantity: i32,
}

/// Why a bin gave less than was asked: the standard codes, and what an org's own count as.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ShortReason {
    Missing,
    Damaged,
    WrongItem,
}

impl ShortReason {
    pub const ALL: [Self; 3] = [Self::Missing, Self::Damaged, Self::WrongItem];

    pub const fn code(self) -> &'static str {
        match self {
            Self::Missing => "missing",
            Self::Damaged => "damaged",
            Self::WrongItem => "wrong_item",
        }
    }

    pub const fn words(self) -> &'static str {
        match self {
            Self::Missing => "Not there",
            Self::Damaged => "Damaged",
            Self::WrongItem => "Other goods in the bin",
        }
    }

    pub fn parse(code: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|reason| reason.code() == code)
    }
}

impl From<ShortReason> for Code {
    fn from(reason: ShortReason) -> Self {
        reason.code().into()
    }
}

/// The bin has fewer than the task asks: what is missing is found elsewhere or goes on backorder, and the bin is to be counted.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ShortPick {
    pub task: TaskId,
    pub reason: Code,
}

/// Start packing an order's picked goods: by tote, order number or order id.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct OpenParcel {
    pub site: SiteId,
    pub scan: String,
}

/// One scan into the parcel; a case barcode counts its case.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct PackUnit {
    pub parcel: ParcelId,
    pub code: String,
}

/// Close the parcel: every unit verified, weight within tolerance.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct CloseParcel {
    pub parcel: ParcelId,
    pub weight_g: Option<i32>,
}

/// Hand over to the carrier: stock issue, cost and revenue commit together. Each parcel goes with its order's carrier.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ShipParcels {
    pub parcels: Vec<ParcelId>,
    /// Who takes them: a parcel of another carrier's order is refused. Empty = each its own; who has none needs a name here.
    pub carrier: String,
    /// Of parcels whose order has no carrier.
    pub service: String,
}

/// A whole trip, bulk, as import, demo and replay walk it: every unit found, every tote bound.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct PickTrips {
    pub trips: Vec<TripId>,
}

/// Pack what orders have in totes, bulk: one parcel an order, every unit verified.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct PackOrders {
    pub site: SiteId,
    pub orders: Vec<OrderId>,
}

/// What a pick did.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Picked {
    pub task: TaskId,
    pub quantity_picked: i32,
    pub quantity_left: i32,
    pub trip_left: i32,
    /// By the books the bin is empty now: somebody looks whether it is.
    #[serde(default)]
    pub zero_check: Option<CountId>,
}

/// What a scan into a parcel did.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Packed {
    pub parcel: ParcelId,
    pub line: OrderLineId,
    pub packed: i32,
    pub expected: i32,
    /// Units the whole parcel still misses.
    pub left: i32,
}

/// What became of units a bin did not give.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Shorted {
    pub task: TaskId,
    /// Units found in another bin, as a new task of the same trip.
    pub reallocated: i32,
    pub backordered: i32,
}

/// One cart's walk as a tablet shows it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct TripSheet {
    pub trip: TripId,
    pub wave: WaveId,
    pub wave_number: String,
    pub site: SiteId,
    pub trip_no: i32,
    pub method: String,
    pub metres: i32,
    /// The depot where the cart starts, when that is not the site's first.
    pub start: String,
    /// … and where it is handed in; empty = where it started.
    pub end: String,
    pub person: Option<crate::ids::PersonId>,
    pub slots: Vec<SlotSheet>,
    /// In walking order; where all orders share one tote, what they need of one kind from one bin is one task.
    pub tasks: Vec<TaskSheet>,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct SlotSheet {
    pub slot: i32,
    pub order: OrderId,
    pub order_number: String,
    pub tote_code: Option<String>,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct TaskSheet {
    pub task: TaskId,
    pub slot: i32,
    pub bin_code: String,
    /// Access point on the layout: aisle, y in mm, side; none = unmapped.
    pub aisle: Option<i32>,
    pub y_mm: Option<i32>,
    pub side: Option<String>,
    pub level: i32,
    pub sku: SkuId,
    pub sku_code: String,
    pub sku_name: String,
    pub variant: String,
    /// Every barcode of the SKU with its pack quantity.
    pub barcodes: Vec<(String, i32)>,
    pub quantity: i32,
    pub quantity_picked: i32,
    pub quantity_short: i32,
    pub done: bool,
    /// Lots to be taken from the bin, with their units; empty where the SKU is not kept by lot.
    #[serde(default)]
    pub lots: Vec<TaskLot>,
    /// Each unit's serial is scanned.
    #[serde(default)]
    pub by_serial: bool,
    /// Serials that may be taken: the order's, and nobody's.
    #[serde(default)]
    pub serials: Vec<String>,
}

/// Units of one lot that a stop is to take.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct TaskLot {
    pub code: String,
    pub expires_on: Option<NaiveDate>,
    pub units: i32,
}

/// A trip in the list of work.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct TripRow {
    pub trip: TripId,
    pub wave_number: String,
    pub trip_no: i32,
    pub orders: i32,
    pub units: i32,
    pub units_done: i32,
    pub metres: i32,
    pub person_name: Option<String>,
    pub mine: bool,
    /// For whom it is meant while nobody walks it.
    pub planned_name: Option<String>,
    pub meant_for_me: bool,
    pub due: Option<DateTime<Utc>>,
}

impl TripRow {
    /// How soon it is offered: one's own, what is meant for one, what is meant for nobody, what is meant for another, what another has.
    pub fn turn(&self) -> u8 {
        match (self.mine, self.person_name.is_some(), self.meant_for_me, self.planned_name.is_some()) {
            (true, ..) => 0,
            (_, true, ..) => 4,
            (_, _, true, _) => 1,
            (.., false) => 2,
            (.., true) => 3,
        }
    }
}

/// A parcel on the packing bench.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ParcelSheet {
    pub parcel: ParcelId,
    pub number: String,
    pub order: OrderId,
    pub order_number: String,
    pub customer: String,
    pub city: String,
    pub country: String,
    /// On its label; empty = nobody yet.
    pub carrier: String,
    pub service: String,
    pub totes: Vec<String>,
    pub lines: Vec<PackLine>,
    pub expected_weight_g: i32,
    pub weight_g: i32,
    pub packed: bool,
    pub shipped: bool,
    pub tracking: String,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct PackLine {
    pub line: OrderLineId,
    pub sku: SkuId,
    pub sku_code: String,
    pub sku_name: String,
    pub variant: String,
    pub barcodes: Vec<(String, i32)>,
    pub weight_g: i32,
    pub expected: i32,
    pub packed: i32,
}

/// A parcel waiting for the carrier, or gone.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ParcelRow {
    pub parcel: ParcelId,
    pub number: String,
    pub order: OrderId,
    pub order_number: String,
    pub customer: String,
    pub country: String,
    pub weight_g: i32,
    pub packed_at: Option<DateTime<Utc>>,
    pub shipped_at: Option<DateTime<Utc>>,
    /// Its order's, until it has left; empty = nobody yet.
    pub carrier: String,
    pub service: String,
    pub tracking: String,
}

/// What a code scanned on the floor's home means.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Found {
    /// A tote on a cart: go on walking.
    Trip(TripId),
    /// A tote or an order with goods to pack.
    ToPack(String),
    Parcel(ParcelId),
    /// An order by its number.
    Order(String),
    Sku(SkuId),
    /// An RMA by its number.
    Return(String),
    /// A bin, with what stands in it.
    Bin(Box<BinPage>),
    /// A pallet, carton or tote that is nobody's task, by its label.
    Unit(String),
    Nothing,
}
