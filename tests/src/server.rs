//! A real server on a free port, on a database of its own, and people who sign in to it as browsers do.

use std::net::{SocketAddr, TcpListener};
use std::path::PathBuf;

use chrono::{DateTime, Utc};
use domain::ids::{CommandId, PersonId, SiteId};
use domain::people::{AddPerson, Caller, Grant, Role};
use reqwest::redirect::Policy;
use reqwest::{Client, RequestBuilder, Response};
use server::http::{AppState, Site};
use server::serve::Running;
use service::Db;
use service::directory::hash_password;
use service::testkit::TestDb;

/// Everyone's, here.
pub const PASSWORD: &str = "low tide at noon";

/// The server and its database. Gone with the value.
pub struct TestServer {
    pub t: TestDb,
    pub url: String,
    pub address: SocketAddr,
    _running: Running,
    site: PathBuf,
}

impl TestServer {
    pub async fn new() -> Self {
        Self::serving(TestDb::new().await, false)
    }

    /// As if behind https: cookies are secure ones.
    pub async fn secure() -> Self {
        Self::serving(TestDb::new().await, true)
    }

    pub fn serving(t: TestDb, secure: bool) -> Self {
        let (running, site) = start(t.db.clone(), secure);
        let address = running.address;
        Self { t, url: format!("http://{address}"), address, _running: running, site }
    }

    /// Another server on the same database, with connections of its own.
    pub async fn another(&self) -> AnotherServer {
        let db = Db::connect(self.t.options.clone(), 8).await.expect("the app connects");
        let (running, site) = start(db, false);
        AnotherServer { url: format!("http://{}", running.address), running, site }
    }

    /// A browser of its own: keeps cookies, follows nothing by itself, says that it sends from our own page.
    pub fn browser(&self) -> Browser {
        let client = Client::builder().cookie_store(true).redirect(Policy::none()).user_agent("journey").build();
        Browser { client: client.expect("a client can be built"), url: self.url.clone() }
    }

    /// A new person of this org with one role, at one site or everywhere.
    pub async fn hire(&self, email: &str, role: Role, site: Option<SiteId>) -> PersonId {
        self.hire_by(&self.t.system(), email, &[Grant { role, site }]).await
    }

    pub async fn hire_by(&self, caller: &Caller, email: &str, grants: &[Grant]) -> PersonId {
        let password_hash = hash_password(PASSWORD).await.expect("the password is long enough");
        let (name, email, grants) = (email.split('@').next().unwrap_or(email).to_owned(), email.to_owned(), grants.to_vec());
        let person = AddPerson { id: PersonId::mint(), name, email, grants, password_hash };
        self.t.db.run(caller, CommandId::mint(), DateTime::<Utc>::UNIX_EPOCH, &person).await.expect("the person is added")
    }

    /// Hired and signed in.
    pub async fn person(&self, role: Role, site: Option<SiteId>) -> Browser {
        let email = format!("{}-{}@example.org", role.code(), uuid::Uuid::now_v7().simple());
        self.hire(&email, role, site).await;
        let browser = self.browser();
        let answer = browser.sign_in(&email, PASSWORD).await;
        assert_eq!(answer.status(), 302, "{email} signs in");
        browser
    }
}

fn start(db: Db, secure: bool) -> (Running, PathBuf) {
    let site = std::env::temp_dir().join(format!("tideway-site-{}", uuid::Uuid::now_v7()));
    Site::bare(&site).expect("a bare site can be written");
    let found = Site::find(&site).expect("the bare site is whole");
    let state = AppState::new(db, found, secure, None);
    let listener = TcpListener::bind("127.0.0.1:0").expect("there is a free port");
    (Running::start(state, listener, None).expect("the server starts"), site)
}

/// A server beside the first, which can be taken away.
pub struct AnotherServer {
    pub url: String,
    running: Running,
    site: PathBuf,
}

impl AnotherServer {
    /// As SIGTERM would.
    pub async fn stop(self) {
        self.running.stop().await.expect("the server stops");
        let _ = std::fs::remove_dir_all(&self.site);
    }
}

impl Drop for TestServer {
    fn drop(&mut self) {
        // A folder left behind in /tmp does no harm.
        let _ = std::fs::remove_dir_all(&self.site);
    }
}

/// One browser, with its cookies.
#[derive(Clone)]
pub struct Browser {
    pub client: Client,
    pub url: String,
}

impl Browser {
    pub async fn get(&self, path: &str) -> Response {
        self.client.get(format!("{}{path}", self.url)).header("accept", "text/html").send().await.expect("the server answers")
    }

    pub fn post(&self, path: &str) -> RequestBuilder {
        self.client.post(format!("{}{path}", self.url)).header("sec-fetch-site", "same-origin")
    }

    /// A server function as wasm calls it.
    pub async fn call(&self, path: &str, body: &serde_json::Value) -> Response {
        self.post(path).json(body).send().await.expect("the server answers")
    }

    /// A plain form, as a browser without JavaScript sends it.
    pub async fn submit(&self, from: &str, action: &str, fields: &[(&str, &str)]) -> Response {
        let form = self.post(action).header("accept", "text/html").header("referer", format!("{}{from}", self.url)).form(fields);
        form.send().await.expect("the server answers")
    }

    pub async fn sign_in(&self, email: &str, password: &str) -> Response {
        self.submit("/sign-in", "/api/fn/people/sign-in", &[("email", email), ("password", password), ("next", "")]).await
    }
}
