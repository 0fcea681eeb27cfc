//! Why the run stopped, and everything that was found, each with its suggestion and its quick fix.

use domain::{
    checkpoint::Ticket,
    issue::{Issue, Severity, blocking},
    json::{Json, top_key},
};
use leptos::prelude::*;

use super::{Editor, words};
use crate::{
    api::tickets::FormField,
    components::{HiddenCharText, Icon, IconName},
};

/// The reasons, the policy, the confidence, and the issues of the document as it stands.
#[component]
pub fn IssueList(
    ticket: Ticket,
    /// The controls that issues link to.
    form: StoredValue<Vec<FormField>>,
    editor: Editor,
    /// The id of the form that a quick fix is sent with, where the document can be edited.
    edit_form: Option<&'static str>,
) -> impl IntoView {
    let policy = format!(
        "policy {} (version {}) · confidence {} %",
        ticket.policy.name(),
        ticket.policy_version,
        percent(ticket.confidence)
    );
    let fields = form.with_value(Vec::len);
    let counts = move || editor.outcome.with(|outcome| counts(fields, &outcome.issues));
    view! {
        <section class="panel" aria-labelledby="why-title">
            <header class="panel-head">
                <h2 id="why-title">"Why it stopped"</h2>
                <p class="panel-note">{policy} " · " {counts}</p>
            </header>
            <div class="panel-body">
                <p>
                    <HiddenCharText text=ticket.message/>
                </p>
                {(!ticket.reasons.is_empty())
                    .then(|| {
                        let reasons = ticket.reasons.into_iter();
                        let each = |text| view! { <li><HiddenCharText text/></li> };
                        view! { <ul class="reasons">{reasons.map(each).collect_view()}</ul> }
                    })}
            </div>
            {move || {
                let issues = editor.outcome.with(|outcome| outcome.issues.clone());
                (!issues.is_empty())
                    .then(|| {
                        let each = |issue| form.with_value(|form| one(issue, form, edit_form));
                        view! {
                            <details class="disclosure" open>
                                <summary>"Issues"</summary>
                                <ul class="issues">{issues.into_iter().map(each).collect_view()}</ul>
                            </details>
                        }
                    })
            }}
        </section>
    }
    .into_any()
}

/// How many fields passed their checks, where there are any, and what was found.
fn counts(fields: usize, issues: &[Issue]) -> String {
    if fields == 0 {
        return found(issues);
    }
    let mut failed = Vec::new();
    for name in issues.iter().filter(|issue| issue.blocks()).map(|issue| top_key(&issue.field)) {
        if !name.is_empty() && !failed.contains(&name) {
            failed.push(name);
        }
    }
    let (passed, failed) = (fields.saturating_sub(failed.len()), failed.len());
    format!("{passed} passed, {failed} failed · {}", found(issues))
}

fn found(issues: &[Issue]) -> String {
    match (issues.len(), blocking(issues)) {
        (0, _) => "no issues".to_owned(),
        (all, 0) => words::count(all, "issue"),
        (all, blocking) => format!("{}, {blocking} blocking", words::count(all, "issue")),
    }
}

fn one(issue: Issue, form: &[FormField], edit_form: Option<&'static str>) -> impl IntoView + use<> {
    let (icon, severity) = match issue.severity {
        Severity::Error => (IconName::Alert, "Must be fixed"),
        Severity::Warning => (IconName::Warning, "Look at this"),
        Severity::Info => (IconName::Info, "Good to know"),
    };
    let name = top_key(&issue.field);
    let shown = view! { <code><HiddenCharText text=name.clone()/></code> };
    let subject = match words::control_id(form, &name) {
        _ if name.is_empty() => None,
        Some(id) if edit_form.is_some() => {
            Some(view! { <a href=format!("#{id}") rel="external">{shown}</a> " " }.into_any())
        }
        _ => Some(view! { {shown} " " }.into_any()),
    };
    let sentence = words::issue_sentence(&issue);
    let fix = edit_form.zip(issue.fix.clone());
    view! {
        <li class="issue" data-severity=issue.severity.name()>
            <span class="issue-severity">
                <Icon name=icon/>
                {severity}
            </span>
            <p class="issue-text">
                {subject}
                <HiddenCharText text=sentence/>
                {issue
                    .suggested_fix
                    .map(|text| view! { " " <span class="issue-fix"><HiddenCharText text/></span> })}
            </p>
            {fix
                .map(|(form, json)| {
                    let to = words::shorten(&fix_text(&json), 40);
                    view! {
                        <button
                            class="button"
                            data-size="small"
                            form=form
                            name="fix"
                            value=name
                            formnovalidate=true
                        >
                            "Set to "
                            <HiddenCharText text=to/>
                        </button>
                    }
                })}
        </li>
    }
    .into_any()
}

fn fix_text(json: &str) -> String {
    match Json::parse(json) {
        Ok(Json::Text(text)) => text,
        _ => json.to_owned(),
    }
}

/// A share in whole per cent. The formatting of floats would be a twentieth of what the page loads.
fn percent(share: f64) -> u8 {
    (share * 100.0 + 0.5) as u8
}
