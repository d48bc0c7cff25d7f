//! Server functions of sites.

use crate::ask::Ask;
use domain::sites::SiteRow;
use leptos::prelude::*;

use crate::door::Said;

/// The sites the visitor works at or may look at.
#[server(endpoint = "sites/list", prefix = "/api/fn", protocol = Ask)]
pub async fn list_sites() -> Result<Vec<SiteRow>, Said> {
    use crate::door::{answer, caller, db};
    answer(db().sites(&caller()?, domain::people::Permission::StockView).await)
}
