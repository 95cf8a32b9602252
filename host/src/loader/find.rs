use std::path::{Path, PathBuf};

use super::LoadError;

/// Where plugins are looked for, in this order.
#[derive(Debug, Clone)]
pub struct SearchPath(pub Vec<PathBuf>);

impl SearchPath {
    /// The folder that the config names, or else: `plugins` beside the config, the folder of the running binary,
    /// `/usr/lib/otai/plugins`.
    #[must_use]
    pub fn new(configured: Option<&Path>, config_dir: &Path) -> Self {
        if let Some(dir) = configured {
            return Self(vec![dir.to_owned()]);
        }
        let beside = std::env::current_exe()
            .ok()
            .and_then(|exe| exe.parent().map(Path::to_owned));
        let mut places = vec![config_dir.join("plugins")];
        places.extend(beside.iter().map(|dir| dir.join("plugins")));
        places.extend(beside);
        places.push(PathBuf::from("/usr/lib/otai/plugins"));
        Self(places)
    }
}

/// A place that was tried in vain.
#[derive(Debug, Clone)]
pub struct Attempt {
    /// The file that was wanted.
    pub file: PathBuf,
    /// Why not.
    pub why: String,
}

/// `otai_freshdesk` → `libotai_freshdesk.so`, `otai_freshdesk.dll`, `libotai_freshdesk.dylib`
pub(super) fn file_name(name: &str) -> String {
    format!("{}{name}{}", std::env::consts::DLL_PREFIX, std::env::consts::DLL_SUFFIX)
}

pub(super) fn find(name: &str, places: &SearchPath) -> Result<PathBuf, LoadError> {
    let mut attempts = Vec::new();
    for place in &places.0 {
        let file = place.join(file_name(name));
        match std::fs::metadata(&file) {
            Ok(meta) if meta.is_file() => return Ok(file),
            Ok(_) => attempts.push(Attempt {
                file,
                why: "not a file".to_owned(),
            }),
            Err(_) if !place.is_dir() => attempts.push(Attempt {
                file,
                why: "no such folder".to_owned(),
            }),
            Err(e) if e.kind() == std::io::ErrorKind::NotFound => {
                attempts.push(Attempt {
                    file,
                    why: "no such file".to_owned(),
                });
            }
            Err(e) => attempts.push(Attempt {
                file,
                why: e.to_string(),
            }),
        }
    }
    let present = list(places);
    let similar = crate::config::nearest(name, present.iter().map(|(n, _)| n.as_str())).map(str::to_owned);
    Err(LoadError::NotFound {
        name: name.to_owned(),
        attempts,
        similar,
    })
}

pub(super) fn list(places: &SearchPath) -> Vec<(String, PathBuf)> {
    let mut found: Vec<(String, PathBuf)> = Vec::new();
    for place in &places.0 {
        let Ok(entries) = std::fs::read_dir(place) else {
            continue;
        };
        let mut here: Vec<(String, PathBuf)> = entries
            .filter_map(Result::ok)
            .filter_map(|entry| {
                let file = entry.path();
                let name = file.file_name()?.to_str()?;
                let stem = name
                    .strip_prefix(std::env::consts::DLL_PREFIX)?
                    .strip_suffix(std::env::consts::DLL_SUFFIX)?;
                Some((stem.to_owned(), file.clone()))
            })
            .collect();
        here.sort();
        for (name, file) in here {
            if found.iter().all(|(n, _)| *n != name) {
                found.push((name, file));
            }
        }
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn says_every_place_and_why() {
        let dir = tempfile::tempdir().unwrap();
        let absent = dir.path().join("absent");
        std::fs::create_dir(dir.path().join(file_name("otai_desk"))).unwrap();
        std::fs::write(dir.path().join(file_name("otai_freshdesk")), "").unwrap();
        let places = SearchPath(vec![absent, dir.path().to_owned()]);

        let message = find("otai_desk", &places).unwrap_err().to_string();
        assert!(
            message.contains("no such folder") && message.contains("not a file"),
            "{message}"
        );

        let message = find("otai_freshdsk", &places).unwrap_err().to_string();
        assert!(message.contains("did you mean `otai_freshdesk`?"), "{message}");
        assert!(find("otai_freshdesk", &places).is_ok());
    }

    #[test]
    fn an_earlier_place_wins() {
        let dir = tempfile::tempdir().unwrap();
        let (a, b) = (dir.path().join("a"), dir.path().join("b"));
        for place in [&a, &b] {
            std::fs::create_dir(place).unwrap();
            std::fs::write(place.join(file_name("x")), "").unwrap();
        }
        assert_eq!(
            list(&SearchPath(vec![b.clone(), a])),
            [("x".to_owned(), b.join(file_name("x")))]
        );
    }
}
