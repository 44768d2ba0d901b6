//! An independent count for readers of flat logs: how many `<event>` and `<trace>` elements an XML text has, and how many
//! records a table, found by looking at the bytes alone. Shares no code with the readers it checks, and knows nothing of
//! encodings, escapes or values.

use std::collections::VecDeque;

/// Something that looks at bytes as they pass, in pieces of any length.
pub(crate) trait Passing {
    fn pass(&mut self, bytes: &[u8]);
}

/// Nobody looks.
impl Passing for () {
    fn pass(&mut self, _: &[u8]) {}
}

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
enum At {
    /// Where `<` begins something.
    #[default]
    Text,
    /// In a name behind `<`.
    Name,
    /// In a comment or in character data, until these two bytes and `>`.
    Until([u8; 2]),
}

/// Elements of XML. In well-formed text `<` stands nowhere but before a tag, a comment or character data.
#[derive(Debug, Default)]
pub(crate) struct Elements {
    at: At,
    name: Vec<u8>,
    before: [u8; 2],
    /// `<event>` elements.
    pub events: u64,
    /// `<trace>` elements.
    pub traces: u64,
}

/// The longest name that says anything: `![CDATA[`, or ours behind a prefix.
const LONGEST: usize = 64;

impl Elements {
    fn named(&mut self, name: &[u8]) {
        match name.iter().rposition(|b| *b == b':').map_or(name, |i| &name[i + 1..]) {
            b"event" => self.events += 1,
            b"trace" => self.traces += 1,
            _ => {}
        }
    }
}

fn ends_name(byte: u8) -> bool {
    matches!(byte, b' ' | b'\t' | b'\r' | b'\n' | b'>' | b'/')
}

impl Passing for Elements {
    fn pass(&mut self, mut bytes: &[u8]) {
        while !bytes.is_empty() {
            match self.at {
                At::Text => match memchr::memchr(b'<', bytes) {
                    Some(i) => {
                        bytes = &bytes[i + 1..];
                        // Nearly all names lie whole in a piece, and end soon.
                        let end = bytes.iter().take(LONGEST).position(|b| ends_name(*b));
                        match end {
                            Some(end) if bytes[0] != b'!' => {
                                self.named(&bytes[..end]);
                                bytes = &bytes[end..];
                            }
                            _ => {
                                self.name.clear();
                                self.at = At::Name;
                            }
                        }
                    }
                    None => return,
                },
                At::Name => {
                    let (byte, rest) = (bytes[0], &bytes[1..]);
                    bytes = rest;
                    if ends_name(byte) || self.name.len() == LONGEST {
                        let name = std::mem::take(&mut self.name);
                        self.named(&name);
                        self.name = name;
                        self.at = At::Text;
                    } else {
                        self.name.push(byte);
                        let until = match self.name.as_slice() {
                            b"!--" => *b"--",
                            b"![CDATA[" => *b"]]",
                            _ => continue,
                        };
                        (self.at, self.before) = (At::Until(until), [0; 2]);
                    }
                }
                At::Until(end) => {
                    let byte = bytes[0];
                    bytes = &bytes[1..];
                    if byte == b'>' && self.before == end {
                        self.at = At::Text;
                    }
                    self.before = [self.before[1], byte];
                }
            }
        }
    }
}

/// Records of a table (RFC 4180): lines that are not empty, where a line's end inside quotes ends nothing. Knows on which
/// line each record begins, which quotation mark was never closed, and which one swallowed lines before something else
/// closed it.
#[derive(Debug)]
pub(crate) struct Records {
    delimiter: u8,
    /// Whether a line's end inside quotes is a line; the cells of a workbook have lines that are none of the sheet.
    inner_lines: bool,
    in_quotes: bool,
    /// A quote has just closed a field.
    closed: bool,
    /// At the beginning of a field, where a quote opens one.
    fresh: bool,
    /// The line has something.
    some: bool,
    /// The byte before was a carriage return.
    returned: bool,
    whole: u64,
    /// Lines that have ended.
    lines: u64,
    /// Line and byte count of the quote that was opened last, and the lines that had ended then.
    opened: u64,
    /// By how many lines records stand below their number, from which record on; those that are read are dropped.
    below: VecDeque<(u64, u64)>,
    now_below: u64,
    /// Line of the first quote that closed behind a line's end and before something else than a delimiter.
    stray: Option<u64>,
}

impl Records {
    /// Of a text whose first lines, so many, are not part of the table.
    pub fn new(delimiter: u8, lines: u64, inner_lines: bool) -> Records {
        Records {
            delimiter,
            inner_lines,
            in_quotes: false,
            closed: false,
            fresh: true,
            some: false,
            returned: false,
            whole: 0,
            lines,
            opened: 0,
            below: VecDeque::new(),
            now_below: 0,
            stray: None,
        }
    }

    /// Records so far, the last one too where no line's end follows it.
    pub fn count(&self) -> u64 {
        self.whole + u64::from(self.some)
    }

    /// The line on which a record begins, from 1; asked in the order of records.
    pub fn line_of(&mut self, record: u64) -> u64 {
        while self.below.get(1).is_some_and(|(from, _)| *from <= record) {
            self.below.pop_front();
        }
        record + self.below.front().filter(|(from, _)| *from <= record).map_or(0, |(_, below)| *below)
    }

    /// Line of a quote that is open.
    pub fn open(&self) -> Option<u64> {
        self.in_quotes.then_some(self.opened)
    }

    /// Line of a quote that swallowed lines, where another one in the middle of a field closed it.
    pub fn stray(&self) -> Option<u64> {
        self.stray
    }

    fn something(&mut self) {
        if !self.some {
            self.some = true;
            let below = self.lines - self.whole;
            if below != self.now_below {
                self.now_below = below;
                self.below.push_back((self.whole + 1, below));
            }
        }
    }

    fn line_end(&mut self) {
        self.whole += u64::from(std::mem::take(&mut self.some));
        self.fresh = true;
    }
}

impl Passing for Records {
    fn pass(&mut self, mut bytes: &[u8]) {
        while let Some(first) = bytes.first().copied() {
            if self.in_quotes {
                let end = memchr::memchr(b'"', bytes);
                let inside = &bytes[..end.unwrap_or(bytes.len())];
                if self.inner_lines {
                    self.lines += memchr::memchr_iter(b'\n', inside).count() as u64;
                }
                let Some(end) = end else { return };
                (self.in_quotes, self.closed) = (false, true);
                bytes = &bytes[end + 1..];
                continue;
            }
            if std::mem::take(&mut self.closed) {
                if first == b'"' {
                    // Doubled, it is one in the text.
                    self.in_quotes = true;
                    bytes = &bytes[1..];
                    continue;
                }
                let ends = first == self.delimiter || matches!(first, b'\n' | b'\r' | b' ');
                if !ends && self.opened <= self.lines {
                    self.stray.get_or_insert(self.opened);
                }
                self.fresh = false;
            }
            let Some(i) = memchr::memchr3(b'"', b'\n', b'\r', bytes) else {
                self.something();
                self.returned = false;
                self.fresh = bytes.last() == Some(&self.delimiter);
                return;
            };
            if i > 0 {
                self.something();
                self.returned = false;
                self.fresh = bytes[i - 1] == self.delimiter;
            }
            match bytes[i] {
                b'"' => {
                    self.something();
                    self.returned = false;
                    if std::mem::take(&mut self.fresh) {
                        (self.in_quotes, self.opened) = (true, self.lines + 1);
                    }
                }
                b'\n' => {
                    self.lines += u64::from(!std::mem::take(&mut self.returned));
                    self.line_end();
                }
                _ => {
                    self.returned = true;
                    self.lines += 1;
                    self.line_end();
                }
            }
            bytes = &bytes[i + 1..];
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn pieces<P: Passing>(mut of: impl FnMut() -> P, text: &str, told: impl Fn(&P) -> (u64, u64)) -> (u64, u64) {
        let mut found = None;
        for length in [1, 2, 3, 7, text.len()] {
            let mut p = of();
            text.as_bytes().chunks(length).for_each(|piece| p.pass(piece));
            let now = told(&p);
            assert_eq!(*found.get_or_insert(now), now, "in pieces of {length}");
        }
        found.unwrap_or_default()
    }

    #[test]
    fn elements_are_counted_by_their_tags() {
        let text = "<?xml version='1.0'?><!DOCTYPE log><!-- <event> -- <trace>--><log><xes:trace><string key='a' value='>'/><event/><event ><![CDATA[<event>]] ></event>]]></event></xes:trace><traces/><trace\n/><eventx/></log>";
        assert_eq!(pieces(Elements::default, text, |e| (e.events, e.traces)), (2, 2));
    }

    #[test]
    fn records_are_counted_by_their_ends() {
        let text = "a;b\r\n1;\"x\n\"\"y\"\"\n\"\n\n2;in\"ch\n;\n\"\"\n3;z";
        assert_eq!(pieces(|| Records::new(b';', 0, true), text, |r| (r.count(), 0)), (6, 0));
    }

    #[test]
    fn records_know_their_lines_whatever_ends_them() {
        for end in ["\n", "\r\n", "\r"] {
            for inside in ["\n", "\r\n"] {
                let text = format!("a;b{end}1;\"x{inside}y\"{end}{end}2;z{end}3;z");
                for length in [1, 2, 3, text.len()] {
                    let mut r = Records::new(b';', 1, true);
                    text.as_bytes().chunks(length).for_each(|piece| r.pass(piece));
                    assert_eq!([1, 2, 3, 4].map(|n| r.line_of(n)), [2, 3, 6, 7], "{text:?} in pieces of {length}");
                    assert_eq!((r.open(), r.stray(), r.count()), (None, None, 4));
                }
            }
        }
    }

    #[test]
    fn quotes_that_swallow_lines_are_known_by_their_line() {
        let of = |text: &str| {
            let mut found = None;
            for length in [1, 2, 5, text.len()] {
                let mut r = Records::new(b',', 0, true);
                text.as_bytes().chunks(length).for_each(|piece| r.pass(piece));
                let now = (r.open(), r.stray());
                assert_eq!(*found.get_or_insert(now), now, "{text:?} in pieces of {length}");
            }
            found.unwrap_or_default()
        };
        assert_eq!(of("a,b\n1,\"x\n2,y\n"), (Some(2), None));
        assert_eq!(of("a,b\n1,\"x\n2,\"y\"\n3,z\n"), (None, Some(2)));
        // Inside one line a sloppy quote hides no row.
        assert_eq!(of("a,b\n1,\"he said \"yes\" to it\"\n2,y\n"), (None, None));
        assert_eq!(of("a,b\n1,\"x\n\"\"y\"\"\" \n\"2\",y\""), (None, None));
    }
}
