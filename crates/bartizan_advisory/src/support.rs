//! How long the series of a product get repairs.
//!
//! Advisories name the series that were supported when they were written and no others, so a
//! series that has ended looks cleaner every year. Only the calendar tells the truth about it.

use std::sync::OnceLock;

use bartizan_finding::Date;

/// A table written by the chore `advisories build`.
static TABLE: &str = include_str!("../data/support.tsv");

/// A table of products whose series end when the next one begins, though nobody says so.
static PRACTICE: &str = include_str!("../data/practice.tsv");

/// A product whose series begin and end.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Product {
    /// `django`, `python`, `postgresql`
    pub id: &'static str,
    /// `Django`
    pub title: &'static str,
    /// The package on the index that is this product, where it is one.
    pub package: Option<&'static str>,
    /// Whether the project states when its series end.
    pub is_stated: bool,
    /// Its series, the newest first.
    pub series: Vec<Series>,
}

/// One series of a product.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Series {
    /// `5.2`
    pub name: &'static str,
    /// The day of its first release.
    pub released: Option<Date>,
    /// The last day of repairs of any kind; from then on, of holes alone.
    pub active_until: Option<Date>,
    /// The last day of repairs of holes.
    pub until: Option<Date>,
    /// Whether it is meant to be stayed on.
    pub is_long: bool,
    /// Its newest release when the table was made.
    pub latest: &'static str,
}

/// Where a series is in its life.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Stage {
    /// Repaired in every respect, or nobody has set an end.
    Supported,
    /// Only holes are closed.
    SecurityOnly,
    /// Nothing is repaired any more, since that day.
    Ended(Date),
}

impl Series {
    /// Where it is on the day `today`.
    pub fn stage(&self, today: Date) -> Stage {
        match (self.until, self.active_until) {
            (Some(until), _) if until < today => Stage::Ended(until),
            (_, Some(active)) if active < today => Stage::SecurityOnly,
            _ => Stage::Supported,
        }
    }

    /// Whether `version`, such as `5.2.3`, belongs to it.
    pub fn holds(&self, version: &str) -> bool {
        let rest = version.strip_prefix(self.name);
        rest.is_some_and(|rest| !rest.starts_with(|c: char| c.is_ascii_digit()))
    }
}

impl Product {
    /// The series that `version` belongs to. A version older than all is of none.
    pub fn series_of(&self, version: &str) -> Option<&Series> {
        let fits = self.series.iter().filter(|series| series.holds(version));
        fits.max_by_key(|series| series.name.len())
    }

    /// The series that `today` gets repairs, the newest first.
    pub fn supported(&self, today: Date) -> impl Iterator<Item = &Series> {
        self.series.iter().filter(move |series| {
            series.released.is_none_or(|released| released <= today)
                && !matches!(series.stage(today), Stage::Ended(_))
        })
    }
}

/// All products that are known.
pub fn products() -> &'static [Product] {
    static PRODUCTS: OnceLock<Vec<Product>> = OnceLock::new();
    PRODUCTS.get_or_init(|| {
        let mut products = read(TABLE, true);
        products.extend(read(PRACTICE, false));
        products
    })
}

/// The product that is the package `name` on the index, by its normalised name.
pub fn product_of_package(name: &str) -> Option<&'static Product> {
    products().iter().find(|product| product.package == Some(name))
}

/// The product with this id.
pub fn product(id: &str) -> Option<&'static Product> {
    products().iter().find(|product| product.id == id)
}

/// The first line of the table says where it comes from: title, attribution, licence, day and
/// revision, between tabs.
pub fn origin() -> [&'static str; 5] {
    let mut fields = TABLE.lines().next().unwrap_or("").trim_start_matches("# ").split('\t');
    std::array::from_fn(|_| fields.next().unwrap_or(""))
}

/// A product is a line of three fields; its series are lines of six that begin with a tab.
fn read(table: &'static str, is_stated: bool) -> Vec<Product> {
    let mut products: Vec<Product> = Vec::new();
    for line in table.lines().filter(|line| !line.starts_with('#')) {
        if let (Some(row), Some(product)) = (line.strip_prefix('\t'), products.last_mut()) {
            let mut fields = row.split('\t');
            let mut next = || fields.next().unwrap_or("");
            product.series.push(Series {
                name: next(),
                released: next().parse().ok(),
                active_until: next().parse().ok(),
                until: next().parse().ok(),
                is_long: next() == "long",
                latest: next(),
            });
        } else {
            let mut fields = line.split('\t');
            let mut next = || fields.next().unwrap_or("");
            products.push(Product {
                id: next(),
                title: next(),
                package: Some(next()).filter(|package| !package.is_empty()),
                is_stated,
                series: Vec::new(),
            });
        }
    }
    products
}

#[cfg(test)]
mod tests {
    use super::*;

    fn stage(product: &str, version: &str, today: &str) -> Stage {
        let product = products().iter().find(|known| known.id == product).unwrap();
        product.series_of(version).unwrap().stage(today.parse().unwrap())
    }

    #[test]
    fn a_series_ends() {
        assert_eq!(stage("django", "6.0.1", "2026-03-01"), Stage::Supported);
        assert_eq!(stage("django", "6.0.1", "2026-11-23"), Stage::SecurityOnly);
        let ended = Stage::Ended("2024-04-01".parse().unwrap());
        assert_eq!(stage("django", "3.2.25", "2026-11-23"), ended);
    }

    #[test]
    fn a_version_is_of_the_series_that_names_most_of_it() {
        let django = product_of_package("django").unwrap();
        let series = |version| django.series_of(version).map(|series| series.name);
        assert_eq!(series("4.2.11"), Some("4.2"));
        assert_eq!(series("1.11"), Some("1.11"));
        assert_eq!(series("5.2rc1"), Some("5.2"));
        assert_eq!(series("42.0"), None);
        assert_eq!(product("python").unwrap().series_of("3.12.8").unwrap().name, "3.12");
    }

    #[test]
    fn the_table_is_whole_and_says_where_it_comes_from() {
        assert!(products().iter().all(|product| !product.series.is_empty()));
        assert!(products().len() > 15);
        assert!(origin().iter().all(|field| !field.is_empty()), "{:?}", origin());
    }
}
