//! The two catalogues say the same things, and everything that is said anywhere is in them.

mod support;

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};
use support::*;
use yixian_app::accounts::Whence;
use yixian_app::code_of;
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

/// The codes a `fn code(&self)` of the domain gives.
fn codes_of(source: &str) -> Vec<String> {
    let from = source.find("fn code(&self)").expect("codes");
    source[from..].split("=> \"").skip(1).filter_map(|s| s.split('"').next()).map(str::to_owned).collect()
}

/// What readers remark, as the enum has it.
fn remarks() -> Vec<String> {
    let source = include_str!("../../mining/src/reading.rs");
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
    family("refusal", codes_of(include_str!("../../domain/src/base/refusal.rs")));
    family("denial", codes_of(include_str!("../../domain/src/base/actor.rs")));
    family(
        "origin",
        ["staff", "counter", "hotline12345", "hotline95598", "visit", "import"].map(str::to_owned).to_vec(),
    );
    family("event", codes_of(include_str!("../../domain/src/matter/event.rs")));
    for source in [
        include_str!("../../domain/src/matter/event.rs"),
        include_str!("../../domain/src/case/event.rs"),
        include_str!("../../domain/src/visit/mod.rs"),
    ] {
        family("step", codes_of(source));
    }
    family("remark", remarks());
    family("unread", codes_of(include_str!("../../mining/src/reading.rs")));
    family("warning-basis", ["kind_and_unit", "kind", "whole"].map(str::to_owned).to_vec());
    family("part", yixian_domain::planning::PartKind::ALL.iter().map(|k| k.as_str().to_owned()).collect());
    family("whynot", codes_of(include_str!("../../app/src/planning/document.rs")));
    family("travel", codes_of(include_str!("../../app/src/planning/travel.rs")));
    family("remark", literals(include_str!("../../app/src/planning/verdict.rs"), "=> ").map(str::to_owned).collect());
    family("stale", codes_of(include_str!("../../domain/src/base/change.rs")));
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
    family("step", codes_of(include_str!("../../domain/src/matter/event.rs")));
    family("step", codes_of(include_str!("../../domain/src/visit/mod.rs")));
    family("event", codes_of(include_str!("../../domain/src/case/event.rs")));
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
    family("invalid", codes_of(include_str!("../../domain/src/base/values.rs")));
    family("hold", yixian_domain::retention::Hold::ALL.iter().map(|h| h.as_str().to_owned()).collect());
    family("visit-state", ["planned", "on_site", "finished", "cancelled", "merged"].map(str::to_owned).to_vec());
    let missing: Vec<_> = wanted.iter().filter(|k| !known.contains_key(*k)).collect();
    assert!(missing.is_empty(), "{missing:?}");
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
                let text = a.text();
                if a.status.is_server_error() {
                    faults.insert(format!("{path}: {}", a.status));
                }
                for part in text.split('⟨').skip(1) {
                    faults.insert(format!("{} is missing in {lang}", part.split('⟩').next().unwrap_or_default()));
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
