//! The same thing in two versions of a project.
//!
//! Things are told by several marks, the surest first: what an outsider sees of them, what the code
//! calls them, what they consist of. Each thing is matched once, and with the surest mark that it has
//! in common with another.

use rustc_hash::{FxHashMap, FxHashSet};

/// What a thing is known by.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Marks {
    /// What an outsider sees: a route, the name of a setting. Empty where there is nothing.
    pub place: String,
    /// What it is called in code, with what tells it from others of that symbol.
    pub symbol: String,
    /// The words that it consists of, in order; empty where they are not known.
    pub body: Vec<u64>,
}

/// Which mark two things have in common.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Stage {
    /// The same place.
    Place,
    /// The same symbol.
    Symbol,
    /// The same body.
    Body,
    /// A body that is nearly the same.
    Similar,
}

/// The same thing, by its numbers in both versions.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Match {
    /// In the old version.
    pub old: usize,
    /// In the new version.
    pub new: usize,
    /// What told.
    pub stage: Stage,
    /// How much of both bodies is the same, from 0 to 1; 1 in the other stages.
    pub score: f32,
}

/// Bodies with less in common than this are different things.
const LEAST_SCORE: f32 = 0.7;

/// Bodies shorter than this say too little to be known by.
const SHORTEST: usize = 12;

/// Pairs of bodies beyond which no more are compared.
const MOST_PAIRS: usize = 250_000;

/// Matches the things of two versions, one to one, in the order of the old ones.
pub fn matches(old: &[Marks], new: &[Marks]) -> Vec<Match> {
    let mut pairing = Pairing {
        found: Vec::new(),
        old_left: vec![true; old.len()],
        new_left: vec![true; new.len()],
    };
    pairing.by(old, new, Stage::Place, |marks| marks.place.clone());
    pairing.by(old, new, Stage::Symbol, |marks| marks.symbol.clone());
    pairing.by(old, new, Stage::Body, |marks| match marks.body.len() >= SHORTEST {
        true => marks.body.iter().map(|word| format!("{word:x} ")).collect(),
        false => String::new(),
    });
    pairing.by_likeness(old, new);
    pairing.found.sort_by_key(|found| found.old);
    pairing.found
}

struct Pairing {
    found: Vec<Match>,
    old_left: Vec<bool>,
    new_left: Vec<bool>,
}

impl Pairing {
    fn pair(&mut self, old: usize, new: usize, stage: Stage, score: f32) {
        self.old_left[old] = false;
        self.new_left[new] = false;
        self.found.push(Match { old, new, stage, score });
    }

    /// Pairs what has the same mark, the first with the first.
    fn by(&mut self, old: &[Marks], new: &[Marks], stage: Stage, mark: fn(&Marks) -> String) {
        let mut there: FxHashMap<String, Vec<usize>> = FxHashMap::default();
        for (index, marks) in new.iter().enumerate().rev() {
            if self.new_left[index] {
                there.entry(mark(marks)).or_default().push(index);
            }
        }
        for (index, marks) in old.iter().enumerate() {
            let mark = mark(marks);
            if !self.old_left[index] || mark.is_empty() {
                continue;
            }
            if let Some(new) = there.get_mut(&mark).and_then(Vec::pop) {
                self.pair(index, new, stage, 1.0);
            }
        }
    }

    /// Pairs bodies that are nearly the same, the likest first.
    fn by_likeness(&mut self, old: &[Marks], new: &[Marks]) {
        let words = |marks: &Marks| -> FxHashSet<u64> { marks.body.iter().copied().collect() };
        let left = |left: &[bool], marks: &[Marks]| -> Vec<(usize, FxHashSet<u64>)> {
            let kept = marks
                .iter()
                .enumerate()
                .filter(|(index, marks)| left[*index] && marks.body.len() >= SHORTEST);
            kept.map(|(index, marks)| (index, words(marks))).collect()
        };
        let (olds, news) = (left(&self.old_left, old), left(&self.new_left, new));
        if olds.len().saturating_mul(news.len()) > MOST_PAIRS {
            return;
        }
        let mut pairs = Vec::new();
        for (old, old_words) in &olds {
            for (new, new_words) in &news {
                let common = old_words.intersection(new_words).count();
                let all = old_words.len() + new_words.len() - common;
                let score = common as f32 / all.max(1) as f32;
                if score >= LEAST_SCORE {
                    pairs.push((score, *old, *new));
                }
            }
        }
        pairs.sort_by(|a, b| b.0.total_cmp(&a.0).then((a.1, a.2).cmp(&(b.1, b.2))));
        for (score, old, new) in pairs {
            if self.old_left[old] && self.new_left[new] {
                self.pair(old, new, Stage::Similar, score);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn marks(place: &str, symbol: &str, body: &[u64]) -> Marks {
        Marks { place: place.to_owned(), symbol: symbol.to_owned(), body: body.to_vec() }
    }

    fn told(old: &[Marks], new: &[Marks]) -> Vec<(usize, usize, Stage)> {
        matches(old, new).iter().map(|m| (m.old, m.new, m.stage)).collect()
    }

    #[test]
    fn the_surest_mark_decides() {
        let body: Vec<u64> = (0..20).collect();
        let mut nearly = body.clone();
        nearly[3] = 99;
        let old = [
            marks("/orders/", "shop.views.orders", &[]),
            marks("/cart/", "shop.views.cart", &[]),
            marks("/pay/", "shop.views.pay", &body),
        ];
        let new = [
            marks("/payment/", "shop.payment.Pay", &nearly),
            marks("/basket/", "shop.views.cart", &[]),
            marks("/orders/", "shop.views.order_list", &[]),
        ];
        assert_eq!(
            told(&old, &new),
            [(0, 2, Stage::Place), (1, 1, Stage::Symbol), (2, 0, Stage::Similar)]
        );
    }

    #[test]
    fn nothing_is_matched_twice() {
        let one = [marks("/orders/", "a", &[])];
        let two = [marks("/orders/", "a", &[]), marks("/orders/", "a", &[])];
        assert_eq!(told(&one, &two), [(0, 0, Stage::Place)]);
        assert_eq!(told(&two, &one), [(0, 0, Stage::Place)]);
        assert_eq!(told(&[marks("", "", &[])], &[marks("", "", &[])]), []);
    }

    #[test]
    fn a_version_matches_itself_in_the_first_stage() {
        let all: Vec<Marks> = (0..50).map(|n| marks(&format!("/{n}/"), "v", &[n])).collect();
        let itself = matches(&all, &all);
        assert_eq!(itself.len(), all.len());
        assert!(itself.iter().all(|m| m.old == m.new && m.stage == Stage::Place));
    }
}
