//! Returns: eligibility, policy, grading, disposition. A request's lines come in, are inspected, go somewhere, and are paid back.
//!
//! The money itself is `refunds`'; where stock moves is decided here and done by the service.

mod commands;
pub mod disposition;
pub mod eligibility;
pub mod policy;
mod refusal;
mod sheets;
mod terms;
mod timeline;

pub use commands::{
    Answer, AskedLine, CancelReturn, DecideReturn, InspectMany, InspectUnits, Inspected, NOTE_MAX, PolicySet, ReceiveReturn,
    ReceiveReturns, ReceiveUnidentified, RequestReturn, RequestReturns, Requested, SetPolicy,
};
pub use refusal::ReturnRefusal;
pub use sheets::{
    BenchFound, BenchLine, BenchSheet, EligibleLine, InspectionRow, OrderToReturn, PAGE, Queue, QueueFilter, ReturnBrief,
    ReturnLineSheet, ReturnRow, ReturnSheet, ReturnStatus, StageCount, Waiting, mask_email,
};
pub(crate) use terms::terms;
pub use terms::{Disposition, Grade, Outcome, Reason, Resolution, Source, Stage};
pub use timeline::{Moment, Story};
