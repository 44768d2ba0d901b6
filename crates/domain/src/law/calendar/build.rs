//! From notices to a calendar that can be asked.
//!
//! Notices are applied in the order they were published. A later one may add days; where it changes
//! a day that an earlier one arranged it must say so (`replaces`), and it may not claim to replace
//! what was never arranged. A slip in a table of holidays moves thousands of promised dates, so
//! anything odd is refused here rather than guessed.

use std::collections::BTreeMap;

use super::days::DayNumber;
use super::{CalendarBook, CalendarRef, DateRange, DayKind, LocalDays, Mark, Name, Notice, WorkingCalendar};
use crate::base::time::Date;

/// Why notices or overlays make no calendar. `title` names the notice at fault.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum CalendarError {
    /// The book has no id or no version.
    #[error("a calendar needs an id and a version")]
    Unnamed,
    /// A year outside 1900 to 2999.
    #[error("“{title}” arranges the year {year}, which cannot be meant")]
    OddYear {
        /// The notice.
        title: String,
        /// Its year.
        year: i16,
    },
    /// A day that is neither in the notice's year nor in the December before.
    #[error("“{title}” arranges {year} and cannot speak of {date}")]
    ForeignDay {
        /// The notice.
        title: String,
        /// Its year.
        year: i16,
        /// The day.
        date: Date,
    },
    /// A day arranged twice, and the later notice does not say that it replaces the earlier
    /// arrangement.
    #[error("“{title}” arranges {date} again without saying that it replaces the earlier arrangement")]
    ArrangedTwice {
        /// The notice.
        title: String,
        /// The day.
        date: Date,
    },
    /// A revision of a day that no earlier notice arranged.
    #[error("“{title}” says that it replaces the arrangement of {date}, but there was none")]
    NothingToReplace {
        /// The notice.
        title: String,
        /// The day.
        date: Date,
    },
    /// A make-up workday on a plain Monday to Friday, which is worked anyway.
    #[error("“{title}” makes {date} a make-up workday, but it is no weekend day")]
    MakeUpOnWeekday {
        /// The notice.
        title: String,
        /// The day.
        date: Date,
    },
}

impl CalendarBook {
    /// The calendar by all notices.
    pub fn latest(&self) -> Result<WorkingCalendar, CalendarError> {
        self.read(None)
    }

    /// The calendar as the public knew it at the end of `date`: by the notices published until
    /// then.
    pub fn as_known_on(&self, date: Date) -> Result<WorkingCalendar, CalendarError> {
        self.read(Some(date))
    }

    fn read(&self, known_on: Option<Date>) -> Result<WorkingCalendar, CalendarError> {
        if self.id.trim().is_empty() || self.version.trim().is_empty() {
            return Err(CalendarError::Unnamed);
        }
        let mut notices: Vec<&Notice> = self.notices.iter().collect();
        notices.sort_by_key(|notice| notice.published);
        let mut marks = BTreeMap::new();
        let mut years = Vec::new();
        for notice in notices.into_iter().filter(|notice| known_on.is_none_or(|date| notice.published <= date)) {
            self.apply(notice, &mut marks)?;
            years.push(notice.year);
        }
        years.sort_unstable();
        years.dedup();
        let reference = CalendarRef { id: self.id.clone(), version: self.version.clone(), known_on, local: Vec::new() };
        Ok(WorkingCalendar::of(reference, years, marks))
    }

    fn apply(&self, notice: &Notice, marks: &mut BTreeMap<Date, DayKind>) -> Result<(), CalendarError> {
        let title = || notice.title.clone();
        if !(1900..=2999).contains(&notice.year) {
            return Err(CalendarError::OddYear { title: title(), year: notice.year });
        }
        for date in notice.replaces.iter().flat_map(|range| range.days()) {
            if marks.remove(&date).is_none() {
                return Err(CalendarError::NothingToReplace { title: title(), date });
            }
        }
        for holiday in &notice.days {
            let name = self.name(&holiday.name);
            let off = each(&holiday.off, || DayKind::Holiday(name.clone()));
            let work = each(&holiday.work, || DayKind::MakeUp(name.clone()));
            for (date, kind) in off.chain(work) {
                let december_before = date.year() == notice.year - 1 && date.month() == 12;
                if date.year() != notice.year && !december_before {
                    return Err(CalendarError::ForeignDay { title: title(), year: notice.year, date });
                }
                if kind.is_working() && !DayNumber::of(date).is_weekend() {
                    return Err(CalendarError::MakeUpOnWeekday { title: title(), date });
                }
                if marks.insert(date, kind).is_some() {
                    return Err(CalendarError::ArrangedTwice { title: title(), date });
                }
            }
        }
        Ok(())
    }

    fn name(&self, zh: &str) -> Name {
        let en = self.names.get(zh).map_or(zh, String::as_str);
        Name { zh: zh.to_owned(), en: en.to_owned() }
    }
}

impl WorkingCalendar {
    /// This calendar with a local measure laid over it. The measure wins over the published
    /// arrangement; a later overlay wins over an earlier one.
    #[must_use]
    pub fn with_local(&self, local: &LocalDays) -> Self {
        let mut marks: BTreeMap<Date, DayKind> = BTreeMap::new();
        for mark in &self.marks {
            if let Some(date) = mark.day.date() {
                marks.insert(date, mark.kind.clone());
            }
        }
        marks.extend(each(&local.off, || DayKind::LocalRest(local.name.clone())));
        marks.extend(each(&local.work, || DayKind::LocalWork(local.name.clone())));
        let mut reference = self.reference.clone();
        reference.local.push(local.name.zh.clone());
        Self::of(reference, self.years.clone(), marks)
    }

    fn of(reference: CalendarRef, years: Vec<i16>, marks: BTreeMap<Date, DayKind>) -> Self {
        let marks: Vec<Mark> = marks.into_iter().map(|(date, kind)| Mark { day: DayNumber::of(date), kind }).collect();
        let mut sum = 0;
        let mut changes = Vec::new();
        for mark in &marks {
            let change = i64::from(mark.kind.is_working()) - i64::from(!mark.day.is_weekend());
            if change != 0 {
                sum += change;
                changes.push((mark.day, sum));
            }
        }
        Self { reference, marks, changes, years }
    }
}

fn each(ranges: &[DateRange], kind: impl Fn() -> DayKind) -> impl Iterator<Item = (Date, DayKind)> {
    ranges.iter().flat_map(|range| range.days()).map(move |date| (date, kind()))
}
