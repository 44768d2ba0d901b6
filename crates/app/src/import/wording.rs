//! The words tables of the organisation may use: column names and enum values in Chinese or English.
//! Stable codes always count. This module knows words only, not what they are for.

use yixian_domain::org::{Level, Role, Specialty, UnitKind};
use yixian_domain::place::{Area, PlaceKind};
use yixian_domain::time::Date;

/// A column: its stable name, other names, and whether a table must have it.
pub(crate) struct Column {
    pub name: &'static str,
    pub also: &'static [&'static str],
    pub needed: bool,
}

const fn needed(name: &'static str, also: &'static [&'static str]) -> Column {
    Column { name, also, needed: true }
}
const fn optional(name: &'static str, also: &'static [&'static str]) -> Column {
    Column { name, also, needed: false }
}

/// Columns of a table of units.
pub(crate) const UNITS: &[Column] = &[
    needed("code", &["代码", "编码", "编号", "单位代码", "单位编码", "unit code"]),
    needed("name", &["名称", "单位名称", "单位", "unit name"]),
    optional("name_en", &["英文名", "英文名称", "english name", "name (en)"]),
    needed("kind", &["类别", "类型", "单位类别", "单位类型", "type"]),
    needed("parent", &["上级", "上级单位", "上级代码", "上级单位代码", "parent code"]),
];

/// Columns of a table of people.
pub(crate) const PEOPLE: &[Column] = &[
    needed("code", &["工号", "员工号", "人员编号", "代码", "编号", "编码", "staff number"]),
    needed("name", &["姓名", "名字"]),
    needed("unit", &["单位", "所属单位", "单位代码", "unit code"]),
    needed("level", &["级别", "职级", "层级"]),
    needed("specialty", &["专业", "speciality"]),
    needed("duty", &["走访任务", "下一线任务", "承担走访", "走访职责", "visit duty"]),
    optional("roles", &["角色", "权限", "role"]),
    optional("from", &["起", "起始", "起始日期", "开始日期", "任职日期", "from day"]),
    optional("to", &["止", "截止", "截止日期", "结束日期", "离任日期", "to day"]),
];

/// Columns of a table of places.
pub(crate) const PLACES: &[Column] = &[
    needed("code", &["代码", "编码", "编号", "地点代码", "地点编号", "place code"]),
    needed("name", &["名称", "地点", "地点名称", "place name"]),
    needed("kind", &["类别", "类型", "地点类别", "地点类型", "type"]),
    needed("district", &["区", "区县", "行政区", "所属区"]),
    needed("area", &["区域", "地域", "片区类别", "地区类别"]),
    optional("lat", &["纬度", "latitude"]),
    optional("lon", &["经度", "longitude", "lng"]),
    optional("unit", &["单位", "责任单位", "单位代码", "unit code"]),
];

/// A word without what people vary: case, blanks, hyphens.
fn plain(word: &str) -> String {
    word.trim().to_lowercase().chars().filter(|c| !c.is_whitespace() && !matches!(c, '-' | '_' | '/')).collect()
}

fn among<T: Copy>(table: &[(T, &[&str])], word: &str) -> Option<T> {
    let word = plain(word);
    table.iter().find(|(_, words)| words.iter().any(|w| plain(w) == word)).map(|(value, _)| *value)
}

pub(crate) fn unit_kind(word: &str) -> Option<UnitKind> {
    use UnitKind as K;
    among(
        &[
            (K::Company, &["company", "公司", "市公司", "总公司"]),
            (K::Department, &["department", "部门", "本部部门", "处室"]),
            (K::DistrictCompany, &["district_company", "区公司", "区供电公司", "供电公司"]),
            (K::ProfessionalCompany, &["professional_company", "专业公司"]),
            (K::Station, &["station", "供电所", "站", "所", "supply station"]),
            (K::Team, &["team", "班组", "班"]),
            (K::Temporary, &["temporary", "临时", "临时单位", "临时党支部", "突击队", "党员突击队"]),
            (K::Contractor, &["contractor", "施工单位", "承包商", "外包单位"]),
        ],
        word,
    )
}

pub(crate) fn level(word: &str) -> Option<Level> {
    use Level as L;
    among(
        &[
            (L::LeadershipTeam, &["leadership_team", "班子成员", "领导班子", "公司领导"]),
            (L::DepartmentHead, &["department_head", "部门负责人"]),
            (L::UnitHead, &["unit_head", "单位负责人"]),
            (L::StationHead, &["station_head", "站所负责人", "班组负责人", "站所、班组负责人", "所长", "班长"]),
            (L::Staff, &["staff", "员工", "职工", "一般员工"]),
        ],
        word,
    )
}

pub(crate) fn specialty(word: &str) -> Option<Specialty> {
    use Specialty as S;
    among(
        &[
            (S::Dispatch, &["dispatch", "调控", "调度"]),
            (S::Operations, &["operations", "运检", "运维检修"]),
            (S::Marketing, &["marketing", "营销"]),
            (S::Construction, &["construction", "建设", "基建"]),
            (S::Safety, &["safety", "安监", "安全"]),
            (S::Supplies, &["supplies", "物资"]),
            (S::Party, &["party", "党建"]),
            (S::General, &["general", "综合"]),
        ],
        word,
    )
}

pub(crate) fn role(word: &str) -> Option<Role> {
    use Role as R;
    among(
        &[
            (R::Administrator, &["administrator", "admin", "管理员", "系统管理员"]),
            (R::Coordinator, &["coordinator", "协调员", "协调人", "调度员"]),
            (R::Leader, &["leader", "领导", "带队领导", "走访领导"]),
            (R::Handler, &["handler", "处理人", "承办人", "整改人"]),
            (R::Verifier, &["verifier", "验收人", "验证人", "核验人", "复核人"]),
            (R::Viewer, &["viewer", "查看人", "查看者", "只读"]),
        ],
        word,
    )
}

pub(crate) fn place_kind(word: &str) -> Option<PlaceKind> {
    use PlaceKind as P;
    among(
        &[
            (P::ConstructionSite, &["construction_site", "施工现场", "工地", "site"]),
            (P::Installation, &["installation", "变电站", "线路", "变电站、线路", "设施", "substation", "line"]),
            (P::Station, &["station", "供电所", "营业厅", "供电所、营业厅", "service hall"]),
            (P::Street, &["street", "道路", "街道", "胡同", "道路、胡同", "lane"]),
            (P::Village, &["village", "村", "村庄"]),
            (P::Community, &["community", "社区", "小区"]),
            (P::Government, &["government", "政府", "政府机关"]),
            (P::Customer, &["customer", "客户", "用户"]),
        ],
        word,
    )
}

pub(crate) fn area(word: &str) -> Option<Area> {
    among(
        &[
            (Area::Urban, &["urban", "城区", "中心城区", "市区"]),
            (Area::Suburban, &["suburban", "郊区", "近郊", "平原"]),
            (Area::Remote, &["remote", "偏远", "远郊", "山区", "偏远地区"]),
        ],
        word,
    )
}

/// Yes or no; nothing is no.
pub(crate) fn yes(word: &str) -> Option<bool> {
    match plain(word).as_str() {
        "是" | "有" | "yes" | "y" | "true" | "1" | "√" => Some(true),
        "否" | "无" | "no" | "n" | "false" | "0" | "" => Some(false),
        _ => None,
    }
}

/// A day: `2018-05-01`, `2018/5/1`, `2018.5.1`, `2018年5月1日`.
pub(crate) fn day(text: &str) -> Option<Date> {
    let parts: Vec<&str> = text.trim().trim_end_matches('日').split(['-', '/', '.', '年', '月']).collect();
    let [y, m, d] = parts.as_slice() else { return None };
    Date::new(y.trim().parse().ok()?, m.trim().parse().ok()?, d.trim().parse().ok()?).ok()
}

#[cfg(test)]
mod tests {
    use super::*;
    use yixian_store::org::name_of;

    #[test]
    fn every_stable_code_is_a_word() {
        for (kinds, of) in [
            (
                vec![
                    "company",
                    "department",
                    "district_company",
                    "professional_company",
                    "station",
                    "team",
                    "temporary",
                    "contractor",
                ],
                (|w: &str| unit_kind(w).map(name_of)) as fn(&str) -> Option<String>,
            ),
            (vec!["leadership_team", "department_head", "unit_head", "station_head", "staff"], |w| {
                level(w).map(name_of)
            }),
            (
                vec!["dispatch", "operations", "marketing", "construction", "safety", "supplies", "party", "general"],
                |w| specialty(w).map(name_of),
            ),
            (vec!["administrator", "coordinator", "leader", "handler", "verifier", "viewer"], |w| role(w).map(name_of)),
            (
                vec![
                    "construction_site",
                    "installation",
                    "station",
                    "street",
                    "village",
                    "community",
                    "government",
                    "customer",
                ],
                |w| place_kind(w).map(name_of),
            ),
            (vec!["urban", "suburban", "remote"], |w| area(w).map(name_of)),
        ] {
            for word in kinds {
                assert_eq!(of(word).as_deref(), Some(word));
            }
        }
        assert_eq!(
            (unit_kind("区供电公司"), level(" 班子成员 "), role("协调员")),
            (Some(UnitKind::DistrictCompany), Some(Level::LeadershipTeam), Some(Role::Coordinator))
        );
        assert_eq!((unit_kind("银行"), yes("maybe")), (None, None));
    }

    #[test]
    fn days_are_read_as_people_write_them() {
        let may = Date::constant(2018, 5, 1);
        for text in ["2018-05-01", "2018/5/1", "2018.5.1", " 2018年5月1日 "] {
            assert_eq!(day(text), Some(may), "{text}");
        }
        for text in ["", "2018", "2018-02-30", "1/5/2018x", "五月"] {
            assert_eq!(day(text), None, "{text}");
        }
    }
}
