//! Runs a simulator alone: `desk freshdesk|zammad|znuny PORT KEY [RATE|none] [TICKETS.csv]`.

use otai_sim::{DeskKind, Options, read_csv, start};

#[tokio::main]
async fn main() -> Result<(), Box<dyn std::error::Error>> {
    let mut args = std::env::args().skip(1);
    let desk = match args.next().as_deref() {
        None | Some("freshdesk") => DeskKind::Freshdesk,
        Some("zammad") => DeskKind::Zammad,
        Some("znuny") => DeskKind::Znuny,
        Some(other) => return Err(format!("{other:?} is no desk").into()),
    };
    let port = args.next().unwrap_or_else(|| "8600".into());
    let api_key = args.next().unwrap_or_else(|| "demo-key".into());
    let rate = args.next().filter(|r| r != "none").map(|r| r.parse()).transpose()?;
    let tickets = args.next().map(read_csv).transpose()?.unwrap_or_default();
    let listen = format!("127.0.0.1:{port}").parse()?;
    let mut sim = start(Options {
        desk,
        listen,
        api_key,
        rate,
        tickets,
        ..Options::default()
    })
    .await?;
    println!("{}", sim.base_url());
    tokio::select! {
        () = sim.wait() => {}
        signal = tokio::signal::ctrl_c() => signal?,
    }
    sim.stop().await;
    Ok(())
}
