//! Files compressed beside themselves, once, so that the server only picks one.

use std::fs;
use std::io::Write;
use std::path::{Path, PathBuf};

use anyhow::Result;
use flate2::Compression;
use flate2::write::GzEncoder;

/// Worth compressing; pictures and fonts already are.
const TEXTS: [&str; 8] = ["js", "wasm", "css", "svg", "json", "txt", "html", "webmanifest"];

#[derive(Debug)]
pub struct Size {
    /// Relative to the site.
    pub path: PathBuf,
    pub raw: usize,
    pub brotli: usize,
}

/// Writes `.br` and `.gz` beside every text of the site. `small` takes its time.
pub fn press(site: &Path, small: bool) -> Result<Vec<Size>> {
    let mut sizes = Vec::new();
    walk(site, &mut |file| {
        let text = file.extension().is_some_and(|kind| TEXTS.iter().any(|text| kind == *text));
        if !text || file.ends_with("hash.txt") {
            return Ok(());
        }
        let raw = fs::read(file)?;
        let (brotli, gzip) = (brotli_of(&raw, if small { 11 } else { 4 })?, gzip_of(&raw, small)?);
        sizes.push(Size { path: file.strip_prefix(site)?.to_owned(), raw: raw.len(), brotli: brotli.len() });
        fs::write(beside(file, "br"), brotli)?;
        fs::write(beside(file, "gz"), gzip)?;
        Ok(())
    })?;
    sizes.sort_by(|a, b| a.path.cmp(&b.path));
    Ok(sizes)
}

fn walk(folder: &Path, see: &mut impl FnMut(&Path) -> Result<()>) -> Result<()> {
    let entries: Vec<_> = fs::read_dir(folder)?.collect::<Result<_, _>>()?;
    for entry in entries {
        if entry.file_type()?.is_dir() { walk(&entry.path(), see)? } else { see(&entry.path())? }
    }
    Ok(())
}

fn beside(file: &Path, kind: &str) -> PathBuf {
    let mut name = file.as_os_str().to_owned();
    name.push(".");
    name.push(kind);
    name.into()
}

fn brotli_of(raw: &[u8], quality: i32) -> Result<Vec<u8>> {
    let params = brotli::enc::BrotliEncoderParams { quality, lgwin: 22, size_hint: raw.len(), ..Default::default() };
    let mut out = Vec::new();
    brotli::BrotliCompress(&mut &raw[..], &mut out, &params)?;
    Ok(out)
}

fn gzip_of(raw: &[u8], small: bool) -> Result<Vec<u8>> {
    let mut out = GzEncoder::new(Vec::new(), if small { Compression::best() } else { Compression::fast() });
    out.write_all(raw)?;
    Ok(out.finish()?)
}
