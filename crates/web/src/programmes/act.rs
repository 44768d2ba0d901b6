//! What is done to a section, each by a form of its own or by one tap: one page for all, the fields differ.

use crate::door::frame::Frame;
use crate::door::page::{Page, to};
use crate::door::visitor::{SignedIn, Visitor};
use crate::door::web::Web;
use crate::form::fields::{Form, query};
use crate::form::page::{Field, FormPage, Kind, beside, choice, or_none};
use crate::form::post::{Again, Post, Posted, Read};
use crate::form::reading::{Faults, Reading};
use crate::programmes::list::name;
use crate::programmes::section::called;
use axum::extract::{Path, State};
use axum::http::{StatusCode, Uri};
use uuid::Uuid;
use yixian_app::command::{Envelope, PointIn, ProgrammeCommand as C, SectionPartIn};
use yixian_app::programmes::SectionPage;
use yixian_app::{AppError, FieldError};
use yixian_domain::access::Denial;
use yixian_domain::ids::CommandId;
use yixian_domain::org::Role;
use yixian_domain::programme::{ItemKind, LengthKind, PermitKind, Progress};

/// Parts that a form splits a section into, at most.
const PARTS: [(&str, &str, &str); 4] = [
    ("code_1", "name_1", "metres_1"),
    ("code_2", "name_2", "metres_2"),
    ("code_3", "name_3", "metres_3"),
    ("code_4", "name_4", "metres_4"),
];

const NUMBER: &str = r#"inputmode="numeric""#;

/// Every action of an address.
const ACTIONS: [&str; 18] = [
    "report",
    "confirm",
    "refuse",
    "forecast",
    "approve-forecast",
    "baseline",
    "approve-baseline",
    "refuse-baseline",
    "approve",
    "permit",
    "survey",
    "items",
    "suspend",
    "resume",
    "cancel",
    "split",
    "merge",
    "look",
];

/// Who may try: who reports, who confirms, who keeps.
fn admit(p: &SectionPage, action: &str) -> Result<(), AppError> {
    let may = match action {
        "report" | "forecast" | "items" => p.reports,
        "confirm" | "refuse" => p.confirms,
        a if ACTIONS.contains(&a) => p.keeps,
        _ => return Err(AppError::NotFound("page")),
    };
    if may { Ok(()) } else { Err(AppError::Denied(Denial::NeedsRole { role: Role::Coordinator })) }
}

/// The fields of an action.
async fn fields(web: &Web, v: &Visitor, p: &SectionPage, action: &str) -> Result<Vec<Field>, AppError> {
    let say = &v.say;
    let day = |name, label: &str| Field::new(name, say.t(label), Kind::Line("date"));
    let reason = || Field::new("reason", say.t("works-reason"), Kind::Text);
    Ok(match action {
        "report" => vec![
            day("day", "works-reached-on"),
            Field::new("photos", say.t("works-photo"), Kind::Photos),
            Field::new("here", say.t("works-here"), Kind::Tick).hint(say.t("works-here-hint")),
            Field::line("visit", say.t("works-visit")).hint(say.t("works-visit-hint")).optional(),
            Field::new("without_permit", say.t("works-without-permit-why"), Kind::Text).optional(),
        ],
        "forecast" => vec![day("day", "works-forecast")],
        "baseline" => vec![day("day", "works-baseline"), reason()],
        "refuse" | "refuse-baseline" | "suspend" | "cancel" => vec![reason()],
        "permit" => {
            let all = web.app().all_partners(&v.actor).await?;
            let governments = all.iter().filter(|b| b.details.roles.iter().any(|r| r.role.is_government()));
            let list = governments.map(|b| (b.id.to_string(), crate::partners::list::name(say, b))).collect();
            let [applied, granted] =
                beside(day("applied", "works-applied").optional(), day("granted", "works-granted").optional());
            vec![
                Field::new(
                    "kind",
                    say.t("works-permit"),
                    Kind::Choice(choice(say, "permit", PermitKind::ALL, PermitKind::as_str)),
                ),
                Field::new("authority", say.t("works-authority"), Kind::Select(or_none(say.t("works-nobody"), list)))
                    .optional(),
                applied,
                granted,
                day("valid_to", "works-valid-to").optional(),
            ]
        }
        "survey" => vec![
            Field::new(
                "kind",
                say.t("works-length-kind"),
                Kind::Choice(choice(say, "length", LengthKind::ALL, LengthKind::as_str)),
            ),
            Field::line("metres", say.t("works-metres")).with(NUMBER),
            day("from", "works-valid-from"),
            Field::line("surveyed_by", say.t("works-surveyed-by")).optional(),
        ],
        "items" => {
            let kinds: Vec<ItemKind> = p.section.items.iter().map(|i| i.kind).collect();
            vec![
                Field::new("kind", say.t("works-items"), Kind::Choice(choice(say, "item", &kinds, ItemKind::as_str))),
                Field::line("n", say.t("works-items-n")).with(NUMBER),
                day("day", "works-items-day"),
            ]
        }
        "split" => {
            let mut all = Vec::new();
            for (i, (code, name, metres)) in PARTS.into_iter().enumerate() {
                let of = |key: &str| say.t1(key, "n", i as i64 + 1);
                let optional = |f: Field| if i < 2 { f } else { f.optional() };
                all.push(optional(Field::line(name, of("works-part-name"))));
                all.extend(beside(
                    optional(Field::line(code, of("works-part-code"))),
                    optional(Field::line(metres, of("works-part-metres")).with(NUMBER)),
                ));
            }
            all
        }
        "merge" => {
            let works = web.app().works(&v.actor, &p.programme.code, None).await?;
            let others = works.sections.iter().filter(|s| s.counts() && s.id != p.section.id);
            let list = others.map(|s| (s.id.to_string(), format!("{} ({})", s.details.name, s.code))).collect();
            vec![Field::new("into", say.t("works-into"), Kind::Select(list))]
        }
        _ => Vec::new(),
    })
}

async fn form_page(
    web: &Web,
    v: &Visitor,
    p: &SectionPage,
    action: &str,
    mut form: Form,
    faults: Faults,
) -> Result<FormPage, AppError> {
    let say = &v.say;
    form.mint(web, &["command_id"]);
    if let ("split", true) = (action, form.get("id_1").is_empty()) {
        form.mint(web, &["id_1", "id_2", "id_3", "id_4"]);
    }
    let policies = web.app().policies();
    let kinds = policies.milestones.of(p.programme.details.kind);
    let milestone = form.get("milestone");
    let label = if milestone.is_empty() {
        say.of("works-do", action)
    } else {
        format!("{} · {}", called(say, kinds, milestone), say.of("works-do", action))
    };
    let s = &p.section;
    let list = fields(web, v, p, action).await?;
    let page = FormPage {
        sub: Some(format!("{} · {}", s.code, s.details.name)),
        button: say.of("works-do", action),
        crumbs: vec![
            (say.t("programmes-title"), "/programmes".into()),
            (name(say, &p.programme), format!("/programmes/{}", p.programme.code)),
            (say.named(&s.details.name, s.details.name_en.as_deref()), format!("/sections/{}", s.id)),
        ],
        action: format!("/sections/{}/{action}", s.id),
        back: format!("/sections/{}", s.id),
        hidden: vec!["milestone", "id_1", "id_2", "id_3", "id_4"],
        hint: (action == "report").then(|| say.t("works-report-hint")),
        fields: list,
        ..FormPage::new(Frame::of(web, v, "programmes").await?, label, form, faults)
    };
    Ok(if matches!(action, "cancel" | "split" | "merge") { page.grave() } else { page })
}

/// `GET /sections/{id}/{action}`
pub async fn page(
    State(web): State<Web>,
    SignedIn { visitor: v, .. }: SignedIn,
    Path((id, action)): Path<(Uuid, String)>,
    uri: Uri,
) -> Page {
    let p = web.app().section_page(&v.actor, id).await?;
    admit(&p, &action)?;
    let mut form = query(uri.query());
    for field in ["day", "from"] {
        if form.get(field).is_empty() {
            form.set(field, v.say.today().to_string());
        }
    }
    form_page(&web, &v, &p, &action, form, Faults::none()).await?.shown(StatusCode::OK)
}

/// The point of a phone, where the form has one.
pub(crate) fn point(form: &Form, r: &mut Reading) -> Option<PointIn> {
    let lat = r.take(form.optional::<f64>("lat", "point")).flatten();
    let lon = r.take(form.optional::<f64>("lon", "point")).flatten();
    lat.zip(lon).map(|(lat, lon)| PointIn { lat, lon, accuracy_m: None })
}

/// What a form says was reached.
pub(crate) fn report(section: Uuid, milestone: String, form: &Form, r: &mut Reading) -> Option<C> {
    let day = r.take(form.day("day"))?;
    let visit = r.take(form.optional::<Uuid>("visit", "visit")).flatten();
    let point = point(form, r);
    let without_permit = form.get("without_permit").to_owned();
    Some(C::ReportMilestone { section, milestone, day, photos: form.photos("photos"), point, visit, without_permit })
}

fn read(web: &Web, section: Uuid, action: &str, form: &Form) -> Result<C, AppError> {
    let mut r = Reading::default();
    let milestone = form.get("milestone").to_owned();
    let reason = form.get("reason").to_owned();
    let command = match action {
        "report" => report(section, milestone, form, &mut r),
        "confirm" => Some(C::ConfirmMilestone { section, milestone }),
        "refuse" => Some(C::RefuseReport { section, milestone, reason }),
        "forecast" => r.take(form.day("day")).map(|day| C::ForecastMilestone { section, milestone, day }),
        "approve-forecast" => Some(C::ApproveForecast { section, milestone }),
        "baseline" => r.take(form.day("day")).map(|day| C::WantBaseline { section, milestone, day, reason }),
        "approve-baseline" => Some(C::DecideBaseline { section, milestone, approve: true, reason }),
        "refuse-baseline" => Some(C::DecideBaseline { section, milestone, approve: false, reason }),
        "approve" => Some(C::ApproveSection { section }),
        "suspend" => Some(C::SuspendSection { section, reason }),
        "resume" => Some(C::ResumeSection { section }),
        "cancel" => Some(C::CancelSection { section, reason }),
        "look" => {
            let matter = web.app().mint().uuid(web.app().clock().now());
            Some(C::ReconcileSection { section, matter })
        }
        "merge" => r.take(form.id("into", "section")).map(|into| C::MergeSection { section, into }),
        "permit" => {
            let kind = r.take(form.needed::<PermitKind>("kind", "permit"));
            let authority = r.take(form.optional::<Uuid>("authority", "partner")).flatten();
            let days = ["applied", "granted", "valid_to"].map(|name| r.take(form.optional_day(name)).flatten());
            let [applied, granted, valid_to] = days;
            kind.map(|kind| C::PutPermit { section, kind, authority, applied, granted, valid_to })
        }
        "survey" => {
            let kind = r.take(form.needed::<LengthKind>("kind", "length_kind"));
            let metres = r.take(form.needed::<u32>("metres", "length"));
            let from = r.take(form.day("from"));
            let surveyed_by = form.get("surveyed_by").to_owned();
            match (kind, metres, from) {
                (Some(kind), Some(metres), Some(from)) => {
                    Some(C::SurveySection { section, metres, kind, from, surveyed_by })
                }
                _ => None,
            }
        }
        "items" => {
            let kind = r.take(form.needed::<ItemKind>("kind", "item"));
            let n = r.take(form.needed::<u32>("n", "items_n"));
            let day = r.take(form.day("day"));
            match (kind, n, day) {
                (Some(kind), Some(n), Some(day)) => Some(C::CountItems { section, kind, day, n }),
                _ => None,
            }
        }
        "split" => {
            let mut parts = Vec::new();
            for (i, (code, name, metres)) in PARTS.into_iter().enumerate() {
                if form.get(code).is_empty() && form.get(name).is_empty() && form.get(metres).is_empty() {
                    continue;
                }
                let id = form.get(["id_1", "id_2", "id_3", "id_4"][i]).parse::<Uuid>();
                let of = r.take(form.needed::<u32>(metres, "length"));
                match (id, of) {
                    (Ok(section), Some(metres)) => parts.push(SectionPartIn {
                        section,
                        code: form.get(code).to_owned(),
                        name: form.get(name).to_owned(),
                        metres,
                    }),
                    (Err(_), _) => r.faults.push(FieldError::new(code, "uuid_v7")),
                    (Ok(_), None) => {}
                }
            }
            Some(C::SplitSection { section, parts })
        }
        _ => return Err(AppError::NotFound("page")),
    };
    r.done()?;
    command.ok_or(AppError::NotFound("page"))
}

/// `POST /sections/{id}/{action}`
pub async fn submit(
    State(web): State<Web>,
    SignedIn { visitor: v, .. }: SignedIn,
    Path((id, action)): Path<(Uuid, String)>,
    mut form: Form,
) -> Page {
    let p = web.app().section_page(&v.actor, id).await?;
    admit(&p, &action)?;
    form.take_photos(&web).await;
    let command = read(&web, id, &action, &form).map(Read::now);
    match Post::by(&web, &v).minted(&["id_1", "id_2", "id_3", "id_4"]).send(form, command).await? {
        Posted::Done(_) => to(&format!("/sections/{id}")),
        Posted::Again(Again { form, faults, status }) => {
            form_page(&web, &v, &p, &action, form, faults).await?.shown(status)
        }
    }
}

/// `POST /programmes/{id}/approve`: every draft that may be approved; what may not stays a draft.
pub async fn approve_all(
    State(web): State<Web>,
    SignedIn { visitor: v, .. }: SignedIn,
    Path(at): Path<String>,
    form: Form,
) -> Page {
    let p = crate::programmes::form::kept(&web, &v, &at).await?;
    form.command_id()?;
    let works = web.app().works(&v.actor, &at, None).await?;
    for s in works.sections.iter().filter(|s| s.progress() == Progress::Draft) {
        let id = CommandId(web.app().mint().uuid(web.app().clock().now()));
        let envelope = Envelope { happened_at: None, command: C::ApproveSection { section: s.id }.into() };
        match web.execute(&v.actor, id, envelope, None).await {
            Ok(_) | Err(AppError::Refused(_)) => {}
            Err(e) => return Err(e.into()),
        }
    }
    to(&format!("/programmes/{}", p.code))
}
