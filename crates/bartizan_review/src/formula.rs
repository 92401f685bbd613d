//! Who gets in, as a formula over what is asked of a visitor; and whether another lets more in.

use std::collections::BTreeSet;
use std::fmt;
use std::hash::{Hash, Hasher};
use std::sync::Arc;

use rustc_hash::FxHasher;

/// A condition. An atom is something that is asked, in words: `login`, `Order.owner=request.user`.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Formula {
    /// Everyone.
    Always,
    /// Nobody.
    Never,
    /// Whoever passes this.
    Atom(Arc<str>),
    /// Whoever does not.
    Not(Box<Formula>),
    /// Whoever passes all.
    And(Vec<Formula>),
    /// Whoever passes one.
    Or(Vec<Formula>),
}

use Formula::{Always, Never};

/// Formulas with more parts than this are told by one atom.
const LARGEST: usize = 300;

/// Rounds after which a formula is told as it is.
const MOST_ROUNDS: usize = 8;

/// More atoms than this are not tried out in every combination.
const MOST_ATOMS: usize = 13;

impl Formula {
    /// Something that is asked.
    pub fn atom(text: impl AsRef<str>) -> Self {
        Self::Atom(Arc::from(text.as_ref()))
    }

    /// The opposite.
    pub fn negated(self) -> Self {
        match self {
            Always => Never,
            Never => Always,
            Self::Not(of) => *of,
            of => Self::Not(Box::new(of)),
        }
    }

    /// Both.
    pub fn and(self, other: Self) -> Self {
        Self::all([self, other])
    }

    /// One of the two.
    pub fn or(self, other: Self) -> Self {
        Self::any([self, other])
    }

    /// All of them.
    pub fn all(parts: impl IntoIterator<Item = Self>) -> Self {
        let mut kept = Vec::new();
        for part in parts {
            match part {
                Always => {}
                Never => return Never,
                Self::And(inner) => inner.into_iter().for_each(|part| push(&mut kept, part)),
                part => push(&mut kept, part),
            }
        }
        if kept.len() < 2 { kept.pop().unwrap_or(Always) } else { Self::And(kept).bounded() }
    }

    /// One of them.
    pub fn any(parts: impl IntoIterator<Item = Self>) -> Self {
        let mut kept = Vec::new();
        for part in parts {
            match part {
                Never => {}
                Always => return Always,
                Self::Or(inner) => inner.into_iter().for_each(|part| push(&mut kept, part)),
                part => push(&mut kept, part),
            }
        }
        if kept.len() < 2 {
            return kept.pop().unwrap_or(Never);
        }
        Self::factored(kept)
    }

    /// One of several, with what all of them ask told once, and without what the others answer:
    /// `(a and b) or (a and not b and c)` is `a and (b or c)`. So the same conditions are the same
    /// formula, in whichever order the code asks them.
    fn factored(mut parts: Vec<Self>) -> Self {
        let (first, others) = parts.split_first().expect("there are two at least");
        let common: Vec<Self> = first
            .conjuncts()
            .iter()
            .filter(|part| others.iter().all(|other| other.conjuncts().contains(part)))
            .cloned()
            .collect();
        if !common.is_empty() {
            let rest = |part: &Self| {
                let own = part.conjuncts().iter().filter(|part| !common.contains(part));
                Self::all(own.cloned())
            };
            let rest = Self::any(parts.iter().map(rest));
            return Self::all(common.into_iter().chain([rest]));
        }
        for index in 0..parts.len() {
            let is_answered = |part: &Self| {
                let opposite = part.clone().negated();
                parts.iter().enumerate().any(|(other, known)| other != index && *known == opposite)
            };
            let kept: Vec<Self> = parts[index]
                .conjuncts()
                .iter()
                .filter(|part| !is_answered(part))
                .cloned()
                .collect();
            if kept.len() < parts[index].conjuncts().len() {
                parts[index] = Self::all(kept);
                return Self::any(parts);
            }
        }
        Self::Or(parts).bounded()
    }

    fn bounded(self) -> Self {
        match self.size() > LARGEST {
            true => {
                let text = self.sorted().to_string();
                let beginning: String = text.chars().take(200).collect();
                Self::atom(format!("{beginning}… {}", self.number()))
            }
            false => self,
        }
    }

    /// A number that is another where the formula is.
    pub fn number(&self) -> String {
        let mut hasher = FxHasher::default();
        self.canonical().to_string().hash(&mut hasher);
        format!("#{:x}", hasher.finish())
    }

    fn size(&self) -> usize {
        match self {
            Always | Never | Self::Atom(_) => 1,
            Self::Not(of) => 1 + of.size(),
            Self::And(parts) | Self::Or(parts) => 1 + parts.iter().map(Self::size).sum::<usize>(),
        }
    }

    /// All atoms.
    pub fn atoms(&self) -> BTreeSet<Arc<str>> {
        let mut found = BTreeSet::new();
        self.collect(&mut found);
        found
    }

    /// Whether any atom is of a kind.
    pub fn has_atom(&self, is: &dyn Fn(&str) -> bool) -> bool {
        match self {
            Always | Never => false,
            Self::Atom(text) => is(text),
            Self::Not(of) => of.has_atom(is),
            Self::And(parts) | Self::Or(parts) => parts.iter().any(|part| part.has_atom(is)),
        }
    }

    fn collect(&self, found: &mut BTreeSet<Arc<str>>) {
        match self {
            Always | Never => {}
            Self::Atom(text) => {
                found.insert(text.clone());
            }
            Self::Not(of) => of.collect(found),
            Self::And(parts) | Self::Or(parts) => parts.iter().for_each(|part| part.collect(found)),
        }
    }

    /// The formula with atoms named otherwise.
    pub fn renamed(&self, name: &dyn Fn(&Arc<str>) -> Arc<str>) -> Self {
        match self {
            Always => Always,
            Never => Never,
            Self::Atom(text) => Self::Atom(name(text)),
            Self::Not(of) => of.renamed(name).negated(),
            Self::And(parts) => Self::all(parts.iter().map(|part| part.renamed(name))),
            Self::Or(parts) => Self::any(parts.iter().map(|part| part.renamed(name))),
        }
    }

    /// The formula with its parts in one order, however they were found.
    pub fn sorted(&self) -> Self {
        let in_order = |parts: &[Self]| -> Vec<Self> {
            let mut parts: Vec<Self> = parts.iter().map(Self::sorted).collect();
            parts.sort();
            parts
        };
        match self {
            Self::Not(of) => Self::Not(Box::new(of.sorted())),
            Self::And(parts) => Self::And(in_order(parts)),
            Self::Or(parts) => Self::Or(in_order(parts)),
            of => of.clone(),
        }
    }

    /// The same formula, however it was said: what is denied of several is denied of each, and all
    /// parts are in one order.
    fn canonical(&self) -> Self {
        self.unfolded(true).sorted()
    }

    /// The formula, or its opposite, with nothing denied but atoms. It is not made smaller: that asks
    /// for what it is here.
    fn unfolded(&self, truth: bool) -> Self {
        let of = |parts: &[Self], is_all: bool| {
            let mut kept = Vec::new();
            for part in parts {
                match part.unfolded(truth) {
                    Self::And(inner) if is_all => {
                        inner.into_iter().for_each(|one| push(&mut kept, one))
                    }
                    Self::Or(inner) if !is_all => {
                        inner.into_iter().for_each(|one| push(&mut kept, one))
                    }
                    one => push(&mut kept, one),
                }
            }
            match (kept.len(), is_all) {
                (1, _) => kept.swap_remove(0),
                (_, true) => Self::And(kept),
                (_, false) => Self::Or(kept),
            }
        };
        match self {
            Always | Never | Self::Atom(_) if truth => self.clone(),
            Always | Never | Self::Atom(_) => self.clone().negated(),
            Self::Not(inner) => inner.unfolded(!truth),
            Self::And(parts) => of(parts, truth),
            Self::Or(parts) => of(parts, !truth),
        }
    }

    /// The formula for a reader: what is asked by itself is not told again in what else is asked.
    pub fn plainly(&self) -> Self {
        let mut plain = self.clone();
        for _ in 0..MOST_ROUNDS {
            let (settled, others): (Vec<Self>, Vec<Self>) =
                plain.conjuncts().iter().cloned().partition(Self::is_literal);
            let known = |atom: &Arc<str>| {
                let is = |part: &Self| matches!(part, Self::Atom(text) if text == atom);
                let is_not = |part: &Self| matches!(part, Self::Not(of) if is(of));
                match settled.iter().any(is) {
                    true => Some(Always),
                    false => settled.iter().any(is_not).then_some(Never),
                }
            };
            let others: Vec<Self> = others.iter().map(|part| part.expanded(&known)).collect();
            let next = Self::all(settled.iter().cloned().chain(others));
            if next == plain {
                break;
            }
            plain = next;
        }
        plain
    }

    /// Whether this is an atom, or what it is not.
    fn is_literal(&self) -> bool {
        match self {
            Self::Atom(_) => true,
            Self::Not(of) => matches!(**of, Self::Atom(_)),
            _ => false,
        }
    }

    /// What all must hold of, each on its own.
    pub fn conjuncts(&self) -> &[Formula] {
        match self {
            Always => &[],
            Self::And(parts) => parts,
            other => std::slice::from_ref(other),
        }
    }

    fn holds(&self, atoms: &[Arc<str>], truths: u32) -> bool {
        match self {
            Always => true,
            Never => false,
            Self::Atom(text) => {
                atoms.binary_search(text).is_ok_and(|index| truths & (1 << index) != 0)
            }
            Self::Not(of) => !of.holds(atoms, truths),
            Self::And(parts) => parts.iter().all(|part| part.holds(atoms, truths)),
            Self::Or(parts) => parts.iter().any(|part| part.holds(atoms, truths)),
        }
    }

    /// Whether somebody passes this and not `old`.
    pub fn lets_in_more_than(&self, old: &Self) -> bool {
        if self == old {
            return false;
        }
        let (new, old) = (self.canonical(), old.canonical());
        new.lets_in_beyond(&old)
    }

    /// The same of formulas whose parts are in one order.
    fn lets_in_beyond(&self, old: &Self) -> bool {
        if self == old {
            return false;
        }
        // What both ask decides nothing.
        let differing = |of: &Self, from: &Self| {
            let parts = of.conjuncts().iter().filter(|part| !from.conjuncts().contains(part));
            Self::all(parts.cloned())
        };
        let common: Vec<Self> = self
            .conjuncts()
            .iter()
            .filter(|part| old.conjuncts().contains(part))
            .cloned()
            .collect();
        let (mut new_part, old_part) = (differing(self, old), differing(old, self));
        // Whoever passes by a way that is in the old one too is no news.
        if let Self::Or(ways) = &new_part {
            let known: &[Self] = match &old_part {
                Self::Or(ways) => ways,
                other => std::slice::from_ref(other),
            };
            new_part = Self::any(ways.iter().filter(|way| !known.contains(way)).cloned());
        }
        if old_part == Always {
            return false;
        }
        let mut atoms: BTreeSet<Arc<str>> = new_part.atoms();
        atoms.extend(old_part.atoms());
        let mut given = Self::all(common);
        let mut with_given = atoms.clone();
        with_given.extend(given.atoms());
        if with_given.len() <= MOST_ATOMS {
            atoms = with_given;
        } else {
            given = Always;
        }
        let atoms: Vec<Arc<str>> = atoms.into_iter().collect();
        let pairs = |holds: &dyn Fn(&str, &str) -> bool| -> Vec<(usize, usize)> {
            (0..atoms.len())
                .flat_map(|one| (0..atoms.len()).map(move |other| (one, other)))
                .filter(|(one, other)| one != other && holds(&atoms[*one], &atoms[*other]))
                .collect()
        };
        let axioms = pairs(&implies);
        let rivals = pairs(&excludes);
        if atoms.len() > MOST_ATOMS {
            let mut search =
                Search { atoms: &atoms, axioms: &axioms, rivals: &rivals, steps: MOST_STEPS };
            let goal = [new_part, old_part.unfolded(false)];
            return search.finds(goal.to_vec(), &mut vec![None; atoms.len()], 0);
        }
        (0..1_u32 << atoms.len()).any(|truths| {
            let is_true = |index: usize| truths & (1 << index) != 0;
            axioms.iter().all(|(one, other)| !is_true(*one) || is_true(*other))
                && !rivals.iter().any(|(one, other)| is_true(*one) && is_true(*other))
                && given.holds(&atoms, truths)
                && new_part.holds(&atoms, truths)
                && !old_part.holds(&atoms, truths)
        })
    }

    /// Whether somebody of whom nothing is known passes.
    pub fn is_open(&self) -> bool {
        self.holds(&[], 0)
    }

    /// Whether somebody who has not logged in may pass, if all else is as it has to be.
    pub fn admits_anonymous(&self) -> bool {
        let known = self.renamed(&|atom| match is_of_person(atom) {
            true => Arc::from(NOBODY),
            false => Arc::clone(atom),
        });
        let atoms: Vec<Arc<str>> = known.atoms().into_iter().collect();
        if atoms.len() > MOST_ATOMS {
            return known.may_be(true);
        }
        let nobody = atoms.iter().position(|atom| &**atom == NOBODY);
        let is_nobody = |truths: u32| nobody.is_none_or(|at| truths & (1 << at) == 0);
        (0..1_u32 << atoms.len()).any(|truths| is_nobody(truths) && known.holds(&atoms, truths))
    }

    /// Whether this may be true, or false, for somebody who has not logged in: each condition by
    /// itself, whatever the others are.
    pub(crate) fn may_be(&self, truth: bool) -> bool {
        match self {
            Always => truth,
            Never => !truth,
            Self::Atom(text) => !truth || &**text != NOBODY,
            Self::Not(of) => of.may_be(!truth),
            Self::And(parts) => match truth {
                true => parts.iter().all(|part| part.may_be(true)),
                false => parts.iter().any(|part| part.may_be(false)),
            },
            Self::Or(parts) => match truth {
                true => parts.iter().any(|part| part.may_be(true)),
                false => parts.iter().all(|part| part.may_be(false)),
            },
        }
    }

    /// The formula with some atoms told by what they stand for.
    pub fn expanded(&self, meant: &dyn Fn(&Arc<str>) -> Option<Self>) -> Self {
        match self {
            Always => Always,
            Never => Never,
            Self::Atom(text) => meant(text).unwrap_or_else(|| self.clone()),
            Self::Not(of) => of.expanded(meant).negated(),
            Self::And(parts) => Self::all(parts.iter().map(|part| part.expanded(meant))),
            Self::Or(parts) => Self::any(parts.iter().map(|part| part.expanded(meant))),
        }
    }

    /// Whether whoever passes this has given a name: nobody is let in without.
    pub fn asks_who(&self) -> bool {
        // Everyone who passes is logged in.
        !Self::lets_in_more_than(self, &Self::atom(LOGIN))
    }
}

/// Steps after which a search for somebody who gets in is given up.
const MOST_STEPS: u32 = 3_000;

/// Choices inside each other after which it is given up as well.
const DEEPEST_SEARCH: usize = 100;

/// Looks for somebody for whom several formulas hold at once, where there are too many atoms to try
/// out every combination: what is settled by what is known already is not tried.
struct Search<'s> {
    atoms: &'s [Arc<str>],
    axioms: &'s [(usize, usize)],
    rivals: &'s [(usize, usize)],
    steps: u32,
}

impl Search<'_> {
    /// Whether there is somebody; assumed where it is not found out. Nothing but atoms is denied in
    /// the goal.
    fn finds(&mut self, mut goal: Vec<Formula>, known: &mut [Option<bool>], depth: usize) -> bool {
        loop {
            if self.steps == 0 {
                return true;
            }
            self.steps -= 1;
            let mut left = Vec::new();
            let mut is_news = false;
            for part in &goal {
                let part = self.given(part, known);
                for part in part.conjuncts() {
                    let (atom, truth) = match part {
                        Never => return false,
                        Formula::Atom(atom) => (atom, true),
                        Formula::Not(of) if let Formula::Atom(atom) = &**of => (atom, false),
                        _ => {
                            push(&mut left, part.clone());
                            continue;
                        }
                    };
                    if !self.learns(atom, truth, known) {
                        return false;
                    }
                    is_news = true;
                }
            }
            goal = left;
            if !is_news {
                break;
            }
        }
        // The smallest part has the fewest ways.
        let smallest = (0..goal.len()).min_by_key(|index| goal[*index].size());
        let Some(Formula::Or(ways)) = smallest.map(|index| goal.swap_remove(index)) else {
            return true;
        };
        ways.into_iter().any(|way| {
            let goal = goal.iter().cloned().chain([way]).collect();
            depth > DEEPEST_SEARCH || self.finds(goal, &mut known.to_vec(), depth + 1)
        })
    }

    /// The formula as far as what is known leaves it open.
    fn given(&self, of: &Formula, known: &[Option<bool>]) -> Formula {
        of.expanded(&|atom| {
            let index = self.atoms.binary_search(atom).ok()?;
            known[index].map(|truth| if truth { Always } else { Never })
        })
    }

    /// Whether an atom may be so beside what is known; then it is, with all that follows.
    fn learns(&self, atom: &Arc<str>, truth: bool, known: &mut [Option<bool>]) -> bool {
        let Ok(index) = self.atoms.binary_search(atom) else { return true };
        let mut fresh = vec![(index, truth)];
        while let Some((index, truth)) = fresh.pop() {
            match known[index] {
                Some(is) if is == truth => continue,
                Some(_) => return false,
                None => known[index] = Some(truth),
            }
            for (one, other) in self.axioms {
                match truth {
                    true if *one == index => fresh.push((*other, true)),
                    false if *other == index => fresh.push((*one, false)),
                    _ => {}
                }
            }
            for (one, other) in self.rivals {
                if truth && *one == index {
                    fresh.push((*other, false));
                }
            }
        }
        true
    }
}

/// The atom of a visitor who is logged in.
pub const LOGIN: &str = "login";
/// The atom of staff.
pub const STAFF: &str = "staff";
/// The atom of a superuser.
pub const SUPERUSER: &str = "superuser";
/// The atom of an account that is not switched off.
pub const ACTIVE: &str = "active";

/// The atom of a request that a cache answers before anybody is asked.
pub const KEPT: &str = "an answer kept for all";

/// How the atom of an assertion begins; what is asserted follows.
pub const ASSERTED: &str = "asserted ";

/// What stands for all that is never true of somebody who has not logged in.
const NOBODY: &str = "is somebody";

/// Whether an atom is never true of somebody who has not logged in.
fn is_of_person(atom: &str) -> bool {
    matches!(atom, LOGIN | STAFF | SUPERUSER | ACTIVE | KEPT)
        || atom.starts_with("perm:")
        || atom.contains("request.user") && !atom.starts_with(ASSERTED)
}

/// Whether one atom is never true without another.
fn implies(one: &str, other: &str) -> bool {
    // A permission on an object is granted by backends of the project, to anyone they like; Django's
    // own grants its permissions to those who are logged in.
    let is_person = |atom: &str| {
        atom == STAFF || atom == SUPERUSER || atom.starts_with("perm:") && !atom.contains(" on ")
    };
    match other {
        LOGIN => is_person(one),
        ACTIVE => one == LOGIN || is_person(one),
        _ if other.starts_with("perm:") => one == SUPERUSER,
        _ if let Some(asserted) = other.strip_prefix(ASSERTED) => {
            one == asserted || implies(one, asserted)
        }
        _ if one.starts_with(SOME) && other.starts_with(SOME) => are_fewer(one, other),
        // `user.groups.filter(name="clerks").exists()`, `user.groups.exists()`
        _ if let Some(rows) = other.strip_suffix(".exists()")
            && let Some(chosen) = one.strip_prefix(rows) =>
        {
            chosen.starts_with(".filter(") && chosen.ends_with(".exists()")
        }
        // `level>=3` is never true without `level>=1`.
        _ => match (bound(one), bound(other)) {
            (Some((what, sign, number)), Some((that, other_sign, limit))) => {
                what == that
                    && match (sign, other_sign) {
                        ('>', '>') => number >= limit,
                        ('<', '<') => number <= limit,
                        _ => false,
                    }
            }
            _ => false,
        },
    }
}

/// How the atom begins that says that there are rows: what is asked of them follows in brackets.
const SOME: &str = "some ";

/// Whether there are rows of the second kind wherever there are some of the first, of which more is
/// asked.
fn are_fewer(one: &str, other: &str) -> bool {
    let parted = |atom: &'_ str| -> Option<(String, String, Vec<String>)> {
        let (model, rest) = atom.split_once('[')?;
        let (asked, tail) = rest.rsplit_once(']')?;
        let parts = parted_at_and(asked).into_iter().map(str::to_owned).collect();
        Some((model.to_owned(), tail.to_owned(), parts))
    };
    match (parted(one), parted(other)) {
        (Some((one, tail, asked)), Some((other, other_tail, less))) => {
            one == other
                && (tail == other_tail || other_tail.is_empty())
                && less.iter().all(|part| part == "anonymous" || asked.contains(part))
        }
        _ => false,
    }
}

/// What a text asks at once, each part by itself.
fn parted_at_and(text: &str) -> Vec<&str> {
    let (mut parts, mut begun, mut depth, mut is_quoted) = (Vec::new(), 0, 0_usize, false);
    for (at, sign) in text.char_indices() {
        match sign {
            '"' => is_quoted = !is_quoted,
            _ if is_quoted => {}
            '(' | '[' | '{' => depth += 1,
            ')' | ']' | '}' => depth = depth.saturating_sub(1),
            ' ' if depth == 0 && at >= begun && text[at..].starts_with(" and ") => {
                parts.push(&text[begun..at]);
                begun = at + " and ".len();
            }
            _ => {}
        }
    }
    parts.push(&text[begun..]);
    parts
}

/// Whether two atoms are never true together: nothing is two texts, or two numbers. A row may have
/// several others that are.
fn excludes(one: &str, other: &str) -> bool {
    let value = |atom: &str| -> Option<usize> {
        let at = atom.find('=')?;
        let (of, is) = (&atom[..at], &atom[at + 1..]);
        let is_one = is.parse::<f64>().is_ok()
            || is.len() > 1 && is.starts_with('"') && is[1..].find('"') == Some(is.len() - 2);
        let is_of_row = of.starts_with(char::is_uppercase) && of.matches('.').count() > 1;
        (is_one && !is_of_row && !of.contains(['<', '>', ' '])).then_some(at)
    };
    // What is not there is not true, and has nothing.
    if let Some(missing) = other.strip_suffix("=None").or_else(|| one.strip_suffix("=None"))
        && let there = if other.ends_with("=None") { one } else { other }
        && let Some(rest) = there.strip_prefix(missing)
        && (rest.is_empty() || rest.starts_with('.'))
    {
        return true;
    }
    match (value(one), value(other)) {
        (Some(at), Some(there)) => one[..at] == other[..there] && one[at..] != other[there..],
        _ => false,
    }
}

/// `what`, `>` or `<`, and the number, of an atom that compares.
fn bound(atom: &str) -> Option<(&str, char, f64)> {
    let at = atom.find(['<', '>'])?;
    let sign = atom[at..].chars().next()?;
    let number = atom[at + 1..].trim_start_matches('=').parse().ok()?;
    Some((&atom[..at], sign, number))
}

fn push(kept: &mut Vec<Formula>, part: Formula) {
    if !kept.contains(&part) {
        kept.push(part);
    }
}

impl fmt::Display for Formula {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let list = |f: &mut fmt::Formatter<'_>, parts: &[Self], word: &str| {
            for (index, part) in parts.iter().enumerate() {
                if index > 0 {
                    write!(f, " {word} ")?;
                }
                match part {
                    Self::And(_) | Self::Or(_) => write!(f, "({part})")?,
                    _ => write!(f, "{part}")?,
                }
            }
            Ok(())
        };
        match self {
            Always => f.write_str("anonymous"),
            Never => f.write_str("nobody"),
            Self::Atom(text) => f.write_str(text),
            Self::Not(of) => match &**of {
                Self::And(_) | Self::Or(_) => write!(f, "not ({of})"),
                _ => write!(f, "not {of}"),
            },
            Self::And(parts) => list(f, parts, "and"),
            Self::Or(parts) => list(f, parts, "or"),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn atom(text: &str) -> Formula {
        Formula::atom(text)
    }

    #[test]
    fn a_guard_less_lets_more_in() {
        let both = atom("login").and(atom("perm:shop.refund"));
        assert!(atom("login").lets_in_more_than(&both));
        assert!(Always.lets_in_more_than(&both));
        assert!(!both.lets_in_more_than(&atom("login")));
        assert!(atom("login").or(atom("a")).lets_in_more_than(&atom("login")));
        assert!(!both.lets_in_more_than(&both));
    }

    #[test]
    fn the_same_said_otherwise_is_the_same() {
        let (a, b) = (atom("a"), atom("b"));
        let one = a.clone().and(b.clone()).negated();
        let other = b.negated().or(a.negated());
        assert!(!one.lets_in_more_than(&other) && !other.lets_in_more_than(&one));
    }

    #[test]
    fn one_order_of_tests_is_as_good_as_another() {
        let (asks, limit) = (atom("user.is_limited"), atom("Order.shop in user.shops"));
        let (also, open) = (atom("user.is_guest"), atom("Order.is_open"));
        // `if user.is_limited: orders = orders.filter(…)`
        let narrowed = |rows: Formula, test: &Formula, by: &Formula| {
            let (then, otherwise) = (rows.clone().and(by.clone()), rows);
            test.clone().and(then).or(test.clone().negated().and(otherwise))
        };
        let one = narrowed(narrowed(Always, &asks, &limit), &also, &open);
        let other = narrowed(narrowed(Always, &also, &open), &asks, &limit);
        assert_eq!(one.sorted(), other.sorted());
        assert_eq!(
            one.sorted().to_string(),
            "(Order.is_open or not user.is_guest) and (Order.shop in user.shops or not user.is_limited)"
        );
    }

    #[test]
    fn who_has_a_permission_is_logged_in() {
        let asked = atom("login").and(atom("perm:shop.refund"));
        assert!(!atom("perm:shop.refund").lets_in_more_than(&asked));
        assert!(atom("perm:shop.refund on order").lets_in_more_than(&atom("login")));
        assert!(atom("staff").asks_who());
        assert!(!atom("request.headers").asks_who());
        assert!(!Always.asks_who());
    }

    #[test]
    fn who_has_not_logged_in_is_kept_out_or_not() {
        let open = atom("order.paid").and(atom("login").negated().or(atom("order.new")));
        assert!(open.admits_anonymous());
        assert!(!open.and(atom("perm:shop.refund on order")).admits_anonymous());
        assert!(!atom("Order.owner=request.user").admits_anonymous());
        assert!(Always.admits_anonymous() && !Never.admits_anonymous());
    }

    #[test]
    fn long_formulas_are_compared_as_short_ones_are() {
        let asked = |from: usize, to: usize| {
            Formula::any(
                (from..to)
                    .map(|index| atom(&format!("a{index:02}")).and(atom(&format!("b{index:02}")))),
            )
        };
        let (few, many) = (asked(0, 12), asked(0, 13));
        let turned = Formula::any((0..13).rev().map(|index| {
            atom(&format!("b{index:02}")).negated().or(atom(&format!("a{index:02}")).negated())
        }));
        assert!(many.lets_in_more_than(&few) && !few.lets_in_more_than(&many));
        let all = Formula::all(
            (0..13).map(|index| atom(&format!("a{index:02}")).and(atom(&format!("b{index:02}")))),
        );
        assert!(!turned.clone().negated().lets_in_more_than(&all));
        assert!(!all.lets_in_more_than(&turned.negated()));
    }

    #[test]
    fn what_is_denied_of_several_is_denied_of_each() {
        let many =
            |from: usize| Formula::all((from..40).map(|index| atom(&format!("a{index:02}"))));
        let ways = Formula::any((0..12).map(|index| {
            atom(&format!("b{index:02}")).and(atom(&format!("c{index:02}")).or(many(30)))
        }));
        let (one, other) = (atom("x=None"), atom("y=None"));
        let apart =
            ways.clone().and(one.clone().negated()).and(many(0)).and(other.clone().negated());
        let together = one.clone().or(other.clone()).negated().and(many(0)).and(ways.clone());
        assert!(!apart.lets_in_more_than(&together) && !together.lets_in_more_than(&apart));
        let weaker = one.and(other).negated().and(many(0)).and(ways.clone());
        assert!(weaker.lets_in_more_than(&apart) && !apart.lets_in_more_than(&weaker));
        assert_eq!(apart.number(), together.number());
        // The same by the other side of each way.
        let turned = Formula::any((0..12).rev().map(|index| {
            let (b, c) = (atom(&format!("b{index:02}")), atom(&format!("c{index:02}")));
            b.clone().and(c).or(b.and(many(30)))
        }));
        assert!(!turned.lets_in_more_than(&ways) && !ways.lets_in_more_than(&turned));
        // Ways inside of ways, of which none is settled by another.
        let nested = (0..60).fold(atom("z"), |inside, index| {
            let (b, c) = (atom(&format!("b{index:02}")), atom(&format!("c{index:02}")));
            b.and(c.or(inside))
        });
        assert!(nested.lets_in_more_than(&ways));
    }

    #[test]
    fn a_reader_is_told_once_what_is_asked() {
        let (a, b, c) = (atom("a"), atom("b"), atom("c"));
        let asked = a.clone().and(a.clone().and(b.clone()).negated());
        let asked = asked.and(a.and(b.negated()).and(c).negated());
        assert_eq!(asked.plainly().to_string(), "a and not b and not c");
    }

    #[test]
    fn numbers_are_compared() {
        assert!(atom("level>=1").lets_in_more_than(&atom("level>=3")));
        assert!(!atom("level>=3").lets_in_more_than(&atom("level>=1")));
    }
}
