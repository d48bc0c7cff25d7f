//! What an operator may choose, from flags and environment: checked before anything starts, shown without secrets.

use std::fmt;
use std::net::SocketAddr;
use std::path::PathBuf;

use clap::Args;

use crate::{postgres, tls};

/// Where the data lives. Shared by every command.
#[derive(Debug, Clone, Args)]
pub struct DatabaseArgs {
    /// A Postgres of your own (15 or newer). Without it Tideway starts one in --data-dir and stops it again.
    #[arg(long, env = "DATABASE_URL", hide_env_values = true, value_name = "URL")]
    pub database_url: Option<String>,
    /// Where Tideway keeps its own Postgres and certificates [default: /var/lib/tideway for root, else ~/.local/share/tideway]
    #[arg(long, env = "TIDEWAY_DATA_DIR", value_name = "DIR")]
    pub data_dir: Option<PathBuf>,
    /// Connections this process may hold.
    #[arg(long, env = "TIDEWAY_CONNECTIONS", default_value_t = 24, value_name = "N")]
    pub connections: u32,
}

impl DatabaseArgs {
    pub fn data_dir(&self) -> PathBuf {
        let dir = self.data_dir.clone().unwrap_or_else(postgres::default_base);
        std::path::absolute(&dir).unwrap_or(dir)
    }
}

/// How Tideway is served.
#[derive(Debug, Clone, Args)]
#[expect(clippy::struct_excessive_bools, reason = "each is a switch of the command line")]
pub struct ServeArgs {
    #[command(flatten)]
    pub database: DatabaseArgs,
    /// Address and port to listen on; 0.0.0.0:8443 with --tls lets tablets in.
    #[arg(long, env = "TIDEWAY_LISTEN", default_value = "127.0.0.1:8080", value_name = "ADDR")]
    pub listen: SocketAddr,
    /// Serve https with a certificate of a local authority, and print a QR for tablets (camera and offline work need https).
    #[arg(long, env = "TIDEWAY_TLS")]
    pub tls: bool,
    /// Names or addresses the certificate is for, besides this machine's own.
    #[arg(long, env = "TIDEWAY_TLS_NAMES", value_delimiter = ',', value_name = "NAME")]
    pub tls_name: Vec<String>,
    /// The address people type, when a proxy stands before Tideway: https here makes cookies secure.
    #[arg(long, env = "TIDEWAY_PUBLIC_URL", value_name = "URL")]
    pub public_url: Option<String>,
    /// The site `tools/site` built.
    #[arg(long, env = "TIDEWAY_SITE_ROOT", default_value = "target/site", value_name = "DIR")]
    pub site_root: PathBuf,
    /// The payment provider; payments wait in their queue while there is none.
    #[arg(long, env = "TIDEWAY_PAYMENTS_URL", value_name = "URL")]
    pub payments_url: Option<String>,
    /// The key the payment provider knows us by.
    #[arg(
        long,
        env = "TIDEWAY_PAYMENTS_KEY",
        hide_env_values = true,
        default_value = "",
        hide_default_value = true,
        value_name = "KEY"
    )]
    pub payments_key: String,
    /// Serve the demo shop: told first if it is not there yet; its sign-ins are printed.
    #[arg(long, env = "TIDEWAY_DEMO")]
    pub demo: bool,
    /// For `make dev`: open pages load themselves again when this server was started anew.
    #[arg(long, env = "TIDEWAY_DEV", hide = true)]
    pub dev: bool,
    /// Logs as JSON lines, for machines.
    #[arg(long, env = "TIDEWAY_LOG_JSON")]
    pub log_json: bool,
}

/// A choice that cannot work, and what to do about it.
#[derive(Debug, thiserror::Error)]
pub enum ConfigError {
    #[error("DATABASE_URL does not read as a Postgres address (postgres://user@host/database): {0}")]
    DatabaseUrl(sqlx::Error),
    #[error("--connections must be between 2 and 500, not {0}.")]
    Connections(u32),
    #[error("{flag} must start with http:// or https://, and {given:?} does not.")]
    Url { flag: &'static str, given: String },
    #[error("There is no built site in {0} (hash.txt is missing). Build it with `make site`, or name it with --site-root.")]
    NoSite(PathBuf),
    #[error("Another program listens on {0} already. Stop it, or choose another port with --listen.")]
    PortTaken(SocketAddr),
    #[error("This user may not listen on {0}: ports below 1024 are for root. Choose another with --listen.")]
    PortClosed(SocketAddr),
    #[error("{0} is no address of this machine. 127.0.0.1 is this machine only, 0.0.0.0 every network it is on.")]
    NotOurAddress(SocketAddr),
    #[error("{address} cannot be listened on: {error}")]
    Listen { address: SocketAddr, error: std::io::Error },
}

impl ServeArgs {
    /// What can be known before anything starts.
    pub fn check(&self) -> Result<(), ConfigError> {
        self.database.check()?;
        for (flag, url) in [("--public-url", &self.public_url), ("--payments-url", &self.payments_url)] {
            if let Some(given) = url
                && !given.starts_with("http://")
                && !given.starts_with("https://")
            {
                return Err(ConfigError::Url { flag, given: given.clone() });
            }
        }
        Ok(())
    }

    /// Is the browser's end of the connection https?
    pub fn secure(&self) -> bool {
        self.tls || self.public_url.as_deref().is_some_and(|url| url.starts_with("https://"))
    }

    /// What people may type to reach this server: the demo's portal answers at each.
    pub fn hosts(&self) -> Vec<String> {
        let mut hosts = tls::names(self.listen, &self.tls_name);
        let public = self.public_url.as_deref().and_then(|url| url.split_once("://"));
        hosts.extend(public.and_then(|(_, rest)| rest.split('/').next()).map(ToOwned::to_owned));
        hosts
    }

    /// The address to print and to open.
    pub fn url(&self) -> String {
        let scheme = if self.tls { "https" } else { "http" };
        let ip = tls::reached_at(self.listen);
        self.public_url.clone().unwrap_or_else(|| format!("{scheme}://{}", SocketAddr::new(ip, self.listen.port())))
    }
}

impl DatabaseArgs {
    pub fn check(&self) -> Result<(), ConfigError> {
        if !(2..=500).contains(&self.connections) {
            return Err(ConfigError::Connections(self.connections));
        }
        match &self.database_url {
            Some(url) => url.parse::<sqlx::postgres::PgConnectOptions>().map(drop).map_err(ConfigError::DatabaseUrl),
            None => Ok(()),
        }
    }
}

/// An address with its password left out.
pub fn without_password(url: &str) -> String {
    let Some((scheme, rest)) = url.split_once("://") else { return "(unreadable)".to_owned() };
    let (path, query) = rest.split_once('?').map_or((rest, ""), |(path, query)| (path, query));
    let shown = match path.rsplit_once('@') {
        Some((login, host)) => format!("{}@{host}", login.split(':').next().unwrap_or_default()),
        None => path.to_owned(),
    };
    let kept: Vec<_> = query.split('&').filter(|pair| !pair.is_empty() && !pair.starts_with("password=")).collect();
    let query = if kept.is_empty() { String::new() } else { format!("?{}", kept.join("&")) };
    format!("{scheme}://{shown}{query}")
}

impl fmt::Display for ServeArgs {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        let database = self
            .database
            .database_url
            .as_deref()
            .map_or_else(|| format!("own, in {}", self.database.data_dir().display()), without_password);
        let payments = self.payments_url.as_deref().map_or_else(|| "none".to_owned(), without_password);
        write!(
            out,
            "listen {} · tls {} · database {database} · connections {} · site {} · payments {payments}",
            self.listen,
            self.tls,
            self.database.connections,
            self.site_root.display()
        )
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_taken_port_is_told_in_a_sentence() {
        let held = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
        let refused = crate::serve::bind(held.local_addr().unwrap()).unwrap_err();
        assert!(refused.to_string().starts_with("Another program listens on 127.0.0.1:"), "{refused}");
    }

    #[test]
    fn a_site_that_is_not_built_is_told_in_a_sentence() {
        let refused = crate::http::Site::find(std::path::Path::new("/nowhere")).unwrap_err();
        assert!(refused.to_string().contains("make site"), "{refused}");
    }

    #[test]
    fn passwords_are_never_shown() {
        for (given, shown) in [
            ("postgres://app:s3cret@db.example/tw", "postgres://app@db.example/tw"),
            ("postgres://app:p@ss@db/tw?sslmode=require", "postgres://app@db/tw?sslmode=require"),
            ("postgres://db/tw?password=s3cret&host=/run", "postgres://db/tw?host=/run"),
            ("postgres://postgres@localhost/tw", "postgres://postgres@localhost/tw"),
        ] {
            assert_eq!(without_password(given), shown);
        }
    }
}
