//! The doors of people: signing in and out as plain forms, and the administrator's People page.

use domain::ids::{CommandId, PersonId};
use domain::people::{Grant, PersonRow};
use leptos::prelude::*;
use leptos::server_fn::codec::{GetUrl, PostUrl, StreamingText, TextStream};

use crate::ask::Ask;
use crate::door::Said;

/// Opens a session and goes on to `next`, or to where the person's work is.
#[server(prefix = "/api/fn", endpoint = "people/sign-in", input = PostUrl)]
pub async fn sign_in(email: String, password: String, #[server(default)] next: String) -> Result<(), Said> {
    use super::cookies::STAFF;
    use crate::door::{answer, db, now};
    let browser = super::browser::here();
    let previous = browser.cookies.find(STAFF, &browser.headers);
    let (device, address) = (browser.device(), browser.address());
    let try_ = service::directory::SignIn { email, password, device, address, previous };
    let opened =
        answer(db().sign_in(&try_, now()).await).inspect_err(|_| browser.cookies.keep_typed(&[("email", &try_.email)]))?;
    browser.cookies.set(STAFF, &opened.token, opened.seconds);
    browser.cookies.forget_typed(&browser.headers);
    leptos_axum::redirect(if super::is_own(&next) { &next } else { "/" });
    Ok(())
}

/// Ends the session, here and for whoever else has its cookie.
#[server(prefix = "/api/fn", endpoint = "people/sign-out", input = PostUrl)]
pub async fn sign_out() -> Result<(), Said> {
    use super::cookies::STAFF;
    use crate::door::{answer, db, now};
    let browser = super::browser::here();
    if let Some(token) = browser.cookies.find(STAFF, &browser.headers) {
        answer(db().sign_out(&token, now()).await)?;
    }
    browser.cookies.clear(STAFF);
    leptos_axum::redirect("/sign-in");
    Ok(())
}

/// Everyone of the org.
#[server(prefix = "/api/fn", endpoint = "people/list", protocol = Ask)]
pub async fn list() -> Result<Vec<PersonRow>, Said> {
    use crate::door::{answer, caller, db};
    answer(db().people(&caller()?).await)
}

/// The same as a file: one line a role held.
#[server(prefix = "/api/fn", endpoint = "people/list.csv", input = GetUrl, output = StreamingText)]
pub async fn list_csv() -> Result<TextStream<Said>, Said> {
    use crate::csv::Csv;
    use crate::door::{answer, caller, db};
    use domain::people::Permission;
    let caller = caller()?;
    let people = answer(db().people(&caller).await)?;
    let sites = answer(db().sites(&caller, Permission::PeopleView).await)?;
    let mut csv = Csv::new(&["name", "email", "role", "site", "since", "sign_in"]);
    for person in people {
        let state = if person.active { "active" } else { "ended" };
        let (name, email, since) = (person.name, person.email, person.since.to_rfc3339());
        if person.grants.is_empty() {
            csv.row(&[name.as_str(), &email, "", "", &since, state]);
        }
        for grant in &person.grants {
            let known = grant.site.and_then(|id| sites.iter().find(|site| site.id == id)).map(|site| site.name.clone());
            let site = known.or_else(|| grant.site.map(|id| id.to_string())).unwrap_or_else(|| "all sites".to_owned());
            csv.row(&[name.as_str(), &email, grant.role.code(), &site, &since, state]);
        }
    }
    Ok(csv.download("people"))
}

/// A new person with a sign-in.
#[server(prefix = "/api/fn", endpoint = "people/add", protocol = Ask)]
pub async fn add(
    id: CommandId,
    person: PersonId,
    name: String,
    email: String,
    password: String,
    grants: Vec<Grant>,
) -> Result<PersonId, Said> {
    use crate::door::{answer, caller, db, now};
    let caller = caller()?;
    require_edit(&caller)?;
    let password_hash = answer(service::directory::hash_password(&password).await)?;
    let command = domain::people::AddPerson { id: person, name, email, grants, password_hash };
    answer(db().run(&caller, id, now(), &command).await)
}

/// Exactly these grants from now on.
#[server(prefix = "/api/fn", endpoint = "people/set-grants", protocol = Ask)]
pub async fn set_grants(id: CommandId, person: PersonId, grants: Vec<Grant>) -> Result<(), Said> {
    use crate::door::{answer, caller, db, now};
    answer(db().run(&caller()?, id, now(), &domain::people::SetGrants { person, grants }).await)
}

/// No more sign-ins; how many sessions ended with it.
#[server(prefix = "/api/fn", endpoint = "people/deactivate", protocol = Ask)]
pub async fn deactivate(id: CommandId, person: PersonId) -> Result<u64, Said> {
    use crate::door::{answer, caller, db, now};
    answer(db().run(&caller()?, id, now(), &domain::people::Deactivate { person }).await)
}

/// A new password; how many sessions ended with it.
#[server(prefix = "/api/fn", endpoint = "people/set-password", protocol = Ask)]
pub async fn set_password(id: CommandId, person: PersonId, password: String) -> Result<u64, Said> {
    use crate::door::{answer, caller, db, now};
    let caller = caller()?;
    require_edit(&caller)?;
    let password_hash = answer(service::directory::hash_password(&password).await)?;
    answer(db().run(&caller, id, now(), &domain::people::SetPassword { person, password_hash }).await)
}

/// Before the slow hash, so that nobody without the permission makes us work; the command asks again.
#[cfg(feature = "ssr")]
fn require_edit(caller: &domain::people::Caller) -> Result<(), Said> {
    use domain::people::{PeopleRefusal, Permission};
    if caller.may(Permission::PeopleEdit, None) {
        return Ok(());
    }
    crate::door::answer(Err(service::Failure::from(PeopleRefusal::NotAllowed { permission: Permission::PeopleEdit })))
}
