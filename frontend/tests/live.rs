//! The page's end of the line, the device's memory and the single keys, in a real browser.
#![cfg(target_arch = "wasm32")]
#![expect(clippy::unwrap_used, reason = "clippy does not see that these functions are tests")]

use app::{
    api::session::Session,
    device::{self, Device},
    keys,
    live::{Change, Glance, Link, machine::Input, machine::Machine, machine::Output, provide_live},
};
use domain::{
    access::{Caller, CallerKind, Role},
    id::PersonId,
};
use leptos::{
    mount::mount_to,
    prelude::*,
    task::tick,
    web_sys::{Element, Event, EventInit, HtmlElement},
};
use uuid::Uuid;
use wasm_bindgen::JsCast;
use wasm_bindgen_test::{wasm_bindgen_test, wasm_bindgen_test_configure};

wasm_bindgen_test_configure!(run_in_browser);

#[wasm_bindgen_test]
fn frames_of_the_server_make_a_machine_live() {
    let mut machine = Machine::default();
    let mut out = machine.on(Input::Start, 0.0, 0.5);
    out.extend(machine.on(Input::Opened, 10.0, 0.5));
    for frame in [
        r#"{"type":"HITL_WELCOME","connection_id":"00000000-0000-0000-0000-000000000001","seq":41,"heartbeat_seconds":25,"protocol":1,"now":"2026-03-01T12:00:00Z"}"#,
        r#"{"type":"HITL_ACK","id":"1","ok":true,"result":{"seq":41}}"#,
    ] {
        let glance = Glance::read(frame).unwrap();
        out.extend(machine.on(Input::Frame(glance), 20.0, 0.5));
    }

    assert!(out.contains(&Output::Connect), "{out:?}");
    assert!(out.contains(&Output::Link(Link::Live)), "{out:?}");
    assert!(out.contains(&Output::Changed(Change::everything())), "{out:?}");
}

#[wasm_bindgen_test]
async fn a_page_whose_server_has_no_socket_is_not_live() {
    let place = place();
    let link = RwSignal::new(None);
    let mounted = mount_to(place, move || {
        let live = provide_live();
        Effect::new(move |_| link.set(live.link()));
    });
    tick().await;
    tick().await;

    assert!(matches!(link.get_untracked(), Some(Link::CatchingUp)), "{:?}", link.get_untracked());
    drop(mounted);
}

#[wasm_bindgen_test]
fn a_device_keeps_what_is_of_one_person_until_somebody_else_signs_in() {
    let (mara, jonas, ada) = (of(1), of(2), of(3));
    ada.claim();
    mara.keep("draft", "t1", "one");
    mara.keep("draft", "t2", "two");
    mara.keep("decision", "t1", "three");
    jonas.keep("draft", "t1", "other");

    assert_eq!(mara.read("draft", "t1").as_deref(), Some("one"));
    assert_eq!(mara.all("draft").len(), 2);
    mara.forget("draft", "t2");
    assert_eq!(mara.all("draft"), ["one"]);

    mara.claim();
    assert_eq!(jonas.read("draft", "t1"), None, "somebody else's is taken away");
    assert_eq!(mara.all("decision"), ["three"]);

    ada.claim();
    assert_eq!((mara.all("draft").len(), mara.all("decision").len()), (0, 0));
}

#[wasm_bindgen_test]
async fn keys_are_heard_outside_of_fields_only_and_can_be_switched_off() {
    device::switch_keys(true);
    let place = place();
    let heard = RwSignal::new(Vec::<String>::new());
    let mounted = mount_to(place.clone(), move || {
        keys::on_key(move |key| {
            heard.update(|heard| heard.push(key.to_owned()));
            false
        });
        view! { <main><input id="field"/></main> }
    });
    tick().await;

    press("a", false);
    press("A", false);
    press("j", true);
    press("g", false);
    press("i", false);
    assert_eq!(heard.get_untracked(), ["a", "a", "g", "g i"], "held down is not pressed");

    keys::focus("#field");
    press("a", false);
    keys::active().unwrap().unchecked_into::<HtmlElement>().blur().unwrap();
    device::switch_keys(false);
    press("a", false);
    device::switch_keys(true);
    keys::guard();
    press("a", false);
    assert_eq!(heard.get_untracked().len(), 4, "{:?}", heard.get_untracked());
    drop(mounted);
}

fn of(person: u128) -> Device {
    let owner = Owner::new();
    owner.with(|| {
        let caller = Caller {
            person: PersonId::from_uuid(Uuid::from_u128(person)),
            name: String::new(),
            email: String::new(),
            role: Role::Reviewer,
            kind: CallerKind::Person,
            key: None,
        };
        provide_context(Session { caller: Some(caller), ..Session::default() });
        Device::current()
    })
}

fn press(key: &str, repeat: bool) {
    let init = EventInit::new();
    init.set_bubbles(true);
    let event = Event::new_with_event_init_dict("keydown", &init).unwrap();
    let set = |name: &str, value| js_sys::Reflect::set(&event, &name.into(), &value).unwrap();
    set("key", key.into());
    set("repeat", repeat.into());
    set("isComposing", false.into());
    for modifier in ["ctrlKey", "metaKey", "altKey"] {
        set(modifier, false.into());
    }
    document().body().unwrap().dispatch_event(&event).unwrap();
}

/// An empty element in the document, its own for each test.
fn place() -> HtmlElement {
    let element: Element = document().create_element("div").unwrap();
    document().body().unwrap().append_child(&element).unwrap();
    element.unchecked_into()
}
