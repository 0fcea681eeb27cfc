//! Generic parts of pages, one a file. They know nothing of runs, render on the server and work before WASM.
mod avatar;
mod badge;
mod banner;
mod copy_text;
mod disclosure;
mod empty_state;
mod error_summary;
mod field;
mod hidden_char_text;
mod icon;
mod loading;
#[cfg(all(test, feature = "ssr"))]
pub mod markup;
mod page_header;
mod panel;
mod safe_textarea;
mod stepper;
mod tabs;
mod time;

pub use avatar::{Avatar, initials};
pub use badge::Badge;
pub use banner::{Banner, BannerKind};
pub use copy_text::CopyText;
pub use disclosure::Disclosure;
pub use empty_state::EmptyState;
pub use error_summary::{ErrorSummary, FieldProblem};
pub use field::{Field, described_by};
pub use hidden_char_text::{HiddenCharText, Piece, pieces};
pub use icon::{Icon, IconName};
pub use loading::Loading;
pub use page_header::PageHeader;
pub use panel::Panel;
pub use safe_textarea::SafeTextarea;
pub use stepper::{Stage, StageState, Stepper};
pub use tabs::{TabLink, TabLinks};
pub use time::{Time, TimeAgo, absolute, ago, clock, machine, span};
