//! Policies: at which checkpoints a run asks a human, and how sure the server is of what it proposes.

use serde::{Deserialize, Serialize};

use crate::{
    checkpoint::CheckpointType,
    issue::{Issue, Severity, blocking},
};

/// The version of the rules in this module; kept with each ticket and each policy hit.
pub const POLICY_VERSION: u32 = 1;

/// Which rule decides whether a human is asked.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub enum PolicyKind {
    #[default]
    Auto,
    RequireHuman,
    AutoWithThresholds,
}

impl PolicyKind {
    pub const ALL: [Self; 3] = [Self::Auto, Self::RequireHuman, Self::AutoWithThresholds];

    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Auto => "auto",
            Self::RequireHuman => "require_human",
            Self::AutoWithThresholds => "auto_with_thresholds",
        }
    }
}

/// What happens to a ticket whose deadline passes.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub enum OnTimeout {
    /// The run fails with `expired`.
    #[default]
    Fail,
    /// The ticket stays open, marked as overdue.
    Escalate,
}

/// The limits beyond which `auto_with_thresholds` asks.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Thresholds {
    /// Overrides `auto_approve_confidence_threshold`.
    pub confidence_min: Option<f64>,
    /// Default 0.7.
    pub response_quality_min: Option<f64>,
    /// Overrides `max_payload_changes`.
    pub payload_changes_max: Option<u32>,
    /// In the provider's currency.
    pub cost_max: Option<f64>,
    /// Overrides `require_approval_safety_flags`.
    pub safety_flags: Option<Vec<String>>,
}

/// How a run asks for humans (`hitl_config` on the wire).
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct HitlConfig {
    pub policy: PolicyKind,
    /// With `require_human`: the reviews that pause; empty means all three.
    pub allowed_steps: Vec<Review>,
    pub review_thresholds: Thresholds,
    pub auto_approve_confidence_threshold: f64,
    /// How many fields may differ from what the user gave.
    pub max_payload_changes: u32,
    pub require_approval_safety_flags: Vec<String>,
    /// Limit of the run's own working time; waiting for people doesn't count. 0 is none.
    pub timeout_seconds: u32,
    /// Deadline of a ticket. 0 is none; absent is none with `require_human`, else a day.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub approval_timeout_seconds: Option<u32>,
    pub on_timeout: OnTimeout,
    /// Only with `auto_with_thresholds`: approve a review without blocking issues after this long.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub auto_approve_after_seconds: Option<u32>,
    pub use_natural_language_hitl: bool,
}

impl Default for HitlConfig {
    fn default() -> Self {
        Self {
            policy: PolicyKind::Auto,
            allowed_steps: Vec::new(),
            review_thresholds: Thresholds::default(),
            auto_approve_confidence_threshold: 0.9,
            max_payload_changes: 5,
            require_approval_safety_flags: ["nsfw", "pii", "copyright"].map(String::from).into(),
            timeout_seconds: 0,
            approval_timeout_seconds: None,
            on_timeout: OnTimeout::Fail,
            auto_approve_after_seconds: None,
            use_natural_language_hitl: true,
        }
    }
}

/// The longest deadline that may be asked for: ten years.
const LONGEST_SECONDS: u32 = 315_360_000;

impl HitlConfig {
    /// What is wrong with the configuration, each with its field.
    #[must_use]
    pub fn issues(&self) -> Vec<Issue> {
        let mut found = Vec::new();
        let mut share = |field: &str, value: Option<f64>| {
            if value.is_some_and(|value| !(0.0..=1.0).contains(&value)) {
                found.push(Issue::error(format!("/hitl_config/{field}"), "must be from 0 to 1"));
            }
        };
        share("auto_approve_confidence_threshold", Some(self.auto_approve_confidence_threshold));
        share("review_thresholds/confidence_min", self.review_thresholds.confidence_min);
        share(
            "review_thresholds/response_quality_min",
            self.review_thresholds.response_quality_min,
        );
        for (field, seconds) in [
            ("timeout_seconds", Some(self.timeout_seconds)),
            ("approval_timeout_seconds", self.approval_timeout_seconds),
            ("auto_approve_after_seconds", self.auto_approve_after_seconds),
        ] {
            if seconds.is_some_and(|seconds| seconds > LONGEST_SECONDS) {
                let limit = format!("must be at most {LONGEST_SECONDS}");
                found.push(Issue::error(format!("/hitl_config/{field}"), limit));
            }
        }
        if self.review_thresholds.cost_max.is_some_and(|most| most.is_nan() || most < 0.0) {
            let field = "/hitl_config/review_thresholds/cost_max";
            found.push(Issue::error(field, "must be 0 or more"));
        }
        if self.auto_approve_after_seconds == Some(0) {
            let field = "/hitl_config/auto_approve_after_seconds";
            found.push(Issue::error(field, "must be at least 1; leave it out for no countdown"));
        }
        if self.auto_approve_after_seconds.is_some()
            && self.policy != PolicyKind::AutoWithThresholds
        {
            found.push(Issue::error(
                "/hitl_config/auto_approve_after_seconds",
                "may be set only with the policy `auto_with_thresholds`",
            ));
        }
        found
    }

    /// Seconds until a ticket expires; `None` for never.
    #[must_use]
    pub fn ticket_seconds(&self) -> Option<u32> {
        const DAY: u32 = 86_400;
        let otherwise = if self.policy == PolicyKind::RequireHuman { 0 } else { DAY };
        Some(self.approval_timeout_seconds.unwrap_or(otherwise)).filter(|seconds| *seconds > 0)
    }
}

/// One of the three reviews that a policy may ask at.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub enum Review {
    InformationReview,
    PayloadReview,
    ResponseReview,
}

impl Review {
    #[must_use]
    pub const fn checkpoint(self) -> CheckpointType {
        match self {
            Self::InformationReview => CheckpointType::InformationReview,
            Self::PayloadReview => CheckpointType::PayloadReview,
            Self::ResponseReview => CheckpointType::ResponseReview,
        }
    }
}

/// What a policy looks at.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Facts<'a> {
    pub issues: &'a [Issue],
    /// See [`confidence`].
    pub confidence: f64,
    /// Fields whose value isn't what the user gave.
    pub payload_changes: u32,
    pub cost: Option<f64>,
    pub flags: &'a [String],
    /// The provider's own judgement of its answer, 0 to 1.
    pub quality: Option<f64>,
}

/// Why a human has to look at this review, each in one sentence; empty when the policy lets it pass.
#[must_use]
pub fn reasons_to_ask(config: &HitlConfig, review: Review, facts: &Facts<'_>) -> Vec<String> {
    let mut reasons = Vec::new();
    match blocking(facts.issues) {
        0 => {}
        1 => reasons.push("One issue blocks the call.".to_owned()),
        n => reasons.push(format!("{n} issues block the call.")),
    }
    let raised = facts.flags.iter().filter(|flag| stops(config, flag));
    reasons.extend(raised.map(|flag| format!("A detector raised the flag “{flag}”.")));
    match config.policy {
        PolicyKind::Auto => {}
        PolicyKind::RequireHuman => {
            if config.allowed_steps.is_empty() || config.allowed_steps.contains(&review) {
                reasons.push("The policy requires a human at this checkpoint.".to_owned());
            }
        }
        PolicyKind::AutoWithThresholds => reasons.extend(beyond_thresholds(config, review, facts)),
    }
    reasons
}

/// One of the raised flags forces a human, under any policy; no countdown replaces them.
#[must_use]
pub fn forces_human(config: &HitlConfig, raised: &[String]) -> bool {
    raised.iter().any(|flag| stops(config, flag))
}

fn stops(config: &HitlConfig, flag: &String) -> bool {
    let thresholds = &config.review_thresholds;
    let flags = thresholds.safety_flags.as_ref().unwrap_or(&config.require_approval_safety_flags);
    flags.contains(flag)
}

fn beyond_thresholds(config: &HitlConfig, review: Review, facts: &Facts<'_>) -> Vec<String> {
    let limits = &config.review_thresholds;
    let mut reasons = Vec::new();
    if review == Review::ResponseReview {
        let least = limits.response_quality_min.unwrap_or(0.7);
        if let Some(quality) = facts.quality.filter(|quality| below(*quality, least)) {
            reasons.push(format!("The answer's quality is {quality:.2}, below {least:.2}."));
        }
        return reasons;
    }
    let least = limits.confidence_min.unwrap_or(config.auto_approve_confidence_threshold);
    if below(facts.confidence, least) {
        reasons.push(format!("The confidence is {:.2}, below {least:.2}.", facts.confidence));
    }
    if review == Review::PayloadReview {
        let most = limits.payload_changes_max.unwrap_or(config.max_payload_changes);
        if facts.payload_changes > most {
            let changes = facts.payload_changes;
            reasons.push(format!("{changes} fields differ from what was given, more than {most}."));
        }
        match (facts.cost, limits.cost_max) {
            (Some(cost), Some(most)) if cost > most || cost.is_nan() => {
                reasons.push(format!("The call would cost {cost:.2}, more than {most:.2}."));
            }
            (None, Some(most)) => {
                reasons.push(format!("Nobody knows if the call costs more than {most:.2}."));
            }
            _ => {}
        }
    }
    reasons
}

/// What is no number is below every limit: it is never a reason to pass.
fn below(value: f64, least: f64) -> bool {
    value < least || value.is_nan()
}

/// How sure the server is of what it proposes, from 0 to 1 with two decimals.
///
/// `certainties` has one entry for each field that got a value: 1 for what the user gave, less for
/// what was read from the prompt or chosen for them. The result is their mean, less a tenth for each
/// warning, and 0 while an issue blocks. Each part of the prompt that wasn't understood is such a warning,
/// and so is a payload that would change nothing. Without any field it is 1 less the warnings.
#[must_use]
pub fn confidence(certainties: &[f64], issues: &[Issue]) -> f64 {
    if blocking(issues) > 0 {
        return 0.0;
    }
    let count = certainties.len().max(1) as f64;
    let mean = if certainties.is_empty() { 1.0 } else { certainties.iter().sum::<f64>() / count };
    let warnings = issues.iter().filter(|issue| issue.severity == Severity::Warning).count() as f64;
    let sure = (mean - warnings / 10.0).clamp(0.0, 1.0);
    (sure * 100.0).round() / 100.0
}

#[cfg(test)]
mod tests;
