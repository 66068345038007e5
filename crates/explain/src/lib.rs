//! Facts and bytes told back as a story a person can read.
