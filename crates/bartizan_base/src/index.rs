//! Typed ids for things kept in vectors.

/// Declares a small `Copy` id that indexes a vector and takes no more room inside an `Option`.
#[macro_export]
macro_rules! define_id {
    ($(#[$meta:meta])* $name:ident) => {
        $(#[$meta])*
        #[derive(Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
        pub struct $name(::std::num::NonZeroU32);

        impl $name {
            /// The id of the thing at `index` in its vector.
            pub fn from_index(index: usize) -> Self {
                let shifted = u32::try_from(index).ok().and_then(|i| i.checked_add(1));
                let shifted = shifted.and_then(::std::num::NonZeroU32::new);
                Self(shifted.expect("an id fits 32 bits: files above 4 GiB are refused by the tree"))
            }

            /// Where the thing lies in its vector.
            pub fn index(self) -> usize {
                self.0.get() as usize - 1
            }
        }

        impl ::std::fmt::Debug for $name {
            fn fmt(&self, f: &mut ::std::fmt::Formatter<'_>) -> ::std::fmt::Result {
                write!(f, "{}({})", stringify!($name), self.index())
            }
        }
    };
}
