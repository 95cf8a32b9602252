//! Which tickets a pipeline takes.

use otai_interface::model::{Catalog, Ticket};

use super::decide::is_marked;
use crate::config::Pipeline;

/// Why a ticket is left alone before anything is classified; `None`: it is taken.
#[must_use]
pub fn left_alone(spec: &Pipeline, catalog: &Catalog, ticket: &Ticket) -> Option<String> {
    if let Some(settled) = &ticket.settled {
        return Some(format!("the ticket is {settled}"));
    }
    let status = ticket.status.as_deref();
    let shown = status.unwrap_or("unknown");
    let wanted = match (&spec.find.status, ticket.fresh) {
        (Some(names), _) => names.iter().any(|n| Some(n.as_str()) == status),
        (None, Some(true)) => true,
        (None, Some(false)) => return Some(format!("it does not wait for anybody (status `{shown}`)")),
        (None, None) => catalog
            .statuses
            .iter()
            .any(|s| s.fresh && Some(s.name.as_str()) == status),
    };
    if !wanted {
        return Some(format!("its status is `{shown}`"));
    }
    if let Some(queues) = &spec.find.queue
        && !queues.contains(&ticket.queue)
    {
        return Some(match &ticket.queue {
            Some(queue) => format!("it is in the queue `{queue}`"),
            None => "it is in no queue".to_owned(),
        });
    }
    is_marked(spec.mark.as_ref(), ticket).then(|| "it carries the mark of an earlier triage".to_owned())
}
