//! Carries out what the state machine says: the socket, the timer, and what the browser tells of network and tab.

use std::time::Duration;

use leptos::{leptos_dom::helpers::TimeoutHandle, prelude::*};
use wasm_bindgen::{JsCast, closure::Closure};
use web_sys::{Event, MessageEvent, WebSocket};

use super::{
    Glance, Live,
    glance::Kind,
    machine::{Input, Machine, Output},
};

/// The browser's end of the line.
#[derive(Default)]
pub struct Line {
    machine: Machine,
    socket: Option<Socket>,
    timer: Option<TimeoutHandle>,
}

struct Socket {
    socket: WebSocket,
    /// Called by the browser as long as it is here.
    _handler: Closure<dyn FnMut(Event)>,
}

const EVENTS: [&str; 3] = ["open", "message", "close"];

impl Drop for Socket {
    fn drop(&mut self) {
        let handler = self._handler.as_ref().unchecked_ref();
        for event in EVENTS {
            let _ = self.socket.remove_event_listener_with_callback(event, handler);
        }
        let _ = self.socket.close();
    }
}

/// Opens the line and keeps it until the owner goes away.
pub fn start(live: Live) {
    let visible = || !document().hidden();
    let listeners = [
        window_event_listener_untyped("online", move |_| feed(live, Input::Online(true))),
        window_event_listener_untyped("offline", move |_| feed(live, Input::Online(false))),
        window_event_listener_untyped("visibilitychange", move |_| {
            feed(live, Input::Visible(visible()));
        }),
        window_event_listener_untyped("focus", move |_| feed(live, Input::Visible(true))),
    ];
    on_cleanup(move || {
        listeners.into_iter().for_each(|listener| listener.remove());
        live.line.try_update_value(|line| {
            line.socket = None;
            line.timer.take().inspect(TimeoutHandle::clear);
        });
    });
    feed(live, Input::Start);
    if !window().navigator().on_line() {
        feed(live, Input::Online(false));
    }
}

/// Takes in what happened, and does what follows from it.
pub fn feed(live: Live, input: Input) {
    let (now, luck) = (js_sys::Date::now(), js_sys::Math::random());
    if matches!(input, Input::Frame(_) | Input::Looked(true)) {
        live.heard.try_set_value(live.now());
    }
    let todo = live.line.try_update_value(|line| line.machine.on(input, now, luck));
    todo.into_iter().flatten().for_each(|output| carry_out(live, output));
}

fn carry_out(live: Live, output: Output) {
    match output {
        Output::Connect => {
            let socket = connect(live);
            let failed = socket.is_none();
            live.line.try_update_value(|line| line.socket = socket);
            if failed {
                feed(live, Input::Closed);
            }
        }
        Output::Close => {
            live.line.try_update_value(|line| line.socket = None);
        }
        Output::Send(text) => {
            // If it can't be sent, the line is gone, and that is heard of in another way.
            live.line.try_with_value(|line| {
                line.socket.as_ref().map(|socket| socket.socket.send_with_str(&text))
            });
        }
        Output::Wake(wait) => wake(live, wait),
        Output::Changed(change) => live.tell(&change),
        Output::Link(link) => {
            live.link.try_set(Some(link));
        }
    }
}

fn connect(live: Live) -> Option<Socket> {
    let location = window().location();
    let scheme = if location.protocol().ok()? == "https:" { "wss:" } else { "ws:" };
    let address = format!("{scheme}//{}{}", location.host().ok()?, super::PATH);
    let socket = WebSocket::new(&address).ok()?;
    let handler = Closure::<dyn FnMut(Event)>::new(move |event: Event| happened(live, &event));
    for event in EVENTS {
        let function = handler.as_ref().unchecked_ref();
        socket.add_event_listener_with_callback(event, function).ok()?;
    }
    Some(Socket { socket, _handler: handler })
}

fn happened(live: Live, event: &Event) {
    match event.type_().as_str() {
        "open" => feed(live, Input::Opened),
        "close" => {
            let code =
                js_sys::Reflect::get(event, &"code".into()).ok().and_then(|code| code.as_f64());
            let over = code == Some(f64::from(super::close::SIGNED_OUT));
            feed(live, if over { Input::SignedOut } else { Input::Closed });
        }
        _ => {
            let text = event.dyn_ref::<MessageEvent>().and_then(|event| event.data().as_string());
            let Some(glance) = text.as_deref().and_then(Glance::read) else { return };
            if let Some(now) = glance.now {
                let local = js_sys::Date::now();
                live.clock.try_update_value(|clock| clock.hear(now, local));
            }
            if glance.kind == Kind::Welcome {
                // Who comes back may have come to another version of the server.
                let told = Event::new("countersign-welcome");
                let _ = told.and_then(|event| window().dispatch_event(&event));
            }
            feed(live, Input::Frame(glance));
        }
    }
}

fn wake(live: Live, wait: f64) {
    let timer = move || feed(live, Input::Timer);
    let timer = set_timeout_with_handle(timer, Duration::from_millis(wait.ceil() as u64)).ok();
    live.line.try_update_value(|line| {
        if let Some(before) = std::mem::replace(&mut line.timer, timer) {
            before.clear();
        }
    });
}
