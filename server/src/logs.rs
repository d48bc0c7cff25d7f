//! Log lines: for people at a terminal, or as JSON for machines. `RUST_LOG` chooses what is told.

use std::io::IsTerminal;

use tracing_subscriber::EnvFilter;

const USUAL: &str = "info,tideway=info,sqlx=warn,hyper=warn,rustls=warn,tower_http=warn,leptos=warn";

pub fn start(json: bool) {
    let filter = EnvFilter::try_from_default_env().unwrap_or_else(|_| EnvFilter::new(USUAL));
    let lines = tracing_subscriber::fmt().with_env_filter(filter).with_writer(std::io::stderr).with_target(false);
    let lines = lines.with_ansi(std::io::stderr().is_terminal());
    // A second start in one process (tests) changes nothing.
    let _ = if json { lines.json().with_current_span(true).try_init() } else { lines.compact().try_init() };
}
