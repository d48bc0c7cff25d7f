//! What is written out against what is enumerated.

use proptest::prelude::*;

use super::*;
use crate::waves::route::advance::{FAR, Lengths, Prices};
use crate::waves::route::states::{Block, Pairs, Tables, tables};

fn relaxed(pairs: &Pairs) -> String {
    pairs.list.iter().map(|pair| format!("{} {}", pair.from, pair.to)).collect::<Vec<_>>().join("  ")
}

fn states(list: &[u16]) -> String {
    list.iter().map(u16::to_string).collect::<Vec<_>>().join(" ")
}

fn block(block: &Block) -> String {
    let joined = |to: u16| states(&block.joins.leading_to(to).iter().map(|pair| pair.from).collect::<Vec<_>>());
    let pair = |&(one, other): &(u16, u16)| format!("{one} [{}] {other} [{}]", joined(one), joined(other));
    let swaps: Vec<String> = block.swaps.iter().map(pair).collect();
    let Block { front, back, neither, .. } = block;
    format!("front: {}\nback: {}\nbar: {}\nswap: {}\n", states(front), states(back), states(neither), swaps.join("  "))
}

/// All that belongs into a file here.
fn text(tables: &Tables) -> String {
    let blocks = tables.blocks.iter().map(block).collect::<String>();
    format!("touch: {}\nleave: {}\n{blocks}", relaxed(&tables.touch), relaxed(&tables.leave))
}

/// The same lengths, by the tables and as written out.
fn same(blocks: usize, lengths: &[i64], prices: &Prices) -> Result<(), TestCaseError> {
    let tables = tables(blocks, true);
    let mut of = [FAR; 128];
    of[..tables.codes.len()].copy_from_slice(&lengths[..tables.codes.len()]);
    let begin = Lengths { of, all: 0 };
    let compared = |by_tables: Lengths<128>, written: Lengths<128>, step: &str| {
        // Farther than any walk is far enough.
        let known = |lengths: Lengths<128>| lengths.of.map(|length| length.min(FAR / 2));
        prop_assert!(known(by_tables) == known(written), "{step} of {blocks} blocks; written out it is\n{}", text(tables));
        Ok(())
    };
    let (mut plain, mut written) = (begin, begin);
    plain.relax(&tables.touch);
    written.touch(tables);
    compared(plain, written, "touch")?;
    let (mut plain, mut written) = (begin, begin);
    plain.relax(&tables.leave);
    written.leave(tables);
    compared(plain, written, "leave")?;
    for block in 0..blocks {
        let (mut plain, mut written) = (begin, begin);
        plain.along_block(&tables.blocks[block], prices);
        written.along(tables, block, prices);
        compared(plain, written, "along")?;
    }
    Ok(())
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(200))]

    /// PCK-5: the steps written out are those that are enumerated, for any lengths and prices.
    #[test]
    fn steps_written_out_are_those_enumerated(
        lengths in prop::collection::vec(prop_oneof![0..1_000_i64, Just(FAR)], THREE), picks: bool,
        (ends, through, twice) in ((0..100_i64, 0..100_i64), -50..100_i64, 0..200_i64)
    ) {
        let prices = Prices { all: 0, ends: picks.then_some([ends.0, ends.1]), through, twice };
        same(2, &lengths, &prices)?;
        same(3, &lengths, &prices)?;
    }
}
