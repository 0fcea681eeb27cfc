//! The same instructions in German.

use super::{expect, expect_whole};

#[test]
fn german_is_read() {
    expect_whole(&[
        ("max. 800 px breit", "width=800 fit='contain'"),
        ("800 Pixel breit und 600 Pixel hoch", "width=800 height=600"),
        ("Skaliere das Bild auf 640 Pixel", "width=640"),
        ("höchstens 1024 px breit", "width=1024 fit='contain'"),
        ("Ein Quadrat von 500 Pixeln", "width=500 height=500 fit='cover'"),
        ("Drehe es nach rechts", "rotate=90"),
        ("bitte um 90 Grad gegen den Uhrzeigersinn drehen", "rotate=270"),
        ("um 180 Grad nach rechts drehen", "rotate=180"),
        ("nach links drehen", "rotate=270"),
        ("Spiegele das Bild vertikal", "flip='vertical'"),
        ("Mach es schwarz-weiß und etwas heller", "grayscale=true brightness=10"),
        ("mehr Kontrast", "contrast=20"),
        ("Schreibe „Neu“ unten rechts", "text='Neu' text_position='bottom_right'"),
        ("Beschrifte es oben mit \"Skizze\"", "text='Skizze' text_position='top'"),
        ("Speichere es als PNG", "format='png'"),
    ]);
}

#[test]
fn what_is_not_to_be_done_is_not_read_in_german_either() {
    expect(&[
        ("nicht drehen, 800 breit", "width=800"),
        ("Drehe es nicht nach rechts, keine Unschärfe", ""),
        ("ohne schwarz-weiß", ""),
    ]);
}
