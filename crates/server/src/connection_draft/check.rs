//! From OpenAI's three answers to the five lines of the Test connection list. Nothing here asks or waits.

use api::connection::{ConnectionRef, Organization};
use api::connection_draft::{Cause, Check, CheckKind, Finding, Verdict};

use crate::finding;

/// What is asked of OpenAI in a test, all at once. Every line of the list follows from these answers.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Probe {
    Costs,
    Usage,
    Management,
}

/// How a probe ended.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Answered {
    pub(crate) took_ms: u32,
    pub(crate) outcome: Result<Learned, Finding>,
}

/// What an answer told.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Learned {
    pub(crate) organization: Option<Organization>,
    /// For the user, as a sentence.
    pub(crate) note: Option<String>,
}

/// The answers so far.
#[derive(Clone, Debug, Default)]
pub(crate) struct Checklist {
    costs: Option<Answered>,
    usage: Option<Answered>,
    management: Option<Answered>,
    known: Option<Known>,
}

/// What it means that the tenant has the key's organization already.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Known {
    /// The key takes the place of this connection's.
    Renewed(ConnectionRef),
    /// The key is not wanted, for this reason.
    Refused(Cause),
}

impl Checklist {
    pub(crate) fn answer(&mut self, probe: Probe, answered: Answered) {
        let place = match probe {
            Probe::Costs => &mut self.costs,
            Probe::Usage => &mut self.usage,
            Probe::Management => &mut self.management,
        };
        *place = Some(answered);
    }

    /// The organization is known already.
    pub(crate) fn know(&mut self, known: Known) {
        self.known = Some(known);
    }

    /// Whether nothing more needs to be asked.
    pub(crate) fn is_over(&self) -> bool {
        self.condemned().is_some() || self.answers().iter().all(Option::is_some)
    }

    /// Whose key it is. Cost rows tell it best, so the answer about costs is waited for, and its word is preferred.
    pub(crate) fn organization(&self) -> Option<&Organization> {
        if self.costs.is_none() && !self.is_over() {
            return None;
        }
        self.told().map(|(organization, _)| organization)
    }

    /// Whether names of projects and keys can be read.
    pub(crate) fn management_readable(&self) -> bool {
        self.management.as_ref().is_some_and(|answered| answered.outcome.is_ok())
    }

    /// The lines, in the order of [`CheckKind::ALL`].
    pub(crate) fn checks(&self) -> Vec<Check> {
        CheckKind::ALL.iter().map(|kind| self.check(*kind)).collect()
    }

    fn check(&self, kind: CheckKind) -> Check {
        let (verdict, took_ms) = match kind {
            CheckKind::KeyAccepted => self.key_accepted(),
            CheckKind::OrganizationIdentified => self.organization_identified(),
            CheckKind::UsageReadable => self.readable(self.usage.as_ref()),
            CheckKind::CostsReadable => self.readable(self.costs.as_ref()),
            CheckKind::ManagementReadable => {
                let (verdict, took_ms) = self.readable(self.management.as_ref());
                match verdict {
                    Verdict::Failed { finding } => (Verdict::Warned { finding }, took_ms),
                    verdict => (verdict, took_ms),
                }
            }
        };
        Check { kind, verdict, took_ms }
    }

    fn key_accepted(&self) -> (Verdict, Option<u32>) {
        if let Some(answered) = self.answers().into_iter().flatten().find(|answered| is_accepted(answered)) {
            return (Verdict::Passed { note: None }, Some(answered.took_ms));
        }
        match self.condemned() {
            Some((finding, took_ms)) => (Verdict::Failed { finding: finding.clone() }, Some(took_ms)),
            // Every answer was a failure that says nothing about the key.
            None if self.is_over() => (Verdict::Skipped, None),
            None => (Verdict::Running, None),
        }
    }

    fn organization_identified(&self) -> (Verdict, Option<u32>) {
        if self.condemned().is_some() {
            return (Verdict::Skipped, None);
        }
        if self.costs.is_none() {
            return (Verdict::Running, None);
        }
        if let Some((organization, took_ms)) = self.told() {
            let described = describe(organization);
            let verdict = match &self.known {
                Some(Known::Renewed(connection)) => {
                    let name = &connection.name;
                    Verdict::Passed { note: Some(format!("{described}: the new key of “{name}”.")) }
                }
                Some(Known::Refused(cause)) => Verdict::Failed { finding: Finding::new(cause.clone(), None) },
                None => Verdict::Passed { note: Some(format!("{described}.")) },
            };
            return (verdict, Some(took_ms));
        }
        if !self.is_over() {
            return (Verdict::Running, None);
        }
        if self.answers().into_iter().flatten().any(|answered| answered.outcome.is_ok()) {
            let verdict = match &self.known {
                Some(Known::Refused(cause)) => Verdict::Failed { finding: Finding::new(cause.clone(), None) },
                _ => Verdict::Warned { finding: Finding::new(Cause::OrganizationUnknown, None) },
            };
            (verdict, None)
        } else {
            (Verdict::Skipped, None)
        }
    }

    fn readable(&self, answered: Option<&Answered>) -> (Verdict, Option<u32>) {
        // What says nothing but that the key is refused is said once, on the key's own line.
        if self.condemned().is_some() {
            return (Verdict::Skipped, None);
        }
        match answered {
            None => (Verdict::Running, None),
            Some(Answered { took_ms, outcome: Ok(learned) }) => {
                (Verdict::Passed { note: learned.note.clone() }, Some(*took_ms))
            }
            Some(Answered { took_ms, outcome: Err(finding) }) => {
                (Verdict::Failed { finding: finding.clone() }, Some(*took_ms))
            }
        }
    }

    /// The refusal of the key itself, unless another answer shows that OpenAI knows it.
    fn condemned(&self) -> Option<(&Finding, u32)> {
        let answers = self.answers();
        if answers.into_iter().flatten().any(is_accepted) {
            return None;
        }
        // Names are optional, and some keys are refused for them alone: theirs is the word when there is no other.
        let telling = match answers {
            [Some(_), Some(_), Some(_)] => answers,
            [costs, usage, _] => [costs, usage, None],
        };
        telling.into_iter().flatten().find_map(|answered| match &answered.outcome {
            Err(finding) if condemns(&finding.cause) => Some((finding, answered.took_ms)),
            _ => None,
        })
    }

    fn told(&self) -> Option<(&Organization, u32)> {
        self.answers().into_iter().flatten().find_map(|answered| {
            let learned = answered.outcome.as_ref().ok()?;
            Some((learned.organization.as_ref()?, answered.took_ms))
        })
    }

    fn answers(&self) -> [Option<&Answered>; 3] {
        [self.costs.as_ref(), self.usage.as_ref(), self.management.as_ref()]
    }
}

/// Whether an answer shows that OpenAI knows the key: it reads, or it lacks nothing but a scope.
fn is_accepted(answered: &Answered) -> bool {
    match &answered.outcome {
        Ok(_) => true,
        Err(finding) => matches!(finding.cause, Cause::MissingScope { .. }),
    }
}

/// An address that is not allowed is refused for every call alike, just as an unknown key is.
fn condemns(cause: &Cause) -> bool {
    finding::condemns_key(cause) || *cause == Cause::IpNotAllowed
}

fn describe(organization: &Organization) -> String {
    match &organization.name {
        Some(name) => format!("{name} ({})", organization.id),
        None => organization.id.clone(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn ok(organization: Option<&str>) -> Answered {
        let organization = organization.map(|id| Organization { id: id.into(), name: None });
        Answered { took_ms: 7, outcome: Ok(Learned { organization, note: None }) }
    }

    fn failed(cause: Cause) -> Answered {
        Answered { took_ms: 9, outcome: Err(Finding::new(cause, Some("req_1".into()))) }
    }

    fn scope(scope: &str) -> Cause {
        Cause::MissingScope { scope: scope.into() }
    }

    /// A letter per line: Running, Passed, Warned, Failed, Skipped.
    fn letters(list: &Checklist) -> String {
        let letter = |check: &Check| match check.verdict {
            Verdict::Running => 'R',
            Verdict::Passed { .. } => 'P',
            Verdict::Warned { .. } => 'W',
            Verdict::Failed { .. } => 'F',
            Verdict::Skipped => 'S',
        };
        list.checks().iter().map(letter).collect()
    }

    fn check(answers: Vec<(Probe, Answered)>, lines: &str, over: bool) {
        let mut list = Checklist::default();
        for (probe, answered) in answers.clone() {
            list.answer(probe, answered);
        }
        assert_eq!((letters(&list).as_str(), list.is_over()), (lines, over), "{answers:?}");
    }

    #[test]
    fn lines_follow_from_the_answers() {
        use Probe::{Costs, Management, Usage};
        // The lines: key accepted, organization identified, usage, costs, management.
        check(vec![], "RRRRR", false);
        check(vec![(Usage, ok(Some("org-1")))], "PRPRR", false);
        check(vec![(Costs, ok(Some("org-1")))], "PPRPR", false);
        check(vec![(Costs, ok(None)), (Usage, ok(None))], "PRPPR", false);
        check(vec![(Costs, ok(None)), (Usage, ok(None)), (Management, ok(None))], "PWPPP", true);
        check(vec![(Costs, ok(None)), (Usage, ok(Some("org-1"))), (Management, ok(None))], "PPPPP", true);
        let unmanaged = (Management, failed(scope("api.management.read")));
        check(vec![(Costs, ok(Some("o"))), (Usage, ok(None)), unmanaged.clone()], "PPPPW", true);
        check(vec![unmanaged], "PRRRW", false);
        let unread = |probe| (probe, failed(scope("api.usage.read")));
        check(vec![unread(Costs), unread(Usage), (Management, ok(Some("o")))], "PPFFP", true);
        check(vec![unread(Costs), unread(Usage), (Management, failed(scope("x")))], "PSFFW", true);
    }

    #[test]
    fn a_refused_key_is_said_once_and_ends_the_test() {
        for cause in [Cause::KeyRefused, Cause::WrongKindOfKey, Cause::IpNotAllowed, Cause::KeyUnreadable] {
            check(vec![(Probe::Usage, failed(cause))], "FSSSS", true);
        }
        // Of a refusal for names the others must tell whether it is of the key.
        let unnamed = (Probe::Management, failed(Cause::KeyRefused));
        check(vec![unnamed.clone()], "RRRRW", false);
        check(vec![unnamed.clone(), (Probe::Usage, failed(Cause::KeyRefused))], "FSSSS", true);
        check(vec![unnamed, (Probe::Usage, ok(None)), (Probe::Costs, ok(Some("o")))], "PPPPW", true);
        // A key that is revoked between two answers was accepted once.
        check(vec![(Probe::Costs, ok(Some("o"))), (Probe::Usage, failed(Cause::KeyRefused))], "PPFPR", false);
    }

    #[test]
    fn failures_that_say_nothing_about_the_key_leave_it_open() {
        for cause in [
            Cause::RateLimited { retry_after_seconds: None },
            Cause::QuotaExceeded,
            Cause::UpstreamDown { status: 500 },
            Cause::Unreachable,
            Cause::TimedOut,
            Cause::NotUnderstood,
            Cause::RequestRefused,
        ] {
            let answers =
                [Probe::Costs, Probe::Usage, Probe::Management].map(|probe| (probe, failed(cause.clone())));
            check(answers.to_vec(), "SSFFW", true);
        }
    }

    #[test]
    fn an_organization_that_is_connected_already_fails_its_line_unless_it_needs_a_key() {
        let mut list = Checklist::default();
        list.answer(Probe::Costs, ok(Some("org-1")));
        let connection = ConnectionRef {
            id: api::ConnectionId::parse("conn_1").unwrap(),
            name: api::ConnectionName::parse("Production").unwrap(),
        };
        list.know(Known::Refused(Cause::AlreadyConnected { connection: connection.clone() }));
        assert_eq!(letters(&list), "PFRPR");
        assert!(list.checks().iter().any(|check| check.kind.is_required() && check.blocks()));
        list.know(Known::Renewed(connection.clone()));
        assert_eq!(letters(&list), "PPRPR");
    }

    #[test]
    fn an_organization_that_is_not_told_fails_its_line_where_it_has_to_be_the_same() {
        let mut list = Checklist::default();
        for probe in [Probe::Costs, Probe::Usage, Probe::Management] {
            list.answer(probe, ok(None));
        }
        assert_eq!(letters(&list), "PWPPP");
        let expected = "Acme (org-1)".into();
        list.know(Known::Refused(Cause::OtherOrganization { expected, found: None }));
        assert_eq!(letters(&list), "PFPPP");
    }

    #[test]
    fn the_costs_answer_has_the_last_word_on_the_organization() {
        let mut list = Checklist::default();
        list.answer(Probe::Usage, ok(Some("org-header")));
        assert_eq!(list.organization(), None);
        list.answer(Probe::Costs, ok(Some("org-row")));
        assert_eq!(list.organization().map(|organization| organization.id.as_str()), Some("org-row"));
    }
}
