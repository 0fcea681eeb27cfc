use image::{GrayAlphaImage, ImageFormat, LumaA, Rgba, RgbaImage};
use proptest::prelude::*;
use serde_json::json;

use super::pictures::{edited, file, invalid, job, pixels, plain, png, tile, tiles, with_alpha};
use crate::provider::image::edit;

/// The tiles after a job, row by row.
fn moved(fields: serde_json::Value) -> Vec<Vec<[u8; 3]>> {
    let result = pixels(&edited(&png(tiles()), fields));
    result.rows().map(|row| row.map(|p| p.0).collect()).collect()
}

fn rows<const W: usize, const H: usize>(of: [[(u32, u32); W]; H]) -> Vec<Vec<[u8; 3]>> {
    of.iter().map(|row| row.iter().map(|&(x, y)| tile(x, y)).collect()).collect()
}

#[test]
fn a_job_without_steps_keeps_every_pixel_and_the_file_type() {
    for format in [ImageFormat::Png, ImageFormat::WebP] {
        let result = edited(&file(tiles(), format), json!({}));
        assert_eq!(pixels(&result), tiles());
        assert_eq!(result.media_type, format.to_mime_type());
    }
    assert_eq!(edited(&file(tiles(), ImageFormat::Jpeg), json!({})).media_type, "image/jpeg");
}

#[test]
fn the_same_job_on_the_same_bytes_gives_the_same_bytes() {
    let source = file(tiles(), ImageFormat::Jpeg);
    let fields = json!({ "width": 90, "blur": 1.5, "text": "hi", "text_size": 8 });
    assert_eq!(edited(&source, fields.clone()), edited(&source, fields));
}

#[test]
fn crop_keeps_the_named_part() {
    let crop = json!({ "crop_x": 1, "crop_y": 1, "crop_width": 2, "crop_height": 1 });
    assert_eq!(moved(crop), rows([[(1, 1), (2, 1)]]));
    let whole = json!({ "crop_x": 0, "crop_y": 0, "crop_width": 4, "crop_height": 2 });
    assert_eq!(moved(whole).concat(), moved(json!({})).concat());
}

#[test]
fn a_crop_that_leaves_the_picture_names_the_field_and_its_range() {
    let fault = |x, y, width, height| {
        let crop = json!({ "crop_x": x, "crop_y": y, "crop_width": width, "crop_height": height });
        invalid(edit(&png(tiles()), &job(crop)))
    };
    assert_eq!(fault(4, 0, 1, 1), ("crop_x".into(), "0 to 3".into()));
    assert_eq!(fault(1, 0, 4, 1), ("crop_width".into(), "1 to 3".into()));
    assert_eq!(fault(0, 2, 1, 1), ("crop_y".into(), "0 to 1".into()));
    assert_eq!(fault(0, 1, 1, 40_000_000), ("crop_height".into(), "1 to 1".into()));
}

#[test]
fn rotate_turns_clockwise() {
    assert_eq!(
        moved(json!({ "rotate": 90 })),
        rows([[(0, 1), (0, 0)], [(1, 1), (1, 0)], [(2, 1), (2, 0)], [(3, 1), (3, 0)]])
    );
    assert_eq!(
        moved(json!({ "rotate": 180 })),
        rows([[(3, 1), (2, 1), (1, 1), (0, 1)], [(3, 0), (2, 0), (1, 0), (0, 0)]])
    );
    assert_eq!(
        moved(json!({ "rotate": 270 })),
        rows([[(3, 0), (3, 1)], [(2, 0), (2, 1)], [(1, 0), (1, 1)], [(0, 0), (0, 1)]])
    );
    assert_eq!(moved(json!({ "rotate": 0 })), moved(json!({})));
}

#[test]
fn flip_mirrors_after_turning() {
    assert_eq!(
        moved(json!({ "flip": "horizontal" })),
        rows([[(3, 0), (2, 0), (1, 0), (0, 0)], [(3, 1), (2, 1), (1, 1), (0, 1)]])
    );
    assert_eq!(
        moved(json!({ "flip": "vertical" })),
        rows([[(0, 1), (1, 1), (2, 1), (3, 1)], [(0, 0), (1, 0), (2, 0), (3, 0)]])
    );
    assert_eq!(
        moved(json!({ "rotate": 90, "flip": "horizontal" })),
        rows([[(0, 0), (0, 1)], [(1, 0), (1, 1)], [(2, 0), (2, 1)], [(3, 0), (3, 1)]])
    );
}

#[test]
fn one_side_given_lets_the_other_follow() {
    let size = |fields| {
        let result = edited(&png(plain(400, 100, [1, 2, 3])), fields);
        assert!(pixels(&result).pixels().all(|p| p.0 == [1, 2, 3]));
        (result.width, result.height)
    };
    assert_eq!(size(json!({ "width": 200 })), (200, 50));
    assert_eq!(size(json!({ "height": 200 })), (800, 200));
    assert_eq!(size(json!({ "width": 1 })), (1, 1));
    assert_eq!(size(json!({ "width": 100, "height": 100 })), (100, 25));
    assert_eq!(size(json!({ "width": 100, "height": 100, "fit": "contain" })), (100, 25));
    assert_eq!(size(json!({ "width": 800, "height": 800 })), (800, 200));
    assert_eq!(size(json!({ "width": 100, "height": 100, "fit": "cover" })), (100, 100));
    assert_eq!(size(json!({ "width": 100, "height": 100, "fit": "stretch" })), (100, 100));
    assert_eq!(size(json!({ "width": 200, "fit": "cover" })), (200, 50));
}

#[test]
fn cover_cuts_both_ends_and_stretch_keeps_them() {
    let mut wide = plain(300, 100, [0, 0, 255]);
    for x in (0..100).chain(200..300) {
        (0..100).for_each(|y| wide.put_pixel(x, y, image::Rgb([255, 0, 0])));
    }
    let covered = edited(&png(wide.clone()), json!({ "width": 50, "height": 50, "fit": "cover" }));
    assert!(pixels(&covered).pixels().all(|p| p.0 == [0, 0, 255]));
    let stretched =
        pixels(&edited(&png(wide), json!({ "width": 50, "height": 50, "fit": "stretch" })));
    assert_eq!(stretched.get_pixel(0, 25).0, [255, 0, 0]);
    assert_eq!(stretched.get_pixel(25, 25).0, [0, 0, 255]);
    assert_eq!(stretched.get_pixel(49, 25).0, [255, 0, 0]);
}

#[test]
fn a_side_that_would_follow_too_far_names_what_is_possible() {
    let narrow = png(plain(1, 100, [0; 3]));
    let fault = invalid(edit(&narrow, &job(json!({ "width": 81 }))));
    assert_eq!(fault, ("width".into(), "1 to 80".into()));
    assert_eq!(edited(&narrow, json!({ "width": 80 })).height, 8000);
}

#[test]
fn grayscale_leaves_no_colour() {
    let result = pixels(&edited(&png(tiles()), json!({ "grayscale": true })));
    assert!(result.pixels().all(|p| p.0[0] == p.0[1] && p.0[1] == p.0[2]));
    // The usual weights (0.21, 0.72, 0.07) of the first tile.
    assert_eq!(result.get_pixel(0, 0).0[0], (20.0 * 0.2126 + 50.0 * 0.7152 + 200.0 * 0.0722) as u8);
}

#[test]
fn brightness_and_contrast_move_values_and_leave_alpha() {
    let gray = |fields| pixels(&edited(&png(plain(2, 2, [100; 3])), fields)).get_pixel(0, 0).0[0];
    assert_eq!(gray(json!({ "brightness": 20 })), 151);
    assert_eq!(gray(json!({ "brightness": -20 })), 49);
    assert_eq!(gray(json!({ "brightness": 100 })), 255);
    assert_eq!(gray(json!({ "brightness": -100 })), 0);
    assert_eq!(gray(json!({ "contrast": -100 })), 128);
    assert_eq!(gray(json!({ "contrast": 100 })), 18);
    assert_eq!(gray(json!({ "contrast": 0, "brightness": 0 })), 100);
    let clear = RgbaImage::from_pixel(2, 2, Rgba([100, 100, 100, 90]));
    let result = with_alpha(&edited(&png(clear), json!({ "brightness": 20, "contrast": 10 })));
    assert_eq!(result.get_pixel(0, 0).0[3], 90);
    let clear = GrayAlphaImage::from_pixel(2, 2, LumaA([100, 90]));
    let result = with_alpha(&edited(&png(clear), json!({ "brightness": 20 })));
    assert_eq!(result.get_pixel(0, 0).0, [151, 151, 151, 90]);
}

#[test]
fn blur_softens_an_edge_and_keeps_a_plain_area() {
    let mut half = plain(200, 40, [0; 3]);
    (100..200).for_each(|x| (0..40).for_each(|y| half.put_pixel(x, y, image::Rgb([255; 3]))));
    for sigma in [0.5, 2.0, 3.0, 3.5, 10.0] {
        let result = pixels(&edited(&png(half.clone()), json!({ "blur": sigma })));
        let row: Vec<u8> = (0..200).map(|x| result.get_pixel(x, 20).0[0]).collect();
        assert!(row.is_sorted(), "{sigma}");
        // The slope of a Gaussian edge at its middle.
        let slope = f64::from(row[100]) - f64::from(row[99]);
        let expected = 255.0 / (sigma * (2.0 * std::f64::consts::PI).sqrt());
        assert!((slope - expected).abs() < 0.2 * expected + 12.0, "{sigma}: {slope} {expected}");
        assert_eq!((row[10], row[190]), (0, 255), "{sigma}");
    }
    assert_eq!(pixels(&edited(&png(half.clone()), json!({ "blur": 0 }))), half);
    // Wider than the picture itself.
    let tiny = edited(&png(plain(1, 3, [9; 3])), json!({ "blur": 50 }));
    assert!(pixels(&tiny).pixels().all(|p| p.0 == [9; 3]));
}

#[test]
fn the_colour_under_transparency_never_shows() {
    // Red that can be seen beside green that can't.
    let hidden = RgbaImage::from_fn(40, 40, |x, _| {
        if x < 20 { Rgba([255, 0, 0, 255]) } else { Rgba([0, 255, 0, 0]) }
    });
    for fields in
        [json!({ "width": 15 }), json!({ "width": 90 }), json!({ "blur": 2 }), json!({ "blur": 9 })]
    {
        let result = with_alpha(&edited(&png(hidden.clone()), fields.clone()));
        assert!(result.pixels().all(|p| p.0[1] == 0), "{fields}");
        assert!(result.pixels().any(|p| p.0[0] == 255), "{fields}");
    }
}

#[test]
fn each_type_becomes_each_other() {
    for from in [ImageFormat::Png, ImageFormat::Jpeg, ImageFormat::WebP] {
        for (name, to) in
            [("png", ImageFormat::Png), ("jpeg", ImageFormat::Jpeg), ("webp", ImageFormat::WebP)]
        {
            let result =
                edited(&file(plain(30, 20, [200, 100, 50]), from), json!({ "format": name }));
            assert_eq!(image::guess_format(&result.bytes).unwrap(), to);
            assert_eq!(result.media_type, to.to_mime_type());
            let [red, green, blue] = pixels(&result).get_pixel(15, 10).0.map(i32::from);
            assert!((red - 200).abs() < 4 && (green - 100).abs() < 4 && (blue - 50).abs() < 4);
        }
    }
}

#[test]
fn transparency_stays_in_png_and_webp_and_becomes_white_in_jpeg() {
    let clear = RgbaImage::from_fn(16, 16, |x, _| Rgba([0, 0, 0, if x < 8 { 0 } else { 255 }]));
    for format in ["png", "webp"] {
        let kept = with_alpha(&edited(&png(clear.clone()), json!({ "format": format })));
        assert_eq!((kept.get_pixel(0, 0).0[3], kept.get_pixel(15, 0).0[3]), (0, 255));
    }
    let flat = pixels(&edited(&png(clear), json!({ "format": "jpeg", "quality": 100 })));
    assert!(flat.get_pixel(1, 8).0.iter().all(|c| *c > 250));
    assert!(flat.get_pixel(14, 8).0.iter().all(|c| *c < 5));
    let half = RgbaImage::from_pixel(8, 8, Rgba([0, 0, 0, 128]));
    let flat = pixels(&edited(&png(half), json!({ "format": "jpeg", "quality": 100 })));
    assert!(flat.pixels().all(|p| p.0[0].abs_diff(127) < 3));
}

#[test]
fn lower_quality_makes_a_smaller_jpeg() {
    let noisy = image::RgbImage::from_fn(64, 64, |x, y| {
        image::Rgb([(x * y) as u8, (x * 7) as u8, (y * 13) as u8])
    });
    let size = |quality: u8| {
        edited(&png(noisy.clone()), json!({ "format": "jpeg", "quality": quality })).bytes.len()
    };
    assert!(size(10) < size(60) && size(60) < size(100));
    let default = edited(&png(noisy.clone()), json!({ "format": "jpeg" })).bytes.len();
    assert_eq!(default, size(85));
}

#[test]
fn a_picture_too_long_for_a_file_type_names_one_that_holds_it() {
    let long = png(plain(17_000, 1, [5; 3]));
    assert_eq!(
        invalid(edit(&long, &job(json!({ "format": "webp" })))),
        ("format".into(), "png".into())
    );
    assert!(edit(&long, &job(json!({ "format": "jpeg" }))).is_ok());
}

#[test]
fn the_order_of_the_steps_is_fixed() {
    // Crop in pixels of the source, then resize, then turn: in any other order the size or the colour differs.
    let fields = json!({
        "rotate": 90, "width": 20, "crop_width": 2, "crop_height": 1, "crop_y": 0, "crop_x": 1, "format": "png"
    });
    let result = edited(&png(tiles()), fields);
    assert_eq!((result.width, result.height), (10, 20));
    let result = pixels(&result);
    // The filter sharpens the edge between two tiles a little.
    let near = |y: u32, colour: [u8; 3]| {
        result.get_pixel(5, y).0.iter().zip(colour).all(|(a, b)| a.abs_diff(b) < 12)
    };
    assert!(near(1, tile(1, 0)) && near(18, tile(2, 0)));
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    #[test]
    fn any_size_gives_what_the_fit_promises(
        from in (1_u32..60, 1_u32..60), to in (1_u32..60, 1_u32..60), fit in 0..3_usize,
    ) {
        let fit = ["contain", "cover", "stretch"][fit];
        let source = png(plain(from.0, from.1, [9, 8, 7]));
        let result = edited(&source, json!({ "width": to.0, "height": to.1, "fit": fit }));
        if fit == "contain" {
            prop_assert!(result.width <= to.0 && result.height <= to.1);
            prop_assert!(result.width == to.0 || result.height == to.1);
        } else {
            prop_assert_eq!((result.width, result.height), to);
        }
        prop_assert!(pixels(&result).pixels().all(|p| p.0 == [9, 8, 7]));
    }

    #[test]
    fn a_crop_is_the_part_of_the_source_or_refused(
        x in 0_u32..6, y in 0_u32..4, width in 1_u32..6, height in 1_u32..4,
    ) {
        let crop = json!({ "crop_x": x, "crop_y": y, "crop_width": width, "crop_height": height });
        let result = edit(&png(tiles()), &job(crop));
        prop_assert_eq!(result.is_ok(), x + width <= 4 && y + height <= 2);
        if let Ok(result) = result {
            for (px, py, pixel) in pixels(&result).enumerate_pixels() {
                prop_assert_eq!(pixel.0, tile(x + px, y + py));
            }
        }
    }
}
