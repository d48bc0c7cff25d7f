//! What pages say in their first HTML, before and without a browser's code.

use domain::ids::{CommandId, DeliveryId, PurchaseId, ReceiptId, ShiftId, SiteTransferId, SupplierId};
use domain::people::Role;
use domain::replenish::CheckForwardPicks;
use journeys::server::TestServer;
use serde_json::json;

/// The words of the first element of a name.
fn inside<'a>(page: &'a str, open: &str, close: &str) -> &'a str {
    let from = page.find(open).unwrap_or_else(|| panic!("no {open} in {page:.400}"));
    let start = from + page[from..].find('>').expect("it opens") + 1;
    let end = start + page[start..].find(close).expect("it ends");
    &page[start..end]
}

/// RET-1: what a customer typed is there again beside the refusal, and never stands in an address.
#[tokio::test]
async fn what_a_customer_typed_survives_a_refusal_outside_the_address() {
    let server = TestServer::new().await;
    let browser = server.browser();
    let typed = [("number", "SO-4711"), ("secret", "ana.lima@example.com")];
    let answer = browser.submit("/portal", "/api/fn/portal/open", &typed).await;
    let back = answer.headers()["location"].to_str().unwrap().to_owned();
    assert!(!back.contains("ana.lima") && !back.contains("4711"), "{back}");
    let page = browser.get(back.strip_prefix(&server.url).unwrap_or(&back)).await.text().await.unwrap();
    assert!(page.contains("value=\"SO-4711\"") && page.contains("value=\"ana.lima@example.com\""), "{page}");
    let beside = inside(&page, "id=\"r-number\"", "</div>");
    assert!(beside.contains("no order with these details"), "beside the field: {beside}");
    let stranger = server.browser().get("/portal").await.text().await.unwrap();
    assert!(!stranger.contains("4711"), "it is that browser's own");
}

/// Signing in keeps the email, never the password.
#[tokio::test]
async fn a_refused_sign_in_keeps_the_email_and_not_the_password() {
    let server = TestServer::new().await;
    let browser = server.browser();
    browser.sign_in("ana@example.org", "not the password").await;
    let page = browser.get("/sign-in").await.text().await.unwrap();
    assert!(page.contains("value=\"ana@example.org\"") && !page.contains("not the password"), "{page}");
}

/// A page about nothing that is there still has its title and one heading.
#[tokio::test]
async fn a_page_about_nothing_has_its_title_and_its_heading() {
    let server = TestServer::new().await;
    let browser = server.person(Role::Supervisor, None).await;
    for at in [
        "/orders/NOPE",
        "/purchasing/NOPE",
        "/returns/NOPE",
        "/waves/NOPE",
        "/inventory/NOPE",
        "/live/nope",
        "/sites/NOPE/design",
        "/sites/NOPE/bins",
        "/bins/NOPE",
    ] {
        let answer = browser.get(at).await;
        assert_eq!(answer.status(), 404, "{at}");
        let page = answer.text().await.unwrap();
        assert!(inside(&page, "<title", "</title>").contains(" · Tideway"), "{at}: {}", inside(&page, "<title", "</title>"));
        assert_eq!(page.matches("<h1").count(), 1, "{at} has one heading");
    }
}

/// EXC-3: the dashboard begins with what needs a person, keeps eight figures in sight and leads on; a wall leads nowhere.
#[tokio::test]
async fn the_dashboard_leads_on_and_the_wall_does_not() {
    let server = TestServer::new().await;
    let site = server.t.site("LDS").await;
    let browser = server.person(Role::Supervisor, None).await;
    let live = browser.get(&format!("/live?site={site}")).await.text().await.unwrap();
    let (first, tile) = (live.find("Exceptions first").unwrap(), live.find("data-tile").unwrap());
    assert!(first < tile, "exceptions come first");
    let grid = inside(&live, "class=\"grid-tiles\"", "class=\"live-bars\"");
    assert_eq!(grid.matches("<article").count(), 8);
    assert!(grid.contains(&format!("/live/orders_waiting?part=&amp;site={site}")), "the site goes along: {grid:.600}");
    let wall = browser.get("/wall").await.text().await.unwrap();
    let main = inside(&wall, "<main", "</main>");
    assert_eq!((main.matches("<article").count(), main.matches("<a ").count(), main.matches("<summary").count()), (10, 0, 0));
}

/// ORD-8: the queue is there for whoever may look, with nothing to press for whoever may only look.
#[tokio::test]
async fn the_queue_of_exceptions_is_a_page() {
    let server = TestServer::new().await;
    let page = server.person(Role::Finance, None).await.get("/exceptions").await;
    assert_eq!(page.status(), 200);
    let page = page.text().await.unwrap();
    assert!(page.contains("Nothing needs a person") && page.contains("aria-label=\"By kind\""), "{page}");
    let picker = server.person(Role::Picker, None).await.get("/exceptions").await.text().await.unwrap();
    assert!(picker.contains("data-code=\"not_allowed\""), "{picker}");
}

/// PCK-4: a planner rosters a picker by the site's clock; the page of the day and its file say so, and bringing that file in adds
/// nothing; what cannot be is refused beside its field.
#[tokio::test]
async fn a_rostered_picker_stands_on_the_days_page_and_in_its_file() {
    let server = TestServer::new().await;
    let site = server.t.site("LDS").await;
    let pia = server.hire("pia@example.org", Role::Picker, Some(site)).await;
    let planner = server.person(Role::Planner, Some(site)).await;
    let shift = |ends_at: &str| {
        json!({ "id": CommandId::mint(), "shift": { "id": ShiftId::mint(), "site": site, "person": pia, "role": "picker",
                "starts_at": "2026-09-17T06:00", "ends_at": ends_at } })
    };
    let refused = planner.call("/api/fn/waves/set-shift", &shift("2026-09-17T05:00")).await;
    assert_eq!(refused.status(), 422);
    assert!(refused.text().await.unwrap().contains("\"field\":\"ends_at\""));
    assert_eq!(planner.call("/api/fn/waves/set-shift", &shift("2026-09-17T14:00")).await.status(), 200);
    let page = planner.get("/roster?day=2026-09-17").await.text().await.unwrap();
    assert!(page.contains("data-shift") && page.contains("06:00") && page.contains("8 h 00 of picking"), "{page}");
    let file = planner.get("/api/fn/waves/roster.csv?day=2026-09-17").await.text().await.unwrap();
    let rows: Vec<_> = file.lines().collect();
    assert_eq!(rows, ["site,email,role,starts_at,ends_at", "LDS,pia@example.org,picker,2026-09-17 06:00,2026-09-17 14:00"]);
    let take = json!({ "id": CommandId::mint(), "text": file, "dry_run": false });
    let told = planner.call("/api/fn/waves/import-roster", &take).await.text().await.unwrap();
    assert!(told.contains("\"known\""), "{told}");
    assert_eq!(server.t.count("shift").await, 1);
    let board = planner.get("/waves").await.text().await.unwrap();
    assert!(board.contains("data-outlook=\"LDS\"") && board.contains("standard rates"), "{board}");
}

/// INV-4: labels come as files that a printer takes; what they are for is asked for by zone, aisle, kind or a part of the code.
#[tokio::test]
async fn labels_come_as_files_for_the_bins_that_are_asked_for() {
    let server = TestServer::new().await;
    let site = server.t.site("LDS").await;
    let browser = server.person(Role::Supervisor, Some(site)).await;
    let asked = async |at: &str| browser.get(&format!("/api/fn/sites/labels{at}")).await;
    let zpl = asked(&format!(".zpl?site={site}&aisle=2&code=A02-0*L-1&sheet=four_by_six")).await;
    assert_eq!(zpl.status(), 200, "whoever goes to a file by a link gets it, and is not sent back");
    assert!(zpl.headers()["content-disposition"].to_str().unwrap().contains("bin-labels.zpl"));
    let zpl = zpl.text().await.unwrap();
    assert_eq!((zpl.matches("^XA").count(), zpl.contains("^FD>:A02-01L-1^FS")), (9, true), "{zpl:.300}");
    let pdf = asked(&format!(".pdf?site={site}&zone=STORAGE&sheet=letter")).await;
    assert_eq!(pdf.headers()["content-type"], "application/pdf");
    let pdf = pdf.bytes().await.unwrap();
    assert!(pdf.starts_with(b"%PDF-"), "160 labels");
    let none = asked(&format!(".pdf?site={site}&code=NONE")).await;
    assert_eq!(none.status(), 422);
    assert!(none.text().await.unwrap().contains("labels_out_of_range"));
    let list = browser.get(&format!("/sites/{site}/bins?aisle=2")).await.text().await.unwrap();
    assert!(
        list.contains("data-bins=\"40\"")
            && list.contains("labels.pdf")
            && list.contains("formaction=\"/api/fn/sites/labels.zpl\""),
        "{list:.400}"
    );
}

/// INV-4: a bin's page and a scan of it on the floor show what stands in it.
#[tokio::test]
async fn a_bins_page_and_its_scan_show_what_stands_in_it() {
    let server = TestServer::new().await;
    let (site, sku) = (server.t.site("LDS").await, server.t.sku("MUG").await);
    server.t.receive(site, sku, "A01-01L-1", 7).await;
    let bin = server.t.bin(site, "A01-01L-1").await;
    let browser = server.person(Role::Supervisor, Some(site)).await;
    let page = browser.get(&format!("/bins/{bin}")).await.text().await.unwrap();
    assert!(page.contains("data-content=\"MUG\"") && page.contains("Lock the bin"), "{page:.400}");
    let found = browser.call("/api/fn/floor/find", &json!({ "site": site, "code": "a01-01l-1" })).await;
    let found: serde_json::Value = found.json().await.unwrap();
    let held = &found["bin"]["contents"][0];
    assert_eq!(
        (held["sku_code"].as_str(), held["on_hand"].as_i64(), held["state"].as_str()),
        (Some("MUG"), Some(7), Some("sellable"))
    );
    let lock = json!({ "id": CommandId::mint(), "command": { "bin": bin, "locked": true, "reason": { "code": "not_safe", "note": "wet floor" } } });
    assert_eq!(browser.call("/api/fn/sites/lock-bin", &lock).await.status(), 200);
    let page = browser.get(&format!("/bins/{bin}")).await.text().await.unwrap();
    assert!(page.contains("wet floor") && page.contains("Retire the bin"), "{page:.400}");
    let picker = server.person(Role::Picker, Some(site)).await.get(&format!("/bins/{bin}")).await.text().await.unwrap();
    assert!(picker.contains("data-content=\"MUG\"") && !picker.contains("Unlock the bin"), "who may look only looks");
}

/// IN-8, IN-1: what a planner writes and a supervisor approves stands on its page, in the list and in its file; the dock receives it, and
/// the board shows what is announced.
#[tokio::test]
async fn an_order_to_a_supplier_goes_through_everyones_pages() {
    let server = TestServer::new().await;
    let site = server.t.site("LDS").await;
    server.t.sku("MUG").await;
    let (planner, supervisor) =
        (server.person(Role::Planner, Some(site)).await, server.person(Role::Supervisor, Some(site)).await);
    let receiver = server.person(Role::Receiver, Some(site)).await;
    let empty = planner.get("/purchasing").await.text().await.unwrap();
    assert!(empty.contains("No order matches") && empty.contains("href=\"/purchasing/new\""), "{empty}");
    let (supplier, order) = (SupplierId::mint(), PurchaseId::mint());
    let send = async |who: &journeys::server::Browser, path: &str, command: serde_json::Value| {
        let answer =
            who.call(&format!("/api/fn/purchasing/{path}"), &json!({ "id": CommandId::mint(), "command": command })).await;
        let (status, text) = (answer.status().as_u16(), answer.text().await.unwrap());
        assert_eq!(status, 200, "{path}: {text}");
        text
    };
    let whom = json!({ "id": supplier, "code": "NP", "name": "Northern Potteries", "email": "", "lead_days": 14, "over_percent": null,
                       "active": true });
    send(&planner, "save-supplier", whom).await;
    let line = json!({ "sku": "MUG", "quantity": 300, "unit_cost": "4.25", "over_percent": null });
    let draft = json!({ "id": order, "seen": 0, "supplier": supplier, "site": site, "due": null, "note": "", "lines": [line] });
    let written: serde_json::Value = serde_json::from_str(&send(&planner, "write", draft).await).unwrap();
    let number = written["number"].as_str().unwrap();
    let page = planner.get(&format!("/purchasing/{number}")).await.text().await.unwrap();
    assert!(page.contains("value=\"4.25\"") && page.contains("above the limit"), "the writer waits for another's yes: {page}");
    send(&supervisor, "approve", json!({ "id": order, "seen": 1 })).await;
    let file = planner.get("/api/fn/purchasing/list.csv?standing=approved").await.text().await.unwrap();
    assert!(file.contains(&format!("{number},Northern Potteries,LDS,approved")) && file.contains("1275"), "{file}");
    let bench = json!({ "site": site, "scan": number });
    let bench = receiver.call("/api/fn/purchasing/bench", &bench).await.text().await.unwrap();
    assert!(bench.contains("MUG-CASE") && !bench.contains("4.25"), "the dock sees no costs: {bench}");
    let arrived = json!({ "code": "MUG-CASE", "quantity": 10, "condition": "good", "fault": null, "note": "" });
    let receive = json!({ "receipt": ReceiptId::mint(), "order": order, "delivery": null, "bin": "", "arrived": [arrived] });
    let taken = send(&receiver, "receive", receive).await;
    assert!(taken.contains("\"awaited\":240"), "{taken}");
    let page = supervisor.get(&format!("/purchasing/{number}")).await.text().await.unwrap();
    assert!(page.contains("Partly received") && page.contains("60 of 300 units") && page.contains("GR-"), "{page}");
    let day = "2027-06-01";
    let book = json!({ "id": DeliveryId::mint(), "order": order, "dock": "", "from": format!("{day}T08:00:00"), "minutes": 60,
                       "carrier": "Pallet Line", "reference": "DN-1" });
    send(&planner, "book", book).await;
    let board = receiver.get(&format!("/inbound?day={day}")).await.text().await.unwrap();
    assert!(board.contains("data-delivery=\"ASN-") && board.contains("LDS · DOCK") && board.contains("0 of 240"), "{board}");
    let file = planner.get(&format!("/api/fn/purchasing/inbound.csv?day={day}")).await.text().await.unwrap();
    assert!(file.lines().nth(1).is_some_and(|row| row.contains("DN-1") && row.contains("2027-06-01 08:00")), "{file}");
}

/// RPL-1: the desk says what a bin should hold and sees what is to be brought and what no reserve has; the floor brings it.
#[tokio::test]
async fn what_is_to_be_brought_forward_stands_on_the_desk_and_on_the_floor() {
    let server = TestServer::new().await;
    let (site, mug) = (server.t.site("LDS").await, server.t.sku("MUG").await);
    server.t.receive(site, mug, "A01-01L-1", 3).await;
    // Who owns the class: another's would wait.
    let planner = server.person(Role::Supervisor, Some(site)).await;
    let rule = json!({ "site": site, "bin_code": "a01-01l-1", "sku_code": "MUG-EAN", "min": 5, "max": 20, "slotting": "a" });
    let set = json!({ "id": CommandId::mint(), "command": rule });
    assert_eq!(planner.call("/api/fn/replenish/set", &set).await.status(), 200);
    server.t.run(&CheckForwardPicks { site: None }).await;
    let page = planner.get(&format!("/replenishment?site={site}")).await.text().await.unwrap();
    assert!(page.contains("data-no-reserve=\"MUG\"") && page.contains("data-rule=\"MUG\"") && page.contains("A, fast"), "{page}");
    let file = planner.get(&format!("/api/fn/replenish/forward-picks.csv?site={site}")).await.text().await.unwrap();
    assert_eq!(file.lines().collect::<Vec<_>>(), ["bin,sku,min,max,slotting", "A01-01L-1,MUG,5,20,a"]);
    let take = json!({ "id": CommandId::mint(), "site": site, "text": file, "dry_run": false });
    let told = planner.call("/api/fn/replenish/import", &take).await.text().await.unwrap();
    assert!(told.contains("\"known\""), "its own file adds nothing: {told}");
    sqlx::query("update bin set kind = 'reserve' where code = 'A03-01L-1'").execute(&server.t.root).await.unwrap();
    server.t.receive(site, mug, "A03-01L-1", 40).await;
    server.t.run(&CheckForwardPicks { site: None }).await;
    let page = planner.get(&format!("/replenishment?site={site}")).await.text().await.unwrap();
    assert!(page.contains("data-replenish=\"MUG\"") && !page.contains("data-no-reserve"), "{page}");
    let picker = server.person(Role::Picker, Some(site)).await;
    let page = picker.get("/floor/replenish").await.text().await.unwrap();
    assert!(page.contains("data-from") && page.contains("A03-01L-1") && page.contains("of 17"), "{page}");
    assert!(
        !picker.get("/replenishment").await.text().await.unwrap().contains("Say what a bin holds"),
        "who does not plan only looks"
    );
}

/// PLN-1: a transfer is asked for, shown on its page with what can be done now, and loaded on the floor at the site it leaves.
#[tokio::test]
async fn a_transfer_has_its_page_and_its_place_on_the_floor() {
    let server = TestServer::new().await;
    let (leeds, lyon, mug) = (server.t.site("LDS").await, server.t.site("LYN").await, server.t.sku("MUG").await);
    server.t.receive(leeds, mug, "A01-01L-1", 9).await;
    let (planner, supervisor) = (server.person(Role::Planner, None).await, server.person(Role::Supervisor, None).await);
    let asked = json!({ "id": SiteTransferId::mint(), "from": leeds, "to": lyon, "lines": "MUG 4", "note": "For Saturday" });
    let request = json!({ "id": CommandId::mint(), "command": asked });
    let number: String = planner.call("/api/fn/transfers/request", &request).await.json().await.unwrap();
    let page = planner.get(&format!("/transfers/{number}")).await.text().await.unwrap();
    assert!(
        page.contains("Another person approves it") && page.contains("data-line=\"MUG\"") && page.contains("For Saturday"),
        "{page}"
    );
    let page = supervisor.get(&format!("/transfers/{number}")).await.text().await.unwrap();
    assert!(page.contains("Approve</button>") || page.contains(">Approve<"), "{page}");
    let list = planner.get("/transfers").await.text().await.unwrap();
    assert!(list.contains(&format!("data-transfer=\"{number}\"")) && list.contains("Asked for"), "{list}");
    let id: uuid::Uuid = sqlx::query_scalar("select id from site_transfer").fetch_one(&server.t.root).await.unwrap();
    let approve = json!({ "id": CommandId::mint(), "command": { "transfer": id } });
    assert_eq!(planner.call("/api/fn/transfers/approve", &approve).await.status(), 403);
    let approve = json!({ "id": CommandId::mint(), "command": { "transfer": id } });
    assert_eq!(supervisor.call("/api/fn/transfers/approve", &approve).await.status(), 200);
    let picker = server.person(Role::Picker, Some(leeds)).await;
    assert!(picker.get("/floor/transfers").await.text().await.unwrap().contains(&number));
    let page = picker.get(&format!("/floor/transfers/{number}")).await.text().await.unwrap();
    assert!(page.contains("A01-01L-1 (9)") && page.contains("data-line=\"MUG\""), "{page}");
}
