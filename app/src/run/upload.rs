//! Sends a file without leaving the page.

use leptos::{ev::SubmitEvent, prelude::*};
use wasm_bindgen::JsCast;
use wasm_bindgen_futures::JsFuture;
use web_sys::{FormData, HtmlFormElement, RequestInit, Response};

use super::{Desk, Notice, live};

/// Posts the form and reads the run again. If it can't be sent like that, the browser sends it as it would
/// without script, and shows what is wrong.
pub fn send(event: &SubmitEvent, desk: Desk) {
    let form = event.target().and_then(|target| target.dyn_into::<HtmlFormElement>().ok());
    let Some(form) = form else { return };
    let Ok(data) = FormData::new_with_form(&form) else { return };
    event.prevent_default();
    leptos::task::spawn_local(async move {
        match post(&form.action(), &data).await {
            Some(ended_at) => {
                form.reset();
                desk.reload.run(());
                match said(&ended_at, desk) {
                    Some(said) => live::say(desk.notice, said),
                    None => desk.notice.set(None),
                }
            }
            None => {
                let _ = form.submit();
            }
        }
    });
}

/// The address that the upload led to; `None` if it got nowhere.
async fn post(to: &str, data: &FormData) -> Option<String> {
    let init = RequestInit::new();
    init.set_method("POST");
    init.set_body(data);
    let sent = JsFuture::from(window().fetch_with_str_and_init(to, &init)).await;
    let response: Response = sent.ok()?.dyn_into().ok()?;
    response.ok().then(|| response.url())
}

/// What the code in that address stands for.
fn said(address: &str, desk: Desk) -> Option<Notice> {
    let code = address.split_once("notice=")?.1;
    let code = code.split(['&', '#']).next().unwrap_or_default();
    desk.view.with_untracked(|view| Notice::from_code(code, view))
}
