//! What a screen reader is told that nobody asked for: in one place, politely, and at most once in five seconds (UX: live
//! regions). What is said meanwhile is said together; of the same matter only the last.

use leptos::prelude::*;

/// What something is said about.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Matter {
    /// The connection.
    Line,
    /// The list that is shown.
    List,
}

#[cfg(feature = "hydrate")]
#[derive(Clone, Copy)]
struct Announcer {
    /// What is said next, by matter.
    next: StoredValue<[String; 2]>,
    say: Callback<()>,
}

/// The place where it is said; comes before whoever says something.
pub fn region() -> AnyView {
    let said = RwSignal::new(String::new());
    #[cfg(feature = "hydrate")]
    provide_context(Announcer::new(said));
    view! { <p class="visually-hidden" role="status" id="said">{said}</p> }.into_any()
}

#[cfg(feature = "hydrate")]
impl Announcer {
    fn new(said: RwSignal<String>) -> Self {
        let next = StoredValue::new([String::new(), String::new()]);
        let say = Callback::new(move |()| {
            let texts = next.try_update_value(std::mem::take).unwrap_or_default();
            said.try_set(together(&texts));
        });
        Self { next, say: crate::live::calmly(5_000.0, say) }
    }
}

/// Has it said soon.
#[cfg(feature = "hydrate")]
pub fn announce(matter: Matter, text: &str) {
    let Some(Announcer { next, say, .. }) = use_context::<Announcer>() else { return };
    next.update_value(|next| text.clone_into(&mut next[matter as usize]));
    say.run(());
}

/// Both in one text.
#[cfg(any(feature = "hydrate", test))]
fn together(texts: &[String; 2]) -> String {
    texts.join(" ").trim().to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_came_together_is_said_together() {
        for (texts, said) in [
            (["", ""], ""),
            (["You are offline.", ""], "You are offline."),
            (["", "3 new."], "3 new."),
            (["Live.", "3 new."], "Live. 3 new."),
        ] {
            assert_eq!(together(&texts.map(str::to_owned)), said);
        }
    }
}
