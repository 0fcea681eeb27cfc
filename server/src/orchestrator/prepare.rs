//! Gathers what is known and builds the payload.

use domain::{
    information::Known,
    issue::Issue,
    json::Json,
    payload,
    run::{Draft, Run},
    schema::Field,
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
            return self.draft_with(run, registered, &SessionFiles::default()).await;
        }
        let mut trouble = self.follow(run, &links::named(&run.input)).await?;
        let mut files = self.session_files(run).await?;
        let in_prompt = links::in_prompt(&run.input.prompt);
        if !in_prompt.is_empty() && self.lack_some(run, registered, &files).await? {
            trouble.extend(self.follow(run, &in_prompt).await?);
            files = self.session_files(run).await?;
        }
        let mut draft = self.draft_with(run, registered, &files).await?;
        draft.issues.extend(trouble);
        Ok(draft)
    }

    /// Whether a field for a file stays empty.
    async fn lack_some(
        &self,
        run: &Run,
        registered: &Registered,
        files: &SessionFiles,
    ) -> Result<bool, StoreError> {
        let used_before = self.used_before(run, files).await?;
        let schema = registered.schema();
        let matched = files.matched(schema, &run.given, &used_before);
        let known =
            |field: &&Field| run.given.iter().chain(&matched).any(|it| it.field == field.name);
        Ok(schema.fields.iter().filter(|field| field.is_file()).any(|field| !known(&field)))
    }

    /// As [`Self::draft`], with the session's files at hand.
    pub(super) async fn draft_with(
        &self,
        run: &Run,
        registered: &Registered,
        files: &SessionFiles,
    ) -> Result<Draft, StoreError> {
        let (provider, schema) = (registered.provider.as_ref(), registered.schema());
        let used_before = self.used_before(run, files).await?;
        let found: Vec<Known> = run
            .given
            .iter()
            .cloned()
            .chain(files.matched(schema, &run.given, &used_before))
            .chain(provider.read_prompt(&run.input.prompt))
            .collect();
        let information = payload::gather(schema, &found);
        let text = payload::build(&information);
        let document = Json::parse(&text).unwrap_or_default();
        let (used, _) = files.resolve(schema, &document);
        let mut issues = self.issues(registered, &document, files).await;
        issues.extend(hints(schema, &files.rows, &document, &run.input.prompt));
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
