//! Every address of the server is called by everyone: nobody, each role, another site, another org, a customer. What is answered
//! stands in a table; whoever is refused changes nothing and reads nothing.

mod bad_input;
mod stage;
mod table;

use std::collections::BTreeSet;

use domain::ids::CommandId;
use domain::people::{Permission, Role};
use serde_json::{Value, json};
use stage::{SECRETS, SITE_SECRET, Stage, Try, Who};
use table::{DOORS, Door, Needs, PAGES, Page};

/// GOV-1: no route and no server function is without an expectation.
#[tokio::test]
async fn every_address_has_its_line_in_the_table_and_every_line_its_address() {
    let served: BTreeSet<(String, String)> = server::http::addresses().into_iter().collect();
    let doors = DOORS.iter().map(|door| (door.method.to_owned(), door.path.to_owned()));
    let pages = PAGES.iter().map(|page| ("GET".to_owned(), page.path.to_owned()));
    let told: BTreeSet<(String, String)> = doors.chain(pages).collect();
    let missing: Vec<_> = served.difference(&told).collect();
    let gone: Vec<_> = told.difference(&served).collect();
    assert!(missing.is_empty(), "add a line to tests/tests/authority/table.rs for each of {missing:#?}");
    assert!(gone.is_empty(), "nothing answers at {gone:#?}");
}

/// What the table says about one who tries.
enum Due {
    May(&'static [u16]),
    Refused(&'static [u16]),
}

fn role_may(role: Role, needs: Needs) -> bool {
    match needs {
        Needs::Nothing | Needs::Person => true,
        Needs::May(permission) => role.permissions().contains(&permission),
        Needs::Customer | Needs::Key(_) => false,
    }
}

impl Door {
    fn due(&self, who: Who) -> Due {
        match (self.needs, who) {
            (Needs::Nothing, Who::Away) => Due::May(self.away),
            (Needs::Nothing, Who::Rival) => Due::May(self.rival),
            (Needs::Nothing, _) | (Needs::Customer, Who::Customer) => Due::May(self.allowed),
            (Needs::Key(scope), Who::Key(scopes)) if scopes.contains(&scope) => Due::May(self.allowed),
            (Needs::Key(_), Who::Key(_)) => Due::Refused(&[403]),
            (Needs::Key(_), Who::RivalKey) => Due::Refused(self.rival),
            (Needs::Key(_) | Needs::Customer, _) | (_, Who::Nobody | Who::Key(_) | Who::RivalKey) => Due::Refused(&[401]),
            (_, Who::Role(role)) if role_may(role, self.needs) => Due::May(self.allowed),
            (_, Who::Role(_)) => Due::Refused(&[403]),
            (_, Who::Away) if self.away[0] >= 400 => Due::Refused(self.away),
            (_, Who::Away) => Due::May(self.away),
            (_, Who::Rival) if self.rival[0] >= 400 => Due::Refused(self.rival),
            (_, Who::Rival) => Due::May(self.rival),
            (_, Who::Customer) => Due::Refused(&[401, 403]),
        }
    }
}

impl Door {
    /// Its address on the stage.
    fn at(&self, stage: &Stage) -> String {
        let path = self
            .path
            .replace("{order}", &stage.order.to_string())
            .replace("{basket}", &stage.order.to_string())
            .replace("{number}", &stage.rma_number);
        format!("{path}{}", self.query)
    }
}

async fn knock(stage: &Stage, door: &Door, one: &Try) -> (u16, String) {
    let body: Value = (door.body)(stage);
    let at = door.at(stage);
    let once = ("idempotency-key", uuid::Uuid::now_v7().to_string());
    let request = match door.method {
        "GET" => one.browser.client.get(format!("{}{at}", stage.server.url)),
        _ if door.form => one.browser.post(&at).form(&body),
        _ => one.browser.post(&at).header(once.0, once.1).json(&body),
    };
    let answer = request.send().await.expect("the server answers");
    let status = answer.status().as_u16();
    let endless = answer.headers().get("content-type").is_some_and(|kind| kind == "text/event-stream");
    if endless {
        return (status, String::new());
    }
    (status, answer.text().await.unwrap_or_default())
}

/// A few words before and after.
fn around<'t>(text: &'t str, word: &str) -> &'t str {
    let at = text.find(word).unwrap_or_default();
    let from = (at.saturating_sub(80)..=at).find(|from| text.is_char_boundary(*from)).unwrap_or(at);
    let to = text.ceil_char_boundary(at + word.len());
    &text[from..to]
}

fn secrets_in(text: &str) -> Vec<&'static str> {
    SECRETS.into_iter().filter(|secret| text.contains(secret)).collect()
}

/// GOV-1: the refused change nothing and read nothing; the allowed are answered. Each door is called by all.
#[tokio::test]
async fn every_door_opens_for_whom_the_table_says_and_for_nobody_else() {
    let stage = Stage::set().await;
    let tries = stage.tries().await;
    let mut wrong = Vec::new();
    let mut before = stage.digest().await;
    for door in DOORS {
        for one in &tries {
            let Due::Refused(statuses) = door.due(one.who) else { continue };
            let (status, text) = knock(&stage, door, one).await;
            // What was sent may be said back.
            let sent = format!("{} {}", door.at(&stage), (door.body)(&stage));
            let read = secrets_in(&text).into_iter().any(|secret| !sent.contains(secret));
            if !statuses.contains(&status) || read {
                wrong.push(format!("{} for {}: {status}, not {statuses:?}: {text:.160}", door.path, one.name));
            }
        }
        let after = stage.digest().await;
        let changed: Vec<_> = before.iter().zip(&after).filter(|(a, b)| a != b).map(|(a, _)| a.0.clone()).collect();
        if !changed.is_empty() {
            wrong.push(format!("{}: refused calls changed {changed:?}", door.path));
        }
        before = after;
    }
    for door in DOORS {
        for one in &tries {
            let Due::May(statuses) = door.due(one.who) else { continue };
            let (status, text) = knock(&stage, door, one).await;
            if !statuses.contains(&status) {
                wrong.push(format!("{} for {}: {status}, not {statuses:?}: {text:.160}", door.path, one.name));
            }
            if one.who == Who::Rival && !secrets_in(&text).is_empty() {
                wrong.push(format!("{} tells another org {:?}", door.path, secrets_in(&text)));
            }
            if one.who == Who::Away && text.contains(SITE_SECRET) {
                wrong.push(format!("{} tells another site {SITE_SECRET}: {}", door.path, around(&text, SITE_SECRET)));
            }
        }
    }
    assert!(wrong.is_empty(), "{} doors are not as the table says:\n{}", wrong.len(), wrong.join("\n"));
}

/// GOV-1: another site's page cannot act with anybody's session or key, at no door that takes a request.
#[tokio::test]
async fn nothing_is_done_for_another_sites_page() {
    let stage = Stage::set().await;
    let (master, customer, key) = (stage.master().await, stage.customer().await, stage.key().await);
    let before = stage.digest().await;
    let mut wrong = Vec::new();
    for door in DOORS.iter().filter(|door| door.method != "GET") {
        let browser = match door.needs {
            Needs::Key(_) => &key,
            Needs::Customer => &customer,
            _ => &master,
        };
        for (name, value) in [
            ("sec-fetch-site", "cross-site"),
            ("sec-fetch-site", "same-site"),
            ("origin", "https://evil.example"),
            ("origin", "null"),
        ] {
            let forged = browser.client.post(format!("{}{}", stage.server.url, door.at(&stage))).header(name, value);
            let forged = forged.header("idempotency-key", uuid::Uuid::now_v7().to_string());
            let body = (door.body)(&stage);
            let forged = if door.form { forged.form(&body) } else { forged.json(&body) };
            let answer = forged.send().await.expect("the server answers");
            let status = answer.status().as_u16();
            let text = answer.text().await.unwrap_or_default();
            if status != 403 || !text.contains("cross_site") {
                wrong.push(format!("{} by {name}: {value}: {status} {text:.120}", door.path));
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
    assert_eq!(stage.digest().await, before, "refused requests of other sites changed something");
    // Sent by our own page, the same is done: it was not refused for anything else.
    let ours = master.call("/api/fn/people/deactivate", &json!({ "id": CommandId::mint(), "person": stage.spare })).await;
    assert_eq!(ours.status(), 200);
    assert_ne!(stage.digest().await, before);
}

/// GOV-1: a page shows nothing to whom it refuses; nobody is sent to sign in.
#[tokio::test]
async fn every_page_shows_itself_only_to_whom_the_table_says() {
    let stage = Stage::set().await;
    let tries = stage.tries().await;
    let mut wrong = Vec::new();
    for page in PAGES {
        for one in &tries {
            let answer = one.browser.get(&(page.at)(&stage)).await;
            let status = answer.status().as_u16();
            let text = answer.text().await.unwrap_or_default();
            if let Some(said) = judge(page, one.who, status, &text) {
                wrong.push(format!("{} for {}: {said}", page.path, one.name));
            }
        }
    }
    assert!(wrong.is_empty(), "{} pages are not as the table says:\n{}", wrong.len(), wrong.join("\n"));
}

fn judge(page: &Page, who: Who, status: u16, text: &str) -> Option<String> {
    let open = page.needs == Needs::Nothing;
    let (statuses, silent): (&[u16], bool) = match who {
        // People are shown the portal's way in, whoever they are.
        _ if page.needs == Needs::Customer => {
            if who == Who::Customer {
                (page.allowed, false)
            } else {
                (&[200, 302], true)
            }
        }
        Who::Nobody | Who::Customer | Who::Key(_) | Who::RivalKey if !open => (&[302], true),
        Who::Rival => (page.rival, true),
        Who::Role(role) if !open && !role_may(role, page.needs) => (&[200, 403], true),
        Who::Away => (page.away, false),
        _ => (page.allowed, false),
    };
    if !statuses.contains(&status) {
        return Some(format!("{status}, not {statuses:?}"));
    }
    if who == Who::Away && text.contains(SITE_SECRET) {
        return Some(format!("shows another site's {}", around(text, SITE_SECRET)));
    }
    (silent && !secrets_in(text).is_empty()).then(|| format!("shows {:?}", secrets_in(text)))
}

/// The table is about permissions that exist for somebody: one that no role has would pass unseen.
#[test]
fn every_permission_in_the_table_is_some_roles() {
    let held = |permission: &Permission| Role::ALL.iter().any(|role| role.permissions().contains(permission));
    let needs = DOORS.iter().map(|door| door.needs).chain(PAGES.iter().map(|page| page.needs));
    for permission in needs.filter_map(|needs| if let Needs::May(permission) = needs { Some(permission) } else { None }) {
        assert!(held(&permission), "{permission:?}");
    }
}
