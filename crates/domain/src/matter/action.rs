//! What can be asked of a matter. It does not know when ([`super::law`]) nor of whom ([`super::access`]).

use crate::base::codes::codes;

codes! {
    /// What can be asked of a matter. `ALL` is in the order in which pages offer them.
    #[allow(missing_docs)] // each is the verb of the method of the same name in law.rs
    MatterAction[17] in [
        Assign, Transfer, Merge, Refuse, Accept, Advance, Submit, AskExtension, AskPause, Decide, Resume, Verify, Return,
        Answer, RecordAttempt, Rate, Comment,
    ] {
        Assign = "assign",
        Transfer = "transfer",
        Merge = "merge",
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
    }
}
