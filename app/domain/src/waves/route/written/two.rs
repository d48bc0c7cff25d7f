//! Two blocks: see [`super`].

use super::super::advance::Prices;
use super::TWO as STATES;

pub fn touch(of: &mut [i64; STATES]) {
    relax! { of:
        0 1  2 7  3 8  5 9  10 19  14 20  0 2  1 7  3 10  6 17  8 19  18 23  0 3  1 8  2 10  4 11  7 19  12 21
    }
}

pub fn leave(of: &mut [i64; STATES]) {
    relax! { of:
        12 2  15 5  18 3  21 10  22 14  23 10  12 1  13 6  14 3  20 8  21 8  22 18  14 2  16 4  18 1  20 7  22 12  23 7
    }
}

pub fn along(of: &mut [i64; STATES], block: usize, prices: &Prices) {
    match block {
        0 => front(of, prices),
        _ => back(of, prices),
    }
}

fn front(of: &mut [i64; STATES], prices: &Prices) {
    if let Some([front, back]) = prices.ends {
        pay! { of, front: 1 6 8 18 }
        pay! { of, back: 2 5 10 14 }
        bar! { of: 0 3 }
    }
    swap! { of, prices:
        4 [7] 12 []  11 [19] 21 []  13 [9] 15 [17]  16 [20 23] 22 []
    }
}

fn back(of: &mut [i64; STATES], prices: &Prices) {
    if let Some([front, back]) = prices.ends {
        pay! { of, front: 2 4 7 12 }
        pay! { of, back: 3 6 8 18 }
        bar! { of: 0 1 }
    }
    swap! { of, prices:
        5 [10] 14 []  9 [19] 20 []  13 [11] 16 [17]  15 [21 23] 22 []
    }
}
