//! One way to name an enum: each variant has one text code, given once. It is what rows, ledgers and the API carry and
//! what the catalogues are keyed by. This module knows no enum of its own.
//!
//! ```
//! use yixian_domain::base::codes::Code;
//! use yixian_domain::matter::Verdict;
//! assert_eq!(Verdict::Partly.code(), "partly");
//! assert_eq!("partly".parse(), Ok(Verdict::Partly));
//! ```

use serde::{Serialize, Serializer};
use std::fmt;

/// Something that has a text code.
pub trait Code: Copy {
    /// The code as stored and as keyed in the catalogues.
    fn code(self) -> &'static str;
}

/// A text that is no code of that enum.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("no code of {of}: {text}")]
pub struct NoSuchCode {
    /// Name of the enum.
    pub of: &'static str,
    /// What was given.
    pub text: String,
}

/// A code whose enum is not known here: what a refusal names of a slice above it.
#[derive(Clone, Copy, PartialEq, Eq)]
pub struct Named(&'static str);

impl Named {
    /// The code.
    pub fn as_str(self) -> &'static str {
        self.0
    }
}

impl<C: Code> From<C> for Named {
    fn from(code: C) -> Self {
        Named(code.code())
    }
}

impl Serialize for Named {
    fn serialize<S: Serializer>(&self, s: S) -> Result<S::Ok, S::Error> {
        s.serialize_str(self.0)
    }
}

/// As the variant is written, `in_hand` as `InHand`: the English of the log.
impl fmt::Debug for Named {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.split('_').try_for_each(|word| {
            let mut letters = word.chars();
            let first = letters.next().map(|c| c.to_ascii_uppercase());
            write!(f, "{}{}", first.map(String::from).unwrap_or_default(), letters.as_str())
        })
    }
}

/// Declares an enum of unit variants with the code of each: `Name { Variant = "code", … }`. Gives it [`Code`], `ALL`,
/// `FromStr` and serde by code. `Name[n]` makes `ALL` an array, for whom its length is needed; `Name[n] in [A, B]` gives
/// `ALL` an order of its own.
macro_rules! codes {
    ($(#[$doc:meta])* $name:ident { $($body:tt)* }) => {
        crate::base::codes::codes!(@codes $(#[$doc])* $name { $($body)* });
        crate::base::codes::codes!(@slice $name { $($body)* });
    };
    ($(#[$doc:meta])* $name:ident[$n:literal] { $($body:tt)* }) => {
        crate::base::codes::codes!(@codes $(#[$doc])* $name { $($body)* });
        crate::base::codes::codes!(@array $name $n { $($body)* });
    };
    ($(#[$doc:meta])* $name:ident[$n:literal] in [$($listed:ident),+ $(,)?] { $($body:tt)* }) => {
        crate::base::codes::codes!(@codes $(#[$doc])* $name { $($body)* });
        impl $name {
            /// Every one, in the order in which pages list them.
            pub const ALL: [$name; $n] = [$($name::$listed),+];
        }
    };
    (@slice $name:ident { $($(#[$vdoc:meta])* $variant:ident = $code:literal),+ $(,)? }) => {
        impl $name {
            /// Every one, in the order in which pages list them.
            pub const ALL: &'static [$name] = &[$($name::$variant),+];
        }
    };
    (@array $name:ident $n:literal { $($(#[$vdoc:meta])* $variant:ident = $code:literal),+ $(,)? }) => {
        impl $name {
            /// Every one, in the order in which pages list them.
            pub const ALL: [$name; $n] = [$($name::$variant),+];
        }
    };
    (@codes $(#[$doc:meta])* $name:ident { $($(#[$vdoc:meta])* $variant:ident = $code:literal),+ $(,)? }) => {
        $(#[$doc])*
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, serde::Serialize, serde::Deserialize)]
        pub enum $name { $($(#[$vdoc])* #[serde(rename = $code)] $variant),+ }

        impl $name {
            /// The code as stored and as keyed in the catalogues.
            pub const fn as_str(self) -> &'static str {
                match self { $($name::$variant => $code),+ }
            }
            /// From the stored code.
            pub fn parse(text: &str) -> Option<Self> {
                match text { $($code => Some($name::$variant),)+ _ => None }
            }
        }

        impl crate::base::codes::Code for $name {
            fn code(self) -> &'static str {
                self.as_str()
            }
        }

        impl std::str::FromStr for $name {
            type Err = crate::base::codes::NoSuchCode;
            fn from_str(text: &str) -> Result<Self, Self::Err> {
                Self::parse(text).ok_or_else(|| crate::base::codes::NoSuchCode {
                    of: stringify!($name),
                    text: text.to_owned(),
                })
            }
        }
    };
}
pub(crate) use codes;
