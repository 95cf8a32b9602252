use comfy_table::{Table, presets::NOTHING};

/// A table without lines, for terminals and for `grep`.
pub(super) fn table(header: &[&str]) -> Table {
    let mut table = Table::new();
    table.load_style(NOTHING).set_header(header.to_vec());
    table
}
