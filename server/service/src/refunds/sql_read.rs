//! Statements that answer screens.
