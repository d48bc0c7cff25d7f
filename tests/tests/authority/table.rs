//! What everyone may expect at each address. **A new route or server function needs a line here**, or the test names it.
//!
//! A line says what the address needs, a body that reads well on the stage, and what is answered to those who may, to someone
//! with every role at another site, and to someone with every role in another org. Everyone else is refused by rule: nobody with
//! 401, a role without the permission (and a customer) with 401 or 403, and nothing changes.

use chrono::DateTime;
use domain::carriers::SetService;
use domain::counts::{CountFilter, Programme};
use domain::exceptions::ExceptionFilter;
use domain::ids::{
    BillId, BinId, ChannelId, CommandId, DecisionId, DeliveryId, ExceptionId, LandedId, LpnId, OrderId, OwnerId, PersonId,
    PurchaseId, ReceiptId, ShiftId, SiteId, SiteTransferId, SkuId, SupplierId, TripId,
};
use domain::people::Permission as P;
use domain::returns::QueueFilter;
use domain::sites::design::BinFilter;
use domain::sites::places::Keeping;
use domain::sites::spec::LayoutSpec;
use domain::waves::{Cart, Chosen, Filter, Method, PlanWave};
use serde_json::{Value, json};

use crate::stage::Stage;

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Needs {
    /// Open to the world.
    Nothing,
    /// Any person who is signed in.
    Person,
    May(P),
    /// A portal session; people's sessions do not count there.
    Customer,
    /// An API key with this scope: no session opens it.
    Key(P),
}

pub struct Door {
    pub method: &'static str,
    pub path: &'static str,
    /// Follows the path, when the address needs more.
    pub query: &'static str,
    pub needs: Needs,
    pub body: fn(&Stage) -> Value,
    pub allowed: &'static [u16],
    pub away: &'static [u16],
    pub rival: &'static [u16],
    /// Sent as a plain form; everything else as JSON.
    pub form: bool,
}

/// Posted. Allowed, away and rival all get 200 unless said otherwise: lists are filtered, not refused.
const fn door(path: &'static str, needs: Needs, body: fn(&Stage) -> Value) -> Door {
    let (allowed, away, rival): (&[u16], &[u16], &[u16]) = (&[200], &[200], &[200]);
    Door { method: "POST", path, query: "", needs, body, allowed, away, rival, form: false }
}

impl Door {
    const fn get(mut self) -> Self {
        self.method = "GET";
        self
    }
    const fn query(mut self, query: &'static str) -> Self {
        self.query = query;
        self
    }
    const fn form(mut self) -> Self {
        self.form = true;
        self
    }
    const fn allowed(mut self, statuses: &'static [u16]) -> Self {
        self.allowed = statuses;
        self
    }
    const fn away(mut self, statuses: &'static [u16]) -> Self {
        self.away = statuses;
        self
    }
    const fn rival(mut self, statuses: &'static [u16]) -> Self {
        self.rival = statuses;
        self
    }
}

fn plan(stage: &Stage) -> PlanWave {
    PlanWave {
        site: stage.site,
        orders: Chosen::Most(10),
        method: Method::Cluster,
        cart: Cart::totes(4),
        pickers: 1,
        rounds: domain::waves::Rounds::default(),
        release: false,
    }
}

/// As the builder asks: everything a filter can say, said harmlessly.
fn filtered() -> Chosen {
    Chosen::Filtered(Filter { due_by: DateTime::from_timestamp(4_102_444_800, 0), ..Filter::most(10) })
}

fn service(site: SiteId) -> Value {
    let (code, carrier, service) = ("dhl-next".into(), "DHL".into(), "Next day".into());
    json!(SetService { site, code, carrier, service, countries: vec!["GB".into()], leaves_at: None, usual: false })
}

/// A command's body under an id of its own.
fn command(command: &Value) -> Value {
    json!({ "id": CommandId::mint(), "command": command })
}

/// A new card as the editor sends it, with one barcode.
fn card() -> Value {
    let sku = SkuId::mint();
    let (code, barcode) = (format!("NEW-{sku}"), format!("EAN-{sku}"));
    let naming = json!({ "name": "Quay lamp", "variant": "", "category": "lamps", "unit": "each", "active": true });
    let warehouse = json!({ "dimensions_mm": [100, 80, 50], "weight_g": 250, "slotting": "a" });
    let finance = json!({ "price": "12", "tax_rate": "0.2", "standard_cost": "4" });
    let barcodes = json!([{ "code": barcode, "quantity": 1 }]);
    let card = json!({ "code": code, "naming": naming, "warehouse": warehouse, "finance": finance, "barcodes": barcodes });
    json!({ "id": sku, "card": card, "seen": null, "note": "" })
}

/// A workbook, as a browser sends it.
fn sheet() -> String {
    let book = service::sheets::workbook("skus", &["code"], &[]).expect("a workbook is written");
    let digits = book.iter().flat_map(|byte| [byte >> 4, byte & 15]);
    digits.filter_map(|digit| char::from_digit(digit.into(), 16)).collect()
}

/// Bins by a pattern, none of which is there.
fn many_bins(stage: &Stage) -> Value {
    json!({ "site": stage.site, "bins": {
        "pattern": "Z{aisle}-{bay:02}-{level}", "aisles": "A-D", "first_aisle": 1, "bays": { "from": 1, "to": 4 },
        "levels": { "from": 1, "to": 2 }, "sides": "street", "kind": "reserve", "keeping": Keeping::default() } })
}

fn empty(_: &Stage) -> Value {
    json!({})
}

/// Server functions, the API, and what is neither.
pub const DOORS: &[Door] = &[
    door("/healthz", Needs::Nothing, empty).get(),
    door("/readyz", Needs::Nothing, empty).get(),
    door("/metrics", Needs::Nothing, empty).get(),
    door("/ca.crt", Needs::Nothing, empty).get().allowed(&[404]).away(&[404]).rival(&[404]),
    // People. Grants are the org's, so a person of another site who may edit people edits all of them.
    door("/api/fn/people/sign-in", Needs::Nothing, |_| json!({ "email": "spare@example.org", "password": "guess", "next": "" })).form()
        .allowed(&[401, 429])
        .away(&[401, 429])
        .rival(&[401, 429]),
    door("/api/fn/people/list", Needs::May(P::PeopleView), empty),
    door("/api/fn/people/list.csv", Needs::May(P::PeopleView), empty).get(),
    door("/api/fn/people/add", Needs::May(P::PeopleEdit), |_| {
        json!({ "id": CommandId::mint(), "person": PersonId::mint(), "name": "New", "email": format!("{}@example.org", PersonId::mint()),
                "password": "low tide at noon", "grants": [] })
    }),
    door("/api/fn/people/set-grants", Needs::May(P::PeopleEdit), |s| json!({ "id": CommandId::mint(), "person": s.spare, "grants": [] }))
        .rival(&[404]),
    door("/api/fn/people/set-password", Needs::May(P::PeopleEdit), |s| {
        json!({ "id": CommandId::mint(), "person": s.spare, "password": "high tide at noon" })
    })
    .rival(&[404]),
    door("/api/fn/people/deactivate", Needs::May(P::PeopleEdit), |s| json!({ "id": CommandId::mint(), "person": s.spare }))
        .rival(&[404]),
    door("/api/fn/sites/list", Needs::May(P::StockView), empty),
    door("/api/fn/insight/board", Needs::May(P::LiveView), |s| json!({ "site": s.site })).away(&[403]),
    door("/api/fn/insight/rows", Needs::May(P::LiveView), |s| json!({ "kpi": "stock", "site": s.site, "part": "" })).away(&[403]),
    door("/api/fn/insight/rows.csv", Needs::May(P::LiveView), empty).get(),
    // Exceptions are of a site or of the org.
    door("/api/fn/exceptions/list", Needs::May(P::LiveView), |s| {
        json!({ "filter": ExceptionFilter { site: Some(s.site), ..ExceptionFilter::default() } })
    })
    .away(&[403]),
    door("/api/fn/exceptions/list.csv", Needs::May(P::LiveView), empty).get(),
    door("/api/fn/exceptions/claim", Needs::May(P::ExceptionsResolve), |_| {
        command(&json!({ "id": ExceptionId::mint(), "from": PersonId::NIL }))
    })
    .allowed(&[404])
    .away(&[404])
    .rival(&[404]),
    door("/api/fn/exceptions/resolve", Needs::May(P::ExceptionsResolve), |_| {
        command(&json!({ "id": ExceptionId::mint(), "resolution": "done" }))
    })
    .allowed(&[404])
    .away(&[404])
    .rival(&[404]),
    // Orders are the org's: a site has no say in who may see or stop one.
    door("/api/fn/orders/list", Needs::May(P::OrdersView), |_| json!({ "search": "", "stage": "", "after": "" })),
    door("/api/fn/orders/list.csv", Needs::May(P::OrdersView), empty).get(),
    door("/api/fn/orders/order", Needs::May(P::OrdersView), |s| json!({ "number": s.number })).rival(&[404]),
    door("/api/fn/orders/release", Needs::May(P::OrdersRelease), |s| {
        json!({ "id": CommandId::mint(), "command": { "orders": [s.order] } })
    })
    .rival(&[404]),
    door("/api/fn/orders/cancel", Needs::May(P::OrdersEdit), |s| {
        json!({ "id": CommandId::mint(), "command": { "order": s.order, "reason": { "code": "changed_mind", "note": "" } } })
    })
    .allowed(&[200, 409])
    .away(&[200, 409])
    .rival(&[404]),
    door("/api/fn/orders/address", Needs::May(P::OrdersEdit), |s| {
        let address = json!({ "order": s.order, "customer_name": "Ana Price", "address_line": "2 Quay", "city": "Leeds", "postcode": "LS1" });
        json!({ "id": CommandId::mint(), "command": address })
    })
    .allowed(&[200, 409])
    .away(&[200, 409])
    .rival(&[404]),
    door("/api/fn/orders/payment", Needs::May(P::OrdersEdit), |s| {
        json!({ "id": CommandId::mint(), "command": { "order": s.order, "payment": { "kind": "paid", "reference": "TT 4711" } } })
    })
    .allowed(&[200, 409])
    .away(&[200, 409])
    .rival(&[404]),
    // Stock.
    door("/api/fn/stock/inventory", Needs::May(P::StockView), |_| json!({ "search": "", "state": "", "page": 0 })),
    door("/api/fn/stock/inventory.csv", Needs::May(P::StockView), empty).get(),
    // Master data is the org's: a person of another site who may edit cards edits all of them, or asks their owners.
    door("/api/fn/data/readiness", Needs::May(P::CatalogEdit), |_| json!({ "of": "skus", "search": "", "fact": null, "page": 1 })),
    door("/api/fn/data/card", Needs::May(P::CatalogEdit), |s| json!({ "sku": s.sku })).rival(&[404]),
    // Whoever owns the naming writes new cards.
    door("/api/fn/data/save", Needs::May(P::CatalogEdit), |_| command(&card())).allowed(&[200, 403]),
    door("/api/fn/data/changes", Needs::May(P::CatalogEdit), |_| json!({ "status": null, "page": 1 })),
    door("/api/fn/data/decide", Needs::May(P::CatalogEdit), |s| command(&json!({ "id": s.change, "approve": true, "reason": { "code": "", "note": "" } })))
        .allowed(&[200, 403, 409])
        .away(&[200, 409])
        .rival(&[404]),
    door("/api/fn/data/withdraw", Needs::May(P::CatalogEdit), |s| command(&json!({ "id": s.change })))
        .allowed(&[403])
        .away(&[403])
        .rival(&[404]),
    door("/api/fn/reasons/choices", Needs::May(P::OrdersEdit), |_| json!({ "process": "order_cancel" })),
    door("/api/fn/reasons/codes", Needs::May(P::CatalogEdit), empty),
    door("/api/fn/reasons/add", Needs::May(P::CatalogRules), |_| {
        let code = format!("r{}", CommandId::mint().0.simple());
        command(&json!({ "process": "order_cancel", "code": code, "words": "Moved away", "means": "changed_mind" }))
    }),
    door("/api/fn/reasons/retire", Needs::May(P::CatalogRules), |_| {
        command(&json!({ "process": "order_cancel", "code": "suspected_fraud", "retire": true }))
    }),
    door("/api/fn/data/rules", Needs::May(P::CatalogEdit), empty),
    door("/api/fn/data/set-rules", Needs::May(P::CatalogRules), |_| {
        command(&json!({ "rules": { "thresholds": [["skus", 0]], "owners": [["naming", "admin"]] } }))
    }),
    door("/api/fn/data/import", Needs::May(P::CatalogEdit), |_| {
        json!({ "id": CommandId::mint(), "text": "code,name\nNEWTHING,New thing", "dry_run": true })
    }),
    door("/api/fn/data/sheet.csv", Needs::May(P::CatalogEdit), empty).get(),
    door("/api/fn/data/sheet.xlsx", Needs::May(P::CatalogEdit), empty).get(),
    door("/api/fn/files/sheet", Needs::Person, |_| json!({ "hex": sheet() })),
    door("/api/fn/stock/explore", Needs::May(P::StockView), |s| {
        let only = json!({ "search": "", "sku": null, "category": "", "site": s.site, "zone": "", "bin": "", "state": null, "unit": "",
                           "owner": "", "lot": "", "serial": "" });
        json!({ "asked": { "only": only, "by": "site", "then": "state", "moment": null, "value": true, "page": 1 } })
    })
    .away(&[403]),
    door("/api/fn/stock/explore.csv", Needs::May(P::StockView), empty).get(),
    door("/api/fn/stock/movements", Needs::May(P::StockView), |s| {
        let only = json!({ "search": "", "sku": null, "category": "", "site": s.site, "zone": "", "bin": "", "state": null, "unit": "",
                           "owner": "", "lot": "", "serial": "" });
        json!({ "asked": { "only": only, "by": null, "then": null, "reason": "", "clock": "recorded", "from": null, "until": null, "page": 1 } })
    })
    .away(&[403]),
    door("/api/fn/stock/movements.csv", Needs::May(P::StockView), empty).get(),
    door("/api/fn/stock/sku", Needs::May(P::StockView), |s| json!({ "sku": s.sku })).rival(&[404]),
    door("/api/fn/lots/name", Needs::May(P::StockAdjust), |s| {
        command(&json!({ "sku": s.sku, "site": s.site, "bin": BinId::NIL, "quantity": 1, "marks": { "lot": "L1" } }))
    })
    .allowed(&[404, 409])
    .away(&[403])
    .rival(&[404]),
    door("/api/fn/stock/hold", Needs::May(P::StockHold), |s| {
        json!({ "id": CommandId::mint(), "command": { "sku": s.sku, "site": s.site, "bin": BinId::NIL, "quantity": 1, "hold": true,
                "reason": "investigation", "note": "" } })
    })
    .allowed(&[404, 409])
    .away(&[403])
    .rival(&[404]),
    // Lots are the org's: a recall reaches every site where one stands, so it takes the right there. Who has some is for those who see
    // orders.
    door("/api/fn/lots/list", Needs::May(P::StockView), |_| json!({ "search": "", "which": "", "page": 1 })),
    door("/api/fn/lots/one", Needs::May(P::StockView), |s| json!({ "lot": s.lot })).rival(&[404]),
    door("/api/fn/lots/customers.csv", Needs::May(P::OrdersView), empty).get().allowed(&[404]).away(&[404]).rival(&[404]),
    door("/api/fn/lots/recall", Needs::May(P::StockHold), |s| command(&json!({ "lot": s.lot, "reason": { "code": "contaminated", "note": "Glass in it" } })))
        .allowed(&[200, 409])
        .away(&[403])
        .rival(&[404]),
    door("/api/fn/lots/release", Needs::May(P::StockRelease), |s| command(&json!({ "lot": s.lot, "reason": { "code": "tested_good", "note": "" } })))
        .allowed(&[200, 409])
        .away(&[403])
        .rival(&[404]),
    door("/api/fn/lots/tracking", Needs::May(P::StockView), |s| json!({ "sku": s.sku })).rival(&[404]),
    // How an item is told apart is said by who owns its place.
    door("/api/fn/lots/set-tracking", Needs::May(P::CatalogEdit), |s| {
        let policy = json!({ "lot": true, "serial": false, "expiry": true, "picking": "fefo", "shelf_life_days": 30 });
        command(&json!({ "sku": s.serum, "policy": policy }))
    })
    .allowed(&[200, 403])
    .rival(&[404]),
    door("/api/fn/lots/rules", Needs::May(P::StockView), empty),
    door("/api/fn/lots/set-rules", Needs::May(P::CatalogEdit), |_| {
        command(&json!({ "picking": "fefo", "min_life_days": [["web", 0]] }))
    })
    .rival(&[422]),
    // Clients are the org's; the bin that is kept for one is its site's.
    door("/api/fn/owners/list", Needs::May(P::StockView), empty),
    door("/api/fn/owners/add", Needs::May(P::StockPlan), |_| {
        let id = OwnerId::mint();
        let code = format!("O-{}", &id.0.simple().to_string().to_uppercase()[16..]);
        command(&json!({ "id": id, "code": code, "name": "Another" }))
    }),
    door("/api/fn/owners/retire", Needs::May(P::StockPlan), |s| command(&json!({ "owner": s.owner })))
        .allowed(&[200, 409])
        .away(&[200, 409])
        .rival(&[404]),
    door("/api/fn/owners/keep-bin", Needs::May(P::SitesEdit), |s| command(&json!({ "bin": s.bin, "owner": "" })))
        .away(&[403])
        .rival(&[404]),
    door("/api/fn/catalog/kit", Needs::May(P::StockView), |s| json!({ "kit": s.sku })),
    // What is in stock is no kit; what a kit is made of is said by who owns the naming.
    door("/api/fn/catalog/set-kit", Needs::May(P::CatalogEdit), |s| {
        json!({ "id": CommandId::mint(), "command": { "kit": s.sku, "parts": [] } })
    })
    .allowed(&[200, 403])
    .rival(&[404]),
    // Replenishment: what bins should hold is planned, goods are brought on the floor.
    door("/api/fn/replenish/board", Needs::May(P::StockView), |s| json!({ "site": s.site })).away(&[403]),
    door("/api/fn/replenish/board.csv", Needs::May(P::StockView), empty).get(),
    door("/api/fn/replenish/forward-picks", Needs::May(P::StockView), |_| json!({ "site": null, "search": "", "page": 1 })),
    door("/api/fn/replenish/forward-picks.csv", Needs::May(P::StockView), empty).get(),
    door("/api/fn/replenish/set", Needs::May(P::StockPlan), |s| {
        command(&json!({ "site": s.site, "bin_code": "A01-01L-1", "sku_code": "QUAYLAMP", "min": 2, "max": 9, "slotting": "a" }))
    })
    .away(&[403])
    .rival(&[422]),
    door("/api/fn/replenish/remove", Needs::May(P::StockPlan), |s| {
        command(&json!({ "site": s.site, "bin": BinId::NIL, "sku": s.sku }))
    })
    .allowed(&[404])
    .away(&[403])
    .rival(&[404]),
    door("/api/fn/replenish/import", Needs::May(P::StockPlan), |s| {
        json!({ "id": CommandId::mint(), "site": s.site, "text": "bin,sku,min,max,slotting\nA01-01L-1,MUG,1,2,a", "dry_run": false })
    })
    .away(&[403]),
    door("/api/fn/replenish/to-bring", Needs::May(P::StockMove), |s| json!({ "site": s.site })).away(&[403]),
    door("/api/fn/replenish/claim", Needs::May(P::StockMove), |s| command(&json!({ "task": s.bring })))
        .allowed(&[200, 409])
        .away(&[403])
        .rival(&[404]),
    door("/api/fn/replenish/move", Needs::May(P::StockMove), |s| {
        command(&json!({ "task": s.bring, "from_code": "A04-09R-2", "item_code": "QUAYLAMP", "quantity": 1, "to_code": "A01-01L-1",
                         "short": null }))
    })
    .allowed(&[200, 409])
    .away(&[403])
    .rival(&[404]),
    // Transfers are of both ends: the giving site approves and loads, the other takes in and closes.
    door("/api/fn/transfers/list", Needs::May(P::StockView), |s| json!({ "site": s.site, "open": true, "page": 1 })).away(&[403]),
    door("/api/fn/transfers/list.csv", Needs::May(P::StockView), empty).get(),
    door("/api/fn/transfers/transfer", Needs::May(P::StockView), |s| json!({ "number": s.transfer_number }))
        .away(&[404])
        .rival(&[404]),
    door("/api/fn/transfers/trucks", Needs::May(P::StockMove), |s| json!({ "site": s.site })).away(&[403]),
    door("/api/fn/transfers/request", Needs::May(P::StockPlan), |s| {
        command(&json!({ "id": SiteTransferId::mint(), "from": s.site, "to": s.third, "lines": "QUAYLAMP 1", "note": "" }))
    })
    .away(&[403])
    .rival(&[422]),
    door("/api/fn/transfers/approve", Needs::May(P::StockPlan), |s| command(&json!({ "transfer": s.transfer })))
        .allowed(&[200, 409])
        .away(&[403])
        .rival(&[404]),
    door("/api/fn/transfers/load", Needs::May(P::StockMove), |s| {
        command(&json!({ "transfer": s.transfer, "units": [{ "bin_code": "A04-09R-2", "item_code": "QUAYLAMP", "quantity": 1 }],
                         "last": false }))
    })
    .allowed(&[200, 409])
    .away(&[403])
    .rival(&[404]),
    door("/api/fn/transfers/receive", Needs::May(P::StockMove), |s| {
        command(&json!({ "transfer": s.coming, "units": [{ "bin_code": "DOCK", "item_code": "QUAYLAMP", "quantity": 1 }] }))
    })
    .away(&[403])
    .rival(&[404]),
    door("/api/fn/transfers/close", Needs::May(P::StockPlan), |s| {
        command(&json!({ "transfer": s.coming, "reason": { "code": "missing", "note": "" } }))
    })
    .allowed(&[200, 409])
    .away(&[403])
    .rival(&[404]),
    door("/api/fn/transfers/balancing", Needs::May(P::StockPlan), empty),
    door("/api/fn/transfers/cover.csv", Needs::May(P::StockPlan), empty).get(),
    door("/api/fn/transfers/request-proposed", Needs::May(P::StockPlan), |s| {
        command(&json!({ "id": SiteTransferId::mint(), "from": s.site, "to": s.third }))
    })
    .allowed(&[409])
    .away(&[403])
    .rival(&[409]),
    door("/api/fn/transfers/set-lane", Needs::May(P::StockPlan), |s| {
        command(&json!({ "from": s.third, "to": s.site, "freight": "120.50", "per_kg": "0.25", "days": 2 }))
    })
    .away(&[403])
    .rival(&[404]),
    door("/api/fn/transfers/buffers", Needs::May(P::StockView), empty),
    door("/api/fn/transfers/set-buffer", Needs::May(P::StockPlan), |_| {
        command(&json!({ "channel": "web", "sku_code": "", "units": 2 }))
    })
    .rival(&[422]),
    door("/api/fn/transfers/cancel", Needs::May(P::StockPlan), |s| command(&json!({ "transfer": s.transfer, "reason": { "code": "not_needed", "note": "" } })))
        .allowed(&[200, 409])
        .away(&[403])
        .rival(&[404]),
    // Counts stand at sites; what is counted, and what is corrected, is somebody's of that site.
    door("/api/fn/counts/floor", Needs::May(P::Count), |s| json!({ "site": s.site })).away(&[403]),
    door("/api/fn/counts/item", Needs::May(P::Count), |_| json!({ "code": "QUAYLAMP-EAN" })).rival(&[404]),
    door("/api/fn/counts/begin", Needs::May(P::Count), |s| command(&json!({ "site": s.site, "bin_code": "A02-02L-1" })))
        .allowed(&[200, 403, 409])
        .away(&[403])
        .rival(&[422]),
    door("/api/fn/counts/count", Needs::May(P::Count), |s| command(&json!({ "count": s.count, "sku": s.sku, "quantity": 1 })))
        .allowed(&[409])
        .away(&[403])
        .rival(&[404]),
    door("/api/fn/counts/unit", Needs::May(P::Count), |s| command(&json!({ "count": s.count, "code": "PAL-1", "seen": true })))
        .allowed(&[409])
        .away(&[403])
        .rival(&[404]),
    door("/api/fn/counts/finish", Needs::May(P::Count), |s| command(&json!({ "count": s.count })))
        .allowed(&[409])
        .away(&[403])
        .rival(&[404]),
    door("/api/fn/counts/leave", Needs::May(P::Count), |s| command(&json!({ "count": s.count })))
        .allowed(&[409])
        .away(&[403])
        .rival(&[404]),
    door("/api/fn/counts/empty", Needs::May(P::Count), |s| command(&json!({ "count": s.count })))
        .allowed(&[409])
        .away(&[403])
        .rival(&[404]),
    door("/api/fn/counts/list", Needs::May(P::CountsView), |_| json!({ "filter": CountFilter::default() })),
    door("/api/fn/counts/list.csv", Needs::May(P::CountsView), empty).get(),
    door("/api/fn/counts/receipt", Needs::May(P::CountsView), |s| json!({ "number": s.count_number }))
        .away(&[403])
        .rival(&[404]),
    door("/api/fn/counts/decide", Needs::May(P::CountsApprove), |s| {
        command(&json!({ "count": s.count, "approve": false, "reason": { "code": "not_believed", "note": "" } }))
    })
    .allowed(&[409])
    .away(&[403])
    .rival(&[404]),
    door("/api/fn/counts/request", Needs::May(P::CountsPlan), |s| {
        command(&json!({ "site": s.site, "bin_code": "A03-03L-1", "reason": { "code": "looks_wrong", "note": "" } }))
    })
    .away(&[403])
    .rival(&[422]),
    door("/api/fn/counts/plan", Needs::May(P::CountsPlan), |s| command(&json!({ "site": s.site }))).away(&[403]).rival(&[404]),
    door("/api/fn/counts/programme", Needs::May(P::CountsView), |s| json!({ "site": s.site })).away(&[403]).rival(&[404]),
    door("/api/fn/counts/set-programme", Needs::May(P::CountsPlan), |s| {
        command(&json!({ "site": s.site, "programme": Programme::opening() }))
    })
    .away(&[403])
    .rival(&[404]),
    door("/api/fn/counts/accuracy", Needs::May(P::CountsView), |s| json!({ "site": s.site })).away(&[403]),
    door("/api/fn/counts/accuracy.csv", Needs::May(P::CountsView), empty).get(),
    door("/api/fn/counts/adjustments", Needs::May(P::StockAdjust), |s| json!({ "site": s.site, "status": "", "page": 1 })).away(&[403]),
    door("/api/fn/counts/adjustments.csv", Needs::May(P::StockAdjust), empty).get(),
    door("/api/fn/counts/adjust", Needs::May(P::StockAdjust), |s| {
        command(&json!({ "site": s.site, "bin_code": "A01-01L-1", "sku_code": "QUAYLAMP", "state": "sellable", "units": -1,
                         "reason": "misplaced", "note": "" }))
    })
    .allowed(&[200, 409])
    .away(&[403])
    .rival(&[422]),
    door("/api/fn/counts/decide-adjustment", Needs::May(P::CountsApprove), |s| {
        command(&json!({ "id": s.adjustment, "approve": false, "reason": { "code": "found_since", "note": "" } }))
    })
    .allowed(&[200, 409])
    .away(&[403])
    .rival(&[404]),
    door("/api/fn/counts/withdraw-adjustment", Needs::May(P::StockAdjust), |s| command(&json!({ "id": s.adjustment })))
        .allowed(&[403, 409])
        .away(&[403])
        .rival(&[404]),
    // Waves.
    door("/api/fn/waves/list", Needs::May(P::WavesView), |_| json!({ "site": null })),
    door("/api/fn/waves/list.csv", Needs::May(P::WavesView), empty).get(),
    door("/api/fn/waves/waiting", Needs::May(P::WavesView), |s| json!({ "site": s.site })).away(&[403]),
    door("/api/fn/waves/map", Needs::May(P::WavesView), |s| json!({ "wave": s.planned })).away(&[403]).rival(&[404]),
    door("/api/fn/waves/whatif", Needs::May(P::WavesView), |s| json!({ "wave": s.planned })).away(&[403]).rival(&[404]),
    door("/api/fn/sites/activity", Needs::May(P::WavesView), |s| json!({ "site": s.site, "span": "week" }))
        .away(&[403])
        .rival(&[404]),
    door("/api/fn/sites/bay", Needs::May(P::WavesView), |s| {
        json!({ "site": s.site, "span": "week", "bay": { "aisle": 1, "side": "left", "y_mm": 600 } })
    })
    .away(&[403]),
    door("/api/fn/sites/activity.csv", Needs::May(P::WavesView), empty).get().allowed(&[404]).away(&[404]).rival(&[404]),
    // A site's drawing and its bins stand at that site; a new site is made by who changes all of them.
    door("/api/fn/sites/design", Needs::May(P::StockView), |s| json!({ "site": s.site })).away(&[403]).rival(&[404]),
    door("/api/fn/sites/open", Needs::May(P::SitesEdit), |_| {
        json!({ "id": CommandId::mint(), "site": { "id": SiteId::mint(), "code": "NEWHALL", "name": "New hall", "country": "GB",
                "timezone": "Europe/London", "rank": 9, "spec": LayoutSpec::small(), "with_bins": false, "totes": 0 } })
    })
    .allowed(&[403])
    .away(&[403]),
    door("/api/fn/sites/draw", Needs::May(P::SitesEdit), |s| {
        let layout = LayoutSpec::small().layout().expect("it is sound");
        command(&json!({ "site": s.site, "version": 1, "layout": layout }))
    })
    .allowed(&[200, 409])
    .away(&[403])
    .rival(&[404]),
    door("/api/fn/sites/preview-bins", Needs::May(P::SitesEdit), |s| json!({ "command": many_bins(s) })).allowed(&[200, 409])
        .away(&[403])
        .rival(&[404]),
    door("/api/fn/sites/add-bins", Needs::May(P::SitesEdit), |s| command(&many_bins(s)))
        .allowed(&[200, 409])
        .away(&[403])
        .rival(&[404]),
    door("/api/fn/sites/add-bin", Needs::May(P::SitesEdit), |s| {
        command(&json!({ "id": BinId::mint(), "site": s.site, "code": "GATE-7", "kind": "dock", "at": null, "keeping": Keeping::default() }))
    })
    .allowed(&[200, 409])
    .away(&[403])
    .rival(&[404]),
    door("/api/fn/sites/bins", Needs::May(P::StockView), |s| json!({ "site": s.site, "filter": BinFilter::default() }))
        .away(&[403])
        .rival(&[404]),
    door("/api/fn/sites/bins.csv", Needs::May(P::StockView), empty).get().allowed(&[404]).away(&[404]).rival(&[404]),
    door("/api/fn/sites/labels.pdf", Needs::May(P::StockView), empty).get().allowed(&[404]).away(&[404]).rival(&[404]),
    door("/api/fn/sites/labels.zpl", Needs::May(P::StockView), empty).get().allowed(&[404]).away(&[404]).rival(&[404]),
    door("/api/fn/sites/bin", Needs::May(P::StockView), |s| json!({ "bin": s.bin })).away(&[403]).rival(&[404]),
    door("/api/fn/sites/change-bin", Needs::May(P::SitesEdit), |s| {
        command(&json!({ "bin": s.bin, "code": "A01-01L-1", "kind": "pick", "keeping": Keeping::default() }))
    })
    .away(&[403])
    .rival(&[404]),
    door("/api/fn/sites/import-bins", Needs::May(P::SitesEdit), |_| {
        json!({ "id": CommandId::mint(), "text": "site,bin,volume_ml\nLDS,A03-03L-1,70000", "dry_run": true })
    }),
    door("/api/fn/sites/lock-bin", Needs::May(P::SitesEdit), |s| command(&json!({ "bin": s.bin, "locked": false, "reason": { "code": "", "note": "" } })))
        .away(&[403])
        .rival(&[404]),
    door("/api/fn/sites/retire-bin", Needs::May(P::SitesEdit), |s| command(&json!({ "bin": s.bin })))
        .allowed(&[409])
        .away(&[403])
        .rival(&[404]),
    // Putaway is done at a site; what an item asks of its place is the org's.
    door("/api/fn/putaway/waiting", Needs::May(P::StockReceive), |s| json!({ "site": s.site })).away(&[403]),
    door("/api/fn/putaway/propose", Needs::May(P::StockReceive), |s| {
        command(&json!({ "site": s.site, "from": s.bin, "lpn": LpnId::NIL, "sku": s.sku, "state": "sellable", "quantity": 1 }))
    })
    .allowed(&[409])
    .away(&[403])
    .rival(&[409]),
    door("/api/fn/putaway/put", Needs::May(P::StockReceive), |s| {
        command(&json!({ "site": s.site, "from": s.bin, "lpn": LpnId::NIL, "sku": s.sku, "state": "sellable", "quantity": 1,
                         "proposal": DecisionId::mint(), "target_code": "A01-02L-1", "reason": "" }))
    })
    .allowed(&[409])
    .away(&[403])
    .rival(&[409]),
    door("/api/fn/putaway/handling", Needs::May(P::StockView), |s| json!({ "sku": s.sku })).rival(&[404]),
    door("/api/fn/putaway/set-handling", Needs::May(P::CatalogEdit), |s| {
        command(&json!({ "sku": s.sku, "class": "ambient", "hazard": "none" }))
    })
    .rival(&[404]),
    // Handling units are made, looked at and moved at their site.
    door("/api/fn/units/unit", Needs::May(P::StockMove), |s| json!({ "site": s.site, "code": "PAL-1" })).away(&[403]).rival(&[404]),
    door("/api/fn/units/scan", Needs::May(P::StockMove), |s| json!({ "site": s.site, "code": "PAL-1" })).away(&[403]),
    door("/api/fn/units/make", Needs::May(P::StockMove), |s| {
        command(&json!({ "id": LpnId::mint(), "site": s.site, "kind": "carton", "code": "CAR-9" }))
    })
    .allowed(&[200, 409])
    .away(&[403])
    .rival(&[404]),
    door("/api/fn/units/move", Needs::May(P::StockMove), |s| command(&json!({ "unit": s.pallet, "target_code": "DOCK" })))
        .away(&[403])
        .rival(&[404]),
    door("/api/fn/units/fill", Needs::May(P::StockMove), |s| {
        command(&json!({ "unit": s.pallet, "bin_code": "DOCK", "item_code": "QUAYLAMP", "quantity": 1 }))
    })
    .allowed(&[200, 409])
    .away(&[403])
    .rival(&[404]),
    door("/api/fn/units/unpack", Needs::May(P::StockMove), |s| command(&json!({ "unit": s.pallet })))
        .allowed(&[200, 409])
        .away(&[403])
        .rival(&[404]),
    door("/api/fn/waves/plan", Needs::May(P::WavesPlan), |s| {
        json!({ "id": CommandId::mint(), "command": plan(s) })
    })
    .allowed(&[200, 409])
    .away(&[403])
    .rival(&[404]),
    door("/api/fn/waves/preview", Needs::May(P::WavesPlan), |s| {
        json!({ "ticket": CommandId::mint(), "command": PlanWave { orders: filtered(), ..plan(s) } })
    })
    .allowed(&[200, 409])
    .away(&[403])
    .rival(&[404]),
    door("/api/fn/waves/preview/progress", Needs::May(P::WavesPlan), |_| json!({ "ticket": CommandId::mint() })),
    door("/api/fn/waves/preview/stop", Needs::May(P::WavesPlan), |_| json!({ "ticket": CommandId::mint() })),
    door("/api/fn/waves/choices", Needs::May(P::WavesView), |s| json!({ "site": s.site })).away(&[403]).rival(&[404]),
    door("/api/fn/waves/receipt", Needs::May(P::WavesView), |s| json!({ "wave": s.planned })).away(&[403]).rival(&[404]),
    door("/api/fn/waves/release", Needs::May(P::WavesPlan), |s| command(&json!({ "wave": s.planned })))
        .allowed(&[200, 409])
        .away(&[403])
        .rival(&[404]),
    door("/api/fn/waves/cancel", Needs::May(P::WavesPlan), |s| command(&json!({ "wave": s.planned })))
        .allowed(&[200, 409])
        .away(&[403])
        .rival(&[404]),
    door("/api/fn/waves/outlook", Needs::May(P::WavesView), |s| json!({ "site": s.site })).away(&[403]),
    door("/api/fn/waves/even-out", Needs::May(P::WavesPlan), |s| command(&json!({ "site": s.site })))
        .allowed(&[200, 409])
        .away(&[403])
        .rival(&[409]),
    door("/api/fn/waves/split", Needs::May(P::WavesPlan), |s| command(&json!({ "wave": s.planned, "trips": [TripId::mint()] })))
        .allowed(&[404, 409])
        .away(&[403])
        .rival(&[404]),
    door("/api/fn/waves/orders", Needs::May(P::WavesView), |s| json!({ "wave": s.planned })).away(&[403]).rival(&[404]),
    door("/api/fn/waves/part-orders", Needs::May(P::WavesPlan), |s| {
        command(&json!({ "wave": s.planned, "orders": [OrderId::mint()] }))
    })
    .allowed(&[404, 409])
    .away(&[403])
    .rival(&[404]),
    door("/api/fn/carriers/list", Needs::May(P::WavesView), |s| json!({ "site": s.site })).away(&[403]).rival(&[404]),
    door("/api/fn/carriers/set-service", Needs::May(P::WavesPlan), |s| command(&service(s.site)))
        .away(&[403])
        .rival(&[404]),
    door("/api/fn/carriers/set-channel-service", Needs::May(P::WavesPlan), |_| {
        command(&json!({ "channel": ChannelId::mint(), "service": "" }))
    })
    .allowed(&[404])
    .away(&[404])
    .rival(&[404]),
    // The roster stands at sites; a file says for itself at which.
    door("/api/fn/waves/roster", Needs::May(P::WavesView), |s| json!({ "site": s.site, "day": "2026-11-25" })).away(&[403]),
    door("/api/fn/waves/roster.csv", Needs::May(P::WavesView), empty).get(),
    door("/api/fn/waves/workers", Needs::May(P::WavesPlan), |s| json!({ "site": s.site })).away(&[403]),
    door("/api/fn/waves/set-shift", Needs::May(P::WavesPlan), |s| {
        json!({ "id": CommandId::mint(), "shift": { "id": ShiftId::mint(), "site": s.site, "person": PersonId::mint(), "role": "picker",
                "starts_at": "2026-11-25 06:00", "ends_at": "2026-11-25 14:00" } })
    })
    .allowed(&[422])
    .away(&[403])
    .rival(&[404]),
    door("/api/fn/waves/remove-shift", Needs::May(P::WavesPlan), |_| command(&json!({ "id": ShiftId::mint() })))
        .allowed(&[404])
        .away(&[404])
        .rival(&[404]),
    door("/api/fn/waves/import-roster", Needs::May(P::WavesPlan), |_| {
        json!({ "id": CommandId::mint(), "text": "site,email,role,starts_at,ends_at\n", "dry_run": true })
    }),
    // The floor: every door but the lists names something that stands at one site.
    door("/api/fn/floor/trips", Needs::May(P::Pick), |s| json!({ "site": s.site })).away(&[403]),
    door("/api/fn/floor/trip", Needs::May(P::Pick), |s| json!({ "trip": s.trip })).away(&[403]).rival(&[404]),
    door("/api/fn/floor/parcel", Needs::May(P::Pack), |s| json!({ "parcel": s.parcel })).away(&[403]).rival(&[404]),
    door("/api/fn/floor/parcels", Needs::May(P::Pack), |s| json!({ "site": s.site })).away(&[403]),
    door("/api/fn/floor/parcels.csv", Needs::May(P::Pack), empty).get(),
    door("/api/fn/floor/find", Needs::May(P::StockView), |s| json!({ "site": s.site, "code": "QUAYLAMP-EAN" })).away(&[403]),
    door("/api/fn/floor/claim", Needs::May(P::Pick), |s| command(&json!({ "trip": s.trip })))
        .allowed(&[200, 409])
        .away(&[403])
        .rival(&[404]),
    door("/api/fn/floor/bind", Needs::May(P::Pick), |s| command(&json!({ "trip": s.trip, "slot": 1, "code": "NO-SUCH-TOTE" })))
        .allowed(&[404, 409, 422])
        .away(&[403])
        .rival(&[404]),
    door("/api/fn/floor/pick", Needs::May(P::Pick), |s| {
        command(&json!({ "task": s.task, "bin_code": "X", "item_code": "X", "tote_code": "X", "quantity": 1 }))
    })
    .allowed(&[404, 409, 422])
    .away(&[403])
    .rival(&[404]),
    door("/api/fn/floor/unpick", Needs::May(P::Pick), |s| command(&json!({ "task": s.task, "quantity": 1 })))
        .allowed(&[404, 409, 422])
        .away(&[403])
        .rival(&[404]),
    door("/api/fn/floor/put-backs", Needs::May(P::Pick), |s| json!({ "site": s.site })).away(&[403]),
    door("/api/fn/floor/put-back", Needs::May(P::Pick), |s| {
        command(&json!({ "task": s.task, "bin_code": "X", "item_code": "X", "quantity": 1 }))
    })
    .allowed(&[404, 409, 422])
    .away(&[403])
    .rival(&[404]),
    door("/api/fn/floor/short", Needs::May(P::Pick), |s| command(&json!({ "task": s.task, "reason": "missing" })))
        .allowed(&[200, 409])
        .away(&[403])
        .rival(&[404]),
    door("/api/fn/floor/leave", Needs::May(P::Pick), |s| command(&json!({ "trip": s.trip })))
        .allowed(&[200, 409])
        .away(&[403])
        .rival(&[404]),
    door("/api/fn/floor/open-parcel", Needs::May(P::Pack), |s| command(&json!({ "site": s.site, "scan": "NO-SUCH" })))
        .allowed(&[404, 409])
        .away(&[403])
        .rival(&[404]),
    door("/api/fn/floor/pack", Needs::May(P::Pack), |s| command(&json!({ "parcel": s.parcel, "code": "NO-SUCH" })))
        .allowed(&[404, 409, 422])
        .away(&[403])
        .rival(&[404]),
    door("/api/fn/floor/close", Needs::May(P::Pack), |s| command(&json!({ "parcel": s.parcel, "weight_g": null })))
        .allowed(&[409, 422])
        .away(&[403])
        .rival(&[404]),
    door("/api/fn/floor/ship", Needs::May(P::Ship), |s| {
        command(&json!({ "parcels": [s.parcel], "carrier": "Tide Post", "service": "48" }))
    })
    .allowed(&[409, 422])
    .away(&[403])
    .rival(&[404]),
    // Returns and refunds are the org's, as orders are; goods come in and are graded at one site.
    door("/api/fn/returns/queue", Needs::May(P::ReturnsView), |_| json!({ "filter": QueueFilter::default() })),
    door("/api/fn/returns/queue.csv", Needs::May(P::ReturnsView), empty).get(),
    door("/api/fn/returns/return", Needs::May(P::ReturnsView), |s| json!({ "number": s.rma_number })).rival(&[404]),
    door("/api/fn/returns/decide", Needs::May(P::ReturnsAuthorise), |s| {
        command(&json!({ "id": s.rma, "approve": true, "reason": "", "why": "asked to" }))
    })
    .allowed(&[409])
    .away(&[409])
    .rival(&[404]),
    door("/api/fn/returns/cancel", Needs::May(P::ReturnsAuthorise), |s| command(&json!({ "id": s.rma })))
        .allowed(&[409])
        .away(&[409])
        .rival(&[404]),
    door("/api/fn/returns/bench", Needs::May(P::ReturnsReceive), |s| json!({ "site": s.site, "scan": s.rma_number }))
        .away(&[403])
        .rival(&[200, 404]),
    door("/api/fn/returns/receive", Needs::May(P::ReturnsReceive), |s| {
        command(&json!({ "return_line": s.return_line, "quantity": 9, "site": s.site, "bin": null }))
    })
    .allowed(&[409, 422])
    .away(&[403])
    .rival(&[404]),
    door("/api/fn/returns/receive-unidentified", Needs::May(P::ReturnsReceive), |s| {
        command(&json!({ "site": s.site, "scanned": "?", "note": "no label" }))
    })
    .away(&[403])
    .rival(&[404]),
    door("/api/fn/returns/inspect", Needs::May(P::ReturnsInspect), |s| {
        command(&json!({ "receipt_line": s.receipt_line, "quantity": 9, "grade": "A", "checklist": [], "note": "", "disposition": null, "bin": null }))
    })
    .allowed(&[409, 422])
    .away(&[403])
    .rival(&[404]),
    door("/api/fn/refunds/list", Needs::May(P::RefundsView), |_| json!({ "status": "", "page": 1 })),
    door("/api/fn/refunds/propose", Needs::May(P::RefundsPropose), |s| {
        command(&json!({ "id": s.rma, "units": [{ "inspection": s.inspection, "quantity": 1 }], "kind": "refund" }))
    })
    .allowed(&[200, 409, 422])
    .away(&[200, 409, 422])
    .rival(&[404]),
    door("/api/fn/refunds/approve", Needs::May(P::RefundsApprove), |s| command(&json!({ "id": s.refund })))
        .allowed(&[200, 409])
        .away(&[200, 409])
        .rival(&[404]),
    door("/api/fn/refunds/decline", Needs::May(P::RefundsApprove), |s| command(&json!({ "id": s.refund, "reason": { "code": "wrong_amount", "note": "" } })))
        .allowed(&[200, 409])
        .away(&[200, 409])
        .rival(&[404]),
    door("/api/fn/refunds/retry", Needs::May(P::RefundsApprove), |s| command(&json!({ "id": s.refund })))
        .allowed(&[409])
        .away(&[409])
        .rival(&[404]),
    // Suppliers are the org's; an order and its deliveries stand at one site.
    door("/api/fn/purchasing/list", Needs::May(P::PurchasingView), |_| {
        json!({ "filter": { "search": "", "standing": null, "site": null, "page": 1 } })
    }),
    door("/api/fn/purchasing/list.csv", Needs::May(P::PurchasingView), empty).get(),
    door("/api/fn/purchasing/order", Needs::May(P::PurchasingView), |s| json!({ "number": s.purchase_number }))
        .away(&[403])
        .rival(&[404]),
    door("/api/fn/purchasing/inbound", Needs::May(P::PurchasingView), |s| json!({ "site": s.site, "day": "2026-11-25" }))
        .away(&[403])
        .rival(&[404]),
    door("/api/fn/purchasing/inbound.csv", Needs::May(P::PurchasingView), empty).get(),
    door("/api/fn/purchasing/suppliers", Needs::May(P::PurchasingView), |s| json!({ "prices_of": s.supplier })).rival(&[404]),
    door("/api/fn/purchasing/picks", Needs::May(P::PurchasingView), empty),
    door("/api/fn/purchasing/save-supplier", Needs::May(P::PurchasingEdit), |_| {
        let id = SupplierId::mint();
        let code = format!("S-{}", &id.0.simple().to_string().to_uppercase()[16..]);
        command(&json!({ "id": id, "code": code, "name": "Another", "email": "", "lead_days": 7, "over_percent": null, "active": true }))
    }),
    door("/api/fn/purchasing/set-price", Needs::May(P::PurchasingEdit), |s| {
        command(&json!({ "supplier": s.supplier, "sku": "QUAYLAMP", "min_quantity": 10, "unit_cost": "3.50" }))
    })
    .rival(&[404]),
    door("/api/fn/purchasing/set-rules", Needs::May(P::PurchasingApprove), |_| {
        command(&json!({ "approve_above": "500.00", "over_percent": 5, "price_percent": 2, "units_percent": 0, "cover_weeks": 4 }))
    }),
    door("/api/fn/purchasing/write", Needs::May(P::PurchasingEdit), |s| {
        let line = json!({ "sku": "QUAYLAMP", "quantity": 1, "unit_cost": "4.00", "over_percent": null });
        command(&json!({ "id": PurchaseId::mint(), "seen": 0, "supplier": s.supplier, "site": s.site, "due": null, "note": "", "lines": [line] }))
    })
    .away(&[403])
    .rival(&[404]),
    door("/api/fn/purchasing/send", Needs::May(P::PurchasingEdit), |s| command(&json!({ "id": s.purchase, "seen": 1 })))
        .allowed(&[409])
        .away(&[403])
        .rival(&[404]),
    door("/api/fn/purchasing/approve", Needs::May(P::PurchasingApprove), |s| command(&json!({ "id": s.purchase, "seen": 1 })))
        .allowed(&[409])
        .away(&[403])
        .rival(&[404]),
    door("/api/fn/purchasing/import-suppliers", Needs::May(P::PurchasingEdit), |_| {
        json!({ "id": CommandId::mint(), "text": "code,name,lead_days\nABE,Abe,3", "dry_run": true })
    }),
    door("/api/fn/purchasing/import-prices", Needs::May(P::PurchasingEdit), |_| {
        json!({ "id": CommandId::mint(), "text": "supplier,sku,unit_cost\nABE,QUAYLAMP,3", "dry_run": true })
    }),
    door("/api/fn/purchasing/book", Needs::May(P::PurchasingEdit), |s| {
        command(&json!({ "id": DeliveryId::mint(), "order": s.purchase, "dock": "", "from": "2027-06-01T08:00:00", "minutes": 60,
                         "carrier": "Pallet Line", "reference": "DN-1",
                         "lines": [{ "sku": "QUAYLAMP", "quantity": 1, "lot": "", "expires_on": null }] }))
    })
    .allowed(&[200, 409, 422])
    .away(&[403])
    .rival(&[404]),
    door("/api/fn/purchasing/move-delivery", Needs::May(P::StockReceive), |s| {
        command(&json!({ "id": s.delivery, "step": "arrive" }))
    })
    .allowed(&[200, 409])
    .away(&[403])
    .rival(&[404]),
    door("/api/fn/purchasing/bench", Needs::May(P::StockReceive), |s| json!({ "site": s.site, "scan": s.purchase_number }))
        .away(&[403])
        .rival(&[404]),
    door("/api/fn/purchasing/receive", Needs::May(P::StockReceive), |s| {
        command(&json!({ "receipt": ReceiptId::mint(), "order": s.purchase, "delivery": null, "bin": "",
                         "arrived": [{ "code": "QUAYLAMP", "quantity": 1, "condition": "good", "fault": null, "note": "" }] }))
    })
    .away(&[403])
    .rival(&[404]),
    door("/api/fn/purchasing/decide-over", Needs::May(P::ReceiptsDecide), |s| {
        command(&json!({ "id": s.over, "accept": false, "reason": { "code": "no_room", "note": "" } }))
    })
    .allowed(&[200, 409])
    .away(&[403])
    .rival(&[404]),
    door("/api/fn/purchasing/settle-claim", Needs::May(P::PurchasingEdit), |s| {
        command(&json!({ "id": s.claim, "settled_as": "dropped" }))
    })
    .allowed(&[200, 409])
    .away(&[403])
    .rival(&[404]),
    door("/api/fn/purchasing/close-line", Needs::May(P::StockReceive), |s| {
        command(&json!({ "line": s.purchase_line, "fault": "short_shipped", "note": "" }))
    })
    .allowed(&[200, 409, 422])
    .away(&[403])
    .rival(&[404]),
    // Inspections: judged by who inspects, released by another.
    door("/api/fn/inspections/board", Needs::May(P::StockView), |s| json!({ "site": s.site })).away(&[403]),
    door("/api/fn/inspections/waiting", Needs::May(P::GoodsInspect), |s| json!({ "site": s.site })).away(&[403]),
    door("/api/fn/inspections/set-plan", Needs::May(P::PurchasingEdit), |s| {
        command(&json!({ "sku": "QUAYLAMP", "supplier": s.supplier, "sampling": { "how": "percent", "amount": 10 }, "note": "" }))
    })
    .rival(&[404, 422]),
    door("/api/fn/inspections/judge", Needs::May(P::GoodsInspect), |s| {
        command(&json!({ "id": s.inspected, "code": "QUAYLAMP", "quantity": 1, "condition": "good", "fault": null, "note": "" }))
    })
    .allowed(&[200, 409])
    .away(&[403])
    .rival(&[404]),
    door("/api/fn/inspections/release", Needs::May(P::StockRelease), |s| command(&json!({ "id": s.inspected })))
        .allowed(&[200, 409])
        .away(&[403])
        .rival(&[404]),
    door("/api/fn/purchasing/reorder", Needs::May(P::PurchasingEdit), |s| json!({ "site": s.site })).away(&[403]).rival(&[200]),
    door("/api/fn/purchasing/draft-reorder", Needs::May(P::PurchasingEdit), |s| {
        command(&json!({ "id": PurchaseId::mint(), "supplier": s.supplier, "site": s.site }))
    })
    .allowed(&[200, 409])
    .away(&[403])
    .rival(&[404]),
    door("/api/fn/purchasing/set-reorder-level", Needs::May(P::PurchasingEdit), |s| {
        command(&json!({ "site": s.site, "sku": "QUAYLAMP", "level": { "min": 2, "max": 9 } }))
    })
    .away(&[403])
    .rival(&[404]),
    door("/api/fn/purchasing/record-bill", Needs::May(P::BillsEdit), |s| {
        let reference = BillId::mint().to_string();
        let line = json!({ "line_no": 1, "quantity": 1, "unit_cost": "4.00" });
        command(&json!({ "id": BillId::mint(), "order": s.purchase, "reference": reference, "lines": [line] }))
    })
    .away(&[403])
    .rival(&[404]),
    door("/api/fn/purchasing/match-bill", Needs::May(P::BillsEdit), |s| command(&json!({ "id": s.bill })))
        .allowed(&[200, 409])
        .away(&[403])
        .rival(&[404]),
    door("/api/fn/purchasing/agree-bill", Needs::May(P::PurchasingApprove), |s| command(&json!({ "id": s.bill, "reason": { "code": "price_rose", "note": "" } })))
        .allowed(&[200, 409])
        .away(&[403])
        .rival(&[404]),
    door("/api/fn/purchasing/pay-bill", Needs::May(P::BillsEdit), |s| command(&json!({ "id": s.bill })))
        .allowed(&[200, 409])
        .away(&[403])
        .rival(&[404]),
    door("/api/fn/purchasing/reject-bill", Needs::May(P::BillsEdit), |s| command(&json!({ "id": s.bill, "reason": { "code": "billed_before", "note": "" } })))
        .allowed(&[200, 409])
        .away(&[403])
        .rival(&[404]),
    door("/api/fn/purchasing/landed-preview", Needs::May(P::BillsEdit), |s| {
        json!({ "receipt": s.receipt, "basis": "value", "total": "10.00" })
    })
    .away(&[403])
    .rival(&[404]),
    door("/api/fn/purchasing/allocate-landed", Needs::May(P::BillsEdit), |s| {
        command(&json!({ "id": LandedId::mint(), "receipt": s.receipt, "basis": "value",
                         "charges": [{ "kind": "freight", "amount": "10.00" }], "shares": null, "reference": "F-1" }))
    })
    .away(&[403])
    .rival(&[404]),
    // Goods have come by then.
    door("/api/fn/purchasing/cancel", Needs::May(P::PurchasingEdit), |s| command(&json!({ "id": s.purchase, "reason": { "code": "not_needed", "note": "" } })))
        .allowed(&[200, 409])
        .away(&[403])
        .rival(&[404]),
    // Money is the org's.
    door("/api/fn/ledger/trial-balance", Needs::May(P::LedgerView), empty),
    door("/api/fn/ledger/trial-balance.csv", Needs::May(P::LedgerView), empty).get(),
    // The stream tells each what concerns them; its contents are tested beside it.
    door("/api/live", Needs::Person, empty).get(),
    // The portal: a customer's session and no other.
    door("/api/fn/portal/open", Needs::Nothing, |s| json!({ "number": s.number, "secret": "wrong@example.com" })).form()
        .allowed(&[404, 429])
        .away(&[404, 429])
        .rival(&[404, 429]),
    door("/api/fn/portal/order", Needs::Customer, empty),
    // The stage's return is another order's.
    door("/api/fn/portal/return", Needs::Customer, |s| json!({ "number": s.rma_number })).allowed(&[404]),
    door("/api/fn/portal/request", Needs::Customer, |_| json!({ "id": CommandId::mint() })).form().allowed(&[409, 422]),
    door("/api/fn/portal/cancel", Needs::Customer, |s| json!({ "id": CommandId::mint(), "return_id": s.rma })).form().allowed(&[404]),
    // The API: keys only; how it is used is told to everyone.
    door("/api/v1/openapi.json", Needs::Nothing, empty).get(),
    door("/api/v1/docs/", Needs::Nothing, empty).get(),
    door("/api/v1/availability", Needs::Key(P::StockView), empty).get().query("?sku=QUAYLAMP").rival(&[404, 422]),
    door("/api/v1/orders", Needs::Key(P::OrdersEdit), |_| {
        json!({ "channel": "web", "external_id": CommandId::mint(), "customer_name": "Ana", "email": "ana@example.com",
                "address_line": "1 Quay", "city": "Leeds", "postcode": "LS1", "country": "GB", "currency": "GBP",
                "lines": [{ "sku": "QUAYLAMP", "quantity": 1, "unit_price": "12.00" }],
                "payment": { "kind": "paid", "reference": "ch_1" } })
    })
    .rival(&[422]),
    door("/api/v1/orders/{order}", Needs::Key(P::OrdersView), empty).get().rival(&[404]),
    door("/api/v1/orders/{order}/cancel", Needs::Key(P::OrdersEdit), |_| json!({ "reason": "changed_mind" }))
        .allowed(&[200, 409])
        .rival(&[404]),
    door("/api/v1/baskets", Needs::Key(P::OrdersEdit), |_| {
        json!({ "channel": "web", "lines": [{ "sku": "QUAYLAMP", "quantity": 1 }], "minutes": 1 })
    })
    .allowed(&[200, 409])
    .rival(&[422]),
    // What a stranger names keeps nothing: nothing is given back.
    door("/api/v1/baskets/{basket}/drop", Needs::Key(P::OrdersEdit), empty),
    door("/api/v1/returns", Needs::Key(P::ReturnsAuthorise), |s| {
        json!({ "order": s.returned, "lines": [{ "line": s.returned_line, "quantity": 9, "reason": "unwanted", "resolution": "refund" }] })
    })
    .allowed(&[409, 422])
    .rival(&[404]),
    door("/api/v1/returns/{number}", Needs::Key(P::ReturnsView), empty).get().rival(&[404]),
    // Last: they end everybody's session.
    door("/api/fn/portal/leave", Needs::Nothing, empty).form(),
    door("/api/fn/people/sign-out", Needs::Nothing, empty).form(),
];

/// Pages. `at` is an address that is there on the stage.
pub struct Page {
    pub path: &'static str,
    pub needs: Needs,
    pub at: fn(&Stage) -> String,
    pub allowed: &'static [u16],
    pub away: &'static [u16],
    pub rival: &'static [u16],
}

const fn page(path: &'static str, needs: Needs, at: fn(&Stage) -> String) -> Page {
    Page { path, needs, at, allowed: &[200], away: &[200], rival: &[200] }
}

impl Page {
    const fn allowed(mut self, statuses: &'static [u16]) -> Self {
        self.allowed = statuses;
        self.away = statuses;
        self.rival = statuses;
        self
    }
    const fn away(mut self, statuses: &'static [u16]) -> Self {
        self.away = statuses;
        self
    }
    const fn rival(mut self, statuses: &'static [u16]) -> Self {
        self.rival = statuses;
        self
    }
}

pub const PAGES: &[Page] = &[
    page("/", Needs::Nothing, |_| "/".into()).allowed(&[302]),
    page("/sign-in", Needs::Nothing, |_| "/sign-in".into()),
    page("/portal", Needs::Nothing, |_| "/portal".into()),
    page("/portal/order", Needs::Customer, |_| "/portal/order".into()),
    page("/portal/review", Needs::Customer, |_| "/portal/review".into()),
    page("/portal/returns/{number}", Needs::Customer, |s| format!("/portal/returns/{}", s.rma_number)).allowed(&[404]),
    page("/floor", Needs::Person, |_| "/floor".into()),
    page("/floor/pick/{trip}", Needs::May(P::Pick), |s| format!("/floor/pick/{}", s.trip)).rival(&[404]),
    page("/floor/count", Needs::May(P::Count), |_| "/floor/count".into()),
    page("/floor/pack", Needs::May(P::Pack), |_| "/floor/pack".into()),
    page("/floor/pack/{parcel}", Needs::May(P::Pack), |s| format!("/floor/pack/{}", s.parcel)).rival(&[404]),
    page("/floor/replenish", Needs::May(P::StockMove), |_| "/floor/replenish".into()),
    page("/floor/transfers", Needs::May(P::StockMove), |_| "/floor/transfers".into()),
    // A transfer is seen by all who see stock; what is done with it is asked by its doors.
    page("/floor/transfers/{number}", Needs::May(P::StockView), |s| format!("/floor/transfers/{}", s.transfer_number))
        .away(&[404])
        .rival(&[404]),
    page("/floor/put-back", Needs::May(P::Pick), |_| "/floor/put-back".into()),
    page("/floor/putaway", Needs::May(P::StockReceive), |_| "/floor/putaway".into()),
    page("/floor/units", Needs::May(P::StockMove), |_| "/floor/units?unit=PAL-1".into()).away(&[404]).rival(&[404]),
    page("/floor/ship", Needs::May(P::Ship), |_| "/floor/ship".into()),
    // Beside the bench stands the queue, which is open to all who may see returns; what is done there is asked by its doors.
    page("/floor/returns", Needs::May(P::ReturnsView), |_| "/floor/returns".into()),
    page("/floor/inspect", Needs::May(P::GoodsInspect), |_| "/floor/inspect".into()),
    page("/floor/receive", Needs::May(P::StockReceive), |_| "/floor/receive".into()),
    page("/inbound", Needs::May(P::PurchasingView), |_| "/inbound".into()),
    page("/inspections", Needs::May(P::StockView), |_| "/inspections".into()),
    page("/purchasing", Needs::May(P::PurchasingView), |_| "/purchasing".into()),
    page("/purchasing/new", Needs::May(P::PurchasingEdit), |_| "/purchasing/new".into()),
    page("/purchasing/reorder", Needs::May(P::PurchasingEdit), |_| "/purchasing/reorder".into()),
    page("/purchasing/suppliers", Needs::May(P::PurchasingView), |s| format!("/purchasing/suppliers?supplier={}", s.supplier))
        .rival(&[404]),
    page("/purchasing/{number}", Needs::May(P::PurchasingView), |s| format!("/purchasing/{}", s.purchase_number)).rival(&[404]),
    page("/shipping", Needs::May(P::Ship), |_| "/shipping".into()),
    page("/ledger", Needs::May(P::LedgerView), |_| "/ledger".into()),
    page("/refunds", Needs::May(P::RefundsView), |_| "/refunds".into()),
    page("/returns", Needs::May(P::ReturnsView), |_| "/returns".into()),
    page("/returns/{number}", Needs::May(P::ReturnsView), |s| format!("/returns/{}", s.rma_number)).rival(&[404]),
    page("/people", Needs::May(P::PeopleView), |_| "/people".into()),
    page("/wall", Needs::May(P::LiveView), |_| "/wall".into()),
    page("/live", Needs::May(P::LiveView), |_| "/live".into()),
    page("/live/{kpi}", Needs::May(P::LiveView), |_| "/live/stock".into()),
    page("/exceptions", Needs::May(P::LiveView), |_| "/exceptions".into()),
    page("/orders", Needs::May(P::OrdersView), |_| "/orders".into()),
    page("/orders/{number}", Needs::May(P::OrdersView), |s| format!("/orders/{}", s.number)).rival(&[404]),
    page("/waves", Needs::May(P::WavesView), |_| "/waves".into()),
    page("/replenishment", Needs::May(P::StockView), |_| "/replenishment".into()),
    page("/transfers", Needs::May(P::StockView), |_| "/transfers".into()),
    page("/transfers/{number}", Needs::May(P::StockView), |s| format!("/transfers/{}", s.transfer_number))
        .away(&[404])
        .rival(&[404]),
    page("/waves/new", Needs::May(P::WavesView), |_| "/waves/new".into()),
    page("/waves/{wave}", Needs::May(P::WavesView), |s| format!("/waves/{}", s.planned)).rival(&[404]),
    page("/sites/map", Needs::May(P::WavesView), |s| format!("/sites/map?site={}", s.site)).rival(&[404]),
    page("/sites", Needs::May(P::StockView), |_| "/sites".into()),
    page("/sites/{site}/design", Needs::May(P::StockView), |s| format!("/sites/{}/design", s.site)).rival(&[404]),
    page("/sites/{site}/bins", Needs::May(P::StockView), |s| format!("/sites/{}/bins", s.site)).rival(&[404]),
    page("/bins/{bin}", Needs::May(P::StockView), |s| format!("/bins/{}", s.bin)).rival(&[404]),
    page("/carriers", Needs::May(P::WavesView), |_| "/carriers".into()),
    page("/roster", Needs::May(P::WavesView), |_| "/roster".into()),
    page("/data", Needs::May(P::CatalogEdit), |_| "/data".into()),
    page("/data/changes", Needs::May(P::CatalogEdit), |_| "/data/changes".into()),
    page("/data/reasons", Needs::May(P::CatalogEdit), |_| "/data/reasons".into()),
    page("/data/skus/{sku}", Needs::May(P::CatalogEdit), |s| format!("/data/skus/{}", s.sku)).rival(&[404]),
    page("/stock", Needs::May(P::StockView), |_| "/stock?by=sku&then=bin".into()),
    page("/stock/movements", Needs::May(P::StockView), |_| "/stock/movements".into()),
    page("/inventory", Needs::May(P::StockView), |_| "/inventory".into()),
    page("/counts", Needs::May(P::CountsView), |_| "/counts".into()),
    page("/counts/{count}", Needs::May(P::CountsView), |s| format!("/counts/{}", s.count_number)).rival(&[404]),
    page("/adjustments", Needs::May(P::StockAdjust), |_| "/adjustments".into()),
    page("/owners", Needs::May(P::StockView), |_| "/owners".into()),
    page("/lots", Needs::May(P::StockView), |_| "/lots".into()),
    page("/lots/{lot}", Needs::May(P::StockView), |s| format!("/lots/{}", s.lot)).rival(&[404]),
    page("/inventory/{sku}", Needs::May(P::StockView), |s| format!("/inventory/{}", s.sku)).rival(&[404]),
];
