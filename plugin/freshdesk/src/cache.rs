//! The form of the account, read when it is first needed and again when something does not fit it.

use std::{collections::BTreeMap, sync::Arc};

use otai_plugin::{Failure, Kept, answers, serde_json::Value, tracing};

use crate::{
    client::{self, Client, PRODUCT},
    errors::Asked,
    fields::Fields,
};

/// Pages of `/groups` that are read.
const GROUP_PAGES: u32 = 10;

/// Keeps [`Fields`].
#[derive(Debug, Default)]
pub(crate) struct Cache(Kept<Fields>);

impl Cache {
    /// The form, from memory if it is there.
    pub(crate) async fn fields(&self, client: &Client) -> Result<Arc<Fields>, Failure> {
        self.0.get(read(client)).await
    }

    /// The form as it is now.
    pub(crate) async fn load(&self, client: &Client) -> Result<Arc<Fields>, Failure> {
        Ok(self.0.put(read(client).await?))
    }

    /// What `make` makes of the form, read again if it cannot.
    pub(crate) async fn make<R>(
        &self,
        client: &Client,
        make: impl Fn(&Fields) -> Result<R, Failure>,
    ) -> Result<(Arc<Fields>, R), Failure> {
        self.0.make("ticket fields", || read(client), make).await
    }

    /// Reads the form again, unless that was just done. `None`: nothing new.
    pub(crate) async fn reload(&self, client: &Client) -> Option<Arc<Fields>> {
        self.0.renew("ticket fields", read(client)).await
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
        self.0.put(fields)
    }
}

async fn read(client: &Client) -> Result<Fields, Failure> {
    let response = client.fetch(Asked::Fields, "/ticket_fields", 1.0).await?;
    Fields::read(&response.body).ok_or_else(|| answers::no_list(PRODUCT, &response))
}
