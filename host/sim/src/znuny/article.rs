//! Articles of a request: what is missing, what is wrong, and what the defaults make of the rest.
//!
//! The defaults are the real ones, traps included: an article that says nothing about it is visible to the customer.

use base64::Engine;
use base64::prelude::BASE64_STANDARD;
use serde_json::{Map, Value};

use super::catalog::{CHANNELS, SENDERS, pick};
use super::check::{FieldValue, address, gap, invalid, missing};
use super::html;
use super::people::Caller;
use super::ticket::{Article, Attachment, history_kind};
use super::transport::Stop;
use super::value::{filled, given, scalar, spelled, structured, trim, truthy};
use super::world::Znuny;

/// An article that may be added.
#[derive(Debug, Clone)]
pub(super) struct Draft {
    pub(super) article: Article,
    /// It names a sender or a recipient of its own.
    pub(super) from: Option<String>,
    pub(super) to: Option<String>,
    pub(super) history: &'static str,
    pub(super) comment: String,
    pub(super) auto_response: String,
    /// It cannot be added, which is seen only when it is tried.
    pub(super) hopeless: bool,
    pub(super) fields: Vec<FieldValue>,
}

const AUTO_RESPONSES: [&str; 5] = [
    "auto reply",
    "auto reject",
    "auto follow up",
    "auto reply/new ticket",
    "auto remove",
];
const CHARSETS: [&str; 10] = [
    "utf-8",
    "utf8",
    "us-ascii",
    "ascii",
    "iso-8859-1",
    "iso-8859-15",
    "latin1",
    "windows-1252",
    "cp1252",
    "utf-16",
];

impl Znuny {
    /// The articles of a request, read and checked. `lists` says whether there may be several.
    pub(super) fn check_articles(
        &self,
        operation: &str,
        data: &Value,
        lists: bool,
        who: &Caller,
    ) -> Result<Vec<Draft>, Stop> {
        let articles: Vec<&Value> = match data {
            Value::Null => Vec::new(),
            Value::Array(list) if lists && !list.is_empty() => list.iter().collect(),
            Value::Object(map) if !map.is_empty() => vec![data],
            _ => {
                return Err(Stop::refused(
                    operation,
                    "InvalidParameter",
                    "Article parameter is not valid!",
                ));
            }
        };
        let read = |value: &Value| match value {
            Value::Object(map) => self.check_article(operation, map.clone(), who),
            _ => Err(Stop::Fault(
                "OperationObject returned an error, cancelling Request".to_owned(),
            )),
        };
        articles.into_iter().map(read).collect()
    }

    fn check_article(&self, operation: &str, mut map: Map<String, Value>, who: &Caller) -> Result<Draft, Stop> {
        trim(&mut map);
        let create = operation == "TicketCreate";
        let or = |key: &str, default: &str| given(&map, key).unwrap_or_else(|| default.to_owned());
        let needed = |key: &str| {
            given(&map, key).ok_or_else(|| missing(operation, &format!("Article->{key} parameter is missing!")))
        };
        let (subject, body) = (needed("Subject")?, needed("Body")?);
        // What is no text passes all checks of the real one and fails at the work.
        let hopeless = ["Subject", "Body"]
            .iter()
            .any(|key| map.get(*key).is_some_and(structured));
        let auto_response = or("AutoResponseType", if create { "auto reply" } else { "auto follow up" });
        if !AUTO_RESPONSES.contains(&auto_response.as_str()) {
            return Err(invalid(operation, "Article->AutoResponseType"));
        }
        let named = |name: &str, id: &str| (given(&map, name), given(&map, id));
        let (name, id) = named("CommunicationChannel", "CommunicationChannelID");
        let channel = match (&name, &id) {
            (None, None) => 3,
            _ => pick(CHANNELS, name.as_deref(), id.as_deref()).ok_or_else(|| {
                let what = "Article->CommunicationChannel or Article->CommunicationChannelID parameter is invalid or not supported!";
                Stop::refused(operation, "InvalidParameter", what)
            })?,
        };
        let (name, id) = named("SenderType", "SenderTypeID");
        let agent = matches!(who, Caller::Agent(_));
        let sender = match (&name, &id) {
            (None, None) => {
                if agent {
                    1
                } else {
                    3
                }
            }
            _ => pick(SENDERS, name.as_deref(), id.as_deref())
                .ok_or_else(|| invalid(operation, "Article->SenderTypeID or Ticket->SenderType"))?,
        };
        let from = given(&map, "From");
        if from.as_deref().is_some_and(|f| address(f).is_none()) {
            return Err(invalid(operation, "Article->From"));
        }
        let (mime, charset) = content_type(operation, &map)?;
        let history = or("HistoryType", if create { "NewTicket" } else { "AddNote" });
        let history = history_kind(&history).ok_or_else(|| invalid(operation, "Article->HistoryType"))?;
        let comment = or(
            "HistoryComment",
            if create {
                "%%GenericInterface Create"
            } else {
                "%%GenericInterface Note"
            },
        );
        if given(&map, "NoAgentNotify").is_some_and(|n| n != "1") {
            return Err(invalid(operation, "Article->NoAgent"));
        }
        let fields = match map
            .get("DynamicField")
            .filter(|v| self.flavour.article_fields() && truthy(Some(v)))
        {
            Some(list) => self.check_fields(operation, list, true)?,
            None => Vec::new(),
        };
        let mut article = Article {
            sender,
            channel,
            visible: map
                .get("IsVisibleForCustomer")
                .is_none_or(|v| v.is_null() || truthy(Some(v))),
            cc: given(&map, "Cc").unwrap_or_default(),
            subject,
            charset: charset.clone(),
            content_type: given(&map, "ContentType")
                .map(|kind| kind.to_lowercase())
                .filter(|_| mime == "text/plain"),
            ..Article::default()
        };
        article.write(&body, &mime, &charset);
        article
            .attachments
            .extend(attachments(operation, map.get("Attachment").unwrap_or(&Value::Null))?);
        let to = given(&map, "To");
        Ok(Draft {
            article,
            from,
            to,
            history,
            comment,
            auto_response,
            fields,
            hopeless,
        })
    }
}

impl Article {
    /// Puts a text into an article. HTML becomes an attachment and leaves its plain text as the body.
    pub(super) fn write(&mut self, body: &str, mime: &str, charset: &str) {
        if mime != "text/html" {
            self.body = body.to_owned();
            return;
        }
        self.body = html::to_text(body);
        self.attachments.push(Attachment {
            name: "file-2".to_owned(),
            kind: format!("text/html; charset=\"{charset}\""),
            disposition: "inline",
            content: body.as_bytes().to_vec(),
            html_body: true,
        });
    }
}

/// Reads attachments; their content is base64, and what is none counts as empty.
pub(super) fn attachments(operation: &str, list: &Value) -> Result<Vec<Attachment>, Stop> {
    let list: Vec<&Value> = match list {
        Value::Null => Vec::new(),
        Value::Array(list) => list.iter().collect(),
        one => vec![one],
    };
    list.into_iter()
        .map(|item| {
            let map = item
                .as_object()
                .ok_or_else(|| invalid(operation, "Ticket->Attachment"))?;
            let part = |key: &str| {
                filled(map, key).ok_or_else(|| {
                    missing(
                        operation,
                        &format!("Attachment->{key}{} parameter is missing!", gap(operation)),
                    )
                })
            };
            let content = part("Content")?;
            Ok(Attachment {
                kind: part("ContentType")?,
                name: part("Filename")?,
                disposition: "attachment",
                content: BASE64_STANDARD
                    .decode(content.replace(['\n', '\r'], ""))
                    .unwrap_or_default(),
                html_body: false,
            })
        })
        .collect()
}

/// MIME type and charset, from `ContentType` or from the two keys of their own.
fn content_type(operation: &str, map: &Map<String, Value>) -> Result<(String, String), Stop> {
    let wrong = |key: &str| Stop::refused(operation, "InvalidParameter", &format!("Article->{key} is invalid!"));
    let lower = |key: &str| given(map, key).map(|text| text.to_lowercase());
    let (mime, charset) = (lower("MimeType"), lower("Charset"));
    let well_formed = |mime: &str| {
        let word = |part: &str| !part.is_empty() && part.chars().all(|c| c.is_alphanumeric() || c == '_');
        mime.split_once('/').is_some_and(|(a, b)| word(a) && word(b))
    };
    match (&mime, &charset, lower("ContentType")) {
        (None, None, None) => {
            let text = "Article->ContentType or Ticket->MimeType and Article->Charset parameters are required!";
            Err(missing(operation, text))
        }
        (Some(_), None, _) => Err(missing(operation, "Article->Charset is required!")),
        (None, Some(_), _) => Err(missing(operation, "Article->MimeType is required!")),
        (Some(mime), Some(charset), None) => {
            if !well_formed(mime) {
                return Err(wrong("MimeType"));
            }
            if !CHARSETS.contains(&charset.as_str()) {
                return Err(wrong("Charset"));
            }
            Ok((mime.clone(), charset.clone()))
        }
        (_, _, Some(kind)) => {
            let charset = kind.split_once("charset=").map_or("", |(_, rest)| rest);
            let charset = charset
                .split(';')
                .next()
                .unwrap_or_default()
                .trim_matches(['"', '\'', ' ']);
            let mime = kind.split(';').next().unwrap_or_default().trim();
            if !CHARSETS.contains(&charset) || !well_formed(mime) {
                return Err(wrong("ContentType"));
            }
            Ok((mime.to_owned(), charset.to_owned()))
        }
    }
}

/// A ticket's title as it would be set; `None` if the request has none, an error if it is no text.
pub(super) fn title(ticket: &Map<String, Value>) -> Result<Option<String>, Stop> {
    match ticket.get("Title") {
        None | Some(Value::Null) => Ok(None),
        Some(value) => match scalar(value) {
            Some(text) => Ok(Some(spelled(value)).filter(|_| !text.is_empty())),
            None => Err(Stop::Fault(
                "OperationObject returned an error, cancelling Request".to_owned(),
            )),
        },
    }
}
