//! Invented names: of people, of roads and villages, of building sites. Syllables of the region put
//! together anew; no person, firm or site is meant. Phones begin with 100, which no network assigns.

use super::chance::Chance;
use super::ground::Ground;
use std::collections::HashSet;
use yixian_domain::place::Area;

const SURNAMES: [&str; 64] = [
    "王", "李", "张", "刘", "陈", "杨", "赵", "黄", "周", "吴", "徐", "孙", "马", "胡", "朱", "郭", "何", "罗", "高",
    "林", "郑", "梁", "谢", "宋", "唐", "许", "邓", "冯", "韩", "曹", "曾", "彭", "萧", "蔡", "潘", "田", "董", "袁",
    "于", "余", "叶", "蒋", "杜", "苏", "魏", "程", "吕", "丁", "沈", "任", "姚", "卢", "傅", "钟", "姜", "崔", "谭",
    "廖", "范", "汪", "石", "贾", "夏", "白",
];
const GIVEN: [&str; 72] = [
    "建国", "志强", "海涛", "立新", "永刚", "文斌", "国栋", "晓东", "宏伟", "振华", "春生", "学军", "爱民", "长江",
    "卫东", "明远", "子涵", "思远", "浩然", "雨桐", "欣怡", "静", "敏", "丽华", "秀英", "桂兰", "玉梅", "雪", "婷",
    "洁", "磊", "鹏", "超", "勇", "军", "杰", "涛", "斌", "辉", "刚", "伟", "峰", "亮", "凯", "洋", "宁", "颖", "琳",
    "倩", "萍", "红梅", "淑珍", "凤霞", "世杰", "俊峰", "佳琪", "梓轩", "天佑", "博文", "嘉禾", "延龄", "守义", "克勤",
    "家骏", "若楠", "晨曦", "景行", "清源", "怀瑾", "知远", "望舒", "予安",
];
const FIRST: [&str; 44] = [
    "安", "宁", "和", "永", "福", "景", "德", "兴", "顺", "昌", "丰", "泰", "康", "乐", "清", "明", "文", "华", "广",
    "东", "西", "南", "北", "新", "长", "金", "玉", "青", "白", "红", "松", "柳", "槐", "桃", "梅", "龙", "凤", "石",
    "水", "云", "鼓", "琉", "望", "临",
];
const SECOND: [&str; 40] = [
    "安", "宁", "平", "和", "福", "祥", "瑞", "德", "源", "泉", "溪", "河", "湖", "桥", "山", "岭", "园", "林", "苑",
    "庄", "门", "营", "坊", "铺", "台", "堡", "井", "塔", "寺", "楼", "湾", "口", "坡", "峪", "沟", "甸", "屯", "村",
    "店", "渠",
];
const ENGLISH: [&str; 14] = [
    "Emma Carter",
    "Daniel Brooks",
    "Sofia Marin",
    "James Whitfield",
    "Priya Nair",
    "Lukas Brandt",
    "Amelia Stone",
    "Noah Bennett",
    "Hannah Weiss",
    "Omar Haddad",
    "Grace Okafor",
    "Peter Lindqvist",
    "Maria Costa",
    "Thomas Reed",
];

/// What customers are.
const CUSTOMERS: [&str; 14] = [
    "食品有限公司",
    "机械厂",
    "酒店",
    "幼儿园",
    "物流园",
    "数据中心",
    "生态农庄",
    "文化创意园",
    "印刷厂",
    "国际学校",
    "养老院",
    "体育馆",
    "民宿合作社",
    "超市",
];
/// Firms that build for the utility.
const BUILDERS: [&str; 14] = [
    "京北电力建设",
    "华诚电气安装",
    "燕阳送变电工程",
    "恒泰线路工程",
    "永济电缆工程",
    "中元机电安装",
    "同辉电力工程",
    "瑞丰市政管线",
    "盛通配网工程",
    "安达电气工程",
    "隆兴土建工程",
    "宏远输变电安装",
    "信合电力设备安装",
    "广泽顶管工程",
];

/// Makes names and remembers those that must not come twice.
#[derive(Default)]
pub(super) struct Names {
    people: HashSet<String>,
    places: HashSet<String>,
    /// Kinds of customers that come before the first comes again.
    customers: Vec<&'static str>,
}

/// A two-syllable name of a road, village or community.
fn stem(c: &mut Chance) -> String {
    format!("{}{}", c.word(&FIRST), c.word(&SECOND))
}

/// A name of somebody outside the company; it may come twice.
pub(super) fn outsider(c: &mut Chance) -> String {
    format!("{}{}", c.word(&SURNAMES), c.word(&GIVEN))
}

/// A firm of some trade; it may come twice.
pub(super) fn firm(c: &mut Chance, trades: &[&'static str]) -> String {
    format!("{}{}", stem(c), c.word(trades))
}

/// The firm that has the n-th lot.
pub(super) fn builder(lot: usize) -> &'static str {
    BUILDERS[lot % BUILDERS.len()]
}

/// A road with a number on it, or a village with one.
pub(super) fn address(c: &mut Chance, village: bool) -> String {
    let road = if village {
        "村"
    } else {
        c.word(&["路", "街", "大街", "胡同", "东路", "西路", "南街", "北街", "巷"])
    };
    format!("{}{road}{}号", stem(c), c.between(1, 400))
}

/// A name of somebody who writes English.
pub(super) fn english(c: &mut Chance) -> String {
    c.word(&ENGLISH).to_owned()
}

/// A phone that cannot ring.
pub(super) fn phone(c: &mut Chance) -> String {
    format!("100{:08}", c.between(0, 99_999_999))
}

impl Names {
    /// A name nobody else in the company has.
    pub fn person(&mut self, c: &mut Chance) -> String {
        for _ in 0..200 {
            let name = outsider(c);
            if self.people.insert(name.clone()) {
                return name;
            }
        }
        format!("{}{}{}", c.word(&SURNAMES), c.word(&FIRST), c.word(&SECOND))
    }

    fn once(&mut self, c: &mut Chance, make: impl Fn(&mut Chance) -> String) -> String {
        const PARTS: [&str; 8] =
            ["（一期）", "（二期）", "（三期）", "（东段）", "（西段）", "（南段）", "（北段）", "（四期）"];
        let mut name = String::new();
        for _ in 0..40 {
            name = make(c);
            if self.places.insert(name.clone()) {
                return name;
            }
            for part in PARTS {
                let longer = format!("{name}{part}");
                if self.places.insert(longer.clone()) {
                    return longer;
                }
            }
        }
        name
    }

    /// A building site.
    pub fn site(&mut self, c: &mut Chance, ground: Ground, area: Area) -> String {
        let high: &[&'static str] = if area == Area::Remote { &["110", "35"] } else { &["110", "220"] };
        let middle: &[&'static str] = if area == Area::Remote { &["10", "35"] } else { &["10"] };
        self.once(c, |c| {
            let s = stem(c);
            match ground {
                Ground::Undergrounding => {
                    format!("{s}{}架空线入地工程", c.word(&["路", "街", "大街", "胡同", "东路", "西街"]))
                }
                Ground::CoalVillage => format!("{s}村煤改电配套工程"),
                Ground::Grid => format!("{s}{}千伏输变电工程", c.word(high)),
                Ground::Estate => format!("{s}小区配网改造工程"),
                Ground::Supply => {
                    format!("{s}{}业扩配套工程", c.word(&["产业园", "医院", "学校", "广场", "科技园", "车辆段"]))
                }
                Ground::Duct => format!("{s}{}电缆沟道工程", c.word(&["路", "街", "北路", "南路"])),
                Ground::Line => format!("{s}{}千伏线路改造工程", c.word(middle)),
                _ => format!("{s}{}充电站建设工程", c.word(&["服务区", "停车场", "公交场站"])),
            }
        })
    }
    /// A community.
    pub fn community(&mut self, c: &mut Chance) -> String {
        self.once(c, |c| format!("{}社区", stem(c)))
    }
    /// A village.
    pub fn village(&mut self, c: &mut Chance) -> String {
        self.once(c, |c| format!("{}村", stem(c)))
    }
    /// A street or lane.
    pub fn street(&mut self, c: &mut Chance) -> String {
        self.once(c, |c| format!("{}{}", stem(c), c.word(&["路", "街", "胡同", "大街", "巷"])))
    }
    /// A customer's premises; every kind comes before one comes again.
    pub fn customer(&mut self, c: &mut Chance, area: Area) -> String {
        let rural = |kind: &str| matches!(kind, "生态农庄" | "民宿合作社");
        let kind = loop {
            let Some(kind) = self.customers.pop() else {
                self.customers = CUSTOMERS.to_vec();
                c.shuffle(&mut self.customers);
                continue;
            };
            if area != Area::Urban || !rural(kind) {
                break kind;
            }
        };
        self.once(c, |c| format!("{}{kind}", stem(c)))
    }
    /// A substation, a switch room or a line.
    pub fn installation(&mut self, c: &mut Chance, ground: Ground, area: Area) -> String {
        let of: &[&'static str] = match (ground, area) {
            (Ground::Substation, Area::Remote) => &["110千伏变电站", "35千伏变电站"],
            (Ground::Substation, _) => &["110千伏变电站", "220千伏变电站"],
            (Ground::Overhead, _) => &["10千伏线路"],
            _ => &["开闭站", "配电室"],
        };
        self.once(c, |c| format!("{}{}", stem(c), c.word(of)))
    }
    /// A supply station.
    pub fn station(&mut self, c: &mut Chance) -> String {
        self.once(c, |c| format!("{}供电所", stem(c)))
    }
}
