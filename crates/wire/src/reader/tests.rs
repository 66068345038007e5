use super::*;
use crate::code_points::{CipherSuite, Registry};

/// Name, start, end, depth of each span.
fn recorded(
    bytes: &[u8],
    read: impl FnOnce(&mut Reader<'_>) -> Result<(), DecodeError>,
) -> (Spans, Option<DecodeError>) {
    let mut spans = Spans::new();
    let mut r = Reader::with_spans(bytes, &mut spans);
    let error = read(&mut r).and_then(|()| r.finish()).err();
    (spans, error)
}

fn layout(spans: &Spans) -> Vec<(&'static str, u32, u32, u8)> {
    spans
        .iter()
        .map(|span| (span.name, span.start, span.end, span.depth))
        .collect()
}

fn suites(r: &mut Reader<'_>) -> Result<(), DecodeError> {
    r.u8("first")?;
    let suites = r.list16("suites", 2..=6, |r| r.code::<CipherSuite>("suite"))?;
    assert_eq!(suites, [CipherSuite(0x1301), CipherSuite(0x1302)]);
    assert_eq!(r.opaque8("id", 0..=3)?, [9]);
    Ok(())
}

#[test]
fn spans_nest_and_leaves_tile() {
    let (spans, error) = recorded(&[5, 0, 4, 0x13, 1, 0x13, 2, 1, 9], suites);
    assert_eq!(error, None);
    assert_eq!(
        layout(&spans),
        [
            ("first", 0, 1, 0),
            ("suites", 1, 7, 0),
            ("length", 1, 3, 1),
            ("suite", 3, 5, 1),
            ("suite", 5, 7, 1),
            ("id", 7, 9, 0),
            ("length", 7, 8, 1),
            ("bytes", 8, 9, 1),
        ]
    );
    let values: Vec<_> = spans.iter().map(|span| span.value).collect();
    assert_eq!(values[0], SpanValue::Number(5));
    assert_eq!(values[1], SpanValue::Node);
    assert_eq!(
        values[3],
        SpanValue::Code {
            registry: Registry::CipherSuite,
            value: 0x1301
        }
    );
    assert_eq!(values[7], SpanValue::Bytes);
}

#[test]
fn without_a_recorder_the_same_is_read() {
    let mut r = Reader::new(&[5, 0, 4, 0x13, 1, 0x13, 2, 1, 9]);
    assert_eq!(suites(&mut r), Ok(()));
    assert_eq!(r.finish(), Ok(()));
}

#[test]
fn a_vector_that_ends_too_early_keeps_its_spans() {
    let (spans, error) = recorded(&[5, 0, 3, 0x13, 1, 0x13, 2], suites);
    let kind = DecodeErrorKind::Truncated { needed: 2, have: 1 };
    assert_eq!(
        error,
        Some(DecodeError {
            offset: 5,
            field: "suite",
            kind
        })
    );
    assert_eq!(
        layout(&spans),
        [
            ("first", 0, 1, 0),
            ("suites", 1, 5, 0),
            ("length", 1, 3, 1),
            ("suite", 3, 5, 1)
        ]
    );
    let path: Vec<_> = spans.path(5).iter().map(|span| span.name).collect();
    assert_eq!(path, ["suites"]);
    let path: Vec<_> = spans.path(4).iter().map(|span| span.name).collect();
    assert_eq!(path, ["suites", "suite"]);
}

#[test]
fn lengths_are_checked_against_their_range_before_the_bytes() {
    let (spans, error) = recorded(&[5, 0, 8], suites);
    let kind = DecodeErrorKind::LengthOutOfRange {
        length: 8,
        min: 2,
        max: 6,
    };
    assert_eq!(
        error,
        Some(DecodeError {
            offset: 1,
            field: "suites",
            kind
        })
    );
    assert_eq!(spans.end(), 3);
    let (_, error) = recorded(&[5, 0, 0], suites);
    assert!(matches!(
        error.unwrap().kind,
        DecodeErrorKind::LengthOutOfRange { length: 0, .. }
    ));
    let (_, error) = recorded(&[5, 0, 4, 0x13], suites);
    let kind = DecodeErrorKind::Truncated { needed: 4, have: 1 };
    assert_eq!(
        error,
        Some(DecodeError {
            offset: 3,
            field: "suites",
            kind
        })
    );
}

#[test]
fn nothing_may_be_left_in_a_vector_or_message() {
    let (_, error) = recorded(&[2, 8, 9], |r| {
        r.vec8("vector", 0..=255, |r| r.u8("one").map(drop))
    });
    let kind = DecodeErrorKind::TrailingBytes { extra: 1 };
    assert_eq!(
        error,
        Some(DecodeError {
            offset: 2,
            field: "vector",
            kind
        })
    );
    let (_, error) = recorded(&[1, 8, 9], |r| {
        r.vec8("vector", 0..=255, |r| r.u8("one").map(drop))
    });
    assert_eq!(
        error,
        Some(DecodeError {
            offset: 2,
            field: "message",
            kind
        })
    );
}

#[test]
fn a_vector_hides_what_is_behind_it() {
    let (_, error) = recorded(&[1, 8, 9], |r| {
        r.vec8("vector", 0..=255, |r| r.u16("two").map(drop))
    });
    let kind = DecodeErrorKind::Truncated { needed: 2, have: 1 };
    assert_eq!(
        error,
        Some(DecodeError {
            offset: 1,
            field: "two",
            kind
        })
    );
}

#[test]
fn numbers_of_every_width() {
    let bytes: Vec<u8> = (1..=18).collect();
    let (spans, error) = recorded(&bytes, |r| {
        assert_eq!(r.u8("a")?, 1);
        assert_eq!(r.u16("b")?, 0x0203);
        assert_eq!(r.u24("c")?, 0x0004_0506);
        assert_eq!(r.u32("d")?, 0x0708_090a);
        assert_eq!(r.u64("e")?, 0x0b0c_0d0e_0f10_1112);
        Ok(())
    });
    assert_eq!(error, None);
    assert_eq!(spans.as_slice()[2].value, SpanValue::Number(0x0004_0506));
}

#[test]
fn a_length_that_is_missing_is_said_of_its_vector() {
    for bytes in [&[][..], &[0], &[0, 0]] {
        let (spans, error) = recorded(bytes, |r| r.opaque24("certificate", 0..=9).map(drop));
        let kind = DecodeErrorKind::Truncated {
            needed: 3,
            have: bytes.len(),
        };
        assert_eq!(
            error,
            Some(DecodeError {
                offset: 0,
                field: "certificate",
                kind
            })
        );
        assert_eq!(layout(&spans), [("certificate", 0, 0, 0)]);
    }
}
