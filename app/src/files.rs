//! A file of rows: tried first, then taken; row by row what became of it. Knows no noun: what the rows mean is the server's.

use domain::ids::CommandId;
use domain::waves::roster::{RosterReport, RowOutcome, RowSaid};
use leptos::prelude::*;
use leptos::server_fn::codec::ByteStream;

use crate::ask::Ask;
use crate::door::{Said, Unanswered};
use crate::ui::{Beside, Chip, Refusal, Send, Toasts, Tone, counted};

/// A file that is no text, on its way to a browser.
pub type Bytes = ByteStream<Said>;

/// The answer of a server function: a file of this name.
#[cfg(feature = "ssr")]
pub fn download(bytes: Vec<u8>, name: &str) -> Bytes {
    use http::HeaderValue;
    use http::header::{CONTENT_DISPOSITION, CONTENT_TYPE};
    if let Some(response) = use_context::<leptos_axum::ResponseOptions>() {
        response.insert_header(CONTENT_TYPE, HeaderValue::from_static("application/octet-stream"));
        if let Ok(disposition) = HeaderValue::from_str(&format!("attachment; filename=\"{name}\"")) {
            response.insert_header(CONTENT_DISPOSITION, disposition);
        }
    }
    ByteStream::new(futures::stream::once(async move { Ok::<_, Said>(bytes) }))
}

/// The first sheet of a workbook as the text its rows are read from; `hex` are its bytes.
#[server(endpoint = "files/sheet", prefix = "/api/fn", protocol = Ask)]
pub async fn read_sheet(hex: String) -> Result<String, Said> {
    use crate::door::{answer, caller};
    caller()?;
    answer(service::sheets::read(hex).await)
}

/// A card that brings a file in, under its title. `id` tells its fields from others on the page; `send` takes the command's id, the text
/// and whether it is only tried; the last words are said once it is taken, after the number of rows: of one, and of many.
pub fn bring_in<S, F>(
    title: &'static str,
    id: &'static str,
    hint: String,
    send: S,
    (one, many): (&'static str, &'static str),
    again: RwSignal<u32>,
) -> AnyView
where
    S: Fn(CommandId, String, bool) -> F + Copy + Send + Sync + 'static,
    F: Future<Output = Result<RosterReport, Said>> + Send + 'static,
{
    let text = RwSignal::new(String::new());
    let toasts = use_context::<Toasts>();
    let bringing = Unanswered::new();
    let take = Action::new(move |dry_run: &bool| {
        let (dry_run, text) = (*dry_run, text.get_untracked());
        async move {
            let report = bringing.send(&(text, dry_run), |id, (text, dry_run)| send(id, text, dry_run)).await?;
            if !dry_run {
                if let Some(toasts) = toasts {
                    toasts.push(counted(i64::try_from(report.count(RowOutcome::Taken)).unwrap_or(i64::MAX), one, many));
                }
                again.update(|again| *again += 1);
            }
            Ok::<_, Said>(report)
        }
    });
    let last = take.value();
    // A workbook that could not be read is said until the next file or try.
    let unread = RwSignal::new(None::<Said>);
    let said = Signal::derive(move || unread.get().or_else(|| last.get().and_then(Result::err)));
    let report = move || last.get().and_then(Result::ok).map(|report| outcome(&report));
    // Only what was tried is taken: whoever changes the text tries again.
    let tried = RwSignal::new(None::<String>);
    Effect::new(move |_| {
        if let Some(Ok(report)) = last.get() {
            tried.set(report.dry_run.then(|| text.get_untracked()));
        }
    });
    let ready = move || tried.with(|tried| tried.as_ref().is_some_and(|tried| text.with(|text| text == tried)));
    let busy = take.pending();
    let submit = move |event: leptos::ev::SubmitEvent| {
        event.prevent_default();
        unread.set(None);
        take.dispatch(true);
    };
    let (file, rows, hinted, beside) = (format!("{id}-file"), format!("{id}-text"), format!("h-{id}"), format!("r-{id}"));
    let described = format!("{hinted} {beside}");
    view! {
        <section class="card">
            <h2>{title}</h2>
            <Refusal said fields=&["file"] />
            <form class="form" novalidate on:submit=submit>
                <div class="field">
                    <label for=file.clone()>"CSV file or workbook (XLSX)"</label>
                    <input class="input" id=file type="file" accept=".csv,.xlsx,text/csv" on:change=move |event| read_file(&event, text, unread) />
                </div>
                <div class="field">
                    <label for=rows.clone()>"or its rows"</label>
                    <p class="hint" id=hinted>{hint}</p>
                    <textarea
                        class="input code"
                        id=rows
                        name="file"
                        rows="5"
                        aria-describedby=described
                        prop:value=move || text.get()
                        on:input=move |event| text.set(event_target_value(&event))
                    ></textarea>
                    <Beside id=beside field="file" said />
                </div>
                <div class="row">
                    <Send label="Try it" class="btn" busy />
                    <button
                        type="button"
                        class="btn primary"
                        disabled=move || busy.get() || !ready()
                        on:click=move |_| {
                            take.dispatch(false);
                        }
                    >
                        "Take it"
                    </button>
                </div>
            </form>
            <div aria-live="polite">{report}</div>
        </section>
    }
    .into_any()
}

/// Rows told one by one: those that were not taken first.
const ROWS_SHOWN: usize = 50;

fn outcome(report: &RosterReport) -> AnyView {
    let became = |outcome: RowOutcome| match outcome {
        RowOutcome::Taken if report.dry_run => "Would be taken",
        outcome => outcome.words(),
    };
    let chip = |outcome: RowOutcome, tone: Tone| {
        let count = report.count(outcome);
        (count > 0).then(|| view! { <Chip text=format!("{count} · {}", became(outcome)) tone /> })
    };
    let (mut rest, taken): (Vec<&RowSaid>, Vec<&RowSaid>) = report.rows.iter().partition(|row| row.outcome != RowOutcome::Taken);
    rest.extend(taken);
    let rows = rest
        .into_iter()
        .take(ROWS_SHOWN)
        .map(|row| view! { <li><b>{format!("Row {}: ", row.row_no)}</b> {became(row.outcome)} ". " {row.words.clone()}</li> })
        .collect_view();
    view! {
        <div class="stack-tight" data-report=report.rows.len()>
            <p class="row">
                {chip(RowOutcome::Taken, Tone::Ok)} {chip(RowOutcome::Known, Tone::Plain)} {chip(RowOutcome::Refused, Tone::Stop)}
                {chip(RowOutcome::Unreadable, Tone::Stop)}
            </p>
            <ul class="stack-tight small" role="list">{rows}</ul>
        </div>
    }
    .into_any()
}

/// The chosen file's text, into the field where it can be seen before it is sent. A workbook's first sheet is read by the server.
#[cfg(feature = "hydrate")]
fn read_file(event: &leptos::ev::Event, text: RwSignal<String>, unread: RwSignal<Option<Said>>) {
    use std::fmt::Write;
    let input = event_target::<web_sys::HtmlInputElement>(event);
    let Some(file) = input.files().and_then(|files| files.get(0)) else { return };
    unread.set(None);
    leptos::task::spawn_local(async move {
        if !file.name().to_lowercase().ends_with(".xlsx") {
            if let Ok(read) = wasm_bindgen_futures::JsFuture::from(file.text()).await {
                text.set(read.as_string().unwrap_or_default());
            }
            return;
        }
        let Ok(bytes) = wasm_bindgen_futures::JsFuture::from(file.array_buffer()).await else { return };
        let mut hex = String::new();
        for byte in js_sys::Uint8Array::new(&bytes).to_vec() {
            // Writing into a string cannot fail.
            let _ = write!(hex, "{byte:02x}");
        }
        match read_sheet(hex).await {
            Ok(read) => text.set(read),
            Err(said) => unread.set(Some(said)),
        }
    });
}

#[cfg(not(feature = "hydrate"))]
fn read_file(_: &leptos::ev::Event, _: RwSignal<String>, _: RwSignal<Option<Said>>) {}
