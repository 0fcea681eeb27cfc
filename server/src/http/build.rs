//! Which build of the site this server has, and how long its files may be kept.

use std::path::Path;

use http::Uri;

/// The address of the style, whichever build this is.
pub const STYLE: &str = "/pkg/countersign.css";

/// The folder of the build below the site, which is named by all that is in it.
#[must_use]
pub fn pkg_dir(site_dir: &Path) -> String {
    let build = std::fs::read_to_string(site_dir.join("build.txt")).unwrap_or_default();
    // It gets into addresses, so it has to be a plain name.
    let build = build.trim();
    if !build.is_empty() && build.chars().all(|c| c.is_ascii_alphanumeric()) {
        format!("pkg/{build}")
    } else {
        "pkg".to_owned()
    }
}

/// Whether the file at this address never changes.
#[must_use]
pub fn is_of_one_build(uri: &Uri) -> bool {
    // `/pkg/BUILD/FILE`; a file right below `/pkg` may be another one tomorrow.
    uri.path().strip_prefix("/pkg/").is_some_and(|rest| rest.contains('/'))
}
