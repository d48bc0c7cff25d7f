//! Drawn by ourselves, one line weight. An icon never speaks alone: it stands beside words and is hidden from screen readers.

use leptos::prelude::*;

#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Icon {
    Alert,
    Arrow,
    Back,
    Box,
    Calm,
    Cart,
    Check,
    Clock,
    Contrast,
    Cross,
    Dock,
    Download,
    Gauge,
    Help,
    Inbound,
    Layout,
    Leave,
    Ledger,
    Map,
    Menu,
    Minus,
    Moon,
    Mute,
    Offline,
    Pause,
    Person,
    Play,
    Plus,
    Print,
    Refund,
    Return,
    Scan,
    Search,
    Sound,
    StepBack,
    StepOn,
    Sun,
    Truck,
    Undo,
    Wave,
}

impl Icon {
    /// Strokes on a 24 × 24 sheet.
    const fn path(self) -> &'static str {
        match self {
            Self::Alert => {
                "M12 8v5m0 3.5v.01M10.3 3.9 2.4 17.6A2 2 0 0 0 4.1 20.6h15.8a2 2 0 0 0 1.7-3L13.7 3.9a2 2 0 0 0-3.4 0z"
            }
            Self::Arrow => "M5 12h14m-6-6 6 6-6 6",
            Self::Back => "M19 12H5m6-6-6 6 6 6",
            Self::Layout => "M4 4h16v16H4zM4 10h16M10 10v10M15 10v10",
            Self::Box => "M21 8 12 3 3 8v8l9 5 9-5V8zM3 8l9 5 9-5M12 13v8",
            Self::Calm => "M3 9c3-3.5 6-3.5 9 0s6 3.5 9 0M3 15c3-3.5 6-3.5 9 0s6 3.5 9 0",
            Self::Cart => "M3 4h2l2.5 11h10.5l2-8H6.5M9 20v.01M17 20v.01",
            Self::Check => "m4.5 12.5 5 5 10-11",
            Self::Clock => "M12 7v5l3.5 2M21 12a9 9 0 1 1-18 0 9 9 0 0 1 18 0z",
            Self::Contrast => "M12 3a9 9 0 1 0 0 18 9 9 0 0 0 0-18zm0 0v18m0-15.5 6 2.5M12 10l8.5 3M12 14.5l7 2",
            Self::Cross => "m6 6 12 12M18 6 6 18",
            Self::Dock => "M3 21V9l9-5 9 5v12M7 21v-8h10v8M7 17h10",
            Self::Download => "M12 4v11m-5-4.5 5 5 5-5M4 20h16",
            Self::Gauge => "M4 18a9 9 0 1 1 16 0M12 14l4-5",
            Self::Help => "M9 9a3 3 0 1 1 4.5 2.6c-1 .6-1.5 1.2-1.5 2.4m0 3.5v.01M21 12a9 9 0 1 1-18 0 9 9 0 0 1 18 0z",
            Self::Inbound => {
                "M3 6h9v10H3zm9 3h4l3 3v4h-7M8 18.5a2 2 0 1 1-4 0 2 2 0 0 1 4 0zm10 0a2 2 0 1 1-4 0 2 2 0 0 1 4 0zM22 3v5m-2.5-2.5L22 8"
            }
            Self::Leave => "M10 4H5v16h5M9 12h11m-4-4 4 4-4 4",
            Self::Ledger => "M5 3h14v18H5zM9 8h6M9 12h6M9 16h3",
            Self::Map => "M9 4 3 6.5v13.5L9 17.5l6 2.5 6-2.5V4l-6 2.5L9 4zm0 0v13.5m6-11V20",
            Self::Menu => "M4 7h16M4 12h16M4 17h16",
            Self::Minus => "M5 12h14",
            Self::Moon => "M20 14.5A8.5 8.5 0 0 1 9.5 4 8.5 8.5 0 1 0 20 14.5z",
            Self::Mute => "M11 5 6.5 9H3v6h3.5L11 19V5zm5 4.5 5 5m0-5-5 5",
            Self::Offline => "M3 3l18 18M8.5 15.5a5 5 0 0 1 5-1.2M5 12a10 10 0 0 1 4-2.4m5-.3a10 10 0 0 1 5 2.7M12 19v.01",
            Self::Pause => "M8 5v14M16 5v14",
            Self::Person => "M4 20c1-4 4-5.5 8-5.5s7 1.5 8 5.5M16 7.5a4 4 0 1 1-8 0 4 4 0 0 1 8 0z",
            Self::Play => "M7 4.5v15l12-7.5z",
            Self::Plus => "M12 5v14M5 12h14",
            Self::Print => "M7 9V3h10v6M7 17H4V9h16v8h-3M7 14h10v7H7z",
            Self::Refund => "M4 9h11a5 5 0 0 1 0 10h-3M4 9l4-4M4 9l4 4",
            Self::Return => "M21 16V8l-9-5-9 5v8l9 5M3 8l9 5 4.5-2.5M12 13v8m9-1.5h-6m0 0 2.5-2.5M15 19.5l2.5 2.5",
            Self::Scan => "M4 8V4h4m8 0h4v4m0 8v4h-4m-8 0H4v-4M7 8v8m3.5-8v8M14 8v8m3-8v8",
            Self::Search => "m20 20-4.5-4.5M18 11a7 7 0 1 1-14 0 7 7 0 0 1 14 0z",
            Self::Sound => "M11 5 6.5 9H3v6h3.5L11 19V5zm4.5 3.5a5 5 0 0 1 0 7M18.5 6a9 9 0 0 1 0 12",
            Self::StepBack => "M6 5v14M18 5.5v13L9 12z",
            Self::StepOn => "M18 5v14M6 5.5v13l9-6.5z",
            Self::Sun => {
                "M12 3v2m0 14v2M3 12h2m14 0h2M5.6 5.6 7 7m10 10 1.4 1.4m0-12.8L17 7M7 17l-1.4 1.4M16 12a4 4 0 1 1-8 0 4 4 0 0 1 8 0z"
            }
            Self::Truck => {
                "M2 6h12v10H2zm12 4h4l4 3.5V16h-8M8 18.5a2 2 0 1 1-4 0 2 2 0 0 1 4 0zm12 0a2 2 0 1 1-4 0 2 2 0 0 1 4 0z"
            }
            Self::Undo => "M9 14 4 9l5-5M4 9h10a6 6 0 0 1 0 12h-3",
            Self::Wave => "M4 6h10M4 12h16M4 18h7m9-12v.01M17 18v.01",
        }
    }

    pub fn view(self) -> AnyView {
        view! {
            <svg class="icon" viewBox="0 0 24 24" aria-hidden="true" focusable="false">
                <path d=self.path() />
            </svg>
        }
        .into_any()
    }
}
