//! Lists of small things, kept end to end in one vector.

use std::marker::PhantomData;
use std::ops::Index;

/// Where a list lies in its [`Pool`]. Takes eight bytes, whatever it holds.
pub struct Run<T> {
    start: u32,
    len: u32,
    of: PhantomData<fn() -> T>,
}

impl<T> Run<T> {
    /// The empty list, valid in every pool.
    pub const EMPTY: Self = Self { start: 0, len: 0, of: PhantomData };

    /// How many things the list holds.
    pub fn len(self) -> usize {
        self.len as usize
    }

    /// Whether it holds nothing.
    pub fn is_empty(self) -> bool {
        self.len == 0
    }
}

impl<T> Clone for Run<T> {
    fn clone(&self) -> Self {
        *self
    }
}

impl<T> Copy for Run<T> {}

impl<T> Default for Run<T> {
    fn default() -> Self {
        Self::EMPTY
    }
}

impl<T> PartialEq for Run<T> {
    fn eq(&self, other: &Self) -> bool {
        (self.start, self.len) == (other.start, other.len)
    }
}

impl<T> std::fmt::Debug for Run<T> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{}..{}", self.start, self.start + self.len)
    }
}

/// Lists of `T`, addressed by [`Run`]s.
#[derive(Clone, Debug)]
pub struct Pool<T>(Vec<T>);

impl<T> Default for Pool<T> {
    fn default() -> Self {
        Self(Vec::new())
    }
}

impl<T> Pool<T> {
    /// Keeps a list.
    pub fn add(&mut self, list: impl IntoIterator<Item = T>) -> Run<T> {
        let start = self.0.len();
        self.0.extend(list);
        let fits = "a file below 4 GiB holds fewer than 2^32 things";
        Run {
            start: u32::try_from(start).expect(fits),
            len: u32::try_from(self.0.len() - start).expect(fits),
            of: PhantomData,
        }
    }

    /// A list that begins with the one at `run`. Where that is the newest of the pool, the two share
    /// what they have in common: lists of which each has one thing more take no more room than the last.
    pub fn grow(&mut self, run: Run<T>, more: &[T]) -> Run<T>
    where
        T: Clone,
    {
        if run.start as usize + run.len as usize != self.0.len() {
            let mut list = self.get(run).to_vec();
            list.extend_from_slice(more);
            return self.add(list);
        }
        let len = run.len + self.add(more.iter().cloned()).len;
        Run { len, ..run }
    }

    /// The list at `run`.
    pub fn get(&self, run: Run<T>) -> &[T] {
        &self.0[run.start as usize..][..run.len as usize]
    }

    /// The list at `run`, to be mended in place.
    pub fn get_mut(&mut self, run: Run<T>) -> &mut [T] {
        &mut self.0[run.start as usize..][..run.len as usize]
    }

    /// Gives back what growing reserved.
    pub fn shrink(&mut self)
    where
        T: Copy,
    {
        crate::file::exactly(&mut self.0);
    }
}

impl<T> Index<Run<T>> for Pool<T> {
    type Output = [T];

    fn index(&self, run: Run<T>) -> &[T] {
        self.get(run)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lists_that_grow_share_what_they_have_in_common() {
        let mut pool = Pool::default();
        let mut run = Run::EMPTY;
        for number in 0..1_000 {
            run = pool.grow(run, &[number]);
        }
        assert_eq!(pool.get(run).len(), 1_000);
        assert_eq!(pool.0.len(), 1_000);
        // What is behind another list is copied.
        pool.add([7]);
        let more = pool.grow(run, &[8]);
        assert_eq!(pool.get(run).len(), 1_000);
        assert_eq!(pool.get(more).last(), Some(&8));
        assert_eq!(pool.get(more)[..1_000], pool.get(run)[..]);
    }
}
