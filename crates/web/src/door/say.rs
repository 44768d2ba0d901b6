//! Words for people: two catalogues, Chinese the source and English complete (a test compares
//! them), dates and durations in either language. A message never says only a code.

use fluent_bundle::concurrent::FluentBundle;
use fluent_bundle::{FluentArgs, FluentResource, FluentValue};
use std::sync::Arc;
use unic_langid::{LanguageIdentifier, langid};
use yixian_app::{AppError, FieldError, PhotoFault, PolicyFault, Trouble};
use yixian_domain::access::Denial;
use yixian_domain::connection::eligible::EligibilityFault;
use yixian_domain::refusal::Refusal;
use yixian_domain::retention::{KeptKind, RetentionFault};
use yixian_domain::rules::RuleFault;
use yixian_domain::time::{Date, Instant, Zone};

/// A language we speak.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Default)]
pub enum Lang {
    /// 简体中文
    #[default]
    Zh,
    /// English
    En,
}

impl Lang {
    /// Every language.
    pub const ALL: [Lang; 2] = [Lang::Zh, Lang::En];
    /// As in `lang="…"`.
    pub fn tag(self) -> &'static str {
        match self {
            Lang::Zh => "zh-CN",
            Lang::En => "en",
        }
    }
    /// From a stored tag.
    pub fn parse(tag: &str) -> Option<Lang> {
        match tag.get(..2)? {
            "zh" => Some(Lang::Zh),
            "en" => Some(Lang::En),
            _ => None,
        }
    }
    /// From `Accept-Language`: the first of ours that is wanted, by quality.
    pub fn accepted(header: &str) -> Option<Lang> {
        let mut wanted: Vec<(f32, Lang)> = header
            .split(',')
            .filter_map(|part| {
                let mut fields = part.trim().split(';');
                let lang = Lang::parse(fields.next()?.trim())?;
                let q = fields.find_map(|f| f.trim().strip_prefix("q=")?.parse().ok()).unwrap_or(1.0);
                Some((q, lang))
            })
            .collect();
        wanted.sort_by(|a, b| b.0.total_cmp(&a.0));
        wanted.first().map(|w| w.1)
    }
}

type Bundle = FluentBundle<FluentResource>;

/// The catalogues.
pub struct Catalogues {
    zh: Arc<Bundle>,
    en: Arc<Bundle>,
}

/// The words of a part of the product, in both languages.
#[derive(Clone, Copy, Debug)]
pub struct Words {
    /// What part.
    pub name: &'static str,
    /// 简体中文
    pub zh: &'static str,
    /// English
    pub en: &'static str,
}

fn bundle(tag: LanguageIdentifier, sources: impl Iterator<Item = (&'static str, &'static str)>) -> Arc<Bundle> {
    let mut b = FluentBundle::new_concurrent(vec![tag]);
    b.set_use_isolating(false);
    for (name, text) in sources {
        match FluentResource::try_new(text.to_owned()) {
            Ok(r) => {
                if let Err(e) = b.add_resource(r) {
                    tracing::error!(catalogue = name, ?e, "a message stands twice")
                }
            }
            Err((r, e)) => {
                tracing::error!(catalogue = name, ?e, "a message cannot be read");
                b.add_resource(r).ok();
            }
        }
    }
    Arc::new(b)
}

fn tell(bundle: &Bundle, lang: Lang, key: &str, args: Option<&FluentArgs<'_>>) -> String {
    let Some(pattern) = bundle.get_message(key).and_then(|m| m.value()) else {
        tracing::error!(key, lang = lang.tag(), "a message is missing");
        return format!("⟨{key}⟩");
    };
    let mut errors = Vec::new();
    bundle.format_pattern(pattern, args, &mut errors).into_owned()
}

impl Catalogues {
    /// A message that depends on no day and no zone.
    pub fn t(&self, lang: Lang, key: &str) -> String {
        let bundle = match lang {
            Lang::Zh => &self.zh,
            Lang::En => &self.en,
        };
        tell(bundle, lang, key, None)
    }
    /// The catalogues of these words.
    pub fn of(words: impl IntoIterator<Item = Words>) -> Catalogues {
        let words: Vec<Words> = words.into_iter().collect();
        Catalogues {
            zh: bundle(langid!("zh-CN"), words.iter().map(|w| (w.name, w.zh))),
            en: bundle(langid!("en"), words.iter().map(|w| (w.name, w.en))),
        }
    }
    /// A voice in a language, for a zone and the day that is today there.
    pub fn say(&self, lang: Lang, zone: Zone, now: Instant) -> Say {
        let bundle = match lang {
            Lang::Zh => self.zh.clone(),
            Lang::En => self.en.clone(),
        };
        let today = zone.date_of(now);
        Say { lang, bundle, zone, now, today }
    }
}

/// A voice: everything a page says, it says through this.
#[derive(Clone)]
pub struct Say {
    lang: Lang,
    bundle: Arc<Bundle>,
    zone: Zone,
    now: Instant,
    today: Date,
}

impl std::fmt::Debug for Say {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Say").field("lang", &self.lang).finish_non_exhaustive()
    }
}

impl Say {
    /// The language.
    pub fn lang(&self) -> Lang {
        self.lang
    }
    /// The zone in which times are told.
    pub fn zone(&self) -> &Zone {
        &self.zone
    }
    /// The business's now.
    pub fn now(&self) -> Instant {
        self.now
    }
    /// The business's today.
    pub fn today(&self) -> Date {
        self.today
    }

    /// Whether a message exists.
    pub fn has(&self, key: &str) -> bool {
        self.bundle.has_message(key)
    }

    /// A message.
    pub fn t(&self, key: &str) -> String {
        self.format(key, None)
    }
    /// A message with one argument.
    pub fn t1<'a>(&self, key: &str, name: &'a str, value: impl Into<FluentValue<'a>>) -> String {
        let mut args = FluentArgs::new();
        args.set(name, value);
        self.format(key, Some(&args))
    }
    /// A message with two arguments.
    pub fn t2<'a>(
        &self,
        key: &str,
        a: (&'a str, impl Into<FluentValue<'a>>),
        b: (&'a str, impl Into<FluentValue<'a>>),
    ) -> String {
        let mut args = FluentArgs::new();
        args.set(a.0, a.1);
        args.set(b.0, b.1);
        self.format(key, Some(&args))
    }
    /// A message with as many arguments as it takes.
    pub fn with(&self, key: &str, args: &FluentArgs<'_>) -> String {
        self.format(key, Some(args))
    }
    /// A message of a family: `stage` and `in_hand` give `stage-in-hand`.
    pub fn of(&self, family: &str, name: &str) -> String {
        self.t(&format!("{family}-{}", name.replace('_', "-")))
    }
    /// A message of a family, or the name itself where there is none (foreign categories).
    pub fn of_or(&self, family: &str, name: &str) -> String {
        let key = format!("{family}-{}", name.replace('_', "-"));
        if self.has(&key) { self.t(&key) } else { name.to_owned() }
    }

    fn format(&self, key: &str, args: Option<&FluentArgs<'_>>) -> String {
        tell(&self.bundle, self.lang, key, args)
    }

    fn weekday(&self, day: Date) -> String {
        self.t(&format!("weekday-{}", day.weekday().to_monday_one_offset()))
    }

    /// A day: `9月30日（周日）`, with the year where it is not this one.
    pub fn day(&self, day: Date) -> String {
        let (y, m, d) = (day.year(), day.month(), day.day());
        let w = self.weekday(day);
        let mut args = FluentArgs::new();
        // As text: a year is no count, and has no thousands to be told apart.
        args.set("y", y.to_string());
        args.set("month", self.t(&format!("month-{m}")));
        args.set("d", d.to_string());
        args.set("w", w);
        self.with(if y == self.today.year() { "day-this-year" } else { "day-with-year" }, &args)
    }
    /// A moment: day and time.
    pub fn moment(&self, at: Instant) -> String {
        let t = self.zone.local(at);
        format!("{} {:02}:{:02}", self.day(t.date()), t.hour(), t.minute())
    }
    /// Time of day.
    pub fn time(&self, at: Instant) -> String {
        let t = self.zone.local(at);
        format!("{:02}:{:02}", t.hour(), t.minute())
    }
    /// A moment for `datetime="…"`.
    pub fn iso(&self, at: Instant) -> String {
        at.to_string()
    }
    /// A rough span: minutes below an hour, hours below a day, else days.
    pub fn span(&self, ms: i64) -> String {
        let minutes = ms.abs() / 60_000;
        match minutes {
            0..60 => self.t1("span-minutes", "n", minutes.max(1)),
            60..1440 => self.t1("span-hours", "n", minutes / 60),
            _ => self.t1("span-days", "n", minutes / 1440),
        }
    }

    /// Whether the reader reads English.
    pub fn is_english(&self) -> bool {
        self.lang() == Lang::En
    }
    /// A name in the reader's language, where there is one in it.
    pub fn named(&self, name: &str, name_en: Option<&str>) -> String {
        match (self.lang(), name_en) {
            (Lang::En, Some(en)) if !en.is_empty() => en.to_owned(),
            (Lang::En | Lang::Zh, _) => name.to_owned(),
        }
    }
    /// What a refusal says, with what to do.
    pub fn refusal(&self, r: &Refusal) -> String {
        let key = format!("refusal-{}", r.code().replace('_', "-"));
        match r {
            Refusal::NotAtThisStage { action, stage } => self.t2(
                &key,
                ("action", self.of("action", action.as_str())),
                ("stage", self.of("stage", stage.as_str())),
            ),
            Refusal::ExtensionNotLater { due } => self.t1(&key, "day", self.day(*due)),
            Refusal::DueBeforeStart { start } => self.t1(&key, "day", self.day(*start)),
            Refusal::NoDeadline { why } => self.t1(&key, "why", why.clone()),
            Refusal::InTheFuture { at } => self.t1(&key, "at", self.moment(*at)),
            Refusal::TooLongAgo { at, days } => self.t2(&key, ("at", self.moment(*at)), ("days", *days)),
            Refusal::BeforeItsCause { at, after } => {
                self.t2(&key, ("at", self.moment(*at)), ("after", self.moment(*after)))
            }
            Refusal::VisitNotAtThisState { state } => self.t1(&key, "state", self.of("visit-state", state)),
            Refusal::PlanOutOfDate { reasons } => {
                let mut counts: Vec<(&str, i64)> = Vec::new();
                for r in reasons {
                    match counts.iter_mut().find(|c| c.0 == r.code()) {
                        Some(c) => c.1 += 1,
                        None => counts.push((r.code(), 1)),
                    }
                }
                let words: Vec<String> =
                    counts.into_iter().map(|(code, n)| self.t1(&format!("stale-{code}"), "n", n)).collect();
                self.t1(&key, "reasons", words.join(&self.t("clause-separator")))
            }
            Refusal::NotThisStep { step } | Refusal::StepsLeft { step } | Refusal::EvidenceNeeded { step } => {
                self.t1(&key, "step", self.of_or("step", step))
            }
            Refusal::EnergizedBeforeAccepted { at, accepted } => {
                self.t2(&key, ("at", self.moment(*at)), ("after", self.moment(*accepted)))
            }
            Refusal::StillNeeded { hold } => self.t1(&key, "hold", self.of("hold", hold.as_str())),
            Refusal::Rule { about, .. } => self.t1(&key, "about", about.clone()),
            Refusal::PauseOverlaps { until } => self.t1(&key, "at", self.moment(*until)),
            _ => self.t(&key),
        }
    }
    /// What a denial says.
    pub fn denial(&self, d: &Denial) -> String {
        let key = format!("denial-{}", d.code().replace('_', "-"));
        match d {
            Denial::NeedsRole { role } => self.t1(&key, "role", self.of("role", &yixian_app::code_of(*role))),
            _ => self.t(&key),
        }
    }
    /// What is wrong with a field.
    pub fn invalid(&self, f: &FieldError) -> String {
        self.t1(&format!("invalid-{}", f.code.replace('_', "-")), "detail", f.detail.clone())
    }
    /// A kind of record that holds personal data.
    pub fn kept(&self, of: KeptKind) -> String {
        match of {
            KeptKind::Matter(kind) => self.of("kind", kind.as_str()),
            KeptKind::Person => self.t("kept-person"),
        }
    }
    /// What is wrong with a rule file.
    pub fn policy_fault(&self, f: &PolicyFault) -> String {
        let overlap = |a: &str, b: &str, from: Date| {
            let mut args = FluentArgs::new();
            args.set("first", a.to_owned());
            args.set("second", b.to_owned());
            args.set("from", from.to_string());
            self.with("rule-overlap", &args)
        };
        let gap = |what: String, place: &str, from: Date| {
            let mut args = FluentArgs::new();
            args.set("what", what);
            args.set("place", place.to_owned());
            args.set("from", from.to_string());
            self.with("rule-gap", &args)
        };
        match f {
            PolicyFault::Limit(RuleFault::Overlap { first, second, from })
            | PolicyFault::Eligibility(EligibilityFault::Overlap { first, second, from }) => {
                overlap(first, second, *from)
            }
            PolicyFault::Limit(RuleFault::Gap { jurisdiction, category, step, from }) => {
                let what = [self.of_or("class", category), step.clone()]
                    .into_iter()
                    .filter(|s| !s.is_empty())
                    .collect::<Vec<_>>()
                    .join(" · ");
                gap(what, jurisdiction, *from)
            }
            PolicyFault::Eligibility(EligibilityFault::Gap { jurisdiction, setting, from }) => {
                gap(self.of("setting", setting.as_str()), jurisdiction, *from)
            }
            PolicyFault::Limit(RuleFault::Backwards(row))
            | PolicyFault::Eligibility(EligibilityFault::Backwards(row)) => {
                self.t1("rule-backwards", "row", row.clone())
            }
            PolicyFault::Limit(RuleFault::LowEnabled(row)) => self.t1("rule-low-enabled", "row", row.clone()),
            PolicyFault::Limit(RuleFault::Circle(place)) => self.t1("rule-circle", "place", place.clone()),
            PolicyFault::Retention(f) => {
                let days = |key: &str, of: KeptKind, days: i64| self.t2(key, ("of", self.kept(of)), ("days", days));
                match f {
                    RetentionFault::UnknownKind { of } => self.t1("rule-kept-unknown", "of", of.clone()),
                    RetentionFault::Twice { of } => self.t1("rule-kept-twice", "of", self.kept(*of)),
                    RetentionFault::NotPositive { of, days: n } | RetentionFault::TooShort { of, days: n } => {
                        days("rule-kept-short", *of, *n)
                    }
                    RetentionFault::TooLong { of, days: n } => days("rule-kept-long", *of, *n),
                }
            }
            PolicyFault::Other(why) => why.clone(),
        }
    }
    /// What an error says, in one sentence with what to do.
    pub fn error(&self, e: &AppError) -> String {
        match e {
            AppError::Refused(r) => self.refusal(r),
            AppError::Denied(d) => self.denial(d),
            AppError::NotFound(_) => self.t("error-not-found"),
            AppError::Invalid(fields) => fields.iter().map(|f| self.invalid(f)).collect::<Vec<_>>().join(" "),
            AppError::IdReused => self.t("error-id-reused"),
            AppError::Stale { .. } => self.t("error-stale"),
            AppError::SignInRefused => self.t("error-sign-in-refused"),
            AppError::TooMany { seconds } => self.t1("error-too-many-seconds", "n", *seconds),
            AppError::SecondStep { .. } => self.t("second-ask"),
            AppError::Busy => self.t("error-busy"),
            AppError::MessageNotSent(_) => self.t("error-message-not-sent"),
            AppError::BadPolicy { file, why } => self.t2(
                "error-bad-policy",
                ("file", file.clone()),
                ("why", why.iter().map(|f| self.policy_fault(f)).collect::<Vec<_>>().join(" ")),
            ),
            AppError::ForeignPhotos { path } => self.t1("error-photos-foreign", "path", path.clone()),
            AppError::ForeignSecret { path, missing } => {
                self.t1(if *missing { "error-secret-missing" } else { "error-secret-foreign" }, "path", path.clone())
            }
            AppError::Photo { fault: PhotoFault::Missing, .. } => self.t("error-photo-missing"),
            AppError::Photo { fault: PhotoFault::Damaged, .. } => self.t("error-photo-damaged"),
            AppError::Store(_) if e.trouble() == Some(Trouble::DiskFull) => self.t("error-disk-full"),
            AppError::Store(_) if e.trouble() == Some(Trouble::Away) => self.t("error-away"),
            AppError::Store(_) => self.t("error-internal"),
        }
    }
}
