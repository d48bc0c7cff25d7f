//! Parts that know no noun.

pub mod shell;
