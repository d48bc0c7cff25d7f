//! Questions about returns.
