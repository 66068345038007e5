//! Each stack behind the same interface.

pub(crate) mod limpid;
#[cfg(feature = "openssl")]
pub(crate) mod openssl;
pub(crate) mod rustls;
