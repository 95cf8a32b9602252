//! Where the binaries under test are.
//!
//! `cargo test` builds no cdylib, so each test process asks cargo once (seconds when nothing has changed) and links what it
//! built into a folder of its own: another build, which replaces files, cannot pull them away in the middle of a test.

use std::{
    path::{Path, PathBuf},
    process::{Command, Stdio},
    sync::OnceLock,
};

use serde_json::Value;

/// The binary and the plugins, side by side in one folder.
#[derive(Debug)]
pub struct Built {
    /// `otai`.
    pub otai: PathBuf,
    /// The folder; the plugins lie in it under the names that the host looks for.
    pub dir: PathBuf,
    /// The workspace.
    pub workspace: PathBuf,
    /// Cargo's target folder.
    pub target: PathBuf,
}

impl Built {
    /// The library of a plugin.
    #[must_use]
    pub fn plugin(&self, name: &str) -> PathBuf {
        self.dir.join(library(name))
    }

    /// Links plugins into a folder. The files share their bytes with the originals: replace them, never write into them.
    pub fn link(&self, names: &[&str], folder: &Path) {
        std::fs::create_dir_all(folder).expect("a folder for plugins");
        for name in names {
            link(&self.plugin(name), &folder.join(library(name)));
        }
    }
}

/// `name` → `libname.so`
pub(crate) fn library(name: &str) -> String {
    format!("{}{name}{}", std::env::consts::DLL_PREFIX, std::env::consts::DLL_SUFFIX)
}

/// Builds what the tests need, once in this process.
///
/// With `OTAI_BIN_DIR` the binary and the shipped plugins come from that folder (an unpacked release, say), and only the tests'
/// own plugins are built.
pub fn built() -> &'static Built {
    static BUILT: OnceLock<Built> = OnceLock::new();
    BUILT.get_or_init(build)
}

fn build() -> Built {
    let workspace = Path::new(env!("CARGO_MANIFEST_DIR"))
        .parent()
        .expect("tests/ lies in the workspace")
        .to_owned();
    let shipped = std::env::var_os("OTAI_BIN_DIR").map(PathBuf::from);
    // All of the workspace, so that features are unified as in the outer build and nothing is built twice.
    let what: &[&str] = match shipped {
        None => &["--workspace", "--lib", "--bins"],
        Some(_) => &[
            "--lib",
            "-p",
            "otai_test_keyword",
            "-p",
            "otai_test_misbehave",
            "-p",
            "otai_test_panics",
        ],
    };
    let mut artifacts = artifacts(&workspace, what);
    let first = artifacts.first().expect("cargo named what it built");
    let target = first
        .ancestors()
        .find(|dir| dir.join("CACHEDIR.TAG").is_file())
        .expect("the target folder")
        .to_owned();
    if let Some(dir) = shipped {
        let files = std::fs::read_dir(&dir).expect("OTAI_BIN_DIR can be read");
        artifacts.extend(
            files
                .filter_map(Result::ok)
                .map(|entry| entry.path())
                .filter(|file| file.is_file()),
        );
    }
    let dir = own_folder(&target);
    for file in &artifacts {
        link(file, &dir.join(file.file_name().expect("a file has a name")));
    }
    let otai = dir.join(format!("otai{}", std::env::consts::EXE_SUFFIX));
    assert!(otai.is_file(), "there is no otai among {artifacts:?}");
    Built {
        otai,
        dir,
        workspace,
        target,
    }
}

/// Runs cargo and gives the programs and dynamic libraries that it made or found fresh.
fn artifacts(workspace: &Path, what: &[&str]) -> Vec<PathBuf> {
    let mut command = Command::new(std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into()));
    // What cargo told this test of itself: build scripts that watch it would run again, here and in the next outer build.
    for (name, _) in std::env::vars_os() {
        let told = ["CARGO_PKG_", "CARGO_MANIFEST_", "CARGO_CRATE_", "CARGO_BIN_"];
        if name
            .to_str()
            .is_some_and(|name| told.iter().any(|start| name.starts_with(start)))
        {
            command.env_remove(name);
        }
    }
    let output = command
        .current_dir(workspace)
        .args(["build", "--quiet", "--message-format=json-render-diagnostics"])
        .args(what)
        .stderr(Stdio::inherit())
        .output()
        .expect("cargo runs");
    assert!(output.status.success(), "cargo could not build what is to be tested");
    let wanted = |file: &&str| {
        file.ends_with(std::env::consts::DLL_SUFFIX) || Path::new(file).file_stem().is_some_and(|s| s == "otai")
    };
    String::from_utf8_lossy(&output.stdout)
        .lines()
        .filter_map(|line| serde_json::from_str::<Value>(line).ok())
        .filter(|message| message["reason"] == "compiler-artifact")
        .filter(|message| {
            ["cdylib", "bin"].iter().any(|kind| {
                message["target"]["kind"]
                    .as_array()
                    .is_some_and(|k| k.contains(&(*kind).into()))
            })
        })
        .flat_map(|message| message["filenames"].as_array().cloned().unwrap_or_default())
        .filter_map(|file| file.as_str().filter(wanted).map(PathBuf::from))
        .collect()
}

/// A folder of this process; those of dead ones are removed, since a static is never dropped.
fn own_folder(target: &Path) -> PathBuf {
    let all = target.join("tmp").join("otai-tests");
    for entry in std::fs::read_dir(&all).into_iter().flatten().filter_map(Result::ok) {
        let pid = entry.file_name().to_string_lossy().into_owned();
        if cfg!(target_os = "linux") && !Path::new("/proc").join(&pid).exists() {
            let _ = std::fs::remove_dir_all(entry.path());
        }
    }
    let own = all.join(std::process::id().to_string());
    let _ = std::fs::remove_dir_all(&own);
    std::fs::create_dir_all(&own).expect("a folder below target/tmp");
    own
}

/// A hard link where the file system allows it.
fn link(from: &Path, to: &Path) {
    let _ = std::fs::remove_file(to);
    if std::fs::hard_link(from, to).is_err() {
        std::fs::copy(from, to).unwrap_or_else(|e| panic!("{} to {}: {e}", from.display(), to.display()));
    }
}
