//! What was picked, in figures beside the heat on a site's map: one bay's bins, aisle by aisle, and the busiest bins.

use domain::ids::SiteId;
use domain::sites::activity::{Activity, Bay, Busy, Span};
use domain::sites::layout::{Layout, Side};
use leptos::prelude::*;
use leptos_router::components::A;

use super::api::read_bay;
use crate::ui::{Meter, Table, Tone, grouped, heads, loaded};

/// The bins of the bay that was pressed.
pub fn chosen(site: SiteId, span: Span, bay: RwSignal<Option<Bay>>) -> AnyView {
    let shown = move || {
        let Some(bay) = bay.get() else {
            return view! { <p class="muted small map-hint">"Press a bay on the map to see what was picked from it."</p> }
                .into_any();
        };
        let answer = Resource::new(|| (), move |()| read_bay(site, bay, span));
        let side = if bay.side == Side::Left { "left" } else { "right" };
        view! {
            <section class="card" data-bay=bay.aisle>
                <h2>{format!("Aisle {}, {side}", bay.aisle)}</h2>
                {loaded(answer, |rows| {
                    let rows = rows.into_iter().map(|row| view! { <li class="stop">{line(&row)}</li> });
                    view! { <ul class="stops" role="list">{rows.collect_view()}</ul> }.into_any()
                })}
            </section>
        }
        .into_any()
    };
    shown.into_any()
}

fn line(row: &Busy) -> AnyView {
    let (bin, code, name, count) = (row.bin_code.clone(), row.sku_code.clone(), row.sku_name.clone(), picks(row.picks));
    let href = format!("/inventory/{}", row.sku);
    view! {
        <span class="grow">
            <span class="code">{bin}</span>
            " "
            <A href=href>{code}</A>
            " "
            <span class="small muted">{name}</span>
        </span>
        <span class="small nowrap">{count}</span>
    }
    .into_any()
}

fn picks(picks: i32) -> String {
    if picks == 1 { "1 pick".to_owned() } else { format!("{} picks", grouped(picks.into())) }
}

/// Aisle by aisle: the map in figures.
pub fn aisles(activity: &Activity) -> AnyView {
    let sums = by_aisle(&activity.layout, activity);
    let most = sums.iter().map(|(_, picks)| *picks).max().unwrap_or(0);
    let rows = sums.into_iter().map(move |(aisle, picks)| {
        let label = format!("Picks in aisle {aisle}");
        view! {
            <tr>
                <th scope="row">{aisle}</th>
                <td class="cell-bar"><Meter label done=picks of=most tone=Tone::Accent /></td>
                <td class="num">{grouped(picks)}</td>
            </tr>
        }
    });
    view! {
        <Table title="Aisles" caption="Picks by aisle">
            {heads(&[("Aisle", ""), ("Share", ""), ("Picks", "num")])}
            <tbody>{rows.collect_view()}</tbody>
        </Table>
    }
    .into_any()
}

fn by_aisle(layout: &Layout, activity: &Activity) -> Vec<(i32, i64)> {
    let picks = |no: i32| activity.bays.iter().filter(|bay| bay.aisle == no).map(|bay| i64::from(bay.picks)).sum();
    layout.aisles.iter().map(|aisle| (aisle.no, picks(aisle.no))).collect()
}

pub fn busiest(activity: &Activity, span: Span) -> AnyView {
    let count = activity.busiest.len();
    let csv = format!("/api/fn/sites/activity.csv?site={}&span={}", activity.site, span.code());
    let aside = view! { <span class="muted small">{format!("the first {count}, most picks first")}</span> }.into_any();
    let rows = activity.busiest.iter().cloned().map(|row| {
        let (href, bin) = (format!("/inventory/{}", row.sku), row.bin_code.clone());
        view! {
            <tr data-bin=bin>
                <th scope="row" class="code">{row.bin_code}</th>
                <td><A href=href>{row.sku_code}</A> " " <span class="muted">{row.sku_name}</span></td>
                <td class="num">{grouped(row.picks.into())}</td>
                <td class="num">{grouped(row.units.into())}</td>
            </tr>
        }
    });
    let rows = rows.collect_view();
    view! {
        <Table title="Busiest bins" caption="Bins by picks, with what was picked" csv aside>
            {heads(&[("Bin", ""), ("SKU", ""), ("Picks", "num"), ("Units", "num")])}
            <tbody>{rows}</tbody>
        </Table>
    }
    .into_any()
}
