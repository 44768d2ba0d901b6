//! The two catalogues say the same things, and everything that is said anywhere is in them.

use crate::support::*;
use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};
use yixian_app::accounts::Whence;
use yixian_app::code_of;
use yixian_domain::household::{ConfirmedHow, HouseholdRule, Vulnerability};
use yixian_domain::matter::{MatterAction, MatterKind, StageName};
use yixian_domain::org::Role;
use yixian_web::slices::words;

/// The catalogues of a language, one a part of the product.
fn zh() -> Vec<(&'static str, &'static str)> {
    words().map(|w| (w.name, w.zh)).collect()
}
fn en() -> Vec<(&'static str, &'static str)> {
    words().map(|w| (w.name, w.en)).collect()
}

/// Every message of a catalogue with the variables it names.
fn messages(sources: &[(&str, &str)]) -> BTreeMap<String, BTreeSet<String>> {
    let mut out: BTreeMap<String, BTreeSet<String>> = BTreeMap::new();
    for (file, text) in sources {
        let mut key = None;
        for line in text.lines() {
            let head = line.split_once('=').map(|(k, _)| k.trim_end()).filter(|k| {
                !k.is_empty()
                    && k.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'-' || b == b'_')
                    && line.starts_with(|c: char| c.is_ascii_alphabetic())
            });
            if let Some(k) = head {
                assert!(out.insert(k.to_owned(), BTreeSet::new()).is_none(), "{k} stands twice ({file})");
                key = Some(k.to_owned());
            }
            let Some(k) = &key else { continue };
            for variable in line.split('$').skip(1) {
                let name: String =
                    variable.chars().take_while(|c| c.is_ascii_alphanumeric() || *c == '-' || *c == '_').collect();
                out.entry(k.clone()).or_default().insert(name);
            }
        }
    }
    out
}

#[test]
fn both_catalogues_have_the_same_keys_and_variables() {
    let (zh, en) = (messages(&zh()), messages(&en()));
    let only = |a: &BTreeMap<String, BTreeSet<String>>, b: &BTreeMap<String, BTreeSet<String>>| {
        a.keys().filter(|k| !b.contains_key(*k)).cloned().collect::<Vec<_>>()
    };
    assert_eq!((only(&zh, &en), only(&en, &zh)), (vec![], vec![]), "in one catalogue only");
    assert!(zh.len() > 300, "{}", zh.len());
    let differ: Vec<_> =
        zh.iter().filter(|(k, v)| en.get(*k) != Some(*v)).map(|(k, v)| format!("{k}: {v:?} and {:?}", en[k])).collect();
    assert!(differ.is_empty(), "{differ:#?}");
}

fn sources(folder: &Path, out: &mut Vec<(PathBuf, String)>) {
    for entry in std::fs::read_dir(folder).unwrap_or_else(|e| panic!("{}: {e}", folder.display())) {
        let path = entry.expect("an entry").path();
        if path.is_dir() {
            sources(&path, out);
        } else if path.extension().is_some_and(|e| e == "rs" || e == "html") {
            let text = std::fs::read_to_string(&path).expect("text");
            out.push((path, text));
        }
    }
}

fn all_sources() -> Vec<(PathBuf, String)> {
    let here = PathBuf::from(env!("CARGO_MANIFEST_DIR"));
    let mut out = Vec::new();
    for folder in ["src", "../app/src"] {
        sources(&here.join(folder), &mut out);
    }
    out
}

fn of_doors(path: &Path) -> bool {
    path.starts_with(Path::new(env!("CARGO_MANIFEST_DIR")).join("src"))
}

/// The literals that begin right after `call(`.
fn literals<'a>(text: &'a str, call: &'a str) -> impl Iterator<Item = &'a str> {
    text.match_indices(call).filter_map(move |(at, _)| text[at + call.len()..].strip_prefix('"')?.split('"').next())
}

#[test]
fn every_literal_key_exists() {
    let known = messages(&zh());
    let mut missing = BTreeSet::new();
    for (path, text) in all_sources().iter().filter(|(p, _)| of_doors(p)) {
        for call in [".t(", ".n(", ".t1(", ".t2("] {
            for key in literals(text, call).filter(|k| !known.contains_key(*k)) {
                missing.insert(format!("{key} ({})", path.file_name().unwrap_or_default().to_string_lossy()));
            }
        }
    }
    assert!(missing.is_empty(), "{missing:#?}");
}

#[test]
fn every_code_of_a_fault_has_words() {
    let known = messages(&zh());
    let mut codes = BTreeSet::new();
    for (path, text) in all_sources() {
        // The second literal of a call: what is wrong; the first is the field.
        for call in ["FieldError::new(", "FieldError::with(", "AppError::field("] {
            for (at, _) in text.match_indices(call) {
                let args = &text[at + call.len()..];
                let args = &args[..args.find(')').unwrap_or(args.len())];
                if let Some(code) = args.split(',').nth(1).and_then(|a| a.trim().strip_prefix('"')?.strip_suffix('"')) {
                    codes.insert(code.to_owned());
                }
            }
        }
        for call in [".optional(", ".needed(", ".id(", ".word("] {
            if !of_doors(&path) {
                continue;
            }
            for (at, _) in text.match_indices(call) {
                let args = &text[at + call.len()..];
                let args = &args[..args.find(')').unwrap_or(args.len())];
                if let Some(code) = args.split(',').nth(1).and_then(|a| a.trim().strip_prefix('"')?.strip_suffix('"')) {
                    codes.insert(code.to_owned());
                }
            }
        }
        codes.extend(literals(&text, "bad(").map(str::to_owned).filter(|c| c.starts_with("photo")));
    }
    assert!(codes.len() > 40, "{codes:?}");
    let missing: Vec<_> =
        codes.iter().filter(|c| !known.contains_key(&format!("invalid-{}", c.replace('_', "-")))).collect();
    assert!(missing.is_empty(), "{missing:?}");
}

#[test]
fn every_code_of_a_cell_has_words() {
    let known = messages(&zh());
    let mut codes = BTreeSet::new();
    for (path, text) in all_sources().iter().filter(|(p, _)| p.iter().any(|part| part == "import")) {
        for call in [".fault(", ".not_of(", ".found("] {
            for (at, _) in text.match_indices(call).filter(|_| !of_doors(path)) {
                let args = text[at + call.len()..].trim_start();
                let args = &args[..args.find(')').unwrap_or(args.len())];
                // The first literal names the column, unless the column is a variable.
                let literal = usize::from(args.starts_with('"'));
                codes.extend(args.split('"').skip(1).step_by(2).nth(literal).map(|c| c.replace('_', "-")));
            }
        }
    }
    assert!(codes.len() > 20, "{codes:?}");
    let worded = |c: &&String| known.contains_key(&format!("cell-{c}")) || known.contains_key(&format!("invalid-{c}"));
    let missing: Vec<_> = codes.iter().filter(|c| !worded(c)).collect();
    assert!(missing.is_empty(), "{missing:?}");
}

/// The codes a `fn code(&self)` of the domain gives.
fn codes_of(source: &str) -> Vec<String> {
    let from = source.find("fn code(&self)").expect("codes");
    source[from..].split("=> \"").skip(1).filter_map(|s| s.split('"').next()).map(str::to_owned).collect()
}

/// What readers remark, as the enum has it.
fn remarks() -> Vec<String> {
    let source = include_str!("../../../mining/src/reading.rs");
    let body =
        &source[source.find("pub enum Remark {").expect("remarks")..source.find("impl Remark").expect("their words")];
    let names =
        body.lines().filter_map(|l| l.trim().strip_suffix(',')).filter(|n| n.chars().all(char::is_alphanumeric));
    names
        .map(|n| {
            n.chars()
                .enumerate()
                .flat_map(|(i, c)| (i > 0 && c.is_uppercase()).then_some('_').into_iter().chain(c.to_lowercase()))
                .collect()
        })
        .collect()
}

#[test]
fn every_derived_key_exists() {
    use yixian_domain::connection::*;
    let known = messages(&zh());
    let mut wanted: Vec<String> = Vec::new();
    let mut family = |name: &str, words: Vec<String>| {
        assert!(words.len() > 1, "{name}");
        wanted.extend(words.iter().map(|w| format!("{name}-{}", w.replace('_', "-"))));
    };
    family("stage", StageName::ALL.iter().map(|s| s.as_str().to_owned()).collect());
    family("action", MatterAction::ALL.iter().map(|s| s.as_str().to_owned()).collect());
    family("kind", MatterKind::ALL.iter().map(|k| code_of(*k)).collect());
    family(
        "role",
        [Role::Administrator, Role::Coordinator, Role::Leader, Role::Handler, Role::Verifier, Role::Viewer]
            .iter()
            .map(|r| code_of(*r))
            .collect(),
    );
    family("refusal", codes_of(include_str!("../../../domain/src/base/refusal.rs")));
    family("denial", codes_of(include_str!("../../../domain/src/base/actor.rs")));
    family(
        "origin",
        ["staff", "counter", "hotline12345", "hotline95598", "visit", "import"].map(str::to_owned).to_vec(),
    );
    family("event", codes_of(include_str!("../../../domain/src/matter/event.rs")));
    for source in [
        include_str!("../../../domain/src/matter/event.rs"),
        include_str!("../../../domain/src/case/event.rs"),
        include_str!("../../../domain/src/visit/mod.rs"),
    ] {
        family("step", codes_of(source));
    }
    family("remark", remarks());
    family("unread", codes_of(include_str!("../../../mining/src/reading.rs")));
    family("warning-basis", ["kind_and_unit", "kind", "whole"].map(str::to_owned).to_vec());
    family("part", yixian_domain::planning::PartKind::ALL.iter().map(|k| k.as_str().to_owned()).collect());
    family("whynot", codes_of(include_str!("../../../app/src/planning/document.rs")));
    family("travel", codes_of(include_str!("../../../app/src/planning/travel.rs")));
    family(
        "remark",
        literals(include_str!("../../../app/src/planning/verdict.rs"), "=> ").map(str::to_owned).collect(),
    );
    family("stale", codes_of(include_str!("../../../domain/src/base/change.rs")));
    family("fate", ["dropped", "leader", "day", "hour", "added"].map(str::to_owned).to_vec());
    family(
        "plan-part",
        yixian_app::planning::document::Worth::default().parts().iter().map(|p| p.0.to_owned()).collect(),
    );
    family("plan-weight", yixian_web::planning::plans::WEIGHTS.iter().map(|w| (*w).to_owned()).collect());
    family(
        "what",
        ["pin", "forbid", "closed", "away", "urgent", "shift", "weights", "replan"].map(str::to_owned).to_vec(),
    );
    family("step", codes_of(include_str!("../../../domain/src/matter/event.rs")));
    family("step", codes_of(include_str!("../../../domain/src/visit/mod.rs")));
    family("event", codes_of(include_str!("../../../domain/src/case/event.rs")));
    family("class", Class::ALL.iter().map(|c| c.as_str().to_owned()).collect());
    family("use", Use::ALL.iter().map(|c| c.as_str().to_owned()).collect());
    family("applicant", ApplicantKind::ALL.iter().map(|c| c.as_str().to_owned()).collect());
    family("firm-size", FirmSize::ALL.iter().map(|c| c.as_str().to_owned()).collect());
    family("setting", Setting::ALL.iter().map(|c| c.as_str().to_owned()).collect());
    family("flag", Flag::ALL.iter().map(|c| c.as_str().to_owned()).collect());
    family("paper", PaperKind::ALL.iter().map(|c| c.as_str().to_owned()).collect());
    family("ground", PauseGround::ALL.iter().map(|c| c.as_str().to_owned()).collect());
    family("satisfaction", Satisfaction::ALL.iter().map(|c| c.as_str().to_owned()).collect());
    family("complaint", Complaint::ALL.iter().map(|c| c.as_str().to_owned()).collect());
    family("reason", eligible::Exclusion::ALL.iter().map(|c| c.as_str().to_owned()).collect());
    family(
        "reason",
        ["voltage", "firm_size", "resident", "capacity", "aggregate", "no_rule"].map(str::to_owned).to_vec(),
    );
    family(
        "clock-kind",
        yixian_domain::figure::connections::ClockKind::ALL.iter().map(|c| c.as_str().to_owned()).collect(),
    );
    family("invalid", codes_of(include_str!("../../../domain/src/base/values.rs")));
    family("about-kind", yixian_domain::base::about::AboutKind::ALL.iter().map(|k| k.as_str().to_owned()).collect());
    family(
        "service-item",
        yixian_domain::base::service::ServiceItem::ALL.iter().map(|i| i.as_str().to_owned()).collect(),
    );
    family("act-kind", yixian_domain::community::ActKind::ALL.iter().map(|k| k.as_str().to_owned()).collect());
    family("signed-how", yixian_domain::community::SignedHow::ALL.iter().map(|k| k.as_str().to_owned()).collect());
    family("refusal", yixian_domain::community::CommunityRule::ALL.iter().map(|r| r.as_str().to_owned()).collect());
    for source in [
        include_str!("../../../domain/src/community/day.rs"),
        include_str!("../../../domain/src/community/roster.rs"),
        include_str!("../../../domain/src/community/session.rs"),
        include_str!("../../../domain/src/community/sign_in.rs"),
    ] {
        family("event", codes_of(source));
    }
    family("vulnerability", Vulnerability::ALL.iter().map(|c| c.as_str().to_owned()).collect());
    family("confirmed-how", ConfirmedHow::ALL.iter().map(|c| c.as_str().to_owned()).collect());
    family("refusal", HouseholdRule::ALL.iter().map(|r| r.as_str().to_owned()).collect());
    for source in
        [include_str!("../../../domain/src/household/mod.rs"), include_str!("../../../domain/src/household/sheet.rs")]
    {
        family("event", codes_of(source));
    }
    family("praise-channel", yixian_domain::praise::Channel::ALL.iter().map(|c| c.as_str().to_owned()).collect());
    family("verdict-quoted", yixian_domain::praise::Verdict::ALL.iter().map(|c| c.as_str().to_owned()).collect());
    family("quoted-part", yixian_domain::figure::Part::ALL.iter().map(|c| c.as_str().to_owned()).collect());
    family("hold", yixian_domain::retention::Hold::ALL.iter().map(|h| h.as_str().to_owned()).collect());
    family("visit-state", ["planned", "on_site", "finished", "cancelled", "merged"].map(str::to_owned).to_vec());
    let missing: Vec<_> = wanted.iter().filter(|k| !known.contains_key(*k)).collect();
    assert!(missing.is_empty(), "{missing:?}");
}

/// Every code that an enum of the domain declares, and the codes of the procedures' steps.
fn declared_codes() -> BTreeSet<String> {
    let mut files = vec![Path::new(env!("CARGO_MANIFEST_DIR")).join("../domain/src")];
    let mut codes = BTreeSet::new();
    while let Some(at) = files.pop() {
        if at.is_dir() {
            files.extend(std::fs::read_dir(&at).expect("a folder").map(|e| e.expect("an entry").path()));
            continue;
        }
        let text = std::fs::read_to_string(&at).expect("text");
        for declared in text.split("codes! {").skip(1) {
            let body = &declared[..declared.find("\n}").unwrap_or(declared.len())];
            codes.extend(literals(body, " = ").map(str::to_owned));
        }
    }
    for procedure in ["problems", "three-zero"] {
        let path = Path::new(env!("CARGO_MANIFEST_DIR")).join(format!("../../procedures/{procedure}.toml"));
        let text = std::fs::read_to_string(path).expect("a procedure");
        codes.extend(literals(&text, "code = ").map(str::to_owned));
    }
    codes
}

/// What a page shows: its text without tags, scripts, addresses, what is written out as code, and what people typed.
fn shown(page: &str) -> String {
    let mut out = String::new();
    let mut rest = page;
    while let Some(at) = rest.find('<') {
        out.push_str(&rest[..at]);
        out.push(' ');
        rest = &rest[at..];
        let name: String = rest[1..].chars().take_while(char::is_ascii_alphanumeric).collect();
        let end = match name.as_str() {
            "script" | "style" | "code" | "kbd" | "textarea" | "blockquote" => rest.find(&format!("</{name}>")),
            _ => None,
        };
        rest = &rest[end.unwrap_or(0)..];
        rest = rest.find('>').map_or("", |end| &rest[end + 1..]);
    }
    out + rest
}

/// Codes on a page: words joined by `_`, on a Chinese page also those joined by `-` and those that an enum declares.
fn codes_shown(page: &str, zh: bool, codes: &BTreeSet<String>) -> BTreeSet<String> {
    let page = shown(page);
    let part = |c: char| c.is_ascii_alphanumeric() || matches!(c, '_' | '-' | '.' | '/' | ':' | '@' | '%');
    let words = page.split(|c| !part(c)).map(|w| w.trim_matches(['.', ':', '-', '/']));
    // Addresses and file names have dots, slashes or colons in them.
    let plain = words.filter(|w| !w.contains(['.', '/', ':', '@', '%']));
    let joined = |w: &str, by: char| {
        let parts: Vec<&str> = w.split(by).collect();
        parts.len() > 1 && parts.iter().all(|p| !p.is_empty() && p.bytes().all(|b| b.is_ascii_lowercase()))
    };
    let week = |w: &str| w.split_once("-W").is_some_and(|(year, n)| year.len() == 4 && n.parse::<u8>().is_ok());
    plain
        .filter(|w| week(w) || joined(w, '_') || zh && (joined(w, '-') || codes.contains(*w)))
        .map(str::to_owned)
        .collect()
}

#[test]
fn a_code_on_a_page_is_seen() {
    let codes = BTreeSet::from(["hazard".to_owned()]);
    let seen = |page: &str, zh| codes_shown(page, zh, &codes).into_iter().collect::<Vec<_>>();
    let page = "<p class=\"three_zero\">类型 hv_single、hazard，put-right <code>a_b</code> t_x.csv 2018-W39 <textarea>q_q</textarea>/a_b/c_d</p>";
    assert_eq!(seen(page, true), ["2018-W39", "hazard", "hv_single", "put-right"]);
    assert_eq!(seen(page, false), ["2018-W39", "hv_single"]);
}

/// Every page there is, with everything a small demo company holds, in both languages.
#[tokio::test]
async fn pages_say_everything_in_both_languages() {
    use yixian_app::demo::{DemoKey, NOW, Size};
    let fresh = yixian_testkit::Fresh::new(yixian_testkit::Engine::Sqlite).await;
    let app = yixian_app::App::open(yixian_app::Opening {
        db: fresh.db().await,
        folder: fresh.folder(),
        clock: yixian_app::clock::Clock::At(NOW),
        mint: yixian_app::mint::Mint::seeded(1),
        policies: yixian_app::policy::PolicySource::Embedded,
    })
    .await
    .expect("an app");
    let made = app.make_demo_of(1, Size::SMALL).await.expect("a company");
    let web = yixian_web::Web::new(app.clone(), yixian_web::Options::default());
    let system = yixian_domain::access::Actor::System;
    let (matters, _) =
        app.matter_list(&system, &yixian_app::matters::MatterFilter::default(), 400).await.expect("matters");
    let visits = app.visit_list(&system, &yixian_app::visits::VisitFilter::default(), 400).await.expect("visits");
    let mut faults = BTreeSet::new();
    // What people typed in English is theirs.
    let mut typed = BTreeSet::new();
    let (all, _) =
        app.matter_list(&system, &yixian_app::matters::MatterFilter::default(), 100_000).await.expect("matters");
    for m in all.iter().filter(|m| m.subject.is_ascii()) {
        let page = app.matter_page(&system, m.id).await.expect("a matter");
        let lines = page.words.values().flat_map(|w| w.lines()).map(str::to_owned);
        typed.extend(lines.chain([m.subject.clone()]).filter(|w| w.len() > 20));
    }
    let codes = declared_codes();
    assert!(codes.len() > 150 && codes.contains("three_zero") && codes.contains("put_right"), "{codes:?}");
    for account in &made.accounts {
        let (cookie, mut paths) = match account.key {
            DemoKey::Raiser(m, contact) => {
                (String::new(), vec![format!("/r/{}", app.raiser_token(m, contact)), "/sign-in".into(), "/help".into()])
            }
            DemoKey::Person(p) => {
                let paths = yixian_web::routes::table()
                    .iter()
                    .filter(|r| {
                        r.method == axum::http::Method::GET && !r.path.contains('{') && !r.path.starts_with("/api")
                    })
                    .map(|r| r.path.to_owned())
                    .collect();
                (format!("yx_s={}", app.begin_session(p, &Whence::default()).await.expect("a session")), paths)
            }
        };
        // Forms of actions are the coordinator's and the handler's.
        let acts =
            matches!(account.role, yixian_app::demo::DemoRole::Coordinator | yixian_app::demo::DemoRole::Handler);
        let mut stages = BTreeMap::new();
        if !cookie.is_empty() {
            for m in &matters {
                let connection = m.kind == MatterKind::Connection;
                let n: &mut usize = stages.entry((m.stage.as_str(), m.paused, m.on_the_spot, connection)).or_default();
                *n += 1;
                if *n == 1 && connection {
                    paths.push(format!("/connections/{}", m.id));
                    paths.extend(
                        [
                            "survey", "scheme", "advance", "energize", "callback", "pause", "paper", "cost", "flag",
                            "override", "withdraw",
                        ]
                        .map(|a| format!("/connections/{}/{a}", m.id)),
                    );
                } else if *n == 1 {
                    paths.push(format!("/matters/{}", m.id));
                    paths.extend(
                        MatterAction::ALL
                            .iter()
                            .filter(|_| acts && !m.paused && !m.on_the_spot)
                            .map(|a| format!("/matters/{}/{}", m.id, a.as_str())),
                    );
                }
            }
            let mut states = BTreeMap::new();
            for v in &visits {
                let n: &mut usize = states.entry(v.stage.as_str()).or_default();
                *n += 1;
                if *n == 1 {
                    paths.extend(["", "/finish", "/cancel", "/merge"].map(|end| format!("/visits/{}{end}", v.id)));
                    paths.push(format!("/places/{}", v.place));
                }
            }
            for p in app.plan_list(&system, None, 5).await.expect("plans") {
                paths.extend(
                    ["", "/day", "/place", "/change", "/compare"].map(|end| format!("/planning/plans/{}{end}", p.id)),
                );
            }
            paths.extend(
                [
                    "/admin/units/new",
                    "/admin/people/new",
                    "/admin/places/new",
                    "/admin/import/units",
                    "/admin/import/people",
                    "/admin/import/places",
                    "/partners/import",
                    "/programmes/import/sections",
                    "/programmes/import/milestones",
                    "/conferences/import",
                    "/figures/activities",
                    "/connections?show=all",
                    "/connections/figures/connected",
                    "/nowhere",
                ]
                .map(str::to_owned),
            );
        }
        for lang in ["zh-CN", "en"] {
            for path in &paths {
                let a = Knock::get(path).cookie(&cookie).cookie(&format!("yx_lang={lang}")).at(&web).await;
                if a.status.is_server_error() {
                    faults.insert(format!("{path}: {}", a.status));
                }
                // A workbook is packed: what looks like a word in it is none.
                if a.header("content-type").starts_with("application/vnd") {
                    continue;
                }
                let text = a.text();
                for part in text.split('⟨').skip(1) {
                    faults.insert(format!("{} is missing in {lang}", part.split('⟩').next().unwrap_or_default()));
                }
                // The page of an import says which words a table may hold.
                let typed_here = path.contains("/import");
                let plain = text.replace("&#38;", "&").replace("&#39;", "'").replace("&#34;", "\"");
                let told = typed.iter().fold(plain, |text, words| text.replace(words.as_str(), " "));
                for code in codes_shown(&told, lang == "zh-CN", &codes).iter().filter(|_| !typed_here) {
                    faults.insert(format!("{path} in {lang} shows a code: {code}"));
                }
                for part in text.split("{$").skip(1).chain(text.split("{ $").skip(1)) {
                    faults.insert(format!(
                        "{path} in {lang}: a variable is not given: {}",
                        part.split('}').next().unwrap_or_default()
                    ));
                }
            }
        }
    }
    assert!(faults.is_empty(), "{faults:#?}");
}
