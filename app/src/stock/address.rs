//! An address of the stock explorer, as the question it asks: whoever shares it or goes back to it asks the same. Decides nothing of
//! the trade.

use chrono::{DateTime, NaiveDateTime, Utc};
use domain::ids::{SiteId, SkuId};
use domain::stock::State;
use domain::stock::explore::{Clock, Dimension, Explore, ExploreMoves, Moment, Only};
use leptos_router::location::Url;

use crate::door::Said;

/// Everything an address can say.
const PARTS: [&str; 19] = [
    "by", "then", "search", "sku", "category", "place", "zone", "bin", "state", "unit", "owner", "lot", "serial", "at", "clock",
    "value", "reason", "from", "until",
];

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Address {
    path: &'static str,
    parts: Vec<(&'static str, String)>,
    /// The site chosen above, for addresses that name none.
    here: Option<SiteId>,
    page: i64,
}

impl Address {
    /// `get` reads a part; `here` is the site chosen above, unless the address names one.
    pub fn read(path: &'static str, here: Option<SiteId>, get: impl Fn(&str) -> Option<String>) -> Self {
        let part = |name: &'static str| get(name).filter(|value| !value.trim().is_empty()).map(|value| (name, value));
        let parts: Vec<_> = PARTS.into_iter().filter_map(part).collect();
        let page = get("page").and_then(|page| page.parse().ok()).unwrap_or(1_i64).max(1);
        Self { path, parts, here, page }
    }

    /// From a query as it stands in an address.
    #[cfg(feature = "ssr")]
    pub fn of_query(path: &'static str, query: &str) -> Self {
        let pairs: Vec<(&str, String)> =
            query.split('&').filter_map(|pair| pair.split_once('=')).map(|(name, value)| (name, Url::unescape(value))).collect();
        Self::read(path, None, |name| pairs.iter().find(|(known, _)| *known == name).map(|(_, value)| value.clone()))
    }

    pub fn get(&self, name: &str) -> &str {
        self.parts.iter().find(|(known, _)| *known == name).map_or("", |(_, value)| value)
    }

    pub const fn page(&self) -> i64 {
        self.page
    }

    pub fn without(&self, names: &[&str]) -> Self {
        let parts = self.parts.iter().filter(|(name, _)| !names.contains(name)).cloned().collect();
        Self { parts, page: 1, ..*self }
    }

    pub fn with(&self, name: &'static str, value: &str) -> Self {
        let mut changed = self.without(&[name]);
        changed.parts.push((name, value.to_owned()));
        changed
    }

    /// The same narrowing on another page.
    pub fn onto(&self, path: &'static str) -> Self {
        Self { path, ..self.without(&[]) }
    }

    pub fn query(&self) -> String {
        let parts = self.parts.iter().map(|(name, value)| format!("{name}={}", Url::escape(value)));
        parts.collect::<Vec<_>>().join("&")
    }

    pub fn href(&self) -> String {
        let query = self.query();
        if query.is_empty() { self.path.to_owned() } else { format!("{}?{query}", self.path) }
    }

    /// Where the same rows come as a file.
    pub fn csv(&self, door: &str) -> String {
        let whole = match self.here {
            Some(here) if self.get("place").is_empty() => self.with("place", &here.to_string()),
            _ => self.clone(),
        };
        format!("/api/fn/stock/{door}.csv?asked={}", Url::escape(&whole.query()))
    }

    fn dimension(&self, name: &'static str) -> Result<Option<Dimension>, Said> {
        let code = self.get(name);
        if code.is_empty() {
            return Ok(None);
        }
        Dimension::parse(code).map(Some).ok_or_else(|| Said::invalid(name, "Choose a side from the list."))
    }

    fn id<T: From<uuid::Uuid>>(&self, name: &'static str) -> Result<Option<T>, Said> {
        let given = self.get(name);
        if given.is_empty() {
            return Ok(None);
        }
        given.parse::<uuid::Uuid>().map(|id| Some(id.into())).map_err(|_| Said::invalid(name, "This address cannot be read."))
    }

    /// A moment as a date and time field writes it, in UTC.
    fn moment(&self, name: &'static str) -> Result<Option<DateTime<Utc>>, Said> {
        let given = self.get(name);
        if given.is_empty() {
            return Ok(None);
        }
        let read =
            ["%Y-%m-%dT%H:%M", "%Y-%m-%dT%H:%M:%S"].iter().find_map(|form| NaiveDateTime::parse_from_str(given, form).ok());
        let unread = || Said::invalid(name, "Give a date and a time, such as 2026-11-25T10:00.");
        read.map(|at| Some(at.and_utc())).ok_or_else(unread)
    }

    fn only(&self) -> Result<Only, Said> {
        let state = self.get("state");
        let known = || State::parse(state).ok_or_else(|| Said::invalid("state", "Choose a state from the list."));
        Ok(Only {
            search: self.get("search").to_owned(),
            sku: self.id::<SkuId>("sku")?,
            category: self.get("category").to_owned(),
            site: self.id::<SiteId>("place")?.or(self.here),
            zone: self.get("zone").to_owned(),
            bin: self.get("bin").to_owned(),
            state: if state.is_empty() { None } else { Some(known()?) },
            unit: self.get("unit").to_owned(),
            owner: self.get("owner").to_owned(),
            lot: self.get("lot").to_owned(),
            serial: self.get("serial").to_owned(),
        })
    }

    pub fn standing(&self) -> Result<Explore, Said> {
        let clock = Clock::parse(self.get("clock"));
        Ok(Explore {
            only: self.only()?,
            by: self.dimension("by")?,
            then: self.dimension("then")?,
            moment: self.moment("at")?.map(|at| Moment { at, clock }),
            value: !self.get("value").is_empty(),
            page: self.page,
        })
    }

    pub fn moved(&self) -> Result<ExploreMoves, Said> {
        Ok(ExploreMoves {
            only: self.only()?,
            by: self.dimension("by")?,
            then: self.dimension("then")?,
            reason: self.get("reason").to_owned(),
            clock: Clock::parse(self.get("clock")),
            from: self.moment("from")?,
            until: self.moment("until")?,
            page: self.page,
        })
    }
}

/// The part of an address that narrows to a side's value.
pub const fn part_of(dimension: Dimension) -> &'static str {
    match dimension {
        Dimension::Site => "place",
        other => other.code(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(pairs: &[(&str, &str)]) -> Address {
        Address::read("/stock", None, |name| pairs.iter().find(|(known, _)| *known == name).map(|(_, value)| (*value).to_owned()))
    }

    /// INV-1: what an address says is asked, and what it cannot say is named.
    #[test]
    fn an_address_is_a_question() {
        let asked = read(&[("by", "site"), ("then", "state"), ("at", "2026-11-25T10:00"), ("clock", "occurred"), ("page", "3")]);
        let explore = asked.standing().unwrap();
        assert_eq!((explore.by, explore.then, explore.page), (Some(Dimension::Site), Some(Dimension::State), 3));
        let moment = explore.moment.unwrap();
        assert_eq!((moment.clock, moment.at.to_rfc3339().as_str()), (Clock::Occurred, "2026-11-25T10:00:00+00:00"));
        let field = |pair| read(&[pair]).standing().err().and_then(|said| said.field().map(str::to_owned));
        assert_eq!(field(("by", "colour")).as_deref(), Some("by"));
        assert_eq!(field(("at", "noon")).as_deref(), Some("at"));
        assert_eq!(field(("sku", "MUG")).as_deref(), Some("sku"));
        assert_eq!(field(("state", "lost")).as_deref(), Some("state"));
    }

    /// INV-1: an address that is narrowed keeps what it said before, and turns to its first page.
    #[test]
    fn an_address_is_narrowed_and_widened() {
        let asked = read(&[("by", "bin"), ("search", "a b"), ("page", "3")]);
        assert_eq!(asked.with("bin", "X").without(&["by"]).href(), "/stock?search=a%20b&bin=X");
        assert_eq!(asked.without(&["by", "search"]).href(), "/stock");
        let here = SiteId::mint();
        let named = Address::read("/stock", Some(here), |_| None);
        assert_eq!((named.standing().unwrap().only.site, named.href().as_str()), (Some(here), "/stock"));
        // An address within an address: each is written out once more.
        assert!(Url::unescape(&Url::unescape(&named.csv("explore"))).ends_with(&here.to_string()));
    }
}
