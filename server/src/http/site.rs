//! The built site: where its files lie, that they are whole, and how long a browser may keep them.

use std::fs;
use std::path::{Path, PathBuf};

use http::{HeaderValue, header};
use leptos::config::LeptosOptions;
use tower_http::services::ServeDir;
use tower_http::set_header::SetResponseHeader;

use crate::config::ConfigError;

/// What every file in `pkg` starts with; the bundler's name too.
const NAME: &str = "tideway";
/// … and what the files of the planner in a worker start with.
const WORKER: &str = "whatif";
/// A hashed name never changes its contents.
const FOREVER: HeaderValue = HeaderValue::from_static("public, max-age=31536000, immutable");
/// Fonts and icons keep their names; a day is soon enough for a change of them.
const A_DAY: HeaderValue = HeaderValue::from_static("public, max-age=86400");

/// A site that was found whole at start.
#[derive(Debug, Clone)]
pub struct Site {
    root: PathBuf,
    hash_file: PathBuf,
    pub options: LeptosOptions,
}

impl Site {
    /// Look at `root`, else beside this program, where a package or cargo puts it. The hash file and the files it names must be
    /// there, or every page would panic.
    pub fn find(root: &Path) -> Result<Self, ConfigError> {
        let program = std::env::current_exe().ok();
        let beside = program.as_deref().and_then(Path::parent);
        let near = beside.into_iter().flat_map(|dir| [dir.join("site"), dir.join("../site")]);
        let found = std::iter::once(root.to_owned()).chain(near).find_map(|root| Self::whole(&root, beside));
        found.ok_or_else(|| ConfigError::NoSite(root.to_owned()))
    }

    /// The site in this folder, if it is whole. cargo-leptos writes the hash file beside the program instead of into the site.
    fn whole(root: &Path, program: Option<&Path>) -> Option<Self> {
        // Leptos joins a relative path to the executable's folder; an absolute one means what it says.
        let root = root.canonicalize().ok()?;
        let hash_files = [Some(root.as_path()), program].into_iter().flatten().map(|dir| dir.join("hash.txt"));
        let hash_file = hash_files.into_iter().find(|file| names_what_is_there(file, &root))?;
        let options = LeptosOptions::builder()
            .output_name(NAME)
            .site_root(root.to_string_lossy())
            .site_pkg_dir("pkg")
            .hash_file(hash_file.to_string_lossy().into())
            .hash_files(true)
            .build();
        Some(Self { root, hash_file, options })
    }

    /// A site without wasm, for tests of the server alone: pages render, nothing hydrates.
    pub fn bare(root: &Path) -> std::io::Result<()> {
        fs::create_dir_all(root.join("pkg"))?;
        for kind in ["js", "wasm", "css"] {
            fs::write(root.join(format!("pkg/{NAME}.bare.{kind}")), "")?;
        }
        fs::write(root.join("hash.txt"), "js: bare\nwasm: bare\ncss: bare\n")
    }

    /// The stylesheet's address, for pages that Leptos does not render.
    pub fn sheet(&self) -> String {
        let hashes = fs::read_to_string(&self.hash_file).unwrap_or_default();
        let hash = hash(&hashes, "css").unwrap_or_default();
        format!("/pkg/{NAME}.{hash}.css")
    }

    /// The address of the planner's worker, in a site that has one.
    pub fn what_if(&self) -> Option<String> {
        let hashes = fs::read_to_string(&self.hash_file).unwrap_or_default();
        hash(&hashes, WORKER).map(|hash| format!("/pkg/{WORKER}_worker.{hash}.js"))
    }

    /// Hashed files, as they were compressed when they were built.
    pub fn pkg(&self) -> SetResponseHeader<ServeDir, HeaderValue> {
        let files = ServeDir::new(self.root.join("pkg")).precompressed_br().precompressed_gzip();
        SetResponseHeader::if_not_present(files, header::CACHE_CONTROL, FOREVER)
    }

    /// Fonts, icons and the like; whatever is not a file is left to `otherwise`.
    pub fn files<F>(&self, otherwise: F) -> ServeDir<F> {
        ServeDir::new(&self.root)
            .precompressed_br()
            .precompressed_gzip()
            .append_index_html_on_directories(false)
            .call_fallback_on_method_not_allowed(true)
            .fallback(otherwise)
    }

    /// How long a public file may be kept, when its path is one.
    pub fn keeps(path: &str) -> Option<HeaderValue> {
        (path.starts_with("/fonts/") || Path::new(path).extension().is_some_and(|end| end == "svg" || end == "woff2"))
            .then_some(A_DAY)
    }
}

/// The hash of this kind in a hash file.
fn hash<'a>(hashes: &'a str, kind: &str) -> Option<&'a str> {
    hashes.lines().find_map(|line| Some(line.strip_prefix(kind)?.strip_prefix(':')?.trim()))
}

/// Script, wasm and sheet must be there; the loader of parts and their manifest when the site was cut into parts; the worker's three
/// files when it has one.
fn names_what_is_there(hash_file: &Path, root: &Path) -> bool {
    let Ok(hashes) = fs::read_to_string(hash_file) else { return false };
    let there = |file: String| root.join("pkg").join(file).is_file();
    let always = ["js", "wasm", "css"];
    let parts = [
        ("split", "__wasm_split", "js"),
        ("manifest", "__wasm_split_manifest", "json"),
        (WORKER, "whatif_worker", "js"),
        (WORKER, WORKER, "js"),
        (WORKER, WORKER, "wasm"),
    ];
    always.iter().all(|kind| hash(&hashes, kind).is_some_and(|hash| there(format!("{NAME}.{hash}.{kind}"))))
        && parts.iter().all(|(kind, name, end)| hash(&hashes, kind).is_none_or(|hash| there(format!("{name}.{hash}.{end}"))))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_site_is_whole_when_all_that_its_hashes_name_is_there() {
        let root = std::env::temp_dir().join(format!("tideway-site-{}", uuid::Uuid::now_v7()));
        let (site, program) = (root.join("site"), root.join("bin"));
        fs::create_dir_all(&program).unwrap();
        assert!(Site::whole(&site, None).is_none());
        Site::bare(&site).unwrap();
        assert_eq!(Site::whole(&site, None).unwrap().sheet(), "/pkg/tideway.bare.css");
        // As cargo-leptos lays it.
        fs::rename(site.join("hash.txt"), program.join("hash.txt")).unwrap();
        assert!(Site::whole(&site, None).is_none());
        assert_eq!(Site::whole(&site, Some(&program)).unwrap().sheet(), "/pkg/tideway.bare.css");
        // Cut into parts, of which one is missing.
        fs::write(site.join("hash.txt"), "js: bare\nwasm: bare\ncss: bare\nsplit: bare\nmanifest: bare\n").unwrap();
        fs::write(site.join("pkg/__wasm_split.bare.js"), "").unwrap();
        assert!(Site::whole(&site, None).is_none());
        fs::write(site.join("pkg/__wasm_split_manifest.bare.json"), "").unwrap();
        assert_eq!(Site::whole(&site, None).unwrap().what_if(), None);
        // With a worker, of which one file is missing.
        fs::write(site.join("hash.txt"), "js: bare\nwasm: bare\ncss: bare\nwhatif: bare\n").unwrap();
        for file in ["whatif_worker.bare.js", "whatif.bare.js"] {
            fs::write(site.join("pkg").join(file), "").unwrap();
            assert!(Site::whole(&site, None).is_none());
        }
        fs::write(site.join("pkg/whatif.bare.wasm"), "").unwrap();
        assert_eq!(Site::whole(&site, None).unwrap().what_if().as_deref(), Some("/pkg/whatif_worker.bare.js"));
        fs::remove_dir_all(&root).unwrap();
    }
}
