//! An independent count for readers of flat logs: how many `<event>` and `<trace>` elements an XML text has, and how many
//! records a table, found by looking at the bytes alone. Shares no code with the readers it checks, and knows nothing of
//! encodings, escapes or values.

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

/// Records of a table (RFC 4180): lines that are not empty, where a line's end inside quotes ends nothing.
#[derive(Debug)]
pub(crate) struct Records {
    delimiter: u8,
    in_quotes: bool,
    /// At the beginning of a field, where a quote opens one.
    fresh: bool,
    /// The line has something.
    some: bool,
    whole: u64,
}

impl Records {
    pub fn new(delimiter: u8) -> Records {
        Records { delimiter, in_quotes: false, fresh: true, some: false, whole: 0 }
    }
    /// Records so far, the last one too where no line's end follows it.
    pub fn count(&self) -> u64 {
        self.whole + u64::from(self.some)
    }
}

impl Passing for Records {
    fn pass(&mut self, bytes: &[u8]) {
        for byte in bytes {
            match *byte {
                // A doubled quote closes and opens again.
                b'"' if self.in_quotes => (self.in_quotes, self.fresh) = (false, true),
                _ if self.in_quotes => {}
                b'"' if self.fresh => (self.in_quotes, self.some) = (true, true),
                b'\n' | b'\r' => {
                    self.whole += u64::from(std::mem::take(&mut self.some));
                    self.fresh = true;
                }
                byte => (self.fresh, self.some) = (byte == self.delimiter, true),
            }
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
        assert_eq!(pieces(|| Records::new(b';'), text, |r| (r.count(), 0)), (6, 0));
    }
}
