use otai_interface::Failure;
use serde::Serialize;

use super::{CliError, ConfigFile, NEEDS_HUMAN, run::models, setup::setup};
use crate::config::Problem;

#[derive(Debug, clap::Args)]
pub(super) struct Args {
    #[command(flatten)]
    config: ConfigFile,
    /// Do not ask the helpdesk.
    #[arg(long)]
    offline: bool,
    /// As JSON.
    #[arg(long)]
    json: bool,
}

#[derive(Debug, Default, Serialize)]
struct Report {
    ok: bool,
    problems: Vec<String>,
    warnings: Vec<String>,
    facts: Vec<String>,
}

pub(super) async fn check(args: Args) -> Result<u8, CliError> {
    let setup = match setup(&args.config.config) {
        Ok(setup) => setup,
        Err(error) if args.json => {
            let problems = error.to_string().lines().map(str::to_owned).collect();
            print(&Report {
                problems,
                ..Report::default()
            });
            return Ok(error.code());
        }
        Err(error) => return Err(error),
    };
    let mut report = Report {
        ok: true,
        ..Report::default()
    };
    let mut code = 0;
    report.warnings.extend(setup.warnings.iter().map(Problem::to_string));
    let models = match models(&setup).await {
        Ok(models) => models,
        Err(error) => {
            report.problems.push(error.to_string());
            code = error.code();
            Default::default()
        }
    };
    for (name, card) in &models {
        let fields: Vec<String> = card
            .fields
            .iter()
            .map(|(f, c)| format!("{f} ({} labels)", c.labels.len()))
            .collect();
        report.facts.push(format!(
            "classifier {name}: {} examples; {}",
            card.examples,
            fields.join(", ")
        ));
    }
    for pipeline in setup.config().pipelines.keys() {
        let warnings = setup.loaded.check_precision(pipeline, &models);
        report.warnings.extend(warnings.iter().map(Problem::to_string));
    }
    if !args.offline {
        for (name, desk) in &setup.desks {
            let catalog = match desk.catalog().await {
                Ok(catalog) => catalog,
                Err(failure) => {
                    let hint = match failure {
                        Failure::Retry { .. } => " (this may pass by itself: try again)",
                        _ => "",
                    };
                    report.problems.push(format!("{name}: {failure}{hint}"));
                    code = code.max(NEEDS_HUMAN);
                    continue;
                }
            };
            report.facts.push(format!(
                "{name}: {}; {} queues, {} types, {} custom fields; {} of {} requests a minute are ours",
                catalog.account,
                catalog.queues.len(),
                catalog.types.len(),
                catalog.custom_fields.len(),
                desk.allowance().map_or(0.0, |a| a.per_minute()).round(),
                catalog
                    .requests_per_minute
                    .map_or_else(|| "an unknown number".to_owned(), |n| n.to_string()),
            ));
            report
                .warnings
                .extend(catalog.warnings.iter().map(|w| format!("{name}: {w}")));
            for (pipeline, _) in setup
                .config()
                .pipelines
                .iter()
                .filter(|(_, p)| p.ticket_system == *name)
            {
                for problem in setup.loaded.check_catalog(pipeline, &catalog, &models) {
                    if problem.warning {
                        report.warnings.push(problem.to_string());
                    } else {
                        report.problems.push(problem.to_string());
                        code = 2;
                    }
                }
            }
        }
    }
    report.ok = report.problems.is_empty();
    if args.json {
        print(&report);
    } else {
        for fact in &report.facts {
            println!("{fact}");
        }
        for warning in &report.warnings {
            println!("{warning}");
        }
        for problem in &report.problems {
            eprintln!("{problem}");
        }
        let how = if args.offline {
            " (the helpdesk was not asked)"
        } else {
            ""
        };
        if report.ok {
            println!("{}: good{how}", args.config.config.display());
        }
    }
    Ok(code)
}

fn print(report: &Report) {
    println!("{}", serde_json::to_string_pretty(report).unwrap_or_default());
}
