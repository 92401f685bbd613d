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
