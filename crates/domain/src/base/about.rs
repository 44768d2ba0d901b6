//! What a record is about: a record of another slice, by its kind and its id. What it shows, who may see it and whether it
//! is there is that slice's to say; here it is only named.

use super::codes::codes;
use serde::{Deserialize, Serialize};
use uuid::Uuid;

codes! {
    /// Which kind of record is meant.
    AboutKind {
        /// 相关方
        Partner = "partner",
        /// 事项
        Matter = "matter",
        /// 走访
        Visit = "visit",
        /// 合作协议
        Agreement = "agreement",
        /// 项目群
        Programme = "programme",
        /// 项目、路段
        Section = "section",
        /// 联席会议
        Conference = "conference",
        /// 议题
        Topic = "topic",
        /// 指标方面
        Aspect = "aspect",
        /// 文件
        Document = "document",
        /// 场次
        Session = "session",
        /// 服务队、突击队
        Team = "team",
        /// 服务户
        Household = "household",
    }
}

/// A record by kind and id.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct About {
    /// Kind.
    pub kind: AboutKind,
    /// Which.
    pub id: Uuid,
}
