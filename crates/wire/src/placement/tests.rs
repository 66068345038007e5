use super::*;

/// RFC 8446 §4.2, copied row by row, apart from the table that is tested.
#[test]
fn rfc8446_4_2_the_table_of_the_standard() {
    let standard: &[(u16, &[ExtensionPlace])] = &[
        (0, &[CH, EE]),
        (1, &[CH, EE]),
        (5, &[CH, CR, CT]),
        (10, &[CH, EE]),
        (13, &[CH, CR]),
        (14, &[CH, EE]),
        (15, &[CH, EE]),
        (16, &[CH, EE]),
        (18, &[CH, CR, CT]),
        (19, &[CH, EE]),
        (20, &[CH, EE]),
        (21, &[CH]),
        (41, &[CH, SH]),
        (42, &[CH, EE, NST]),
        (43, &[CH, SH, HRR]),
        (44, &[CH, HRR]),
        (45, &[CH]),
        (47, &[CH, CR]),
        (48, &[CR]),
        (49, &[CH]),
        (50, &[CH, CR]),
        (51, &[CH, SH, HRR]),
    ];
    for (extension, allowed) in standard {
        for place in ExtensionPlace::ALL.iter().filter(|place| **place != SH12) {
            let extension = ExtensionType(*extension);
            assert_eq!(
                place.allows(extension),
                allowed.contains(place),
                "{extension} in {place}"
            );
        }
    }
}

#[test]
fn rows_are_in_order_and_list_each_place_once() {
    assert!(PLACEMENT.windows(2).all(|rows| rows[0].0 < rows[1].0));
    for (extension, allowed) in PLACEMENT {
        assert_eq!(places(*extension), Some(*allowed));
        let mut places = allowed.to_vec();
        places.sort_unstable();
        places.dedup();
        assert_eq!(places.len(), allowed.len(), "{extension}");
    }
}

#[test]
fn unknown_extensions_may_stand_anywhere() {
    for extension in [ExtensionType(0x0a0a), ExtensionType(0xfff0)] {
        assert_eq!(places(extension), None);
        assert!(
            ExtensionPlace::ALL
                .iter()
                .all(|place| place.allows(extension))
        );
    }
}
