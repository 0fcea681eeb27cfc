//! What a run's page does in the browser, each a small effect.

use std::time::Duration;

use domain::{id::PersonId, state::Status};
use leptos::prelude::*;
use leptos_router::hooks::use_navigate;

use super::{Answered, Desk, Notice, Surprise, drafts, dwell, keys, notice, surprise, words};
use crate::{
    api::{
        actions::{Reply, load_run},
        lists::load_inbox,
        runs::RunView,
        session::Session,
    },
    device::Device,
    error::ApiError,
    keys::{active, focus, guard},
    live::{Link, calmly},
    pages::Waiting,
};

/// A run that is at work is read this often at most, in milliseconds.
const AGAIN: f64 = 250.0;

/// Lets the server's time go on, once a second.
pub fn tick(desk: Desk) {
    Effect::new(move |_| desk.view.with(|view| desk.live.hear_time(view.now)));
    every(Duration::from_secs(1), move || {
        if let Some(now) = desk.live.now() {
            desk.now.set(now);
        }
    });
}

/// Single keys, with a guard that starts anew when another ticket is shown; and how long each was looked at.
pub fn watch_ticket(desk: Desk) {
    let ticket = Memo::new(move |_| {
        desk.view
            .with(|view| view.ticket.as_ref().map(|open| (open.ticket.id, open.ticket.version)))
    });
    Effect::new(move |before: Option<()>| {
        ticket.track();
        desk.hint.set(false);
        guard();
        // What was typed over the one before may have got through after the look that took it away.
        before.inspect(|()| desk.reload.run(()));
    });
    keys::listen(desk);
    dwell::report(Memo::new(move |_| ticket.get().map(|(id, _)| id)));
}

/// Reads the run again when something about it changed, and says what happened under the reader's eyes.
#[must_use]
pub fn reload(desk: Desk) -> Callback<()> {
    let me = Session::current().caller.map(|caller| caller.person);
    let read = move || {
        leptos::task::spawn_local(async move {
            match load_run(desk.run).await {
                Ok(fresh) => show(desk, fresh, me),
                Err(ApiError::NotSignedIn) => desk.live.signed_out(),
                // What is shown stays.
                Err(_) => {}
            }
        });
    };
    let reload = calmly(AGAIN, Callback::new(move |()| read()));
    desk.live.on_change(move |change| {
        if change.is_of_run(desk.run) {
            reload.run(());
        }
    });
    reload
}

fn show(desk: Desk, fresh: RunView, me: Option<PersonId>) {
    // The page may have gone, and a later answer may have been faster.
    let Some(before) = desk.view.try_get_untracked().filter(|before| before.now <= fresh.now)
    else {
        return;
    };
    let own = before.ticket.as_ref().is_some_and(|open| desk.outbox.knows(open.ticket.id));
    let said = if own { None } else { surprise(&before, &fresh, me) };
    if before.ticket.as_ref().map(|open| open.ticket.id)
        != fresh.ticket.as_ref().map(|open| open.ticket.id)
    {
        desk.resumed.set(None);
    }
    desk.view.set(fresh);
    if let Some(said) = said {
        tell(said, desk.notice, desk.locked);
    }
}

/// Says what happened under the reader's eyes.
pub fn tell(said: Surprise, notice: RwSignal<Option<Notice>>, locked: RwSignal<bool>) {
    locked.update(|locked| *locked |= said.locks);
    notice.set(Some(said.notice));
    // Focus stays where somebody types, unless that is gone.
    request_animation_frame(|| {
        if active().is_none_or(|element| element.tag_name().eq_ignore_ascii_case("body")) {
            focus(&format!("#{}", notice::ID));
        }
    });
}

/// Looks again every second and a half while the server is at work and no change arrives by itself; and says when the
/// card is shown again after the line was cut.
pub fn stand_in(desk: Desk) {
    every(Duration::from_millis(1_500), move || {
        let busy = |view: &RunView| matches!(view.summary.status, Status::Queued | Status::Running);
        let live = untrack(|| desk.live.link()) == Some(Link::Live);
        if !live && desk.view.with_untracked(busy) {
            desk.reload.run(());
        }
    });
    Effect::new(move |was_cut: Option<bool>| {
        let cut = desk.live.is_cut();
        let open = desk.view.with_untracked(|view| view.ticket.is_some());
        if was_cut == Some(true) && !cut && open {
            let at = desk.live.now().map(words::clock).unwrap_or_default();
            desk.resumed.set(Some(format!("Resumed at {at}, when the connection came back.")));
        }
        cut
    });
}

/// Calls `run` again and again until its owner goes away.
pub fn every(time: Duration, run: impl Fn() + 'static) {
    if let Ok(handle) = set_interval_with_handle(run, time) {
        on_cleanup(move || handle.clear());
    }
}

/// Says what came of a decision, and reads the run and the number of open tickets again.
pub fn answers(desk: Desk) {
    let (waiting, device) = (use_context::<Waiting>(), Device::current());
    Effect::new(move |before: Option<()>| {
        let Some(Answered { ticket, result, .. }) = desk.outbox.answer(desk.run) else { return };
        // What was there before this page was is said already.
        if before.is_none() {
            return;
        }
        if result.is_ok() {
            drafts::forget(device, ticket);
        }
        desk.locked.set(matches!(result, Err(ApiError::Changed(_))));
        say(desk.notice, Notice::from_answer(&result));
        desk.reload.run(());
        if let Some(waiting) = waiting {
            waiting.look();
        }
    });
}

/// Goes to the first ticket in the list that isn't of this run, or to the list.
#[must_use]
pub fn next(desk: Desk) -> Callback<()> {
    let navigate = use_navigate();
    let go = StoredValue::new_local(move |to: &str| navigate(to, Default::default()));
    Callback::new(move |()| {
        leptos::task::spawn_local(async move {
            let inbox = load_inbox(None).await.ok();
            let items = inbox.iter().flat_map(|inbox| &inbox.page.items);
            let next = items.map(|item| item.run).find(|run| *run != desk.run);
            let to = next.map_or("/inbox".to_owned(), |run| format!("/runs/{run}"));
            // The page may have gone.
            go.try_with_value(|go| go(&to));
        });
    })
}

/// Says what came of another action and reads the run again.
pub fn done(desk: Desk, answer: &Result<Reply, ApiError>, code: &'static str) {
    // The page may have gone.
    let Some(done) = desk.view.try_with_untracked(|view| Notice::from_code(code, view)) else {
        return;
    };
    let said = if answer.is_ok() { done } else { Some(Notice::from_answer(answer)) };
    if let Some(said) = said {
        say(desk.notice, said);
    }
    desk.reload.run(());
}

/// Shows a notice and moves focus to it.
pub fn say(place: RwSignal<Option<Notice>>, said: Notice) {
    place.set(Some(said));
    request_animation_frame(|| focus(&format!("#{}", notice::ID)));
}
