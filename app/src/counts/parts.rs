//! What screens of counts share: the filter of an address, chips, words of a frequency.

use domain::counts::{ACCURACY_DAYS, Class, CountFilter, Show, Status};
use domain::ids::SiteId;
use leptos::prelude::*;

use crate::ui::{Chip, Tone};

/// What a list of counts can show: a word in the address, and its name. The rest are statuses.
pub(super) const SHOWN: [(&str, &str); 6] = [
    ("", "Today"),
    ("open", "To count"),
    ("recount", "To recount"),
    ("approval", "To approve"),
    ("done", "Done"),
    ("off", "Were off"),
];

/// Counts of no class, in an address.
const UNCLASSED: &str = "none";

pub(super) fn class_code(class: Option<Class>) -> &'static str {
    class.map_or(UNCLASSED, Class::code)
}

/// The filter an address says. What cannot be read is left out.
pub(super) fn filter(site: &str, show: &str, class: &str, every: &str, page: i64) -> CountFilter {
    let status = Status::parse(show).filter(|status| *status != Status::Done);
    let shown = match show {
        "done" => Show::Done,
        "off" => Show::Off,
        _ if status.is_none() => Show::Today,
        _ => Show::All,
    };
    CountFilter {
        site: site.parse().ok().map(SiteId),
        show: shown,
        status,
        class: Class::parse(class),
        unclassed: class == UNCLASSED,
        every_days: every.parse().ok(),
        days: matches!(shown, Show::Done | Show::Off).then_some(ACCURACY_DAYS),
        page: page.max(1),
    }
}

pub(super) fn status_chip(status: Status) -> AnyView {
    let tone = match status {
        Status::Open => Tone::Plain,
        Status::Counting => Tone::Accent,
        Status::Recount => Tone::Warn,
        Status::Approval => Tone::Stop,
        Status::Done => Tone::Ok,
    };
    view! { <Chip text=status.words() tone /> }.into_any()
}

/// `every 30 days`, or what was asked for.
pub(super) fn often(every_days: i32) -> String {
    match every_days {
        0 => "When asked for".to_owned(),
        1 => "Every day".to_owned(),
        days => format!("Every {days} days"),
    }
}

pub(super) fn class_words(class: Option<Class>) -> &'static str {
    class.map_or("–", Class::words)
}

/// `98.5 %`.
pub(super) fn percent(permille: Option<i64>) -> String {
    permille.map_or_else(|| "–".to_owned(), |permille| format!("{}.{} %", permille / 10, permille % 10))
}

/// More or fewer, with its sign.
pub(super) fn signed(units: i64) -> String {
    match units {
        0 => "0".to_owned(),
        more if more > 0 => format!("+{}", crate::ui::grouped(more)),
        fewer => crate::ui::grouped(fewer),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// INV-5: an address leads to the counts it names, and a strange one to today's.
    #[test]
    fn an_address_reads_as_a_filter() {
        let today = filter("", "", "", "", 0);
        assert_eq!(today, CountFilter { show: Show::Today, page: 1, ..CountFilter::default() });
        assert_eq!(filter("x", "nothing", "z", "often", -3), today);
        let off = filter("", "off", "a", "30", 2);
        assert!(off.show == Show::Off && off.status.is_none());
        assert_eq!((off.class, off.every_days, off.days), (Some(Class::A), Some(30), Some(ACCURACY_DAYS)));
        assert!(filter("", "done", class_code(None), "0", 1).unclassed);
        assert_eq!(filter("", "recount", "", "", 1).status, Some(Status::Recount));
        assert!(SHOWN.iter().all(|(show, _)| show.is_empty() || *show == "off" || Status::parse(show).is_some()));
    }

    #[test]
    fn figures_are_written_as_people_read_them() {
        assert_eq!((often(0), often(1), often(30)), ("When asked for".into(), "Every day".into(), "Every 30 days".into()));
        assert_eq!((percent(Some(985)), percent(None)), ("98.5 %".into(), "–".into()));
        assert_eq!((signed(3), signed(-1200), signed(0)), ("+3".into(), "−1,200".into(), "0".into()));
    }
}
