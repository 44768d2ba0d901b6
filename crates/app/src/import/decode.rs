//! Bytes of a file as UTF-8 text, streaming. A byte-order mark decides; else the encoding asked
//! for; `auto` reads the file once to see whether it is UTF-8 and takes it for GBK when not (what
//! office programs in China save; a text of nothing but characters like 漏, whose GBK bytes happen to
//! be UTF-8 too, must name its encoding). A ZIP is read through to the one CSV it holds. Reading never
//! fails for what the bytes are: unreadable ones become U+FFFD and `Decoded::damaged` says so.

use super::ImportError;
use encoding_rs::{CoderResult, Decoder, GBK, UTF_8};
use serde::{Deserialize, Serialize};
use std::io::{Cursor, Read, Seek, SeekFrom};
use std::path::PathBuf;

/// How the file's text is written.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Encoding {
    /// UTF-8 when all of it is, else GBK.
    #[default]
    Auto,
    /// UTF-8.
    #[serde(rename = "utf-8", alias = "utf8")]
    Utf8,
    /// GBK, read as its superset GB 18030.
    #[serde(alias = "gb18030", alias = "gb2312")]
    Gbk,
}

/// A file that can be read more than once.
#[derive(Clone, Debug)]
pub enum Source {
    /// On disk.
    Path(PathBuf),
    /// In memory, as a form sends it.
    Bytes(Vec<u8>),
}

const CHUNK: usize = 64 * 1024;

/// Most that a file sent by a form may hold, bytes: a small archive can unpack to any size.
pub(super) const MOST: u64 = 64 << 20;

/// A reader that ends with an error where there is more than that.
struct Bounded<'a> {
    inner: &'a mut dyn Read,
    left: u64,
}

impl Read for Bounded<'_> {
    fn read(&mut self, out: &mut [u8]) -> std::io::Result<usize> {
        let n = self.inner.read(out)?;
        self.left = self.left.checked_sub(n as u64).ok_or(std::io::ErrorKind::FileTooLarge)?;
        Ok(n)
    }
}

trait ReadSeek: Read + Seek {}
impl<T: Read + Seek> ReadSeek for T {}

impl Source {
    /// Reads the file from its beginning, or the one CSV inside it.
    pub(crate) fn read<T>(&self, work: impl FnOnce(&mut dyn Read) -> Result<T, ImportError>) -> Result<T, ImportError> {
        // What an operator names is his own; what a form sends stays in memory.
        match self {
            Source::Path(_) => self.unpacked(work),
            Source::Bytes(_) => self.unpacked(|inner| work(&mut Bounded { inner, left: MOST })),
        }
    }

    fn unpacked<T>(&self, work: impl FnOnce(&mut dyn Read) -> Result<T, ImportError>) -> Result<T, ImportError> {
        let mut file: Box<dyn ReadSeek + '_> = match self {
            Source::Path(p) => {
                Box::new(std::fs::File::open(p).map_err(|e| ImportError::Unreadable(format!("{}: {e}", p.display())))?)
            }
            Source::Bytes(b) => Box::new(Cursor::new(b)),
        };
        let mut magic = [0; 4];
        let zipped = file.read_exact(&mut magic).is_ok() && magic == *b"PK\x03\x04";
        file.seek(SeekFrom::Start(0))?;
        if !zipped {
            return work(&mut file);
        }
        let broken = |e: zip::result::ZipError| ImportError::Unreadable(e.to_string());
        let mut archive = zip::ZipArchive::new(file).map_err(broken)?;
        let csv = |name: &str| name.to_lowercase().ends_with(".csv") && !name.starts_with("__MACOSX");
        let tables: Vec<String> =
            archive.file_names().filter_map(Result::ok).map(std::borrow::Cow::into_owned).filter(|n| csv(n)).collect();
        let [table] = tables.as_slice() else { return Err(ImportError::NotOneCsv(tables.len())) };
        let mut entry = archive.by_name(table).map_err(broken)?;
        work(&mut entry)
    }

    /// Reads the file's text.
    pub(crate) fn text<T>(
        &self,
        encoding: Encoding,
        work: impl FnOnce(&mut Decoded<'_>) -> Result<T, ImportError>,
    ) -> Result<T, ImportError> {
        let encoding = match encoding {
            Encoding::Utf8 => UTF_8,
            Encoding::Gbk => GBK,
            Encoding::Auto => {
                if self.read(|r| Ok(is_utf8(r)?))? {
                    UTF_8
                } else {
                    GBK
                }
            }
        };
        self.read(|r| work(&mut Decoded::new(r, encoding.new_decoder())))
    }
}

fn is_utf8(reader: &mut dyn Read) -> std::io::Result<bool> {
    let mut buffer = vec![0; CHUNK];
    let mut kept = 0;
    loop {
        let n = reader.read(&mut buffer[kept..])?;
        let end = kept + n;
        match std::str::from_utf8(&buffer[..end]) {
            Ok(_) => kept = 0,
            // A character may be cut by the chunk's end, never by the file's.
            Err(e) if e.error_len().is_none() && n > 0 => {
                buffer.copy_within(e.valid_up_to()..end, 0);
                kept = end - e.valid_up_to();
            }
            Err(_) => return Ok(false),
        }
        if n == 0 {
            return Ok(true);
        }
    }
}

/// The text of a file as UTF-8 bytes.
pub(crate) struct Decoded<'a> {
    inner: &'a mut dyn Read,
    decoder: Decoder,
    raw: Vec<u8>,
    raw_span: (usize, usize),
    text: Vec<u8>,
    text_span: (usize, usize),
    at_end: bool,
    done: bool,
    damaged: std::rc::Rc<std::cell::Cell<bool>>,
}

impl<'a> Decoded<'a> {
    fn new(inner: &'a mut dyn Read, decoder: Decoder) -> Self {
        Decoded {
            inner,
            decoder,
            raw: vec![0; CHUNK],
            raw_span: (0, 0),
            text: vec![0; 2 * CHUNK],
            text_span: (0, 0),
            at_end: false,
            done: false,
            damaged: std::rc::Rc::default(),
        }
    }

    /// Becomes true once bytes were met that no character has; before that a U+FFFD is the file's own.
    pub fn damaged(&self) -> std::rc::Rc<std::cell::Cell<bool>> {
        self.damaged.clone()
    }
}

impl Read for Decoded<'_> {
    fn read(&mut self, into: &mut [u8]) -> std::io::Result<usize> {
        while self.text_span.0 == self.text_span.1 && !self.done {
            if self.raw_span.0 == self.raw_span.1 && !self.at_end {
                let n = self.inner.read(&mut self.raw)?;
                self.raw_span = (0, n);
                self.at_end = n == 0;
            }
            let raw = &self.raw[self.raw_span.0..self.raw_span.1];
            let (result, read, written, bad) = self.decoder.decode_to_utf8(raw, &mut self.text, self.at_end);
            self.raw_span.0 += read;
            self.text_span = (0, written);
            if bad {
                self.damaged.set(true);
            }
            self.done = self.at_end && result == CoderResult::InputEmpty;
        }
        let (from, to) = self.text_span;
        let n = (to - from).min(into.len());
        into[..n].copy_from_slice(&self.text[from..from + n]);
        self.text_span.0 += n;
        Ok(n)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn text(bytes: &[u8], encoding: Encoding) -> (String, bool) {
        Source::Bytes(bytes.to_vec())
            .text(encoding, |d| {
                let mut s = String::new();
                d.read_to_string(&mut s)?;
                Ok((s, d.damaged().get()))
            })
            .expect("reading never fails")
    }

    #[test]
    fn every_way_of_writing_gives_the_same_text() {
        let words = "编号,名称\n1,漏油\n";
        let (gbk, _, _) = GBK.encode(words);
        let bom = [b"\xef\xbb\xbf", words.as_bytes()].concat();
        for bytes in [words.as_bytes(), &gbk, &bom] {
            assert_eq!(text(bytes, Encoding::Auto), (words.to_owned(), false));
        }
        assert!(text(&gbk, Encoding::Utf8).1);
        assert_eq!(text(b"", Encoding::Auto), (String::new(), false));
    }

    #[test]
    fn characters_on_the_edge_of_a_chunk_stay_whole() {
        for shift in 0..4 {
            let words = format!("{}{}", "a".repeat(shift), "漏".repeat(CHUNK));
            assert_eq!(text(words.as_bytes(), Encoding::Auto), (words.clone(), false));
            let (gbk, _, _) = GBK.encode(&words);
            assert_eq!(text(&gbk, Encoding::Gbk), (words, false));
        }
    }

    #[test]
    fn a_small_archive_cannot_unpack_to_any_size() {
        let mut archive = zip::ZipWriter::new(Cursor::new(Vec::new()));
        archive.start_file("a.csv", zip::write::SimpleFileOptions::default()).expect("begun");
        let zeros = vec![b'0'; 1 << 20];
        for _ in 0..=MOST >> 20 {
            std::io::Write::write_all(&mut archive, &zeros).expect("written");
        }
        let bytes = archive.finish().expect("finished").into_inner();
        assert!(bytes.len() < 1 << 20, "{} bytes unpack to more than {MOST}", bytes.len());
        let read = Source::Bytes(bytes).text(Encoding::Auto, |t| Ok(std::io::copy(t, &mut std::io::sink())?));
        assert!(matches!(read, Err(ImportError::TooLarge(64))), "{read:?}");
    }

    #[test]
    fn an_archive_must_hold_one_table() {
        assert!(matches!(
            Source::Bytes(b"PK\x03\x04 and nothing".to_vec()).read(|_| Ok(())),
            Err(ImportError::Unreadable(_))
        ));
    }
}
