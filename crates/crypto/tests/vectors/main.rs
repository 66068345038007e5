//! Published test vectors, and vectors made with OpenSSL, against the public interface.

mod aead;
mod hash;
mod hex;
mod hkdf;
mod hmac;
mod kx;
mod prf;
mod rfc6979;
mod sign;
mod verify;
