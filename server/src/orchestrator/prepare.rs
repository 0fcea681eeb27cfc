//! Gathers what is known and builds the payload.

use domain::{
    information::Known,
    issue::Issue,
    json::Json,
    payload,
    run::{Draft, Run},
};

use super::{Orchestrator, hints::hints};
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
        issues.extend(hints(&schema, &files.rows, &document, &run.input.prompt));
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
}
