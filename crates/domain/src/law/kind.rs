//! The kinds of matters, for which procedures and limits are written. A kind is a procedure, limits and words; it does not
//! know what a matter of it carries.

use crate::base::codes::codes;

codes! {
    /// What was raised.
    MatterKind[10] {
        /// 问题
        Problem = "problem",
        /// 隐患
        Hazard = "hazard",
        /// 违章
        Violation = "violation",
        /// 业扩报装
        Connection = "connection",
        /// 联席会议议定事项
        Resolution = "resolution",
        /// 指标任务
        Task = "task",
        /// 改进措施
        Measure = "measure",
        /// 社区微心愿、意见
        Wish = "wish",
        /// 咨询
        Enquiry = "enquiry",
        /// 承诺事项
        Commitment = "commitment",
    }
}

impl MatterKind {
    /// Whether it is nothing without its part: who resolved, promised or proposed what, of which indicator a task is. Such a matter begins on the page of its own
    /// slice.
    pub fn needs_part(self) -> bool {
        match self {
            MatterKind::Resolution | MatterKind::Measure | MatterKind::Commitment | MatterKind::Task => true,
            MatterKind::Problem
            | MatterKind::Hazard
            | MatterKind::Violation
            | MatterKind::Wish
            | MatterKind::Enquiry
            | MatterKind::Connection => false,
        }
    }

    /// Whether the loop's own figures count it: what somebody found, asked or wished. A resolution, a task, a measure, a
    /// commitment and a connection have figures of their own.
    pub fn in_loop(self) -> bool {
        match self {
            MatterKind::Problem
            | MatterKind::Hazard
            | MatterKind::Violation
            | MatterKind::Wish
            | MatterKind::Enquiry => true,
            MatterKind::Connection
            | MatterKind::Resolution
            | MatterKind::Task
            | MatterKind::Measure
            | MatterKind::Commitment => false,
        }
    }
}
