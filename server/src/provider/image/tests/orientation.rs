//! Cameras store a picture as the sensor saw it and say in EXIF how to hold it.

use image::{ImageFormat, Rgb, RgbImage};
use serde_json::json;

use super::pictures::{edited, file, pixels, png};
use crate::provider::image::preview;

const LATITUDE: &[u8] = b"N\0\0\0";
const CAMERA: &[u8] = b"Secret Camera 3000\0";

/// The content of an APP1 segment: orientation, a camera name and a GPS position.
pub fn exif(orientation: u16) -> Vec<u8> {
    let entry = |tag: u16, kind: u16, count: u32, value: [u8; 4]| {
        [&tag.to_be_bytes()[..], &kind.to_be_bytes(), &count.to_be_bytes(), &value].concat()
    };
    let [high, low] = orientation.to_be_bytes();
    let camera_at = 8 + 2 + 3 * 12 + 4;
    let gps_at = camera_at + CAMERA.len() as u32;
    let mut tiff = b"MM\0\x2a\0\0\0\x08\0\x03".to_vec();
    tiff.extend(entry(0x0110, 2, CAMERA.len() as u32, u32::to_be_bytes(camera_at)));
    tiff.extend(entry(0x0112, 3, 1, [high, low, 0, 0]));
    tiff.extend(entry(0x8825, 4, 1, gps_at.to_be_bytes()));
    tiff.extend([0; 4]);
    tiff.extend(CAMERA);
    let degrees_at = gps_at + 2 + 2 * 12 + 4;
    tiff.extend([0, 2]);
    tiff.extend(entry(1, 2, 2, LATITUDE.try_into().unwrap()));
    tiff.extend(entry(2, 5, 3, degrees_at.to_be_bytes()));
    tiff.extend([0; 4]);
    for part in [51_u32, 1, 28, 1, 4012, 100] {
        tiff.extend(part.to_be_bytes());
    }
    [b"Exif\0\0".to_vec(), tiff].concat()
}

fn segment(marker: u8, content: &[u8]) -> Vec<u8> {
    let length = u16::try_from(content.len() + 2).unwrap().to_be_bytes();
    [&[0xff, marker], &length[..], content].concat()
}

/// A JPEG with all the things that cameras and programs put into one.
fn photo(picture: RgbImage, orientation: u16) -> Vec<u8> {
    let plain = file(picture, ImageFormat::Jpeg);
    let xmp = b"http://ns.adobe.com/xap/1.0/\0<x:xmpmeta exif:GPSLatitude='51,28.7N'/>";
    let comment = b"taken at home";
    let extra =
        [segment(0xe1, &exif(orientation)), segment(0xe1, xmp), segment(0xfe, comment)].concat();
    [&plain[..2], &extra, &plain[2..], b"hidden behind the end"].concat()
}

/// Red, green, blue and gray in the corners; wider than high.
fn upright() -> RgbImage {
    RgbImage::from_fn(64, 32, |x, y| match (x < 32, y < 16) {
        (true, true) => Rgb([250, 0, 0]),
        (false, true) => Rgb([0, 250, 0]),
        (true, false) => Rgb([0, 0, 250]),
        (false, false) => Rgb([125; 3]),
    })
}

/// How the sensor sees it, so that the orientation makes it upright again.
fn as_stored(orientation: u16) -> RgbImage {
    use image::imageops::{flip_horizontal as mirror, rotate90, rotate180, rotate270};
    let picture = upright();
    match orientation {
        2 => mirror(&picture),
        3 => rotate180(&picture),
        4 => rotate180(&mirror(&picture)),
        5 => rotate270(&mirror(&picture)),
        6 => rotate270(&picture),
        7 => rotate90(&mirror(&picture)),
        8 => rotate90(&picture),
        _ => picture,
    }
}

fn is_upright(picture: &RgbImage) -> bool {
    let near = |x: u32, y: u32, colour: [u8; 3]| {
        picture.get_pixel(x, y).0.iter().zip(colour).all(|(a, b)| a.abs_diff(b) < 40)
    };
    picture.dimensions() == (64, 32)
        && near(8, 4, [250, 0, 0])
        && near(56, 4, [0, 250, 0])
        && near(8, 28, [0, 0, 250])
        && near(56, 28, [125; 3])
}

#[test]
fn every_orientation_is_set_upright() {
    for orientation in 1..=8 {
        let source = photo(as_stored(orientation), orientation);
        assert!(is_upright(&pixels(&edited(&source, json!({})))), "{orientation}");
        assert!(is_upright(&pixels(&preview(&source, 64).unwrap())), "{orientation}");
    }
}

#[test]
fn an_orientation_that_means_nothing_is_left_alone() {
    for orientation in [0, 9, 77, u16::MAX] {
        assert!(
            is_upright(&pixels(&edited(&photo(upright(), orientation), json!({})))),
            "{orientation}"
        );
    }
}

#[test]
fn crops_count_on_the_upright_picture() {
    let crop =
        json!({ "crop_x": 40, "crop_y": 2, "crop_width": 20, "crop_height": 8, "format": "png" });
    let result = pixels(&edited(&photo(as_stored(6), 6), crop));
    assert!(result.pixels().all(|p| p.0[1] > 200 && p.0[0] < 60));
}

#[test]
fn no_location_camera_comment_or_hidden_bytes_are_left() {
    let source = photo(as_stored(6), 6);
    let secrets = [b"Exif".as_slice(), b"Secret", b"GPS", b"xmpmeta", b"at home", b"hidden"];
    let has = |bytes: &[u8], secret: &[u8]| bytes.windows(secret.len()).any(|w| w == secret);
    for secret in secrets {
        assert!(has(&source, secret), "the test's own picture has it");
    }
    let results =
        ["jpeg", "png", "webp"].map(|format| edited(&source, json!({ "format": format })));
    for result in results.into_iter().chain([preview(&source, 20).unwrap()]) {
        for secret in secrets {
            assert!(!has(&result.bytes, secret), "{} {secret:?}", result.media_type);
        }
        // An orientation that stayed would turn the picture a second time.
        assert!(result.width > result.height);
    }
}

#[test]
fn png_text_is_dropped_too() {
    let plain = png(upright());
    let text = b"tEXtLocation\0at home";
    let mut chunk = (text.len() as u32 - 4).to_be_bytes().to_vec();
    chunk.extend(text);
    chunk.extend(crc(text).to_be_bytes());
    let source = [&plain[..33], &chunk, &plain[33..]].concat();
    let result = edited(&source, json!({}));
    assert_eq!(pixels(&result), upright());
    assert!(!result.bytes.windows(7).any(|w| w == b"at home"));
}

pub fn crc(bytes: &[u8]) -> u32 {
    let step = |crc: u32, _| if crc & 1 == 1 { (crc >> 1) ^ 0xedb8_8320 } else { crc >> 1 };
    !bytes.iter().fold(u32::MAX, |crc, byte| (0..8).fold(crc ^ u32::from(*byte), step))
}
