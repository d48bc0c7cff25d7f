//! Reason codes' transactions: every reason that is given is looked up, and kept with what it was given for; an org adds codes of its own
//! and retires them. What a code means is `domain::reasons`.

mod sql;
#[cfg(test)]
mod tests;

use domain::people::{Caller, Permission};
use domain::reasons::{
    AddReason, Code, CodeRow, Given, Kept, Process, ProcessRow, Reason, ReasonRefusal, RetireReason, check_note, codes, given,
};
use serde_json::json;
use uuid::Uuid;

use crate::{Act, Db, Result, Tx};

/// Looks a reason up; refused unless it is one of the process's in use. Keeps nothing.
pub(crate) async fn look_up(tx: &mut Tx, process: Process, code: &Code) -> Result<Reason> {
    let org = tx.org().0;
    let kept = sql::kept(tx.conn(), org, Some(&code.0), None).await?;
    Ok(given(process, code, &kept)?)
}

/// Looks a reason up and keeps what it was given for, with the words beside it.
pub(crate) async fn give(tx: &mut Tx, process: Process, code: &Code, note: &str, subject: impl Into<Uuid>) -> Result<Reason> {
    let note = check_note(note)?;
    let reason = look_up(tx, process, code).await?;
    let (org, at, by, command) = (tx.org().0, tx.at, tx.caller.person(), tx.command);
    sql::ensure(tx.conn(), org, process.code(), &reason, at).await?;
    let row = sql::NewGiven {
        process: process.code(),
        code: &reason.code,
        subject: subject.into(),
        note,
        by: by.0,
        command: command.0,
        at,
    };
    sql::insert_given(tx.conn(), org, &row).await?;
    Ok(reason)
}

/// The same, where code and words are given as one: answers what is read later.
pub(crate) async fn give_words(tx: &mut Tx, process: Process, said: &Given, subject: impl Into<Uuid>) -> Result<String> {
    Ok(give(tx, process, &said.code, &said.note, subject).await?.with(&said.note))
}

impl Act for AddReason {
    const KIND: &'static str = "reasons.add";
    const NEEDS: Permission = Permission::CatalogRules;
    type Outcome = ();

    async fn act(&self, tx: &mut Tx) -> Result<()> {
        let reason = self.check()?;
        let (org, at, by) = (tx.org().0, tx.at, tx.caller.person());
        let standard = self.process.standard().iter().any(|(code, _)| *code == reason.code);
        if standard || !sql::add(tx.conn(), org, self.process.code(), &reason, by.0, at).await? {
            return Err(ReasonRefusal::CodeTaken { code: reason.code }.into());
        }
        tx.announce("reason.added", org, None, json!({ "process": self.process, "code": reason.code }));
        tx.audit("reason", org, (), json!({ "process": self.process, "reason": reason }));
        Ok(())
    }
}

impl Act for RetireReason {
    const KIND: &'static str = "reasons.retire";
    const NEEDS: Permission = Permission::CatalogRules;
    type Outcome = ();

    async fn act(&self, tx: &mut Tx) -> Result<()> {
        let (org, at, by) = (tx.org().0, tx.at, tx.caller.person());
        // One at a time: of two who retire the last two codes, the second is refused.
        sql::lock(tx.conn(), org, self.process.code()).await?;
        let kept = sql::kept(tx.conn(), org, None, Some(self.process.code())).await?;
        let reason = self.check(&codes(self.process, &kept))?;
        sql::ensure(tx.conn(), org, self.process.code(), &reason, at).await?;
        sql::retire(tx.conn(), org, self.process.code(), &reason.code, self.retire.then_some(at), by.0).await?;
        tx.announce("reason.retired", org, None, json!({ "process": self.process, "code": reason.code, "retired": self.retire }));
        let state = |retired: bool| json!({ "process": self.process, "code": reason.code, "retired": retired });
        tx.audit("reason", org, state(!self.retire), state(self.retire));
        Ok(())
    }
}

impl Db {
    /// The codes of a process that are in use, for whoever has to give one.
    pub async fn reasons(&self, caller: &Caller, process: Process) -> Result<Vec<Reason>> {
        let mut tx = self.read(caller, process.needs(), None).await?;
        let org = tx.org().0;
        let kept = sql::kept(tx.conn(), org, None, Some(process.code())).await?;
        Ok(codes(process, &kept).into_iter().filter(|known| !known.retired).map(|known| known.reason).collect())
    }

    /// Every process with its codes, and how often each was given.
    pub async fn reason_codes(&self, caller: &Caller) -> Result<Vec<ProcessRow>> {
        let mut tx = self.read(caller, Permission::CatalogEdit, None).await?;
        let org = tx.org().0;
        let kept = sql::kept(tx.conn(), org, None, None).await?;
        let used = sql::used(tx.conn(), org).await?;
        let row = |process: Process, known: Kept| {
            let used = used.iter().find(|used| used.process == process.code() && used.code == known.reason.code);
            CodeRow {
                standard: known.reason.code == known.reason.means,
                reason: known.reason,
                retired: known.retired,
                given: used.map_or(0, |used| used.given),
                last: used.map(|used| used.last),
            }
        };
        let of = |process: Process| {
            let codes = codes(process, &kept).into_iter().map(|known| row(process, known)).collect();
            ProcessRow { process, codes }
        };
        Ok(Process::ALL.into_iter().map(of).collect())
    }
}
