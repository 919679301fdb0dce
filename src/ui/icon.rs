//! Icons: strokes on a grid of 24, in the colour of the text beside them. They mean nothing to a screen reader.

use leptos::prelude::*;

/// Which icon.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum IconName {
    /// A magnifier over a line of cost: the OpenAI Lens.
    Lens,
    /// Plus.
    Plus,
    /// A tick.
    Check,
    /// A cross.
    Cross,
    /// An exclamation mark in a triangle.
    Warning,
    /// An exclamation mark in a circle.
    Problem,
    /// An i in a circle.
    Info,
    /// A clock.
    Clock,
    /// Two sheets.
    Copy,
    /// An envelope.
    Mail,
    /// An arrow in a circle.
    Reload,
    /// An eye.
    Eye,
    /// An eye, struck through.
    EyeOff,
    /// A key.
    Key,
    /// A lock.
    Lock,
    /// An arrow out of a box: leads to another site.
    External,
    /// An arrow to the right.
    Right,
    /// Two buildings: an organization.
    Organization,
    /// A lifebelt: support.
    Support,
    /// Three bars of progress.
    Import,
}

impl IconName {
    const fn path(self) -> &'static str {
        match self {
            Self::Lens => {
                "M16.5 16.5 21 21M3 10.5a7.5 7.5 0 1 0 15 0 7.5 7.5 0 0 0-15 0ZM7 12l2.4-3 2.3 2L14 8.4"
            }
            Self::Plus => "M12 5v14M5 12h14",
            Self::Check => "m5 12.5 4.5 4.5L19 7.5",
            Self::Cross => "m6 6 12 12M18 6 6 18",
            Self::Warning => "M12 4 2.8 20h18.4L12 4ZM12 10v4.5M12 17.3v.2",
            Self::Problem => "M3 12a9 9 0 1 0 18 0 9 9 0 0 0-18 0ZM12 7.5v5.5M12 16.2v.2",
            Self::Info => "M3 12a9 9 0 1 0 18 0 9 9 0 0 0-18 0ZM12 11v5.5M12 7.6v.2",
            Self::Clock => "M3 12a9 9 0 1 0 18 0 9 9 0 0 0-18 0ZM12 7v5l3.2 2",
            Self::Copy => "M9 9h11v11H9ZM15 9V4H4v11h5",
            Self::Mail => "M3 6h18v12H3ZM3.5 6.5 12 13l8.5-6.5",
            Self::Reload => "M20 12a8 8 0 1 1-2.6-5.9M20 3.5V8h-4.5",
            Self::Eye => {
                "M2.5 12S6 5.8 12 5.8 21.5 12 21.5 12 18 18.2 12 18.2 2.5 12 2.5 12ZM9 12a3 3 0 1 0 6 0 3 3 0 0 0-6 0"
            }
            Self::EyeOff => {
                "M4 4l16 16M9.8 6.1a9 9 0 0 1 2.2-.3c6 0 9.5 6.2 9.5 6.2a17 17 0 0 1-2.7 3.3M6.4 7.8A16 16 0 0 0 2.5 12S6 18.2 12 18.2a9 9 0 0 0 4-.9M10 10a3 3 0 0 0 4 4"
            }
            Self::Key => "M3.5 15.5a4 4 0 1 0 8 0 4 4 0 0 0-8 0ZM10.4 12.6 19.5 3.5M15.5 7.5l3 3",
            Self::Lock => "M5.5 11h13v9.5h-13ZM8.5 11V8a3.5 3.5 0 0 1 7 0v3",
            Self::External => "M13.5 4H20v6.5M20 4l-9 9M17 14v6H4V7h6",
            Self::Right => "m9.5 5.5 6.5 6.5-6.5 6.5",
            Self::Organization => {
                "M4 20.5V4h9v16.5M13 9.5h7v11M2.5 20.5h19M7.5 8h2M7.5 12h2M7.5 16h2M16 13.5h1M16 17h1"
            }
            Self::Support => {
                "M3 12a9 9 0 1 0 18 0 9 9 0 0 0-18 0ZM8.5 12a3.5 3.5 0 1 0 7 0 3.5 3.5 0 0 0-7 0ZM5.7 5.7l3.8 3.8M14.5 14.5l3.8 3.8M18.3 5.7l-3.8 3.8M9.5 14.5l-3.8 3.8"
            }
            Self::Import => "M12 3.5V15M7 10.5l5 5 5-5M4 20h16",
        }
    }
}

/// An icon.
#[component]
pub fn Icon(
    /// Which one.
    name: IconName,
) -> impl IntoView {
    view! {
        <svg class="icon" viewBox="0 0 24 24" aria-hidden="true" focusable="false">
            <path d=name.path()></path>
        </svg>
    }
}

/// A ring that turns while something runs; it stands still where motion is not wanted. Say in words beside it what runs.
#[component]
pub fn Spinner() -> impl IntoView {
    view! { <span class="spinner" aria-hidden="true"></span> }
}
