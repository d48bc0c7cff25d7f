//! How a site counts, on `/counts`: classes, intervals, thresholds. Whoever may not change it reads it.

use domain::counts::{Programme, SetProgramme};
use domain::ids::SiteId;
use domain::people::Permission;
use leptos::prelude::*;
use rust_decimal::Decimal;

use super::api::{read_programme, send_programme};
use crate::door::{Said, Unanswered, visit};
use crate::ui::{Field, LastRefused, Refusal, Send, Toasts, loaded};

/// A whole number of the programme: its name on the wire, its label, and where it stands.
type Whole = (&'static str, &'static str, fn(&mut Programme) -> &mut i32);
type Sum = (&'static str, &'static str, fn(&mut Programme) -> &mut Decimal);

const CLASSES: [Whole; 6] = [
    ("window_days", "Moves of how many days make the classes?", |p| &mut p.window_days),
    ("a_percent", "Class A moves so many % of the units", |p| &mut p.a_percent),
    ("b_percent", "Classes A and B together, %", |p| &mut p.b_percent),
    ("a_days", "Class A is counted every … days", |p| &mut p.a_days),
    ("b_days", "Class B every … days", |p| &mut p.b_days),
    ("c_days", "Class C every … days", |p| &mut p.c_days),
];
const ALSO: [Whole; 3] = [
    ("value_days", "Dear bins are counted every … days", |p| &mut p.value_days),
    ("recheck_days", "A bin that was off, again after … days", |p| &mut p.recheck_days),
    ("daily_most", "Most bins opened for one day", |p| &mut p.daily_most),
];
const LIMITS: [Whole; 3] = [
    ("tolerance_units", "Units a SKU may be off and its bin is still right", |p| &mut p.tolerance_units),
    ("recount_units", "Counted again when off by more than … units", |p| &mut p.recount_units),
    ("adjust_days", "A correction nobody decided runs out after … days", |p| &mut p.adjust_days),
];
const SUMS: [Sum; 4] = [
    ("value_over", "A bin is dear from", |p| &mut p.value_over),
    ("recount_value", "Counted again when off by more than", |p| &mut p.recount_value),
    ("approve_value", "Somebody else agrees when a count is off by more than", |p| &mut p.approve_value),
    ("adjust_value", "Somebody else agrees when a person corrects more than this in a day", |p| &mut p.adjust_value),
];
const FIELDS: &[&str] = &[
    "window_days",
    "a_percent",
    "b_percent",
    "a_days",
    "b_days",
    "c_days",
    "value_days",
    "recheck_days",
    "daily_most",
    "tolerance_units",
    "recount_units",
    "adjust_days",
    "value_over",
    "recount_value",
    "approve_value",
    "adjust_value",
];

#[component]
pub(super) fn ProgrammeCard(site: SiteId) -> impl IntoView {
    let answer = Resource::new(|| (), move |()| read_programme(site));
    view! {
        <section class="card" data-programme=site.to_string()>
            <h2>"How this site counts"</h2>
            {loaded(answer, move |programme| view! { <Form site programme /> }.into_any())}
        </section>
    }
    .into_any()
}

/// A field's words, by its name.
type Typed = Vec<(&'static str, RwSignal<String>)>;

#[component]
fn Form(site: SiteId, programme: Programme) -> impl IntoView {
    let edits = visit().may(Permission::CountsPlan);
    let mut shown = programme.clone();
    let wholes = || CLASSES.into_iter().chain(ALSO).chain(LIMITS);
    let mut typed: Typed = wholes().map(|(name, _, of)| (name, RwSignal::new(of(&mut shown).to_string()))).collect();
    typed.extend(SUMS.map(|(name, _, of)| (name, RwSignal::new(of(&mut shown).normalize().to_string()))));
    let zero = RwSignal::new(programme.zero_check);
    let toasts = use_context::<Toasts>();
    let last = LastRefused::default();
    let saving = Unanswered::new();
    let known = StoredValue::new((programme, typed.clone()));
    let save = Action::new(move |(): &()| {
        let read = known.with_value(|(programme, typed)| read(programme, typed, zero.get_untracked()));
        last.of(async move {
            let command = SetProgramme { site, programme: read? };
            saving.send(&command, send_programme).await?;
            if let Some(toasts) = toasts {
                toasts.push("The programme holds from now on.".to_owned());
            }
            Ok(())
        })
    });
    let (said, busy) = (last.said(), save.pending());
    let field = move |name: &'static str, label: &'static str| {
        let typed = typed.iter().find(|(known, _)| *known == name).map_or_else(RwSignal::default, |(_, typed)| *typed);
        view! { <Field label name inputmode="decimal" typed value=typed.get_untracked() said /> }.into_any()
    };
    let whole = |part: &[Whole]| part.iter().map(|&(name, label, _)| field(name, label)).collect_view().into_any();
    let sums = SUMS.map(|(name, label, _)| field(name, label)).collect_view();
    let send = move |event: leptos::ev::SubmitEvent| {
        event.prevent_default();
        save.dispatch(());
    };
    view! {
        <form class="form" novalidate on:submit=send>
            <Refusal said fields=FIELDS />
            <fieldset class="form" disabled=!edits>
                <legend class="visually-hidden">"The programme"</legend>
                <h3>"Classes by velocity"</h3>
                <div class="form-row">{whole(&CLASSES)}</div>
                <h3>"Also due"</h3>
                <div class="form-row">{whole(&ALSO)}</div>
                <label class="check">
                    <input type="checkbox" name="zero_check" prop:checked=move || zero.get() checked=zero.get_untracked() on:change=move |event| zero.set(event_target_checked(&event)) />
                    <span>"Ask whoever empties a bin whether it is empty"</span>
                </label>
                <h3>"What a difference leads to"</h3>
                <div class="form-row">{whole(&LIMITS)}</div>
                <div class="form-row">{sums}</div>
            </fieldset>
            {edits.then(|| view! { <Send label="Keep this programme" busy /> })}
        </form>
    }
    .into_any()
}

/// The programme as it is typed; a word that is no number is said beside its field.
fn read(before: &Programme, typed: &[(&'static str, RwSignal<String>)], zero_check: bool) -> Result<Programme, Said> {
    let mut programme = Programme { zero_check, ..before.clone() };
    let words = |name: &str| {
        let typed = typed.iter().find(|(known, _)| *known == name);
        typed.map(|(_, typed)| typed.get_untracked().trim().to_owned()).unwrap_or_default()
    };
    for (name, _, of) in CLASSES.into_iter().chain(ALSO).chain(LIMITS) {
        *of(&mut programme) = words(name).parse().map_err(|_| Said::invalid(name, "Give a whole number."))?;
    }
    for (name, _, of) in SUMS {
        *of(&mut programme) = words(name).parse().map_err(|_| Said::invalid(name, "Give an amount, such as 50 or 12.50."))?;
    }
    programme.check().map_err(|refusal| Said::invalid(refusal.beside().unwrap_or("programme"), &refusal.to_string()))?;
    Ok(programme)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn typed(change: &'static str, to: &str) -> Typed {
        let mut opening = Programme::opening();
        let wholes = CLASSES.into_iter().chain(ALSO).chain(LIMITS).map(|(name, _, of)| (name, of(&mut opening).to_string()));
        let mut words: Vec<_> = wholes.collect();
        words.extend(SUMS.map(|(name, _, of)| (name, of(&mut opening).to_string())));
        words.into_iter().map(|(name, word)| (name, RwSignal::new(if name == change { to.to_owned() } else { word }))).collect()
    }

    /// INV-5: what is typed is what is kept, and what cannot be read is said beside its field.
    #[test]
    fn a_programme_reads_as_it_is_typed() {
        Owner::new().with(|| {
            let opening = Programme::opening();
            assert_eq!(read(&opening, &typed("", ""), true).unwrap(), opening);
            assert_eq!(
                read(&opening, &typed("a_days", " 14 "), false).unwrap(),
                Programme { a_days: 14, zero_check: false, ..opening.clone() }
            );
            for (name, word) in
                [("a_days", "soon"), ("a_days", "0"), ("approve_value", "-3"), ("recount_value", "1.234"), ("value_over", "")]
            {
                assert_eq!(read(&opening, &typed(name, word), true).unwrap_err().field(), Some(name), "{word}");
            }
            let named: Vec<_> = typed("", "").iter().map(|(name, _)| *name).collect();
            assert!(FIELDS.iter().all(|field| named.contains(field)) && named.len() == FIELDS.len());
        });
    }
}
