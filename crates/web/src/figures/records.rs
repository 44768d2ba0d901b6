//! The records behind a figure: the very ids it was counted from. It counts nothing again.

use crate::agreements::list::line as agreement_line;
use crate::community::shown::{act_line, member_line, session_line, sign_in_line};
use crate::conferences::figure::line;
use crate::documents::shown::{clause_line, line as document_line, recognition_line};
use crate::door::frame::Frame;
use crate::door::page::{Page, show_as};
use crate::door::say::Say;
use crate::door::telling::{digits, period_words, unit_name, week_words};
use crate::door::visitor::{SignedIn, Visitor};
use crate::door::web::Web;
use crate::figures::asked::asked;
use crate::figures::groups::{key, label};
use crate::figures::levels;
use crate::figures::report::{Words, measured, nothing, sub, value_text, words};
use crate::form::fields::{Form, query};
use crate::form::record::Line;
use crate::households::shown::{counted, sheet_line};
use crate::indicators::figure::lines as of_indicators;
use crate::matters::rows::{self, Row};
use crate::outages::list::line as outage_line;
use crate::partners::list::line as partner_line;
use crate::programmes::programme::line as works_line;
use crate::programmes::section::called;
use crate::teams::shown::line as team_line;
use crate::visits::lines::{self, VisitLine};
use askama::Template;
use axum::extract::{Path, State};
use axum::http::{StatusCode, Uri, header};
use axum::response::IntoResponse;
use std::collections::HashMap;
use std::fmt::Write as _;
use uuid::Uuid;
use yixian_app::export::{Cell, CsvTable, XlsxTable};
use yixian_app::figures::Report;
use yixian_app::read::Directory;
use yixian_app::{AppError, FieldError, code_of};
use yixian_domain::duty::{IsoWeek, Month, Standing};
use yixian_domain::figure::{Dimension, Distinct, Figure, FigureCode, Group, Key, Keys, Period, find};
use yixian_domain::ids::PersonId;
use yixian_domain::partner::Partner;

/// Records on a page.
const PAGE: usize = 50;

struct PlaceLine {
    id: Uuid,
    name: String,
    code: String,
    what: String,
}

struct WeekLine {
    person: String,
    unit: String,
    week: String,
    standing: String,
    class: &'static str,
    visits: Vec<Uuid>,
}

/// A group of a dimension with its number.
struct GroupLine {
    label: String,
    href: String,
    value: String,
    parts: Option<(String, String)>,
    on: bool,
}

#[derive(Template)]
#[template(path = "figures/records.html")]
struct RecordsPage {
    dimensions: Vec<(String, String, bool)>,
    groups: Vec<GroupLine>,
    additive: bool,
    nothing: Option<String>,
    csv: String,
    xlsx: String,
    f: Frame,
    label: String,
    sub: Vec<String>,
    back: String,
    value: Option<String>,
    sign: String,
    parts: Vec<(String, String, bool)>,
    words: Words,
    narrowed: Option<String>,
    matters: Vec<Row>,
    visits: Vec<VisitLine>,
    places: Vec<PlaceLine>,
    weeks: Vec<WeekLine>,
    /// Records of registers.
    others: Vec<Line>,
    total: u64,
    shown: String,
    before: Option<String>,
    next: Option<String>,
}

/// The keys a reader asked for: all of a part, or those of one category, person or campaign month.
pub(super) fn chosen(
    q: &Form,
    report: &Report,
    figure: &Figure,
    denominator: bool,
) -> Result<(Keys, Distinct), AppError> {
    let whole = if denominator { figure.denominator_ids().unwrap_or_else(|| figure.ids()) } else { figure.ids() };
    let distinct = figure.definition().distinct;
    if !q.get("category").is_empty() && figure.code == FigureCode::OnTimeClosed {
        let row = report.categories.iter().find(|c| &*c.category == q.get("category"));
        let ids =
            row.map(|c| if denominator { c.closed_with_target.clone() } else { c.on_time.clone() }).unwrap_or_default();
        return Ok((Keys::Records(ids), distinct));
    }
    let who = q.optional::<PersonId>("person", "person").map_err(|e| AppError::Invalid(vec![e]))?;
    if let (Some(who), FigureCode::DutyMet) = (who, figure.code) {
        if let Some(month) = q.optional::<Month>("month", "period").map_err(|e| AppError::Invalid(vec![e]))? {
            let made = report.campaigns.iter().find(|c| c.person == who && c.month == month);
            let mut ids: Vec<Uuid> = made.map(|c| c.visits.iter().map(|v| v.0).collect()).unwrap_or_default();
            ids.sort_unstable();
            return Ok((Keys::Records(ids), Distinct::Visit));
        }
        let of = |s: &Standing| match q.get("standing") {
            "done" => matches!(s, Standing::Done(_)),
            "missed" => matches!(s, Standing::Missed),
            "due" => matches!(s, Standing::Done(_) | Standing::Missed),
            "exempt" => matches!(s, Standing::Exempt(_)),
            "open" => matches!(s, Standing::Open),
            _ => true,
        };
        let weeks = report
            .facts
            .weeks
            .iter()
            .filter(|w| w.person == who && of(&w.standing))
            .map(|w| (w.person, w.week))
            .collect();
        return Ok((Keys::PersonWeeks(weeks), distinct));
    }
    Ok((whole.clone(), distinct))
}

fn standing_words(say: &Say, s: &Standing) -> (String, &'static str) {
    match s {
        Standing::Done(v) => (say.t1("standing-done", "n", v.len()), "due-done"),
        Standing::Exempt(why) => (say.t1("standing-exempt", "why", say.of("exempt", &code_of(why))), "due-wait"),
        Standing::Missed => (say.t("standing-missed"), "due-over"),
        Standing::Open => (say.t("standing-open"), "due-ok"),
    }
}

/// The dimension asked for, of those that a figure names.
pub(super) fn dimension(q: &Form, code: FigureCode) -> Result<Option<Dimension>, AppError> {
    if q.get("by").is_empty() {
        return Ok(None);
    }
    let named = Dimension::parse(q.get("by")).filter(|d| code.definition().dimensions().contains(d));
    named.map(Some).ok_or_else(|| AppError::Invalid(vec![FieldError::with("by", "dimension", q.get("by"))]))
}

/// The figure asked for, of the whole or of one group.
pub(super) fn of_key<'r>(
    q: &Form,
    report: &'r Report,
    directory: &Directory,
    code: FigureCode,
) -> Result<(&'r Figure, Option<&'r Group>), AppError> {
    let missing = || AppError::NotFound("figure");
    if q.get("key").is_empty() {
        return Ok((report.get(code).ok_or_else(missing)?, None));
    }
    let (group, _) = report.groups.iter().find(|(g, _)| key(directory, g) == q.get("key")).ok_or_else(missing)?;
    Ok((report.of_group(code, group).ok_or_else(missing)?, Some(group)))
}

/// `GET /figures/{code}`
pub async fn page(
    State(web): State<Web>,
    SignedIn { visitor: v, .. }: SignedIn,
    Path(code): Path<String>,
    uri: Uri,
) -> Page {
    let code = FigureCode::parse(&code).ok_or(AppError::NotFound("figure"))?;
    let q = query(uri.query());
    let say = &v.say;
    let asked = asked(&web, &v, &q).await?;
    let by = dimension(&q, code)?;
    let report = web.app().report_of(&v.actor, asked.period, asked.narrow(), asked.as_of, by).await?;
    let directory = web.app().directory().await?;
    let (figure, group) = of_key(&q, &report, &directory, code)?;
    let denominator = q.get("part") == "denominator" && figure.denominator_ids().is_some();
    let (keys, distinct) = chosen(&q, &report, figure, denominator)?;

    let total = keys.len();
    let pages = total.div_ceil(PAGE).max(1);
    let at = q.get("page").parse::<usize>().unwrap_or(1).clamp(1, pages);
    let here: Vec<Key> = keys.iter().skip((at - 1) * PAGE).take(PAGE).collect();
    let ids: Vec<Uuid> = here
        .iter()
        .filter_map(|k| match k {
            Key::Record(id) => Some(*id),
            Key::PersonWeek(..) | Key::Pair(..) | Key::PersonMonth(..) | Key::Cell(_) => None,
        })
        .collect();
    let (mut matters, mut visits, mut places, mut weeks) = (Vec::new(), Vec::new(), Vec::new(), Vec::new());
    let mut others: Vec<Line> = Vec::new();
    match distinct {
        Distinct::Road
        | Distinct::Section
        | Distinct::Milestone
        | Distinct::Partner
        | Distinct::Agreement
        | Distinct::Team
        | Distinct::Document
        | Distinct::Clause
        | Distinct::Recognition
        | Distinct::Outage
        | Distinct::Member
        | Distinct::District
        | Distinct::Session
        | Distinct::Act
        | Distinct::SignIn
        | Distinct::Household
        | Distinct::DoneSheet => {
            let worth = report.values(code, say.zone());
            let sign = say.of("count-unit", figure.definition().unit.as_str());
            for (key, line) in of_registers(&web, &v, distinct, &ids).await? {
                let value = worth.get(&key).map(|n| format!("{} {sign}", measured(figure.definition().unit, *n)));
                others.push(value.map_or(line.clone(), |end| line.end(end)));
            }
        }
        Distinct::Matter => {
            let worth = report.values(code, say.zone());
            let sign = say.of("count-unit", figure.definition().unit.as_str());
            matters = rows::of_ids(&web, &v, &ids).await?;
            for row in &mut matters {
                row.worth = worth.get(&row.id).map(|n| format!("{} {sign}", measured(figure.definition().unit, *n)));
            }
        }
        Distinct::Visit => visits = lines::of_ids(&web, &v, &ids).await?,
        Distinct::Place => {
            places = web
                .app()
                .places_by_id(&v.actor, &ids)
                .await?
                .into_iter()
                .map(|p| PlaceLine {
                    id: p.id.0,
                    what: format!(
                        "{} · {} · {}",
                        say.of("place-kind", &code_of(p.kind)),
                        p.district,
                        say.of("area", &code_of(p.area))
                    ),
                    name: p.name,
                    code: p.code,
                })
                .collect()
        }
        Distinct::Organisation | Distinct::MemberMeeting | Distinct::Topic | Distinct::Meeting => {
            others = here.iter().filter_map(|key| line(say, &report.facts.sittings, *key)).collect();
        }
        Distinct::Aspect | Distinct::Department | Distinct::Indicator => {
            let all = of_indicators(&web, &v, &report.facts.indicators, distinct, &ids).await?;
            others = all.into_iter().map(|(_, line)| line).collect();
        }
        Distinct::Person | Distinct::PersonMonth | Distinct::Cell | Distinct::ReceivingUnit => {
            let worth = report.values(code, say.zone());
            let line = |key: &Key| levels::line(say, &asked, &directory, &report.facts, &worth, distinct, *key);
            others = here.iter().filter_map(line).collect();
        }
        Distinct::PersonWeek => {
            let by: HashMap<(PersonId, IsoWeek), &Standing> =
                report.facts.weeks.iter().map(|w| ((w.person, w.week), &w.standing)).collect();
            for key in &here {
                let Key::PersonWeek(p, week) = key else { continue };
                let standing = by.get(&(*p, *week)).copied();
                let (words, class) = standing.map_or((String::new(), "due-ok"), |s| standing_words(say, s));
                let of = directory.person(*p);
                weeks.push(WeekLine {
                    person: of.map(|p| p.name.clone()).unwrap_or_default(),
                    unit: of.and_then(|p| directory.unit(p.unit)).map(|u| unit_name(say, u)).unwrap_or_default(),
                    week: week_words(say, *week),
                    standing: words,
                    class,
                    visits: match standing {
                        Some(Standing::Done(v)) => v.iter().map(|v| v.0).collect(),
                        _ => Vec::new(),
                    },
                });
            }
        }
    }
    let narrowed = match (q.get("category"), q.get("person").parse::<PersonId>()) {
        ("", Ok(p)) => directory.person(p).map(|p| {
            let mut text = p.name.clone();
            if let Ok(m) = q.get("month").parse::<Month>() {
                let _ = write!(text, " · {}", period_words(say, Period::month(m)));
            } else if !q.get("standing").is_empty() {
                let _ = write!(text, " · {}", say.of_or("duty", q.get("standing")));
            }
            text
        }),
        ("", Err(_)) => None,
        (c, _) => Some(say.of_or("category", c)),
    };
    let narrowed = match (by, group) {
        (Some(by), Some(group)) => Some(label(say, &directory, by, group)),
        _ => narrowed,
    };
    let to = |change: &[(&str, &str)]| format!("/figures/{}?{}", code.as_str(), q.query_with(change));
    let dimensions = figure.definition().dimensions().iter().map(|d| {
        let href = if by == Some(*d) { "" } else { d.as_str() };
        (say.of("dimension", d.as_str()), to(&[("page", ""), ("key", ""), ("by", href)]), by == Some(*d))
    });
    let groups = report.groups.iter().filter_map(|(g, figures)| {
        let f = find(figures, code)?;
        let key = key(&directory, g);
        Some(GroupLine {
            label: label(say, &directory, by?, g),
            on: q.get("key") == key,
            href: to(&[("page", ""), ("key", &key)]),
            value: value_text(f).unwrap_or_else(|| nothing(say, f)),
            parts: f.denominator_ids().map(|all| (digits(f.ids().len() as u64), digits(all.len() as u64))),
        })
    });
    let link = |page: usize| format!("/figures/{}?{}&page={page}", code.as_str(), q.query_without("page"));
    let parts = figure
        .denominator_ids()
        .filter(|_| q.get("person").is_empty())
        .map(|all| {
            let rest = q.query_with(&[("page", ""), ("part", "")]);
            let tab = |part: &str, key: &str, n: usize, on: bool| {
                (
                    format!("{} {}", say.t(key), digits(n as u64)),
                    format!("/figures/{}?{rest}&part={part}", code.as_str()),
                    on,
                )
            };
            let (few, many) = match report
                .categories
                .iter()
                .find(|c| !q.get("category").is_empty() && &*c.category == q.get("category"))
            {
                Some(c) => (c.on_time.len(), c.closed_with_target.len()),
                None => (figure.ids().len(), all.len()),
            };
            vec![
                tab("numerator", "part-numerator", few, !denominator),
                tab("denominator", "part-denominator", many, denominator),
            ]
        })
        .unwrap_or_default();
    let d = figure.definition();
    let page = RecordsPage {
        dimensions: dimensions.collect(),
        groups: groups.collect(),
        additive: d.is_additive() && by.is_some(),
        nothing: figure.number().is_none().then(|| nothing(say, figure)),
        csv: format!("/figures/{}/csv?{}", code.as_str(), q.query_without("page")),
        xlsx: format!("/figures/{}/xlsx?{}", code.as_str(), q.query_without("page")),
        label: say.t(&d.label_key()),
        sub: sub(say, &asked, &directory),
        back: format!("/figures?{}", asked.query(false)),
        value: value_text(figure).filter(|_| narrowed.is_none() || group.is_some()),
        sign: say.of("count-unit", d.unit.as_str()),
        parts,
        words: words(say, d),
        narrowed,
        matters,
        visits,
        places,
        weeks,
        others,
        total: total as u64,
        shown: say.t2("records-shown", ("page", at as i64), ("n", digits(total as u64))),
        before: (at > 1).then(|| link(at - 1)),
        next: (at < pages).then(|| link(at + 1)),
        f: Frame::of(&web, &v, "figures").await?,
    };
    show_as(StatusCode::OK, &page)
}

/// Records of registers by the keys of figures, as lines.
async fn of_registers(web: &Web, v: &Visitor, of: Distinct, ids: &[Uuid]) -> Result<Vec<(Uuid, Line)>, AppError> {
    let say = &v.say;
    match of {
        Distinct::Partner => {
            let all = web.app().partner_names(ids).await?;
            let known = ids.iter().filter_map(|id| all.get(id));
            Ok(known.map(|p| (p.id.0, partner_line(say, p))).collect())
        }
        Distinct::Agreement => {
            let all = web.app().agreements_by_id(&v.actor, ids).await?;
            Ok(all.iter().map(|a| (a.id, agreement_line(say, a))).collect())
        }
        Distinct::Team => {
            let all = web.app().teams_by_id(&v.actor, ids).await?;
            Ok(all.iter().map(|r| (r.team.id, team_line(say, r))).collect())
        }
        Distinct::Document => {
            let all = web.app().documents_by_id(&v.actor, ids).await?;
            Ok(all.iter().map(|d| (d.id.0, document_line(say, d, say.today()))).collect())
        }
        Distinct::Clause => {
            let all = web.app().clauses_by_id(&v.actor, ids).await?;
            Ok(all.iter().map(|(clause, d)| (clause.0, clause_line(say, d, *clause))).collect())
        }
        Distinct::Recognition => {
            let all = web.app().recognitions_by_id(&v.actor, ids).await?;
            Ok(all.iter().map(|r| (r.id, recognition_line(say, r))).collect())
        }
        Distinct::District => {
            let all = web.app().partner_names(ids).await?;
            let known = ids.iter().filter_map(|id| all.get(id));
            let named =
                |p: &Partner| Line { text: p.details.district.clone().unwrap_or_default(), ..partner_line(say, p) };
            Ok(known.map(|p| (p.id.0, named(p))).collect())
        }
        Distinct::Member => {
            let all = web.app().members_by_id(&v.actor, ids).await?;
            Ok(all.iter().map(|m| (m.id.0, member_line(say, m))).collect())
        }
        Distinct::Session => {
            let all = web.app().sessions_by_id(&v.actor, ids).await?;
            Ok(all.iter().map(|(s, community)| (s.id.0, session_line(say, s, community))).collect())
        }
        Distinct::Act => {
            let all = web.app().acts_by_id(&v.actor, ids).await?;
            Ok(all.iter().map(|(a, s, community)| (a.id, act_line(say, a, s, community))).collect())
        }
        Distinct::SignIn => {
            let all = web.app().sign_ins_by_id(&v.actor, ids).await?;
            Ok(all.iter().map(|i| (i.id, sign_in_line(say, i))).collect())
        }
        Distinct::Household => {
            let all = web.app().households_by_id(&v.actor, ids).await?;
            Ok(all.iter().map(|h| (h.id, counted(say, h))).collect())
        }
        Distinct::DoneSheet => {
            let all = web.app().sheets_by_id(&v.actor, ids).await?;
            Ok(all.iter().map(|(s, h)| (s.id, sheet_line(say, s, h))).collect())
        }
        Distinct::Outage => {
            let all = web.app().outages_by_id(&v.actor, ids).await?;
            Ok(all.iter().map(|o| (o.id, outage_line(say, o))).collect())
        }
        _ => of_works(web, v, ids).await,
    }
}

/// Roads, sections and milestones by the keys of figures, as lines.
async fn of_works(web: &Web, v: &Visitor, ids: &[Uuid]) -> Result<Vec<(Uuid, Line)>, AppError> {
    let say = &v.say;
    let policies = web.app().policies();
    let all = web.app().works_by_key(&v.actor, ids).await?;
    Ok(all
        .into_iter()
        .map(|k| {
            let line = works_line(say, &k.section, say.today(), format!("/sections/{}", k.section.id));
            let kinds = policies.milestones.of(k.programme.details.kind);
            let milestone = k.milestone.map(|at| called(say, kinds, &k.section.milestones[at].code));
            let text = milestone.map_or(line.text.clone(), |m| format!("{} · {m}", line.text));
            (k.key, Line { text, ..line })
        })
        .collect())
}

/// Records fetched at once for a table.
const PIECE: usize = 500;

/// `GET /figures/{code}/{format}`: the records behind a figure as a table, `csv` or `xlsx`.
pub async fn table(
    State(web): State<Web>,
    SignedIn { visitor: v, .. }: SignedIn,
    Path((code, format)): Path<(String, String)>,
    uri: Uri,
) -> Page {
    let code = FigureCode::parse(&code).ok_or(AppError::NotFound("figure"))?;
    if !matches!(format.as_str(), "csv" | "xlsx") {
        return Err(AppError::NotFound("figure").into());
    }
    let q = query(uri.query());
    let (say, by) = (&v.say, dimension(&q, code)?);
    let asked = asked(&web, &v, &q).await?;
    let report = web.app().report_of(&v.actor, asked.period, asked.narrow(), asked.as_of, by).await?;
    let directory = web.app().directory().await?;
    let (figure, _) = of_key(&q, &report, &directory, code)?;
    let denominator = q.get("part") == "denominator" && figure.denominator_ids().is_some();
    let (keys, distinct) = chosen(&q, &report, figure, denominator)?;
    let worth = report.values(code, say.zone());
    let headers: Vec<String> =
        ["id", "number", "what", "where", "when", "value"].map(|c| say.of("records-column", c)).to_vec();
    let mut rows: Vec<[Cell; 6]> = Vec::with_capacity(keys.len());
    let all: Vec<Key> = keys.iter().collect();
    for piece in all.chunks(PIECE) {
        let ids: Vec<Uuid> =
            piece.iter().filter_map(|k| if let Key::Record(id) = k { Some(*id) } else { None }).collect();
        match distinct {
            Distinct::Matter => {
                for r in rows::of_ids(&web, &v, &ids).await? {
                    let value = worth.get(&r.id).map_or(Cell::Empty, |n| Cell::Number(*n));
                    let place = format!("{} {}", r.place, r.unit);
                    rows.push([
                        Cell::text(r.id.to_string()),
                        Cell::text(r.number),
                        Cell::text(r.subject),
                        Cell::text(place.trim()),
                        Cell::text(r.pill.map(|p| p.text).unwrap_or_default()),
                        value,
                    ]);
                }
            }
            Distinct::Visit => {
                for r in lines::of_ids(&web, &v, &ids).await? {
                    let what = format!("{} {}", r.leg, r.leader);
                    let place = format!("{} {}", r.place, r.host);
                    rows.push([
                        Cell::text(r.id.to_string()),
                        Cell::Empty,
                        Cell::text(what.trim()),
                        Cell::text(place.trim()),
                        Cell::text(r.when),
                        Cell::Empty,
                    ]);
                }
            }
            Distinct::Place => {
                for p in web.app().places_by_id(&v.actor, &ids).await? {
                    rows.push([
                        Cell::text(p.id.0.to_string()),
                        Cell::text(p.code),
                        Cell::text(p.name),
                        Cell::text(p.district),
                        Cell::Empty,
                        Cell::Empty,
                    ]);
                }
            }
            Distinct::Road
            | Distinct::Section
            | Distinct::Milestone
            | Distinct::Partner
            | Distinct::Agreement
            | Distinct::Team
            | Distinct::Document
            | Distinct::Clause
            | Distinct::Recognition
            | Distinct::Outage
            | Distinct::Member
            | Distinct::District
            | Distinct::Session
            | Distinct::Act
            | Distinct::SignIn
            | Distinct::Household
            | Distinct::DoneSheet => {
                for (key, line) in of_registers(&web, &v, distinct, &ids).await? {
                    let value = worth.get(&key).map_or(Cell::Empty, |n| Cell::Number(*n));
                    rows.push([
                        Cell::text(key.to_string()),
                        Cell::text(line.end),
                        Cell::text(line.text),
                        Cell::text(line.muted),
                        Cell::Empty,
                        value,
                    ]);
                }
            }
            Distinct::Organisation | Distinct::MemberMeeting | Distinct::Topic | Distinct::Meeting => {
                for key in piece {
                    let Some(r) = line(say, &report.facts.sittings, *key) else { continue };
                    let value = match key {
                        Key::Record(id) => worth.get(id).map_or(Cell::Empty, |n| Cell::Number(*n)),
                        Key::Pair(..) | Key::PersonWeek(..) | Key::PersonMonth(..) | Key::Cell(_) => Cell::Empty,
                    };
                    rows.push([
                        Cell::text(key.to_string()),
                        Cell::text(r.end),
                        Cell::text(r.text),
                        Cell::text(r.muted),
                        Cell::Empty,
                        value,
                    ]);
                }
            }
            Distinct::Person | Distinct::PersonMonth | Distinct::Cell | Distinct::ReceivingUnit => {
                for key in piece {
                    let all = &report.facts;
                    let Some(r) = levels::line(say, &asked, &directory, all, &worth, distinct, *key) else { continue };
                    let value = match key {
                        Key::Record(id) => worth.get(id).map_or(Cell::Empty, |n| Cell::Number(*n)),
                        Key::Pair(..) | Key::PersonWeek(..) | Key::PersonMonth(..) | Key::Cell(_) => Cell::Empty,
                    };
                    rows.push([
                        Cell::text(key.to_string()),
                        Cell::text(r.end),
                        Cell::text(r.text),
                        Cell::text(r.muted),
                        Cell::Empty,
                        value,
                    ]);
                }
            }
            Distinct::Aspect | Distinct::Department | Distinct::Indicator => {
                for (id, r) in of_indicators(&web, &v, &report.facts.indicators, distinct, &ids).await? {
                    rows.push([
                        Cell::text(id.to_string()),
                        Cell::text(r.end),
                        Cell::text(r.text),
                        Cell::text(r.muted),
                        Cell::Empty,
                        worth.get(&id).map_or(Cell::Empty, |n| Cell::Number(*n)),
                    ]);
                }
            }
            Distinct::PersonWeek => {
                for key in piece {
                    let Key::PersonWeek(p, week) = key else { continue };
                    let of = directory.person(*p);
                    let unit = of.and_then(|p| directory.unit(p.unit)).map(|u| unit_name(say, u)).unwrap_or_default();
                    rows.push([
                        Cell::text(key.to_string()),
                        Cell::text(of.map(|p| p.code.clone()).unwrap_or_default()),
                        Cell::text(of.map(|p| p.name.clone()).unwrap_or_default()),
                        Cell::text(unit),
                        Cell::text(week_words(say, *week)),
                        Cell::Empty,
                    ]);
                }
            }
        }
    }
    let broken = |e: yixian_app::export::TableError| AppError::Store(std::io::Error::other(e.to_string()).into());
    let (kind, body) = if format == "csv" {
        let mut table = CsvTable::new(Vec::new(), &headers, true).map_err(broken)?;
        rows.iter().try_for_each(|row| table.row(row)).map_err(broken)?;
        ("text/csv; charset=utf-8", table.finish().map_err(broken)?)
    } else {
        let mut table = XlsxTable::new(code.as_str(), headers).map_err(broken)?;
        rows.iter().try_for_each(|row| table.row(row)).map_err(broken)?;
        ("application/vnd.openxmlformats-officedocument.spreadsheetml.sheet", table.bytes().map_err(broken)?)
    };
    let name = format!("attachment; filename=\"{}-{}.{format}\"", code.as_str(), asked.period);
    Ok(([(header::CONTENT_TYPE, kind.to_owned()), (header::CONTENT_DISPOSITION, name)], body).into_response())
}
