//! A small generator of numbers that look random: the same seed gives the same numbers on every machine, in the browser too.
//!
//! `SplitMix64` (Steele, Lea & Flood 2014, OOPSLA). Not for secrets.

#[derive(Debug, Clone)]
pub struct Rng(u64);

impl Rng {
    pub const fn new(seed: u64) -> Self {
        Self(seed)
    }

    pub const fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mut mixed = self.0;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        mixed ^ (mixed >> 31)
    }

    /// Evenly from 0 to below `bound`; 0 when there is nothing to choose from.
    pub fn below(&mut self, bound: usize) -> usize {
        let wide = (u128::from(self.next()) * (bound as u128)) >> 64;
        usize::try_from(wide).unwrap_or(0)
    }

    /// Exponentially distributed, mean 1: −ln of an even number, in thousandths. By a series of our own, because the platform's
    /// logarithm differs in its last digit from one machine to the next.
    pub fn exponential_milli(&mut self) -> i64 {
        let bits = self.next() | 1;
        let halvings = i64::from(bits.leading_zeros());
        let mantissa = (bits << bits.leading_zeros()) >> 32;
        let times = |a: i64, b: i64| (a * b) >> 20;
        // The mantissa lies in [½, 1) of 2³²: −ln(m) = 2·artanh((1 − m)/(1 + m)).
        let whole = 1_u64 << 32;
        let ratio = i64::try_from(((whole - mantissa) << 20) / (whole + mantissa)).unwrap_or(0);
        let cube = times(times(ratio, ratio), ratio);
        let fifth = times(times(cube, ratio), ratio);
        let log = 2 * (ratio + cube / 3 + fifth / 5);
        halvings * 693 + times(log, 1_000)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_exponential_has_mean_one() {
        let mut rng = Rng::new(7);
        let sum: i64 = (0..100_000).map(|_| rng.exponential_milli()).sum();
        assert!((98_000_000..102_000_000).contains(&sum), "{sum}");
    }

    #[test]
    fn the_same_seed_gives_the_same_numbers() {
        let draw = || {
            let mut rng = Rng::new(42);
            (0..5).map(|_| rng.below(1_000)).collect::<Vec<_>>()
        };
        assert_eq!(draw(), draw());
        assert!(draw().iter().all(|n| *n < 1_000));
        assert_eq!(Rng::new(1).below(0), 0);
    }
}
