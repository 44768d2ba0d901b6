//! Independent counts: how many events, objects and links pass by in a stream of JSON or XML, found by looking at the
//! bytes alone. Shares no code with the readers and writers it checks, and knows nothing of escapes, types or values.

use super::Counts;
use std::io::{BufRead, Read, Write};

/// Something that counts as bytes pass.
pub trait Scan: Default {
    /// Looks at the next byte.
    fn byte(&mut self, byte: u8);
    /// What was counted so far.
    fn counts(&self) -> Counts;
}

/// Which of the two long lists.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
enum List {
    #[default]
    Other,
    Events,
    Objects,
}

/// Counts in OCEL 2.0 JSON: `{"events": [{"relationships": [{}]}], "objects": [{"relationships": [{}]}]}`.
#[derive(Debug, Default)]
pub struct Json {
    depth: u64,
    in_text: bool,
    escaped: bool,
    /// The last text, as far as a key's length.
    text: Vec<u8>,
    list: List,
    in_links: bool,
    counts: Counts,
}

impl Scan for Json {
    fn byte(&mut self, byte: u8) {
        if self.in_text {
            match byte {
                _ if self.escaped => self.escaped = false,
                b'\\' => self.escaped = true,
                b'"' => self.in_text = false,
                _ if self.text.len() < 16 => self.text.push(byte),
                _ => {}
            }
            return;
        }
        match byte {
            b'"' => {
                self.in_text = true;
                self.text.clear();
            }
            b':' if self.depth == 1 => {
                self.list = match self.text.as_slice() {
                    b"events" => List::Events,
                    b"objects" => List::Objects,
                    _ => List::Other,
                };
            }
            b':' if self.depth == 3 => self.in_links = self.text == b"relationships",
            b'{' | b'[' => {
                self.depth += 1;
                match (byte, self.depth, self.list) {
                    (b'{', 3, List::Events) => self.counts.events += 1,
                    (b'{', 3, List::Objects) => self.counts.objects += 1,
                    (b'{', 5, List::Events) if self.in_links => self.counts.e2o += 1,
                    (b'{', 5, List::Objects) if self.in_links => self.counts.o2o += 1,
                    _ => {}
                }
            }
            b'}' | b']' => self.depth = self.depth.saturating_sub(1),
            _ => {}
        }
    }

    fn counts(&self) -> Counts {
        self.counts
    }
}

/// Counts in OCEL 2.0 XML: elements by depth under `log`.
#[derive(Debug, Default)]
pub struct Xml {
    state: InXml,
    /// The name of the tag that is open, as far as is looked at, and what ended it.
    name: Vec<u8>,
    last: u8,
    quote: u8,
    depth: u64,
    list: List,
    in_links: bool,
    counts: Counts,
}

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
enum InXml {
    #[default]
    Text,
    /// After `<`, while the name lasts.
    Name,
    /// Between the name and `>`.
    Tag,
    /// Inside `<!-- -->`.
    Comment,
    /// Inside `<![CDATA[ ]]>`.
    Data,
    /// Inside `<? ?>` or `<! >`.
    Other,
}

impl Xml {
    fn ends(&mut self) {
        let closed = self.last == b'/';
        self.state = InXml::Text;
        if self.name.first() == Some(&b'/') {
            self.depth = self.depth.saturating_sub(1);
            return;
        }
        self.depth += 1;
        let name = self.name.as_slice();
        match (self.depth, name) {
            (2, b"events") => self.list = List::Events,
            (2, b"objects") => self.list = List::Objects,
            (2, _) => self.list = List::Other,
            (3, b"event") if self.list == List::Events => self.counts.events += 1,
            (3, b"object") if self.list == List::Objects => self.counts.objects += 1,
            (4, _) => self.in_links = name == b"objects",
            (5, b"relationship" | b"relobj" | b"object") if self.in_links => match self.list {
                List::Events => self.counts.e2o += 1,
                List::Objects => self.counts.o2o += 1,
                List::Other => {}
            },
            _ => {}
        }
        if closed {
            self.depth -= 1;
        }
    }
}

impl Scan for Xml {
    fn byte(&mut self, byte: u8) {
        match self.state {
            InXml::Text if byte == b'<' => {
                self.state = InXml::Name;
                self.name.clear();
                self.quote = 0;
            }
            InXml::Text => {}
            InXml::Name => match byte {
                b'>' => {
                    if self.name.last() == Some(&b'/') && self.name.len() > 1 {
                        self.name.pop();
                        self.last = b'/';
                    } else {
                        self.last = 0;
                    }
                    if matches!(self.name.first(), Some(b'!' | b'?')) { self.state = InXml::Text } else { self.ends() }
                }
                b' ' | b'\t' | b'\n' | b'\r' => {
                    self.last = 0;
                    self.state = if matches!(self.name.first(), Some(b'!' | b'?')) { InXml::Other } else { InXml::Tag };
                }
                _ => {
                    if self.name.len() < 32 {
                        self.name.push(byte);
                    }
                    match self.name.as_slice() {
                        b"!--" => (self.state, self.name) = (InXml::Comment, Vec::new()),
                        b"![CDATA[" => (self.state, self.name) = (InXml::Data, Vec::new()),
                        _ => {}
                    }
                }
            },
            InXml::Tag => match byte {
                _ if self.quote != 0 => {
                    if byte == self.quote {
                        self.quote = 0;
                    }
                    self.last = 0;
                }
                b'"' | b'\'' => self.quote = byte,
                b'>' => self.ends(),
                _ => self.last = byte,
            },
            InXml::Comment | InXml::Data => {
                let end: u8 = if self.state == InXml::Comment { b'-' } else { b']' };
                if byte == b'>' && self.name.len() >= 2 {
                    self.state = InXml::Text;
                } else if byte == end {
                    self.name.push(byte);
                    self.name.truncate(2);
                } else {
                    self.name.clear();
                }
            }
            InXml::Other if byte == b'>' => self.state = InXml::Text,
            InXml::Other => {}
        }
    }

    fn counts(&self) -> Counts {
        self.counts
    }
}

/// Counts in XES as it is written here, where `<` begins nothing but a tag: events, and traces as objects.
#[derive(Debug, Default)]
pub struct Xes {
    tag: Option<Vec<u8>>,
    counts: Counts,
}

impl Scan for Xes {
    fn byte(&mut self, byte: u8) {
        match (&mut self.tag, byte) {
            (_, b'<') => self.tag = Some(Vec::with_capacity(8)),
            (Some(tag), b'>' | b'/' | b' ') => {
                self.counts.events += u64::from(tag.as_slice() == b"event");
                self.counts.objects += u64::from(tag.as_slice() == b"trace");
                self.tag = None;
            }
            (Some(tag), _) if tag.len() < 6 => tag.push(byte),
            _ => {}
        }
    }

    fn counts(&self) -> Counts {
        self.counts
    }
}

/// A source or target whose bytes are counted as they pass.
#[derive(Debug)]
pub struct Tally<S, T> {
    scan: S,
    pub(crate) of: T,
    /// Bytes that passed.
    pub offset: u64,
    /// Lines that passed.
    pub lines: u64,
}

impl<S: Scan, T> Tally<S, T> {
    /// Around a source or target.
    pub fn new(of: T) -> Tally<S, T> {
        Tally { scan: S::default(), of, offset: 0, lines: 0 }
    }

    /// What was counted so far.
    pub fn counts(&self) -> Counts {
        self.scan.counts()
    }

    fn passed(&mut self, bytes: &[u8]) {
        self.offset += bytes.len() as u64;
        for byte in bytes {
            self.lines += u64::from(*byte == b'\n');
            self.scan.byte(*byte);
        }
    }
}

impl<S: Scan, R: Read> Read for Tally<S, R> {
    fn read(&mut self, into: &mut [u8]) -> std::io::Result<usize> {
        let n = self.of.read(into)?;
        self.passed(&into[..n]);
        Ok(n)
    }
}

impl<S: Scan, R: BufRead> BufRead for Tally<S, R> {
    fn fill_buf(&mut self) -> std::io::Result<&[u8]> {
        self.of.fill_buf()
    }
    fn consume(&mut self, n: usize) {
        // What is in the buffer already is handed out again without reading on.
        if let Ok(bytes) = self.of.fill_buf() {
            let bytes = &bytes[..n.min(bytes.len())];
            self.offset += bytes.len() as u64;
            for byte in bytes {
                self.lines += u64::from(*byte == b'\n');
                self.scan.byte(*byte);
            }
        }
        self.of.consume(n);
    }
}

impl<S: Scan, W: Write> Write for Tally<S, W> {
    fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
        let n = self.of.write(bytes)?;
        self.passed(&bytes[..n]);
        Ok(n)
    }
    fn flush(&mut self) -> std::io::Result<()> {
        self.of.flush()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn count<S: Scan>(text: &str) -> (u64, u64, u64, u64) {
        let mut tally = Tally::<S, _>::new(std::io::sink());
        tally.write_all(text.as_bytes()).expect("a sink takes all");
        let c = tally.counts();
        (c.events, c.objects, c.e2o, c.o2o)
    }

    #[test]
    fn json_is_counted_by_its_braces() {
        let text = r#"{"eventTypes":[{"name":"events","attributes":[{"a":{}}]}],
            "objects":[{"id":"{[\"","relationships":[{"objectId":"x","qualifier":"]"}],"attributes":[{}]},{}],
            "events":[{"attributes":[{},{}],"relationships":[{},{"deep":[{}]}]},{"relationships":[]},{"relationships":[{}]}], "more":[{"relationships":[{}]}]}"#;
        assert_eq!(count::<Json>(text), (3, 2, 3, 1));
    }

    #[test]
    fn xml_is_counted_by_its_tags() {
        let text = r#"<?xml version='1.0'?><!-- <events><event> --><log><object-types><object-type name="objects"><attributes/></object-type></object-types>
            <objects><object id="/>" type='"'><attributes><attribute name="a">x</attribute></attributes><objects><relationship object-id="b" qualifier=">"/></objects></object>
            <object id="b"/></objects><events><event id="1" ><attributes/><objects><relobj/><object></object ></objects></event><event id="2"><![CDATA[<event>]]]></event></events></log>"#;
        assert_eq!(count::<Xml>(text), (2, 2, 2, 1));
    }
}
