//! The steps of walks that return to where they began, on two and three blocks, written out state by state.
//!
//! What [`super::states`] enumerates, with every place known when this is compiled: half the work of looking each up. The tests
//! compare them, and print what belongs into [`two`] and [`three`] when they differ. Decides nothing.

/// How many states there are for two blocks, and for three.
pub const TWO: usize = 24;
pub const THREE: usize = 112;

/// Each pair, in order: the second state may take over the length of the first.
macro_rules! relax {
    ($of:ident: $($from:literal $to:literal)*) => {
        $( $of[$to] = $of[$from].min($of[$to]); )*
    };
}

/// All these states pay more.
macro_rules! pay {
    ($of:ident, $price:ident: $($state:literal)*) => {
        $( $of[$state] += $price; )*
    };
}

/// None of these states can be from here on.
macro_rules! bar {
    ($of:ident: $($state:literal)*) => {
        $( $of[$state] = $crate::waves::route::advance::FAR; )*
    };
}

/// Each pair of states with both ends in one component, of which walking through makes one of the other; behind each, the states
/// that walking through joins to it.
macro_rules! swap {
    ($of:ident, $prices:ident: $($one:literal [$($to_one:literal)*] $other:literal [$($to_other:literal)*])*) => {
        $(
            let (one, other) = ($of[$one], $of[$other]);
            $of[$one] = one.min(other$(.min($of[$to_one]))* + $prices.through)$(.min($of[$to_other] + $prices.twice))*;
            $of[$other] = other.min(one$(.min($of[$to_other]))* + $prices.through)$(.min($of[$to_one] + $prices.twice))*;
        )*
    };
}

pub mod three;
pub mod two;

#[cfg(test)]
#[path = "written_tests.rs"]
mod tests;
