//! Where plans are made: on threads that answer nobody else, a few at a time, so that whoever reads or scans meanwhile does not wait.
//!
//! A plan nobody waits for any more is stopped: its asker went, or said so. Decides nothing about plans.

use std::collections::HashMap;
use std::sync::atomic::{AtomicBool, AtomicI64, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use domain::ids::{CommandId, OrgId, PersonId};
use domain::people::Caller;
use domain::waves::WaveRefusal;
use domain::waves::batch::budget::WHOLE;
use tokio::sync::{Notify, Semaphore};

use crate::{Failure, Result};

/// Plans that may wait for a place; the next is told to come again.
const QUEUE: usize = 8;
/// How long one waits for a place.
const WAIT: Duration = Duration::from_secs(10);

/// The planners of one server process.
pub(crate) struct Planners {
    places: Arc<Semaphore>,
    queue: Arc<Semaphore>,
    jobs: Mutex<HashMap<CommandId, Arc<Job>>>,
}

/// A plan somebody waits for.
pub(crate) struct Job {
    org: OrgId,
    person: PersonId,
    stopped: AtomicBool,
    /// Its asker need not wait until the thread has noticed.
    told: Notify,
    /// Millionths.
    done: AtomicI64,
}

/// Stops its job when the asker goes.
struct Asked<'p> {
    planners: &'p Planners,
    ticket: CommandId,
    job: Arc<Job>,
}

impl Drop for Asked<'_> {
    fn drop(&mut self) {
        self.job.stopped.store(true, Ordering::Relaxed);
        let mut jobs = self.planners.jobs();
        if jobs.get(&self.ticket).is_some_and(|known| Arc::ptr_eq(known, &self.job)) {
            jobs.remove(&self.ticket);
        }
    }
}

impl Default for Planners {
    /// Half the processor, and no less than one.
    fn default() -> Self {
        Self::new(std::thread::available_parallelism().map_or(1, usize::from).div_ceil(2))
    }
}

impl Planners {
    pub(crate) fn new(places: usize) -> Self {
        Self { places: Arc::new(Semaphore::new(places)), queue: Arc::new(Semaphore::new(places + QUEUE)), jobs: Mutex::default() }
    }

    fn jobs(&self) -> std::sync::MutexGuard<'_, HashMap<CommandId, Arc<Job>>> {
        // What a panic left there is a map of counters: as good as before.
        self.jobs.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Runs `work` on a thread of its own once there is a place. It hears, of every millionth done, whether to go on.
    pub(crate) async fn run<T: Send + 'static>(
        &self,
        caller: &Caller,
        ticket: CommandId,
        work: impl FnOnce(&mut dyn FnMut(i64) -> bool) -> T + Send + 'static,
    ) -> Result<T> {
        let job = Job {
            org: caller.org,
            person: caller.person(),
            stopped: AtomicBool::new(false),
            told: Notify::new(),
            done: AtomicI64::new(0),
        };
        let job = Arc::new(job);
        let queued = self.queue.clone().try_acquire_owned().map_err(|_| WaveRefusal::PlannerBusy)?;
        let asked = Asked { planners: self, ticket, job: job.clone() };
        self.jobs().insert(ticket, job.clone());
        let place = tokio::select! {
            () = job.told.notified() => return Err(WaveRefusal::PlanningStopped.into()),
            place = tokio::time::timeout(WAIT, self.places.clone().acquire_owned()) => place,
        };
        let place = place.ok().and_then(std::result::Result::ok).ok_or(WaveRefusal::PlannerBusy)?;
        let working = tokio::task::spawn_blocking(move || {
            // Held until the thread is done with it, whether or not somebody still waits.
            let _held = (place, queued);
            work(&mut |done| {
                job.done.fetch_max(done, Ordering::Relaxed);
                !job.stopped.load(Ordering::Relaxed)
            })
        });
        tokio::select! {
            () = asked.job.told.notified() => Err(WaveRefusal::PlanningStopped.into()),
            ended = working => ended.map_err(|error| Failure::Broken(sqlx::Error::Io(std::io::Error::other(error)))),
        }
    }

    /// How far it is, in thousandths; none when it is not under way here, or somebody else's.
    pub(crate) fn progress(&self, caller: &Caller, ticket: CommandId) -> Option<i32> {
        let jobs = self.jobs();
        let job = jobs.get(&ticket).filter(|job| job.is_of(caller))?;
        i32::try_from(job.done.load(Ordering::Relaxed) * 1_000 / WHOLE).ok()
    }

    /// Nobody waits for it any more. Answers whether it was under way here.
    pub(crate) fn stop(&self, caller: &Caller, ticket: CommandId) -> bool {
        let jobs = self.jobs();
        let job = jobs.get(&ticket).filter(|job| job.is_of(caller));
        job.is_some_and(|job| {
            job.told.notify_one();
            !job.stopped.swap(true, Ordering::Relaxed)
        })
    }

    /// Places nobody plans at.
    #[cfg(test)]
    pub(crate) fn free(&self) -> usize {
        self.places.available_permits()
    }
}

impl Job {
    fn is_of(&self, caller: &Caller) -> bool {
        self.org == caller.org && self.person == caller.person()
    }
}
