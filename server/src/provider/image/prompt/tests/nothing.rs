//! What isn't read: negations, doubts, descriptions, and what can't be done.

use super::expect;

#[test]
fn what_is_not_to_be_done_is_not_read() {
    expect(&[
        ("don't crop", ""),
        ("don’t crop it to 600x600, make it 800 wide", "width=800"),
        ("no blur", ""),
        ("without text", ""),
        ("without writing \"Draft\"", ""),
        ("do not rotate it left, but mirror it", "flip='horizontal'"),
        ("don't blur, darken or rotate it right; save as png", "format='png'"),
        ("800 px wide without blur and without text", "width=800"),
        ("remove the text \"Sold\"", ""),
        ("never grayscale", ""),
        ("not brighter", ""),
        ("do not make it grayscale", ""),
        ("leave out the blur", ""),
        ("reduce the blur", ""),
        ("take out the blur", ""),
        ("convert it from grayscale to color", ""),
    ]);
}

#[test]
fn a_doubt_is_left_to_a_person() {
    expect(&[
        ("png or jpeg", ""),
        ("800 or 900 px wide", ""),
        ("resize to 800-900 px", ""),
        ("rotate left or right", ""),
        ("brighter and darker", ""),
        ("flip it", ""),
        ("flip it upside down", ""),
        ("flip horizontally and vertically", ""),
        ("maybe black and white?", ""),
        ("if it is wider than 1000, resize to 1000", ""),
        ("square", ""),
        ("16:9", ""),
        ("crop it to 600", ""),
        ("write \"A\" and \"B\"", ""),
        ("write \"A\" at the top. Write \"B\" at the bottom.", ""),
        ("grayscale 50 %", ""),
        ("resize 3 pictures", ""),
        ("reduce brightness and contrast by 10", ""),
        ("at least 800 px wide", ""),
        ("increase the width by 200 px", ""),
        ("make it 5\" wide", ""),
        ("20 cm wide", ""),
        ("resize to 50 %", ""),
        ("1.200 px wide", ""),
        ("1080p", ""),
        ("make it look better", ""),
        ("high quality", ""),
        ("write Black and White 800x600 on it", ""),
        ("rotate 3 times", ""),
        ("", ""),
    ]);
}

#[test]
fn how_the_picture_is_is_not_how_it_shall_be() {
    expect(&[
        ("the picture is blurred and too dark", ""),
        ("It is 4000x3000 px", ""),
        ("I have one that is 4000 pixels wide, make it png", "format='png'"),
        ("why is it black and white?", ""),
        ("my black and white photo", ""),
        ("Save the blurred picture as PNG", "format='png'"),
        ("a png", ""),
    ]);
}

#[test]
fn a_change_to_a_part_is_not_a_change_to_the_whole() {
    expect(&[
        ("blur the background", ""),
        ("blur the faces and save as png", "format='png'"),
        ("find the logo and blur it", ""),
        ("make the sky brighter", ""),
        ("with a black and white border", ""),
        ("add a 20 px wide border", ""),
        ("turn the right side", ""),
        ("a photo of a mirror", ""),
    ]);
}

#[test]
fn words_in_quotes_addresses_and_file_names_are_no_instructions() {
    expect(&[
        ("\"make it 800 wide\"", ""),
        ("the file 'rotate left.png'", ""),
        ("“black and white", ""),
        ("https://example.org/800x600/blur/grayscale.png", ""),
        ("take IMG_800x600_rotate.jpg", ""),
        ("save it as \"result.webp\"", ""),
        ("mail blur@example.org", ""),
    ]);
}

#[test]
fn a_control_character_in_the_text_leaves_the_text_open() {
    expect(&[("write \"a\u{0}b\" at the top, 800 wide", "width=800 text_position='top'")]);
}
