//! Writing: compact for what is sent, indented for what a person reads.

use super::Json;

impl Json {
    /// Compact JSON text.
    #[must_use]
    pub fn to_text(&self) -> String {
        let mut out = String::new();
        self.write(&mut out, None);
        out
    }

    /// JSON text with two spaces of indent.
    #[must_use]
    pub fn to_pretty(&self) -> String {
        let mut out = String::new();
        self.write(&mut out, Some(0));
        out
    }

    fn write(&self, out: &mut String, indent: Option<usize>) {
        match self {
            Self::Null => out.push_str("null"),
            Self::Bool(truth) => out.push_str(if *truth { "true" } else { "false" }),
            Self::Number(digits) => out.push_str(digits),
            Self::Text(text) => out.push_str(&quoted(text)),
            Self::List(items) => {
                let each = items.iter().map(|item| (None, item));
                write_all(out, ['[', ']'], each, indent);
            }
            Self::Object(entries) => {
                let each = entries.iter().map(|(key, value)| (Some(key.as_str()), value));
                write_all(out, ['{', '}'], each, indent);
            }
        }
    }
}

fn write_all<'a>(
    out: &mut String,
    [open, close]: [char; 2],
    each: impl ExactSizeIterator<Item = (Option<&'a str>, &'a Json)>,
    indent: Option<usize>,
) {
    let empty = each.len() == 0;
    let deeper = indent.map(|depth| depth + 1);
    out.push(open);
    for (at, (key, value)) in each.enumerate() {
        if at > 0 {
            out.push(',');
        }
        new_line(out, deeper);
        if let Some(key) = key {
            out.push_str(&quoted(key));
            out.push_str(if indent.is_some() { ": " } else { ":" });
        }
        value.write(out, deeper);
    }
    if !empty {
        new_line(out, indent);
    }
    out.push(close);
}

fn new_line(out: &mut String, indent: Option<usize>) {
    if let Some(depth) = indent {
        out.push('\n');
        out.push_str(&"  ".repeat(depth));
    }
}

fn quoted(text: &str) -> String {
    serde_json::to_string(text).expect("text is always JSON")
}
