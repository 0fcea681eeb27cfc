//! Sends a form without leaving the page.

use leptos::prelude::*;
use wasm_bindgen::JsCast;
use wasm_bindgen_futures::JsFuture;
use web_sys::{FormData, HtmlFormElement, RequestInit, Response};

/// Posts a form as the browser would; gives the code of what went wrong, as it stands in the address that it led to.
pub async fn post(form: &HtmlFormElement) -> Option<String> {
    let failed = || Some("failed".to_owned());
    let Some(address) = sent(form).await else { return failed() };
    let code = address.split_once("error=")?.1;
    code.split(['&', '#']).next().map(str::to_owned)
}

/// The address that it led to; `None` if it got nowhere.
async fn sent(form: &HtmlFormElement) -> Option<String> {
    let init = RequestInit::new();
    init.set_method("POST");
    init.set_body(&FormData::new_with_form(form).ok()?);
    let sent = JsFuture::from(window().fetch_with_str_and_init(&form.action(), &init)).await;
    let response: Response = sent.ok()?.dyn_into().ok()?;
    response.ok().then(|| response.url())
}
