//! Sends a file without leaving the page.

use leptos::{ev::SubmitEvent, prelude::*};
use wasm_bindgen::JsCast;
use wasm_bindgen_futures::JsFuture;
use web_sys::{FormData, HtmlFormElement, RequestInit, Response};

use super::Desk;

/// Posts the form and reads the run again. If it can't be sent like that, the browser sends it as it would
/// without script, and shows what is wrong.
pub fn send(event: &SubmitEvent, desk: Desk) {
    let form = event.target().and_then(|target| target.dyn_into::<HtmlFormElement>().ok());
    let Some(form) = form else { return };
    let Ok(data) = FormData::new_with_form(&form) else { return };
    event.prevent_default();
    leptos::task::spawn_local(async move {
        if post(&form.action(), &data).await {
            form.reset();
            desk.reload.run(());
        } else {
            let _ = form.submit();
        }
    });
}

async fn post(to: &str, data: &FormData) -> bool {
    let init = RequestInit::new();
    init.set_method("POST");
    init.set_body(data);
    let sent = JsFuture::from(window().fetch_with_str_and_init(to, &init)).await;
    let response = sent.ok().and_then(|response| response.dyn_into::<Response>().ok());
    response.is_some_and(|response| response.ok())
}
