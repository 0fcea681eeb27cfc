use proptest::prelude::*;

use crate::files::{SniffError, sniff};

const PNG: &[u8] = b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR";
const JPEG: &[u8] = b"\xff\xd8\xff\xe0\0\x10JFIF\0";
const ZIP: &[u8] = b"PK\x03\x04\x14\0\0\0\x08\0somefile";
const HEIC: &[u8] = b"\0\0\0\x18ftypheic\0\0\0\0mif1heic";
const OLE: &[u8] = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1\0\0\0\0";

fn name(head: &[u8], file: &str, claimed: Option<&str>) -> &'static str {
    sniff(head, file, claimed).unwrap().name
}

fn refused(head: &[u8], file: &str, claimed: Option<&str>) -> (String, String) {
    match sniff(head, file, claimed) {
        Err(SniffError::Mismatch { found, claimed }) => (found, claimed),
        other => panic!("{file} {claimed:?}: {other:?}"),
    }
}

#[test]
fn bytes_alone_name_the_type() {
    let cases: [(&[u8], &str); 14] = [
        (PNG, "image/png"),
        (JPEG, "image/jpeg"),
        (b"RIFF\x24\0\0\0WEBPVP8 ", "image/webp"),
        (b"GIF89a\x01\0\x01\0", "image/gif"),
        (HEIC, "image/heic"),
        (b"\0\0\0\x1cftypavif\0\0\0\0", "image/avif"),
        (b"\0\0\0\x1cftypisom\0\0\0\0", "video/mp4"),
        (b"%PDF-1.7\n%\xe2\xe3\xcf\xd3\n", "application/pdf"),
        (ZIP, "application/zip"),
        (b"{\"a\": [1, 2]}\n", "application/json"),
        (b"[1, 2]", "application/json"),
        (b"{ not json", "text/plain"),
        (b"Hello, world\n", "text/plain"),
        (b"\0\x01\x02\x03 nothing known", "application/octet-stream"),
    ];
    for (head, expected) in cases {
        assert_eq!(name(head, "", None), expected);
        assert_eq!(name(head, "no-ending", Some("application/octet-stream")), expected);
    }
}

#[test]
fn a_claim_that_the_bytes_contradict_is_refused_with_both_names() {
    let told = refused(JPEG, "photo.png", None);
    assert_eq!(told, ("image/jpeg".to_owned(), "image/png".to_owned()));
    refused(PNG, "photo.png", Some("image/jpeg"));
    refused(b"<!DOCTYPE html><p>hi", "photo.png", Some("image/png"));
    refused(b"<!DOCTYPE html><p>hi", "notes.txt", None);
    refused(HEIC, "photo.jpg", Some("image/jpeg"));
    refused(b"\x7fELF\x02\x01\x01\0", "photo.jpg", None);
    refused(b"plain words", "data.json", None);
    refused(b"plain words", "report.pdf", None);
    refused(b"\0\x01\x02\x03", "notes.txt", Some("text/plain"));
    refused(ZIP, "photo.jpg", None);
    refused(PNG, "program.exe", None);
}

#[test]
fn the_refusal_says_what_to_do() {
    let error = sniff(JPEG, "photo.png", None).unwrap_err().to_string();
    assert!(
        error.contains("image/jpeg") && error.contains("image/png") && error.contains("ending"),
        "{error}"
    );
    assert_eq!(sniff(b"", "a.png", None), Err(SniffError::Empty));
}

#[test]
fn a_claim_decides_where_bytes_leave_it_open() {
    assert_eq!(name(b"a,b\n1,2\n", "t.csv", None), "text/csv");
    assert_eq!(name(b"a,b\n1,2\n", "t.csv", Some("text/csv; charset=utf-8")), "text/csv");
    assert_eq!(name(b"a,b\n1,2\n", "t.csv", Some("application/vnd.ms-excel")), "text/csv");
    assert_eq!(name(b"a,b\n1,2\n", "t.csv", Some("text/plain")), "text/csv");
    assert_eq!(name(b"# Title\n", "readme.md", None), "text/markdown");
    assert_eq!(name(b"[1, 2]", "list.txt", None), "text/plain");
    assert!(name(ZIP, "letter.docx", None).ends_with("wordprocessingml.document"));
    assert_eq!(name(OLE, "letter.doc", None), "application/msword");
    assert_eq!(name(JPEG, "photo.JPG", Some("image/pjpeg")), "image/jpeg");
    assert_eq!(name(b"a: 1\n", "settings.yaml", Some("application/yaml")), "text/plain");
}

#[test]
fn json_cut_at_the_end_of_the_head_is_json() {
    let long = format!("[{}", "\"value\", ".repeat(1000));
    assert_eq!(name(&long.as_bytes()[..4096], "data.json", None), "application/json");
}

#[test]
fn text_in_old_encodings_and_with_marks_is_text() {
    assert_eq!(name(b"Gr\xfc\xdfe;1\r\n", "t.csv", None), "text/csv");
    assert_eq!(name(b"\xef\xbb\xbfa,b\n", "t.csv", None), "text/csv");
    assert_eq!(name(b"\xff\xfea\0,\0b\0\n\0", "t.csv", None), "text/csv");
    // The first two letters of a bitmap file.
    assert_eq!(name(b"BMW,Audi\n1,2\n", "cars.csv", None), "text/csv");
    assert_eq!(name("naïve 日本語".as_bytes(), "", None), "text/plain");
}

#[test]
fn what_could_run_code_is_marked() {
    let active: [(&[u8], &str); 13] = [
        (b"<!DOCTYPE html><p>", "a.html"),
        (b"\n  <HTML>", "a.htm"),
        (b"<svg xmlns='x'><script>alert(1)</script></svg>", "a.svg"),
        (b"<?xml version='1.0'?><!-- x --><svg/>", "a.svg"),
        (b"<?xml version='1.0'?><a/>", "a.xml"),
        (b"\xff\xfe<\0h\0t\0m\0l\0>\0", "a.html"),
        (b"#!/bin/sh\nrm -rf x\n", "a.sh"),
        (b"alert(1)", "a.js"),
        (b"%PDF-1.7\n", "a.pdf"),
        (b"MZ\x90\0\x03\0", "a.exe"),
        (b"words <script>alert(1)</script>", "a.txt"),
        (b"a,b\n<iframe src=x>,2\n", "a.csv"),
        (b"<?php echo 1;", "a.txt"),
    ];
    for (head, file) in active {
        assert!(sniff(head, file, None).unwrap().active, "{file}");
    }
    for (head, file) in
        [(PNG, "a.png"), (JPEG, "a.jpg"), (b"words", "a.txt"), (b"{}", "a.json"), (HEIC, "a.heic")]
    {
        assert!(!sniff(head, file, None).unwrap().active, "{file}");
    }
}

#[test]
fn a_picture_with_a_document_inside_its_beginning_is_not_taken_for_a_picture() {
    let polyglot = [JPEG, b"\0\0%PDF-1.4 \0"].concat();
    refused(&polyglot, "photo.jpg", Some("image/jpeg"));
}

proptest! {
    #[test]
    fn any_bytes_under_any_name_get_an_answer(
        head in proptest::collection::vec(any::<u8>(), 0..4096),
        file in ".{0,20}(\\.[a-z]{2,4})?",
        claimed in proptest::option::of(".{0,30}"),
    ) {
        let _ = sniff(&head, &file, claimed.as_deref());
    }
}
