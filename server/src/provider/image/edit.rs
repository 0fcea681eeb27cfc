//! The steps of a job in their fixed order.

use image::DynamicImage;

use super::encode::{self, Edited};
use super::job::{Crop, Flip, ImageJob, OutputFormat};
use super::resize::{resize, through_premultiplied};
use super::{ImageFault, decode, text};

/// Does the whole job. Pure: the same bytes and the same job give the same bytes.
///
/// Call it through [`super::run_child`] for anything from outside: only the child process bounds time and memory.
pub fn edit(source: &[u8], job: &ImageJob) -> Result<Edited, ImageFault> {
    let crop_to = job.crop()?;
    let picture = decode::open(source, decode::BROUGHT)?;
    let mut pixels = picture.pixels;
    if let Some(area) = crop_to {
        pixels = crop(&pixels, area)?;
    }
    pixels = resize(pixels, job)?;
    pixels = turn(pixels, job);
    if job.grayscale {
        pixels = pixels.grayscale();
    }
    pixels = tone(pixels, job);
    pixels = blur(pixels, job.blur);
    pixels = text::write(pixels, job)?;
    let format = encode::format_for(job, picture.format);
    encode::encode(pixels, format, job.quality, picture.profile)
}

/// Looks at the picture's header: whether it can be opened, and whether a crop lies inside it.
pub fn check_source(source: &[u8], job: &ImageJob) -> Result<(), ImageFault> {
    let size = decode::upright_size(source)?;
    job.crop()?.map_or(Ok(()), |area| within(area, size))
}

/// A quality was chosen and the result has none: only JPEG does. Unclear sources are told of elsewhere.
pub(super) fn ignores_quality(source: &[u8], job: &ImageJob) -> bool {
    let format = decode::format_of(source).map(|format| encode::format_for(job, format));
    job.quality.is_some() && format.is_ok_and(|format| format != OutputFormat::Jpeg)
}

fn within(area: Crop, (width, height): (u32, u32)) -> Result<(), ImageFault> {
    inside(("crop_x", area.x), ("crop_width", area.width), width)?;
    inside(("crop_y", area.y), ("crop_height", area.height), height)
}

fn crop(pixels: &DynamicImage, area: Crop) -> Result<DynamicImage, ImageFault> {
    within(area, (pixels.width(), pixels.height()))?;
    Ok(pixels.crop_imm(area.x, area.y, area.width, area.height))
}

fn inside(start: (&str, u32), length: (&str, u32), edge: u32) -> Result<(), ImageFault> {
    let outside = |field: &str, least: u32, most: u32| {
        let message = format!("The crop leaves the picture, which has {edge} pixels here.");
        Err(ImageFault::invalid(field, message, Some(format!("{least} to {most}"))))
    };
    if start.1 >= edge {
        return outside(start.0, 0, edge - 1);
    }
    if length.1 == 0 || length.1 > edge - start.1 {
        return outside(length.0, 1, edge - start.1);
    }
    Ok(())
}

fn turn(pixels: DynamicImage, job: &ImageJob) -> DynamicImage {
    let turned = match job.rotate {
        Some(90) => pixels.rotate90(),
        Some(180) => pixels.rotate180(),
        Some(270) => pixels.rotate270(),
        _ => pixels,
    };
    match job.flip {
        Flip::None => turned,
        Flip::Horizontal => turned.fliph(),
        Flip::Vertical => turned.flipv(),
    }
}

/// Through a table of 256 values, so that alpha stays as it is.
fn tone(mut pixels: DynamicImage, job: &ImageJob) -> DynamicImage {
    let (brightness, contrast) = (job.brightness.unwrap_or(0), job.contrast.unwrap_or(0));
    if brightness == 0 && contrast == 0 {
        return pixels;
    }
    let table: [u8; 256] = std::array::from_fn(|value| toned(value as f32, brightness, contrast));
    let apply = |channels: &mut [u8]| channels.iter_mut().for_each(|c| *c = table[usize::from(*c)]);
    match &mut pixels {
        DynamicImage::ImageLuma8(p) => apply(p),
        DynamicImage::ImageRgb8(p) => apply(p),
        DynamicImage::ImageLumaA8(p) => p.pixels_mut().for_each(|p| apply(&mut p.0[..1])),
        DynamicImage::ImageRgba8(p) => p.pixels_mut().for_each(|p| apply(&mut p.0[..3])),
        _ => unreachable!("decode gives 8-bit pixels and every step keeps them"),
    }
    pixels
}

fn toned(value: f32, brightness: i32, contrast: i32) -> u8 {
    let lighter = (value + brightness as f32 * 2.55).clamp(0.0, 255.0);
    let factor = ((100 + contrast) as f32 / 100.0).powi(2);
    ((lighter - 127.5) * factor + 127.5).round().clamp(0.0, 255.0) as u8
}

fn blur(pixels: DynamicImage, sigma: f32) -> DynamicImage {
    /// Below it the three boxes of the fast way are too coarse; above it an exact one takes too long.
    const EXACT_UP_TO: f32 = 3.0;
    /// A kernel this narrow changes no 8-bit value.
    const NOTHING: f32 = 0.1;
    if sigma < NOTHING {
        return pixels;
    }
    through_premultiplied(pixels, |p| {
        if sigma <= EXACT_UP_TO { p.blur(sigma) } else { p.fast_blur(sigma) }
    })
}
