//! What a channel is told can be sold: what can be promised, less the buffer that is kept from it. Orders that came are served from
//! all there is; only the telling is careful.

use serde::{Deserialize, Serialize};

use super::StockRefusal;
use crate::ids::SkuId;
use crate::quantity::{QUANTITY_MAX, QuantityOutOfRange};

/// Keep units from what a channel is told, of one SKU or of each; none takes the number away.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct SetChannelBuffer {
    /// Its code.
    pub channel: String,
    pub sku: Option<SkuId>,
    pub units: Option<i32>,
}

impl SetChannelBuffer {
    pub fn check(&self) -> Result<(), QuantityOutOfRange> {
        let given = i64::from(self.units.unwrap_or(0));
        if (0..=i64::from(QUANTITY_MAX)).contains(&given) { Ok(()) } else { Err(QuantityOutOfRange { given }) }
    }
}

/// The same as it is typed: a SKU by code or barcode, or none.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct TypedBuffer {
    pub channel: String,
    pub sku_code: String,
    pub units: Option<i32>,
}

/// What is kept from a channel.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct BufferRow {
    pub channel: String,
    pub channel_name: String,
    /// None: each SKU that has no number of its own.
    pub sku_code: Option<String>,
    /// None: the channel has no number yet.
    pub units: Option<i32>,
}

/// Takes the buffer from the sites that are preferred least, so that all sites together say what can be told.
pub fn less_buffer(promises: &mut [i32], buffer: i32) {
    let mut left = buffer.max(0);
    for units in promises.iter_mut().rev() {
        let kept = left.min((*units).max(0));
        *units -= kept;
        left -= kept;
    }
}

/// There is no such channel.
pub fn unknown(code: &str) -> StockRefusal {
    StockRefusal::UnknownChannel { code: code.trim().to_owned() }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    /// PLN-3: the site preferred least gives the buffer first; none says less than nothing.
    #[test]
    fn the_buffer_is_kept_where_it_is_missed_least() {
        let mut promises = [5, 3];
        less_buffer(&mut promises, 4);
        assert_eq!(promises, [4, 0]);
        less_buffer(&mut promises, 99);
        assert_eq!(promises, [0, 0]);
        let set = |units| SetChannelBuffer { channel: "web".into(), sku: None, units }.check();
        assert_eq!((set(Some(0)), set(None)), (Ok(()), Ok(())));
        assert!(set(Some(-1)).is_err() && set(Some(QUANTITY_MAX + 1)).is_err());
    }

    proptest! {
        /// PLN-3: all sites together say what can be promised less the buffer, never below zero.
        #[test]
        fn all_sites_say_what_is_left(promises in prop::collection::vec(0..50_i32, 0..6), buffer in 0..120_i32) {
            let mut told = promises.clone();
            less_buffer(&mut told, buffer);
            prop_assert_eq!(told.iter().sum::<i32>(), (promises.iter().sum::<i32>() - buffer).max(0));
            prop_assert!(told.iter().zip(&promises).all(|(told, before)| *told >= 0 && told <= before));
        }
    }
}
