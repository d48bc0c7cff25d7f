use super::super::budget::Steps;
use super::super::prices::prices;
use super::*;

fn columns() -> Vec<Column> {
    // Three pairs cost 5 each and all six together 14; alone everybody costs 4.
    let pair = |a, b| Column { orders: vec![a, b], length: 5 };
    let mut columns: Vec<Column> = (0..6).map(|order| Column { orders: vec![order], length: 4 }).collect();
    columns.extend([pair(0, 1), pair(2, 3), pair(4, 5), pair(1, 2)]);
    columns.push(Column { orders: (0..6).collect(), length: 14 });
    columns
}

/// PCK-4: no cart's worth is priced above its length, so the prices together are a bound.
#[test]
fn prices_overprice_nothing() {
    let mut budget = Steps(1_000_000);
    let prices = prices(&[4; 6], &columns(), &mut Meter::new(&mut budget)).expect("it has time");
    assert!(columns().iter().all(|column| prices.over(&column.orders, column.length) >= 0));
    assert!((12..=14).contains(&prices.sum), "{prices:?}");
}

/// PCK-4: the cheapest way of putting everybody together is found, and known to be it.
#[test]
fn the_cheapest_partition_is_found() {
    let mut budget = Steps(1_000_000);
    let columns = columns();
    let mut meter = Meter::new(&mut budget);
    let prices = prices(&[4; 6], &columns, &mut meter).expect("it has time");
    let found = partition(&columns, &prices, (24, 1), 10_000, &mut meter);
    assert_eq!((found.chosen, found.length, found.finished), (Some(vec![10]), 14, true));
    let nothing_shorter = partition(&columns, &prices, (14, 1), 10_000, &mut meter);
    assert_eq!((nothing_shorter.chosen, nothing_shorter.finished), (None, true));
}

/// PCK-4: a search cut short claims nothing.
#[test]
fn a_search_cut_short_is_not_finished() {
    let mut budget = Steps(1_000_000);
    let columns = columns();
    let mut meter = Meter::new(&mut budget);
    let prices = prices(&[4; 6], &columns, &mut meter).expect("it has time");
    assert!(!partition(&columns, &prices, (24, 1), 1, &mut meter).finished);
}
