//! stub
pub mod api;
pub mod components;
pub mod error;
use leptos::prelude::*;
#[component]
pub fn App() -> impl IntoView { view! { <p>"stub"</p> } }
#[cfg(feature = "ssr")]
pub fn shell(_options: LeptosOptions) -> impl IntoView { view! { <App /> } }
