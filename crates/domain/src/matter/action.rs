//! What can be asked of a matter. It does not know when ([`super::law`]) nor of whom ([`super::access`]).

use crate::base::codes::codes;

codes! {
    /// What can be asked of a matter. `ALL` is in the order in which pages offer them.
    #[allow(missing_docs)] // each is the verb of the method of the same name in law.rs
    MatterAction[19] in [
        Assign, Transfer, Merge, Separate, Refuse, Accept, Advance, Submit, AskExtension, AskPause, Decide, Resume, Verify, Return,
        Answer, RecordAttempt, Rate, Comment, Relate,
    ] {
        Assign = "assign",
        Transfer = "transfer",
        Merge = "merge",
        Separate = "separate",
        Refuse = "refuse",
        Accept = "accept",
        AskExtension = "ask_extension",
        AskPause = "ask_pause",
        Decide = "decide",
        Resume = "resume",
        Advance = "advance",
        Submit = "submit",
        Verify = "verify",
        Return = "return",
        Answer = "answer",
        RecordAttempt = "record_attempt",
        Rate = "rate",
        Comment = "comment",
        Relate = "relate",
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::base::codes::Code;
    use crate::base::refusal::Refusal;
    use crate::matter::StageName;

    /// The API carries codes, the log the names of the variants; both are pinned.
    #[test]
    fn a_refusal_names_action_and_stage() {
        let (action, stage) = (MatterAction::AskExtension.into(), StageName::SolvedOnTheSpot.into());
        let refusal = Refusal::NotAtThisStage { action, stage };
        assert_eq!(refusal.to_string(), "AskExtension is not possible while the matter is SolvedOnTheSpot");
        assert_eq!(
            serde_json::to_string(&refusal).ok().as_deref(),
            Some(r#"{"code":"not_at_this_stage","action":"ask_extension","stage":"solved_on_the_spot"}"#)
        );
    }

    /// The order in which pages list them names each once, whatever the order of the declaration.
    #[test]
    fn every_code_is_listed_once_and_read_back() {
        let mut listed: Vec<MatterAction> = MatterAction::ALL.to_vec();
        listed.sort_unstable();
        listed.dedup();
        assert_eq!(listed.len(), MatterAction::Relate as usize + 1);
        for action in MatterAction::ALL {
            assert_eq!(action.code().parse(), Ok(action));
            assert_eq!(serde_json::to_string(&action).ok(), Some(format!("\"{}\"", action.code())));
        }
        let stages: std::collections::BTreeSet<StageName> = StageName::ALL.into_iter().collect();
        assert_eq!(stages.len(), StageName::Reopened as usize + 1);
        assert_eq!(
            "made_up".parse::<StageName>().map_err(|e| e.to_string()),
            Err("no code of StageName: made_up".into())
        );
    }
}
