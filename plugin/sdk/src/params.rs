use std::fmt;

use schemars::JsonSchema;
use serde::Deserialize;

/// A password, key or token: never shown by `Debug`, never serialised.
#[derive(Clone, Deserialize, JsonSchema)]
#[serde(transparent)]
pub struct Secret(#[schemars(extend("writeOnly" = true))] String);

impl Secret {
    /// For the one place that sends it.
    #[must_use]
    pub fn expose(&self) -> &str {
        &self.0
    }
}

impl From<&str> for Secret {
    fn from(secret: &str) -> Self {
        Self(secret.to_owned())
    }
}

impl fmt::Debug for Secret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Secret(…)")
    }
}

/// Declares the parameters of a service: a plain struct whose doc comments become the help of `otai check` and the schema.
///
/// Unknown keys are errors. Fields of type `Option` or with `#[serde(default)]` may be left out.
///
/// ```
/// otai_plugin::params! {
///     /// How to reach the desk.
///     pub struct Params {
///         /// Host name.
///         pub domain: String,
///         /// Requests a minute.
///         #[serde(default)]
///         pub requests_per_minute: Option<f64>,
///     }
/// }
/// ```
#[macro_export]
macro_rules! params {
    ($(#[$meta:meta])* $vis:vis struct $name:ident { $($body:tt)* }) => {
        $(#[$meta])*
        #[derive(Clone, Debug, $crate::serde::Deserialize, $crate::schemars::JsonSchema)]
        #[serde(crate = "otai_plugin::serde", deny_unknown_fields)]
        #[schemars(crate = "otai_plugin::schemars")]
        $vis struct $name { $($body)* }
    };
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_secret_is_not_shown() {
        let secret: Secret = serde_json::from_str("\"canary\"").unwrap();
        assert_eq!(secret.expose(), "canary");
        assert!(!format!("{secret:?}").contains("canary"));
    }
}
