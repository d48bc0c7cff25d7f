//! `/sites/:site/design`: a site drawn and its bins made. The drawing beside its parts: aisles in a table, the rest one thing a line.

use domain::people::Permission;
use domain::sites::design::Design;
use domain::sites::layout::{Aisle, Way};
use domain::sites::written;
use leptos::prelude::*;
use leptos_meta::Title;
use leptos_router::components::A;
use leptos_router::hooks::use_params_map;

use super::bulk::BulkCard;
use super::design_api::{read_design, send_drawing};
use super::draft::Draft;
use super::drawing::drawing;
use crate::door::{Unanswered, visit};
use crate::ui::{Beside, Icon, LastRefused, Refusal, Refused, Toasts, grouped, loaded_page};

#[component]
pub fn DesignPage() -> impl IntoView {
    let params = use_params_map();
    // Read again when bins were made here: nobody else's change takes away what is being drawn.
    let again = RwSignal::new(0_u32);
    let site = move || params.with(|params| params.get("site").unwrap_or_default());
    let answer = Resource::new(move || (site(), again.get()), |(site, _)| read_design(site));
    view! {
        <Title text="Site" />
        <div class="page">{loaded_page(answer, move |design| sheet(&design, again))}</div>
    }
    .into_any()
}

fn sheet(design: &Design, again: RwSignal<u32>) -> AnyView {
    let draft = Draft::of(design);
    let edits = visit().may(Permission::SitesEdit);
    let title = format!("{} · {}", design.code, design.name);
    let kinds = design.kinds.iter().filter(|(kind, _)| !kind.world());
    let sums: Vec<String> = kinds.map(|(kind, bins)| format!("{} {}", grouped(*bins), kind.words().to_lowercase())).collect();
    view! {
        <Title text=title />
        <header class="page-head">
            <A href="/sites" attr:class="btn quiet square" attr:aria-label="Sites">{Icon::Back.view()}</A>
            <h1>{design.name.clone()} " " <span class="code muted">{design.code.clone()}</span></h1>
            <A href=format!("/sites/{}/bins", design.site) attr:class="btn push">{Icon::Box.view()} "Bins and labels"</A>
        </header>
        <div class="split map-split">
            <div class="stack">
                <section class="card map-card">
                    <div class="card-head">
                        <h2>"Drawing"</h2>
                        <span class="muted small" data-kinds>{format!("Bins: {}", sums.join(", "))}</span>
                    </div>
                    {drawing(draft)}
                    {edits.then(|| save_bar(draft))}
                </section>
                {edits.then(|| aisles_card(draft))}
            </div>
            {edits
                .then(|| {
                    view! {
                        <div class="stack">
                            <BulkCard draft again />
                            {texts_card(draft)}
                        </div>
                    }
                })}
        </div>
    }
    .into_any()
}

/// What is wrong, or that it can be kept.
fn save_bar(draft: Draft) -> AnyView {
    let (last, button, toasts) = (LastRefused::default(), Unanswered::new(), use_context::<Toasts>());
    let save = Action::new(move |(): &()| {
        let command = draft.command();
        last.of(async move {
            let version = button.send(&command, send_drawing).await?;
            draft.keep(version);
            if let Some(toasts) = toasts {
                toasts.push("The drawing is kept.".to_owned());
            }
            Ok(())
        })
    });
    let (pending, said) = (save.pending(), last.said());
    let wrong = Memo::new(move |_| draft.wrong());
    let still = move || !draft.changed() || wrong.with(Option::is_some) || pending.get();
    let words = move || {
        match wrong.get() {
        Some(said) => view! { <p class="banner warn" data-wrong=said.code().to_owned()>{Icon::Alert.view()} <span>{said.words()}</span></p> }.into_any(),
        None if draft.changed() => view! { <p class="small muted">"Sound, and not kept yet."</p> }.into_any(),
        None => ().into_any(),
    }
    };
    view! {
        <Refusal said />
        <div role="status">{words}</div>
        <div class="row">
            <button
                type="button"
                class="btn primary"
                aria-busy=move || pending.get().then_some("true")
                disabled=still
                on:click=move |_| {
                    save.dispatch(());
                }
            >
                "Keep the drawing"
            </button>
            <button type="button" class="btn" disabled=move || !draft.changed() on:click=move |_| draft.undo()>"Undo changes"</button>
        </div>
    }
    .into_any()
}

/// Aisle by aisle, each number a field.
fn aisles_card(draft: Draft) -> AnyView {
    let rows = move || draft.layout.with(|layout| layout.aisles.iter().map(|aisle| aisle.no).collect::<Vec<_>>());
    view! {
        <section class="card">
            <div class="card-head">
                <h2>"Aisles"</h2>
                <button type="button" class="btn" on:click=move |_| draft.add_aisle()>{Icon::Plus.view()} "Add an aisle"</button>
            </div>
            <div class="table-scroll" tabindex="0" role="region" aria-label="Aisles">
                <table class="table">
                    <caption class="visually-hidden">"Aisles: where each stands, from which cross-aisle to which, and which way it is walked"</caption>
                    <thead>
                        <tr>
                            <th scope="col">"Aisle"</th>
                            <th scope="col">"From left, m"</th>
                            <th scope="col">"Cross-aisles"</th>
                            <th scope="col">"Way"</th>
                            <th scope="col"><span class="visually-hidden">"Remove"</span></th>
                        </tr>
                    </thead>
                    <tbody>
                        <For each=rows key=|no| *no children=move |no| aisle_row(draft, no) />
                    </tbody>
                </table>
            </div>
        </section>
    }
    .into_any()
}

fn aisle_row(draft: Draft, no: i32) -> AnyView {
    let of = move |read: fn(&Aisle) -> String| {
        draft.layout.with(|layout| layout.aisles.iter().find(|aisle| aisle.no == no).map(read).unwrap_or_default())
    };
    let x = move || of(|aisle| written::in_metres(aisle.x_mm));
    let ends = move || of(|aisle| format!("{}-{}", aisle.from + 1, aisle.to + 1));
    let way = move || of(|aisle| way_code(aisle.way).to_owned());
    let move_to = move |event| {
        if let Ok(mm) = written::metres(&event_target_value(&event)) {
            draft.change_aisle(no, |aisle| aisle.x_mm = mm);
        }
    };
    let end_at = move |event| {
        let given = event_target_value(&event);
        let read = |text: &str| text.trim().parse::<u16>().ok()?.checked_sub(1);
        let ends = given.split_once('-').and_then(|(from, to)| Some((read(from)?, read(to)?)));
        if let Some((from, to)) = ends {
            draft.change_aisle(no, |aisle| (aisle.from, aisle.to) = (from, to));
        }
    };
    let turn = move |event| {
        let way = WAYS.into_iter().find(|way| way_code(*way) == event_target_value(&event)).unwrap_or_default();
        draft.change_aisle(no, |aisle| aisle.way = way);
    };
    let options = WAYS.map(|way| view! { <option value=way_code(way) selected=move || of(|aisle| way_code(aisle.way).to_owned()) == way_code(way)>{way_words(way)}</option> });
    view! {
        <tr class:chosen=move || draft.chosen.get() == Some(no) data-aisle=no>
            <th scope="row">
                <button type="button" class="btn quiet" aria-pressed=move || (draft.chosen.get() == Some(no)).to_string() on:click=move |_| draft.chosen.set(Some(no))>{no}</button>
            </th>
            <td><input class="input draw-field" inputmode="decimal" aria-label=format!("Aisle {no}, metres from the left") value=x prop:value=x on:change=move_to /></td>
            <td><input class="input draw-field" aria-label=format!("Aisle {no}, from which cross-aisle to which, such as 1-2") value=ends prop:value=ends on:change=end_at /></td>
            <td><select class="input draw-field" aria-label=format!("Aisle {no}, which way it is walked") prop:value=way on:change=turn>{options.collect_view()}</select></td>
            <td><button type="button" class="btn quiet square" aria-label=format!("Remove aisle {no}") on:click=move |_| draft.drop_aisle(no)>{Icon::Cross.view()}</button></td>
        </tr>
    }
    .into_any()
}

const WAYS: [Way; 3] = [Way::Both, Way::Up, Way::Down];

const fn way_code(way: Way) -> &'static str {
    match way {
        Way::Both => "both",
        Way::Up => "up",
        Way::Down => "down",
    }
}

const fn way_words(way: Way) -> &'static str {
    match way {
        Way::Both => "Both ways",
        Way::Up => "To the back",
        Way::Down => "To the front",
    }
}

/// What is typed one thing a line: cross-aisles, depots, zones, blocked stretches.
fn texts_card(draft: Draft) -> AnyView {
    let said: Refused = Signal::derive(move || draft.wrong());
    let part = move |label: &'static str, name: &'static str, hint: &'static str, text: RwSignal<String>, lines: u32| {
        let ids = (format!("f-{name}"), format!("h-{name}"), format!("r-{name}"));
        let described = format!("{} {}", ids.1, ids.2);
        let bad = move || said.with(|said| said.as_ref().is_some_and(|said| said.field() == Some(name)));
        view! {
            <div class="field">
                <label for=ids.0.clone()>{label}</label>
                <p class="hint" id=ids.1>{hint}</p>
                <textarea
                    class="input draw-text"
                    id=ids.0
                    name=name
                    rows=lines
                    spellcheck="false"
                    aria-describedby=described
                    aria-invalid=move || bad().then_some("true")
                    prop:value=text
                    on:input=move |event| {
                        text.set(event_target_value(&event));
                        draft.take_texts();
                    }
                >
                    {text.get_untracked()}
                </textarea>
                <Beside id=ids.2 field=name said />
            </div>
        }
    };
    view! {
        <section class="card">
            <h2>"Cross-aisles, depots, zones"</h2>
            <div class="form">
                {part("Cross-aisles", "cross_aisles", "Metres from the front: 0; 6; 12", draft.texts.cross_aisles, 1)}
                {part("Depots", "depots", "Metres from the left, on which cross-aisle: Packing: 4.5 on 1", draft.texts.depots, 2)}
                {part("Zones", "zones", "Name and aisles: Cold: 1-3, 5", draft.texts.zones, 2)}
                {part("Blocked stretches", "obstacles", "Aisle, from and to in metres: 2: 5 to 7.5", draft.texts.obstacles, 2)}
            </div>
        </section>
    }
    .into_any()
}
