//! Which SKUs machines leave alone, and what happens once enough is known of them. How much that is, is `domain::catalog::readiness`.

use std::collections::{BTreeSet, HashMap, HashSet};

use domain::catalog::card::Card;
use domain::catalog::changes::DataRules;
use domain::catalog::readiness::{self, Of, Unready};
use domain::ids::SkuId;
use serde_json::json;
use uuid::Uuid;

use super::sql_cards;
use crate::exceptions::{self, Case};
use crate::{Result, Tx, orders};

/// Its exceptions' kind.
const KIND: &str = "master_data";

fn judged(sku: Uuid, card: &Card, threshold: i32) -> Option<Unready> {
    let missing = readiness::missing(card);
    let score = readiness::score(&missing);
    (score < threshold).then(|| Unready { sku: SkuId(sku), code: card.code.clone(), score, threshold, missing })
}

/// Those of these SKUs of which too little is known. One question, which asks nothing further where no org's rule holds any back.
pub(crate) async fn unready(tx: &mut Tx, skus: &[SkuId]) -> Result<HashMap<SkuId, Unready>> {
    let org = tx.org().0;
    let threshold = sql_cards::threshold(tx.conn(), org, Of::Skus).await?;
    if threshold == 0 {
        return Ok(HashMap::new());
    }
    let ids: Vec<Uuid> = skus.iter().map(|sku| sku.0).collect();
    let cards = sql_cards::cards(tx.conn(), org, Some(&ids)).await?;
    let found = cards.into_iter().filter_map(|(sku, card)| judged(sku, &card, threshold));
    Ok(found.map(|unready| (unready.sku, unready)).collect())
}

/// Below which score bins are proposed for nothing.
pub(crate) async fn least_of_bins(tx: &mut Tx) -> Result<i32> {
    let org = tx.org().0;
    sql_cards::threshold(tx.conn(), org, Of::Bins).await
}

/// Carriers' services of which too little is known.
pub(crate) async fn unready_services(tx: &mut Tx) -> Result<BTreeSet<String>> {
    let org = tx.org().0;
    let threshold = sql_cards::threshold(tx.conn(), org, Of::Carriers).await?;
    if threshold == 0 {
        return Ok(BTreeSet::new());
    }
    let services = sql_cards::services(tx.conn(), org).await?.into_iter();
    let short = |service: &sql_cards::ServiceFacts| {
        readiness::score(&readiness::of_service(service.countries, service.leaves)) < threshold
    };
    Ok(services.filter(short).map(|service| service.code).collect())
}

/// Tells people what was left out and why: one open case a SKU.
pub(crate) async fn hold_back<'a>(tx: &mut Tx, unready: impl IntoIterator<Item = &'a Unready>) -> Result<()> {
    let mut cases: Vec<Case> = Vec::new();
    for one in unready {
        if cases.iter().any(|case| case.subject == one.sku.0) {
            continue;
        }
        let detail = json!({ "sku": one.sku, "score": one.score, "threshold": one.threshold, "missing": one.missing });
        cases.push(Case { kind: KIND, subject: one.sku.0, site: None, summary: one.words(), detail });
    }
    exceptions::raise(tx, &cases).await
}

/// SKUs whose case is open already.
pub(crate) async fn told(tx: &mut Tx) -> Result<HashSet<SkuId>> {
    let org = tx.org().0;
    Ok(sql_cards::held(tx.conn(), org).await?.into_iter().map(SkuId).collect())
}

/// After cards changed: those that are ready now close their case, and orders that waited for them go on.
pub(super) async fn settle(tx: &mut Tx, rules: &DataRules, skus: &[SkuId]) -> Result<()> {
    let (org, threshold) = (tx.org().0, rules.threshold(Of::Skus));
    let ids: Vec<Uuid> = skus.iter().map(|sku| sku.0).collect();
    let held: Vec<Uuid> = sql_cards::held(tx.conn(), org).await?.into_iter().filter(|sku| ids.contains(sku)).collect();
    let waiting = orders::held_for_data(tx, skus).await?;
    if held.is_empty() && waiting.is_empty() {
        return Ok(());
    }
    let cards = sql_cards::cards(tx.conn(), org, Some(&ids)).await?;
    let ready = cards.iter().filter(|(sku, card)| judged(*sku, card, threshold).is_none()).map(|(sku, _)| *sku);
    let closed: Vec<Uuid> = ready.filter(|sku| held.contains(sku)).collect();
    exceptions::resolve(tx, KIND, &closed, "Enough is known of it").await?;
    orders::release(tx, &waiting).await?;
    Ok(())
}
