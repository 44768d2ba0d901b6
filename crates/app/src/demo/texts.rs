//! What people write on the way: why they go, what they say of a visit, why they ask, refuse, return. What is said of a
//! visit fits the place and the hour. What was found, and what was done about it, stands in [`super::topics`].

use super::ground::Ground;

/// How an improvement was decided, tried and measured.
pub(super) const IMPROVED: [[&str; 2]; 3] = [
    ["班子会同意试点，费用由部门预算列支", "同意，先在一个营业厅试行一个月"],
    ["在{n}个营业厅试行，班组长全员培训", "试点{n}周，每周记录客户意见"],
    ["等候时间由{n}5分钟降到{n}分钟，无投诉", "试点期间办理{n}6件，客户均表示满意"],
];

/// Why somebody goes there.
pub(super) fn purposes(ground: Ground, night: bool) -> &'static [&'static str] {
    match ground {
        _ if night => &["深夜检查施工安全", "检查夜间占道施工与照明围挡", "四不两直夜查"],
        Ground::CoalVillage => &["督导煤改电工程质量", "了解煤改电进度与物资到货", "听取村民和施工队意见"],
        Ground::Undergrounding | Ground::Duct => {
            &["协调占掘路与管线迁改", "检查施工安全措施落实情况", "了解入地工程进度"]
        }
        g if g.is_site() => &["检查施工安全措施落实情况", "了解工程进度与物资到货", "听取施工一线意见"],
        Ground::Substation | Ground::SwitchRoom | Ground::Overhead => {
            &["检查迎峰度夏准备", "检查设备运维与防汛", "重要设备巡查"]
        }
        Ground::Hall | Ground::Depot => &["听取基层班组意见", "检查窗口服务与报装流程", "了解班组困难"],
        Ground::Government => &["与属地政府会商电力建设", "汇报重点工程与规划衔接", "听取政府部门用电诉求"],
        Ground::Customer => &["走访客户用电需求", "回访接电情况", "用电安全上门服务"],
        _ => &["听取居民用电意见", "上门用电服务", "安全用电宣传"],
    }
}
/// What is said when it is over.
pub(super) fn summaries(ground: Ground, night: bool, found: bool) -> &'static [&'static str] {
    match (ground, found) {
        (_, true) if night => &["夜间作业总体规范，发现的问题已登记。", "照明与围挡需加强，已明确责任单位与时限。"],
        _ if night => &["夜间作业规范，照明与围挡符合要求。", "夜间施工人员到岗，措施落实。"],
        (g, true) if g.is_site() => &[
            "现场总体有序，问题已逐项登记。",
            "对发现的问题已明确责任单位与时限。",
            "安全措施基本到位，个别问题已登记整改。",
        ],
        (g, false) if g.is_site() => {
            &["安全措施到位，进度符合计划。", "与项目部座谈，进度正常。", "现场有序，未发现问题。"]
        }
        (Ground::Substation | Ground::SwitchRoom | Ground::Overhead, true) => &["设备运行平稳，发现的问题已登记。"],
        (Ground::Substation | Ground::SwitchRoom | Ground::Overhead, false) => {
            &["设备运行平稳，记录齐全。", "巡视、防汛物资检查正常。"]
        }
        (Ground::Hall | Ground::Depot, true) => &["与班组座谈，意见已记录。", "窗口服务有序，问题已登记。"],
        (Ground::Hall | Ground::Depot, false) => &["与班组座谈，服务有序。", "窗口服务规范。"],
        (_, true) => &["走访沟通顺畅，诉求已登记。", "意见已逐条记录，后续答复。"],
        (_, false) => &["走访沟通顺畅，后续事项已约定。", "对供电服务表示肯定。"],
    }
}
pub(super) const CANCELLED: [&str; 4] =
    ["临时参加市里会议，改期", "暴雨预警，现场停工", "客户临时外出，另行约定", "抢修任务，人员调整"];
/// Whether a category is about wires, meters and holes in the road; else it is about people and papers.
pub(super) fn physical(category: &str) -> bool {
    matches!(category, "equipment" | "line" | "safety" | "outage" | "meter")
}

/// What is said of people and papers, and what of wires and steel.
type Either = [&'static [&'static str]; 2];

/// The one of the two that fits a category.
pub(super) fn of(either: &Either, category: &str) -> &'static [&'static str] {
    either[usize::from(physical(category))]
}

pub(super) const EXTENSION: Either = [
    &["需与相关单位协商一致", "许可尚在办理", "相关人员外出培训，需顺延"],
    &["物资未到货，申请延期", "占掘路许可尚在办理", "停电计划排至下周", "需与产权单位协商", "连续降雨，无法施工"],
];
pub(super) const PAUSE: Either = [
    &["等待政府许可批复", "等待有关部门书面答复"],
    &["等待政府许可批复", "等待用户自有设备整改", "重大活动保电期间停止施工", "等待属地拆迁"],
];
pub(super) const RESUME: [&str; 1] = ["条件具备，恢复办理"];
pub(super) const REJECT: [&str; 3] = ["理由不充分，请按原时限完成", "可先采取临时措施，不予延期", "请增派人员按期完成"];
pub(super) const RETURNED: Either = [
    &["办理情况说明不完整，请补充", "缺少佐证材料", "未与反映人联系，请联系后再报"],
    &["照片未体现整改部位，请补充", "整改不彻底，请继续处理", "缺少整改后照片"],
];
pub(super) const REFUSED: Either = [
    &["不属供电企业职责，已转告属地部门", "与已受理事项重复且情况不实"],
    &["经核实属物业产权设备，已告知物业联系方式", "通信线缆，已转告运营商", "与已受理事项重复且情况不实"],
];
pub(super) const TRANSFER: [&str; 3] = ["设备属本单位运维范围", "按专业分工转办", "属地单位更便于处理"];
pub(super) const MERGE: [&str; 2] = ["同一台区同一原因，合并处理", "与先前反映为同一事项"];
pub(super) const VERIFIED: [&str; 4] = ["现场复查合格", "照片与记录齐全，同意", "电话回访属实", "整改到位"];
pub(super) const SAID_NOT: Either = [
    &["问题没有解决，仍然存在", "只是口头答复，没有改"],
    &["问题没有解决，仍然存在", "来了一次没修好", "只是临时处理，过两天又坏了"],
];
pub(super) const SAID_YES: [&str; 4] = ["处理及时，满意", "已解决，谢谢", "师傅态度很好", "很快就来了"];
pub(super) const ATTEMPT: [&str; 3] = ["电话无人接听", "电话关机", "上门未遇，留下联系卡"];
pub(super) const COMMENTS: Either = [
    &["已与当事人联系", "请抄送相关部门", "督办：请关注时限", "已列入本周例会"],
    &["已联系现场负责人，明日到场", "物资已申请，预计三天内到货", "现场照片已补充", "督办：请关注时限"],
];
pub(super) const CORRECTIONS: [&str; 3] =
    ["更正：联系人以登记为准", "更正：地点应为路口西侧", "更正：数量以现场清点为准"];
pub(super) const NOTES: [&str; 4] =
    ["请按时限整改并反馈", "请尽快到现场核实", "请会同属地处理", "请注意保留整改前后照片"];

/// Whom they met.
pub(super) const MET: [&str; 5] = [
    "副区长；发展改革委主任",
    "街道办事处主任；城管科科长",
    "总经理；设备动力部经理",
    "分管副主任；项目负责人",
    "副总经理；电工班班长",
];
/// What was spoken of.
pub(super) const TOPICS: [&str; 6] = [
    "新增用电需求与供电方案",
    "迎峰度夏供电保障、重要活动保电",
    "架空线入地工程占掘路手续与交通导改",
    "煤改电设备安装进度与运行补贴",
    "配电室改造、安全用电检查",
    "充电设施布局与用地",
];
