//! Which goods are inspected: the plans that hold, and the form that makes one.

use domain::ids::SupplierId;
use domain::inspections::{How, PlanRow, Sampling, SetInspectionPlan};
use domain::people::Permission;
use leptos::ev::SubmitEvent;
use leptos::prelude::*;

use super::api::send_plan;
use crate::door::{Said, Unanswered, visit};
use crate::purchasing::api::read_picks;
use crate::ui::{Choice, Field, LastRefused, Refusal, Refused, Send, Table, Toasts, When, heads, loaded};

/// Ends a plan. Lives beside the answer.
#[derive(Clone, Copy)]
pub(super) struct Tools {
    end: Action<SetInspectionPlan, Result<(), Said>>,
    said: Refused,
}

impl Tools {
    pub(super) fn new(again: RwSignal<u32>) -> Self {
        let (toasts, last, sending) = (use_context::<Toasts>(), LastRefused::default(), Unanswered::new());
        let end = Action::new(move |command: &SetInspectionPlan| {
            let command = command.clone();
            last.of(async move {
                sending.send(&command, send_plan).await?;
                if let Some(toasts) = toasts {
                    toasts.push("The plan has ended. What is held for it stays so.".to_owned());
                }
                again.update(|again| *again += 1);
                Ok(())
            })
        });
        Self { end, said: last.said() }
    }
}

pub(super) fn table(rows: Vec<PlanRow>, tools: Tools) -> AnyView {
    if rows.is_empty() {
        return ().into_any();
    }
    let edits = visit().may(Permission::PurchasingEdit);
    let rows = rows.into_iter().map(|row| line(row, edits, tools)).collect_view();
    view! {
        <Refusal said=tools.said />
        <Table title="Plans" caption="Goods that are inspected when they are received">
            {heads(&[("SKU", ""), ("Supplier", ""), ("Looked at", ""), ("What to look at", "mid"), ("Since", "wide"), ("", "")])}
            <tbody>{rows}</tbody>
        </Table>
    }
    .into_any()
}

fn line(row: PlanRow, edits: bool, tools: Tools) -> AnyView {
    let (code, name) = row.sku.unwrap_or_else(|| (String::new(), "Every SKU".to_owned()));
    let end = SetInspectionPlan {
        sku: code.clone(),
        supplier: row.supplier.as_ref().map(|(id, _)| *id),
        sampling: None,
        note: String::new(),
    };
    let press = edits.then(|| {
        view! {
            <button
                type="button"
                class="btn"
                disabled=tools.end.pending()
                on:click=move |_| {
                    tools.end.dispatch(end.clone());
                }
            >
                "End it"
            </button>
        }
    });
    view! {
        <tr data-plan=code.clone()>
            <th scope="row"><span class="code">{code.clone()}</span> " " <span class="muted small">{name}</span></th>
            <td>{row.supplier.map_or_else(|| "Every supplier".to_owned(), |(_, name)| name)}</td>
            <td>{row.sampling.words()}</td>
            <td class="mid">{row.note}</td>
            <td class="wide"><When at=row.set_at /></td>
            <td>{press}</td>
        </tr>
    }
    .into_any()
}

/// What the form says.
#[derive(Clone, Copy)]
struct Typed {
    sku: RwSignal<String>,
    supplier: RwSignal<String>,
    how: RwSignal<String>,
    amount: RwSignal<String>,
    note: RwSignal<String>,
}

impl Typed {
    fn read(self) -> Result<SetInspectionPlan, Said> {
        let text = |typed: RwSignal<String>| typed.get_untracked().trim().to_owned();
        let how = How::parse(&text(self.how)).unwrap_or_default();
        let amount = match how {
            How::All => 0,
            How::Nth | How::Units | How::Percent => {
                text(self.amount).parse::<i32>().map_err(|_| Said::invalid("amount", "Give a whole number."))?
            }
        };
        let supplier = text(self.supplier).parse().ok().map(SupplierId);
        Ok(SetInspectionPlan { sku: text(self.sku), supplier, sampling: Some(Sampling { how, amount }), note: text(self.note) })
    }
}

/// A new plan, or one over another. Stands beside what is refreshed: nobody loses what they are typing.
#[component]
pub(super) fn PlanCard(again: RwSignal<u32>) -> impl IntoView {
    let typed = || RwSignal::new(String::new());
    let form =
        Typed { sku: typed(), supplier: typed(), how: RwSignal::new(How::All.code().to_owned()), amount: typed(), note: typed() };
    let picks = Resource::new(|| (), |()| read_picks());
    let (toasts, last, sending) = (use_context::<Toasts>(), LastRefused::default(), Unanswered::new());
    let set = Action::new(move |(): &()| {
        last.of(async move {
            sending.send(&form.read()?, send_plan).await?;
            if let Some(toasts) = toasts {
                toasts.push("It holds from the next receipt on.".to_owned());
            }
            for typed in [form.sku, form.amount, form.note] {
                typed.set(String::new());
            }
            again.update(|again| *again += 1);
            Ok(())
        })
    });
    let said = last.said();
    let submit = move |event: SubmitEvent| {
        event.prevent_default();
        set.dispatch(());
    };
    let suppliers = move |picks: Vec<domain::purchasing::SupplierPick>| {
        let any = (String::new(), "Every supplier".to_owned());
        let options = std::iter::once(any).chain(picks.into_iter().map(|pick| (pick.id.to_string(), pick.name))).collect();
        view! { <Choice label="From" name="supplier" options picked=form.supplier said /> }.into_any()
    };
    let hows: Vec<_> = How::ALL.iter().map(|how| (how.code().to_owned(), how.words().to_owned())).collect();
    let counted = move || form.how.with(|how| how != How::All.code());
    view! {
        <section class="card">
            <h2>"Plan an inspection"</h2>
            <Refusal said fields=&["sku", "supplier", "how", "amount", "note"] />
            <form class="form" novalidate on:submit=submit>
                <div class="form-row">
                    <Field label="SKU" name="sku" hint="Empty: every SKU of the supplier." typed=form.sku maxlength=60_u32 autocomplete="off" said />
                    {loaded(picks, suppliers)}
                </div>
                <div class="form-row">
                    <Choice label="Look at" name="how" options=hows picked=form.how said />
                    {move || {
                        counted()
                            .then(|| {
                                view! { <Field label="How many" name="amount" inputmode="numeric" typed=form.amount autocomplete="off" said /> }
                            })
                    }}
                </div>
                <Field label="What to look at" name="note" typed=form.note maxlength=500_u32 autocomplete="off" said />
                <Send label="Set the plan" class="btn" busy=set.pending() />
            </form>
        </section>
    }
    .into_any()
}
