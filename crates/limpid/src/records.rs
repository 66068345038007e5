//! Both directions of a connection's records, and the facts about them.

use std::num::NonZeroU16;

use limpid_facts::{ApplicationData, Fact, Facts, Record, Side};
use limpid_protect::{
    MAX_FRAGMENT, OpenError, Opened, Opener, RECORD_HEADER, RecordKeys, SealError, Sealer,
};
use limpid_wire::{ContentType, ProtocolVersion};

use crate::fault::Fault;

/// What protects the bytes of a connection, both ways.
pub(crate) struct Records {
    pub(crate) side: Side,
    pub(crate) facts: Facts,
    opener: Opener,
    sealer: Sealer,
    sent: u64,
    received: u64,
    sizes: RecordSizes,
    /// Most plaintext this side wants in a record, whatever the peer would take.
    most: usize,
    /// Whether the client's records are under the keys of early data.
    early: bool,
}

/// How large records may be (RFC 8449, RFC 6066 §4), and how they are padded (RFC 8446 §5.4).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct RecordSizes {
    /// Largest plaintext this side puts into a record, in bytes.
    pub(crate) sent: usize,
    /// Largest plaintext this side accepts, in bytes.
    pub(crate) received: usize,
    /// Whether these limits hold for records that are not protected, too (RFC 6066 §4).
    pub(crate) unprotected: bool,
    /// TLS 1.3: plaintext is padded to a multiple of this many bytes, as far as a record holds it; 1: not at all.
    pub(crate) padded_to: usize,
}

impl Default for RecordSizes {
    fn default() -> Self {
        Self {
            sent: MAX_FRAGMENT,
            received: MAX_FRAGMENT,
            unprotected: false,
            padded_to: 1,
        }
    }
}

impl RecordSizes {
    /// Zero bytes to add to a plaintext of this length.
    const fn padding(&self, length: usize) -> usize {
        if self.padded_to <= 1 {
            return 0;
        }
        let padding = match length.checked_rem(self.padded_to) {
            None | Some(0) => 0,
            Some(over) => self.padded_to - over,
        };
        let room = self.sent.saturating_sub(length);
        if padding < room { padding } else { room }
    }
}

impl Records {
    pub(crate) const fn new(side: Side, facts: Facts) -> Self {
        Self {
            side,
            facts,
            opener: Opener::plain(),
            sealer: Sealer::plain(),
            sent: 0,
            received: 0,
            sizes: RecordSizes {
                sent: MAX_FRAGMENT,
                received: MAX_FRAGMENT,
                unprotected: false,
                padded_to: 1,
            },
            most: MAX_FRAGMENT,
            early: false,
        }
    }

    pub(crate) const fn is_reading_protected(&self) -> bool {
        self.opener.is_protecting()
    }

    pub(crate) const fn is_writing_protected(&self) -> bool {
        self.sealer.is_protecting()
    }

    /// Whether no record was opened yet with the present key.
    pub(crate) const fn reads_begin(&self) -> bool {
        self.opener.sequence() == 0
    }

    /// How many more records the present key may protect.
    pub(crate) fn writes_left(&self) -> u64 {
        self.sealer.remaining()
    }

    /// How large records are from here on.
    pub(crate) const fn size(&mut self, sizes: RecordSizes) {
        self.sizes = sizes;
    }

    /// How large records are at most, whatever the peer would take.
    pub(crate) fn hold_back(&mut self, most: Option<NonZeroU16>) {
        let most = most.map_or(MAX_FRAGMENT, |most| usize::from(most.get()));
        self.most = most.min(MAX_FRAGMENT);
    }

    pub(crate) fn read_with(&mut self, keys: RecordKeys) {
        self.opener = Opener::new(keys);
        self.early &= self.side == Side::Client;
    }

    pub(crate) fn write_with(&mut self, keys: RecordKeys) {
        self.sealer = Sealer::new(keys);
        self.early &= self.side == Side::Server;
    }

    pub(crate) fn write_plain(&mut self) {
        self.sealer = Sealer::plain();
        self.early &= self.side == Side::Server;
    }

    /// What the client's records hold under their present keys is early data (RFC 8446 §2.3).
    pub(crate) const fn are_early(&mut self) {
        self.early = true;
    }

    pub(crate) const fn plain_version(&mut self, version: [u8; 2]) {
        self.sealer.plain_version(version);
    }

    /// Largest plaintext of a record, in bytes.
    fn most(&self) -> usize {
        // RFC 8449 §4: what is not protected is not limited.
        let theirs = if self.sealer.is_protecting() || self.sizes.unprotected {
            self.sizes.sent.max(1)
        } else {
            MAX_FRAGMENT
        };
        theirs.min(self.most)
    }

    /// How much room the records of `length` bytes of plaintext need at most, in bytes, padding included.
    pub(crate) fn sealed_length(&self, length: usize) -> usize {
        let most = self.most();
        if length <= most {
            // Nearly every message; division takes longer than anything else here.
            return length + self.padding(length) + self.sealer.overhead();
        }
        let last = length.checked_rem(most).unwrap_or_default();
        let count = length.div_ceil(most).max(1);
        // Full records have no room for padding.
        length + self.padding(last) + count * self.sealer.overhead()
    }

    /// Seals `plaintext` over the beginning of `out`, which has at least [`sealed_length`](Self::sealed_length) bytes, into as many records as it needs.
    /// Returns how long they are together.
    pub(crate) fn seal_into(
        &mut self,
        content_type: ContentType,
        plaintext: &[u8],
        out: &mut [u8],
    ) -> Result<usize, Fault> {
        let most = self.most();
        let mut sealed = 0;
        let mut rest = plaintext;
        loop {
            let (fragment, behind) = rest.split_at_checked(most).unwrap_or((rest, &[]));
            let out = out.get_mut(sealed..).unwrap_or_default();
            let padding = self.padding(fragment.len());
            let length = self
                .sealer
                .seal_into(content_type, fragment, padding, out)
                .map_err(fault)?;
            self.count_sealed(content_type, fragment, padding, || {
                out.get(..length).unwrap_or_default()
            });
            sealed += length;
            rest = behind;
            if rest.is_empty() {
                return Ok(sealed);
            }
        }
    }

    /// Zero bytes to add to a plaintext of this length.
    const fn padding(&self, length: usize) -> usize {
        if self.sealer.is_protecting() {
            self.sizes.padding(length)
        } else {
            0
        }
    }

    fn count_sealed<'a>(
        &mut self,
        content_type: ContentType,
        fragment: &[u8],
        padding: usize,
        record: impl FnOnce() -> &'a [u8],
    ) {
        if self.facts.observed() {
            self.tell_sealed(content_type, fragment, padding, record());
        }
        self.sent += 1;
    }

    /// Seals `plaintext` into as many records as it needs, at least one.
    pub(crate) fn seal(
        &mut self,
        content_type: ContentType,
        plaintext: &[u8],
        out: &mut Vec<u8>,
    ) -> Result<(), Fault> {
        let most = self.most();
        let count = plaintext.len().div_ceil(most).max(1);
        out.reserve(plaintext.len() + count * self.sealer.overhead());
        if plaintext.is_empty() {
            return self.seal_one(content_type, plaintext, out);
        }
        plaintext
            .chunks(most)
            .try_for_each(|fragment| self.seal_one(content_type, fragment, out))
    }

    fn seal_one(
        &mut self,
        content_type: ContentType,
        fragment: &[u8],
        out: &mut Vec<u8>,
    ) -> Result<(), Fault> {
        let start = out.len();
        let padding = self.padding(fragment.len());
        self.sealer
            .seal(content_type, fragment, padding, out)
            .map_err(fault)?;
        self.count_sealed(content_type, fragment, padding, || {
            out.get(start..).unwrap_or_default()
        });
        Ok(())
    }

    /// Opens one record in place.
    pub(crate) fn open(&mut self, record: &mut [u8]) -> Result<Opened, Fault> {
        if !self.facts.observed() {
            let opened = self.opener.open(record)?;
            self.received += 1;
            return self.within_limit(opened);
        }
        let before = record.to_vec();
        let outcome = self.opener.open(record);
        let content = outcome
            .as_ref()
            .ok()
            .and_then(|opened| record.get(opened.range.clone()));
        self.tell_opened(&before, outcome.as_ref().ok(), content.unwrap_or_default());
        self.received += 1;
        self.within_limit(outcome?)
    }

    /// RFC 8449 §4: more than this side said it takes is record_overflow. Padding counts.
    fn within_limit(&self, opened: Opened) -> Result<Opened, Fault> {
        let length = opened.range.len() + opened.padding;
        let limited = self.opener.is_protecting() || self.sizes.unprotected;
        if limited && length > self.sizes.received {
            return Err(OpenError::Overflow.into());
        }
        Ok(opened)
    }

    /// Tells of a record of the peer's that is not opened but dropped.
    pub(crate) fn tell_dropped(&mut self, record: &[u8]) {
        if self.facts.observed() {
            let content_type = ContentType(record.first().copied().unwrap_or_default());
            self.tell(self.side.peer(), self.received, record, content_type, None);
        }
        self.received += 1;
    }

    fn tell_sealed(
        &self,
        content_type: ContentType,
        fragment: &[u8],
        padding: usize,
        record: &[u8],
    ) {
        let protection = self
            .sealer
            .told(record, content_type, fragment.len(), padding);
        self.tell(self.side, self.sent, record, content_type, protection);
        self.tell_application_data(self.side, content_type, fragment);
    }

    fn tell_opened(&self, record: &[u8], opened: Option<&Opened>, content: &[u8]) {
        let content_type = opened.map_or(
            ContentType(record.first().copied().unwrap_or(0)),
            |opened| opened.content_type,
        );
        let protection = opened.and_then(|opened| self.opener.told(record, opened));
        self.tell(
            self.side.peer(),
            self.received,
            record,
            content_type,
            protection,
        );
        self.tell_application_data(self.side.peer(), content_type, content);
    }

    fn tell(
        &self,
        from: Side,
        index: u64,
        record: &[u8],
        inner_type: ContentType,
        protection: Option<limpid_facts::Protection>,
    ) {
        let Some((header, fragment)) = record.split_first_chunk::<RECORD_HEADER>() else {
            return;
        };
        let [content_type, major, minor, _, _] = *header;
        let whole =
            inner_type != ContentType::APPLICATION_DATA || self.facts.interest().application_data;
        self.facts.tell(|| {
            Fact::Record(Record {
                from,
                index,
                content_type: ContentType(content_type),
                version: ProtocolVersion(u16::from_be_bytes([major, minor])),
                bytes: if whole {
                    record.into()
                } else {
                    header.as_slice().into()
                },
                length: fragment.len(),
                protection,
            })
        });
    }

    fn tell_application_data(&self, from: Side, content_type: ContentType, content: &[u8]) {
        if content_type == ContentType::APPLICATION_DATA && !content.is_empty() {
            let bytes = self
                .facts
                .interest()
                .application_data
                .then(|| content.into());
            self.facts.tell(|| {
                Fact::ApplicationData(ApplicationData {
                    from,
                    length: content.len(),
                    early: self.early && from == Side::Client,
                    bytes,
                })
            });
        }
    }
}

fn fault(error: SealError) -> Fault {
    match error {
        SealError::KeyExhausted => Fault::KeyExhausted,
        SealError::TooLong => Fault::Misuse("more than 16384 bytes for one record"),
    }
}
