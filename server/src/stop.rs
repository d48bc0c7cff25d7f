//! Told to stop: SIGINT (Ctrl-C) or SIGTERM, heard from the first moment on, so that nothing that was started is left behind.

use std::io;
use std::time::Duration;

use tokio::signal::unix::{Signal, SignalKind, signal};
use tokio_util::sync::CancellationToken;

/// Within this time a second word is the same word.
const ONCE: Duration = Duration::from_secs(1);

/// Cancelled when the process is told to stop.
#[derive(Debug, Clone)]
pub struct Stop(CancellationToken);

impl Stop {
    /// Listen from now on. What is told while nobody waits is not forgotten.
    pub fn listen() -> io::Result<Self> {
        let (mut interrupt, mut terminate) = heard()?;
        let token = CancellationToken::new();
        let told = token.clone();
        tokio::spawn(async move {
            first_of(&mut interrupt, &mut terminate).await;
            told.cancel();
            // One Ctrl-C may come twice, from the terminal and from a script around us.
            tokio::time::sleep(ONCE).await;
            // Whoever insists is in a hurry: what is left behind is adopted by the next start.
            let Ok((mut interrupt, mut terminate)) = heard() else { return };
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

/// What comes from now on.
fn heard() -> io::Result<(Signal, Signal)> {
    Ok((signal(SignalKind::interrupt())?, signal(SignalKind::terminate())?))
}

async fn first_of(interrupt: &mut Signal, terminate: &mut Signal) {
    tokio::select! {
        _ = interrupt.recv() => {}
        _ = terminate.recv() => {}
    }
}
