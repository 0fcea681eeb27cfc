//! Everything that must be fixed, on top of a form, each with a link to its field.
use leptos::prelude::*;

/// One thing to fix: the `id` of the control, and what to do about it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FieldProblem {
    pub id: String,
    pub message: String,
}

/// Renders nothing while there is nothing to fix. The page moves focus to it after a failed post.
#[component]
pub fn ErrorSummary(
    #[prop(into)] problems: Signal<Vec<FieldProblem>>,
    /// Instead of "2 things to fix".
    #[prop(optional, into)]
    title: Option<String>,
) -> impl IntoView {
    move || {
        let problems = problems.get();
        let heading = title.clone().unwrap_or_else(|| match problems.len() {
            1 => "1 thing to fix".to_owned(),
            n => format!("{n} things to fix"),
        });
        (!problems.is_empty()).then(|| {
            view! {
                <div class="error-summary" role="alert" tabindex="-1">
                    <h2>{heading}</h2>
                    <ul>
                        {problems
                            .into_iter()
                            // External: the router would scroll to the field, but not focus it.
                            .map(|p| view! { <li><a href=format!("#{}", p.id) rel="external">{p.message}</a></li> })
                            .collect_view()}
                    </ul>
                </div>
            }
        })
    }
}

#[cfg(all(test, feature = "ssr"))]
mod tests {
    use super::*;
    use crate::components::markup::Markup as _;

    fn problem(id: &str, message: &str) -> FieldProblem {
        FieldProblem { id: id.into(), message: message.into() }
    }

    #[test]
    fn each_problem_links_to_its_field() {
        let owner = Owner::new();
        owner.with(|| {
            let problems = vec![
                problem("f-w", "width: 9000 is above 8000."),
                problem("f-h", "height: missing."),
            ];
            let html = view! { <ErrorSummary problems=problems/> }.markup();
            assert!(html.contains("<h2>2 things to fix</h2>"), "{html}");
            assert!(
                html.contains(r##"<a href="#f-w" rel="external">width: 9000 is above 8000.</a>"##),
                "{html}"
            );
            assert!(html.contains(r#"role="alert""#), "{html}");
        });
    }

    #[test]
    fn nothing_to_fix_is_nothing_at_all() {
        let owner = Owner::new();
        owner.with(|| {
            let html = view! { <ErrorSummary problems=Vec::new()/> }.markup();
            assert!(!html.contains("<div"), "{html}");
        });
    }
}
