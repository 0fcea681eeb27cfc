//! The folder of the built site: without it every page is bare.

use std::path::{Path, PathBuf};

use super::{
    sources::Sources,
    values::{Given, Wrong, folder, wrong},
};

const KEY: &str = "site_dir";
const BARE: &str = "doesn't hold the built site (no folder `pkg` in it)";

/// Where the site is. A server `needs` it to be built.
pub(super) fn read(from: &mut Sources, needs: bool) -> PathBuf {
    let usual = PathBuf::from("target/site");
    if needs && !from.is_given(KEY) && !is_built(&usual) {
        let problem = format!("isn't set, and `{}` {BARE}", usual.display());
        from.missing(KEY, &problem, "build it with `cargo serve`, name its folder");
    }
    from.read(KEY, |given| site(given, needs)).unwrap_or(usual)
}

fn site(given: &Given, needs: bool) -> Result<PathBuf, Wrong> {
    let site = folder(given)?;
    if needs && !is_built(&site) {
        return wrong(BARE, "build it with `cargo serve`, or name its folder");
    }
    Ok(site)
}

/// Whether the folder holds a built site.
#[must_use]
pub fn is_built(site: &Path) -> bool {
    site.join("pkg").is_dir()
}
