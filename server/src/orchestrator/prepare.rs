//! Gathers what is known and builds the payload.

use domain::{
    information::{Known, Reading},
    issue::Issue,
    json::Json,
    payload,
    run::{Draft, Run},
    schema::{Field, Schema},
};

use super::{Orchestrator, attachments::SessionFiles, hints::hints, links};
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
        if !registered.takes_files() {
            return Ok(self
                .draft_with(run, registered, &SessionFiles::default(), Vec::new())
                .await);
        }
        let schema = registered.schema();
        let mut trouble = self.follow(run, &links::named(&run.input)).await?;
        let mut files = self.session_files(run).await?;
        let used_before = self.used_before(run, &files).await?;
        let mut matched = files.matched(schema, &run.given, &used_before);
        let in_prompt = links::in_prompt(&run.input.prompt);
        if !in_prompt.is_empty() && lacks_a_file(schema, &run.given, &matched) {
            trouble.extend(self.follow(run, &in_prompt).await?);
            files = self.session_files(run).await?;
            matched = files.matched(schema, &run.given, &used_before);
        }
        let mut draft = self.draft_with(run, registered, &files, matched).await;
        draft.issues.extend(trouble);
        Ok(draft)
    }

    /// As [`Self::draft`], with the session's files at hand, and those of them that were matched to fields.
    pub(super) async fn draft_with(
        &self,
        run: &Run,
        registered: &Registered,
        files: &SessionFiles,
        matched: Vec<Known>,
    ) -> Draft {
        let (provider, schema) = (registered.provider.as_ref(), registered.schema());
        let given = run.given.iter().cloned();
        let Reading { known: read, unread } = provider.read_prompt(&run.input.prompt);
        let found: Vec<Known> = given.chain(matched).chain(read).collect();
        let information = payload::gather(schema, &found);
        let text = payload::build(&information);
        let document = Json::parse(&text).unwrap_or_default();
        let (used, _) = files.resolve(schema, &document);
        let mut issues = self.issues(registered, &document, files).await;
        issues.extend(hints(schema, &files.rows, &document));
        issues.extend(files.left_over(schema, &run.given, &used));
        issues.extend(payload::not_understood(schema, &run.given, &unread));
        Draft {
            confidence: payload::confidence(&information, &issues),
            payload_changes: payload::changes(&information),
            cost: provider.estimate_cost(&document),
            payload: text,
            files: used,
            issues,
            information,
            flags: Vec::new(),
        }
    }

    /// Everything that is wrong with a payload: by its schema, by the session's files, and by the
    /// provider's own look at it.
    pub(super) async fn issues(
        &self,
        registered: &Registered,
        document: &Json,
        files: &SessionFiles,
    ) -> Vec<Issue> {
        let provider: &dyn Provider = registered.provider.as_ref();
        let mut issues = registered.check(document);
        let (_, missing) = files.resolve(registered.schema(), document);
        issues.extend(missing);
        if issues.iter().all(|issue| !issue.blocks()) {
            issues.extend(provider.validate(document, self.files.as_ref()).await);
        }
        issues
    }
}

/// Whether a field for a file stays empty.
fn lacks_a_file(schema: &Schema, given: &[Known], matched: &[Known]) -> bool {
    let known = |field: &Field| given.iter().chain(matched).any(|it| it.field == field.name);
    schema.fields.iter().any(|field| field.is_file() && !known(field))
}
