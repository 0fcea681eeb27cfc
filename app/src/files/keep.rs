//! Files that the server doesn't have yet, kept on the device, so that a reload loses none of them.
//!
//! Where the browser keeps nothing (a private window, a full disk), uploads end with the page.

use js_sys::{Array, Function};
use leptos::prelude::window;
use wasm_bindgen::{JsCast, JsValue, closure::Closure};
use web_sys::{File, IdbObjectStore, IdbOpenDbRequest, IdbTransactionMode};

use super::{Home, text};

const NAME: &str = "countersign-uploads";
const FILES: &str = "files";

/// Keeps a file under its key.
pub fn put(key: &str, home: &Home, file: &File) {
    let (key, kept) =
        (JsValue::from(key), Array::of3(&key.into(), &text::of_home(home).into(), file));
    with_files(IdbTransactionMode::Readwrite, move |files| {
        // Not kept is not lost: it is being sent.
        let _ = files.put_with_key(&kept, &key);
    });
}

/// Forgets a file.
pub fn forget(key: &str) {
    let key = JsValue::from(key);
    with_files(IdbTransactionMode::Readwrite, move |files| {
        // What isn't there needn't be forgotten.
        let _ = files.delete(&key);
    });
}

/// Reads all that is kept.
pub fn all(then: impl FnOnce(Vec<(String, Home, File)>) + 'static) {
    with_files(IdbTransactionMode::Readonly, move |files| {
        let Ok(request) = files.get_all() else { return };
        let of = request.clone();
        let read = once(move || {
            let kept = of.result().ok().and_then(|result| result.dyn_into::<Array>().ok());
            then(kept.iter().flat_map(Array::iter).filter_map(|one| entry(&one)).collect());
        });
        request.set_onsuccess(Some(&read));
    });
}

fn entry(kept: &JsValue) -> Option<(String, Home, File)> {
    let kept: &Array = kept.dyn_ref()?;
    let home = text::home(&kept.get(1).as_string()?)?;
    Some((kept.get(0).as_string()?, home, kept.get(2).dyn_into().ok()?))
}

fn with_files(mode: IdbTransactionMode, run: impl FnOnce(IdbObjectStore) + 'static) {
    let Ok(Some(factory)) = window().indexed_db() else { return };
    let Ok(opening) = factory.open_with_u32(NAME, 1) else { return };
    let (made, opened) = (opening.clone(), opening.clone());
    opening.set_onupgradeneeded(Some(&once(move || {
        if let Some(database) = database(&made) {
            // The one place where it is made.
            let _ = database.create_object_store(FILES);
        }
    })));
    opening.set_onsuccess(Some(&once(move || {
        let Some(database) = database(&opened) else { return };
        let transaction = database.transaction_with_str_and_mode(FILES, mode);
        if let Ok(files) = transaction.and_then(|transaction| transaction.object_store(FILES)) {
            run(files);
        }
    })));
}

fn database(opening: &IdbOpenDbRequest) -> Option<web_sys::IdbDatabase> {
    opening.result().ok()?.dyn_into().ok()
}

fn once(run: impl FnOnce() + 'static) -> Function {
    Closure::once_into_js(run).unchecked_into()
}
