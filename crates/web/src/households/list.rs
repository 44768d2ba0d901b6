//! The register of households by code, the round of a day, and the table for outside the team.

use super::shown::{line, title, vulnerable};
use crate::door::frame::Frame;
use crate::door::page::{Page, cut, show};
use crate::door::visitor::SignedIn;
use crate::door::web::Web;
use crate::form::fields::{Form, query};
use crate::form::record::{Asked, Line, ListPage, Way};
use axum::extract::State;
use axum::http::{Uri, header};
use axum::response::IntoResponse;
use yixian_app::AppError;
use yixian_app::export::{Cell, CsvTable};
use yixian_domain::access::{Ask, may};

/// Households on a page.
const PAGE: usize = 50;

/// `GET /households`
pub async fn page(State(web): State<Web>, SignedIn { visitor: v, .. }: SignedIn, uri: Uri) -> Page {
    let say = &v.say;
    let form = query(uri.query());
    let mut all = web.app().households(&v.actor, form.get("after"), PAGE as i64 + 1).await?;
    let more = cut(&mut all, PAGE);
    let next = all.last().filter(|_| more);
    let next = next.map(|r| format!("/households?{}", form.query_with(&[("after", &r.household.code)])));
    let directory = web.app().directory().await?;
    let serves = directory.units().any(|u| may(&v.actor, &Ask::ServeHouseholds(&u.path)).is_ok());
    let mut ways = Vec::new();
    if serves {
        ways.push(Way::first(say.t("household-new"), "/households/new"));
        ways.push(Way::to(say.t("household-round"), "/households/round"));
        ways.push(Way::to(say.t("import"), "/households/import"));
    }
    show(&ListPage {
        lines: all.iter().map(|r| line(say, r)).collect(),
        title: say.t("households-title"),
        hint: say.t("households-hint"),
        ways,
        at: "/households",
        asked: Vec::new(),
        first: (!form.get("after").is_empty()).then(|| "/households".to_owned()),
        form,
        notes: Vec::new(),
        none: say.t("households-none"),
        next,
        f: Frame::of(&web, &v, "households").await?,
    })
}

/// `GET /households/round`
pub async fn round(State(web): State<Web>, SignedIn { visitor: v, .. }: SignedIn, uri: Uri) -> Page {
    let say = &v.say;
    let mut form = query(uri.query());
    let asked = form.optional_day("day").map_err(|e| AppError::Invalid(vec![e]))?;
    let day = asked.unwrap_or(say.today());
    form.set("day", day.to_string());
    let stops = web.app().household_round(&v.actor, day).await?;
    let lines = stops.iter().map(|s| -> Line {
        let resident = s.row.resident.clone().unwrap_or_default();
        let mut why: Vec<String> = s.orders.iter().map(|m| m.subject.clone()).collect();
        why.extend(s.promised.map(|d| say.t1("household-promised-on", "day", say.day(d))));
        why.push(vulnerable(say, &s.row));
        why.retain(|t| !t.is_empty());
        let line = super::shown::line(say, &s.row).muted(format!("{} · {}", resident.address, why.join(" · ")));
        s.orders.iter().fold(line, |line, m| {
            line.way(Way::first(say.t("sheet-fill-in"), format!("/orders/{}/sheet", m.matter.id)))
        })
    });
    let lines: Vec<Line> = lines.collect();
    show(&ListPage {
        lines,
        title: say.t("household-round"),
        hint: say.t("household-round-hint"),
        ways: vec![Way::to(say.t("households-title"), "/households")],
        at: "/households/round",
        asked: vec![Asked { name: "day", label: say.t("household-day"), list: Vec::new() }],
        form,
        notes: Vec::new(),
        none: say.t("household-round-none"),
        next: None,
        first: None,
        f: Frame::of(&web, &v, "households").await?,
    })
}

/// `POST /households/csv`
pub async fn export(State(web): State<Web>, SignedIn { visitor: v, .. }: SignedIn, _: Form) -> Page {
    let say = &v.say;
    let all = web.app().export_households(&v.actor).await?;
    let broken = |e: yixian_app::export::TableError| AppError::Store(std::io::Error::other(e.to_string()).into());
    let headers = ["code", "household-name", "household-address", "household-phone", "household-vulnerable"];
    let headers: Vec<String> = headers.into_iter().map(|key| say.t(key)).collect();
    let mut table = CsvTable::new(Vec::new(), &headers, true).map_err(broken)?;
    for r in &all.rows {
        let resident = r.resident.clone().unwrap_or_default();
        let row = [r.household.code.clone(), title(say, r), resident.address, resident.phone, vulnerable(say, r)];
        table.row(&row.map(Cell::text)).map_err(broken)?;
    }
    let mut left_out = [const { String::new() }; 5];
    left_out[0] = say.t1("households-left-out", "n", all.left_out as i64);
    table.row(&left_out.map(Cell::text)).map_err(broken)?;
    let name = format!("attachment; filename=\"households-{}.csv\"", say.today());
    let head = [(header::CONTENT_TYPE, "text/csv; charset=utf-8".to_owned()), (header::CONTENT_DISPOSITION, name)];
    Ok((head, table.finish().map_err(broken)?).into_response())
}
