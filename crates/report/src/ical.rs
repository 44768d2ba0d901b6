//! Calendars for other programs, iCalendar (RFC 5545): lines of at most 75 octets ending in CRLF,
//! instants in UTC, one stable UID per visit, SEQUENCE grows with every change, what was called off
//! stays with STATUS:CANCELLED. This module knows no words of its own: whoever makes an entry gives
//! them.

use yixian_domain::place::Point;
use yixian_domain::time::{Date, Instant, Zone};

/// When an entry is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum When {
    /// From an instant to another.
    Span(Instant, Instant),
    /// All day.
    Day(Date),
}

/// An entry of a calendar.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Entry {
    /// Stable and unique in the world.
    pub uid: String,
    /// Grows with every change.
    pub sequence: u32,
    /// When it was last changed.
    pub stamp: Instant,
    /// When it is.
    pub when: When,
    /// One line.
    pub summary: String,
    /// More lines.
    pub description: String,
    /// Where, in words.
    pub location: String,
    /// Where, on Earth.
    pub point: Option<Point>,
    /// Where to read more.
    pub url: String,
    /// Called off.
    pub cancelled: bool,
    /// Not for other eyes.
    pub confidential: bool,
}

/// Text as RFC 5545 §3.3.11 wants it.
fn text(value: &str) -> String {
    let mut out = String::with_capacity(value.len());
    for c in value.chars() {
        match c {
            '\\' | ';' | ',' => {
                out.push('\\');
                out.push(c);
            }
            '\n' => out.push_str("\\n"),
            c if c.is_control() => {}
            c => out.push(c),
        }
    }
    out
}

/// One content line, folded after 75 octets, never inside a character (§3.1).
fn line(out: &mut String, content: &str) {
    let mut octets = 0;
    for c in content.chars() {
        if octets + c.len_utf8() > 75 {
            out.push_str("\r\n ");
            octets = 1;
        }
        out.push(c);
        octets += c.len_utf8();
    }
    out.push_str("\r\n");
}

fn utc(at: Instant) -> String {
    let t = Zone::parse("UTC").map_or_else(|_| String::new(), |z| z.local(at).strftime("%Y%m%dT%H%M%SZ").to_string());
    if t.is_empty() { "19700101T000000Z".into() } else { t }
}

fn date(d: Date) -> String {
    format!("{:04}{:02}{:02}", d.year(), d.month(), d.day())
}

/// A calendar with a name and its entries.
pub fn calendar(name: &str, entries: &[Entry]) -> String {
    let mut out = String::new();
    for head in
        ["BEGIN:VCALENDAR", "VERSION:2.0", "PRODID:-//Yixian//Visits//ZH", "CALSCALE:GREGORIAN", "METHOD:PUBLISH"]
    {
        line(&mut out, head);
    }
    line(&mut out, &format!("X-WR-CALNAME:{}", text(name)));
    line(&mut out, "REFRESH-INTERVAL;VALUE=DURATION:PT1H");
    for e in entries {
        line(&mut out, "BEGIN:VEVENT");
        line(&mut out, &format!("UID:{}", text(&e.uid)));
        line(&mut out, &format!("DTSTAMP:{}", utc(e.stamp)));
        line(&mut out, &format!("LAST-MODIFIED:{}", utc(e.stamp)));
        line(&mut out, &format!("SEQUENCE:{}", e.sequence));
        match e.when {
            When::Span(from, to) => {
                line(&mut out, &format!("DTSTART:{}", utc(from)));
                line(&mut out, &format!("DTEND:{}", utc(to)));
            }
            When::Day(day) => {
                line(&mut out, &format!("DTSTART;VALUE=DATE:{}", date(day)));
                line(&mut out, &format!("DTEND;VALUE=DATE:{}", date(day.tomorrow().unwrap_or(day))));
            }
        }
        line(&mut out, &format!("SUMMARY:{}", text(&e.summary)));
        for (key, value) in [("DESCRIPTION", &e.description), ("LOCATION", &e.location)] {
            if !value.is_empty() {
                line(&mut out, &format!("{key}:{}", text(value)));
            }
        }
        if let Some(p) = e.point {
            let (lat, lon) = p.degrees();
            line(&mut out, &format!("GEO:{lat:.6};{lon:.6}"));
        }
        if !e.url.is_empty() {
            line(&mut out, &format!("URL:{}", e.url));
        }
        line(&mut out, if e.cancelled { "STATUS:CANCELLED" } else { "STATUS:CONFIRMED" });
        line(&mut out, if e.confidential { "CLASS:CONFIDENTIAL" } else { "CLASS:PRIVATE" });
        line(&mut out, "END:VEVENT");
    }
    line(&mut out, "END:VCALENDAR");
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    fn entry() -> Entry {
        Entry {
            uid: "1@yixian".into(),
            sequence: 2,
            stamp: Instant(1_538_269_200_000),
            when: When::Span(Instant(1_538_269_200_000), Instant(1_538_272_800_000)),
            summary: "走访 · 一处名字很长很长很长很长很长很长很长很长很长的配电网工程施工现场, 二期; 三标段".into(),
            description: "第一行\n第二行 \\".into(),
            location: "昌平区".into(),
            point: Point::from_degrees(40.2, 116.2),
            url: "https://x.example/visits/1".into(),
            cancelled: false,
            confidential: false,
        }
    }

    #[test]
    fn lines_are_folded_at_75_octets_and_unfold_to_what_was_said() {
        let all = calendar("张三", &[entry()]);
        assert!(all.split("\r\n").all(|l| l.len() <= 75), "{all}");
        assert!(all.ends_with("END:VCALENDAR\r\n"));
        let unfolded = all.replace("\r\n ", "");
        assert!(
            unfolded.contains(
                "SUMMARY:走访 · 一处名字很长很长很长很长很长很长很长很长很长的配电网工程施工现场\\, 二期\\; 三标段\r\n"
            ),
            "{unfolded}"
        );
        assert!(unfolded.contains("DESCRIPTION:第一行\\n第二行 \\\\\r\n"));
        assert!(unfolded.contains("DTSTART:20180930T010000Z\r\nDTEND:20180930T020000Z\r\n"));
        assert!(unfolded.contains("GEO:40.200000;116.200000\r\n"));
    }

    #[test]
    fn what_is_called_off_stays_and_says_so() {
        let off = calendar("x", &[Entry { cancelled: true, when: When::Day(Date::constant(2018, 12, 31)), ..entry() }]);
        assert!(
            off.contains("STATUS:CANCELLED\r\n")
                && off.contains("DTSTART;VALUE=DATE:20181231\r\nDTEND;VALUE=DATE:20190101\r\n")
        );
    }
}
