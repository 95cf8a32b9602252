//! Who may depend on whom.

use std::{collections::BTreeSet, path::Path, process::Command};

use serde_json::Value;

/// The packages of the workspace with their folders and what they depend on, tests and build scripts included.
fn packages() -> Vec<(String, String, BTreeSet<String>)> {
    let workspace = Path::new(env!("CARGO_MANIFEST_DIR")).parent().expect("the workspace");
    let output = Command::new(std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into()))
        .args(["metadata", "--no-deps", "--offline", "--format-version=1"])
        .current_dir(workspace)
        .output()
        .expect("cargo runs");
    let metadata: Value = serde_json::from_slice(&output.stdout).expect("JSON");
    let text = |value: &Value| value.as_str().unwrap_or_default().to_owned();
    let package = |package: &Value| {
        let file = text(&package["manifest_path"]);
        let folder = Path::new(&file)
            .parent()
            .and_then(|dir| dir.strip_prefix(workspace).ok())
            .expect("inside");
        let needs = package["dependencies"]
            .as_array()
            .into_iter()
            .flatten()
            .map(|d| text(&d["name"]))
            .collect();
        (text(&package["name"]), folder.to_string_lossy().into_owned(), needs)
    };
    metadata["packages"]
        .as_array()
        .expect("packages")
        .iter()
        .map(package)
        .collect()
}

#[test]
fn dependencies_point_one_way() {
    let packages = packages();
    let ours: BTreeSet<&str> = packages.iter().map(|(name, ..)| name.as_str()).collect();
    assert!(ours.len() >= 9, "{ours:?}");
    for (name, folder, needs) in &packages {
        let needs: BTreeSet<&str> = needs.iter().map(String::as_str).filter(|n| ours.contains(n)).collect();
        let allowed: &[&str] = match folder.as_str() {
            "interface" | "host/sim" | "plugin/local_ai/encoder" => &[],
            "plugin/local_ai" => &["otai-plugin", "otai-encoder"],
            "plugin/sdk" => &["otai-interface"],
            "host" => &["otai-interface", "otai-sim"],
            "tests" => &["otai-interface", "otai-sim"],
            folder if folder.starts_with("plugin/") || folder.starts_with("tests/plugins/") => &["otai-plugin"],
            other => panic!("{name} lies in {other}, about which nothing is decided: say here what it may depend on"),
        };
        let allowed: BTreeSet<&str> = allowed.iter().copied().collect();
        let wrong: Vec<_> = needs.difference(&allowed).collect();
        assert!(wrong.is_empty(), "{name} ({folder}) must not depend on {wrong:?}");
    }
}

#[test]
fn a_shipped_plugin_brings_neither_a_runtime_nor_a_network_of_its_own() {
    for (name, folder, needs) in packages() {
        if folder.starts_with("plugin/") && folder != "plugin/sdk" {
            let own: Vec<_> = ["reqwest", "hyper", "rustls", "ureq"]
                .into_iter()
                .filter(|n| needs.contains(*n))
                .collect();
            assert!(
                own.is_empty(),
                "{name}: the host owns the network, so {own:?} has no place in a plugin"
            );
        }
        if folder == "interface" {
            assert!(
                !needs.contains("tokio") && !needs.contains("reqwest"),
                "the border does no I/O: {needs:?}"
            );
        }
    }
}
