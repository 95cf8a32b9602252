//! Who may depend on whom.

use std::{collections::BTreeSet, path::Path, process::Command};

use serde_json::Value;

/// A package of the workspace.
struct Package {
    name: String,
    /// From the workspace on.
    folder: String,
    /// What it depends on, build scripts included.
    needs: BTreeSet<String>,
    /// What only its tests depend on.
    tests_need: BTreeSet<String>,
}

fn packages() -> Vec<Package> {
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
        let needs = |dev: bool| {
            let all = package["dependencies"].as_array().into_iter().flatten();
            all.filter(|d| (d["kind"] == "dev") == dev)
                .map(|d| text(&d["name"]))
                .collect()
        };
        Package {
            name: text(&package["name"]),
            folder: folder.to_string_lossy().into_owned(),
            needs: needs(false),
            tests_need: needs(true),
        }
    };
    metadata["packages"]
        .as_array()
        .expect("packages")
        .iter()
        .map(package)
        .collect()
}

/// A plugin that is shipped, or one that its author starts from.
fn is_plugin(folder: &str) -> bool {
    folder.starts_with("plugin/") && !matches!(folder, "plugin/sdk" | "plugin/sdk/conformance")
}

#[test]
fn dependencies_point_one_way() {
    let packages = packages();
    let ours: BTreeSet<&str> = packages.iter().map(|p| p.name.as_str()).collect();
    assert!(ours.len() >= 11, "{ours:?}");
    for package in &packages {
        let (name, folder) = (&package.name, package.folder.as_str());
        let allowed: &[&str] = match folder {
            "interface" | "host/sim" | "plugin/local_ai/encoder" => &[],
            "plugin/local_ai" => &["otai-plugin", "otai-encoder"],
            "plugin/sdk" => &["otai-interface"],
            "plugin/sdk/conformance" => &["otai-plugin"],
            "host" => &["otai-interface", "otai-sim"],
            "tests" => &["otai-interface", "otai-sim"],
            folder if is_plugin(folder) || folder.starts_with("tests/plugins/") => &["otai-plugin"],
            other => panic!("{name} lies in {other}, about which nothing is decided: say here what it may depend on"),
        };
        // Tests of a plugin may know a simulator, and the suite; those of the suite know the plugin that authors start from.
        let tests: &[&str] = match folder {
            "plugin/sdk/conformance" => &["new_desk"],
            folder if is_plugin(folder) => &["otai-conformance", "otai-sim"],
            _ => &[],
        };
        let wrong = |needs: &BTreeSet<String>, allowed: &[&[&str]]| -> Vec<String> {
            let needs = needs.iter().filter(|n| ours.contains(n.as_str()));
            needs
                .filter(|n| !allowed.concat().contains(&n.as_str()))
                .cloned()
                .collect()
        };
        let needs = wrong(&package.needs, &[allowed]);
        assert!(needs.is_empty(), "{name} ({folder}) must not depend on {needs:?}");
        let needs = wrong(&package.tests_need, &[allowed, tests]);
        assert!(
            needs.is_empty(),
            "the tests of {name} ({folder}) must not depend on {needs:?}"
        );
    }
}

#[test]
fn a_shipped_plugin_brings_neither_a_runtime_nor_a_network_of_its_own() {
    for Package {
        name, folder, needs, ..
    } in packages()
    {
        if is_plugin(&folder) {
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
