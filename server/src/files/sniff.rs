//! What a file is, by its bytes; a name or a type that says something else is refused.

mod claim;
mod found;

use claim::Claim;

/// A media type that the bytes support.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct MediaType {
    pub name: &'static str,
    /// Could run code where it is opened: stored, never shown inline.
    pub active: bool,
}

#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum SniffError {
    #[error("The file is empty. Choose another one.")]
    Empty,
    #[error(
        "The file is {found}, but it was sent as {claimed}. Give it the right ending, or save it as {claimed} and \
         send it again."
    )]
    Mismatch { found: String, claimed: String },
}

/// The type of a file from its first bytes ([`super::HEAD_BYTES`]), its name and what the sender calls it.
///
/// Where bytes alone can't tell (text, CSV, JSON, office files in ZIP), a claim that they don't contradict decides.
pub fn sniff(head: &[u8], name: &str, claimed: Option<&str>) -> Result<MediaType, SniffError> {
    if head.is_empty() {
        return Err(SniffError::Empty);
    }
    let mut found = found::by_bytes(head);
    for claim in [Claim::of_name(name), claimed.and_then(Claim::of_type)].into_iter().flatten() {
        found = claim.settle(found)?;
    }
    Ok(MediaType { name: found.name, active: found.active || claim::is_active(found.name) })
}
