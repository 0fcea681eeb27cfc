//! Brings the pages to life in the browser.

use wasm_bindgen::prelude::wasm_bindgen;

/// Takes over the page that the server rendered, once the code for it is here.
#[wasm_bindgen]
pub async fn hydrate() {
    console_error_panic_hook::set_once();
    app::pages::apart::loaded().await;
    leptos::mount::hydrate_body(app::App);
}
