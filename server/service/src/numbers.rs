//! Human numbers from per-org blocks. A block is taken in its own short transaction, so no business transaction waits for the counter
//! or gives a number back. A restart skips the rest of its block.

use std::collections::HashMap;
use std::ops::Range;
use std::sync::{Mutex, PoisonError};

use domain::ids::OrgId;
use domain::numbers::Series;
use sqlx::PgPool;

use crate::Result;

/// Small enough that a restart wastes little, large enough that the counter row is rarely touched.
const BLOCK: i64 = 50;

pub(crate) struct Numbers {
    pool: PgPool,
    blocks: Mutex<HashMap<(OrgId, Series), Range<i64>>>,
}

impl Numbers {
    pub(crate) fn new(pool: PgPool) -> Self {
        Self { pool, blocks: Mutex::default() }
    }

    pub(crate) async fn take(&self, org: OrgId, series: Series, n: usize) -> Result<Vec<String>> {
        let wanted = i64::try_from(n).unwrap_or(i64::MAX);
        let mut taken = self.rest_of_block(org, series, wanted);
        let missing = wanted - i64::try_from(taken.len()).unwrap_or(0);
        if missing > 0 {
            let size = missing.max(BLOCK);
            let mut tx = crate::db::begun(&self.pool, format!("begin; set local app.org = '{org}'")).await?;
            // Numbers start at 1001: a shop's first order should not look like its first.
            let next = sqlx::query_scalar!(
                "insert into number_block as b (org_id, kind, next) values ($1, $2, 1001 + $3::bigint)
                 on conflict (org_id, kind) do update set next = b.next + $3::bigint returning next",
                org.0,
                series.code(),
                size
            )
            .fetch_one(&mut *tx)
            .await?;
            tx.commit().await?;
            let block = next - size..next;
            taken.extend(block.start..block.start + missing);
            let rest = block.start + missing..block.end;
            if !rest.is_empty() {
                self.blocks.lock().unwrap_or_else(PoisonError::into_inner).insert((org, series), rest);
            }
        }
        Ok(taken.into_iter().map(|number| format!("{}-{number}", series.code())).collect())
    }

    fn rest_of_block(&self, org: OrgId, series: Series, wanted: i64) -> Vec<i64> {
        let mut blocks = self.blocks.lock().unwrap_or_else(PoisonError::into_inner);
        let Some(block) = blocks.get_mut(&(org, series)) else { return Vec::new() };
        let end = block.end.min(block.start.saturating_add(wanted));
        let taken = (block.start..end).collect();
        block.start = end;
        taken
    }
}
