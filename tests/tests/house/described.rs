//! `.sqlx`: what the compiler is told of each statement is what a migrated database says of it, and of no statement that is gone.

use std::collections::BTreeSet;

use serde_json::Value;
use service::testkit::TestDb;
use sqlx::{AssertSqlSafe, Executor, SqlSafeStr};

use crate::{Source, root, sources};

/// The texts of a source's string literals, as the compiler reads them.
fn literals(text: &str) -> BTreeSet<String> {
    let (mut found, mut rest) = (BTreeSet::new(), text);
    while let Some(at) = rest.find(['"', '/', '\'']) {
        let (before, from) = rest.split_at(at);
        let fence = before.len() - before.trim_end_matches('#').len();
        rest = if from.starts_with("//") {
            from.find('\n').map_or("", |end| &from[end..])
        } else if from.starts_with("'\"'") || from.starts_with("'/'") {
            &from[3..]
        } else if !from.starts_with('"') {
            &from[1..]
        } else if before[..before.len() - fence].ends_with('r') {
            let inside = &from[1..];
            let end = inside.find(&format!("\"{}", "#".repeat(fence))).unwrap_or(inside.len());
            found.insert(inside[..end].to_owned());
            inside.get(end + 1 + fence..).unwrap_or_default()
        } else {
            let (literal, after) = escaped(&from[1..]);
            found.insert(literal);
            after
        };
    }
    found
}

/// A literal up to its closing quote, and what follows it.
fn escaped(from: &str) -> (String, &str) {
    let (mut literal, mut chars) = (String::new(), from.char_indices().peekable());
    while let Some((at, char)) = chars.next() {
        match char {
            '"' => return (literal, &from[at + 1..]),
            '\\' => match chars.next().map(|(_, escape)| escape) {
                Some('n') => literal.push('\n'),
                Some('\n') => while chars.next_if(|(_, space)| space.is_whitespace()).is_some() {},
                Some(other) => literal.push(other),
                None => {}
            },
            other => literal.push(other),
        }
    }
    (literal, "")
}

/// A description in `.sqlx`: its statement, and what it says of it.
fn described() -> Vec<(String, Value)> {
    let files = std::fs::read_dir(root().join(".sqlx")).expect("the descriptions stand in .sqlx");
    let one = |file: std::io::Result<std::fs::DirEntry>| {
        let text = std::fs::read_to_string(file.expect("the entry reads").path()).expect("the description reads");
        let mut description: Value = serde_json::from_str(&text).expect("a description is JSON");
        let statement = description["query"].as_str().expect("it has a statement").to_owned();
        (statement, description["describe"].take())
    };
    files.map(one).collect()
}

/// Descriptions of statements that no source has any more. (A statement without a description does not compile.)
fn outlived(described: &[(String, Value)], sources: &[Source]) -> Vec<String> {
    let known: BTreeSet<String> = sources.iter().flat_map(|(_, text)| literals(text)).filter(|text| text.len() > 1).collect();
    described.iter().filter(|(statement, _)| !is_made_of(statement, &known)).map(|(statement, _)| statement.clone()).collect()
}

/// Is it one of the literals, or several one behind the other, as a macro puts them together?
fn is_made_of(statement: &str, literals: &BTreeSet<String>) -> bool {
    let mut rest = statement;
    while !rest.is_empty() && !literals.contains(rest) {
        let Some(longest) = literals.iter().filter(|literal| rest.starts_with(literal.as_str())).map(String::len).max() else {
            return false;
        };
        rest = &rest[longest..];
    }
    true
}

#[test]
fn every_description_is_of_a_statement_that_is_there() {
    let (described, sources) = (described(), sources("server"));
    assert!(described.len() > 200, "the descriptions are read");
    assert_eq!(outlived(&described, &sources), [] as [String; 0]);
    let planted = [("select 'nothing says this'".to_owned(), Value::Null)];
    assert_eq!(outlived(&planted, &sources).len(), 1);
}

/// Without what is guessed and not needed: where a column's name says whether it may be null (`name?`, `name!`), the guess follows the
/// plan, which follows how many rows the tables happen to have.
fn certain(mut description: Value) -> Value {
    let said = |column: &Value| column["name"].as_str().is_some_and(|name| name.ends_with(['?', '!']));
    let said: Vec<bool> = description["columns"].as_array().into_iter().flatten().map(said).collect();
    for (guess, _) in description["nullable"].as_array_mut().into_iter().flatten().zip(said).filter(|(_, said)| *said) {
        *guess = Value::Null;
    }
    description
}

/// What `.sqlx` says of a statement (columns, parameters, what may be null) is what a migrated database says of it.
#[tokio::test]
async fn statements_are_described_as_the_schema_is_now() {
    let t = TestDb::new().await;
    let mut conn = t.root.acquire().await.expect("the database answers");
    let mut stale = Vec::new();
    for (statement, told) in described() {
        let now = (&mut *conn).describe(AssertSqlSafe(statement.clone()).into_sql_str()).await.map_err(|error| error.to_string());
        let now = now.map(|now| certain(serde_json::to_value(&now).expect("a description is JSON")));
        let told = certain(told);
        if now.as_ref() != Ok(&told) {
            stale.push(format!("{statement}\n    said {told}\n    is   {now:?}"));
        }
    }
    assert!(stale.is_empty(), "run tools/with-postgres tools/sqlx-prepare:\n{}", stale.join("\n"));
}
