//! `${ENV}`, `file:PATH` and `credential:NAME` in the params of a service.
//!
//! Neither a value nor the text around it is ever part of a message: only names of variables and files are.

use std::fs::File;
use std::io::Read;
use std::path::{Path, PathBuf};

use super::problem::shown;

/// A key or a certificate chain fits; a log file does not.
const LARGEST: u64 = 64 << 10;

/// Knows where secrets are kept.
pub(super) struct Keeper<'a> {
    /// The folder of the config.
    pub(super) dir: &'a Path,
    /// The environment.
    pub(super) env: &'a dyn Fn(&str) -> Option<String>,
}

/// Why there is no value.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Missing {
    pub(super) message: String,
    pub(super) help: String,
    /// The part of the text that is to blame, to find its column.
    pub(super) part: String,
}

impl Keeper<'_> {
    /// The text with every reference replaced by what it stands for, once: what comes in is not looked at again.
    pub(super) fn expand(&self, text: &str) -> Result<String, Vec<Missing>> {
        if let Some(name) = text.strip_prefix("credential:") {
            return self.credential(name).map_err(|missing| vec![missing]);
        }
        let expanded = self.variables(text.strip_prefix("file:").unwrap_or(text))?;
        if text.starts_with("file:") {
            // Named as written: a variable in the path may be a secret, too.
            return read(&self.dir.join(expanded), text).map_err(|missing| vec![missing]);
        }
        Ok(expanded)
    }

    fn variables(&self, text: &str) -> Result<String, Vec<Missing>> {
        let (mut out, mut missing) = (String::new(), Vec::new());
        let mut rest = text;
        while let Some(start) = rest.find("${") {
            let (before, from) = rest.split_at(start);
            if let Some(before) = before.strip_suffix('$') {
                out.push_str(before);
                out.push_str("${");
                rest = &from[2..];
                continue;
            }
            out.push_str(before);
            let Some(end) = from.find('}') else {
                missing.push(malformed("`${` has no `}`", "${"));
                break;
            };
            let (inner, tail) = (&from[2..end], &from[end + 1..]);
            rest = tail;
            let (name, default) = match inner.split_once(":-") {
                Some((name, default)) => (name, Some(default)),
                None => (inner, None),
            };
            if !is_variable(name) {
                missing.push(malformed("what stands in `${...}` is not the name of a variable", "${"));
                continue;
            }
            match (self.env)(name)
                .filter(|value| !value.is_empty())
                .or_else(|| default.map(str::to_owned))
            {
                Some(value) => out.push_str(&value),
                None => missing.push(Missing {
                    message: format!("the environment variable `{name}` is not set, or empty"),
                    help: format!("export {name}='...'"),
                    part: format!("${{{name}"),
                }),
            }
        }
        out.push_str(if missing.is_empty() { rest } else { "" });
        missing.dedup();
        if missing.is_empty() { Ok(out) } else { Err(missing) }
    }

    /// systemd lays `LoadCredential=NAME:...` into a folder of its own, readable by the service alone.
    fn credential(&self, name: &str) -> Result<String, Missing> {
        let part = "credential:".to_owned();
        if name.is_empty() || name.starts_with('.') || name.contains(['/', '\\', '\0']) {
            let message = "`credential:` names no credential".to_owned();
            return Err(Missing {
                message,
                help: "write `credential:NAME`".to_owned(),
                part,
            });
        }
        let wanted = shown(name);
        match (self.env)("CREDENTIALS_DIRECTORY").filter(|dir| !dir.is_empty()) {
            Some(dir) => read(&PathBuf::from(dir).join(name), &format!("credential:{name}")),
            None => Err(Missing {
                message: format!("the credential {wanted} is not there: `CREDENTIALS_DIRECTORY` is not set"),
                help: format!(
                    "run otai as a systemd service with `LoadCredential={}:/path/to/it`",
                    wanted.trim_matches('`')
                ),
                part,
            }),
        }
    }
}

fn malformed(message: &str, part: &str) -> Missing {
    let help = "write `${NAME}` or `${NAME:-default}`, and `$${` where `${` itself is meant";
    Missing {
        message: message.to_owned(),
        help: help.to_owned(),
        part: part.to_owned(),
    }
}

fn is_variable(name: &str) -> bool {
    name.starts_with(|c: char| c.is_ascii_alphabetic() || c == '_')
        && name.chars().all(|c| c.is_ascii_alphanumeric() || c == '_')
}

/// Reads the file behind `written`, without the newline that editors put at its end.
fn read(path: &Path, written: &str) -> Result<String, Missing> {
    let missing = |reason: &str| Missing {
        message: format!("{} {reason}", shown(written)),
        help: "the file holds the secret and nothing else; a relative path starts in the folder of the config"
            .to_owned(),
        part: written.split(':').next().unwrap_or_default().to_owned(),
    };
    // A pipe would wait for ever, and a folder says nothing useful.
    let found = std::fs::metadata(path).map_err(|error| missing(&format!("cannot be read: {}", error.kind())))?;
    if !found.is_file() {
        return Err(missing("is not a file"));
    }
    let mut bytes = Vec::new();
    let file = File::open(path).and_then(|file| file.take(LARGEST + 1).read_to_end(&mut bytes));
    file.map_err(|error| missing(&format!("cannot be read: {}", error.kind())))?;
    if bytes.len() as u64 > LARGEST {
        return Err(missing("is larger than 64 KiB: is it a secret?"));
    }
    let text = String::from_utf8(bytes).map_err(|_| missing("is not UTF-8"))?;
    match text.trim_end_matches(['\n', '\r']) {
        "" => Err(missing("is empty")),
        text => Ok(text.to_owned()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn env(name: &str) -> Option<String> {
        let value = match name {
            "A" => "one",
            "B_2" => "two",
            "NESTED" => "${A} file:x",
            "EMPTY" => "",
            _ => return None,
        };
        Some(value.to_owned())
    }

    fn expand(text: &str) -> Result<String, Vec<String>> {
        let keeper = Keeper {
            dir: Path::new("/nowhere"),
            env: &env,
        };
        keeper
            .expand(text)
            .map_err(|missing| missing.into_iter().map(|missing| missing.message).collect())
    }

    #[test]
    fn variables_stand_anywhere() {
        for (text, expected) in [
            ("plain $A $ {A}", "plain $A $ {A}"),
            ("${A}", "one"),
            ("x${A}y${B_2}z", "xoneytwoz"),
            ("${NOPE:-default}", "default"),
            ("${EMPTY:-}", ""),
            ("${A:-default}", "one"),
            ("$${A}", "${A}"),
            ("$${A} ${A}", "${A} one"),
            ("$$${A}", "$${A}"),
            ("${NESTED}", "${A} file:x"),
        ] {
            assert_eq!(expand(text).as_deref(), Ok(expected), "{text}");
        }
    }

    #[test]
    fn what_is_missing_is_named_and_nothing_else_is() {
        assert_eq!(expand("canary${NOPE}${EMPTY}").expect_err("missing").len(), 2);
        for text in [
            "canary${NOPE}",
            "canary${EMPTY}",
            "canary${A",
            "${}canary",
            "${canary-x}",
            "${1A}canary",
            "${ A }canary",
        ] {
            let messages = expand(text).expect_err(text);
            assert!(!messages.concat().contains("canary"), "{messages:?}");
        }
        assert!(expand("${NOPE}").expect_err("missing")[0].contains("`NOPE`"));
    }

    #[test]
    fn files_and_credentials() {
        let dir = tempfile::tempdir().expect("folder");
        std::fs::write(dir.path().join("key"), "s3cret ${A}\r\n\n").expect("write");
        std::fs::write(dir.path().join("empty"), "\n").expect("write");
        std::fs::write(dir.path().join("binary"), b"\xff").expect("write");
        std::fs::write(dir.path().join("large"), "x".repeat(70_000)).expect("write");
        let place = dir.path().to_str().expect("utf-8").to_owned();
        let env = |name: &str| match name {
            "CREDENTIALS_DIRECTORY" => Some(place.clone()),
            "NAME" => Some("key".to_owned()),
            _ => None,
        };
        let keeper = Keeper {
            dir: dir.path(),
            env: &env,
        };
        for text in ["file:key", "file:./key", "file:${NAME}", "credential:key"] {
            assert_eq!(keeper.expand(text).as_deref(), Ok("s3cret ${A}"), "{text}");
        }
        assert_eq!(
            keeper.expand(&format!("file:{place}/key")).as_deref(),
            Ok("s3cret ${A}")
        );
        for (text, reason) in [
            ("file:empty", "is empty"),
            ("file:binary", "UTF-8"),
            ("file:large", "64 KiB"),
            ("file:.", "not a file"),
            ("file:", "not a file"),
            ("file:nope", "not found"),
            ("credential:nope", "not found"),
            ("credential:../key", "names no credential"),
            ("credential:..", "names no credential"),
            ("credential:", "names no credential"),
        ] {
            let missing = keeper.expand(text).expect_err(text);
            assert!(missing[0].message.contains(reason), "{text}: {missing:?}");
        }
        let without = Keeper {
            dir: dir.path(),
            env: &|_| None,
        };
        assert!(
            without.expand("credential:key").expect_err("none")[0]
                .help
                .contains("LoadCredential=key:")
        );
    }
}
