//! The child's side: one picture, under hard limits, then the process ends.

use std::io::{Read, Write};
use std::process::ExitCode;

use super::decode::SHOWN;
use super::frame::{self, Answer, Task};
use super::{Edited, ImageFault, ImageJob, edit, preview};

/// The hidden subcommand that starts [`worker_main`].
pub const WORKER: &str = "image-worker";

/// Takes one task from standard input and writes its answer to standard output. Run it before anything else
/// of the program, with one thread: the limits hold for the whole process.
pub fn worker_main() -> ExitCode {
    match work(&mut std::io::stdin().lock(), &mut std::io::stdout().lock()) {
        Ok(()) => ExitCode::SUCCESS,
        Err(_) => ExitCode::FAILURE,
    }
}

fn work(input: &mut impl Read, output: &mut impl Write) -> std::io::Result<()> {
    let done = confine().map_err(ImageFault::internal).and_then(|()| {
        // As much as any task takes; what this one takes is tested before it is decoded.
        let (task, source) = frame::read(input, SHOWN.bytes).map_err(ImageFault::internal)?;
        carry_out(&task, &source)
    });
    match done {
        Ok(Edited { bytes, media_type, width, height }) => {
            let answer = Answer::Edited { media_type: media_type.to_owned(), width, height };
            frame::write(output, &answer, &bytes)
        }
        Err(fault) => frame::write(output, &Answer::Fault(fault), &[]),
    }
}

fn carry_out(task: &Task, source: &[u8]) -> Result<Edited, ImageFault> {
    match task {
        Task::Edit(payload) => edit(source, &ImageJob::parse(payload)?),
        Task::Preview(max_edge) => preview(source, *max_edge),
    }
}

/// Memory, time even if the parent is gone, no files, no core dumps.
#[cfg(unix)]
fn confine() -> std::io::Result<()> {
    use rlimit::{Resource, setrlimit};
    /// Far above any limit of the parent: for a child whose parent was killed.
    const CPU_SECONDS: u64 = 300;
    let memory = setrlimit(Resource::AS, super::CHILD_MEMORY, super::CHILD_MEMORY);
    // Other systems have no such limit or refuse it.
    if cfg!(target_os = "linux") {
        memory?;
    }
    setrlimit(Resource::CPU, CPU_SECONDS, CPU_SECONDS)?;
    setrlimit(Resource::FSIZE, 0, 0)?;
    setrlimit(Resource::CORE, 0, 0)
}

#[cfg(not(unix))]
fn confine() -> std::io::Result<()> {
    Ok(())
}
