//! What a payload would do, as the heading of its card.

use domain::json::Json;

/// Changes that the heading names; the card shows them all.
const MAX_CHANGES: usize = 3;
/// What of a text or another value the heading shows, in characters.
const MAX_CONTENT: usize = 40;

/// "Edit a picture: resize to 800 px wide, grayscale, save as JPEG".
#[must_use]
pub fn deed(payload: &Json) -> String {
    let changes = changes(payload);
    let mut heading = "Edit a picture".to_owned();
    if changes.is_empty() {
        return heading;
    }
    heading.push_str(": ");
    heading.push_str(&changes[..changes.len().min(MAX_CHANGES)].join(", "));
    if let Some(more @ 1..) = changes.len().checked_sub(MAX_CHANGES) {
        heading.push_str(&format!(" and {more} more"));
    }
    heading
}

/// The picture stays as it is; a quality alone writes it anew.
#[must_use]
pub fn changes_nothing(payload: &Json) -> bool {
    changes(payload).is_empty() && payload.get("quality").is_none()
}

fn changes(payload: &Json) -> Vec<String> {
    let steps = [crop, resize, rotate, flip, grayscale, brightness, contrast, blur, text, format];
    steps.iter().filter_map(|step| step(payload)).collect()
}

/// Text without what can't be seen or would end its quotes, in at most so many characters.
pub(super) fn shown(text: &str, most: usize) -> String {
    let plain = |c: char| match c {
        c if c.is_whitespace() => Some(' '),
        '"' | '“' | '”' | '„' => Some('\''),
        c => (!is_hidden(c)).then_some(c),
    };
    let words: String = text.chars().filter_map(plain).collect();
    let words = words.split_whitespace().collect::<Vec<_>>().join(" ");
    if words.chars().count() <= most {
        return words;
    }
    let cut: String = words.chars().take(most.saturating_sub(1)).collect();
    format!("{}…", cut.trim_end())
}

/// Control, direction and invisible characters, and marks that pile up on others.
fn is_hidden(c: char) -> bool {
    c.is_control()
        || matches!(c,
            '\u{ad}' | '\u{300}'..='\u{36f}' | '\u{61c}' | '\u{115f}' | '\u{1160}' | '\u{17b4}' | '\u{17b5}'
            | '\u{180b}'..='\u{180f}' | '\u{200b}'..='\u{200f}' | '\u{2028}'..='\u{202e}'
            | '\u{2060}'..='\u{206f}' | '\u{3164}' | '\u{e000}'..='\u{f8ff}' | '\u{fe00}'..='\u{fe0f}'
            | '\u{feff}' | '\u{ffa0}' | '\u{fff0}'..='\u{fffb}' | '\u{e0000}'..='\u{10ffff}')
}

fn number(payload: &Json, field: &str) -> Option<String> {
    let Json::Number(digits) = payload.get(field)? else { return None };
    Some(shown(digits, MAX_CONTENT))
}

/// A number that changes something.
fn amount(payload: &Json, field: &str) -> Option<String> {
    number(payload, field).filter(|_| payload.get(field).and_then(Json::as_f64) != Some(0.0))
}

fn crop(payload: &Json) -> Option<String> {
    let width = number(payload, "crop_width")?;
    Some(format!("crop to {width} × {} px", number(payload, "crop_height")?))
}

fn resize(payload: &Json) -> Option<String> {
    let fit = payload.get("fit").and_then(Json::as_str).unwrap_or_default();
    match (number(payload, "width"), number(payload, "height")) {
        (Some(width), Some(height)) => Some(match fit {
            "cover" => format!("fill {width} × {height} px"),
            "stretch" => format!("stretch to {width} × {height} px"),
            _ => format!("resize to fit {width} × {height} px"),
        }),
        (Some(width), None) => Some(format!("resize to {width} px wide")),
        (None, Some(height)) => Some(format!("resize to {height} px high")),
        (None, None) => None,
    }
}

fn rotate(payload: &Json) -> Option<String> {
    Some(match amount(payload, "rotate")?.as_str() {
        "90" => "turn right".to_owned(),
        "270" => "turn left".to_owned(),
        "180" => "turn upside down".to_owned(),
        other => format!("turn by {other}°"),
    })
}

fn flip(payload: &Json) -> Option<String> {
    match payload.get("flip")?.as_str()? {
        "horizontal" => Some("mirror left and right".to_owned()),
        "vertical" => Some("mirror top and bottom".to_owned()),
        _ => None,
    }
}

fn grayscale(payload: &Json) -> Option<String> {
    (payload.get("grayscale")?.as_bool()?).then(|| "grayscale".to_owned())
}

fn brightness(payload: &Json) -> Option<String> {
    let amount = amount(payload, "brightness")?;
    Some(match amount.strip_prefix('-') {
        Some(less) => format!("darken by {less} %"),
        None => format!("brighten by {amount} %"),
    })
}

fn contrast(payload: &Json) -> Option<String> {
    let amount = amount(payload, "contrast")?;
    Some(match amount.strip_prefix('-') {
        Some(less) => format!("{less} % less contrast"),
        None => format!("{amount} % more contrast"),
    })
}

fn blur(payload: &Json) -> Option<String> {
    Some(format!("blur by {} px", amount(payload, "blur")?))
}

fn text(payload: &Json) -> Option<String> {
    let text = shown(payload.get("text")?.as_str()?, MAX_CONTENT);
    (!text.is_empty()).then(|| format!("write “{text}”"))
}

fn format(payload: &Json) -> Option<String> {
    let name = match payload.get("format")?.as_str()? {
        "webp" => "WebP".to_owned(),
        other => shown(other, MAX_CONTENT).to_uppercase(),
    };
    (!name.is_empty()).then(|| format!("save as {name}"))
}
