//! Bins by a pattern, on the designer's page: looked at on the drawing first, then made.

use domain::sites::design::{AddBins, BinsPreview};
use domain::sites::pattern::{BinPattern, Range, Sides};
use domain::sites::places::{BinKind, Keeping};
use leptos::prelude::*;

use super::design_api::{read_preview, send_bins};
use super::draft::Draft;
use super::keeping::KeepingForm;
use crate::door::{Said, Unanswered};
use crate::ui::{Choice, Field, Icon, LastRefused, Refusal, Toasts, counted};

const FIELDS: &[&str] =
    &["pattern", "aisles", "first_aisle", "bays", "levels", "sides", "kind", "volume", "weight", "class", "hazard", "mixing"];

#[derive(Clone, Copy)]
struct Typed {
    pattern: RwSignal<String>,
    aisles: RwSignal<String>,
    first_aisle: RwSignal<String>,
    bays: RwSignal<String>,
    levels: RwSignal<String>,
    sides: RwSignal<String>,
    keeping: KeepingForm,
}

impl Typed {
    fn new() -> Self {
        let text = |word: &str| RwSignal::new(word.to_owned());
        Self {
            pattern: text("{aisle}-{bay:02}-{level}"),
            aisles: text("A-F"),
            first_aisle: text("1"),
            bays: text("1-20"),
            levels: text("1-4"),
            sides: text(Sides::default().code()),
            keeping: KeepingForm::of(BinKind::Pick, Keeping::default()),
        }
    }

    fn read(self) -> Result<BinPattern, Said> {
        let range = |field: &str, text: RwSignal<String>| {
            let given = text.get_untracked();
            let (from, to) = given.split_once('-').unwrap_or((&given, &given));
            let number =
                |text: &str| text.trim().parse().map_err(|_| Said::invalid(field, "Give two whole numbers, such as 1-20."));
            Ok::<_, Said>(Range { from: number(from)?, to: number(to)? })
        };
        let first_aisle = self.first_aisle.get_untracked();
        let (kind, keeping) = self.keeping.read()?;
        Ok(BinPattern {
            pattern: self.pattern.get_untracked(),
            aisles: self.aisles.get_untracked(),
            first_aisle: first_aisle.trim().parse().map_err(|_| Said::invalid("first_aisle", "Give the number of an aisle."))?,
            bays: range("bays", self.bays)?,
            levels: range("levels", self.levels)?,
            sides: Sides::parse(&self.sides.get_untracked()).unwrap_or_default(),
            kind,
            keeping,
        })
    }
}

#[component]
pub fn BulkCard(draft: Draft, again: RwSignal<u32>) -> impl IntoView {
    let typed = Typed::new();
    let (last, button, toasts) = (LastRefused::default(), Unanswered::new(), use_context::<Toasts>());
    // What was looked at is what is made.
    let seen = RwSignal::new(None::<(AddBins, BinsPreview)>);
    let look = Action::new(move |(): &()| {
        let site = draft.site;
        seen.set(None);
        draft.coming.set(Vec::new());
        last.of(async move {
            let command = AddBins { site, bins: typed.read()? };
            let found = read_preview(command.clone()).await?;
            draft.coming.set(found.shelves.clone());
            seen.set(Some((command, found)));
            Ok(())
        })
    });
    let make = Action::new(move |command: &AddBins| {
        let command = command.clone();
        last.of(async move {
            let made = button.send(&command, send_bins).await?;
            if let Some(toasts) = toasts {
                toasts.push(format!("{} made.", counted(made, "bin is", "bins are")));
            }
            again.update(|again| *again += 1);
            Ok(())
        })
    });
    let said = last.said();
    let submit = move |event: leptos::ev::SubmitEvent| {
        event.prevent_default();
        look.dispatch(());
    };
    let sides = Sides::ALL.iter().map(|sides| (sides.code().to_owned(), sides.words().to_owned())).collect();
    let pending = make.pending();
    let found = move || {
        seen.get().map(|(command, found)| {
            let words = format!("{}: {} … {}", counted(found.bins, "bin", "bins"), found.first.join(", "), found.last.join(", "));
            let label = format!("Make {}", counted(found.bins, "bin", "bins"));
            view! {
                <div class="stack-tight" data-preview=found.bins>
                    <p class="small">{words}</p>
                    <button
                        type="button"
                        class="btn primary"
                        aria-busy=move || pending.get().then_some("true")
                        disabled=move || pending.get() || draft.changed()
                        on:click=move |_| {
                            make.dispatch(command.clone());
                        }
                    >
                        {label}
                    </button>
                </div>
            }
        })
    };
    view! {
        <section class="card">
            <h2>"Make bins"</h2>
            <Refusal said fields=FIELDS />
            <form class="form" novalidate on:submit=submit>
                <Field
                    label="Pattern of their codes"
                    name="pattern"
                    hint="Curly brackets hold aisle, bay, level or side; :02 gives two digits."
                    typed=typed.pattern
                    value=typed.pattern.get_untracked()
                    said
                />
                <div class="form-row">
                    <Field label="Aisles" name="aisles" hint="A-F or 1-6" typed=typed.aisles value=typed.aisles.get_untracked() said />
                    <Field label="The first stands at aisle" name="first_aisle" inputmode="numeric" typed=typed.first_aisle value=typed.first_aisle.get_untracked() said />
                </div>
                <div class="form-row">
                    <Field label="Bays" name="bays" typed=typed.bays value=typed.bays.get_untracked() said />
                    <Field label="Levels, 1 = floor" name="levels" typed=typed.levels value=typed.levels.get_untracked() said />
                    <Choice label="Sides" name="sides" options=sides picked=typed.sides said />
                </div>
                {typed.keeping.fields(said)}
                <div class="row">
                    <button class="btn" aria-busy=move || look.pending().get().then_some("true") disabled=move || look.pending().get()>
                        {Icon::Search.view()}
                        "Look at them first"
                    </button>
                </div>
            </form>
            <div role="status">{found}</div>
            {move || (draft.changed() && seen.with(Option::is_some)).then(|| view! { <p class="small muted">"Keep the drawing before you make bins on it."</p> })}
        </section>
    }
    .into_any()
}
