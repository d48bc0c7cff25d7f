//! The integration API, version 1: JSON in and out, keys with scopes, `Idempotency-Key` on every POST, problems by RFC 9457,
//! its `OpenAPI` document and page served by the app. Says things on the wire; the same service calls as the screens do them.

mod baskets;
mod orders;
mod returns;
mod stock;
mod wire;

use axum::Router;
use chrono::Utc;
use service::Db;
use utoipa::openapi::security::{HttpAuthScheme, HttpBuilder, SecurityScheme};
use utoipa::{Modify, OpenApi};
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;
use utoipa_swagger_ui::SwaggerUi;

/// Orders, stock and returns for shops, marketplaces and 3PL partners.
#[derive(OpenApi)]
#[openapi(
    info(title = "Tideway API", version = "1", description = "Orders in, availability out, returns both ways. Send your key as `Authorization: Bearer tw_…`. Every POST carries an `Idempotency-Key`: the same key and body take effect once, the same key with another body is refused (422)."),
    modifiers(&Key)
)]
struct Document;

struct Key;

impl Modify for Key {
    fn modify(&self, document: &mut utoipa::openapi::OpenApi) {
        let bearer = HttpBuilder::new().scheme(HttpAuthScheme::Bearer).bearer_format("tw_…").build();
        document.components.get_or_insert_default().add_security_scheme("key", SecurityScheme::Http(bearer));
    }
}

fn parts() -> (Router<Db>, utoipa::openapi::OpenApi) {
    OpenApiRouter::with_openapi(Document::openapi())
        .routes(routes!(orders::create))
        .routes(routes!(orders::get))
        .routes(routes!(orders::cancel))
        .routes(routes!(baskets::create))
        .routes(routes!(baskets::drop))
        .routes(routes!(stock::availability))
        .routes(routes!(returns::create))
        .routes(routes!(returns::get))
        .split_for_parts()
}

/// The document, as it is served and as tests compare it.
pub fn document() -> utoipa::openapi::OpenApi {
    parts().1
}

/// `/api/v1/…`, `/api/v1/openapi.json` and the page `/api/v1/docs`.
pub fn router(db: Db) -> Router {
    let (routes, document) = parts();
    routes.with_state(db).merge(SwaggerUi::new("/api/v1/docs").url("/api/v1/openapi.json", document))
}

/// The edge's clock: inside, time is an argument.
#[expect(clippy::disallowed_methods, reason = "requests happen now, and this is where they come in")]
fn now() -> chrono::DateTime<Utc> {
    Utc::now()
}
