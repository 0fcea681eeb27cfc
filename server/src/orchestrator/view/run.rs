//! One run with everything that its page shows.

use app::{
    api::{
        attachments::AttachmentView,
        runs::{Can, Progress, ResultView, RunView, TimelineEntry},
        tickets::TicketView,
    },
    error::ApiError,
};
use domain::{
    access::{Caller, Right, authorize},
    audit::Entry,
    information::FileRef,
    json::Json,
    run::Run,
    state::RunState,
};

use super::{attachment, stages, summary_of};
use crate::{
    orchestrator::{Orchestrator, attachments::SessionFiles, fault::told},
    ports::{Picture, StoredTicket, TicketStatus},
};

impl Orchestrator {
    /// One ticket of a run, as this caller sees it; for all of them, it is without a draft.
    pub(in crate::orchestrator) async fn one_ticket(
        &self,
        caller: Option<&Caller>,
        run: &Run,
        ticket: &StoredTicket,
    ) -> Result<TicketView, ApiError> {
        let files = self.session_files(run).await.map_err(told)?;
        self.ticket_view(caller, run, &files, ticket).await
    }

    /// How far the run is.
    pub(in crate::orchestrator) async fn progress_of(
        &self,
        run: &Run,
    ) -> Result<Progress, ApiError> {
        let history = self.store.history(run.id).await.map_err(told)?;
        let history: Vec<_> = history.into_iter().map(|entry| entry.entry).collect();
        let ticket = match run.state.ticket() {
            Some(ticket) => Some(self.open_ticket_view(run, ticket).await?),
            None => None,
        };
        Ok(Progress {
            summary: summary_of(run),
            stages: stages::stages(run, &history),
            ticket,
            timeline: history.iter().map(timeline_entry).collect(),
        })
    }

    /// Everything that the run's page shows to this caller.
    pub(in crate::orchestrator) async fn run_view(
        &self,
        caller: &Caller,
        picture: &Picture,
    ) -> Result<RunView, ApiError> {
        let Picture { run, tickets, history } = picture;
        let files = self.session_files(run).await.map_err(told)?;
        let open_id = run.state.ticket().map(|ticket| ticket.id);
        let (mut ticket, mut closed) = (None, Vec::new());
        for stored in tickets {
            let view = self.ticket_view(Some(caller), run, &files, stored).await?;
            if stored.status == TicketStatus::Pending && Some(stored.ticket.id) == open_id {
                ticket = Some(view);
            } else {
                closed.push(view);
            }
        }
        Ok(RunView {
            summary: summary_of(run),
            config: run.config.clone(),
            stages: stages::stages(run, history),
            ticket,
            closed,
            files: files.rows.iter().map(attachment).collect(),
            result: result(run, &files),
            end: match &run.state {
                RunState::Ended(ending) => Some(ending.clone()),
                _ => None,
            },
            timeline: history.iter().map(timeline_entry).collect(),
            can: can(caller, run),
            now: self.clock.now(),
        })
    }
}

fn can(caller: &Caller, run: &Run) -> Can {
    let may = |right| authorize(caller, right).is_ok();
    let working = matches!(run.state, RunState::Preparing { .. } | RunState::Calling(_));
    Can {
        decide: may(Right::Decide) && run.state.ticket().is_some(),
        pause: may(Right::Start)
            && working
            && run.pause_requested.is_none()
            && run.action.is_none(),
        cancel: may(Right::Start) && !run.state.is_over(),
    }
}

fn result(run: &Run, files: &SessionFiles) -> Option<ResultView> {
    let response = run.response.as_ref()?;
    let sources = run.draft.as_ref().map(|draft| draft.files.as_slice()).unwrap_or_default();
    let pretty = Json::parse(response.result()).map(|json| json.to_pretty());
    Some(ResultView {
        summary: response.summary.clone(),
        text: pretty.unwrap_or_else(|_| response.result().to_owned()),
        files: files.of_result(response).into_iter().map(attachment).collect(),
        sources: views(sources, files),
    })
}

pub(super) fn views(refs: &[FileRef], files: &SessionFiles) -> Vec<AttachmentView> {
    let row = |file: &FileRef| files.rows.iter().find(|row| row.id == file.id);
    refs.iter().filter_map(row).map(attachment).collect()
}

fn timeline_entry(of: &Entry) -> TimelineEntry {
    TimelineEntry {
        kind: of.kind,
        at: of.at,
        actor: of.actor.name().to_owned(),
        message: of.message.clone(),
        facts: of.facts.clone().into_iter().collect(),
        place: Some((of.step, of.status)),
    }
}
