use super::{Place, size};
use crate::{
    cli::{CliError, table::table},
    models::{self, Kind},
};

pub(super) fn list(place: &Place) -> Result<u8, CliError> {
    let folder = place.models();
    let entries = models::list(&folder).map_err(|e| CliError::WrongUse(format!("{}: {e}", folder.display())))?;
    if place.json {
        println!("{}", serde_json::to_string(&entries).unwrap_or_default());
        return Ok(0);
    }
    if entries.is_empty() {
        println!(
            "no models in {}: `otai train` makes one, `otai model add` gets one",
            folder.display()
        );
        return Ok(0);
    }
    let mut table = table(&["NAME", "KIND", "SIZE", "DATE"]);
    for entry in &entries {
        let kind = match entry.kind {
            Kind::Trained => "trained",
            Kind::HuggingFace => "Hugging Face",
        };
        table.add_row([&entry.name, kind, &size(entry.bytes), &entry.date]);
    }
    println!("{table}");
    Ok(0)
}
