//! A second wasm for a worker of the browser: bound, named by its content, and started by a script of a few lines. Not part of any
//! page's first load.

use std::fs;
use std::path::Path;

use anyhow::{Context, Result};
use wasm_bindgen_cli_support::Bindgen;

use crate::short_hash;

/// What its files start with, and how `hash.txt` names it.
pub const NAME: &str = "whatif";
const SCRIPT: &str = include_str!("../../whatif/src/worker.js");

/// Writes `whatif.{hash}.js`, `.wasm` and `whatif_worker.{hash}.js` into `pkg`. Answers the hash, which tells any change of the three.
pub fn bind(wasm: &Path, pkg: &Path, small: bool) -> Result<String> {
    let whole = fs::read(wasm).with_context(|| format!("no wasm at {}", wasm.display()))?;
    let hash = short_hash(&[whole.as_slice(), SCRIPT.as_bytes()].concat());
    Bindgen::new()
        .input_path(wasm)
        .web(true)?
        .out_name(NAME)
        .typescript(false)
        .omit_default_module_path(true)
        .demangle(false)
        .remove_name_section(small)
        .remove_producers_section(true)
        .generate(pkg)
        .with_context(|| format!("cannot bind {}", wasm.display()))?;
    let named = format!("{NAME}.{hash}");
    fs::rename(pkg.join(format!("{NAME}.js")), pkg.join(format!("{named}.js")))?;
    fs::rename(pkg.join(format!("{NAME}_bg.wasm")), pkg.join(format!("{named}.wasm")))?;
    fs::write(pkg.join(format!("{NAME}_worker.{hash}.js")), SCRIPT.replace("NAME", &named))?;
    Ok(hash)
}
