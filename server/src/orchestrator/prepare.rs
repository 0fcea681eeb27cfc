//! Gathers what is known and builds the payload.

use domain::{
    information::Known,
    issue::Issue,
    json::Json,
    payload,
    run::{Draft, Run},
};

use super::Orchestrator;
use crate::{
    ports::StoreError,
    provider::{Provider, Registered},
};

impl Orchestrator {
    /// Builds what would be sent, from what was given, found in the session, or read in the prompt.
    pub(super) async fn draft(
        &self,
        run: &Run,
        registered: &Registered,
    ) -> Result<Draft, StoreError> {
        let provider = registered.provider.as_ref();
        let schema = provider.capabilities().schema();
        let files = self.session_files(run).await?;
        let found: Vec<Known> = run
            .given
            .iter()
            .cloned()
            .chain(files.matched(&schema, &run.given))
            .chain(provider.read_prompt(&run.input.prompt))
            .collect();
        let information = payload::gather(&schema, &found);
        let text = payload::build(&information);
        let document = Json::parse(&text).unwrap_or_default();
        let (used, _) = files.resolve(&schema, &document);
        let mut issues = self.issues(run, registered, &document).await?;
        issues.extend(self.unfit_uploads(&schema, &files.rows, &document));
        Ok(Draft {
            confidence: payload::confidence(&information, &issues),
            payload_changes: payload::changes(&information),
            cost: provider.estimate_cost(&document),
            payload: text,
            files: used,
            issues,
            information,
            flags: Vec::new(),
        })
    }

    /// Everything that is wrong with a payload: by its schema, by the session's files, and by the
    /// provider's own look at it.
    pub(super) async fn issues(
        &self,
        run: &Run,
        registered: &Registered,
        document: &Json,
    ) -> Result<Vec<Issue>, StoreError> {
        let provider: &dyn Provider = registered.provider.as_ref();
        let mut issues = registered.check(document);
        let files = self.session_files(run).await?;
        let (_, missing) = files.resolve(&provider.capabilities().schema(), document);
        issues.extend(missing);
        if issues.iter().all(|issue| !issue.blocks()) {
            issues.extend(provider.validate(document, self.files.as_ref()).await);
        }
        Ok(issues)
    }

    /// A word on each upload that no file field can take, where a file is missing.
    fn unfit_uploads(
        &self,
        schema: &domain::schema::Schema,
        rows: &[crate::ports::AttachmentRow],
        document: &Json,
    ) -> Vec<Issue> {
        let missing = schema
            .fields
            .iter()
            .filter(|field| field.is_file() && document.get(&field.name).is_none());
        let takes = |media_type: &String| {
            schema.fields.iter().any(|field| match &field.kind {
                domain::schema::FieldKind::File { media_types } => {
                    media_types.is_empty() || media_types.contains(media_type)
                }
                _ => false,
            })
        };
        let unfit = rows.iter().filter(|row| row.made_by.is_none() && !takes(&row.media_type));
        let name =
            |row: &crate::ports::AttachmentRow| format!("“{}” ({})", row.name, row.media_type);
        let names: Vec<String> = unfit.map(name).collect();
        if names.is_empty() {
            return Vec::new();
        }
        missing
            .map(|field| {
                let at = domain::json::pointer("", &field.name);
                Issue::warning(at, format!("can't take {}", names.join(", ")))
                    .suggesting("Convert it to PNG, JPEG or WebP and add it again.")
            })
            .collect()
    }
}
