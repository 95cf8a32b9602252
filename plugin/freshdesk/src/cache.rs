//! The form of the account, read when it is first needed and again when something does not fit it.

use std::{
    collections::BTreeMap,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    time::{Duration, Instant},
};

use otai_plugin::{Failure, serde_json::Value, tracing};

use crate::{
    client::{self, Client},
    errors::Asked,
    fields::Fields,
};

/// At most one reload in this time, whatever keeps not fitting.
const RELOAD_EVERY: Duration = Duration::from_secs(60);
/// Pages of `/groups` that are read.
const GROUP_PAGES: u32 = 10;

/// Keeps [`Fields`]. The lock is never held over an await.
#[derive(Debug, Default)]
pub(crate) struct Cache(Mutex<Kept>);

#[derive(Debug, Default)]
struct Kept {
    fields: Option<Arc<Fields>>,
    reloaded: Option<Instant>,
}

impl Cache {
    fn kept(&self) -> MutexGuard<'_, Kept> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// The form, from memory if it is there.
    pub(crate) async fn fields(&self, client: &Client) -> Result<Arc<Fields>, Failure> {
        let kept = self.kept().fields.clone();
        match kept {
            Some(fields) => Ok(fields),
            None => self.load(client).await,
        }
    }

    /// The form as it is now.
    pub(crate) async fn load(&self, client: &Client) -> Result<Arc<Fields>, Failure> {
        let response = client.fetch(Asked::Fields, "/ticket_fields", 1.0).await?;
        let fields = Fields::read(&response.body).ok_or_else(|| client::no_list(&response))?;
        Ok(self.keep(fields))
    }

    fn keep(&self, fields: Fields) -> Arc<Fields> {
        let fields = Arc::new(fields);
        self.kept().fields = Some(Arc::clone(&fields));
        fields
    }

    /// Reads the form again, unless that was just done. `None`: nothing new.
    pub(crate) async fn reload(&self, client: &Client) -> Option<Arc<Fields>> {
        {
            let mut kept = self.kept();
            if kept.reloaded.is_some_and(|at| at.elapsed() < RELOAD_EVERY) {
                return None;
            }
            kept.reloaded = Some(Instant::now());
        }
        tracing::info!("something does not fit the ticket fields read before: reading them again");
        match self.load(client).await {
            Ok(fields) => Some(fields),
            Err(failure) => {
                tracing::warn!("the ticket fields could not be read again: {failure}");
                None
            }
        }
    }

    /// Adds what only `/groups` knows: of two groups with one name the form shows one. That call is for admins, so being
    /// refused is no failure.
    pub(crate) async fn add_groups(&self, client: &Client, fields: Arc<Fields>) -> Arc<Fields> {
        let mut fields = (*fields).clone();
        for page in 1..=GROUP_PAGES {
            let path = format!("/groups?per_page=100&page={page}");
            let answer = match client.fetch(Asked::Groups, &path, 1.0).await {
                Ok(response) => {
                    client::json::<Vec<BTreeMap<String, Value>>>(&response).map(|g| (g, client.has_next(&response)))
                }
                Err(failure) => Err(failure),
            };
            match answer {
                Ok((groups, next)) => {
                    let named = groups
                        .iter()
                        .filter_map(|g| Some((g.get("name")?.as_str()?.to_owned(), g.get("id")?.as_i64()?)));
                    fields.add_groups(named);
                    if !next {
                        break;
                    }
                }
                Err(failure) => {
                    tracing::debug!("no more is known of the groups: {failure}");
                    break;
                }
            }
        }
        self.keep(fields)
    }
}
