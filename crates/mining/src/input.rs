//! Bytes of a file as text: unpacked where they are packed, as UTF-8 whatever they were written in, with the line and
//! offset reached so far and a limit on how much may be asked for at once.
//!
//! Knows no format. Bytes that are not of the encoding are an error, never silently replaced: a name that changed
//! would be another activity.

use crate::elements::{Passing, Records};
use crate::reading::{Fault, Place, ReadError};
use encoding_rs::{CoderResult, DecoderResult, Encoding, GB18030, UTF_8, UTF_16BE, UTF_16LE};
use flate2::read::MultiGzDecoder;
use std::cell::Cell;
use std::io::{self, BufRead, Cursor, Read};
use std::rc::Rc;

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
    /// A character without any meaning ends the reading.
    nul_ends: bool,
    /// Bytes were met that no character has; only where that does not end the reading.
    damaged: Rc<Cell<bool>>,
}

/// How the text of a table is to be read.
#[derive(Clone, Copy, Debug, Default)]
pub struct Ask<'a> {
    /// Encoding by its name in the WHATWG standard; found out when missing or `auto`.
    pub encoding: Option<&'a str>,
    /// What stands between columns; found out by the heading when missing.
    pub delimiter: Option<char>,
    /// Bytes that no character has, and NUL, do not end the reading: the caller refuses their rows one by one.
    pub lenient: bool,
    /// The text was made of the rows of a sheet: a line inside a cell is no line of it.
    pub of_sheet: bool,
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
    #[error("NUL in line {0}")]
    Nul(u64),
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

/// A file's beginning and the rest of it, unpacked.
struct Plain<'a> {
    head: Vec<u8>,
    rest: Box<dyn Read + 'a>,
    packed: bool,
}

fn plain<'a>(mut source: impl Read + 'a) -> Result<Plain<'a>, ReadError> {
    let magic = head(&mut source, 2).map_err(|e| told(&e, false))?;
    let packed = magic == PACKED;
    let whole = Cursor::new(magic).chain(source);
    let mut rest: Box<dyn Read + 'a> = if packed {
        Box::new(MultiGzDecoder::new(io::BufReader::with_capacity(BUFFER, whole)))
    } else {
        Box::new(whole)
    };
    let head = head(&mut rest, HEAD).map_err(|e| told(&e, packed))?;
    Ok(Plain { head, rest, packed })
}

/// Beginning and rest as one again, without the byte-order mark.
fn whole<'a>(head: Vec<u8>, mark: usize, rest: Box<dyn Read + 'a>) -> Box<dyn Read + 'a> {
    let mut head = Cursor::new(head);
    head.set_position(mark as u64);
    Box::new(head.chain(rest))
}

fn named(name: &str) -> Result<&'static Encoding, Fault> {
    match Encoding::for_label(name.as_bytes()) {
        // What calls itself GB 2312 or GBK is read as what holds both.
        Some(e) if e == encoding_rs::GBK => Ok(GB18030),
        Some(e) => Ok(e),
        None => Err(Fault::Encoding(name.to_owned())),
    }
}

impl<'a, P: Passing> Input<'a, P> {
    /// Text of a file. A byte-order mark decides its encoding, else the name given, else an XML declaration, else it is
    /// UTF-8. Names are those of the WHATWG Encoding Standard.
    pub fn open(source: impl Read + 'a, encoding: Option<&str>, beside: P) -> Result<Input<'a, P>, ReadError> {
        let Plain { head, rest, packed } = plain(source)?;
        let (encoding, mark) = match (Encoding::for_bom(&head), encoding) {
            (Some(by_mark), _) => by_mark,
            (None, Some(name)) => (named(name)?, 0),
            (None, None) if head.starts_with(b"\0<\0?") => (UTF_16BE, 0),
            (None, None) if head.starts_with(b"<\0?\0") => (UTF_16LE, 0),
            (None, None) => (declared(&head).map(named).transpose()?.unwrap_or(UTF_8), 0),
        };
        let plain = whole(head, mark, rest);
        let damaged = Rc::default();
        let source: Box<dyn Read + 'a> =
            if encoding == UTF_8 { plain } else { Box::new(Transcoded::new(plain, encoding, None)) };
        Ok(Self::over(source, packed, damaged, beside))
    }

    fn over(source: Box<dyn Read + 'a>, packed: bool, damaged: Rc<Cell<bool>>, beside: P) -> Input<'a, P> {
        Input {
            beside,
            source,
            buffer: vec![0; BUFFER].into_boxed_slice(),
            next: 0,
            end: 0,
            place: Place { line: 1, offset: 0 },
            packed,
            spent: 0,
            nul_ends: false,
            damaged,
        }
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

impl<'a> Input<'a, Records> {
    /// Text of a table, behind a line `sep=` where there is one, and what stands between its columns.
    pub fn of_table(source: impl Read + 'a, ask: &Ask<'_>) -> Result<(Input<'a, Records>, u8), ReadError> {
        let given = match ask.delimiter {
            Some(c) if c.is_ascii() => Some(c as u8),
            Some(c) => return Err(Fault::Map(format!("the delimiter must be an ASCII character, not `{c}`")).into()),
            None => None,
        };
        let Plain { head, rest, packed } = plain(source)?;
        let asked = ask.encoding.filter(|name| !name.is_empty() && *name != "auto");
        let (encoding, mark) = match (Encoding::for_bom(&head), asked) {
            (Some((encoding, mark)), _) => (Some(encoding), mark),
            (None, Some(name)) => (Some(named(name)?), 0),
            (None, None) => match head[..] {
                [a, 0, b, 0, ..] if a > 0 && b > 0 => (Some(UTF_16LE), 0),
                [0, a, 0, b, ..] if a > 0 && b > 0 => (Some(UTF_16BE), 0),
                _ => (None, 0),
            },
        };
        let plain = whole(head, mark, rest);
        let damaged: Rc<Cell<bool>> = Rc::default();
        let lenient = ask.lenient.then(|| damaged.clone());
        let source: Box<dyn Read + 'a> = match encoding {
            None => Box::new(Guessed { plain: Some(plain), text: None, lenient }),
            Some(e) if e == UTF_8 && lenient.is_none() => plain,
            Some(e) => Box::new(Transcoded::new(plain, e, lenient)),
        };
        let mut input = Input::over(source, packed, damaged, Records::new(b',', 0, true));
        input.nul_ends = !ask.lenient;
        // So much that the first line which says anything is whole.
        while input.end + 16 <= BUFFER {
            let n = input.source.read(&mut input.buffer[input.end..]).map_err(|e| told(&e, packed))?;
            input.end += n;
            let said = input.buffer[..input.end].iter().position(|b| !matches!(b, b'\n' | b'\r'));
            if n == 0 || said.is_some_and(|from| lines(&input.buffer[from..input.end]).1.is_some()) {
                break;
            }
        }
        let text = &input.buffer[..input.end];
        let (line, behind) = lines(text);
        let separator = separator(line);
        if separator.is_some() {
            input.next = behind.unwrap_or(input.end);
            input.place = Place { line: 2, offset: input.next as u64 };
        }
        let text = &input.buffer[input.next..input.end];
        let delimiter = given.or(separator).unwrap_or_else(|| likely(text));
        input.beside = Records::new(delimiter, input.place.line - 1, !ask.of_sheet);
        input.look(input.next, input.end).map_err(|e| told(&e, packed))?;
        Ok((input, delimiter))
    }

    /// Whether bytes were met that no character has.
    pub fn damaged(&self) -> bool {
        self.damaged.get()
    }
}

/// The first line, and where the next one begins.
fn lines(text: &[u8]) -> (&[u8], Option<usize>) {
    match memchr::memchr2(b'\n', b'\r', text) {
        None => (text, None),
        Some(i) => (&text[..i], Some(i + if text[i..].starts_with(b"\r\n") { 2 } else { 1 })),
    }
}

/// The delimiter that a line `sep=;` names.
fn separator(line: &[u8]) -> Option<u8> {
    let line = line.strip_prefix(b"\"").map_or(line, |l| l.strip_suffix(b"\"").unwrap_or(l));
    match line {
        [s, e, p, b'=', delimiter] if [s, e, p].map(u8::to_ascii_lowercase) == *b"sep" => Some(*delimiter),
        _ => None,
    }
    .filter(u8::is_ascii)
}

/// What stands between the columns of a heading: a comma, a semicolon or a tab, whichever it has most of outside quotes.
fn likely(text: &[u8]) -> u8 {
    let from = text.iter().position(|b| !matches!(b, b'\n' | b'\r')).unwrap_or(text.len());
    let (mut counts, mut quoted) = ([0_u32; 3], false);
    for byte in &text[from..] {
        match byte {
            b'"' => quoted = !quoted,
            b'\n' | b'\r' if !quoted => break,
            b',' | b';' | b'\t' if !quoted => counts[usize::from(*byte == b';') + 2 * usize::from(*byte == b'\t')] += 1,
            _ => {}
        }
    }
    let [comma, semicolon, tab] = counts;
    if tab > comma.max(semicolon) {
        b'\t'
    } else if semicolon > comma {
        b';'
    } else {
        b','
    }
}

/// What an error of a source means.
fn told(error: &io::Error, packed: bool) -> Fault {
    match error.get_ref().and_then(|e| e.downcast_ref::<Trouble>()) {
        Some(Trouble::Encoding(name)) => Fault::Encoding((*name).to_owned()),
        Some(Trouble::TooLong(limit)) => Fault::TooLong(*limit),
        Some(Trouble::TooBig(limit)) => Fault::TooBig(*limit),
        Some(Trouble::Packed(why)) => Fault::Packed(why.clone()),
        Some(Trouble::Nul(line)) => Fault::Nul(*line),
        None if packed => Fault::Packed(error.to_string()),
        None => Fault::Source(io::Error::new(error.kind(), error.to_string())),
    }
}

impl<P: Passing> Input<'_, P> {
    /// Looks once at what has come.
    fn look(&mut self, from: usize, to: usize) -> io::Result<()> {
        let piece = &self.buffer[from..to];
        if self.nul_ends
            && let Some(i) = memchr::memchr(0, piece)
        {
            let line = self.place.line + memchr::memchr_iter(b'\n', &piece[..i]).count() as u64;
            return Err(io::Error::new(io::ErrorKind::InvalidData, Trouble::Nul(line)));
        }
        self.beside.pass(piece);
        Ok(())
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
            self.look(0, self.end)?;
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

/// Text of a table that does not say how it is written: UTF-8, or GB 18030 as office programs in China save it. The first
/// piece that is not plain ASCII decides; until then both are the same.
struct Guessed<'a> {
    plain: Option<Box<dyn Read + 'a>>,
    text: Option<Box<dyn Read + 'a>>,
    lenient: Option<Rc<Cell<bool>>>,
}

impl Read for Guessed<'_> {
    fn read(&mut self, out: &mut [u8]) -> io::Result<usize> {
        if let Some(text) = &mut self.text {
            return text.read(out);
        }
        let Some(mut plain) = self.plain.take() else { return Ok(0) };
        let n = plain.read(out)?;
        if out[..n].is_ascii() {
            self.plain = Some(plain);
            return Ok(n);
        }
        let mut seen = out[..n].to_vec();
        plain.by_ref().take(BUFFER as u64).read_to_end(&mut seen)?;
        let encoding = if is_gb18030(&seen) { GB18030 } else { UTF_8 };
        let rest = Cursor::new(seen).chain(plain);
        let strict_utf8 = encoding == UTF_8 && self.lenient.is_none();
        let text: Box<dyn Read> =
            if strict_utf8 { Box::new(rest) } else { Box::new(Transcoded::new(rest, encoding, self.lenient.clone())) };
        self.text.insert(text).read(out)
    }
}

/// Whether a piece of text that is not all ASCII is rather GB 18030 than UTF-8: no UTF-8, and most of its characters lie
/// where Chinese text has them. Latin text in an old encoding is neither, and its owner has to name it.
fn is_gb18030(piece: &[u8]) -> bool {
    match std::str::from_utf8(piece) {
        Ok(_) => return false,
        // Cut in a character's middle.
        Err(e) if e.error_len().is_none() => return false,
        Err(_) => {}
    }
    let (mut usual, mut others, mut at) = (0_usize, 0_usize, 0);
    while let Some(byte) = piece.get(at) {
        if byte.is_ascii() {
            at += 1;
            continue;
        }
        match piece.get(at + 1) {
            Some(0xa1..=0xfe) if matches!(byte, 0xa1..=0xf7) => usual += 1,
            _ => others += 1,
        }
        at += 2;
    }
    let broken = piece.utf8_chunks().filter(|c| !c.invalid().is_empty()).count();
    // A few damaged bytes in UTF-8 leave most of its characters whole.
    let whole: usize = piece.utf8_chunks().map(|c| c.valid().chars().filter(|c| !c.is_ascii()).count()).sum();
    usual >= others && broken >= whole
}

/// Text of another encoding, as UTF-8.
struct Transcoded<R> {
    inner: R,
    decoder: encoding_rs::Decoder,
    raw: Box<[u8]>,
    next: usize,
    end: usize,
    over: bool,
    /// Set where bytes without a meaning are replaced by a mark instead of ending the reading.
    lenient: Option<Rc<Cell<bool>>>,
}

impl<R> Transcoded<R> {
    fn new(inner: R, encoding: &'static Encoding, lenient: Option<Rc<Cell<bool>>>) -> Self {
        Self {
            inner,
            decoder: encoding.new_decoder_without_bom_handling(),
            raw: vec![0; BUFFER / 4].into_boxed_slice(),
            next: 0,
            end: 0,
            over: false,
            lenient,
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
            let raw = &self.raw[self.next..self.end];
            let (emptied, read, written) = match &self.lenient {
                Some(damaged) => {
                    let (result, read, written, bad) = self.decoder.decode_to_utf8(raw, out, last);
                    damaged.set(damaged.get() || bad);
                    (result == CoderResult::InputEmpty, read, written)
                }
                None => match self.decoder.decode_to_utf8_without_replacement(raw, out, last) {
                    (DecoderResult::Malformed(..), _, _) => {
                        return Err(io::Error::new(
                            io::ErrorKind::InvalidData,
                            Trouble::Encoding(self.decoder.encoding().name()),
                        ));
                    }
                    (result, read, written) => (result == DecoderResult::InputEmpty, read, written),
                },
            };
            self.next += read;
            self.over = emptied && last;
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
        assert!(matches!(text(&[b'a', 0xff, 0xff], Some("gbk")), Err(Fault::Encoding(name)) if name == "gb18030"));
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
