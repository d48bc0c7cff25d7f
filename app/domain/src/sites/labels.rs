//! Sheets that labels are printed on: pages, and where each label stands. How it is printed is not decided here.

use serde::{Deserialize, Serialize};

/// Labels of one file: a few minutes of printing.
pub const LABELS_MAX: i64 = 5_000;

/// A sheet people can buy.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Sheet {
    /// 21 labels of 63.5 × 38.1 mm.
    #[default]
    A4,
    /// 30 labels of 2 ⅝ × 1 in.
    Letter,
    /// One label a page, 4 × 6 in, as label printers have it.
    FourBySix,
}

/// A page in hundredths of a millimetre, from its upper left corner.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Measures {
    pub page: (i32, i32),
    /// Where the first label begins.
    pub first: (i32, i32),
    /// From one label to the next, to the right and down.
    pub pitch: (i32, i32),
    pub label: (i32, i32),
    pub columns: usize,
    pub rows: usize,
}

impl Sheet {
    pub const ALL: [Self; 3] = [Self::A4, Self::Letter, Self::FourBySix];

    pub const fn code(self) -> &'static str {
        match self {
            Self::A4 => "a4",
            Self::Letter => "letter",
            Self::FourBySix => "four_by_six",
        }
    }

    pub const fn words(self) -> &'static str {
        match self {
            Self::A4 => "A4, 21 labels of 63.5 × 38.1 mm",
            Self::Letter => "Letter, 30 labels of 2 ⅝ × 1 in",
            Self::FourBySix => "4 × 6 in, one a page",
        }
    }

    pub fn parse(code: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|sheet| sheet.code() == code)
    }

    pub const fn measures(self) -> Measures {
        match self {
            Self::A4 => Measures {
                page: (21_000, 29_700),
                first: (725, 1_515),
                pitch: (6_600, 3_810),
                label: (6_350, 3_810),
                columns: 3,
                rows: 7,
            },
            Self::Letter => Measures {
                page: (21_590, 27_940),
                first: (476, 1_270),
                pitch: (6_985, 2_540),
                label: (6_668, 2_540),
                columns: 3,
                rows: 10,
            },
            Self::FourBySix => Measures {
                page: (10_160, 15_240),
                first: (0, 0),
                pitch: (10_160, 15_240),
                label: (10_160, 15_240),
                columns: 1,
                rows: 1,
            },
        }
    }
}

impl Measures {
    pub const fn per_page(&self) -> usize {
        self.columns * self.rows
    }

    /// The upper left corner of a page's nth label: row by row.
    pub fn corner(&self, nth: usize) -> (i32, i32) {
        let at = |n: usize| i32::try_from(n).unwrap_or_default();
        let (column, row) = (at(nth % self.columns), at(nth / self.columns % self.rows));
        (self.first.0 + column * self.pitch.0, self.first.1 + row * self.pitch.1)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn labels_lie_on_their_page_and_never_on_each_other() {
        for sheet in Sheet::ALL {
            assert_eq!(Sheet::parse(sheet.code()), Some(sheet));
            let measures = sheet.measures();
            assert!(measures.pitch.0 >= measures.label.0 && measures.pitch.1 >= measures.label.1, "{sheet:?}");
            for nth in 0..measures.per_page() {
                let (x, y) = measures.corner(nth);
                assert!(x >= 0 && x + measures.label.0 <= measures.page.0, "{sheet:?} {nth}");
                assert!(y >= 0 && y + measures.label.1 <= measures.page.1, "{sheet:?} {nth}");
            }
            assert_eq!(measures.corner(measures.per_page()), measures.first, "the next page begins anew");
        }
        assert_eq!(Sheet::A4.measures().per_page(), 21);
        assert_eq!(Sheet::parse("a5"), None);
    }
}
