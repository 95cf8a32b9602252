//! Downloads from a Hugging Face hub, by the two calls that it documents: what a revision consists of, and one file of it.
//!
//! **The token goes to the hub and to nobody else.** The hub sends large files by way of another host; redirects are followed by
//! hand, and the token is left out as soon as the origin differs.

use std::{io::Write as _, time::Duration};

use reqwest::{Response, StatusCode, Url, header};
use serde::Deserialize;

use super::{
    HubError, Repo, Stage,
    files::{lacking, wanted},
};
use crate::services::{allowed, client};

/// Where models come from unless `HF_ENDPOINT` says otherwise.
const HUB: &str = "https://huggingface.co";
/// A server that is silent for longer is given up.
const SILENCE: Duration = Duration::from_secs(60);
/// From the hub over its cache to a store; more is a circle.
const REDIRECTS: usize = 5;
/// Lists of files stay below 1 MB.
const LONGEST_LIST: usize = 8 << 20;

#[derive(Deserialize)]
struct Revision {
    sha: String,
    #[serde(default)]
    siblings: Vec<Sibling>,
}

#[derive(Deserialize)]
struct Sibling {
    rfilename: String,
}

/// A hub. `Debug` is not implemented: the token must not be shown.
pub struct Hub {
    client: reqwest::Client,
    base: Url,
    token: Option<header::HeaderValue>,
}

impl Hub {
    /// The hub at this address (`None`: the public one), with a token if there is one.
    ///
    /// # Errors
    /// Not https, and not this machine.
    pub fn new(endpoint: Option<&str>, token: Option<&str>) -> Result<Self, HubError> {
        let endpoint = endpoint.unwrap_or(HUB).trim_end_matches('/');
        let origin = allowed(endpoint)?;
        let way = |why: String| HubError::Way {
            what: endpoint.to_owned(),
            why,
        };
        let token = token.map(str::trim).filter(|token| !token.is_empty()).map(|token| {
            let mut value = header::HeaderValue::from_str(&format!("Bearer {token}"))
                .map_err(|_| way("HF_TOKEN is no token: it holds characters that none has".to_owned()))?;
            value.set_sensitive(true);
            Ok::<_, HubError>(value)
        });
        Ok(Self {
            client: client(origin.starts_with("http://"))?,
            base: Url::parse(endpoint).map_err(|e| way(e.to_string()))?,
            token: token.transpose()?,
        })
    }

    /// Downloads what a model needs; gives the commit. `told`: each file as it begins, and bytes as they come.
    ///
    /// # Errors
    /// [`HubError`]
    pub async fn download(
        &self,
        repo: &Repo,
        stage: &mut Stage,
        told: &(dyn Fn(Option<&str>, u64) + Sync),
    ) -> Result<String, HubError> {
        let what = format!("{} at {}", repo.id, repo.revision);
        let revision = repo.revision.replace('/', "%2F");
        let mut answer = self
            .get(&format!("api/models/{}/revision/{revision}", repo.id), &what)
            .await?
            .0;
        let mut list = Vec::new();
        while let Some(chunk) = next(&mut answer, &what).await? {
            list.extend_from_slice(&chunk);
            if list.len() > LONGEST_LIST {
                break;
            }
        }
        let not_a_list = || HubError::Way {
            what: what.clone(),
            why: "its list of files makes no sense; is HF_ENDPOINT a hub?".to_owned(),
        };
        let Revision { sha, siblings } = serde_json::from_slice(&list).map_err(|_| not_a_list())?;
        if !is_hex(&sha, 40) {
            return Err(not_a_list());
        }
        let all: Vec<String> = siblings.into_iter().map(|sibling| sibling.rfilename).collect();
        if let Some(why) = lacking(&all) {
            return Err(HubError::NoModel {
                repo: repo.id.clone(),
                why,
            });
        }
        for file in all.iter().filter(|file| wanted(file)) {
            told(Some(file), 0);
            self.file(repo, &sha, file, stage, told).await?;
        }
        Ok(sha)
    }

    async fn file(
        &self,
        repo: &Repo,
        sha: &str,
        file: &str,
        stage: &mut Stage,
        told: &(dyn Fn(Option<&str>, u64) + Sync),
    ) -> Result<(), HubError> {
        let what = format!("{file} of {}", repo.id);
        let (mut answer, announced) = self.get(&format!("{}/resolve/{sha}/{file}", repo.id), &what).await?;
        let mut copy = stage.file(file)?;
        while let Some(chunk) = next(&mut answer, &what).await? {
            copy.write_all(&chunk).map_err(|e| HubError::Way {
                what: what.clone(),
                why: format!("it cannot be written: {e}"),
            })?;
            told(None, chunk.len() as u64);
        }
        let damaged = |how| HubError::Damaged {
            file: what.clone(),
            how,
        };
        if announced.size.is_some_and(|size| size != copy.bytes) {
            return Err(damaged("its size is another one than the hub announced"));
        }
        let sum = stage.done(file, copy)?;
        match announced.sha256 {
            Some(wanted) if wanted != sum => Err(damaged("its SHA-256 is another one than the hub announced")),
            _ => Ok(()),
        }
    }

    /// Asks, follows redirects, and gives the answer with what was announced on the way.
    async fn get(&self, path: &str, what: &str) -> Result<(Response, Announced), HubError> {
        let way = |why: String| HubError::Way {
            what: what.to_owned(),
            why,
        };
        let mut url = Url::parse(&format!("{}/{path}", self.base.as_str().trim_end_matches('/')))
            .map_err(|e| way(e.to_string()))?;
        let mut announced = Announced::default();
        for _ in 0..=REDIRECTS {
            let mut request = self.client.get(url.clone());
            if let Some(token) = self.token.as_ref().filter(|_| url.origin() == self.base.origin()) {
                request = request.header(header::AUTHORIZATION, token.clone());
            }
            let answer = tokio::time::timeout(SILENCE, request.send())
                .await
                .map_err(|_| way("no answer in time".to_owned()))?
                .map_err(|e| way(format!("the server cannot be reached: try again ({})", reason(&e))))?;
            announced.hear(&answer, url.origin() == self.base.origin());
            let status = answer.status();
            if !status.is_redirection() {
                return checked(answer, what).map(|answer| (answer, announced));
            }
            let to = answer.headers().get(header::LOCATION).and_then(|to| to.to_str().ok());
            url = to
                .and_then(|to| url.join(to).ok())
                .ok_or_else(|| way(format!("a redirect ({status}) leads nowhere")))?;
            allowed(&url.origin().ascii_serialization())?;
        }
        Err(way("one redirect leads to the next and never to a file".to_owned()))
    }
}

/// What the hub itself says of a file before another host sends it.
#[derive(Debug, Default)]
struct Announced {
    sha256: Option<String>,
    size: Option<u64>,
}

impl Announced {
    /// Large files are named by their SHA-256; small ones by a hash of git that is of another kind and length.
    fn hear(&mut self, answer: &Response, by_the_hub: bool) {
        let text = |name: &str| answer.headers().get(name).and_then(|value| value.to_str().ok());
        let linked = text("x-linked-etag").or_else(|| text("etag")).filter(|_| by_the_hub);
        let sum = linked.map(|tag| tag.trim_start_matches("W/").trim_matches('"').to_ascii_lowercase());
        if self.sha256.is_none() {
            self.sha256 = sum.filter(|sum| is_hex(sum, 64));
        }
        let size = text("x-linked-size").and_then(|size| size.parse().ok());
        self.size = self.size.or(size.filter(|_| by_the_hub));
    }
}

fn is_hex(text: &str, length: usize) -> bool {
    text.len() == length && text.chars().all(|c| c.is_ascii_hexdigit())
}

fn checked(answer: Response, what: &str) -> Result<Response, HubError> {
    let what = what.to_owned();
    match answer.status() {
        StatusCode::OK => Ok(answer),
        StatusCode::UNAUTHORIZED | StatusCode::FORBIDDEN => Err(HubError::Forbidden { what }),
        StatusCode::NOT_FOUND => Err(HubError::Missing { what }),
        StatusCode::TOO_MANY_REQUESTS => {
            let why = "the hub asks to wait a while; a token in HF_TOKEN allows more".to_owned();
            Err(HubError::Way { what, why })
        }
        other => {
            let why = format!("the hub answers {other}: try again later");
            Err(HubError::Way { what, why })
        }
    }
}

async fn next(answer: &mut Response, what: &str) -> Result<Option<Vec<u8>>, HubError> {
    let way = |why: String| HubError::Way {
        what: what.to_owned(),
        why,
    };
    let chunk = tokio::time::timeout(SILENCE, answer.chunk()).await;
    let chunk = chunk.map_err(|_| way("the answer stopped: try again".to_owned()))?;
    let chunk = chunk.map_err(|e| way(format!("the answer broke off: try again ({})", reason(&e))))?;
    Ok(chunk.map(|bytes| bytes.to_vec()))
}

/// The innermost reason, which says most. An error of reqwest names the address at most; the token is in a header.
fn reason(error: &reqwest::Error) -> String {
    let mut last: &dyn std::error::Error = error;
    while let Some(inner) = last.source() {
        last = inner;
    }
    last.to_string()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn plain_http_stays_on_this_machine() {
        assert!(Hub::new(Some("http://127.0.0.1:9"), None).is_ok());
        assert!(Hub::new(Some("http://hub.example"), Some("secret")).is_err());
        assert!(Hub::new(Some("no address"), None).is_err());
        let bad = Hub::new(None, Some("a\nsecret")).err().unwrap().to_string();
        assert!(bad.contains("HF_TOKEN") && !bad.contains("secret"), "{bad}");
    }
}
