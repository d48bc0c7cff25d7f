//! The house's own rules, kept by reading the workspace: who may import whom, and where statements stand.

mod described;

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

/// Files of the house a page links to and that are not there.
fn dead_links(page: &str) -> Vec<&str> {
    let targets = page.split("](").skip(1).filter_map(|rest| rest.split_once(')')).map(|(target, _)| target);
    targets.filter(|target| !target.starts_with("http") && !target.starts_with('#') && !root().join(target).exists()).collect()
}

#[test]
fn the_readme_names_files_that_are_there() {
    let page = std::fs::read_to_string(root().join("README.md")).expect("there is a README");
    assert_eq!(dead_links(&page), Vec::<&str>::new());
    assert_eq!(dead_links("[a](tests/tests/house) [b](tests/gone.rs) [c](https://example.org)"), ["tests/gone.rs"]);
}

/// Crate, and what it may not name: never upward, no screens below `app`, no database above `service` but in the server.
const FORBIDDEN: [(&str, &[&str]); 5] = [
    ("domain", &["app", "service", "server", "frontend", "whatif", "journeys", "leptos", "axum", "tokio", "rand", "reqwest"]),
    ("service", &["app", "server", "frontend", "whatif", "journeys", "leptos", "leptos_axum", "axum", "reqwest"]),
    ("app", &["server", "frontend", "whatif", "journeys", "sqlx", "reqwest"]),
    ("frontend", &["service", "server", "domain", "sqlx", "axum", "journeys"]),
    // The planner in a worker is the domain and nothing of the screens: they load it when it is asked for.
    ("whatif", &["app", "service", "server", "frontend", "leptos", "sqlx", "axum", "tokio", "journeys"]),
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
    name.contains("test") || path.contains("tests/") || ["schema_lint.rs", "business.rs"].contains(&name)
}

/// Leaves that are their own statement: the command's record, the blocks of human numbers, the follower's stamp.
const LEAVES: [&str; 3] = ["idempotency.rs", "numbers.rs", "sequencer.rs"];

/// Does this line of code begin a statement that writes? `update` and `delete` are also words; of a statement they are followed
/// by a table, and by `set`, `as` or the line's end, or by `from`.
fn writes(line: &str) -> bool {
    let line = line.to_lowercase();
    let words: Vec<&str> =
        line.split(|letter: char| !(letter.is_alphanumeric() || letter == '_')).filter(|word| !word.is_empty()).collect();
    let quoted = line.contains('"') || !line.ends_with([';', '{']);
    quoted
        && words.windows(3).any(|three| match *three {
            ["insert" | "merge", "into", _] | ["delete", "from", _] | ["truncate", "table", _] => true,
            ["update", table, _] => {
                TABLES_FOLLOW.iter().all(|word| *word != table) && three[2..].iter().any(|word| ["set", "as"].contains(word))
            }
            _ => false,
        })
        || words.windows(4).any(|four| matches!(*four, ["update", _, _, "set"]))
}

/// After `update` these begin no table: `for update skip locked`, `on conflict … do update set`.
const TABLES_FOLLOW: [&str; 4] = ["set", "of", "skip", "nowait"];

/// What writes stands in files named sql*.rs only: all of it can be read in a dozen files.
fn writes_elsewhere(sources: &[Source]) -> Vec<String> {
    let elsewhere = |path: &str| !place(path).0.starts_with("sql") && !is_test(path) && !LEAVES.contains(&place(path).0);
    let written = |(path, text): &Source| {
        let lines = code(text).filter(|(_, line)| writes(line));
        lines.map(|(no, _)| format!("{path}:{no} writes")).collect::<Vec<_>>()
    };
    sources.iter().filter(|(path, _)| elsewhere(path)).flat_map(written).collect()
}

/// Tables that stand before the org's wall: `directory` alone reaches them.
const DIRECTORY: [&str; 6] = ["org", "login", "session", "api_key", "portal_host", "rate_limit"];

/// Statements outside `directory` that name a directory's table as one.
fn directory_reached(sources: &[Source]) -> Vec<String> {
    let mut found = Vec::new();
    for (path, text) in sources.iter().filter(|(path, _)| place(path).1 != "directory" && !is_test(path)) {
        for (no, line) in code(text) {
            let line = line.to_lowercase();
            let words: Vec<&str> = line
                .split(|letter: char| !(letter.is_alphanumeric() || "_.\"".contains(letter)))
                .filter(|word| !word.is_empty())
                .collect();
            let reached = words
                .windows(2)
                .filter(|pair| ["from", "join", "into", "update", "table"].contains(&pair[0].trim_start_matches('"')));
            let listed =
                words.windows(2).filter(|pair| line.contains(&format!(", {} {} ", pair[0], pair[1])) && pair[1] == "where");
            let named = reached.map(|pair| pair[1]).chain(listed.map(|pair| pair[0])).map(|word| word.trim_matches(['"', '.']));
            found.extend(named.filter(|word| DIRECTORY.contains(word)).map(|word| format!("{path}:{no} reaches {word}")));
        }
    }
    found
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

/// What the tool says of a tree that names unknown features; none when it is content.
fn strays(tree: &Path) -> Option<String> {
    let told = Command::new(root().join("tools/proof")).arg("--bare").arg("--in").arg(tree).output().expect("tools/proof runs");
    (!told.status.success()).then(|| String::from_utf8_lossy(&told.stdout).into_owned() + &String::from_utf8_lossy(&told.stderr))
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
    assert_eq!(writes_elsewhere(&sources), [] as [String; 0]);
}

#[test]
fn what_stands_before_the_wall_is_reached_by_the_directory_alone() {
    assert_eq!(directory_reached(&sources("server")), [] as [String; 0]);
}

#[test]
fn no_test_names_a_feature_that_is_in_no_list() {
    assert_eq!(strays(&root()), None);
}

/// A planted test of no feature is seen; prose that begins like one, and functions that are no tests, are not.
#[test]
fn a_test_of_an_unknown_feature_is_seen() {
    let tree = std::env::temp_dir().join(format!("tideway-proof-{}", uuid::Uuid::now_v7()));
    for folder in ["app", "tests/browser"] {
        std::fs::create_dir_all(tree.join(folder)).expect("a folder can be made");
    }
    let write = |path: &str, text: &str| std::fs::write(tree.join(path), text).expect("a file can be written");
    write("tests/features.txt", "ORD-1\tAuto-release\nK1\tCycle time\n");
    let known = "/// ORD-1, K1: known.\n#[test]\nfn known() {}\n/// XYZ-1: no test.\nfn helper() {}\n/// GS1 modulo 10: prose.\n#[test]\nfn sum() {}\n";
    write("app/known.rs", known);
    assert_eq!(strays(&tree), None);
    write(
        "app/strange.rs",
        "mod tests {\n    /// ORD-1, XYZ-2: strange.\n    #[tokio::test(flavor = \"multi_thread\")]\n    async fn strange() {}\n}\n",
    );
    let told = strays(&tree).expect("an unknown id fails");
    assert!(told.contains("XYZ-2") && told.contains("strange") && !told.contains("XYZ-1"), "{told}");
    std::fs::remove_file(tree.join("app/strange.rs")).expect("the file goes");
    write("tests/browser/a.mjs", "test(\"XYZ-3: strange too\", async () => {});");
    assert!(strays(&tree).expect("an unknown id fails").contains("XYZ-3"));
    std::fs::remove_dir_all(&tree).expect("the tree goes");
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
    let folders = ["app/domain/src", "app/src", "server/src", "server/service/src", "frontend"];
    let silent: Vec<String> = folders.iter().flat_map(|folder| sources(folder)).filter(silent).map(|(path, _)| path).collect();
    assert_eq!(silent, [] as [String; 0]);
}

#[test]
fn planted_violations_are_seen() {
    let mut crates = dependencies();
    crates.iter_mut().find(|(name, _)| name == "domain").expect("there is a domain").1.insert("service".to_owned());
    assert_eq!(upward(&crates), ["domain names service"]);
    let source = |path: &str, text: &str| vec![(path.to_owned(), text.to_owned())];
    let insert =
        source("server/service/src/orders/mod.rs", "// insert into sku is only said here\nlet q = \"INSERT into sku values\";");
    assert_eq!(writes_elsewhere(&insert), ["server/service/src/orders/mod.rs:2 writes"]);
    for write in [
        "update sku set name = $1",
        "update sku s set name = $1",
        "delete from sku where",
        "merge into sku using",
        "truncate table sku",
    ] {
        assert_eq!(writes_elsewhere(&source("server/src/x.rs", &format!("let q = \"{write}\";"))).len(), 1, "{write}");
    }
    for read in ["select 1 from sku for update of sku", "on conflict do update set", "for update skip locked"] {
        assert_eq!(writes_elsewhere(&source("server/src/x.rs", &format!("let q = \"{read}\";"))), [] as [String; 0], "{read}");
    }
    let locked = source("server/service/src/x/sql.rs", "query!(\"select id from trip for no key update\", org, wave)");
    assert_eq!(directory_reached(&locked), [] as [String; 0]);
    for reach in ["select id from org where", "join session s on", "as n (id), org where org.id = $1", "update api_key set"] {
        let reach = source("server/service/src/ledger/sql.rs", &format!("\"{reach}\""));
        assert_eq!(directory_reached(&reach).len(), 1, "{reach:?}");
        assert!(directory_reached(&source("server/service/src/directory/sql.rs", &reach[0].1)).is_empty());
    }
    for reach in ["use crate::orders::sql;", "crate::orders::sql::claim(tx).await?;", "use crate::{Db, orders::sql_read};"] {
        let reach = source("server/service/src/payments/mod.rs", reach);
        assert_eq!(others_statements(&reach), ["server/service/src/payments/mod.rs:1 reaches into orders's statements"]);
    }
    assert!(others_statements(&source("server/service/src/orders/read.rs", "use crate::orders::sql;")).is_empty());
    assert_eq!(mentions(&source("app/domain/src/x.rs", "Utc::now()"), "app/domain", &["Utc::now("]).len(), 1);
}
