//! `/carriers`: who takes a site's orders, where to and until when; what channels use.

use chrono::NaiveTime;
use domain::carriers::{Carriers, ChannelService, ServiceRow, SetChannelService, SetService};
use domain::ids::SiteId;
use domain::people::Permission;
use leptos::prelude::*;
use leptos_meta::Title;
use leptos_router::components::A;

use super::carriers_api::{read_carriers, send_channel_service, send_service};
use crate::door::{Said, Unanswered, live, visit};
use crate::sites::here;
use crate::ui::{Chip, Choice, Empty, Field, Icon, LastRefused, Refusal, Send, Table, Toasts, Tone, loaded};

/// Fields that say their own refusals.
const FIELDS: &[&str] = &["code", "carrier", "service", "countries", "leaves_at"];

#[component]
pub fn CarriersPage() -> impl IntoView {
    let site = here();
    view! {
        <Title text="Carriers" />
        <div class="page">
            <header class="page-head">
                <A href="/waves" attr:class="btn quiet square" attr:aria-label="Waves">{Icon::Back.view()}</A>
                <h1>"Carriers"</h1>
            </header>
            {move || match site.get() {
                None => view! {
                    <div class="card">
                        <Empty title="Choose a site" words="Who calls there, and until when, is kept for each site: choose one above." icon=Icon::Map />
                    </div>
                }
                .into_any(),
                Some(site) => at_site(site),
            }}
        </div>
    }
    .into_any()
}

fn at_site(site: SiteId) -> AnyView {
    let again = RwSignal::new(0_u32);
    let fresh = live(&["carrier"]);
    let answer = Resource::new(move || (fresh.get(), again.get()), move |_| read_carriers(site));
    let card = Card::new(site, again);
    let may = visit().may(Permission::WavesPlan);
    view! {
        <div class="split">
            <div class="stack">{loaded(answer, move |known| services(&known, card, may))}</div>
            <div class="stack">
                {may.then(|| card.view())}
                {loaded(answer, move |known| if may { channels(known, again) } else { ().into_any() })}
            </div>
        </div>
    }
    .into_any()
}

fn services(known: &Carriers, card: Card, may: bool) -> AnyView {
    if known.services.is_empty() {
        return view! {
            <div class="card">
                <Empty title="No carrier yet" words="Until one is here, parcels go with whoever is named when they are handed over." icon=Icon::Truck />
            </div>
        }
        .into_any();
    }
    let rows = known.services.iter().map(|row| service(row, card, may)).collect_view();
    let clock =
        view! { <span class="muted small">{format!("{}, by {} time", known.site_code, known.timezone)}</span> }.into_any();
    view! {
        <Table title="Services" caption="What carriers offer, and until when they take it here" aside=clock>
            <thead>
                <tr>
                    <th scope="col">"Carrier"</th>
                    <th scope="col">"Service"</th>
                    <th scope="col">"Goes to"</th>
                    <th scope="col">"Ready by"</th>
                    <th scope="col">"Code"</th>
                </tr>
            </thead>
            <tbody>{rows}</tbody>
        </Table>
    }
    .into_any()
}

fn service(row: &ServiceRow, card: Card, may: bool) -> AnyView {
    let offer = row.offer.clone();
    let countries = if offer.countries.is_empty() { "everywhere".to_owned() } else { offer.countries.join(", ") };
    let ready = row.leaves_at.map_or_else(|| "does not call here".to_owned(), |at| domain::dates::time(&at));
    let usual = row.usual.then(|| view! { " " <Chip text="Usual here" tone=Tone::Ok /> });
    let chosen = row.clone();
    let name = if may {
        view! { <button type="button" class="btn quiet" on:click=move |_| card.take(&chosen)>{offer.carrier.clone()}</button> }
            .into_any()
    } else {
        offer.carrier.clone().into_any()
    };
    view! {
        <tr data-service=offer.code.clone()>
            <th scope="row">{name}</th>
            <td>{offer.service} {usual}</td>
            <td>{countries}</td>
            <td class="nowrap">{ready}</td>
            <td><span class="code">{offer.code.clone()}</span></td>
        </tr>
    }
    .into_any()
}

/// A service as it is typed. Made once for a page: what is shown is drawn anew.
#[derive(Clone, Copy)]
struct Card {
    code: RwSignal<String>,
    carrier: RwSignal<String>,
    service: RwSignal<String>,
    countries: RwSignal<String>,
    leaves_at: RwSignal<String>,
    usual: RwSignal<bool>,
    send: Action<(), Result<(), Said>>,
    last: LastRefused,
}

impl Card {
    fn new(site: SiteId, again: RwSignal<u32>) -> Self {
        let text = || RwSignal::new(String::new());
        let (code, carrier, service, countries, leaves_at) = (text(), text(), text(), text(), text());
        let (usual, last, toasts, setting) =
            (RwSignal::new(false), LastRefused::default(), use_context::<Toasts>(), Unanswered::new());
        let send = Action::new(move |(): &()| {
            let typed = leaves_at.get_untracked();
            let time = NaiveTime::parse_from_str(typed.trim(), "%H:%M").or_else(|_| typed.trim().parse());
            let countries = countries.get_untracked().to_uppercase();
            let command = SetService {
                site,
                code: code.get_untracked().trim().to_owned(),
                carrier: carrier.get_untracked(),
                service: service.get_untracked(),
                countries: countries.split([',', ' ']).filter(|part| !part.is_empty()).map(ToOwned::to_owned).collect(),
                leaves_at: time.as_ref().ok().copied(),
                usual: usual.get_untracked(),
            };
            last.of(async move {
                if !typed.trim().is_empty() && time.is_err() {
                    return Err(Said::invalid("leaves_at", "A time of day such as 17:30."));
                }
                setting.send(&command, send_service).await?;
                if let Some(toasts) = toasts {
                    toasts.push("Orders that come in from now on follow it.".to_owned());
                }
                again.update(|again| *again += 1);
                Ok(())
            })
        });
        Self { code, carrier, service, countries, leaves_at, usual, send, last }
    }

    fn take(self, row: &ServiceRow) {
        self.code.set(row.offer.code.clone());
        self.carrier.set(row.offer.carrier.clone());
        self.service.set(row.offer.service.clone());
        self.countries.set(row.offer.countries.join(", "));
        self.leaves_at.set(row.leaves_at.map_or_else(String::new, |at| domain::dates::time(&at)));
        self.usual.set(row.usual);
    }

    fn view(self) -> AnyView {
        let said = self.last.said();
        let submit = move |event: leptos::ev::SubmitEvent| {
            event.prevent_default();
            self.send.dispatch(());
        };
        view! {
            <section class="card">
                <h2>"Set a service"</h2>
                <Refusal said fields=FIELDS />
                <form class="form" novalidate on:submit=submit>
                    <Field label="Code" name="code" hint="What an order asks for, such as dhl-next." typed=self.code required=true said />
                    <Field label="Carrier" name="carrier" typed=self.carrier required=true said />
                    <Field label="Service" name="service" typed=self.service said />
                    <Field label="Goes to" name="countries" hint="Codes such as GB, FR. Empty: everywhere." typed=self.countries said />
                    <Field
                        label="Ready by"
                        name="leaves_at"
                        kind="time"
                        hint="When the carrier calls here, by the site's clock. Empty: it does not."
                        typed=self.leaves_at
                        said
                    />
                    <label class="check">
                        <input
                            type="checkbox"
                            name="usual"
                            prop:checked=self.usual
                            on:change=move |event| self.usual.set(event_target_checked(&event))
                        />
                        "Orders that ask for nothing leave this site with it"
                    </label>
                    <Send label="Save the service" busy=self.send.pending() />
                </form>
            </section>
        }
        .into_any()
    }
}

fn channels(known: Carriers, again: RwSignal<u32>) -> AnyView {
    let offers: Vec<(String, String)> = std::iter::once((String::new(), "What the site uses".to_owned()))
        .chain(known.services.iter().map(|row| {
            let offer = &row.offer;
            (offer.code.clone(), format!("{} · {}", offer.carrier, offer.service))
        }))
        .collect();
    let rows =
        known.channels.into_iter().map(|channel| view! { <ChannelForm channel offers=offers.clone() again /> }).collect_view();
    view! {
        <section class="card">
            <h2>"Channels"</h2>
            <p class="muted small">"What a channel's orders leave with when they ask for nothing."</p>
            {rows}
        </section>
    }
    .into_any()
}

#[component]
fn ChannelForm(channel: ChannelService, offers: Vec<(String, String)>, again: RwSignal<u32>) -> impl IntoView {
    let (picked, last, toasts, setting) =
        (RwSignal::new(channel.service), LastRefused::default(), use_context::<Toasts>(), Unanswered::new());
    let id = channel.channel;
    let send = Action::new(move |(): &()| {
        let command = SetChannelService { channel: id, service: picked.get_untracked() };
        last.of(async move {
            setting.send(&command, send_channel_service).await?;
            if let Some(toasts) = toasts {
                toasts.push("Its orders follow it from now on.".to_owned());
            }
            again.update(|again| *again += 1);
            Ok(())
        })
    });
    let said = last.said();
    let submit = move |event: leptos::ev::SubmitEvent| {
        event.prevent_default();
        send.dispatch(());
    };
    view! {
        <form class="form" novalidate on:submit=submit data-channel=id.to_string()>
            <Refusal said fields=&["service"] />
            <Choice label=channel.name own=id.to_string() name="service" options=offers picked said />
            <Send label="Save" class="btn" busy=send.pending() />
        </form>
    }
    .into_any()
}
