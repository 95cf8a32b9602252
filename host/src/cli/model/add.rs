use std::path::{Path, PathBuf};

use indicatif::{ProgressBar, ProgressStyle};

use super::{Place, size};
use crate::{
    cli::{CliError, history::now},
    models::{self, Hub, HubError, Origin, Repo, Stage},
};

#[derive(Debug, clap::Args)]
pub(super) struct Args {
    /// A folder, or a repository of a Hugging Face hub (HF_ENDPOINT, HF_TOKEN and the proxy's variables are respected).
    #[arg(value_name = "DIR|hf:ORG/NAME[@REVISION]")]
    from: String,
    /// What to call it [default: as it is called there].
    #[arg(long, value_name = "NAME")]
    name: Option<String>,
    /// Replace a model of this name.
    #[arg(long)]
    replace: bool,
}

pub(super) async fn add(args: Args, place: &Place) -> Result<u8, CliError> {
    let models = place.models();
    let wrong = |e: models::StageError| CliError::WrongUse(e.to_string());
    let begin = |name: &str| Stage::begin(&models, args.name.as_deref().unwrap_or(name), args.replace).map_err(wrong);
    let (stage, source, revision) = match args.from.strip_prefix("hf:") {
        Some(repo) => {
            let repo = Repo::parse(repo).map_err(of_hub)?;
            let mut stage = begin(repo.name())?;
            let sha = download(&repo, &mut stage).await.map_err(of_hub)?;
            (stage, format!("hf:{}", repo.id), Some(sha))
        }
        None => {
            let dir = folder(&args.from)?;
            let name = dir.file_name().map(|name| name.to_string_lossy().into_owned());
            let mut stage = begin(&name.unwrap_or_default())?;
            models::copy(&dir, &mut stage).map_err(wrong)?;
            (stage, dir.display().to_string(), None)
        }
    };
    let origin = Origin {
        source,
        revision,
        date: now().to_string(),
        ..Origin::default()
    };
    let (path, origin) = stage.finish(origin).map_err(wrong)?;
    if place.json {
        println!("{}", serde_json::json!({ "path": path, "origin": origin }));
    } else {
        let bytes = |file: &String| std::fs::metadata(path.join(file)).map_or(0, |about| about.len());
        let bytes: u64 = origin.files.keys().map(bytes).sum();
        println!("{}: {} files, {}", path.display(), origin.files.len(), size(bytes));
    }
    Ok(0)
}

fn folder(from: &str) -> Result<PathBuf, CliError> {
    let dir = Path::new(from);
    if dir.is_dir() {
        return dir
            .canonicalize()
            .map_err(|e| CliError::WrongUse(format!("{from}: {e}")));
    }
    let help = match Repo::parse(from) {
        Ok(_) => format!("for a repository of the hub write hf:{from}"),
        Err(_) => "name the folder of a model, or hf:ORG/NAME".to_owned(),
    };
    Err(CliError::WrongUse(format!("there is no folder `{from}`; {help}")))
}

async fn download(repo: &Repo, stage: &mut Stage) -> Result<String, HubError> {
    let env = |name: &str| std::env::var(name).ok().filter(|value| !value.trim().is_empty());
    let hub = Hub::new(env("HF_ENDPOINT").as_deref(), env("HF_TOKEN").as_deref())?;
    let bar = ProgressBar::new_spinner();
    if let Ok(style) = ProgressStyle::with_template("{spinner} {msg} {bytes} {bytes_per_sec}") {
        bar.set_style(style);
    }
    let told = |file: Option<&str>, bytes: u64| {
        if let Some(file) = file {
            bar.set_message(file.to_owned());
        }
        bar.inc(bytes);
    };
    let end = hub.download(repo, stage, &told).await;
    bar.finish_and_clear();
    end
}

/// What a person gets right by writing another name is wrong use; the way to the hub is not.
fn of_hub(error: HubError) -> CliError {
    match error {
        HubError::Way { .. } | HubError::Damaged { .. } => CliError::NeedsHuman(error.to_string()),
        _ => CliError::WrongUse(error.to_string()),
    }
}
