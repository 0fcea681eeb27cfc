//! Numbers that are compared and rounded as they are written.

use domain::json::Decimal;
use proptest::prelude::*;

fn decimal(text: &str) -> Decimal {
    Decimal::parse(text).unwrap_or_else(|| panic!("{text} is a number"))
}

#[test]
fn the_same_number_is_the_same_however_it_is_written() {
    for (one, other) in [
        ("1.10", "1.1"),
        ("100", "1e2"),
        ("0.05", "5E-2"),
        ("-0", "0.0e9"),
        ("1e+3", "1000.000"),
        ("12345678901234567890123", "12345678901234567890.123e3"),
    ] {
        assert_eq!(decimal(one), decimal(other), "{one} {other}");
    }
}

#[test]
fn digits_beyond_those_of_a_float_count() {
    assert!(decimal("9007199254740993") > decimal("9007199254740992"));
    assert!(decimal("0.30000000000000004") > decimal("0.3"));
    assert!(decimal("-9007199254740993") < decimal("-9007199254740992"));
    assert!(decimal("1e-308") > decimal("0"));
}

#[test]
fn a_number_with_a_fraction_is_rounded_away_from_zero() {
    for (text, rounded) in [
        ("2.5", "3"),
        ("-2.5", "-3"),
        ("2.4999", "2"),
        ("0.5", "1"),
        ("0.05", "0"),
        ("-0.4", "0"),
        ("99.5", "100"),
        ("1234.5e-2", "12"),
        ("9.99e1", "100"),
    ] {
        let number = decimal(text);
        assert!(!number.is_whole(), "{text}");
        assert_eq!(number.rounded(), rounded, "{text}");
    }
    for text in ["0", "-7", "1.0", "1.5e1", "2e300"] {
        assert!(decimal(text).is_whole(), "{text}");
    }
}

#[test]
fn what_is_no_number_is_none() {
    for text in ["", "-", ".", "e1", "1e", "0x1", "inf", "NaN", "1 ", "1e99999999999"] {
        assert_eq!(Decimal::parse(text), None, "{text}");
    }
}

proptest! {
    #[test]
    fn it_agrees_with_floats_where_they_are_exact(
        one in -1_000_000_i64..1_000_000, other in -1_000_000_i64..1_000_000, by in 0_u8..8
    ) {
        // Eighths have an exact form in both worlds.
        let divisor = f64::from(1_u8 << (by % 4));
        let floats = [one as f64 / divisor, other as f64 / divisor];
        let [left, right] = floats.map(|float| decimal(&float.to_string()));
        prop_assert_eq!(Some(left.cmp(&right)), floats[0].partial_cmp(&floats[1]));
        prop_assert_eq!(left.is_whole(), floats[0].fract() == 0.0);
        if !left.is_whole() {
            let rounded = floats[0].round();
            prop_assert_eq!(left.rounded(), if rounded == 0.0 { 0.0 } else { rounded }.to_string());
        }
    }
}
