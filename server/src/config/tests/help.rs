//! What there is to set is told in full.

use clap::CommandFactory as _;

use crate::config::{
    Cli,
    sources::{KEYS, variable},
};

#[test]
fn every_setting_is_in_the_help_and_in_the_readme() {
    let help = Cli::command().render_long_help().to_string();
    let (in_env, in_file) = help.split_once("In the file:").unwrap();
    let lines = include_str!("../../../../README.md").lines();
    let table: Vec<&str> = lines.filter(|line| line.starts_with("| `")).collect();
    for key in KEYS {
        let row = format!("`{key}`");
        assert!(table.iter().any(|line| line.contains(&row)), "{key} isn't in the README");
        assert!(words(in_env).any(|word| word == variable(key)), "{key} has no variable");
        assert!(is_in_file(in_file, key), "{key} isn't in the file's list");
    }
}

fn words(text: &str) -> impl Iterator<Item = &str> {
    text.split(|c: char| !(c.is_ascii_alphanumeric() || c == '_'))
}

/// Whether the list has the key, below its section where it has one.
fn is_in_file(list: &str, key: &str) -> bool {
    let (section, name) = key.rsplit_once('.').unwrap_or(("", key));
    let mut parts = list.split('[');
    let before = parts.next().unwrap();
    let of_section = |part: &&str| part.starts_with(&format!("{section}]"));
    let part = if section.is_empty() { Some(before) } else { parts.find(of_section) };
    part.is_some_and(|part| words(part).any(|word| word == name))
}
