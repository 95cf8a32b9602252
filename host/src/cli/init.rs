use std::{fs::OpenOptions, io::Write as _};

use super::{CliError, ConfigFile};

#[derive(Debug, clap::Args)]
pub(super) struct Args {
    /// The helpdesk.
    #[arg(value_enum, default_value_t)]
    helpdesk: Helpdesk,
    #[command(flatten)]
    config: ConfigFile,
}

#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, clap::ValueEnum)]
enum Helpdesk {
    #[default]
    Freshdesk,
    Zammad,
    Otobo,
    Znuny,
}

const FRESHDESK: &str = "    use: otai_freshdesk:FreshdeskTicketsystemService
    params:
      domain: yourcompany                 # yourcompany.freshdesk.com
      api_key: ${FRESHDESK_API_KEY}       # of an agent of its own; or file:PATH
";

const ZAMMAD: &str = "    use: otai_zammad:ZammadTicketsystemService
    params:
      base_url: https://support.yourcompany.com
      access_token: ${ZAMMAD_TOKEN}       # of an agent of its own with ticket.agent; or file:PATH
      inbox: [Users]                      # groups in which new tickets arrive
";

/// `PATH` is where the two differ.
const OTOBO_ZNUNY: &str = "    use: otai_otobo_znuny:OTOBOZnunyTicketSystemService
    params:
      base_url: https://desk.yourcompany.com/PATH/nph-genericinterface.pl
      username: open_ticket_ai            # an agent with rw on the groups of its queues
      password: ${PATH_PASSWORD}         # or file:PATH
      operation_urls: { SessionCreate: session-create }   # import the web service that comes with the plugin
      inbox: [Raw]                        # queues in which new tickets arrive
";

impl Helpdesk {
    /// Its key in the config, and its lines there.
    fn lines(self) -> (&'static str, String) {
        let of = |name: &str| {
            let password = format!("${{{}_PASSWORD}}", name.to_uppercase());
            OTOBO_ZNUNY
                .replace("${PATH_PASSWORD}", &password)
                .replace("/PATH/", &format!("/{name}/"))
        };
        match self {
            Self::Freshdesk => ("freshdesk", FRESHDESK.to_owned()),
            Self::Zammad => ("zammad", ZAMMAD.to_owned()),
            Self::Otobo => ("otobo", of("otobo")),
            Self::Znuny => ("znuny", of("znuny")),
        }
    }

    /// The smallest complete config, and where to go from there.
    fn config(self) -> String {
        let (name, lines) = self.lines();
        format!(
            "\
# otai: reads tickets from the helpdesk, decides on this machine, writes the decision back.
#   otai check                    every mistake in this file, and what the helpdesk says to it
#   otai train --from {name: <11} learn from closed tickets
#   otai run --dry-run            what would be written, and why

ticket_systems:
  {name}:
{lines}
# Without more, queue, priority, type and tags are filled where they are unset and the model is at least 80 % sure.
# pipelines:
#   {name}:
#     every: 60s
#     classify:
#       queue: {{ min_confidence: 0.85 }}
#       priority: {{ min_confidence: 0.70 }}
"
        )
    }
}

pub(super) fn init(args: &Args) -> Result<u8, CliError> {
    let file = &args.config.config;
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
    new.write_all(args.helpdesk.config().as_bytes()).map_err(wrong)?;
    println!(
        "{} written: put your address and key in, and run `otai check`",
        file.display()
    );
    Ok(0)
}

#[cfg(test)]
mod tests {
    use clap::ValueEnum as _;

    use super::Helpdesk;

    #[test]
    fn what_is_written_is_a_config() {
        for helpdesk in Helpdesk::value_variants() {
            let dir = tempfile::tempdir().unwrap();
            let file = dir.path().join("config.yml");
            std::fs::write(&file, helpdesk.config()).unwrap();
            let loaded = crate::config::load_with(&file, &|_| Some("key".to_owned())).unwrap();
            assert_eq!(loaded.config.pipelines.len(), 1);
            let (name, _) = helpdesk.lines();
            assert!(loaded.config.ticket_systems.contains_key(name), "{helpdesk:?}");
        }
    }
}
