//! wasm → site: split, bind, shrink, hash, compress. What a browser loads, ready to be served as it lies there.
//!
//! The binding library has the exact version of `Cargo.lock`, so the famous mismatch between wasm-bindgen and its CLI cannot be.
//! Leptos reads `hash.txt` and asks for `/pkg/tideway.{hash}.js|wasm|css` and for the parts by their own names.

mod press;
mod sheet;
mod slim;
mod split;
mod worker;

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context, Result, ensure};
use clap::Parser;
use sha2::{Digest, Sha256};
use wasm_bindgen_cli_support::Bindgen;

/// The name everything in `pkg` starts with; `output-name` of the Leptos options.
const NAME: &str = "tideway";
/// What a first visit may load, brotli: wasm, script and sheet together.
const BUDGET: usize = 330_000;

/// Smaller parts gain less from `wasm-opt` than its start costs.
const WORTH_SHRINKING: u64 = 16_000;

/// Turns cargo's wasm, the sheets and the public files into a site.
#[derive(Debug, Parser)]
struct Options {
    /// The wasm cargo built.
    #[arg(long)]
    wasm: PathBuf,
    /// The wasm of the planner in a worker.
    #[arg(long)]
    worker: Option<PathBuf>,
    /// Folder of sheets, `tokens.css` first.
    #[arg(long, default_value = "style")]
    style: PathBuf,
    /// Files served as they are.
    #[arg(long, default_value = "frontend/public")]
    public: PathBuf,
    /// The site's folder; replaced as a whole.
    #[arg(long, default_value = "target/site")]
    out: PathBuf,
    /// `wasm-opt`, when there is one.
    #[arg(long)]
    wasm_opt: Option<PathBuf>,
    /// Shrink and compress as far as it goes; without it, quickly.
    #[arg(long)]
    small: bool,
}

fn main() -> Result<()> {
    let options = Options::parse();
    let next = options.out.with_extension("next");
    remove(&next)?;
    let pkg = next.join("pkg");
    fs::create_dir_all(&pkg)?;
    copy(&options.public, &next)?;
    let hash = bind(&options, &pkg)?;
    let worker = options.worker.as_ref().map(|wasm| worker::bind(wasm, &pkg, options.small)).transpose()?;
    shrink_all(&options, &pkg)?;
    let sheet = sheet::gather(&options.style)?;
    let sheet_hash = short_hash(sheet.as_bytes());
    fs::write(pkg.join(format!("{NAME}.{sheet_hash}.css")), sheet)?;
    let worker = worker.map(|hash| format!("{}: {hash}\n", worker::NAME)).unwrap_or_default();
    let hashes = format!("js: {hash}\nwasm: {hash}\ncss: {sheet_hash}\nsplit: {hash}\nmanifest: {hash}\n{worker}");
    fs::write(next.join("hash.txt"), hashes)?;
    let sizes = press::press(&next, options.small)?;
    swap(&next, &options.out)?;
    report(&sizes, &options);
    Ok(())
}

/// The wasm cut into parts, the first one bound: `tideway.{hash}.js` and `.wasm`. Answers the hash.
fn bind(options: &Options, pkg: &Path) -> Result<String> {
    let whole = fs::read(&options.wasm).with_context(|| format!("no wasm at {}", options.wasm.display()))?;
    let hash = short_hash(&whole);
    let first = pkg.join("first.wasm");
    split::split(&whole, &hash, pkg, &first)?;
    Bindgen::new()
        .input_path(&first)
        .web(true)?
        .out_name(NAME)
        .typescript(false)
        .omit_default_module_path(true)
        .keep_lld_exports(true)
        .demangle(false)
        .remove_name_section(options.small)
        .remove_producers_section(true)
        .generate(pkg)
        .with_context(|| format!("cannot bind {}", options.wasm.display()))?;
    fs::remove_file(first)?;
    for (bound, kind) in [(format!("{NAME}.js"), "js"), (format!("{NAME}_bg.wasm"), "wasm")] {
        fs::rename(pkg.join(bound), pkg.join(format!("{NAME}.{hash}.{kind}")))?;
    }
    Ok(hash)
}

/// Every wasm slimmed, and those worth it shrunk when there is a tool for it.
fn shrink_all(options: &Options, pkg: &Path) -> Result<()> {
    for entry in fs::read_dir(pkg)? {
        let entry = entry?;
        let file = entry.path();
        if options.small && file.extension().is_some_and(|kind| kind == "wasm") {
            if let Some(opt) =
                options.wasm_opt.as_ref().filter(|_| entry.metadata().is_ok_and(|file| file.len() > WORTH_SHRINKING))
            {
                shrink(opt, &file)?;
            }
            slim::slim_file(&file)?;
        }
    }
    Ok(())
}

fn shrink(opt: &Path, wasm: &Path) -> Result<()> {
    let status = Command::new(opt).arg("-Oz").arg(wasm).arg("-o").arg(wasm).status();
    let status = status.with_context(|| format!("cannot run {}", opt.display()))?;
    ensure!(status.success(), "{} ended with {status}", opt.display());
    Ok(())
}

fn short_hash(bytes: &[u8]) -> String {
    hex::encode(Sha256::digest(bytes))[..16].to_owned()
}

fn copy(from: &Path, to: &Path) -> Result<()> {
    let Ok(entries) = fs::read_dir(from) else { return Ok(()) };
    fs::create_dir_all(to)?;
    for entry in entries {
        let entry = entry?;
        let target = to.join(entry.file_name());
        if entry.file_type()?.is_dir() {
            copy(&entry.path(), &target)?;
        } else {
            fs::copy(entry.path(), target)?;
        }
    }
    Ok(())
}

fn remove(folder: &Path) -> Result<()> {
    match fs::remove_dir_all(folder) {
        Err(error) if error.kind() != std::io::ErrorKind::NotFound => Err(error.into()),
        _ => Ok(()),
    }
}

/// The new site takes the old one's place between two requests.
fn swap(next: &Path, out: &Path) -> Result<()> {
    let last = out.with_extension("last");
    remove(&last)?;
    if out.exists() {
        fs::rename(out, &last)?;
    }
    fs::rename(next, out)?;
    remove(&last)
}

/// The sizes, and whether what every page loads keeps the budget; parts come on top, a group at a time. Over it a site is still served:
/// the browser tests hold the budget.
fn report(sizes: &[press::Size], options: &Options) {
    let first_load: usize = sizes.iter().filter(|size| is_ground(&size.path)).map(|size| size.brotli).sum();
    println!("{:<44} {:>10} {:>10}", "site file", "bytes", "brotli");
    for size in sizes {
        println!("{:<44} {:>10} {:>10}", size.path.display(), size.raw, size.brotli);
    }
    println!("first load {first_load} bytes of brotli; budget {BUDGET}");
    if options.small && first_load > BUDGET {
        eprintln!("✗ the first load is {} bytes over its budget", first_load - BUDGET);
    }
}

/// Script, wasm and sheet of the app itself, and the loader of parts.
fn is_ground(path: &Path) -> bool {
    let name = path.file_name().and_then(|name| name.to_str()).unwrap_or_default();
    // The manifest is read by the server only.
    path.starts_with("pkg")
        && [NAME, "__wasm_split"].iter().any(|own| name.strip_prefix(own).is_some_and(|rest| rest.starts_with('.')))
}
