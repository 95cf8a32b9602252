//! The only unsafe code of the host: mapping a library and reading two statics of it.
//!
//! Invariant: up to the manifest nothing of the plugin's Rust code runs, and a refused library is closed again. After the layout
//! check the library stays mapped for ever: its statics, vtables and thread-local destructors may be in use anywhere.
#![allow(unsafe_code)]

use std::{error::Error, fmt::Write as _, path::Path};

use abi_stable::library::{AbiHeaderRef, LibraryError, ROOT_MODULE_LOADER_NAME_WITH_NUL, RootModuleError};
use libloading::Library;
use otai_interface::{
    abi::{ABI, MAGIC, MANIFEST_SYMBOL, Manifest, PluginRef},
    model::PluginDescription,
};

/// Maps the library and checks, in this order: its manifest, abi_stable's header, the layout of every type of the border.
///
/// `init_root_module` and not `RootModule::load_from_file`: the latter returns the first plugin ever loaded for every later one.
pub(super) fn open(file: &Path) -> Result<(PluginRef, PluginDescription), String> {
    let library = map(file)?;
    manifest(&library)?;

    // SAFETY: the symbol of this name is an `AbiHeaderRef` in every library made with abi_stable; the manifest has shown that
    // this one was. `upgrade` checks abi_stable's own version before anything else of it is used.
    let header = unsafe { library.get::<AbiHeaderRef>(ROOT_MODULE_LOADER_NAME_WITH_NUL.as_bytes()) }
        .map(|header| *header)
        .map_err(|e| format!("is not an otai plugin: {}", chain(&e)))?;
    std::mem::forget(library);

    let header = header.upgrade().map_err(|e| incompatible(&e))?;
    let root = header.init_root_module::<PluginRef>().map_err(|e| incompatible(&e))?;
    let description = (root.describe())();
    let description = serde_json::from_slice::<PluginDescription>(&description)
        .map_err(|e| format!("does not describe itself in a way that this host understands: {e}"))?;
    if description.name.is_empty() {
        return Err("panicked while it described itself".to_owned());
    }
    Ok((root, description))
}

fn map(file: &Path) -> Result<Library, String> {
    // SAFETY: running a library's initialisers cannot be made safe; the file has passed the structure check, its path is
    // absolute (a bare name would be searched for in system folders), and Rust plugins have no initialisers of their own.
    #[cfg(unix)]
    let library = unsafe {
        use libloading::os::unix::{Library as Unix, RTLD_LOCAL, RTLD_NOW};
        // NOW: a missing symbol is an error here, not a crash in the middle of a ticket. LOCAL: plugins do not see each other.
        Unix::open(Some(file), RTLD_NOW | RTLD_LOCAL).map(Library::from)
    };
    // SAFETY: as above.
    #[cfg(not(unix))]
    let library = unsafe { Library::new(file) };
    library.map_err(|e| format!("was refused by the system's loader: {}", chain(&e)))
}

fn manifest(library: &Library) -> Result<(), String> {
    // SAFETY: only an otai plugin exports this name, as a static of type `Manifest`. The magic and the number lie at the start
    // of every generation of it, so they may be read before the rest is trusted.
    let (magic, abi) = unsafe {
        let manifest = library
            .get::<*const Manifest>(MANIFEST_SYMBOL.as_bytes())
            .map_err(|_| format!("is not an otai plugin: it has no `{MANIFEST_SYMBOL}`"))?;
        ((**manifest).magic, (**manifest).abi)
    };
    if magic != MAGIC {
        return Err(format!(
            "is not an otai plugin: its `{MANIFEST_SYMBOL}` is something else"
        ));
    }
    if abi != ABI {
        return Err(format!(
            "was built for otai plugin ABI {abi}, this host speaks {ABI}: get a build for this host"
        ));
    }
    Ok(())
}

/// abi_stable explains a difference on up to 2,800 lines; the admin gets the reason, the log the rest.
fn incompatible(error: &LibraryError) -> String {
    let whole = error.to_string();
    tracing::debug!(target: "otai::loader", "{whole}");
    if let LibraryError::RootModule {
        err: RootModuleError::Unwound,
        ..
    } = error
    {
        return "panicked while loading".to_owned();
    }
    let reason = whole
        .lines()
        .map(str::trim)
        .find(|line| {
            [
                "too many",
                "different prefix",
                "incompatible",
                "version mismatch",
                "mismatched",
            ]
            .iter()
            .any(|w| line.contains(w))
        })
        .unwrap_or("its types differ from the host's");
    format!(
        "was built against another plugin interface ({}): build it with the otai-plugin of this host",
        reason.trim_end_matches(':').to_lowercase()
    )
}

/// libloading keeps the loader's own words in the source.
fn chain(error: &dyn Error) -> String {
    let mut text = error.to_string();
    let mut source = error.source();
    while let Some(error) = source {
        let _ = write!(text, ": {error}");
        source = error.source();
    }
    text
}
