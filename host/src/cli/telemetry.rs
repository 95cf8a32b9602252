//! The log: on stderr, with the plugins' lines among ours.

use std::io::IsTerminal as _;

use tracing_subscriber::EnvFilter;

pub(super) fn start(verbose: u8, json: bool) {
    let default = match verbose {
        0 => "warn,otai=info",
        1 => "info,otai=debug",
        _ => "debug,otai=trace,hyper_util=info",
    };
    let filter = std::env::var("OTAI_LOG").ok().and_then(|f| EnvFilter::try_new(f).ok());
    let builder = tracing_subscriber::fmt()
        .with_env_filter(filter.unwrap_or_else(|| EnvFilter::new(default)))
        .with_writer(std::io::stderr)
        .with_target(verbose > 0)
        .with_ansi(std::io::stderr().is_terminal());
    if json { builder.json().init() } else { builder.init() }
}
