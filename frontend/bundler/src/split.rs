//! One wasm → the part every page needs, and parts fetched when a screen of theirs is first gone to.
//!
//! Where it is cut is said by `#[lazy]` in the app; what is reached only from beyond a cut goes with it. All parts carry the hash of
//! the wasm they were cut from, so a page never mixes parts of two builds.

use std::fs;
use std::path::Path;

use anyhow::{Context, Result, anyhow};
use wasm_split_cli_support::{Options, transform};

/// What Leptos looks for: the loader of parts, and which parts a screen needs.
const LOADER: &str = "__wasm_split";
const MANIFEST: &str = "__wasm_split_manifest";

/// Writes parts, loader and manifest into `pkg`, and the first part to `main`.
pub fn split(wasm: &[u8], hash: &str, pkg: &Path, main: &Path) -> Result<()> {
    let mut options = Options::new(wasm);
    options.output_dir = pkg;
    options.main_out_path = main;
    let (loader, page) = (format!("./{LOADER}.{hash}.js"), format!("./{}.{hash}.js", crate::NAME));
    options.link_name = &loader;
    options.main_module = &page;
    let mut parts = transform(options).map_err(|error| anyhow!("cannot split the wasm: {error:#}"))?;

    let loader = pkg.join(&loader);
    let mut script = fs::read_to_string(&loader)?;
    for part in &parts.split_modules {
        let name = part.file_stem().and_then(|stem| stem.to_str()).context("a part without a name")?;
        script = script.replace(&format!("\"./{name}.wasm\""), &format!("\"./{name}.{hash}.wasm\""));
        fs::rename(part, pkg.join(format!("{name}.{hash}.wasm")))?;
    }
    fs::write(loader, script)?;
    for needed in parts.prefetch_map.values_mut().flatten() {
        *needed = format!("{needed}.{hash}");
    }
    fs::write(pkg.join(format!("{MANIFEST}.{hash}.json")), serde_json::to_string(&parts.prefetch_map)?)?;
    Ok(())
}
