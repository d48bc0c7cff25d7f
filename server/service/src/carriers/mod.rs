//! Carriers' transactions: what they offer and when they call; who takes an order, as `domain::carriers` decides, with its receipt.

mod sql;
#[cfg(test)]
mod tests;

use std::collections::{BTreeMap, BTreeSet};

use chrono::{DateTime, TimeDelta, Utc};
use domain::carriers::{self, Carriers, Offer, Reason, SetChannelService, SetService, Wish};
use domain::ids::{OrderId, SiteId};
use domain::orders::OrderRefusal;
use domain::people::{Caller, Permission};
use domain::refusal::Refusal;
use serde_json::json;
use uuid::Uuid;

use crate::decisions::{self, Decision};
use crate::{Act, Db, Result, Tx, catalog};

impl Act for SetService {
    const KIND: &'static str = "carriers.set_service";
    const NEEDS: Permission = Permission::WavesPlan;
    type Outcome = ();

    fn site(&self) -> Option<SiteId> {
        Some(self.site)
    }

    async fn act(&self, tx: &mut Tx) -> Result<()> {
        self.check()?;
        let (org, carrier) = (tx.org().0, self.carrier.trim().to_owned());
        let offer = Offer {
            code: self.code.clone(),
            carrier: carrier.clone(),
            service: self.service.trim().to_owned(),
            countries: self.countries.clone(),
        };
        if sql::site(tx.conn(), org, self.site.0).await?.is_none() {
            return Err(Refusal::not_found("site").into());
        }
        sql::set_service(tx.conn(), org, &offer).await?;
        sql::set_cutoff(tx.conn(), org, self.site.0, &carrier, self.leaves_at).await?;
        sql::set_usual(tx.conn(), org, self.site.0, &self.code, self.usual).await?;
        tx.announce("carrier.changed", self.site, Some(self.site), json!({ "code": self.code, "carrier": carrier }));
        tx.audit("carrier", self.site, (), self);
        Ok(())
    }
}

impl Act for SetChannelService {
    const KIND: &'static str = "carriers.set_channel_service";
    const NEEDS: Permission = Permission::WavesPlan;
    type Outcome = ();

    async fn act(&self, tx: &mut Tx) -> Result<()> {
        let org = tx.org().0;
        let offered =
            self.service.is_empty() || sql::offers(tx.conn(), org).await?.iter().any(|offer| offer.code == self.service);
        if !offered {
            return Err(OrderRefusal::UnknownService { code: self.service.clone() }.into());
        }
        if !sql::set_channel_service(tx.conn(), org, self.channel.0, &self.service).await? {
            return Err(Refusal::not_found("channel").into());
        }
        tx.announce("carrier.changed", self.channel, None, json!({ "code": self.service }));
        tx.audit("channel", self.channel, (), &self.service);
        Ok(())
    }
}

impl Db {
    /// Who calls at a site, and what channels use.
    pub async fn carriers(&self, caller: &Caller, site: SiteId) -> Result<Carriers> {
        let mut tx = self.read(caller, Permission::WavesView, Some(site)).await?;
        let org = tx.org().0;
        let head = sql::site(tx.conn(), org, site.0).await?.ok_or_else(|| Refusal::not_found("site"))?;
        let services = sql::services(tx.conn(), org, site.0).await?;
        let channels = sql::channels(tx.conn(), org).await?;
        Ok(Carriers { site_code: head.code, timezone: head.timezone, services, channels })
    }

    /// Codes an order can ask for.
    pub(crate) async fn services_offered(&self, caller: &Caller) -> Result<BTreeSet<String>> {
        let mut tx = self.read(caller, Permission::OrdersView, None).await?;
        let org = tx.org().0;
        Ok(sql::offers(tx.conn(), org).await?.into_iter().map(|offer| offer.code).collect())
    }
}

/// An order that needs somebody to take it.
pub(crate) struct Ask<'a> {
    pub order: OrderId,
    pub site: SiteId,
    pub asked: Option<&'a str>,
    pub channel_uses: &'a str,
    pub country: &'a str,
    pub placed_at: DateTime<Utc>,
    /// As the channel promises it.
    pub promised_at: DateTime<Utc>,
}

/// Who takes it; empty words where nobody does.
pub(crate) struct Taken {
    pub carrier: String,
    pub service: String,
    pub promised_at: DateTime<Utc>,
}

/// Chooses for each order, keeps why, and answers by when it must be ready. Where nobody calls yet, all stays as it was promised.
pub(crate) async fn choose(tx: &mut Tx, asks: &[Ask<'_>]) -> Result<Vec<Taken>> {
    let org = tx.org().0;
    let offers = sql::offers(tx.conn(), org).await?;
    let known: BTreeSet<&str> = offers.iter().map(|offer| offer.code.as_str()).collect();
    if let Some(code) = asks.iter().filter_map(|ask| ask.asked).find(|code| !known.contains(code)) {
        return Err(OrderRefusal::UnknownService { code: code.to_owned() }.into());
    }
    let as_promised = |ask: &Ask<'_>| Taken { carrier: String::new(), service: String::new(), promised_at: ask.promised_at };
    let span = asks.iter().map(|ask| ask.placed_at).min().zip(asks.iter().map(|ask| ask.promised_at).max());
    let Some((from, to)) = span.filter(|_| !offers.is_empty()) else { return Ok(asks.iter().map(as_promised).collect()) };
    // A promise may be shorter than the time to the next call.
    let mut calls: BTreeMap<(Uuid, String), Vec<DateTime<Utc>>> = BTreeMap::new();
    for call in sql::calls(tx.conn(), org, from, to + TimeDelta::days(1)).await? {
        calls.entry((call.site_id, call.carrier)).or_default().push(call.at);
    }
    let unready = catalog::unready_services(tx).await?;
    let usual: BTreeMap<Uuid, String> = sql::usual(tx.conn(), org).await?.into_iter().collect();
    let (mut taken, mut receipts) = (Vec::new(), Vec::new());
    for ask in asks {
        let calls_of = |carrier: &str| calls.get(&(ask.site.0, carrier.to_owned()));
        let wish = Wish {
            asked: ask.asked.unwrap_or_default(),
            channel: ask.channel_uses,
            site: usual.get(&ask.site.0).map_or("", String::as_str),
            country: ask.country,
        };
        let chosen = carriers::choose(&wish, &offers, |carrier| calls_of(carrier).is_some(), |code| !unready.contains(code));
        let ready = chosen.offer.and_then(|(offer, _)| {
            carriers::ready_by(calls_of(&offer.carrier).map_or(&[], Vec::as_slice), ask.placed_at, ask.promised_at)
        });
        receipts.push(receipt(ask, &wish, &chosen, ready));
        taken.push(match chosen.offer {
            None => as_promised(ask),
            Some((offer, _)) => Taken {
                carrier: offer.carrier.clone(),
                service: offer.service.clone(),
                promised_at: ready.unwrap_or(ask.promised_at),
            },
        });
    }
    decisions::keep(tx, &receipts).await?;
    Ok(taken)
}

fn receipt(ask: &Ask<'_>, wish: &Wish<'_>, chosen: &carriers::Chosen<'_>, ready: Option<DateTime<Utc>>) -> Decision {
    let words = |(offer, reason): (&Offer, Reason)| json!({ "code": offer.code, "carrier": offer.carrier, "service": offer.service, "reason": reason, "ready_by": ready });
    let inputs = json!({ "wish": wish, "site": ask.site, "promised_at": ask.promised_at });
    let rejected: Vec<_> = chosen.rejected.iter().map(|(code, why)| json!({ "code": code, "why": why })).collect();
    Decision::new("carrier", ask.order, carriers::RULE, inputs, chosen.offer.map(words)).rejecting(rejected)
}
