//! Icons, drawn for this product: 16 px, one stroke, the colour of the text around them.
use leptos::prelude::*;

/// Which drawing.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum IconName {
    /// The mark of the product.
    Brand,
    /// Tickets that wait.
    Inbox,
    /// The list of runs.
    Runs,
    /// Something new.
    Plus,
    /// People.
    People,
    /// Done, approve.
    Check,
    /// Reject, remove, close.
    Cross,
    /// Edit.
    Pencil,
    /// Once more.
    Retry,
    /// Time, a deadline.
    Clock,
    /// A file, a payload.
    File,
    /// A picture, a result.
    Picture,
    /// Severity warning: a triangle.
    Warning,
    /// Severity error: an octagon.
    Alert,
    /// Severity info: a circle.
    Info,
    /// Unknown outcome.
    Question,
    /// Read only, secret.
    Lock,
    /// Leave.
    SignOut,
    /// Light colours.
    Sun,
    /// Dark colours.
    Moon,
    /// Send a file.
    Upload,
    /// Fetch a file.
    Download,
    /// One level up.
    Back,
    /// A paused run.
    Pause,
    /// No connection.
    Offline,
    /// Somebody's words.
    Chat,
    /// To the clipboard.
    Copy,
    /// A menu.
    More,
    /// The system's choice.
    Device,
    /// What lets a program in.
    Key,
}

impl IconName {
    /// Every icon, for tests and galleries.
    pub const ALL: &[Self] = &[
        Self::Brand,
        Self::Inbox,
        Self::Runs,
        Self::Plus,
        Self::People,
        Self::Check,
        Self::Cross,
        Self::Pencil,
        Self::Retry,
        Self::Clock,
        Self::File,
        Self::Picture,
        Self::Warning,
        Self::Alert,
        Self::Info,
        Self::Question,
        Self::Lock,
        Self::SignOut,
        Self::Sun,
        Self::Moon,
        Self::Upload,
        Self::Download,
        Self::Back,
        Self::Pause,
        Self::Offline,
        Self::Chat,
        Self::Copy,
        Self::More,
        Self::Device,
        Self::Key,
    ];

    /// The path data. Circles and rounded boxes are paths too, so that one element draws each icon.
    fn path(self) -> &'static str {
        match self {
            Self::Brand => {
                "M4.75 1.75h6.5a3 3 0 0 1 3 3v6.5a3 3 0 0 1 -3 3h-6.5a3 3 0 0 1 -3 -3v-6.5a3 3 0 0 1 3 -3zM4.8 6.8l2.2 2.2 4.2-4.6M4.8 11.7h6.4"
            }
            Self::Inbox => {
                "M2 9.5h3.3l1 2h3.4l1-2H14M2 9.5v3a1 1 0 0 0 1 1h10a1 1 0 0 0 1-1v-3M2 9.5l1.8-6.3a1 1 0 0 1 1-.7h6.4a1 1 0 0 1 1 .7L14 9.5"
            }
            Self::Runs => "M2 3.5h12M2 8h5M2 12.5h5M10 7.2l4 2.6-4 2.7z",
            Self::Plus => "M8 3v10M3 8h10",
            Self::People => {
                "M3.5 5.3a2.5 2.5 0 1 0 5 0a2.5 2.5 0 1 0 -5 0M1.5 13.3c.4-2.5 2.2-3.9 4.5-3.9s4.1 1.4 4.5 3.9M10.6 3.1a2.5 2.5 0 0 1 0 4.4M12.3 9.9c1.2.6 1.9 1.8 2.2 3.4"
            }
            Self::Check => "M3 8.5l3.2 3.2L13 4.8",
            Self::Cross => "M4 4l8 8M12 4l-8 8",
            Self::Pencil => {
                "M2.5 13.5l.7-3.1 7.7-7.7a1 1 0 0 1 1.4 0l1 1a1 1 0 0 1 0 1.4l-7.7 7.7zM9.3 4.3l2.4 2.4"
            }
            Self::Retry => "M13.2 8a5.2 5.2 0 1 1-1.5-3.7L13.2 5.8M13.3 2.5v3.3H10",
            Self::Clock => "M2 8a6 6 0 1 0 12 0a6 6 0 1 0 -12 0M8 4.6V8l2.3 1.5",
            Self::File => {
                "M4 1.8h5l3.5 3.5v7.9a1 1 0 0 1-1 1h-7.5a1 1 0 0 1-1-1V2.8a1 1 0 0 1 1-1zM8.8 1.8v3.7h3.7"
            }
            Self::Picture => {
                "M3.3 2.8h9.4a1.5 1.5 0 0 1 1.5 1.5v7.4a1.5 1.5 0 0 1 -1.5 1.5h-9.4a1.5 1.5 0 0 1 -1.5 -1.5v-7.4a1.5 1.5 0 0 1 1.5 -1.5zM4.1 6.3a1.2 1.2 0 1 0 2.4 0a1.2 1.2 0 1 0 -2.4 0M2.2 12.3l3.6-3.4 2.4 2.2 2.5-2.5 3.3 3.2"
            }
            Self::Warning => {
                "M7.1 2.6L1.7 12a1 1 0 0 0 .9 1.5h10.8a1 1 0 0 0 .9-1.5L8.9 2.6a1 1 0 0 0-1.8 0zM8 6.2v3.3M8 11.4v.1"
            }
            Self::Alert => "M5.3 1.8h5.4l3.5 3.5v5.4l-3.5 3.5H5.3l-3.5-3.5V5.3zM8 4.8v3.9M8 11v.1",
            Self::Info => "M1.8 8a6.2 6.2 0 1 0 12.4 0a6.2 6.2 0 1 0 -12.4 0M8 7.4v3.6M8 5v.1",
            Self::Question => {
                "M1.8 8a6.2 6.2 0 1 0 12.4 0a6.2 6.2 0 1 0 -12.4 0M6.2 6.3a1.8 1.8 0 1 1 2.6 1.6c-.6.3-.8.7-.8 1.3M8 11.3v.1"
            }
            Self::Lock => {
                "M4.3 7h7.4a1.5 1.5 0 0 1 1.5 1.5v4a1.5 1.5 0 0 1 -1.5 1.5h-7.4a1.5 1.5 0 0 1 -1.5 -1.5v-4a1.5 1.5 0 0 1 1.5 -1.5zM5 7V5a3 3 0 0 1 6 0v2"
            }
            Self::SignOut => {
                "M6 2.3H3.3a1 1 0 0 0-1 1v9.4a1 1 0 0 0 1 1H6M10.5 5l3 3-3 3M13.5 8H6.3"
            }
            Self::Sun => {
                "M5.2 8a2.8 2.8 0 1 0 5.6 0a2.8 2.8 0 1 0 -5.6 0M8 1.5v1.3M8 13.2v1.3M1.5 8h1.3M13.2 8h1.3M3.4 3.4l.9.9M11.7 11.7l.9.9M3.4 12.6l.9-.9M11.7 4.3l.9-.9"
            }
            Self::Moon => "M13.3 9.6A5.7 5.7 0 0 1 6.4 2.7a5.7 5.7 0 1 0 6.9 6.9z",
            Self::Upload => {
                "M8 10.3V2.7M4.9 5.6L8 2.5l3.1 3.1M2.3 10.5v2a1 1 0 0 0 1 1h9.4a1 1 0 0 0 1-1v-2"
            }
            Self::Download => {
                "M8 2.5v7.6M4.9 7.2L8 10.3l3.1-3.1M2.3 10.5v2a1 1 0 0 0 1 1h9.4a1 1 0 0 0 1-1v-2"
            }
            Self::Back => "M9.8 3.5L5.3 8l4.5 4.5",
            Self::Pause => "M5.5 3.5v9M10.5 3.5v9",
            Self::Offline => {
                "M2 2l12 12M8 12.5v.1M5.6 10a3.4 3.4 0 0 1 3.9-.6M3.3 7.6a6.7 6.7 0 0 1 2.5-1.5M8.3 5.5a6.7 6.7 0 0 1 4.4 2.1"
            }
            Self::Chat => {
                "M2 4a1.5 1.5 0 0 1 1.5-1.5h9A1.5 1.5 0 0 1 14 4v5.5a1.5 1.5 0 0 1-1.5 1.5H7l-3.5 2.7V11A1.5 1.5 0 0 1 2 9.5z"
            }
            Self::Copy => {
                "M6.8 5.3h5.4a1.5 1.5 0 0 1 1.5 1.5v5.4a1.5 1.5 0 0 1 -1.5 1.5h-5.4a1.5 1.5 0 0 1 -1.5 -1.5v-5.4a1.5 1.5 0 0 1 1.5 -1.5zM10.7 2.5H3.8a1.3 1.3 0 0 0-1.3 1.3v6.9"
            }
            Self::More => "M3 8h.1M8 8h.1M13 8h.1",
            Self::Device => {
                "M3 2.5h10a1.2 1.2 0 0 1 1.2 1.2v6.1a1.2 1.2 0 0 1 -1.2 1.2h-10a1.2 1.2 0 0 1 -1.2 -1.2v-6.1a1.2 1.2 0 0 1 1.2 -1.2zM5.5 13.7h5M8 11v2.7"
            }
            Self::Key => {
                "M2 10.5a3 3 0 1 0 6 0a3 3 0 1 0 -6 0M7.2 8.3L13 2.5M10.2 5.3l2 2M12.2 3.3l1.3 1.3"
            }
        }
    }
}

/// A drawing beside a word. Without `label` it is decoration and hidden from assistive technology;
/// with `label` it stands alone and is read out.
#[component]
pub fn Icon(name: IconName, #[prop(optional, into)] label: Option<String>) -> impl IntoView {
    let hidden = label.is_none().then_some("true");
    let role = label.is_some().then_some("img");
    view! {
        <svg class="icon" viewBox="0 0 16 16" aria-hidden=hidden role=role aria-label=label>
            <path d=name.path()></path>
        </svg>
    }
}

#[cfg(all(test, feature = "ssr"))]
mod tests {
    use super::*;
    use crate::components::markup::Markup as _;

    #[test]
    fn every_icon_draws_inside_its_box_and_no_two_are_alike() {
        let mut seen = std::collections::HashSet::new();
        for name in IconName::ALL {
            assert!(seen.insert(name.path()), "{name:?} is drawn like another icon");
            assert!(name.path().starts_with('M'));
        }
        assert_eq!(seen.len(), 30);
    }

    #[test]
    fn an_icon_beside_a_word_is_hidden_and_a_lonely_one_is_named() {
        let beside = view! { <Icon name=IconName::Check/> }.markup();
        assert!(beside.contains(r#"aria-hidden="true""#), "{beside}");
        assert!(!beside.contains("role="), "{beside}");

        let alone = view! { <Icon name=IconName::Cross label="Remove"/> }.markup();
        assert!(
            alone.contains(r#"role="img""#) && alone.contains(r#"aria-label="Remove""#),
            "{alone}"
        );
        assert!(!alone.contains("aria-hidden"), "{alone}");
    }
}
