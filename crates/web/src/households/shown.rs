//! How a household and a done-sheet are shown, the same on every page.

use crate::door::say::Say;
use crate::form::record::Line;
use yixian_app::households::HouseholdRow;
use yixian_domain::base::service::Quantity;
use yixian_domain::household::{DoneSheet, Household};

/// What a household is called: whoever lives there for those who may know, else its code.
pub(crate) fn title(say: &Say, r: &HouseholdRow) -> String {
    match &r.resident {
        Some(resident) => resident.name.clone(),
        None if r.household.is_erased() => format!("{} · {}", r.household.code, say.t("erased")),
        None => r.household.code.clone(),
    }
}

/// What makes it vulnerable, in words.
pub(crate) fn vulnerable(say: &Say, r: &HouseholdRow) -> String {
    let all = r.resident.iter().flat_map(|p| &p.vulnerable).map(|v| say.of("vulnerability", v.as_str()));
    all.collect::<Vec<_>>().join(&say.t("list-separator"))
}

/// A household as a line.
pub(crate) fn line(say: &Say, r: &HouseholdRow) -> Line {
    let address = r.resident.as_ref().map(|p| p.address.clone()).unwrap_or_default();
    let flags = vulnerable(say, r);
    let muted = [address, flags].into_iter().filter(|t| !t.is_empty()).collect::<Vec<_>>().join(" · ");
    Line::to(format!("/households/{}", r.household.id), title(say, r)).muted(muted).end(r.household.code.clone())
}

/// A household behind a figure: by its code, for that list leaves the house.
pub(crate) fn counted(say: &Say, h: &Household) -> Line {
    let text = if h.is_erased() { format!("{} · {}", h.code, say.t("erased")) } else { h.code.clone() };
    Line::to(format!("/households/{}", h.id), text)
}

/// A done-sheet behind a figure.
pub(crate) fn sheet_line(say: &Say, s: &DoneSheet, h: &Household) -> Line {
    let to = format!("/households/{}", h.id);
    Line::to(to, items(say, &s.details.items)).muted(h.code.clone()).end(say.day(s.details.day))
}

/// What was done, item by item.
pub(crate) fn items(say: &Say, all: &[Quantity]) -> String {
    let one = |q: &Quantity| format!("{} × {}", say.of("service-item", q.item.as_str()), q.n);
    all.iter().map(one).collect::<Vec<_>>().join(&say.t("list-separator"))
}

/// With which materials.
pub(crate) fn materials(say: &Say, s: &DoneSheet) -> String {
    let one = |m: &yixian_domain::household::Material| {
        let paid = if m.charge == yixian_domain::base::values::Money::default() {
            say.t("sheet-free")
        } else {
            say.t1("sheet-charged", "yuan", m.charge.to_string())
        };
        format!("{} × {}（{paid}）", m.item, m.n)
    };
    s.details.materials.iter().map(one).collect::<Vec<_>>().join(&say.t("list-separator"))
}
