//! Files of tables: read row by row, tried row by row in a transaction that is taken back, and what stands taken in one command. Good rows
//! are taken together, each other says why not; the same file twice changes nothing. Knows no noun: what a row asks is the caller's word.

use chrono::{DateTime, Utc};
use domain::catalog::CatalogRefusal;
use domain::ids::CommandId;
use domain::people::{Caller, PeopleRefusal};
use domain::rows::{ROWS_MAX, Row};
use domain::waves::roster::{RosterReport, RowOutcome, RowSaid};
use sqlx::PgConnection;
use uuid::Uuid;

use crate::{Act, Db, Failure, Result, Tx};

/// A row and the line of the file it stands on.
pub(crate) type Numbered = (i32, std::result::Result<Row, String>);

/// What a row asks, and what is said of it once it is taken; or why nothing is asked.
pub(crate) type Asked<C> = std::result::Result<(C, String), (RowOutcome, String)>;

/// A file's rows; a foreign file is refused whole.
pub(crate) fn read(
    text: &str,
    columns: impl Fn(&[&str]) -> std::result::Result<Vec<&'static str>, String>,
) -> Result<Vec<Numbered>> {
    let foreign = |why: String| CatalogRefusal::NotASheet { why };
    let mut reader = csv::ReaderBuilder::new().flexible(true).from_reader(text.trim_start_matches('\u{feff}').as_bytes());
    let header = reader.headers().map_err(|error| foreign(error.to_string()))?.clone();
    let columns = columns(&header.iter().collect::<Vec<_>>()).map_err(foreign)?;
    let mut rows = Vec::new();
    for record in reader.records() {
        if rows.len() >= ROWS_MAX {
            return Err(CatalogRefusal::TooManyRows { most: ROWS_MAX }.into());
        }
        let record = record.map_err(|error| foreign(error.to_string()))?;
        let row_no = i32::try_from(rows.len() + 1).unwrap_or(i32::MAX);
        rows.push((row_no, Row::new(&columns, &record.iter().collect::<Vec<_>>())));
    }
    Ok(rows)
}

/// The same row of the same file is the same thing, sent again.
pub(crate) fn new_id(command: CommandId, row_no: i32) -> Uuid {
    Uuid::new_v5(&command.0, &row_no.to_be_bytes())
}

/// A row that does not read.
pub(crate) fn unreadable(words: String) -> (RowOutcome, String) {
    (RowOutcome::Unreadable, words)
}

pub(crate) fn refused(words: impl ToString) -> (RowOutcome, String) {
    (RowOutcome::Refused, words.to_string())
}

/// Says of what stands so already that it does.
pub(crate) fn known(what: &str) -> (RowOutcome, String) {
    (RowOutcome::Known, format!("{what} says so already"))
}

/// What a row asks, as it is tried alone.
pub(crate) trait Tried: Send + Sync {
    type Did: Send;
    fn tried(&self, tx: &mut Tx) -> impl Future<Output = Result<Self::Did>> + Send;
}

/// A command is tried as it is run.
impl<C: Act + Send> Tried for C {
    type Did = C::Outcome;

    async fn tried(&self, tx: &mut Tx) -> Result<C::Outcome> {
        if let Some(site) = self.site() {
            tx.require(C::NEEDS, site)?;
        }
        self.act(tx).await
    }
}

/// Tries rows one after another: those that stand stay with what they did, each that is refused says so and leaves nothing behind.
pub(crate) async fn try_all<T: Tried>(
    tx: &mut Tx,
    asked: Vec<(i32, T)>,
    said: &mut Vec<RowSaid>,
) -> Result<Vec<(i32, T, T::Did)>> {
    let mut stand = Vec::with_capacity(asked.len());
    for (row_no, row) in asked {
        mark(tx.conn()).await?;
        match row.tried(tx).await {
            Ok(did) => {
                keep(tx.conn()).await?;
                stand.push((row_no, row, did));
            }
            Err(Failure::Refused(refusal)) => {
                back(tx.conn()).await?;
                said.push(RowSaid { row_no, outcome: RowOutcome::Refused, words: refusal.to_string() });
            }
            Err(broken) => return Err(broken),
        }
    }
    Ok(stand)
}

impl Db {
    /// Takes what a file's rows ask as one command, or tells what it would do.
    pub(crate) async fn take_rows<C: Act + Send, All: Act>(
        &self,
        caller: &Caller,
        (id, now): (CommandId, DateTime<Utc>),
        rows: Vec<(i32, Asked<C>)>,
        dry_run: bool,
        all: impl FnOnce(Vec<C>) -> All + Send,
    ) -> Result<RosterReport> {
        let (mut said, mut asked, mut words) = (Vec::new(), Vec::new(), Vec::new());
        for (row_no, row) in rows {
            match row {
                Ok((command, taken)) => {
                    asked.push((row_no, command));
                    words.push((row_no, taken));
                }
                Err((outcome, words)) => said.push(RowSaid { row_no, outcome, words }),
            }
        }
        // What each would do is tried in a transaction that is taken back.
        let mut tx = self.begin(caller, id, now).await?;
        if !caller.may(C::NEEDS, None) {
            return Err(PeopleRefusal::NotAllowed { permission: C::NEEDS }.into());
        }
        let stand = try_all(&mut tx, asked, &mut said).await?;
        tx.rollback().await?;
        words.retain(|(row_no, _)| stand.iter().any(|(stands, ..)| stands == row_no));
        said.extend(words.into_iter().map(|(row_no, words)| RowSaid { row_no, outcome: RowOutcome::Taken, words }));
        if !dry_run && !stand.is_empty() {
            self.run(caller, id, now, &all(stand.into_iter().map(|(_, command, _)| command).collect())).await?;
        }
        said.sort_by_key(|row| row.row_no);
        Ok(RosterReport { dry_run, rows: said })
    }
}

/// What is tried from here on can be taken back alone.
async fn mark(conn: &mut PgConnection) -> Result<()> {
    sqlx::query("savepoint row").execute(conn).await?;
    Ok(())
}

/// It stands, and is tried no longer.
async fn keep(conn: &mut PgConnection) -> Result<()> {
    sqlx::query("release savepoint row").execute(conn).await?;
    Ok(())
}

async fn back(conn: &mut PgConnection) -> Result<()> {
    sqlx::query("rollback to savepoint row").execute(conn).await?;
    Ok(())
}
