//! Told to stop: SIGINT (Ctrl-C) or SIGTERM, heard from the first moment on, so that nothing that was started is left behind.

use std::io;

use tokio::signal::unix::{Signal, SignalKind, signal};
use tokio_util::sync::CancellationToken;

/// Cancelled when the process is told to stop.
#[derive(Debug, Clone)]
pub struct Stop(CancellationToken);

impl Stop {
    /// Listen from now on. What is told while nobody waits is not forgotten.
    pub fn listen() -> io::Result<Self> {
        let (mut interrupt, mut terminate) = (signal(SignalKind::interrupt())?, signal(SignalKind::terminate())?);
        let token = CancellationToken::new();
        let told = token.clone();
        tokio::spawn(async move {
            first_of(&mut interrupt, &mut terminate).await;
            told.cancel();
            // Whoever insists is in a hurry: what is left behind is adopted by the next start.
            first_of(&mut interrupt, &mut terminate).await;
            std::process::exit(130);
        });
        Ok(Self(token))
    }

    /// Until told.
    pub async fn told(&self) {
        self.0.cancelled().await;
    }

    pub fn is_told(&self) -> bool {
        self.0.is_cancelled()
    }

    /// The work, dropped where it stands when told to stop: a transaction under way is rolled back.
    pub async fn or<T>(&self, work: impl Future<Output = T>) -> Option<T> {
        self.0.run_until_cancelled(work).await
    }
}

async fn first_of(interrupt: &mut Signal, terminate: &mut Signal) {
    tokio::select! {
        _ = interrupt.recv() => {}
        _ = terminate.recv() => {}
    }
}
