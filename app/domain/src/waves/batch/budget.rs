//! How long to go on: counted by the caller, in steps or by a clock. Decides nothing about what is done in the meantime.

/// The whole of a budget, in millionths.
pub const WHOLE: i64 = 1_000_000;

/// How far the engine is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Progress {
    /// Work done: lengths asked for, and as much again for what takes as long.
    pub steps: u64,
    /// The best plan so far.
    pub length: i64,
}

/// How long to go on, as the caller counts it: steps, a clock, a cancelled request.
pub trait Budget {
    /// How much is left of it, in millionths; 0 ends the search. A budget of steps is the same on every machine, one of time is not.
    fn left(&mut self, at: &Progress) -> i64;

    /// Nobody waits for it any more. Asked where a plan takes long before it looks at what is left; a count of steps never says so.
    fn stopped(&mut self, _at: &Progress) -> bool {
        false
    }
}

impl<F: FnMut(&Progress) -> i64> Budget for F {
    fn left(&mut self, at: &Progress) -> i64 {
        self(at)
    }
}

/// So many steps.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Steps(pub u64);

impl Budget for Steps {
    fn left(&mut self, at: &Progress) -> i64 {
        let left = u128::from(self.0.saturating_sub(at.steps)) * u128::from(WHOLE.unsigned_abs()) / u128::from(self.0.max(1));
        i64::try_from(left).unwrap_or(0)
    }
}

/// One of several parts of a budget, one after the other: they share it evenly.
pub struct Part<'b> {
    pub budget: &'b mut dyn Budget,
    /// From 0.
    pub nth: i64,
    pub of: i64,
    /// Steps of the parts before.
    pub done: u64,
}

impl Part<'_> {
    fn whole(&self, at: &Progress) -> Progress {
        Progress { steps: at.steps + self.done, ..*at }
    }
}

impl Budget for Part<'_> {
    fn left(&mut self, at: &Progress) -> i64 {
        self.budget.left(&self.whole(at)) * self.of - (self.of - 1 - self.nth) * WHOLE
    }

    fn stopped(&mut self, at: &Progress) -> bool {
        self.budget.stopped(&self.whole(at))
    }
}

/// A budget with the work done so far, and how much of it may be used for what comes next.
pub struct Meter<'b> {
    budget: &'b mut dyn Budget,
    pub at: Progress,
    until: i64,
}

impl<'b> Meter<'b> {
    pub fn new(budget: &'b mut dyn Budget) -> Self {
        Self { budget, at: Progress::default(), until: 0 }
    }

    /// From here on, stop when only `until` is left.
    pub const fn until(&mut self, until: i64) -> &mut Self {
        self.until = until;
        self
    }

    pub fn left(&mut self, more: u64) -> i64 {
        self.at.steps += more;
        self.budget.left(&self.at)
    }

    /// Whether so many steps fit, as fast as steps went so far.
    pub fn affords(&mut self, steps: u64) -> bool {
        let left = self.left(0);
        let used = u128::from((WHOLE - left).unsigned_abs().max(1));
        let usable = u128::from((left - self.until).max(0).unsigned_abs());
        u128::from(steps) * used <= usable * u128::from(self.at.steps)
    }

    pub fn goes_on(&mut self, more: u64) -> bool {
        self.left(more) > self.until
    }

    /// Nobody waits for it any more; so many steps were done so far.
    pub fn stopped(&mut self, steps: u64) -> bool {
        self.budget.stopped(&Progress { steps, ..self.at })
    }
}
