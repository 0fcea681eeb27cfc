//! Records of uploads and results.

use domain::{
    digest::Digest,
    id::{AttachmentId, PersonId, RunId},
};
use server::ports::{AttachmentRow, StoreError};

use crate::{
    Backend,
    make::{after, fresh, person},
};

fn row(owner: PersonId, session: &str, size: u64, seconds: i64) -> AttachmentRow {
    AttachmentRow {
        id: AttachmentId::from_uuid(fresh()),
        session: session.to_owned(),
        owner,
        uploaded_by: owner,
        digest: Digest::of(&size.to_le_bytes()),
        name: "../лого ✓.png".to_owned(),
        media_type: "image/png".to_owned(),
        size,
        made_by: None,
        created_at: after(seconds),
    }
}

pub async fn an_attachment_reads_back_and_its_session_lists_the_newest_first(
    backend: &impl Backend,
) {
    let (store, mara) = (backend.store(), person());
    let old = row(mara, "s", 1, 1);
    let made = AttachmentRow { made_by: Some(RunId::from_uuid(fresh())), ..row(mara, "s", 2, 2) };
    let others = [row(mara, "t", 3, 3), row(person(), "s", 4, 4)];
    for row in [&old, &made].into_iter().chain(&others) {
        store.add_attachment(row, None).await.unwrap();
    }
    assert_eq!(store.attachment(made.id).await.unwrap().as_ref(), Some(&made));
    assert_eq!(store.attachment(AttachmentId::from_uuid(fresh())).await.unwrap(), None);
    let again = store.add_attachment(&old, None).await;
    assert!(matches!(again, Err(StoreError::Duplicate)));
    assert_eq!(store.attachments(mara, "s").await.unwrap(), [made, old]);
}

pub async fn what_runs_made_does_not_count_as_uploaded(backend: &impl Backend) {
    let (store, mara) = (backend.store(), person());
    assert_eq!(store.uploaded_since(mara, after(0)).await.unwrap(), 0);
    let made = AttachmentRow { made_by: Some(RunId::from_uuid(fresh())), ..row(mara, "s", 64, 9) };
    for row in [row(mara, "s", 1, 1), row(mara, "t", 2, 5), row(person(), "s", 16, 9), made] {
        store.add_attachment(&row, None).await.unwrap();
    }
    assert_eq!(store.uploaded_since(mara, after(0)).await.unwrap(), 3);
    assert_eq!(store.uploaded_since(mara, after(5)).await.unwrap(), 2);
    assert_eq!(store.uploaded_since(mara, after(6)).await.unwrap(), 0);
}
