//! What a run's page does in the browser, each a small effect.

use std::time::Duration;

use chrono::DateTime;
use domain::state::Status;
use leptos::{prelude::*, server_fn::ServerFn};

use super::{Desk, Notice, keys, notice};
use crate::{
    api::{actions::Reply, runs::RunView},
    error::ApiError,
    pages::Waiting,
};

/// Lets the server's time go on: once a second, from the moment at which the run was read.
pub fn tick(desk: Desk, view: RwSignal<RunView>) {
    let offset = StoredValue::new(0.0);
    Effect::new(move |_| {
        let server = view.with(|view| view.now.timestamp_millis()) as f64;
        offset.set_value(server - js_sys::Date::now());
    });
    every(Duration::from_secs(1), move || {
        let millis = js_sys::Date::now() + offset.get_value();
        if let Some(now) = DateTime::from_timestamp_millis(millis as i64) {
            desk.now.set(now);
        }
    });
}

/// Single keys, with a guard that starts anew when another ticket is shown.
pub fn keys(view: RwSignal<RunView>) {
    let shown = StoredValue::new(js_sys::Date::now());
    let ticket = Memo::new(move |_| {
        view.with(|view| view.ticket.as_ref().map(|open| (open.ticket.id, open.ticket.version)))
    });
    Effect::new(move |_| {
        ticket.track();
        shown.set_value(js_sys::Date::now());
    });
    Effect::new(move |_| keys::listen(shown));
}

/// Looks again every second and a half while the server is at work.
pub fn poll(desk: Desk, view: RwSignal<RunView>) {
    every(Duration::from_millis(1_500), move || {
        let busy = |view: &RunView| matches!(view.summary.status, Status::Queued | Status::Running);
        if view.with_untracked(busy) {
            desk.reload.run(());
        }
    });
}

fn every(time: Duration, run: impl Fn() + 'static) {
    if let Ok(handle) = set_interval_with_handle(run, time) {
        on_cleanup(move || handle.clear());
    }
}

/// Says what came of a decision, and reads the run and the number of open tickets again.
pub fn answers(desk: Desk, notice: RwSignal<Option<Notice>>) {
    let waiting = use_context::<Waiting>();
    Effect::new(move |_| {
        let Some(answer) = desk.decide.value().get() else { return };
        say(notice, Notice::from_answer(&answer));
        desk.reload.run(());
        if let Some(waiting) = waiting {
            waiting.look();
        }
    });
}

/// Says what came of another action and reads the run again.
pub fn done<F>(
    action: ServerAction<F>,
    desk: Desk,
    notice: RwSignal<Option<Notice>>,
    code: &'static str,
    view: RwSignal<RunView>,
) where
    F: ServerFn<Output = Reply, Error = ApiError> + Clone + Send + Sync + 'static,
{
    Effect::new(move |_| {
        let Some(answer) = action.value().get() else { return };
        let said = match &answer {
            Ok(_) => view.with_untracked(|view| Notice::from_code(code, view)),
            Err(_) => Some(Notice::from_answer(&answer)),
        };
        if let Some(said) = said {
            say(notice, said);
        }
        desk.reload.run(());
    });
}

/// Shows a notice and moves focus to it.
pub fn say(place: RwSignal<Option<Notice>>, said: Notice) {
    place.set(Some(said));
    request_animation_frame(|| keys::focus(&format!("#{}", notice::ID)));
}
