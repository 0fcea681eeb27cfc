//! The card of an open ticket: the deed first, then why it stopped, what can be changed, and the answers.

use domain::{
    checkpoint::{CheckpointType, Ticket},
    decision::Action,
    id::TicketId,
    issue::Issue,
};
use leptos::prelude::*;

use super::{
    Asked, Countdown, DecisionBar, DeedCard, Desk, EditPanel, Editor, IssueList, Kept, KnownResult,
    Work, decision_bar::Labels, edit_panel,
};
use crate::{
    api::tickets::{Draft, Edits, TicketView},
    components::{Banner, BannerKind},
};

/// One open ticket with all that is needed to decide it.
#[component]
pub fn ValidationCard(
    desk: Desk,
    view: TicketView,
    /// The caller may decide it.
    decides: bool,
    /// `form` or `json`, as the address says; else what fits.
    asked_view: Option<String>,
    /// Stands between the ticket and the answers.
    children: Children,
) -> impl IntoView {
    let mut view = view;
    let ours = |(ticket, ..): &(TicketId, Edits, String)| *ticket == view.ticket.id;
    if let Some((_, edits, reason)) = desk.typed.get_value().filter(ours) {
        view.draft = Some(Draft { edits, reason, issues: Vec::new() });
    }
    let work = Work::new(&view);
    let raw = match asked_view.as_deref() {
        _ if view.form.is_empty() => true,
        Some("json") => true,
        Some("form") => false,
        _ => work.is_raw(),
    };
    let asked = Asked::from(&view.ticket);
    let draft = view.draft.clone().unwrap_or_default();
    let editor = Editor::new(work, raw, draft.reason.clone());
    if draft.edits != Edits::None {
        editor.kept.set(Kept::Server);
    }
    live(desk, asked, editor, &view);
    let form = StoredValue::new(view.form);
    let ticket = view.ticket;
    let editing = decides.then(|| editing(&ticket)).flatten();
    let edit_open = draft.edits != Edits::None
        || ticket.checkpoint == CheckpointType::FormRequirements
        || asked_view.is_some()
        || is_in_use(ticket.id);
    let countdown = ticket.auto_approve_at.filter(|_| ticket.blocking() == 0);
    let known = (decides && ticket.checkpoint == CheckpointType::UnknownOutcome).then(|| {
        let error = draft.issues.first().map(super::words::whole_sentence);
        view! { <KnownResult desk asked editor error/> }
    });
    let of_reason = |issue: &&Issue| issue.field == "/reason" && draft.edits == Edits::None;
    let error = draft.issues.iter().find(of_reason).map(super::words::whole_sentence);
    view! {
        <a class="skip-link" href="#actions" rel="external">"Skip to the answers"</a>
        {(ticket.checkpoint == CheckpointType::UnknownOutcome).then(unknown)}
        {countdown
            .map(|at| {
                view! {
                    <Countdown desk ticket=ticket.id at opened=ticket.created_at stops=decides/>
                }
            })}
        <DeedCard deed=view.deed checkpoint=ticket.checkpoint/>
        <IssueList
            ticket=ticket.clone()
            form
            editor
            edit_form=editing.as_ref().map(|_| edit_panel::FORM)
        />
        {editing
            .map(|(action, title)| {
                let send = Labels::of(ticket.checkpoint).edit;
                view! { <EditPanel desk asked form editor action send title open=edit_open/> }
            })}
        {known}
        {children()}
        {if decides {
            view! { <DecisionBar desk ticket editor error/> }.into_any()
        } else {
            view! {
                <Banner kind=BannerKind::Info>
                    <p>"You may read this run, but not decide it."</p>
                </Banner>
            }
            .into_any()
        }}
    }
    .into_any()
}

#[cfg(not(feature = "hydrate"))]
fn live(_: Desk, _: Asked, _: Editor, _: &TicketView) {}

/// Keeps drafts, and shows what the server found wrong.
#[cfg(feature = "hydrate")]
fn live(desk: Desk, asked: Asked, editor: Editor, view: &TicketView) {
    use crate::error::ApiError;

    if desk.view.with_untracked(|view| view.can.decide) {
        super::drafts::keep(desk, asked, editor, view.clone());
    }
    Effect::new(move |before: Option<()>| {
        let answer = desk.outbox.answer(desk.run).map(|answered| answered.result);
        // An answer that was there before the card was is about another one.
        if let (Some(()), Some(Err(ApiError::Invalid(found)))) = (before, answer) {
            editor.work.update(|work| work.refused(found));
        }
    });
}

#[cfg(not(feature = "hydrate"))]
fn is_in_use(_: TicketId) -> bool {
    false
}

/// Somebody has the editor open while the card is laid out again, for a file that came: it stays open, and keeps the
/// focus.
#[cfg(feature = "hydrate")]
fn is_in_use(ticket: TicketId) -> bool {
    use crate::keys::{active, find, focus};

    let open = find(&format!("#edit[open][data-ticket=\"{ticket}\"]")).is_some();
    if let Some(id) = active().filter(|_| open).map(|element| element.id()) {
        request_animation_frame(move || focus(&format!("[id=\"{id}\"]")));
    }
    open
}

/// With which answer the document is sent when it was edited, and what the editor is called.
fn editing(ticket: &Ticket) -> Option<(Action, &'static str)> {
    Some(match ticket.checkpoint {
        CheckpointType::FormRequirements => (Action::Respond, "Fill in what is missing"),
        CheckpointType::InformationReview => (Action::Edit, "Edit the information"),
        CheckpointType::PayloadReview => (Action::Edit, "Edit the payload"),
        CheckpointType::ResponseReview => (Action::Edit, "Edit the response"),
        CheckpointType::ErrorRecovery => (Action::Edit, "Edit and send again"),
        CheckpointType::Action => (Action::Edit, "Edit the arguments"),
        CheckpointType::UnknownOutcome | CheckpointType::ManualPause => return None,
    })
    .filter(|(action, _)| ticket.allows(*action))
}

fn unknown() -> impl IntoView {
    view! {
        <Banner kind=BannerKind::Unknown title="We don't know if this happened">
            <p>
                "The request may have arrived, but no answer came back. Look it up at the provider if you can, and say \
                 what is true. Running it again may do it twice."
            </p>
        </Banner>
    }
    .into_any()
}
