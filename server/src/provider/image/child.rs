//! The parent's side: a child process for each picture, killed when its time is over.

use std::path::Path;
use std::process::{ExitStatus, Stdio};
use std::time::Duration;

use bytes::Bytes;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::process::{Child, Command};

use super::frame::{self, Answer, Task};
use super::{Edited, ImageFault, MAX_RESULT_BYTES, WORKER};

/// Header and lengths beside the largest body.
const MAX_ANSWER: u64 = MAX_RESULT_BYTES as u64 + 2 * 1024 * 1024;

/// [`super::edit`] in a process of its own; `exe` is this program. Dropping the future kills the child too.
pub async fn run_child(
    exe: &Path,
    source: Bytes,
    job_text: &str,
    limit: Duration,
) -> Result<Edited, ImageFault> {
    run(exe, source, &Task::Edit(job_text.to_owned()), limit).await
}

/// [`super::preview`] in a process of its own.
pub async fn preview_child(
    exe: &Path,
    source: Bytes,
    max_edge: u32,
    limit: Duration,
) -> Result<Edited, ImageFault> {
    run(exe, source, &Task::Preview(max_edge), limit).await
}

async fn run(
    exe: &Path,
    source: Bytes,
    task: &Task,
    limit: Duration,
) -> Result<Edited, ImageFault> {
    task.bounds().hold(source.len())?;
    let mut child = start(exe).map_err(ImageFault::internal)?;
    match tokio::time::timeout(limit, talk(&mut child, source, task)).await {
        Ok(answer) => answer,
        Err(_) => {
            child.kill().await.map_err(ImageFault::internal)?;
            Err(ImageFault::TooSlow {
                limit_ms: u64::try_from(limit.as_millis()).unwrap_or(u64::MAX),
            })
        }
    }
}

fn start(exe: &Path) -> std::io::Result<Child> {
    Command::new(exe)
        .arg(WORKER)
        .env_clear()
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::null())
        .kill_on_drop(true)
        .spawn()
}

async fn talk(child: &mut Child, source: Bytes, task: &Task) -> Result<Edited, ImageFault> {
    let mut input = child.stdin.take().expect("piped at start");
    let output = child.stdout.take().expect("piped at start");
    let head = frame::head(task, source.len());
    let send = async move {
        // A child that ended before it read everything says why in its answer or its status.
        if input.write_all(&head).await.is_ok() {
            let _ = input.write_all(&source).await;
        }
    };
    let mut answer = Vec::new();
    let mut output = output.take(MAX_ANSWER);
    let (_, received) = tokio::join!(send, output.read_to_end(&mut answer));
    received.map_err(ImageFault::internal)?;
    drop(output);
    let status = child.wait().await.map_err(ImageFault::internal)?;
    if status.success() { understand(&answer) } else { Err(ended(status)) }
}

fn understand(mut answer: &[u8]) -> Result<Edited, ImageFault> {
    let (header, bytes) =
        frame::read(&mut answer, MAX_RESULT_BYTES).map_err(ImageFault::internal)?;
    match header {
        Answer::Fault(fault) => Err(fault),
        Answer::Edited { media_type, width, height } => {
            let known =
                ["image/png", "image/jpeg", "image/webp"].into_iter().find(|k| *k == media_type);
            let media_type = known.ok_or_else(|| ImageFault::internal("unknown media type"))?;
            Ok(Edited { bytes, media_type, width, height })
        }
    }
}

/// Rust aborts when memory runs out, and the system kills what uses too much.
fn ended(status: ExitStatus) -> ImageFault {
    #[cfg(unix)]
    {
        use std::os::unix::process::ExitStatusExt;
        const ABORTED: i32 = 6;
        const KILLED: i32 = 9;
        if matches!(status.signal(), Some(ABORTED | KILLED)) {
            return ImageFault::memory();
        }
    }
    ImageFault::internal(format!("the image worker ended with {status}"))
}
