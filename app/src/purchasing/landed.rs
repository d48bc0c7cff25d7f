//! What it cost to get goods here, on their order's page: charges shared out over a receipt's lines, looked at, changed, booked.

use domain::ids::LandedId;
use domain::purchasing::{AllocateLanded, Basis, Charge, ChargeKind, LandedPreview, LandedRow, LandedShare, PurchaseSheet};
use leptos::ev::SubmitEvent;
use leptos::prelude::*;
use rust_decimal::Decimal;

use super::api::{read_landed, send_landed};
use crate::door::{Said, Unanswered};
use crate::ui::{Beside, Choice, Field, LastRefused, Refusal, Refused, Send, Table, Toasts, When, money};

/// What was charged already.
pub(super) fn table(order: &PurchaseSheet) -> AnyView {
    if order.landed.is_empty() {
        return ().into_any();
    }
    let row = |one: &LandedRow| {
        view! {
            <tr data-landed=one.number.clone()>
                <th scope="row">{one.number.clone()}</th>
                <td>{one.receipt.clone()} <span class="muted small">{format!(" · {}", one.reference)}</span></td>
                <td class="mid">{one.basis.words()}</td>
                <td class="wide"><When at=one.at /></td>
                <td class="num">{money(one.amount, &order.currency)}</td>
                <td class="num">{money(one.in_stock, &order.currency)}</td>
            </tr>
        }
    };
    let rows = order.landed.iter().map(row).collect_view();
    view! {
        <Table title="Landed cost" caption="What it cost to get the goods here">
            <thead>
                <tr>
                    <th scope="col">"Charge"</th>
                    <th scope="col">"Receipt"</th>
                    <th scope="col" class="mid">"By"</th>
                    <th scope="col" class="wide">"When"</th>
                    <th scope="col" class="num">"Amount"</th>
                    <th scope="col" class="num">"In stock"</th>
                </tr>
            </thead>
            <tbody>{rows}</tbody>
        </Table>
    }
    .into_any()
}

/// A share as it is typed.
#[derive(Clone, PartialEq, Eq)]
struct Typed {
    share: LandedShare,
    amount: RwSignal<String>,
}

/// Charges to share out. Lives beside the answer, so that a refresh does not forget what is typed.
#[component]
pub(super) fn LandedCard(receipts: Vec<String>, again: RwSignal<u32>) -> impl IntoView {
    let typed = || RwSignal::new(String::new());
    let receipt = RwSignal::new(receipts.first().cloned().unwrap_or_default());
    let (basis, reference) = (RwSignal::new(Basis::Value.code().to_owned()), typed());
    let amounts = ChargeKind::ALL.map(|kind| (kind, typed()));
    let shares = RwSignal::new(Vec::<Typed>::new());
    let (toasts, last, sending) = (use_context::<Toasts>(), LastRefused::default(), Unanswered::new());
    let next = StoredValue::new(LandedId::mint());
    let charges = move || -> Result<Vec<Charge>, Said> {
        let one = |(kind, typed): (ChargeKind, RwSignal<String>)| {
            let text = typed.get_untracked().trim().to_owned();
            let amount = (!text.is_empty()).then(|| text.parse::<Decimal>());
            let amount = amount.transpose().map_err(|_| Said::invalid(kind.code(), "Give an amount, or nothing."));
            amount.map(|amount| amount.map(|amount| Charge { kind, amount }))
        };
        amounts.into_iter().map(one).filter_map(Result::transpose).collect()
    };
    let by = move || Basis::parse(&basis.get_untracked()).unwrap_or(Basis::Value);
    let look = Action::new(move |(): &()| {
        last.of(async move {
            let total = charges()?.iter().map(|charge| charge.amount).sum::<Decimal>();
            let LandedPreview { shares: proposed, .. } = read_landed(receipt.get_untracked(), by(), total).await?;
            let one = |share: LandedShare| Typed { amount: RwSignal::new(share.amount.normalize().to_string()), share };
            shares.set(proposed.into_iter().map(one).collect());
            Ok(())
        })
    });
    let book = Action::new(move |(): &()| {
        last.of(async move {
            let read = |typed: &Typed| {
                let words = "Give each line's share as an amount.";
                typed.amount.get_untracked().trim().parse::<Decimal>().map_err(|_| Said::invalid("shares", words))
            };
            let shared = shares.get_untracked().iter().map(read).collect::<Result<Vec<_>, _>>()?;
            let command = AllocateLanded {
                id: next.get_value(),
                receipt: receipt.get_untracked(),
                basis: by(),
                charges: charges()?,
                shares: Some(shared),
                reference: reference.get_untracked(),
            };
            let number = sending.send(&command, send_landed).await?;
            next.set_value(LandedId::mint());
            shares.set(Vec::new());
            for (_, typed) in amounts {
                typed.set(String::new());
            }
            if let Some(toasts) = toasts {
                toasts.push(format!("Booked as {number}."));
            }
            again.update(|again| *again += 1);
            Ok(())
        })
    });
    let said = last.said();
    let submit = move |event: SubmitEvent| {
        event.prevent_default();
        look.dispatch(());
    };
    let options = receipts.iter().map(|number| (number.clone(), number.clone())).collect();
    let bases = Basis::ALL.iter().map(|basis| (basis.code().to_owned(), basis.words().to_owned())).collect();
    let fields = amounts.map(|(kind, typed)| {
        view! { <Field label=kind.words() name=kind.code() inputmode="decimal" typed autocomplete="off" said /> }
    });
    view! {
        <details class="card">
            <summary class="strong">"Charge freight, duty, insurance"</summary>
            <form class="form" novalidate on:submit=submit>
                <Refusal said fields=&["receipt", "freight", "duty", "insurance", "shares"] />
                <Choice label="Receipt" name="receipt" options picked=receipt said />
                <Choice label="Share it out by" name="basis" options=bases picked=basis said />
                {fields.into_iter().collect_view()}
                <Field label="Number of the bill" name="reference" own="landed" typed=reference maxlength=80_u32 autocomplete="off" said />
                <Send label="Share it out" class="btn" busy=look.pending() />
            </form>
            {move || (!shares.with(Vec::is_empty)).then(|| shared(&shares.get(), said, book))}
        </details>
    }
    .into_any()
}

/// The shares, to look at and to change before they are booked.
fn shared(shares: &[Typed], said: Refused, book: Action<(), Result<(), Said>>) -> AnyView {
    let one = |(nth, typed): (usize, &Typed)| {
        let label = format!("{} × {}", typed.share.quantity, typed.share.sku_code);
        let value = typed.amount.get_untracked();
        view! { <Field label name="share" own=nth.to_string() inputmode="decimal" typed=typed.amount value autocomplete="off" /> }
    };
    let fields = shares.iter().enumerate().map(one).collect_view();
    view! {
        <div class="form">
            {fields}
            <Beside id="r-shares" field="shares" said />
            <button type="button" class="btn primary" disabled=book.pending() on:click=move |_| { book.dispatch(()); }>"Book it"</button>
        </div>
    }
    .into_any()
}
