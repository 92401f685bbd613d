//! What a project runs on besides packages: Python, databases, servers, as its files name them.

use bartizan_advisory::support::{Product, Stage, product};
use bartizan_base::{FilePath, LineIndex, Span, Tree};
use bartizan_deployment::{Facts, FileType, Text, is_for_developers};
use bartizan_finding::{Date, Place, Severity};
use bartizan_requirement::Inventory;

use crate::rules::UNSUPPORTED_RELEASE;
use crate::smell::Smell;

/// One version of one product, and where it is named.
#[derive(Clone, Debug)]
pub struct Runtime {
    /// What it is.
    pub product: &'static Product,
    /// The version as far as it is named, `3.12`.
    pub version: String,
    /// Where.
    pub place: Place,
    /// Whether the file is for those who work on the project alone.
    pub is_for_developers: bool,
}

/// Images by the last part of their name, and the product that they hold.
const IMAGES: &[(&str, &str)] = &[
    ("python", "python"),
    ("postgres", "postgresql"),
    ("postgis", "postgresql"),
    ("mysql", "mysql"),
    ("mariadb", "mariadb"),
    ("redis", "redis"),
    ("valkey", "valkey"),
    ("memcached", "memcached"),
    ("rabbitmq", "rabbitmq"),
    ("elasticsearch", "elasticsearch"),
    ("opensearch", "opensearch"),
    ("nginx", "nginx"),
    ("node", "nodejs"),
];

/// Everything that the files of the list name, by place.
pub fn runtimes<'l>(
    tree: &dyn Tree,
    listed: impl IntoIterator<Item = &'l FilePath>,
    inventory: &Inventory,
) -> Vec<Runtime> {
    let mut found = Vec::new();
    for path in listed {
        let is_pin = matches!(path.name(), ".python-version" | "runtime.txt");
        let is_image = matches!(FileType::of(path), Some(FileType::Dockerfile | FileType::Compose));
        if !is_pin && !is_image {
            continue;
        }
        let Ok(bytes) = tree.read(path) else { continue };
        let text = String::from_utf8_lossy(&bytes);
        let at = At { path, text: &text, lines: LineIndex::new(&text) };
        if is_pin {
            found.extend(at.pin());
        }
        match bartizan_deployment::read(path, &text) {
            Some(Facts::Dockerfile(file)) => {
                found.extend(file.stages.iter().filter_map(|stage| at.image(&stage.from)));
            }
            Some(Facts::Compose(file)) => {
                let images = file.services.iter().filter_map(|service| service.image.as_ref());
                found.extend(images.filter_map(|image| at.image(image)));
            }
            _ => {}
        }
    }
    for manifest in &inventory.manifests {
        let python = manifest.python.as_ref().and_then(|wanted| {
            // A lower bound says what may be used, a pin what is used.
            let pinned = wanted.value.pinned().map(ToString::to_string);
            let stars = || {
                let text = wanted.value.text.trim();
                let version = text.strip_prefix("==")?.trim().strip_suffix(".*")?;
                Some(version.to_owned())
            };
            Some((pinned.or_else(stars)?, wanted.place.clone()))
        });
        if let (Some((version, place)), Some(product)) = (python, product("python")) {
            found.push(Runtime { product, version, place, is_for_developers: false });
        }
    }
    found.sort_by(|a, b| (&a.place, a.product.id).cmp(&(&b.place, b.product.id)));
    found
}

/// A file that names versions.
struct At<'t> {
    path: &'t FilePath,
    text: &'t str,
    lines: LineIndex,
}

impl At<'_> {
    fn runtime(&self, product: &'static Product, version: &str, span: Span) -> Runtime {
        Runtime {
            product,
            version: version.to_owned(),
            place: Place {
                path: self.path.clone(),
                start: self.lines.line_column(self.text, span.start),
                end: self.lines.line_column(self.text, span.end),
                span,
            },
            is_for_developers: is_for_developers(self.path),
        }
    }

    /// `3.12.1`, `python-3.8.10`: what pyenv and hosting platforms read.
    fn pin(&self) -> Option<Runtime> {
        let line = self.text.lines().find(|line| !line.trim().is_empty())?.trim();
        let version = line.strip_prefix("python-").unwrap_or(line);
        let is_version = version.starts_with(|c: char| c.is_ascii_digit());
        let start = self.text.find(line)? as u32;
        let span = Span::new(start, start + line.len() as u32);
        let python = product("python").filter(|_| is_version)?;
        Some(self.runtime(python, version, span))
    }

    /// `registry.example/postgres:11-alpine`; nothing where the version is a variable or moves.
    fn image(&self, image: &Text) -> Option<Runtime> {
        let name = image.text.rsplit('/').next()?.split('@').next()?;
        let (name, tag) = name.split_once(':')?;
        let (_, id) = IMAGES.iter().find(|(known, _)| *known == name)?;
        let end = tag.find(|c: char| !c.is_ascii_digit() && c != '.').unwrap_or(tag.len());
        let version = tag[..end].trim_end_matches('.');
        let product = product(id).filter(|_| !version.is_empty())?;
        Some(self.runtime(product, version, image.span))
    }
}

/// What is said of those that get no repairs any more.
pub(crate) fn ended(runtimes: &[Runtime], today: Date) -> Vec<Smell> {
    let judge = |runtime: &Runtime| {
        let Runtime { product, version, place, is_for_developers } = runtime;
        let series = product.series_of(version)?;
        let Stage::Ended(since) = series.stage(today) else { return None };
        let days = today.days_since_epoch() - since.days_since_epoch();
        let next = product
            .supported(today)
            .find(|series| series.is_long)
            .or_else(|| product.supported(today).next());
        let fix = match next {
            Some(next) => match next.until {
                Some(until) => {
                    format!("move to {} {}, supported until {until}", product.title, next.name)
                }
                None => format!("move to {} {}", product.title, next.name),
            },
            None => format!("move to another product: no series of {} is supported", product.title),
        };
        let words = [
            format!(
                "{} {} has had no security fixes since {since} ({days} days)",
                product.title, series.name
            ),
            "Holes that are found in it from now on stay open, and no advisory names it".to_owned(),
            fix,
        ];
        let name = format!("{} {}", product.id, series.name);
        let smell = Smell::new(&UNSUPPORTED_RELEASE, place, name, words);
        let severity = if *is_for_developers { Severity::Low } else { Severity::Medium };
        Some(Smell { severity, ..smell })
    };
    runtimes.iter().filter_map(judge).collect()
}
