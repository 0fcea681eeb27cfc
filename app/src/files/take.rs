//! Files that come in by hand: chosen, dropped anywhere on the page, pasted, photographed.

use leptos::{ev, prelude::*};
use wasm_bindgen::JsCast;
use web_sys::{ClipboardEvent, DragEvent, Event, File, FileList, HtmlInputElement};

use super::{Home, Uploads};

const INPUTS: &str = "input[type=file][name=file]";

/// Sends what comes in, until the owner goes away.
pub fn listen(uploads: Uploads, home: Home, over: RwSignal<bool>) {
    let home = StoredValue::new(home);
    let add = move |found: Option<FileList>| {
        let found = files(found);
        home.try_with_value(|home| uploads.add(home, found));
    };
    Effect::new(move |_| {
        // Chosen before the page was alive, or kept by the browser through a reload.
        for input in inputs() {
            empty(&input, add);
        }
        let change = window_event_listener(ev::change, move |event: Event| {
            let input =
                event.target().and_then(|target| target.dyn_into::<HtmlInputElement>().ok());
            if let Some(input) = input.filter(|input| input.matches(INPUTS).unwrap_or(false)) {
                empty(&input, add);
            }
        });
        let paste = window_event_listener(ev::paste, move |event: ClipboardEvent| {
            add(event.clipboard_data().and_then(|data| data.files()));
        });
        let drag = window_event_listener(ev::dragover, move |event: DragEvent| {
            if has_files(&event) {
                event.prevent_default();
                over.set(true);
            }
        });
        let leave = window_event_listener(ev::dragleave, move |event: DragEvent| {
            // Into another element, or out of the window.
            if event.related_target().is_none() {
                over.set(false);
            }
        });
        let drop = window_event_listener(ev::drop, move |event: DragEvent| {
            if has_files(&event) {
                event.prevent_default();
                over.set(false);
                add(event.data_transfer().and_then(|data| data.files()));
            }
        });
        on_cleanup(move || {
            change.remove();
            paste.remove();
            drag.remove();
            leave.remove();
            drop.remove();
        });
    });
}

/// Words that are dragged into a text field are none of ours.
fn has_files(event: &DragEvent) -> bool {
    event.data_transfer().is_some_and(|data| data.types().includes(&"Files".into(), 0))
}

fn inputs() -> Vec<HtmlInputElement> {
    let Ok(found) = document().query_selector_all(INPUTS) else { return Vec::new() };
    (0..found.length()).filter_map(|at| found.item(at)?.dyn_into().ok()).collect()
}

/// Takes the files out of a field, so that the form doesn't send them once more.
fn empty(input: &HtmlInputElement, add: impl Fn(Option<FileList>)) {
    // The list belongs to the field: it is read before the field is emptied.
    add(input.files());
    input.set_value("");
}

fn files(list: Option<FileList>) -> Vec<File> {
    list.map(|list| (0..list.length()).filter_map(|at| list.get(at)).collect()).unwrap_or_default()
}
