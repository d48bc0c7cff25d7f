//! Dates and times as people read them. Decides no zone: what is given is said. Put together here because chrono's pattern language,
//! with its tables, would be a tenth of the code a tablet fetches first.

use chrono::{Datelike, Timelike};

const MONTHS: [&str; 12] =
    ["January", "February", "March", "April", "May", "June", "July", "August", "September", "October", "November", "December"];
const WEEKDAYS: [&str; 7] = ["Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"];

/// `3 Dec 2026`.
pub fn day(at: &impl Datelike) -> String {
    format!("{} {}", day_of_year(at), at.year())
}

/// `3 Dec`.
pub fn day_of_year(at: &impl Datelike) -> String {
    let month = month(at);
    format!("{} {}", at.day(), month.get(..3).unwrap_or(month))
}

/// `3 December 2026`.
pub fn long_day(at: &impl Datelike) -> String {
    format!("{} {} {}", at.day(), month(at), at.year())
}

/// `Thursday, 3 December 2026`.
pub fn weekday(at: &impl Datelike) -> String {
    let weekday = WEEKDAYS.into_iter().nth(at.weekday().num_days_from_monday() as usize).unwrap_or_default();
    format!("{weekday}, {}", long_day(at))
}

/// `08:05`.
pub fn time(at: &impl Timelike) -> String {
    format!("{:02}:{:02}", at.hour(), at.minute())
}

/// `08:05:09`.
pub fn time_to_the_second(at: &impl Timelike) -> String {
    format!("{}:{:02}", time(at), at.second())
}

fn month(at: &impl Datelike) -> &'static str {
    // A month's number from 0 is below 12.
    MONTHS.into_iter().nth(at.month0() as usize).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use chrono::NaiveDate;
    use proptest::prelude::*;

    use super::*;

    proptest! {
        /// chrono's own patterns are the judge.
        #[test]
        fn dates_are_said_as_chrono_would_say_them(days in 0_i64..60_000, seconds in 0_i64..86_400) {
            let at = NaiveDate::from_ymd_opt(1950, 1, 1).unwrap().and_hms_opt(0, 0, 0).unwrap()
                + chrono::Duration::days(days) + chrono::Duration::seconds(seconds);
            prop_assert_eq!(day(&at), at.format("%-d %b %Y").to_string());
            prop_assert_eq!(day_of_year(&at), at.format("%-d %b").to_string());
            prop_assert_eq!(long_day(&at), at.format("%-d %B %Y").to_string());
            prop_assert_eq!(weekday(&at), at.format("%A, %-d %B %Y").to_string());
            prop_assert_eq!(time(&at), at.format("%H:%M").to_string());
            prop_assert_eq!(time_to_the_second(&at), at.format("%H:%M:%S").to_string());
        }
    }
}
