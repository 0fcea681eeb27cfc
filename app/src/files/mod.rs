//! Files on their way to the server. They belong to the app, not to the part of a page that shows them: an upload goes
//! on when its page is left, and what a reload cut off is sent again, under the same key.

mod field;
#[cfg(feature = "hydrate")]
mod keep;
mod row;
#[cfg(feature = "hydrate")]
mod send;
#[cfg(feature = "hydrate")]
mod take;
#[cfg(any(feature = "hydrate", test))]
mod text;

use domain::id::{PersonId, RunId};
use leptos::prelude::*;

use crate::api::attachments::AttachmentView;

pub use field::FileField;

/// Which session files go to, and who sends them.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Home {
    pub by: PersonId,
    /// Whose session it is.
    pub owner: PersonId,
    pub session: String,
    /// The way into a session that may be somebody else's.
    pub run: Option<RunId>,
}

impl Home {
    /// By whatever way, files of one session stand together.
    fn is_with(&self, other: &Self) -> bool {
        (self.owner, &self.session) == (other.owner, &other.session)
    }
}

/// How far an upload is.
#[derive(Debug, Clone, PartialEq)]
#[cfg_attr(not(feature = "hydrate"), expect(dead_code, reason = "only browsers send files"))]
enum Phase {
    /// So many of a hundred parts were sent.
    Sending(u8),
    /// The line broke, or the server can't at the moment: sent again, it may get through.
    Broken,
    /// The server doesn't take it, and says why.
    Refused(String),
    Done(AttachmentView),
}

/// One file on its way.
#[derive(Debug, Clone)]
struct Item {
    /// Also its idempotency key.
    key: String,
    home: Home,
    name: String,
    size: u64,
    phase: ArcRwSignal<Phase>,
}

/// All uploads of this tab. A handle, provided by the app.
#[derive(Clone, Copy)]
pub struct Uploads {
    items: RwSignal<Vec<Item>>,
    /// What was said last of one of them.
    said: RwSignal<String>,
    /// The session of a form that wasn't sent yet.
    draft: StoredValue<Option<String>>,
    #[cfg(feature = "hydrate")]
    jobs: StoredValue<Vec<send::Job>, LocalStorage>,
}

impl Uploads {
    fn new() -> Self {
        Self {
            items: RwSignal::new(Vec::new()),
            said: RwSignal::new(String::new()),
            draft: StoredValue::new(None),
            #[cfg(feature = "hydrate")]
            jobs: StoredValue::new_local(Vec::new()),
        }
    }

    /// The uploads of the app, or of a part that stands alone.
    #[must_use]
    pub fn here() -> Self {
        use_context().unwrap_or_else(Self::new)
    }

    /// Provides the uploads, and goes on with those that an earlier page didn't finish.
    pub fn provide() {
        let uploads = Self::new();
        provide_context(uploads);
        #[cfg(feature = "hydrate")]
        uploads.go_on();
    }

    fn at(self, home: &Home) -> Vec<Item> {
        let items = self.items.get().into_iter();
        items.filter(|item| item.home.is_with(home)).collect()
    }

    /// Nothing was added for this session.
    #[must_use]
    pub fn is_empty(self, home: &Home) -> bool {
        self.at(home).is_empty()
    }

    /// Why what was chosen for this session isn't there yet. What the server refused isn't waited for.
    #[must_use]
    pub fn what_waits(self, home: &Home) -> Option<&'static str> {
        let phases: Vec<Phase> = self.at(home).iter().map(|item| item.phase.get()).collect();
        if phases.iter().any(|phase| matches!(phase, Phase::Sending(_))) {
            return Some("Uploading");
        }
        phases.contains(&Phase::Broken).then_some("Not all files are uploaded")
    }

    /// What came in for this session since the page was made.
    fn done(self, home: &Home) -> Vec<AttachmentView> {
        let done = self.at(home).into_iter().filter_map(|item| match item.phase.get() {
            Phase::Done(file) => Some(file),
            _ => None,
        });
        done.collect()
    }

    /// Takes what came in off the list: the page has it, or it was sent along.
    pub fn settle(self, home: &Home) {
        self.items.update(|items| {
            items.retain(|item| {
                !item.home.is_with(home) || !matches!(item.phase.get_untracked(), Phase::Done(_))
            });
        });
    }

    /// The session of the form that was begun and not sent.
    #[must_use]
    pub fn draft(self) -> Option<String> {
        self.draft.get_value()
    }

    /// Keeps the session of a form that files were added to.
    pub fn begin_draft(self, session: Option<String>) {
        self.draft.set_value(session);
    }
}
