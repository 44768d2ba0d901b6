//! A JPEG without anything but its picture (ITU-T T.81): baseline pictures keep their tables and their one scan byte for byte,
//! and lose every other segment and whatever stands behind the end. That nothing is hidden in the scan is proven by reading
//! every symbol of it: as many as the picture has, and not a byte more; nor is a table told twice. Whatever is not that simple (progressive, several
//! scans, other colours, twelve bits) is nothing here, and its owner writes it anew. It computes no picture: that the bytes
//! are one is the decoder's to say, and it says nothing of which way up.

/// Marks of segments.
const SOI: u8 = 0xd8;
const EOI: u8 = 0xd9;
const SOF0: u8 = 0xc0;
const DHT: u8 = 0xc4;
const DQT: u8 = 0xdb;
const DRI: u8 = 0xdd;
const SOS: u8 = 0xda;
const APP14: u8 = 0xee;
const COM: u8 = 0xfe;

/// How the samples of a component lie in the scan.
#[derive(Clone, Copy)]
struct Component {
    id: u8,
    across: usize,
    down: usize,
    quantisation: usize,
}

/// The codes of a table (T.81, C.2 and F.2.2.3): for each length the first code, where its values begin, and how many.
#[derive(Clone)]
struct Huffman {
    first: [i32; 17],
    begins: [usize; 17],
    counts: [usize; 17],
    values: Vec<u8>,
    /// The value and length of what begins with eight bits, where it is that short.
    short: [(u8, u8); 256],
}

impl Huffman {
    fn of(counts: &[u8], values: &[u8]) -> Option<Huffman> {
        let mut table =
            Huffman { first: [0; 17], begins: [0; 17], counts: [0; 17], values: values.to_vec(), short: [(0, 0); 256] };
        let (mut code, mut at) = (0i32, 0);
        for length in 1..=16 {
            let count = usize::from(counts[length - 1]);
            (table.first[length], table.begins[length], table.counts[length]) = (code, at, count);
            for n in 0..count {
                if length <= 8 {
                    let from = (usize::try_from(code).ok()? + n) << (8 - length);
                    let value = *values.get(at + n)?;
                    table.short.get_mut(from..from + (1 << (8 - length)))?.fill((value, length as u8));
                }
            }
            code += i32::try_from(count).ok()?;
            at += count;
            // More codes than the length has.
            if code > 1 << length {
                return None;
            }
            code <<= 1;
        }
        Some(table)
    }
}

/// Bits of a scan, without the zeros that are stuffed behind `ff`.
struct Bits<'a> {
    bytes: &'a [u8],
    at: usize,
    held: u64,
    count: u32,
}

impl Bits<'_> {
    /// Holds as many bits as fit, or all before the next mark.
    fn fill(&mut self) {
        while self.count <= 48 {
            let byte = match (self.bytes.get(self.at), self.bytes.get(self.at + 1)) {
                (Some(0xff), Some(0)) => {
                    self.at += 2;
                    0xff
                }
                (Some(0xff) | None, _) => return,
                (Some(byte), _) => {
                    self.at += 1;
                    *byte
                }
            };
            self.held = self.held << 8 | u64::from(byte);
            self.count += 8;
        }
    }

    /// Passes so many bits.
    fn skip(&mut self, bits: u32) -> Option<()> {
        if self.count < bits {
            self.fill();
        }
        self.count = self.count.checked_sub(bits)?;
        Some(())
    }

    /// The value of the next code.
    fn symbol(&mut self, table: &Huffman) -> Option<u8> {
        if self.count < 16 {
            self.fill();
        }
        if self.count >= 8 {
            let (value, length) = table.short[(self.held >> (self.count - 8)) as usize & 0xff];
            if length > 0 {
                self.count -= u32::from(length);
                return Some(value);
            }
        }
        for length in 1..=16u32.min(self.count) {
            let code = (self.held >> (self.count - length)) as i32 & ((1 << length) - 1);
            let n = usize::try_from(code - table.first[length as usize]).ok();
            if let Some(n) = n.filter(|n| *n < table.counts[length as usize]) {
                self.count -= length;
                return table.values.get(table.begins[length as usize] + n).copied();
            }
        }
        None
    }

    /// Passes the bits that fill the last byte, and the mark behind it.
    fn mark(&mut self, wanted: u8) -> Option<()> {
        self.fill();
        let next = self.bytes.get(self.at..self.at + 2)?;
        (self.count < 8 && next == [0xff, wanted]).then_some(())?;
        (self.held, self.count) = (0, 0);
        self.at += 2;
        Some(())
    }
}

/// The picture alone; nothing where it cannot be proven that it is alone.
pub(crate) fn alone(jpeg: &[u8]) -> Option<Vec<u8>> {
    let mut out = vec![0xff, SOI];
    let mut at = 2;
    (jpeg.get(..2)? == [0xff, SOI]).then_some(())?;
    let (mut dc, mut ac): ([Option<Huffman>; 2], [Option<Huffman>; 2]) = ([None, None], [None, None]);
    let mut quantised = [false; 4];
    let (mut size, mut components, mut interval) = ((0, 0), Vec::new(), 0);
    loop {
        (*jpeg.get(at)? == 0xff).then_some(())?;
        let mark = *jpeg.get(at + 1)?;
        if mark == 0xff {
            at += 1;
            continue;
        }
        let length = usize::from(u16::from_be_bytes(jpeg.get(at + 2..at + 4)?.try_into().ok()?));
        let segment = jpeg.get(at..at + 2 + length)?;
        let body = segment.get(4..)?;
        match mark {
            DQT => {
                let mut rest = body;
                while let [head, more @ ..] = rest {
                    let known = quantised.get_mut(usize::from(*head))?;
                    (!std::mem::replace(known, true)).then_some(())?;
                    rest = more.get(64..)?;
                }
                out.extend_from_slice(segment);
            }
            DHT => {
                let mut rest = body;
                while let [head, more @ ..] = rest {
                    let (counts, more) = more.split_at_checked(16)?;
                    let many = counts.iter().map(|c| usize::from(*c)).sum();
                    let (values, more) = more.split_at_checked(many)?;
                    let tables = if head >> 4 == 0 { &mut dc } else { &mut ac };
                    (head >> 4 <= 1).then_some(())?;
                    let known = tables.get_mut(usize::from(head & 0xf))?;
                    known.replace(Huffman::of(counts, values)?).is_none().then_some(())?;
                    rest = more;
                }
                out.extend_from_slice(segment);
            }
            DRI if interval == 0 => {
                interval = usize::from(u16::from_be_bytes(body.try_into().ok()?));
                out.extend_from_slice(segment);
            }
            SOF0 if components.is_empty() => {
                let [8, h1, h2, w1, w2, many, rest @ ..] = body else { return None };
                size = (usize::from(u16::from_be_bytes([*w1, *w2])), usize::from(u16::from_be_bytes([*h1, *h2])));
                (rest.len() == 3 * usize::from(*many) && matches!(many, 1 | 3)).then_some(())?;
                components = rest
                    .chunks_exact(3)
                    .map(|c| Component {
                        id: c[0],
                        across: usize::from(c[1] >> 4),
                        down: usize::from(c[1] & 0xf),
                        quantisation: usize::from(c[2]),
                    })
                    .collect();
                let fits = |c: &Component| (1..=4).contains(&c.across) && (1..=4).contains(&c.down);
                // Without a note of their own, three colours with these names are taken for others.
                let named = components.iter().map(|c| c.id).eq(*b"RGB");
                (components.iter().all(fits) && !named && size.0 > 0 && size.1 > 0).then_some(())?;
                out.extend_from_slice(segment);
            }
            SOS => {
                let tables = scan_of(body, &components, quantised)?;
                out.extend_from_slice(segment);
                let scan = &jpeg[at + 2 + length..];
                let ends = walk(scan, size, &components, &tables, [&dc, &ac], interval)?;
                out.extend_from_slice(&scan[..ends]);
                return Some(out);
            }
            // Three colours that are not those of every photo.
            APP14 if body.first_chunk::<5>() == Some(b"Adobe") && body.get(11) == Some(&0) && components.len() != 1 => {
                return None;
            }
            0xe0..=0xef | COM => {}
            _ => return None,
        }
        at += 2 + length;
    }
}

/// Which tables the components of the only scan are written with.
fn scan_of(body: &[u8], components: &[Component], quantised: [bool; 4]) -> Option<Vec<(usize, usize)>> {
    let (many, rest) = body.split_first()?;
    let (named, [0, 63, 0]) = rest.split_at_checked(2 * usize::from(*many))? else { return None };
    (usize::from(*many) == components.len() && !components.is_empty()).then_some(())?;
    components
        .iter()
        .zip(named.chunks_exact(2))
        .map(|(c, n)| {
            (c.id == n[0] && *quantised.get(c.quantisation)?)
                .then_some((usize::from(n[1] >> 4), usize::from(n[1] & 0xf)))
        })
        .collect()
}

/// Reads every symbol of a scan; gives where it ends, behind the mark EOI.
fn walk(
    scan: &[u8],
    (width, height): (usize, usize),
    components: &[Component],
    tables: &[(usize, usize)],
    [dc, ac]: [&[Option<Huffman>; 2]; 2],
    interval: usize,
) -> Option<usize> {
    let alone = components.len() == 1;
    let (across, down) = (components.iter().map(|c| c.across).max()?, components.iter().map(|c| c.down).max()?);
    // A component that is alone has its blocks one by one (A.2.2).
    let (wide, high) = if alone { (8, 8) } else { (8 * across, 8 * down) };
    let units = width.div_ceil(wide) * height.div_ceil(high);
    let blocks: Vec<(&Huffman, &Huffman)> = components
        .iter()
        .zip(tables)
        .map(|(c, t)| {
            let pair = (dc.get(t.0)?.as_ref()?, ac.get(t.1)?.as_ref()?);
            Some(std::iter::repeat_n(pair, if alone { 1 } else { c.across * c.down }))
        })
        .collect::<Option<Vec<_>>>()?
        .into_iter()
        .flatten()
        .collect();
    let mut bits = Bits { bytes: scan, at: 0, held: 0, count: 0 };
    for unit in 0..units {
        if interval > 0 && unit > 0 && unit % interval == 0 {
            bits.mark(0xd0 + ((unit / interval - 1) % 8) as u8)?;
        }
        for (dc, ac) in &blocks {
            let difference = bits.symbol(dc).filter(|s| *s <= 11)?;
            bits.skip(difference.into())?;
            let mut k = 1;
            while k < 64 {
                let symbol = bits.symbol(ac)?;
                match (symbol >> 4, symbol & 0xf) {
                    (15, 0) => k += 16,
                    (_, 0) => break,
                    (run, many) => {
                        k += usize::from(run) + 1;
                        bits.skip(many.into())?;
                    }
                }
                if k > 64 {
                    return None;
                }
            }
        }
    }
    bits.mark(EOI)?;
    Some(bits.at)
}

#[cfg(test)]
mod tests {
    use super::*;
    use image::codecs::jpeg::JpegEncoder;
    use image::{DynamicImage, GrayImage, ImageFormat, RgbImage};
    use std::io::Cursor;

    fn noise(n: u32) -> u8 {
        (n.wrapping_mul(2_654_435_761) >> 13) as u8
    }

    fn picture(width: u32, height: u32, quality: u8) -> Vec<u8> {
        let drawn = RgbImage::from_fn(width, height, |x, y| {
            image::Rgb([(x * 3) as u8, (y * 5) as u8, if x % 7 == 0 { noise(x * 31 + y) } else { (x + y) as u8 }])
        });
        let mut bytes = Vec::new();
        JpegEncoder::new_with_quality(&mut bytes, quality).encode_image(&drawn).expect("written");
        bytes
    }

    fn pixels(jpeg: &[u8]) -> DynamicImage {
        image::load_from_memory_with_format(jpeg, ImageFormat::Jpeg).expect("a picture")
    }

    /// With something behind the first mark, as cameras put it there.
    fn with(jpeg: &[u8], mark: u8, body: &[u8]) -> Vec<u8> {
        let length = (body.len() as u16 + 2).to_be_bytes();
        [&jpeg[..2], &[0xff, mark], &length, body, &jpeg[2..]].concat()
    }

    #[test]
    fn the_picture_stays_as_it_is_and_nothing_else_does() {
        for (w, h, q) in [(1, 1, 50), (8, 8, 90), (17, 9, 30), (640, 481, 82), (333, 200, 100)] {
            let plain = picture(w, h, q);
            let clean = alone(&plain).expect("clean");
            assert_eq!(pixels(&clean), pixels(&plain), "{w}×{h}");
            let mut busy = with(&with(&plain, 0xe1, b"Exif\0\0 place of a person"), COM, b"a second file");
            busy.extend_from_slice(b"PK\x03\x04 hidden behind the end");
            assert_eq!(alone(&busy).expect("clean"), clean, "{w}×{h}");
            assert_eq!(alone(&clean).expect("clean"), clean);
        }
        let mut grey = Vec::new();
        let drawn = GrayImage::from_fn(50, 37, |x, y| image::Luma([noise(x + 50 * y)]));
        JpegEncoder::new(&mut grey).encode_image(&drawn).expect("written");
        assert_eq!(pixels(&alone(&grey).expect("clean")), pixels(&grey));
    }

    #[test]
    fn what_hides_in_the_scan_is_seen() {
        let clean = alone(&picture(64, 64, 80)).expect("clean");
        let (scan, end) = clean.split_at(clean.len() - 2);
        // More symbols than the picture has; a mark that belongs to no interval; less than it has.
        for hidden in [&b"hidden bytes"[..], &[0xff, 0], &[0], &[0xff, 0xd0, 1, 2, 3]] {
            assert_eq!(alone(&[scan, hidden, end].concat()), None, "{hidden:?}");
        }
        assert_eq!(alone(&[&scan[..scan.len() - 9], end].concat()), None);
    }

    #[test]
    fn what_hides_in_tables_that_are_told_twice_is_seen() {
        let clean = alone(&picture(64, 64, 80)).expect("clean");
        let hidden = [&[0][..], &[b'x'; 64]].concat();
        assert_eq!(alone(&with(&clean, DQT, &hidden)), None);
        let codes = [&[0][..], &[0, 0, 0, 0, 0, 0, 0, 12, 0, 0, 0, 0, 0, 0, 0, 0], b"hidden bytes"].concat();
        assert_eq!(alone(&with(&clean, DHT, &codes)), None);
        assert_eq!(alone(&with(&with(&clean, DRI, b"hi"), DRI, b"de")), None);
    }

    #[test]
    fn bytes_that_are_wrong_are_no_clean_picture_and_no_panic() {
        let whole = picture(48, 40, 60);
        for at in 0..whole.len() {
            let mut spoilt = whole.clone();
            spoilt[at] ^= noise(at as u32) | 1;
            let _ = alone(&spoilt);
            let _ = alone(&whole[..at]);
        }
        assert_eq!(alone(b""), None);
        let mut png = Cursor::new(Vec::new());
        pixels(&whole).write_to(&mut png, ImageFormat::Png).expect("written");
        assert_eq!(alone(png.get_ref()), None);
    }
}
