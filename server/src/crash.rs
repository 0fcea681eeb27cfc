//! Named places at which a test can kill this process, to see what a crash there leaves behind.

/// Aborts the process, as `kill -9` would, if `COUNTERSIGN_CRASH_AT` names this place. Only in builds
/// with debug assertions; nothing in release builds.
pub fn point(name: &str) {
    if cfg!(debug_assertions) && std::env::var("COUNTERSIGN_CRASH_AT").is_ok_and(|at| at == name) {
        std::process::abort();
    }
}
