//! Photos say what their numbers mean as colours; results and previews say the same.

use std::io::Cursor;

use image::codecs::png::PngEncoder;
use image::{DynamicImage, ImageDecoder, ImageEncoder, ImageReader, Rgba, RgbaImage};
use serde_json::json;

use super::orientation::exif;
use super::pictures::{edited, plain};
use crate::provider::image::{Edited, preview};

const SERIAL: &[u8] = b"Serial 4711!";
const MAKER: &[u8] = b"MAKE";
const CAMERA: &[u8] = b"Secret Camera";

/// A profile of wide colours, and in it what tells of somebody's screen if it is `of_a_screen`.
fn profile(space: &[u8; 4], of_a_screen: bool) -> Vec<u8> {
    let place = |value: u8| [&b"XYZ \0\0\0\0"[..], &[value; 12]].concat();
    let curve = b"curv\0\0\0\0\0\0\0\x01\x02\x33\0\0".to_vec();
    let mut tags = vec![(b"rXYZ", place(1)), (b"gXYZ", place(2)), (b"bXYZ", place(3))];
    tags.extend([(b"rTRC", curve.clone()), (b"gTRC", curve.clone()), (b"bTRC", curve)]);
    tags.extend([(b"wtpt", place(4)), (b"desc", b"desc wide   ".to_vec())]);
    if of_a_screen {
        tags.push((b"mmod", SERIAL.to_vec()));
    }
    let mut header = [0; 128];
    header[8..12].copy_from_slice(&[4, 0x30, 0, 0]);
    header[12..16].copy_from_slice(b"mntr");
    header[16..20].copy_from_slice(space);
    header[20..24].copy_from_slice(b"XYZ ");
    header[36..40].copy_from_slice(b"acsp");
    if of_a_screen {
        header[48..52].copy_from_slice(MAKER);
    }
    with_tags(header, &tags)
}

fn with_tags(header: [u8; 128], tags: &[(&[u8; 4], Vec<u8>)]) -> Vec<u8> {
    let number = |value: usize| u32::try_from(value).unwrap().to_be_bytes();
    let mut bytes = [&header[..], &number(tags.len())].concat();
    let mut at = 132 + 12 * tags.len();
    for (name, content) in tags {
        bytes.extend([&name[..], &number(at), &number(content.len())].concat());
        at += content.len();
    }
    tags.iter().for_each(|(_, content)| bytes.extend(content));
    bytes[..4].copy_from_slice(&number(at));
    bytes
}

fn photo(picture: impl Into<DynamicImage>, profile: Vec<u8>) -> Vec<u8> {
    let mut bytes = Vec::new();
    let mut encoder = PngEncoder::new(&mut bytes);
    encoder.set_icc_profile(profile).unwrap();
    encoder.set_exif_metadata(exif(1)[6..].to_vec()).unwrap();
    picture.into().write_with_encoder(encoder).unwrap();
    bytes
}

fn found(picture: &Edited) -> Option<Vec<u8>> {
    let reader = ImageReader::new(Cursor::new(&picture.bytes)).with_guessed_format().unwrap();
    reader.into_decoder().unwrap().icc_profile().unwrap()
}

fn has(bytes: &[u8], part: &[u8]) -> bool {
    bytes.windows(part.len()).any(|window| window == part)
}

#[test]
fn colours_keep_their_meaning_through_every_format_and_in_previews() {
    let source = photo(plain(60, 40, [200, 20, 30]), profile(b"RGB ", false));
    let results = ["jpeg", "png", "webp"]
        .map(|format| edited(&source, json!({ "width": 30, "format": format })));
    for result in results.into_iter().chain([preview(&source, 20).unwrap()]) {
        assert_eq!(found(&result), Some(profile(b"RGB ", false)), "{}", result.media_type);
    }
    let clear = photo(RgbaImage::from_pixel(9, 9, Rgba([9; 4])), profile(b"RGB ", false));
    assert_eq!(found(&preview(&clear, 20).unwrap()), Some(profile(b"RGB ", false)));
}

#[test]
fn a_profile_goes_along_through_a_jpeg_and_a_webp_too() {
    let mut picture = edited(
        &photo(plain(60, 40, [200, 20, 30]), profile(b"RGB ", false)),
        json!({ "format": "jpeg" }),
    );
    for format in ["webp", "png"] {
        picture = edited(&picture.bytes, json!({ "format": format }));
        assert_eq!(found(&picture), Some(profile(b"RGB ", false)), "{format}");
    }
}

#[test]
fn neither_a_location_nor_a_screen_goes_along_with_the_colours() {
    let source = photo(plain(60, 40, [200, 20, 30]), profile(b"RGB ", true));
    assert!(has(&source, CAMERA), "the test's own picture has it");
    assert!(has(&profile(b"RGB ", true), SERIAL) && has(&profile(b"RGB ", true), MAKER));
    for result in
        [edited(&source, json!({ "format": "jpeg", "width": 30 })), preview(&source, 20).unwrap()]
    {
        assert_eq!(found(&result), Some(profile(b"RGB ", false)));
        assert!(!has(&result.bytes, CAMERA) && !has(&result.bytes, b"Exif"));
    }
}

#[test]
fn a_gray_picture_has_no_profile_of_colours() {
    let source = photo(plain(60, 40, [200, 20, 30]), profile(b"RGB ", false));
    for format in ["jpeg", "png", "webp"] {
        let gray = edited(&source, json!({ "grayscale": true, "format": format }));
        assert_eq!(found(&gray), None, "{format}");
    }
}

#[test]
fn a_profile_of_other_colours_or_a_damaged_one_is_left_out() {
    let whole = profile(b"RGB ", false);
    let mut beyond = whole.clone();
    // Where the first tag begins.
    beyond[136..140].copy_from_slice(&u32::MAX.to_be_bytes());
    let stumps = [0, 4, 127, 131, 140, 200].map(|length| whole[..length].to_vec());
    let others = [profile(b"CMYK", false), profile(b"GRAY", false), b"no profile".to_vec(), beyond];
    for profile in stumps.into_iter().chain(others) {
        let result = edited(&photo(plain(6, 4, [200, 20, 30]), profile), json!({}));
        assert_eq!(found(&result), None);
    }
}
