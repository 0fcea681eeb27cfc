//! A store that runs full at one chosen point.

use std::fmt;
use std::io;
use std::sync::Arc;

use async_trait::async_trait;
use bytes::Bytes;
use futures::stream::{self, BoxStream};
use futures::{StreamExt, TryStreamExt};
use object_store::memory::InMemory;
use object_store::path::Path;
use object_store::{
    CopyOptions, GetOptions, GetResult, ListResult, MultipartUpload, ObjectMeta, ObjectStore,
    PutMultipartOptions, PutOptions, PutPayload, PutResult, Result, UploadPart,
};

use crate::files::{Files, FilesError, ObjectFiles};

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Point {
    Put,
    Begin,
    Part,
    Complete,
    Copy,
}

fn full<T>() -> Result<T> {
    Err(object_store::Error::Generic {
        store: "faulty",
        source: Box::new(io::Error::from(io::ErrorKind::StorageFull)),
    })
}

#[derive(Debug)]
struct Faulty {
    inner: Arc<InMemory>,
    at: Point,
}

impl fmt::Display for Faulty {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("faulty")
    }
}

#[async_trait]
impl ObjectStore for Faulty {
    async fn put_opts(
        &self,
        at: &Path,
        payload: PutPayload,
        opts: PutOptions,
    ) -> Result<PutResult> {
        if self.at == Point::Put { full() } else { self.inner.put_opts(at, payload, opts).await }
    }

    async fn put_multipart_opts(
        &self,
        at: &Path,
        opts: PutMultipartOptions,
    ) -> Result<Box<dyn MultipartUpload>> {
        if self.at == Point::Begin {
            return full();
        }
        let inner = self.inner.put_multipart_opts(at, opts).await?;
        Ok(Box::new(FaultyUpload { inner, at: self.at }))
    }

    async fn get_opts(&self, at: &Path, options: GetOptions) -> Result<GetResult> {
        self.inner.get_opts(at, options).await
    }

    fn delete_stream(
        &self,
        at: BoxStream<'static, Result<Path>>,
    ) -> BoxStream<'static, Result<Path>> {
        self.inner.delete_stream(at)
    }

    fn list(&self, prefix: Option<&Path>) -> BoxStream<'static, Result<ObjectMeta>> {
        self.inner.list(prefix)
    }

    async fn list_with_delimiter(&self, prefix: Option<&Path>) -> Result<ListResult> {
        self.inner.list_with_delimiter(prefix).await
    }

    async fn copy_opts(&self, from: &Path, to: &Path, options: CopyOptions) -> Result<()> {
        if self.at == Point::Copy { full() } else { self.inner.copy_opts(from, to, options).await }
    }
}

#[derive(Debug)]
struct FaultyUpload {
    inner: Box<dyn MultipartUpload>,
    at: Point,
}

#[async_trait]
impl MultipartUpload for FaultyUpload {
    fn put_part(&mut self, data: PutPayload) -> UploadPart {
        if self.at == Point::Part { Box::pin(async { full() }) } else { self.inner.put_part(data) }
    }

    async fn complete(&mut self) -> Result<PutResult> {
        if self.at == Point::Complete { full() } else { self.inner.complete().await }
    }

    async fn abort(&mut self) -> Result<()> {
        self.inner.abort().await
    }
}

#[tokio::test]
async fn no_room_at_any_point_is_told_and_leaves_nothing_behind() {
    let small = 3;
    let large = 11 * 1024 * 1024;
    for (at, size) in [
        (Point::Put, small),
        (Point::Begin, large),
        (Point::Part, large),
        (Point::Complete, large),
        (Point::Copy, small),
        (Point::Copy, large),
    ] {
        let inner = Arc::new(InMemory::new());
        let kept = ObjectFiles::new(inner.clone(), Path::default());
        let bytes = |size: usize| stream::iter([Ok(Bytes::from(vec![7; size]))]).boxed();
        let before = kept.put(bytes(1), 10).await.unwrap();
        let files =
            ObjectFiles::new(Arc::new(Faulty { inner: inner.clone(), at }), Path::default());
        let error = files.put(bytes(size), u64::MAX).await.unwrap_err();
        assert!(matches!(error, FilesError::Full), "{at:?} {size}: {error}");
        let left: Vec<_> = inner.list(None).try_collect().await.unwrap();
        assert_eq!(left.len(), 1, "{at:?} {size}: {left:?}");
        // Reads go on.
        assert!(files.get(&before.sha256).await.unwrap().is_some());
    }
}
