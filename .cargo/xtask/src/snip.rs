//! Takes out of the WASM what is never called, where the compiler can't know it.
//!
//! Each kind of view carries code that brings it to life while waiting for other pieces. The page's pieces are there
//! before it is brought to life, so that none of it ever runs; and routes are listed on the server. It is a twentieth of
//! what a browser would load. Should it be called after all, the page stops at once, which every story in the browser
//! would tell.
use anyhow::{Result, anyhow};
use std::path::Path;
use walrus::{FunctionBuilder, FunctionId, FunctionKind, Module};

/// In the mangled names of such functions and of what is inside them. Only where nothing else can have the same code: the
/// compiler makes one function of equal ones, and gives it the name of any.
const NEVER_CALLED: [&str; 2] = ["8into_any13hydrate_async", "15generate_routes"];

/// Needs a module with names.
pub fn snip(file: &Path) -> Result<()> {
    let read = Module::from_file(file);
    let mut module = read.map_err(|error| anyhow!("{} can't be read: {error}", file.display()))?;
    let is_dead = |function: &FunctionId| {
        let name = module.funcs.get(*function).name.as_deref().unwrap_or_default();
        NEVER_CALLED.iter().any(|part| name.contains(part))
    };
    let dead: Vec<FunctionId> =
        module.funcs.iter_local().map(|(function, _)| function).filter(is_dead).collect();
    for function in dead {
        empty(&mut module, function);
    }
    let written = module.emit_wasm_file(file);
    written.map_err(|error| anyhow!("{} can't be written: {error}", file.display()))
}

/// Leaves nothing of a function but that it stops.
fn empty(module: &mut Module, function: FunctionId) {
    let kind = module.funcs.get(function).ty();
    let (takes, gives) = module.types.params_results(kind);
    let (takes, gives) = (takes.to_vec(), gives.to_vec());
    let mut body = FunctionBuilder::new(&mut module.types, &takes, &gives);
    body.func_body().unreachable();
    let arguments = takes.into_iter().map(|kind| module.locals.add(kind)).collect();
    let body = FunctionKind::Local(body.local_func(arguments));
    module.funcs.get_mut(function).kind = body;
}
