//! Parts of pages that know what a run is, one a file. Each is a form or a link first, and better with WASM.

mod agent_words;
mod attachment_tray;
mod control;
mod countdown;
mod decision_bar;
mod decision_form;
mod deed_card;
mod desk;
#[cfg(any(feature = "hydrate", test))]
mod draft_text;
#[cfg(feature = "hydrate")]
mod drafts;
#[cfg(feature = "hydrate")]
mod dwell;
pub mod edit_panel;
#[cfg(all(test, feature = "ssr"))]
pub(crate) mod fixtures;
mod issue_list;
mod json_editor;
mod keep;
#[cfg(feature = "hydrate")]
pub mod keys;
mod known_result;
#[cfg(any(feature = "hydrate", test))]
mod letter_text;
#[cfg(feature = "hydrate")]
pub mod live;
pub mod notice;
mod outbox;
mod payload_diff;
mod press;
mod reject_form;
mod respond_form;
mod result_view;
mod run_progress;
mod schema_form;
mod stage_track;
#[cfg(all(test, feature = "ssr"))]
mod tests;
mod ticket_record;
mod timeline;
#[cfg(feature = "hydrate")]
pub mod upload;
mod validation_card;
mod watch;
pub mod words;
mod work;
#[cfg(all(test, feature = "ssr"))]
mod work_tests;

pub use agent_words::AgentWords;
pub use attachment_tray::{AttachmentTray, FileRow};
pub use countdown::{Countdown, Deadline};
pub use decision_bar::{DecisionBar, Labels};
pub use decision_form::DecisionForm;
pub use deed_card::DeedCard;
pub use desk::{Asked, Desk, Editor, Kept};
pub use edit_panel::EditPanel;
pub use issue_list::IssueList;
pub use json_editor::JsonEditor;
pub use known_result::KnownResult;
pub use notice::{LastNotice, Notice, NoticePlace};
pub use outbox::{Answered, Letter, Outbox};
pub use payload_diff::{ChangeList, PayloadDiff};
pub use press::{Press, PressForm};
pub use reject_form::RejectForm;
pub use respond_form::RespondForm;
pub use result_view::ResultView;
pub use run_progress::{LookAgain, RunEnd, RunProgress};
pub use schema_form::SchemaForm;
pub use stage_track::StageTrack;
pub use ticket_record::{TicketRecord, record};
pub use timeline::Timeline;
pub use validation_card::ValidationCard;
pub use watch::{Surprise, surprise};
pub use work::{Outcome, Work};
