use proptest::prelude::*;

use crate::files::{content_disposition, safe_name};

#[test]
fn a_name_is_the_last_part_of_a_path() {
    assert_eq!(safe_name("../../etc/passwd"), "passwd");
    assert_eq!(safe_name(r"..\..\boot.ini"), "boot.ini");
    assert_eq!(safe_name(r"C:\Users\me\photo.jpg"), "photo.jpg");
    assert_eq!(safe_name("C:"), "C_");
    assert_eq!(safe_name("folder/"), "folder");
}

#[test]
fn an_ordinary_name_stays_as_it_is() {
    for name in
        ["photo.jpg", "Büro 2024 (1).pdf", "日本語.png", ".profile", "a.tar.gz", "фото.webp"]
    {
        assert_eq!(safe_name(name), name);
    }
}

#[test]
fn nothing_hidden_or_turned_around_stays_in_a_name() {
    assert_eq!(safe_name("invoice\u{202e}gpj.exe"), "invoicegpj.exe");
    assert_eq!(safe_name("a\u{2066}b\u{2069}c\u{200b}d\u{e0041}.txt"), "abcd.txt");
    assert_eq!(safe_name("two\r\nlines\0.txt"), "twolines.txt");
    assert_eq!(safe_name("a\"b<c>d|e?f*g:h;i.txt"), "a_b_c_d_e_f_g_h_i.txt");
}

#[test]
fn a_name_is_never_empty_a_dot_or_a_device() {
    for name in ["", " ", "/", "..", ".", "\u{202e}", "\0", "...", r"\\", "a/.."] {
        assert_eq!(safe_name(name), "file", "{name:?}");
    }
    assert_eq!(safe_name("CON"), "_CON");
    assert_eq!(safe_name("nul.txt"), "_nul.txt");
    assert_eq!(safe_name("lpt1.tar.gz"), "_lpt1.tar.gz");
    assert_eq!(safe_name("console.txt"), "console.txt");
}

#[test]
fn a_long_name_is_cut_between_characters_and_keeps_its_ending() {
    let name = safe_name(&format!("{}.jpeg", "ü".repeat(300)));
    assert!(name.len() <= 200 && name.len() >= 198 && name.ends_with("ü.jpeg"));
    let name = safe_name(&format!("a.{}", "b".repeat(300)));
    assert_eq!(name.len(), 200);
}

#[test]
fn a_download_header_names_the_file_for_old_and_new_clients() {
    assert_eq!(
        content_disposition("photo.jpg"),
        "attachment; filename=\"photo.jpg\"; filename*=UTF-8''photo.jpg"
    );
    assert_eq!(
        content_disposition("Preis 10€ \"100%\".txt"),
        "attachment; filename=\"Preis 10_ _100__.txt\"; filename*=UTF-8''Preis%2010%E2%82%AC%20_100%25_.txt"
    );
}

proptest! {
    #[test]
    fn any_name_becomes_a_short_plain_one_and_stays_so(name in any::<String>()) {
        let safe = safe_name(&name);
        prop_assert!(!safe.is_empty() && safe.len() <= 200);
        let bad = |c: char| c.is_control() || ['/', '\\', '"', ':', '\u{202e}'].contains(&c);
        prop_assert!(!safe.contains(bad));
        prop_assert_eq!(&safe_name(&safe), &safe);
    }

    #[test]
    fn any_name_gives_a_header_of_visible_ascii(name in any::<String>()) {
        let header = content_disposition(&name);
        prop_assert!(header.bytes().all(|b| (b' '..=b'~').contains(&b)));
        prop_assert_eq!(header.matches('"').count(), 2);
        prop_assert!(http::HeaderValue::from_str(&header).is_ok());
    }
}
