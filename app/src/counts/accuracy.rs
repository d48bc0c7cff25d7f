//! How right the books are: bins as the ledger said of bins counted, by site, class and frequency. Every figure leads to its counts.

use domain::counts::{ACCURACY_DAYS, Accuracy};
use domain::ids::SiteId;
use leptos::prelude::*;
use leptos_router::components::A;

use super::parts::{class_code, class_words, often, percent};
use crate::ui::{Table, grouped, heads};

pub(super) fn accuracy(rows: &[Accuracy], site: Option<SiteId>) -> AnyView {
    let (counted, right) = rows.iter().fold((0, 0), |(counted, right), row| (counted + row.counted, right + row.right));
    let title = format!("Record accuracy, last {ACCURACY_DAYS} days: {}", percent(Accuracy::permille(counted, right)));
    if counted == 0 {
        return view! {
            <section class="card">
                <h2>"Record accuracy"</h2>
                <p class="muted">{format!("No bin was counted in the last {ACCURACY_DAYS} days.")}</p>
            </section>
        }
        .into_any();
    }
    let csv = format!("/api/fn/counts/accuracy.csv?site={}", site.map_or_else(String::new, |site| site.to_string()));
    let body = rows.iter().map(row).collect_view();
    view! {
        <Table title=title caption="Bins as the ledger said, of bins counted, by site, class and frequency" csv>
            {heads(&[("Site", ""), ("Class", ""), ("Counted", ""), ("Bins", "num"), ("Were off", "num"), ("Accuracy", "num")])}
            <tbody>{body}</tbody>
        </Table>
    }
    .into_any()
}

fn row(row: &Accuracy) -> AnyView {
    let link =
        |show: &str| format!("/counts?show={show}&at={}&class={}&every={}", row.site, class_code(row.class), row.every_days);
    let (counted, off) = (grouped(row.counted), grouped(row.counted - row.right));
    view! {
        <tr>
            <th scope="row">{row.site_code.clone()}</th>
            <td>{class_words(row.class)}</td>
            <td>{often(row.every_days)}</td>
            <td class="num"><A href=link("done")>{counted}</A></td>
            <td class="num"><A href=link("off")>{off}</A></td>
            <td class="num strong">{percent(Accuracy::permille(row.counted, row.right))}</td>
        </tr>
    }
    .into_any()
}
