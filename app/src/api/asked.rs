//! An agent's own action, as programs ask about it.

use domain::{
    id::{RunId, TicketId},
    policy::HitlConfig,
    state::{EndReason, Status},
};

use serde::{Deserialize, Serialize};

use super::tickets::TicketView;

/// What an agent asks about.
#[derive(Debug, Clone, PartialEq)]
pub struct NewAction {
    /// 1 to 200 characters.
    pub name: String,
    /// A JSON object as text.
    pub arguments: String,
    /// What the agent says about it: JSON as text.
    pub context: Option<String>,
    /// A JSON Schema of the arguments, as text.
    pub schema: Option<String>,
    /// Where to tell what became of it.
    pub callback: Option<String>,
    pub config: HitlConfig,
}

/// A ticket of any kind and, where it is about an agent's own action, what the agent needs to go on.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Asked {
    pub run: RunId,
    pub status: Status,
    pub end_reason: Option<EndReason>,
    pub view: TicketView,
    /// The action's name; `None` for other tickets.
    pub action: Option<String>,
    /// What the agent said about it.
    pub context: Option<String>,
    /// The exact arguments that the agent may act with; `None` while it may not.
    pub arguments: Option<String>,
    /// What a person filled in where they answered instead: the arguments as they left them.
    pub answer: Option<String>,
    /// What the agent reported, as JSON text.
    pub result: Option<String>,
}

/// What became of an action.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Report {
    pub ticket: TicketId,
    pub succeeded: bool,
    /// JSON as text.
    pub result: String,
}
