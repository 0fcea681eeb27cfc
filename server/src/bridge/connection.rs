//! One client's conversation, without a socket and without a clock: what comes in, what is to be done about it, and
//! what goes out.

use std::{sync::Arc, time::Duration};

use app::live::{
    Ask, Raw, Subscribe,
    message::{Ack, Message, Reached, Refused, Resync},
};
use domain::access::Caller;
use tokio::time::Instant;

use super::{
    Begun, Close, Frame, HEARTBEAT, Read, Topics,
    allowance::{Allowance, Verdict},
    hub::Next,
    outbox::{Out, Outbox},
    source::Past,
    words::Answer,
};

/// A client that was silent for so long is gone.
const SILENCE: Duration = Duration::from_secs(60);
/// How often the client's rights are looked at again.
const CHECK: Duration = Duration::from_secs(30);
/// For what is still to be sent when the connection is over.
const GOODBYE: Duration = Duration::from_secs(5);

/// What has to be waited for.
#[derive(Debug, Clone, PartialEq)]
pub enum Job {
    Subscribe(Subscribe),
    Answer(Ask),
    /// The next piece of the past, after this number.
    Past(Topics, i64),
    /// Who the client is by now.
    Check,
}

/// What became of a job.
#[derive(Debug, PartialEq)]
pub enum Done {
    /// The id of the message, and what is followed from where.
    Subscribed(String, Result<(Topics, Begun), Raw>),
    Answered(String, Answer),
    /// Nothing if it can't be read for the moment.
    Past(Option<Past>),
    Checked(Checked),
}

/// Who the client is by now.
#[derive(Debug, PartialEq)]
pub enum Checked {
    Still(Box<Caller>),
    Nobody,
    /// It can't be told for the moment.
    Unknown,
}

/// A subscription, and how far it has come.
#[derive(Debug)]
struct Following {
    topics: Topics,
    cursor: i64,
    pace: Pace,
}

#[derive(Debug, PartialEq, Eq)]
enum Pace {
    /// Behind: the next piece is fetched when the one before was sent. The message that asked for it is answered
    /// at the end.
    CatchingUp(Option<String>),
    /// Whatever comes is sent, or the client is too slow.
    Live,
}

impl Following {
    fn fall_behind(&mut self) {
        if self.pace == Pace::Live {
            self.pace = Pace::CatchingUp(None);
        }
    }
}

/// One client's conversation.
#[derive(Debug)]
pub struct Connection {
    pub caller: Arc<Caller>,
    following: Option<Following>,
    /// What was followed before, while something else is asked for.
    aside: Option<Following>,
    allowance: Allowance,
    heard: Instant,
    pinged: Instant,
    checked: Instant,
    out: Outbox,
    job: Option<Job>,
    checks: bool,
    busy: bool,
    /// Until when it may say goodbye.
    over_at: Option<Instant>,
    why: Option<Close>,
}

impl Connection {
    pub fn new(caller: Caller, welcome: &Message, now: Instant) -> Self {
        let mut new = Self {
            caller: Arc::new(caller),
            following: None,
            aside: None,
            allowance: Allowance::new(now),
            heard: now,
            pinged: now,
            checked: now,
            out: Outbox::new(now),
            job: None,
            checks: false,
            busy: false,
            over_at: None,
            why: None,
        };
        new.say(welcome, now);
        new
    }

    /// A text came in.
    pub fn on_text(
        &mut self,
        text: &str,
        read: impl FnOnce(&str) -> Result<Ask, Read>,
        refuse: impl FnOnce() -> Raw,
        now: Instant,
    ) {
        self.on_sign_of_life(now);
        match self.allowance.take(now) {
            Verdict::Fine => {}
            Verdict::TooMany => {
                return self.say(&Message::Error(Refused { id: None, problem: refuse() }), now);
            }
            Verdict::Out => return self.end(Close::TooMany, now),
        }
        match read(text) {
            Ok(Ask::Ping(ping)) => self.acknowledge(ping.id, Ok(self.reached()), now),
            Ok(Ask::Subscribe(wanted)) => {
                // What comes meanwhile belongs to neither.
                self.aside = self.following.take().or(self.aside.take());
                self.job = Some(Job::Subscribe(wanted));
            }
            Ok(ask) => self.job = Some(Job::Answer(ask)),
            Err(Read { id, problem }) => self.say(&Message::Error(Refused { id, problem }), now),
        }
    }

    /// A frame that isn't a message came in, of whatever kind.
    pub fn on_sign_of_life(&mut self, now: Instant) {
        self.heard = now;
    }

    /// Something was refused that had no text to read.
    pub fn refuse(&mut self, problem: Raw, now: Instant) {
        self.on_sign_of_life(now);
        self.say(&Message::Error(Refused { id: None, problem }), now);
    }

    pub fn on_timer(&mut self, now: Instant) {
        if self.over_at.is_some() {
            return;
        }
        if now >= self.heard + SILENCE {
            return self.end(Close::Silent, now);
        }
        if self.out.stuck_at().is_some_and(|at| now >= at) {
            return self.end(Close::TooSlow, now);
        }
        if now >= self.pinged + HEARTBEAT {
            self.pinged = now;
            self.out.push(Out::Ping, now);
        }
        if now >= self.checked + CHECK {
            self.check_soon(now);
        }
    }

    /// The client's rights have to be looked at as soon as nothing else is done for it.
    pub fn check_soon(&mut self, now: Instant) {
        self.checked = now;
        self.checks = true;
    }

    /// When [`Self::on_timer`] is due.
    pub fn due(&self) -> Instant {
        if let Some(over) = self.over_at {
            return over;
        }
        let routine = (self.heard + SILENCE).min(self.pinged + HEARTBEAT).min(self.checked + CHECK);
        self.out.stuck_at().map_or(routine, |stuck| stuck.min(routine))
    }

    /// Takes what is to be waited for; nothing while something is.
    pub fn take_job(&mut self) -> Option<Job> {
        if self.busy || self.over_at.is_some() {
            return None;
        }
        let check = || std::mem::take(&mut self.checks).then_some(Job::Check);
        let job = self.job.take().or_else(check);
        self.busy = job.is_some();
        job
    }

    pub fn on_done(&mut self, done: Done, now: Instant) {
        self.busy = false;
        match done {
            Done::Subscribed(id, Ok((topics, begun))) => self.begin(id, topics, begun, now),
            Done::Subscribed(id, Err(problem)) => {
                self.acknowledge(id, Err(problem), now);
                self.put_back();
            }
            Done::Answered(id, answer) => self.acknowledge(id, answer.map(Some), now),
            Done::Past(Some(past)) => self.on_past(past, now),
            Done::Past(None) | Done::Checked(Checked::Unknown) => {}
            Done::Checked(Checked::Still(caller)) => self.caller = Arc::from(caller),
            Done::Checked(Checked::Nobody) => self.end(Close::SignedOut, now),
        }
    }

    /// What is followed, and after which number more is wanted at this moment.
    pub fn wants(&self) -> Option<(&Topics, i64)> {
        let following = self.following.as_ref().filter(|_| self.over_at.is_none())?;
        let paced = following.pace != Pace::Live && (self.busy || !self.out.is_empty());
        (!paced && self.job.is_none()).then_some((&following.topics, following.cursor))
    }

    /// What the hub has; `head` is how far it goes. Says whether there may be more at once.
    pub fn on_next(&mut self, next: Next, head: i64, now: Instant) -> bool {
        let Some(following) = &mut self.following else { return false };
        let Next::Frames { frames, upto } = next else {
            following.fall_behind();
            self.job = Some(Job::Past(following.topics.clone(), following.cursor));
            return false;
        };
        following.cursor = upto;
        let there = upto >= head;
        let live = following.pace == Pace::Live;
        let asked = match &mut following.pace {
            Pace::CatchingUp(asked) if there => Some(asked.take()),
            _ => None,
        };
        for frame in frames {
            self.frame(&frame, live, now);
        }
        if let (Some(asked), Some(following)) = (asked, &mut self.following) {
            following.pace = Pace::Live;
            if let Some(id) = asked {
                self.acknowledge(id, Ok(self.reached()), now);
            }
        }
        !there
    }

    /// Takes what goes out next.
    pub fn take_out(&mut self, now: Instant) -> Option<Out> {
        self.out.take(now)
    }

    /// Messages wait in the line while one is being answered.
    pub fn listens(&self) -> bool {
        match self.why {
            None => !self.busy && self.job.is_none(),
            // What comes after a message that is too large can't be told apart from it.
            Some(why) => why != Close::TooLarge,
        }
    }

    pub fn is_over(&self, now: Instant) -> bool {
        self.over_at.is_some_and(|at| now >= at)
    }

    /// Whether the last word is on its way.
    pub fn is_ending(&self) -> bool {
        self.over_at.is_some()
    }

    /// Why it ended; `None` if the client went by itself.
    pub fn ended(&self) -> Option<Close> {
        self.why
    }

    /// Says goodbye, and nothing else any more.
    pub fn end(&mut self, why: Close, now: Instant) {
        if self.over_at.is_some() {
            return;
        }
        self.over_at = Some(now + GOODBYE);
        self.why = Some(why);
        self.out.clear();
        if why == Close::TooSlow {
            let seq = self.following.as_ref().map_or(0, |following| following.cursor);
            let message = "messages came faster than they were read".to_owned();
            self.out.push(text(&Message::Resync(Resync { seq, message })), now);
        }
        self.out.push(Out::Close(why), now);
    }

    fn begin(&mut self, id: String, topics: Topics, begun: Begun, now: Instant) {
        let Begun { first, cursor } = begun;
        let pace = Pace::CatchingUp(Some(id));
        self.following = Some(Following { topics, cursor, pace });
        self.aside = None;
        for text in first {
            self.out.push(Out::Text(text), now);
        }
    }

    /// Goes on with what was followed before. What came meanwhile is caught up with as fast as the line takes it.
    fn put_back(&mut self) {
        self.following = self.aside.take();
        if let Some(following) = &mut self.following {
            following.fall_behind();
        }
    }

    fn on_past(&mut self, past: Past, now: Instant) {
        let Some(following) = &mut self.following else { return };
        following.cursor = past.upto;
        for frame in past.frames {
            self.out.push(Out::Text(frame.text), now);
        }
    }

    fn frame(&mut self, frame: &Frame, live: bool, now: Instant) {
        if self.over_at.is_some() {
            return;
        }
        if self.out.is_full_with(frame.text.len()) {
            return self.end(Close::TooSlow, now);
        }
        self.out.push(Out::Text(frame.text.clone()), now);
        let following = self.following.as_ref().filter(|_| live);
        if let Some(passing) = following.and_then(|of| frame.passing(&of.topics)) {
            self.out.push(Out::Text(passing), now);
        }
    }

    /// How far the subscription has come, as an answer says it.
    fn reached(&self) -> Option<Raw> {
        let seq = self.following.as_ref()?.cursor;
        Raw::of(&Reached { seq })
    }

    fn acknowledge(&mut self, id: String, answer: Result<Option<Raw>, Raw>, now: Instant) {
        let (result, problem) = match answer {
            Ok(result) => (result, None),
            Err(problem) => (None, Some(problem)),
        };
        self.say(&Message::Ack(Ack { id, ok: problem.is_none(), result, problem }), now);
    }

    fn say(&mut self, message: &Message, now: Instant) {
        self.out.push(text(message), now);
    }
}

fn text(message: &Message) -> Out {
    Out::Text(message.to_text().into())
}
