//! Caps of a month as a table beside its others: `caps.csv`, a row per cap, the later row counting where two speak of the same. `*` stands for
//! everybody, or for every day or week that has a shift.
//!
//! | cap | who | when | value |
//! |---|---|---|---|
//! | `leader_day` | leader | day | most visits |
//! | `leader_week` | leader | week | most visits |
//! | `place_week` | site | week | most visits |
//! | `break` | shift | begin of the break | its end |
//! | `rest` | leader | day | earliest begin after a visit by night on the day before |
//! | `night` | | | from when on a begin is by night |

use super::month::Month;
use super::table::{Cells, Names, Table};
use crate::fault::{Fault, Thing, Wrong, short};
use crate::model::*;
use crate::validate::LIMIT;
use std::collections::{BTreeMap, BTreeSet};

const FILE: &str = "caps.csv";

/// Reads caps into a month. Each fault names its row.
pub fn read(bytes: &[u8], month: &mut Month) -> Result<(), Vec<Fault>> {
    let mut faults = Vec::new();
    let f = &mut faults;
    let table = Table::read(FILE, bytes, &["cap", "who", "when", "value"], f);
    let request = &month.request;
    let names = |thing, all: &mut dyn Iterator<Item = &str>, f: &mut Vec<Fault>| {
        let mut names = Names::of(thing);
        for (index, name) in (0u32..).zip(all) {
            names.add(name, index, table.at(0), f);
        }
        names
    };
    let leaders = names(Thing::Leader, &mut request.leaders.iter().map(|l| l.name.as_str()), f);
    let shifts = names(Thing::Shift, &mut request.shifts.iter().map(|s| s.name.as_str()), f);
    let places = names(Thing::Place, &mut month.places.iter().map(|p| p.name.as_str()), f);
    let days: BTreeSet<u16> = request.shifts.iter().map(|s| s.day).collect();
    let weeks: BTreeSet<u16> = request.shifts.iter().map(|s| s.week).collect();
    let mut caps = Caps::default();
    for row in table.rows() {
        let all = |n: usize| (0..n as u32).collect::<Vec<u32>>();
        let who = |names: &Names, n: usize, f: &mut Vec<Fault>| match row.name(1, "who", f) {
            "*" => all(n),
            name => vec![names.find(name, row.at, f)],
        };
        match row.name(0, "cap", f) {
            "leader_day" => {
                let who = who(&leaders, request.leaders.len(), f);
                fill(&mut caps.leader_day, &who, &when(&row, &days, f), most(&row, f));
            }
            "leader_week" => {
                let who = who(&leaders, request.leaders.len(), f);
                fill(&mut caps.leader_week, &who, &when(&row, &weeks, f), most(&row, f));
            }
            "place_week" => {
                let who = who(&places, month.places.len(), f);
                fill(&mut caps.place_week, &who, &when(&row, &weeks, f), most(&row, f));
            }
            "rest" => {
                let who = who(&leaders, request.leaders.len(), f);
                fill(&mut caps.rest, &who, &when(&row, &days, f), time(&row, 3, "value", f));
            }
            "break" => {
                let pause = Break { from: time(&row, 2, "when", f), to: time(&row, 3, "value", f) };
                if pause.to < pause.from {
                    let what = Wrong::EndsBeforeItStarts { starts: pause.from, ends: pause.to };
                    f.push(Fault { at: row.at, what });
                }
                let who = who(&shifts, request.shifts.len(), f);
                caps.breaks.extend(who.into_iter().map(|shift| (shift, pause)));
            }
            "night" => caps.night = time(&row, 3, "value", f),
            "" => {}
            other => {
                let what = Wrong::Unknown { thing: Thing::Cap, name: short(other) };
                f.push(Fault { at: row.at, what });
            }
        }
    }
    if !faults.is_empty() {
        return Err(faults);
    }
    month.request.caps = caps;
    Ok(())
}

fn fill<T: Copy>(into: &mut BTreeMap<(u32, u16), T>, who: &[u32], when: &[u16], value: T) {
    into.extend(who.iter().flat_map(|who| when.iter().map(move |when| ((*who, *when), value))));
}

fn when(row: &Cells<'_>, all: &BTreeSet<u16>, f: &mut Vec<Fault>) -> Vec<u16> {
    match row.text(2) {
        Some("*") => all.iter().copied().collect(),
        _ => vec![row.whole(2, "when", 0, u16::MAX.into(), f) as u16],
    }
}

fn most(row: &Cells<'_>, f: &mut Vec<Fault>) -> u16 {
    row.whole(3, "value", 0, u16::MAX.into(), f) as u16
}

fn time(row: &Cells<'_>, column: usize, field: &'static str, f: &mut Vec<Fault>) -> Ticks {
    row.whole(column, field, 0, LIMIT.into(), f) as Ticks
}
