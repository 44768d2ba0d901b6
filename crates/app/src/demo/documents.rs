//! The demo's supporting documents 配套文件: two that are told of by name, whose numbers are to be checked, and four made up to go with
//! them; what rests on their clauses; and what others wrote of the practice. How many hold on which day is the product's to
//! count. Its chance is its own, so that nothing else is told otherwise.

use super::chance::{Chance, key};
use super::lives::{Put, Step, World};
use super::{day, faulty};
use crate::frame::error::AppError;
use std::collections::HashMap;
use uuid::Uuid;
use yixian_domain::access::{Ask, may};
use yixian_domain::base::about::{About, AboutKind};
use yixian_domain::base::quoted::Quoted;
use yixian_domain::document::{
    Citation, Citing, CitingKind, Clause, Document, DocumentDetails, DocumentKind, Recognition, RecognitionDetails,
    Version,
};
use yixian_domain::figure::FigureCode;
use yixian_domain::ids::*;
use yixian_domain::org::Role;
use yixian_domain::time::{Date, HOUR_MS, Instant, Time};

/// Makes the stream of what is told here out of the story's seed.
const STREAM: u64 = 0x5eed_0017;
/// The manual of the low-voltage one-stop service.
const MANUAL: &str = "PT-01";

/// A version: what it is called, its first day, its clauses.
type ToldVersion = (&'static str, Date, &'static [(&'static str, &'static str)]);

/// A document: its code, titles, number, kind, the department that keeps it, its versions. One without a number is to be checked,
/// one with a number is made up.
struct Told {
    code: &'static str,
    title: [&'static str; 2],
    number: Option<&'static str>,
    kind: DocumentKind,
    department: &'static str,
    versions: &'static [ToldVersion],
}

const fn on(month: i8, day: i8) -> Date {
    Date::constant(2018, month, day)
}

const DOCUMENTS: [Told; 6] = [
    Told {
        code: MANUAL,
        title: ["低压报装“一站式”服务操作指导手册", "Manual of the one-stop service for low-voltage connections"],
        number: None,
        kind: DocumentKind::Manual,
        department: "MKT",
        versions: &[
            (
                "v1",
                on(2, 1),
                &[
                    ("第一条", "客户一次提交身份证明和用电地址，营业厅当场受理，不再要求补件上门。"),
                    ("第二条", "受理后由客户经理一次完成现场勘查，与外线施工条件同步核对。"),
                    ("第三条", "表计和接户线随工单同到现场，当日装表接电。"),
                ],
            ),
            (
                "v2",
                on(4, 1),
                &[
                    ("第一条", "客户通过营业厅、网站或手机提交用电申请，一次受理，客户不用再跑营业厅。"),
                    ("第二条", "受理后一个工作日内由客户经理一次完成现场勘查，与外线施工条件同步核对。"),
                    ("第三条", "表计和接户线随工单同到现场，具备条件的当日装表接电。"),
                    ("第四条", "接电后五个工作日内电话回访，结果随工单归档。"),
                ],
            ),
        ],
    },
    Told {
        code: "PT-02",
        title: [
            "业扩报装“三减一提升”配网建设技术标准",
            "Technical standard of distribution works for connections: three reductions, one improvement",
        ],
        number: None,
        kind: DocumentKind::Standard,
        department: "OPS",
        versions: &[(
            "2018版",
            on(4, 1),
            &[
                ("3.1", "160 千瓦及以下客户由公用变压器低压接入，接入点就近选取。"),
                ("3.2", "低压电缆分支箱、接户线采用典型设计，减少现场设计环节。"),
                ("4.1", "配套工程物资按定额储备，随用随领。"),
            ],
        )],
    },
    Told {
        code: "PT-03",
        title: ["低压客户接入方案编制办法", "Rules for supply schemes of low-voltage customers"],
        number: Some("示范电发展〔2018〕2号"),
        kind: DocumentKind::Method,
        department: "DEV",
        versions: &[(
            "2018版",
            on(1, 15),
            &[
                ("第三条", "低压客户供电方案自受理之日起七个工作日内答复。"),
                ("第六条", "接入点容量不足的，方案中同时写明配套工程和完成时间。"),
            ],
        )],
    },
    Told {
        code: "PT-04",
        title: ["业扩配套电网工程限时建设办法", "Rules for grid works for connections within set times"],
        number: Some("示范电运检〔2018〕5号"),
        kind: DocumentKind::Method,
        department: "OPS",
        versions: &[(
            "2018版",
            on(2, 5),
            &[
                ("第四条", "占掘路、绿化等审批由供电公司代办，客户不参与。"),
                ("第七条", "配套工程由供电公司投资到客户红线。"),
            ],
        )],
    },
    Told {
        code: "PT-05",
        title: ["小微企业“三零”服务实施通知", "Notice on the three-zeros service for small firms"],
        number: Some("示范电营销〔2018〕11号"),
        kind: DocumentKind::Notice,
        department: "MKT",
        versions: &[(
            "2018版",
            on(3, 1),
            &[
                ("一", "零上门、零审批、零投资适用于低压 160 千瓦及以下小微企业。"),
                ("二", "从受理到接电不超过三十个工作日。"),
            ],
        )],
    },
    Told {
        code: "PT-06",
        title: ["客户满意度回访工作手册", "Manual of calls to customers about their satisfaction"],
        number: Some("示范电营销〔2018〕19号"),
        kind: DocumentKind::Manual,
        department: "MKT",
        versions: &[(
            "2018版",
            on(4, 16),
            &[("2.1", "每户回访一次，联系不上的三次为止。"), ("2.4", "满意率按有效答复计算，未答复的不计入。")],
        )],
    },
];

/// Who rests on what: the document, the clause, what cites, since when.
const CITED: [(&str, &str, CitingKind, &str, Date); 11] = [
    ("PT-03", "第三条", CitingKind::Rule, "R3-scheme-lv", on(1, 15)),
    (MANUAL, "第一条", CitingKind::Step, "connect-three-zero/apply", on(2, 1)),
    (MANUAL, "第二条", CitingKind::Step, "connect-three-zero/survey", on(2, 1)),
    (MANUAL, "第三条", CitingKind::Step, "connect-three-zero/energize", on(2, 1)),
    ("PT-04", "第四条", CitingKind::Step, "connect-three-zero/permits", on(2, 5)),
    ("PT-05", "二", CitingKind::Rule, "R5-whole-30", on(3, 1)),
    ("PT-05", "二", CitingKind::Figure, FigureCode::ConnectedOnTime.as_str(), on(3, 1)),
    ("PT-02", "3.2", CitingKind::Step, "connect-three-zero/grid_works", on(4, 1)),
    (MANUAL, "第三条", CitingKind::Figure, FigureCode::ThreeZeroDaysMean.as_str(), on(4, 1)),
    (MANUAL, "第四条", CitingKind::Figure, FigureCode::ThreeZeroResponse.as_str(), on(4, 1)),
    ("PT-06", "2.4", CitingKind::Figure, FigureCode::ThreeZeroSatisfied.as_str(), on(4, 16)),
];

/// What was written of the practice: code, titles, who issued it, its date, where it speaks of us, what it says, the figure it rests on.
/// Numbers are to be checked, and so are the dates.
const WRITTEN: [(&str, [&str; 2], &str, Date, &str, &str, FigureCode); 2] = [
    (
        "DX-01",
        [
            "关于部分地方优化营商环境典型做法的通报",
            "Circular on typical practices of some places in improving the business environment",
        ],
        "国务院办公厅",
        on(8, 3),
        "第一批典型做法",
        "小微企业低压报装零上门、零审批、零投资：客户只需提出申请、等待接电两个环节，外线工程由供电公司投资和办理审批。",
        FigureCode::ThreeZeroDaysMean,
    ),
    (
        "DX-02",
        ["用电报装监管工作方案", "Supervision plan for electricity connections"],
        "国家能源局",
        on(9, 10),
        "推广要求",
        "要求各地供电企业借鉴“三零”服务做法，压减办电环节、时间和成本。",
        FigureCode::ThreeZeroConnected,
    ),
];

impl World<'_> {
    /// Documents, citations and recognitions, each recorded before or on the day from which it holds.
    pub fn documents(&mut self, seed: u64) -> Result<Vec<Step>, AppError> {
        let before = std::mem::replace(&mut self.chance, Chance::new(seed ^ STREAM));
        let steps = self.documented();
        self.chance = before;
        steps
    }

    fn documented(&mut self) -> Result<Vec<Step>, AppError> {
        let mut steps = Vec::new();
        let mut all: HashMap<&str, Document> = HashMap::new();
        for told in &DOCUMENTS {
            let document = self.document(told, &mut steps)?;
            all.insert(told.code, document);
        }
        for (code, no, kind, named, since) in CITED {
            let document = all.get(code).ok_or_else(|| faulty(&code))?;
            steps.push(self.citation(document, no, (kind, named), since)?);
        }
        let manual = all.get(MANUAL).ok_or_else(|| faulty(&MANUAL))?.id;
        for written in WRITTEN {
            steps.push(self.recognised(manual, written)?);
        }
        Ok(steps)
    }

    /// Who keeps the documents of a department.
    fn keeper(&self, unit: UnitId) -> Result<By, AppError> {
        let found = self.company.nearest(Role::Coordinator, unit).first().copied();
        let who = found.ok_or_else(|| faulty(&"nobody keeps documents"))?;
        let path = self.company.unit(unit).map(|u| u.path.clone()).ok_or_else(|| faulty(&"a department"))?;
        may(&self.company.actor(who), &Ask::KeepDocument(&path))?;
        Ok(By::Person(who))
    }

    fn document(&mut self, told: &Told, steps: &mut Vec<Step>) -> Result<Document, AppError> {
        let unit = self.company.unit_by_code(told.department);
        let by = self.keeper(unit)?;
        let details = DocumentDetails {
            title: told.title[0].to_owned(),
            title_en: Some(told.title[1].to_owned()),
            number: told.number.map(str::to_owned),
            issuer: self.unit_name(self.company.root()),
            kind: told.kind,
            unit,
            demo: told.number.is_some(),
        };
        let first = told.versions.first().map_or(day(2018, 1, 15), |v| v.1);
        let at = self.days_before(first, 3);
        let id = DocumentId(key(told.code, at));
        let (mut document, event) = Document::register(id, at, &by, told.code.to_owned(), details)?;
        let put = Put::Document { document: Box::new(document.clone()), event: Box::new(event), new: true };
        steps.push(self.step(at, by.clone(), vec![put]));
        for (label, from, clauses) in told.versions {
            let at = self.days_before(*from, 2);
            let mut puts = Vec::new();
            let version = self.version(&document, (label, *from, clauses), at, &mut puts);
            let (next, event) = document.put_version(at, &by, version)?;
            puts.push(Put::Document { document: Box::new(next.clone()), event: Box::new(event), new: false });
            steps.push(self.step(at, by.clone(), puts));
            document = next;
        }
        Ok(document)
    }

    fn version(
        &mut self,
        document: &Document,
        (label, from, clauses): ToldVersion,
        at: Instant,
        puts: &mut Vec<Put>,
    ) -> Version {
        let known: HashMap<String, ClauseId> =
            document.clauses_by_number().into_iter().map(|(no, id)| (no.to_owned(), id)).collect();
        let clauses = clauses.iter().map(|(no, text)| {
            let id = known.get(*no).copied().unwrap_or_else(|| ClauseId(self.chance.uuid(at)));
            Clause { id, no: (*no).to_owned(), text: self.say(puts, document.id.0, at, text) }
        });
        Version { label: label.to_owned(), from, to: None, file: None, photos: Vec::new(), clauses: clauses.collect() }
    }

    fn citation(
        &mut self,
        document: &Document,
        no: &str,
        (kind, named): (CitingKind, &str),
        since: Date,
    ) -> Result<Step, AppError> {
        let clause = document.clauses_by_number().get(no).copied().ok_or_else(|| faulty(&no))?;
        let citing = Citing::parse(kind, named).ok_or_else(|| faulty(&named))?;
        let by = self.keeper(document.details.unit)?;
        let at = self.policies.zone.at(since, Time::constant(14, 20, 0, 0));
        let id: Uuid = self.chance.uuid(at);
        let (citation, event) = Citation::make(id, at, &by, document, clause, citing, since)?;
        let put = Put::Citation { citation: Box::new(citation), event: Box::new(event) };
        Ok(self.step(at, by, vec![put]))
    }

    fn recognised(
        &mut self,
        manual: DocumentId,
        (code, title, issuer, issued, clause, practice, figure): (
            &'static str,
            [&'static str; 2],
            &'static str,
            Date,
            &'static str,
            &'static str,
            FigureCode,
        ),
    ) -> Result<Step, AppError> {
        let unit = self.company.unit_by_code("MKT");
        let by = self.keeper(unit)?;
        let at = self.policies.zone.at(issued, Time::constant(15, 40, 0, 0)).plus_millis(2 * 24 * HOUR_MS);
        let id = key(code, at);
        let mut puts = Vec::new();
        let practice = self.say(&mut puts, id, at, practice);
        let known = self.policies.zone.end_of_day(on(7, 31));
        let details = RecognitionDetails {
            title: title[0].to_owned(),
            title_en: Some(title[1].to_owned()),
            issuer: issuer.to_owned(),
            number: None,
            day: issued,
            clause: Some(clause.to_owned()),
            practice,
            unit,
            about: vec![About { kind: AboutKind::Document, id: manual.0 }],
            figures: vec![Quoted::whole(figure.as_str(), "2018-01..2018-07", known, None)],
        };
        let (recognition, event) = Recognition::register(id, at, &by, code.to_owned(), details)?;
        puts.push(Put::Recognition { recognition: Box::new(recognition), event: Box::new(event) });
        Ok(self.step(at, by, puts))
    }

    /// In the morning some days before.
    fn days_before(&self, on: Date, days: i64) -> Instant {
        self.policies.zone.at(on, Time::constant(10, 0, 0, 0)).plus_millis(-days * 24 * HOUR_MS)
    }
}
