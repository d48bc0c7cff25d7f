//! `/sites`: the org's sites, and a new one from a few numbers.

use domain::ids::SiteId;
use domain::people::Permission;
use domain::sites::spec::LayoutSpec;
use domain::sites::{NewSite, SiteRow, written};
use leptos::prelude::*;
use leptos_meta::Title;
use leptos_router::NavigateOptions;
use leptos_router::components::A;
use leptos_router::hooks::use_navigate;

use super::api::list_sites;
use super::design_api::send_site;
use crate::door::{Said, Unanswered, live, visit};
use crate::ui::{Empty, Field, Icon, LastRefused, Refusal, Send, Table, counted, heads, loaded};

#[component]
pub fn SitesPage() -> impl IntoView {
    let fresh = live(&["site", "bin"]);
    let answer = Resource::new(move || fresh.get(), |_| list_sites());
    let everywhere = visit()
        .caller
        .is_some_and(|caller| caller.may(Permission::SitesEdit, None) && caller.sites(Permission::SitesEdit).is_none());
    let count = Resource::new(|| (), |()| list_sites());
    view! {
        <Title text="Sites" />
        <div class="page">
            <header class="page-head">
                <h1>"Sites"</h1>
            </header>
            <div class=if everywhere { "split" } else { "stack" }>
                {loaded(answer, |sites| table(&sites))}
                {everywhere.then(|| loaded(count, |sites: Vec<SiteRow>| view! { <NewSiteCard sites=sites.len() /> }.into_any()))}
            </div>
        </div>
    }
    .into_any()
}

fn table(sites: &[SiteRow]) -> AnyView {
    if sites.is_empty() {
        return view! {
            <div class="card"><Empty title="No site yet" words="A site is made from a few numbers, and drawn on from there." icon=Icon::Map /></div>
        }
        .into_any();
    }
    let rows = sites.iter().map(|site| {
        let (id, code, marked) = (site.id, site.code.clone(), site.code.clone());
        let bins = counted(site.bins, "bin", "bins");
        view! {
            <tr data-site=marked>
                <th scope="row"><A href=format!("/sites/{id}/design")>{code}</A></th>
                <td>{site.name.clone()}</td>
                <td class="mid">{site.country.clone()}</td>
                <td class="wide">{site.timezone.clone()}</td>
                <td class="num"><A href=format!("/sites/{id}/bins")>{bins}</A></td>
            </tr>
        }
    });
    let rows = rows.collect_view();
    view! {
        <Table title="Sites" caption="Sites with the number of their bins">
            {heads(&[("Site", ""), ("Name", ""), ("Country", "mid"), ("Clock", "wide"), ("Bins", "num")])}
            <tbody>{rows}</tbody>
        </Table>
    }
    .into_any()
}

/// What stands in the form.
#[derive(Clone, Copy)]
struct Typed {
    code: RwSignal<String>,
    name: RwSignal<String>,
    country: RwSignal<String>,
    timezone: RwSignal<String>,
    aisles: RwSignal<String>,
    pitch: RwSignal<String>,
    length: RwSignal<String>,
    cross_aisles: RwSignal<String>,
    totes: RwSignal<String>,
    rank: i32,
    id: StoredValue<SiteId>,
}

const FIELDS: &[&str] = &["code", "name", "country", "timezone", "aisles", "pitch", "length", "cross_aisles", "totes"];

impl Typed {
    fn new(sites: usize) -> Self {
        let text = |word: &str| RwSignal::new(word.to_owned());
        Self {
            code: text(""),
            name: text(""),
            country: text("GB"),
            timezone: text("Europe/London"),
            aisles: text("6"),
            pitch: text("3"),
            length: text("24"),
            cross_aisles: text("2"),
            totes: text("40"),
            rank: i32::try_from(sites).unwrap_or(i32::MAX),
            id: StoredValue::new(SiteId::mint()),
        }
    }

    fn read(self) -> Result<NewSite, Said> {
        let number = |field: &str, text: RwSignal<String>| {
            text.get_untracked().trim().parse().map_err(|_| Said::invalid(field, "Give a whole number."))
        };
        let metres = |field: &str, text: RwSignal<String>| {
            written::metres(&text.get_untracked()).map_err(|_| Said::invalid(field, "Give metres, such as 4.5."))
        };
        let spec = LayoutSpec {
            aisles: number("aisles", self.aisles)?,
            pitch_mm: metres("pitch", self.pitch)?,
            length_mm: metres("length", self.length)?,
            cross_aisles: number("cross_aisles", self.cross_aisles)?,
            // Bins follow by their own pattern.
            bins_per_side: 1,
            levels: 1,
        };
        let totes = self.totes.get_untracked().trim().parse().map_err(|_| Said::invalid("totes", "Give a whole number."))?;
        let site = NewSite {
            id: self.id.get_value(),
            code: self.code.get_untracked(),
            name: self.name.get_untracked(),
            country: self.country.get_untracked(),
            timezone: self.timezone.get_untracked(),
            rank: self.rank,
            spec,
            with_bins: false,
            totes,
        };
        site.open().map_err(|refusal| Said::here(&refusal))?;
        Ok(site)
    }
}

#[component]
fn NewSiteCard(sites: usize) -> impl IntoView {
    let (typed, last, button, go) = (Typed::new(sites), LastRefused::default(), Unanswered::new(), use_navigate());
    let send = Action::new(move |(): &()| {
        let (site, go) = (typed.read(), go.clone());
        last.of(async move {
            let site = button.send(&site?, send_site).await?;
            typed.id.set_value(SiteId::mint());
            go(&format!("/sites/{site}/design"), NavigateOptions::default());
            Ok(())
        })
    });
    let said = last.said();
    let submit = move |event: leptos::ev::SubmitEvent| {
        event.prevent_default();
        send.dispatch(());
    };
    view! {
        <section class="card">
            <h2>"New site"</h2>
            <Refusal said fields=FIELDS />
            <form class="form" novalidate on:submit=submit>
                <div class="form-row">
                    <Field label="Code" name="code" hint="2 to 12 capitals" typed=typed.code said />
                    <Field label="Name" name="name" typed=typed.name said />
                </div>
                <div class="form-row">
                    <Field label="Country" name="country" hint="Two letters" typed=typed.country value=typed.country.get_untracked() said />
                    <Field label="Clock" name="timezone" typed=typed.timezone value=typed.timezone.get_untracked() said />
                </div>
                <div class="form-row">
                    <Field label="Aisles" name="aisles" inputmode="numeric" typed=typed.aisles value=typed.aisles.get_untracked() said />
                    <Field label="From aisle to aisle, m" name="pitch" inputmode="decimal" typed=typed.pitch value=typed.pitch.get_untracked() said />
                </div>
                <div class="form-row">
                    <Field label="Length of an aisle, m" name="length" inputmode="decimal" typed=typed.length value=typed.length.get_untracked() said />
                    <Field label="Cross-aisles" name="cross_aisles" inputmode="numeric" typed=typed.cross_aisles value=typed.cross_aisles.get_untracked() said />
                    <Field label="Totes" name="totes" inputmode="numeric" typed=typed.totes value=typed.totes.get_untracked() said />
                </div>
                <p class="hint">"Docks, benches and a quarantine bin come with it. Bins are made by a pattern once it is drawn."</p>
                <Send label="Make the site" busy=send.pending() />
            </form>
        </section>
    }
    .into_any()
}
