//! Prompts and the fields that they are read as.

use super::{expect, expect_whole};

#[test]
fn the_providers_own_examples_are_read() {
    expect_whole(&[
        ("Make it 800 pixels wide and black and white", "width=800 grayscale=true"),
        ("Turn it right and save it as JPEG", "rotate=90 format='jpeg'"),
        (
            "Crop it to a square of 600 pixels and write \"Draft\" in the lower right corner",
            "width=600 height=600 fit='cover' text='Draft' text_position='bottom_right'",
        ),
    ]);
}

#[test]
fn sizes_are_read() {
    expect_whole(&[
        ("800x600", "width=800 height=600"),
        ("800 × 600 px", "width=800 height=600"),
        ("Resize it to 800x600.", "width=800 height=600"),
        ("resize from 4000x3000 to 800x600", "width=800 height=600"),
        ("scale this to 800 by 600 pixels", "width=800 height=600"),
        ("800 pixels wide", "width=800"),
        ("height 400", "height=400"),
        ("width of 1200", "width=1200"),
        ("Width: 1,200 px", "width=1200"),
        ("a width of 800 and a height of 600", "width=800 height=600"),
        ("600px high, please", "height=600"),
        ("an 800-pixel-wide version", "width=800"),
        ("resize to 640", "width=640"),
        ("Please shrink the picture to 640px.", "width=640"),
        ("at most 1024 px", "width=1024 fit='contain'"),
        ("no wider than 1024 px", "width=1024 fit='contain'"),
        ("max 1024 px high", "height=1024 fit='contain'"),
        ("at most 1024x768", "width=1024 height=768 fit='contain'"),
        ("800 px on the long side", "width=800 height=800 fit='contain'"),
        ("make the longest side 1024", "width=1024 height=1024 fit='contain'"),
        ("stretch it to 300x300", "width=300 height=300 fit='stretch'"),
        ("square of 600", "width=600 height=600 fit='cover'"),
        ("crop to a square of 600 pixels", "width=600 height=600 fit='cover'"),
        ("make it square, 600 px wide", "width=600 height=600 fit='cover'"),
        ("crop to 600x400", "width=600 height=400 fit='cover'"),
        ("16:9, 1600 px wide", "width=1600 height=900 fit='cover'"),
        ("widescreen with a height of 720", "width=1280 height=720 fit='cover'"),
        ("width 99999", "width=99999"),
        ("width -5", "width=-5"),
        ("Resize to 800. Sorry, resize to 640.", "width=640"),
    ]);
}

#[test]
fn turning_and_mirroring_are_read() {
    expect_whole(&[
        ("turn it right", "rotate=90"),
        ("rotate left", "rotate=270"),
        ("Rotate the picture to the left.", "rotate=270"),
        ("rotate 90", "rotate=90"),
        ("rotate by 270 degrees", "rotate=270"),
        ("turn it 90° clockwise", "rotate=90"),
        ("rotate 90 degrees counter-clockwise", "rotate=270"),
        ("rotate it anticlockwise", "rotate=270"),
        ("rotate -90", "rotate=270"),
        ("rotate 45 degrees", "rotate=45"),
        ("turn it upside down", "rotate=180"),
        ("mirror", "flip='horizontal'"),
        ("mirror it and turn it left", "rotate=270 flip='horizontal'"),
        ("flip vertically", "flip='vertical'"),
        ("flip the image horizontally", "flip='horizontal'"),
    ]);
}

#[test]
fn colours_and_blur_are_read() {
    expect_whole(&[
        ("black and white", "grayscale=true"),
        ("Make it a black-and-white picture", "grayscale=true"),
        ("grayscale, please", "grayscale=true"),
        ("convert to greyscale", "grayscale=true"),
        ("b/w", "grayscale=true"),
        ("in monochrome", "grayscale=true"),
        ("take the colours out", "grayscale=true"),
        ("remove the colors and blur it", "grayscale=true blur=5"),
        ("blur it", "blur=5"),
        ("slightly blurred", "blur=2"),
        ("strongly blurred", "blur=12"),
        ("blur by 4", "blur=4"),
        ("blur the picture by 2.5 px", "blur=2.5"),
        ("blur 99", "blur=99"),
        ("make it brighter", "brightness=20"),
        ("a bit darker", "brightness=-10"),
        ("much brighter", "brightness=40"),
        ("brighten by 20 %", "brightness=20"),
        ("darken 15", "brightness=-15"),
        ("30% brighter", "brightness=30"),
        ("brightness +20", "brightness=20"),
        ("reduce the brightness by 30 %", "brightness=-30"),
        ("more contrast", "contrast=20"),
        ("a bit less contrast", "contrast=-10"),
        ("contrast +20", "contrast=20"),
        ("contrast: -15", "contrast=-15"),
        ("brightness 500", "brightness=500"),
    ]);
}

#[test]
fn text_is_read() {
    expect_whole(&[
        ("write \"Draft\" in the lower right corner", "text='Draft' text_position='bottom_right'"),
        ("add the text “Sold” at the top", "text='Sold' text_position='top'"),
        ("In the upper left corner, write 'New'", "text='New' text_position='top_left'"),
        (
            "put a red \"SALE\" in the centre",
            "text='SALE' text_position='center' text_color='#ff0000'",
        ),
        ("label it „Entwurf“ on the left", "text='Entwurf' text_position='left'"),
        ("caption: \"Hello, world!\"", "text='Hello, world!'"),
        (
            "write \"Hi\" top right in #FFCC00, text size 60",
            "text='Hi' text_size=60 text_position='top_right' text_color='#ffcc00'",
        ),
        (
            "write \"Hi\" at the bottom and turn it left",
            "rotate=270 text='Hi' text_position='bottom'",
        ),
        (
            "write \"Hi\" in yellow, black and white",
            "grayscale=true text='Hi' text_color='#ffff00'",
        ),
        ("write 'don't panic' at the top", "text='don't panic' text_position='top'"),
        ("text size 60", "text_size=60"),
        ("font size: 9999", "text_size=9999"),
        ("the text in blue at the bottom", "text_position='bottom' text_color='#0000ff'"),
        ("write \"black and white 800x600\"", "text='black and white 800x600'"),
    ]);
}

#[test]
fn the_file_type_and_quality_are_read() {
    expect_whole(&[
        ("as webp", "format='webp'"),
        ("save it as a JPEG", "format='jpeg'"),
        ("convert to png", "format='png'"),
        ("1920x1080 webp", "width=1920 height=1080 format='webp'"),
        ("jpg", "format='jpeg'"),
        ("convert this from PNG to WebP", "format='webp'"),
        ("in PNG format", "format='png'"),
        ("file type: png", "format='png'"),
        ("save as result.webp", "format='webp'"),
        ("as a gif", "format='gif'"),
        ("quality 80", "quality=80"),
        ("as JPEG with a quality of 75%", "format='jpeg' quality=75"),
        ("jpeg, 90% quality", "format='jpeg' quality=90"),
        ("300 pixels wide, JPEG with quality 80", "width=300 format='jpeg' quality=80"),
        ("JPEG with a quality of 75", "format='jpeg' quality=75"),
        ("jpeg at 80% quality", "format='jpeg' quality=80"),
        ("jpeg at quality 80", "format='jpeg' quality=80"),
        ("png in black and white", "grayscale=true format='png'"),
        ("quality 300", "quality=300"),
    ]);
}

#[test]
fn several_instructions_are_read_together() {
    expect_whole(&[
        (
            "Please resize to 1200x800, turn it upside down, more contrast, blur by 1.5 and save as WebP.",
            "width=1200 height=800 rotate=180 contrast=20 blur=1.5 format='webp'",
        ),
        (
            "Can you make my 4000x3000 photo 800 px wide and a bit brighter?",
            "width=800 brightness=10",
        ),
        (
            "Resize the 4000x3000 picture to 800 px wide!\nThen write \"Sold\" top left in red.\nJPEG, quality 80",
            "width=800 text='Sold' text_position='top_left' text_color='#ff0000' format='jpeg' quality=80",
        ),
    ]);
}

#[test]
fn what_is_taken_back_or_not_wanted_leaves_the_rest() {
    expect(&[
        ("resize to 800, no, resize to 640", "width=640"),
        ("resize to 640 instead of 800", "width=640"),
        ("grayscale without text", "grayscale=true"),
    ]);
}
