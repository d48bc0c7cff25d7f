//! What is on hold, bin by bin and lot by lot, with why; put back on sale with a reason by whoever may.

use domain::inspections::HeldRow;
use domain::lots::Marks;
use domain::people::Permission;
use domain::stock::{HoldReason, HoldUnits, Those};
use leptos::prelude::*;

use crate::door::{Said, Unanswered, visit};
use crate::stock::api::send_hold;
use crate::ui::{LastRefused, Refusal, Refused, Table, Toasts, When, counted, grouped, heads, link};

/// What can be done here. Lives beside the answer, so that a refresh loses nothing.
#[derive(Clone, Copy)]
pub(super) struct Tools {
    release: Action<HoldUnits, Result<(), Said>>,
    said: Refused,
}

impl Tools {
    pub(super) fn new(again: RwSignal<u32>) -> Self {
        let (toasts, last, sending) = (use_context::<Toasts>(), LastRefused::default(), Unanswered::new());
        let release = Action::new(move |command: &HoldUnits| {
            let command = command.clone();
            last.of(async move {
                sending.send(&command, send_hold).await?;
                if let Some(toasts) = toasts {
                    toasts.push(format!("{} back on sale.", counted(command.quantity, "unit is", "units are")));
                }
                again.update(|again| *again += 1);
                Ok(())
            })
        });
        Self { release, said: last.said() }
    }
}

pub(super) fn table(rows: Vec<HeldRow>, tools: Tools) -> AnyView {
    if rows.is_empty() {
        return ().into_any();
    }
    let releases = visit().may(Permission::StockRelease);
    let rows = rows.into_iter().map(|row| line(row, releases, tools)).collect_view();
    view! {
        <Refusal said=tools.said />
        <Table title="On hold" caption="Stock that somebody holds back, by bin, lot and serial, oldest first">
            {heads(&[("SKU and bin", ""), ("Units", "num"), ("Why", ""), ("By", "mid"), ("Since", "mid"), ("", "")])}
            <tbody>{rows}</tbody>
        </Table>
    }
    .into_any()
}

fn line(row: HeldRow, releases: bool, tools: Tools) -> AnyView {
    let units = row.units - row.inspected;
    let known = units - row.unnamed;
    let why = row.reason.unwrap_or_else(|| "–".to_owned());
    let command = HoldUnits {
        sku: row.sku,
        site: row.site,
        bin: row.bin,
        quantity: known,
        those: Those { lpn: row.lpn, owner: Some(row.owner), marks: Marks::typed(&row.apart.lot_code, &row.apart.serial) },
        hold: false,
        reason: HoldReason::Checked.into(),
        note: String::new(),
    };
    let put_back = move |_| drop(tools.release.dispatch(command.clone()));
    let apart = row.apart.words();
    let place = [Some(row.site_code), Some(row.bin_code), row.lpn_code].into_iter().flatten().collect::<Vec<_>>().join(" ");
    let what = format!("{} {apart}", row.sku_code);
    let press = (releases && known > 0).then(|| {
        view! {
            <button type="button" class="btn" data-unhold=row.sku_code.clone() aria-label=format!("Checked: release {what}") disabled=tools.release.pending() on:click=put_back>
                "Checked: release"
            </button>
        }
    });
    let unnamed = (row.unnamed > 0)
        .then(|| view! { <span class="muted small">{format!("{} of no lot or serial", grouped(row.unnamed.into()))}</span> });
    let note = (!row.note.is_empty()).then(|| view! { <span class="muted small">{row.note.clone()}</span> });
    view! {
        <tr data-held=row.sku_code.clone()>
            <th scope="row">
                <span class="table-cell">
                    <span>{link(format!("/inventory/{}", row.sku), row.sku_code.clone())} " " <span class="muted small">{row.sku_name}</span></span>
                    <span class="small">{place}</span>
                    {(!apart.is_empty()).then(|| view! { <span class="muted small" data-apart=apart.clone()>{apart.clone()}</span> })}
                    {(!row.owner_code.is_empty()).then(|| view! { <span class="muted small code">{row.owner_code}</span> })}
                </span>
            </th>
            <td class="num"><span class="table-cell">{grouped(units.into())} {unnamed}</span></td>
            <td>{why} " " {note}</td>
            <td class="mid">{row.held_by.unwrap_or_else(|| "Tideway".to_owned())}</td>
            <td class="mid">{row.held_at.map(|at| view! { <When at /> })}</td>
            <td>{press}</td>
        </tr>
    }
    .into_any()
}
