//! The feed as server-sent events, for programs that only listen.

use std::{collections::VecDeque, convert::Infallible, iter, sync::Arc, time::Duration};

use app::{
    api::port::{AccountService, Credential},
    error::ApiError,
    live::{Scope, Subscribe},
};
use axum::{
    extract::{State, ws::Utf8Bytes},
    response::{
        IntoResponse as _, Response,
        sse::{Event, KeepAlive, Sse},
    },
};
use domain::{access::Caller, id::RunId};
use futures::{Stream, stream};
use http::HeaderMap;
use serde::Deserialize;
use tokio::time::{Instant, sleep, sleep_until};
use tokio_util::sync::CancellationToken;
use utoipa::IntoParams;

use super::Live;
use crate::{
    bridge::{Frame, Kind, Listener, MOST_BEHIND, Next, Place, Source, Topics},
    http::{Problem, Signed, StrictQuery, caller},
};

/// How often a silent connection gives a sign of life, and its reader's rights are looked at.
const HEARTBEAT: Duration = Duration::from_secs(30);
const AFTER_TROUBLE: Duration = Duration::from_secs(1);
const COME_BACK: Duration = Duration::from_secs(2);
const FULL: u32 = 30;
/// Frames that are taken at once.
const PIECE: usize = 16;

/// What to follow, and from where.
#[derive(Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct EventsQuery {
    /// The `seq` of the last message that was seen; the header `Last-Event-ID` goes before it.
    after: Option<i64>,
    /// `inbox` if nothing else is said.
    #[param(value_type = Option<String>)]
    scope: Option<Scope>,
    session_id: Option<String>,
    run_id: Option<RunId>,
}

/// Follow what happens, as server-sent events
///
/// The same messages as over the socket, each with its `seq` as the event's id. Without `after` or `Last-Event-ID`,
/// `HITL_SNAPSHOT` comes first.
#[utoipa::path(get, path = "/api/hitl/events", tag = "Live", params(EventsQuery),
    responses((status = 200, body = String, content_type = "text/event-stream")))]
pub async fn events(
    State(live): State<Live>,
    Signed(caller): Signed,
    headers: HeaderMap,
    StrictQuery(query): StrictQuery<EventsQuery>,
) -> Result<Response, Problem> {
    let after = last_event(&headers)?.or(query.after);
    let wanted = Subscribe {
        id: String::new(),
        scope: query.scope.unwrap_or(Scope::Inbox),
        session_id: query.session_id,
        run_id: query.run_id,
        after,
    };
    let topics = Topics::of(&wanted)?;
    let Live { doors, source } = live;
    let credential = caller::credential(&doors, &headers).ok_or(ApiError::NotSignedIn)?;
    let place = doors.bridge.places.take(caller.person, Kind::Events);
    let place = place.map_err(|_full| ApiError::TooMany(FULL))?;
    let listener = source.bridge.hub.listen(&topics);
    let accounts = doors.accounts.clone();
    let closing = place.closing();
    let mut reader = Reader {
        source,
        accounts,
        credential,
        caller,
        topics,
        cursor: 0,
        listener,
        place,
        closing,
        checked: Instant::now(),
        waiting: VecDeque::new(),
        live: false,
    };
    reader.begin(after).await?;
    let alive = KeepAlive::new().interval(HEARTBEAT);
    Ok(Sse::new(reader.stream()).keep_alive(alive).into_response())
}

/// The id of the last event that a browser's own reader saw.
fn last_event(headers: &HeaderMap) -> Result<Option<i64>, ApiError> {
    let Some(header) = headers.get("last-event-id") else { return Ok(None) };
    let number = header.to_str().ok().and_then(|text| text.parse().ok());
    let message = "`Last-Event-ID` has to be the id of an event";
    number.map(Some).ok_or_else(|| ApiError::BadRequest(message.to_owned()))
}

/// One reader: how far it is, and what it hasn't taken yet.
struct Reader {
    source: Source,
    accounts: Arc<dyn AccountService>,
    credential: Credential,
    caller: Caller,
    topics: Topics,
    cursor: i64,
    listener: Listener,
    place: Place,
    closing: CancellationToken,
    checked: Instant,
    waiting: VecDeque<Event>,
    /// It has caught up with the feed.
    live: bool,
}

impl Reader {
    async fn begin(&mut self, after: Option<i64>) -> Result<(), ApiError> {
        let begun = self.source.begin(&self.caller, &self.topics, after).await?;
        self.cursor = begun.cursor;
        for text in begun.first {
            let event = Event::default().id(self.cursor.to_string()).retry(COME_BACK);
            self.waiting.push_back(event.data(text.as_str()));
        }
        Ok(())
    }

    fn stream(self) -> impl Stream<Item = Result<Event, Infallible>> {
        stream::unfold(self, |mut reader| async move {
            let event = reader.next().await?;
            Some((Ok(event), reader))
        })
    }

    /// The next event; `None` if the reader has to go. It is taken when the one before was sent, so a slow reader
    /// is no more than a number that is behind.
    async fn next(&mut self) -> Option<Event> {
        loop {
            if let Some(event) = self.waiting.pop_front() {
                return Some(event);
            }
            let hub = self.source.bridge.hub.clone();
            if hub.is_blind() {
                return None;
            }
            match hub.next(self.cursor, &self.topics, &self.caller, PIECE) {
                Next::TooOld if hub.head() - self.cursor > MOST_BEHIND => {
                    let cursor = self.cursor;
                    self.trouble(cursor).await;
                }
                Next::TooOld => {
                    self.live = false;
                    let past = self.source.past(&self.caller, &self.topics, self.cursor).await;
                    match past {
                        Ok(past) => {
                            self.take(past.frames.iter());
                            self.cursor = past.upto;
                        }
                        Err(_) => sleep(AFTER_TROUBLE).await,
                    }
                }
                Next::Frames { frames, upto } if frames.is_empty() => {
                    (self.cursor, self.live) = (upto, true);
                    self.wait().await?;
                }
                Next::Frames { frames, upto } => {
                    for frame in frames {
                        self.take(iter::once(&*frame));
                        let passing = frame.passing(&self.topics).filter(|_| self.live);
                        // Without an id: nobody can come back to it.
                        let event = |text: Utf8Bytes| Event::default().data(text.as_str());
                        self.waiting.extend(passing.map(event));
                    }
                    self.cursor = upto;
                }
            }
        }
    }

    /// Begins anew for a reader that is too far behind.
    async fn trouble(&mut self, cursor: i64) {
        if self.begin(Some(cursor)).await.is_err() {
            sleep(AFTER_TROUBLE).await;
        }
    }

    fn take<'a>(&mut self, frames: impl Iterator<Item = &'a Frame>) {
        for frame in frames {
            let event = Event::default().id(frame.about.number.to_string());
            self.waiting.push_back(event.data(frame.text.as_str()));
        }
    }

    /// Waits until there may be more; `None` if the reader has to go.
    async fn wait(&mut self) -> Option<()> {
        tokio::select! {
            () = self.closing.cancelled() => return None,
            () = self.source.bridge.hub.blind() => return None,
            () = self.listener.woken(), if self.checked.elapsed() < HEARTBEAT => return Some(()),
            () = self.place.look_again() => {}
            () = sleep_until(self.checked + HEARTBEAT) => {}
        }
        self.checked = Instant::now();
        match self.accounts.still(&self.credential).await {
            Ok(Some(caller)) => self.caller = caller,
            Ok(None) => return None,
            Err(error) => tracing::debug!(%error, "a reader's rights can't be looked at"),
        }
        Some(())
    }
}
