use image::{RgbImage, Rgba, RgbaImage};
use serde_json::{Value, json};

use super::pictures::{edited, invalid, job, payload, pixels, plain, png, with_alpha};
use crate::provider::image::{ImageJob, edit};

const GRAY: [u8; 3] = [128; 3];

fn written(width: u32, height: u32, fields: Value) -> RgbImage {
    pixels(&edited(&png(plain(width, height, GRAY)), fields))
}

/// Left, top, right, bottom of what was written, and how many pixels changed.
fn marks(picture: &RgbImage) -> (u32, u32, u32, u32, usize) {
    let changed: Vec<_> = picture.enumerate_pixels().filter(|(_, _, p)| p.0 != GRAY).collect();
    let xs = || changed.iter().map(|(x, _, _)| *x);
    let ys = || changed.iter().map(|(_, y, _)| *y);
    (
        xs().min().unwrap(),
        ys().min().unwrap(),
        xs().max().unwrap(),
        ys().max().unwrap(),
        changed.len(),
    )
}

#[test]
fn text_has_its_colour_and_an_outline_that_contrasts() {
    for (colour, fill, edge) in [
        ("#ffffff", [255; 3], [0; 3]),
        ("#000000", [0; 3], [255; 3]),
        ("#ffcc00", [255, 204, 0], [0; 3]),
    ] {
        let picture = written(300, 100, json!({ "text": "Hello", "text_color": colour }));
        assert!(picture.pixels().filter(|p| p.0 == fill).count() > 200, "{colour}");
        assert!(picture.pixels().filter(|p| p.0 == edge).count() > 200, "{colour}");
    }
}

#[test]
fn text_stands_where_it_is_told() {
    let at = |position: &str| {
        marks(&written(400, 300, json!({ "text": "Hi", "text_position": position })))
    };
    let middle = |(left, top, right, bottom, _): (u32, u32, u32, u32, usize)| {
        ((left + right) / 2, (top + bottom) / 2)
    };
    let places = [
        ("top_left", 0, 0),
        ("top", 1, 0),
        ("top_right", 2, 0),
        ("left", 0, 1),
        ("center", 1, 1),
        ("right", 2, 1),
        ("bottom_left", 0, 2),
        ("bottom", 1, 2),
        ("bottom_right", 2, 2),
    ];
    for (position, column, row) in places {
        let (x, y) = middle(at(position));
        assert_eq!((x / 134, y / 101), (column, row), "{position}: {x} {y}");
    }
}

#[test]
fn long_text_is_wrapped_and_stays_on_the_picture() {
    let one =
        marks(&written(900, 400, json!({ "text": "several words in a row", "text_size": 40 })));
    let many =
        marks(&written(220, 400, json!({ "text": "several words in a row", "text_size": 40 })));
    assert!(many.3 - many.1 > 3 * (one.3 - one.1) / 2, "{one:?} {many:?}");
    // The ink is the same whether it stands in one line or in three.
    assert!(many.4.abs_diff(one.4) < one.4 / 20);
    let unbroken = marks(&written(120, 400, json!({ "text": "a".repeat(20), "text_size": 20 })));
    assert!(unbroken.0 > 0 && unbroken.2 < 119 && unbroken.3 - unbroken.1 > 30);
}

#[test]
fn nothing_of_the_text_is_cut_off_at_the_edges() {
    for position in ["top_left", "bottom_right", "left", "bottom"] {
        for size in [8, 31, 64] {
            let fields = json!({ "text": "WÅgj|W", "text_position": position, "text_size": size });
            let (left, top, right, bottom, _) = marks(&written(400, 120, fields));
            assert!(left > 0 && top > 0 && right < 399 && bottom < 119, "{position} {size}");
        }
    }
}

#[test]
fn a_line_break_is_kept() {
    let one = marks(&written(300, 200, json!({ "text": "a b", "text_size": 30 })));
    let two = marks(&written(300, 200, json!({ "text": "a\nb", "text_size": 30 })));
    assert!(two.3 - two.1 > one.3 - one.1 + 20);
}

#[test]
fn text_that_does_not_fit_names_the_largest_size_that_does() {
    let fault = |size: u32| {
        edit(&png(plain(200, 60, GRAY)), &job(json!({ "text": "Hello", "text_size": size })))
    };
    let (field, allowed) = invalid(fault(200));
    assert_eq!(field, "text_size");
    let most: u32 = allowed.strip_prefix("8 to ").unwrap().parse().unwrap();
    assert!(fault(most).is_ok());
    assert_eq!(invalid(fault(most + 1)).0, "text_size");
    let tiny = edit(&png(plain(8, 8, GRAY)), &job(json!({ "text": "Hello" })));
    assert_eq!(invalid(tiny).0, "text");
}

#[test]
fn what_the_font_lacks_or_would_set_wrongly_is_refused_before_the_work() {
    for text in ["日本", "שלום", "سلام", "a\u{202e}b", "tab\there", "नमस्ते", "😀\u{200d}x", "a\0b"]
    {
        assert_eq!(invalid(ImageJob::parse(&payload(json!({ "text": text })))).0, "text", "{text}");
    }
    for text in ["Grüße, Ωmega, Привет, 10 €, ½ – “q” ✓", "", "  ", "a\nb"] {
        assert!(ImageJob::parse(&payload(json!({ "text": text }))).is_ok(), "{text}");
    }
}

#[test]
fn blank_text_writes_nothing() {
    let source = plain(40, 40, GRAY);
    assert_eq!(written(40, 40, json!({ "text": " \n " })), source);
}

#[test]
fn text_on_a_transparent_picture_is_seen() {
    let clear = RgbaImage::from_pixel(200, 80, Rgba([0, 255, 0, 0]));
    let result = with_alpha(&edited(&png(clear), json!({ "text": "Hi", "text_color": "#ff0000" })));
    assert!(result.pixels().filter(|p| p.0 == [255, 0, 0, 255]).count() > 100);
    assert_eq!(result.get_pixel(0, 0).0[3], 0);
}

#[test]
fn coloured_text_on_a_gray_picture_has_its_colour() {
    let fields = json!({ "grayscale": true, "text": "Hi", "text_color": "#ff0000" });
    let picture = written(200, 80, fields);
    assert!(picture.pixels().filter(|p| p.0 == [255, 0, 0]).count() > 100);
}
