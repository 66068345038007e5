//! Checks that every codec's tests make.

use core::fmt::Debug;

use crate::code_points::ExtensionType;
use crate::codec::Codec;
use crate::error::DecodeError;
use crate::extensions::Extension;
use crate::reader::Reader;
use crate::spans::Spans;
use crate::writer::Writer;

/// The bytes written as hex digits; blanks do not matter.
pub(crate) fn hex(digits: &str) -> Vec<u8> {
    let digits: Vec<u32> = digits
        .chars()
        .filter(|digit| !digit.is_whitespace())
        .map(|digit| digit.to_digit(16).unwrap())
        .collect();
    assert!(digits.len().is_multiple_of(2));
    digits
        .chunks(2)
        .map(|pair| u8::try_from(pair[0] << 4 | pair[1]).unwrap())
        .collect()
}

/// `bytes` and `value` are each other's encoding; spans tile the bytes; whatever is missing at the end is noticed.
#[track_caller]
pub(crate) fn check<T: Codec + PartialEq + Debug>(bytes: &[u8], value: &T) {
    check_with(bytes, value, T::read, T::write);
}

/// The same for the body of an extension.
#[track_caller]
pub(crate) fn check_extension<E>(extension_type: ExtensionType, body: &[u8], value: &E)
where
    E: Extension + PartialEq + Debug,
{
    assert_eq!(value.extension_type(), extension_type);
    check_with(
        body,
        value,
        |r| E::read_body(extension_type, r),
        E::write_body,
    );
}

/// Why `bytes` are not a `T`.
#[track_caller]
pub(crate) fn refused<T: Codec + Debug>(bytes: &[u8]) -> DecodeError {
    refused_with(bytes, T::read)
}

/// Why `body` is not the body of such an extension.
#[track_caller]
pub(crate) fn refused_extension<E: Extension + Debug>(
    extension_type: ExtensionType,
    body: &[u8],
) -> DecodeError {
    refused_with(body, |r| E::read_body(extension_type, r))
}

#[track_caller]
fn check_with<T: PartialEq + Debug>(
    bytes: &[u8],
    value: &T,
    read: impl Fn(&mut Reader<'_>) -> Result<T, DecodeError>,
    write: impl Fn(&T, &mut Writer<'_>),
) {
    let written = |value: &T| {
        let mut out = Vec::new();
        write(value, &mut Writer::new(&mut out));
        out
    };
    assert_eq!(written(value), bytes, "encoding of {value:?}");
    for length in 0..=bytes.len() {
        let (spans, result) = decode(&bytes[..length], &read);
        assert_tiled(&spans, length, result.as_ref().err());
        match result {
            // A message that may end here, such as a hello without extensions, is a whole one.
            Ok(prefix) => assert_eq!(written(&prefix), &bytes[..length]),
            Err(error) => assert!(length < bytes.len(), "{error}"),
        }
    }
    assert_eq!(decode(bytes, &read).1.as_ref(), Ok(value));
}

#[track_caller]
fn refused_with<T: Debug>(
    bytes: &[u8],
    read: impl Fn(&mut Reader<'_>) -> Result<T, DecodeError>,
) -> DecodeError {
    let (spans, result) = decode(bytes, &read);
    let error = result.expect_err("bytes to be refused");
    assert_tiled(&spans, bytes.len(), Some(&error));
    error
}

/// Decodes with and without spans, which must not make a difference.
fn decode<T>(
    bytes: &[u8],
    read: &impl Fn(&mut Reader<'_>) -> Result<T, DecodeError>,
) -> (Spans, Result<T, DecodeError>) {
    let mut spans = Spans::new();
    let all = |mut r: Reader<'_>| read(&mut r).and_then(|value| r.finish().map(|()| value));
    let recorded = all(Reader::with_spans(bytes, &mut spans));
    let plain = all(Reader::new(bytes));
    assert_eq!(plain.err(), recorded.as_ref().err().copied());
    (spans, recorded)
}

/// Leaves follow each other without a gap, to the end of the message or to the bad byte.
#[track_caller]
fn assert_tiled(spans: &Spans, length: usize, error: Option<&DecodeError>) {
    let end = spans.leaves().fold(0, |at, leaf| {
        assert_eq!(leaf.start, at, "a gap before {}", leaf.name);
        leaf.end
    });
    let end = usize::try_from(end).unwrap();
    match error {
        None => assert_eq!(end, length),
        Some(error) => assert!(
            error.offset <= end && end <= length,
            "{error}, spans end at {end}"
        ),
    }
}
