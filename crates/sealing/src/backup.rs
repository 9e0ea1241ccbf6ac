//! Backups, sealed as they are written: in pieces, so that a backup of any size takes the memory of one piece.
//!
//! The pieces are those of STREAM (Hoang, Reyhanitabar, Rogaway and Vizár, 2015; <https://eprint.iacr.org/2015/189>) as
//! `aead-stream` makes them, over AES-256-GCM: none can be left out, moved or repeated, and a file that was cut does not
//! open to its end. docs/formats.md says every byte.

use std::io::{self, BufRead, Read, Write};

use aead::{
    AeadCore, AeadInOut, Nonce, Tag, TagPosition,
    array::typenum::{U12, U16},
    inout::InOutBuf,
};
use aead_stream::{DecryptorBE32, EncryptorBE32, StreamBE32};
use ring::aead as provider;
use zeroize::Zeroizing;

use crate::{RootKey, Secret, derive::derive, encoding::Encoding};

/// Bytes of the plaintext of each piece but the last.
const PIECE: usize = 64 * 1024;
/// Bytes by which a sealed piece is longer.
const TAG: usize = 16;

/// The key of one backup.
pub struct BackupKey(Secret);

impl RootKey {
    /// The key of the backup that begins with `header`, which holds random bytes of its own, so that no two backups have
    /// one key. A header that was altered yields another key, and nothing opens.
    pub fn backup_key(&self, header: &[u8]) -> BackupKey {
        BackupKey(derive(self.secret(), &Encoding::labelled("bailee backup v1").text(header)))
    }
}

impl BackupKey {
    fn cipher(&self) -> Provided {
        let key = provider::UnboundKey::new(&provider::AES_256_GCM, self.0.as_slice());
        Provided(provider::LessSafeKey::new(key.expect("AES-256 takes a key of 32 bytes")))
    }

    /// Seals what is written, into `sink`.
    pub fn seal<W: Write>(&self, sink: W) -> Sealer<W> {
        let stream = EncryptorBE32::from_stream_primitive(self.stream());
        Sealer { sink, stream, piece: Zeroizing::new(Vec::with_capacity(PIECE + TAG)) }
    }

    /// Opens what is read, from `source`.
    pub fn open<R: BufRead>(&self, source: R) -> Opener<R> {
        let stream = DecryptorBE32::from_stream_primitive(self.stream());
        Opener { source, stream: Some(stream), piece: Zeroizing::new(Vec::new()), read: 0 }
    }

    /// The nonce begins with zeros: the key seals nothing else, and the pieces are counted.
    fn stream(&self) -> StreamBE32<Provided> {
        aead_stream::NewStream::from_aead(self.cipher(), &aead::array::Array::default())
    }
}

/// Seals what is written. Only what was [finished](Sealer::finish) opens to its end.
pub struct Sealer<W> {
    sink: W,
    stream: EncryptorBE32<Provided>,
    piece: Zeroizing<Vec<u8>>,
}

impl<W: Write> Sealer<W> {
    /// Seals the last piece; what was written into.
    ///
    /// # Errors
    /// It cannot be written.
    pub fn finish(mut self) -> io::Result<W> {
        self.stream.encrypt_last_in_place(&[], &mut *self.piece).map_err(|_| too_long())?;
        self.sink.write_all(&self.piece)?;
        self.sink.flush()?;
        Ok(self.sink)
    }
}

impl<W: Write> Write for Sealer<W> {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        if self.piece.len() == PIECE {
            self.stream.encrypt_next_in_place(&[], &mut *self.piece).map_err(|_| too_long())?;
            self.sink.write_all(&self.piece)?;
            self.piece.clear();
        }
        let taken = bytes.len().min(PIECE - self.piece.len());
        self.piece.extend_from_slice(&bytes[..taken]);
        Ok(taken)
    }

    /// What is not a whole piece waits for more.
    fn flush(&mut self) -> io::Result<()> {
        self.sink.flush()
    }
}

/// Opens what is read. It has an end only where what was sealed had.
pub struct Opener<R> {
    source: R,
    /// None once the last piece is opened.
    stream: Option<DecryptorBE32<Provided>>,
    piece: Zeroizing<Vec<u8>>,
    read: usize,
}

impl<R: BufRead> Opener<R> {
    fn open_next(&mut self, mut stream: DecryptorBE32<Provided>) -> io::Result<()> {
        self.read = 0;
        self.piece.clear();
        self.source.by_ref().take((PIECE + TAG) as u64).read_to_end(&mut self.piece)?;
        if self.source.fill_buf()?.is_empty() {
            return stream.decrypt_last_in_place(&[], &mut *self.piece).map_err(|_| unsealable());
        }
        stream.decrypt_next_in_place(&[], &mut *self.piece).map_err(|_| unsealable())?;
        self.stream = Some(stream);
        Ok(())
    }
}

impl<R: BufRead> Read for Opener<R> {
    fn read(&mut self, into: &mut [u8]) -> io::Result<usize> {
        while self.read == self.piece.len() {
            let Some(stream) = self.stream.take() else { return Ok(0) };
            if let Err(error) = self.open_next(stream) {
                // Of a piece that does not open nothing may be read.
                self.piece.clear();
                return Err(error);
            }
        }
        let taken = into.len().min(self.piece.len() - self.read);
        into[..taken].copy_from_slice(&self.piece[self.read..self.read + taken]);
        self.read += taken;
        Ok(taken)
    }
}

fn too_long() -> io::Error {
    io::Error::other("a backup cannot be longer than 256 TiB")
}

fn unsealable() -> io::Error {
    io::Error::new(io::ErrorKind::InvalidData, "it was altered or cut, or sealed under another key")
}

/// The one provider of AES-256-GCM, as `aead-stream` asks for it.
struct Provided(provider::LessSafeKey);

impl AeadCore for Provided {
    type NonceSize = U12;
    type TagSize = U16;
    const TAG_POSITION: TagPosition = TagPosition::Postfix;
}

impl AeadInOut for Provided {
    fn encrypt_inout_detached(
        &self,
        nonce: &Nonce<Self>,
        bound: &[u8],
        mut buffer: InOutBuf<'_, '_, u8>,
    ) -> aead::Result<Tag<Self>> {
        let plain = Zeroizing::new(buffer.get_in().to_vec());
        buffer.get_out().copy_from_slice(&plain);
        let nonce = provider::Nonce::assume_unique_for_key((*nonce).into());
        let sealed = self.0.seal_in_place_separate_tag(nonce, provider::Aad::from(bound), buffer.get_out());
        Tag::<Self>::try_from(sealed.map_err(|_| aead::Error)?.as_ref()).map_err(|_| aead::Error)
    }

    fn decrypt_inout_detached(
        &self,
        nonce: &Nonce<Self>,
        bound: &[u8],
        mut buffer: InOutBuf<'_, '_, u8>,
        tag: &Tag<Self>,
    ) -> aead::Result<()> {
        let mut sealed = buffer.get_in().to_vec();
        let nonce = provider::Nonce::assume_unique_for_key((*nonce).into());
        let tag = provider::Tag::try_from(tag.as_slice()).map_err(|_| aead::Error)?;
        let opened =
            self.0.open_in_place_separate_tag(nonce, provider::Aad::from(bound), tag, &mut sealed, 0..);
        let opened = opened.map_err(|_| aead::Error)?;
        buffer.get_out().copy_from_slice(opened);
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use domain::ambient::SystemRandomness;
    use proptest::prelude::*;

    use super::*;

    fn key() -> BackupKey {
        BackupKey(Secret::new([7; 32]))
    }

    fn sealed(plain: &[u8]) -> Vec<u8> {
        let mut sealer = key().seal(Vec::new());
        sealer.write_all(plain).unwrap();
        sealer.finish().unwrap()
    }

    fn opened(key: &BackupKey, sealed: &[u8]) -> io::Result<Vec<u8>> {
        let mut plain = Vec::new();
        key.open(sealed).read_to_end(&mut plain)?;
        Ok(plain)
    }

    #[test]
    fn what_is_sealed_opens_however_long_it_is() {
        for length in [0, 1, PIECE - 1, PIECE, PIECE + 1, 3 * PIECE, 3 * PIECE + 5] {
            let plain: Vec<u8> = (0..length).map(|place| u8::try_from(place % 251).unwrap()).collect();
            let sealed = sealed(&plain);
            assert_eq!(sealed.len(), length + TAG * length.div_ceil(PIECE).max(1));
            assert_eq!(opened(&key(), &sealed).unwrap(), plain);
        }
    }

    #[test]
    fn another_header_or_root_key_is_another_key() {
        let root = RootKey::generate(&SystemRandomness::default());
        let sealed = root.backup_key(b"one").seal(Vec::new()).finish().unwrap();
        assert!(opened(&root.backup_key(b"one"), &sealed).is_ok());
        assert!(opened(&root.backup_key(b"two"), &sealed).is_err());
        let other = RootKey::generate(&SystemRandomness::default());
        assert!(opened(&other.backup_key(b"one"), &sealed).is_err());
    }

    #[test]
    fn pieces_cannot_be_left_out_moved_or_cut_off() {
        let sealed = sealed(&vec![1; 3 * PIECE]);
        let piece = PIECE + TAG;
        let (first, rest) = sealed.split_at(piece);
        let (second, third) = rest.split_at(piece);
        for wrong in [
            [first, third].concat(),
            [second, first, third].concat(),
            [first, second].concat(),
            [first, second, third, third].concat(),
            [first, second, second, third].concat(),
            [&sealed[..], &[0]].concat(),
            Vec::new(),
        ] {
            assert!(opened(&key(), &wrong).is_err());
        }
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(64))]

        #[test]
        fn every_byte_counts(plain in proptest::collection::vec(any::<u8>(), 0..200), at in any::<prop::sample::Index>()) {
            let mut sealed = sealed(&plain);
            let at = at.index(sealed.len());
            prop_assert!(opened(&key(), &sealed[..at]).is_err());
            sealed[at] ^= 1;
            prop_assert!(opened(&key(), &sealed).is_err());
        }
    }
}
