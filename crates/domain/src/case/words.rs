//! The words of a connection's case, as codes: classes, uses, applicants, papers, verdicts. It knows neither the case nor
//! its rules.

use crate::base::codes::codes;

codes! {
    /// Class of a connection; it is the matter's category and decides procedure and limits.
    Class {
        /// 居民
        Resident = "resident",
        /// 低压非居民
        NonResident = "non_resident",
        /// 三零 (小微企业)
        ThreeZero = "three_zero",
        /// 高压单电源 (三省)
        HvSingle = "hv_single",
        /// 高压双电源 (三省)
        HvDual = "hv_dual",
        /// 临时用电
        Temporary = "temporary",
    }
}

impl Class {
    /// Supplied at high voltage.
    pub fn is_high_voltage(self) -> bool {
        matches!(self, Class::HvSingle | Class::HvDual)
    }
    /// The customer pays nothing, and knows so before anything is surveyed (零投资).
    pub fn is_free(self) -> bool {
        matches!(self, Class::ThreeZero | Class::Resident)
    }
}

codes! {
    /// What the power is for.
    Use {
        /// 住宅
        Home = "home",
        /// 商铺、办公
        Shop = "shop",
        /// 生产
        Workshop = "workshop",
        /// 农业
        Farm = "farm",
        /// 充电
        Charging = "charging",
        /// 施工
        Building = "building",
        /// 其他
        Other = "other",
    }
}

codes! {
    /// Who applies.
    ApplicantKind {
        /// 个人
        Person = "person",
        /// 单位
        Firm = "firm",
    }
}

codes! {
    /// Size of a firm, as its registration says.
    FirmSize {
        /// 小微企业
        Small = "small",
        /// 中型
        Medium = "medium",
        /// 大型
        Large = "large",
        /// 未核实
        Unknown = "unknown",
    }
}

codes! {
    /// Voltage level.
    Voltage {
        /// 0.4 kV
        Low = "0.4kV",
        /// 10 kV
        Kv10 = "10kV",
        /// 35 kV
        Kv35 = "35kV",
        /// 110 kV
        Kv110 = "110kV",
    }
}

codes! {
    /// Where it lies, for caps that differ by area.
    Setting {
        /// 城区
        Urban = "urban",
        /// 乡村
        Rural = "rural",
    }
}

codes! {
    /// What the hall takes special care of.
    Flag {
        /// 老年人
        Elderly = "elderly",
        /// 残疾人
        Disabled = "disabled",
        /// 外国人
        ForeignLanguage = "foreign_language",
        /// 民生急用
        UrgentLivelihood = "urgent_livelihood",
    }
}

codes! {
    /// A paper that is asked for.
    PaperKind {
        /// 身份证明
        Identity = "identity",
        /// 产权证明
        Premises = "premises",
        /// 营业执照
        Licence = "licence",
        /// 负荷清单
        LoadList = "load_list",
        /// 设计文件
        Design = "design",
        /// 竣工报告
        CompletionReport = "completion_report",
        /// 其他
        Other = "other",
    }
}

codes! {
    /// What the customer says of the service.
    Satisfaction {
        /// 满意
        Satisfied = "satisfied",
        /// 基本满意
        Basically = "basically",
        /// 不满意
        Not = "not",
    }
}

codes! {
    /// Why he is not satisfied.
    Complaint {
        /// 慢
        Slow = "slow",
        /// 没来人
        NoShow = "no_show",
        /// 收费
        Fee = "fee",
        /// 态度
        Attitude = "attitude",
        /// 指定单位 (三指定)
        Designated = "designated",
        /// 其他
        Other = "other",
    }
}

codes! {
    /// What is excluded from 三零 whatever the capacity (domain facts §2.3).
    Exclusion {
        /// Two sources or higher reliability.
        DualSource = "dual_source",
        /// 房地产开发、住宅小区
        RealEstate = "real_estate",
        /// 施工临时用电
        TemporaryConstruction = "temporary_construction",
        /// 违法建筑、无合法用电场所证明
        NoLegalPremises = "no_legal_premises",
        /// 转供电
        Resale = "resale",
    }
}
