//! A table that is imported, and how its text is written. What it holds, and what is around it, the one opener of tables
//! finds out ([`yixian_mining::rows`]); bytes that no character has are refused row by row. It can be read more than once:
//! a whole file is looked through before anything of it is written.

use super::ImportError;
use serde::{Deserialize, Serialize};
use std::fs::File;
use std::io::Cursor;
use std::path::PathBuf;
use yixian_mining::Ask;
use yixian_mining::reading::Fault;
use yixian_mining::rows::{self, Rows};

/// How the file's text is written.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Encoding {
    /// By its mark, else UTF-8, else GB 18030.
    #[default]
    Auto,
    /// UTF-8.
    #[serde(rename = "utf-8", alias = "utf8")]
    Utf8,
    /// GBK, read as its superset GB 18030.
    #[serde(alias = "gb18030", alias = "gb2312")]
    Gbk,
}

impl Encoding {
    fn name(self) -> Option<&'static str> {
        match self {
            Encoding::Auto => None,
            Encoding::Utf8 => Some("utf-8"),
            Encoding::Gbk => Some("gb18030"),
        }
    }
}

/// A file that can be read more than once.
#[derive(Clone, Debug)]
pub enum Source {
    /// On disk.
    Path(PathBuf),
    /// In memory, as a form sends it.
    Bytes(Vec<u8>),
}

/// Most that a file sent by a form may hold, bytes: a small archive can unpack to any size.
const MOST: u64 = 64 << 20;

impl Source {
    /// Reads the file from its beginning.
    pub(crate) fn rows<T>(
        &self,
        encoding: Encoding,
        delimiter: Option<char>,
        work: impl FnOnce(&mut Rows<'_>) -> Result<T, ImportError>,
    ) -> Result<T, ImportError> {
        let ask = Ask { encoding: encoding.name(), delimiter, lenient: true, ..Ask::default() };
        // What an operator names is his own; what a form sends is bounded.
        match self {
            Source::Path(p) => {
                let file = File::open(p).map_err(|e| ImportError::Unreadable(format!("{}: {e}", p.display())))?;
                rows::open(file, u64::MAX, &ask, work)
            }
            Source::Bytes(b) => rows::open(Cursor::new(b), MOST, &ask, work),
        }
    }
}

impl From<yixian_mining::reading::ReadError> for ImportError {
    fn from(e: yixian_mining::reading::ReadError) -> Self {
        match e.what {
            Fault::TooBig(most) => ImportError::TooLarge(most >> 20),
            Fault::CutOff(_) => ImportError::Empty,
            Fault::NotOneTable(n) => ImportError::NotOneCsv(n),
            Fault::Doubled(column) => ImportError::Doubled(column),
            Fault::OpenQuote(line) => ImportError::OpenQuote(line),
            Fault::Workbook(_) => ImportError::Workbook(e.to_string()),
            _ => ImportError::Unreadable(e.to_string()),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use encoding_rs::GBK;

    fn text(bytes: &[u8], encoding: Encoding) -> Result<(String, bool), ImportError> {
        Source::Bytes(bytes.to_vec()).rows(encoding, None, |rows| {
            let mut all = rows.heading().join(",");
            while rows.step()? {
                all.push('\n');
                all.push_str(&(0..rows.width()).map(|i| rows.text(i)).collect::<Vec<_>>().join(","));
            }
            Ok((all, rows.is_damaged()))
        })
    }

    #[test]
    fn every_way_of_writing_gives_the_same_text() {
        let words = "编号,名称\n1,漏油";
        let (gbk, _, _) = GBK.encode(words);
        let bom = [b"\xef\xbb\xbf", words.as_bytes()].concat();
        for bytes in [words.as_bytes(), &gbk, &bom] {
            assert_eq!(text(bytes, Encoding::Auto).expect("read"), (words.to_owned(), false));
        }
        assert!(text(&gbk, Encoding::Utf8).expect("read").1);
        assert!(matches!(text(b"", Encoding::Auto), Err(ImportError::Empty)));
    }

    #[test]
    fn characters_on_the_edge_of_a_piece_stay_whole() {
        for shift in 0..4 {
            let words = format!("{}\n{}", "a".repeat(shift + 1), "漏".repeat(200 << 10));
            assert_eq!(text(words.as_bytes(), Encoding::Auto).expect("read"), (words.clone(), false));
            let (gbk, _, _) = GBK.encode(&words);
            // The bytes of this character are a character of UTF-8 too: a text of nothing else has to name its encoding.
            assert_eq!(text(&gbk, Encoding::Gbk).expect("read"), (words.clone(), false));
            let words = words.replace("漏漏", "漏油");
            let (gbk, _, _) = GBK.encode(&words);
            assert_eq!(text(&gbk, Encoding::Auto).expect("read"), (words.clone(), false));
        }
    }

    #[test]
    fn a_small_archive_cannot_unpack_to_any_size() {
        let mut archive = zip::ZipWriter::new(Cursor::new(Vec::new()));
        archive.start_file("a.csv", zip::write::SimpleFileOptions::default()).expect("begun");
        let zeros = [vec![b'0'; 1023], vec![b'\n']].concat();
        for _ in 0..=MOST >> 10 {
            std::io::Write::write_all(&mut archive, &zeros).expect("written");
        }
        let bytes = archive.finish().expect("finished").into_inner();
        assert!(bytes.len() < 1 << 20, "{} bytes unpack to more than {MOST}", bytes.len());
        let read = text(&bytes, Encoding::Auto);
        assert!(matches!(read, Err(ImportError::TooLarge(64))), "{:?}", read.map(|r| r.0.len()));
    }

    #[test]
    fn an_archive_must_hold_one_table() {
        assert!(matches!(text(b"PK\x03\x04 and nothing", Encoding::Auto), Err(ImportError::Unreadable(_))));
    }
}
