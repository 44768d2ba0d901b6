//! Development: gaps on the literature's files, settings from the command line.
use std::collections::HashMap;
use std::path::Path;
use yixian_planner::model::*;
use yixian_planner::search::{Budget, Settings, Tuning, solve_tuned};
use yixian_planner::travel::{Matrix, Travel};

fn cpu() -> f64 {
    let t = rustix::time::clock_gettime(rustix::time::ClockId::ThreadCPUTime);
    t.tv_sec as f64 + t.tv_nsec as f64 * 1e-9
}

fn toptw(path: &Path, m: usize) -> Request {
    let text = std::fs::read_to_string(path).unwrap();
    let lines: Vec<Vec<f64>> =
        text.lines().map(|l| l.split_whitespace().map(|x| x.parse().unwrap_or(0.0)).collect()).collect();
    let n = lines[0][2] as usize;
    let name = path.file_stem().unwrap().to_str().unwrap();
    let scale = if name.starts_with("pr") { 100.0 } else { 10.0 };
    let v: Vec<&Vec<f64>> = lines[2..].iter().filter(|l| l.len() > 6).take(n + 1).collect();
    assert_eq!(v.len(), n + 1);
    let mut ticks = vec![0u16; (n + 1) * (n + 1)];
    for i in 0..=n {
        for j in 0..=n {
            let d = ((v[i][1] - v[j][1]).powi(2) + (v[i][2] - v[j][2]).powi(2)).sqrt();
            ticks[i * (n + 1) + j] = (d * scale + 1e-9).floor() as u16;
        }
    }
    let w = |l: &Vec<f64>| ((l[l.len() - 2] * scale).round() as i32, (l[l.len() - 1] * scale).round() as i32);
    let tasks = (1..=n)
        .map(|i| {
            let (opens, closes) = w(v[i]);
            Task {
                name: i.to_string(),
                place: i as u32,
                priority: vec![Part { name: "profit".into(), points: v[i][4] as i32 }],
                service: (v[i][3] * scale).round() as i32,
                windows: vec![Window { first: 0, last: 0, opens, closes }],
                skill: None,
                rank: 0,
                unit: None,
                district: None,
            }
        })
        .collect();
    let (starts, ends) = w(v[0]);
    Request {
        tasks,
        leaders: (0..m)
            .map(|i| Leader { name: i.to_string(), rank: 0, skills: 0, level: 0, specialty: 0, quota: 0 })
            .collect(),
        shifts: (0..m)
            .map(|i| Shift {
                name: i.to_string(),
                leader: i as u32,
                day: 0,
                week: 0,
                starts,
                ends,
                from: 0,
                to: 0,
                most: u16::MAX,
            })
            .collect(),
        travel: Travel::Matrix(Matrix::new(n + 1, ticks).unwrap()),
        weights: Weights {
            priority: 1.0,
            duty: 0.0,
            surplus: 0.0,
            weekly: 0.0,
            fairness: 0.0,
            spread: 0.0,
            spare: 0.0,
            travel: 0.0,
            stability: 0.0,
        },
        pins: vec![],
        forbids: vec![],
        base: None,
        same_hour: 0,
        caps: Caps::default(),
    }
}

fn month(dir: &Path) -> Request {
    let rd = |f: &str| -> Vec<Vec<f64>> {
        std::fs::read_to_string(dir.join(f))
            .unwrap()
            .lines()
            .skip(1)
            .map(|l| l.split(',').map(|x| x.parse().unwrap_or(0.0)).collect())
            .collect()
    };
    let ticks: Vec<u16> =
        std::fs::read(dir.join("matrix.u16")).unwrap().chunks(2).map(|c| u16::from_le_bytes([c[0], c[1]])).collect();
    let n = (ticks.len() as f64).sqrt() as usize;
    Request {
        tasks: rd("tasks.csv")
            .iter()
            .map(|r| Task {
                name: r[0].to_string(),
                place: r[1] as u32,
                priority: vec![Part { name: "prize".into(), points: r[2] as i32 }],
                service: r[3] as i32,
                windows: vec![Window {
                    first: r[6] as u16,
                    last: r[7] as u16,
                    opens: r[4] as i32,
                    closes: r[5] as i32,
                }],
                skill: (r[8] > 0.0).then_some(r[8] as u8),
                rank: r[9] as u8,
                unit: None,
                district: None,
            })
            .collect(),
        leaders: rd("leaders.csv")
            .iter()
            .map(|r| Leader {
                name: r[0].to_string(),
                rank: r[1] as u8,
                skills: r[2] as u64,
                level: r[1] as u8,
                specialty: 0,
                quota: r[3] as u16,
            })
            .collect(),
        shifts: rd("shifts.csv")
            .iter()
            .map(|r| Shift {
                name: r[0].to_string(),
                leader: r[1] as u32,
                day: r[2] as u16,
                week: r[3] as u16,
                starts: r[4] as i32,
                ends: r[5] as i32,
                from: r[6] as u32,
                to: r[6] as u32,
                most: r[7] as u16,
            })
            .collect(),
        travel: Travel::Matrix(Matrix::new(n, ticks).unwrap()),
        weights: Weights::default(),
        pins: vec![],
        forbids: vec![],
        base: None,
        caps: Caps::default(),
        same_hour: 30,
    }
}

fn main() {
    let args: Vec<String> = std::env::args().skip(1).collect();
    let data = std::env::var("YIXIAN_TEST_DATA").unwrap();
    let data = Path::new(&data).join("planner");
    let mut opt: HashMap<&str, &str> = HashMap::new();
    for a in &args {
        if let Some((k, v)) = a.split_once('=') {
            opt.insert(k, v);
        }
    }
    let f = |k: &str, d: f64| opt.get(k).map_or(d, |v| v.parse().unwrap());
    let d = Tuning::default();
    let tuning = Tuning {
        hot: f("hot", d.hot),
        cold: f("cold", d.cold),
        hot_large: f("hotl", d.hot_large),
        cold_large: f("coldl", d.cold_large),
        shift_share: f("shift", d.shift_share),
        scattered_share: f("scat", d.scattered_share),
        worst_share: f("worst", d.worst_share),
        scattered: f("nscat", d.scattered.into()) as u32,
        worst: f("nworst", d.worst.into()) as u32,
        strings: f("strings", d.strings),
        refill_share: f("refill", d.refill_share),
        idle_seed: f("idle", d.idle_seed),
        push_share: f("pushs", d.push_share),
        push: f("push", d.push),
        price: f("price", d.price),
        blink: f("blink", d.blink),
        skip: f("skip", d.skip),
        orders: opt.get("orders").map_or(d.orders, |v| {
            let x: Vec<u32> = v.split(',').map(|x| x.parse().unwrap()).collect();
            x.try_into().unwrap()
        }),
    };
    let seconds = f("s", 1.0);
    let seed = f("seed", 1.0) as u64;
    if args[0] == "month" {
        let t0 = cpu();
        let r = month(&data.join("month"));
        let t1 = cpu();
        let last = std::sync::Mutex::new((0.0, t1));
        let out = solve_tuned(
            &r,
            Settings {
                seed,
                threads: 1,
                budget: Budget::Share(&|p| {
                    let now = cpu();
                    let mut l = last.lock().unwrap();
                    if l.0 == 0.0 || now - l.1 > seconds / 8.0 {
                        eprintln!("{:.2} it {} best {:.1}", now - t0, p.iterations, p.best.total());
                        *l = (p.best.total(), now);
                    }
                    (now - t0) / seconds
                }),
            },
            tuning,
        );
        println!(
            "read {:.2} cpu {:.2} it {} obj {:.1} {:?} routes {} visits {}",
            t1 - t0,
            cpu() - t0,
            out.iterations,
            out.plan.value.total(),
            out.plan.value,
            out.plan.routes.len(),
            out.plan.stops().count()
        );
        if let Some(o) = opt.get("o") {
            let text: String = out
                .plan
                .routes
                .iter()
                .map(|r| {
                    format!(
                        "{} {}\n",
                        r.shift,
                        r.stops.iter().map(|s| s.task.to_string()).collect::<Vec<_>>().join(" ")
                    )
                })
                .collect();
            std::fs::write(o, text).unwrap();
        }
        return;
    }
    let best: HashMap<(String, usize), f64> = std::fs::read_to_string(data.join("best_known.csv"))
        .unwrap()
        .lines()
        .filter(|l| l.starts_with("toptw,"))
        .map(|l| {
            let c: Vec<&str> = l.split(',').collect();
            ((c[1].to_string(), c[2].parse().unwrap()), c[3].parse().unwrap())
        })
        .collect();
    let mut files: Vec<_> = std::fs::read_dir(data.join("toptw")).unwrap().map(|e| e.unwrap().path()).collect();
    files.sort();
    let only = opt.get("only").copied().unwrap_or("");
    let (mut sum, mut count, mut worst, mut its) = (0.0, 0, (0.0, String::new()), 0u64);
    let mut by: HashMap<String, (f64, u32)> = HashMap::new();
    for p in &files {
        let name = p.file_stem().unwrap().to_str().unwrap().to_string();
        if !name.contains(only) {
            continue;
        }
        for m in 1..=4 {
            if opt.get("m").is_some_and(|x| x.parse::<usize>().unwrap() != m) {
                continue;
            }
            let r = toptw(p, m);
            let Some(&known) = best.get(&(name.clone(), m)) else {
                eprintln!("no best for {name} {m}");
                continue;
            };
            let t0 = cpu();
            let out = solve_tuned(
                &r,
                Settings { seed, threads: 1, budget: Budget::Share(&|_| (cpu() - t0) / seconds) },
                tuning,
            );
            let gap = (known - out.plan.value.priority) / known * 100.0;
            if opt.contains_key("v") && gap != 0.0 {
                println!("{name} {m} {known} {} {gap:.2} it {}", out.plan.value.priority, out.iterations);
            }
            sum += gap;
            count += 1;
            its += out.iterations;
            if gap > worst.0 {
                worst = (gap, format!("{name}/{m}"));
            }
            let set: String = name.chars().take_while(|c| c.is_alphabetic()).collect();
            for key in [
                format!(
                    "{set}{}",
                    if name.len() > 2 && !set.starts_with("pr") { &name[set.len()..=set.len()] } else { "" }
                ),
                format!("m{m}"),
            ] {
                let e = by.entry(key).or_default();
                e.0 += gap;
                e.1 += 1;
            }
        }
    }
    let mut by: Vec<_> = by.into_iter().collect();
    by.sort_by(|a, b| a.0.cmp(&b.0));
    println!(
        "mean {:.3} worst {:.2} {} its/case {} | {}",
        sum / f64::from(count),
        worst.0,
        worst.1,
        its / count as u64,
        by.iter().map(|(k, v)| format!("{k} {:.2}", v.0 / f64::from(v.1))).collect::<Vec<_>>().join(" ")
    );
}
