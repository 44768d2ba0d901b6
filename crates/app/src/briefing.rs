//! Briefings: a template of questions, answered. It computes nothing: each line is what `yixian figures` tells with the line's own arguments.

use crate::App;
use crate::figures::reading::Reading;
use crate::frame::error::AppError;
use std::sync::LazyLock;
use yixian_domain::access::Actor;
use yixian_domain::briefing::{Briefing, Line, Template};
use yixian_domain::figure::Question;
use yixian_domain::time::Instant;
use yixian_store::StoreError;

/// The article's template.
static ARTICLE: LazyLock<Result<Template, String>> =
    LazyLock::new(|| toml::from_str(include_str!("../../../briefings/article.toml")).map_err(|e| e.to_string()));

/// A line with its answer.
#[derive(Clone, Debug)]
pub struct BriefingLine {
    /// The line.
    pub line: Line,
    /// What its figure tells; none where the line is a claim alone.
    pub reading: Option<Reading>,
}

/// A briefing, answered.
#[derive(Clone, Debug)]
pub struct Briefed {
    /// What it is.
    pub briefing: Briefing,
    /// Nothing later than this is told.
    pub upper: Instant,
    /// Its lines.
    pub lines: Vec<BriefingLine>,
}

impl App {
    /// The article's briefing of a year; its own where none is asked for. A line is read as of the earlier of its own day and `upper`, and
    /// never as of what is to come.
    pub async fn briefing(
        &self,
        actor: &Actor,
        year: Option<i16>,
        upper: Option<Instant>,
    ) -> Result<Briefed, AppError> {
        let faulty = |why: String| AppError::from(StoreError::corrupt("briefings/article.toml", why));
        let template = ARTICLE.as_ref().map_err(|why| faulty(why.clone()))?;
        let read = template.of_year(year, &self.policies().zone);
        let briefing =
            read.map_err(|all| faulty(all.iter().map(ToString::to_string).collect::<Vec<_>>().join("; ")))?;
        let now = self.clock().now();
        let upper = upper.map_or(now, |upper| upper.min(now));
        let asked: Vec<Option<Question>> = briefing.lines.iter().map(|l| l.asks(upper)).collect();
        let mut answers = self.readings(actor, &asked.iter().flatten().cloned().collect::<Vec<_>>()).await?.into_iter();
        let lines = briefing
            .lines
            .iter()
            .zip(asked)
            .map(|(line, asked)| BriefingLine { line: line.clone(), reading: asked.and_then(|_| answers.next()) });
        let lines = lines.collect();
        Ok(Briefed { briefing, upper, lines })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::HashSet;
    use yixian_domain::time::Zone;

    #[test]
    fn every_line_of_the_article_asks_for_what_is_there() {
        let zone = Zone::parse("Asia/Shanghai").expect("a zone");
        let template = ARTICLE.as_ref().expect("the article's template");
        let briefing = template.of_year(None, &zone).unwrap_or_else(|faults| panic!("{faults:#?}"));
        let asked: HashSet<Question> = briefing.lines.iter().filter_map(|l| l.question.clone()).collect();
        assert_eq!(asked.len(), briefing.lines.iter().filter(|l| l.question.is_some()).count(), "no line stands twice");
        assert!(briefing.lines[0].head.is_some() && briefing.lines.len() > 20);
    }
}
