//! What somebody may have meant who wrote a name that there isn't.

/// The known name that is most like the wrong one; `None` if none is much like it.
pub fn nearest(wrong: &str, known: impl IntoIterator<Item = String>) -> Option<String> {
    const CLOSE: f64 = 0.75;
    // Nobody mistypes a name of this length, and comparing takes its time.
    const LONGEST: usize = 100;
    if wrong.len() > LONGEST {
        return None;
    }
    let near = known.into_iter().map(|name| (strsim::jaro_winkler(wrong, &name), name));
    let best = near.max_by(|(a, _), (b, _)| a.total_cmp(b));
    best.filter(|(likeness, _)| *likeness > CLOSE).map(|(_, name)| name)
}
