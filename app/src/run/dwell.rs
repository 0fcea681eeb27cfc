//! How long a person had a ticket before their eyes: told to the server when they leave it or decide it.

use domain::id::TicketId;
use leptos::prelude::*;
use web_sys::{Headers, RequestInit};

/// A look that is worth no word, in milliseconds.
const GLIMPSE: f64 = 100.0;

/// A ticket and the time for which it was seen.
#[derive(Clone, Copy, Default)]
struct Look {
    ticket: Option<TicketId>,
    /// Milliseconds that are over.
    seen: f64,
    /// Since when it is in front.
    since: Option<f64>,
}

impl Look {
    fn pause(&mut self, now: f64) {
        if let Some(since) = self.since.take() {
            self.seen += (now - since).max(0.0);
        }
    }

    /// Says what was seen so far; the same time isn't told twice.
    fn tell(&mut self, now: f64) {
        let goes_on = self.since.is_some();
        self.pause(now);
        if let Some(ticket) = self.ticket.filter(|_| self.seen >= GLIMPSE) {
            tell(ticket, self.seen);
            self.seen = 0.0;
        }
        self.since = goes_on.then_some(now);
    }
}

/// Follows the open ticket of the page.
pub fn report(open: Memo<Option<TicketId>>) {
    let look = StoredValue::new(Look::default());
    let update = move |how: fn(&mut Look, f64)| {
        look.try_update_value(|look| how(look, js_sys::Date::now()));
    };
    Effect::new(move |_| {
        let ticket = open.get();
        update(Look::tell);
        let since = (!document().hidden()).then(js_sys::Date::now);
        look.set_value(Look { ticket, seen: 0.0, since });
    });
    let leaves = [
        window_event_listener_untyped("visibilitychange", move |_| {
            if document().hidden() {
                update(Look::tell);
                update(Look::pause);
            } else {
                update(|look, now| look.since = Some(now));
            }
        }),
        window_event_listener_untyped("pagehide", move |_| update(Look::tell)),
    ];
    on_cleanup(move || {
        leaves.into_iter().for_each(|listener| listener.remove());
        update(Look::tell);
    });
}

/// Arrives even if the page is being left.
fn tell(ticket: TicketId, milliseconds: f64) {
    let (init, headers) = (RequestInit::new(), Headers::new());
    let Ok(headers) = headers else { return };
    let _ = headers.set("content-type", "application/json");
    init.set_method("POST");
    init.set_headers(&headers);
    init.set_body(&format!(r#"{{"dwell_ms":{}}}"#, milliseconds as u64).into());
    let _ = js_sys::Reflect::set(&init, &"keepalive".into(), &true.into());
    let address = format!("/api/hitl/approvals/{ticket}/seen");
    // Best effort: how long it was looked at is worth a record, not an error.
    let _ = window().fetch_with_str_and_init(&address, &init);
}
