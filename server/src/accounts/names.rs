//! What people may be called, and what an e-mail address may look like.

use domain::issue::Issue;

const LONGEST_NAME: usize = 100;
const LONGEST_EMAIL: usize = 254;

/// A name, trimmed.
pub(super) fn name(given: &str) -> Result<String, Issue> {
    let name = given.trim();
    let issue = |problem: String| Err(Issue::error("/name", problem));
    let length = name.chars().count();
    if length == 0 {
        issue("is missing; write the person's name".to_owned())
    } else if length > LONGEST_NAME {
        issue(format!("has {length} characters; write {LONGEST_NAME} or fewer"))
    } else if let Some(c) = name.chars().find(|c| deceives(*c)) {
        issue(format!("has the invisible character U+{:04X}; take it out", u32::from(c)))
    } else if !name.chars().any(char::is_alphanumeric) {
        issue("has neither letter nor digit; write the person's name".to_owned())
    } else {
        Ok(name.to_owned())
    }
}

/// The form that an address is stored and looked up in.
pub(super) fn normal_email(given: &str) -> String {
    given.trim().to_lowercase()
}

/// An e-mail address in its normal form. Whether there is a mailbox isn't known.
pub(super) fn email(given: &str) -> Result<String, Issue> {
    let email = normal_email(given);
    match email_problem(&email) {
        None => Ok(email),
        Some(problem) => Err(Issue::error("/email", problem)),
    }
}

fn email_problem(email: &str) -> Option<&'static str> {
    const FORM: &str = "is not an e-mail address; write one such as ana@example.org";
    if email.is_empty() {
        return Some("is missing; write an e-mail address");
    }
    if email.len() > LONGEST_EMAIL {
        return Some("is longer than 254 bytes");
    }
    if email.chars().any(|c| c.is_whitespace() || deceives(c) || "<>()[],;:\\\"".contains(c)) {
        return Some("has a character that an e-mail address can't have; write only the address");
    }
    let Some((local, host)) = email.split_once('@') else { return Some(FORM) };
    let label = |label: &str| {
        !label.is_empty()
            && !label.starts_with('-')
            && !label.ends_with('-')
            && label.chars().all(|c| c == '-' || c.is_alphanumeric())
    };
    let plausible = (1..=64).contains(&local.len())
        && !local.starts_with('.')
        && !local.ends_with('.')
        && host.split('.').all(label);
    (!plausible).then_some(FORM)
}

/// Control characters, and those that turn or hide what stands around them.
fn deceives(c: char) -> bool {
    c.is_control()
        || matches!(
            c,
            '\u{061C}' | '\u{200B}' | '\u{200E}' | '\u{200F}' | '\u{2028}'..='\u{202E}'
                | '\u{2060}'..='\u{206F}' | '\u{FEFF}' | '\u{FFF9}'..='\u{FFFB}'
                | '\u{E0000}'..='\u{E007F}'
        )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_is_stored_trimmed_and_in_lower_case() {
        assert_eq!(email("  Ana.Lima@Example.ORG "), Ok("ana.lima@example.org".to_owned()));
        assert_eq!(email("root@localhost"), Ok("root@localhost".to_owned()));
    }

    #[test]
    fn what_can_be_no_address_is_refused_with_what_to_write() {
        for wrong in [
            "",
            "ana",
            "@example.org",
            "ana@",
            "a@b@c",
            "ana@exa mple.org",
            "ana@.org",
            "a@-b.org",
            "Ana <ana@example.org>",
            ".a@b.org",
            "a\u{202E}@b.org",
            "a\n@b.org",
            "a@b_c.org",
        ] {
            let issue = email(wrong).unwrap_err();
            assert_eq!(issue.field, "/email");
            assert!(issue.issue.contains("write"), "{wrong:?}: {}", issue.issue);
        }
        assert!(email(&format!("{}@b.org", "a".repeat(300))).is_err());
    }

    #[test]
    fn a_name_has_1_to_100_characters_and_none_that_deceives() {
        assert_eq!(name(" Ana Lima "), Ok("Ana Lima".to_owned()));
        assert_eq!(name("李雷"), Ok("李雷".to_owned()));
        assert!(name(&"é".repeat(100)).is_ok());
        for wrong in
            ["", "   ", "\u{202E}nimda", "a\u{0}b", "a\tb", "...", "a\u{200B}b", "\u{E0041}a"]
        {
            assert_eq!(name(wrong).unwrap_err().field, "/name", "{wrong:?}");
        }
        assert!(name(&"é".repeat(101)).is_err());
    }
}
