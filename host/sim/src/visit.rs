//! One request on its way through journal, limit and faults to the desk and back.

use axum::body::Body;
use axum::http::Response;

use crate::answer::Answer;
use crate::desk::{Arrival, Look};
use crate::faults::{FaultKind, Plan};
use crate::gate::Sim;
use crate::journal::{Arrived, Did};
use crate::rate::Admission;
use crate::spoil;

pub(crate) struct Visit {
    arrival: Arrival,
    look: Look,
    n: u64,
    pub(crate) admission: Admission,
    pub(crate) plan: Plan,
}

impl Visit {
    pub(crate) fn begin(sim: &Sim, mut arrival: Arrival) -> Self {
        let mut world = sim.world();
        let world = &mut *world;
        arrival.request_id = world.dice.uuid();
        let look = world.desk.look(&arrival);
        let now_ms = world.clock.millis();
        let admission = world.desk.meter().admit(now_ms, look.cost, look.limit);
        let plan = match admission.refused {
            Some(_) => Plan::default(),
            None => world.faults.plan(&arrival.method, &arrival.path, &arrival.query),
        };
        let n = world.journal.arrive(Arrived {
            at_ms: now_ms,
            method: arrival.method.clone(),
            path: arrival.path.clone(),
            pattern: look.pattern.clone(),
            ticket: look.ticket,
            put: look.put,
            query: look.query.clone(),
            cost: if admission.refused.is_none() { look.cost } else { 0.0 },
            body: look.body.clone(),
            body_bytes: arrival.body.len(),
            user_agent: arrival.header("user-agent").to_owned(),
            authorized: look.authorized,
            faults: plan.names.clone(),
        });
        Self {
            arrival,
            look,
            n,
            admission,
            plan,
        }
    }

    /// Lets happen what happens just before, then the request itself.
    pub(crate) fn process(&self, sim: &Sim) -> Answer {
        let mut world = sim.world();
        if let Some(id) = self.look.ticket {
            if self.plan.trash {
                world.desk.trash(id);
            }
            for set in &self.plan.human {
                world.desk.human(id, set);
            }
        }
        let answer = world.desk.handle(&self.arrival);
        let did = Did {
            ticket: self.look.ticket,
            put: self.look.put,
            note: self.look.note,
            write: self.look.write,
            effect: answer.effective(),
        };
        world.journal.handled(self.n, &did, answer.status);
        answer
    }

    /// What the desk says to a request that fails with `status`.
    pub(crate) fn failure(&self, sim: &Sim, status: u16, code: Option<&str>) -> Answer {
        sim.world().desk.failure(&self.arrival, status, code)
    }

    /// The answer with the headers of a real one, spoiled if a fault wants that.
    pub(crate) fn end(&self, sim: &Sim, answer: Answer, fault: Option<FaultKind>) -> Response<Body> {
        let mut world = sim.world();
        let now_ms = world.clock.millis();
        world.journal.answered(self.n, answer.status, now_ms);
        let edge = answer.is_edge();
        let mut response = match fault {
            Some(kind) => spoil::during(answer, &kind),
            None => answer.into_response(),
        };
        world.desk.dress(&self.arrival, &self.admission, edge, &mut response);
        response
    }
}
