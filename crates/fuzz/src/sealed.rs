//! Records that were sealed and then changed, in each mode of protection.

use limpid_protect::{MAX_FRAGMENT, OpenError, Opener, Sealer};
use limpid_wire::ContentType;

use crate::choices::Choices;
use crate::records::{MODES, ends};

/// First byte: the mode. Then records: type, plaintext with a length of two bytes, what happens on the way. What arrives as it
/// was sealed, in its turn, is opened to what was sealed; nothing else is.
pub(crate) fn sealed(input: &[u8]) {
    let mut choices = Choices::new(input);
    let mode = choices.byte();
    let (mut sealer, mut opener) = ends(mode);
    for _ in 0..32 {
        if choices.is_empty() || !passes(&mut sealer, &mut opener, &mut choices) {
            return;
        }
    }
}

/// Whether the next record arrived as it was sent.
fn passes(sealer: &mut Sealer, opener: &mut Opener, choices: &mut Choices<'_>) -> bool {
    // RFC 8446 §5.4: zero is no content type.
    let content_type = ContentType(choices.byte().max(1));
    let plaintext = choices.block();
    let (plaintext, padding) = (
        &plaintext[..plaintext.len().min(MAX_FRAGMENT)],
        usize::from(choices.byte()),
    );
    let mut record = Vec::new();
    let padding = padding.min(MAX_FRAGMENT - plaintext.len());
    let sealed = sealer.seal(content_type, plaintext, padding, &mut record);
    sealed.expect("a key that was hardly used");
    assert!(record.len() <= plaintext.len() + padding + sealer.overhead());
    let whole = record.clone();
    touch(&mut record, choices);
    let mut arrived = record.clone();
    // Bytes 1 and 2 are the version; TLS 1.2 authenticates 0x0303 whatever stands there, TLS 1.3 the header as it came.
    let same = record.len() == whole.len()
        && record
            .iter()
            .zip(&whole)
            .enumerate()
            .all(|(at, (a, b))| a == b || matches!(at, 1..5));
    match opener.open(&mut arrived) {
        Ok(opened) => {
            assert!(same, "a record that was changed is opened");
            assert_eq!(opened.content_type, content_type);
            assert_eq!(arrived[opened.range], *plaintext);
        }
        Err(error) => {
            assert_ne!(record, whole, "{error:?}, though nothing was changed");
            assert!(matches!(
                error,
                OpenError::BadRecord | OpenError::WrongOuterType | OpenError::Overflow
            ));
        }
    }
    record == whole
}

fn touch(record: &mut Vec<u8>, choices: &mut Choices<'_>) {
    let kind = choices.byte() % 8;
    if kind < 4 {
        return;
    }
    let at = choices.below(record.len());
    match kind {
        4 => record[at] ^= choices.byte(),
        5 => record.truncate(at),
        6 => drop(record.splice(at..at, choices.block().iter().copied())),
        _ => record.extend_from_slice(choices.block()),
    }
}

/// Each mode: records that pass, and one that is changed in its header, its nonce, its middle, its end.
pub(crate) fn seeds() -> Vec<Vec<u8>> {
    let mut seeds = Vec::new();
    for mode in 0..MODES {
        let honest = [
            &[22, 0, 5],
            b"hello".as_slice(),
            &[3, 0],
            &[23, 0, 4],
            b"data",
            &[0, 0],
        ]
        .concat();
        seeds.push([&[mode], honest.as_slice()].concat());
        for at in [0, 5, 20, 40] {
            seeds.push(
                [
                    &[mode],
                    honest.as_slice(),
                    &[23, 0, 3, 1, 2, 3, 0, 4, 0, at, 1],
                ]
                .concat(),
            );
        }
    }
    seeds
}
