//! Small pictures to edit, and a look at the results.

use std::io::Cursor;

use image::{DynamicImage, ImageFormat, Rgb, RgbImage, RgbaImage};
use serde_json::{Value, json};

use crate::provider::image::{Edited, ImageFault, ImageJob, edit};

/// Four by two; every pixel is another colour, so each move shows.
pub fn tiles() -> RgbImage {
    RgbImage::from_fn(4, 2, |x, y| Rgb(tile(x, y)))
}

pub fn tile(x: u32, y: u32) -> [u8; 3] {
    [40 * x as u8 + 20, 100 * y as u8 + 50, 200 - 30 * x as u8]
}

pub fn plain(width: u32, height: u32, colour: [u8; 3]) -> RgbImage {
    RgbImage::from_pixel(width, height, Rgb(colour))
}

pub fn file(picture: impl Into<DynamicImage>, format: ImageFormat) -> Vec<u8> {
    let mut bytes = Cursor::new(Vec::new());
    picture.into().write_to(&mut bytes, format).unwrap();
    bytes.into_inner()
}

pub fn png(picture: impl Into<DynamicImage>) -> Vec<u8> {
    file(picture, ImageFormat::Png)
}

/// A payload with a picture and these fields.
pub fn payload(fields: Value) -> String {
    let mut all = json!({ "image": format!("sha256:{}", "0".repeat(64)) });
    all.as_object_mut().unwrap().extend(fields.as_object().unwrap().clone());
    all.to_string()
}

pub fn job(fields: Value) -> ImageJob {
    ImageJob::parse(&payload(fields)).unwrap()
}

pub fn edited(source: &[u8], fields: Value) -> Edited {
    edit(source, &job(fields)).unwrap()
}

pub fn pixels(edited: &Edited) -> RgbImage {
    decoded(edited).into_rgb8()
}

pub fn with_alpha(edited: &Edited) -> RgbaImage {
    decoded(edited).into_rgba8()
}

fn decoded(edited: &Edited) -> DynamicImage {
    let picture = image::load_from_memory(&edited.bytes).unwrap();
    assert_eq!((picture.width(), picture.height()), (edited.width, edited.height));
    picture
}

/// Field and allowed values of a fault that a person can fix.
pub fn invalid<T: std::fmt::Debug>(result: Result<T, ImageFault>) -> (String, String) {
    match result {
        Err(ImageFault::Invalid { field, allowed, .. }) => (field, allowed.unwrap_or_default()),
        other => panic!("{other:?}"),
    }
}
