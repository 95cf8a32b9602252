//! The config against what its plugins say of themselves.

use std::path::Path;

use otai_interface::model::{InjectableKind, PluginDescription};
use serde_json::Value;

use super::loaded::Loaded;
use super::model::Service;
use super::nearest;
use super::problem::{Problem, Problems, shown};
use super::schema::Schema;

impl Loaded {
    /// What is wrong with service `name` of `section` (`ticket_systems` or `classifiers`), now that its plugin is known.
    #[must_use]
    pub fn check_plugin(&self, section: &str, name: &str, plugin: &PluginDescription) -> Vec<Problem> {
        let (services, kind, kind_name) = match section {
            "ticket_systems" => (
                &self.config.ticket_systems,
                InjectableKind::TicketSystem,
                "ticket system",
            ),
            _ => (&self.config.classifiers, InjectableKind::Classifier, "classifier"),
        };
        let Some(service) = services.get(name) else {
            return Vec::new();
        };
        let of_kind = || plugin.injectables.iter().filter(|injectable| injectable.kind == kind);
        let Some(injectable) = plugin
            .injectables
            .iter()
            .find(|injectable| injectable.name == service.injectable)
        else {
            let message = format!(
                "plugin {} has no service {}",
                shown(&service.plugin),
                shown(&service.injectable)
            );
            let names = of_kind().map(|injectable| injectable.name.as_str());
            let help = nearest::did_you_mean(&service.injectable, names, &format!("its {kind_name}s"));
            return vec![self.problem(&[section, name, "use"], message, Some(help))];
        };
        if injectable.kind != kind {
            let message = format!("{} is no {kind_name}", shown(&injectable.name));
            let names: Vec<_> = of_kind().map(|injectable| injectable.name.as_str()).collect();
            let help = match injectable.kind {
                InjectableKind::Unknown => "this otai is too old for what it is".to_owned(),
                _ if names.is_empty() => format!("plugin {} has no {kind_name}", shown(&service.plugin)),
                _ => nearest::did_you_mean("", names, &format!("the {kind_name}s of the plugin")),
            };
            return vec![self.problem(&[section, name, "use"], message, Some(help))];
        }
        let mut wrongs = Vec::new();
        Schema::new(&injectable.params).check(&service.params, &mut Vec::new(), &mut wrongs);
        let problem = |wrong: super::schema::Wrong| {
            let mut path = vec![section, name, "params"];
            path.extend(wrong.path.iter().map(String::as_str));
            if wrong.key {
                return self.source.at_key(&path, wrong.message, wrong.help);
            }
            self.problem(&path, wrong.message, wrong.help)
        };
        Problems::new(wrongs.into_iter().map(problem).collect()).0
    }

    /// Makes every param absolute that `plugin` calls a path (`"format": "path"`), so that it does not depend on the folder
    /// that otai was started in.
    pub fn resolve_paths(&mut self, plugin: &PluginDescription) {
        let dir = &self.config.dir;
        for service in self
            .config
            .ticket_systems
            .values_mut()
            .chain(self.config.classifiers.values_mut())
        {
            if service.plugin == plugin.name {
                resolve(service, plugin, dir);
            }
        }
    }
}

fn resolve(service: &mut Service, plugin: &PluginDescription, dir: &Path) {
    let Some(injectable) = plugin
        .injectables
        .iter()
        .find(|injectable| injectable.name == service.injectable)
    else {
        return;
    };
    let params: &mut Value = &mut service.params;
    Schema::new(&injectable.params).paths(params, 0, &mut |text| {
        // Joining an absolute path to a folder gives the path, so doing it twice does no harm.
        *text = dir.join(&*text).to_string_lossy().into_owned();
    });
}

#[cfg(test)]
#[path = "tests/plugin.rs"]
mod tests;
