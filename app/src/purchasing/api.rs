//! Server functions of purchasing: suppliers, orders, deliveries, and the dock.

use domain::ids::{CommandId, SiteId, SupplierId};
use domain::purchasing::reorder::{DraftReorder, ReorderBoard, SetReorderLevel};
use domain::purchasing::{
    AgreeBill, AllocateLanded, ApprovePurchase, Basis, Bench, BillStanding, BookDelivery, CancelPurchase, CloseLine, DecideOver,
    DeliveryStanding, InboundBoard, LandedPreview, MatchBill, MoveDelivery, PayBill, PurchaseFilter, PurchaseList, PurchaseSheet,
    ReceivePurchase, RecordBill, RejectBill, SaveSupplier, SendPurchase, SetPrice, SetPurchasingRules, SettleClaim, SupplierPick,
    SupplierSheet, TakenIn, WritePurchase, Written,
};
use domain::waves::roster::RosterReport;
use leptos::prelude::*;
use leptos::server_fn::codec::{GetUrl, StreamingText, TextStream};
use rust_decimal::Decimal;

use crate::ask::Ask;
use crate::door::Said;

#[server(endpoint = "purchasing/list", prefix = "/api/fn", protocol = Ask)]
pub async fn read_purchases(filter: PurchaseFilter) -> Result<PurchaseList, Said> {
    use crate::door::{answer, caller, db, now};
    answer(db().purchases(&caller()?, &filter, now()).await)
}

/// By number or id.
#[server(endpoint = "purchasing/order", prefix = "/api/fn", protocol = Ask)]
pub async fn read_purchase(number: String) -> Result<PurchaseSheet, Said> {
    use crate::door::{answer, caller, db, now};
    answer(db().purchase(&caller()?, &number, now()).await)
}

#[server(endpoint = "purchasing/suppliers", prefix = "/api/fn", protocol = Ask)]
pub async fn read_suppliers(prices_of: Option<SupplierId>) -> Result<SupplierSheet, Said> {
    use crate::door::{answer, caller, db};
    answer(db().suppliers(&caller()?, prices_of).await)
}

/// Those one can order from.
#[server(endpoint = "purchasing/picks", prefix = "/api/fn", protocol = Ask)]
pub async fn read_picks() -> Result<Vec<SupplierPick>, Said> {
    use crate::door::{answer, caller, db};
    answer(db().supplier_picks(&caller()?).await)
}

#[server(endpoint = "purchasing/save-supplier", prefix = "/api/fn", protocol = Ask)]
pub async fn send_supplier(id: CommandId, command: SaveSupplier) -> Result<(), Said> {
    use crate::door::{answer, caller, db, now};
    answer(db().run(&caller()?, id, now(), &command).await)
}

/// A file of suppliers, tried or taken.
#[server(endpoint = "purchasing/import-suppliers", prefix = "/api/fn", protocol = Ask)]
pub async fn send_supplier_rows(id: CommandId, text: String, dry_run: bool) -> Result<RosterReport, Said> {
    use crate::door::{answer, caller, db, now};
    answer(db().import_suppliers(&caller()?, (id, now()), &text, dry_run).await)
}

/// A file of prices, tried or taken.
#[server(endpoint = "purchasing/import-prices", prefix = "/api/fn", protocol = Ask)]
pub async fn send_price_rows(id: CommandId, text: String, dry_run: bool) -> Result<RosterReport, Said> {
    use crate::door::{answer, caller, db, now};
    answer(db().import_prices(&caller()?, (id, now()), &text, dry_run).await)
}

#[server(endpoint = "purchasing/set-price", prefix = "/api/fn", protocol = Ask)]
pub async fn send_price(id: CommandId, command: SetPrice) -> Result<(), Said> {
    use crate::door::{answer, caller, db, now};
    answer(db().run(&caller()?, id, now(), &command).await)
}

#[server(endpoint = "purchasing/set-rules", prefix = "/api/fn", protocol = Ask)]
pub async fn send_rules(id: CommandId, command: SetPurchasingRules) -> Result<i32, Said> {
    use crate::door::{answer, caller, db, now};
    answer(db().run(&caller()?, id, now(), &command).await)
}

#[server(endpoint = "purchasing/write", prefix = "/api/fn", protocol = Ask)]
pub async fn send_draft(id: CommandId, command: WritePurchase) -> Result<Written, Said> {
    use crate::door::{answer, caller, db, now};
    answer(db().run(&caller()?, id, now(), &command).await)
}

#[server(endpoint = "purchasing/approve", prefix = "/api/fn", protocol = Ask)]
pub async fn send_approval(id: CommandId, command: ApprovePurchase) -> Result<(), Said> {
    use crate::door::{answer, caller, db, now};
    answer(db().run(&caller()?, id, now(), &command).await)
}

#[server(endpoint = "purchasing/send", prefix = "/api/fn", protocol = Ask)]
pub async fn send_order(id: CommandId, command: SendPurchase) -> Result<(), Said> {
    use crate::door::{answer, caller, db, now};
    answer(db().run(&caller()?, id, now(), &command).await)
}

#[server(endpoint = "purchasing/cancel", prefix = "/api/fn", protocol = Ask)]
pub async fn send_cancel(id: CommandId, command: CancelPurchase) -> Result<(), Said> {
    use crate::door::{answer, caller, db, now};
    answer(db().run(&caller()?, id, now(), &command).await)
}

#[server(endpoint = "purchasing/book", prefix = "/api/fn", protocol = Ask)]
pub async fn send_booking(id: CommandId, command: BookDelivery) -> Result<String, Said> {
    use crate::door::{answer, caller, db, now};
    answer(db().run(&caller()?, id, now(), &command).await)
}

#[server(endpoint = "purchasing/move-delivery", prefix = "/api/fn", protocol = Ask)]
pub async fn send_step(id: CommandId, command: MoveDelivery) -> Result<DeliveryStanding, Said> {
    use crate::door::{answer, caller, db, now};
    answer(db().run(&caller()?, id, now(), &command).await)
}

/// What is to come on a day; an empty day is today.
#[server(endpoint = "purchasing/inbound", prefix = "/api/fn", protocol = Ask)]
pub async fn read_inbound(site: Option<SiteId>, day: String) -> Result<InboundBoard, Said> {
    use crate::door::{answer, caller, db, now};
    answer(db().inbound(&caller()?, site, day.parse().ok(), now()).await)
}

/// The same as a file. `site` is an id or empty.
#[server(endpoint = "purchasing/inbound.csv", prefix = "/api/fn", input = GetUrl, output = StreamingText)]
pub async fn inbound_csv(#[server(default)] site: String, #[server(default)] day: String) -> Result<TextStream<Said>, Said> {
    use crate::csv::Csv;
    use crate::door::{answer, caller, db, now};
    let board = answer(db().inbound(&caller()?, site.parse().ok().map(SiteId), day.parse().ok(), now()).await)?;
    let header = [
        "delivery",
        "order",
        "supplier",
        "site",
        "dock",
        "from",
        "to",
        "carrier",
        "reference",
        "standing",
        "late",
        "units",
        "received",
    ];
    let mut csv = Csv::new(&header);
    for row in board.rows {
        let clock = |at: chrono::NaiveDateTime| at.format("%Y-%m-%d %H:%M").to_string();
        csv.row(&[
            row.number,
            row.order_number,
            row.supplier,
            row.site,
            row.dock,
            clock(row.from),
            clock(row.to),
            row.carrier,
            row.reference,
            row.standing.code().to_owned(),
            row.late.to_string(),
            row.units.to_string(),
            row.received.to_string(),
        ]);
    }
    Ok(csv.download("inbound"))
}

/// What a scan at the dock means: an order, or the one a delivery is of.
#[server(endpoint = "purchasing/bench", prefix = "/api/fn", protocol = Ask)]
pub async fn read_bench(site: SiteId, scan: String) -> Result<Bench, Said> {
    use crate::door::{answer, caller, db, now};
    answer(db().receiving_bench(&caller()?, site, &scan, now()).await)
}

#[server(endpoint = "purchasing/receive", prefix = "/api/fn", protocol = Ask)]
pub async fn send_received(id: CommandId, command: ReceivePurchase) -> Result<TakenIn, Said> {
    use crate::door::{answer, caller, db, now};
    answer(db().run(&caller()?, id, now(), &command).await)
}

#[server(endpoint = "purchasing/close-line", prefix = "/api/fn", protocol = Ask)]
pub async fn send_short(id: CommandId, command: CloseLine) -> Result<i32, Said> {
    use crate::door::{answer, caller, db, now};
    answer(db().run(&caller()?, id, now(), &command).await)
}

#[server(endpoint = "purchasing/decide-over", prefix = "/api/fn", protocol = Ask)]
pub async fn send_over(id: CommandId, command: DecideOver) -> Result<(), Said> {
    use crate::door::{answer, caller, db, now};
    answer(db().run(&caller()?, id, now(), &command).await)
}

#[server(endpoint = "purchasing/settle-claim", prefix = "/api/fn", protocol = Ask)]
pub async fn send_settlement(id: CommandId, command: SettleClaim) -> Result<(), Said> {
    use crate::door::{answer, caller, db, now};
    answer(db().run(&caller()?, id, now(), &command).await)
}

#[server(endpoint = "purchasing/record-bill", prefix = "/api/fn", protocol = Ask)]
pub async fn send_bill(id: CommandId, command: RecordBill) -> Result<BillStanding, Said> {
    use crate::door::{answer, caller, db, now};
    answer(db().run(&caller()?, id, now(), &command).await)
}

#[server(endpoint = "purchasing/match-bill", prefix = "/api/fn", protocol = Ask)]
pub async fn send_match(id: CommandId, command: MatchBill) -> Result<BillStanding, Said> {
    use crate::door::{answer, caller, db, now};
    answer(db().run(&caller()?, id, now(), &command).await)
}

#[server(endpoint = "purchasing/agree-bill", prefix = "/api/fn", protocol = Ask)]
pub async fn send_agreement(id: CommandId, command: AgreeBill) -> Result<(), Said> {
    use crate::door::{answer, caller, db, now};
    answer(db().run(&caller()?, id, now(), &command).await)
}

#[server(endpoint = "purchasing/reject-bill", prefix = "/api/fn", protocol = Ask)]
pub async fn send_rejection(id: CommandId, command: RejectBill) -> Result<(), Said> {
    use crate::door::{answer, caller, db, now};
    answer(db().run(&caller()?, id, now(), &command).await)
}

#[server(endpoint = "purchasing/pay-bill", prefix = "/api/fn", protocol = Ask)]
pub async fn send_payment(id: CommandId, command: PayBill) -> Result<(), Said> {
    use crate::door::{answer, caller, db, now};
    answer(db().run(&caller()?, id, now(), &command).await)
}

#[server(endpoint = "purchasing/allocate-landed", prefix = "/api/fn", protocol = Ask)]
pub async fn send_landed(id: CommandId, command: AllocateLanded) -> Result<String, Said> {
    use crate::door::{answer, caller, db, now};
    answer(db().run(&caller()?, id, now(), &command).await)
}

/// What each line of a receipt would bear of a charge.
#[server(endpoint = "purchasing/landed-preview", prefix = "/api/fn", protocol = Ask)]
pub async fn read_landed(receipt: String, basis: Basis, total: Decimal) -> Result<LandedPreview, Said> {
    use crate::door::{answer, caller, db};
    answer(db().landed_preview(&caller()?, &receipt, basis, total).await)
}

/// What should be ordered of whom.
#[server(endpoint = "purchasing/reorder", prefix = "/api/fn", protocol = Ask)]
pub async fn read_reorder(site: Option<SiteId>) -> Result<ReorderBoard, Said> {
    use crate::door::{answer, caller, db, now};
    answer(db().reorder_board(&caller()?, site, now()).await)
}

#[server(endpoint = "purchasing/draft-reorder", prefix = "/api/fn", protocol = Ask)]
pub async fn send_reorder(id: CommandId, command: DraftReorder) -> Result<Written, Said> {
    use crate::door::{answer, caller, db, now};
    answer(db().run(&caller()?, id, now(), &command).await)
}

#[server(endpoint = "purchasing/set-reorder-level", prefix = "/api/fn", protocol = Ask)]
pub async fn send_reorder_level(id: CommandId, command: SetReorderLevel) -> Result<(), Said> {
    use crate::door::{answer, caller, db, now};
    answer(db().run(&caller()?, id, now(), &command).await)
}

/// The list as a file: all pages of the same rows. `standing` is a standing's code or empty, `site` an id or empty.
#[server(endpoint = "purchasing/list.csv", prefix = "/api/fn", input = GetUrl, output = StreamingText)]
pub async fn purchases_csv(
    #[server(default)] search: String,
    #[server(default)] standing: String,
    #[server(default)] site: String,
) -> Result<TextStream<Said>, Said> {
    use crate::csv::{Csv, ROWS_MAX};
    use crate::door::{answer, caller, db, now};
    let (caller, now) = (caller()?, now());
    let mut filter = super::list::filter(&search, &standing, site.parse().ok().map(SiteId), 1);
    let mut csv =
        Csv::new(&["number", "supplier", "site", "standing", "written_at", "due", "late", "units", "received", "total"]);
    let mut written = 0;
    loop {
        let page = answer(db().purchases(&caller, &filter, now).await)?;
        let shown = page.rows.len();
        written += shown;
        for row in page.rows {
            csv.row(&[
                row.number,
                row.supplier,
                row.site,
                row.standing.code().to_owned(),
                row.written_at.to_rfc3339(),
                row.due.to_string(),
                row.late.to_string(),
                row.units.to_string(),
                row.received.to_string(),
                row.total.to_string(),
            ]);
        }
        filter.page += 1;
        if shown == 0 || written >= ROWS_MAX {
            return Ok(csv.download("purchase-orders"));
        }
    }
}
