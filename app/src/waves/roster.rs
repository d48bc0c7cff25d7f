//! `/roster`: who works on a day, at a site or at all; shifts in, changed and out, one by one or by a file.

use chrono::{Days, NaiveDate};
use domain::dates;
use domain::ids::{ShiftId, SiteId};
use domain::people::{Permission, Role};
use domain::waves::roster::{RemoveShift, Roster, ShiftRow, TypedShift, Worker};
use leptos::prelude::*;
use leptos_meta::Title;
use leptos_router::components::A;
use leptos_router::hooks::{use_navigate, use_query_map};

use super::labour_api::{read_roster, read_workers, send_remove_shift, send_shift};
use super::roster_file::FileCard;
use crate::door::{Said, Unanswered, live, visit};
use crate::sites::here;
use crate::ui::{Choice, Confirm, Empty, Field, Icon, LastRefused, Refusal, Send, Table, Toasts, age, heads, loaded};

#[component]
pub fn RosterPage() -> impl IntoView {
    let site = here();
    let query = use_query_map();
    let day = Memo::new(move |_| query.with(|query| query.get("day").unwrap_or_default()));
    let chosen = Memo::new(move |_| query.with(|query| query.get("shift").unwrap_or_default()));
    let fresh = live(&["roster", "shift", "person"]);
    let again = RwSignal::new(0_u32);
    let answer =
        Resource::new(move || (site.get(), day.get(), fresh.get(), again.get()), |(site, day, ..)| read_roster(site, day));
    let edits = visit().may(Permission::WavesPlan);
    // Not refreshed with the list: nobody loses what they are typing.
    let aside = Resource::new(
        move || (site.get(), day.get(), chosen.get()),
        |(site, day, _)| async move {
            let workers = match site {
                Some(site) => read_workers(site).await?,
                None => Vec::new(),
            };
            Ok::<_, Said>((read_roster(site, day).await?, workers))
        },
    );
    let side = move || {
        loaded(aside, move |(roster, workers): (Roster, Vec<Worker>)| {
            let known = roster.rows.iter().find(|row| row.shift.id.to_string() == chosen.get_untracked()).cloned();
            shift_card(site.get_untracked(), &roster, workers, known, again)
        })
    };
    view! {
        <Title text="Roster" />
        <div class="page">
            <header class="page-head">
                <h1>"Roster"</h1>
            </header>
            <div class=if edits { "split" } else { "stack" }>
                {loaded(answer, move |roster| day_table(&roster, site.get_untracked(), edits))}
                {edits
                    .then(|| {
                        view! {
                            <div class="stack">
                                {side()}
                                <FileCard again />
                            </div>
                        }
                    })}
            </div>
        </div>
    }
    .into_any()
}

fn day_link(day: NaiveDate) -> String {
    format!("/roster?day={day}")
}

fn day_table(roster: &Roster, site: Option<SiteId>, edits: bool) -> AnyView {
    let day = roster.day;
    let (before, after) = (day.checked_sub_days(Days::new(1)).unwrap_or(day), day.checked_add_days(Days::new(1)).unwrap_or(day));
    let go = use_navigate();
    let pick = move |event| {
        if let Ok(day) = event_target_value(&event).parse() {
            go(&day_link(day), leptos_router::NavigateOptions::default());
        }
    };
    let hours = match roster.picking_minutes() {
        0 => "nobody picks".to_owned(),
        minutes => format!("{} of picking", age(minutes * 60)),
    };
    let aside = view! { <span class="muted small">{hours}</span> }.into_any();
    let csv = format!("/api/fn/waves/roster.csv?day={day}&site={}", site.map_or_else(String::new, |site| site.to_string()));
    let title = dates::weekday(&day);
    let rows = roster.rows.iter().map(|row| shift_row(row, day, edits)).collect_view();
    let body = if roster.rows.is_empty() {
        view! {
            <div class="card">
                <Empty title="Nobody is rostered" words="Put somebody on the roster, or bring in a file of shifts." icon=Icon::Clock />
            </div>
        }
        .into_any()
    } else {
        view! {
            <Table title=title caption="Shifts of the day by the site's clock" csv aside>
                {heads(&[("Person", ""), ("As", ""), ("Site", ""), ("From", ""), ("To", ""), ("Length", "num")])}
                <tbody>{rows}</tbody>
            </Table>
        }
        .into_any()
    };
    view! {
        <div class="stack">
            <nav class="row" aria-label="Day">
                <A href=day_link(before) attr:class="btn square" attr:aria-label="The day before">{Icon::Back.view()}</A>
                <label class="row">
                    <span class="visually-hidden">"Day"</span>
                    <input class="input" type="date" name="day" prop:value=day.to_string() value=day.to_string() on:change=pick />
                </label>
                <A href=day_link(after) attr:class="btn square" attr:aria-label="The day after">{Icon::Arrow.view()}</A>
                <A href="/roster" attr:class="btn quiet">"Today"</A>
            </nav>
            {body}
        </div>
    }
    .into_any()
}

fn shift_row(row: &ShiftRow, day: NaiveDate, edits: bool) -> AnyView {
    // A shift of the night before or after says which day it is of.
    let time = |at: chrono::NaiveDateTime| {
        let form = if at.date() == day { "%H:%M" } else { "%-d %b %H:%M" };
        at.format(form).to_string()
    };
    let (href, name) = (format!("/roster?day={day}&shift={}", row.shift.id), row.person_name.clone());
    let name = if edits { view! { <A href=href>{name}</A> }.into_any() } else { name.into_any() };
    view! {
        <tr data-shift=row.person_name.clone()>
            <th scope="row">{name}</th>
            <td>{row.shift.role.name()}</td>
            <td>{row.site_code.clone()}</td>
            <td class="nowrap">{time(row.starts_local)}</td>
            <td class="nowrap">{time(row.ends_local)}</td>
            <td class="num nowrap">{age(row.minutes() * 60)}</td>
        </tr>
    }
    .into_any()
}

/// A new shift, or the chosen one.
fn shift_card(
    site: Option<SiteId>,
    roster: &Roster,
    workers: Vec<Worker>,
    known: Option<ShiftRow>,
    again: RwSignal<u32>,
) -> AnyView {
    let Some(site) = site else {
        return view! { <p class="banner">{Icon::Map.view()} <span>"Choose a site above to roster people there."</span></p> }
            .into_any();
    };
    if workers.is_empty() {
        return view! {
            <p class="banner">{Icon::Person.view()} <span>"Nobody has a role at this site yet. Roles are given under People."</span></p>
        }
        .into_any();
    }
    view! { <ShiftCard site day=roster.day workers known again /> }.into_any()
}

#[component]
fn ShiftCard(site: SiteId, day: NaiveDate, workers: Vec<Worker>, known: Option<ShiftRow>, again: RwSignal<u32>) -> impl IntoView {
    let local = |at: chrono::NaiveDateTime| format!("{}T{}", at.date(), dates::time(&at));
    let (starts, ends) = known
        .as_ref()
        .map_or_else(|| (format!("{day}T06:00"), format!("{day}T14:00")), |row| (local(row.starts_local), local(row.ends_local)));
    let person = known.as_ref().map(|row| row.shift.person).or_else(|| workers.first().map(|worker| worker.person));
    let role = known.as_ref().map_or(Role::Picker, |row| row.shift.role);
    let (starts, ends) = (RwSignal::new(starts), RwSignal::new(ends));
    let person = RwSignal::new(person.map_or_else(String::new, |person| person.to_string()));
    let role = RwSignal::new(role.code().to_owned());
    let old = known.as_ref().map(|row| row.shift.id);
    // One id for a shift asked for, so that a press repeated for want of an answer makes one; a new one after each answer.
    let next = StoredValue::new(ShiftId::mint());
    let (toasts, go, last) = (use_context::<Toasts>(), use_navigate(), LastRefused::default());
    let leave = {
        let go = go.clone();
        move || go(&day_link(day), leptos_router::NavigateOptions::default())
    };
    let say = move |words: String| {
        if let Some(toasts) = toasts {
            toasts.push(words);
        }
        again.update(|again| *again += 1);
    };
    let (setting, removing) = (Unanswered::new(), Unanswered::new());
    let set = {
        let leave = leave.clone();
        Action::new(move |(): &()| {
            let typed =
                person.get_untracked().parse().ok().zip(Role::parse(&role.get_untracked())).map(|(person, role)| TypedShift {
                    id: old.unwrap_or_else(|| next.get_value()),
                    site,
                    person,
                    role,
                    starts_at: starts.get_untracked(),
                    ends_at: ends.get_untracked(),
                });
            let leave = leave.clone();
            last.of(async move {
                let typed = typed.ok_or_else(|| Said::invalid("person", "Choose who works."))?;
                setting.send(&typed, send_shift).await?;
                next.set_value(ShiftId::mint());
                say("On the roster.".to_owned());
                if old.is_some() {
                    leave();
                }
                Ok(())
            })
        })
    };
    let remove = Action::new(move |id: &ShiftId| {
        let (command, leave) = (RemoveShift { id: *id }, leave.clone());
        last.of(async move {
            removing.send(&command, send_remove_shift).await?;
            say("Off the roster.".to_owned());
            leave();
            Ok(())
        })
    });
    let (said, asking) = (last.said(), RwSignal::new(false));
    let people = workers.iter().map(|worker| (worker.person.to_string(), worker.name.clone())).collect();
    let roles = Role::ALL.iter().map(|role| (role.code().to_owned(), role.name().to_owned())).collect();
    let title = if old.is_some() { "Change a shift" } else { "Add a shift" };
    let close = old.map(|_| {
        view! { <A href=day_link(day) attr:class="btn quiet square" attr:aria-label="Close">{Icon::Cross.view()}</A> }
    });
    let off = old.map(|id| {
        let sure = Callback::new(move |()| {
            remove.dispatch(id);
        });
        view! { <Confirm label="Take it off" question="Off the roster?" yes="Take it off" on_yes=sure asking busy=remove.pending() /> }
    });
    let submit = move |event: leptos::ev::SubmitEvent| {
        event.prevent_default();
        set.dispatch(());
    };
    view! {
        <section class="card">
            <div class="card-head"><h2>{title}</h2> {close}</div>
            <Refusal said fields=&["person", "role", "starts_at", "ends_at"] />
            <form class="form" novalidate on:submit=submit>
                <Choice label="Who" name="person" options=people picked=person said />
                <Choice label="As" name="role" options=roles picked=role said />
                <Field label="From" name="starts_at" kind="datetime-local" hint="By the site's clock." typed=starts value=starts.get_untracked() said />
                <Field label="To" name="ends_at" kind="datetime-local" typed=ends value=ends.get_untracked() said />
                <Send label=if old.is_some() { "Save the shift" } else { "Add the shift" } busy=set.pending() />
            </form>
            {off}
        </section>
    }
    .into_any()
}
