//! Text as XML writes it: the five escapes, white space that a reader would otherwise fold, and a mark in place of what
//! XML 1.0 cannot hold at all.

use std::fmt::{self, Write as _};

/// Stands for a character that XML 1.0 has no way to write.
const MARK: char = '\u{FFFD}';

fn forbidden(c: char) -> bool {
    matches!(c, '\0'..='\u{8}' | '\u{B}' | '\u{C}' | '\u{E}'..='\u{1F}' | '\u{FFFE}' | '\u{FFFF}')
}

/// How many characters of a text are written as a mark.
pub(crate) fn replaced(text: &str) -> u64 {
    text.chars().filter(|c| forbidden(*c)).count() as u64
}

/// A text, escaped for content and for attribute values alike.
pub(crate) struct Escaped<'a>(pub(crate) &'a str);

impl fmt::Display for Escaped<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut rest = self.0;
        while let Some(i) = rest.find(|c| matches!(c, '&' | '<' | '>' | '"' | '\t' | '\n' | '\r') || forbidden(c)) {
            f.write_str(&rest[..i])?;
            let c = rest[i..].chars().next().unwrap_or(MARK);
            match c {
                '&' => f.write_str("&amp;")?,
                '<' => f.write_str("&lt;")?,
                '>' => f.write_str("&gt;")?,
                '"' => f.write_str("&quot;")?,
                '\t' => f.write_str("&#9;")?,
                '\n' => f.write_str("&#10;")?,
                '\r' => f.write_str("&#13;")?,
                _ => f.write_char(MARK)?,
            }
            rest = &rest[i + c.len_utf8()..];
        }
        f.write_str(rest)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn text_is_escaped() {
        let text = "a<b>&\"c\"\n受理\u{1}'";
        assert_eq!(Escaped(text).to_string(), "a&lt;b&gt;&amp;&quot;c&quot;&#10;受理\u{FFFD}'");
        assert_eq!(replaced(text), 1);
    }
}
