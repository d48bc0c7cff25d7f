//! The planner in a worker of this browser: started when first asked, one question at a time, ended by taking it away. What is asked
//! and answered is `domain::waves::whatif`'s. Where there is no browser, nothing answers.

use domain::waves::whatif::Reply;

/// Asks; whoever asked before is no longer answered. `hear` is told each reply, and none when the worker's files did not come or it
/// broke.
pub fn ask(script: &str, question: &str, hear: impl Fn(Option<Reply>) + Clone + 'static) {
    #[cfg(feature = "hydrate")]
    browser::ask(script, question, hear);
    #[cfg(not(feature = "hydrate"))]
    {
        let _ = (script, question);
        hear(None);
    }
}

/// Ends what is under way.
pub fn stop() {
    #[cfg(feature = "hydrate")]
    browser::stop();
}

#[cfg(feature = "hydrate")]
mod browser {
    use std::cell::RefCell;

    use domain::waves::whatif::Reply;
    use wasm_bindgen::JsCast;
    use wasm_bindgen::closure::Closure;
    use web_sys::{Event, MessageEvent, Worker, WorkerOptions, WorkerType};

    struct Running {
        worker: Worker,
        // Heard as long as the worker is.
        _words: Closure<dyn FnMut(MessageEvent)>,
        _broken: Closure<dyn FnMut(Event)>,
    }

    impl Drop for Running {
        fn drop(&mut self) {
            self.worker.set_onmessage(None);
            self.worker.set_onerror(None);
            self.worker.terminate();
        }
    }

    thread_local! {
        static RUNNING: RefCell<Option<Running>> = const { RefCell::new(None) };
    }

    pub fn ask(script: &str, question: &str, hear: impl Fn(Option<Reply>) + Clone + 'static) {
        stop();
        match begin(script, question, &hear) {
            Some(running) => RUNNING.set(Some(running)),
            None => hear(None),
        }
    }

    pub fn stop() {
        RUNNING.set(None);
    }

    fn begin(script: &str, question: &str, hear: &(impl Fn(Option<Reply>) + Clone + 'static)) -> Option<Running> {
        let options = WorkerOptions::new();
        options.set_type(WorkerType::Module);
        let worker = Worker::new_with_options(script, &options).ok()?;
        let (said, broke) = (hear.clone(), hear.clone());
        let words = Closure::<dyn FnMut(MessageEvent)>::new(move |event: MessageEvent| {
            said(event.data().as_string().and_then(|text| serde_json::from_str(&text).ok()));
        });
        let broken = Closure::<dyn FnMut(Event)>::new(move |_| broke(None));
        worker.set_onmessage(Some(words.as_ref().unchecked_ref()));
        worker.set_onerror(Some(broken.as_ref().unchecked_ref()));
        worker.post_message(&question.into()).ok()?;
        Some(Running { worker, _words: words, _broken: broken })
    }
}
