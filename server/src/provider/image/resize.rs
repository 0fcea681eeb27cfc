//! New sizes: which part of the picture is used, how large it becomes, and that it can be done in memory.

use image::imageops::FilterType;
use image::{DynamicImage, Pixel};

use super::job::{Fit, ImageJob};
use super::{ImageFault, STEP_MEMORY};

/// The longest side that is asked for.
pub(super) const MAX_SIDE: u64 = 8000;

pub(super) fn resize(pixels: DynamicImage, job: &ImageJob) -> Result<DynamicImage, ImageFault> {
    let (width, height) = (pixels.width(), pixels.height());
    let (new_width, new_height) = match (job.width, job.height, job.fit) {
        (None, None, _) => return Ok(pixels),
        (Some(w), None, _) => (w, following("width", (width, height), w)?),
        (None, Some(h), _) => (following("height", (height, width), h)?, h),
        (Some(w), Some(h), Fit::Contain) => contained((width, height), (w, h)),
        (Some(w), Some(h), Fit::Cover | Fit::Stretch) => (w, h),
    };
    let covers = job.fit == Fit::Cover && job.width.is_some() && job.height.is_some();
    let part = if covers { middle(pixels, (new_width, new_height)) } else { pixels };
    scale(part, new_width, new_height)
}

/// The other side at the same shape; `from` is (the side that is given, the side that follows).
fn following(field: &str, from: (u32, u32), to: u32) -> Result<u32, ImageFault> {
    let (given, other) = (u64::from(from.0), u64::from(from.1));
    let follows = rounded(other * u64::from(to), given);
    if follows > MAX_SIDE {
        let most = (MAX_SIDE * given / other).max(1);
        let message =
            format!("The other side would become {follows} pixels, more than {MAX_SIDE}.");
        return Err(ImageFault::invalid(field, message, Some(format!("1 to {most}"))));
    }
    Ok(to_side(follows))
}

fn contained(from: (u32, u32), to: (u32, u32)) -> (u32, u32) {
    let (width, height) = (u64::from(from.0), u64::from(from.1));
    let (to_width, to_height) = (u64::from(to.0), u64::from(to.1));
    if width * to_height > height * to_width {
        (to.0, to_side(rounded(height * to_width, width)))
    } else {
        (to_side(rounded(width * to_height, height)), to.1)
    }
}

/// The largest part in the middle that has the shape of `to`.
fn middle(pixels: DynamicImage, to: (u32, u32)) -> DynamicImage {
    let (width, height) = contained(to, (pixels.width(), pixels.height()));
    let (x, y) = ((pixels.width() - width) / 2, (pixels.height() - height) / 2);
    if (width, height) == (pixels.width(), pixels.height()) {
        return pixels;
    }
    pixels.crop_imm(x, y, width, height)
}

fn rounded(dividend: u64, divisor: u64) -> u64 {
    ((dividend + divisor / 2) / divisor).max(1)
}

fn to_side(value: u64) -> u32 {
    u32::try_from(value).expect("a side of at most the limit fits")
}

pub(super) fn scale(
    pixels: DynamicImage,
    width: u32,
    height: u32,
) -> Result<DynamicImage, ImageFault> {
    if (pixels.width(), pixels.height()) == (width, height) {
        return Ok(pixels);
    }
    // The filter goes through four floats a pixel at the old width and the new height.
    let channels = u64::from(pixels.color().channel_count());
    let sizes = [
        u64::from(pixels.width()) * u64::from(pixels.height()) * channels,
        u64::from(pixels.width()) * u64::from(height) * 16,
        u64::from(width) * u64::from(height) * channels,
    ];
    if sizes.iter().sum::<u64>() > STEP_MEMORY {
        return Err(ImageFault::memory());
    }
    Ok(through_premultiplied(pixels, |p| p.resize_exact(width, height, FilterType::Lanczos3)))
}

/// Filters mix neighbours: without this, the unseen colour of transparent pixels would bleed into the seen ones.
pub(super) fn through_premultiplied(
    mut pixels: DynamicImage,
    step: impl Fn(&DynamicImage) -> DynamicImage,
) -> DynamicImage {
    if !pixels.color().has_alpha() {
        return step(&pixels);
    }
    on_alpha(&mut pixels, |c, alpha| (c * alpha + 127) / 255);
    let mut filtered = step(&pixels);
    on_alpha(&mut filtered, |c, alpha| (c * 255 + alpha / 2).checked_div(alpha).unwrap_or(0));
    filtered
}

fn on_alpha(pixels: &mut DynamicImage, change: impl Fn(u32, u32) -> u32) {
    let each = |channels: &mut [u8]| {
        let (alpha, colours) = channels.split_last_mut().expect("a pixel has channels");
        let alpha = u32::from(*alpha);
        let changed = |c: &u8| u8::try_from(change(u32::from(*c), alpha).min(255)).unwrap_or(255);
        colours.iter_mut().for_each(|c| *c = changed(c));
    };
    match pixels {
        DynamicImage::ImageLumaA8(p) => p.pixels_mut().for_each(|p| each(p.channels_mut())),
        DynamicImage::ImageRgba8(p) => p.pixels_mut().for_each(|p| each(p.channels_mut())),
        _ => (),
    }
}
