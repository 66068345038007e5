//! Code points: the numbers of TLS and the names IANA gave them.
//!
//! One newtype per registry, open at the end: a number nobody has registered survives decoding, is shown as hex and is
//! encoded again unchanged. Numbers reserved by RFC 8701 are called `GREASE`. A table per registry holds number, name
//! and reference; lookups are one `match`, nothing is allocated.
//!
//! This module knows names, numbers and where they are defined. It must not know how messages are laid out, which
//! values a policy wants, or what this implementation can do.

use core::fmt::{Debug, Display};
use core::hash::Hash;

/// A number from one of the registries of TLS.
///
/// Every type also has these as inherent methods (most of them `const`), so the trait is only needed in generic code.
pub trait CodePoint: Copy + Eq + Ord + Hash + Debug + Display + 'static {
    /// The registry the number comes from.
    const REGISTRY: Registry;
    /// How many bytes the number takes on the wire: 1 or 2.
    const BYTES: usize;
    /// Every code point with a name: the registered ones in ascending order, then the unregistered ones. Without
    /// GREASE.
    const ALL: &'static [Self];

    /// The code point with this number. Only the low [`BYTES`](Self::BYTES) bytes count.
    fn from_u32(code: u32) -> Self;
    /// The number, widened.
    fn to_u32(self) -> u32;
    /// The registered name verbatim, `GREASE` for the values of RFC 8701, `None` for a number without a name.
    fn name(self) -> Option<&'static str>;
    /// Where the code point is defined, such as `RFC 8446 §4.2.11`.
    fn reference(self) -> Option<&'static str>;
    /// Whether IANA lists the code point under its name. Names of drafts and vendors are known too, but not registered.
    fn is_registered(self) -> bool;
    /// Why a number without a name will not get one: what its range is set aside for.
    fn reserved_for(self) -> Option<&'static str>;
    /// Whether RFC 8701 reserves the value to keep peers tolerant of unknown values.
    fn is_grease(self) -> bool;
    /// The code point with this name or one of its aliases; upper and lower case are the same.
    fn from_name(name: &str) -> Option<Self>;
}

/// IANA's opinion of a code point: the column "Recommended" of its registries (RFC 9847 §3).
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub enum Recommendation {
    /// `Y`: the IETF has consensus that it is fit for general use.
    Recommended,
    /// `N`: not evaluated, of limited use, or not for every environment. Says nothing bad by itself.
    NotRecommended,
    /// `D`: should not, or must not, be used.
    Discouraged,
}

/// Writes one registry: the newtype, its constants, and every lookup, from one table `registered { rows }` of rows
/// `CONSTANT = number "name" ["reference"];` in ascending order. Without a name the constant's own is the name.
///
/// After it may follow, in this order: `unregistered { rows }` for numbers seen on the wire that IANA does not
/// list, `reserved { range => "what for"; }`, and `alias { "other name" => CONSTANT; }` or `aliases_in TABLE;` with
/// more names that [`CodePoint::from_name`] understands.
macro_rules! code_points {
    (
        $(#[$doc:meta])*
        pub struct $Type:ident($int:ident), grease: $grease:path;
        registered { $( $CONST:ident = $code:literal $($name:literal)? [$reference:literal]; )+ }
        $( unregistered { $( $UNREG:ident = $ucode:literal $($uname:literal)? [$ureference:literal]; )+ } )?
        $( reserved { $( $range:pat => $why:literal; )+ } )?
        $( alias { $( $alias:literal => $target:ident; )+ } )?
        $( aliases_in $table:path; )?
    ) => {
        $(#[$doc])*
        #[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub struct $Type(pub $int);

        impl $Type {
            $(
                #[doc = concat!(
                    "`", $crate::code_points::name_of!($CONST $($name)?), "` (", stringify!($code),
                    "), ", $reference, "."
                )]
                pub const $CONST: Self = Self($code);
            )+
            $($(
                #[doc = concat!(
                    "`", $crate::code_points::name_of!($UNREG $($uname)?), "` (", stringify!($ucode),
                    "), not registered: ", $ureference, "."
                )]
                pub const $UNREG: Self = Self($ucode);
            )+)?

            /// Every code point with a name: the registered ones in ascending order, then the unregistered ones.
            /// Without GREASE.
            pub const ALL: &'static [Self] = &[$(Self::$CONST,)+ $($(Self::$UNREG,)+)?];

            /// Other names people type.
            pub(super) const ALIASES: &'static [&'static [(&'static str, Self)]] = &[
                &[$($(($alias, Self::$target)),*)?],
                $($table)?
            ];

            /// The registered name verbatim, `GREASE` for the values of RFC 8701, `None` for a number without a name.
            pub const fn name(self) -> Option<&'static str> {
                match self.0 {
                    $( $code => Some($crate::code_points::name_of!($CONST $($name)?)), )+
                    $($( $ucode => Some($crate::code_points::name_of!($UNREG $($uname)?)), )+)?
                    _ if self.is_grease() => Some("GREASE"),
                    _ => None,
                }
            }

            /// Where the code point is defined.
            pub const fn reference(self) -> Option<&'static str> {
                match self.0 {
                    $( $code => Some($reference), )+
                    $($( $ucode => Some($ureference), )+)?
                    _ if self.is_grease() => Some("RFC 8701 §2"),
                    _ => None,
                }
            }

            /// Whether IANA lists the code point under its name. Names of drafts and vendors are known too, but not
            /// registered.
            #[allow(clippy::manual_range_patterns, reason = "the rows of the table, one by one")]
            pub const fn is_registered(self) -> bool {
                matches!(self.0, $($code)|+)
            }

            /// Why a number without a name will not get one: what its range is set aside for.
            pub const fn reserved_for(self) -> Option<&'static str> {
                match self.0 {
                    _ if self.name().is_some() => None,
                    $($( $range => Some($why), )+)?
                    _ => None,
                }
            }

            /// Whether RFC 8701 reserves the value to keep peers tolerant of unknown values.
            pub const fn is_grease(self) -> bool {
                $grease(self.0)
            }

            /// The code point with this name or one of its aliases; upper and lower case are the same.
            pub fn from_name(name: &str) -> Option<Self> {
                let registered = Self::ALL.iter().find(|point| {
                    point.name().is_some_and(|registered| registered.eq_ignore_ascii_case(name))
                });
                registered.copied().or_else(|| {
                    let mut aliases = Self::ALIASES.iter().copied().flatten();
                    aliases.find(|(alias, _)| alias.eq_ignore_ascii_case(name)).map(|(_, point)| *point)
                })
            }
        }

        impl $crate::code_points::CodePoint for $Type {
            const REGISTRY: $crate::code_points::Registry = $crate::code_points::Registry::$Type;
            const BYTES: usize = size_of::<$int>();
            const ALL: &'static [Self] = Self::ALL;

            fn from_u32(code: u32) -> Self {
                Self($crate::code_points::Low::low(code))
            }
            fn to_u32(self) -> u32 {
                u32::from(self.0)
            }
            fn name(self) -> Option<&'static str> {
                self.name()
            }
            fn reference(self) -> Option<&'static str> {
                self.reference()
            }
            fn is_registered(self) -> bool {
                self.is_registered()
            }
            fn reserved_for(self) -> Option<&'static str> {
                self.reserved_for()
            }
            fn is_grease(self) -> bool {
                self.is_grease()
            }
            fn from_name(name: &str) -> Option<Self> {
                Self::from_name(name)
            }
        }

        /// The registered name; `GREASE (0x0a0a)`; or the number in hex as wide as on the wire, `0x1234`.
        impl core::fmt::Display for $Type {
            fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
                let width = 2 + 2 * size_of::<$int>();
                match self.name() {
                    Some(name) if self.is_grease() => write!(f, "{name} ({:#0width$x})", self.0),
                    Some(name) => f.pad(name),
                    None => write!(f, "{:#0width$x}", self.0),
                }
            }
        }

        impl core::fmt::Debug for $Type {
            fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
                write!(f, "{}({self})", stringify!($Type))
            }
        }

        impl From<$int> for $Type {
            fn from(code: $int) -> Self {
                Self(code)
            }
        }

        impl From<$Type> for $int {
            fn from(point: $Type) -> Self {
                point.0
            }
        }
    };
}

/// The name in a row of [`code_points!`]: the one given, else the constant's.
macro_rules! name_of {
    ($CONST:ident) => {
        stringify!($CONST)
    };
    ($CONST:ident $name:literal) => {
        $name
    };
}
use name_of;

/// The low bytes of a `u32`.
trait Low {
    fn low(code: u32) -> Self;
}

impl Low for u8 {
    fn low(code: u32) -> Self {
        let [_, _, _, low] = code.to_be_bytes();
        low
    }
}

impl Low for u16 {
    fn low(code: u32) -> Self {
        let [_, _, high, low] = code.to_be_bytes();
        Self::from_be_bytes([high, low])
    }
}

/// Declares the module and re-exports the types of each registry, and makes [`Registry`] of them.
macro_rules! registries {
    ( $( $file:ident { $( $Type:ident $title:literal; )+ } )+ ) => {
        $(
            mod $file;
            pub use $file::{$($Type),+};
        )+

        /// The registries, each with its type. Lets a reader of recorded numbers find their names again.
        #[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
        pub enum Registry {
            $($(
                #[doc = concat!("[`", stringify!($Type), "`]: ", $title, ".")]
                $Type,
            )+)+
        }

        impl Registry {
            /// Every registry.
            pub const ALL: &'static [Self] = &[$($(Self::$Type),+),+];

            /// What the registry holds, in words.
            pub const fn title(self) -> &'static str {
                match self {
                    $($(Self::$Type => $title,)+)+
                }
            }

            /// How many bytes its numbers take on the wire: 1 or 2.
            pub const fn bytes(self) -> usize {
                match self {
                    $($(Self::$Type => <$Type as CodePoint>::BYTES,)+)+
                }
            }

            /// The registered name of a number, `GREASE` for the values of RFC 8701.
            pub fn name(self, code: u32) -> Option<&'static str> {
                match self {
                    $($(Self::$Type => $Type::from_u32(code).name(),)+)+
                }
            }

            /// Where the number is defined.
            pub fn reference(self, code: u32) -> Option<&'static str> {
                match self {
                    $($(Self::$Type => $Type::from_u32(code).reference(),)+)+
                }
            }

            /// What a number without a name is set aside for.
            pub fn reserved_for(self, code: u32) -> Option<&'static str> {
                match self {
                    $($(Self::$Type => $Type::from_u32(code).reserved_for(),)+)+
                }
            }

            /// Whether the number is a GREASE value of this registry (RFC 8701).
            pub fn is_grease(self, code: u32) -> bool {
                match self {
                    $($(Self::$Type => $Type::from_u32(code).is_grease(),)+)+
                }
            }

            /// The number with this name or alias; upper and lower case are the same.
            pub fn from_name(self, name: &str) -> Option<u32> {
                match self {
                    $($(Self::$Type => $Type::from_name(name).map(CodePoint::to_u32),)+)+
                }
            }
        }
    };
}

registries! {
    alert { AlertLevel "alert levels"; AlertDescription "alert descriptions"; }
    certificate {
        CertificateType "certificate types";
        CertificateStatusType "certificate status types";
        CertificateCompressionAlgorithm "certificate compression algorithms";
        ClientCertificateType "client certificate types";
    }
    cipher_suite { CipherSuite "cipher suites"; }
    content_type { ContentType "content types of records"; }
    elliptic_curve { ECPointFormat "elliptic curve point formats"; ECCurveType "elliptic curve types"; }
    extension_type { ExtensionType "extensions"; }
    handshake_type { HandshakeType "handshake messages"; }
    hello {
        CompressionMethod "compression methods";
        MaxFragmentLength "maximum fragment lengths";
        NameType "kinds of server name";
    }
    hpke {
        HpkeKem "HPKE key encapsulation mechanisms";
        HpkeKdf "HPKE key derivation functions";
        HpkeAead "HPKE AEADs";
    }
    key_update { KeyUpdateRequest "key update requests"; }
    named_group { NamedGroup "groups for key exchange"; }
    protocol_version { ProtocolVersion "protocol versions"; }
    psk { PskKeyExchangeMode "PSK key exchange modes"; }
    signature {
        SignatureScheme "signature schemes";
        HashAlgorithm12 "hash algorithms of TLS 1.2";
        SignatureAlgorithm12 "signature algorithms of TLS 1.2";
    }
}

pub use cipher_suite::{
    CipherMode, SuiteAuthentication, SuiteCipher, SuiteHash, SuiteIntegrity, SuiteKeyExchange,
    SuiteParts, SuiteWords,
};

/// The values RFC 8701 §2 sets aside so that peers meet unknown values every day.
mod grease {
    /// Suites, groups, signature schemes, extensions, versions: both bytes alike and of the form `0x?A`.
    pub(super) const fn two_bytes(code: u16) -> bool {
        let [high, low] = code.to_be_bytes();
        high == low && low & 0x0f == 0x0a
    }

    /// PSK key exchange modes: `0x0B` and every 31st value after it.
    pub(super) const fn psk_mode(code: u8) -> bool {
        code % 0x1f == 0x0b
    }

    /// Registries without such values.
    pub(super) const fn none_of_one_byte(_: u8) -> bool {
        false
    }

    /// Registries without such values.
    pub(super) const fn none_of_two_bytes(_: u16) -> bool {
        false
    }
}

#[cfg(test)]
mod tests;
