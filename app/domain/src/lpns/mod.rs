//! Handling units: pallets, cartons and totes, each with the label it is known by (LPN). What stands in which, and where one may be put:
//! moving the outer one moves all that it holds. Which goods stand in them is `stock`'s; which bins take goods is `putaway`'s.

mod forest;
mod refusal;

use serde::{Deserialize, Serialize};

pub use forest::{Forest, Unit};
pub use refusal::LpnRefusal;

use crate::ids::{BinId, LpnId, SiteId, SkuId};
use crate::lots::{Apart, Marks};
use crate::stock::State;

/// Units inside each other. Deeper is a slip of the scanner.
pub const DEPTH_MAX: usize = 5;

/// What a unit is. Parcels are not among them: they leave with the carrier.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum UnitKind {
    #[default]
    Pallet,
    Carton,
    Tote,
}

impl UnitKind {
    pub const ALL: [Self; 3] = [Self::Pallet, Self::Carton, Self::Tote];

    pub const fn code(self) -> &'static str {
        match self {
            Self::Pallet => "pallet",
            Self::Carton => "carton",
            Self::Tote => "tote",
        }
    }

    pub const fn words(self) -> &'static str {
        match self {
            Self::Pallet => "Pallet",
            Self::Carton => "Carton",
            Self::Tote => "Tote",
        }
    }

    pub fn parse(code: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|kind| kind.code() == code)
    }

    /// A pallet carries anything; cartons and totes take cartons.
    pub const fn holds(self, inner: Self) -> bool {
        matches!((self, inner), (Self::Pallet, _) | (Self::Carton | Self::Tote, Self::Carton))
    }
}

/// A unit with a fresh label, empty.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct MakeUnit {
    pub id: LpnId,
    pub site: SiteId,
    pub kind: UnitKind,
    pub code: String,
}

/// A unit with all that it holds goes into a bin, or into another unit and to where that stands.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct MoveUnit {
    pub unit: LpnId,
    /// The code of the bin or unit that was scanned.
    pub target_code: String,
}

/// Loose goods of the bin a unit stands in go into it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct FillUnit {
    pub unit: LpnId,
    pub bin_code: String,
    /// A SKU's code, barcode or whole label; a label says its lot and serial too.
    pub item_code: String,
    pub quantity: i32,
    /// Their lot and serials, where it is not plain which they are.
    #[serde(default)]
    pub marks: Marks,
}

/// All that a unit holds stands loose in its bin from now on, and what stood in it stands by itself.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct UnpackUnit {
    pub unit: LpnId,
}

/// What a move did.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct UnitMoved {
    /// Where it stands now; none: it is empty, and so is what it was put into.
    pub bin_code: Option<String>,
    /// The unit it was put into.
    pub into: Option<String>,
    /// Units of goods that changed bins.
    pub units: i32,
    /// Handling units that came along, itself included.
    pub lpns: i32,
}

/// Goods of one item in one state, in a unit: as they can be told apart.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Held {
    pub sku: SkuId,
    pub sku_code: String,
    pub sku_name: String,
    pub apart: Apart,
    pub state: State,
    pub on_hand: i32,
    /// Of them, for orders.
    pub allocated: i32,
}

/// A unit with what it holds: goods, and other units with theirs.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct UnitTree {
    pub lpn: LpnId,
    pub code: String,
    pub kind: UnitKind,
    pub goods: Vec<Held>,
    pub holds: Vec<Self>,
}

impl UnitTree {
    /// Units of goods in it, however deep.
    pub fn units(&self) -> i64 {
        self.goods.iter().map(|held| i64::from(held.on_hand)).sum::<i64>() + self.holds.iter().map(Self::units).sum::<i64>()
    }
}

/// A unit as a scan of it is answered.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct UnitSheet {
    pub site_code: String,
    /// Where its goods stand; none: it is empty.
    pub bin_code: Option<String>,
    /// The units it stands in, from the outermost on.
    pub inside: Vec<String>,
    pub tree: UnitTree,
}

/// What a code scanned beside a unit means.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Scanned {
    Unit {
        code: String,
    },
    Bin {
        bin: BinId,
        code: String,
    },
    /// An item, or so many of it in one pack.
    Item {
        sku_code: String,
        units: i32,
    },
    Nothing,
}

/// What a scan is to do, once it is known what was scanned.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Heard {
    /// Take this unit into the hand.
    Take { code: String },
    /// The unit in the hand goes there.
    Put { target: String },
    /// The empty unit in the hand is filled from this bin.
    FillFrom { bin: String },
    /// So many of this item into the unit in the hand.
    Fill { bin: String, item: String, units: i32 },
    /// Nothing that helps here, and why.
    Wrong(&'static str),
}

/// Hears one scan. `hand` is the unit in the hand; `filled_from` the bin an empty one is filled from.
pub fn hear(hand: Option<&UnitSheet>, filled_from: Option<&str>, scanned: Scanned) -> Heard {
    let Some(sheet) = hand else {
        return match scanned {
            Scanned::Unit { code } => Heard::Take { code },
            Scanned::Nothing => Heard::Wrong("Nobody here knows this label. Make a unit of it below, or scan another."),
            Scanned::Bin { .. } | Scanned::Item { .. } => Heard::Wrong("Scan a pallet, carton or tote first."),
        };
    };
    match scanned {
        Scanned::Unit { code } if code == sheet.tree.code => Heard::Wrong("That is the one in your hand. Scan where it goes."),
        // An empty unit stands nowhere: what is scanned is where it is filled.
        Scanned::Bin { code, .. } if sheet.bin_code.is_none() => Heard::FillFrom { bin: code },
        Scanned::Unit { code } | Scanned::Bin { code, .. } => Heard::Put { target: code },
        Scanned::Item { sku_code, units } => match sheet.bin_code.as_deref().or(filled_from) {
            Some(bin) => Heard::Fill { bin: bin.to_owned(), item: sku_code, units },
            None => Heard::Wrong("Scan the bin you take it from first."),
        },
        Scanned::Nothing => Heard::Wrong("Nobody here knows this label. Scan a bin, a unit or an item."),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn sheet(bin: Option<&str>) -> UnitSheet {
        let tree =
            UnitTree { lpn: LpnId::NIL, code: "PAL-1".into(), kind: UnitKind::Pallet, goods: Vec::new(), holds: Vec::new() };
        UnitSheet { site_code: "LDS".into(), bin_code: bin.map(Into::into), inside: Vec::new(), tree }
    }

    /// IN-5: what a scan does depends on what is in the hand, never on a guess.
    #[test]
    fn a_scan_takes_puts_or_fills() {
        let unit = |code: &str| Scanned::Unit { code: code.into() };
        let bin = || Scanned::Bin { bin: BinId::NIL, code: "DOCK".into() };
        let item = || Scanned::Item { sku_code: "MUG".into(), units: 6 };
        assert_eq!(hear(None, None, unit("PAL-1")), Heard::Take { code: "PAL-1".into() });
        for scanned in [bin(), item(), Scanned::Nothing] {
            assert!(matches!(hear(None, None, scanned), Heard::Wrong(_)));
        }
        let (empty, full) = (sheet(None), sheet(Some("RES-1")));
        assert!(matches!(hear(Some(&full), None, unit("PAL-1")), Heard::Wrong(_)));
        assert_eq!(hear(Some(&full), None, unit("PAL-2")), Heard::Put { target: "PAL-2".into() });
        assert_eq!(hear(Some(&full), None, bin()), Heard::Put { target: "DOCK".into() });
        assert_eq!(hear(Some(&empty), None, bin()), Heard::FillFrom { bin: "DOCK".into() });
        assert!(matches!(hear(Some(&empty), None, item()), Heard::Wrong(_)));
        let fill = |bin: &str| Heard::Fill { bin: bin.into(), item: "MUG".into(), units: 6 };
        assert_eq!(hear(Some(&empty), Some("DOCK"), item()), fill("DOCK"));
        assert_eq!(hear(Some(&full), Some("DOCK"), item()), fill("RES-1"), "where it stands");
        assert!(matches!(hear(Some(&full), None, Scanned::Nothing), Heard::Wrong(_)));
    }

    #[test]
    fn words_read_back_and_only_what_fits_is_held() {
        for kind in UnitKind::ALL {
            assert_eq!(UnitKind::parse(kind.code()), Some(kind));
            assert_eq!(serde_json::to_value(kind).unwrap(), kind.code());
            assert!(UnitKind::Pallet.holds(kind));
            assert!(!kind.holds(UnitKind::Pallet) || kind == UnitKind::Pallet);
        }
        assert!(UnitKind::Tote.holds(UnitKind::Carton) && !UnitKind::Carton.holds(UnitKind::Tote));
        assert_eq!(UnitKind::parse("parcel"), None);
    }
}
