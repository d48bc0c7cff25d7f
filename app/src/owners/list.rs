//! `/owners`: the clients whose goods stand here, with what of theirs is here and under way; added and retired.

use domain::ids::OwnerId;
use domain::owners::{AddOwner, OwnerRow, RetireOwner};
use domain::people::Permission;
use leptos::ev::SubmitEvent;
use leptos::prelude::*;
use leptos_meta::Title;

use super::api::{read_owners, send_owner, send_retire};
use crate::door::{Said, Unanswered, live, visit};
use crate::ui::{Chip, Empty, Field, Icon, LastRefused, Refusal, Send, Table, Toasts, Tone, grouped, heads, link, loaded};

#[component]
pub fn OwnersPage() -> impl IntoView {
    let (fresh, again) = (live(&["owner", "stock", "order", "purchase", "parcel", "return"]), RwSignal::new(0_u32));
    let answer = Resource::new(move || (fresh.get(), again.get()), |_| read_owners());
    let edits = visit().may(Permission::StockPlan);
    let (toasts, last, sending) = (use_context::<Toasts>(), LastRefused::default(), Unanswered::new());
    let retire = Action::new(move |owner: &OwnerId| {
        let command = RetireOwner { owner: *owner };
        last.of(async move {
            sending.send(&command, send_retire).await?;
            if let Some(toasts) = toasts {
                toasts.push("Nothing more is taken in for them.".to_owned());
            }
            again.update(|again| *again += 1);
            Ok(())
        })
    });
    let said = last.said();
    view! {
        <Title text="Owners" />
        <div class="page">
            <header class="page-head">
                <h1>"Owners"</h1>
            </header>
            <p class="small muted">"Whose goods stand here beside our own. They are received, kept and sold for the client, and cost us nothing."</p>
            <Refusal said />
            <div class=if edits { "split" } else { "stack" }>
                {loaded(answer, move |owners: Vec<OwnerRow>| list(&owners, edits.then_some(retire)))}
                {edits.then(|| view! { <div class="stack"><AddCard again /></div> })}
            </div>
        </div>
    }
    .into_any()
}

fn list(owners: &[OwnerRow], retire: Option<Action<OwnerId, Result<(), Said>>>) -> AnyView {
    if owners.is_empty() {
        return view! {
            <div class="card"><Empty title="No other owners" words="All goods here are our own. Add a client whose goods you keep." icon=Icon::Person /></div>
        }
        .into_any();
    }
    let rows = owners.iter().map(|owner| row(owner, retire)).collect_view();
    view! {
        <Table title="Owners" caption="Clients, what of theirs stands here, and what is under way">
            {heads(&[("Owner", ""), ("Units here", "num"), ("Orders open", "num mid"), ("Goods expected", "num mid"), ("Bins kept", "num mid"), ("", "")])}
            <tbody>{rows}</tbody>
        </Table>
    }
    .into_any()
}

fn row(owner: &OwnerRow, retire: Option<Action<OwnerId, Result<(), Said>>>) -> AnyView {
    let id = owner.id;
    let ended = owner.retired_at.is_some().then(|| view! { <Chip text="Retired" tone=Tone::Plain /> });
    let button = retire.filter(|_| owner.retired_at.is_none()).map(|retire| {
        let label = format!("Retire {}", owner.code);
        view! {
            <button class="btn quiet" aria-label=label disabled=move || retire.pending().get() on:click=move |_| { retire.dispatch(id); }>
                "Retire"
            </button>
        }
    });
    view! {
        <tr data-owner=owner.code.clone()>
            <th scope="row">
                <span class="table-cell">
                    {owner.name.clone()}
                    <span class="muted small code">{owner.code.clone()}</span>
                    {ended}
                </span>
            </th>
            <td class="num">{link(format!("/stock?owner={id}"), grouped(owner.units))}</td>
            <td class="num mid">{grouped(owner.open_orders)}</td>
            <td class="num mid">{grouped(owner.expected)}</td>
            <td class="num mid">{grouped(owner.bins)}</td>
            <td>{button}</td>
        </tr>
    }
    .into_any()
}

#[component]
fn AddCard(again: RwSignal<u32>) -> impl IntoView {
    let (code, name) = (RwSignal::new(String::new()), RwSignal::new(String::new()));
    // One id for the owner asked for, so that a press repeated for want of an answer adds one; a new one after each answer.
    let next = StoredValue::new(OwnerId::mint());
    let (toasts, last, sending) = (use_context::<Toasts>(), LastRefused::default(), Unanswered::new());
    let add = Action::new(move |(): &()| {
        let command = AddOwner { id: next.get_value(), code: code.get_untracked(), name: name.get_untracked() };
        last.of(async move {
            sending.send(&command, send_owner).await?;
            next.set_value(OwnerId::mint());
            for typed in [code, name] {
                typed.set(String::new());
            }
            if let Some(toasts) = toasts {
                toasts.push(format!("{} is an owner now.", command.name.trim()));
            }
            again.update(|again| *again += 1);
            Ok(())
        })
    });
    let said = last.said();
    let submit = move |event: SubmitEvent| {
        event.prevent_default();
        add.dispatch(());
    };
    view! {
        <section class="card">
            <h2>"Add an owner"</h2>
            <Refusal said fields=&["code", "name"] />
            <form class="form" novalidate on:submit=submit>
                <Field label="Code" name="code" hint="Short, as orders and papers name them: ACME." typed=code value=code.get_untracked() maxlength=20_u32 autocomplete="off" said />
                <Field label="Name" name="name" typed=name value=name.get_untracked() maxlength=120_u32 autocomplete="off" said />
                <Send label="Add" busy=add.pending() />
            </form>
        </section>
    }
    .into_any()
}
