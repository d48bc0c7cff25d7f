//! `/data/reasons`: the reason codes of each process, how often each was given, and an org's own beside the standard ones.

use domain::people::Permission;
use domain::reasons::{AddReason, CodeRow, Process, ProcessRow, RetireReason};
use leptos::prelude::*;
use leptos_meta::Title;
use leptos_router::components::A;

use super::api::{read_codes, send_reason, send_retirement};
use crate::door::{Said, Unanswered, live, visit};
use crate::ui::{
    Chip, Choice, Field, Icon, LastRefused, Refusal, Refused, Send, Table, Toasts, Tone, When, grouped, heads, loaded,
};

#[component]
pub fn ReasonsPage() -> impl IntoView {
    let (fresh, again) = (live(&["reason"]), RwSignal::new(0_u32));
    let answer = Resource::new(move || (fresh.get(), again.get()), |_| read_codes());
    let may = visit().may(Permission::CatalogRules);
    let tools = Tools::new(again);
    view! {
        <Title text="Reasons" />
        <div class="page">
            <header class="page-head">
                <A href="/data" attr:class="btn quiet square" attr:aria-label="Master data">{Icon::Back.view()}</A>
                <h1>"Reasons"</h1>
            </header>
            <div class="split">
                <div class="stack">
                    <Refusal said=tools.said />
                    {loaded(answer, move |rows| rows.into_iter().map(|row| process(row, may, tools)).collect_view().into_any())}
                </div>
                <div class="stack">{may.then(|| view! { <AddCard again /> })}</div>
            </div>
        </div>
    }
    .into_any()
}

/// What can be done to a code here.
#[derive(Clone, Copy)]
struct Tools {
    retire: Action<RetireReason, Result<(), Said>>,
    /// The code the last answer was about.
    last: RwSignal<Option<(Process, String)>>,
    said: Refused,
}

impl Tools {
    fn new(again: RwSignal<u32>) -> Self {
        let (toasts, refused, retiring) = (use_context::<Toasts>(), LastRefused::default(), Unanswered::new());
        let retire = Action::new(move |command: &RetireReason| {
            let command = command.clone();
            refused.of(async move {
                retiring.send(&command, send_retirement).await?;
                if let Some(toasts) = toasts {
                    let words = if command.retire { "No longer in use. What was done for it keeps it." } else { "In use again." };
                    toasts.push(words.to_owned());
                }
                again.update(|again| *again += 1);
                Ok(())
            })
        });
        Self { retire, last: RwSignal::new(None), said: refused.said() }
    }
}

fn process(row: ProcessRow, may: bool, tools: Tools) -> AnyView {
    let process = row.process;
    let standard: Vec<(&str, &str)> = process.standard();
    let rows = row.codes.into_iter().map(|code| code_row(process, code, &standard, may, tools)).collect_view();
    view! {
        <div data-process=process.code()>
            <Table title=process.words() caption=format!("{}: its codes", process.words())>
                {heads(&[("Reason", ""), ("Code", "mid"), ("Given", "num"), ("Last", "mid"), ("", "")])}
                <tbody>{rows}</tbody>
            </Table>
        </div>
    }
    .into_any()
}

fn code_row(process: Process, row: CodeRow, standard: &[(&str, &str)], may: bool, tools: Tools) -> AnyView {
    let means = standard.iter().find(|(code, _)| *code == row.reason.means).map_or("", |(_, words)| *words);
    let counts = (!row.standard).then(|| view! { <p class="small muted">{format!("Counts as: {means}")}</p> });
    let retired = row.retired.then(|| view! { " " <Chip text="Retired" tone=Tone::Plain /> });
    let (code, retire) = (row.reason.code.clone(), !row.retired);
    let act = may.then(|| {
        let asked = (process, code.clone());
        let busy = {
            let asked = asked.clone();
            move || tools.retire.pending().get() && tools.last.with(|last| last.as_ref() == Some(&asked))
        };
        let label = if retire { "Retire" } else { "Use again" };
        let words = format!("{label}: {}", row.reason.words);
        let go = move |_| {
            tools.last.set(Some(asked.clone()));
            tools.retire.dispatch(RetireReason { process, code: asked.1.clone(), retire });
        };
        view! { <button type="button" class="btn quiet" aria-label=words disabled=busy on:click=go>{label}</button> }
    });
    view! {
        <tr data-code=code.clone()>
            <th scope="row">{row.reason.words} {retired} {counts}</th>
            <td class="mid code">{code.clone()}</td>
            <td class="num">{grouped(row.given)}</td>
            <td class="mid">{row.last.map(|at| view! { <When at /> })}</td>
            <td>{act}</td>
        </tr>
    }
    .into_any()
}

#[component]
fn AddCard(again: RwSignal<u32>) -> impl IntoView {
    let (process, means) = (RwSignal::new(Process::Adjustment.code().to_owned()), RwSignal::new(String::new()));
    let (words, code) = (RwSignal::new(String::new()), RwSignal::new(String::new()));
    let (toasts, last, adding) = (use_context::<Toasts>(), LastRefused::default(), Unanswered::new());
    let chosen = move || Process::parse(&process.get()).unwrap_or(Process::Adjustment);
    let add = Action::new(move |(): &()| {
        let process = Process::parse(&process.get_untracked()).unwrap_or(Process::Adjustment);
        let typed = |typed: RwSignal<String>| typed.get_untracked();
        let command = AddReason { process, code: typed(code), words: typed(words), means: typed(means) };
        last.of(async move {
            adding.send(&command, send_reason).await?;
            if let Some(toasts) = toasts {
                toasts.push(format!("{} can be chosen now.", command.words.trim()));
            }
            for typed in [words, code, means] {
                typed.set(String::new());
            }
            again.update(|again| *again += 1);
            Ok(())
        })
    });
    let submit = move |event: leptos::ev::SubmitEvent| {
        event.prevent_default();
        add.dispatch(());
    };
    let said = last.said();
    let pairs = |pairs: Vec<(&'static str, &'static str)>| {
        pairs.into_iter().map(|(code, words)| (code.to_owned(), words.to_owned())).collect::<Vec<_>>()
    };
    let processes = pairs(Process::ALL.map(|process| (process.code(), process.words())).to_vec());
    let counts = move || {
        let options = [("", "Choose …")].into_iter().chain(chosen().standard()).collect();
        let hint = "What happens for it, and where it is counted, is as for this one.";
        view! { <Choice label="Counts as" name="means" hint options=pairs(options) picked=means said /> }
    };
    view! {
        <section class="card">
            <h2>"A reason of your own"</h2>
            <Refusal said fields=&["process", "words", "code", "means"] />
            <form class="form" novalidate on:submit=submit>
                <Choice label="For" name="process" options=processes picked=process said />
                <Field label="What it says" name="words" hint="It is never changed: what was done for it keeps it." typed=words maxlength=60_u32 said />
                <Field label="Code" name="code" hint="Small letters, digits and _, such as moth_eaten." typed=code maxlength=40_u32 said />
                {counts}
                <Send label="Add it" busy=add.pending() />
            </form>
        </section>
    }
    .into_any()
}
