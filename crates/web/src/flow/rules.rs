//! Rules of the flow 合规: which records broke which rule in force, with the very event that broke it. The page judges
//! nothing; [`yixian_app::flow::rules`] does, by the version of the rules that it names.

use crate::door::frame::Frame;
use crate::door::page::{Page, show};
use crate::door::say::Lang;
use crate::door::telling::digits;
use crate::door::visitor::SignedIn;
use crate::door::web::Web;
use crate::figures::asked::asked;
use crate::flow::asked::{PAGE, Steps, base, chosen, encoded, records_of, sub, with_period};
use crate::form::fields::query;
use crate::matters::rows::{self, Row};
use crate::visits::lines::{self, VisitLine};
use askama::Template;
use axum::extract::State;
use axum::http::Uri;
use uuid::Uuid;
use yixian_app::AppError;
use yixian_app::flow::Of;

struct RuleRow {
    text: String,
    judged: String,
    undecided: String,
    broken: String,
    href: Option<String>,
}

#[derive(Template)]
#[template(path = "flow/rules.html")]
struct RulesPage {
    f: Frame,
    back: String,
    sub: Vec<String>,
    version: String,
    rules: Vec<RuleRow>,
    /// The rule whose records are listed.
    of: Option<String>,
    /// Each with the event that broke the rule, and its place in the record.
    matters: Vec<(Row, String, u32)>,
    visits: Vec<(VisitLine, String)>,
    shown: String,
    before: Option<String>,
    next: Option<String>,
}

/// `GET /flow/rules`
pub async fn page(State(web): State<Web>, SignedIn { visitor: v, .. }: SignedIn, uri: Uri) -> Page {
    let q = with_period(&v, query(uri.query()));
    let say = &v.say;
    let of = records_of(&q)?;
    let asked = asked(&web, &v, &q).await?;
    let report = web.app().flow_rules(&v.actor, &chosen(&v, &asked, of)).await?;
    let words = |r: &yixian_app::flow::rules::RuleShown| {
        if say.lang() == Lang::En { r.text_en.clone().unwrap_or_else(|| r.text.clone()) } else { r.text.clone() }
    };
    let mut page = RulesPage {
        back: format!("/flow?{}", base(&asked, of)),
        sub: sub(say, &asked, of, &*web.app().directory().await?),
        version: say.t1("flow-rules-version", "version", report.version.as_str()),
        rules: report
            .rules
            .iter()
            .map(|r| RuleRow {
                text: words(r),
                judged: digits(r.judged as u64),
                undecided: digits(r.undecided as u64),
                broken: digits(r.offences.len() as u64),
                href: (!r.offences.is_empty())
                    .then(|| format!("/flow/rules?{}&rule={}", base(&asked, of), encoded(&r.id))),
            })
            .collect(),
        of: None,
        matters: Vec::new(),
        visits: Vec::new(),
        shown: String::new(),
        before: None,
        next: None,
        f: Frame::of(&web, &v, "flow").await?,
    };
    let wanted = q.get("rule");
    if !wanted.is_empty() {
        let rule = report.rules.iter().find(|r| r.id == wanted).ok_or(AppError::NotFound("rule"))?;
        let pages = rule.offences.len().div_ceil(PAGE).max(1);
        let at = q.get("page").parse::<usize>().unwrap_or(1).clamp(1, pages);
        let here: Vec<_> = rule.offences.iter().skip((at - 1) * PAGE).take(PAGE).collect();
        let ids: Vec<Uuid> = here.iter().map(|o| o.id).collect();
        let steps = Steps::of(&web, say);
        let event = |id: Uuid| {
            here.iter()
                .find(|o| o.id == id)
                .map(|o| (say.t2("flow-rules-event", ("step", steps.name(&o.step)), ("when", say.moment(o.at))), o.rev))
                .unwrap_or_default()
        };
        match of.of {
            Of::Matters => {
                let rows = rows::of_ids(&web, &v, &ids).await?;
                page.matters = rows
                    .into_iter()
                    .map(|r| {
                        let (words, rev) = event(r.id);
                        (r, words, rev)
                    })
                    .collect();
            }
            Of::Visits => {
                let lines = lines::of_ids(&web, &v, &ids).await?;
                page.visits = lines
                    .into_iter()
                    .map(|r| {
                        let e = event(r.id).0;
                        (r, e)
                    })
                    .collect();
            }
        }
        let link = |page: usize| format!("/flow/rules?{}&page={page}", q.query_without("page"));
        page.shown = say.t2("records-shown", ("page", at as i64), ("n", digits(rule.offences.len() as u64)));
        (page.before, page.next) = ((at > 1).then(|| link(at - 1)), (at < pages).then(|| link(at + 1)));
        page.of = Some(words(rule));
    }
    show(&page)
}
