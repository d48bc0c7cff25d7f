//! All sheets as one: tokens first, then the ground, the parts, the shells, then one sheet a noun.

use std::fs;
use std::path::Path;

use anyhow::{Context, Result};

/// Before the nouns, in this order: later rules lean on earlier ones.
const FIRST: [&str; 4] = ["tokens.css", "base.css", "parts.css", "shell.css"];

/// The same sheets named one by one, for cargo-leptos.
const MAIN: &str = "main.css";

pub fn gather(folder: &Path) -> Result<String> {
    let mut names: Vec<String> = fs::read_dir(folder)
        .with_context(|| format!("no sheets in {}", folder.display()))?
        .filter_map(|entry| entry.ok()?.file_name().into_string().ok())
        .filter(|name| Path::new(name).extension().is_some_and(|kind| kind == "css") && name != MAIN)
        .collect();
    names.sort_by_key(|name| (FIRST.iter().position(|first| first == name).unwrap_or(FIRST.len()), name.clone()));
    let mut all = String::new();
    for name in names {
        let text = fs::read_to_string(folder.join(&name))?;
        all.push_str(&plain(&text));
    }
    Ok(all)
}

/// Without comments and indentation: what a compressor cannot guess away.
fn plain(text: &str) -> String {
    let mut rest = text;
    let mut bare = String::with_capacity(text.len());
    while let Some(start) = rest.find("/*") {
        bare.push_str(&rest[..start]);
        rest = rest[start + 2..].split_once("*/").map_or("", |(_, after)| after);
    }
    bare.push_str(rest);
    let lines = bare.lines().map(str::trim).filter(|line| !line.is_empty());
    lines.flat_map(|line| [line, "\n"]).collect()
}

#[cfg(test)]
mod tests {
    use super::plain;

    #[test]
    fn comments_and_indentation_do_not_travel() {
        assert_eq!(plain("/* a\n b */\n.x {\n  color: red; /* why */\n}\n"), ".x {\ncolor: red;\n}\n");
        assert_eq!(plain("a{}/* never closed"), "a{}\n");
    }
}
