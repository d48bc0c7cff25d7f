//! What an order takes up, and what a cart has room for: volume, weight and totes. Decides whether a load fits; nothing about walks.

use serde::{Deserialize, Serialize};

/// What goods take up, in whole numbers.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Load {
    pub volume_ml: i64,
    pub weight_g: i64,
    /// Places on the cart: one order may need several totes.
    pub totes: i64,
}

impl Load {
    #[must_use]
    pub const fn plus(self, other: Self) -> Self {
        Self {
            volume_ml: self.volume_ml.saturating_add(other.volume_ml),
            weight_g: self.weight_g.saturating_add(other.weight_g),
            totes: self.totes.saturating_add(other.totes),
        }
    }

    #[must_use]
    pub const fn minus(self, other: Self) -> Self {
        Self {
            volume_ml: self.volume_ml.saturating_sub(other.volume_ml),
            weight_g: self.weight_g.saturating_sub(other.weight_g),
            totes: self.totes.saturating_sub(other.totes),
        }
    }

    /// Whether a cart of this room takes it.
    pub const fn within(self, room: Self) -> bool {
        self.volume_ml <= room.volume_ml && self.weight_g <= room.weight_g && self.totes <= room.totes
    }

    /// Volume, weight, totes: for bounds that look at one of them at a time.
    pub const fn parts(self) -> [i64; 3] {
        [self.volume_ml, self.weight_g, self.totes]
    }
}

/// The kinds of cart a wave may use, each as often as wanted.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Rooms(Vec<Load>);

impl Rooms {
    pub fn new(rooms: Vec<Load>) -> Self {
        Self(rooms)
    }

    /// Limited by totes alone: a cluster cart.
    pub fn totes(totes: i64) -> Self {
        Self(vec![Load { volume_ml: i64::MAX, weight_g: i64::MAX, totes }])
    }

    pub fn fit(&self, load: Load) -> bool {
        self.0.iter().any(|room| load.within(*room))
    }

    pub fn each(&self) -> &[Load] {
        &self.0
    }

    /// The most any cart holds, in each of volume, weight and totes.
    pub fn most(&self) -> Load {
        let most = |part: fn(&Load) -> i64| self.0.iter().map(part).max().unwrap_or(0);
        Load { volume_ml: most(|r| r.volume_ml), weight_g: most(|r| r.weight_g), totes: most(|r| r.totes) }
    }
}
