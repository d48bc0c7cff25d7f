//! How a figure came to be what it is, and whether it asks for someone: its last values, the day before, its target. Presentation
//! (arrows, colours) is the screens'.

use rust_decimal::Decimal;
use serde::{Deserialize, Serialize};

use super::{Kpi, Sum};

/// How far apart the values of a course are.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Beat {
    /// The last 24 hours and now, an hour apart.
    Hours,
    /// The last 7 days and now, a day apart.
    Days,
}

/// Hours a course shows: a shift. The rest is read for the same hour of the day before.
const HOURS_SHOWN: usize = 12;

/// The last values of a figure, each counted exactly as the figure itself was at that moment.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Course {
    pub kpi: Kpi,
    /// Oldest first; the last one is now.
    pub points: Vec<Decimal>,
    /// The same figure 24 hours ago.
    pub before: Option<Decimal>,
}

/// Which way a figure is good.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Good {
    Up,
    Down,
}

/// Where a figure stands against its target.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Standing {
    OnTarget,
    /// Beyond the target: look at it today.
    Warn,
    /// Far beyond it: somebody goes there now.
    Stop,
}

impl Kpi {
    /// Figures whose past is in the documents. What was waiting or on hand an hour ago is not kept, so those have none.
    pub const fn beat(self) -> Option<Beat> {
        match self {
            Self::PickedPerHour => Some(Beat::Hours),
            Self::ShippedToday | Self::RefundHours | Self::OldestException | Self::RefundsWaiting => Some(Beat::Days),
            Self::OrdersWaiting | Self::WaveProgress | Self::ReturnsOpen | Self::Stock | Self::Backorders => None,
        }
    }

    /// None: more is neither good nor bad.
    pub const fn good(self) -> Option<Good> {
        match self {
            Self::PickedPerHour | Self::ShippedToday | Self::WaveProgress => Some(Good::Up),
            Self::RefundHours | Self::OldestException | Self::RefundsWaiting | Self::Backorders => Some(Good::Down),
            Self::OrdersWaiting | Self::ReturnsOpen | Self::Stock => None,
        }
    }

    /// From which value on a figure misses its target, and from which it asks for someone at once.
    pub const fn target(self) -> Option<(i64, i64)> {
        match self {
            Self::OldestException => Some((24, 72)),
            Self::RefundHours => Some((48, 96)),
            Self::RefundsWaiting => Some((10, 50)),
            _ => None,
        }
    }

    /// Where a value of it stands; none where there is no target.
    pub fn standing(self, value: Decimal) -> Option<Standing> {
        let (warn, stop) = self.target()?;
        Some(match value {
            value if value >= stop.into() => Standing::Stop,
            value if value >= warn.into() => Standing::Warn,
            _ => Standing::OnTarget,
        })
    }
}

impl Course {
    /// From its values, oldest first; where nothing was there to take the middle or the greatest of, it was nothing.
    pub fn of(kpi: Kpi, beat: Beat, values: Vec<Option<Decimal>>) -> Self {
        let rounded = |value: Option<Decimal>| match kpi.sum() {
            Sum::Median | Sum::Greatest => value.unwrap_or_default().round_dp(1),
            Sum::Total | Sum::Done => value.unwrap_or_default(),
        };
        let mut points: Vec<Decimal> = values.into_iter().map(rounded).collect();
        let before = match beat {
            Beat::Hours => points.first().copied(),
            Beat::Days => points.len().checked_sub(2).and_then(|yesterday| points.get(yesterday).copied()),
        };
        if beat == Beat::Hours {
            points.drain(..points.len().saturating_sub(HOURS_SHOWN));
        }
        Self { kpi, points, before }
    }

    /// What came on top since the day before; none where nothing changed or nothing is known.
    pub fn delta(&self) -> Option<Decimal> {
        let delta = self.points.last()? - self.before?;
        (!delta.is_zero()).then_some(delta)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn values(of: &[i64]) -> Vec<Option<Decimal>> {
        of.iter().map(|value| Some(Decimal::from(*value))).collect()
    }

    /// EXC-3: a figure is held against itself a day before: the same hour where it has hours, else yesterday.
    #[test]
    fn a_figure_is_held_against_the_day_before() {
        let hours: Vec<i64> = (0..25).collect();
        let picked = Course::of(Kpi::PickedPerHour, Beat::Hours, values(&hours));
        assert_eq!((picked.points.len(), picked.before), (HOURS_SHOWN, Some(Decimal::ZERO)));
        assert_eq!(picked.delta(), Some(Decimal::from(24)));
        let shipped = Course::of(Kpi::ShippedToday, Beat::Days, values(&[1, 1, 1, 1, 1, 1, 9, 4]));
        assert_eq!(shipped.delta(), Some(Decimal::from(-5)));
        assert_eq!(Course::of(Kpi::ShippedToday, Beat::Days, values(&[3, 3])).delta(), None);
        assert_eq!(Course::of(Kpi::ShippedToday, Beat::Days, values(&[3])).before, None);
    }

    /// EXC-3: a target is met, missed, or missed so far that somebody goes there now.
    #[test]
    fn a_figure_stands_against_its_target() {
        let stands = |value: i64| Kpi::RefundHours.standing(value.into());
        assert_eq!(stands(47), Some(Standing::OnTarget));
        assert_eq!((stands(48), stands(96)), (Some(Standing::Warn), Some(Standing::Stop)));
        assert_eq!(Kpi::Stock.standing(Decimal::ONE), None);
    }
}
