//! The `image` provider: edits an uploaded picture on this machine.

use std::{path::PathBuf, time::Duration};

use async_trait::async_trait;
use domain::{
    event::Failure,
    information::{Reading, file_digest, file_value},
    issue::Issue,
    json::{Json, pointer},
};
use tokio::sync::{Semaphore, SemaphorePermit};

use super::{AT_ONCE, Edited, ImageFault, ImageJob, SCHEMA, preview_child, run_child};
use crate::{
    files::Files,
    provider::{Call, Capabilities, Made, MadeFile, Provider},
};

/// The longest that editing one picture may take.
const LIMIT: Duration = Duration::from_secs(60);
/// How long a call waits for its turn: with the editing it stays within the limit of a call.
const PATIENCE: Duration = Duration::from_secs(45);

/// Edits pictures in a child process of this program.
pub struct ImageProvider {
    capabilities: Capabilities,
    program: PathBuf,
    places: Semaphore,
    patience: Duration,
}

impl ImageProvider {
    /// `program` is this executable: it is started again for each picture.
    #[must_use]
    pub fn new(program: PathBuf) -> Self {
        let capabilities = Capabilities {
            name: "image",
            title: "Edit a picture",
            description: "resizes, crops, turns, adjusts, labels and converts pictures on this \
                          machine; nothing leaves it",
            version: "1",
            json_schema: SCHEMA,
            examples: &[
                "Make it 800 pixels wide and black and white",
                "Turn it right and save it as JPEG",
                "Crop it to a square of 600 pixels and write \"Draft\" in the lower right corner",
            ],
            // Pictures are made from pictures: doing it twice gives the same picture.
            repeat_safe: true,
            limit: LIMIT * 2,
        };
        let places = Semaphore::new(AT_ONCE);
        Self { capabilities, program, places, patience: PATIENCE }
    }

    /// Nothing has begun without a place, so it can be tried again.
    async fn place(&self) -> Result<SemaphorePermit<'_>, Failure> {
        match tokio::time::timeout(self.patience, self.places.acquire()).await {
            Ok(Ok(place)) => Ok(place),
            _ => {
                let message = "Other pictures are being edited; this one had no turn.".to_owned();
                Err(Failure::Busy { message, retry_after_seconds: Some(10) })
            }
        }
    }
}

#[async_trait]
impl Provider for ImageProvider {
    fn capabilities(&self) -> &Capabilities {
        &self.capabilities
    }

    fn read_prompt(&self, prompt: &str) -> Reading {
        super::prompt::read_prompt(prompt)
    }

    /// Looks into the picture as well: whether a crop lies inside it, for instance. A payload that changes nothing may
    /// be meant so, and is only said to be one.
    async fn validate(&self, payload: &Json, files: &dyn Files) -> Vec<Issue> {
        let job = match ImageJob::parse(&payload.to_text()) {
            Ok(job) => job,
            Err(fault) => return vec![issue(fault)],
        };
        let Some(digest) = file_digest(&job.image) else { return Vec::new() };
        match files.get(&digest).await {
            Ok(Some(source)) => match super::check_source(&source, &job) {
                Ok(()) => unchanged(payload).into_iter().chain(no_quality(&source, &job)).collect(),
                Err(fault) => vec![issue(fault)],
            },
            Ok(None) => vec![Issue::error("/image", "is not stored here any more; add it again")],
            Err(error) => vec![Issue::error("/image", format!("could not be read: {error}"))],
        }
    }

    fn deed(&self, payload: &Json) -> String {
        super::prompt::deed(payload)
    }

    async fn check(&self) -> Result<(), String> {
        let mut tiny = std::io::Cursor::new(Vec::new());
        let drawn = image::RgbImage::new(2, 2).write_to(&mut tiny, image::ImageFormat::Png);
        drawn.map_err(|error| error.to_string())?;
        let seen = preview_child(&self.program, tiny.into_inner().into(), 2, LIMIT).await;
        seen.map(drop).map_err(|fault| {
            format!("the process that draws pictures failed ({fault}); check the limits of processes and memory")
        })
    }

    async fn execute(&self, call: Call) -> Result<Made, Failure> {
        let job = ImageJob::parse(&call.payload).map_err(failure)?;
        let digest = file_digest(&job.image);
        let digest = digest.ok_or_else(|| refused("the payload names no picture"))?;
        // Before the bytes, which would fill the memory with calls that wait.
        let _place = self.place().await?;
        let source = match call.files.get(&digest).await {
            Ok(Some(source)) => source,
            Ok(None) => return Err(refused("the picture is not stored here any more")),
            Err(error) => return Err(Failure::Unreachable { message: error.to_string() }),
        };
        let edited = run_child(&self.program, source, &call.payload, LIMIT).await;
        Ok(made(edited.map_err(failure)?))
    }
}

fn made(edited: Edited) -> Made {
    let Edited { bytes, media_type, width, height } = edited;
    let extension = media_type.trim_start_matches("image/").replace("jpeg", "jpg");
    let file = MadeFile {
        name: format!("result.{extension}"),
        media_type: media_type.to_owned(),
        bytes: bytes.into(),
    };
    let answer = Json::Object(vec![
        ("image".to_owned(), Json::text(file_value(&file.digest()))),
        ("media_type".to_owned(), Json::text(media_type)),
        ("width".to_owned(), Json::Number(width.to_string())),
        ("height".to_owned(), Json::Number(height.to_string())),
        ("size".to_owned(), Json::Number(file.bytes.len().to_string())),
    ]);
    let kind = extension.to_uppercase();
    Made {
        text: answer.to_text(),
        files: vec![file],
        summary: format!("Made a {kind} picture of {width} × {height} pixels."),
        quality: None,
        flags: Vec::new(),
    }
}

fn issue(fault: ImageFault) -> Issue {
    match fault {
        ImageFault::Invalid { field, message, allowed } => {
            let issue = Issue::error(pointer("", &field), message);
            match allowed {
                Some(allowed) => issue.suggesting(format!("Allowed: {allowed}.")),
                None => issue,
            }
        }
        fault => Issue::error("/image", fault.to_string())
            .suggesting("Choose another picture, or change what is done with it."),
    }
}

fn unchanged(payload: &Json) -> Option<Issue> {
    super::prompt::changes_nothing(payload).then(|| {
        Issue::warning("", "Nothing would be changed in the picture.").suggesting(
            "Set what is to be done. Left so, it only loses its location and camera data.",
        )
    })
}

fn no_quality(source: &[u8], job: &ImageJob) -> Option<Issue> {
    super::edit::ignores_quality(source, job).then(|| {
        Issue::warning("/quality", "has no effect: only a JPEG has a quality")
            .suggesting("Choose JPEG as the file type, or leave the quality out.")
    })
}

/// Nothing leaves this machine, so each fault proves that nothing happened.
fn failure(fault: ImageFault) -> Failure {
    match fault {
        ImageFault::Internal { message } => {
            tracing::error!(error = %message, "a picture could not be edited");
            Failure::Unreachable { message: "The picture could not be edited.".to_owned() }
        }
        fault => Failure::Invalid { issues: vec![issue(fault)] },
    }
}

fn refused(message: &str) -> Failure {
    Failure::Refused { message: message.to_owned() }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn a_call_that_gets_no_place_in_time_is_busy_and_not_unknown() {
        let unwaiting = ImageProvider::new(PathBuf::new());
        let provider = ImageProvider { patience: Duration::ZERO, ..unwaiting };
        let both = [provider.place().await.unwrap(), provider.place().await.unwrap()];
        let failure = provider.place().await.unwrap_err();
        assert!(matches!(failure, Failure::Busy { .. }), "{failure:?}");
        drop(both);
        assert!(provider.place().await.is_ok());
    }

    #[test]
    fn waiting_and_editing_fit_into_the_limit_of_a_call() {
        let provider = ImageProvider::new(PathBuf::new());
        assert!(provider.patience + LIMIT < provider.capabilities.limit);
    }
}
