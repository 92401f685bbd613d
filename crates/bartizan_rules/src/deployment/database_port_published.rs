//! Databases and brokers that every machine around can reach.

use bartizan_deployment::{Facts, Service, is_for_developers, is_for_production};
use bartizan_finding::{Confidence, Cwe, Family, RuleInfo, Severity, Status};

use crate::{DeploymentSite, Detect, Rule, TextDraft};

/// A port of a database, published on all interfaces.
pub const RULE: Rule = Rule {
    info: RuleInfo {
        id: "database-port-published",
        title: "Database open to the network",
        family: Family::Deployment,
        since: "0.1",
        status: Status::Preview,
        cwe: &[Cwe(668), Cwe(1327)],
        severity: Severity::High,
        confidence: Confidence::Medium,
        aliases: &[],
        related: &[],
        was: &[],
        page: include_str!("database_port_published.md"),
    },
    detect: Detect::Deployment(judge),
    everyday_until: None,
};

/// Images and ports of what stores data and was made for a private network.
const STORES: &[(&str, &str)] = &[
    ("postgres", "5432"),
    ("postgis", "5432"),
    ("pgvector", "5432"),
    ("timescaledb", "5432"),
    ("mysql", "3306"),
    ("mariadb", "3306"),
    ("redis", "6379"),
    ("valkey", "6379"),
    ("keydb", "6379"),
    ("memcached", "11211"),
    ("mongo", "27017"),
    ("rabbitmq", "5672"),
    ("elasticsearch", "9200"),
    ("opensearch", "9200"),
    ("clickhouse-server", "8123"),
    ("kafka", "9092"),
];

fn judge(site: &DeploymentSite<'_>, drafts: &mut Vec<TextDraft>) {
    let Facts::Compose(file) = site.facts else { return };
    if is_for_developers(site.path) {
        return;
    }
    for service in &file.services {
        let Some(port) = store(service) else { continue };
        for published in &service.ports {
            if !is_open(&published.text, port) {
                continue;
            }
            let mut draft =
                TextDraft::at(published.span, format!("service {} ports", service.name.text));
            draft.message = format!(
                "Port {port} of `{}` is published on every interface of the machine",
                service.name.text
            );
            draft.label = "open to the network".to_owned();
            draft.impact = "Docker opens the port past the firewall of the machine: strangers try \
                            passwords, or find that none is asked, and read and change the data."
                .to_owned();
            draft.fix = format!(
                "Remove the port, since services reach each other by name, or bind it to the \
                 machine: \"127.0.0.1:{port}:{port}\""
            );
            if !is_for_production(site.path) {
                draft = draft.at_most(
                    Confidence::Low,
                    "if the composition runs on a machine that others can reach",
                );
            }
            drafts.push(draft);
        }
    }
}

fn store(service: &Service) -> Option<&'static str> {
    let image = service.image.as_ref()?.text.as_str();
    let name = image.rsplit('/').next().unwrap_or(image);
    let name = name.split([':', '@']).next().unwrap_or(name);
    STORES.iter().find(|(store, _)| name == *store).map(|(_, port)| *port)
}

/// Whether a published port is the store's own, on an interface that others reach.
fn is_open(published: &str, port: &str) -> bool {
    let published = published.split('/').next().unwrap_or(published);
    let (rest, target) = published.rsplit_once(':').unwrap_or(("", published));
    let host = rest.rsplit_once(':').map_or("", |(host, _)| host);
    target == port && matches!(host, "" | "0.0.0.0" | "[::]" | "::")
}
