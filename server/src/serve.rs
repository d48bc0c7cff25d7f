//! Serving: bind, open the database, answer until told to stop, then stop in order: streams, connections, database.

use std::io;
use std::net::{SocketAddr, TcpListener};
use std::time::Duration;

use anyhow::{Context, Result};
use axum_server::Handle;
use axum_server::tls_rustls::RustlsConfig;
use tokio::task::JoinHandle;
use tokio_util::sync::CancellationToken;

use crate::config::{ConfigError, ServeArgs};
use crate::database::Database;
use crate::demo;
use crate::http::{AppState, Site, Start, router};
use crate::payments::Stripe;
use crate::stop::Stop;
use crate::tls::{self, Door, Identity, Welcome};
use crate::workers::Workers;

/// How long open requests may finish after the signal.
const FAREWELL: Duration = Duration::from_secs(10);

/// A server that answers.
pub struct Running {
    pub address: SocketAddr,
    stopping: CancellationToken,
    handle: Handle<SocketAddr>,
    task: JoinHandle<io::Result<()>>,
}

impl Running {
    /// Answer on this listener until stopped.
    pub fn start(state: AppState, listener: TcpListener, tls: Option<RustlsConfig>) -> io::Result<Self> {
        listener.set_nonblocking(true)?;
        let (address, stopping, handle) = (listener.local_addr()?, state.stopping.clone(), Handle::new());
        let service = router(state).into_make_service_with_connect_info::<SocketAddr>();
        let task = match tls {
            None => {
                let server = axum_server::from_tcp(listener)?.handle(handle.clone());
                tokio::spawn(server.serve(service))
            }
            Some(tls) => {
                let server = axum_server::from_tcp_rustls(listener, tls)?.handle(handle.clone());
                tokio::spawn(server.serve(service))
            }
        };
        Ok(Self { address, stopping, handle, task })
    }

    /// Take no more, let open requests finish, end streams.
    pub async fn stop(self) -> Result<()> {
        self.stopping.cancel();
        self.handle.graceful_shutdown(Some(FAREWELL));
        self.task.await?.context("the server ended badly")
    }
}

/// `tideway serve`.
pub async fn serve(args: &ServeArgs) -> Result<()> {
    let stop = Stop::listen()?;
    args.check()?;
    tracing::info!("{args}");
    let site = Site::find(&args.site_root)?;
    // Before anything slow starts: a taken port is told at once.
    let listener = bind(args.listen)?;
    let database = Database::open(&args.database).await?;
    let ended = answer(args, &database, site, listener, &stop).await;
    database.close().await;
    ended
}

async fn answer(args: &ServeArgs, database: &Database, site: Site, listener: TcpListener, stop: &Stop) -> Result<()> {
    let db = database.connect(args.database.connections).await?;
    if args.demo {
        // Broken off, it is told to its end at the next start.
        let Some(told) = stop.or(demo::ensure(&db, &args.hosts())).await else { return Ok(()) };
        told?;
    }
    if stop.is_told() {
        return Ok(());
    }
    let state = AppState::new(db, site, args.secure(), args.public_url.as_deref());
    let (db, stopping) = (state.db.clone(), state.stopping.clone());
    let tls = if args.tls { Some(identity(args)?) } else { None };
    let authority = tls.as_ref().map(|tls| tls.authority.as_str().into());
    let state = AppState { authority, start: args.dev.then(Start::now), ..state };
    let running = Running::start(state, listener, rustls_config(tls.as_ref()).await?)?;
    tracing::info!(address = %running.address, "serving");
    println!("Tideway is at {}", args.url());
    if let Some(tls) = tls {
        println!("{}", welcome(args, tls.authority));
    }
    if args.demo {
        demo::print_cards();
    }
    if let Some(psql) = database.psql() {
        println!("Its database opens with: {psql}");
    }
    let provider = args.payments_url.as_deref().map(|url| Stripe::new(url, &args.payments_key)).transpose()?;
    let workers = Workers::start(db, database.options.clone(), provider, stopping);
    stop.told().await;
    println!("Stopping…");
    running.stop().await?;
    workers.stop().await;
    Ok(())
}

/// A certificate for this machine, signed by the house's own authority.
fn identity(args: &ServeArgs) -> Result<Identity> {
    let names = tls::names(args.listen, &args.tls_name);
    tracing::info!(?names, "certificate");
    Ok(Identity::mint(&args.database.data_dir().join("tls"), names, app::door::now())?)
}

pub(crate) async fn rustls_config(tls: Option<&Identity>) -> Result<Option<RustlsConfig>> {
    let Some(tls) = tls else { return Ok(None) };
    // Another part of the process may have chosen already; the choice is the same.
    let _ = rustls::crypto::ring::default_provider().install_default();
    let config = RustlsConfig::from_pem(tls.chain.clone().into_bytes(), tls.key.clone().into_bytes()).await?;
    Ok(Some(config))
}

/// The steps by which a tablet learns to trust us. The authority's certificate is served over plain http on the next port: who does
/// not trust us yet had better not be asked to over https. When that port is taken they lead to `/ca.crt`, past the browser's warning.
fn welcome(args: &ServeArgs, authority: String) -> String {
    let beside = SocketAddr::new(args.listen.ip(), args.listen.port().saturating_add(1));
    let page = Welcome { authority, url: args.url() };
    let served = bind(beside).map_err(io::Error::other).and_then(|listener| {
        listener.set_nonblocking(true)?;
        let server = axum_server::from_tcp(listener)?;
        tokio::spawn(server.serve(page.router().into_make_service()));
        Ok(())
    });
    match served {
        Ok(()) => tls::steps(&args.url(), &Door::Beside(SocketAddr::new(tls::reached_at(args.listen), beside.port()))),
        Err(error) => {
            tracing::warn!(%error, "the page of steps has no port of its own");
            tls::steps(&args.url(), &Door::Certificate)
        }
    }
}

/// Listen, or say why not.
pub fn bind(address: SocketAddr) -> Result<TcpListener, ConfigError> {
    TcpListener::bind(address).map_err(|error| match error.kind() {
        io::ErrorKind::AddrInUse => ConfigError::PortTaken(address),
        io::ErrorKind::PermissionDenied => ConfigError::PortClosed(address),
        io::ErrorKind::AddrNotAvailable => ConfigError::NotOurAddress(address),
        _ => ConfigError::Listen { address, error },
    })
}
