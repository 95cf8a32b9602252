//! A plugin that panics while it is loaded. `export_plugin!` makes that impossible, so the exports are written by hand, as
//! somebody's own macro might.
#![allow(clippy::panic)]

use otai_plugin::export::{
    CheckTypeLayout, LibHeader, RStr, RootModuleResult,
    abi::{ABI, MAGIC, Manifest, PluginRef},
    call_root_module_loader,
};

fn root() -> PluginRef {
    panic!("the root panics")
}

extern "C" fn erased_root() -> RootModuleResult {
    call_root_module_loader(root)
}

// SAFETY of the exports and of the constructor: as in `otai_plugin::export_plugin!`.
#[allow(unsafe_code)]
#[unsafe(export_name = "_1as_0lib_1header_0root_bmodule_bloader")]
static HEADER: LibHeader = unsafe { LibHeader::from_constructor::<PluginRef>(erased_root, CheckTypeLayout::Yes) };

#[allow(unsafe_code)]
#[unsafe(export_name = "otai_plugin_manifest_v1")]
static MANIFEST: Manifest = Manifest {
    magic: MAGIC,
    abi: ABI,
    name: RStr::from_str(env!("CARGO_PKG_NAME")),
    version: RStr::from_str(env!("CARGO_PKG_VERSION")),
};
