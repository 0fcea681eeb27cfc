//! How much agents may ask of people: a flood of questions would buy answers without a look.

use std::collections::BTreeMap;

use app::error::ApiError;
use domain::access::{Caller, CallerKind};

use super::Orchestrator;
use crate::ports::{Cap, Capped, StoreError};

/// What each agent may start and have waiting, and those that may more or less.
#[derive(Debug, Clone, Default)]
pub struct Caps {
    pub each: AgentCap,
    /// By the agent's name.
    pub named: BTreeMap<String, AgentCap>,
}

#[derive(Debug, Clone, Copy, Default)]
pub struct AgentCap {
    /// Runs that wait for people, or may come to.
    pub pending: u32,
    /// Runs that are started within an hour.
    pub per_hour: u32,
}

/// Nobody knows when people decide: long enough to be no burden, short enough to go on soon.
const TRY_AGAIN: u32 = 60;

impl Orchestrator {
    /// The cap of who starts something; people have none.
    pub(super) fn cap(&self, caller: &Caller) -> Option<Cap> {
        if caller.kind != CallerKind::Agent {
            return None;
        }
        let caps = &self.limits.agents;
        let AgentCap { pending, per_hour } = *caps.named.get(&caller.name).unwrap_or(&caps.each);
        Some(Cap { agent: caller.person, pending, per_hour })
    }

    /// Tells the log and the figures of an agent that asks more than it may.
    pub(super) fn note(&self, caller: &Caller, error: &StoreError) {
        let StoreError::Capped(capped) = error else { return };
        let limit = capped.name();
        self.metrics.capped(limit);
        tracing::warn!(audit = "capped", agent = %caller.person, limit, "an agent asks more than it may");
    }
}

/// What the agent is told.
pub(super) fn over(capped: Capped) -> ApiError {
    let (message, wait) = match capped {
        Capped::Pending(most) => {
            let message = format!(
                "{most} questions of this agent wait for people already; nothing was asked. Wait until some are decided"
            );
            (message, TRY_AGAIN)
        }
        Capped::PerHour { most, wait } => {
            let message =
                format!("this agent may start {most} runs in an hour, and did; nothing was asked");
            (message, wait)
        }
    };
    ApiError::Capped { message, wait }
}
