//! Bytes of a file as text: unpacked where they are packed, as UTF-8 whatever they were written in, with the line and
//! offset reached so far and a limit on how much may be asked for at once.
//!
//! Knows no format. Bytes that are not of the encoding are an error, never silently replaced: a name that changed
//! would be another activity.

use crate::elements::Passing;
use crate::reading::{Fault, Place, ReadError};
use encoding_rs::{DecoderResult, Encoding, UTF_8, UTF_16BE, UTF_16LE};
use flate2::read::MultiGzDecoder;
use std::io::{self, BufRead, Cursor, Read};

/// Longest element or field held in memory, bytes.
pub const MAX_PIECE: usize = 4 << 20;

const BUFFER: usize = 128 << 10;
const HEAD: usize = 1024;
/// How a packed file begins.
const PACKED: [u8; 2] = [0x1f, 0x8b];

/// Unpacked UTF-8 text of a file.
pub struct Input<'a, P = ()> {
    /// Looks at all text once, whatever asks for it.
    pub(crate) beside: P,
    source: Box<dyn Read + 'a>,
    buffer: Box<[u8]>,
    next: usize,
    end: usize,
    place: Place,
    packed: bool,
    /// Bytes handed out since the last breath.
    spent: usize,
}

/// Troubles of our own, carried through readers that only know `io::Error`.
#[derive(Debug, thiserror::Error)]
enum Trouble {
    #[error("not {0}")]
    Encoding(&'static str),
    #[error("longer than {0} bytes")]
    TooLong(usize),
    #[error("more than {0} bytes")]
    TooBig(u64),
    #[error("{0}")]
    Packed(String),
}

/// A source unpacked where it is packed, and never more of it than `most` bytes of plain content: a small file can
/// unpack to any size.
pub fn bounded<'a>(mut source: impl Read + 'a, most: u64) -> io::Result<impl Read + 'a> {
    let magic = head(&mut source, 2)?;
    let packed = magic == PACKED;
    let whole = Cursor::new(magic).chain(source);
    let plain: Box<dyn Read + 'a> = if packed {
        Box::new(MultiGzDecoder::new(io::BufReader::with_capacity(BUFFER, whole)))
    } else {
        Box::new(whole)
    };
    Ok(Bounded { plain, packed, most, seen: 0 })
}

struct Bounded<'a> {
    plain: Box<dyn Read + 'a>,
    packed: bool,
    most: u64,
    seen: u64,
}

impl Read for Bounded<'_> {
    fn read(&mut self, out: &mut [u8]) -> io::Result<usize> {
        let n = self
            .plain
            .read(out)
            .map_err(|e| if self.packed { io::Error::other(Trouble::Packed(e.to_string())) } else { e })?;
        self.seen += n as u64;
        if self.seen > self.most { Err(io::Error::other(Trouble::TooBig(self.most))) } else { Ok(n) }
    }
}

fn head(source: &mut dyn Read, most: usize) -> io::Result<Vec<u8>> {
    let mut head = Vec::with_capacity(most);
    source.take(most as u64).read_to_end(&mut head)?;
    Ok(head)
}

/// Encoding named in an XML declaration, if the text has one.
fn declared(head: &[u8]) -> Option<&str> {
    let head = head.strip_prefix(b"<?xml")?;
    let declaration = std::str::from_utf8(&head[..head.windows(2).position(|w| w == b"?>")?]).ok()?;
    let rest = declaration.split_once("encoding")?.1.trim_start().strip_prefix('=')?.trim_start();
    let quote = rest.chars().next().filter(|c| matches!(c, '"' | '\''))?;
    rest[1..].split(quote).next()
}

impl<'a, P: Passing> Input<'a, P> {
    /// Text of a file. A byte-order mark decides its encoding, else the name given, else an XML declaration, else it is
    /// UTF-8. Names are those of the WHATWG Encoding Standard.
    pub fn open(mut source: impl Read + 'a, encoding: Option<&str>, beside: P) -> Result<Input<'a, P>, ReadError> {
        let magic = head(&mut source, 2).map_err(|e| told(&e, false))?;
        let packed = magic == PACKED;
        let whole = Cursor::new(magic).chain(source);
        let mut plain: Box<dyn Read + 'a> = if packed {
            Box::new(MultiGzDecoder::new(io::BufReader::with_capacity(BUFFER, whole)))
        } else {
            Box::new(whole)
        };
        let head = head(&mut plain, HEAD).map_err(|e| told(&e, packed))?;
        let named = |name: &str| Encoding::for_label(name.as_bytes()).ok_or_else(|| Fault::Encoding(name.to_owned()));
        let (encoding, mark) = match (Encoding::for_bom(&head), encoding) {
            (Some(by_mark), _) => by_mark,
            (None, Some(name)) => (named(name)?, 0),
            (None, None) if head.starts_with(b"\0<\0?") => (UTF_16BE, 0),
            (None, None) if head.starts_with(b"<\0?\0") => (UTF_16LE, 0),
            (None, None) => (declared(&head).map(named).transpose()?.unwrap_or(UTF_8), 0),
        };
        let mut rest = Cursor::new(head);
        rest.set_position(mark as u64);
        let plain = rest.chain(plain);
        let source: Box<dyn Read + 'a> =
            if encoding == UTF_8 { Box::new(plain) } else { Box::new(Transcoded::new(plain, encoding)) };
        let place = Place { line: 1, offset: 0 };
        Ok(Input {
            beside,
            source,
            buffer: vec![0; BUFFER].into_boxed_slice(),
            next: 0,
            end: 0,
            place,
            packed,
            spent: 0,
        })
    }

    /// Where reading stands.
    pub fn place(&self) -> Place {
        self.place
    }

    /// Says that a piece is done and the next one may be as long again.
    pub fn breathe(&mut self) {
        self.spent = 0;
    }

    /// What an error that came through this input means.
    pub fn fault(&self, error: &io::Error) -> Fault {
        told(error, self.packed)
    }
}

/// What an error of a source means.
fn told(error: &io::Error, packed: bool) -> Fault {
    match error.get_ref().and_then(|e| e.downcast_ref::<Trouble>()) {
        Some(Trouble::Encoding(name)) => Fault::Encoding((*name).to_owned()),
        Some(Trouble::TooLong(limit)) => Fault::TooLong(*limit),
        Some(Trouble::TooBig(limit)) => Fault::TooBig(*limit),
        Some(Trouble::Packed(why)) => Fault::Packed(why.clone()),
        None if packed => Fault::Packed(error.to_string()),
        None => Fault::Source(io::Error::new(error.kind(), error.to_string())),
    }
}

impl<P: Passing> BufRead for Input<'_, P> {
    fn fill_buf(&mut self) -> io::Result<&[u8]> {
        if self.next == self.end {
            if self.spent > MAX_PIECE {
                return Err(io::Error::other(Trouble::TooLong(MAX_PIECE)));
            }
            self.next = 0;
            self.end = 0;
            self.end = self.source.read(&mut self.buffer)?;
            self.beside.pass(&self.buffer[..self.end]);
        }
        Ok(&self.buffer[self.next..self.end])
    }

    fn consume(&mut self, amount: usize) {
        let taken = &self.buffer[self.next..self.next + amount];
        self.place.line += memchr::memchr_iter(b'\n', taken).count() as u64;
        self.place.offset += amount as u64;
        self.spent += amount;
        self.next += amount;
    }
}

impl<P: Passing> Read for Input<'_, P> {
    fn read(&mut self, out: &mut [u8]) -> io::Result<usize> {
        let n = self.fill_buf()?.read(out)?;
        self.consume(n);
        Ok(n)
    }
}

/// Text of another encoding, as UTF-8.
struct Transcoded<R> {
    inner: R,
    decoder: encoding_rs::Decoder,
    raw: Box<[u8]>,
    next: usize,
    end: usize,
    over: bool,
}

impl<R> Transcoded<R> {
    fn new(inner: R, encoding: &'static Encoding) -> Self {
        Self {
            inner,
            decoder: encoding.new_decoder_without_bom_handling(),
            raw: vec![0; BUFFER / 4].into_boxed_slice(),
            next: 0,
            end: 0,
            over: false,
        }
    }
}

impl<R: Read> Read for Transcoded<R> {
    fn read(&mut self, out: &mut [u8]) -> io::Result<usize> {
        // A character of any encoding fits into this; smaller asks come only from callers other than `Input`.
        if out.len() < 16 {
            return Err(io::Error::other("buffer too small"));
        }
        loop {
            if self.over {
                return Ok(0);
            }
            let mut last = false;
            if self.next == self.end {
                self.next = 0;
                self.end = 0;
                self.end = self.inner.read(&mut self.raw)?;
                last = self.end == 0;
            }
            let (result, read, written) =
                self.decoder.decode_to_utf8_without_replacement(&self.raw[self.next..self.end], out, last);
            self.next += read;
            match result {
                DecoderResult::Malformed(..) => {
                    return Err(io::Error::new(
                        io::ErrorKind::InvalidData,
                        Trouble::Encoding(self.decoder.encoding().name()),
                    ));
                }
                DecoderResult::InputEmpty => self.over = last,
                DecoderResult::OutputFull => {}
            }
            if written > 0 {
                return Ok(written);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use flate2::{Compression, write::GzEncoder};
    use std::io::Write;

    fn text(bytes: &[u8], encoding: Option<&str>) -> Result<String, Fault> {
        let mut input = Input::open(bytes, encoding, ()).map_err(|e| e.what)?;
        let mut out = String::new();
        match input.read_to_string(&mut out) {
            Ok(_) => Ok(out),
            Err(e) => Err(input.fault(&e)),
        }
    }

    #[test]
    fn text_comes_out_as_utf8_whatever_it_was_written_in() {
        let utf16: Vec<u8> =
            [0xfeff].into_iter().chain("<?xml 受理?>".encode_utf16()).flat_map(u16::to_le_bytes).collect();
        assert_eq!(text(&utf16, None).expect("UTF-16"), "<?xml 受理?>");
        assert_eq!(text(b"\xef\xbb\xbfa,b", None).expect("UTF-8 with a mark"), "a,b");
        let gbk = encoding_rs::GBK.encode("受理,完成").0.into_owned();
        assert_eq!(text(&gbk, Some("gbk")).expect("GBK"), "受理,完成");
        let latin = b"<?xml version='1.0' encoding='ISO-8859-1'?><a>\xe9</a>";
        assert!(text(latin, None).expect("latin").ends_with("<a>é</a>"));
        assert!(
            matches!(text(b"<?xml version='1.0' encoding='klingon'?>", None), Err(Fault::Encoding(name)) if name == "klingon")
        );
        assert!(matches!(text(&[b'a', 0xff, 0xff], Some("gbk")), Err(Fault::Encoding(name)) if name == "GBK"));
    }

    #[test]
    fn packed_text_is_unpacked_and_damage_is_told() {
        let mut packer = GzEncoder::new(Vec::new(), Compression::fast());
        let long: String = (0..20_000_u32).map(|i| format!("{}\n", i.wrapping_mul(2_654_435_761))).collect();
        packer.write_all(long.as_bytes()).expect("in memory");
        let packed = packer.finish().expect("in memory");
        assert_eq!(text(&packed, None).expect("whole"), long);
        assert!(matches!(text(&packed[..packed.len() / 2], None), Err(Fault::Packed(_))));
        let twice = [packed.clone(), packed].concat();
        assert_eq!(text(&twice, None).expect("two members").len(), long.len() * 2);
    }

    #[test]
    fn a_bounded_source_ends_in_words() {
        let mut packer = GzEncoder::new(Vec::new(), Compression::fast());
        packer.write_all(&vec![b'x'; 1 << 20]).expect("in memory");
        let packed = packer.finish().expect("in memory");
        let read = |bytes: &[u8], most| {
            let mut input = Input::open(bounded(bytes, most).expect("a source"), None, ()).map_err(|e| e.what)?;
            let mut out = String::new();
            match input.read_to_string(&mut out) {
                Ok(n) => Ok(n),
                Err(e) => Err(input.fault(&e)),
            }
        };
        assert_eq!(read(&packed, 1 << 20).expect("as much as may be"), 1 << 20);
        assert!(matches!(read(&packed, (1 << 20) - 1), Err(Fault::TooBig(_))));
        assert!(matches!(read(&packed, 100), Err(Fault::TooBig(100))));
        assert!(matches!(read(&packed[..packed.len() - 9], 1 << 20), Err(Fault::Packed(_))));
        assert!(matches!(read(b"abc", 2), Err(Fault::TooBig(2))));
        assert!(matches!(read(&packed[..5], 100), Err(Fault::Packed(_))), "not even its first bytes come out");
    }

    #[test]
    fn lines_are_counted_and_no_piece_is_endless() {
        let mut input = Input::open(Cursor::new(b"a\nb\nc".to_vec()), None, ()).expect("text");
        input.read_exact(&mut [0; 4]).expect("four bytes");
        assert_eq!(input.place(), Place { line: 3, offset: 4 });
        let mut endless = Input::open(io::repeat(b'x'), None, ()).expect("text");
        let error = io::copy(&mut endless, &mut io::sink()).expect_err("too long");
        assert!(matches!(endless.fault(&error), Fault::TooLong(MAX_PIECE)));
        endless.breathe();
        assert!(endless.fill_buf().is_ok());
    }
}
