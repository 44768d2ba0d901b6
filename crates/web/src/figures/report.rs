//! Figures of a period 数字: every number with its definition and a way to the records that make it.
//! The page computes nothing itself; [`yixian_app::figures::Report`] does, from what was recorded.

use crate::door::frame::Frame;
use crate::door::page::{Page, show, show_as};
use crate::door::say::Say;
pub(super) use crate::door::telling::measured;
use crate::door::telling::{digits, period_words, told_text, unit_name, week_words};
use crate::door::visitor::SignedIn;
use crate::door::web::Web;
use crate::figures::asked::{Asked, asked, unit_options, whole_sight};
use crate::form::fields::{Form, query};
use crate::form::reading::Faults;
use askama::Template;
use axum::extract::State;
use axum::http::Uri;
use std::collections::{BTreeMap, HashMap};
use yixian_app::code_of;
use yixian_app::figures::Report;
use yixian_app::read::Directory;
use yixian_domain::duty::{Campaign, CampaignStanding, IsoWeek, Month, PersonWeek, Standing};
use yixian_domain::figure::visits::{empty_legs, leg};
use yixian_domain::figure::{Basis, Definition, Distinct, Family, Figure, FigureCode, Part, Period, Told, Value};
use yixian_domain::ids::PersonId;
use yixian_domain::visit::VisitType;

/// A definition in words.
pub(super) struct Words {
    pub(super) numerator: String,
    pub(super) denominator: Option<String>,
    pub(super) distinct: String,
    pub(super) basis: String,
    pub(super) exclusions: Vec<String>,
    pub(super) version: String,
}

pub(super) fn words(say: &Say, d: &Definition) -> Words {
    Words {
        numerator: say.t(&d.numerator_key()),
        denominator: d.denominator_key().map(|k| say.t(&k)),
        distinct: say.of("distinct", &code_of::<Distinct>(d.distinct)),
        basis: say.of("basis", &code_of::<Basis>(d.basis)),
        exclusions: d.exclusions.iter().map(|e| say.of("exclusion", &code_of(e))).collect(),
        version: say.t1("definition-version", "n", i64::from(d.version)),
    }
}

/// A figure as shown.
struct Card {
    label: String,
    /// None over nothing.
    value: Option<String>,
    sign: String,
    /// Numerator and denominator of a rate.
    parts: Option<(String, String)>,
    href: String,
    href_all: String,
    nothing: String,
    bad: bool,
    words: Words,
}

/// The number as people write it.
pub(crate) fn value_text(f: &Figure) -> Option<String> {
    let told = match f.value {
        Value::Day { day } => Told::Day(day?),
        Value::NotInForce { .. } => return None,
        Value::Count { .. } | Value::Share { .. } | Value::Measure { .. } => Told::Number(f.number()?),
    };
    Some(told_text(f.definition(), Part::Value, told))
}

/// Why a figure has no value.
pub(crate) fn nothing(say: &Say, f: &Figure) -> String {
    match f.value {
        Value::NotInForce { since } => say.t1("figure-not-in-force", "day", say.day(since)),
        Value::Count { .. } | Value::Share { .. } | Value::Measure { .. } | Value::Day { .. } => {
            say.t("figure-nothing")
        }
    }
}

fn href(code: FigureCode, asked: &Asked, part: &str) -> String {
    format!("/figures/{}?{}&part={part}", code.as_str(), asked.query(true))
}

fn card(say: &Say, asked: &Asked, f: &Figure) -> Card {
    let d = f.definition();
    let parts = f.denominator_ids().map(|all| (digits(f.ids().len() as u64), digits(all.len() as u64)));
    Card {
        label: say.t(&d.label_key()),
        value: value_text(f),
        sign: say.of("count-unit", d.unit.as_str()),
        parts,
        href: href(f.code, asked, "numerator"),
        href_all: href(f.code, asked, "denominator"),
        nothing: nothing(say, f),
        bad: f.code == FigureCode::ClosedLate && !f.ids().is_empty(),
        words: words(say, d),
    }
}

struct Section {
    title: String,
    cards: Vec<Card>,
}

/// A bar of a chart with what it stands for.
struct Bar {
    label: String,
    n: String,
    href: String,
    width: u64,
    y: u64,
}

/// A week of the duty chart: bars from below.
struct WeekBar {
    short: String,
    label: String,
    done: u64,
    missed: u64,
    done_n: usize,
    missed_n: usize,
    x: u64,
    w: u64,
}

struct PersonRow {
    name: String,
    unit: String,
    level: String,
    due: usize,
    done: usize,
    exempt: usize,
    missed: usize,
    open: usize,
    href: String,
    campaigns: Vec<(String, String, &'static str)>,
}

struct CategoryRow {
    name: String,
    n: String,
    n_href: String,
    on_time: String,
    on_href: String,
    rate: String,
    hours: String,
}

#[derive(Template)]
#[template(path = "figures/report.html")]
struct FiguresPage {
    f: Frame,
    faults: Faults,
    form: Form,
    from: String,
    to: String,
    as_of_field: String,
    unit_code: String,
    whole: Option<String>,
    units: Vec<(String, String)>,
    tabs: Vec<(String, String, bool)>,
    sub: Vec<String>,
    sections: Vec<Section>,
    empty_legs: Option<String>,
    legs: Vec<Bar>,
    weeks: Vec<WeekBar>,
    people: Vec<PersonRow>,
    has_campaigns: bool,
    categories: Vec<CategoryRow>,
    active: bool,
}

impl FiguresPage {
    fn legs_alt(&self) -> String {
        let list = self.legs.iter().map(|b| format!("{} {}", b.label, b.n)).collect::<Vec<_>>().join(", ");
        self.f.say.t1("figures-legs-alt", "list", list)
    }
    fn weeks_alt(&self) -> String {
        let list = self
            .weeks
            .iter()
            .map(|w| format!("{} {}/{}", w.label, w.done_n, w.done_n + w.missed_n))
            .collect::<Vec<_>>()
            .join(", ");
        self.f.say.t1("figures-weeks-alt", "list", list)
    }
}

fn tabs(say: &Say, asked: Option<&Asked>, code: &str) -> Vec<(String, String, bool)> {
    let today = say.today();
    let month = Period::month(Month::of(today));
    let before = today.first_of_month().yesterday().map_or(month, |d| Period::month(Month::of(d)));
    let year = |y: i16| format!("{y:04}").parse::<Period>().unwrap_or(month);
    let mut list = vec![("tab-this-month".to_owned(), month), ("tab-last-month".to_owned(), before)];
    // The campaign months that lie behind, newest first.
    let mut at = before;
    let mut campaigns = 0;
    for _ in 0..12 {
        if campaigns < 2 && matches!(at.first().month(), 5 | 10) && at != before {
            list.push(("tab-campaign".to_owned(), at));
            campaigns += 1;
        }
        match at.first().yesterday() {
            Ok(d) => at = Period::month(Month::of(d)),
            Err(_) => break,
        }
    }
    list.extend([
        ("tab-this-year".to_owned(), year(today.year())),
        ("tab-last-year".to_owned(), year(today.year() - 1)),
    ]);
    let unit = if code.is_empty() { String::new() } else { format!("&unit={code}") };
    list.into_iter()
        .map(|(key, p)| {
            let on = asked.is_some_and(|a| a.period == p);
            let label = if key == "tab-campaign" { period_words(say, p) } else { say.t(&key) };
            (label, format!("/figures?period={p}{unit}"), on)
        })
        .collect()
}

fn leg_bars(say: &Say, asked: &Asked, report: &Report) -> Vec<Bar> {
    let counted: Vec<(VisitType, u64)> =
        VisitType::ALL.into_iter().map(|t| (t, report.get(leg(t)).map_or(0, |f| f.ids().len() as u64))).collect();
    let most = counted.iter().map(|c| c.1).max().unwrap_or(0).max(1);
    counted
        .into_iter()
        .enumerate()
        .map(|(i, (t, n))| Bar {
            label: say.of("leg", t.as_str()),
            n: digits(n),
            href: href(leg(t), asked, "numerator"),
            width: n * 190 / most,
            y: 4 + i as u64 * 24,
        })
        .collect()
}

/// Height of the duty chart's bars, units of the picture.
const TALL: u64 = 84;

fn week_bars(say: &Say, report: &Report) -> Vec<WeekBar> {
    let mut by: BTreeMap<IsoWeek, (usize, usize)> = BTreeMap::new();
    for w in &report.facts.weeks {
        let at = by.entry(w.week).or_default();
        match w.standing {
            Standing::Done(_) => at.0 += 1,
            Standing::Missed => at.1 += 1,
            Standing::Exempt(_) | Standing::Open => {}
        }
    }
    let most = by.values().map(|(a, b)| a + b).max().unwrap_or(0).max(1) as u64;
    let step = (320 / by.len().max(1) as u64).max(1);
    by.into_iter()
        .enumerate()
        .map(|(i, (week, (done, missed)))| WeekBar {
            short: say.t1("week-n", "n", i64::from(week.number())),
            label: week_words(say, week),
            done: done as u64 * TALL / most,
            missed: missed as u64 * TALL / most,
            done_n: done,
            missed_n: missed,
            x: i as u64 * step + step / 8,
            w: (step * 3 / 4).clamp(1, 48),
        })
        .collect()
}

fn campaign_words(say: &Say, asked: &Asked, c: &Campaign) -> (String, String, &'static str) {
    let made = i64::from(c.count());
    let text = match (c.floor, c.standing) {
        (None, _) | (_, CampaignStanding::NoFloor) => say.t1("campaign-no-floor", "made", made),
        (Some(floor), CampaignStanding::Met) => say.t2("campaign-met", ("made", made), ("floor", i64::from(floor))),
        (Some(floor), CampaignStanding::Open { .. }) => {
            say.t2("campaign-open", ("made", made), ("floor", i64::from(floor)))
        }
        (Some(floor), CampaignStanding::Short { .. }) => {
            say.t2("campaign-short", ("made", made), ("floor", i64::from(floor)))
        }
    };
    let class = match c.standing {
        CampaignStanding::Met => "due-done",
        CampaignStanding::Short { .. } => "due-over",
        CampaignStanding::Open { .. } => "due-soon",
        CampaignStanding::NoFloor => "due-ok",
    };
    let month = say.t(&format!("month-{}", c.month.number()));
    (
        format!("{month} {text}"),
        format!("/figures/duty_met?{}&person={}&month={}", asked.query(true), c.person, c.month),
        class,
    )
}

fn people(say: &Say, asked: &Asked, directory: &Directory, report: &Report) -> Vec<PersonRow> {
    let mut weeks: HashMap<PersonId, Vec<&PersonWeek>> = HashMap::new();
    for w in &report.facts.weeks {
        weeks.entry(w.person).or_default().push(w);
    }
    let mut campaigns: HashMap<PersonId, Vec<&Campaign>> = HashMap::new();
    for c in &report.campaigns {
        campaigns.entry(c.person).or_default().push(c);
    }
    let mut ids: Vec<PersonId> = weeks.keys().chain(campaigns.keys()).copied().collect();
    // In the order of the organisation, not of merit: this is no ranking.
    ids.sort_by_cached_key(|id| {
        directory.person(*id).map(|p| (directory.unit(p.unit).map(|u| u.path.clone()), p.level, p.code.clone()))
    });
    ids.dedup();
    ids.into_iter()
        .filter_map(|id| {
            let p = directory.person(id)?;
            let own = weeks.get(&id).map_or(&[][..], Vec::as_slice);
            let n = |of: fn(&Standing) -> bool| own.iter().filter(|w| of(&w.standing)).count();
            let (done, missed) = (n(|s| matches!(s, Standing::Done(_))), n(|s| matches!(s, Standing::Missed)));
            Some(PersonRow {
                name: p.name.clone(),
                unit: directory.unit(p.unit).map(|u| unit_name(say, u)).unwrap_or_default(),
                level: say.of("level", &code_of(p.level)),
                due: done + missed,
                done,
                missed,
                exempt: n(|s| matches!(s, Standing::Exempt(_))),
                open: n(|s| matches!(s, Standing::Open)),
                href: format!("/figures/duty_met?{}&person={id}", asked.query(true)),
                campaigns: campaigns
                    .get(&id)
                    .map_or(&[][..], Vec::as_slice)
                    .iter()
                    .map(|c| campaign_words(say, asked, c))
                    .collect(),
            })
        })
        .collect()
}

fn categories(say: &Say, asked: &Asked, report: &Report) -> Vec<CategoryRow> {
    report
        .categories
        .iter()
        .map(|c| {
            let key: String = form_urlencoded::byte_serialize(c.category.as_bytes()).collect();
            let (n, on) = (c.closed_with_target.len(), c.on_time.len());
            let link = |part| format!("{}&category={key}", href(FigureCode::OnTimeClosed, asked, part));
            CategoryRow {
                name: say.of_or("category", &c.category),
                n: digits(n as u64),
                n_href: link("denominator"),
                on_time: digits(on as u64),
                on_href: link("numerator"),
                rate: if n == 0 { "—".into() } else { format!("{:.1} %", on as f64 * 100.0 / n as f64) },
                hours: c.hours.map_or_else(|| "—".into(), |h| format!("{:.1}", h.median)),
            }
        })
        .collect()
}

pub(super) fn sub(say: &Say, asked: &Asked, directory: &Directory) -> Vec<String> {
    let unit = asked
        .unit
        .and_then(|u| directory.unit(u))
        .or_else(|| directory.root())
        .map(|u| unit_name(say, u))
        .unwrap_or_default();
    vec![period_words(say, asked.period), unit, say.t1("figures-as-of", "at", say.moment(asked.as_of))]
}

/// `GET /figures`
pub async fn page(State(web): State<Web>, SignedIn { visitor: v, .. }: SignedIn, uri: Uri) -> Page {
    let form = query(uri.query());
    let directory = web.app().directory().await?;
    let say = &v.say;
    let mut page = FiguresPage {
        f: Frame::of(&web, &v, "figures").await?,
        faults: Faults::none(),
        from: form.get("from").to_owned(),
        to: form.get("to").to_owned(),
        as_of_field: form.get("as_of").to_owned(),
        unit_code: form.get("unit").to_owned(),
        whole: directory.root().filter(|r| whole_sight(&v.actor, Some(r))).map(|u| unit_name(say, u)),
        units: unit_options(&v, &directory),
        tabs: tabs(say, None, ""),
        active: form
            .fields()
            .iter()
            .any(|(k, t)| matches!(k.as_str(), "from" | "to" | "as_of" | "unit") && !t.is_empty()),
        form,
        sub: Vec::new(),
        sections: Vec::new(),
        empty_legs: None,
        legs: Vec::new(),
        weeks: Vec::new(),
        people: Vec::new(),
        has_campaigns: false,
        categories: Vec::new(),
    };
    let asked = match asked(&web, &v, &page.form).await {
        Ok(a) => a,
        Err(e) => {
            let (status, faults) = Faults::from_error(say, e)?;
            page.faults = faults;
            return show_as(status, &page);
        }
    };
    let report = web.app().report_of(&v.actor, asked.period, asked.narrow(), asked.as_of, None).await?;
    page.from = asked.period.first().to_string();
    page.to = asked.period.last().to_string();
    if asked.chosen {
        let local = say.zone().local(asked.as_of);
        page.as_of_field = format!("{}T{:02}:{:02}", local.date(), local.hour(), local.minute());
    }
    page.unit_code.clone_from(&asked.code);
    page.tabs = tabs(say, Some(&asked), &asked.code);
    page.sub = sub(say, &asked, &directory);
    page.sections = [
        (Family::Visits, "family-visits"),
        (Family::Duty, "family-duty"),
        (Family::Matters, "family-matters"),
        (Family::Connections, "family-connections"),
        (Family::Works, "family-works"),
        (Family::Measures, "family-measures"),
        (Family::Conferences, "family-conferences"),
        (Family::Partners, "family-partners"),
        (Family::Indicators, "family-indicators"),
        (Family::Documents, "family-documents"),
        (Family::Teams, "family-teams"),
        (Family::Supply, "family-power-supply"),
        (Family::Levels, "family-levels"),
        (Family::Community, "family-community"),
        (Family::Households, "family-households"),
    ]
    .into_iter()
    .map(|(family, key)| Section {
        title: say.t(key),
        cards: report
            .figures
            .iter()
            .filter(|f| f.definition().family == family)
            .map(|f| card(say, &asked, f))
            .collect(),
    })
    .collect();
    let legs = empty_legs(&report.figures);
    page.empty_legs = (!legs.is_empty()).then(|| {
        let list = legs.iter().map(|t| say.of("leg", t.as_str())).collect::<Vec<_>>().join(&say.t("list-separator"));
        say.t1("figures-empty-legs", "list", list)
    });
    page.legs = leg_bars(say, &asked, &report);
    page.weeks = week_bars(say, &report);
    page.people = people(say, &asked, &directory, &report);
    page.has_campaigns = !report.campaigns.is_empty();
    page.categories = categories(say, &asked, &report);
    show(&page)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::door::say::Lang;
    use crate::figures::asked::instant;
    use yixian_domain::time::Instant;

    fn voices() -> Vec<Say> {
        let zone = yixian_domain::time::Zone::parse("Asia/Shanghai").expect("a zone");
        let says = crate::door::say::Catalogues::of(crate::door::WORDS.into_iter().chain([
            crate::visits::WORDS,
            crate::matters::WORDS,
            crate::connections::WORDS,
            crate::programmes::WORDS,
            crate::measures::WORDS,
            crate::conferences::WORDS,
            crate::partners::WORDS,
            crate::agreements::WORDS,
            crate::indicators::WORDS,
            crate::documents::WORDS,
            crate::teams::WORDS,
            crate::outages::WORDS,
            crate::levels::WORDS,
            crate::community::WORDS,
            crate::praise::WORDS,
            crate::households::WORDS,
            crate::figures::WORDS,
        ]));
        Lang::ALL.into_iter().map(|l| says.say(l, zone.clone(), Instant(1_538_269_200_000))).collect()
    }

    #[test]
    fn every_figure_has_its_words_in_every_language() {
        for say in voices() {
            for code in FigureCode::ALL {
                let d = code.definition();
                assert!(say.has(&d.label_key()), "{}", d.label_key());
                let w = words(&say, d);
                let all = [w.numerator, w.distinct, w.basis, w.version, say.of("count-unit", d.unit.as_str())];
                let told = all.iter().chain(&w.denominator).chain(&w.exclusions);
                assert!(told.into_iter().all(|t| !t.contains('⟨')), "{}: {all:?}", d.name);
            }
            for t in VisitType::ALL {
                assert!(say.has(&format!("leg-{}", t.as_str())));
            }
        }
    }

    #[test]
    fn instants_are_read_as_people_and_programs_write_them() {
        let say = voices().remove(0);
        let at = |text: &str| instant(&say, text).map(|i| i.to_string());
        assert_eq!(at("2018-05-31T18:00:00+08:00").as_deref(), Some("2018-05-31T10:00:00.000Z"));
        assert_eq!(at("2018-05-31T18:00").as_deref(), Some("2018-05-31T10:00:00.000Z"));
        assert_eq!(at("2018-05-31").as_deref(), Some("2018-05-31T16:00:00.000Z"));
        assert_eq!((at(""), at("May")), (None, None));
    }
}
