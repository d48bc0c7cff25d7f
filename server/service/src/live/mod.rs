//! What happens, as it happens: committed announcements get their positions, the audit its seals, and every server reads along.
//!
//! One leader per database stamps and seals ([`sequencer`], [`seal`]); any number of servers tail ([`tail`]). Nobody is told
//! anything by memory alone: whoever misses an event reads it again by its position.

pub mod follow;
pub mod seal;
pub mod sequencer;
mod sql;
pub mod tail;
#[cfg(test)]
mod tests;
