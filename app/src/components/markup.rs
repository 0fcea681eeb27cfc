//! For tests of parts: what they look like, without what hydration needs.

use leptos::prelude::RenderHtml;

/// A view as markup.
pub trait Markup {
    fn markup(self) -> String;
}

impl<V: RenderHtml> Markup for V {
    /// Views without their types have a mark after each list of children.
    fn markup(self) -> String {
        self.to_html().replace("<!--<() />-->", "").replace("<!>", "")
    }
}
