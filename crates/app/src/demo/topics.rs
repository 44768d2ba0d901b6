//! What is found, raised and proposed, in the words of the trade. A topic is a kind of finding with
//! where it can be met, whose eye sees it, and what may be said: each finding stands beside the one
//! solution that is its own. Numbers are drawn once for a finding, so that what was found and what was
//! done speak of the same thing. It does not know who finds it, nor when.

use super::chance::Chance;
use super::ground::{Ground, SITES};
use super::pictures::Scene;
use yixian_domain::matter::MatterKind as K;
use yixian_domain::org::Specialty;

/// A kind of finding.
pub(super) struct Topic {
    pub kind: K,
    pub category: &'static str,
    pub scene: Scene,
    /// Is put right where it is found.
    pub spot: bool,
    /// Where it can be met.
    pub at: &'static [Ground],
    /// Whose eye sees it; everybody's when nobody is named.
    pub eyes: &'static [Specialty],
    /// What is found, and what puts just that right.
    pub says: &'static [(&'static str, &'static str)],
}

const fn topic(
    kind: K,
    category: &'static str,
    scene: Scene,
    spot: bool,
    at: &'static [Ground],
    eyes: &'static [Specialty],
    says: &'static [(&'static str, &'static str)],
) -> Topic {
    Topic { kind, category, scene, spot, at, eyes, says }
}

/// The numbers and names that fill a text.
#[derive(Clone, Copy)]
pub(super) struct Numbers {
    n: i64,
    m: i64,
    area: (&'static str, i64),
    pole: i64,
}

impl Numbers {
    /// New ones.
    pub fn of(c: &mut Chance) -> Numbers {
        let area = (c.word(&["城", "东", "河", "园", "北"]), c.between(1, 899));
        Numbers { n: c.between(2, 9), m: c.between(3, 9), area, pole: c.between(3, 86) }
    }
    /// A text with them in it.
    pub fn fill(&self, text: &str) -> String {
        if !text.contains('{') {
            return text.to_owned();
        }
        text.replace("{n}", &self.n.to_string())
            .replace("{m}", &self.m.to_string())
            .replace("{t}", &format!("{}{:03}", self.area.0, self.area.1))
            .replace("{k}", &format!("{}#", self.pole))
    }
}

/// One thing that was found.
#[derive(Clone, Copy)]
pub(super) struct Finding {
    pub topic: &'static Topic,
    which: usize,
    numbers: Numbers,
}

impl Finding {
    /// Something of a topic.
    pub fn of(c: &mut Chance, topic: &'static Topic) -> Finding {
        Finding { topic, which: c.below(topic.says.len()), numbers: Numbers::of(c) }
    }
    /// What was found.
    pub fn found(&self) -> String {
        self.topic.says.get(self.which).map_or_else(String::new, |s| self.numbers.fill(s.0))
    }
    /// What put it right.
    pub fn done(&self) -> String {
        self.topic.says.get(self.which).map_or_else(String::new, |s| self.numbers.fill(s.1))
    }
    /// One of several topics, likelier one that is put right at once or not, as wanted.
    pub fn among(
        c: &mut Chance,
        topics: &'static [Topic],
        spot: Option<bool>,
        fits: impl Fn(&Topic) -> bool,
    ) -> Option<Finding> {
        let all: Vec<&'static Topic> = topics.iter().filter(|t| fits(t)).collect();
        let some: Vec<&'static Topic> = all.iter().copied().filter(|t| spot.is_none_or(|s| t.spot == s)).collect();
        let topic = c.any(if some.is_empty() { &all } else { &some }).copied()?;
        Some(Finding::of(c, topic))
    }
}

impl Topic {
    /// Whether somebody of a specialty meets it at such a place.
    pub fn fits(&self, ground: Ground, eye: Option<Specialty>) -> bool {
        self.at.contains(&ground) && (self.eyes.is_empty() || eye.is_none_or(|e| self.eyes.contains(&e)))
    }
}

/// Who looks at wires and steel.
const WIRES: &[Specialty] = &[Specialty::Operations, Specialty::Dispatch, Specialty::Construction, Specialty::Safety];
/// Who listens to customers.
const DESK: &[Specialty] = &[Specialty::Marketing, Specialty::Party, Specialty::General];
/// Who looks at what is stored and delivered.
const GOODS: &[Specialty] = &[Specialty::Supplies, Specialty::Construction];
const ALL: &[Specialty] = &[];

use Ground::{
    Charging, CoalVillage, Community, Customer, Depot, Duct, Estate, Government, Grid, Hall, Line, Overhead, Street,
    Substation, Supply, SwitchRoom, Undergrounding, Village,
};

/// What halls propose to do better, and how it went.
pub(super) const IMPROVEMENTS: &[Topic] = &[
    topic(
        K::Measure,
        "special_window",
        Scene::Hall,
        false,
        &[Hall],
        DESK,
        &[
            ("建议营业厅设老年人、残疾人优先窗口，配放大镜和助听器", "已在{n}个营业厅推广优先窗口"),
            ("建议特需窗口增设坡道和低位柜台，轮椅可直达", "低位柜台纳入营业厅改造标准"),
        ],
    ),
    topic(
        K::Measure,
        "special_window",
        Scene::Hall,
        false,
        &[Hall],
        DESK,
        &[
            ("建议为外国客户备英文办电单和电话翻译", "英文办电单已在各营业厅使用"),
            ("建议民生急用报装当天派单，先送电后补材料", "民生急用流程写入服务手册"),
        ],
    ),
    topic(
        K::Measure,
        "connection_process",
        Scene::Hall,
        false,
        &[Hall],
        DESK,
        &[
            ("建议现场勘查同时答复方案，客户少跑一趟", "勘查与答复合并办理已推广"),
            ("建议营业执照由系统共享取得，不再收复印件", "证照共享已在各区使用"),
        ],
    ),
    topic(
        K::Measure,
        "hall_service",
        Scene::Hall,
        false,
        &[Hall],
        DESK,
        &[
            ("建议营业厅中午错峰值守，不关窗口", "错峰值守在各厅实行"),
            ("建议等候超过{n}分钟由值班经理引导", "引导做法写入晨会提示"),
        ],
    ),
];

/// What is found on building sites, lines and stations.
pub(super) const ON_SITE: &[Topic] = &[
    // Every site.
    topic(
        K::Problem,
        "safety",
        Scene::Gate,
        true,
        &SITES,
        ALL,
        &[
            ("施工围挡缺失约{n}米，缺少警示标识", "当场补齐围挡并挂设警示标识"),
            ("现场消防器材过期{n}具", "当场更换合格灭火器{n}具并登记"),
        ],
    ),
    topic(
        K::Hazard,
        "safety",
        Scene::Gate,
        true,
        &SITES,
        ALL,
        &[
            ("临时配电箱未接地，漏电保护器失灵", "当场停用并更换配电箱，测试合格"),
            ("基坑临边防护缺失，积水约{n}0厘米", "当场补装护栏并抽排积水"),
        ],
    ),
    topic(
        K::Violation,
        "safety",
        Scene::Gate,
        true,
        &SITES,
        ALL,
        &[
            ("作业人员未正确佩戴安全帽{n}人", "当场制止并现场培训，{n}人扣分登记"),
            ("登高作业未使用后备保护绳", "立即停工整改，重新交底后复工"),
        ],
    ),
    topic(
        K::Problem,
        "management",
        Scene::Gate,
        true,
        &SITES,
        ALL,
        &[
            ("现场公示牌信息未更新，负责人电话错误", "现场更换公示牌并核对信息"),
            ("班前会记录缺少风险交底签字", "当场重新交底，全员补签确认"),
        ],
    ),
    topic(
        K::Violation,
        "safety",
        Scene::Pole,
        false,
        &SITES,
        &[Specialty::Safety, Specialty::Operations, Specialty::Construction],
        &[
            ("工作票安全措施填写不全，接地线编号不符", "停工学习并重新办理工作票，通报考核"),
            ("监护人离开作业现场约{n}分钟", "约谈施工单位，监护人重新考试合格"),
        ],
    ),
    topic(
        K::Violation,
        "management",
        Scene::Gate,
        false,
        &SITES,
        ALL,
        &[
            ("分包人员未经准入考试{n}人上岗", "清退未准入人员{n}人，补考合格后上岗"),
            ("特种作业证过期{n}人", "更换持证人员{n}人并核查全部证件"),
        ],
    ),
    topic(
        K::Problem,
        "management",
        Scene::Gate,
        false,
        &SITES,
        ALL,
        &[
            ("现场交叉作业缺少协调，{n}家施工单位工序冲突", "组织{n}家单位现场协调会，明确工序与界面，每日碰头"),
            ("停电计划与业主工期不一致，需重新平衡", "调整停电计划并书面告知业主"),
        ],
    ),
    topic(
        K::Problem,
        "supplies",
        Scene::Stores,
        true,
        &SITES,
        GOODS,
        &[
            ("现场材料堆放混乱，电缆盘未固定", "当场码放整齐并加垫木固定电缆盘"),
            ("工器具未分类存放，绝缘手套无试验标签", "当场清退并更换合格绝缘手套，工器具分类上架"),
        ],
    ),
    topic(
        K::Problem,
        "supplies",
        Scene::Stores,
        false,
        &SITES,
        GOODS,
        &[
            ("10千伏电缆附件缺{n}套，现场待料", "电缆附件{n}套从储备库调拨到位，已完成交接"),
            ("水泥制品到货延期{n}天，影响工序", "协调供应商改由专车发运，物资已到场验收"),
        ],
    ),
    topic(
        K::Violation,
        "equipment",
        Scene::Stores,
        false,
        &[Grid, Line, Supply, CoalVillage],
        WIRES,
        &[
            ("吊车支腿未垫枕木，限位装置失效", "吊车退场检修，换用合格车辆并垫设枕木"),
            ("绝缘斗臂车试验超期{n}天", "斗臂车完成试验并张贴合格标签"),
        ],
    ),
    // Roads.
    topic(
        K::Problem,
        "line",
        Scene::Road,
        false,
        &[Undergrounding],
        WIRES,
        &[
            ("架空线入地路段通信线缆未同步入地，杆体无法拔除", "协调通信运营商完成割接，杆体已拔除"),
            ("入地管沟路面恢复不平，有{n}处沉陷", "{n}处沉陷重新夯实并恢复路面，市政验收通过"),
        ],
    ),
    topic(
        K::Problem,
        "management",
        Scene::Road,
        false,
        &[Undergrounding, Duct],
        ALL,
        &[
            ("占掘路审批未批复，路口段无法进场", "经与区城管委、交管部门现场会商，许可已批复"),
            ("占道施工许可即将到期，需办理延期", "延期手续办结，许可公示牌已更新"),
        ],
    ),
    topic(
        K::Problem,
        "safety",
        Scene::Road,
        true,
        &[Undergrounding, Duct],
        ALL,
        &[
            ("占道作业区反光锥桶不足，缺口约{n}米", "当场增设反光锥桶与爆闪灯，补齐缺口"),
            ("运土车辆未苫盖，路面遗撒", "当场苫盖并清扫路面"),
        ],
    ),
    topic(
        K::Resolution,
        "coordination",
        Scene::Road,
        false,
        &[Undergrounding, Duct],
        &[Specialty::Construction, Specialty::General],
        &[
            ("联席会议议定：{n}条道路管线迁改由属地牵头协调", "{n}条道路迁改协议已签订，进场施工"),
            ("联席会议议定：施工临电提前{n}个月接入", "临电已提前接入并通过验收"),
        ],
    ),
    topic(
        K::Problem,
        "line",
        Scene::Trench,
        false,
        &[Duct, Undergrounding],
        WIRES,
        &[
            ("电缆沟积水约{n}0厘米，电缆支架浸泡", "抽排沟内积水并修补沟壁防水，加装排水泵"),
            ("电缆工作井井盖破损，井内积水", "更换双层防坠井盖，清淤排水"),
        ],
    ),
    topic(
        K::Hazard,
        "line",
        Scene::Trench,
        false,
        &[Duct],
        WIRES,
        &[
            ("电缆隧道渗漏{n}处，通风装置停运", "{n}处渗漏注浆堵漏并恢复通风"),
            ("电缆外护套破损，接地箱缺失", "修复外护套，补装接地箱并试验"),
        ],
    ),
    // Villages.
    topic(
        K::Problem,
        "equipment",
        Scene::Transformer,
        false,
        &[CoalVillage, Estate],
        WIRES,
        &[
            ("{t}台区配电变压器本体漏油，油位低于下限", "{t}台区变压器更换密封胶垫并补油至正常油位"),
            ("{t}台区变压器散热片渗油，地面有油迹约{n}平方米", "停电处理渗漏点并清理地面油迹，试验合格后恢复送电"),
        ],
    ),
    topic(
        K::Measure,
        "management",
        Scene::Village,
        false,
        &[CoalVillage],
        ALL,
        &[
            ("建议煤改电台区优化布点，缩短低压供电半径", "优化布点已纳入技术方案并在{n}个村试点"),
            ("建议按村编组施工队，减少转场{n}天", "按村编组已采纳并推广，转场减少{n}天"),
        ],
    ),
    topic(
        K::Measure,
        "supplies",
        Scene::Stores,
        false,
        &[CoalVillage, Supply],
        GOODS,
        &[
            ("建议物资前置仓储，减少二次倒运", "设立{n}处前置仓，配送时间缩短"),
            ("建议统一箱变基础尺寸，提前预制", "预制箱变基础已用于{n}个站点"),
        ],
    ),
    topic(
        K::Problem,
        "service",
        Scene::Village,
        true,
        &[CoalVillage],
        DESK,
        &[
            ("煤改电住户不会设置取暖设备谷段运行", "现场演示取暖设备谷段设置并留下联系卡"),
            ("村民询问峰谷电价优惠时段，未见宣传材料", "现场发放峰谷电价折页并逐户讲解"),
        ],
    ),
    // Lines, substations, estates.
    topic(
        K::Problem,
        "line",
        Scene::Pole,
        false,
        &[Line, Overhead, CoalVillage],
        WIRES,
        &[
            ("{k}电杆倾斜，拉线松弛", "扶正{k}电杆、更换拉线并培土夯实"),
            ("{k}至相邻杆档距内导线与树木距离不足{n}米", "会同园林部门修剪树木，{k}档距安全距离满足要求"),
        ],
    ),
    topic(
        K::Hazard,
        "line",
        Scene::Pole,
        false,
        &[Line, Overhead, Grid],
        WIRES,
        &[
            ("{k}线路下方违章建房，净空不足", "下发隐患通知书并协调属地拆除{k}下方违建"),
            ("10千伏线路保护区内塔吊作业，无看护", "与塔吊单位签订安全协议，设专人看护并加装限位"),
        ],
    ),
    topic(
        K::Problem,
        "equipment",
        Scene::Switchgear,
        false,
        &[SwitchRoom, Substation, Supply, Charging],
        WIRES,
        &[
            ("{k}开关柜红外测温{n}0度，触头过热", "检修{k}开关柜触头并重新紧固，复测温度正常"),
            ("环网柜故障指示器失灵，信号未上传", "更换故障指示器，与主站联调成功"),
        ],
    ),
    topic(
        K::Problem,
        "equipment",
        Scene::Transformer,
        false,
        &[Estate, Supply, Charging],
        WIRES,
        &[
            ("箱变噪声扰民，夜间实测{n}0分贝以上", "箱变加装隔声罩并更换风机，复测达标"),
            ("箱变基础下沉{n}厘米，门锁不能闭合", "加固箱变基础并更换门锁"),
        ],
    ),
    topic(
        K::Problem,
        "equipment",
        Scene::Meter,
        false,
        &[Estate],
        &[Specialty::Operations, Specialty::Dispatch, Specialty::Marketing],
        &[
            ("老旧电表超期运行{n}只，部分表屏模糊", "已轮换超期电能表{n}只，逐户告知"),
            ("表箱锈蚀破损，{n}只电能表需轮换", "表箱整体更换，{n}只电能表已轮换并核对户号"),
        ],
    ),
    topic(
        K::Problem,
        "service",
        Scene::Meter,
        false,
        &[Estate, Supply],
        DESK,
        &[
            ("低压报装客户反映等待勘查{n}天", "当日完成勘查并答复方案，就等待{n}天向客户致歉"),
            ("客户反映停电短信未收到", "核对联系方式并补录，停电短信测试正常"),
        ],
    ),
    topic(
        K::Hazard,
        "equipment",
        Scene::Switchgear,
        false,
        &[Substation],
        WIRES,
        &[
            ("站内直流系统绝缘降低，蓄电池组内阻超标{n}只", "更换内阻超标蓄电池{n}只，直流绝缘恢复正常"),
            ("变电站消防水泵不能自动启动", "检修消防水泵控制回路，联动试验合格"),
        ],
    ),
    topic(
        K::Hazard,
        "management",
        Scene::Switchgear,
        false,
        &[Substation, SwitchRoom, Depot],
        ALL,
        &[
            ("防汛沙袋、水泵数量不足，责任人未上墙", "补足防汛沙袋与水泵，责任牌已上墙"),
            ("备品备件台账与实物不符{n}项", "逐项盘点，{n}项台账已更正"),
        ],
    ),
    topic(
        K::Problem,
        "safety",
        Scene::Switchgear,
        true,
        &[Substation, SwitchRoom, Overhead],
        ALL,
        &[
            ("安全工器具柜内验电器试验超期{n}支", "当场封存并换用合格验电器{n}支"),
            ("警示标识脱落{n}处", "当场补装警示标识{n}处"),
        ],
    ),
    // Halls and stations.
    topic(
        K::Problem,
        "service",
        Scene::Hall,
        false,
        &[Hall],
        DESK,
        &[
            ("营业厅高峰期排队超过{n}0分钟，叫号机故障", "修复叫号机并增开{m}个窗口，高峰安排引导员"),
            ("客户反映业务员解释电价政策不清", "组织电价政策培训并向客户当面致歉说明"),
        ],
    ),
    topic(
        K::Problem,
        "service",
        Scene::Hall,
        true,
        &[Hall, Depot],
        ALL,
        &[
            ("窗口意见簿三天未回复", "当场逐条回复意见簿并安排专人每日查看"),
            ("公示的报装流程仍是旧版", "当场更换为现行报装流程公示"),
        ],
    ),
    topic(
        K::Problem,
        "management",
        Scene::Stores,
        true,
        &[Hall, Depot],
        ALL,
        &[
            ("抢修值班表未更新，{n}人电话有误", "当场核对并更新值班表，{n}人电话已更正"),
            ("消防通道堆放杂物", "当场清理消防通道"),
        ],
    ),
    topic(
        K::Task,
        "management",
        Scene::Hall,
        false,
        &[Hall],
        ALL,
        &[
            ("压减低压接电环节至{n}个，编制操作手册", "手册已印发，接电环节压减至{n}个，营业厅完成培训"),
            ("梳理获得电力指标任务，落实责任部门", "获得电力任务清单已分解到部门，按月通报"),
        ],
    ),
];

/// What citizens, customers and offices raise.
pub(super) const RAISED: &[Topic] = &[
    topic(
        K::Enquiry,
        "outage",
        Scene::Village,
        false,
        &[Community],
        ALL,
        &[
            ("小区{n}号楼今早起停电，多久能来电？", "抢修班排除低压分支箱故障，{n}号楼恢复供电"),
            ("家里突然停电，邻居有电，请派人查看", "抢修班到场更换表后开关，已恢复供电"),
            ("昨晚频繁跳闸{n}次，影响生活", "查明跳闸原因并更换漏电保护器，供电正常"),
        ],
    ),
    topic(
        K::Enquiry,
        "outage",
        Scene::Village,
        false,
        &[Village, Customer, Street],
        ALL,
        &[
            ("今早起停电，多久能来电？", "抢修班更换熔断器，已恢复供电"),
            ("电压低，水泵启动不了", "调整变压器分接头，电压恢复正常"),
        ],
    ),
    topic(
        K::Enquiry,
        "meter",
        Scene::Meter,
        false,
        &[Community, Village, Customer],
        ALL,
        &[
            ("怀疑电表走得快，上月用电多了{n}0度，请校验", "现场校验电表误差合格，已向客户出具结果并解释"),
            ("电表屏幕不显示，请更换", "更换电能表并核对底度"),
        ],
    ),
    topic(
        K::Enquiry,
        "bill",
        Scene::Hall,
        false,
        &[Community, Customer],
        ALL,
        &[
            ("本月电费比邻居高很多，请解释阶梯电价", "逐月说明用电量与阶梯电价，客户认可"),
            ("房屋转租后仍收到前租户账单", "核查户名并办理过户，前租户账单已结清"),
        ],
    ),
    topic(
        K::Enquiry,
        "bill",
        Scene::Hall,
        false,
        &[Village],
        ALL,
        &[("煤改电补贴电费没有到账，请核查", "核查户号与采暖标识，煤改电补贴已于次月返还")],
    ),
    topic(
        K::Enquiry,
        "service",
        Scene::Hall,
        true,
        &[Community, Customer, Village, Street, Government],
        ALL,
        &[
            ("租房办理过户需要什么材料？", "一次性告知过户材料并协助线上办理"),
            ("新办企业报装要跑几次？", "讲解两个环节，协助线上提交报装"),
            ("峰谷电价怎么申请？", "讲解峰谷电价并登记申请"),
        ],
    ),
    topic(
        K::Enquiry,
        "service",
        Scene::Hall,
        false,
        &[Community, Customer],
        ALL,
        &[
            ("线上报装提交{n}天没有回复", "客户经理已联系并完成现场勘查，就{n}天未回复致歉"),
            ("工作人员态度生硬，希望改进", "当面致歉，对当事人批评教育"),
        ],
    ),
    topic(
        K::Enquiry,
        "bill",
        Scene::Hall,
        true,
        &[Community, Customer, Village],
        ALL,
        &[
            ("电费账单怎么在手机上查？", "指导绑定户号，已能在手机查询账单"),
            ("电费发票怎么开？", "指导线上开具电子发票"),
        ],
    ),
    topic(
        K::Wish,
        "service",
        Scene::Hall,
        true,
        &[Community, Village, Street, Customer],
        ALL,
        &[
            ("希望提前收到停电通知", "已登记手机号，停电通知按时发送"),
            ("希望有客户经理的联系方式", "留下客户经理联系卡"),
        ],
    ),
    topic(
        K::Enquiry,
        "service",
        Scene::Hall,
        true,
        &[Customer, Government],
        ALL,
        &[
            ("增容需要提前多久申请？", "讲解增容流程与时限，指定客户经理联系"),
            ("屋顶光伏并网找谁办理？", "讲解光伏并网流程并登记意向"),
            ("充电桩接电需要哪些材料？", "一次性告知充电桩接电材料"),
        ],
    ),
    topic(
        K::Hazard,
        "safety",
        Scene::Pole,
        true,
        &[Street, Village, Community],
        ALL,
        &[("配电箱警示标识脱落", "补贴配电箱警示标识"), ("变压器围栏旁堆放柴草杂物", "会同住户清理变压器围栏旁杂物")],
    ),
    topic(
        K::Enquiry,
        "complaint",
        Scene::Road,
        false,
        &[Community, Street],
        ALL,
        &[
            ("夜间施工噪声大，凌晨还在作业", "调整施工时段，22时后停止高噪声作业"),
            ("施工后路面没有恢复，老人摔倒", "已恢复路面并上门慰问致歉"),
        ],
    ),
    topic(
        K::Wish,
        "wish",
        Scene::Village,
        false,
        &[Community, Village],
        ALL,
        &[
            ("独居老人家线路老化，希望上门检查", "服务队上门更换老化线路与节能灯"),
            ("希望更换活动室照明灯{n}盏", "更换活动室照明灯{n}盏"),
        ],
    ),
    topic(
        K::Wish,
        "wish",
        Scene::Transformer,
        false,
        &[Community],
        ALL,
        &[("希望社区安装电动车集中充电桩", "已与物业确定充电桩点位并完成接电")],
    ),
    topic(
        K::Wish,
        "service",
        Scene::Hall,
        false,
        &[Community],
        ALL,
        &[
            ("希望在社区开一次安全用电讲座", "已在社区活动室举办安全用电讲座，到场{n}0余人"),
            ("希望每月有人到社区帮老年人办理缴费", "每月固定一天到社区驻点服务，已公示"),
        ],
    ),
    topic(
        K::Problem,
        "equipment",
        Scene::Transformer,
        false,
        &[Community, Street],
        ALL,
        &[
            ("小区外的变压器夜里嗡嗡响，影响休息", "变压器更换老化部件并复测噪声，达标"),
            ("路边电箱门开着，担心孩子触电", "修复箱门并上锁，增设警示标识"),
        ],
    ),
    topic(
        K::Problem,
        "line",
        Scene::Pole,
        false,
        &[Village, Street],
        ALL,
        &[
            ("门口电线垂得很低，离地约{n}米", "收紧导线并调整弧垂"),
            ("树枝压在电线上，刮风打火", "修剪树枝{n}处，消除隐患"),
        ],
    ),
    topic(
        K::Hazard,
        "safety",
        Scene::Trench,
        false,
        &[Street, Community],
        ALL,
        &[
            ("路边电缆井没有盖，只插了树枝提醒", "更换井盖并巡查周边{n}处"),
            ("施工坑没有围挡，晚上看不见", "补设围挡与警示灯"),
        ],
    ),
    topic(
        K::Problem,
        "service",
        Scene::Hall,
        false,
        &[Community, Customer],
        ALL,
        &[
            ("营业厅没有无障碍坡道，轮椅进不去", "加装坡道与呼叫按钮"),
            ("营业厅没有手语服务", "设立特殊服务窗口并培训{n}名专员"),
        ],
    ),
    topic(
        K::Hazard,
        "management",
        Scene::Switchgear,
        false,
        &[Customer],
        ALL,
        &[
            ("重要用户自备应急电源未按期试验", "督促用户完成自备电源带载试验并归档"),
            ("客户配电室值班制度不全", "指导客户补齐值班制度并复查"),
        ],
    ),
    topic(
        K::Problem,
        "management",
        Scene::Road,
        false,
        &[Government],
        ALL,
        &[
            ("区里反映{n}条道路的管线迁改需要电力先行", "{n}条道路迁改时序已与区里会商确定"),
            ("希望电力工程占路计划提前{n}天报备", "占路计划改为提前{n}天报备，专人对接"),
        ],
    ),
    topic(
        K::Enquiry,
        "service",
        Scene::Hall,
        false,
        &[Government],
        ALL,
        &[
            ("重点项目用电何时具备条件？", "已书面答复重点项目接电计划与时间"),
            ("老旧小区改造的电力配合由谁牵头？", "明确老旧小区改造由属地公司牵头，联系人已报区里"),
        ],
    ),
];

/// What people raise who write English.
pub(super) const IN_ENGLISH: &[Topic] = &[
    topic(
        K::Enquiry,
        "outage",
        Scene::Village,
        false,
        &[Community, Customer],
        ALL,
        &[
            (
                "Power has been out in building {n} since this morning. When will it be back?",
                "The branch box was repaired and supply in building {n} is back.",
            ),
            (
                "Our school lost power twice this week; please check the feeder.",
                "The loose joint of the feeder was replaced; supply is stable.",
            ),
        ],
    ),
    topic(
        K::Enquiry,
        "meter",
        Scene::Meter,
        false,
        &[Community, Customer],
        ALL,
        &[
            (
                "The meter display is blank and I cannot read my usage.",
                "The meter was replaced and the reading carried over.",
            ),
            (
                "I think the meter runs fast, my bill rose by {n}0 percent.",
                "The meter was tested on site and is within its class.",
            ),
        ],
    ),
    topic(
        K::Enquiry,
        "bill",
        Scene::Hall,
        false,
        &[Community, Customer],
        ALL,
        &[
            ("How do I get an invoice in English for my company?", "An invoice was issued and sent by e-mail."),
            ("I moved out in May but still receive bills.", "The account was closed and {n} bills were cancelled."),
        ],
    ),
    topic(
        K::Problem,
        "equipment",
        Scene::Transformer,
        false,
        &[Community, Customer],
        ALL,
        &[
            (
                "There is an oil leak under the transformer next to the kindergarten.",
                "The gasket was replaced, the oil removed and the level restored.",
            ),
            ("The cabinet by the gate has a broken lock.", "The lock was replaced and a warning sign added."),
        ],
    ),
    topic(
        K::Wish,
        "service",
        Scene::Hall,
        false,
        &[Community, Customer],
        ALL,
        &[
            (
                "An English-speaking window in the service hall would help our tenants.",
                "An English-speaking window is open on weekdays now.",
            ),
            ("Please put the outage notice in English too.", "Outage notices for this street come in English too."),
        ],
    ),
];

/// What a customer complains of who was not satisfied with his connection.
pub(super) const GRIEVANCES: &[Topic] = &[topic(
    K::Problem,
    "service",
    Scene::Meter,
    false,
    &[Customer],
    ALL,
    &[
        ("客户反映报装过程等待时间长，进度没有主动告知", "向客户致歉，报装进度改为每个环节短信告知"),
        ("客户反映约定的装表时间无人到场", "向客户当面致歉，约时上门纳入班组考核"),
        ("客户反映工作人员解释不耐心", "当面致歉，对当事人批评教育"),
    ],
)];
