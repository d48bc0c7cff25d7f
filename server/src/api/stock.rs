//! Availability on the wire.
#![expect(unused_qualifications, reason = "utoipa writes the path of `params` out")]

use axum::Json;
use axum::extract::State;
use domain::catalog::CatalogRefusal;
use domain::refusal::Refusal;
use serde::{Deserialize, Serialize};
use service::Db;
use utoipa::{IntoParams, ToSchema};

use super::wire::{Answer, Key, Params, Problem};

#[derive(Debug, Deserialize, IntoParams)]
pub struct Asked {
    /// The SKU's code.
    pub sku: String,
    /// A channel's code: what is kept from that channel is left out.
    pub channel: Option<String>,
}

/// What can be promised of a SKU now.
#[derive(Debug, Serialize, Deserialize, ToSchema)]
pub struct Availability {
    pub sku: String,
    /// Sellable, given to nobody, promised to nobody; over all sites.
    pub available: i64,
    pub sites: Vec<SiteAvailability>,
}

#[derive(Debug, Serialize, Deserialize, ToSchema)]
pub struct SiteAvailability {
    pub site: String,
    pub available: i32,
}

/// What can be promised of a SKU.
#[utoipa::path(get, path = "/api/v1/availability", tag = "stock", params(Asked), security(("key" = ["stock_view"])),
    responses((status = 200, body = Availability), (status = "4XX", body = Problem, content_type = "application/problem+json")))]
pub async fn availability(State(db): State<Db>, Key(caller): Key, Params(asked): Params<Asked>) -> Answer<Availability> {
    let mut known = db.skus_by_code(&caller, std::slice::from_ref(&asked.sku)).await?;
    let row = known.remove(&asked.sku).ok_or_else(|| Refusal::from(CatalogRefusal::UnknownSku { code: asked.sku.clone() }))?;
    let sites = match &asked.channel {
        Some(channel) => db.channel_availability(&caller, row.id, channel).await?,
        None => db.availability(&caller, row.id).await?,
    };
    let sites: Vec<_> = sites.into_iter().map(|(_, site, available)| SiteAvailability { site, available }).collect();
    Ok(Json(Availability { sku: row.code, available: sites.iter().map(|site| i64::from(site.available)).sum(), sites }))
}
