use std::{fs::OpenOptions, io::Write as _};

use super::{CliError, ConfigFile};

/// The smallest complete config, and where to go from there.
const CONFIG: &str = "\
# otai: reads tickets from the helpdesk, decides on this machine, writes the decision back.
#   otai check                    every mistake in this file, and what the helpdesk says to it
#   otai train --from freshdesk   learn from closed tickets
#   otai run --dry-run            what would be written, and why

ticket_systems:
  freshdesk:
    use: otai_freshdesk:FreshdeskTicketsystemService
    params:
      domain: yourcompany                 # yourcompany.freshdesk.com
      api_key: ${FRESHDESK_API_KEY}       # of an agent of its own; or file:PATH

# Without more, queue, priority, type and tags are filled where they are unset and the model is at least 80 % sure.
# pipelines:
#   freshdesk:
#     every: 60s
#     classify:
#       queue: { min_confidence: 0.85 }
#       priority: { min_confidence: 0.70 }
";

pub(super) fn init(config: &ConfigFile) -> Result<u8, CliError> {
    let file = &config.config;
    let wrong = |e: std::io::Error| {
        CliError::WrongUse(match e.kind() {
            std::io::ErrorKind::AlreadyExists => format!("{} exists already and stays as it is", file.display()),
            _ => format!("{} cannot be written: {e}", file.display()),
        })
    };
    let mut new = OpenOptions::new()
        .write(true)
        .create_new(true)
        .open(file)
        .map_err(wrong)?;
    new.write_all(CONFIG.as_bytes()).map_err(wrong)?;
    println!(
        "{} written: put your domain in, export FRESHDESK_API_KEY, and run `otai check`",
        file.display()
    );
    Ok(0)
}

#[cfg(test)]
mod tests {
    #[test]
    fn what_is_written_is_a_config() {
        let dir = tempfile::tempdir().unwrap();
        let file = dir.path().join("config.yml");
        std::fs::write(&file, super::CONFIG).unwrap();
        let loaded = crate::config::load_with(&file, &|_| Some("key".to_owned())).unwrap();
        assert_eq!(loaded.config.pipelines.len(), 1);
    }
}
