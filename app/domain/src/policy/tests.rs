//! Each threshold, each policy, each field of the configuration.

use super::*;

fn thresholds() -> HitlConfig {
    HitlConfig { policy: PolicyKind::AutoWithThresholds, ..HitlConfig::default() }
}

fn sure() -> Facts<'static> {
    Facts { confidence: 1.0, ..Facts::default() }
}

fn asks(config: &HitlConfig, review: Review, facts: &Facts<'_>) -> bool {
    !reasons_to_ask(config, review, facts).is_empty()
}

const REVIEWS: [Review; 3] =
    [Review::InformationReview, Review::PayloadReview, Review::ResponseReview];

#[test]
fn auto_asks_nobody_and_require_human_asks_everywhere() {
    let human = HitlConfig { policy: PolicyKind::RequireHuman, ..HitlConfig::default() };
    for review in REVIEWS {
        let doubtful = Facts { quality: Some(0.0), payload_changes: 99, ..Facts::default() };
        assert!(!asks(&HitlConfig::default(), review, &doubtful));
        assert!(asks(&human, review, &sure()));
        assert!(!asks(&thresholds(), review, &sure()));
    }
}

#[test]
fn allowed_steps_name_the_only_reviews_at_which_a_human_is_required() {
    let config = HitlConfig {
        policy: PolicyKind::RequireHuman,
        allowed_steps: vec![Review::ResponseReview],
        ..HitlConfig::default()
    };
    let asked = REVIEWS.map(|review| asks(&config, review, &sure()));
    assert_eq!(asked, [false, false, true]);
}

#[test]
fn a_flag_or_a_blocking_issue_asks_under_any_policy() {
    let flags = ["copyright".to_owned()];
    let issues = [Issue::error("/a", "is missing")];
    for policy in PolicyKind::ALL {
        let config = HitlConfig {
            policy,
            allowed_steps: vec![Review::ResponseReview],
            ..HitlConfig::default()
        };
        let review = Review::PayloadReview;
        assert!(asks(&config, review, &Facts { flags: &flags, ..sure() }));
        assert!(asks(&config, review, &Facts { issues: &issues, ..sure() }));
        assert!(forces_human(&config, &flags));
    }
}

#[test]
fn the_thresholds_list_of_flags_replaces_the_other() {
    let mut config = thresholds();
    config.review_thresholds.safety_flags = Some(vec!["gore".to_owned()]);
    assert!(!forces_human(&config, &["pii".to_owned()]));
    assert!(forces_human(&config, &["gore".to_owned()]));
}

#[test]
fn confidence_below_its_limit_asks_before_the_call() {
    let mut config = thresholds();
    let facts = |confidence| Facts { confidence, ..Facts::default() };
    for review in [Review::InformationReview, Review::PayloadReview] {
        assert!(!asks(&config, review, &facts(0.9)));
        assert!(asks(&config, review, &facts(0.89)));
        assert!(asks(&config, review, &facts(f64::NAN)));
    }
    config.review_thresholds.confidence_min = Some(0.5);
    assert!(!asks(&config, Review::PayloadReview, &facts(0.5)));
    assert!(!asks(&config, Review::ResponseReview, &facts(0.0)));
}

#[test]
fn more_changes_than_allowed_ask_at_the_payload_review() {
    let mut config = thresholds();
    let facts = |payload_changes| Facts { payload_changes, ..sure() };
    assert!(!asks(&config, Review::PayloadReview, &facts(5)));
    assert!(asks(&config, Review::PayloadReview, &facts(6)));
    assert!(!asks(&config, Review::InformationReview, &facts(6)));
    config.review_thresholds.payload_changes_max = Some(0);
    assert!(asks(&config, Review::PayloadReview, &facts(1)));
}

#[test]
fn a_cost_beyond_its_limit_or_unknown_asks_at_the_payload_review() {
    let mut config = thresholds();
    let facts = |cost| Facts { cost, ..sure() };
    assert!(!asks(&config, Review::PayloadReview, &facts(Some(1e9))));
    assert!(!asks(&config, Review::PayloadReview, &facts(None)));
    config.review_thresholds.cost_max = Some(0.5);
    assert!(!asks(&config, Review::PayloadReview, &facts(Some(0.5))));
    assert!(asks(&config, Review::PayloadReview, &facts(Some(0.51))));
    assert!(asks(&config, Review::PayloadReview, &facts(Some(f64::NAN))));
    assert!(asks(&config, Review::PayloadReview, &facts(None)));
}

#[test]
fn quality_below_its_limit_asks_at_the_response_review() {
    let mut config = thresholds();
    let facts = |quality| Facts { quality, ..sure() };
    assert!(!asks(&config, Review::ResponseReview, &facts(Some(0.7))));
    assert!(!asks(&config, Review::ResponseReview, &facts(None)));
    assert!(asks(&config, Review::ResponseReview, &facts(Some(0.69))));
    assert!(asks(&config, Review::ResponseReview, &facts(Some(f64::NAN))));
    config.review_thresholds.response_quality_min = Some(0.1);
    assert!(!asks(&config, Review::ResponseReview, &facts(Some(0.1))));
}

#[test]
fn a_ticket_has_a_day_unless_a_human_is_required_or_it_says_otherwise() {
    let ticket = |policy, seconds| {
        let config = HitlConfig { policy, approval_timeout_seconds: seconds, ..thresholds() };
        config.ticket_seconds()
    };
    assert_eq!(ticket(PolicyKind::Auto, None), Some(86_400));
    assert_eq!(ticket(PolicyKind::AutoWithThresholds, None), Some(86_400));
    assert_eq!(ticket(PolicyKind::RequireHuman, None), None);
    assert_eq!(ticket(PolicyKind::RequireHuman, Some(60)), Some(60));
    assert_eq!(ticket(PolicyKind::Auto, Some(0)), None);
}

#[test]
fn an_absent_configuration_is_the_documented_default() {
    let config: HitlConfig = serde_json::from_str("{}").expect("all of it is optional");
    assert_eq!(config, HitlConfig::default());
    assert_eq!(config.issues(), []);
    assert!(serde_json::from_str::<HitlConfig>(r#"{"polcy":"auto"}"#).is_err());
    assert!(serde_json::from_str::<HitlConfig>(r#"{"allowed_steps":["api_call"]}"#).is_err());
}

#[test]
fn what_is_wrong_with_a_configuration_is_said_at_its_field() {
    let limits = |limits: Thresholds| HitlConfig { review_thresholds: limits, ..thresholds() };
    let cases = [
        (
            "auto_approve_confidence_threshold",
            HitlConfig { auto_approve_confidence_threshold: 1.1, ..thresholds() },
        ),
        (
            "review_thresholds/confidence_min",
            limits(Thresholds { confidence_min: Some(f64::NAN), ..Thresholds::default() }),
        ),
        (
            "review_thresholds/response_quality_min",
            limits(Thresholds { response_quality_min: Some(-0.1), ..Thresholds::default() }),
        ),
        (
            "review_thresholds/cost_max",
            limits(Thresholds { cost_max: Some(-1.0), ..Thresholds::default() }),
        ),
        ("timeout_seconds", HitlConfig { timeout_seconds: u32::MAX, ..thresholds() }),
        (
            "auto_approve_after_seconds",
            HitlConfig { auto_approve_after_seconds: Some(0), ..thresholds() },
        ),
        (
            "auto_approve_after_seconds",
            HitlConfig { auto_approve_after_seconds: Some(9), ..HitlConfig::default() },
        ),
    ];
    for (field, config) in cases {
        let fields: Vec<_> = config.issues().into_iter().map(|issue| issue.field).collect();
        assert_eq!(fields, [format!("/hitl_config/{field}")]);
    }
}

#[test]
fn confidence_is_the_mean_certainty_less_a_tenth_for_each_warning() {
    let warning = Issue::warning("/a", "is odd");
    assert_eq!(confidence(&[1.0, 0.8], &[]), 0.9);
    assert_eq!(confidence(&[1.0, 0.8, 0.8], std::slice::from_ref(&warning)), 0.77);
    assert_eq!(confidence(&[], &[warning.clone(), warning.clone()]), 0.8);
    assert_eq!(confidence(&[0.1], &vec![warning; 5]), 0.0);
    assert_eq!(confidence(&[1.0], &[Issue::error("/a", "is missing")]), 0.0);
}
