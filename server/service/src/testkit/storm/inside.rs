//! What happens between the walls: goods come in, are put away, put on hold, corrected, counted, packed into units and brought forward.

use chrono::TimeDelta;
use domain::counts::adjust::{AdjustStock, DecideAdjustment, Status as Decided, Why};
use domain::counts::{BeginCount, CountItem, Counted, DecideCount, FinishCount, LeaveCount, Status};
use domain::ids::{BinId, CountId, LpnId, OwnerId, SkuId};
use domain::lots::Marks;
use domain::lpns::{FillUnit, MakeUnit, MoveUnit, UnitKind, UnpackUnit};
use domain::people::Caller;
use domain::putaway::{Propose, PutAway, Target};
use domain::reasons::Given;
use domain::replenish::{CheckForwardPicks, ClaimReplenishment, Replenish};
use domain::stock::{HoldReason, HoldUnits, ReceiveGoods, ReceiveLine, State, Those};
use rand::Rng;

use super::super::noon;
use super::model::{Sold, Where};
use super::{Hand, House, any};

/// What a counter sees more or less than the books have.
const SEEN: [i32; 6] = [0, 0, 0, 0, -1, 1];

impl House {
    pub(super) async fn receive(&self, hand: &mut Hand) -> Result<(), String> {
        let here = usize::from(hand.rng.random_ratio(1, 6));
        let dock = here == 0 && hand.rng.random_ratio(1, 4);
        let (sku, _, marks) = self.goods(&mut hand.rng);
        let kept = if sku == self.skus[0].0 && here == 0 && hand.rng.random_ratio(1, 2) { Some(&self.reserve) } else { None };
        let bin = if dock { &self.dock } else { kept.unwrap_or_else(|| any(&mut hand.rng, &self.bins[here])) }.0;
        let (quantity, opening, lot) = (hand.rng.random_range(5..40), hand.rng.random(), marks.lot.clone());
        let lines = vec![ReceiveLine { sku, bin, quantity, unit_cost: None, marks }];
        let goods = ReceiveGoods { site: self.sites[here], supplier: "Storm".into(), reference: "S".into(), opening, lines };
        if self.ask(&goods).await?.is_some() {
            self.note(|model| model.came((sku, &lot), Where::Bin(bin), State::Sellable, quantity.into()));
        }
        Ok(())
    }

    pub(super) async fn put_away(&self, hand: &mut Hand) -> Result<(), String> {
        let (site, from) = (self.sites[0], self.dock.0);
        let (_, (sku, _, marks)) = self.standing(&mut hand.rng, std::slice::from_ref(&self.dock));
        let (lpn, owner, state, quantity) = (LpnId::NIL, OwnerId::NIL, State::Sellable, hand.rng.random_range(1..8));
        let asked = Propose { site, from, lpn, sku: Some(sku), owner, state, quantity, marks: marks.clone() };
        let Some(proposal) = self.ask(&asked).await? else { return Ok(()) };
        let lot = marks.lot.clone();
        // To a shelf, or past the shelves to an order that waits, in a tote that may be in use.
        let (to, code, quantity, waits) = match proposal.target {
            Target::Bin { bin, code, quantity } => (Where::Bin(bin), code, quantity, None),
            Target::Stage { line, order, quantity, .. } => {
                let tote = format!("LDS-T{:03}", hand.rng.random_range(20..=40));
                (Where::Out, tote, quantity, Some(Sold { order, line, sku, lot: lot.clone() }))
            }
            Target::Nowhere { .. } => return Ok(()),
        };
        let put = PutAway {
            site,
            from,
            lpn,
            sku: Some(sku),
            owner,
            state,
            quantity,
            proposal: proposal.decision,
            target_code: code,
            reason: "".into(),
            marks,
        };
        if self.ask(&put).await?.is_some() {
            self.note(|model| model.went((sku, &lot), (Where::Bin(from), to), state, quantity.into()));
            if let Some(sold) = waits {
                let order = sold.order;
                self.note(|model| model.picked.insert(sold.line, sold));
                self.send_out(site, vec![order]).await?;
            }
        }
        Ok(())
    }

    pub(super) async fn hold(&self, hand: &mut Hand) -> Result<(), String> {
        let (quantity, hold) = (hand.rng.random_range(1..6), hand.rng.random_ratio(2, 3));
        let (from, to) = if hold { (State::Sellable, State::Held) } else { (State::Held, State::Sellable) };
        let ((bin, _), (sku, _, marks)) = self.standing_as(&mut hand.rng, &self.bins[0][..4], from);
        let reason = if hold { HoldReason::Investigation } else { HoldReason::Checked };
        let (site, note, lot) = (self.sites[0], "Storm".to_owned(), marks.lot.clone());
        let those = Those { marks, ..Those::default() };
        let command = HoldUnits { sku, site, bin, quantity, those, hold, reason: reason.into(), note };
        if self.ask(&command).await?.is_some() {
            self.note(|model| {
                model.came((sku, &lot), Where::Bin(bin), from, -i64::from(quantity));
                model.came((sku, &lot), Where::Bin(bin), to, quantity.into());
            });
        }
        Ok(())
    }

    /// More or fewer than the books have; too dear for one alone, another decides.
    pub(super) async fn correct(&self, hand: &mut Hand) -> Result<(), String> {
        let ((bin, code), (sku, sku_code, marks)) = self.standing(&mut hand.rng, &self.bins[0]);
        let (found, units) = (hand.rng.random_ratio(1, 2), hand.rng.random_range(1..6));
        let (units, reason) = if found { (units, Why::Found) } else { (-units, Why::Misplaced) };
        let lot = marks.lot.clone();
        let command = AdjustStock {
            site: self.sites[0],
            bin_code: code,
            sku_code,
            marks,
            state: State::Sellable,
            units,
            reason: reason.into(),
            note: String::new(),
        };
        let Some(asked) = self.ask_as(&self.people[0], &command).await? else { return Ok(()) };
        let status = if asked.status == Decided::Pending {
            let yes = DecideAdjustment { id: asked.id, approve: true, reason: Given::default() };
            self.ask_as(&self.people[1], &yes).await?
        } else {
            Some(asked.status)
        };
        if status == Some(Decided::Posted) {
            self.note(|model| model.came((sku, &lot), Where::Bin(bin), State::Sellable, units.into()));
        }
        Ok(())
    }

    /// One counts a bin while others pick from it; where it is off by much another counts again, and a third agrees.
    pub(super) async fn count(&self, hand: &mut Hand) -> Result<(), String> {
        let (bin, code) = any(&mut hand.rng, &self.bins[0][4..]).clone();
        let begin = BeginCount { site: self.sites[0], bin_code: code };
        let Some(count) = self.ask_as(&self.people[0], &begin).await? else { return Ok(()) };
        let mut status = self.look(hand, &self.people[0], (count, bin)).await?;
        if status == Some(Status::Recount) && self.ask_as(&self.people[1], &begin).await? == Some(count) {
            status = self.look(hand, &self.people[1], (count, bin)).await?;
        }
        if status == Some(Status::Approval) {
            let yes = DecideCount { count, approve: true, reason: Given::default() };
            status = self.ask_as(&self.people[2], &yes).await?.map(|()| Status::Done);
        }
        if status == Some(Status::Done) {
            for (sku, lot, off) in self.found(count).await {
                self.note(|model| model.came((sku.into(), &lot), Where::Bin(bin), State::Sellable, off));
            }
        }
        Ok(())
    }

    /// One round, to its end or given up.
    async fn look(&self, hand: &mut Hand, by: &Caller, (count, bin): (CountId, BinId)) -> Result<Option<Status>, String> {
        let shelf: Vec<(uuid::Uuid, String, i32)> = sqlx::query_as(
            "select b.sku_id, coalesce(l.code, ''), sum(b.on_hand)::int from balance b left join lot l on l.id = b.lot_id
             where b.bin_id = $1 and b.lpn_id = $2 group by 1, 2 having sum(b.on_hand) > 0",
        )
        .bind(bin.0)
        .bind(LpnId::NIL.0)
        .fetch_all(&self.t.root)
        .await
        .expect("the shelf is seen");
        for (sku, lot, there) in shelf {
            let quantity = (there + any(&mut hand.rng, &SEEN)).max(0);
            let marks = Marks { lot, ..Marks::default() };
            self.ask_as(by, &CountItem { count, sku: sku.into(), quantity, marks, label: String::new() }).await?;
        }
        if let Some(Counted { status, .. }) = self.ask_as(by, &FinishCount { count }).await? {
            return Ok(Some(status));
        }
        self.ask_as(by, &LeaveCount { count }).await.map(|_| None)
    }

    /// What the count's own sheet says was off, in the round that was posted; what moved during it is no difference.
    async fn found(&self, count: CountId) -> Vec<(uuid::Uuid, String, i64)> {
        sqlx::query_as(
            "select sku_id, lot, (counted - ledger)::bigint from stock_count_line
             where count_id = $1 and round_no = (select max(round_no) from stock_count_line where count_id = $1)
               and counted not between least(ledger, ledger_began) and greatest(ledger, ledger_began)",
        )
        .bind(count.0)
        .fetch_all(&self.t.root)
        .await
        .expect("the sheet is read")
    }

    /// A pallet is made, filled where it stands, driven to another bin, or unpacked. Each hand has its own.
    pub(super) async fn handle_unit(&self, hand: &mut Hand) -> Result<(), String> {
        let Some(unit) = hand.unit else {
            let (id, code) = (LpnId::mint(), format!("PAL-{}", hand.name));
            let made = self.ask(&MakeUnit { id, site: self.sites[0], kind: UnitKind::Pallet, code }).await?;
            hand.unit = made.map(|_| id);
            return Ok(());
        };
        let (bin, code) = any(&mut hand.rng, &self.bins[0]).clone();
        match hand.rng.random_range(0..6u32) {
            0..3 => {
                let stands = self.note(|model| model.stands.get(&unit).copied());
                let at = self.bins[0].iter().find(|(bin, _)| Some(*bin) == stands).cloned().unwrap_or((bin, code));
                let ((bin, bin_code), (sku, item_code, marks)) = self.standing(&mut hand.rng, &[at]);
                let quantity = hand.rng.random_range(1..6);
                let lot = marks.lot.clone();
                if self.ask(&FillUnit { unit, bin_code, item_code, quantity, marks }).await?.is_some() {
                    self.note(|model| {
                        model.stands.insert(unit, bin);
                        model.went((sku, &lot), (Where::Bin(bin), Where::Unit(unit)), State::Sellable, quantity.into());
                    });
                }
            }
            3..5 => {
                if let Some(moved) = self.ask(&MoveUnit { unit, target_code: code }).await?
                    && moved.units > 0
                {
                    self.note(|model| model.stands.insert(unit, bin));
                }
            }
            _ => {
                if self.ask(&UnpackUnit { unit }).await?.is_some() {
                    self.note(|model| {
                        model.unpacked(unit);
                        model.stands.remove(&unit);
                    });
                }
            }
        }
        Ok(())
    }

    /// What the forward bin lacks is brought from the reserve.
    pub(super) async fn replenish(&self, hand: &mut Hand) -> Result<(), String> {
        let site = Some(self.sites[0]);
        self.ask(&CheckForwardPicks { site }).await?;
        let open = self.t.db.replenishments(&self.t.system(), site, noon() + TimeDelta::minutes(1)).await;
        let Some(task) = open.map_err(|fault| fault.to_string())?.into_iter().find(|task| task.unit.is_none()) else {
            return Ok(());
        };
        self.ask(&ClaimReplenishment { task: task.task }).await?;
        let quantity = hand.rng.random_range(1..=task.left().max(1));
        let brought = Replenish {
            task: task.task,
            from_code: task.from_code.clone(),
            item_code: task.sku_code.clone(),
            quantity,
            to_code: task.to_code.clone(),
            short: None,
            marks: Marks::default(),
        };
        if self.ask(&brought).await?.is_some() {
            let from = [&self.reserve, &self.forward].into_iter().chain(&self.bins[0]).find(|(_, code)| *code == task.from_code);
            let from = from.map_or(self.reserve.0, |(bin, _)| *bin);
            let ways = (Where::Bin(from), Where::Bin(self.forward.0));
            self.note(|model| model.went((SkuId(task.sku.0), ""), ways, State::Sellable, quantity.into()));
        }
        Ok(())
    }
}
