//! From untrusted bytes to upright 8-bit pixels, with every limit tested on the header first.

use std::io::Cursor;

use image::metadata::Orientation;
use image::{DynamicImage, ImageDecoder, ImageError, ImageFormat, ImageReader, Limits};

use super::resize::MAX_SIDE;
use super::{
    ImageFault, MAX_DECODE_BYTES, MAX_PIXELS, MAX_RESULT_BYTES, MAX_SOURCE_BYTES, jpeg, profile,
};

const TAKEN: &str = "PNG, JPEG or WebP";

/// How large a picture may be that is opened.
#[derive(Debug, Clone, Copy)]
pub(super) struct Bounds {
    pub bytes: usize,
    pub pixels: u64,
}

/// For what people bring.
pub(super) const BROUGHT: Bounds = Bounds { bytes: MAX_SOURCE_BYTES, pixels: MAX_PIXELS };
/// For what is only shown: whatever is made here can be looked at.
pub(super) const SHOWN: Bounds = Bounds { bytes: MAX_RESULT_BYTES, pixels: MAX_SIDE * MAX_SIDE };

const _: () = assert!(SHOWN.pixels * 4 <= MAX_DECODE_BYTES, "each result can be decoded");

impl Bounds {
    pub fn hold(self, bytes: usize) -> Result<(), ImageFault> {
        if bytes <= self.bytes {
            return Ok(());
        }
        Err(ImageFault::TooLarge {
            message: format!("The picture file has {bytes} bytes."),
            limit: format!("{} bytes", self.bytes),
        })
    }
}

pub(super) struct Picture {
    /// Luma, LumaA, Rgb or Rgba with 8 bits; an alpha channel only where something is transparent.
    pub pixels: DynamicImage,
    pub format: ImageFormat,
    /// What the pixels mean as colours, where the source says it.
    pub profile: Option<Vec<u8>>,
}

/// Width and height as a person sees the picture. Reads the header only.
pub(super) fn upright_size(source: &[u8]) -> Result<(u32, u32), ImageFault> {
    let (_, mut decoder) = header(source, BROUGHT)?;
    let (width, height) = decoder.dimensions();
    Ok(match decoder.orientation().unwrap_or(Orientation::NoTransforms) {
        Orientation::Rotate90
        | Orientation::Rotate270
        | Orientation::Rotate90FlipH
        | Orientation::Rotate270FlipH => (height, width),
        _ => (width, height),
    })
}

pub(super) fn open(source: &[u8], bounds: Bounds) -> Result<Picture, ImageFault> {
    let (format, mut decoder) = header(source, bounds)?;
    let profile = decoder.icc_profile().ok().flatten();
    let profile = profile.and_then(|whole| profile::essence(&whole));
    let orientation = decoder.orientation().unwrap_or(Orientation::NoTransforms);
    let pixels = DynamicImage::from_decoder(decoder).map_err(|e| fault(&e))?;
    let mut pixels = eight_bits(pixels);
    pixels.apply_orientation(orientation);
    Ok(Picture { pixels, format, profile })
}

fn header(source: &[u8], bounds: Bounds) -> Result<(ImageFormat, impl ImageDecoder), ImageFault> {
    bounds.hold(source.len())?;
    let format = format_of(source)?;
    if format == ImageFormat::Jpeg && !jpeg::is_complete(source) {
        return Err(damaged("it ends too early"));
    }
    let mut reader = ImageReader::with_format(Cursor::new(source), format);
    reader.limits(limits());
    let decoder = reader.into_decoder().map_err(|e| fault(&e))?;
    within_limits(&decoder, bounds)?;
    Ok((format, decoder))
}

fn limits() -> Limits {
    let mut limits = Limits::default();
    limits.max_alloc = Some(MAX_DECODE_BYTES);
    limits
}

fn within_limits(decoder: &impl ImageDecoder, bounds: Bounds) -> Result<(), ImageFault> {
    let (width, height) = decoder.dimensions();
    if u64::from(width) * u64::from(height) > bounds.pixels {
        return Err(ImageFault::TooLarge {
            message: format!("The picture has {width} × {height} pixels."),
            limit: format!("{} megapixels", bounds.pixels / 1_000_000),
        });
    }
    if decoder.total_bytes() > MAX_DECODE_BYTES {
        return Err(ImageFault::memory());
    }
    Ok(())
}

pub(super) fn format_of(source: &[u8]) -> Result<ImageFormat, ImageFault> {
    match image::guess_format(source) {
        Ok(format @ (ImageFormat::Png | ImageFormat::Jpeg | ImageFormat::WebP)) => Ok(format),
        guess => Err(not_taken(source, guess.ok())),
    }
}

/// A picture of another kind is a thing that a person can convert; anything else is not a picture.
fn not_taken(source: &[u8], guess: Option<ImageFormat>) -> ImageFault {
    let brand = if source.get(4..8) == Some(b"ftyp") { source.get(8..12) } else { None };
    let kind = match (brand, guess) {
        (Some(b"avif" | b"avis"), _) => "an AVIF",
        (Some(b"heic" | b"heix" | b"hevc" | b"heim" | b"heis" | b"hevx"), _) => "a HEIC",
        (Some(b"mif1" | b"msf1" | b"heif"), _) => "a HEIF",
        (_, Some(ImageFormat::Gif)) => "a GIF",
        (_, Some(ImageFormat::Tiff)) => "a TIFF",
        (_, Some(ImageFormat::Bmp)) => "a BMP",
        _ => {
            return ImageFault::NotAPicture {
                message: format!("This file is not a {TAKEN} picture."),
            };
        }
    };
    let message = format!("This is {kind} picture. Save it as JPEG or PNG first.");
    ImageFault::invalid("image", message, Some(TAKEN.to_owned()))
}

fn fault(error: &ImageError) -> ImageFault {
    match error {
        ImageError::Limits(_) => ImageFault::memory(),
        ImageError::IoError(_) => damaged("it ends too early"),
        other => damaged(&other.to_string()),
    }
}

fn damaged(why: &str) -> ImageFault {
    ImageFault::NotAPicture { message: format!("The picture file is damaged: {why}.") }
}

fn eight_bits(pixels: DynamicImage) -> DynamicImage {
    match pixels {
        DynamicImage::ImageLuma8(_) | DynamicImage::ImageRgb8(_) => pixels,
        DynamicImage::ImageLuma16(_) => pixels.into_luma8().into(),
        DynamicImage::ImageRgb16(_) | DynamicImage::ImageRgb32F(_) => pixels.into_rgb8().into(),
        DynamicImage::ImageLumaA8(_) | DynamicImage::ImageLumaA16(_) => {
            let gray = pixels.into_luma_alpha8();
            let opaque = gray.pixels().all(|p| p.0[1] == 255);
            let gray = DynamicImage::from(gray);
            if opaque { gray.into_luma8().into() } else { gray }
        }
        _ => {
            let colour = pixels.into_rgba8();
            let opaque = colour.pixels().all(|p| p.0[3] == 255);
            let colour = DynamicImage::from(colour);
            if opaque { colour.into_rgb8().into() } else { colour }
        }
    }
}
