//! Reading what other programs made, from the folder `testdata`.

/// The lines that are no comment.
pub(crate) fn lines(text: &str) -> impl Iterator<Item = &str> {
    text.lines().filter(|line| !line.starts_with('#'))
}

/// The bytes behind `name` in lines of `name hex`.
pub(crate) fn value(text: &str, name: &str) -> Vec<u8> {
    lines(text)
        .find_map(|line| line.strip_prefix(name)?.strip_prefix(' '))
        .map(hex)
        .expect("a known name")
}

pub(crate) fn hex(digits: &str) -> Vec<u8> {
    assert!(digits.len().is_multiple_of(2), "half a byte");
    (0..digits.len())
        .step_by(2)
        .map(|at| u8::from_str_radix(&digits[at..at + 2], 16).expect("hexadecimal digits"))
        .collect()
}
