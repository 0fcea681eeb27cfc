//! Many calls close together become one.

use std::time::Duration;

use leptos::prelude::*;

/// What comes together, as the events of one step of a run, is answered once.
const TOGETHER: f64 = 60.0;

/// `task` at most once in `apart` milliseconds, soon after the first call and once more after the last.
#[must_use]
pub fn calmly(apart: f64, task: Callback<()>) -> Callback<()> {
    let (waits, last) = (StoredValue::new(false), StoredValue::new(f64::NEG_INFINITY));
    Callback::new(move |()| {
        if waits.try_get_value() != Some(false) {
            return;
        }
        waits.set_value(true);
        // Not `clamp`: what it says when it panics makes the page a dozen KB larger.
        let wait = (last.get_value() + apart - js_sys::Date::now()).max(TOGETHER).min(apart);
        let run = move || {
            // Its owner may have gone.
            if waits.try_set_value(false).is_none() {
                last.set_value(js_sys::Date::now());
                task.run(());
            }
        };
        set_timeout(run, Duration::from_millis(wait as u64));
    })
}
