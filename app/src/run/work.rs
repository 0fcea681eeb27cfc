//! What a person makes of a proposed document: one document behind the form and the raw JSON.
//!
//! The same code runs on the server, for forms without script, and in the browser, at every key.

use std::collections::BTreeMap;

use domain::{
    issue::{Issue, Severity},
    json::{Json, top_key},
    patch::{Change, diff},
    schema::Schema,
};

use crate::api::tickets::{Edits, TicketView};

/// A proposed document and what was typed over it.
#[derive(Debug, Clone, PartialEq)]
pub struct Work {
    schema: Schema,
    proposed: Json,
    /// What the server found, and the document that it found it in.
    found: Vec<Issue>,
    start: Json,
    typed: Typed,
}

/// Where the last edit was made.
#[derive(Debug, Clone, PartialEq)]
enum Typed {
    /// Texts of controls over a document.
    Form { over: Json, texts: BTreeMap<String, String> },
    /// The raw text, and the last document that could be read from it.
    Raw { text: String, last: Json },
}

/// The document as it stands, and all that is to be said of it.
#[derive(Debug, Clone, PartialEq)]
pub struct Outcome {
    pub document: Json,
    pub changes: Vec<Change>,
    pub issues: Vec<Issue>,
    /// Something typed is no value, or breaks a rule that the browser can check: sending it is of no use.
    pub faulty: bool,
    /// Something typed can't be read as a value.
    pub misread: bool,
    /// The raw text can't be read at all.
    pub unreadable: bool,
}

impl Work {
    /// The ticket's proposal with the caller's draft over it.
    #[must_use]
    pub fn new(view: &TicketView) -> Self {
        let none = Edits::None;
        let (edits, found) = match &view.draft {
            Some(draft) if !draft.issues.is_empty() => (&draft.edits, &draft.issues),
            Some(draft) => (&draft.edits, &view.ticket.issues),
            None => (&none, &view.ticket.issues),
        };
        Self { found: found.clone(), ..Self::with(view, edits) }
    }

    /// The ticket's proposal with some edits over it.
    #[must_use]
    pub fn with(view: &TicketView, edits: &Edits) -> Self {
        let fields = view.form.iter().map(|control| control.field.clone()).collect();
        let proposed = Json::parse(&view.document).unwrap_or_default();
        let over = proposed.clone();
        let typed = match edits {
            Edits::Form(texts) => Typed::Form { over, texts: texts.clone() },
            Edits::Document(text) => {
                let last = Json::parse(text).unwrap_or(over);
                Typed::Raw { text: text.clone(), last }
            }
            Edits::None | Edits::Merge(_) => Typed::Form { over, texts: BTreeMap::new() },
        };
        let mut work = Self {
            schema: Schema { fields, open: true },
            start: proposed.clone(),
            proposed,
            found: view.ticket.issues.clone(),
            typed,
        };
        work.start = work.read().0;
        work
    }

    /// The server looked at the document as it stands and found this.
    pub fn refused(&mut self, found: Vec<Issue>) {
        self.found = found;
        self.start = self.read().0;
    }

    /// The raw text was edited last.
    #[must_use]
    pub const fn is_raw(&self) -> bool {
        matches!(self.typed, Typed::Raw { .. })
    }

    /// What a control shows.
    #[must_use]
    pub fn text(&self, name: &str) -> String {
        let document = match &self.typed {
            Typed::Form { texts, .. } if texts.contains_key(name) => return texts[name].clone(),
            Typed::Form { over, .. } => over,
            Typed::Raw { last, .. } => last,
        };
        self.shown(document, name)
    }

    /// What a control showed for the proposal.
    #[must_use]
    pub fn proposed_text(&self, name: &str) -> String {
        self.shown(&self.proposed, name)
    }

    fn shown(&self, document: &Json, name: &str) -> String {
        let field = self.schema.field(name);
        let shown = field.and_then(|field| field.show(document.get(name)?));
        shown.unwrap_or_default()
    }

    /// What the raw view shows.
    #[must_use]
    pub fn raw(&self) -> String {
        match &self.typed {
            Typed::Raw { text, .. } => text.clone(),
            Typed::Form { .. } => self.read().0.to_pretty(),
        }
    }

    /// A control was edited.
    pub fn type_field(&mut self, name: &str, text: String) {
        if let Typed::Raw { last, .. } = &self.typed {
            self.typed = Typed::Form { over: last.clone(), texts: BTreeMap::new() };
        }
        if let Typed::Form { texts, .. } = &mut self.typed {
            texts.insert(name.to_owned(), text);
        }
    }

    /// The raw text was edited.
    pub fn type_raw(&mut self, text: String) {
        let last = Json::parse(&text).unwrap_or_else(|_| self.read().0);
        self.typed = Typed::Raw { text, last };
    }

    /// Puts the value that mends an issue in its place.
    pub fn fix(&mut self, issue: &Issue) {
        let value = issue.fix.as_deref().and_then(|fix| Json::parse(fix).ok());
        if let Some(value) = value {
            self.set(&top_key(&issue.field), Some(value));
        }
    }

    /// Mends the first issue of a field that has a fix.
    pub fn fix_field(&mut self, name: &str) {
        let issues = self.outcome().issues;
        let of_field = |issue: &&Issue| issue.fix.is_some() && top_key(&issue.field) == name;
        if let Some(issue) = issues.iter().find(of_field) {
            self.fix(issue);
        }
    }

    /// Makes a field what was proposed.
    pub fn reset(&mut self, name: &str) {
        self.set(name, self.proposed.get(name).cloned());
    }

    /// Makes everything what was proposed.
    pub fn reset_all(&mut self) {
        self.typed = Typed::Form { over: self.proposed.clone(), texts: BTreeMap::new() };
    }

    fn set(&mut self, name: &str, value: Option<Json>) {
        let as_text = match (&value, self.schema.field(name)) {
            (Some(value), Some(field)) => field.show(value),
            _ => None,
        };
        let into = |document: &mut Json| match value {
            Some(value) => document.set(name, value),
            None => document.remove(name),
        };
        match (&mut self.typed, as_text) {
            (Typed::Form { texts, .. }, Some(text)) => {
                texts.insert(name.to_owned(), text);
            }
            (Typed::Form { over, texts }, None) => {
                texts.remove(name);
                into(over);
            }
            (Typed::Raw { text, last }, _) => {
                into(last);
                *text = last.to_pretty();
            }
        }
    }

    /// What is to be sent or kept: nothing if nothing was typed, the controls' texts if that is all there is to it,
    /// else the whole document.
    #[must_use]
    pub fn edits(&self) -> Edits {
        match &self.typed {
            Typed::Raw { text, .. } => Edits::Document(text.clone()),
            Typed::Form { over, texts } if *over == self.proposed => {
                if texts.is_empty() {
                    Edits::None
                } else {
                    Edits::Form(texts.clone())
                }
            }
            Typed::Form { .. } => Edits::Document(self.read().0.to_pretty()),
        }
    }

    /// The document that the edits lead to, and what can't be read as a value.
    fn read(&self) -> (Json, Vec<Issue>) {
        match &self.typed {
            Typed::Raw { text, last } => {
                let fault = Json::parse(text).err().map(Issue::from);
                (last.clone(), fault.into_iter().collect())
            }
            Typed::Form { over, texts } => {
                let mut document = over.clone();
                let mut issues = Vec::new();
                // One at a time, so that one text that is no value doesn't hold up the others.
                for (name, text) in texts {
                    let mut one = BTreeMap::new();
                    one.insert(name.clone(), text.clone());
                    match self.schema.apply_form(&document, &one) {
                        Ok(edited) => document = edited,
                        Err(found) => issues.extend(found),
                    }
                }
                (document, issues)
            }
        }
    }

    /// The document as it stands, with the differences to the proposal and the issues.
    #[must_use]
    pub fn outcome(&self) -> Outcome {
        let (document, mut issues) = self.read();
        let misread = !issues.is_empty();
        let unreadable = self.is_raw() && misread;
        let changes = diff(&self.proposed, &document);
        if !self.schema.fields.is_empty() && !unreadable {
            let checked = self.schema.check(&document);
            let fresh = checked.into_iter().filter(|issue| !same_field(&issues, issue));
            issues.extend(fresh.collect::<Vec<_>>());
        }
        let faulty = issues.iter().any(Issue::blocks);
        let same_place = |issue: &Issue| {
            let key = top_key(&issue.field);
            if key.is_empty() {
                document == self.start
            } else {
                document.get(&key) == self.start.get(&key)
            }
        };
        for issue in self.found.iter().filter(|issue| same_place(issue)) {
            if issues.iter().all(|known| known.field != issue.field || known.issue != issue.issue) {
                issues.push(issue.clone());
            }
        }
        // The worst first, else as they came.
        let (mut sorted, rest): (Vec<_>, Vec<_>) = issues.into_iter().partition(Issue::blocks);
        let (warnings, rest): (Vec<_>, Vec<_>) =
            rest.into_iter().partition(|issue| issue.severity == Severity::Warning);
        sorted.extend(warnings);
        sorted.extend(rest);
        Outcome { document, changes, issues: sorted, faulty, misread, unreadable }
    }
}

fn same_field(issues: &[Issue], issue: &Issue) -> bool {
    issues.iter().any(|known| top_key(&known.field) == top_key(&issue.field))
}
