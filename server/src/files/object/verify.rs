//! What is read must be what was stored.

use bytes::Bytes;
use domain::digest::Digest;
use futures::StreamExt;
use futures::stream::{self, BoxStream};
use sha2::{Digest as _, Sha256};

use crate::files::FilesError;

pub(super) async fn whole(bytes: Bytes, sha256: Digest) -> Result<Bytes, FilesError> {
    let hashing = tokio::task::spawn_blocking(move || {
        let agrees = Digest::of(&bytes) == sha256;
        if agrees { Ok(bytes) } else { Err(FilesError::Damaged { sha256 }) }
    });
    hashing.await.map_err(FilesError::store)?
}

struct State {
    source: BoxStream<'static, object_store::Result<Bytes>>,
    hasher: Sha256,
    held: Option<Bytes>,
    sha256: Digest,
}

pub(super) fn pieces(
    source: BoxStream<'static, object_store::Result<Bytes>>,
    sha256: Digest,
) -> BoxStream<'static, Result<Bytes, FilesError>> {
    let state = State { source, hasher: Sha256::new(), held: None, sha256 };
    stream::unfold(Some(state), |state| async move { next(state?).await }).boxed()
}

async fn next(mut state: State) -> Option<(Result<Bytes, FilesError>, Option<State>)> {
    loop {
        match state.source.next().await {
            Some(Ok(piece)) => {
                state.hasher.update(&piece);
                if let Some(before) = state.held.replace(piece) {
                    return Some((Ok(before), Some(state)));
                }
            }
            Some(Err(error)) => return Some((Err(FilesError::store(error)), None)),
            None if Digest::from_bytes(state.hasher.finalize().into()) == state.sha256 => {
                return state.held.map(|last| (Ok(last), None));
            }
            None => return Some((Err(FilesError::Damaged { sha256: state.sha256 }), None)),
        }
    }
}
