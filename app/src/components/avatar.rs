//! A person as two letters in a circle.
use leptos::prelude::*;

/// Up to two letters that stand for a name: of the first and the last word, or of an address before the `@`.
pub fn initials(name: &str) -> String {
    let name = name.split('@').next().unwrap_or_default();
    let mut words = name
        .split(|c: char| c.is_whitespace() || matches!(c, '.' | '_' | '-'))
        .filter_map(|word| word.chars().find(|c| c.is_alphanumeric()));
    let first = words.next();
    let last = words.next_back();
    first.into_iter().chain(last).flat_map(char::to_uppercase).collect()
}

/// Decoration beside the name, so it is hidden from assistive technology.
#[component]
pub fn Avatar(#[prop(into)] name: String) -> impl IntoView {
    view! { <span class="avatar" aria-hidden="true">{initials(&name)}</span> }
}

#[cfg(all(test, feature = "ssr"))]
mod tests {
    use super::*;
    use crate::components::markup::Markup as _;

    #[test]
    fn initials_come_from_the_first_and_the_last_word() {
        for (name, letters) in [
            ("Mara Keller", "MK"),
            ("Ana Maria de Souza", "AS"),
            ("lee@example.org", "L"),
            ("jonas.brandt@example.org", "JB"),
            ("  ", ""),
            ("ßa", "SS"),
        ] {
            assert_eq!(initials(name), letters, "{name}");
        }
    }

    #[test]
    fn the_letters_are_hidden_from_assistive_technology() {
        let html = view! { <Avatar name="Mara Keller"/> }.markup();
        assert_eq!(html, r#"<span aria-hidden="true" class="avatar">MK</span>"#);
    }
}
