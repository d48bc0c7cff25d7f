//! What pages say in their first HTML, before and without a browser's code.

use domain::ids::{CommandId, ShiftId};
use domain::people::Role;
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
    let lock = json!({ "id": CommandId::mint(), "command": { "bin": bin, "locked": true, "note": "wet floor" } });
    assert_eq!(browser.call("/api/fn/sites/lock-bin", &lock).await.status(), 200);
    let page = browser.get(&format!("/bins/{bin}")).await.text().await.unwrap();
    assert!(page.contains("wet floor") && page.contains("Retire the bin"), "{page:.400}");
    let picker = server.person(Role::Picker, Some(site)).await.get(&format!("/bins/{bin}")).await.text().await.unwrap();
    assert!(picker.contains("data-content=\"MUG\"") && !picker.contains("Unlock the bin"), "who may look only looks");
}
