//! The binary itself, as an operator meets it: commands, files, exit codes and sentences, on a Postgres that it starts and stops.
//!
//! One embedded server for many facts: starting one takes longer than most of them.

#![expect(clippy::unwrap_used, reason = "helpers of tests: what breaks here fails the test")]

use std::io::{BufRead, BufReader, Write};
use std::net::TcpListener;
use std::path::PathBuf;
use std::process::{Child, Command, Output, Stdio};
use std::time::{Duration, Instant};

use journeys::simulator::binary;
use serde_json::Value;
use server::http::Site;

const ROLES: [&str; 2] = ["--role", "admin"];

/// A data directory and a bare site; gone with the value, the server first.
struct House {
    base: PathBuf,
}

struct Said {
    code: Option<i32>,
    out: String,
    err: String,
}

impl From<Output> for Said {
    fn from(ended: Output) -> Self {
        let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
        Self { code: ended.status.code(), out: text(&ended.stdout), err: text(&ended.stderr) }
    }
}

impl Said {
    fn well(self) -> String {
        assert_eq!(self.code, Some(0), "{}\n{}", self.out, self.err);
        self.out
    }

    /// The sentence it failed with.
    fn badly(self) -> String {
        assert_eq!(self.code, Some(1), "{}\n{}", self.out, self.err);
        let at = self.err.rfind('✗').unwrap_or_else(|| panic!("no sentence: {}", self.err));
        self.err[at..].to_owned()
    }
}

impl House {
    fn new(name: &str) -> Self {
        let base = PathBuf::from(format!("/tmp/tideway-cli-{name}-{}", std::process::id()));
        std::fs::create_dir_all(&base).unwrap();
        Site::bare(&base.join("site")).unwrap();
        Self { base }
    }

    fn file(&self, name: &str) -> PathBuf {
        self.base.join(name)
    }

    fn command(&self, args: &[&str]) -> Command {
        let mut command = Command::new(binary("tideway"));
        for known in ["DATABASE_URL", "RUST_LOG", "TIDEWAY_LISTEN", "TIDEWAY_DEMO", "TIDEWAY_PAYMENTS_URL"] {
            command.env_remove(known);
        }
        command.args(args).env("TIDEWAY_DATA_DIR", self.file("data")).env("TIDEWAY_SITE_ROOT", self.file("site"));
        command.stdin(Stdio::null());
        command
    }

    fn say(&self, args: &[&str]) -> Said {
        self.command(args).output().expect("tideway runs").into()
    }

    fn say_with(&self, args: &[&str], input: &str) -> Said {
        let child = self.command(args).stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn();
        let mut child = child.expect("tideway runs");
        child.stdin.take().expect("stdin is piped").write_all(input.as_bytes()).expect("tideway reads");
        child.wait_with_output().expect("tideway ends").into()
    }

    fn json(&self, name: &str) -> Value {
        serde_json::from_slice(&std::fs::read(self.file(name)).expect("the file is written")).expect("it is JSON")
    }

    fn path(&self, name: &str) -> String {
        self.file(name).display().to_string()
    }

    /// Is the embedded Postgres up? Its socket is there exactly as long.
    fn has_postgres(&self) -> bool {
        self.file("data/.s.PGSQL.5432").exists()
    }
}

impl Drop for House {
    fn drop(&mut self) {
        // A server left by a failed test goes with the last user: migrate starts or adopts it, and stops it.
        let _ = self.command(&["migrate"]).output();
        let _ = std::fs::remove_dir_all(&self.base);
    }
}

/// `tideway serve`, told to stop in the end.
struct Served {
    child: Child,
    url: String,
    /// How a person opens the database, as it was printed.
    psql: String,
}

impl Served {
    fn start(house: &House) -> Self {
        let port = TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port();
        let listen = format!("127.0.0.1:{port}");
        let log = std::fs::File::create(house.file("log")).unwrap();
        let mut serve = house.command(&["serve", "--listen", &listen, "--log-json"]);
        let mut child = serve.stdout(Stdio::piped()).stderr(log).spawn().unwrap();
        let mut lines = BufReader::new(child.stdout.take().unwrap()).lines();
        let mut after = |start: &str| {
            let found = lines.by_ref().map_while(Result::ok).find_map(|line| Some(line.strip_prefix(start)?.to_owned()));
            found.unwrap_or_else(|| panic!("serve does not say “{start}”"))
        };
        let (url, psql) = (after("Tideway is at "), after("Its database opens with: "));
        std::thread::spawn(move || lines.count());
        Self { child, url, psql: psql.trim_end_matches("(as root)").trim_end().to_owned() }
    }

    /// What the database answers through the printed command.
    fn psql(&self, statement: &str) -> String {
        let ended = Command::new("sh").arg("-c").arg(format!("{} -qXAtc \"{statement}\"", self.psql)).output().unwrap();
        let said = Said::from(ended);
        assert_eq!(said.code, Some(0), "{}", said.err);
        said.out.trim().to_owned()
    }

    fn signal(&self) {
        assert!(Command::new("kill").args(["-TERM", &self.child.id().to_string()]).status().unwrap().success());
    }

    fn ends(mut self) -> Option<i32> {
        ends(&mut self.child, Duration::from_secs(20))
    }
}

impl Drop for Served {
    fn drop(&mut self) {
        let _ = Command::new("kill").args(["-TERM", &self.child.id().to_string()]).status();
        let _ = self.child.wait();
    }
}

fn ends(child: &mut Child, within: Duration) -> Option<i32> {
    let begun = Instant::now();
    while begun.elapsed() < within {
        if let Some(status) = child.try_wait().unwrap() {
            return status.code();
        }
        std::thread::sleep(Duration::from_millis(20));
    }
    panic!("it does not end");
}

const HISTORY: &str = "Invoice,StockCode,Description,Quantity,InvoiceDate,Price,Customer ID,Country
1,85048,LIGHTS,12,2009-12-01 07:45:00,6.95,13085,United Kingdom
2,22087,BUNTING,3,2009-12-02 08:00:00,2.95,13085,United Kingdom
C3,85048,LIGHTS,-5,2009-12-03 10:00:00,6.95,13085,United Kingdom
4,POST,POSTAGE,1,2009-12-03 10:00:00,18,13085,United Kingdom
";
const MORE: &str = "Invoice,StockCode,Description,Quantity,InvoiceDate,Price,Customer ID,Country
9,85048,LIGHTS,1,2010-12-01 07:45:00,6.95,13085,United Kingdom
9,85048,LIGHTS,1,2010-12-01 07:45:00,6.95,13085,United Kingdom
10,NOT A NUMBER,\"A \"\"B\"\"\",x,2010-12-01 07:45:00,6.95,13085,United Kingdom
";

#[test]
fn help_teaches() {
    let house = House::new("help");
    let help = house.say(&["--help"]).well();
    for word in ["serve", "migrate", "demo", "import", "replay", "verify", "user", "key", "portal", "First time?", "environment"]
    {
        assert!(help.contains(word), "{word}: {help}");
    }
    for command in [&["serve"][..], &["user", "add"], &["key", "add"], &["import"], &["portal", "add"]] {
        let help = house.say(&[command, &["--help"]].concat()).well();
        assert!(help.contains("TIDEWAY_DATA_DIR") && help.contains("DATABASE_URL"), "{help}");
    }
    assert!(house.say(&["key", "add", "--help"]).well().contains("orders_view"));
    let unknown = house.say(&["server"]);
    assert!(unknown.code == Some(2) && unknown.err.contains("serve"), "{}", unknown.err);
}

/// GOV-1, GOV-4, INT-1, INT-3: an operator's first day, on one embedded server.
#[tokio::test]
async fn an_operators_first_day() {
    let house = House::new("day");
    assert!(house.say(&["migrate"]).well().contains("up to date"));
    assert!(!house.has_postgres(), "who started Postgres stopped it");

    let served = Served::start(&house);
    assert_eq!(served.psql("show fsync"), "on");
    let listen = served.url.trim_start_matches("http://").to_owned();
    let taken = house.say(&["serve", "--listen", &listen]).badly();
    assert!(taken.contains(&format!("Another program listens on {listen} already.")), "{taken}");

    let answer = reqwest::get(format!("{}/sign-in", served.url)).await.unwrap();
    let id = answer.headers()["x-request-id"].to_str().unwrap().to_owned();
    let log = std::fs::read_to_string(house.file("log")).unwrap();
    let line: Value = serde_json::from_str(log.lines().find(|line| line.contains(&id)).expect("the id is in the log")).unwrap();
    assert_eq!((&line["span"]["path"], &line["fields"]["status"]), (&"/sign-in".into(), &200.into()), "{line}");

    // The first person opens the org; whoever is refused leaves none behind.
    let person = |email: &'static str, more: &[&'static str]| {
        house.say_with(&[&["user", "add", "--email", email, "--name", "Ana"], &ROLES[..], more].concat(), "low tide at noon\n")
    };
    let wrong = person("not an address", &["--org", "quay"]).badly();
    assert!(wrong.contains("not an address"), "{wrong}");
    assert_eq!(served.psql("select count(*) from org"), "0");
    assert!(person("ana@example.org", &["--org", "quay"]).well().contains("quay is opened, in GBP"));
    assert!(person("ben@example.org", &[]).well().contains("may sign in to quay"), "the only org is meant");
    let nowhere = person("cem@example.org", &["--site", "LEEDS"]).badly();
    assert!(nowhere.contains("There is no site LEEDS"), "{nowhere}");
    let taken = person("ana@example.org", &[]).badly();
    assert!(taken.contains("ana@example.org"), "{taken}");

    // A key opens the API until it is revoked.
    let key = house.say(&["key", "add", "--name", "storefront", "--scopes", "orders_view,stock_view"]);
    let told = key.err.lines().find_map(|line| line.strip_prefix("Key "));
    let id = told.and_then(|line| line.split(' ').next()).expect("the id is told").to_owned();
    let key = key.well().trim().to_owned();
    let ask = async || {
        let url = format!("{}/api/v1/orders/{}", served.url, uuid::Uuid::nil());
        reqwest::Client::new().get(url).bearer_auth(&key).send().await.unwrap().status().as_u16()
    };
    assert_eq!(ask().await, 404, "the key is known, the order is not");
    assert!(house.say(&["key", "list"]).well().contains("storefront"));
    assert!(house.say(&["key", "add", "--name", "x", "--scopes", "refunds_approve"]).badly().contains("orders_view"));
    house.say(&["key", "revoke", &id]).well();
    assert_eq!(ask().await, 401);
    assert!(!house.say(&["key", "list"]).well().contains("storefront"));

    // A history, replayed beside it, does not become the org that is meant, nor the portal.
    std::fs::write(house.file("history.csv"), HISTORY).unwrap();
    let replay = ["replay", &house.path("history.csv"), "--org", "history", "--json", &house.path("replay.json")];
    let told = house.say(&replay).well();
    assert!(told.contains("on 2009-11-30: 15 units") && told.contains("not judged: the file is small"), "{told}");
    let figures = house.json("replay.json");
    assert_eq!((&figures["rows"], &figures["units_shipped"]), (&4.into(), &15.into()));
    assert!(figures["checks"].as_array().is_some_and(|checks| checks.len() > 20), "{figures}");
    assert_eq!(figures["faults"], serde_json::json!([]));
    assert!(house.say(&replay).badly().contains("There is an org history already"));
    assert!(house.say(&["portal", "add", "Localhost:8080"]).well().contains("The portal of quay answers at localhost."));

    // Orders from a file: first what would happen, then that.
    std::fs::write(house.file("more.csv"), MORE).unwrap();
    let import = |more: &[&str]| {
        let base = ["import", &house.path("more.csv"), "--org", "history", "--channel", "retail"];
        house.say(&[&base[..], more].concat())
    };
    let orders = || served.psql("select count(*) from sales_order where external_id = '9'");
    assert!(import(&["--dry-run"]).well().contains("nothing was taken"));
    assert_eq!(orders(), "0");
    import(&["--report", &house.path("rows.csv"), "--json", &house.path("import.json")]).well();
    assert_eq!((orders().as_str(), &house.json("import.json")["orders"]), ("1", &1.into()));
    let rows = std::fs::read_to_string(house.file("rows.csv")).unwrap();
    let lines: Vec<_> = rows.lines().collect();
    assert_eq!(lines[0], "row,outcome,why");
    assert!(lines.len() == 3 && lines[1].starts_with("2,duplicate,\"") && lines[2].starts_with("3,"), "{rows}");

    // The books are proven; a breach is seen, and only where it is.
    assert!(house.say(&["verify", "--json", &house.path("verify.json")]).well().contains("✓ I1"));
    assert_eq!(house.json("verify.json").as_array().map(Vec::len), Some(2), "both orgs");
    served.psql("update balance set on_hand = on_hand + 1 where state = 'sellable'");
    let broken = house.say(&["verify", "--org", "history"]);
    assert!(broken.out.contains("✗ I1"), "{}", broken.out);
    assert!(broken.badly().contains("broken"));
    house.say(&["verify", "--org", "quay"]).well();
    assert!(house.say(&["verify", "--org", "nowhere"]).badly().contains("There is no org nowhere."));

    // A demo that is broken off is none; the commands end in order, and the server is still there.
    let mut demo = house.command(&["demo"]).stdout(Stdio::null()).stderr(Stdio::null()).spawn().unwrap();
    let begun = Instant::now();
    while served.psql("select count(*) from org where slug = 'demo'") == "0" && begun.elapsed() < Duration::from_secs(20) {
        std::thread::sleep(Duration::from_millis(50));
    }
    assert!(Command::new("kill").args(["-TERM", &demo.id().to_string()]).status().unwrap().success());
    assert_eq!(ends(&mut demo, Duration::from_secs(20)), Some(1));
    assert_eq!(served.psql("select count(*) from org where slug = 'demo' and telling_until is not null"), "1");

    // Told to stop while somebody waits for an answer: they get it, and everything is down in order.
    let waiting = reqwest::Client::new()
        .post(format!("{}/api/fn/portal/open", served.url))
        .header("sec-fetch-site", "same-origin")
        .form(&[("number", "SO-1"), ("secret", "ana@example.org")])
        .send();
    let waiting = tokio::spawn(waiting);
    // The portal takes 300 ms for every answer: by now it has the question.
    tokio::time::sleep(Duration::from_millis(100)).await;
    served.signal();
    let answer = waiting.await.unwrap().expect("a slow request is answered");
    assert!(answer.status().as_u16() < 500, "{answer:?}");
    assert_eq!(tokio::task::spawn_blocking(move || served.ends()).await.unwrap(), Some(0));
    assert!(!house.has_postgres(), "the last one out stops Postgres");
}

#[test]
fn told_to_stop_while_starting_it_leaves_nothing_running() {
    let house = House::new("early");
    let mut child =
        house.command(&["serve", "--listen", "127.0.0.1:0"]).stdout(Stdio::null()).stderr(Stdio::null()).spawn().unwrap();
    std::thread::sleep(Duration::from_millis(300));
    assert!(Command::new("kill").args(["-TERM", &child.id().to_string()]).status().unwrap().success());
    assert_eq!(ends(&mut child, Duration::from_secs(30)), Some(0));
    assert!(!house.has_postgres());
}
