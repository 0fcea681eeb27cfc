//! The image worker as a process: it gives the same result, and it is stopped.

use std::io::{Cursor, Read, Write};
use std::path::Path;
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use bytes::Bytes;
use image::{DynamicImage, GrayImage, ImageFormat, Rgb, RgbImage};
use server::provider::image::{
    Edited, ImageFault, ImageJob, WORKER, edit, preview, preview_child, run_child,
};

const EXE: &str = env!("CARGO_BIN_EXE_countersign");
const LONG: Duration = Duration::from_secs(60);

fn png(picture: impl Into<DynamicImage>) -> Bytes {
    let mut bytes = Cursor::new(Vec::new());
    picture.into().write_to(&mut bytes, ImageFormat::Png).unwrap();
    bytes.into_inner().into()
}

fn payload(fields: &str) -> String {
    format!("{{\"image\": \"sha256:{}\"{fields}}}", "0".repeat(64))
}

async fn run(source: Bytes, fields: &str, limit: Duration) -> Result<Edited, ImageFault> {
    run_child(Path::new(EXE), source, &payload(fields), limit).await
}

fn photo() -> Bytes {
    png(RgbImage::from_fn(640, 480, |x, y| Rgb([x as u8, y as u8, (x * y) as u8])))
}

#[tokio::test]
async fn the_child_gives_the_same_result_as_the_function() {
    let fields = ", \"width\": 200, \"text\": \"Hello\", \"blur\": 2, \"format\": \"webp\"";
    let by_child = run(photo(), fields, LONG).await.unwrap();
    let by_function = edit(&photo(), &ImageJob::parse(&payload(fields)).unwrap()).unwrap();
    assert_eq!(by_child, by_function);
    let by_child = preview_child(Path::new(EXE), photo(), 128, LONG).await.unwrap();
    assert_eq!(by_child, preview(&photo(), 128).unwrap());
}

#[tokio::test]
async fn faults_come_through_as_they_are() {
    let fault = run(photo(), ", \"width\": 0", LONG).await.unwrap_err();
    assert!(matches!(fault, ImageFault::Invalid { field, .. } if field == "width"));
    let fault = run(Bytes::from_static(b"no picture"), "", LONG).await.unwrap_err();
    assert!(matches!(fault, ImageFault::NotAPicture { .. }));
    let fault = run(vec![0; 25 * 1024 * 1024 + 1].into(), "", LONG).await.unwrap_err();
    assert!(matches!(fault, ImageFault::TooLarge { .. }));
}

#[tokio::test]
async fn a_child_that_takes_too_long_is_killed_and_gone() {
    let large = png(RgbImage::from_pixel(4000, 3000, Rgb([7; 3])));
    let started = Instant::now();
    let fault = run(large, ", \"blur\": 50, \"width\": 6000", Duration::from_millis(50)).await;
    assert_eq!(fault, Err(ImageFault::TooSlow { limit_ms: 50 }));
    assert!(started.elapsed() < Duration::from_secs(2), "{:?}", started.elapsed());
    assert_eq!(children(), 0);
}

#[tokio::test]
async fn a_child_whose_caller_went_away_is_killed() {
    let large = png(RgbImage::from_pixel(4000, 3000, Rgb([7; 3])));
    let job = run(large, ", \"blur\": 50, \"width\": 6000", LONG);
    assert!(tokio::time::timeout(Duration::from_millis(100), job).await.is_err());
    let started = Instant::now();
    while children() > 0 {
        assert!(started.elapsed() < Duration::from_secs(5));
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
}

/// Children of this process, the dead that nobody waited for included.
#[cfg(target_os = "linux")]
fn children() -> usize {
    let id = std::process::id().to_string();
    let of_ours = |entry: std::fs::DirEntry| {
        let stat = std::fs::read_to_string(entry.path().join("stat")).ok()?;
        let (_, after_name) = stat.rsplit_once(") ")?;
        (after_name.split(' ').nth(1)? == id).then_some(())
    };
    std::fs::read_dir("/proc").unwrap().filter_map(Result::ok).filter_map(of_ours).count()
}

#[cfg(not(target_os = "linux"))]
fn children() -> usize {
    0
}

#[tokio::test]
async fn memory_beyond_the_limit_ends_the_child_and_not_the_server() {
    // Turning holds two, blurring three of the largest pictures: this is the most that a job can ask for.
    let source = png(GrayImage::from_fn(8000, 5000, |x, y| image::Luma([(x ^ y) as u8])));
    let fields =
        ", \"height\": 8000, \"width\": 8000, \"fit\": \"stretch\", \"blur\": 9, \"text\": \"Hi\"";
    let fault = run(source, fields, LONG).await.unwrap_err();
    assert!(matches!(fault, ImageFault::TooLarge { .. }), "{fault:?}");
}

#[tokio::test]
async fn a_program_that_is_no_worker_is_an_internal_fault() {
    for program in ["/bin/false", "/bin/cat", "/nowhere/at/all"] {
        let fault = run_child(Path::new(program), photo(), &payload(""), LONG).await.unwrap_err();
        assert!(matches!(fault, ImageFault::Internal { .. }), "{program}: {fault:?}");
    }
}

#[test]
fn a_worker_fed_with_nonsense_says_so_and_ends() {
    for nonsense in
        [vec![], vec![0xff; 64], vec![1, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, b'{']]
    {
        let mut child = Command::new(EXE)
            .arg(WORKER)
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()
            .unwrap();
        child.stdin.take().unwrap().write_all(&nonsense).unwrap();
        let mut answer = Vec::new();
        child.stdout.take().unwrap().read_to_end(&mut answer).unwrap();
        assert!(String::from_utf8_lossy(&answer).contains("internal"));
        assert!(child.wait().unwrap().success());
    }
}
