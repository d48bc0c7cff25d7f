//! `make bench-waves`: published order-batching instances solved within a second each, and waves on a generated site of 20,000 bins.
//!
//! Takes a folder of instances with their values (an argument, or `TIDEWAY_DATA`; no default), writes `target/bench/waves.csv`, prints
//! the tables. Reports; never fails by a figure.
//!
//! `bench-waves [FOLDER] [--json FILE] [--csv FILE] [--only TEXT] [--every N] [--seconds S | --steps N] [--jobs N] [--no-scale]`

#[path = "waves/boxes.rs"]
mod boxes;
#[path = "waves/instance.rs"]
mod instance;
#[path = "waves/known.rs"]
mod known;
#[path = "waves/plot.rs"]
mod plot;
#[path = "waves/report.rs"]
mod report;
#[path = "waves/run.rs"]
mod run;
#[path = "waves/scale.rs"]
mod scale;
#[path = "waves/text.rs"]
mod text;

use std::panic::catch_unwind;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Mutex, PoisonError};

use instance::Fault;
use known::Values;
use run::{Given, Solved};

struct Asked {
    folder: Option<PathBuf>,
    json: Option<PathBuf>,
    csv: PathBuf,
    only: Option<String>,
    every: usize,
    given: Given,
    jobs: usize,
    scale: bool,
}

impl Asked {
    fn parse(mut words: impl Iterator<Item = String>) -> Result<Self, String> {
        let target = std::env::var_os("CARGO_TARGET_DIR").map_or_else(|| PathBuf::from("target"), PathBuf::from);
        let mut asked = Self {
            folder: std::env::var_os("TIDEWAY_DATA").filter(|folder| !folder.is_empty()).map(PathBuf::from),
            json: None,
            csv: target.join("bench/waves.csv"),
            only: None,
            every: 1,
            given: Given::Seconds(1.0),
            jobs: std::thread::available_parallelism().map_or(1, usize::from).min(2),
            scale: true,
        };
        while let Some(word) = words.next() {
            let mut value = || words.next().ok_or(format!("{word} needs a value"));
            match word.as_str() {
                "--json" => asked.json = Some(value()?.into()),
                "--csv" => asked.csv = value()?.into(),
                "--only" => asked.only = Some(value()?),
                "--every" => asked.every = value()?.parse::<usize>().map_err(|error| error.to_string())?.max(1),
                "--seconds" => asked.given = Given::Seconds(value()?.parse().map_err(|_| "--seconds needs a number")?),
                "--steps" => asked.given = Given::Steps(value()?.parse().map_err(|_| "--steps needs a number")?),
                "--jobs" => asked.jobs = value()?.parse::<usize>().map_err(|error| error.to_string())?.max(1),
                "--no-scale" => asked.scale = false,
                // Cargo's own, when run by `cargo bench` or `cargo test`.
                "--bench" | "--test" => {}
                other if other.starts_with("--") => return Err(format!("{other} is not known")),
                folder => asked.folder = Some(folder.into()),
            }
        }
        Ok(asked)
    }
}

fn main() {
    let outcome = Asked::parse(std::env::args().skip(1)).and_then(|asked| bench(&asked));
    if let Err(why) = outcome {
        eprintln!("bench-waves: {why}");
        std::process::exit(2);
    }
}

fn bench(asked: &Asked) -> Result<(), String> {
    let mut json = serde_json::Map::new();
    match &asked.folder {
        None => println!("No instances: give a folder, or set TIDEWAY_DATA."),
        Some(folder) if !folder.is_dir() => println!("No instances: {} is not a folder.", folder.display()),
        Some(folder) => {
            let (rows, faults) = published(folder, asked);
            write(&asked.csv, &report::csv(&rows))?;
            println!("## Published instances, {} each, {} at once\n", asked.given, asked.jobs);
            println!("{}", report::table(&rows));
            for (name, fault) in &faults {
                println!("left out: {name}: {fault}");
            }
            println!("written: {}\n", asked.csv.display());
            json.insert("published".into(), report::json(&rows));
            json.insert("left_out".into(), faults.iter().map(|(name, fault)| format!("{name}: {fault}")).collect());
        }
    }
    if asked.scale {
        let rows = scale::run()?;
        println!("## Growth\n\n{}", scale::table(&rows));
        let picture = asked.csv.with_file_name("waves-growth.svg");
        write(&picture, &plot::svg(&rows))?;
        println!("drawn: {}", picture.display());
        json.insert("growth".into(), scale::json(&rows));
    }
    match &asked.json {
        Some(file) => write(file, &format!("{:#}\n", serde_json::Value::Object(json))),
        None => Ok(()),
    }
}

fn write(file: &Path, text: &str) -> Result<(), String> {
    let said = |error: std::io::Error| format!("{}: {error}", file.display());
    if let Some(folder) = file.parent() {
        std::fs::create_dir_all(folder).map_err(said)?;
    }
    std::fs::write(file, text).map_err(said)
}

/// All files below a folder, in the order of their names.
fn files(folder: &Path, found: &mut Vec<PathBuf>) {
    let Ok(entries) = std::fs::read_dir(folder) else { return };
    let mut entries: Vec<PathBuf> = entries.flatten().map(|entry| entry.path()).collect();
    entries.sort();
    for entry in entries {
        if entry.is_dir() { files(&entry, found) } else { found.push(entry) }
    }
}

type Faults = Vec<(String, Fault)>;

fn published(folder: &Path, asked: &Asked) -> (Vec<Solved>, Faults) {
    let mut found = Vec::new();
    files(folder, &mut found);
    let with = |extension: &'static str| move |file: &&PathBuf| file.extension().is_some_and(|given| given == extension);
    let mut values = Values::default();
    for file in found.iter().filter(with("csv")) {
        if let Ok(bytes) = std::fs::read(file) {
            values.add(&String::from_utf8_lossy(&bytes));
        }
    }
    let name = |file: &Path| file.strip_prefix(folder).unwrap_or(file).to_string_lossy().replace('\\', "/");
    let wanted = |file: &&PathBuf| asked.only.as_ref().is_none_or(|only| name(file).contains(only.as_str()));
    let instances: Vec<&PathBuf> = found.iter().filter(with("txt")).filter(wanted).step_by(asked.every).collect();
    let (next, results) = (AtomicUsize::new(0), Mutex::new(Vec::new()));
    std::thread::scope(|scope| {
        for _ in 0..asked.jobs {
            scope.spawn(|| {
                while let Some((at, file)) = take(&next, &instances) {
                    // A mistake of ours ends its instance, not the others.
                    let solved = catch_unwind(|| run::solve_file(file, &name(file), &values, asked.given));
                    let result = solved.unwrap_or(Err(Fault::Ours));
                    results.lock().unwrap_or_else(PoisonError::into_inner).push((at, name(file), result));
                }
            });
        }
    });
    let mut results = results.into_inner().unwrap_or_else(PoisonError::into_inner);
    results.sort_by_key(|(at, ..)| *at);
    let (mut rows, mut faults) = (Vec::new(), Vec::new());
    for (_, name, result) in results {
        match result {
            Ok(row) => rows.push(row),
            Err(fault) => faults.push((name, fault)),
        }
    }
    (rows, faults)
}

fn take<'f>(next: &AtomicUsize, files: &[&'f PathBuf]) -> Option<(usize, &'f PathBuf)> {
    let at = next.fetch_add(1, Ordering::Relaxed);
    files.get(at).map(|file| (at, *file))
}
