//! What is kept from each channel: its own number, and those of single SKUs.

use domain::stock::channels::{BufferRow, TypedBuffer};
use leptos::prelude::*;

use super::api::send_buffer;
use crate::door::{Said, Unanswered};
use crate::ui::{Choice, Field, LastRefused, Refusal, Send, Toasts, grouped};

#[component]
pub fn BufferCard(rows: Vec<BufferRow>, again: RwSignal<u32>) -> impl IntoView {
    let mut options: Vec<(String, String)> = rows.iter().map(|row| (row.channel.clone(), row.channel_name.clone())).collect();
    options.dedup();
    let listed = rows.iter().filter_map(|row| {
        let units = grouped(row.units?.into());
        let what = row.sku_code.clone().unwrap_or_else(|| "each SKU".to_owned());
        Some(view! { <li>{format!("{}: {units} of {what}", row.channel_name)}</li> })
    });
    let listed = listed.collect_view();
    let channel = RwSignal::new(options.first().map_or_else(String::new, |(code, _)| code.clone()));
    let (sku, units) = (RwSignal::new(String::new()), RwSignal::new(String::new()));
    let (toasts, last, setting) = (use_context::<Toasts>(), LastRefused::default(), Unanswered::new());
    let set = Action::new_local(move |(): &()| {
        let given = units.get_untracked();
        let given = match given.trim() {
            "" => Ok(None),
            number => number.parse().map(Some).map_err(|_| Said::invalid("quantity", "Give a whole number, or nothing.")),
        };
        let (channel, sku_code) = (channel.get_untracked(), sku.get_untracked());
        last.of(async move {
            setting.send(&TypedBuffer { channel, sku_code, units: given? }, send_buffer).await?;
            if let Some(toasts) = toasts {
                toasts.push("The buffer is set.".to_owned());
            }
            again.update(|again| *again += 1);
            Ok(())
        })
    });
    let said = last.said();
    let submit = move |event: leptos::ev::SubmitEvent| {
        event.prevent_default();
        set.dispatch(());
    };
    view! {
        <section class="card">
            <h2>"Kept from channels"</h2>
            <p class="small muted">"Units that a channel is not told of, so that two channels do not sell the last one at once. Orders that came are served from all there is."</p>
            <ul class="stack-tight small" role="list">{listed}</ul>
            <Refusal said fields=&["channel", "sku", "quantity"] />
            <form class="form" novalidate on:submit=submit>
                <Choice label="Channel" name="channel" options picked=channel said />
                <Field label="SKU" name="sku" hint="Its code or a barcode. None: each SKU." typed=sku value=sku.get_untracked() said />
                <Field label="Units" name="quantity" inputmode="numeric" hint="None: the number is taken away." typed=units value=units.get_untracked() said />
                <Send label="Keep them" class="btn" busy=set.pending() />
            </form>
        </section>
    }
    .into_any()
}
