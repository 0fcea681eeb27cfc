//! Which upload belongs to which field.

use std::collections::HashSet;

use domain::{
    digest::Digest,
    id::AttachmentId,
    information::{FileRef, Known, Source, file_digest, file_value},
    issue::Issue,
    json::{Json, pointer},
    run::Run,
    schema::{Field, FieldKind, Schema},
};

use super::{Orchestrator, links};
use crate::{
    ports::{AttachmentRow, RunFilter, StoreError},
    provider::Registered,
};

/// How many earlier runs of a session are looked at for files that they used.
const EARLIER_RUNS: u32 = 20;
/// What a warning tells of a file's name, in characters.
const MAX_NAME: usize = 60;

/// The files of a session, and which of them this run names.
#[derive(Default)]
pub(super) struct SessionFiles {
    /// Newest first.
    pub rows: Vec<AttachmentRow>,
    named: Vec<AttachmentId>,
    /// Those that links in the prompt lead to.
    linked: Vec<AttachmentId>,
}

impl Orchestrator {
    pub(super) async fn session_files(&self, run: &Run) -> Result<SessionFiles, StoreError> {
        let rows = self.store.attachments(run.owner, run.session()).await?;
        let id = |named: &String| match named.parse() {
            Ok(id) => Some(id),
            Err(_) => links::is_link(named).then(|| links::id_of(run.id, named)),
        };
        let named = run.input.attachments.iter().filter_map(id).collect();
        let linked = links::in_prompt(&run.input.prompt);
        let linked = linked.into_iter().map(|url| links::id_of(run.id, url)).collect();
        Ok(SessionFiles { rows, named, linked })
    }

    /// The files that can stand in a payload of this provider's: without a field for one there are none.
    pub(super) async fn files_for(
        &self,
        run: &Run,
        registered: &Registered,
    ) -> Result<SessionFiles, StoreError> {
        if registered.takes_files() {
            return self.session_files(run).await;
        }
        Ok(SessionFiles::default())
    }

    /// What earlier runs of the session sent.
    pub(super) async fn used_before(
        &self,
        run: &Run,
        files: &SessionFiles,
    ) -> Result<HashSet<Digest>, StoreError> {
        if files.rows.is_empty() {
            return Ok(HashSet::new());
        }
        let (session, owner) = (Some(run.session().to_owned()), Some(run.owner));
        let filter = RunFilter { session, owner, ..RunFilter::default() };
        let page = app::api::page::PageRequest { cursor: None, limit: EARLIER_RUNS };
        let mut used = HashSet::new();
        for row in self.store.runs(&filter, page).await?.items {
            if row.run == run.id {
                continue;
            }
            let earlier = self.store.load(row.run).await?;
            let sent = earlier.filter(|earlier| earlier.run.attempts > 0);
            let draft = sent.and_then(|sent| sent.run.draft);
            used.extend(draft.into_iter().flat_map(|d| d.files).map(|file| file.digest));
        }
        Ok(used)
    }
}

impl SessionFiles {
    /// A value for each file field that has none yet: files named in the request first, then the newest
    /// upload of the session that fits and no earlier run used, then what the prompt links to. No file is taken twice.
    pub fn matched(
        &self,
        schema: &Schema,
        given: &[Known],
        used_before: &HashSet<Digest>,
    ) -> Vec<Known> {
        let mut taken: HashSet<Digest> = given
            .iter()
            .filter_map(|known| Json::parse(&known.value).ok())
            .filter_map(|value| value.as_str().and_then(file_digest))
            .collect();
        let open = schema
            .fields
            .iter()
            .filter(|field| field.is_file() && given.iter().all(|known| known.field != field.name));
        let mut found = Vec::new();
        for field in open {
            let Some((row, reason)) = self.best(field, &taken, used_before) else { continue };
            taken.insert(row.digest);
            let value = Json::text(file_value(&row.digest)).to_text();
            let source = Source::Attachment(reason.to_owned());
            found.push(Known { field: field.name.clone(), value, source });
        }
        found
    }

    fn best(
        &self,
        field: &Field,
        taken: &HashSet<Digest>,
        used_before: &HashSet<Digest>,
    ) -> Option<(&AttachmentRow, &'static str)> {
        let fitting = |row: &&AttachmentRow| fits(field, row) && !taken.contains(&row.digest);
        let mut named =
            self.named.iter().filter_map(|id| self.rows.iter().find(|row| row.id == *id));
        if let Some(row) = named.find(|row| fitting(row)) {
            return Some((row, "the file that the request names"));
        }
        let is_linked = |row: &&AttachmentRow| self.linked.contains(&row.id);
        let uploads = self.rows.iter().filter(|row| row.made_by.is_none() && !is_linked(row));
        let mut fresh = uploads.filter(|row| !used_before.contains(&row.digest));
        if let Some(row) = fresh.find(fitting) {
            return Some((row, "the newest fitting upload of the session"));
        }
        let mut linked = self.rows.iter().filter(is_linked);
        linked.find(fitting).map(|row| (row, "from a link in the prompt"))
    }

    /// A warning where the request names more files than its one field for files takes, and doesn't say which.
    pub fn left_over(&self, schema: &Schema, given: &[Known], used: &[FileRef]) -> Option<Issue> {
        let mut fields = schema.fields.iter().filter(|field| field.is_file());
        let (Some(field), None) = (fields.next(), fields.next()) else { return None };
        if given.iter().any(|known| known.field == field.name) {
            return None;
        }
        let used = used.first()?;
        let left = |row: &AttachmentRow| {
            self.named.contains(&row.id) && fits(field, row) && row.digest != used.digest
        };
        self.rows.iter().any(left).then(|| {
            let name = short(&used.name);
            let warning = format!("Only “{name}” is used. Start a run for each picture.");
            Issue::warning(pointer("", &field.name), warning)
        })
    }

    /// The files that a payload names, and an issue for each that isn't one of the session's or doesn't
    /// fit its field.
    pub fn resolve(&self, schema: &Schema, payload: &Json) -> (Vec<FileRef>, Vec<Issue>) {
        let (mut files, mut issues) = (Vec::new(), Vec::new());
        for field in schema.fields.iter().filter(|field| field.is_file()) {
            let value = payload.get(&field.name).and_then(Json::as_str);
            let Some(digest) = value.and_then(file_digest) else { continue };
            let at = pointer("", &field.name);
            match self.rows.iter().find(|row| row.digest == digest) {
                None => issues.push(
                    Issue::error(at, "names a file that isn't in this session")
                        .suggesting("Choose one of the session's files, or add one."),
                ),
                Some(row) if !fits(field, row) => issues.push(unfit(field, row, at)),
                Some(row) => files.push(file_ref(row)),
            }
        }
        (files, issues)
    }

    /// Puts each of these uploads into the first file field that is empty and takes it.
    pub fn put_into(
        &self,
        schema: &Schema,
        document: &mut Json,
        attachments: &[AttachmentId],
    ) -> Result<(), Issue> {
        for (index, id) in attachments.iter().enumerate() {
            let at = format!("/attachments/{index}");
            let row = self.rows.iter().find(|row| row.id == *id);
            let row = row.ok_or_else(|| Issue::error(&at, "is no file of this run's session"))?;
            let mut empty =
                schema.fields.iter().filter(|field| document.get(&field.name).is_none());
            let field = empty.find(|field| fits(field, row));
            let field = field
                .ok_or_else(|| Issue::error(&at, format!("“{}” fits no empty field", row.name)))?;
            document.set(&field.name, Json::text(file_value(&row.digest)));
        }
        Ok(())
    }

    /// The files that may stand in a field, as value and name.
    pub fn choices(&self, field: &Field) -> Vec<(String, String)> {
        let fitting = self.rows.iter().filter(|row| fits(field, row));
        let mut seen = HashSet::new();
        fitting
            .filter(|row| seen.insert(row.digest))
            .map(|row| (file_value(&row.digest), row.name.clone()))
            .collect()
    }
}

fn fits(field: &Field, row: &AttachmentRow) -> bool {
    match &field.kind {
        FieldKind::File { media_types } => {
            media_types.is_empty() || media_types.contains(&row.media_type)
        }
        _ => false,
    }
}

fn short(name: &str) -> String {
    match name.char_indices().nth(MAX_NAME) {
        Some((end, _)) => format!("{}…", &name[..end]),
        None => name.to_owned(),
    }
}

fn unfit(field: &Field, row: &AttachmentRow, at: String) -> Issue {
    let wanted = match &field.kind {
        FieldKind::File { media_types } => media_types.join(", "),
        _ => String::new(),
    };
    Issue::error(at, format!("“{}” is {}; this takes {wanted}", row.name, row.media_type))
        .suggesting("Choose another file, or convert this one first.")
}

pub(super) fn file_ref(row: &AttachmentRow) -> FileRef {
    FileRef {
        id: row.id,
        digest: row.digest,
        name: row.name.clone(),
        media_type: row.media_type.clone(),
        size: row.size,
    }
}

#[cfg(test)]
mod tests;
