//! The `image` provider: edits an uploaded picture on this machine.

use std::{path::PathBuf, time::Duration};

use async_trait::async_trait;
use domain::{
    event::Failure,
    information::{Known, file_digest},
    issue::Issue,
    json::{Json, pointer},
};

use super::{ImageFault, ImageJob, SCHEMA, run_child};
use crate::{
    files::Files,
    provider::{Call, Capabilities, Made, MadeFile, Provider},
};

/// The longest that editing one picture may take.
const LIMIT: Duration = Duration::from_secs(30);

/// Edits pictures in a child process of this program.
pub struct ImageProvider {
    capabilities: Capabilities,
    program: PathBuf,
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
            limit: LIMIT,
        };
        Self { capabilities, program }
    }
}
