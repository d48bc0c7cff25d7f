//! Server functions of the stock explorer.

use domain::stock::explore::{Explore, ExploreMoves, Explored, ExploredMoves};
use leptos::prelude::*;
use leptos::server_fn::codec::{GetUrl, StreamingText, TextStream};

use crate::ask::Ask;
use crate::door::Said;

#[server(endpoint = "stock/explore", prefix = "/api/fn", protocol = Ask)]
pub async fn read_standing(asked: Explore) -> Result<Explored, Said> {
    use crate::door::{answer, caller, db, now};
    answer(db().explore(&caller()?, &asked, now()).await)
}

#[server(endpoint = "stock/movements", prefix = "/api/fn", protocol = Ask)]
pub async fn read_moved(asked: ExploreMoves) -> Result<ExploredMoves, Said> {
    use crate::door::{answer, caller, db, now};
    answer(db().explore_moves(&caller()?, &asked, now()).await)
}

/// The explorer's rows as a file, all pages; `asked` is the page's own query.
#[server(endpoint = "stock/explore.csv", prefix = "/api/fn", input = GetUrl, output = StreamingText)]
pub async fn standing_csv(#[server(default)] asked: String) -> Result<TextStream<Said>, Said> {
    use domain::stock::explore::Dimension;

    use super::address::Address;
    use crate::csv::{Csv, ROWS_MAX};
    use crate::door::{answer, caller, db, now};
    let caller = caller()?;
    let mut asked = Address::of_query("/stock", &asked).standing()?;
    asked.page = 1;
    let by: Vec<&str> = asked.by.into_iter().chain(asked.then).map(Dimension::code).collect();
    let mut head = by.clone();
    if by.is_empty() {
        head.extend(["sku", "name", "site", "zone", "bin", "unit", "owner", "lot", "serial", "state"]);
    }
    head.extend(["on_hand", "allocated", "value"]);
    let mut csv = Csv::new(&head);
    let mut written = 0;
    loop {
        let found = answer(db().explore(&caller, &asked, now()).await)?;
        let rows = found.groups.len() + found.balances.len();
        let cost = |value: Option<rust_decimal::Decimal>| value.map(|value| value.to_string()).unwrap_or_default();
        for group in found.groups {
            let mut cells: Vec<String> = group.keys.into_iter().map(|key| key.code).collect();
            cells.extend([group.on_hand.to_string(), group.allocated.to_string(), cost(group.value)]);
            csv.row(&cells);
        }
        for b in found.balances {
            let state = b.state.code().to_owned();
            let (on_hand, allocated) = (b.on_hand.to_string(), b.allocated.to_string());
            csv.row(&[
                b.sku_code,
                b.sku_name,
                b.site_code,
                b.zone_code,
                b.bin_code,
                b.unit_code,
                b.owner,
                b.lot_code,
                b.serial_code,
                state,
                on_hand,
                allocated,
                cost(b.value),
            ]);
        }
        written += rows;
        asked.page += 1;
        if rows == 0 || written >= ROWS_MAX {
            return Ok(csv.download("stock"));
        }
    }
}

/// What moved as a file, all pages.
#[server(endpoint = "stock/movements.csv", prefix = "/api/fn", input = GetUrl, output = StreamingText)]
pub async fn moved_csv(#[server(default)] asked: String) -> Result<TextStream<Said>, Said> {
    use domain::stock::explore::Dimension;

    use super::address::Address;
    use crate::csv::{Csv, ROWS_MAX};
    use crate::door::{answer, caller, db, now};
    let (caller, now) = (caller()?, now());
    let mut asked = Address::of_query("/stock/movements", &asked).moved()?;
    asked.page = 1;
    let mut head: Vec<&str> = asked.by.into_iter().chain(asked.then).map(Dimension::code).collect();
    if head.is_empty() {
        head.extend([
            "occurred_at",
            "recorded_at",
            "reason",
            "sku",
            "units",
            "from_site",
            "from",
            "from_state",
            "to_site",
            "to",
            "to_state",
        ]);
    } else {
        head.extend(["movements", "units", "came_in", "left"]);
    }
    let mut csv = Csv::new(&head);
    let mut written = 0;
    loop {
        let found = answer(db().explore_moves(&caller, &asked, now).await)?;
        let rows = found.groups.len() + found.moves.len();
        for group in found.groups {
            let mut cells: Vec<String> = group.keys.into_iter().map(|key| key.code).collect();
            cells.extend([group.movements, group.units, group.came, group.left].map(|count| count.to_string()));
            csv.row(&cells);
        }
        for m in found.moves {
            let (from_state, to_state) = (m.from_state.code().to_owned(), m.to_state.code().to_owned());
            let times = [m.occurred_at.to_rfc3339(), m.recorded_at.to_rfc3339()];
            let mut cells: Vec<String> = times.into();
            cells.extend([
                m.reason,
                m.sku_code,
                m.quantity.to_string(),
                m.from_site,
                m.from,
                from_state,
                m.to_site,
                m.to,
                to_state,
            ]);
            csv.row(&cells);
        }
        written += rows;
        asked.page += 1;
        if rows == 0 || written >= ROWS_MAX {
            return Ok(csv.download("movements"));
        }
    }
}
