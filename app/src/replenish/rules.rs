//! What bins should hold: the list, and the card where one is set, changed or taken off.

use domain::catalog::slotting::Slotting;
use domain::ids::{BinId, SiteId, SkuId};
use domain::replenish::{ForwardPickPage, ForwardPickRow, PAGE, RemoveForwardPick, TypedForwardPick};
use leptos::prelude::*;
use leptos_router::components::{A, Form};
use leptos_router::hooks::use_navigate;
use leptos_router::location::Url;
use leptos_router::params::ParamsMap;

use super::api::{send_forward_pick, send_remove_forward_pick};
use crate::door::{Said, Unanswered};
use crate::ui::{
    Chip, Choice, Confirm, Empty, Field, Find, Icon, LastRefused, Pager, Refusal, Send, Table, Toasts, Tone, grouped, heads, link,
};

pub(super) fn rules(held: ForwardPickPage, page: i64, search: &str, site: Option<SiteId>, plans: bool) -> AnyView {
    let query = format!("search={}", Url::escape(search));
    let body = if held.rows.is_empty() {
        view! {
            <div class="card">
                <Empty title="No bin is filled by a rule" words="Say what a forward pick bin should hold, or bring in a file." icon=Icon::Box />
            </div>
        }
        .into_any()
    } else {
        let site = site.map_or_else(String::new, |site| site.to_string());
        let csv = format!("/api/fn/replenish/forward-picks.csv?site={site}&{query}");
        let foot = view! { <Pager page per_page=PAGE total=held.total link=address query=query.clone() /> }.into_any();
        let aside = view! { <span class="muted small">{grouped(held.total)}</span> }.into_any();
        let rows = held.rows.into_iter().map(|row| rule(row, plans)).collect_view();
        view! {
            <Table title="What bins should hold" caption="Forward pick bins with their minimum and maximum" csv aside foot>
                {heads(&[("Bin", ""), ("SKU", ""), ("Minimum", "num"), ("Maximum", "num"), ("There", "num"), ("Given to orders", "num mid"), ("Coming", "num mid"), ("Class", "mid")])}
                <tbody>{rows}</tbody>
            </Table>
        }
        .into_any()
    };
    let search = search.to_owned();
    view! {
        <div class="stack lean">
            <Form method="GET" action="/replenishment" attr:class="filters" attr:role="search" attr:novalidate="">
                <Find label="Bin or SKU" name="search" value=search.clone() />
                <button class="btn">{Icon::Search.view()} "Show"</button>
            </Form>
            {body}
        </div>
    }
    .into_any()
}

fn address(page: i64, query: &str) -> String {
    format!("/replenishment?{query}&page={page}")
}

fn rule(row: ForwardPickRow, plans: bool) -> AnyView {
    let class = row.slotting.code();
    let (bin, sku) = (Url::escape(&row.bin_code), Url::escape(&row.sku_code));
    let of = format!("{}~{}", row.bin, row.sku);
    let href = format!("/replenishment?bin={bin}&sku={sku}&min={}&max={}&class={class}&of={of}", row.min, row.max);
    let name = row.bin_code.clone();
    let name = if plans { view! { <A href>{name}</A> }.into_any() } else { name.into_any() };
    let owner = (!row.owner_code.is_empty()).then(|| format!(", goods of {}", row.owner_code));
    let low = (row.on_hand - row.allocated < row.min).then(|| view! { " " <Chip text="Low" tone=Tone::Warn /> });
    view! {
        <tr data-rule=row.sku_code.clone()>
            <th scope="row" class="code">{name}</th>
            <td>{link(format!("/inventory/{}", row.sku), row.sku_code.clone())} " " <span class="muted">{row.sku_name} {owner}</span></td>
            <td class="num">{grouped(row.min.into())}</td>
            <td class="num">{grouped(row.max.into())}</td>
            <td class="num">{grouped(row.on_hand.into())} {low}</td>
            <td class="num mid">{grouped(row.allocated.into())}</td>
            <td class="num mid">{grouped(row.coming.into())}</td>
            <td class="mid">{row.slotting.words()}</td>
        </tr>
    }
    .into_any()
}

/// A new rule, or the chosen one.
pub(super) fn editor(site: SiteId, query: ParamsMap, again: RwSignal<u32>) -> AnyView {
    let part = |name: &str| query.get(name).unwrap_or_default();
    let of = part("of");
    let of = of.split_once('~').and_then(|(bin, sku)| Some((bin.parse::<BinId>().ok()?, sku.parse::<SkuId>().ok()?)));
    let given = Given { bin: part("bin"), sku: part("sku"), min: part("min"), max: part("max"), class: part("class"), of };
    view! { <RuleCard site given again /> }.into_any()
}

/// What the address says of a rule.
#[derive(Debug, Clone)]
struct Given {
    bin: String,
    sku: String,
    min: String,
    max: String,
    class: String,
    of: Option<(BinId, SkuId)>,
}

#[component]
fn RuleCard(site: SiteId, given: Given, again: RwSignal<u32>) -> impl IntoView {
    let old = given.of;
    let (bin, sku) = (RwSignal::new(given.bin), RwSignal::new(given.sku));
    let (min, max) = (RwSignal::new(given.min), RwSignal::new(given.max));
    let class = RwSignal::new(given.class);
    let (toasts, go, last) = (use_context::<Toasts>(), use_navigate(), LastRefused::default());
    let (setting, removing) = (Unanswered::new(), Unanswered::new());
    let done = move |words: &str| {
        if let Some(toasts) = toasts {
            toasts.push(words.to_owned());
        }
        again.update(|again| *again += 1);
        go("/replenishment", leptos_router::NavigateOptions::default());
    };
    let said_done = done.clone();
    let set = Action::new(move |(): &()| {
        let number = |typed: RwSignal<String>, field: &'static str| {
            let number = typed.get_untracked().trim().parse::<i32>();
            number.map_err(|_| Said::invalid(field, "Give a whole number."))
        };
        let typed = number(min, "min").and_then(|min| {
            Ok(TypedForwardPick {
                site,
                bin_code: bin.get_untracked(),
                sku_code: sku.get_untracked(),
                min,
                max: number(max, "max")?,
                slotting: Slotting::parse(&class.get_untracked()).unwrap_or_default(),
            })
        });
        let done = said_done.clone();
        last.of(async move {
            setting.send(&typed?, send_forward_pick).await?;
            done("The bin is filled by this rule.");
            Ok(())
        })
    });
    let remove = Action::new(move |(bin, sku): &(BinId, SkuId)| {
        let (command, done) = (RemoveForwardPick { site, bin: *bin, sku: *sku }, done.clone());
        last.of(async move {
            removing.send(&command, send_remove_forward_pick).await?;
            done("The bin is filled no more.");
            Ok(())
        })
    });
    let (said, asking) = (last.said(), RwSignal::new(false));
    let classes = Slotting::ALL.iter().map(|class| (class.code().to_owned(), class.words().to_owned())).collect();
    let off = old.map(|old| {
        let sure = Callback::new(move |()| {
            remove.dispatch(old);
        });
        view! { <Confirm label="Take it off" question="Fill this bin no more?" yes="Take it off" on_yes=sure asking busy=remove.pending() /> }
    });
    let close = old.map(|_| {
        view! { <A href="/replenishment" attr:class="btn quiet square" attr:aria-label="Close">{Icon::Cross.view()}</A> }
    });
    let submit = move |event: leptos::ev::SubmitEvent| {
        event.prevent_default();
        set.dispatch(());
    };
    let title = if old.is_some() { "Change what a bin holds" } else { "Say what a bin holds" };
    view! {
        <section class="card">
            <div class="card-head"><h2>{title}</h2> {close}</div>
            <Refusal said fields=&["bin", "sku", "min", "max", "class"] />
            <form class="form" novalidate on:submit=submit>
                <Field label="Pick bin" name="bin" typed=bin value=bin.get_untracked() said />
                <Field label="SKU" name="sku" hint="Its code or a barcode." typed=sku value=sku.get_untracked() said />
                <Field label="Minimum" name="min" inputmode="numeric" hint="Below this it is filled." typed=min value=min.get_untracked() said />
                <Field label="Maximum" name="max" inputmode="numeric" hint="Up to this." typed=max value=max.get_untracked() said />
                <Choice label="Class of the SKU" name="class" hint="Of two that are equally urgent, the faster seller comes first." options=classes picked=class said />
                <Send label=if old.is_some() { "Save" } else { "Set it" } busy=set.pending() />
            </form>
            {off}
        </section>
    }
    .into_any()
}
