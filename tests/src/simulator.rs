//! The outside parties as a process of their own.

use std::io::{BufRead, BufReader};
use std::path::PathBuf;
use std::process::{Child, Command, Stdio};

/// A running `tideway-simulators`; killed with the value.
pub struct Simulator {
    child: Child,
    /// Base URL of the payment provider.
    pub payments: String,
}

/// Binaries stand two floors above the test that runs: `make test` builds them first.
pub fn binary(name: &str) -> PathBuf {
    let test = std::env::current_exe().expect("a test has a path");
    let debug = test.ancestors().nth(2).expect("tests stand in deps");
    let path = debug.join(name);
    assert!(path.is_file(), "{} is missing: cargo build -p simulators", path.display());
    path
}

impl Simulator {
    pub fn start() -> Self {
        let mut child = Command::new(binary("tideway-simulators"))
            .args(["--payments", "127.0.0.1:0"])
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .spawn()
            .expect("the simulators start");
        let mut line = String::new();
        let out = child.stdout.take().expect("stdout is piped");
        BufReader::new(out).read_line(&mut line).expect("the simulators say where they listen");
        let payments = line.trim().strip_prefix("payments ").expect("a line `payments URL`").to_owned();
        Self { child, payments }
    }
}

impl Drop for Simulator {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}
