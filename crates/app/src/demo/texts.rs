//! What people found, did and said, in the words of the trade. A topic is a kind of finding with
//! everything that may be said about it; numbers and names are filled in, so that no two read alike.

use super::chance::Chance;
use super::pictures::Scene;
use yixian_domain::matter::MatterKind as K;

/// A kind of finding.
pub(super) struct Topic {
    pub kind: K,
    pub category: &'static str,
    pub scene: Scene,
    /// Can be solved where it is found.
    pub spot: bool,
    pub found: &'static [&'static str],
    pub done: &'static [&'static str],
}

const fn topic(
    kind: K,
    category: &'static str,
    scene: Scene,
    spot: bool,
    found: &'static [&'static str],
    done: &'static [&'static str],
) -> Topic {
    Topic { kind, category, scene, spot, found, done }
}

/// What halls propose to do better, and how it went.
pub(super) const IMPROVEMENTS: [Topic; 4] = [
    topic(
        K::Measure,
        "special_window",
        Scene::Hall,
        false,
        &["建议营业厅设老年人、残疾人优先窗口，配放大镜和助听器", "建议特需窗口增设坡道和低位柜台，轮椅可直达"],
        &["已在{n}个营业厅推广优先窗口", "低位柜台纳入营业厅改造标准"],
    ),
    topic(
        K::Measure,
        "special_window",
        Scene::Hall,
        false,
        &["建议为外国客户备英文办电单和电话翻译", "建议民生急用报装当天派单，先送电后补材料"],
        &["英文办电单已在各营业厅使用", "民生急用流程写入服务手册"],
    ),
    topic(
        K::Measure,
        "connection_process",
        Scene::Hall,
        false,
        &["建议现场勘查同时答复方案，客户少跑一趟", "建议营业执照由系统共享取得，不再收复印件"],
        &["勘查与答复合并办理已推广", "证照共享已在各区使用"],
    ),
    topic(
        K::Measure,
        "hall_service",
        Scene::Hall,
        false,
        &["建议营业厅中午错峰值守，不关窗口", "建议等候超过{n}分钟由值班经理引导"],
        &["错峰值守在各厅实行", "引导做法写入晨会提示"],
    ),
];
/// How an improvement was decided, tried and measured.
pub(super) const IMPROVED: [[&str; 2]; 3] = [
    ["班子会同意试点，费用由部门预算列支", "同意，先在一个营业厅试行一个月"],
    ["在{n}个营业厅试行，班组长全员培训", "试点{n}周，每周记录客户意见"],
    ["等候时间由{n}5分钟降到{n}分钟，无投诉", "试点期间办理{n}6件，客户均表示满意"],
];

/// What is found on building sites, lines and stations.
pub(super) const ON_SITE: [Topic; 30] = [
    topic(
        K::Problem,
        "equipment",
        Scene::Transformer,
        false,
        &["{t}台区配电变压器本体漏油，油位低于下限", "{t}台区变压器散热片渗油，地面有油迹约{n}平方米"],
        &["更换密封胶垫并补油至正常油位，清理地面油迹", "停电处理渗漏点，试验合格后恢复送电"],
    ),
    topic(
        K::Problem,
        "equipment",
        Scene::Meter,
        false,
        &["老旧电表超期运行{n}只，部分表屏模糊", "表箱锈蚀破损，{n}只电能表需轮换"],
        &["已轮换电能表{n}只，表箱整体更换", "更换智能电能表并核对户号，逐户告知"],
    ),
    topic(
        K::Problem,
        "equipment",
        Scene::Switchgear,
        false,
        &["{k}开关柜红外测温{n}0度，触头过热", "环网柜故障指示器失灵，信号未上传"],
        &["检修触头并重新紧固，复测温度正常", "更换故障指示器，与主站联调成功"],
    ),
    topic(
        K::Problem,
        "line",
        Scene::Pole,
        false,
        &["{k}电杆倾斜，拉线松弛", "{k}至相邻杆档距内导线与树木距离不足{n}米"],
        &["扶正电杆、更换拉线并培土夯实", "会同园林部门修剪树木，安全距离满足要求"],
    ),
    topic(
        K::Problem,
        "line",
        Scene::Trench,
        false,
        &["电缆沟积水约{n}0厘米，电缆支架浸泡", "电缆工作井井盖破损，井内积水"],
        &["抽排积水并修补沟壁防水，加装排水泵", "更换双层防坠井盖，清淤排水"],
    ),
    topic(
        K::Problem,
        "supplies",
        Scene::Stores,
        false,
        &["箱式变压器到货延期{n}天，影响送电计划", "10千伏电缆附件缺{n}套，现场待料"],
        &["协调供应商改由专车发运，物资已到场验收", "从储备库调拨到位，已完成交接"],
    ),
    topic(
        K::Problem,
        "management",
        Scene::Road,
        false,
        &["占掘路审批未批复，路口段无法进场", "占道施工许可即将到期，需办理延期"],
        &["经与区城管委、交管部门现场会商，许可已批复", "延期手续办结，许可公示牌已更新"],
    ),
    topic(
        K::Problem,
        "management",
        Scene::Gate,
        false,
        &["现场交叉作业缺少协调，{n}家施工单位工序冲突", "停电计划与业主工期不一致，需重新平衡"],
        &["组织现场协调会，明确工序与界面，每日碰头", "调整停电计划并书面告知业主"],
    ),
    topic(
        K::Problem,
        "service",
        Scene::Hall,
        false,
        &["营业厅高峰期排队超过{n}0分钟，叫号机故障", "客户反映业务员解释电价政策不清"],
        &["修复叫号机并增开{n}个窗口，高峰安排引导员", "组织政策培训并向客户当面致歉说明"],
    ),
    topic(
        K::Problem,
        "safety",
        Scene::Gate,
        true,
        &["施工围挡缺失约{n}米，无夜间警示灯", "现场消防器材过期{n}具"],
        &["当场补齐围挡并加装警示灯", "当场更换合格灭火器并登记"],
    ),
    topic(
        K::Problem,
        "management",
        Scene::Gate,
        true,
        &["现场公示牌信息未更新，负责人电话错误", "班前会记录缺少风险交底签字"],
        &["现场更换公示牌并核对信息", "当场重新交底，全员补签确认"],
    ),
    topic(
        K::Problem,
        "service",
        Scene::Village,
        true,
        &["煤改电住户不会设置取暖设备谷段运行", "村民询问峰谷电价优惠时段，未见宣传材料"],
        &["现场演示设备设置并留下联系卡", "现场发放宣传折页并逐户讲解"],
    ),
    topic(
        K::Problem,
        "supplies",
        Scene::Stores,
        true,
        &["现场材料堆放混乱，电缆盘未固定", "工器具未分类存放，绝缘手套无试验标签"],
        &["当场码放整齐并加垫木固定", "当场清退并更换合格工器具"],
    ),
    topic(
        K::Hazard,
        "equipment",
        Scene::Switchgear,
        false,
        &["站内直流系统绝缘降低，蓄电池组内阻超标{n}只", "变电站消防水泵不能自动启动"],
        &["更换蓄电池{n}只，绝缘恢复正常", "检修控制回路，联动试验合格"],
    ),
    topic(
        K::Hazard,
        "line",
        Scene::Pole,
        false,
        &["{k}线路下方违章建房，净空不足", "10千伏线路保护区内塔吊作业，无看护"],
        &["下发隐患通知书并协调属地拆除", "签订安全协议，设专人看护并加装限位"],
    ),
    topic(
        K::Hazard,
        "line",
        Scene::Trench,
        false,
        &["电缆隧道渗漏{n}处，通风装置停运", "电缆外护套破损，接地箱缺失"],
        &["注浆堵漏并恢复通风", "修复外护套，补装接地箱并试验"],
    ),
    topic(
        K::Hazard,
        "safety",
        Scene::Gate,
        true,
        &["临时配电箱未接地，漏电保护器失灵", "深基坑临边防护缺失，积水约{n}0厘米"],
        &["当场停用并更换配电箱，测试合格", "当场补装护栏并抽排积水"],
    ),
    topic(
        K::Hazard,
        "management",
        Scene::Switchgear,
        false,
        &["重要用户自备应急电源未按期试验", "防汛沙袋、水泵数量不足，责任人未上墙"],
        &["督促用户完成带载试验并归档", "补足防汛物资，责任牌已上墙"],
    ),
    topic(
        K::Violation,
        "safety",
        Scene::Gate,
        true,
        &["作业人员未正确佩戴安全帽{n}人", "登高作业未使用后备保护绳"],
        &["当场制止并现场培训，扣分登记", "立即停工整改，重新交底后复工"],
    ),
    topic(
        K::Violation,
        "safety",
        Scene::Pole,
        false,
        &["工作票安全措施填写不全，接地线编号不符", "监护人离开作业现场约{n}分钟"],
        &["停工学习并重新办理工作票，通报考核", "约谈施工单位，监护人重新考试合格"],
    ),
    topic(
        K::Violation,
        "management",
        Scene::Gate,
        false,
        &["分包人员未经准入考试{n}人上岗", "特种作业证过期{n}人"],
        &["清退未准入人员，补考合格后上岗", "更换持证人员并核查全部证件"],
    ),
    topic(
        K::Violation,
        "equipment",
        Scene::Stores,
        false,
        &["吊车支腿未垫枕木，限位装置失效", "绝缘斗臂车试验超期{n}天"],
        &["设备退场检修，换用合格车辆", "完成试验并张贴合格标签"],
    ),
    topic(
        K::Measure,
        "management",
        Scene::Village,
        false,
        &["建议煤改电台区优化布点，缩短低压供电半径", "建议按村编组施工队，减少转场{n}天"],
        &["已纳入技术方案并在{n}个村试点，工期缩短", "采纳并推广，编组已落实"],
    ),
    topic(
        K::Measure,
        "supplies",
        Scene::Stores,
        false,
        &["建议山区村物资前置仓储，减少二次倒运", "建议统一箱变基础尺寸，提前预制"],
        &["设立{n}处前置仓，配送时间缩短", "预制基础已用于{n}个站点"],
    ),
    topic(
        K::Problem,
        "line",
        Scene::Road,
        false,
        &["架空线入地路段通信线缆未同步入地，杆体无法拔除", "入地管沟路面恢复不平，有{n}处沉陷"],
        &["协调通信运营商完成割接，杆体已拔除", "重新夯实并恢复路面，市政验收通过"],
    ),
    topic(
        K::Problem,
        "equipment",
        Scene::Transformer,
        false,
        &["箱变噪声扰民，夜间实测{n}0分贝以上", "箱变基础下沉{n}厘米，门锁不能闭合"],
        &["加装隔声罩并更换风机，复测达标", "加固基础并更换门锁"],
    ),
    topic(
        K::Problem,
        "service",
        Scene::Meter,
        false,
        &["低压报装客户反映等待勘查{n}天", "客户反映停电短信未收到"],
        &["当日完成勘查并答复方案，向客户致歉", "核对联系方式并补录，测试短信正常"],
    ),
    topic(
        K::Problem,
        "safety",
        Scene::Road,
        true,
        &["夜间施工反光锥桶不足，缺口约{n}米", "运土车辆未苫盖，路面遗撒"],
        &["当场增设反光锥桶与爆闪灯", "当场苫盖并清扫路面"],
    ),
    topic(
        K::Task,
        "management",
        Scene::Hall,
        false,
        &["压减低压接电环节至{n}个，编制操作手册", "梳理获得电力指标任务，落实责任部门"],
        &["手册已印发，{n}个营业厅完成培训", "任务清单已分解到部门，按月通报"],
    ),
    topic(
        K::Resolution,
        "coordination",
        Scene::Road,
        false,
        &["联席会议议定：{n}条道路管线迁改由属地牵头协调", "联席会议议定：施工临电提前{n}个月接入"],
        &["迁改协议已签订，进场施工", "临电已接入并通过验收"],
    ),
];

/// What citizens and customers raise.
pub(super) const RAISED: [Topic; 11] = [
    topic(
        K::Enquiry,
        "outage",
        Scene::Village,
        false,
        &["小区{n}号楼今早起停电，多久能来电？", "家里突然停电，邻居有电，请派人查看", "昨晚频繁跳闸{n}次，影响生活"],
        &["抢修班到场更换表后开关，已恢复供电", "排除低压分支箱故障，{n}户恢复供电"],
    ),
    topic(
        K::Enquiry,
        "meter",
        Scene::Meter,
        false,
        &["怀疑电表走得快，上月用电多了{n}0度，请校验", "电表屏幕不显示，请更换"],
        &["现场校验误差合格，已向客户出具结果并解释", "更换电能表并核对底度"],
    ),
    topic(
        K::Enquiry,
        "bill",
        Scene::Hall,
        false,
        &["煤改电补贴电费没有到账，请核查", "本月电费比邻居高很多，请解释阶梯电价"],
        &["核查户号与采暖标识，补贴已于次月返还", "逐月说明用电量与阶梯，客户认可"],
    ),
    topic(
        K::Enquiry,
        "service",
        Scene::Hall,
        false,
        &["租房办理过户需要什么材料？", "线上报装提交{n}天没有回复", "工作人员态度生硬，希望改进"],
        &["一次性告知材料并协助线上办理", "客户经理已联系并完成现场勘查", "当面致歉，对当事人批评教育"],
    ),
    topic(
        K::Enquiry,
        "complaint",
        Scene::Road,
        false,
        &["夜间施工噪声大，凌晨还在作业", "施工后路面没有恢复，老人摔倒"],
        &["调整施工时段，22时后停止高噪声作业", "已恢复路面并上门慰问致歉"],
    ),
    topic(
        K::Wish,
        "wish",
        Scene::Village,
        false,
        &["独居老人家线路老化，希望上门检查", "希望更换楼道照明灯{n}盏", "希望社区安装电动车集中充电桩"],
        &["服务队上门更换老化线路与节能灯", "更换楼道灯{n}盏", "已与物业确定点位并完成接电"],
    ),
    topic(
        K::Wish,
        "service",
        Scene::Hall,
        false,
        &["希望在社区开一次安全用电讲座", "希望每月有人到社区帮老年人办理缴费"],
        &["已在社区活动室举办讲座，到场{n}0余人", "每月固定一天驻点服务，已公示"],
    ),
    topic(
        K::Problem,
        "equipment",
        Scene::Transformer,
        false,
        &["小区外的变压器夜里嗡嗡响，影响休息", "路边电箱门开着，担心孩子触电"],
        &["更换老化部件并复测噪声，达标", "修复箱门并上锁，增设警示标识"],
    ),
    topic(
        K::Problem,
        "line",
        Scene::Pole,
        false,
        &["门口电线垂得很低，离地约{n}米", "树枝压在电线上，刮风打火"],
        &["收紧导线并调整弧垂", "修剪树枝{n}处，消除隐患"],
    ),
    topic(
        K::Hazard,
        "safety",
        Scene::Trench,
        false,
        &["路边电缆井没有盖，只插了树枝提醒", "施工坑没有围挡，晚上看不见"],
        &["更换井盖并巡查周边{n}处", "补设围挡与警示灯"],
    ),
    topic(
        K::Problem,
        "service",
        Scene::Hall,
        false,
        &["营业厅没有无障碍坡道，轮椅进不去", "营业厅没有手语或外语服务"],
        &["加装坡道与呼叫按钮", "设立特殊服务窗口并培训{n}名专员"],
    ),
];

/// What people raise who write English.
pub(super) const IN_ENGLISH: [Topic; 5] = [
    topic(
        K::Enquiry,
        "outage",
        Scene::Village,
        false,
        &[
            "Power has been out in building {n} since this morning. When will it be back?",
            "Our school lost power twice this week; please check the feeder.",
        ],
        &["The branch box was repaired and supply is back.", "The loose joint was replaced; supply is stable."],
    ),
    topic(
        K::Enquiry,
        "meter",
        Scene::Meter,
        false,
        &[
            "The meter display is blank and I cannot read my usage.",
            "I think the meter runs fast, my bill rose by {n}0 percent.",
        ],
        &[
            "The meter was replaced and the reading carried over.",
            "The meter was tested on site and is within its class.",
        ],
    ),
    topic(
        K::Enquiry,
        "bill",
        Scene::Hall,
        false,
        &["How do I get an invoice in English for my company?", "I moved out in May but still receive bills."],
        &["An invoice was issued and sent by e-mail.", "The account was closed and {n} bills were cancelled."],
    ),
    topic(
        K::Problem,
        "equipment",
        Scene::Transformer,
        false,
        &[
            "There is an oil leak under the transformer next to the kindergarten.",
            "The cabinet by the gate has a broken lock.",
        ],
        &[
            "The gasket was replaced, the oil removed and the level restored.",
            "The lock was replaced and a warning sign added.",
        ],
    ),
    topic(
        K::Wish,
        "service",
        Scene::Hall,
        false,
        &[
            "An English-speaking window in the service hall would help our tenants.",
            "Please put the outage notice in English too.",
        ],
        &["An English-speaking window is open on weekdays now.", "Outage notices for this street come in English too."],
    ),
];

/// Fills numbers and names in.
pub(super) fn fill(c: &mut Chance, text: &str) -> String {
    if !text.contains('{') {
        return text.to_owned();
    }
    let n = c.between(2, 9).to_string();
    let area = format!("{}{:03}", c.word(&["城", "东", "河", "园", "北"]), c.between(1, 899));
    text.replace("{n}", &n).replace("{t}", &area).replace("{k}", &format!("{}#", c.between(3, 86)))
}

pub(super) const PURPOSES: [&str; 8] = [
    "检查施工安全措施落实情况",
    "了解工程进度与物资到货",
    "听取基层班组意见",
    "走访客户用电需求",
    "协调占掘路与管线迁改",
    "检查迎峰度夏准备",
    "督导煤改电工程质量",
    "与属地政府会商电力建设",
];
pub(super) const SUMMARIES: [&str; 7] = [
    "现场总体有序，问题已逐项登记。",
    "与项目部、班组座谈，意见已记录。",
    "安全措施到位，进度符合计划。",
    "对发现的问题已明确责任单位与时限。",
    "走访沟通顺畅，后续事项已约定。",
    "夜间作业规范，照明与围挡符合要求。",
    "工程受许可影响，已现场协调。",
];
pub(super) const CANCELLED: [&str; 4] =
    ["临时参加市里会议，改期", "暴雨预警，现场停工", "客户临时外出，另行约定", "抢修任务，人员调整"];
pub(super) const EXTENSION: [&str; 5] =
    ["物资未到货，申请延期", "占掘路许可尚在办理", "停电计划排至下周", "需与产权单位协商", "连续降雨，无法施工"];
pub(super) const PAUSE: [&str; 4] =
    ["等待政府许可批复", "等待用户自有设备整改", "重大活动保电期间停止施工", "等待属地拆迁"];
pub(super) const RESUME: [&str; 2] = ["条件具备，恢复办理", "许可已取得，继续整改"];
pub(super) const REJECT: [&str; 3] = ["理由不充分，请按原时限完成", "可先采取临时措施，不予延期", "请增派人员按期完成"];
pub(super) const RETURNED: [&str; 4] =
    ["照片未体现整改部位，请补充", "整改不彻底，仍有渗漏", "缺少试验报告", "警示标识未按标准设置"];
pub(super) const REFUSED: [&str; 4] = [
    "经核实属物业产权设备，已告知物业联系方式",
    "不属供电企业职责，已转告属地部门",
    "与已受理事项重复且情况不实",
    "通信线缆，已转告运营商",
];
pub(super) const TRANSFER: [&str; 3] = ["设备属本单位运维范围", "按专业分工转办", "属地单位更便于处理"];
pub(super) const MERGE: [&str; 2] = ["同一台区同一原因，合并处理", "与先前反映为同一事项"];
pub(super) const VERIFIED: [&str; 4] = ["现场复查合格", "照片与记录齐全，同意", "电话回访属实", "整改到位"];
pub(super) const SAID_NOT: [&str; 3] = ["问题没有解决，仍然存在", "来了一次没修好", "只是临时处理，过两天又坏了"];
pub(super) const SAID_YES: [&str; 4] = ["处理及时，满意", "已解决，谢谢", "师傅态度很好", "很快就来了"];
pub(super) const ATTEMPT: [&str; 3] = ["电话无人接听", "电话关机", "上门未遇，留下联系卡"];
pub(super) const COMMENTS: [&str; 6] = [
    "已联系现场负责人，明日到场",
    "物资已申请，预计三天内到货",
    "请抄送安监部门",
    "现场照片已补充",
    "与业主约定周四停电",
    "督办：请关注时限",
];
pub(super) const CORRECTIONS: [&str; 3] = ["更正：杆号应为{k}", "更正：数量应为{n}处", "更正：台区编号应为{t}"];
pub(super) const NOTES: [&str; 4] =
    ["请按时限整改并反馈", "请尽快到现场核实", "请会同属地处理", "请注意保留整改前后照片"];
