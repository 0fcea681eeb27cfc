//! The document around the interface: head, styles and scripts.

use leptos::{attr::custom::custom_attribute, config::LeptosOptions, nonce::use_nonce, prelude::*};
use leptos_meta::MetaTags;

use crate::{
    App,
    api::session::{Session, Theme},
};

/// The HTML document of every page.
pub fn shell(options: LeptosOptions) -> impl IntoView {
    let theme = Session::of_request().theme;
    let pkg = options.site_pkg_dir.clone();
    let build = pkg.rsplit('/').next().unwrap_or_default().to_owned();
    let nonce = use_nonce();

    view! {
        <!DOCTYPE html>
        <html lang="en" data-theme=theme.attribute()>
            <head>
                <meta charset="utf-8" />
                <meta name="viewport" content="width=device-width, initial-scale=1, viewport-fit=cover" />
                <meta name="color-scheme" content=theme.color_scheme() />
                {theme_colors(theme)}
                <link rel="icon" href="/favicon.svg" type="image/svg+xml" />
                <link rel="apple-touch-icon" href="/icons/apple-180.png" />
                <link rel="manifest" href="/manifest.webmanifest" />
                <link rel="stylesheet" href=format!("/{pkg}/countersign.css") />
                <meta name="build" content=build />
                <script type="module" src=format!("/{pkg}/pwa.js") nonce=nonce></script>
                <HydrationScripts options />
                <MetaTags />
            </head>
            <body>
                <App />
                <div id="news" class="toasts" role="status"></div>
            </body>
        </html>
    }
}

/// The colour of the browser's own bars: that of the bar on top.
fn theme_colors(theme: Theme) -> impl IntoView {
    const LIGHT: &str = "#ffffff";
    const DARK: &str = "#151a21";
    let (light, dark) = match theme {
        Theme::Auto => (LIGHT, DARK),
        Theme::Light => (LIGHT, LIGHT),
        Theme::Dark => (DARK, DARK),
    };
    let one = |scheme: &str, color| {
        let media = custom_attribute("media", format!("(prefers-color-scheme: {scheme})"));
        view! { <meta name="theme-color" content={color} {..media} /> }
    };
    (one("light", light), one("dark", dark))
}
