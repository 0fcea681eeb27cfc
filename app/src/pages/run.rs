//! Stands in for the page of a run until it lands.
use leptos::prelude::*;

use crate::components::PageHeader;

#[component]
pub fn RunPage() -> impl IntoView {
    view! { <div class="page"><PageHeader title="Run" /></div> }
}
