//! Empties what never runs: each view can be brought to life in two ways, and the pages only use one.
//!
//! The views' tables refer to both, so no optimiser can know. `hydrate_body` takes the way that doesn't wait; the code
//! of the other, an eighth of the whole, becomes one instruction that would stop the page.
use anyhow::{Result, anyhow};
use std::path::Path;
use walrus::{
    FunctionKind, Module, ModuleConfig,
    ir::{InstrLocId, Unreachable},
};

/// As the compiler writes it into the names of functions, whose length stands before it.
const OTHER_WAY: &str = "13hydrate_async";

/// Needs the names of the functions, and leaves none.
pub fn keep_one(module: &Path) -> Result<()> {
    let failed = |error| anyhow!("{}: {error:#}", module.display());
    let mut plain = ModuleConfig::new();
    plain.generate_name_section(false).generate_producers_section(false);
    let mut wasm = Module::from_file_with_config(module, &plain).map_err(failed)?;
    for function in wasm.funcs.iter_mut() {
        let other = function.name.as_deref().is_some_and(|name| name.contains(OTHER_WAY));
        if let FunctionKind::Local(body) = &mut function.kind
            && other
        {
            let start = body.entry_block();
            body.block_mut(start).instrs = vec![(Unreachable {}.into(), InstrLocId::default())];
        }
    }
    wasm.emit_wasm_file(module).map_err(failed)
}
