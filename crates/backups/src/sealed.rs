//! The sealed stream: written to the recovery key's public half, read with the key.

use std::{
    io::{self, BufRead, BufReader, Chain, Cursor, Read, Write},
    iter,
};

use age::{
    DecryptError, Decryptor, Encryptor,
    stream::{StreamReader, StreamWriter},
    x25519::Recipient,
};
use zeroize::Zeroizing;

use crate::{failure::BackupFailure, header::Header, recovery_key::RecoveryKey};

/// Bytes moved at once: one piece of age.
const PIECE: usize = 64 * 1024;

/// Everything that is read out of one.
pub type Opened<R> = BufReader<StreamReader<Chain<Cursor<Vec<u8>>, R>>>;

/// The first line of every sealed stream.
const FIRST_LINE: &[u8] = b"age-encryption.org/v1\n";

/// Seals header and database. Whoever gives the database must find it whole before the stream is ended: a stream without its
/// end is refused by whoever reads it.
pub struct Sealing<W: Write>(StreamWriter<W>);

impl<W: Write> std::fmt::Debug for Sealing<W> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Sealing")
    }
}

impl<W: Write> Sealing<W> {
    /// Begins with the header.
    pub fn begin(output: W, recipient: &Recipient, header: &Header) -> io::Result<Self> {
        // It refuses only a list of recipients that is empty or mixed.
        let sealing = Encryptor::with_recipients(iter::once(recipient as _)).map_err(io::Error::other)?;
        let mut stream = sealing.wrap_output(output)?;
        stream.write_all(header.written().as_bytes())?;
        Ok(Self(stream))
    }

    /// Adds all there is to read; says how many bytes that were.
    pub fn add(&mut self, mut input: impl Read) -> Result<u64, NotCopied> {
        copy(&mut input, &mut self.0)
    }

    /// Ends it: from here on it is whole.
    pub fn end(self) -> io::Result<W> {
        self.0.finish()
    }
}

/// Opens a sealed stream with the recovery key and reads its header; the database follows.
pub fn open<R: BufRead>(input: R, key: &RecoveryKey) -> Result<(Header, Opened<R>), BackupFailure> {
    let sealed = Decryptor::new_buffered(beginning(input)?).map_err(not_opened)?;
    let stream = sealed.decrypt(iter::once(key.opens() as &dyn age::Identity)).map_err(not_opened)?;
    let mut stream = BufReader::with_capacity(PIECE, stream);
    let header = Header::read(&mut stream)?;
    Ok((header, stream))
}

/// Another file has no line to end its header, and would be read into memory whole.
fn beginning<R: BufRead>(mut input: R) -> Result<Chain<Cursor<Vec<u8>>, R>, BackupFailure> {
    let mut first = vec![0; FIRST_LINE.len()];
    match input.read_exact(&mut first) {
        Ok(()) if first == FIRST_LINE => Ok(Cursor::new(first).chain(input)),
        Ok(()) => Err(BackupFailure::NotABackup),
        Err(error) if error.kind() == io::ErrorKind::UnexpectedEof => Err(BackupFailure::NotABackup),
        Err(error) => Err(BackupFailure::Unreadable(error)),
    }
}

/// Reads to the end, which must be the one that was sealed.
pub fn prove<R: Read>(mut opened: Opened<R>) -> Result<(), BackupFailure> {
    match copy(&mut opened, &mut io::sink()) {
        Ok(_) => Ok(()),
        Err(NotCopied::Read(error) | NotCopied::Write(error)) => Err(read_failed(error)),
    }
}

/// Which side of a copy failed.
#[derive(Debug)]
pub enum NotCopied {
    /// What was to be copied cannot be read.
    Read(io::Error),
    /// Where it was to go cannot be written.
    Write(io::Error),
}

/// Copies to the end; says how many bytes that were.
pub fn copy(input: &mut impl Read, output: &mut impl Write) -> Result<u64, NotCopied> {
    let mut piece = Zeroizing::new(vec![0; PIECE]);
    let mut copied = 0;
    loop {
        let read = match input.read(&mut piece) {
            Ok(0) => return Ok(copied),
            Ok(read) => read,
            Err(error) if error.kind() == io::ErrorKind::Interrupted => continue,
            Err(error) => return Err(NotCopied::Read(error)),
        };
        output.write_all(piece.get(..read).unwrap_or_default()).map_err(NotCopied::Write)?;
        copied += read as u64;
    }
}

/// age tells an altered piece as invalid data, and a missing end as the end of the file.
#[must_use]
pub fn read_failed(error: io::Error) -> BackupFailure {
    match error.kind() {
        io::ErrorKind::InvalidData | io::ErrorKind::UnexpectedEof => BackupFailure::NotWhole,
        _ => BackupFailure::Unreadable(error),
    }
}

fn not_opened(error: DecryptError) -> BackupFailure {
    match error {
        DecryptError::NoMatchingKeys
        | DecryptError::DecryptionFailed
        | DecryptError::InvalidMac
        | DecryptError::KeyDecryptionFailed => BackupFailure::WrongRecoveryKey,
        DecryptError::Io(error) => read_failed(error),
        // A header that is no age header, and whatever a later age may add.
        _ => BackupFailure::NotABackup,
    }
}
