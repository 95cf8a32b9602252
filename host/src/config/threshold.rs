//! From when on a label is taken.

use otai_interface::model::Label;

use super::problem::shown;

/// What a label must reach to be decided on. From 0 to 1.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Threshold {
    /// `min_confidence`: the model is at least this sure of this text.
    Confidence(f64),
    /// `min_precision`: of the model's decisions that were at least this sure, this share was right.
    Precision(f64),
}

impl Threshold {
    /// True if the label is taken.
    #[must_use]
    pub fn passes(self, label: &Label) -> bool {
        match self {
            Self::Confidence(least) => f64::from(label.confidence) >= least,
            Self::Precision(least) => label.precision.is_some_and(|precision| reaches(precision, least)),
        }
    }

    /// Whether the label says what is asked of it. If not, nothing is known of the ticket, and it is left alone.
    #[must_use]
    pub fn is_known(self, label: &Label) -> bool {
        matches!(self, Self::Confidence(_)) || label.precision.is_some()
    }

    /// Why a label is not taken, in one clause.
    #[must_use]
    pub fn why_not(self, label: &Label) -> String {
        let name = shown(&label.name);
        match (self, label.precision) {
            (Self::Confidence(least), _) => {
                format!("{name} is only {:.2} sure, {least:.2} is wanted", label.confidence)
            }
            (Self::Precision(least), Some(precision)) => {
                format!("decisions like {name} are right in {precision:.3} of all cases, {least:.3} is wanted")
            }
            (Self::Precision(_), None) => format!("the model does not know how often {name} is right"),
        }
    }
}

/// Compares in the plugin's own precision: what was told as 0.95 is a little less than 0.95 once it is an `f64`, and would
/// never reach it.
fn reaches(precision: f32, wanted: f64) -> bool {
    precision >= wanted as f32
}

#[cfg(test)]
mod tests {
    use super::*;

    fn label(precision: Option<f32>) -> Label {
        Label {
            precision,
            ..Label::new("Billing", 0.9)
        }
    }

    #[test]
    fn a_precision_told_as_wanted_is_reached() {
        for hundredth in 0..=100 {
            let wanted = f64::from(hundredth) / 100.0;
            let told: f32 = format!("{wanted}").parse().unwrap();
            assert!(Threshold::Precision(wanted).passes(&label(Some(told))), "{wanted}");
            let less = f32::from_bits(told.to_bits().saturating_sub(1));
            assert!(
                told == 0.0 || !Threshold::Precision(wanted).passes(&label(Some(less))),
                "{less} is less than {wanted}"
            );
        }
        assert!(f64::from(0.95_f32) < 0.95, "or all of this would be needless");
    }

    #[test]
    fn what_was_not_measured_never_passes() {
        let zero = Threshold::Precision(0.0);
        assert!(!zero.passes(&label(None)) && !zero.is_known(&label(None)));
        assert!(!zero.passes(&label(Some(f32::NAN))));
        assert!(zero.passes(&label(Some(0.0))) && zero.is_known(&label(Some(0.0))));
        assert!(Threshold::Confidence(0.9).is_known(&label(None)));
    }

    #[test]
    fn confidence_is_compared_as_ever() {
        assert!(Threshold::Confidence(0.899).passes(&label(None)));
        assert!(
            !Threshold::Confidence(0.9).passes(&label(Some(1.0))),
            "0.9 as `f32` is less"
        );
    }

    #[test]
    fn each_says_why_not() {
        let wanted = Threshold::Precision(0.95);
        assert_eq!(
            wanted.why_not(&label(Some(0.91))),
            "decisions like `Billing` are right in 0.910 of all cases, 0.950 is wanted"
        );
        assert_eq!(
            wanted.why_not(&label(None)),
            "the model does not know how often `Billing` is right"
        );
        assert_eq!(
            Threshold::Confidence(0.95).why_not(&label(None)),
            "`Billing` is only 0.90 sure, 0.95 is wanted"
        );
    }
}
