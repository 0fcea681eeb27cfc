//! Numbers as they are written: compared and rounded without ever becoming a float.

use std::cmp::Ordering;

/// `0.digits × 10^point`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Decimal {
    negative: bool,
    /// Without zeros at either end; empty for zero.
    digits: String,
    point: i32,
}

impl Decimal {
    /// Reads a JSON number of the length that a document may hold.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        let (number, power) = text.split_once(['e', 'E']).unwrap_or((text, "0"));
        let power: i32 = power.parse().ok()?;
        let (negative, number) =
            number.strip_prefix('-').map_or((false, number), |number| (true, number));
        let (whole, fraction) = number.split_once('.').unwrap_or((number, ""));
        let all = format!("{whole}{fraction}");
        if all.is_empty() || !all.bytes().all(|byte| byte.is_ascii_digit()) {
            return None;
        }
        let digits = all.trim_start_matches('0');
        let leading = i32::try_from(all.len() - digits.len()).ok()?;
        let digits = digits.trim_end_matches('0').to_owned();
        let point = i32::try_from(whole.len()).ok()? - leading;
        let zero = digits.is_empty();
        let point = if zero { 0 } else { point.checked_add(power)? };
        Some(Self { negative: negative && !zero, digits, point })
    }

    #[must_use]
    pub fn is_whole(&self) -> bool {
        i32::try_from(self.digits.len()).is_ok_and(|length| length <= self.point)
            || self.digits.is_empty()
    }

    /// The nearest whole number as text; halves go away from zero.
    #[must_use]
    pub fn rounded(&self) -> String {
        let kept = usize::try_from(self.point).unwrap_or_default();
        let mut whole: Vec<u8> = self.digits.bytes().take(kept).collect();
        whole.resize(kept, b'0');
        // The first digit behind the point: zero if zeros stand before the others.
        let next = if self.point < 0 { None } else { self.digits.as_bytes().get(kept) };
        if next.is_some_and(|digit| *digit >= b'5') {
            add_one(&mut whole);
        }
        let text = String::from_utf8(whole).unwrap_or_default();
        match text.as_str() {
            "" => "0".to_owned(),
            text if self.negative => format!("-{text}"),
            text => text.to_owned(),
        }
    }
}

fn add_one(digits: &mut Vec<u8>) {
    for digit in digits.iter_mut().rev() {
        if *digit < b'9' {
            *digit += 1;
            return;
        }
        *digit = b'0';
    }
    digits.insert(0, b'1');
}

impl PartialOrd for Decimal {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl Ord for Decimal {
    fn cmp(&self, other: &Self) -> Ordering {
        let size = |one: &Self, other: &Self| {
            one.point.cmp(&other.point).then_with(|| one.digits.cmp(&other.digits))
        };
        match (self.negative, other.negative) {
            (true, false) => Ordering::Less,
            (false, true) => Ordering::Greater,
            (true, true) => size(other, self),
            // Zero has no digits to tell its size by.
            (false, false) => match (self.digits.is_empty(), other.digits.is_empty()) {
                (true, true) => Ordering::Equal,
                (true, false) => Ordering::Less,
                (false, true) => Ordering::Greater,
                (false, false) => size(self, other),
            },
        }
    }
}
