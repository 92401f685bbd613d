//! Who reaches the place of a finding, and what that makes of its severity.

use bartizan_base::FilePath;
use bartizan_django::endpoints::{Reach, Surface};
use bartizan_django::exposure::{Exposed, Exposure, WayKind};
use bartizan_django::registries::Registries;
use bartizan_finding::{Confidence, Cwe, Family, Finding, ReachedBy, RunsAs, Severity, Subject};
use bartizan_project::Project;

/// Weaknesses that harm through what a request carries: whoever can send it can use them.
///
/// A weak hash or a silent `except` is as bad wherever it stands.
const CARRIED: &[u16] = &[
    20, 22, 23, 73, 74, 77, 78, 79, 80, 88, 89, 90, 91, 93, 94, 95, 96, 98, 113, 116, 134, 180,
    434, 444, 470, 494, 502, 601, 611, 643, 776, 829, 913, 915, 917, 918, 943, 1236, 1321, 1333,
    1336,
];

/// Endpoints told of one finding; who wants all asks `surface`.
const MOST: usize = 50;

/// Tells of every finding in code which endpoints reach it, and lets its severity follow.
pub(crate) fn expose(
    project: &Project,
    surface: &Surface,
    registries: &Registries,
    findings: &mut [Finding],
) {
    let mut exposure: Option<Exposure<'_>> = None;
    for finding in findings {
        if !matches!(finding.subject, Subject::Code { .. }) || finding.in_tests {
            continue;
        }
        let path: &FilePath = &finding.place.path;
        let Some(file) = project.file_at(path.as_str()) else { continue };
        let exposure = exposure.get_or_insert_with(|| Exposure::new(project, surface, registries));
        let exposed = exposure.of(file, finding.place.span);
        // Rules about access have asked who gets in before they spoke.
        if finding.rule.family != Family::Access && is_carried(finding.rule.cwe) {
            let before = finding.severity;
            finding.severity = severity(before, finding.confidence, &exposed);
            finding.before_reach = (finding.severity != before).then_some(before);
        }
        let ways = exposed.ways.into_iter().take(MOST);
        finding.runs = ways.map(|way| RunsAs { kind: way.kind.as_str(), name: way.name }).collect();
        let told = exposed.endpoints.into_iter().take(MOST);
        finding.endpoints = told
            .map(|reached| ReachedBy {
                route: reached.route,
                methods: reached.methods,
                reach: reached.reach.as_str(),
            })
            .collect();
    }
}

fn is_carried(cwe: &[Cwe]) -> bool {
    cwe.first().is_some_and(|cwe| CARRIED.contains(&cwe.0))
}

/// One step up where anyone can ask, and the finding is sure; one step down where staff alone can.
/// Where that is not known, it stays.
fn severity(of: Severity, confidence: Confidence, exposed: &Exposed) -> Severity {
    let is_open = exposed.endpoints.iter().any(|reached| reached.reach == Reach::Anonymous)
        || exposed.ways.iter().any(|way| way.kind == WayKind::Middleware);
    let is_staff = !exposed.endpoints.is_empty()
        && exposed.is_whole
        && exposed.endpoints.iter().all(|reached| reached.reach == Reach::Staff);
    match of {
        Severity::High if is_open && confidence == Confidence::High => Severity::Critical,
        Severity::Medium if is_open && confidence == Confidence::High => Severity::High,
        Severity::High if is_staff => Severity::Medium,
        Severity::Medium if is_staff => Severity::Low,
        other => other,
    }
}

#[cfg(test)]
mod tests {
    use bartizan_django::exposure::{Reached, Way};

    use super::*;

    fn by(reaches: &[Reach]) -> Exposed {
        let endpoints = reaches.iter().map(|reach| Reached {
            reach: *reach,
            route: "/orders/".to_owned(),
            methods: Vec::new(),
        });
        Exposed { endpoints: endpoints.collect(), ways: Vec::new(), is_whole: true }
    }

    #[test]
    fn what_anyone_can_send_is_worse_and_what_staff_alone_can_is_less_bad() {
        let high = |exposed: &Exposed| severity(Severity::High, Confidence::High, exposed);
        assert_eq!(high(&by(&[Reach::Staff, Reach::Anonymous])), Severity::Critical);
        assert_eq!(high(&by(&[Reach::Login])), Severity::High);
        assert_eq!(high(&by(&[Reach::Staff])), Severity::Medium);
        assert_eq!(high(&by(&[Reach::Staff, Reach::Unknown])), Severity::High);
    }

    #[test]
    fn middleware_meets_everyone() {
        let way = Way { kind: WayKind::Middleware, name: "Closed".to_owned() };
        let exposed = Exposed { ways: vec![way], ..by(&[]) };
        assert_eq!(severity(Severity::High, Confidence::High, &exposed), Severity::Critical);
    }

    #[test]
    fn doubt_changes_nothing() {
        let medium = |exposed: &Exposed| severity(Severity::High, Confidence::Medium, exposed);
        assert_eq!(medium(&by(&[Reach::Anonymous])), Severity::High, "it may be none");
        let partial = Exposed { is_whole: false, ..by(&[Reach::Staff]) };
        assert_eq!(medium(&partial), Severity::High, "others may reach it");
        assert_eq!(medium(&by(&[])), Severity::High, "who knows who does");
    }
}
