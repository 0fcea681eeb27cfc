//! Between one client's conversation and the world: the socket, the hub, the clock, and whatever is waited for.

use std::{
    future::{Future, poll_fn},
    pin::{Pin, pin},
    sync::Arc,
    task::{Context, Poll},
    time::Duration,
};

use app::{
    api::port::{AccountService, Credential},
    error::ApiError,
    live::message::Message,
};
use axum::{
    Error,
    extract::ws::{CloseFrame, Message as Wire},
};
use domain::access::Caller;
use futures::{Sink, Stream};
use tokio::time::{Instant, sleep, sleep_until};

use super::{
    Close, Place, Source, Topics,
    connection::{Checked, Connection, Done, Job},
    hub::Listener,
    outbox::Out,
};

/// Frames that are taken from the hub at once.
const PIECE: usize = 64;
const AFTER_TROUBLE: Duration = Duration::from_secs(1);

/// A client that came in.
pub struct Socket {
    pub source: Source,
    pub accounts: Arc<dyn AccountService>,
    pub credential: Credential,
    pub caller: Caller,
    pub place: Place,
    pub welcome: Message,
}

type Waiting = Pin<Box<dyn Future<Output = Done> + Send>>;

/// What the socket has to tell.
enum Event {
    Came(Wire),
    /// Something was sent, and nothing waits any more.
    Sent,
    /// A message was larger than it may be.
    TooLarge,
    Gone,
}

/// Talks with a client until one of the two has enough.
pub async fn converse<S>(client: Socket, mut socket: S)
where
    S: Stream<Item = Result<Wire, Error>> + Sink<Wire, Error = Error> + Unpin,
{
    let Socket { source, accounts, credential, caller, mut place, welcome } = client;
    let closing = place.closing();
    let mut talk = Connection::new(caller, &welcome, Instant::now());
    let hub = source.bridge.hub.clone();
    let helper = Helper { source, accounts, credential };
    let mut listener: Option<Listener> = None;
    let mut waiting: Option<Waiting> = None;
    let mut sleep = pin!(sleep_until(talk.due()));
    let mut told = false;
    loop {
        if let (Some(why), false) = (talk.ended(), told) {
            told = true;
            place.metrics().hung_up(why.name());
        }
        helper.pump(&mut talk);
        if let Some(job) = talk.take_job() {
            waiting = Some(helper.start(&talk, job));
        }
        sleep.as_mut().reset(talk.due());
        tokio::select! {
            event = poll_fn(|cx| turn(&mut socket, &mut talk, cx)) => match event {
                Event::Came(message) => helper.hear(&mut talk, message),
                Event::Sent => {}
                Event::TooLarge => talk.end(Close::TooLarge, Instant::now()),
                Event::Gone => break,
            },
            done = async { waiting.as_mut().expect("it is waited for").await }, if waiting.is_some() => {
                waiting = None;
                if let Done::Subscribed(_, Ok((topics, _))) = &done {
                    listener = Some(helper.source.bridge.hub.listen(topics));
                }
                talk.on_done(done, Instant::now());
            }
            () = woken(&mut listener) => {}
            () = place.look_again() => talk.check_soon(Instant::now()),
            () = closing.cancelled(), if !talk.is_ending() => talk.end(Close::Leaving, Instant::now()),
            // Who follows nothing yet is refused when it wants to.
            () = hub.blind(), if listener.is_some() && !talk.is_ending() => {
                talk.end(Close::Blind, Instant::now());
            }
            () = &mut sleep => {
                let now = Instant::now();
                if talk.is_over(now) {
                    break;
                }
                talk.on_timer(now);
            }
        }
    }
}

async fn woken(listener: &mut Option<Listener>) {
    match listener {
        Some(listener) => listener.woken().await,
        None => std::future::pending().await,
    }
}

/// Sends what can be sent, then hears what there is to hear.
fn turn<S>(socket: &mut S, talk: &mut Connection, cx: &mut Context<'_>) -> Poll<Event>
where
    S: Stream<Item = Result<Wire, Error>> + Sink<Wire, Error = Error> + Unpin,
{
    let mut socket = Pin::new(socket);
    let mut sent = false;
    while let Poll::Ready(ready) = socket.as_mut().poll_ready(cx) {
        if ready.is_err() {
            return Poll::Ready(Event::Gone);
        }
        let Some(out) = talk.take_out(Instant::now()) else { break };
        sent = true;
        if socket.as_mut().start_send(wire(out)).is_err() {
            return Poll::Ready(Event::Gone);
        }
    }
    if let Poll::Ready(Err(_)) = socket.as_mut().poll_flush(cx) {
        return Poll::Ready(Event::Gone);
    }
    if talk.listens() {
        match socket.as_mut().poll_next(cx) {
            Poll::Ready(Some(Ok(message))) => return Poll::Ready(Event::Came(message)),
            Poll::Ready(Some(Err(error))) if is_too_large(&error) => {
                return Poll::Ready(Event::TooLarge);
            }
            Poll::Ready(_) => return Poll::Ready(Event::Gone),
            Poll::Pending => {}
        }
    }
    if sent { Poll::Ready(Event::Sent) } else { Poll::Pending }
}

fn wire(out: Out) -> Wire {
    match out {
        Out::Text(text) => Wire::Text(text),
        Out::Ping => Wire::Ping(bytes::Bytes::new()),
        Out::Close(why) => {
            let (code, reason) = (why.code(), why.reason().into());
            Wire::Close(Some(CloseFrame { code, reason }))
        }
    }
}

fn is_too_large(error: &Error) -> bool {
    // The library's own error has no name here.
    error.to_string().contains("too long")
}

/// Does for a conversation what it can't do itself.
struct Helper {
    source: Source,
    accounts: Arc<dyn AccountService>,
    credential: Credential,
}

impl Helper {
    /// Hands over what the hub has, as far as it is wanted.
    fn pump(&self, talk: &mut Connection) {
        let hub = &self.source.bridge.hub;
        loop {
            let caller = talk.caller.clone();
            let Some((topics, after)) = talk.wants() else { return };
            let next = hub.next(after, topics, &caller, PIECE);
            if !talk.on_next(next, hub.head(), Instant::now()) {
                return;
            }
        }
    }

    fn hear(&self, talk: &mut Connection, message: Wire) {
        let now = Instant::now();
        if talk.is_ending() {
            return;
        }
        // So that the answer says how far the client has really come.
        self.pump(talk);
        let desk = &self.source.desk;
        match message {
            Wire::Text(text) => {
                let refuse = || desk.problem(ApiError::TooMany(1));
                talk.on_text(&text, |text| desk.read(text), refuse, now);
            }
            Wire::Binary(_) => {
                let message = "messages are JSON texts".to_owned();
                talk.refuse(desk.problem(ApiError::WrongType(message)), now);
            }
            Wire::Ping(_) | Wire::Pong(_) | Wire::Close(_) => talk.on_sign_of_life(now),
        }
    }

    fn start(&self, talk: &Connection, job: Job) -> Waiting {
        let (source, caller) = (self.source.clone(), talk.caller.clone());
        let (accounts, credential) = (self.accounts.clone(), self.credential.clone());
        match job {
            Job::Subscribe(wanted) => Box::pin(async move {
                let begun = async {
                    let topics = Topics::of(&wanted)?;
                    let begun = source.begin(&caller, &topics, wanted.after).await?;
                    Ok((topics, begun))
                };
                let begun = begun.await.map_err(|error| source.desk.problem(error));
                Done::Subscribed(wanted.id, begun)
            }),
            // Under the rights of this moment, not those of the last look.
            Job::Answer(ask) => Box::pin(async move {
                let id = ask.id().to_owned();
                match accounts.still(&credential).await {
                    Ok(Some(caller)) => Done::Answered(id, source.desk.answer(&caller, ask).await),
                    Ok(None) => Done::Checked(Checked::Nobody),
                    Err(error) => Done::Answered(id, Err(source.desk.problem(error))),
                }
            }),
            Job::Past(topics, after) => Box::pin(async move {
                let past = source.past(&caller, &topics, after).await;
                if past.is_err() {
                    sleep(AFTER_TROUBLE).await;
                }
                Done::Past(past.ok())
            }),
            Job::Check => Box::pin(async move {
                Done::Checked(match accounts.still(&credential).await {
                    Ok(Some(caller)) => Checked::Still(Box::new(caller)),
                    Ok(None) => Checked::Nobody,
                    Err(_) => Checked::Unknown,
                })
            }),
        }
    }
}
