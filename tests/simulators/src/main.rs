//! Outside parties that run here: separate HTTP processes speaking the real protocol, with faults.
//!
//! Decides nothing about Tideway: it is what Tideway talks to when no real provider is at hand.

mod payments;

use std::net::SocketAddr;

use clap::Parser;

/// Simulates the outside parties of a Tideway: a payment provider in the shape of Stripe's API.
#[derive(Parser)]
struct Args {
    /// Where the payment provider listens; port 0 takes a free one.
    #[arg(long, default_value = "127.0.0.1:4242")]
    payments: SocketAddr,
}

#[tokio::main]
async fn main() -> anyhow::Result<()> {
    tracing_subscriber::fmt().with_writer(std::io::stderr).init();
    let args = Args::parse();
    let listener = tokio::net::TcpListener::bind(args.payments).await?;
    // Whoever started us on port 0 reads the address here.
    println!("payments http://{}", listener.local_addr()?);
    axum::serve(listener, payments::router()).with_graceful_shutdown(stopped()).await?;
    Ok(())
}

async fn stopped() {
    let mut term = tokio::signal::unix::signal(tokio::signal::unix::SignalKind::terminate()).expect("signals can be heard");
    tokio::select! { _ = tokio::signal::ctrl_c() => {}, _ = term.recv() => {} }
}
