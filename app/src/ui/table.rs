//! Tables: a title, a caption for those who do not see it, a CSV of the same rows, their head, and sideways scrolling by keyboard too.

use leptos::prelude::*;
use leptos_router::components::A;

use super::icon::Icon;

/// A table on its card. The children are its [`heads`] and `<tbody>`.
#[component]
pub fn Table(
    #[prop(into)] title: String,
    /// What the table shows, for screen readers and the curious.
    #[prop(into)]
    caption: String,
    /// Where the same rows come as CSV.
    #[prop(into, optional)]
    csv: String,
    /// Right of the title: counts, buttons.
    #[prop(optional)]
    aside: Option<AnyView>,
    /// Under the rows: usually a [`super::Pager`].
    #[prop(optional)]
    foot: Option<AnyView>,
    children: Children,
) -> impl IntoView {
    let label = title.clone();
    view! {
        <section class="table-card">
            <div class="table-head">
                <h2 class="grow">{title}</h2>
                {aside}
                {(!csv.is_empty())
                    .then(|| {
                        view! {
                            <a class="btn quiet" href=csv rel="external" download="">
                                {Icon::Download.view()}
                                "CSV"
                            </a>
                        }
                    })}
            </div>
            <Rows label caption>{children()}</Rows>
            {foot}
        </section>
    }
    .into_any()
}

/// A table on somebody else's card.
#[component]
pub fn Rows(
    /// Names what scrolls.
    #[prop(into)]
    label: String,
    /// What the table shows, for screen readers and the curious.
    #[prop(into)]
    caption: String,
    children: Children,
) -> impl IntoView {
    view! {
        <div class="table-scroll" tabindex="0" role="region" aria-label=label>
            <table class="table">
                <caption class="visually-hidden">{caption}</caption>
                {children()}
            </table>
        </div>
    }
    .into_any()
}

/// A way to where something stands by itself, under its own name.
pub fn link(href: String, words: impl Into<String>) -> AnyView {
    let words = words.into();
    view! { <A href>{words}</A> }.into_any()
}

/// A table's head: each column's words and its class, `num` for figures, `mid` and `wide` for what a narrower screen leaves out.
pub fn heads(columns: &[(&'static str, &'static str)]) -> AnyView {
    let cells = columns.iter().map(|(words, class)| view! { <th scope="col" class=*class>{*words}</th> });
    view! { <thead><tr>{cells.collect_view()}</tr></thead> }.into_any()
}

/// Which rows of how many, and the links to the others. Pages live in the address, so that they can be shared and gone back to.
#[component]
pub fn Pager(
    /// 1-based.
    page: i64,
    per_page: i64,
    total: i64,
    /// Address of a page.
    link: fn(i64, &str) -> String,
    /// The rest of the query, handed to `link`.
    #[prop(into, optional)]
    query: String,
) -> impl IntoView {
    // An address may say anything. Nobody turns to the millionth page.
    let page = page.clamp(1, 1_000_000);
    let last = ((total + per_page - 1) / per_page).max(1);
    let (from, to) = (((page - 1) * per_page + 1).min(total), (page * per_page).min(total));
    let step = move |to: i64, words: &'static str| {
        let there = (1..=last).contains(&to) && to != page;
        if there {
            view! { <a class="btn" href=link(to, &query)>{words}</a> }.into_any()
        } else {
            view! { <span class="btn" aria-disabled="true">{words}</span> }.into_any()
        }
    };
    let words = if total == 0 { "Nothing".to_owned() } else { format!("{from}–{to} of {total}") };
    view! {
        <nav class="pager" aria-label="Pages">
            <span>{words}</span>
            <span class="row">{step(page - 1, "Earlier")} {step(page + 1, "Later")}</span>
        </nav>
    }
    .into_any()
}
