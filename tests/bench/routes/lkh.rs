//! LKH by way of Python's elkai: lengths, and seconds inside the solve.

use std::fmt::Write as _;
use std::io::Write as _;
use std::process::{Command, Stdio};
use std::sync::Once;

const HELPER: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../../tests/bench/lkh.py");

pub struct Solved {
    pub lengths: Vec<i64>,
    /// Of all together.
    pub seconds: f64,
}

/// None, once with a word of why, when there is no Python or no elkai.
pub fn solve(matrices: &[Vec<Vec<i32>>]) -> Option<Solved> {
    static SAID: Once = Once::new();
    let solved = ask(matrices);
    if solved.is_none() {
        SAID.call_once(|| println!("No LKH: set PYTHON to an interpreter with elkai (pip install elkai) to compare.\n"));
    }
    solved
}

fn ask(matrices: &[Vec<Vec<i32>>]) -> Option<Solved> {
    let python = std::env::var("PYTHON").unwrap_or_else(|_| "python3".into());
    let mut child = Command::new(python).arg(HELPER).stdin(Stdio::piped()).stdout(Stdio::piped()).spawn().ok()?;
    let mut lines = String::new();
    for matrix in matrices {
        for cell in matrix.iter().flatten() {
            write!(lines, "{cell} ").ok()?;
        }
        lines.push('\n');
    }
    let mut stdin = child.stdin.take()?;
    let writer = std::thread::spawn(move || stdin.write_all(lines.as_bytes()));
    let output = child.wait_with_output().ok()?;
    // A helper that left early does not read to the end.
    let _ = writer.join();
    if !output.status.success() {
        return None;
    }
    let mut solved = Solved { lengths: Vec::new(), seconds: 0.0 };
    for line in String::from_utf8(output.stdout).ok()?.lines() {
        let (length, seconds) = line.split_once(' ')?;
        solved.lengths.push(length.parse().ok()?);
        solved.seconds += seconds.parse::<f64>().ok()?;
    }
    (solved.lengths.len() == matrices.len()).then_some(solved)
}
