//! The planner in a browser's worker: a question in, words about it out, all as JSON. `worker.js` passes them on. Decides nothing:
//! `domain::waves::whatif` does.

use domain::waves::whatif::{Question, Reply, answer};
use js_sys::Function;
use wasm_bindgen::JsValue;
use wasm_bindgen::prelude::wasm_bindgen;

/// Answers a question; `tell` is called with each word about its progress.
#[wasm_bindgen]
pub fn ask(question: &str, tell: &Function) -> String {
    told(question, &mut |words| {
        // Whoever no longer listens misses nothing: the answer comes by itself.
        let _ = tell.call1(&JsValue::NULL, &JsValue::from_str(&words));
    })
}

fn told(question: &str, tell: &mut dyn FnMut(String)) -> String {
    let reply = match serde_json::from_str::<Question>(question) {
        Ok(question) => answer(&question, &mut |done| tell(text(&Reply::Progress(done)))),
        Err(error) => Reply::Refused(format!("This question could not be read: {error}.")),
    };
    text(&reply)
}

/// Cannot fail: replies are plain data.
fn text(reply: &Reply) -> String {
    serde_json::to_string(reply).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use domain::sites::spec::LayoutSpec;
    use domain::waves::batch::rates::Rates;
    use domain::waves::whatif::{Ground, Need, Take, Try};
    use domain::waves::{Cart, Method, Rounds};

    use super::*;

    /// PCK-2: a question as text is answered as text, with its progress on the way.
    #[test]
    fn a_question_is_answered_in_words() {
        let spec = LayoutSpec::small();
        let bins = spec.bins().unwrap();
        let take = |bin: usize| Take { access: Some(bins[bin].access), bin, units: 1, unit_volume_ml: 100, unit_weight_g: 100 };
        let need =
            |n: usize| Need { number: format!("SO-{n}"), takes: vec![take(n * 7 % bins.len()), take(n * 11 % bins.len())] };
        let ground = Ground {
            layout: spec.layout().unwrap(),
            rounds: Rounds::default(),
            orders: (0..60).map(need).collect(),
            pickers: 1,
            rates: Rates::STANDARD,
        };
        let question = Question { ground, what: Try { method: Method::Cluster, cart: Cart::totes(3) } };
        let mut heard = Vec::new();
        let reply = told(&serde_json::to_string(&question).unwrap(), &mut |words| heard.push(words));
        let Ok(Reply::Done(receipt)) = serde_json::from_str(&reply) else { panic!("{reply}") };
        assert!(receipt.carts >= 20 && receipt.orders_considered == 60, "{receipt:?}");
        assert!(!heard.is_empty() && heard.iter().all(|words| words.starts_with("{\"progress\":")), "{heard:?}");
    }

    #[test]
    fn what_cannot_be_read_is_refused() {
        assert!(told("{}", &mut |_| ()).starts_with("{\"refused\":\"This question could not be read"));
    }
}
