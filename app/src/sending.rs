//! Sending commands from a screen so that each takes effect once, though answers get lost.
//!
//! Decides which command id a press goes out under. Waiting without a connection, in a queue, is not here.

use domain::ids::CommandId;
use leptos::prelude::*;

use crate::door::Said;

/// Sends a command, and when no answer comes, once more under the same id: the server does it once, however often it arrives.
pub async fn send_again<T, F>(send: impl Fn(CommandId) -> F) -> Result<T, Said>
where
    F: Future<Output = Result<T, Said>>,
{
    let id = CommandId::mint();
    match send(id).await {
        Err(Said::Offline) => {
            breath().await;
            send(id).await
        }
        ended => ended,
    }
}

/// Long enough for a handheld to change its access point.
#[cfg(feature = "hydrate")]
async fn breath() {
    let wait = js_sys::Promise::new(&mut |resolve, _| {
        set_timeout(
            move || {
                // The promise is ours; nobody can refuse it.
                let _ = resolve.call0(&wasm_bindgen::JsValue::NULL);
            },
            std::time::Duration::from_millis(1200),
        );
    });
    // It is only ever fulfilled.
    let _ = wasm_bindgen_futures::JsFuture::from(wait).await;
}

#[cfg(not(feature = "hydrate"))]
fn breath() -> std::future::Ready<()> {
    std::future::ready(())
}

/// A desk's button that may be pressed again: while no answer has come, the same command goes out under the same id, so a second
/// press asks for the first one's answer. Other words in the form, or any answer, and the next press is a new command.
#[derive(Debug)]
pub struct Unanswered<C: 'static>(StoredValue<Option<(C, CommandId)>>);

impl<C> Clone for Unanswered<C> {
    fn clone(&self) -> Self {
        *self
    }
}

impl<C> Copy for Unanswered<C> {}

impl<C: Clone + PartialEq + Send + Sync + 'static> Unanswered<C> {
    pub fn new() -> Self {
        Self(StoredValue::new(None))
    }

    pub async fn send<T, F>(self, command: &C, send: impl Fn(CommandId, C) -> F) -> Result<T, Said>
    where
        F: Future<Output = Result<T, Said>>,
    {
        let same = |(sent, id): (C, CommandId)| (sent == *command).then_some(id);
        let id = self.0.try_get_value().flatten().and_then(same).unwrap_or_else(CommandId::mint);
        self.0.try_set_value(Some((command.clone(), id)));
        let ended = send(id, command.clone()).await;
        if !matches!(ended, Err(Said::Offline)) {
            self.0.try_set_value(None);
        }
        ended
    }
}

impl<C: Clone + PartialEq + Send + Sync + 'static> Default for Unanswered<C> {
    fn default() -> Self {
        Self::new()
    }
}

#[cfg(test)]
mod tests {
    use std::cell::RefCell;
    use std::task::{Context, Poll, Waker};

    use super::*;

    /// Nothing in here waits.
    fn at_once<T>(work: impl Future<Output = T>) -> T {
        match std::pin::pin!(work).poll(&mut Context::from_waker(Waker::noop())) {
            Poll::Ready(done) => done,
            Poll::Pending => panic!("it waits"),
        }
    }

    /// PCK-1: a command whose answer was lost is sent again under its own id, once; a refusal is an answer.
    #[test]
    fn a_lost_answer_is_asked_for_under_the_same_id() {
        let tried = |answers: &[Result<i32, Said>]| {
            let sent = RefCell::new(Vec::new());
            let ended = at_once(send_again(|id| {
                sent.borrow_mut().push(id);
                std::future::ready(answers[sent.borrow().len() - 1].clone())
            }));
            (ended, sent.into_inner())
        };
        let (ended, ids) = tried(&[Err(Said::Offline), Ok(3)]);
        assert!(ended == Ok(3) && ids.len() == 2 && ids[0] == ids[1]);
        let (ended, ids) = tried(&[Err(Said::Offline), Err(Said::Offline)]);
        assert!(ended == Err(Said::Offline) && ids.len() == 2);
        assert_eq!(tried(&[Err(Said::SignIn)]).1.len(), 1);
    }

    /// ORD-8: a press after a lost answer asks for that answer; another command, or a press after an answer, is its own.
    #[test]
    fn a_second_press_is_the_same_command_until_it_is_answered() {
        Owner::new().with(|| {
            let button = Unanswered::new();
            let press = |command: &'static str, answer: Result<i32, Said>| {
                let sent = RefCell::new(None);
                let ended = at_once(button.send(&command, |id, _| {
                    *sent.borrow_mut() = Some(id);
                    std::future::ready(answer.clone())
                }));
                assert_eq!(ended, answer);
                sent.into_inner().expect("sent")
            };
            let lost = press("cancel", Err(Said::Offline));
            assert_eq!(press("cancel", Err(Said::Offline)), lost);
            assert_eq!(press("cancel", Ok(1)), lost);
            let other = press("cancel", Err(Said::Offline));
            assert_ne!(other, lost);
            assert_ne!(press("release", Err(Said::SignIn)), other);
        });
    }
}
