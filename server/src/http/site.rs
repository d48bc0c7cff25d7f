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
/// A hashed name never changes its contents.
const FOREVER: HeaderValue = HeaderValue::from_static("public, max-age=31536000, immutable");
/// Fonts and icons keep their names; a day is soon enough for a change of them.
const A_DAY: HeaderValue = HeaderValue::from_static("public, max-age=86400");

/// A site that was found whole at start.
#[derive(Debug, Clone)]
pub struct Site {
    root: PathBuf,
    pub options: LeptosOptions,
}

impl Site {
    /// Look at `root`: the hash file and the files it names must be there, or every page would panic.
    pub fn find(root: &Path) -> Result<Self, ConfigError> {
        let missing = || ConfigError::NoSite(root.to_owned());
        // Leptos joins a relative path to the executable's folder; an absolute one means what it says.
        let root = root.canonicalize().map_err(|_| missing())?;
        let hash_file = root.join("hash.txt");
        let hashes = fs::read_to_string(&hash_file).map_err(|_| missing())?;
        for kind in ["js", "wasm", "css"] {
            let hash = hashes.lines().find_map(|line| line.strip_prefix(kind)?.strip_prefix(':')).ok_or_else(missing)?;
            if !root.join(format!("pkg/{NAME}.{}.{kind}", hash.trim())).is_file() {
                return Err(missing());
            }
        }
        let options = LeptosOptions::builder()
            .output_name(NAME)
            .site_root(root.to_string_lossy())
            .site_pkg_dir("pkg")
            .hash_file(hash_file.to_string_lossy().into())
            .hash_files(true)
            .build();
        Ok(Self { root, options })
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
        let hashes = fs::read_to_string(self.root.join("hash.txt")).unwrap_or_default();
        let hash = hashes.lines().find_map(|line| line.strip_prefix("css:")).unwrap_or_default().trim().to_owned();
        format!("/pkg/{NAME}.{hash}.css")
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
