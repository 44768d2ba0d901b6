//! What is done in a home or a courtyard 服务项目: the items of a done-sheet and of repairs on a service day. Who did it, where, and
//! what it cost is the record's that counts them.

use super::codes::codes;
use serde::{Deserialize, Serialize};

codes! {
    /// An item of service.
    ServiceItem {
        /// 线路检查
        LineCheck = "line_check",
        /// 换灯
        Lamp = "lamp",
        /// 换线
        Wire = "wire",
        /// 换开关
        Switch = "switch",
        /// 装漏保
        LeakageProtector = "leakage_protector",
        /// 讲解
        Advice = "advice",
    }
}

impl ServiceItem {
    /// Something is changed in the home: it is shown by a photo.
    pub fn is_physical(self) -> bool {
        !matches!(self, ServiceItem::LineCheck | ServiceItem::Advice)
    }
}

/// How much of an item was done.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Quantity {
    /// Which.
    pub item: ServiceItem,
    /// How many.
    pub n: u32,
}
