//! A stamp names everything that the site was made from.
use crate::{assets, pwa, workspace::Profile};
use anyhow::Result;
use std::{
    env, fs,
    hash::{DefaultHasher, Hash, Hasher},
    path::Path,
};

pub fn of(wasm: &Path, profile: Profile, optimiser: Option<&Path>) -> Result<String> {
    let mut hash = DefaultHasher::new();
    (profile == Profile::Release).hash(&mut hash);
    fs::read(wasm)?.hash(&mut hash);
    for folder in ["style", "public", pwa::FOLDER] {
        for file in assets::files(Path::new(folder))? {
            file.hash(&mut hash);
            fs::read(&file)?.hash(&mut hash);
        }
    }
    // The tools themselves: a new one may write something else.
    program(&env::current_exe()?, &mut hash)?;
    if let Some(tool) = optimiser {
        program(tool, &mut hash)?;
    }
    Ok(format!("{:016x}", hash.finish()))
}

fn program(path: &Path, hash: &mut DefaultHasher) -> Result<()> {
    let about = fs::metadata(path)?;
    (path, about.len(), about.modified()?).hash(hash);
    Ok(())
}
