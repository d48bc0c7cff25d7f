//! Every door that takes a request is sent what does not fit: nothing breaks, what is refused changes nothing and says where.

use journeys::server::Browser;
use reqwest::header::CONTENT_TYPE;
use serde_json::{Value, json};

use crate::stage::Stage;
use crate::table::{DOORS, Door, Needs, PAGES};

/// Where in a body a value stands.
type Path = Vec<String>;

/// The paths of all values that hold no others.
fn leaves(value: &Value) -> Vec<Path> {
    let inside = |key: String, value: &Value| {
        leaves(value).into_iter().map(move |mut path| {
            path.insert(0, key.clone());
            path
        })
    };
    match value {
        Value::Object(fields) if !fields.is_empty() => {
            fields.iter().flat_map(|(key, value)| inside(key.clone(), value)).collect()
        }
        Value::Array(items) if !items.is_empty() => {
            items.iter().enumerate().flat_map(|(at, value)| inside(at.to_string(), value)).collect()
        }
        _ => vec![Vec::new()],
    }
}

fn with(body: &Value, path: &Path, bad: &Value) -> Value {
    let mut body = body.clone();
    let mut at = &mut body;
    for step in path {
        at = match at {
            Value::Array(items) => &mut items[step.parse::<usize>().expect("an index")],
            other => &mut other[step.as_str()],
        };
    }
    *at = bad.clone();
    body
}

/// What stands where a number, a word, an id belongs.
fn bads() -> Vec<Value> {
    let long = "x".repeat(10_000);
    vec![
        json!({ "not": "this" }),
        json!([[]]),
        json!(""),
        json!("\0"),
        json!("a\0b"),
        json!(long),
        json!(-1),
        json!(0),
        json!(i64::MIN),
        json!(i64::MAX),
        json!(1e308),
        Value::Null,
    ]
}

/// Bodies that are none.
fn noise() -> Vec<(&'static str, Vec<u8>)> {
    let mut deep = b"[".repeat(5_000);
    deep.extend(b"]".repeat(5_000));
    vec![
        ("nothing", vec![]),
        ("null", b"null".to_vec()),
        ("a word", b"\"word\"".to_vec()),
        ("a number", b"7".to_vec()),
        ("a list", b"[1, 2]".to_vec()),
        ("half", b"{\"id\": \"0190".to_vec()),
        ("no JSON", b"<xml/>".to_vec()),
        ("no text", vec![0xff, 0xfe, 0x00, 0x80]),
        ("depth", deep),
    ]
}

struct Tried<'s> {
    stage: &'s Stage,
    master: Browser,
    customer: Browser,
    key: Browser,
    before: Vec<(String, String)>,
    wrong: Vec<String>,
}

impl<'s> Tried<'s> {
    async fn open(stage: &'s Stage) -> Self {
        let (master, customer) = (stage.master().await, stage.customer().await);
        let key = stage.key().await;
        Self { stage, master, customer, key, before: stage.digest().await, wrong: Vec::new() }
    }

    fn browser(&self, door: &Door) -> &Browser {
        match door.needs {
            Needs::Key(_) => &self.key,
            Needs::Customer => &self.customer,
            _ => &self.master,
        }
    }

    async fn send(&self, door: &Door, kind: &str, body: Vec<u8>) -> (u16, String) {
        let asked = self.browser(door).post(&door.at(self.stage)).header(CONTENT_TYPE, kind);
        let asked = asked.header("idempotency-key", uuid::Uuid::now_v7().to_string()).body(body);
        let answer = asked.send().await.expect("the server answers");
        (answer.status().as_u16(), answer.text().await.unwrap_or_default())
    }

    /// Refused, or answered as a harmless thing; never broken. Unless it was taken, nothing is different.
    async fn settle(&mut self, door: &Door, taken: bool) {
        let after = self.stage.digest().await;
        let changed: Vec<_> = self.before.iter().zip(&after).filter(|(a, b)| a != b).map(|(a, _)| a.0.clone()).collect();
        if !changed.is_empty() && !taken {
            self.wrong.push(format!("{}: refused, and yet {changed:?} changed", door.path));
        }
        self.before = after;
    }
}

/// Doors that only read: whatever they are asked for, there is nothing to keep.
const READS: [&str; 59] = [
    "codes",
    "readiness",
    "card",
    "changes",
    "rules",
    "unit",
    "scan",
    "one",
    "tracking",
    "explore",
    "movements",
    "kit",
    "balancing",
    "buffers",
    "transfer",
    "trucks",
    "to-bring",
    "forward-picks",
    "preview",
    "progress",
    "stop",
    "choices",
    "receipt",
    "list",
    "board",
    "rows",
    "order",
    "inventory",
    "sku",
    "waiting",
    "map",
    "trips",
    "trip",
    "parcel",
    "parcels",
    "find",
    "queue",
    "return",
    "bench",
    "trial-balance",
    "outlook",
    "roster",
    "workers",
    "put-backs",
    "design",
    "preview-bins",
    "bins",
    "bin",
    "handling",
    "floor",
    "item",
    "programme",
    "accuracy",
    "adjustments",
    "suppliers",
    "picks",
    "inbound",
    "landed-preview",
    "reorder",
];

fn writes(door: &Door) -> bool {
    !READS.contains(&door.path.rsplit('/').next().unwrap_or_default())
}

fn posts() -> impl Iterator<Item = &'static Door> {
    DOORS.iter().filter(|door| door.method == "POST")
}

/// Bodies that cannot be read are refused by every door that reads one, whatever is wrong with them.
#[tokio::test]
async fn what_cannot_be_read_is_refused_and_changes_nothing() {
    let stage = Stage::set().await;
    let mut tried = Tried::open(&stage).await;
    let ends = ["/api/fn/portal/leave", "/api/fn/people/sign-out"];
    for door in posts().filter(|door| !ends.contains(&door.path)) {
        let asks_nothing = (door.body)(&stage) == json!({});
        for (name, body) in noise() {
            let kind = if door.form { "application/x-www-form-urlencoded" } else { "application/json" };
            for kind in [kind, "text/plain"] {
                let (status, text) = tried.send(door, kind, body.clone()).await;
                if !((400..500).contains(&status) || (asks_nothing && status == 200)) {
                    tried.wrong.push(format!("{} sent {name} as {kind}: {status} {text:.160}", door.path));
                }
            }
        }
        tried.settle(door, false).await;
    }
    assert!(tried.wrong.is_empty(), "{}", tried.wrong.join("\n"));
}

/// In a body that reads well each value in turn is one that does not fit. Reads may shrug; what writes refuses, and keeps nothing.
#[tokio::test]
async fn no_value_breaks_a_door() {
    let stage = Stage::set().await;
    let mut tried = Tried::open(&stage).await;
    for door in posts().filter(|door| !door.form) {
        let whole = (door.body)(&stage);
        let mut taken = false;
        for path in leaves(&whole).into_iter().filter(|path| !path.is_empty()) {
            for bad in bads() {
                // A fresh id each time: a used one would answer for itself.
                let body = with(&(door.body)(&stage), &path, &bad);
                let (status, text) = tried.send(door, "application/json", body.to_string().into_bytes()).await;
                let zero = bad.as_str().is_some_and(|bad| bad.contains('\0'));
                let unfit = zero
                    || bad.is_object()
                    || bad.is_array()
                    || bad == json!(i64::MAX)
                    || bad == json!(i64::MIN)
                    || bad == json!(1e308);
                if status >= 500 || (status < 400 && unfit && writes(door)) {
                    tried.wrong.push(format!(
                        "{} with {} = {:.40}: {status} {text:.200}",
                        door.path,
                        path.join("."),
                        bad.to_string()
                    ));
                }
                taken |= status < 400;
            }
        }
        tried.settle(door, taken).await;
    }
    assert!(tried.wrong.is_empty(), "{} times:\n{}", tried.wrong.len(), tried.wrong.join("\n"));
}

/// Forms as browsers without JavaScript send them: fields missing, twice, endless, in no encoding.
#[tokio::test]
async fn no_form_breaks_a_door() {
    let stage = Stage::set().await;
    let mut tried = Tried::open(&stage).await;
    let long = "x".repeat(10_000);
    let bodies = [
        String::new(),
        "=&=&&".to_owned(),
        "number=%00&secret=%00&email=%00&password=%00&next=%00&id=%00&return_id=%00".to_owned(),
        format!("number={long}&secret={long}&email={long}&password={long}&next={long}&id={long}&return_id={long}"),
        "number=%FF%FE&secret=%FF&email=%FF&password=%FF&next=%FF".to_owned(),
        "number=1&number=2&secret=1&secret=2&email=a&email=b&password=a&password=b".to_owned(),
        format!("id={}&lines[0][line]=x", uuid::Uuid::now_v7()),
        format!("id={}&lines[99999999][line]=x", uuid::Uuid::now_v7()),
        format!(
            "id={0}&lines[0][line]={0}&lines[0][quantity]=-1&lines[0][reason]=unwanted&lines[0][resolution]=refund",
            uuid::Uuid::now_v7()
        ),
        format!(
            "id={0}&lines[0][line]={0}&lines[0][quantity]=9223372036854775807&lines[0][reason]=unwanted&lines[0][note]=&lines[0][resolution]=refund",
            uuid::Uuid::now_v7()
        ),
        format!(
            "id={0}&lines[0][line]={0}&lines[0][quantity]=1&lines[0][reason]=unwanted&lines[0][note]=%00&lines[0][resolution]=refund",
            uuid::Uuid::now_v7()
        ),
        "a[b][c][d][e][f][g][h][i]=1&a[b]=2&[]=3&]=4".to_owned(),
    ];
    for door in posts().filter(|door| door.form && !door.path.ends_with("/leave") && !door.path.ends_with("/sign-out")) {
        for body in &bodies {
            let (status, text) = tried.send(door, "application/x-www-form-urlencoded", body.clone().into_bytes()).await;
            if !(400..500).contains(&status) {
                tried.wrong.push(format!("{} sent {body:.60}: {status} {text:.160}", door.path));
            }
        }
        tried.settle(door, false).await;
    }
    assert!(tried.wrong.is_empty(), "{}", tried.wrong.join("\n"));
}

/// A door, where in its body, what is put there, and the field that says so.
type Case = (&'static str, &'static [&'static str], Value, &'static str);

/// Of buying and inspecting.
fn buying() -> [Case; 24] {
    [
        ("/api/fn/purchasing/save-supplier", &["command", "code"], json!("no code"), "code"),
        ("/api/fn/purchasing/save-supplier", &["command", "email"], json!("nobody"), "email"),
        ("/api/fn/purchasing/set-rules", &["command", "over_percent"], json!(101), "over_percent"),
        ("/api/fn/purchasing/write", &["command", "lines"], json!([]), "lines"),
        ("/api/fn/purchasing/write", &["command", "lines", "0", "quantity"], json!(0), "quantity"),
        ("/api/fn/purchasing/book", &["command", "minutes"], json!(0), "minutes"),
        ("/api/fn/purchasing/receive", &["command", "arrived", "0", "code"], json!("NO-SUCH"), "code"),
        ("/api/fn/purchasing/receive", &["command", "arrived", "0", "quantity"], json!(0), "quantity"),
        ("/api/fn/purchasing/receive", &["command", "arrived", "0", "condition"], json!("damaged"), "fault"),
        ("/api/fn/purchasing/close-line", &["command", "fault"], json!(null), "fault"),
        ("/api/fn/purchasing/decide-over", &["command", "reason", "code"], json!(" "), "reason"),
        ("/api/fn/purchasing/set-reorder-level", &["command", "level", "max"], json!(1), "max"),
        ("/api/fn/purchasing/set-reorder-level", &["command", "sku"], json!("NOPE"), "sku"),
        ("/api/fn/purchasing/set-rules", &["command", "cover_weeks"], json!(0), "cover_weeks"),
        ("/api/fn/purchasing/set-rules", &["command", "price_percent"], json!(101), "price_percent"),
        ("/api/fn/inspections/set-plan", &["command", "sku"], json!("NOPE"), "sku"),
        ("/api/fn/inspections/set-plan", &["command", "sampling", "amount"], json!(101), "amount"),
        ("/api/fn/inspections/judge", &["command", "code"], json!("NOPE"), "code"),
        ("/api/fn/inspections/judge", &["command", "quantity"], json!(41), "quantity"),
        ("/api/fn/inspections/judge", &["command", "condition"], json!("damaged"), "fault"),
        ("/api/fn/purchasing/record-bill", &["command", "reference"], json!(" "), "reference"),
        ("/api/fn/purchasing/record-bill", &["command", "lines"], json!([]), "lines"),
        ("/api/fn/purchasing/allocate-landed", &["command", "shares"], json!(["9.00"]), "shares"),
        ("/api/fn/purchasing/allocate-landed", &["command", "charges"], json!([]), "charges"),
    ]
}

/// What questions about stock and its data refuse, and beside which field.
fn looked_up() -> [Case; 16] {
    [
        ("/api/fn/data/save", &["command", "card", "naming", "name"], json!(" "), "name"),
        ("/api/fn/data/save", &["command", "card", "warehouse", "weight_g"], json!(0), "weight_g"),
        ("/api/fn/data/save", &["command", "card", "barcodes", "0", "code"], json!("RMA-77"), "barcodes"),
        ("/api/fn/data/decide", &["command", "approve"], json!(false), "reason"),
        ("/api/fn/data/set-rules", &["command", "rules", "thresholds", "0", "1"], json!(101), "skus"),
        ("/api/fn/reasons/add", &["command", "code"], json!("Moved"), "code"),
        ("/api/fn/reasons/add", &["command", "words"], json!(" "), "words"),
        ("/api/fn/reasons/add", &["command", "means"], json!("stolen"), "means"),
        ("/api/fn/reasons/retire", &["command", "code"], json!("stolen"), "reason"),
        ("/api/fn/purchasing/cancel", &["command", "reason", "code"], json!("changed_mind"), "reason"),
        ("/api/fn/data/import", &["text"], json!("a,b"), "file"),
        ("/api/fn/files/sheet", &["hex"], json!("zz"), "file"),
        ("/api/fn/stock/explore", &["asked", "by"], json!("reason"), "by"),
        ("/api/fn/stock/explore", &["asked", "then"], json!("site"), "then"),
        ("/api/fn/stock/explore", &["asked", "moment"], json!({ "at": "2999-01-01T00:00:00Z", "clock": "recorded" }), "at"),
        ("/api/fn/stock/movements", &["asked", "from"], json!("2999-01-01T00:00:00Z"), "until"),
    ]
}

/// Of lots and serials.
fn of_lots() -> [Case; 6] {
    [
        ("/api/fn/lots/recall", &["command", "reason", "code"], json!(" "), "reason"),
        ("/api/fn/lots/recall", &["command", "reason", "note"], json!("x".repeat(501)), "note"),
        ("/api/fn/lots/set-tracking", &["command", "policy", "lot"], json!(false), "expiry"),
        ("/api/fn/lots/set-tracking", &["command", "policy", "shelf_life_days"], json!(-1), "days"),
        ("/api/fn/lots/set-rules", &["command", "min_life_days", "0", "1"], json!(3651), "days"),
        ("/api/fn/lots/set-rules", &["command", "min_life_days", "0", "0"], json!("nowhere"), "channel"),
    ]
}

fn of_owners() -> [Case; 6] {
    [
        ("/api/fn/owners/add", &["command", "code"], json!("A B"), "code"),
        ("/api/fn/owners/add", &["command", "code"], json!("OWN"), "code"),
        ("/api/fn/owners/add", &["command", "name"], json!(" "), "name"),
        ("/api/fn/owners/keep-bin", &["command", "owner"], json!("NOBODY"), "owner"),
        ("/api/fn/purchasing/write", &["command", "owner"], json!("NOBODY"), "owner"),
        ("/api/v1/orders", &["owner"], json!("NOBODY"), "owner"),
    ]
}

/// What a form's own field is refused for is told beside that field.
#[tokio::test]
async fn a_refusal_stands_beside_its_field() {
    let stage = Stage::set().await;
    let mut tried = Tried::open(&stage).await;
    let cases: [Case; 75] = [
        ("/api/fn/units/make", &["command", "code"], json!(" "), "code"),
        ("/api/fn/units/fill", &["command", "quantity"], json!(0), "quantity"),
        ("/api/fn/people/add", &["email"], json!("nobody"), "email"),
        ("/api/fn/people/add", &["email"], json!("spare@example.org"), "email"),
        ("/api/fn/replenish/set", &["command", "max"], json!(2), "max"),
        ("/api/fn/replenish/set", &["command", "bin_code"], json!("NOPE"), "bin"),
        ("/api/fn/replenish/set", &["command", "sku_code"], json!("NOPE"), "sku"),
        ("/api/fn/transfers/request", &["command", "lines"], json!("QUAYLAMP"), "lines"),
        ("/api/fn/transfers/request", &["command", "lines"], json!("QUAYLAMP 99999"), "lines"),
        ("/api/fn/transfers/set-lane", &["command", "freight"], json!("-1"), "freight"),
        ("/api/fn/transfers/set-lane", &["command", "days"], json!(366), "days"),
        ("/api/fn/transfers/set-buffer", &["command", "channel"], json!("nowhere"), "channel"),
        ("/api/fn/transfers/set-buffer", &["command", "sku_code"], json!("NOPE"), "sku"),
        ("/api/fn/transfers/set-buffer", &["command", "units"], json!(-1), "quantity"),
        ("/api/fn/transfers/cancel", &["command", "reason", "code"], json!(" "), "reason"),
        ("/api/fn/transfers/close", &["command", "reason", "code"], json!("found"), "reason"),
        ("/api/fn/transfers/receive", &["command", "units", "0", "quantity"], json!(99), "quantity"),
        ("/api/fn/transfers/receive", &["command", "units", "0", "bin_code"], json!("NOPE"), "code"),
        ("/api/fn/people/add", &["name"], json!("  "), "name"),
        ("/api/fn/people/add", &["password"], json!("short"), "password"),
        ("/api/fn/people/set-password", &["password"], json!(""), "password"),
        ("/api/fn/orders/cancel", &["command", "reason", "code"], json!("They called"), "reason"),
        ("/api/fn/orders/address", &["command", "city"], json!(" "), "city"),
        ("/api/fn/orders/payment", &["command", "payment"], json!({ "kind": "paid", "reference": " " }), "reference"),
        ("/api/fn/lots/name", &["command", "quantity"], json!(0), "quantity"),
        ("/api/fn/stock/hold", &["command", "quantity"], json!(0), "quantity"),
        ("/api/fn/stock/hold", &["command", "quantity"], json!(-5), "quantity"),
        ("/api/fn/stock/hold", &["command", "reason"], json!("checked"), "reason"),
        ("/api/fn/counts/begin", &["command", "bin_code"], json!("NOPE"), "bin_code"),
        ("/api/fn/counts/begin", &["command", "bin_code"], json!("STAGE"), "bin_code"),
        ("/api/fn/counts/request", &["command", "reason", "note"], json!("x".repeat(501)), "note"),
        ("/api/fn/counts/decide", &["command", "reason", "code"], json!(" "), "reason"),
        ("/api/fn/counts/set-programme", &["command", "programme", "a_days"], json!(0), "a_days"),
        ("/api/fn/counts/set-programme", &["command", "programme", "approve_value"], json!("-1"), "approve_value"),
        ("/api/fn/counts/adjust", &["command", "bin_code"], json!("NOPE"), "bin_code"),
        ("/api/fn/counts/adjust", &["command", "sku_code"], json!("NOPE"), "sku_code"),
        ("/api/fn/counts/adjust", &["command", "state"], json!("in_transit"), "state"),
        ("/api/fn/counts/adjust", &["command", "units"], json!(0), "units"),
        ("/api/fn/counts/adjust", &["command", "reason"], json!("found"), "reason"),
        ("/api/fn/counts/decide-adjustment", &["command", "reason", "code"], json!(""), "reason"),
        ("/api/fn/waves/plan", &["command", "cart", "slots"], json!(0), "slots"),
        ("/api/fn/waves/plan", &["command", "cart", "slots"], json!(37), "slots"),
        ("/api/fn/waves/plan", &["command", "cart", "volume_ml"], json!(-1), "volume"),
        ("/api/fn/waves/plan", &["command", "cart", "weight_g"], json!(0), "weight"),
        ("/api/fn/waves/plan", &["command", "pickers"], json!(0), "pickers"),
        ("/api/fn/waves/plan", &["command", "rounds", "start"], json!("Roof"), "start"),
        ("/api/fn/waves/preview", &["command", "rounds", "ends"], json!(["Roof"]), "end"),
        ("/api/fn/waves/plan", &["command", "rounds", "heavy_from_g"], json!(0), "heavy"),
        ("/api/fn/waves/plan", &["command", "method"], json!("zone"), "method"),
        ("/api/fn/waves/preview", &["command", "orders", "filtered", "zone"], json!("cold"), "zone"),
        ("/api/fn/waves/plan", &["command", "orders"], json!({ "most": 0 }), "orders"),
        ("/api/fn/waves/plan", &["command", "orders"], json!({ "most": i32::MAX }), "orders"),
        ("/api/fn/sites/open", &["site", "code"], json!("x"), "code"),
        ("/api/fn/sites/add-bins", &["command", "bins", "pattern"], json!("{shelf}"), "pattern"),
        ("/api/fn/sites/add-bins", &["command", "bins", "bays", "to"], json!(0), "bays"),
        ("/api/fn/sites/add-bin", &["command", "code"], json!(" "), "code"),
        ("/api/fn/sites/change-bin", &["command", "keeping", "volume_ml"], json!(0), "volume"),
        ("/api/fn/sites/lock-bin", &["command", "locked"], json!(true), "reason"),
        ("/api/fn/waves/part-orders", &["command", "orders"], json!([]), "orders"),
        ("/api/fn/carriers/set-service", &["command", "code"], json!("X"), "code"),
        ("/api/fn/carriers/set-service", &["command", "carrier"], json!(" "), "carrier"),
        ("/api/fn/carriers/set-service", &["command", "countries"], json!(["Britain"]), "countries"),
        ("/api/fn/returns/inspect", &["command", "checklist"], json!([]), "checklist"),
        ("/api/fn/returns/receive", &["command", "quantity"], json!(9), "quantity"),
        ("/api/fn/refunds/decline", &["command", "reason", "code"], json!("stolen"), "reason"),
        ("/api/fn/refunds/propose", &["command", "units"], json!([]), "units"),
        ("/api/fn/refunds/propose", &["command", "units", "0", "quantity"], json!(999), "quantity"),
        ("/api/fn/catalog/set-kit", &["command", "parts"], json!([{ "sku": "QUAYLAMP", "quantity": 1 }]), "parts"),
        ("/api/fn/catalog/set-kit", &["command", "parts"], json!([{ "sku": "NO-SUCH", "quantity": 1 }]), "sku"),
        ("/api/v1/orders", &["currency"], json!("pounds"), "currency"),
        ("/api/v1/baskets", &["lines"], json!([]), "lines"),
        ("/api/v1/baskets", &["minutes"], json!(0), "minutes"),
        ("/api/v1/baskets", &["lines", "0", "quantity"], json!(0), "quantity"),
        ("/api/v1/orders", &["service"], json!("pigeon"), "service"),
        ("/api/v1/orders", &["country"], json!("Britain"), "country"),
    ];
    for (path, at, bad, field) in cases.into_iter().chain(of_lots()).chain(of_owners()).chain(buying()).chain(looked_up()) {
        let door = posts().find(|door| door.path == path).expect("the door is there");
        let at: Path = at.iter().map(|step| (*step).to_owned()).collect();
        let body = with(&(door.body)(&stage), &at, &bad);
        let (status, text) = tried.send(door, "application/json", body.to_string().into_bytes()).await;
        let told: Value = serde_json::from_str(&text).unwrap_or_default();
        let beside = told["Refused"]["field"].as_str().map(ToOwned::to_owned);
        let beside =
            beside.or_else(|| told["errors"][0]["pointer"].as_str().map(|pointer| pointer.trim_start_matches('/').to_owned()));
        if !(400..500).contains(&status) || beside.as_deref() != Some(field) {
            tried
                .wrong
                .push(format!("{path} with {} = {bad}: {status}, beside {beside:?}, not {field}: {text:.200}", at.join(".")));
        }
        tried.settle(door, false).await;
    }
    assert!(tried.wrong.is_empty(), "{}", tried.wrong.join("\n"));
}

/// Addresses are written by anybody: parameters that do not fit, on every page.
#[tokio::test]
async fn no_address_breaks_a_page() {
    let stage = Stage::set().await;
    let (master, customer) = (stage.master().await, stage.customer().await);
    let names = [
        "page", "by", "then", "at", "from", "until", "place", "sku", "bin", "q", "search", "find", "stage", "state", "status",
        "reason", "late", "after", "site", "part", "on0", "q0", "r0", "s0", "standing", "supplier", "scan", "day", "__err",
        "__path", "next",
    ];
    let long = "x".repeat(2_000);
    let numbers = ["9223372036854775807", "-9223372036854775808", "-1"];
    let texts = ["%00", "%FF", "'%22%3Cscript%3E", &long];
    let mut wrong = Vec::new();
    for page in PAGES {
        let browser = if page.needs == Needs::Customer { &customer } else { &master };
        let all = |value: &str| names.map(|name| format!("{name}={value}")).join("&");
        // All at once; and the number that lists are turned by alone, since another may have been refused before it.
        let asked = numbers.into_iter().chain(texts).map(all).chain(numbers.into_iter().map(|page| format!("page={page}")));
        for asked in asked {
            let answer = browser.get(&format!("{}?{asked}", (page.at)(&stage))).await;
            let status = answer.status().as_u16();
            let text = answer.text().await.unwrap_or_default();
            if status >= 500 || text.contains("Something broke on our side") || text.contains("\"<script>") {
                wrong.push(format!("{}?{asked:.60}: {status}", page.path));
            }
        }
        for value in ["%00", "%FF", "not-an-id", "..%2f..%2fetc", &long] {
            let mut path = page.path.to_owned();
            while let (Some(from), Some(to)) = (path.find('{'), path.find('}')) {
                path.replace_range(from..=to, value);
            }
            if path != page.path {
                let answer = browser.get(&path).await;
                let status = answer.status().as_u16();
                let text = answer.text().await.unwrap_or_default();
                if status >= 500 || text.contains("Something broke on our side") {
                    wrong.push(format!("{path:.80}: {status}"));
                }
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}
