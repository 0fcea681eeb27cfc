//! Small pictures for display: what is shown is always written by us, never the uploaded bytes.

use image::DynamicImage;

use super::encode::{Edited, encode};
use super::job::OutputFormat;
use super::resize::scale;
use super::{ImageFault, decode};

const QUALITY: u8 = 82;

/// The picture with no side longer than `max_edge`, never enlarged: JPEG, or PNG where something is transparent.
pub fn preview(source: &[u8], max_edge: u32) -> Result<Edited, ImageFault> {
    let decode::Picture { pixels, profile, .. } = decode::open(source, decode::SHOWN)?;
    let format = if pixels.color().has_alpha() { OutputFormat::Png } else { OutputFormat::Jpeg };
    encode(shrink(pixels, max_edge.max(1))?, format, Some(QUALITY), profile)
}

fn shrink(pixels: DynamicImage, max_edge: u32) -> Result<DynamicImage, ImageFault> {
    let longest = pixels.width().max(pixels.height());
    if longest <= max_edge {
        return Ok(pixels);
    }
    let at = |edge: u32| {
        let side = |s: u32| u64::from(s) * u64::from(edge) / u64::from(longest);
        [pixels.width(), pixels.height()].map(|s| u32::try_from(side(s)).unwrap_or(edge).max(1))
    };
    let [width, height] = at(max_edge);
    // Averaging first is many times faster on a large photo and as good for a small view of it.
    if longest / 3 > max_edge && !pixels.color().has_alpha() {
        let [middle_width, middle_height] = at(max_edge * 2);
        return scale(pixels.thumbnail_exact(middle_width, middle_height), width, height);
    }
    scale(pixels, width, height)
}
