//! Sends a form without leaving the page.

use leptos::prelude::*;
use wasm_bindgen::{JsCast, JsValue};
use wasm_bindgen_futures::JsFuture;
use web_sys::{FormData, HtmlFormElement, RequestInit, Response};

/// Posts a form as the browser would; gives the code of what went wrong, as it stands in the address that it led to:
/// `unclear` where no answer says whether it got through.
/// One that got through leads back to its own address.
pub async fn post(form: &HtmlFormElement) -> Option<String> {
    // Not `form.action`: where a field has that name, it is the field.
    let origin = window().location().origin().unwrap_or_default();
    let action = format!("{origin}{}", form.get_attribute("action").unwrap_or_default());
    let Some(address) = sent(form, &action).await else { return Some("unclear".to_owned()) };
    if address == action {
        return None;
    }
    let code = address.split_once("error=").and_then(|(_, rest)| rest.split('&').next());
    Some(code.unwrap_or("failed").to_owned())
}

/// The address that it led to; `None` if no answer came, or one that says nothing.
async fn sent(form: &HtmlFormElement, action: &str) -> Option<String> {
    let init = RequestInit::new();
    init.set_method("POST");
    init.set_body(&JsValue::from(FormData::new_with_form(form).ok()?));
    let sent = JsFuture::from(window().fetch_with_str_and_init(action, &init)).await;
    let response: Response = sent.ok()?.dyn_into().ok()?;
    match response.status() {
        // It may have got through to whoever didn't answer in time.
        408 | 500.. => None,
        _ if response.ok() => Some(response.url()),
        _ => Some(String::new()),
    }
}
