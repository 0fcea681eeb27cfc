//! The list of single keys, and the switch that turns them off on this device.

use leptos::{html::Dialog, prelude::*};

use crate::components::{Icon, IconName};

const KEYS: [(&str, &str); 14] = [
    ("J K", "next and previous: row in the inbox, part of a ticket"),
    ("Enter O", "open the row"),
    ("A", "approve; in the inbox: open, with focus on approve"),
    ("D", "reject; Ctrl or ⌘ and Enter send the reason"),
    ("E", "edit; Ctrl or ⌘ and Enter send the changes"),
    ("V", "form or JSON"),
    ("N", "next ticket that waits"),
    (".", "open or close everything"),
    ("/", "search the sessions"),
    ("R", "show what is new"),
    ("U Esc", "back to the inbox"),
    ("G I", "inbox"),
    ("G R", "runs"),
    ("?", "this list"),
];

/// Which button the list is opened with. A signal, because button and list stand in different places.
#[derive(Clone, Copy)]
struct Shown(RwSignal<bool>);

/// The entry in the menu.
pub fn key_help_button() -> impl IntoView {
    let shown = use_context::<Shown>();
    let show = move |_| {
        if let Some(Shown(shown)) = shown {
            shown.set(true);
        }
    };
    view! {
        <button type="button" on:click=show>
            <Icon name=IconName::Question/>
            "Keyboard"
        </button>
    }
}

/// The dialog, there only while it is open. Listens to the keys of all pages.
#[component]
pub fn KeyHelp() -> impl IntoView {
    let Shown(shown) = use_context().unwrap_or_else(|| Shown(RwSignal::new(false)));
    #[cfg(feature = "hydrate")]
    listen(shown);
    move || shown.get().then(|| list(shown))
}

/// Lets button and dialog find each other.
pub fn provide_key_help() {
    provide_context(Shown(RwSignal::new(false)));
}

fn list(shown: RwSignal<bool>) -> AnyView {
    let node = NodeRef::<Dialog>::new();
    Effect::new(move |_| {
        if let Some(dialog) = node.get() {
            let _ = dialog.show_modal();
        }
    });
    let each = |(keys, what): (&'static str, &'static str)| {
        let keys = keys.split(' ').map(|key| view! { <kbd>{key}</kbd> " " });
        view! {
            <div>
                <dt>{keys.collect_view()}</dt>
                <dd>{what}</dd>
            </div>
        }
    };
    view! {
        <dialog
            class="dialog"
            aria-labelledby="key-help"
            node_ref=node
            on:close=move |_| shown.set(false)
        >
            <h2 id="key-help">"Keys"</h2>
            <dl class="facts key-list">{KEYS.into_iter().map(each).collect_view()}</dl>
            <p class="hint">"They are heard while no field has focus."</p>
            {switch()}
            <form class="form-actions" method="dialog">
                <button class="button" data-kind="primary">"Close"</button>
            </form>
        </dialog>
    }
    .into_any()
}

#[cfg(not(feature = "hydrate"))]
fn switch() {}

#[cfg(feature = "hydrate")]
fn switch() -> AnyView {
    use crate::device;

    view! {
        <label class="check">
            <input
                type="checkbox"
                checked=!device::keys_are_off()
                on:change=|event| device::switch_keys(event_target_checked(&event))
            />
            " Use single keys on this device"
        </label>
    }
    .into_any()
}

#[cfg(feature = "hydrate")]
fn listen(shown: RwSignal<bool>) {
    use crate::keys::{click, find, on_key};

    on_key(move |key| match key {
        "?" => {
            shown.set(true);
            true
        }
        "/" => find("main input[type=search]").is_some_and(|field| field.focus().is_ok()),
        "g i" => click(".nav-link[href='/inbox']"),
        "g r" => click(".nav-link[href='/runs']"),
        _ => false,
    });
}
