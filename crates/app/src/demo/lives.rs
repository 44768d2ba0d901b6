//! How one record lives: every transition through the domain's own law, by somebody whom access
//! allows it, at a moment of the working day; what time alone brings about is written when the sweep
//! would have written it. A life is told as steps, each one command with the instant it was recorded.

use super::chance::Chance;
use super::kept::Kept;
use super::organisation::Company;
use super::pictures::{Pictures, Scene};
use super::places::Places;
use super::topics::Numbers;
use super::{NOW, Size, names};
use crate::App;
use crate::frame::error::AppError;
use crate::frame::mint::hash_secret;
use crate::frame::photos::Photo;
use crate::frame::policy::Policies;
use crate::matters::act::{self as matters, Audience, Owed};
use crate::matters::rungs::{What, next_look, rungs};
use std::collections::{HashMap, HashSet};
use uuid::Uuid;
use yixian_domain::access::{Actor, Ask, MatterFacts, Voice, may};
use yixian_domain::base::about::About;
use yixian_domain::conference::{Conference, ConferenceEvent, Meeting, MeetingEvent, Topic, TopicEvent};
use yixian_domain::ids::*;
use yixian_domain::matter::*;
use yixian_domain::org::Role;
use yixian_domain::outage::{Outage, OutageEvent, OutageFileEvent};

use yixian_domain::refusal::Refusal;
use yixian_domain::time::{HOUR_MS, Instant, MINUTE_MS, Time};
use yixian_domain::visit::{Visit, VisitEvent};

/// Something to be written.
pub(super) enum Put {
    Words {
        record: Uuid,
        id: WordsId,
        salt: String,
        text: String,
    },
    Contact {
        id: ContactId,
        matter: MatterId,
        name: String,
        phone: String,
        credit_code: Option<String>,
        link: String,
    },
    File {
        photo: Box<Photo>,
        record: Uuid,
    },
    Notice {
        id: Uuid,
        person: PersonId,
        code: &'static str,
        kind: &'static str,
        record: Uuid,
        at: Instant,
    },
    NewVisit {
        visit: Box<Visit>,
        events: Vec<Happened<VisitEvent>>,
    },
    Visit {
        id: VisitId,
        events: Vec<Happened<VisitEvent>>,
    },
    NewMatter {
        matter: Box<Matter>,
        events: Vec<Happened<MatterEvent>>,
        subject: String,
        next: Option<Instant>,
        keys: Option<[String; 3]>,
    },
    Matter {
        id: MatterId,
        events: Vec<Happened<MatterEvent>>,
    },
    Unit(Box<yixian_domain::org::Unit>),
    Person {
        person: Box<yixian_domain::org::Person>,
        roles: Vec<(Role, UnitId)>,
        new: bool,
    },
    Place {
        place: Box<yixian_domain::place::Place>,
        new: bool,
    },
    Partner {
        partner: Box<yixian_domain::partner::Partner>,
        events: Vec<Happened<yixian_domain::partner::PartnerEvent>>,
        new: bool,
    },
    Programme {
        programme: Box<yixian_domain::programme::Programme>,
        event: Box<Happened<yixian_domain::programme::ProgrammeEvent>>,
        new: bool,
    },
    Section {
        section: Box<yixian_domain::programme::Section>,
        before: Option<Box<yixian_domain::programme::Section>>,
        event: Box<Happened<yixian_domain::programme::SectionEvent>>,
    },
    Conference {
        conference: Box<Conference>,
        events: Vec<Happened<ConferenceEvent>>,
        new: bool,
    },
    Meeting {
        meeting: Box<Meeting>,
        events: Vec<Happened<MeetingEvent>>,
        new: bool,
    },
    Topic {
        topic: Box<Topic>,
        events: Vec<Happened<TopicEvent>>,
    },
    Agreement {
        agreement: Box<yixian_domain::agreement::Agreement>,
        event: Box<Happened<yixian_domain::agreement::AgreementEvent>>,
        new: bool,
    },
    Team {
        team: Box<yixian_domain::team::Team>,
        events: Vec<Happened<yixian_domain::team::TeamEvent>>,
    },
    Indicator {
        indicator: Box<yixian_domain::indicator::Indicator>,
        events: Vec<Happened<yixian_domain::indicator::IndicatorEvent>>,
        new: bool,
    },
    Breakdown {
        breakdown: Box<yixian_domain::indicator::Breakdown>,
        events: Vec<Happened<yixian_domain::indicator::BreakdownEvent>>,
        new: bool,
    },
    Campaign {
        campaign: Box<yixian_domain::indicator::Campaign>,
        event: Box<Happened<yixian_domain::indicator::CampaignEvent>>,
    },
    Document {
        document: Box<yixian_domain::document::Document>,
        event: Box<Happened<yixian_domain::document::DocumentEvent>>,
        new: bool,
    },
    Citation {
        citation: Box<yixian_domain::document::Citation>,
        event: Box<Happened<yixian_domain::document::CitationEvent>>,
    },
    Recognition {
        recognition: Box<yixian_domain::document::Recognition>,
        event: Box<Happened<yixian_domain::document::RecognitionEvent>>,
    },
    Praise {
        praise: Box<yixian_domain::praise::Praise>,
        event: Box<Happened<yixian_domain::praise::PraiseEvent>>,
    },
    Publication {
        publication: Box<yixian_domain::praise::Publication>,
        event: Box<Happened<yixian_domain::praise::PublicationEvent>>,
    },
    Served {
        base: Box<yixian_domain::outage::served::ServedBase>,
        events: Vec<Happened<yixian_domain::outage::served::ServedEvent>>,
    },
    /// New, or changed from what it was by what happened.
    Outage {
        outage: Box<Outage>,
        change: Option<Box<(Outage, OutageEvent)>>,
    },
    Outages {
        file: Uuid,
        all: Vec<Outage>,
        event: Box<OutageFileEvent>,
    },
    Community(Box<Kept>),
    Exempt {
        id: Uuid,
        person: PersonId,
        from: yixian_domain::time::Date,
        to: yixian_domain::time::Date,
        reason: &'static str,
    },
}

/// One command: when it was recorded and what it wrote.
pub(super) struct Step {
    pub recorded: Instant,
    pub command: CommandId,
    /// Who, for the records of the organisation.
    pub by: By,
    pub puts: Vec<Put>,
}

/// How far a matter gets.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Stop {
    Stage(StageName),
    AsksExtension,
    AsksPause,
    Paused,
}

/// A matter as it lives.
pub(super) struct Life {
    pub matter: Matter,
    pub history: Vec<Happened<MatterEvent>>,
    pub steps: Vec<Step>,
    /// When the last step was recorded; the next follows it.
    pub recorded: Instant,
    pub stop: Option<Stop>,
    pub scene: Scene,
    /// Keyed hashes of party, address and content, of a connection.
    pub keys: Option<[String; 3]>,
    subject: String,
    pub next: Option<Instant>,
}

impl Life {
    /// A life whose first step is told already.
    pub fn of(moved: Moved, step: Step, recorded: Instant, subject: String, next: Option<Instant>) -> Life {
        Life {
            matter: moved.matter,
            history: moved.events,
            steps: vec![step],
            recorded,
            stop: None,
            scene: Scene::Meter,
            keys: None,
            subject,
            next,
        }
    }
    /// Whether the matter is where this one is to stay.
    fn stays(&self) -> bool {
        let m = &self.matter;
        match self.stop {
            Some(Stop::Stage(s)) => m.stage.name() == s,
            Some(Stop::AsksExtension) => {
                m.request.as_ref().is_some_and(|r| matches!(r.wanted, Wanted::Extension { .. }))
            }
            Some(Stop::AsksPause) => m.request.as_ref().is_some_and(|r| r.wanted == Wanted::Pause),
            Some(Stop::Paused) => m.paused().is_some(),
            None => false,
        }
    }
}

/// What everybody works with.
pub(super) struct World<'a> {
    pub app: &'a App,
    pub policies: &'a Policies,
    pub company: &'a Company,
    pub places: &'a Places,
    pub size: &'a Size,
    pub pictures: &'a Pictures,
    /// What may stand once only: addresses and numbers of those who ask for a connection.
    pub taken: HashSet<String>,
    pub chance: Chance,
    /// A stream of its own for what was added to the story later, so that the rest stays as it was.
    pub beside: Chance,
    /// What was asked last at the counters of a unit: what is proposed there answers it.
    pub asked: HashMap<UnitId, MatterId>,
}

/// What a matter begins with.
pub(super) struct Birth {
    pub kind: MatterKind,
    pub origin: Origin,
    pub category: &'static str,
    pub scene: Scene,
    pub words: String,
    pub place: Option<usize>,
    pub unit: UnitId,
    pub visit: Option<VisitId>,
    pub recorded_by: By,
    /// Name and phone of a raiser outside the company.
    pub contact: Option<(String, String)>,
    /// What it is about.
    pub about: Option<About>,
    /// Who is owed it and who owes it, where it is neither the contact nor whoever records it.
    pub owed: Owed,
    pub at: Instant,
    pub recorded: Instant,
}

impl World<'_> {
    /// Tells something with the stream beside the story's own.
    pub fn beside<T>(&mut self, tells: impl FnOnce(&mut Self) -> T) -> T {
        std::mem::swap(&mut self.chance, &mut self.beside);
        let told = tells(self);
        std::mem::swap(&mut self.chance, &mut self.beside);
        told
    }

    /// A moment of the working day, some minutes later.
    pub fn work(&mut self, t: Instant, least: i64, most: i64) -> Instant {
        let t = t.plus_millis(self.chance.between(least * MINUTE_MS, most * MINUTE_MS));
        let zone = &self.policies.zone;
        let local = zone.local(t);
        let (open, close) = (Time::constant(8, 30, 0, 0), Time::constant(17, 30, 0, 0));
        let mut on = local.date();
        let working = self.policies.calendar.is_working(on);
        if working && open <= local.time() && local.time() < close {
            return t;
        }
        if !(working && local.time() < open) {
            on = self.policies.calendar.nth_working_day_after(on, 1).unwrap_or(on);
        }
        zone.at(on, open).plus_millis(self.chance.between(0, 150 * MINUTE_MS))
    }

    /// A command recorded at an instant.
    pub fn step(&mut self, recorded: Instant, by: By, puts: Vec<Put>) -> Step {
        Step { recorded, command: CommandId(self.chance.uuid(recorded)), by, puts }
    }

    /// Keeps words of a record.
    pub fn say(&mut self, puts: &mut Vec<Put>, record: Uuid, at: Instant, text: &str) -> Words {
        let (id, salt) = (WordsId(self.chance.uuid(at)), self.chance.salt());
        let hash = yixian_store::words::hash(&salt, text);
        puts.push(Put::Words { record, id, salt, text: text.to_owned() });
        Words { id, hash }
    }

    /// One of several sentences, filled in and kept.
    pub fn one(&mut self, puts: &mut Vec<Put>, record: Uuid, at: Instant, of: &[&'static str]) -> Words {
        let text = self.chance.word(of);
        let text = Numbers::of(&mut self.chance).fill(text);
        self.say(puts, record, at, &text)
    }

    /// A picture of a scene, the record's own.
    pub fn photo(&mut self, puts: &mut Vec<Put>, record: Uuid, scene: Scene, after: bool) -> Vec<FileRef> {
        let (take, shot) = (self.chance.below(self.pictures.takes), self.chance.between(0, i64::MAX));
        let photo = self.pictures.of(scene, take, after, &format!("{record} {shot:x}"));
        let file = photo.as_ref().map(|p| p.file.clone());
        puts.extend(photo.map(|p| Put::File { photo: Box::new(p), record }));
        file.into_iter().collect()
    }

    /// Somebody with a role nearest to a unit, other than one person.
    pub fn holder(&mut self, role: Role, unit: UnitId, other_than: Option<PersonId>) -> Option<PersonId> {
        let all: Vec<PersonId> =
            self.company.nearest(role, unit).iter().copied().filter(|p| Some(*p) != other_than).collect();
        self.chance.any(&all).copied()
    }

    /// How a matter is named when it is answered.
    pub fn unit_name(&self, unit: UnitId) -> String {
        self.company.unit(unit).map_or(String::new(), |u| u.name.clone())
    }

    /// Raises a matter; its first step is ready to be joined by more.
    pub fn raise(&mut self, b: Birth) -> Result<Life, AppError> {
        let id = MatterId(self.chance.uuid(b.at));
        let mut puts = Vec::new();
        let words = self.say(&mut puts, id.0, b.recorded, &b.words);
        let physical = matches!(b.category, "equipment" | "line");
        let photos = if self.chance.percent(if physical { 65 } else { 12 }) {
            self.photo(&mut puts, id.0, b.scene, false)
        } else {
            Vec::new()
        };
        let by = match b.contact {
            _ if b.owed.raiser.is_some() => b.owed.raiser.unwrap_or_else(|| b.recorded_by.clone()),
            Some((name, phone)) => {
                let contact = ContactId(self.chance.uuid(b.recorded));
                let link = hash_secret(&self.app.raiser_token(id, contact));
                puts.push(Put::Contact { id: contact, matter: id, name, phone, credit_code: None, link });
                By::Raiser(contact)
            }
            None => b.recorded_by.clone(),
        };
        let place = b.place.and_then(|i| self.places.all.get(i));
        let text = yixian_store::search::text(&b.words, place.map(|p| p.name.as_str()));
        let raised = Raised {
            by,
            recorded_by: b.recorded_by.clone(),
            at: b.at,
            words,
            category: b.category.to_owned(),
            place: place.map(|p| p.id),
            visit: b.visit,
            photos,
            owner: b.owed.owner,
        };
        let part = b.owed.part.map(Box::new);
        let r = Raise { id, kind: b.kind, origin: b.origin, raised, unit: b.unit, part, about: b.about };
        let moved = Matter::raise(&self.policies.law(), r, &TargetChoice::RuleIfAny)?;
        let mut step = self.step(b.recorded, b.recorded_by, puts);
        step.puts.push(Put::Matter { id, events: moved.events.clone() });
        let mut life = Life {
            subject: matters::subject(&text),
            matter: moved.matter,
            history: moved.events,
            steps: vec![step],
            recorded: b.recorded,
            stop: None,
            scene: b.scene,
            keys: None,
            next: None,
        };
        life.next = next_look(self.policies, &life.matter)?;
        Ok(life)
    }

    /// Takes a transition into the life: as a step of its own, or joined to the last one.
    pub fn take(
        &mut self,
        life: &mut Life,
        moved: Moved,
        recorded: Instant,
        by: &By,
        mut puts: Vec<Put>,
        join: bool,
    ) -> Result<(), AppError> {
        self.notices(&moved, &mut puts);
        life.matter = moved.matter;
        life.next = next_look(self.policies, &life.matter)?;
        life.recorded = life.recorded.max(recorded);
        puts.push(Put::Matter { id: life.matter.id, events: moved.events.clone() });
        life.history.extend(moved.events);
        if let Some(last) = life.steps.last_mut().filter(|_| join) {
            last.puts.extend(puts);
        } else {
            let step = self.step(life.recorded, by.clone(), puts);
            life.steps.push(step);
        }
        Ok(())
    }

    /// What time alone brought about up to an instant.
    pub fn sweep(&mut self, life: &mut Life, until: Instant) -> Result<(), AppError> {
        while life.next.is_some_and(|at| at <= until) {
            let law = self.policies.law();
            let m = life.matter.clone();
            let moved = if let Some(at) = m.silent_at(&law) {
                m.close_by_silence(&law, at)?
            } else {
                let Some(rung) = rungs(self.policies, &m)?.into_iter().min_by_key(|r| r.at) else { break };
                match rung.what {
                    What::Remind(share) => m.remind(rung.at, share),
                    What::Escalate(n) => m.escalate(rung.at, n),
                }
            };
            let at = moved.events.last().map_or(until, |h| h.at);
            let recorded = at.plus_millis(self.chance.between(2_000, 58_000)).min(until.max(at));
            self.take(life, moved, recorded, &By::Rule, Vec::new(), false)?;
        }
        Ok(())
    }

    /// Something done to a matter, if its time has come and the law still has it so. Gives the
    /// instant it was recorded.
    pub fn act(
        &mut self,
        life: &mut Life,
        by: &By,
        at: Instant,
        action: MatterAction,
        puts: Vec<Put>,
        how: impl FnOnce(Matter) -> Result<Moved, Refusal>,
    ) -> Result<Option<Instant>, AppError> {
        if at > NOW || life.stays() {
            return Ok(None);
        }
        self.sweep(life, at)?;
        if life.matter.allows(action).is_err() {
            return Ok(None);
        }
        let actor = match by {
            By::Person(p) => self.company.actor(*p),
            By::Raiser(contact) => Actor::Raiser { contact: *contact, matter: life.matter.id, voice: Voice::SentLink },
            By::Partner(id) => Actor::Partner { id: *id },
            By::Rule | By::Import => Actor::System,
        };
        let Some(unit) = self.company.unit(life.matter.unit) else { return Ok(None) };
        may(&actor, &Ask::ActOnMatter(action, &MatterFacts::of(&life.matter, unit.path.clone())))?;
        let moved = how(life.matter.clone())?;
        let recorded = at.plus_millis(self.chance.between(800, 25_000)).max(life.recorded).min(NOW);
        self.take(life, moved, recorded, by, puts, false)?;
        if action == MatterAction::Answer && matches!(life.matter.raised.by, By::Raiser(_)) {
            // The answer goes to his phone.
            let told = life.matter.clone().give_link(at, &By::Rule, LinkGiven::Sent)?;
            self.take(life, told, recorded, &By::Rule, Vec::new(), true)?;
        }
        Ok(Some(life.recorded))
    }

    /// Ends the telling at the demo's instant; gives the steps, the first with the whole row.
    pub fn end(&mut self, life: &mut Life) -> Result<Vec<Step>, AppError> {
        self.sweep(life, NOW)?;
        let mut steps = std::mem::take(&mut life.steps);
        if let Some(first) = steps.first_mut() {
            // The first step may carry several transitions; they become the new record's events.
            let mut events = Vec::new();
            first.puts.retain_mut(|p| match p {
                Put::Matter { id, events: own } if *id == life.matter.id => {
                    events.append(own);
                    false
                }
                _ => true,
            });
            first.puts.push(Put::NewMatter {
                matter: Box::new(life.matter.clone()),
                events,
                subject: std::mem::take(&mut life.subject),
                next: life.next,
                keys: life.keys.take(),
            });
        }
        Ok(steps)
    }

    /// Notices of the last days, to those whom the product would have told.
    fn notices(&mut self, moved: &Moved, puts: &mut Vec<Put>) {
        let m = &moved.matter;
        // What colleagues remark is read where they wrote it.
        let heard = |h: &Happened<MatterEvent>| {
            !matches!(h.event, MatterEvent::Commented { .. }) || matches!(h.by, By::Raiser(_))
        };
        let told =
            moved.events.iter().rev().filter(|h| heard(h)).find_map(|h| matters::tells(&h.event).map(|a| (h, a)));
        let Some((h, audience)) = told.filter(|(h, _)| NOW.since(h.at) < 8 * 24 * HOUR_MS) else { return };
        let who: Vec<PersonId> = match audience {
            Audience::Raiser => m.raised.by.person().into_iter().collect(),
            Audience::Concerned => {
                m.handler.map_or_else(|| self.company.nearest(Role::Coordinator, m.unit).to_vec(), |h| vec![h])
            }
            Audience::Handlers => {
                m.handler.map_or_else(|| self.company.nearest(Role::Handler, m.unit).to_vec(), |h| vec![h])
            }
            Audience::Coordinators => self.company.nearest(Role::Coordinator, m.unit).to_vec(),
            Audience::Verifiers => self.company.nearest(Role::Verifier, m.unit).to_vec(),
        };
        for person in who.into_iter().filter(|p| By::Person(*p) != h.by) {
            let id = self.chance.uuid(h.at);
            puts.push(Put::Notice { id, person, code: h.event.code(), kind: "matter", record: m.id.0, at: h.at });
        }
    }

    /// Somebody outside who raises a matter.
    pub fn outsider(&mut self, english: bool) -> (String, String) {
        let name = if english { names::english(&mut self.chance) } else { names::outsider(&mut self.chance) };
        (name, names::phone(&mut self.chance))
    }
}
