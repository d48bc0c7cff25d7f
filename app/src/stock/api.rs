//! Server functions of stock.

use domain::ids::{CommandId, SkuId};
use domain::stock::{HoldUnits, SkuStock, StockPage};
use leptos::prelude::*;
use leptos::server_fn::codec::{GetUrl, StreamingText, TextStream};

use crate::ask::Ask;
use crate::door::Said;

#[server(endpoint = "stock/inventory", prefix = "/api/fn", protocol = Ask)]
pub async fn read_inventory(search: String, state: String, page: i64) -> Result<StockPage, Said> {
    use crate::door::{answer, caller, db};
    answer(db().inventory(&caller()?, &search, &state, page).await)
}

#[server(endpoint = "stock/sku", prefix = "/api/fn", protocol = Ask)]
pub async fn read_sku(sku: SkuId) -> Result<SkuStock, Said> {
    use crate::door::{answer, caller, db, now};
    answer(db().sku_stock(&caller()?, sku, now()).await)
}

#[server(endpoint = "stock/hold", prefix = "/api/fn", protocol = Ask)]
pub async fn send_hold(id: CommandId, command: HoldUnits) -> Result<(), Said> {
    use crate::door::{answer, caller, db, now};
    answer(db().run(&caller()?, id, now(), &command).await)
}

/// The inventory as a file: the same rows, all pages.
#[server(endpoint = "stock/inventory.csv", prefix = "/api/fn", input = GetUrl, output = StreamingText)]
pub async fn inventory_csv(
    #[server(default)] search: String,
    #[server(default)] state: String,
) -> Result<TextStream<Said>, Said> {
    use crate::csv::{Csv, ROWS_MAX};
    use crate::door::{answer, caller, db};
    let caller = caller()?;
    let mut csv = Csv::new(&[
        "sku",
        "name",
        "variant",
        "category",
        "on_hand",
        "available",
        "allocated",
        "reserved",
        "held",
        "quarantined",
        "damaged",
        "returned",
        "in_transit",
    ]);
    let (mut page, mut written) = (0, 0);
    loop {
        let rows = answer(db().inventory(&caller, &search, &state, page).await)?.rows;
        for row in &rows {
            let counts = [
                row.on_hand,
                row.available,
                row.allocated,
                row.reserved,
                row.held,
                row.quarantined,
                row.damaged,
                row.returned,
                row.in_transit,
            ];
            let mut cells = vec![row.code.clone(), row.name.clone(), row.variant.clone(), row.category.clone()];
            cells.extend(counts.iter().map(ToString::to_string));
            csv.row(&cells);
        }
        written += rows.len();
        page += 1;
        if rows.is_empty() || written >= ROWS_MAX {
            return Ok(csv.download("inventory"));
        }
    }
}
