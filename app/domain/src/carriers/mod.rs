//! Carriers: which service an order leaves with, and by when it must be ready. Decides by a small rule: what the order asked for, else
//! what its channel or its site uses, else whoever goes there. Comparing prices is not here, nor is handing over (`floor`).

pub mod departure;

use chrono::{DateTime, NaiveTime, Utc};
use serde::{Deserialize, Serialize};

use crate::ids::{ChannelId, SiteId};
use crate::refusal::Refusal;

/// Version of this rule, as decision receipts cite it.
pub const RULE: &str = "carrier-2";
/// A name on a label.
const NAME_MAX: usize = 40;
/// More countries than there are.
const COUNTRIES_MAX: usize = 260;

/// What a carrier offers, and when it calls at a site for it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct SetService {
    pub site: SiteId,
    /// What an order asks for.
    pub code: String,
    pub carrier: String,
    pub service: String,
    /// ISO 3166-1 alpha-2; none = everywhere.
    pub countries: Vec<String>,
    /// By the site's clock; none = the carrier does not call there.
    pub leaves_at: Option<NaiveTime>,
    /// Orders of this site that ask for nothing leave with it.
    pub usual: bool,
}

/// Which service a channel's orders leave with when they ask for none; empty = the site's.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct SetChannelService {
    pub channel: ChannelId,
    pub service: String,
}

impl SetService {
    pub fn check(&self) -> Result<(), Refusal> {
        let letters = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || matches!(c, '-' | '_');
        if !(2..=30).contains(&self.code.len()) || !self.code.chars().all(letters) {
            return Err(Refusal::invalid("code", "A code has 2 to 30 small letters, digits, - or _."));
        }
        for (field, name, needed) in [("carrier", &self.carrier, true), ("service", &self.service, false)] {
            if needed && name.trim().is_empty() {
                return Err(Refusal::invalid(field, "Name the carrier."));
            }
            if name.chars().count() > NAME_MAX {
                return Err(Refusal::invalid(field, format!("A name on a label has at most {NAME_MAX} characters.")));
            }
        }
        let country = |country: &String| country.len() == 2 && country.chars().all(|c| c.is_ascii_uppercase());
        if self.countries.len() > COUNTRIES_MAX || !self.countries.iter().all(country) {
            return Err(Refusal::invalid("countries", "Countries are two-letter codes such as GB, FR."));
        }
        Ok(())
    }
}

/// A service as it is offered.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Offer {
    pub code: String,
    pub carrier: String,
    pub service: String,
    pub countries: Vec<String>,
}

impl Offer {
    pub fn goes_to(&self, country: &str) -> bool {
        self.countries.is_empty() || self.countries.iter().any(|known| known == country)
    }
}

/// What stands behind an order's choice; empty codes say nothing.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub struct Wish<'w> {
    pub asked: &'w str,
    pub channel: &'w str,
    pub site: &'w str,
    pub country: &'w str,
}

/// Who had the say.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Reason {
    OrderAsked,
    ChannelUses,
    SiteUses,
    /// None of them goes there: the first that does, by code.
    FirstThatGoesThere,
}

/// Why a service is not it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Why {
    NotOffered,
    DoesNotGoThere,
    DoesNotCallHere,
    /// Too little is known of it to be chosen by itself.
    NotKnown,
}

/// What was chosen, and what was looked at before it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Chosen<'o> {
    pub offer: Option<(&'o Offer, Reason)>,
    pub rejected: Vec<(String, Why)>,
}

/// The first of asked, channel's and site's service that goes to the country and whose carrier calls at the site; else the first offer
/// that does. `calls` says which carriers call, `known` of which services enough is known; what the order asked for is a person's word.
pub fn choose<'o>(
    wish: &Wish<'_>,
    offers: &'o [Offer],
    calls: impl Fn(&str) -> bool,
    known: impl Fn(&str) -> bool,
) -> Chosen<'o> {
    let said = [(wish.asked, Reason::OrderAsked), (wish.channel, Reason::ChannelUses), (wish.site, Reason::SiteUses)];
    let said = said.into_iter().filter(|(code, _)| !code.is_empty());
    let any = offers.iter().map(|offer| (offer.code.as_str(), Reason::FirstThatGoesThere));
    let mut rejected: Vec<(String, Why)> = Vec::new();
    for (code, reason) in said.chain(any) {
        if rejected.iter().any(|(before, _)| before == code) {
            continue;
        }
        let why = match offers.iter().find(|offer| offer.code == code) {
            None => Why::NotOffered,
            Some(offer) if !offer.goes_to(wish.country) => Why::DoesNotGoThere,
            Some(offer) if !calls(&offer.carrier) => Why::DoesNotCallHere,
            Some(_) if reason != Reason::OrderAsked && !known(code) => Why::NotKnown,
            Some(offer) => return Chosen { offer: Some((offer, reason)), rejected },
        };
        rejected.push((code.to_owned(), why));
    }
    Chosen { offer: None, rejected }
}

/// The last time the carrier calls within what was promised; when it does not call so soon, the first time after the order was placed.
/// `calls` are in their order.
pub fn ready_by(calls: &[DateTime<Utc>], placed: DateTime<Utc>, promised: DateTime<Utc>) -> Option<DateTime<Utc>> {
    let within = calls.iter().rev().find(|call| (placed..=promised).contains(call));
    within.or_else(|| calls.iter().find(|call| **call >= placed)).copied()
}

/// A service with when its carrier calls at the site that is looked at.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ServiceRow {
    pub offer: Offer,
    pub leaves_at: Option<NaiveTime>,
    pub usual: bool,
}

/// A channel, and what its orders leave with.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ChannelService {
    pub channel: ChannelId,
    pub name: String,
    /// Empty = the site's.
    pub service: String,
}

/// Who calls at a site.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Carriers {
    pub site_code: String,
    pub timezone: String,
    pub services: Vec<ServiceRow>,
    pub channels: Vec<ChannelService>,
}

#[cfg(test)]
mod tests {
    use chrono::TimeDelta;
    use proptest::prelude::*;

    use super::*;

    fn offer(code: &str, carrier: &str, countries: &[&str]) -> Offer {
        let countries = countries.iter().map(|country| (*country).to_owned()).collect();
        Offer { code: code.into(), carrier: carrier.into(), service: "Standard".into(), countries }
    }

    fn offers() -> Vec<Offer> {
        vec![offer("dhl-next", "DHL", &[]), offer("dpd", "DPD", &["GB", "FR"]), offer("rm48", "Royal Mail", &["GB"])]
    }

    /// SHP-1: what the order asked for goes before the channel's, that before the site's; what does not go there is passed over, and
    /// says why.
    #[test]
    fn the_order_then_the_channel_then_the_site_has_the_say() {
        let offers = offers();
        let wish = Wish { asked: "dhl-next", channel: "dpd", site: "rm48", country: "GB" };
        let found = |wish: Wish<'_>| {
            let chosen = choose(&wish, &offers, |_| true, |_| true);
            (chosen.offer.map(|(offer, reason)| (offer.code.clone(), reason)), chosen.rejected)
        };
        let said = |code: &str, reason| Some((code.to_owned(), reason));
        assert_eq!(found(wish).0, said("dhl-next", Reason::OrderAsked));
        assert_eq!(found(Wish { asked: "", ..wish }).0, said("dpd", Reason::ChannelUses));
        assert_eq!(found(Wish { asked: "", channel: "", ..wish }).0, said("rm48", Reason::SiteUses));
        let (chosen, rejected) = found(Wish { asked: "rm48", channel: "pigeon", country: "DE", ..wish });
        assert_eq!(chosen, said("dhl-next", Reason::FirstThatGoesThere));
        assert_eq!(rejected, [("rm48".to_owned(), Why::DoesNotGoThere), ("pigeon".to_owned(), Why::NotOffered)]);
    }

    /// SHP-1: a carrier that does not call at the site takes nothing from it; when nobody does, nobody is chosen.
    #[test]
    fn who_does_not_call_takes_nothing() {
        let (offers, wish) = (offers(), Wish { asked: "dhl-next", channel: "", site: "", country: "GB" });
        let chosen = choose(&wish, &offers, |carrier| carrier != "DHL", |_| true);
        assert_eq!(chosen.offer.map(|(offer, _)| offer.code.as_str()), Some("dpd"));
        assert_eq!(chosen.rejected, [("dhl-next".to_owned(), Why::DoesNotCallHere)]);
        let nobody = choose(&wish, &offers, |_| false, |_| true);
        assert_eq!((nobody.offer, nobody.rejected.len()), (None, 3));
    }

    /// MDM-1: a service of which too little is known is not chosen by itself, but by whoever asks for it.
    #[test]
    fn what_is_not_known_is_not_chosen_by_itself() {
        let (offers, wish) = (offers(), Wish { asked: "", channel: "dpd", site: "", country: "GB" });
        let chosen = choose(&wish, &offers, |_| true, |code| code == "rm48");
        assert_eq!(chosen.offer.map(|(offer, _)| offer.code.as_str()), Some("rm48"));
        assert_eq!(chosen.rejected, [("dpd".to_owned(), Why::NotKnown), ("dhl-next".to_owned(), Why::NotKnown)]);
        let asked = choose(&Wish { asked: "dpd", ..wish }, &offers, |_| true, |_| false);
        assert_eq!(asked.offer.map(|(_, reason)| reason), Some(Reason::OrderAsked));
    }

    /// ORD-7: an order is ready by the last call within what was promised; else by the next one.
    #[test]
    fn an_order_is_ready_by_the_last_call_within_its_promise() {
        let at = |hours| DateTime::UNIX_EPOCH + TimeDelta::hours(hours);
        let calls = [at(17), at(41), at(65)];
        assert_eq!(ready_by(&calls, at(9), at(33)), Some(at(17)));
        assert_eq!(ready_by(&calls, at(9), at(41)), Some(at(41)));
        assert_eq!(ready_by(&calls, at(18), at(20)), Some(at(41)), "sooner than the carrier calls cannot be kept");
        assert_eq!(ready_by(&calls, at(66), at(90)), None);
        assert_eq!(ready_by(&[], at(0), at(90)), None);
    }

    /// SHP-1: what is wrong with a service is named by its field.
    #[test]
    fn what_is_wrong_with_a_service_is_named_by_its_field() {
        let good = SetService {
            site: SiteId::NIL,
            code: "dpd".into(),
            carrier: "DPD".into(),
            service: "Two days".into(),
            countries: vec!["GB".into()],
            leaves_at: None,
            usual: false,
        };
        let field = |service: SetService| service.check().err().and_then(|refusal| refusal.beside().map(str::to_owned));
        assert_eq!(field(good.clone()), None);
        assert_eq!(field(SetService { code: "D".into(), ..good.clone() }).as_deref(), Some("code"));
        assert_eq!(field(SetService { code: "DPD!".into(), ..good.clone() }).as_deref(), Some("code"));
        assert_eq!(field(SetService { carrier: " ".into(), ..good.clone() }).as_deref(), Some("carrier"));
        assert_eq!(field(SetService { service: "x".repeat(41), ..good.clone() }).as_deref(), Some("service"));
        assert_eq!(field(SetService { countries: vec!["gb".into()], ..good }).as_deref(), Some("countries"));
    }

    proptest! {
        /// SHP-1: whoever is chosen goes to the country and calls at the site; nobody is chosen only when nobody does.
        #[test]
        fn whoever_is_chosen_goes_there(
            asked in 0_usize..4, channel in 0_usize..4, site in 0_usize..4, country in 0_usize..3, calling in 0_u8..8
        ) {
            let (offers, codes) = (offers(), ["", "dhl-next", "dpd", "rm48"]);
            let country = ["GB", "FR", "DE"][country];
            let wish = Wish { asked: codes[asked], channel: codes[channel], site: codes[site], country };
            let calls = |carrier: &str| {
                offers.iter().position(|offer| offer.carrier == carrier).is_some_and(|index| calling & (1 << index) != 0)
            };
            match choose(&wish, &offers, calls, |_| true).offer {
                Some((offer, _)) => prop_assert!(offer.goes_to(country) && calls(&offer.carrier)),
                None => prop_assert!(offers.iter().all(|offer| !offer.goes_to(country) || !calls(&offer.carrier))),
            }
        }
    }
}
