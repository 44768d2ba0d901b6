//! Words of personal data, as codes: which there are, what they are shown for, why they are erased. It knows no rule.

use crate::base::codes::codes;

codes! {
    /// What of a matter says who somebody is.
    PersonalData[4] {
        /// 姓名: name of whoever raised it; the credit code of a firm goes with it.
        Name = "name",
        /// 电话
        Phone = "phone",
        /// 详细地址
        Address = "address",
        /// 身份和产权证件的照片
        Papers = "papers",
    }
}

codes! {
    /// Why somebody has personal data shown.
    DisclosurePurpose {
        /// 联系本人
        Contact = "contact",
        /// 上门
        OnSite = "on_site",
        /// 核对身份和资料
        Check = "check",
        /// 处理投诉
        Complaint = "complaint",
        /// 稽查
        Audit = "audit",
        /// 本人行使权利 (查阅、更正、删除)
        Rights = "rights",
    }
}

codes! {
    /// Why personal data are erased.
    ErasureGround {
        /// 本人要求
        Request = "request",
        /// 保存期满
        Retention = "retention",
        /// 误录
        Mistake = "mistake",
        /// 依规定
        Order = "order",
    }
}
