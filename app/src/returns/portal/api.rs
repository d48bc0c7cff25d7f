//! The portal's doors. Forms are plain: they work before wasm and without it, and answer with a new page.

use domain::ids::{CommandId, ReturnId};
use domain::returns::{AskedLine, OrderToReturn, ReturnStatus};
use leptos::prelude::*;
use leptos::server_fn::codec::PostUrl;

use crate::ask::Ask;
use crate::door::Said;

/// An order number with its email or postcode opens the order for half an hour.
#[server(prefix = "/api/fn", endpoint = "portal/open", input = PostUrl)]
pub async fn open(number: String, secret: String) -> Result<(), Said> {
    use crate::door::{answer, db, now};
    use crate::people::cookies::PORTAL;
    let browser = crate::people::browser::here();
    let host = browser.headers.get(http::header::HOST).and_then(|host| host.to_str().ok()).unwrap_or_default().to_owned();
    let (address, device) = (browser.address(), browser.device());
    let door = service::returns::PortalDoor { host, number, secret, address, device };
    let typed = [("number", door.number.as_str()), ("secret", door.secret.as_str())];
    let opened = answer(db().open_portal(&door, now()).await).inspect_err(|_| browser.cookies.keep_typed(&typed))?;
    // One visit, one order: what was open before is shut, wherever its cookie was kept.
    if let Some(before) = browser.cookies.find(PORTAL, &browser.headers) {
        answer(db().sign_out(&before, now()).await)?;
    }
    browser.cookies.set(PORTAL, &opened.token, opened.seconds);
    browser.cookies.forget_typed(&browser.headers);
    leptos_axum::redirect("/portal/order");
    Ok(())
}

/// Leaves the order: for whoever shares a phone.
#[server(prefix = "/api/fn", endpoint = "portal/leave", input = PostUrl)]
pub async fn leave() -> Result<(), Said> {
    use crate::door::{answer, db, now};
    use crate::people::cookies::PORTAL;
    let browser = crate::people::browser::here();
    if let Some(token) = browser.cookies.find(PORTAL, &browser.headers) {
        answer(db().sign_out(&token, now()).await)?;
    }
    browser.cookies.clear(PORTAL);
    leptos_axum::redirect("/portal");
    Ok(())
}

/// The order of this visit, with what can come back.
#[server(prefix = "/api/fn", endpoint = "portal/order", protocol = Ask)]
pub async fn read_order() -> Result<OrderToReturn, Said> {
    use crate::door::{answer, db, now};
    let (caller, order) = customer()?;
    answer(db().order_to_return(&caller, order, now()).await)
}

/// One return of this visit's order.
#[server(prefix = "/api/fn", endpoint = "portal/return", protocol = Ask)]
pub async fn read_return(number: String) -> Result<ReturnStatus, Said> {
    use crate::door::{answer, db};
    let (caller, _) = customer()?;
    answer(db().return_status(&caller, &number).await)
}

/// Asks for the return; the form's id makes a second press the same request.
#[server(prefix = "/api/fn", endpoint = "portal/request", input = PostUrl)]
pub async fn request(id: CommandId, #[server(default)] lines: Vec<AskedLine>) -> Result<(), Said> {
    use crate::door::{answer, db, now};
    use domain::returns::{RequestReturn, Source};
    let (caller, order) = customer()?;
    let command = RequestReturn { order, lines, source: Source::Portal };
    let browser = crate::people::browser::here();
    let made = answer(db().run(&caller, id, now(), &command).await).inspect_err(|_| {
        let lines: Vec<(String, &str)> = command.lines.iter().map(|line| (line.line.to_string(), line.note.as_str())).collect();
        let notes: Vec<(&str, &str)> = lines.iter().map(|(line, note)| (line.as_str(), *note)).collect();
        browser.cookies.keep_typed(&notes);
    })?;
    browser.cookies.forget_typed(&browser.headers);
    leptos_axum::redirect(&format!("/portal/returns/{}", made.number));
    Ok(())
}

/// Takes a request back, before anything came in.
#[server(prefix = "/api/fn", endpoint = "portal/cancel", input = PostUrl)]
pub async fn cancel(id: CommandId, return_id: ReturnId) -> Result<(), Said> {
    use crate::door::{answer, db, now};
    use domain::returns::CancelReturn;
    let (caller, _) = customer()?;
    answer(db().run(&caller, id, now(), &CancelReturn { id: return_id }).await)?;
    leptos_axum::redirect(&format!("/portal/returns/{return_id}"));
    Ok(())
}

/// Only a customer's session counts here.
#[cfg(feature = "ssr")]
fn customer() -> Result<(domain::people::Caller, domain::ids::OrderId), Said> {
    use domain::people::Actor;
    let caller = crate::door::caller()?;
    match caller.who {
        Actor::Customer { order } => Ok((caller, order)),
        _ => crate::door::answer(Err(service::Failure::from(domain::people::PeopleRefusal::SignInNeeded))),
    }
}
