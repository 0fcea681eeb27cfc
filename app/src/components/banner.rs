//! What happened to this page or this ticket, said in place.
use super::{Icon, IconName};
use leptos::{children::ViewFnOnce, prelude::*};

/// What a banner is about; decides colour, icon and how loudly it is announced.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum BannerKind {
    /// Good to know.
    Info,
    /// The server has confirmed it.
    Saved,
    /// The ticket is not the one that was read.
    Changed,
    /// Somebody else was first.
    Decided,
    /// The deadline passed.
    Expired,
    /// Nobody knows whether it happened.
    Unknown,
    /// No connection.
    Offline,
    /// Pressed, but not yet acknowledged.
    Retry,
    /// It did not work.
    Error,
}

impl BannerKind {
    fn word(self) -> &'static str {
        match self {
            Self::Info => "info",
            Self::Saved => "saved",
            Self::Changed => "changed",
            Self::Decided => "decided",
            Self::Expired => "expired",
            Self::Unknown => "unknown",
            Self::Offline => "offline",
            Self::Retry => "retry",
            Self::Error => "error",
        }
    }

    fn icon(self) -> IconName {
        match self {
            Self::Info => IconName::Info,
            Self::Saved => IconName::Check,
            Self::Changed => IconName::Pencil,
            Self::Decided => IconName::People,
            Self::Expired => IconName::Clock,
            Self::Unknown => IconName::Question,
            Self::Offline => IconName::Offline,
            Self::Retry => IconName::Retry,
            Self::Error => IconName::Alert,
        }
    }

    /// Only what takes a decision out of the reader's hands interrupts.
    fn role(self) -> Option<&'static str> {
        match self {
            Self::Changed | Self::Decided | Self::Expired | Self::Unknown | Self::Error => {
                Some("alert")
            }
            Self::Saved | Self::Offline | Self::Retry => Some("status"),
            Self::Info => None,
        }
    }
}

/// `page` lays it across the whole page; `quiet` is for what is no news. `actions` are buttons or links: what to do next.
#[component]
pub fn Banner(
    kind: BannerKind,
    #[prop(optional, into)] title: Option<String>,
    #[prop(optional)] page: bool,
    #[prop(optional)] quiet: bool,
    #[prop(optional, into)] actions: ViewFnOnce,
    #[prop(optional)] children: Option<Children>,
) -> impl IntoView {
    view! {
        <div
            class="banner"
            data-kind=kind.word()
            data-place=page.then_some("page")
            role=kind.role().filter(|_| !quiet)
        >
            <Icon name=kind.icon()/>
            <div class="banner-text">
                {title.map(|title| view! { <h2 class="banner-title">{title}</h2> })}
                {children.map(|children| children())}
            </div>
            <div class="banner-actions">{actions.run()}</div>
        </div>
    }
}

#[cfg(all(test, feature = "ssr"))]
mod tests {
    use super::*;
    use crate::components::markup::Markup as _;

    #[test]
    fn a_lost_race_interrupts_and_good_news_does_not() {
        let lost = view! { <Banner kind=BannerKind::Decided title="Mara decided first"/> }.markup();
        assert!(
            lost.contains(r#"role="alert""#) && lost.contains(r#"data-kind="decided""#),
            "{lost}"
        );
        let saved = view! { <Banner kind=BannerKind::Saved title="Approved"/> }.markup();
        assert!(saved.contains(r#"role="status""#), "{saved}");
        let info =
            view! { <Banner kind=BannerKind::Info><p>"You may read this."</p></Banner> }.markup();
        assert!(!info.contains("role="), "{info}");
    }

    #[test]
    fn what_is_no_news_is_not_announced() {
        let old = view! { <Banner kind=BannerKind::Expired quiet=true title="Time ran out"/> };
        let html = old.markup();
        assert!(html.contains("Time ran out") && !html.contains("role="), "{html}");
    }

    #[test]
    fn title_text_and_actions_have_their_places() {
        let html = view! {
            <Banner
                kind=BannerKind::Expired
                title="Time <ran> out"
                actions=|| view! { <a class="button" href="/inbox">"Open next"</a> }
            >
                <p>"It was not approved."</p>
            </Banner>
        }
        .markup();
        assert!(html.contains(r#"<h2 class="banner-title">Time &lt;ran&gt; out</h2>"#), "{html}");
        assert!(
            html.contains(r#"<div class="banner-actions"><a href="/inbox" class="button">"#),
            "{html}"
        );
        assert!(html.contains("It was not approved."), "{html}");
    }
}
