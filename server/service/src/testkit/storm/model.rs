//! The naive model: what each place holds is what was put there less what was taken. It knows no promises, no costs and no rules.

use std::collections::{BTreeMap, BTreeSet};

use domain::ids::{BinId, LpnId, OrderId, OrderLineId, SkuId};
use domain::stock::State;
use uuid::Uuid;

use super::{House, Spot, Weather};

/// Where units are, as far as a model needs to know.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Where {
    /// Loose on a shelf, at the dock, on the returns bench.
    Bin(BinId),
    /// In a handling unit, wherever that stands.
    Unit(LpnId),
    /// In totes and parcels: picked and not gone.
    Out,
    /// Between two sites.
    Road,
}

/// Units that count as the same: of one SKU and lot, at one place, in one state.
pub(super) type Heap = (SkuId, String, Where, State);

/// Units of an order's line that were picked, or that left: of which lot.
#[derive(Debug, Clone)]
pub(super) struct Sold {
    pub order: OrderId,
    pub line: OrderLineId,
    pub sku: SkuId,
    pub lot: String,
}

#[derive(Debug, Default)]
pub(super) struct Model {
    /// By the line that said so, for whoever looks for the slip.
    heaps: BTreeMap<Heap, BTreeMap<u32, i64>>,
    /// Where handling units stand.
    pub stands: BTreeMap<LpnId, BinId>,
    pub orders: Vec<OrderId>,
    /// By line, what was picked for it.
    pub picked: BTreeMap<OrderLineId, Sold>,
    /// What left, to come back perhaps.
    pub sold: Vec<Sold>,
    pub weather: Weather,
}

impl Model {
    #[track_caller]
    pub fn came(&mut self, (sku, lot): (SkuId, &str), at: Where, state: State, units: i64) {
        let heap = self.heaps.entry((sku, lot.to_owned(), at, state)).or_default();
        *heap.entry(std::panic::Location::caller().line()).or_default() += units;
    }

    /// From one place to another, in the same state.
    #[track_caller]
    pub fn went(&mut self, goods: (SkuId, &str), (from, to): (Where, Where), state: State, units: i64) {
        self.came(goods, from, state, -units);
        self.came(goods, to, state, units);
    }

    /// All that is in a handling unit stands loose where that stands.
    pub fn unpacked(&mut self, unit: LpnId) {
        let Some(bin) = self.stands.get(&unit).copied() else { return };
        let there: Vec<_> = self.standing().into_iter().filter(|((_, _, at, _), _)| *at == Where::Unit(unit)).collect();
        for ((sku, lot, from, state), units) in there {
            self.went((sku, &lot), (from, Where::Bin(bin)), state, units);
        }
    }

    /// Goods in these bins in a state: where, what, of which lot.
    pub fn there(&self, bins: &[Spot], in_state: State) -> Vec<(Spot, SkuId, String)> {
        let there = self.standing().into_keys().filter_map(|(sku, lot, at, state)| {
            let bin = bins.iter().find(|(bin, _)| at == Where::Bin(*bin) && state == in_state)?;
            Some((bin.clone(), sku, lot))
        });
        there.collect()
    }

    fn standing(&self) -> BTreeMap<Heap, i64> {
        let units = self.heaps.iter().map(|(heap, by_line)| (heap.clone(), by_line.values().sum::<i64>()));
        units.filter(|(_, units)| *units != 0).collect()
    }
}

#[derive(sqlx::FromRow)]
struct BalanceRow {
    sku_id: Uuid,
    lot: String,
    bin_id: Uuid,
    kind: String,
    lpn_id: Uuid,
    state: String,
    units: i64,
}

impl House {
    /// The balances are what the model has, heap by heap, and every invariant holds.
    pub(super) async fn adds_up(&self) -> Result<Weather, String> {
        let (ours, mut theirs, mut astray) = (self.note(|model| model.standing()), BTreeMap::<Heap, i64>::new(), Vec::new());
        let stands = self.note(|model| model.stands.clone());
        for row in self.balances().await {
            let (lpn, bin) = (LpnId(row.lpn_id), BinId(row.bin_id));
            let state = State::parse(&row.state).ok_or_else(|| format!("no state: {}", row.state))?;
            let at = match (state, stands.get(&lpn)) {
                (State::InTransit, _) => Where::Road,
                (_, Some(stands)) => {
                    if *stands != bin {
                        astray.push(lpn);
                    }
                    Where::Unit(lpn)
                }
                _ if !lpn.is_nil() || matches!(row.kind.as_str(), "stage" | "pack") => Where::Out,
                _ => Where::Bin(bin),
            };
            *theirs.entry((row.sku_id.into(), row.lot, at, state)).or_default() += row.units;
        }
        let heaps: BTreeSet<&Heap> = ours.keys().chain(theirs.keys()).collect();
        let of = |units: &BTreeMap<Heap, i64>, heap: &Heap| units.get(heap).copied().unwrap_or(0);
        let mut off = Vec::new();
        for heap in heaps {
            let (ours, theirs) = (of(&ours, heap), of(&theirs, heap));
            if ours != theirs {
                let (words, lines) = (self.words(heap).await, self.note(|model| model.heaps.get(heap).cloned()));
                let (lines, moved) = (lines.unwrap_or_default(), self.moved(heap).await);
                off.push(format!("{words}: the model has {ours} {lines:?}, the books have {theirs} {moved:?}"));
            }
        }
        if !off.is_empty() || !astray.is_empty() {
            return Err(format!("{off:#?}; units that stand elsewhere: {astray:?}"));
        }
        let broken = self.t.db.verify(self.t.org).await.map_err(|fault| fault.to_string())?;
        let broken: Vec<_> = broken.into_iter().filter(|check| !check.holds()).collect();
        if broken.is_empty() { Ok(self.note(|model| model.weather.clone())) } else { Err(format!("{broken:#?}")) }
    }

    async fn words(&self, (sku, lot, at, state): &Heap) -> String {
        let code = self.skus.iter().find(|(known, _)| known == sku).map_or("", |(_, code)| code);
        let place = match at {
            Where::Bin(bin) => {
                let code = sqlx::query_scalar(
                    "select s.code || ' ' || b.code from bin b join site s on s.id = b.site_id where b.id = $1",
                );
                code.bind(bin.0).fetch_one(&self.t.root).await.expect("bins have codes")
            }
            Where::Unit(unit) => format!("unit {unit}"),
            Where::Out => "on the way out".to_owned(),
            Where::Road => "on the road".to_owned(),
        };
        format!("{code} {lot} {} in {place}", state.code())
    }

    /// What the ledger says of it, by reason.
    async fn moved(&self, (sku, lot, at, state): &Heap) -> Vec<(String, i64)> {
        let Where::Bin(bin) = at else { return Vec::new() };
        sqlx::query_as(
            "select m.reason, sum(case when m.to_bin = $1 and m.to_lpn = $5 and m.to_state = $2 then m.quantity else 0 end
                 - case when m.from_bin = $1 and m.from_lpn = $5 and m.from_state = $2 then m.quantity else 0 end)::bigint
             from movement m left join lot l on l.id = m.lot_id
             where m.sku_id = $3 and coalesce(l.code, '') = $4 and $1 in (m.from_bin, m.to_bin) group by 1 order by 1",
        )
        .bind(bin.0)
        .bind(state.code())
        .bind(sku.0)
        .bind(lot)
        .bind(LpnId::NIL.0)
        .fetch_all(&self.t.root)
        .await
        .expect("the ledger reads")
    }

    async fn balances(&self) -> Vec<BalanceRow> {
        sqlx::query_as(
            "select b.sku_id, coalesce(l.code, '') as lot, b.bin_id, coalesce(n.kind, '') as kind, b.lpn_id, b.state,
                 sum(b.on_hand)::bigint as units
             from balance b left join lot l on l.id = b.lot_id left join bin n on n.id = b.bin_id
             where b.on_hand <> 0 group by 1, 2, 3, 4, 5, 6",
        )
        .fetch_all(&self.t.root)
        .await
        .expect("balances are read")
    }
}
