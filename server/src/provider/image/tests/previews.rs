use image::{GrayImage, ImageFormat, Rgba, RgbaImage};
use serde_json::json;

use super::pictures::{file, job, pixels, plain, png, with_alpha};
use crate::provider::image::{ImageFault, edit, preview};

#[test]
fn a_preview_has_no_side_longer_than_asked_and_keeps_the_shape() {
    let source = png(plain(800, 400, [10, 200, 30]));
    for (edge, size) in [(400, (400, 200)), (100, (100, 50)), (1, (1, 1)), (0, (1, 1))] {
        let small = preview(&source, edge).unwrap();
        assert_eq!((small.width, small.height), size);
        assert!(pixels(&small).pixels().all(|p| p.0[1] > 190 && p.0[0] < 20));
    }
}

#[test]
fn a_small_picture_is_never_enlarged() {
    let small = preview(&png(plain(30, 20, [1; 3])), 512).unwrap();
    assert_eq!((small.width, small.height), (30, 20));
}

#[test]
fn a_preview_is_a_jpeg_or_a_png_where_something_is_transparent() {
    for format in [ImageFormat::Png, ImageFormat::Jpeg, ImageFormat::WebP] {
        let small = preview(&file(plain(30, 20, [1; 3]), format), 10).unwrap();
        assert_eq!(small.media_type, "image/jpeg");
        assert_eq!(image::guess_format(&small.bytes).unwrap(), ImageFormat::Jpeg);
    }
    let clear = RgbaImage::from_pixel(900, 30, Rgba([9, 9, 9, 0]));
    let small = preview(&png(clear), 100).unwrap();
    assert_eq!(small.media_type, "image/png");
    assert!(with_alpha(&small).pixels().all(|p| p.0[3] == 0));
}

/// A result may have more pixels and bytes than what is taken for editing.
#[test]
fn the_largest_picture_that_can_be_made_can_be_looked_at() {
    let mut largest = png(GrayImage::new(8_000, 8_000));
    largest.resize(64 * 1024 * 1024, 0);
    let small = preview(&largest, 100).unwrap();
    assert_eq!((small.width, small.height), (100, 100));
    assert!(matches!(edit(&largest, &job(json!({}))), Err(ImageFault::TooLarge { .. })));
    largest.push(0);
    assert!(matches!(preview(&largest, 100), Err(ImageFault::TooLarge { .. })));
}
