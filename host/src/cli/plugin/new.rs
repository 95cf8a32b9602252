//! `otai plugin new`: a crate that compiles, passes its tests and can be loaded, before its author has changed a line.
//!
//! The files are those of the workspace's own crate `new_desk`, which is built and tested like all others; only the names differ.

mod name;

use std::{
    fs, io,
    path::{Path, PathBuf},
};

use super::CliError;
use name::Names;

/// Where a file goes and what the template has for it.
const FILES: [(&str, &str); 6] = [
    (
        "Cargo.toml",
        include_str!("../../../../plugin/sdk/template/new/manifest.toml"),
    ),
    (
        "README.md",
        include_str!("../../../../plugin/sdk/template/new/README.md"),
    ),
    ("src/lib.rs", include_str!("../../../../plugin/sdk/template/src/lib.rs")),
    (
        "src/wire.rs",
        include_str!("../../../../plugin/sdk/template/src/wire.rs"),
    ),
    (
        "tests/conformance.rs",
        include_str!("../../../../plugin/sdk/template/tests/conformance.rs"),
    ),
    (
        "tests/desk/mod.rs",
        include_str!("../../../../plugin/sdk/template/tests/desk/mod.rs"),
    ),
];

#[derive(Debug, clap::Args)]
pub(super) struct Args {
    /// Name of the crate: `my_desk`.
    name: String,
    /// The folder to write it to; it must not exist yet [default: NAME].
    #[arg(long)]
    dir: Option<PathBuf>,
    /// The folder `plugin/sdk` in a checkout of otai [default: found above this program or the working directory].
    #[arg(long)]
    sdk: Option<PathBuf>,
}

pub(super) fn new(args: &Args) -> Result<u8, CliError> {
    let names = Names::new(&args.name).map_err(CliError::WrongUse)?;
    let sdk = sdk(args.sdk.as_deref())?;
    let dir = args.dir.clone().unwrap_or_else(|| PathBuf::from(&names.package));
    write(&dir, &names, &sdk).map_err(|e| match e.kind() {
        io::ErrorKind::AlreadyExists => CliError::WrongUse(format!(
            "{} exists already and stays as it is: choose another --dir",
            dir.display()
        )),
        _ => CliError::WrongUse(format!("{} cannot be written: {e}", dir.display())),
    })?;
    let (name, shown) = (&names.package, dir.display());
    println!(
        "{shown} written: the plugin {name} with {name}:{}TicketsystemService\n\
         its Cargo.toml points to the SDK in {}: adapt that where another machine builds it\n\
         next: `cd {shown}`, `cargo test`; then make src/wire.rs and tests/desk/mod.rs those of your helpdesk",
        names.camel,
        sdk.display(),
    );
    Ok(0)
}

fn write(dir: &Path, names: &Names, sdk: &Path) -> io::Result<()> {
    if let Some(parent) = dir.parent() {
        fs::create_dir_all(parent)?;
    }
    fs::create_dir(dir)?;
    // A path in TOML's and Rust's basic strings; Windows takes slashes, too.
    let sdk = sdk.display().to_string().replace('\\', "/").replace('"', "\\\"");
    for (file, template) in FILES {
        let file = dir.join(file);
        if let Some(folder) = file.parent() {
            fs::create_dir_all(folder)?;
        }
        fs::write(file, names.put(template).replace("{SDK}", &sdk))?;
    }
    fs::write(dir.join(".gitignore"), "/target\n")
}

/// The SDK's folder. It is nowhere but in otai's source, so without that there is nothing to build a plugin with.
fn sdk(given: Option<&Path>) -> Result<PathBuf, CliError> {
    let is_sdk = |dir: &Path| {
        let manifest = fs::read_to_string(dir.join("Cargo.toml"));
        manifest.is_ok_and(|m| m.contains("name = \"otai-plugin\"")) && dir.join("conformance/Cargo.toml").is_file()
    };
    let absolute = |dir: &Path| {
        let dir = fs::canonicalize(dir).map_err(|e| CliError::WrongUse(format!("{}: {e}", dir.display())))?;
        // What Windows puts before it is understood by Windows alone.
        let text = dir.display().to_string();
        Ok(PathBuf::from(text.strip_prefix(r"\\?\").unwrap_or(&text)))
    };
    if let Some(dir) = given {
        return match is_sdk(dir) {
            true => absolute(dir),
            false => Err(CliError::WrongUse(format!(
                "{} is not the SDK: --sdk takes the folder plugin/sdk of a checkout of otai",
                dir.display()
            ))),
        };
    }
    let starts = [std::env::current_exe().ok(), std::env::current_dir().ok()];
    let above = starts.iter().flatten().flat_map(|start| start.ancestors());
    match above.map(|dir| dir.join("plugin/sdk")).find(|dir| is_sdk(dir)) {
        Some(dir) => absolute(&dir),
        None => Err(CliError::WrongUse(
            "the SDK is not found: get otai's source and name its folder plugin/sdk with --sdk".to_owned(),
        )),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_written_has_the_new_name_everywhere() {
        let place = tempfile::tempdir().unwrap();
        let dir = place.path().join("deep/down");
        write(&dir, &Names::new("otai_glpi").unwrap(), Path::new("/some/sdk")).unwrap();
        let mut all = String::new();
        for (file, _) in FILES {
            all += &fs::read_to_string(dir.join(file)).unwrap();
        }
        for old in ["new_desk", "NewDesk", "New Desk", "NEW_DESK", "{SDK}"] {
            assert!(!all.contains(old), "{old} is left");
        }
        for new in [
            "otai_glpi:GlpiTicketsystemService",
            "\"Glpi\"",
            "${OTAI_GLPI_TOKEN}",
            "\"/some/sdk/conformance\"",
        ] {
            assert!(all.contains(new), "{new} is missing");
        }
        let again = write(&dir, &Names::new("otai_glpi").unwrap(), Path::new("/some/sdk"));
        assert_eq!(again.unwrap_err().kind(), io::ErrorKind::AlreadyExists);
    }

    #[test]
    fn the_sdk_is_found_in_the_workspace_and_nothing_else_is_taken_for_it() {
        let place = tempfile::tempdir().unwrap();
        assert!(
            sdk(Some(place.path()))
                .unwrap_err()
                .to_string()
                .contains("is not the SDK")
        );
        assert!(sdk(None).unwrap().ends_with("plugin/sdk"));
    }
}
