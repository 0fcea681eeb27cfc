//! A line that breaks in every way, without a line.

use super::{
    Ask, Link, Ping, Scope, Subscribe,
    glance::{Change, Glance, Kind, What},
    machine::{Input, Machine, Output},
};

#[test]
fn what_is_sent_are_messages_of_the_bridge() {
    let mut line = Line::live(41);
    line.on(Input::Timer, 6_000.0);
    let ping = Ask::Ping(Ping { id: "2".into() }).to_text();
    assert_eq!(line.sent.pop(), Some(ping));

    line.on(Input::Session(Some("s \"1\"".into())), 7_000.0);
    let subscribe = Subscribe {
        id: "3".into(),
        scope: Scope::Inbox,
        session_id: Some("s \"1\"".into()),
        run_id: None,
        after: Some(41),
    };
    assert_eq!(line.sent.pop(), Some(Ask::Subscribe(subscribe).to_text()));
}

#[test]
fn a_page_is_live_once_it_has_caught_up_and_reads_everything_once_more() {
    let mut line = Line::default();
    line.on(Input::Start, 0.0);
    assert_eq!((line.connects, line.link), (1, Some(Link::CatchingUp)));
    line.on(Input::Opened, 50.0);
    line.on(frame(Kind::Welcome, 41), 60.0);
    assert_eq!(line.asked_after(), Some(41));
    assert_eq!(line.link, Some(Link::CatchingUp));

    line.on(frame(Kind::Ack, 41), 70.0);

    assert_eq!(line.link, Some(Link::Live));
    assert_eq!(line.changes, [Change::everything()]);
}

#[test]
fn after_an_interruption_it_goes_on_where_it_was_and_applies_nothing_twice() {
    let mut line = Line::live(41);
    line.changes.clear();
    line.on(event(42), 100.0);
    line.on(event(45), 110.0);
    line.on(Input::Closed, 200.0);
    line.on(Input::Timer, 2_000.0);
    line.on(Input::Opened, 2_010.0);
    line.on(frame(Kind::Welcome, 50), 2_020.0);
    assert_eq!(line.asked_after(), Some(45));

    for number in [45, 42, 47, 50, 47] {
        line.on(event(number), 2_030.0);
    }
    line.on(frame(Kind::Ack, 50), 2_040.0);

    assert_eq!(line.link, Some(Link::Live));
    assert_eq!(line.changes.len(), 4, "42, 45, 47, 50: {:?}", line.changes);
}

#[test]
fn an_interruption_in_the_middle_of_catching_up_goes_on_after_what_came() {
    let mut line = Line::joining(90);
    for number in [44, 52] {
        line.on(event(number), 230.0);
    }
    line.on(Input::Closed, 240.0);
    line.on(Input::Online(true), 300.0);
    line.on(Input::Opened, 310.0);
    line.on(frame(Kind::Welcome, 90), 320.0);

    assert_eq!(line.asked_after(), Some(52), "what came is not asked for again");
}

#[test]
fn a_long_past_on_a_slow_line_may_take_its_time() {
    let mut line = Line::joining(60);
    for number in 42..=60 {
        let next = line.now + 7_000.0;
        line.run_until(next);
        line.on(event(number), next);
    }
    assert_eq!((line.connects, line.closes), (2, 0), "{} ms went by", line.now);

    line.on(frame(Kind::Ack, 60), line.now + 10.0);

    assert_eq!(line.link, Some(Link::Live));
}

#[test]
fn a_past_that_stops_in_the_middle_is_given_up() {
    let mut line = Line::joining(60);
    line.on(event(50), 7_000.0);
    line.run_until(14_999.0);
    assert_eq!(line.closes, 0);

    line.run_until(15_000.0);

    assert_eq!(line.closes, 1);
}

#[test]
fn a_quiet_client_moves_on_with_the_answers_to_its_questions() {
    let mut line = Line::live(41);
    line.on(Input::Timer, 6_000.0);
    line.on(frame(Kind::Ack, 90), 6_010.0);
    line.on(Input::Closed, 6_020.0);
    line.on(Input::Online(true), 6_030.0);
    line.on(Input::Opened, 6_040.0);
    line.on(frame(Kind::Welcome, 95), 6_050.0);

    assert_eq!(line.asked_after(), Some(90));
}

#[test]
fn a_line_that_is_cut_without_a_word_shows_within_ten_seconds() {
    let mut line = Line::live(41);
    let cut = line.now;

    line.run_until(cut + 10_000.0);

    assert_eq!(line.link, Some(Link::Offline));
    assert_eq!(line.closes, 1);
}

#[test]
fn as_long_as_it_is_answered_it_stays_live() {
    let mut line = Line { answers: true, ..Line::live(41) };

    line.run_until(120_000.0);

    assert_eq!((line.link, line.connects, line.closes), (Some(Link::Live), 1, 0));
    assert!(line.sent.len() >= 20, "{}", line.sent.len());
}

#[test]
fn a_page_in_the_background_asks_nothing_and_asks_at_once_in_front() {
    let mut line = Line::live(41);
    line.on(Input::Visible(false), 100.0);
    assert_eq!(line.wake, None);
    let sent = line.sent.len();

    line.on(Input::Visible(true), 60_000.0);

    assert_eq!(line.sent.len(), sent + 1);
    assert_eq!(line.link, Some(Link::Live));
}

#[test]
fn the_waits_grow_from_half_a_second_to_half_a_minute_and_are_spread() {
    for (luck, first, last) in [(0.0, 500.0, 500.0), (1.0, 1_000.0, 30_000.0)] {
        let mut line = Line { luck, ..Line::default() };
        line.on(Input::Start, 0.0);
        let waits: Vec<f64> = (0..20).map(|_| line.fail()).collect();
        assert_eq!((waits[0], waits[19]), (first, last));
        assert!(waits.is_sorted(), "{waits:?}");
    }
}

#[test]
fn a_network_or_a_tab_that_comes_back_ends_the_wait() {
    for back in [Input::Online(true), Input::Visible(true), Input::Try] {
        let mut line = Line::live(41);
        line.on(Input::Closed, 100.0);
        assert_eq!(line.connects, 1);

        line.on(back.clone(), 110.0);

        assert_eq!(line.connects, 2, "{back:?}");
    }
}

#[test]
fn a_connection_that_leads_nowhere_is_given_up() {
    let mut line = Line::default();
    line.on(Input::Start, 0.0);
    line.on(Input::Timer, 8_000.0);
    assert_eq!(line.closes, 1);

    line.on(Input::Timer, 9_000.0);
    line.on(Input::Opened, 9_010.0);
    line.on(Input::Timer, 17_010.0);
    assert_eq!(line.closes, 2, "open, but no welcome");
}

#[test]
fn a_short_interruption_is_not_worth_a_word_and_a_long_one_is() {
    let mut line = Line::live(41);
    line.on(Input::Closed, 1_000.0);
    assert_eq!(line.link, Some(Link::CatchingUp));
    assert!(line.wake.is_some_and(|wait| wait <= 3_000.0));

    line.on(Input::Looked(false), 4_000.0);

    assert_eq!(line.link, Some(Link::Offline));
}

#[test]
fn without_a_socket_answered_looks_stand_in_as_long_as_they_come() {
    let mut line = Line { refuses: true, ..Line::live(41) };
    line.on(Input::Closed, 1_000.0);
    line.on(Input::Looked(true), 4_500.0);
    assert_eq!(line.link, Some(Link::Looking));

    line.run_until(17_000.0);

    assert_eq!(line.link, Some(Link::Offline));
}

#[test]
fn no_network_is_offline_at_once() {
    let mut line = Line::live(41);
    line.on(Input::Online(false), 1_000.0);
    assert_eq!(line.link, Some(Link::Live), "the socket decides as long as it works");
    line.on(Input::Closed, 1_010.0);
    assert_eq!(line.link, Some(Link::Offline));
}

#[test]
fn what_was_missed_for_good_is_read_again() {
    let mut line = Line::live(41);
    line.changes.clear();
    line.on(frame(Kind::Resync, 900), 100.0);
    assert_eq!(line.changes, [Change::everything()]);

    line.on(event(41), 110.0);
    line.on(event(901), 120.0);
    assert_eq!(line.changes.len(), 2, "901 is new, and 41 is not");
}

#[test]
fn whoever_is_signed_out_is_told_so_and_is_back_after_signing_in() {
    let mut line = Line::live(41);
    let refused = Glance { signed_out: true, ..glance(Kind::Refused, 0) };
    line.on(Input::Frame(refused), 100.0);
    assert_eq!((line.link, line.closes), (Some(Link::SignedOut), 1));

    line.on(Input::Try, 5_000.0);
    line.on(Input::Opened, 5_010.0);
    line.on(frame(Kind::Welcome, 50), 5_020.0);
    line.on(frame(Kind::Ack, 50), 5_030.0);
    assert_eq!(line.link, Some(Link::Live));
}

#[test]
fn a_thread_that_comes_on_the_screen_is_read_once_it_is_followed() {
    let mut line = Line::live(41);
    line.changes.clear();
    line.on(Input::Session(Some("s1".into())), 100.0);
    assert_eq!(line.changes, []);

    line.on(frame(Kind::Ack, 41), 110.0);

    assert_eq!(line.changes, [Change::everything()]);
}

/// A machine, and what it did so far.
#[derive(Default)]
struct Line {
    machine: Machine,
    now: f64,
    luck: f64,
    link: Option<Link>,
    wake: Option<f64>,
    sent: Vec<String>,
    changes: Vec<Change>,
    connects: u32,
    closes: u32,
    /// The server answers each question.
    answers: bool,
    /// No connection comes about.
    refuses: bool,
}

impl Line {
    fn live(feed: i64) -> Self {
        let mut line = Self::default();
        line.on(Input::Start, 0.0);
        line.on(Input::Opened, 1.0);
        line.on(frame(Kind::Welcome, feed), 2.0);
        line.on(frame(Kind::Ack, feed), 3.0);
        line
    }

    /// Was live up to 41, and is told now what it missed, up to `feed`.
    fn joining(feed: i64) -> Self {
        let mut line = Self::live(41);
        line.on(Input::Closed, 100.0);
        line.on(Input::Online(true), 200.0);
        line.on(Input::Opened, 210.0);
        line.on(frame(Kind::Welcome, feed), 220.0);
        line
    }

    fn on(&mut self, input: Input, now: f64) {
        self.now = now;
        self.wake = None;
        let (mut asks, mut fails) = (false, false);
        for output in self.machine.on(input, now, self.luck) {
            match output {
                Output::Connect => {
                    self.connects += 1;
                    fails = self.refuses;
                }
                Output::Close => self.closes += 1,
                Output::Send(text) => {
                    asks = self.answers && text.contains("PING");
                    self.sent.push(text);
                }
                Output::Wake(wait) => self.wake = Some(wait),
                Output::Changed(change) => self.changes.push(change),
                Output::Link(link) => self.link = Some(link),
            }
        }
        if asks {
            self.on(frame(Kind::Ack, 41), now + 20.0);
        }
        if fails {
            self.on(Input::Closed, now + 1.0);
        }
    }

    /// Lets the timer ring as often as it is asked for.
    fn run_until(&mut self, end: f64) {
        while let Some(wait) = self.wake.filter(|wait| self.now + wait <= end) {
            self.on(Input::Timer, self.now + wait.max(1.0));
        }
    }

    /// One more try that fails; how long the next is put off.
    fn fail(&mut self) -> f64 {
        self.on(Input::Closed, self.now + 1.0);
        let wait = self.machine.next_try().expect("there is a next try") - self.now;
        self.on(Input::Timer, self.now + wait);
        wait
    }

    /// The number that was asked from last.
    fn asked_after(&self) -> Option<i64> {
        let last = self.sent.iter().rfind(|text| text.contains("SUBSCRIBE"))?;
        let after = last.split("\"after\":").nth(1)?;
        after.trim_end_matches('}').parse().ok()
    }
}

fn glance(kind: Kind, seq: i64) -> Glance {
    Glance {
        kind,
        seq,
        ok: kind == Kind::Ack,
        signed_out: false,
        now: None,
        change: Change { what: What::Run, run: None, session: None },
    }
}

fn frame(kind: Kind, seq: i64) -> Input {
    Input::Frame(glance(kind, seq))
}

fn event(number: i64) -> Input {
    frame(Kind::Event, number)
}
