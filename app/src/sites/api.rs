//! Server functions of sites.

use domain::sites::SiteRow;
use leptos::prelude::*;
use leptos::server_fn::codec::Json;

use crate::door::Said;

/// The sites the visitor works at or may look at.
#[server(endpoint = "sites/list", prefix = "/api/fn", input = Json)]
pub async fn list_sites() -> Result<Vec<SiteRow>, Said> {
    use crate::door::{answer, caller, db};
    answer(db().sites(&caller()?, domain::people::Permission::StockView).await)
}
