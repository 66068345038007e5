//! Whether a KeyUpdate asks for one in return.

code_points! {
    /// Whether the receiver of a KeyUpdate must send one too (RFC 8446 §4.6.3).
    pub struct KeyUpdateRequest(u8), grease: super::grease::none_of_one_byte;

    registered {
        UPDATE_NOT_REQUESTED = 0 "update_not_requested" ["RFC 8446 §4.6.3"];
        UPDATE_REQUESTED = 1 "update_requested" ["RFC 8446 §4.6.3"];
    }
}
