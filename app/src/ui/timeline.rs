//! What happened, in order, and what comes next.

use chrono::{DateTime, Utc};
use leptos::prelude::*;

use super::when::When;

/// Where a step stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum StepState {
    Past,
    Now,
    Next,
    /// It ended badly here.
    Stop,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TimelineStep {
    pub title: String,
    pub detail: String,
    pub at: Option<DateTime<Utc>>,
    pub state: StepState,
}

#[component]
pub fn Timeline(steps: Vec<TimelineStep>) -> impl IntoView {
    let rows = steps.into_iter().map(|step| {
        let (class, current) = match step.state {
            StepState::Past => ("past", None),
            StepState::Now => ("now", Some("step")),
            StepState::Next => ("next", None),
            StepState::Stop => ("stop", None),
        };
        view! {
            <li class=class aria-current=current>
                <span class="strong">{step.title}</span>
                {(!step.detail.is_empty()).then(|| view! { <span class="small muted">{step.detail}</span> })}
                {step.at.map(|at| view! { <span class="when"><When at /></span> })}
            </li>
        }
    });
    view! { <ol class="timeline" role="list">{rows.collect_view()}</ol> }.into_any()
}
