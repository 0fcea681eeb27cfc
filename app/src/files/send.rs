//! Carries files to the server's upload door and follows their progress.

use js_sys::{Date, Function};
use leptos::prelude::*;
use wasm_bindgen::{JsCast, JsValue, closure::Closure};
use web_sys::{File, FormData, ProgressEvent, XmlHttpRequest};

use super::{Home, Item, Phase, Uploads, keep, text};
use crate::{
    api::session::Session,
    live::{Link, Live},
};

const DOOR: &str = "/api/hitl/attachments";
/// A line on which nothing moves for so long is dead; in milliseconds.
const PATIENCE: f64 = 60_000.0;

/// What only the browser has of an upload.
pub struct Job {
    key: String,
    file: File,
    request: Option<XmlHttpRequest>,
}

impl Uploads {
    /// Sends files, and keeps them on the device until the server has them.
    pub fn add(self, home: &Home, files: Vec<File>) {
        for file in files {
            let key = fresh_key();
            keep::put(&key, home, &file);
            self.enter(key, home.clone(), file);
        }
    }

    fn enter(self, key: String, home: Home, file: File) {
        let phase = ArcRwSignal::new(Phase::Sending(0));
        let item =
            Item { key: key.clone(), home, name: file.name(), size: file.size() as u64, phase };
        self.jobs.update_value(|jobs| jobs.push(Job { key, file, request: None }));
        self.items.update(|items| items.push(item.clone()));
        self.send(item);
    }

    /// Goes on with what an earlier page of the same person didn't finish.
    pub fn go_on(self) {
        let me = Session::current().caller.map(|caller| caller.person);
        keep::all(move |kept| {
            for (key, home, file) in kept {
                if Some(home.by) == me {
                    self.enter(key, home, file);
                } else {
                    keep::forget(&key);
                }
            }
        });
    }

    /// Sends what broke off whenever there is a line again.
    pub fn go_on_with(self, live: Live) {
        Effect::new(move |_| {
            if matches!(live.link(), Some(Link::Live | Link::Looking)) {
                for item in self.items.get_untracked() {
                    if item.phase.get_untracked() == Phase::Broken {
                        self.send(item);
                    }
                }
            }
        });
    }

    /// Sends one that broke off.
    pub fn again(self, key: &str) {
        let found = self.items.with_untracked(|items| items.iter().find(|i| i.key == key).cloned());
        if let Some(item) = found {
            self.send(item);
        }
    }

    /// Stops an upload and takes it off the list.
    pub fn cancel(self, key: &str) {
        // Off the list first: what the request still reports is about nothing then.
        self.items.update(|items| items.retain(|item| item.key != key));
        self.drop_job(key);
    }

    fn drop_job(self, key: &str) {
        let mut request = None;
        self.jobs.update_value(|jobs| {
            if let Some(at) = jobs.iter().position(|job| job.key == key) {
                request = jobs.swap_remove(at).request;
            }
        });
        if let Some(request) = request {
            // One that is over can't be stopped, and needn't.
            let _ = request.abort();
        }
        keep::forget(key);
    }

    fn send(self, item: Item) {
        item.phase.set(Phase::Sending(0));
        let sent = self.jobs.try_update_value(|jobs| {
            let job = jobs.iter_mut().find(|job| job.key == item.key)?;
            let request = self.request(&item, &job.file).ok();
            job.request.clone_from(&request);
            request
        });
        if sent.flatten().is_none() {
            item.phase.set(Phase::Broken);
        }
    }

    fn request(self, item: &Item, file: &File) -> Result<XmlHttpRequest, JsValue> {
        let form = FormData::new()?;
        match item.home.run {
            Some(run) => form.append_with_str("run_id", &run.to_string())?,
            None => form.append_with_str("session_id", &item.home.session)?,
        }
        form.append_with_blob_and_filename("file", file, &file.name())?;
        let request = XmlHttpRequest::new()?;
        request.open("POST", DOOR)?;
        request.set_request_header("Idempotency-Key", &item.key)?;
        let (phase, moving, began) = (item.phase.clone(), request.clone(), Date::now());
        let progress = move |event: ProgressEvent| {
            let part = event.loaded() / event.total().max(1.0);
            phase.set(Phase::Sending((part * 100.0) as u8));
            // It counts from the start. None is set before something moves: the browser may still send other files.
            moving.set_timeout((Date::now() - began + PATIENCE) as u32);
        };
        request.upload()?.set_onprogress(Some(&function(progress)));
        let (item, of) = (item.clone(), request.clone());
        let ended = move |_: ProgressEvent| self.ended(&item, &of);
        request.set_onloadend(Some(&function(ended)));
        request.send_with_opt_form_data(Some(&form))?;
        Ok(request)
    }

    fn ended(self, item: &Item, request: &XmlHttpRequest) {
        let known = |items: &Vec<Item>| items.iter().any(|one| one.key == item.key);
        if !self.items.with_untracked(known) {
            return;
        }
        let answer = request.response_text().ok().flatten().unwrap_or_default();
        let phase = outcome(request.status().unwrap_or_default(), &answer);
        let said = match &phase {
            Phase::Done(_) => "is uploaded",
            _ => "was not uploaded",
        };
        self.said.set(format!("{} {said}", item.name));
        if phase != Phase::Broken {
            self.drop_job(&item.key);
        }
        item.phase.set(phase);
    }
}

fn outcome(status: u16, answer: &str) -> Phase {
    match status {
        200 | 201 => text::attachment(answer).map_or(Phase::Broken, Phase::Done),
        // No answer, or none that would be the same the next time.
        0 | 401 | 408 | 429 | 500.. => Phase::Broken,
        _ => {
            let why = text::problem(answer);
            let why = why.unwrap_or_else(|| "the server does not take it".to_owned());
            Phase::Refused(format!("Not uploaded: {}.", why.trim_end_matches('.')))
        }
    }
}

/// A name for this choice of a file: choosing it again is another upload.
fn fresh_key() -> String {
    let random = || (js_sys::Math::random() * 1e15) as u64;
    format!("upload-{:x}-{:x}", random(), random())
}

/// The browser keeps it as long as the request.
fn function(run: impl FnMut(ProgressEvent) + 'static) -> Function {
    Closure::<dyn FnMut(ProgressEvent)>::new(run).into_js_value().unchecked_into()
}
