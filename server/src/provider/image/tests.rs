//! What the image provider promises, by pixels on small pictures.

mod hostile;
mod jobs;
mod orientation;
mod pictures;
mod previews;
mod profiles;
mod steps;
mod words;
