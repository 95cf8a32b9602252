//! otai: ticket triage on your own machine.

fn main() -> std::process::ExitCode {
    otai::cli::main()
}
