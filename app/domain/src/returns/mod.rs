//! Returns: eligibility, policy, grading, disposition.

mod refusal;

pub use refusal::ReturnRefusal;
