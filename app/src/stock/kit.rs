//! What a kit is made of, on its item's page: shown to all who see stock, changed by those who keep the catalog.

use domain::catalog::changes::Saved;
use domain::catalog::kits::{KitPartRow, TypedKit, TypedPart};
use domain::ids::{CommandId, SkuId};
use leptos::ev::SubmitEvent;
use leptos::prelude::*;

use crate::ask::Ask;
use crate::door::{Said, Unanswered, visit};
use crate::ui::{Field, Icon, LastRefused, Refusal, Rows, Send, Toasts, grouped, heads, link, loaded};

#[server(endpoint = "catalog/kit", prefix = "/api/fn", protocol = Ask)]
pub async fn read_kit(kit: SkuId) -> Result<Vec<KitPartRow>, Said> {
    use crate::door::{answer, caller, db};
    answer(db().kit(&caller()?, kit).await)
}

#[server(endpoint = "catalog/set-kit", prefix = "/api/fn", protocol = Ask)]
pub async fn send_kit(id: CommandId, command: TypedKit) -> Result<Saved, Said> {
    use crate::door::{answer, caller, db, now};
    answer(db().set_typed_kit(&caller()?, id, now(), &command).await)
}

#[component]
pub fn KitCard(kit: SkuId) -> impl IntoView {
    let again = RwSignal::new(0_u32);
    let answer = Resource::new(move || again.get(), move |_| read_kit(kit));
    let last = LastRefused::default();
    view! { {loaded(answer, move |parts| card(kit, parts, again, last))} }.into_any()
}

fn card(kit: SkuId, parts: Vec<KitPartRow>, again: RwSignal<u32>, last: LastRefused) -> AnyView {
    let may = visit().may(domain::people::Permission::CatalogEdit);
    if parts.is_empty() && !may {
        return ().into_any();
    }
    let (toasts, sending) = (use_context::<Toasts>(), Unanswered::new());
    let known: Vec<TypedPart> = parts.iter().map(|part| TypedPart { sku: part.code.clone(), quantity: part.quantity }).collect();
    let set = Action::new(move |parts: &Vec<TypedPart>| {
        let command = TypedKit { kit, parts: parts.clone() };
        last.of(async move {
            let saved = sending.send(&command, send_kit).await?;
            if let Some(toasts) = toasts {
                toasts.push(saved.words());
            }
            again.update(|again| *again += 1);
            Ok(())
        })
    });
    let rows = parts.iter().map(|part| {
        let without: Vec<TypedPart> = known.iter().filter(|other| other.sku != part.code).cloned().collect();
        let remove = may.then(|| {
            let name = format!("Take {} out", part.code);
            let press = move |_| {
                set.dispatch(without.clone());
            };
            view! { <button type="button" class="btn quiet square" aria-label=name on:click=press>{Icon::Cross.view()}</button> }
        });
        view! {
            <tr>
                <th scope="row">{link(format!("/inventory/{}", part.sku), part.code.clone())} " " <span class="muted">{part.name.clone()}</span></th>
                <td class="num">{grouped(part.quantity.into())}</td>
                <td class="num">{grouped(part.enough_for.into())}</td>
                <td class="num">{remove}</td>
            </tr>
        }
    });
    let rows = rows.collect_view();
    let listed = (!parts.is_empty()).then(|| {
        view! {
            <Rows label="Parts" caption="Parts of one set">
                {heads(&[("Part", ""), ("In one", "num"), ("Enough for", "num"), ("", "")])}
                <tbody>{rows}</tbody>
            </Rows>
        }
    });
    let words = if parts.is_empty() {
        "Sold alone. Name a part to sell it as a set: the set is then promised, picked and sent as its parts."
    } else {
        "Sold as one; promised, picked and sent as its parts. The scarcest part decides how many there are."
    };
    view! {
        <section class="card">
            <h2>{if parts.is_empty() { "Sold alone" } else { "Sold as a set" }}</h2>
            <p class="small muted">{words}</p>
            {listed}
            {may.then(|| adding(known, set, last))}
        </section>
    }
    .into_any()
}

fn adding(known: Vec<TypedPart>, set: Action<Vec<TypedPart>, Result<(), Said>>, last: LastRefused) -> AnyView {
    let (sku, units) = (RwSignal::new(String::new()), RwSignal::new("1".to_owned()));
    let said = last.said();
    let submit = move |event: SubmitEvent| {
        event.prevent_default();
        // What is no number is nought, and refused beside its field.
        let part =
            TypedPart { sku: sku.get_untracked().trim().to_owned(), quantity: units.get_untracked().trim().parse().unwrap_or(0) };
        set.dispatch(known.iter().cloned().chain([part]).collect());
    };
    view! {
        <form class="form-row" novalidate on:submit=submit aria-label="Add a part">
            <Refusal said fields=&["sku", "parts"] />
            <Field label="Part" name="sku" hint="Its code or a barcode." typed=sku value="" maxlength=80_u32 autocomplete="off" said />
            <Field label="In one set" name="parts" inputmode="numeric" typed=units value="1" autocomplete="off" said />
            <Send label="Add the part" class="btn" busy=set.pending() />
        </form>
    }
    .into_any()
}
