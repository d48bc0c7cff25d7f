//! What if: another method, another cart. Metres and minutes worked out in this browser, by the planner in a worker; nothing changes
//! on the floor, and no page loads the planner before it is asked for.

use domain::waves::batch::receipt::Receipt;
use domain::waves::whatif::{Question, Reply, Try};
use domain::waves::{Cart, Method, SLOTS_MAX, WaveMap};
use leptos::prelude::*;

use super::api::{Trial, read_what_if};
use super::tried::{Figures, told, tried_row, words};
use super::worker;
use crate::door::Said;
use crate::ui::{Choice, Icon, Meter, Stepper, Tone, grouped, heads};

/// The cart the wave was planned for; no preset's code.
const PLANNED: &str = "planned";
/// Answers kept in sight, latest first.
const KEPT: usize = 6;
/// Someone who steps from 8 totes to 12 asks once.
const THINKING: std::time::Duration = std::time::Duration::from_millis(350);

/// How far a question is.
#[derive(Debug, Clone, PartialEq, Eq)]
enum Stage {
    Closed,
    /// The wave's orders are on their way.
    Fetching,
    Open,
    /// Per mille.
    Working(i64),
    Failed(String),
}

/// What was asked and answered. Lives beside the map's answers, so that a refresh does not forget it.
#[derive(Clone, Copy)]
pub struct WhatIf {
    stage: RwSignal<Stage>,
    method: RwSignal<String>,
    /// A preset's code, or [`PLANNED`].
    cart: RwSignal<String>,
    totes: RwSignal<i32>,
    /// Method, cart and totes as they were last looked at: as planned, to begin with.
    asked: StoredValue<(String, String, i32)>,
    trial: StoredValue<Option<Trial>>,
    tried: RwSignal<Vec<(Try, Receipt)>>,
}

impl WhatIf {
    pub fn new() -> Self {
        let this = Self {
            stage: RwSignal::new(Stage::Closed),
            method: RwSignal::new(Method::default().code().to_owned()),
            cart: RwSignal::new(PLANNED.to_owned()),
            totes: RwSignal::new(1),
            asked: StoredValue::default(),
            trial: StoredValue::new(None),
            tried: RwSignal::default(),
        };
        let waiting = StoredValue::new(None::<TimeoutHandle>);
        Effect::new(move |_| {
            let mut asked = (this.method.get(), this.cart.get(), this.totes.get());
            let open = !matches!(this.stage.get_untracked(), Stage::Closed | Stage::Fetching);
            if open && this.asked.with_value(|before| *before != asked) {
                // Another cart comes with its own totes.
                if this.asked.with_value(|before| before.1 != asked.1) {
                    asked.2 = this.room().slots;
                }
                this.asked.set_value(asked.clone());
                this.totes.set(asked.2);
                let again = set_timeout_with_handle(move || this.work_out(), THINKING).ok();
                let last = waiting.try_update_value(|waiting| std::mem::replace(waiting, again)).flatten();
                last.inspect(TimeoutHandle::clear);
            }
        });
        on_cleanup(worker::stop);
        this
    }

    /// Another wave is another question.
    pub fn forget(self) {
        self.stage.set(Stage::Closed);
        self.trial.set_value(None);
        self.tried.set(Vec::new());
    }

    fn what(self) -> Try {
        let cart = Cart { slots: self.totes.get_untracked(), ..self.room() };
        Try { method: Method::parse(&self.method.get_untracked()).unwrap_or_default(), cart }
    }

    /// The cart that is chosen, with the totes it comes with.
    fn room(self) -> Cart {
        let planned = || self.trial.with_value(|trial| trial.as_ref().map(|trial| trial.planned.cart));
        let chosen = self.cart.with_untracked(|code| Cart::preset(code));
        chosen.or_else(planned).unwrap_or(Cart::totes(1))
    }

    /// Fetches what the wave is made of, once, and shows the form as the wave was planned.
    fn open(self, wave: String) {
        self.stage.set(Stage::Fetching);
        leptos::task::spawn_local(async move {
            let stage = match read_what_if(wave).await {
                Ok(Trial { worker: None, .. }) => {
                    Stage::Failed("This Tideway was built without the planner for browsers.".to_owned())
                }
                Ok(trial) => {
                    let method = trial.planned.method.code().to_owned();
                    let slots = trial.planned.cart.slots;
                    self.asked.try_set_value((method.clone(), PLANNED.to_owned(), slots));
                    self.cart.try_set(PLANNED.to_owned());
                    self.method.try_set(method);
                    self.totes.try_set(slots);
                    self.trial.try_update_value(|kept| *kept = Some(trial));
                    Stage::Open
                }
                Err(Said::Offline) => {
                    Stage::Failed("The server cannot be reached from here. Check the network, then try again.".to_owned())
                }
                Err(said) => Stage::Failed(said.words()),
            };
            self.stage.try_set(stage);
        });
    }

    /// Asks the worker about the form as it stands, unless the answer is there already.
    fn work_out(self) {
        let what = self.what();
        if what.cart.check().is_err() {
            return;
        }
        if let Some(known) = self.tried.with_untracked(|tried| tried.iter().position(|(tried, _)| *tried == what)) {
            worker::stop();
            self.stage.set(Stage::Open);
            return self.tried.update(|tried| tried[..=known].rotate_right(1));
        }
        let Some(Trial { ground, worker: Some(script), .. }) = self.trial.get_value() else { return };
        self.stage.set(Stage::Working(0));
        let question = serde_json::to_string(&Question { ground, what }).unwrap_or_default();
        worker::ask(&script, &question, move |heard| {
            let stage = match heard {
                Some(Reply::Progress(done)) => Stage::Working(done),
                Some(Reply::Done(receipt)) => {
                    self.tried.try_update(|tried| {
                        tried.insert(0, (what, receipt));
                        tried.truncate(KEPT);
                    });
                    Stage::Open
                }
                Some(Reply::Refused(words)) => Stage::Failed(words),
                None => {
                    Stage::Failed("The planner did not come into this browser. Check the network, then try again.".to_owned())
                }
            };
            self.stage.try_set(stage);
        });
    }

    fn cancel(self) {
        worker::stop();
        self.stage.set(Stage::Open);
    }
}

pub fn what_if(map: &WaveMap, asked: WhatIf) -> AnyView {
    let wave = map.row.wave.to_string();
    let open = move || !matches!(asked.stage.get(), Stage::Closed | Stage::Fetching) && asked.trial.with_value(Option::is_some);
    let again = wave.clone();
    let form = {
        let figures = Figures::of(map);
        move || open().then(|| form(asked, figures))
    };
    let begin = move || {
        let wave = wave.clone();
        matches!(asked.stage.get(), Stage::Closed | Stage::Fetching).then(|| {
            let busy = move || asked.stage.get() == Stage::Fetching;
            view! {
                <button
                    type="button"
                    class="btn"
                    data-act="what-if"
                    aria-busy=move || busy().then_some("true")
                    disabled=busy
                    on:click=move |_| asked.open(wave.clone())
                >
                    {Icon::Help.view()}
                    "What if …"
                </button>
            }
        })
    };
    let failed = move || match asked.stage.get() {
        Stage::Failed(words) => {
            let wave = again.clone();
            let retry = move |_| {
                if asked.trial.with_value(Option::is_some) { asked.work_out() } else { asked.open(wave.clone()) }
            };
            Some(view! {
                <div class="banner warn" role="alert" data-what-if="failed">
                    {Icon::Alert.view()}
                    <span>{words}</span>
                    <button type="button" class="btn" on:click=retry>"Try again"</button>
                </div>
            })
        }
        _ => None,
    };
    view! {
        <section class="card" data-what-if>
            <h2>"What if"</h2>
            <p class="small muted">"Another method or another cart for the same orders. Worked out in this browser; nothing changes."</p>
            {begin}
            {form}
            {failed}
        </section>
    }
    .into_any()
}

fn form(asked: WhatIf, planned: Figures) -> AnyView {
    let methods = Method::COMPARED.iter().map(|method| (method.code().to_owned(), method.words().to_owned())).collect();
    let trial = asked.trial.with_value(|trial| trial.as_ref().map(|trial| trial.planned));
    let as_planned = trial.map_or_else(|| "As planned".to_owned(), |planned| format!("As planned: {}", planned.cart.words()));
    let presets = Cart::PRESETS.iter().map(|(code, words, _)| ((*code).to_owned(), (*words).to_owned()));
    let carts = [(PLANNED.to_owned(), as_planned)].into_iter().chain(presets).collect();
    let working = move || match asked.stage.get() {
        Stage::Working(done) => Some(view! {
            <div class="row" data-what-if="working">
                <span class="grow"><Meter label="Worked out" done of=1_000 tone=Tone::Accent /></span>
                <button type="button" class="btn" on:click=move |_| asked.cancel()>"Stop"</button>
            </div>
        }),
        _ => None,
    };
    let said = move || match asked.stage.get() {
        Stage::Working(_) => "Working it out".to_owned(),
        _ => asked.tried.with(|tried| tried.first().map(|(what, receipt)| told(*what, receipt)).unwrap_or_default()),
    };
    let rows =
        move || asked.tried.with(|tried| tried.iter().map(|(what, receipt)| tried_row(*what, receipt, planned)).collect_view());
    let planned_words = trial.map_or_else(String::new, words);
    view! {
        <form
            class="form"
            novalidate
            on:submit=move |event| {
                event.prevent_default();
                asked.work_out();
            }
        >
            <Choice label="How" name="method" options=methods picked=asked.method />
            <Choice label="Cart" name="cart" options=carts picked=asked.cart />
            <Stepper label="Totes on a cart" name="slots" value=asked.totes min=1 max=SLOTS_MAX />
        </form>
        {working}
        <p class="visually-hidden" role="status">{said}</p>
        <div class="table-scroll" data-scrolls tabindex="0" role="group" aria-label="Tried">
            <table class="table what-if">
                <caption class="visually-hidden">"What was tried, latest first, and the wave as it was planned"</caption>
                {heads(&[("How", ""), ("Metres", "num"), ("Minutes", "num"), ("Carts", "num")])}
                <tbody>{rows}</tbody>
                <tfoot>
                    <tr>
                        <th scope="row">"As planned" <br /> <span class="small muted">{planned_words}</span></th>
                        <td class="num">{grouped(planned.metres)}</td>
                        <td class="num">{grouped(planned.minutes)}</td>
                        <td class="num">{grouped(planned.carts)}</td>
                    </tr>
                </tfoot>
            </table>
        </div>
    }
    .into_any()
}
