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

/// Some tests count this process's children.
static ALONE: tokio::sync::Mutex<()> = tokio::sync::Mutex::const_new(());

fn png(picture: impl Into<DynamicImage>) -> Bytes {
    let mut bytes = Cursor::new(Vec::new());
    picture.into().write_to(&mut bytes, ImageFormat::Png).expect("written to memory");
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
    let _alone = ALONE.lock().await;
    let fields = ", \"width\": 200, \"text\": \"Hello\", \"blur\": 2, \"format\": \"webp\"";
    let by_child = run(photo(), fields, LONG).await.unwrap();
    let by_function = edit(&photo(), &ImageJob::parse(&payload(fields)).unwrap()).unwrap();
    assert_eq!(by_child, by_function);
    let by_child = preview_child(Path::new(EXE), photo(), 128, LONG).await.unwrap();
    assert_eq!(by_child, preview(&photo(), 128).unwrap());
}

#[tokio::test]
async fn faults_come_through_as_they_are() {
    let _alone = ALONE.lock().await;
    let fault = run(photo(), ", \"width\": 0", LONG).await.unwrap_err();
    assert!(matches!(fault, ImageFault::Invalid { field, .. } if field == "width"));
    let fault = run(Bytes::from_static(b"no picture"), "", LONG).await.unwrap_err();
    assert!(matches!(fault, ImageFault::NotAPicture { .. }));
    let fault = run(vec![0; 25 * 1024 * 1024 + 1].into(), "", LONG).await.unwrap_err();
    assert!(matches!(fault, ImageFault::TooLarge { .. }));
}

#[tokio::test]
async fn a_result_larger_than_any_source_is_shown_within_the_limits_of_the_child() {
    let _alone = ALONE.lock().await;
    let mut large = png(GrayImage::new(8_000, 8_000)).to_vec();
    large.resize(64 * 1024 * 1024, 0);
    let small = preview_child(Path::new(EXE), large.into(), 128, LONG).await.unwrap();
    assert_eq!((small.width, small.height), (128, 128));
}

#[tokio::test]
async fn a_child_that_takes_too_long_is_killed_and_gone() {
    let _alone = ALONE.lock().await;
    let large = png(RgbImage::from_pixel(4000, 3000, Rgb([7; 3])));
    let started = Instant::now();
    let fault = run(large, ", \"blur\": 50, \"width\": 6000", Duration::from_millis(50)).await;
    assert_eq!(fault, Err(ImageFault::TooSlow { limit_ms: 50 }));
    assert!(started.elapsed() < Duration::from_secs(2), "{:?}", started.elapsed());
    assert!(children().is_empty());
}

#[tokio::test]
async fn a_child_whose_caller_went_away_is_killed() {
    let _alone = ALONE.lock().await;
    let large = png(RgbImage::from_pixel(4000, 3000, Rgb([7; 3])));
    let job = run(large, ", \"blur\": 50, \"width\": 6000", LONG);
    assert!(tokio::time::timeout(Duration::from_millis(100), job).await.is_err());
    let started = Instant::now();
    while !children().is_empty() {
        assert!(started.elapsed() < Duration::from_secs(5));
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
}

/// Children of this process, the dead that nobody waited for included.
#[cfg(target_os = "linux")]
fn children() -> Vec<String> {
    let id = std::process::id().to_string();
    let of_ours = |entry: std::fs::DirEntry| {
        let stat = std::fs::read_to_string(entry.path().join("stat")).ok()?;
        let (_, after_name) = stat.rsplit_once(") ")?;
        let ours = after_name.split(' ').nth(1)? == id;
        ours.then(|| entry.file_name().into_string().expect("a number"))
    };
    std::fs::read_dir("/proc")
        .expect("proc is there")
        .filter_map(Result::ok)
        .filter_map(of_ours)
        .collect()
}

#[cfg(not(target_os = "linux"))]
fn children() -> Vec<String> {
    Vec::new()
}

#[tokio::test]
async fn a_job_beyond_the_memory_is_refused_with_its_limit() {
    let _alone = ALONE.lock().await;
    let source = png(GrayImage::from_fn(8000, 5000, |x, y| image::Luma([(x ^ y) as u8])));
    let fault = run(source, ", \"height\": 8000, \"width\": 8000, \"fit\": \"stretch\"", LONG)
        .await
        .unwrap_err();
    assert!(matches!(fault, ImageFault::TooLarge { limit, .. } if limit == "1024 MiB"));
}

/// Stands in for a worker that dies: running out of memory aborts it, and the system kills what uses too much.
#[cfg(unix)]
#[tokio::test]
async fn a_worker_that_dies_is_a_fault_by_what_killed_it() {
    use std::os::unix::fs::PermissionsExt;
    let _alone = ALONE.lock().await;
    let folder = tempfile::tempdir().unwrap();
    let dies = async |with: &str| {
        let script = folder.path().join(with);
        std::fs::write(&script, format!("#!/bin/sh\nkill -{with} $$\n")).unwrap();
        std::fs::set_permissions(&script, PermissionsExt::from_mode(0o700)).unwrap();
        run_child(&script, photo(), &payload(""), LONG).await.unwrap_err()
    };
    assert!(matches!(dies("ABRT").await, ImageFault::TooLarge { .. }));
    assert!(matches!(dies("KILL").await, ImageFault::TooLarge { .. }));
    assert!(matches!(dies("SEGV").await, ImageFault::Internal { .. }));
}

#[cfg(target_os = "linux")]
#[tokio::test]
async fn the_worker_limits_its_own_memory_and_inherits_no_environment() {
    let _alone = ALONE.lock().await;
    let large = png(RgbImage::from_pixel(4000, 3000, Rgb([7; 3])));
    let job = run(large, ", \"blur\": 50, \"width\": 6000", LONG);
    let look = async {
        // It sets them first of all, but it has to start.
        let (worker, limits) = loop {
            tokio::time::sleep(Duration::from_millis(5)).await;
            let Some(worker) = children().pop() else { continue };
            let limits =
                std::fs::read_to_string(format!("/proc/{worker}/limits")).unwrap_or_default();
            if limits.contains("1073741824") {
                break (worker, limits);
            }
        };
        let limit = |name: &str| {
            let line = limits.lines().find(|line| line.starts_with(name)).unwrap();
            line[name.len()..].split_whitespace().take(2).map(str::to_owned).collect::<Vec<_>>()
        };
        assert_eq!(limit("Max address space"), ["1073741824", "1073741824"]);
        let environment = std::fs::read(format!("/proc/{worker}/environ")).unwrap();
        assert!(environment.is_empty());
    };
    tokio::select! { _ = job => panic!("it ended before the look"), () = look => () }
}

#[tokio::test]
async fn a_program_that_is_no_worker_is_an_internal_fault() {
    let _alone = ALONE.lock().await;
    for program in ["/bin/false", "/bin/cat", "/nowhere/at/all"] {
        let fault = run_child(Path::new(program), photo(), &payload(""), LONG).await.unwrap_err();
        assert!(matches!(fault, ImageFault::Internal { .. }), "{program}: {fault:?}");
    }
}

#[test]
fn a_worker_fed_with_nonsense_says_so_and_ends() {
    let _alone = ALONE.blocking_lock();
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
