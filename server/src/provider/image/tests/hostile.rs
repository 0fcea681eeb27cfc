//! Bombs, stumps and strangers.

use image::{ImageFormat, RgbImage};
use proptest::prelude::*;
use serde_json::json;

use super::orientation::crc;
use super::pictures::{edited, file, invalid, job, plain, png};
use crate::provider::image::{ImageFault, edit, preview};

fn fault(source: &[u8]) -> ImageFault {
    let by_edit = edit(source, &job(json!({}))).unwrap_err();
    assert_eq!(preview(source, 100).unwrap_err(), by_edit);
    by_edit
}

/// A PNG of a few bytes that claims any size.
fn claiming(width: u32, height: u32) -> Vec<u8> {
    let mut bytes = png(plain(1, 1, [0; 3]));
    bytes[16..20].copy_from_slice(&width.to_be_bytes());
    bytes[20..24].copy_from_slice(&height.to_be_bytes());
    let sum = crc(&bytes[12..29]).to_be_bytes();
    bytes[29..33].copy_from_slice(&sum);
    bytes
}

fn noisy() -> RgbImage {
    RgbImage::from_fn(80, 60, |x, y| image::Rgb([(x * y) as u8, (x * 31) as u8, (y * 57) as u8]))
}

#[test]
fn a_header_that_claims_too_many_pixels_is_refused_before_decoding() {
    for (width, height) in
        [(50_000, 50_000), (8_000, 5_001), (40_000_001, 1), (i32::MAX as u32, i32::MAX as u32)]
    {
        let started = std::time::Instant::now();
        let refused = edit(&claiming(width, height), &job(json!({}))).unwrap_err();
        assert!(matches!(refused, ImageFault::TooLarge { .. }), "{width} {height}: {refused:?}");
        assert!(started.elapsed().as_millis() < 200);
    }
    // Within the limit it gets as far as the missing pixels.
    assert!(matches!(fault(&claiming(8_000, 5_000)), ImageFault::NotAPicture { .. }));
}

#[test]
fn a_preview_of_more_pixels_than_a_result_can_have_is_refused_before_decoding() {
    for (width, height) in [(50_000, 50_000), (8_000, 8_001), (i32::MAX as u32, i32::MAX as u32)] {
        let refused = preview(&claiming(width, height), 100).unwrap_err();
        assert!(matches!(refused, ImageFault::TooLarge { .. }), "{width} {height}: {refused:?}");
    }
    let stump = preview(&claiming(8_000, 8_000), 100).unwrap_err();
    assert!(matches!(stump, ImageFault::NotAPicture { .. }), "{stump:?}");
}

#[test]
fn a_jpeg_that_claims_too_many_pixels_is_refused() {
    let mut bytes = file(plain(8, 8, [0; 3]), ImageFormat::Jpeg);
    let frame = bytes.windows(2).position(|w| w == [0xff, 0xc0]).unwrap();
    bytes[frame + 5..frame + 9].copy_from_slice(&[0xc3, 0x50, 0xc3, 0x50]);
    for refused in [edit(&bytes, &job(json!({}))), preview(&bytes, 100)] {
        assert!(matches!(refused, Err(ImageFault::TooLarge { .. })), "{refused:?}");
    }
}

#[test]
fn a_file_of_more_than_25_mib_is_refused() {
    let mut bytes = png(plain(1, 1, [0; 3]));
    bytes.resize(25 * 1024 * 1024, 0);
    assert!(edit(&bytes, &job(json!({}))).is_ok());
    bytes.push(0);
    let refused = edit(&bytes, &job(json!({})));
    assert!(matches!(refused, Err(ImageFault::TooLarge { .. })), "{refused:?}");
}

#[test]
fn a_resize_beyond_memory_is_refused_before_it_starts() {
    let source = png(image::GrayImage::new(8_000, 5_000));
    let refused = edit(&source, &job(json!({ "width": 8000, "height": 8000, "fit": "stretch" })));
    assert!(matches!(refused, Err(ImageFault::TooLarge { .. })));
}

#[test]
fn a_truncated_file_is_damaged_wherever_it_ends() {
    for format in [ImageFormat::Png, ImageFormat::Jpeg, ImageFormat::WebP] {
        let whole = file(noisy(), format);
        assert!(edit(&whole, &job(json!({}))).is_ok());
        // The last bytes of a PNG hold no pixels.
        let needed = if format == ImageFormat::Png { whole.len() - 12 } else { whole.len() };
        for length in (0..needed).step_by(7).chain([needed - 1]) {
            let refused = fault(&whole[..length]);
            assert!(
                matches!(refused, ImageFault::NotAPicture { .. }),
                "{format:?} {length}: {refused:?}"
            );
        }
    }
}

#[test]
fn a_truncated_jpeg_with_a_thumbnail_inside_is_still_truncated() {
    let whole = file(noisy(), ImageFormat::Jpeg);
    let thumbnail = file(plain(8, 8, [9; 3]), ImageFormat::Jpeg);
    let length = u16::try_from(thumbnail.len() + 8).unwrap().to_be_bytes();
    let inside = [&[0xff, 0xe1], &length[..], b"Thumb\0", &thumbnail].concat();
    let photo = [&whole[..2], &inside, &whole[2..]].concat();
    assert!(edit(&photo, &job(json!({}))).is_ok());
    assert!(matches!(fault(&photo[..photo.len() - 200]), ImageFault::NotAPicture { .. }));
}

#[test]
fn other_kinds_of_pictures_are_refused_with_a_hint() {
    let cases: [(&[u8], &str); 6] = [
        (b"\0\0\0\x18ftypheic\0\0\0\0mif1heic", "HEIC"),
        (b"\0\0\0\x18ftypmif1\0\0\0\0mif1heic", "HEIF"),
        (b"\0\0\0\x1cftypavif\0\0\0\0avifmif1", "AVIF"),
        (b"GIF89a\x01\0\x01\0\0\0\0;", "GIF"),
        (b"II*\0\x08\0\0\0", "TIFF"),
        (b"BM\x46\0\0\0", "BMP"),
    ];
    for (bytes, kind) in cases {
        let refused = fault(bytes);
        assert!(refused.to_string().contains(kind), "{refused}");
        assert!(refused.to_string().contains("Save it as JPEG or PNG first"), "{refused}");
        assert_eq!(invalid::<()>(Err(refused)), ("image".into(), "PNG, JPEG or WebP".into()));
    }
}

#[test]
fn what_is_no_picture_is_said_to_be_none() {
    for bytes in [
        b"".as_slice(),
        b"hello",
        b"<svg xmlns='x'/>",
        b"%PDF-1.7",
        b"\0\0\0\x18ftypisom",
        b"RIFFxxxxWAVE",
    ] {
        assert!(matches!(fault(bytes), ImageFault::NotAPicture { .. }), "{bytes:?}");
    }
}

#[test]
fn a_picture_with_sixteen_bits_is_taken() {
    let deep = image::ImageBuffer::<image::Rgba<u16>, _>::from_pixel(
        4,
        4,
        image::Rgba([65_535, 0, 32_896, 65_535]),
    );
    let result = edited(&png(deep), json!({}));
    assert_eq!(super::pictures::pixels(&result).get_pixel(1, 1).0, [255, 0, 128]);
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(200))]

    #[test]
    fn any_broken_byte_gives_an_answer_and_no_panic(
        format in proptest::sample::select(vec![ImageFormat::Png, ImageFormat::Jpeg, ImageFormat::WebP]),
        changes in proptest::collection::vec((any::<proptest::sample::Index>(), any::<u8>()), 1..6),
    ) {
        let mut bytes = file(noisy(), format);
        for (at, value) in changes {
            let at = at.index(bytes.len());
            bytes[at] = value;
        }
        let _ = edit(&bytes, &job(json!({ "width": 20, "blur": 1 })));
    }

    #[test]
    fn any_bytes_behind_a_magic_give_an_answer_and_no_panic(
        magic in proptest::sample::select(vec![&b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR"[..], b"\xff\xd8\xff", b"RIFF\x40\0\0\0WEBPVP8"]),
        rest in proptest::collection::vec(any::<u8>(), 0..300),
    ) {
        let _ = edit(&[magic, &rest].concat(), &job(json!({})));
    }
}
