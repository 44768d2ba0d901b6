//! The flow pages as readers meet them: warnings, comparison, and foreign logs that are analysed and forgotten.

use crate::support::*;
use axum::http::StatusCode;

const LOG: &str = "case:concept:name,concept:name,time:timestamp,team\n\
    1,raised,2018-05-01T08:00:00+08:00,North\n1,<check>,2018-05-01T09:00:00+08:00,South\n1,raised,2018-05-01T10:00:00+08:00,North\n1,close,2018-05-02T08:00:00+08:00,North\n\
    2,raised,2018-05-01T08:00:00+08:00,North\n2,close,2018-05-01T08:30:00+08:00,North\n3,raised,never,North\n";

const XES: &str = "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<log>\n<trace><string key=\"concept:name\" value=\"1\"/>\n\
    <event><string key=\"concept:name\" value=\"weld\"/><string key=\"lifecycle:transition\" value=\"start\"/><date key=\"time:timestamp\" value=\"2018-05-01T08:00:00Z\"/></event>\n\
    <event><string key=\"concept:name\" value=\"weld\"/><string key=\"lifecycle:transition\" value=\"complete\"/><date key=\"time:timestamp\" value=\"2018-05-01T10:00:00Z\"/></event>\n</trace>\n</log>\n";

/// Every file below a folder with its size.
fn files(folder: &std::path::Path) -> Vec<(std::path::PathBuf, u64)> {
    let mut out = Vec::new();
    for entry in std::fs::read_dir(folder).expect("a folder") {
        let entry = entry.expect("an entry");
        let what = entry.metadata().expect("a file");
        if what.is_dir() { out.extend(files(&entry.path())) } else { out.push((entry.path(), what.len())) }
    }
    out.sort();
    out
}

async fn analyse(c: &Company, cookie: &str, fields: &[(&str, &str)], name: &str, bytes: &[u8], lang: &str) -> Answer {
    c.knock(
        Knock::upload("/flow/foreign", fields, &[("file", name, bytes)]).cookie(cookie).with("accept-language", lang),
    )
    .await
}

fn sound(a: &Answer) -> String {
    let text = a.text();
    assert!(!text.contains('⟨'), "a message is missing: {}", text.split('⟨').nth(1).unwrap_or_default());
    assert!(
        !text.contains("style=") && !text.contains("<style") && !text.contains("onclick"),
        "the page keeps to the content policy"
    );
    text
}

#[tokio::test]
async fn a_foreign_log_is_analysed_and_nothing_of_it_is_kept() {
    let c = Company::new().await;
    let cookie = c.enter(c.people[0]).await;
    let page = c.knock(Knock::get("/flow/foreign").cookie(&cookie)).await;
    assert_eq!((page.status, page.field("zone").as_deref()), (StatusCode::OK, Some("Asia/Shanghai")));
    let before = (files(c.folder()), c.head().await);
    let a = analyse(&c, &cookie, &[("unit", "team"), ("show", "median")], "theirs.csv", LOG.as_bytes(), "zh-CN").await;
    let text = sound(&a);
    assert_eq!(a.status, StatusCode::OK, "{text}");
    // Their words, escaped, and not ours: a step of theirs may be called as one of ours.
    assert!(text.contains("raised") && text.contains("&#60;check&#62;") && !text.contains("提出"), "{text}");
    assert!(text.contains("raised → &#60;check&#62; → raised → close"), "the ways are told");
    assert!(text.contains("时间读不懂的事件，略过：1，最早在第 8 行"), "{text}");
    assert!(text.contains("North") && text.contains("South") && text.contains("单位之间的交接"));
    assert!(!text.contains("/flow/cases"), "there are no records of ours behind it");
    assert_eq!(a.field("unit").as_deref(), Some("team"));
    assert_eq!((files(c.folder()), c.head().await), before, "nothing was stored");

    let mut packer = yixian_app::mining::xes_write::packed(Vec::new());
    std::io::Write::write_all(&mut packer, XES.as_bytes()).expect("in memory");
    let packed = packer.finish().expect("in memory");
    for (name, bytes) in [("theirs.xes", XES.as_bytes()), ("theirs.xes.gz", packed.as_slice())] {
        let a = analyse(&c, &cookie, &[], name, bytes, "en").await;
        let text = sound(&a);
        assert_eq!(a.status, StatusCode::OK, "{text}");
        assert!(
            text.contains("Working and waiting") && text.contains("In 1 cases both ends"),
            "both ends of a step are known: {text}"
        );
    }
    let ocel = r#"{"objectTypes":[{"name":"order","attributes":[]},{"name":"item","attributes":[]}],"eventTypes":[{"name":"place","attributes":[]}],
        "objects":[{"id":"o1","type":"order"},{"id":"i1","type":"item"}],
        "events":[{"id":"e1","type":"place","time":"2018-05-01T08:00:00Z","relationships":[{"objectId":"o1","qualifier":"x"},{"objectId":"i1","qualifier":"x"}]}]}"#;
    let a = analyse(&c, &cookie, &[], "theirs.json", ocel.as_bytes(), "zh-CN").await;
    assert_eq!(a.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(sound(&a).contains("order、item"), "{}", a.text());
    assert_eq!(
        analyse(&c, &cookie, &[("object", "order")], "theirs.json", ocel.as_bytes(), "zh-CN").await.status,
        StatusCode::OK
    );
}

#[tokio::test]
async fn what_cannot_be_read_is_said_with_its_line_and_keeps_what_was_typed() {
    let c = Company::new().await;
    let cookie = c.enter(c.people[0]).await;
    let broken = XES.replace("</trace>", "</tarce>");
    let gbk =
        [b"case:concept:name,concept:name,time:timestamp\n1,".as_slice(), &[0xca, 0xdc, 0xc0, 0xed], b",2018-05-01\n"]
            .concat();
    let bomb = "<!DOCTYPE log [<!ENTITY a \"aa\">]><log/>";
    let deep = format!("<log><trace><event>{}", "<string key=\"k\" value=\"v\">".repeat(100_000));
    for (name, bytes, zh, en) in [
        ("a.xes", broken.as_bytes(), "第 6 行", "Line 6 (byte"),
        ("a.xes", &XES.as_bytes()[..200], "文件没有结尾", "ends too early"),
        ("a.xes", bomb.as_bytes(), "实体定义", "entities of its own"),
        ("a.xes", deep.as_bytes(), "嵌套超过", "Nested deeper"),
        ("a.csv", b"a,b\n1,2\n".as_slice(), "没有这一列：number (a, b)", "No such column: number (a, b)"),
        ("b.csv", gbk.as_slice(), "没有这一列", "No such column"),
        (
            "q.csv",
            b"number,concept:name,time:timestamp\n1,\"a,2011-12-06\n2,b,2011-12-06\n".as_slice(),
            "第 2 行有一个双引号",
            "quotation mark in line 2",
        ),
        ("a.csv", b"number,concept:name,time:timestamp\n".as_slice(), "没有可用的事件", "no event that can be used"),
        ("a.csv.gz", [0x1f, 0x8b, 8, 0, 0].as_slice(), "压缩包损坏", "damaged or cut off"),
        ("a.docx", b"PK".as_slice(), "看不出是什么文件", "does not say what the file is"),
        ("a.csv", b"".as_slice(), "请选一个文件", "Choose a file"),
    ] {
        for (lang, words) in [("zh-CN", zh), ("en", en)] {
            let a = analyse(&c, &cookie, &[("case", "number"), ("dates", "%d.%m.%Y \"")], name, bytes, lang).await;
            let text = sound(&a);
            assert_eq!(a.status, StatusCode::UNPROCESSABLE_ENTITY, "{name} in {lang}: {text}");
            assert!(text.contains(words), "{name} in {lang}: {}", &text[text.find("role=\"alert\"").unwrap_or(0)..]);
            assert_eq!(a.field("case").as_deref(), Some("number"), "what was typed is kept");
            assert!(text.contains("%d.%m.%Y &#34;"), "and escaped");
        }
    }
    let a = analyse(&c, &cookie, &[("zone", "Mars/Crater")], "a.csv", LOG.as_bytes(), "en").await;
    assert!(
        a.status == StatusCode::UNPROCESSABLE_ENTITY && a.text().contains("“Mars/Crater” is no time zone"),
        "{}",
        a.text()
    );
    let large = vec![b'x'; yixian_app::flow::foreign::MAX_FILE + 2];
    let a = analyse(&c, &cookie, &[("case", "number")], "a.csv", &large, "en").await;
    assert!(a.status == StatusCode::UNPROCESSABLE_ENTITY && a.text().contains("larger than 32 MB"), "{}", a.status);
    assert_eq!(a.field("case").as_deref(), Some("number"));
}

#[tokio::test]
async fn warnings_show_their_n_and_only_what_the_reader_may_see() {
    let c = Company::new().await;
    let (late, _) = c.raise(OWN, &[]).await;
    c.bring(late, OWN, "accepted").await;
    let (other, _) = c.raise(SIBLING, &[]).await;
    c.bring(other, SIBLING, "assigned").await;
    let cookie = c.enter(c.people[0]).await;
    for (lang, none, few) in
        [("zh-CN", "还没有到期的往期记录", "往期记录太少"), ("en", "Nothing has come due yet", "Too little history")]
    {
        let a = c.knock(Knock::get("/flow/warning").cookie(&cookie).with("accept-language", lang)).await;
        let text = sound(&a);
        assert_eq!(a.status, StatusCode::OK);
        assert!(
            text.contains(&format!("/matters/{late}")) && !text.contains(&other.to_string()),
            "his own alone: {text}"
        );
        assert!(text.contains(none) && !text.contains("AUC"), "no rate without a history: {text}");
        let a = c.knock(Knock::get("/flow/warning/test?unit=CP").cookie(&cookie).with("accept-language", lang)).await;
        assert!(sound(&a).contains(few), "{}", a.text());
    }
    // A unit he may not see figures of is refused, on each of the pages.
    for path in [
        "/flow/warning?unit=HD",
        "/flow/warning/test?unit=HD",
        "/flow/compare?unit=HD",
        "/flow/compare?unit2=HD&from2=2018-01-01&to2=2018-02-01",
    ] {
        let a = c.knock(Knock::get(path).cookie(&cookie)).await;
        assert_eq!(a.status, StatusCode::FORBIDDEN, "{path}");
    }
    let chief = c.enter(c.chief).await;
    let text = c.knock(Knock::get("/flow/warning").cookie(&chief)).await.text();
    assert!(text.contains(&late.to_string()) && text.contains(&other.to_string()));
}

#[tokio::test]
async fn numbers_of_the_flow_lead_to_as_many_records() {
    let c = Company::new().await;
    for unit in [OWN, OWN, SIBLING] {
        let (matter, _) = c.raise(unit, &[]).await;
        c.bring(matter, unit, "answered").await;
    }
    // One is sent back twice: it makes the same hop twice.
    let (matter, _) = c.raise(OWN, &[]).await;
    c.bring(matter, OWN, "submitted").await;
    let judge = c.actor(c.chief_verifier().await).await;
    for _ in 0..2 {
        c.run_as(&judge, &serde_json::json!({ "do": "return", "matter": matter, "reason": "照片不清" })).await;
        c.run(&serde_json::json!({ "do": "submit", "matter": matter, "how": "重拍" })).await;
    }
    c.run_as(&judge, &serde_json::json!({ "do": "verify", "matter": matter })).await;
    c.run(&serde_json::json!({ "do": "answer", "matter": matter, "words": "已整改" })).await;
    c.run_as(
        &yixian_domain::access::Actor::System,
        &serde_json::json!({ "do": "rate", "matter": matter, "verdict": "solved" }),
    )
    .await;
    let cookie = c.enter(c.chief).await;
    let mut led = 0;
    for page in [
        "/flow",
        "/flow?unit=CP",
        "/flow?of=problem",
        "/flow?of=connection",
        "/flow/compare?unit=CP&unit2=HD&from=2018-01-01&to=2018-12-31&from2=2018-01-01&to2=2018-12-31",
    ] {
        let a = c.knock(Knock::get(page).cookie(&cookie)).await;
        assert_eq!(a.status, StatusCode::OK, "{page}");
        for link in sound(&a).split("<a href=\"/flow/cases?").skip(1) {
            let (query, rest) = link.split_once("\">").expect("a link");
            let shown: usize = rest.split('<').next().expect("a number").replace(',', "").parse().expect("a number");
            let query = query.replace("&#38;", "&");
            let list = c.knock(Knock::get(format!("/flow/cases?{query}")).cookie(&cookie)).await;
            assert_eq!(list.status, StatusCode::OK, "{query}");
            assert_eq!(list.text().matches("<li class=\"matter").count(), shown, "{query}");
            led += 1;
        }
    }
    assert!(led > 12, "{led} links");
    let a = c
        .knock(
            Knock::get("/flow/compare?unit=CP&unit2=HD&from=2018-01-01&to=2018-12-31&from2=2018-01-01&to2=2018-12-31")
                .cookie(&cookie),
        )
        .await;
    assert!(a.text().contains("（共 2 次）"), "how often beside how many: {}", a.text());
    for path in ["/flow?of=nothing", "/flow/cases?part=age&class=99", "/flow/compare?of=x"] {
        assert_eq!(c.knock(Knock::get(path).cookie(&cookie)).await.status, StatusCode::UNPROCESSABLE_ENTITY, "{path}");
    }
    let a = c.knock(Knock::get("/flow/compare?from=2018-02-30").cookie(&cookie)).await;
    assert_eq!(a.status, StatusCode::UNPROCESSABLE_ENTITY);
}

/// Events of the ledger that are in an export, counted one by one.
async fn in_the_ledger(c: &Company) -> (u64, u64) {
    let mut conn = c.app.store().read().await.expect("a connection");
    let (mut seq, mut events, mut records) = (0, 0, std::collections::BTreeSet::new());
    loop {
        let page = yixian_app::store::ledger::page(&mut conn, seq, 5_000).await.expect("events");
        let Some(last) = page.last() else { return (events, records.len() as u64) };
        seq = last.seq;
        for e in page.iter().filter(|e| e.kind == "matter" || e.kind == "visit") {
            events += 1;
            records.insert(e.record_id);
        }
    }
}

#[tokio::test]
async fn our_own_ledger_goes_out_and_comes_back_whole() {
    use yixian_app::exchange::{Form, open_ocel};
    use yixian_app::flow::{Chosen, Of};
    use yixian_app::mining::table::EventMap;
    use yixian_app::mining::xes::Keep;
    use yixian_domain::access::Actor;

    let c = Company::new().await;
    for unit in [OWN, SIBLING] {
        let (matter, _) = c.raise(unit, &[]).await;
        c.bring(matter, unit, "answered").await;
        c.visit(unit, true).await;
        c.apply(unit, &[]).await;
    }
    let there = in_the_ledger(&c).await;
    assert!(there.0 > 12 && there.1 == 6, "{there:?}");
    let here = tempfile::tempdir().expect("a folder");
    let file = |name: &str| here.path().join(name);
    let (matters, visits) = (Chosen::all(Of::Matters), Chosen::all(Of::Visits));
    let mut told = Vec::new();
    for name in ["a.json", "a.xml", "a.sqlite"] {
        let written =
            c.app.export_flow(&Actor::System, &[matters.clone(), visits.clone()], &file(name)).await.expect(name);
        assert_eq!(written.counts.events, there.0, "{name}");
        let back = open_ocel(&file(name), Form::of(&file(name)).expect("a form")).expect(name);
        assert!(back.remarks.is_empty(), "{name}: {:?}", back.remarks);
        assert_eq!(back.of.counts(), written.counts, "{name}");
        assert_eq!(back.of.without_one_subject().count(), 0, "{name}");
        let mut types: std::collections::BTreeMap<String, usize> = std::collections::BTreeMap::new();
        for object in &back.of.objects {
            *types.entry(back.of.object_types.get(object.of).name.clone()).or_default() += 1;
        }
        assert_eq!(
            (types["matter"], types["connection"], types["visit"], types["place"]),
            (2, 2, 2, 2),
            "{name}: {types:?}"
        );
        told.push(written.counts);
    }
    // The same file is analysed as another's: from memory, and nothing of it is kept.
    let cookie = c.enter(c.people[0]).await;
    let bytes = std::fs::read(file("a.sqlite")).expect("a file");
    let before = (files(c.folder()), c.head().await);
    let a = analyse(&c, &cookie, &[], "theirs.sqlite", &bytes, "zh-CN").await;
    assert!(a.status == StatusCode::UNPROCESSABLE_ENTITY && sound(&a).contains("connection"), "{}", a.text());
    let a = analyse(&c, &cookie, &[("object", "visit")], "theirs.sqlite", &bytes, "zh-CN").await;
    assert_eq!(a.status, StatusCode::OK, "{}", a.text());
    for (what, bytes) in [("half of it", &bytes[..bytes.len() / 2]), ("no database", b"SQLite format 4".as_slice())] {
        let a = analyse(&c, &cookie, &[("object", "visit")], "theirs.sqlite", bytes, "en").await;
        assert_eq!(a.status, StatusCode::UNPROCESSABLE_ENTITY, "{what}");
        sound(&a);
    }
    assert_eq!((files(c.folder()), c.head().await), before, "nothing was stored");
    assert!(told.windows(2).all(|w| w[0] == w[1]), "{told:?}");
    // Each notion of a case by itself: together they are the ledger again.
    let connections = Chosen { kind: Some("connection".into()), ..matters.clone() };
    let mut flat = Vec::new();
    for (name, chosen) in
        [("m.xes", &matters), ("m.xes.gz", &matters), ("m.csv", &matters), ("v.xes", &visits), ("c.xes", &connections)]
    {
        let written = c.app.export_flow(&Actor::System, std::slice::from_ref(chosen), &file(name)).await.expect(name);
        let back = yixian_app::foreign::open_log(&file(name), &EventMap::default(), Keep::Attributes).expect(name);
        assert!(back.remarks.is_empty(), "{name}: {:?}", back.remarks);
        assert_eq!(
            (back.of.len() as u64, back.of.cases.len() as u64),
            (written.counts.events, written.counts.objects),
            "{name}"
        );
        flat.push((written.counts.events, written.counts.objects));
    }
    assert_eq!((flat[0], flat[1]), (flat[1], flat[2]));
    assert_eq!((flat[0].0 + flat[3].0, flat[0].1 + flat[3].1, flat[4].1), (there.0, there.1, 2));
    let own = Chosen { unit: Some(yixian_domain::ids::UnitId(c.units[OWN])), ..matters.clone() };
    assert_eq!(
        c.app.export_flow(&Actor::System, &[own], &file("own.json")).await.expect("his own").counts.objects,
        3,
        "a matter, a connection, a unit"
    );
    assert!(
        c.app
            .export_flow(&Actor::System, &[matters], &file("a.json"))
            .await
            .expect_err("it is there")
            .to_string()
            .contains("already")
    );
}
