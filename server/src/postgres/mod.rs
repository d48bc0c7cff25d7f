//! A real Postgres of Tideway's own, for whoever has none: found binaries, fsync on, a socket no other user can reach.
//!
//! Starts, adopts or recovers a server in one base directory; a file lock makes two starts at once safe. The starter stops it,
//! unless another Tideway still uses it. Decides nothing about roles or schema; that is `bootstrap`.

pub mod bootstrap;

use std::fs::{self, File, TryLockError};
use std::io;
use std::os::unix::fs::{MetadataExt, PermissionsExt, chown};
use std::os::unix::process::CommandExt;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use sqlx::postgres::PgConnectOptions;

/// The oldest Postgres whose features the migrations use.
const VERSION_FLOOR: u32 = 15;
/// A Unix socket's path, by the kernel's `sun_path`.
const SOCKET_PATH_MAX: usize = 107;
const START_LIMIT: Duration = Duration::from_mins(1);

/// Why there is no Postgres: each a sentence with the way out.
#[derive(Debug, thiserror::Error)]
pub enum PostgresError {
    #[error(
        "No Postgres {VERSION_FLOOR} or newer was found. Install one (apt-get install postgresql), or set PG_BINDIR or DATABASE_URL."
    )]
    NoBinaries,
    #[error("{0} is too long for a Postgres socket. Choose a shorter --data-dir.")]
    PathTooLong(PathBuf),
    #[error(
        "{dir} was written by Postgres {found}, but the binaries here are {ours}. Use those of {found} (PG_BINDIR), or move {dir} away."
    )]
    WrongVersion { dir: PathBuf, found: String, ours: u32 },
    #[error("The disk is full: Postgres cannot start in {0}. Free some space and start again.")]
    DiskFull(PathBuf),
    #[error("Postgres refuses to run as root, and there is no unprivileged user (postgres or nobody) to lend it to.")]
    NoUser,
    #[error("Postgres did not start. Its log ends:\n{0}")]
    NotStarted(String),
    #[error("{0} is not Tideway's: something else lies there. Choose an empty or a new directory with --data-dir.")]
    NotOurs(PathBuf),
    #[error("{what}: {source}")]
    Io { what: String, source: io::Error },
}

/// A running server. Dropped by [`Embedded::stop`]; a killed process leaves an orphan that the next start adopts.
pub struct Embedded {
    bin: PathBuf,
    base: PathBuf,
    user: Option<(u32, u32)>,
    /// Held shared while in use: the last one out stops the server.
    users: File,
    pub adopted: bool,
}

fn io_error(what: impl Into<String>) -> impl FnOnce(io::Error) -> PostgresError {
    let what = what.into();
    move |source| PostgresError::Io { what, source }
}

/// `PG_BINDIR`, then PATH, then Debian's places, newest first: every whole set of binaries, with its version.
fn binaries() -> Vec<(PathBuf, u32)> {
    let mut places: Vec<PathBuf> = std::env::var_os("PG_BINDIR").map(PathBuf::from).into_iter().collect();
    places.extend(std::env::var_os("PATH").iter().flat_map(std::env::split_paths));
    let mut debian: Vec<PathBuf> =
        fs::read_dir("/usr/lib/postgresql").into_iter().flatten().flatten().map(|entry| entry.path().join("bin")).collect();
    debian.sort();
    places.extend(debian.into_iter().rev());
    let whole = |dir: &PathBuf| ["initdb", "pg_ctl", "postgres", "pg_isready"].iter().all(|tool| dir.join(tool).is_file());
    let version = |dir: &Path| {
        let said = Command::new(dir.join("postgres")).arg("--version").output().ok()?;
        let said = String::from_utf8_lossy(&said.stdout).into_owned();
        said.split_whitespace().find_map(|word| word.split('.').next()?.parse::<u32>().ok())
    };
    places.into_iter().filter(whole).filter_map(|dir| version(&dir).map(|version| (dir, version))).collect()
}

/// Those the data was written by; for new data the first that is new enough.
fn choose(found: Vec<(PathBuf, u32)>, written_by: Option<&str>, data: &Path) -> Result<PathBuf, PostgresError> {
    let mut able = found.into_iter().filter(|(_, version)| *version >= VERSION_FLOOR).peekable();
    let ours = able.peek().map(|(_, version)| *version).ok_or(PostgresError::NoBinaries)?;
    let chosen = able.find(|(_, version)| written_by.is_none_or(|written| written == version.to_string()));
    let wrong = || PostgresError::WrongVersion { dir: data.to_owned(), found: written_by.unwrap_or_default().to_owned(), ours };
    chosen.map(|(dir, _)| dir).ok_or_else(wrong)
}

/// What Postgres' tools and log said, as what went wrong.
fn explain(said: String, base: &Path) -> PostgresError {
    if said.contains("No space left on device") {
        return PostgresError::DiskFull(base.to_owned());
    }
    PostgresError::NotStarted(said)
}

/// May Tideway close this directory to others and lend it to Postgres? Only when it is new, empty or its own.
fn is_ours(base: &Path) -> bool {
    let Ok(entries) = fs::read_dir(base) else { return true };
    let names: Vec<_> = entries.flatten().map(|entry| entry.file_name()).collect();
    let own = ["data", "data.new", "users.lock", "start.lock", "tls"];
    names.is_empty() || names.iter().any(|name| own.iter().any(|own| name == own))
}

/// Where data goes when nobody says: root's in /var/lib, a person's in their data home.
pub fn default_base() -> PathBuf {
    if effective_root() {
        return PathBuf::from("/var/lib/tideway");
    }
    let home = std::env::var_os("XDG_DATA_HOME").map(PathBuf::from);
    let home = home.or_else(|| Some(PathBuf::from(std::env::var_os("HOME")?).join(".local/share")));
    home.unwrap_or_else(std::env::temp_dir).join("tideway")
}

fn effective_root() -> bool {
    fs::metadata("/proc/self").is_ok_and(|me| me.uid() == 0)
}

/// The unprivileged user root lends to Postgres.
fn lent_user() -> Result<Option<(u32, u32)>, PostgresError> {
    if !effective_root() {
        return Ok(None);
    }
    let passwd = fs::read_to_string("/etc/passwd").map_err(io_error("/etc/passwd does not read"))?;
    let ids = |name: &str| {
        let line = passwd.lines().find(|line| line.split(':').next() == Some(name))?;
        let mut fields = line.split(':').skip(2);
        Some((fields.next()?.parse().ok()?, fields.next()?.parse().ok()?))
    };
    ids("postgres").or_else(|| ids("nobody")).map(Some).ok_or(PostgresError::NoUser)
}

fn open_lock(base: &Path, name: &str) -> Result<File, PostgresError> {
    let path = base.join(name);
    File::options().create(true).truncate(false).write(true).open(&path).map_err(io_error(path.display().to_string()))
}

impl Embedded {
    /// Start the server of `base`, or adopt the one that runs there.
    pub fn start(base: &Path) -> Result<Self, PostgresError> {
        let socket = base.join(".s.PGSQL.5432");
        if socket.as_os_str().len() > SOCKET_PATH_MAX {
            return Err(PostgresError::PathTooLong(base.to_owned()));
        }
        if !is_ours(base) {
            return Err(PostgresError::NotOurs(base.to_owned()));
        }
        let data = base.join("data");
        let written_by = fs::read_to_string(data.join("PG_VERSION")).ok();
        let bin = choose(binaries(), written_by.as_deref().map(str::trim), &data)?;
        let user = lent_user()?;
        fs::create_dir_all(base).map_err(io_error(format!("{} cannot be made", base.display())))?;
        fs::set_permissions(base, fs::Permissions::from_mode(0o700))
            .map_err(io_error("the data directory cannot be closed to others"))?;
        if let Some((uid, gid)) = user {
            chown(base, Some(uid), Some(gid)).map_err(io_error("the data directory cannot be lent to Postgres"))?;
        }
        let users = open_lock(base, "users.lock")?;
        let starting = open_lock(base, "start.lock")?;
        // One starter at a time; the other waits here and then adopts.
        starting.lock().map_err(io_error("the start lock cannot be taken"))?;
        let mut server = Self { bin, base: base.to_owned(), user, users, adopted: false };
        server.ensure_data()?;
        server.adopted = server.ready();
        if !server.adopted {
            server.launch()?;
        }
        server.users.lock_shared().map_err(io_error("the use lock cannot be taken"))?;
        Ok(server)
    }

    fn data(&self) -> PathBuf {
        self.base.join("data")
    }

    /// A child of ours: clean environment, its own directory, no terminal, and as root not root.
    fn child(&self, tool: &str) -> Command {
        let mut command = Command::new(self.bin.join(tool));
        command
            .env_clear()
            .env("PATH", "/usr/local/bin:/usr/bin:/bin")
            .env("LC_ALL", "C")
            .current_dir(&self.base)
            .stdin(Stdio::null());
        if let Some((uid, gid)) = self.user {
            command.uid(uid).gid(gid);
        }
        // Its own group: Ctrl-C is for us, and we stop it in order.
        command.process_group(0);
        command
    }

    fn run(&self, command: &mut Command) -> Result<(), PostgresError> {
        let ended = command.output().map_err(io_error("Postgres' tools do not run"))?;
        if ended.status.success() {
            return Ok(());
        }
        let said =
            format!("{}{}{}", String::from_utf8_lossy(&ended.stdout), String::from_utf8_lossy(&ended.stderr), self.log_tail());
        Err(explain(said, &self.base))
    }

    fn log_tail(&self) -> String {
        let log = fs::read_to_string(self.base.join("log")).unwrap_or_default();
        let lines: Vec<_> = log.lines().rev().take(8).collect();
        lines.into_iter().rev().collect::<Vec<_>>().join("\n")
    }

    /// Made beside its place and renamed when whole: a killed initdb leaves nothing half done.
    fn ensure_data(&self) -> Result<(), PostgresError> {
        if self.data().join("PG_VERSION").is_file() {
            return Ok(());
        }
        let fresh = self.base.join("data.new");
        if fresh.exists() {
            fs::remove_dir_all(&fresh).map_err(io_error("a half-made data directory cannot be removed"))?;
        }
        self.run(self.child("initdb").args(["-U", "postgres", "-A", "trust", "-E", "UTF8", "--locale=C", "-D"]).arg(&fresh))?;
        fs::rename(&fresh, self.data()).map_err(io_error("the data directory cannot be put in place"))
    }

    fn ready(&self) -> bool {
        let mut asked = self.child("pg_isready");
        asked.arg("-q").arg("-h").arg(&self.base).stdout(Stdio::null()).stderr(Stdio::null());
        asked.status().is_ok_and(|status| status.success())
    }

    fn launch(&self) -> Result<(), PostgresError> {
        let begun = Instant::now();
        // Short statements by their keys: compiling them costs more than it saves, and a disk without arms seeks for nearly nothing.
        // What a day brings is soon looked at again, so that a young database is not planned for as an empty one.
        let options = format!(
            "-k '{}' -c listen_addresses='' -c unix_socket_permissions=0700 -c fsync=on -c max_connections=200 -c shared_buffers=256MB \
             -c jit=off -c random_page_cost=1.1 -c autovacuum_naptime=2",
            self.base.display()
        );
        loop {
            // What an earlier start said explains nothing now; an orphan still going down writes on at the end.
            drop(File::options().write(true).truncate(true).open(self.base.join("log")));
            // After a SIGKILL an orphan may still be going down, or its pid be another's by now: pg_ctl tells, and we try again.
            let mut start = self.child("pg_ctl");
            start
                .args(["start", "-w", "-t", "30", "-D"])
                .arg(self.data())
                .arg("-l")
                .arg(self.base.join("log"))
                .args(["-o", &options]);
            match self.run(&mut start) {
                Ok(()) => return Ok(()),
                Err(_) if self.ready() => return Ok(()),
                Err(error @ (PostgresError::DiskFull(_) | PostgresError::Io { .. })) => return Err(error),
                Err(error) if begun.elapsed() > START_LIMIT => return Err(error),
                Err(_) => std::thread::sleep(Duration::from_millis(250)),
            }
        }
    }

    /// Stop it, unless another Tideway still uses it.
    pub fn stop(self) -> Result<bool, PostgresError> {
        // Whoever starts now waits until it is down, and then starts it again.
        let starting = open_lock(&self.base, "start.lock")?;
        starting.lock().map_err(io_error("the start lock cannot be taken"))?;
        self.users.unlock().map_err(io_error("the use lock cannot be given back"))?;
        match self.users.try_lock() {
            Ok(()) => {}
            Err(TryLockError::WouldBlock) => return Ok(false),
            Err(TryLockError::Error(error)) => return Err(io_error("the use lock cannot be asked")(error)),
        }
        self.run(self.child("pg_ctl").args(["stop", "-w", "-m", "fast", "-D"]).arg(self.data()))?;
        Ok(true)
    }

    /// As the superuser of this server, to a database.
    pub fn options(&self, database: &str) -> PgConnectOptions {
        PgConnectOptions::new_without_pgpass().socket(&self.base).username("postgres").database(database)
    }

    /// How a person opens it.
    pub fn psql(&self, database: &str) -> String {
        let psql = format!("{} -h {} -U postgres {database}", self.bin.join("psql").display(), self.base.display());
        if self.user.is_some() { format!("{psql}   (as root)") } else { psql }
    }
}

#[cfg(test)]
mod tests;
