//! From pixels to a file that holds nothing but these pixels and what they mean as colours.

use image::codecs::jpeg::JpegEncoder;
use image::codecs::png::PngEncoder;
use image::codecs::webp::WebPEncoder;
use image::{DynamicImage, ImageEncoder, ImageError, ImageFormat, ImageResult, Rgb, RgbImage};

use super::job::{ImageJob, OutputFormat};
use super::{ImageFault, MAX_RESULT_BYTES};

const DEFAULT_QUALITY: u8 = 85;

/// A picture as a file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Edited {
    pub bytes: Vec<u8>,
    pub media_type: &'static str,
    pub width: u32,
    pub height: u32,
}

impl OutputFormat {
    pub(super) fn media_type(self) -> &'static str {
        match self {
            Self::Png => "image/png",
            Self::Jpeg => "image/jpeg",
            Self::Webp => "image/webp",
        }
    }

    /// The longest side that the file type can hold.
    fn max_side(self) -> u32 {
        match self {
            Self::Png => u32::MAX,
            Self::Jpeg => 65_535,
            Self::Webp => 16_383,
        }
    }
}

pub(super) fn format_for(job: &ImageJob, source: ImageFormat) -> OutputFormat {
    job.format.unwrap_or(match source {
        ImageFormat::Jpeg => OutputFormat::Jpeg,
        ImageFormat::WebP => OutputFormat::Webp,
        _ => OutputFormat::Png,
    })
}

pub(super) fn encode(
    pixels: DynamicImage,
    format: OutputFormat,
    quality: Option<u8>,
    profile: Option<Vec<u8>>,
) -> Result<Edited, ImageFault> {
    let (width, height) = (pixels.width(), pixels.height());
    if width.max(height) > format.max_side() {
        let message = format!("This file type holds at most {} pixels a side.", format.max_side());
        return Err(ImageFault::invalid("format", message, Some("png".to_owned())));
    }
    // A profile of colours says nothing about grays.
    let profile = profile.filter(|_| pixels.color().has_color());
    let quality = quality.unwrap_or(DEFAULT_QUALITY);
    let bytes = write(pixels, format, quality, profile).map_err(ImageFault::internal)?;
    if bytes.len() > MAX_RESULT_BYTES {
        return Err(ImageFault::TooLarge {
            message: format!(
                "The result has {} bytes. Choose JPEG or a smaller size.",
                bytes.len()
            ),
            limit: format!("{MAX_RESULT_BYTES} bytes"),
        });
    }
    Ok(Edited { bytes, media_type: format.media_type(), width, height })
}

fn write(
    pixels: DynamicImage,
    format: OutputFormat,
    quality: u8,
    profile: Option<Vec<u8>>,
) -> ImageResult<Vec<u8>> {
    let mut bytes = Vec::new();
    match format {
        OutputFormat::Png => through(PngEncoder::new(&mut bytes), &pixels, profile)?,
        OutputFormat::Webp => through(WebPEncoder::new_lossless(&mut bytes), &pixels, profile)?,
        OutputFormat::Jpeg => {
            let encoder = JpegEncoder::new_with_quality(&mut bytes, quality);
            through(encoder, &on_white(pixels), profile)?;
        }
    }
    Ok(bytes)
}

fn through(
    mut encoder: impl ImageEncoder,
    pixels: &DynamicImage,
    profile: Option<Vec<u8>>,
) -> ImageResult<()> {
    if let Some(profile) = profile {
        encoder.set_icc_profile(profile).map_err(ImageError::Unsupported)?;
    }
    pixels.write_with_encoder(encoder)
}

fn on_white(pixels: DynamicImage) -> DynamicImage {
    if !pixels.color().has_alpha() {
        return pixels;
    }
    let source = pixels.into_rgba8();
    let flat = RgbImage::from_fn(source.width(), source.height(), |x, y| {
        let [red, green, blue, alpha] = source.get_pixel(x, y).0.map(u32::from);
        let over =
            |c: u32| u8::try_from((c * alpha + 255 * (255 - alpha) + 127) / 255).unwrap_or(255);
        Rgb([over(red), over(green), over(blue)])
    });
    flat.into()
}
