//! How a screen's question travels: JSON there, JSON back. On the server it is [`Http`]; in the browser every question leaves by one
//! function, so that a server function costs a browser no more than reading its own answer. Decides nothing of the trade.

use std::future::Future;

use http::Method;
use leptos::server_fn::client::Client;
use leptos::server_fn::codec::Json;
use leptos::server_fn::server::Server;
use leptos::server_fn::{Http, Protocol};
use serde::Serialize;
use serde::de::DeserializeOwned;

use crate::door::Said;

/// The protocol of server functions that screens ask. Plain forms keep `PostUrl`, which works before wasm.
pub struct Ask;

type Plain = Http<Json, Json>;

impl<I, O, C, S> Protocol<I, O, C, S, Said> for Ask
where
    Plain: Protocol<I, O, C, S, Said>,
    I: Serialize + Send,
    O: DeserializeOwned + Send,
    C: Client<Said>,
    S: Server<Said>,
{
    const METHOD: Method = Method::POST;

    fn run_server<F, Fut>(request: S::Request, server_fn: F) -> impl Future<Output = Result<S::Response, Said>> + Send
    where
        F: Fn(I) -> Fut + Send,
        Fut: Future<Output = Result<O, Said>> + Send,
    {
        <Plain as Protocol<I, O, C, S, Said>>::run_server(request, server_fn)
    }

    #[cfg(feature = "hydrate")]
    fn run_client(path: &str, input: I) -> impl Future<Output = Result<O, Said>> + Send {
        let answer = browser::answer_to(path.to_owned(), serde_json::to_string(&input));
        async move { serde_json::from_str(&answer.await?).map_err(|error| browser::unread(&error)) }
    }

    #[cfg(not(feature = "hydrate"))]
    fn run_client(path: &str, input: I) -> impl Future<Output = Result<O, Said>> + Send {
        <Plain as Protocol<I, O, C, S, Said>>::run_client(path, input)
    }
}

#[cfg(feature = "hydrate")]
mod browser {
    use std::future::Future;
    use std::pin::Pin;

    use leptos::server_fn::client::Client;
    use leptos::server_fn::client::browser::BrowserClient;
    use leptos::server_fn::error::{FromServerFnError, ServerFnErrorErr};
    use leptos::server_fn::request::ClientReq;
    use leptos::server_fn::request::browser::BrowserRequest;
    use leptos::server_fn::response::ClientRes;

    use super::Said;

    const JSON: &str = "application/json";

    type Answer = Pin<Box<dyn Future<Output = Result<String, Said>> + Send>>;

    /// The body of the answer, or what was said instead.
    pub fn answer_to(path: String, question: serde_json::Result<String>) -> Answer {
        Box::pin(async move {
            let question =
                question.map_err(|error| Said::from_server_fn_error(ServerFnErrorErr::Serialization(error.to_string())))?;
            let request = <BrowserRequest as ClientReq<Said>>::try_new_post(&path, JSON, JSON, question)?;
            let answer = <BrowserClient as Client<Said>>::send(request).await?;
            if (400..=599).contains(&ClientRes::<Said>::status(&answer)) {
                return Err(Said::de(ClientRes::<Said>::try_into_bytes(answer).await?));
            }
            ClientRes::<Said>::try_into_string(answer).await
        })
    }

    pub fn unread(error: &serde_json::Error) -> Said {
        Said::from_server_fn_error(ServerFnErrorErr::Deserialization(error.to_string()))
    }
}
