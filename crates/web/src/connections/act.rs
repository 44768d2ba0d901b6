//! Forms of what is done with a connection only: survey, scheme, the next step, power on, a stopped
//! clock with its ground, papers, flags, cost, an overridden eligibility, a call-back, a withdrawal.
//! What every matter knows (accept, assign, decide, archive, answer) has its forms elsewhere.

use crate::door::frame::Frame;
use crate::door::page::{Page, to};
use crate::door::say::{Lang, Say};
use crate::door::visitor::{SignedIn, Visitor};
use crate::door::web::Web;
use crate::form::fields::{Form, query};
use crate::form::page::{Field, FormPage, Kind, choice, voltages, yes_no};
use crate::form::post::{Again, Post, Posted, Read};
use crate::form::reading::{Faults, Reading};
use crate::matters::rows::number;
use axum::extract::{Path, State};
use axum::http::{StatusCode, Uri};
use uuid::Uuid;
use yixian_app::command::{CallIn, Command, ConnectionCommand, MatterCommand, SchemeIn, SupplyPlanIn};
use yixian_app::connections::ConnectionPage;
use yixian_app::{AppError, FieldError};
use yixian_domain::connection::eligible::Exclusion;
use yixian_domain::connection::{
    Case, Complaint, FirmSize, Flag, PaperKind, PauseGround, Satisfaction, Setting, Voltage,
};
use yixian_domain::ids::MatterId;

/// What is done with a connection only.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum CaseAction {
    Survey,
    Scheme,
    Advance,
    Energize,
    Pause,
    Paper,
    Flag,
    Cost,
    Correct,
    Override,
    CallBack,
    Withdraw,
}

impl CaseAction {
    pub(crate) const ALL: [CaseAction; 12] = [
        CaseAction::Survey,
        CaseAction::Scheme,
        CaseAction::Advance,
        CaseAction::Energize,
        CaseAction::CallBack,
        CaseAction::Pause,
        CaseAction::Paper,
        CaseAction::Cost,
        CaseAction::Flag,
        CaseAction::Correct,
        CaseAction::Override,
        CaseAction::Withdraw,
    ];
    /// As in addresses and catalogue keys.
    pub(crate) fn as_str(self) -> &'static str {
        match self {
            CaseAction::Survey => "survey",
            CaseAction::Scheme => "scheme",
            CaseAction::Advance => "advance",
            CaseAction::Energize => "energize",
            CaseAction::Pause => "pause",
            CaseAction::Paper => "paper",
            CaseAction::Flag => "flag",
            CaseAction::Cost => "cost",
            CaseAction::Correct => "correct",
            CaseAction::Override => "override",
            CaseAction::CallBack => "callback",
            CaseAction::Withdraw => "withdraw",
        }
    }
    /// The same as the use cases name it; none for what every matter knows.
    pub(crate) fn of_case(self) -> Option<yixian_app::connections::CaseAction> {
        use yixian_app::connections::CaseAction as A;
        Some(match self {
            CaseAction::Survey => A::Survey,
            CaseAction::Scheme => A::ReplyScheme,
            CaseAction::Energize => A::Energize,
            CaseAction::Paper => A::AddPaper,
            CaseAction::Flag => A::Flag,
            CaseAction::Cost => A::SetCost,
            CaseAction::Correct => A::Correct,
            CaseAction::Override => A::OverrideEligibility,
            CaseAction::CallBack => A::CallBack,
            CaseAction::Withdraw => A::Withdraw,
            CaseAction::Advance | CaseAction::Pause => return None,
        })
    }
    fn parse(text: &str) -> Option<CaseAction> {
        Self::ALL.into_iter().find(|a| a.as_str() == text)
    }
}

/// Fields of a plan: voltage, capacity, lines, days, source.
const BEFORE: [&str; 5] = ["before_voltage", "before_capacity", "before_lines", "before_days", "before_source"];

const CHOSEN: [&str; 5] = ["chosen_voltage", "chosen_capacity", "chosen_lines", "chosen_days", "chosen_source"];

fn plan_fields(say: &Say, before: bool) -> Vec<Field> {
    let t = |key: &str| say.t(key);
    let title = t(if before { "case-counterfactual" } else { "case-chosen" });
    let [voltage, capacity, lines, days, source] = if before { BEFORE } else { CHOSEN };
    vec![
        Field::new(voltage, format!("{title} · {}", t("field-voltage")), Kind::Choice(voltages())),
        Field::new(capacity, format!("{title} · {}", t("field-capacity-kw")), Kind::Line("text")),
        Field::new(lines, format!("{title} · {}", t("case-lines")), Kind::Text).hint(t("field-lines-hint")).optional(),
        Field::new(days, format!("{title} · {}", t("field-plan-days")), Kind::Line("number"))
            .hint(t("field-plan-days-hint"))
            .optional(),
        Field::new(source, format!("{title} · {}", t("case-source")), Kind::Line("text"))
            .hint(t("field-source-hint"))
            .optional(),
    ]
}

fn fields(say: &Say, action: CaseAction, p: &ConnectionPage, case: &Case) -> Vec<Field> {
    let t = |key: &str| say.t(key);
    let photos = || Field::new("photo", t("photo-add"), Kind::Photos);
    match action {
        CaseAction::Survey => vec![
            Field::new("works", t("field-works"), Kind::Choice(yes_no(say))).hint(t("field-works-hint")),
            Field::new("words", t("field-found"), Kind::Text).optional(),
            photos(),
        ],
        CaseAction::Scheme => vec![
            Field::new("voltage", t("field-voltage"), Kind::Choice(voltages())),
            Field::new("capacity", t("field-capacity-kw"), Kind::Line("text")),
            Field::new("dual", t("field-dual"), Kind::Choice(yes_no(say))).optional(),
            Field::new("works", t("field-works"), Kind::Choice(yes_no(say))),
            Field::new("words", t("field-scheme-words"), Kind::Text).optional(),
        ],
        CaseAction::Advance => {
            let evidence =
                case.step().and_then(|r| p.page.steps.iter().find(|s| s.code == r.code)).is_some_and(|s| s.evidence);
            let note = Field::new("note", t("field-step-note"), Kind::Text);
            vec![if evidence { note.hint(t("field-step-evidence")) } else { note.optional() }, photos()]
        }
        CaseAction::Energize => vec![
            Field::new("how", t("field-energize"), Kind::Text),
            Field::new("at", t("field-happened"), Kind::Line("datetime-local"))
                .hint(t("field-happened-hint"))
                .optional(),
            photos(),
        ],
        CaseAction::Pause => vec![
            Field::new(
                "ground",
                t("field-ground"),
                Kind::Choice(choice(say, "ground", PauseGround::ALL, PauseGround::as_str)),
            ),
            Field::new("reason", t("field-pause-reason"), Kind::Text).hint(t("field-pause-hint")),
            photos(),
        ],
        CaseAction::Paper => {
            let missing: Vec<PaperKind> = case.missing().collect();
            let kinds = if missing.is_empty() { PaperKind::ALL.to_vec() } else { missing };
            vec![
                Field::new(
                    "paper",
                    t("customer-paper-add"),
                    Kind::Choice(choice(say, "paper", &kinds, PaperKind::as_str)),
                ),
                photos(),
            ]
        }
        CaseAction::Flag => vec![
            Field::new("flags", t("intake-flags"), Kind::Many(choice(say, "flag", Flag::ALL, Flag::as_str)))
                .hint(t("intake-flags-hint"))
                .optional(),
        ],
        CaseAction::Cost => [
            plan_fields(say, true),
            plan_fields(say, false),
            vec![Field::new("paid", t("field-paid"), Kind::Line("text"))],
        ]
        .concat(),
        CaseAction::Correct => vec![
            Field::new(
                "size",
                t("intake-size"),
                Kind::Choice(choice(say, "firm-size", FirmSize::ALL, FirmSize::as_str)),
            ),
            Field::new(
                "setting",
                t("intake-setting"),
                Kind::Choice(choice(say, "setting", Setting::ALL, Setting::as_str)),
            ),
            Field::new("capacity", t("field-capacity-kw"), Kind::Line("text")),
            Field::new("voltage", t("field-voltage"), Kind::Choice(voltages())),
            Field::new(
                "exclusions",
                t("intake-exclusions"),
                Kind::Many(choice(say, "reason", Exclusion::ALL, Exclusion::as_str)),
            )
            .hint(t("intake-exclusions-hint"))
            .optional(),
            Field::new("reason", t("field-correct-reason"), Kind::Text),
        ],
        CaseAction::Override => vec![Field::new("reason", t("field-override-reason"), Kind::Text)],
        CaseAction::CallBack => vec![
            Field::new(
                "outcome",
                t("field-outcome"),
                Kind::Choice(
                    ["reached", "not_reached", "refused"]
                        .iter()
                        .map(|c| ((*c).to_owned(), say.of("outcome", c)))
                        .collect(),
                ),
            ),
            Field::new(
                "satisfaction",
                t("field-satisfaction"),
                Kind::Choice(choice(say, "satisfaction", Satisfaction::ALL, Satisfaction::as_str)),
            )
            .hint(t("field-satisfaction-hint"))
            .optional(),
            Field::new(
                "reasons",
                t("customer-rate-why"),
                Kind::Many(choice(say, "complaint", Complaint::ALL, Complaint::as_str)),
            )
            .optional(),
            Field::new("applied_on", t("field-said-applied"), Kind::Line("date")).hint(t("field-said-hint")).optional(),
            Field::new("steps", t("field-said-steps"), Kind::Line("number")).optional(),
            Field::new("said_paid", t("field-said-paid"), Kind::Line("text")).optional(),
            Field::new("designated", t("field-designated"), Kind::Choice(yes_no(say))).optional(),
            Field::new("words", t("field-said-words"), Kind::Text).optional(),
        ],
        CaseAction::Withdraw => vec![Field::new("reason", t("field-withdraw-reason"), Kind::Text)],
    }
}

/// What a form shows before anybody typed.
fn prefilled(action: CaseAction, case: &Case, form: &mut Form) {
    match action {
        CaseAction::Flag => case.flags.iter().for_each(|x| form.add("flags", x.as_str())),
        CaseAction::Correct => case.asked.exclusions.iter().for_each(|x| form.add("exclusions", x.as_str())),
        _ => {}
    }
    let mut set = |name: &str, value: String| {
        if form.get(name).is_empty() {
            form.set(name, value)
        }
    };
    match action {
        CaseAction::Scheme => {
            set("voltage", case.asked.voltage.as_str().into());
            set("capacity", case.asked.capacity.to_string());
            if let Some(works) = case.works {
                set("works", if works { "yes" } else { "no" }.into());
            }
        }
        CaseAction::Correct => {
            set("size", case.asked.size.as_str().into());
            set("setting", case.asked.setting.as_str().into());
            set("capacity", case.asked.capacity.to_string());
            set("voltage", case.asked.voltage.as_str().into());
        }
        CaseAction::Cost => {
            let chosen =
                case.scheme.as_ref().map_or((case.asked.voltage, case.asked.capacity), |s| (s.voltage, s.capacity));
            set("chosen_voltage", chosen.0.as_str().into());
            set("chosen_capacity", chosen.1.to_string());
            set("before_capacity", case.asked.capacity.to_string());
            set("paid", "0".into());
        }
        _ => {}
    }
}

async fn form_page(
    web: &Web,
    v: &Visitor,
    id: MatterId,
    action: CaseAction,
    mut form: Form,
    faults: Faults,
    status: StatusCode,
) -> Page {
    let say = &v.say;
    let p = web.app().connection_page(&v.actor, id).await?;
    let case = p.page.matter.case.as_deref().ok_or(AppError::NotFound("connection"))?;
    form.mint(web, &["command_id", "problem"]);
    if !faults.any() {
        prefilled(action, case, &mut form);
    }
    let label = say.of("case-action", action.as_str());
    let nr = number(say, p.page.matter.raised.at, p.page.n);
    let next = p.next.as_ref().map(|s| if say.lang() == Lang::Zh { s.name.clone() } else { s.name_en.clone() });
    let page = FormPage {
        sub: Some(format!(
            "{} · {}",
            say.of("class", case.class.as_str()),
            crate::connections::words::kilowatts(say, &case.asked.capacity.to_string())
        )),
        hint: match action {
            CaseAction::Advance => next.map(|n| say.t1("case-next-step", "step", n)),
            CaseAction::Override => {
                Some(say.t(if case.eligibility.stands() { "case-override-out" } else { "case-override-in" }))
            }
            CaseAction::Correct => Some(say.t("case-correct-hint")),
            CaseAction::CallBack => Some(say.t1("case-call-tries", "n", case.calls.attempts.len() as i64)),
            _ => None,
        },
        crumbs: vec![(say.t("nav-connections"), "/connections".into()), (nr, format!("/connections/{id}"))],
        action: format!("/connections/{id}/{}", action.as_str()),
        back: format!("/connections/{id}"),
        hidden: vec!["problem"],
        fields: fields(say, action, &p, case),
        draft: Some(format!("case-{id}-{}", action.as_str())),
        ..FormPage::new(Frame::of(web, v, "connections").await?, label, form, faults)
    };
    page.shown(status)
}

fn action(name: &str) -> Result<CaseAction, AppError> {
    CaseAction::parse(name).ok_or(AppError::NotFound("action"))
}

/// `GET /connections/{id}/{action}`
pub async fn page(
    State(web): State<Web>,
    SignedIn { visitor: v, .. }: SignedIn,
    Path((id, name)): Path<(Uuid, String)>,
    uri: Uri,
) -> Page {
    form_page(&web, &v, MatterId(id), action(&name)?, query(uri.query()), Faults::none(), StatusCode::OK).await
}

fn yes(r: &mut Reading, form: &Form, name: &'static str, needed: bool) -> bool {
    match form.get(name) {
        "yes" => true,
        "no" => false,
        _ => {
            if needed {
                r.faults.push(FieldError::new(name, "yes_no"));
            }
            false
        }
    }
}

/// Lines of a plan: a name, blanks, an amount; one a line.
fn lines(text: &str) -> Vec<(String, String)> {
    text.lines()
        .map(str::trim)
        .filter(|l| !l.is_empty())
        .map(|l| match l.rsplit_once(char::is_whitespace) {
            Some((name, amount)) => (name.trim().to_owned(), amount.to_owned()),
            None => (l.to_owned(), String::new()),
        })
        .collect()
}

fn plan(r: &mut Reading, form: &Form, names: [&'static str; 5]) -> SupplyPlanIn {
    let voltage = r.take(form.word::<Voltage>(names[0], "voltage")).unwrap_or(Voltage::Low);
    let days = r.take(form.optional(names[3], "plan_days")).flatten();
    SupplyPlanIn {
        voltage,
        capacity: form.get(names[1]).to_owned(),
        lines: lines(form.get(names[2])),
        days,
        source: form.get(names[4]).to_owned(),
    }
}

fn codes<T>(
    r: &mut Reading,
    form: &Form,
    name: &'static str,
    code: &'static str,
    parse: fn(&str) -> Option<T>,
) -> Vec<T> {
    form.all(name)
        .filter(|s| !s.is_empty())
        .filter_map(|s| {
            let found = parse(s);
            if found.is_none() {
                r.faults.push(FieldError::new(name, code));
            }
            found
        })
        .collect()
}

fn command(id: Uuid, action: CaseAction, form: &Form, stands: bool, step: Option<&str>) -> Result<Command, AppError> {
    let mut r = Reading::default();
    r.faults.clone_from(&form.faults);
    let text = |name: &str| form.get(name).to_owned();
    let photos = form.photos("photos");
    let connection = id;
    let c: Command = match action {
        CaseAction::Survey => ConnectionCommand::SurveyConnection {
            connection,
            works: yes(&mut r, form, "works", true),
            words: text("words"),
            photos,
        }
        .into(),
        CaseAction::Scheme => {
            let voltage = r.take(form.word::<Voltage>("voltage", "voltage")).unwrap_or(Voltage::Low);
            let (dual, works) = (yes(&mut r, form, "dual", false), yes(&mut r, form, "works", true));
            ConnectionCommand::ReplyScheme {
                connection,
                scheme: SchemeIn { voltage, capacity: text("capacity"), dual, works, words: text("words") },
            }
            .into()
        }
        CaseAction::Advance => {
            MatterCommand::Advance { matter: id, step: step.unwrap_or_default().to_owned(), note: text("note"), photos }
                .into()
        }
        CaseAction::Energize => ConnectionCommand::Energize { connection, how: text("how"), photos }.into(),
        CaseAction::Pause => {
            let ground = PauseGround::parse(form.get("ground"));
            if ground.is_none() {
                r.faults.push(FieldError::new("ground", "ground"));
            }
            MatterCommand::AskPause { matter: id, reason: text("reason"), photos, ground }.into()
        }
        CaseAction::Paper => {
            let kind = r.take(form.word::<PaperKind>("paper", "paper")).unwrap_or(PaperKind::Other);
            ConnectionCommand::AddPaper { connection, kind, photos }.into()
        }
        CaseAction::Flag => {
            ConnectionCommand::FlagConnection { connection, flags: codes(&mut r, form, "flags", "flag", Flag::parse) }
                .into()
        }
        CaseAction::Cost => ConnectionCommand::SetConnectionCost {
            connection,
            counterfactual: plan(&mut r, form, BEFORE),
            chosen: plan(&mut r, form, CHOSEN),
            paid: text("paid"),
        }
        .into(),
        CaseAction::Correct => ConnectionCommand::CorrectApplication {
            connection,
            size: r.take(form.word("size", "firm_size")).unwrap_or(FirmSize::Unknown),
            setting: r.take(form.word("setting", "setting")).unwrap_or(Setting::Urban),
            capacity: text("capacity"),
            voltage: r.take(form.word("voltage", "voltage")).unwrap_or(Voltage::Low),
            exclusions: codes(&mut r, form, "exclusions", "exclusion", Exclusion::parse),
            reason: text("reason"),
        }
        .into(),
        CaseAction::Override => {
            ConnectionCommand::OverrideEligibility { connection, eligible: !stands, reason: text("reason") }.into()
        }
        CaseAction::CallBack => {
            let satisfaction = match form.get("satisfaction") {
                "" => None,
                _ => r.take(form.word::<Satisfaction>("satisfaction", "satisfaction")),
            };
            let reasons = codes(&mut r, form, "reasons", "complaint", Complaint::parse);
            if satisfaction == Some(Satisfaction::Not) && reasons.is_empty() {
                r.faults.push(FieldError::new("reasons", "complaint"));
            }
            let call = match form.get("outcome") {
                "reached" => CallIn::Reached {
                    applied_on: r.take(form.optional_day("applied_on")).flatten(),
                    steps: r.take(form.optional("steps", "steps")).flatten(),
                    paid: Some(text("said_paid")).filter(|t| !t.is_empty()),
                    designated: yes(&mut r, form, "designated", false),
                    satisfaction,
                    reasons,
                },
                "not_reached" => CallIn::NotReached,
                "refused" => CallIn::Refused,
                _ => {
                    r.faults.push(FieldError::new("outcome", "outcome"));
                    CallIn::NotReached
                }
            };
            let problem = (satisfaction == Some(Satisfaction::Not)).then(|| form.get("problem").parse().ok()).flatten();
            ConnectionCommand::CallBack { connection, call, words: text("words"), problem }.into()
        }
        CaseAction::Withdraw => ConnectionCommand::WithdrawConnection { connection, reason: text("reason") }.into(),
    };
    r.done()?;
    Ok(c)
}

/// When it happened, where the form asks: a local date and time.
fn happened(say: &Say, form: &Form) -> Result<Option<String>, AppError> {
    match form.get("at") {
        "" => Ok(None),
        text => text
            .parse::<jiff::civil::DateTime>()
            .map(|t| Some(say.zone().at(t.date(), t.time()).to_string()))
            .map_err(|_| AppError::field("at", "instant")),
    }
}

/// `POST /connections/{id}/{action}`
pub async fn submit(
    State(web): State<Web>,
    SignedIn { visitor: v, .. }: SignedIn,
    Path((id, name)): Path<(Uuid, String)>,
    mut form: Form,
) -> Page {
    let action = action(&name)?;
    let p = web.app().connection_page(&v.actor, MatterId(id)).await?;
    let case = p.page.matter.case.as_deref().ok_or(AppError::NotFound("connection"))?;
    form.take_photos(&web).await;
    let step = case.step().map(|r| r.code.as_str());
    let read = happened(&v.say, &form)
        .and_then(|at| Ok(Read::at(at, command(id, action, &form, case.eligibility.stands(), step)?)));
    match Post::by(&web, &v).minted(&["problem"]).send(form, read).await? {
        Posted::Done(_) => to(&format!("/connections/{id}")),
        Posted::Again(Again { form, faults, status }) => {
            form_page(&web, &v, MatterId(id), action, form, faults, status).await
        }
    }
}
