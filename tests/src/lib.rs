//! Shared footing of the journeys: a server on its own database, and people who use it.
