//! The demo's places: reserve over Leeds' pick bins, and goods that stand at its dock, waiting to be put away.

use chrono::NaiveDate;
use domain::catalog::NewSku;
use domain::ids::{BinId, SiteId};
use domain::sites::design::AddBins;
use domain::sites::pattern::{BinPattern, Range, Sides};
use domain::sites::places::{BinKind, Keeping, Mixing};
use domain::stock::{ReceiveGoods, ReceiveLine};

use super::lots;

/// Items at the dock: a screen of them.
const AT_THE_DOCK: usize = 7;
/// Best sellers that have reserve over the pick bins, each in a bin of its own.
const IN_RESERVE: usize = 48;
/// How much of a reserve bin one item fills, and the most units of it.
const FILLS_ML: i32 = 600_000;
const RESERVE_MOST: i32 = 144;

/// Two more levels over every pick bin of the sixteen aisles.
pub(super) fn reserve(site: SiteId) -> AddBins {
    let keeping = Keeping { volume_ml: Some(900_000), weight_g: Some(500_000), mixing: Mixing::OneSku, ..Keeping::default() };
    let bins = BinPattern {
        pattern: "A{aisle:02}-{bay:02}{side}-{level}".into(),
        aisles: "1-16".into(),
        first_aisle: 1,
        bays: Range { from: 1, to: 32 },
        levels: Range { from: 3, to: 4 },
        sides: Sides::Both,
        kind: BinKind::Reserve,
        keeping,
    };
    AddBins { site, bins }
}

/// What stands in reserve when the books open.
pub(super) fn in_reserve(bins: &[(BinId, String)], skus: &[NewSku], on: NaiveDate) -> Vec<ReceiveLine> {
    let line = |(rank, sku): (usize, &NewSku)| {
        let volume_ml = (sku.length_mm * sku.width_mm / 1_000 * sku.height_mm).max(1);
        let quantity = (FILLS_ML / volume_ml).clamp(6, RESERVE_MOST);
        ReceiveLine {
            sku: sku.id,
            bin: bins[(rank * 37) % bins.len()].0,
            quantity,
            unit_cost: None,
            marks: lots::marks(rank, quantity, "C", on),
        }
    };
    skus.iter().enumerate().take(IN_RESERVE).map(line).collect()
}

/// A delivery that came this morning.
pub(super) fn at_the_dock(site: SiteId, dock: BinId, skus: &[NewSku], on: NaiveDate) -> ReceiveGoods {
    let line = |(nth, (rank, sku)): (i32, (usize, &NewSku))| {
        let quantity = 6 + 6 * (nth % 4);
        let marks = lots::marks(rank, quantity, "D", on);
        ReceiveLine { sku: sku.id, bin: dock, quantity, unit_cost: Some(sku.standard_cost), marks }
    };
    let lines = (0..).zip(skus.iter().enumerate().step_by(5).take(AT_THE_DOCK)).map(line).collect();
    ReceiveGoods { site, supplier: "Northern Potteries".into(), reference: "PO-today".into(), opening: false, lines }
}
