//! Which of the related systems is played.
//!
//! Every difference has one name here, so that the operations ask what a system does, never which one it is.

use std::str::FromStr;

use thiserror::Error;

/// A system and its version, as far as the interface differs.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub enum Flavour {
    /// Znuny 6.5.15: `rw` for every update, typed id check, headers with credentials. Znuny 7 has the same rules.
    #[default]
    #[serde(rename = "znuny-6.5.15")]
    Znuny6515,
    /// Znuny 6.5.1: one right per attribute, unset dynamic fields as `null`.
    #[serde(rename = "znuny-6.5.1")]
    Znuny651,
    /// OTOBO 11: as Znuny 6.5.1, without credential headers and without `SessionRemove`.
    #[serde(rename = "otobo-11")]
    Otobo11,
}

/// The name of a flavour is unknown.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
#[error("{0:?} is no known system; use znuny-6.5.15, znuny-6.5.1 or otobo-11")]
pub struct FlavourError(String);

impl FromStr for Flavour {
    type Err = FlavourError;

    fn from_str(text: &str) -> Result<Self, FlavourError> {
        match text {
            "znuny" | "znuny-6.5.15" => Ok(Self::Znuny6515),
            "znuny-6.5.1" => Ok(Self::Znuny651),
            "otobo" | "otobo-11" => Ok(Self::Otobo11),
            other => Err(FlavourError(other.to_owned())),
        }
    }
}

impl Flavour {
    pub(super) fn otobo(self) -> bool {
        self == Self::Otobo11
    }

    /// Any update wants `rw`, whatever it changes.
    pub(super) fn update_wants_rw(self) -> bool {
        self == Self::Znuny6515
    }

    /// `X-OTRS-Header-UserLogin` and its siblings are read.
    pub(super) fn reads_headers(self) -> bool {
        !self.otobo()
    }

    pub(super) fn has_session_remove(self) -> bool {
        !self.otobo()
    }

    /// A TicketID that is no number is told from one that does not exist.
    pub(super) fn checks_ids(self) -> bool {
        self == Self::Znuny6515
    }

    /// Several articles in one update.
    pub(super) fn article_lists(self) -> bool {
        self == Self::Znuny6515
    }

    /// An article brings its own dynamic fields; elsewhere they are not looked at.
    pub(super) fn article_fields(self) -> bool {
        self == Self::Znuny6515
    }

    /// HTML articles show their HTML in the answer to an update.
    pub(super) fn shows_new_html(self) -> bool {
        self == Self::Znuny6515
    }

    /// Dynamic fields without a value are shown as `null` instead of left out.
    pub(super) fn shows_unset(self) -> bool {
        self != Self::Znuny6515
    }

    /// An answer with ticket data carries the newest article even if none was made.
    pub(super) fn always_article(self) -> bool {
        self != Self::Znuny6515
    }

    /// `CommunicationChannel` stands in an article beside its id.
    pub(super) fn names_channels(self) -> bool {
        self == Self::Znuny6515
    }

    /// `IsEdited` and `IsDeleted` stand in an article.
    pub(super) fn marks_edits(self) -> bool {
        self.otobo()
    }

    /// Dynamic fields that the system itself brings along.
    pub(super) fn own_fields(self) -> &'static [&'static str] {
        match self {
            Self::Znuny6515 => &[],
            Self::Znuny651 => &[
                "ProcessManagementActivityID",
                "ProcessManagementAttachment",
                "ProcessManagementProcessID",
                "TicketCalendarEndTime",
                "TicketCalendarStartTime",
            ],
            Self::Otobo11 => &["ProcessManagementActivityID", "ProcessManagementProcessID"],
        }
    }

    /// First path segments under which the interface lies.
    pub(super) fn prefixes(self) -> &'static [&'static str] {
        if self.otobo() {
            &["otobo"]
        } else {
            &["znuny", "otrs", "otobo"]
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_flavour_has_one_name_in_words_and_in_json() {
        for flavour in [Flavour::Znuny6515, Flavour::Znuny651, Flavour::Otobo11] {
            let name = serde_json::to_value(flavour).unwrap();
            assert_eq!(name.as_str().unwrap().parse(), Ok(flavour));
        }
        assert!("otrs".parse::<Flavour>().is_err());
    }
}
