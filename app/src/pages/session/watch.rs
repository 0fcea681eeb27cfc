//! Reads the thread again, and says what became of the ticket that was open.

use domain::id::PersonId;
use leptos::prelude::*;

use super::OpenSession;
use crate::{
    api::{actions::load_run, runs::RunView, session::Session, threads::load_thread},
    run::{Outbox, Surprise, live::tell, surprise},
};

pub fn reload(open: OpenSession) -> Callback<()> {
    let me = Session::current().caller.map(|caller| caller.person);
    let outbox = Outbox::shared();
    Callback::new(move |()| {
        leptos::task::spawn_local(async move {
            // What they typed over what is closed may have got through after that look.
            while look(open, outbox, me).await {}
        });
    })
}

/// Says whether something happened under the reader's eyes.
async fn look(open: OpenSession, outbox: Outbox, me: Option<PersonId>) -> bool {
    let asked = |view: &super::ThreadView| (view.owner, view.session.clone(), view.open.clone());
    let Some((owner, session, before)) = open.view.try_with_untracked(asked) else { return false };
    let Ok(fresh) = load_thread(owner, session, None).await else { return false };
    let own = |run: &RunView| {
        let ticket = run.ticket.as_ref().map(|open| open.ticket.id);
        ticket.is_none_or(|id| outbox.knows(id) || open.answered.try_get_value() == Some(Some(id)))
    };
    let said = match before.filter(|before| !own(before)) {
        Some(before) => happened(&before, fresh.open.as_ref(), me).await,
        None => None,
    };
    // The page may have gone, and a later answer may have been faster.
    if open.view.try_with_untracked(|view| view.now <= fresh.now) != Some(true) {
        return false;
    }
    open.view.set(fresh);
    let surprised = said.is_some();
    if let Some(said) = said {
        tell(said, open.notice, open.locked);
    }
    surprised
}

/// What happened to the ticket that was open. Its run may be over, or another one may ask meanwhile.
async fn happened(
    before: &RunView,
    open: Option<&RunView>,
    me: Option<PersonId>,
) -> Option<Surprise> {
    let id = before.summary.id;
    if let Some(same) = open.filter(|run| run.summary.id == id) {
        return surprise(before, same, me);
    }
    let said = surprise(before, &load_run(id).await.ok()?, me)?;
    Some(Surprise { locks: said.locks || open.is_some(), ..said })
}
