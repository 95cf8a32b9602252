//! Configs as an admin writes them.

use std::fmt;

use crate::Desk;

/// What the words of [`crate::row`] mean, as the keyword plugin's parameters: every decision is certain.
pub const KEYWORDS: &str = "      words:
        queue: { invoice: Billing, printer: Hardware, vpn: Network }
        priority: { soon: High, immediately: Urgent, sometime: Low }
        type: { broken: Incident, please: Question }
        tags: { refund: refund }
";

/// A config; `Display` gives the YAML.
#[derive(Debug, Clone, Default)]
pub struct Config {
    head: String,
    systems: String,
    classifiers: String,
    pipelines: String,
}

impl Config {
    /// The shortest config there is: the helpdesk and how to get in.
    #[must_use]
    pub fn order(desk: &Desk) -> Self {
        Self::default().system("freshdesk", &desk.base_url())
    }

    /// The same with decisions by keyword, and more lines for its only pipeline, each indented by four.
    #[must_use]
    pub fn keyword(desk: &Desk, pipeline: &str) -> Self {
        let keyword = format!("    use: otai_test_keyword:KeywordClassificationService\n    params:\n{KEYWORDS}");
        Self::order(desk)
            .classifier("keyword", &keyword)
            .pipeline("triage", &format!("    ticket_system: freshdesk\n{pipeline}"))
    }

    /// Adds a Freshdesk at this address.
    #[must_use]
    pub fn system(mut self, name: &str, base_url: &str) -> Self {
        self.systems += &format!(
            "  {name}:\n    use: otai_freshdesk:FreshdeskTicketsystemService\n    params:\n      domain: yourcompany\n      \
             api_key: ${{FRESHDESK_API_KEY}}\n      base_url: {base_url}\n"
        );
        self
    }

    /// Adds a ticket system with these lines, each indented by four.
    #[must_use]
    pub fn any_system(mut self, name: &str, lines: &str) -> Self {
        self.systems += &format!("  {name}:\n{lines}\n");
        self
    }

    /// Adds a classifier with these lines, each indented by four.
    #[must_use]
    pub fn classifier(mut self, name: &str, lines: &str) -> Self {
        self.classifiers += &format!("  {name}:\n{lines}\n");
        self
    }

    /// Adds a pipeline with these lines, each indented by four.
    #[must_use]
    pub fn pipeline(mut self, name: &str, lines: &str) -> Self {
        self.pipelines += &format!("  {name}:\n{lines}\n");
        self
    }

    /// Adds a line at the top.
    #[must_use]
    pub fn head(mut self, line: &str) -> Self {
        self.head += &format!("{line}\n");
        self
    }
}

impl fmt::Display for Config {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.head)?;
        let sections = [
            ("ticket_systems", &self.systems),
            ("classifiers", &self.classifiers),
            ("pipelines", &self.pipelines),
        ];
        for (name, lines) in sections.iter().filter(|(_, lines)| !lines.is_empty()) {
            write!(f, "{name}:\n{lines}")?;
        }
        Ok(())
    }
}
