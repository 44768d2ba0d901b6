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
    /// Whether the loop's figures count it: what people raise and are answered on. Tasks, resolutions, measures, commitments and
    /// connections have figures of their own.
    pub fn is_of_the_loop(self) -> bool {
        match self {
            MatterKind::Problem
            | MatterKind::Hazard
            | MatterKind::Violation
            | MatterKind::Enquiry
            | MatterKind::Wish => true,
            MatterKind::Connection
            | MatterKind::Resolution
            | MatterKind::Task
            | MatterKind::Measure
            | MatterKind::Commitment => false,
        }
    }
}
