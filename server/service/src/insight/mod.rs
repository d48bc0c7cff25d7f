//! Live figures: each is one statement over its rows, and the same rows are what it drills to. What a figure makes of its rows is
//! `domain::insight`. Nothing is folded or stored, so a figure cannot drift from its documents.

mod sql;
mod sql_course;
#[cfg(test)]
mod tests;

use chrono::{DateTime, Utc};
use domain::ids::SiteId;
use domain::insight::{Board, Course, Drill, Figure, Filter, Kpi};
use domain::people::{Caller, Permission};
use uuid::Uuid;

use crate::{Db, Result, Tx};

impl Db {
    /// Every figure, of the sites the caller may see: all of them, or the one asked for.
    pub async fn live_board(&self, caller: &Caller, site: Option<SiteId>, now: DateTime<Utc>) -> Result<Board> {
        let mut tx = self.read(caller, Permission::LiveView, site).await?;
        let (org, sites) = (tx.org().0, sites(&tx, site));
        let (mut figures, mut courses) = (Vec::new(), Vec::new());
        for kpi in Kpi::ALL {
            figures.push(Figure::of(kpi, sql::parts(tx.conn(), kpi, org, sites.as_deref(), now).await?));
            if let Some(beat) = kpi.beat() {
                courses.push(Course::of(kpi, beat, sql_course::values(tx.conn(), kpi, org, sites.as_deref(), now).await?));
            }
        }
        Ok(Board { as_of: now, figures, courses })
    }

    /// The rows of one figure, the weightiest first, and the figure they make.
    pub async fn live_drill(&self, caller: &Caller, kpi: Kpi, filter: &Filter, most: i64, now: DateTime<Utc>) -> Result<Drill> {
        let mut tx = self.read(caller, Permission::LiveView, filter.site).await?;
        let (org, sites) = (tx.org().0, sites(&tx, filter.site));
        let parts = sql::parts(tx.conn(), kpi, org, sites.as_deref(), now).await?;
        let wanted = parts.into_iter().filter(|part| filter.part.is_empty() || part.part == filter.part).collect();
        let rows = sql::rows(tx.conn(), kpi, org, sites.as_deref(), now, &filter.part, most).await?;
        Ok(Drill { as_of: now, figure: Figure::of(kpi, wanted), rows })
    }
}

/// The site asked for (that the caller may see it is checked by then), else the caller's own; none = every site.
fn sites(tx: &Tx, site: Option<SiteId>) -> Option<Vec<Uuid>> {
    site.map_or_else(|| tx.sites(Permission::LiveView), |site| Some(vec![site.0]))
}
