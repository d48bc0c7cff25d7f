//! The house's own rules (house.md), kept by reading the workspace: who may import whom, and where statements stand.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};
use std::process::Command;

use serde_json::Value;

/// A source file: its path from the root, and its text.
type Source = (String, String);

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).parent().expect("tests stand in the workspace").to_owned()
}

/// Crate → the crates it names, dev-dependencies left out.
fn dependencies() -> Vec<(String, BTreeSet<String>)> {
    let cargo = Command::new(env!("CARGO")).args(["metadata", "--format-version", "1", "--no-deps"]).current_dir(root()).output();
    let metadata: Value = serde_json::from_slice(&cargo.expect("cargo runs").stdout).expect("cargo answers in JSON");
    let name = |value: &Value| value["name"].as_str().unwrap_or_default().to_owned();
    let all = |value: &Value| value.as_array().cloned().unwrap_or_default();
    let needed = |package: &Value| all(&package["dependencies"]).iter().filter(|d| d["kind"].is_null()).map(name).collect();
    all(&metadata["packages"]).iter().map(|package| (name(package), needed(package))).collect()
}

/// Crate, and what it may not name: never upward, no screens below `app`, no database above `service` but in the server.
const FORBIDDEN: [(&str, &[&str]); 4] = [
    ("domain", &["app", "service", "server", "frontend", "journeys", "leptos", "axum", "tokio", "rand", "reqwest"]),
    ("service", &["app", "server", "frontend", "journeys", "leptos", "leptos_axum", "axum", "reqwest"]),
    ("app", &["server", "frontend", "journeys", "sqlx", "reqwest"]),
    ("frontend", &["service", "server", "domain", "sqlx", "axum", "journeys"]),
];

fn upward(dependencies: &[(String, BTreeSet<String>)]) -> Vec<String> {
    let mut found = Vec::new();
    for (from, forbidden) in FORBIDDEN {
        let needed = dependencies.iter().find(|(name, _)| name == from).map(|(_, needed)| needed);
        let needed = needed.unwrap_or_else(|| panic!("there is a crate {from}"));
        found.extend(forbidden.iter().filter(|to| needed.contains(**to)).map(|to| format!("{from} names {to}")));
    }
    found
}

fn sources(folder: &str) -> Vec<Source> {
    let (mut found, mut folders) = (Vec::new(), vec![root().join(folder)]);
    while let Some(folder) = folders.pop() {
        for entry in std::fs::read_dir(&folder).expect("the folder reads") {
            let path = entry.expect("the entry reads").path();
            if path.is_dir() {
                folders.push(path);
            } else if path.extension().is_some_and(|extension| extension == "rs") {
                let text = std::fs::read_to_string(&path).expect("the file reads");
                let path = path.strip_prefix(root()).expect("inside the root").to_string_lossy().into_owned();
                found.push((path, text));
            }
        }
    }
    found
}

/// Lines that are code: comments and the texts of doc comments do not count.
fn code(text: &str) -> impl Iterator<Item = (usize, &str)> {
    text.lines().enumerate().map(|(no, line)| (no + 1, line.trim())).filter(|(_, line)| !line.starts_with("//"))
}

/// The file's name, and the noun it stands in: `server/service/src/<noun>/…`.
fn place(path: &str) -> (&str, &str) {
    let inside = path.strip_prefix("server/service/src/").unwrap_or(path);
    (path.rsplit('/').next().unwrap_or(path), inside.split(['/', '.']).next().unwrap_or(inside))
}

fn is_test(path: &str) -> bool {
    let name = place(path).0;
    name.contains("test") || path.contains("/tests/") || ["schema_lint.rs", "business.rs"].contains(&name)
}

/// Leaves that are their own statement: the command's record, the blocks of human numbers, the follower's stamp.
const LEAVES: [&str; 3] = ["idempotency.rs", "numbers.rs", "sequencer.rs"];

/// INSERT stands in files named sql*.rs only: all that writes can be read in a dozen files.
fn inserts_elsewhere(sources: &[Source]) -> Vec<String> {
    let elsewhere = |path: &str| !place(path).0.starts_with("sql") && !is_test(path) && !LEAVES.contains(&place(path).0);
    let written = |(path, text): &Source| {
        let lines = code(text).filter(|(_, line)| line.to_lowercase().contains("insert into "));
        lines.map(|(no, _)| format!("{path}:{no} inserts")).collect::<Vec<_>>()
    };
    sources.iter().filter(|(path, _)| elsewhere(path)).flat_map(written).collect()
}

/// A noun of `service` calls another noun's `mod.rs`, never its statements.
fn others_statements(sources: &[Source]) -> Vec<String> {
    let mut found = Vec::new();
    for (path, text) in sources.iter().filter(|(path, _)| path.starts_with("server/service/src/") && !is_test(path)) {
        let own = place(path).1;
        for (no, line) in code(text) {
            for (at, _) in line.match_indices("::sql").filter(|(at, _)| !line[at + 5..].starts_with('x')) {
                let before =
                    line[..at].rsplit(|letter: char| !letter.is_alphanumeric() && letter != '_').next().unwrap_or_default();
                if !["", "super", "self", "crate", own].contains(&before) {
                    found.push(format!("{path}:{no} reaches into {before}'s statements"));
                }
            }
        }
    }
    found
}

/// `needle` in the code of sources whose path begins so.
fn mentions(sources: &[Source], folder: &str, needles: &[&str]) -> Vec<String> {
    let mut found = Vec::new();
    for (path, text) in sources.iter().filter(|(path, _)| path.starts_with(folder) && !is_test(path)) {
        for (no, line) in code(text) {
            found.extend(
                needles.iter().filter(|needle| line.contains(**needle)).map(|needle| format!("{path}:{no} says {needle}")),
            );
        }
    }
    found
}

#[test]
fn crates_name_only_what_stands_below_them() {
    assert_eq!(upward(&dependencies()), [] as [String; 0]);
}

#[test]
fn statements_that_write_stand_in_sql_files() {
    let sources: Vec<Source> = ["server", "app", "frontend/src"].iter().flat_map(|folder| sources(folder)).collect();
    assert!(sources.len() > 150, "the sources are read");
    assert_eq!(inserts_elsewhere(&sources), [] as [String; 0]);
}

#[test]
fn a_noun_uses_no_other_nouns_statements() {
    assert_eq!(others_statements(&sources("server/service/src")), [] as [String; 0]);
}

#[test]
fn the_domain_is_pure_and_screens_know_no_database() {
    let domain =
        mentions(&sources("app/domain/src"), "app/domain/src", &["Utc::now(", "rand::", "std::fs", "std::env", "tokio::"]);
    assert_eq!(domain, [] as [String; 0]);
    assert_eq!(mentions(&sources("app/src"), "app/src", &["sqlx::", "style=\""]), [] as [String; 0]);
}

#[test]
fn a_file_says_what_it_decides() {
    let silent = |(path, text): &Source| !is_test(path) && !text.trim_start().starts_with("//!");
    let folders = ["app/domain/src", "app/src", "server/src", "server/service/src"];
    let silent: Vec<String> = folders.iter().flat_map(|folder| sources(folder)).filter(silent).map(|(path, _)| path).collect();
    assert_eq!(silent, [] as [String; 0]);
}

/// What Cargo.toml tells cargo-leptos is true: packages and paths are there, and its sheet names every sheet.
#[test]
fn what_is_told_to_cargo_leptos_is_there() {
    let cargo = Command::new(env!("CARGO")).args(["metadata", "--format-version", "1", "--no-deps"]).current_dir(root()).output();
    let metadata: Value = serde_json::from_slice(&cargo.expect("cargo runs").stdout).expect("cargo answers in JSON");
    let told = &metadata["metadata"]["leptos"][0];
    let named = |key: &str| told[key].as_str().unwrap_or_else(|| panic!("{key} is not told"));
    for path in ["style-file", "assets-dir"] {
        assert!(root().join(named(path)).exists(), "{path} = {}", named(path));
    }
    let crates = dependencies();
    for package in ["bin-package", "lib-package"] {
        assert!(crates.iter().any(|(name, _)| name == named(package)), "{package} = {}", named(package));
    }
    let text = |path: &Path| std::fs::read_to_string(path).expect("the file reads");
    let main = text(&root().join(named("style-file")));
    let imported: BTreeSet<&str> =
        main.lines().filter_map(|line| line.strip_prefix("@import \"./")?.strip_suffix("\";")).collect();
    let sheets = std::fs::read_dir(root().join("style")).expect("the folder reads");
    let sheets: BTreeSet<String> = sheets
        .filter_map(|entry| entry.ok()?.file_name().into_string().ok())
        .filter(|name| Path::new(name).extension().is_some_and(|end| end == "css"))
        .collect();
    assert_eq!(imported, sheets.iter().map(String::as_str).filter(|name| *name != "main.css").collect());
}

#[test]
fn planted_violations_are_seen() {
    let mut crates = dependencies();
    crates.iter_mut().find(|(name, _)| name == "domain").expect("there is a domain").1.insert("service".to_owned());
    assert_eq!(upward(&crates), ["domain names service"]);
    let source = |path: &str, text: &str| vec![(path.to_owned(), text.to_owned())];
    let insert = source("server/service/src/orders/mod.rs", "// insert into is only said here\nlet q = \"INSERT into sku\";");
    assert_eq!(inserts_elsewhere(&insert), ["server/service/src/orders/mod.rs:2 inserts"]);
    for reach in ["use crate::orders::sql;", "crate::orders::sql::claim(tx).await?;", "use crate::{Db, orders::sql_read};"] {
        let reach = source("server/service/src/payments/mod.rs", reach);
        assert_eq!(others_statements(&reach), ["server/service/src/payments/mod.rs:1 reaches into orders's statements"]);
    }
    assert!(others_statements(&source("server/service/src/orders/read.rs", "use crate::orders::sql;")).is_empty());
    assert_eq!(mentions(&source("app/domain/src/x.rs", "Utc::now()"), "app/domain", &["Utc::now("]).len(), 1);
}
