//! The conversation with the live bridge as a pure state machine: what happened goes in, what to do comes out.
//!
//! It holds no socket, no clock and no random source, so that a line that breaks at any moment is a test.
//! Times are milliseconds of one clock, whichever it is.

use domain::json::Json;

use super::glance::{Change, Glance, Kind};

/// Whether what is shown is what the server knows.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Link {
    /// Every change arrives by itself.
    Live,
    /// Connected, or about to be, and not through with what was missed.
    CatchingUp,
    /// No socket, but the server answers when it is asked: a look every few seconds stands in.
    Looking,
    /// Nothing comes through.
    Offline,
    /// The session is over.
    SignedOut,
}

/// What happened.
#[derive(Debug, Clone, PartialEq)]
pub enum Input {
    /// The page is alive.
    Start,
    Opened,
    Closed,
    Frame(Glance),
    /// The time that [`Output::Wake`] asked for is over.
    Timer,
    /// The browser has, or has lost, a network.
    Online(bool),
    /// The page came to the front, or went to the back.
    Visible(bool),
    /// A request on the side was answered, or wasn't.
    Looked(bool),
    /// Somebody asks to try at once.
    Try,
    /// The page shows the thread of this session, or of none.
    Session(Option<String>),
    /// The server says that nobody is signed in.
    SignedOut,
}

/// What to do.
#[derive(Debug, Clone, PartialEq)]
pub enum Output {
    /// Open a socket.
    Connect,
    /// Let go of the socket; nothing more is heard from it.
    Close,
    Send(String),
    /// Call again after so many milliseconds; replaces an earlier wish.
    Wake(f64),
    /// Something changed: what shows it is out of date.
    Changed(Change),
    /// How things stand now.
    Link(Link),
}

/// Silence after which the server is asked for a sign of life, and how long it may take for it. Together
/// they stay below the ten seconds in which a cut line has to show.
const SILENCE: f64 = 5_000.0;
const PATIENCE: f64 = 4_000.0;
/// The longest silence of a connection that isn't of use yet: a long past on a slow line takes its time.
const SETUP: f64 = 8_000.0;
/// An interruption that is over sooner isn't worth a word.
const GRACE: f64 = 3_000.0;
/// How long an answered look on the side counts.
const LOOK_COUNTS: f64 = 12_000.0;
/// Waits between two tries: at least, and at most.
const SHORTEST: f64 = 500.0;
const LONGEST: f64 = 30_000.0;

#[derive(Debug, Clone, Copy, PartialEq)]
enum Phase {
    /// Nothing is under way until then.
    Idle {
        until: f64,
    },
    Connecting {
        since: f64,
    },
    /// Connected; welcome or acknowledgement are still to come. Nothing was heard since then.
    Joining {
        since: f64,
    },
    Following {
        pinged: Option<f64>,
    },
}

/// One page's conversation with the server.
#[derive(Debug)]
pub struct Machine {
    phase: Phase,
    /// Everything up to this number of the feed has been applied.
    after: Option<i64>,
    heard: f64,
    /// Since when it is not live.
    lost: f64,
    failures: u32,
    looked: Option<(f64, bool)>,
    online: bool,
    visible: bool,
    signed_out: bool,
    /// The page was made before the line was up, or something was missed for good.
    stale: bool,
    /// Whose thread is followed beside the inbox.
    session: Option<String>,
    link: Option<Link>,
    messages: u64,
}

impl Default for Machine {
    fn default() -> Self {
        Self {
            phase: Phase::Idle { until: f64::INFINITY },
            after: None,
            heard: 0.0,
            lost: 0.0,
            failures: 0,
            looked: None,
            online: true,
            visible: true,
            signed_out: false,
            stale: true,
            session: None,
            link: None,
            messages: 0,
        }
    }
}

impl Machine {
    /// Takes in what happened at `now`. `luck`, from 0 to 1, spreads the tries of many clients.
    pub fn on(&mut self, input: Input, now: f64, luck: f64) -> Vec<Output> {
        let mut out = Vec::new();
        self.take(input, now, luck, &mut out);
        let link = self.standing(now);
        if self.link != Some(link) {
            self.link = Some(link);
            out.push(Output::Link(link));
        }
        if let Some(at) = self.next(now) {
            out.push(Output::Wake((at - now).max(0.0)));
        }
        out
    }

    /// When the next try is due, if it is waited for.
    #[must_use]
    pub const fn next_try(&self) -> Option<f64> {
        match self.phase {
            Phase::Idle { until } if until.is_finite() => Some(until),
            _ => None,
        }
    }

    fn take(&mut self, input: Input, now: f64, luck: f64, out: &mut Vec<Output>) {
        match input {
            Input::Start => {
                self.lost = now;
                // The page itself has just come from the server.
                self.looked = Some((now, true));
                self.connect(now, out);
            }
            Input::Opened => {
                self.phase = Phase::Joining { since: now };
                self.heard = now;
            }
            Input::Closed => self.fall(now, luck),
            Input::Frame(glance) => self.hear(&glance, now, luck, out),
            Input::Timer => self.time(now, luck, out),
            Input::Online(online) => {
                self.online = online;
                if online {
                    self.at_once(now, out);
                }
            }
            Input::Visible(visible) => {
                self.visible = visible;
                if visible {
                    self.at_once(now, out);
                }
            }
            Input::Looked(answered) => {
                self.looked = Some((now, answered));
                self.signed_out &= !answered;
            }
            Input::Try => self.at_once(now, out),
            Input::Session(session) => self.follow(session, out),
            Input::SignedOut => {
                self.signed_out = true;
                if !matches!(self.phase, Phase::Idle { .. }) {
                    out.push(Output::Close);
                }
                self.fall(now, luck);
            }
        }
    }

    /// What was said between the reading of the page and this is read again.
    fn follow(&mut self, session: Option<String>, out: &mut Vec<Output>) {
        if self.session == session {
            return;
        }
        self.stale |= session.is_some();
        self.session = session;
        if matches!(self.phase, Phase::Following { .. }) {
            self.subscribe(out);
        }
    }

    fn connect(&mut self, now: f64, out: &mut Vec<Output>) {
        self.phase = Phase::Connecting { since: now };
        out.push(Output::Connect);
    }

    /// There is reason to believe that it works now: doesn't wait, and doubts an old silence.
    fn at_once(&mut self, now: f64, out: &mut Vec<Output>) {
        match self.phase {
            Phase::Idle { .. } => self.connect(now, out),
            Phase::Following { pinged: None } if now - self.heard >= SILENCE => self.ping(now, out),
            _ => {}
        }
    }

    /// The line is gone.
    fn fall(&mut self, now: f64, luck: f64) {
        if matches!(self.phase, Phase::Following { .. }) {
            // Silence counts from its beginning.
            self.lost = if now - self.heard > SILENCE { self.heard } else { now };
        }
        self.failures += 1;
        let most = LONGEST.min(SHORTEST * f64::from(1_u32 << self.failures.min(8)));
        let wait = SHORTEST + luck.clamp(0.0, 1.0) * (most - SHORTEST);
        self.phase = Phase::Idle { until: now + wait };
    }

    fn give_up(&mut self, now: f64, luck: f64, out: &mut Vec<Output>) {
        out.push(Output::Close);
        self.fall(now, luck);
    }

    fn time(&mut self, now: f64, luck: f64, out: &mut Vec<Output>) {
        match self.phase {
            Phase::Idle { until } if now >= until => self.connect(now, out),
            Phase::Connecting { since } | Phase::Joining { since } if now - since >= SETUP => {
                self.give_up(now, luck, out);
            }
            Phase::Following { pinged: Some(at) } if now - at >= PATIENCE => {
                self.give_up(now, luck, out);
            }
            Phase::Following { pinged: None } if self.visible && now - self.heard >= SILENCE => {
                self.ping(now, out);
            }
            _ => {}
        }
    }

    fn ping(&mut self, now: f64, out: &mut Vec<Output>) {
        self.phase = Phase::Following { pinged: Some(now) };
        let id = self.message_id();
        out.push(Output::Send(format!(r#"{{"type":"HITL_PING","id":"{id}"}}"#)));
    }

    fn subscribe(&mut self, out: &mut Vec<Output>) {
        let (id, after) = (self.message_id(), self.after.unwrap_or_default());
        let session = match &self.session {
            Some(session) => format!(r#""session_id":{},"#, Json::text(session.as_str()).to_text()),
            None => String::new(),
        };
        out.push(Output::Send(format!(
            r#"{{"type":"HITL_SUBSCRIBE","id":"{id}","scope":"inbox",{session}"after":{after}}}"#
        )));
    }

    fn message_id(&mut self) -> u64 {
        self.messages += 1;
        self.messages
    }

    fn hear(&mut self, glance: &Glance, now: f64, luck: f64, out: &mut Vec<Output>) {
        self.heard = now;
        match &mut self.phase {
            Phase::Following { pinged } => *pinged = None,
            Phase::Joining { since } => *since = now,
            Phase::Idle { .. } | Phase::Connecting { .. } => {}
        }
        match glance.kind {
            Kind::Welcome => {
                // What happened before this page was made is on it.
                self.after = self.after.or(Some(glance.seq));
                self.subscribe(out);
            }
            Kind::Ack if glance.ok => self.caught_up(glance.seq, now, out),
            Kind::Refused if glance.signed_out => self.take(Input::SignedOut, now, luck, out),
            Kind::Refused if matches!(self.phase, Phase::Joining { .. }) => {
                self.give_up(now, luck, out);
            }
            Kind::Resync => self.forget(glance.seq, out),
            Kind::Event => self.apply(glance, out),
            Kind::Ack | Kind::Refused | Kind::Other => {}
        }
    }

    /// Everything up to `seq` was sent.
    fn caught_up(&mut self, seq: i64, now: f64, out: &mut Vec<Output>) {
        self.after = self.after.max(Some(seq));
        if let Phase::Joining { .. } = self.phase {
            self.phase = Phase::Following { pinged: None };
            self.lost = now;
            self.failures = 0;
            self.signed_out = false;
            // A look before now says nothing of a line that is lost later.
            self.looked = None;
        }
        if std::mem::take(&mut self.stale) {
            out.push(Output::Changed(Change::everything()));
        }
    }

    /// Something was missed for good: everything has to be read again.
    fn forget(&mut self, seq: i64, out: &mut Vec<Output>) {
        self.after = Some(seq);
        match self.phase {
            Phase::Following { .. } => out.push(Output::Changed(Change::everything())),
            _ => self.stale = true,
        }
    }

    /// Each event once, whatever is sent twice. The feed is told in the order of its numbers, also while its past is
    /// caught up with, so nothing before this one is still to come.
    fn apply(&mut self, glance: &Glance, out: &mut Vec<Output>) {
        if self.after.is_some_and(|after| glance.seq <= after) {
            return;
        }
        self.after = Some(glance.seq);
        out.push(Output::Changed(glance.change.clone()));
    }

    fn standing(&self, now: f64) -> Link {
        match (self.phase, self.looked) {
            (Phase::Following { .. }, _) => Link::Live,
            _ if self.signed_out => Link::SignedOut,
            _ if !self.online => Link::Offline,
            _ if now - self.lost < GRACE => Link::CatchingUp,
            (_, Some((at, true))) if now - at < LOOK_COUNTS => Link::Looking,
            (Phase::Joining { .. }, _) => Link::CatchingUp,
            _ => Link::Offline,
        }
    }

    /// When something is due by itself.
    fn next(&self, now: f64) -> Option<f64> {
        let own = match self.phase {
            Phase::Idle { until } => until,
            Phase::Connecting { since } | Phase::Joining { since } => since + SETUP,
            Phase::Following { pinged: Some(at) } => at + PATIENCE,
            Phase::Following { pinged: None } if self.visible => self.heard + SILENCE,
            Phase::Following { .. } => f64::INFINITY,
        };
        let word = match self.standing(now) {
            Link::CatchingUp => self.lost + GRACE,
            Link::Looking => self.looked.map_or(f64::INFINITY, |(at, _)| at + LOOK_COUNTS),
            _ => f64::INFINITY,
        };
        let word = if word > now { word } else { f64::INFINITY };
        Some(own.min(word)).filter(|at| at.is_finite())
    }
}
