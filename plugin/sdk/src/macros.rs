/// Exports a plugin: its name, and each service with the trait that it implements.
///
/// ```ignore
/// otai_plugin::export_plugin!(FreshdeskPlugin { ticket_system: FreshdeskTicketsystemService });
/// ```
///
/// One rule leads from config to code: `use: otai_freshdesk:FreshdeskTicketsystemService` is the type
/// `FreshdeskTicketsystemService` named here, in the crate `otai_freshdesk`, in the file `libotai_freshdesk.so`
/// (`otai_freshdesk.dll`, `libotai_freshdesk.dylib`).
#[macro_export]
macro_rules! export_plugin {
    ($plugin:ident { $($kind:ident : $service:ident),+ $(,)? }) => {
        #[doc = "The plugin of this crate."]
        pub struct $plugin;

        #[cfg(panic = "abort")]
        compile_error!("an otai plugin must be built with panic = \"unwind\": with abort, a bug in it ends the host");

        const _: () = {
            use $crate::export::{LibHeader, PrefixTypeTrait, RResult, RSlice, RStr, ROOT_MODULE_LOADER_NAME, abi};

            extern "C" fn describe() -> abi::Body {
                $crate::bridge::describe(
                    env!("CARGO_PKG_NAME"),
                    env!("CARGO_PKG_VERSION"),
                    || vec![$($crate::export_plugin!(@describe $kind $service)),+],
                )
            }

            #[allow(unused_variables)]
            extern "C" fn ticket_system(
                name: RStr<'_>,
                params: RSlice<'_, u8>,
                host: abi::HostObject,
            ) -> RResult<abi::TicketSystemObject, abi::Body> {
                $($crate::export_plugin!(@make ticket_system $kind $service name params host);)+
                $crate::bridge::no_such(name.as_str())
            }

            #[allow(unused_variables)]
            extern "C" fn classifier(
                name: RStr<'_>,
                params: RSlice<'_, u8>,
                host: abi::HostObject,
            ) -> RResult<abi::ClassifierObject, abi::Body> {
                $($crate::export_plugin!(@make classifier $kind $service name params host);)+
                $crate::bridge::no_such(name.as_str())
            }

            fn root() -> abi::PluginRef {
                abi::Plugin { describe, ticket_system, classifier }.leak_into_prefix()
            }

            // What abi_stable's own attribute expands to, through `$crate`, so that an author depends on this crate alone.
            const SYMBOL: &str = "_1as_0lib_1header_0root_bmodule_bloader";
            const _: () = assert!($crate::bridge::same(SYMBOL, ROOT_MODULE_LOADER_NAME));

            extern "C" fn erased_root() -> $crate::export::RootModuleResult {
                $crate::export::call_root_module_loader(root)
            }

            // SAFETY of the exports: the names are otai's and abi_stable's own and collide with nothing; the statics are
            // immutable and hold no pointer into anything that is ever freed. SAFETY of the constructor: `erased_root` gives
            // what `call_root_module_loader` made of a `PluginRef`, the type named here.
            #[allow(unsafe_code)]
            #[unsafe(export_name = "_1as_0lib_1header_0root_bmodule_bloader")]
            static HEADER: LibHeader = unsafe {
                LibHeader::from_constructor::<abi::PluginRef>(erased_root, $crate::export::CheckTypeLayout::Yes)
            };

            #[allow(unsafe_code)]
            #[unsafe(export_name = "otai_plugin_manifest_v1")]
            static MANIFEST: abi::Manifest = abi::Manifest {
                magic: abi::MAGIC,
                abi: abi::ABI,
                name: RStr::from_str(env!("CARGO_PKG_NAME")),
                version: RStr::from_str(env!("CARGO_PKG_VERSION")),
            };
        };
    };
    (@describe ticket_system $service:ident) => {
        $crate::bridge::describe_ticket_system::<$service>(stringify!($service))
    };
    (@describe classifier $service:ident) => {
        $crate::bridge::describe_classifier::<$service>(stringify!($service))
    };
    (@make ticket_system ticket_system $service:ident $name:ident $params:ident $host:ident) => {
        if $name.as_str() == stringify!($service) {
            return $crate::bridge::ticket_system::<$service>(stringify!($service), $params, $host);
        }
    };
    (@make classifier classifier $service:ident $name:ident $params:ident $host:ident) => {
        if $name.as_str() == stringify!($service) {
            return $crate::bridge::classifier::<$service>(stringify!($service), $params, $host);
        }
    };
    (@make $_wanted:ident $_kind:ident $_service:ident $_name:ident $_params:ident $_host:ident) => {};
}
