//! A flow as a picture: which steps and hops are shown, and where each stands. Layers from top to bottom in the style of
//! Sugiyama, Tagawa and Toda 1981: cycles are broken where least is lost, long hops bend around what lies between.
//!
//! Knows places in a plane, no colours, no words and no SVG.

use crate::answer::flow::Hop;
use crate::log::Activity;
use hashbrown::HashMap;

/// Most steps on one map: more cannot be read.
pub const MOST_STEPS: usize = 25;

/// Width and height of a step, and room between, in units of the picture.
pub const STEP: (i32, i32) = (148, 36);
const GAP: (i32, i32) = (28, 52);
/// Width of a bend where only a hop passes.
const BEND: i32 = 20;

/// A step on the map.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Placed {
    /// Which.
    pub activity: Activity,
    /// How often it happened.
    pub count: usize,
    /// Its centre.
    pub at: (i32, i32),
}

/// A hop on the map.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Line {
    /// Place of the hop in the flow.
    pub hop: usize,
    /// Where it begins, bends and ends.
    pub points: Vec<(i32, i32)>,
    /// It leads upwards: a return.
    pub back: bool,
}

/// A map.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Map {
    /// Width and height.
    pub size: (i32, i32),
    /// Steps.
    pub steps: Vec<Placed>,
    /// Hops, those of a step to itself left out: they are told by the table.
    pub lines: Vec<Line>,
    /// Steps that are not shown.
    pub steps_left_out: usize,
    /// Hops that are not shown.
    pub hops_left_out: usize,
}

/// Draws a flow. `counts` are the steps with how often each happened; `paths` is how much of all hops is to be shown,
/// percent, the frequent ones first; every step keeps the most frequent hop that leads to it, so that none stands alone.
pub fn draw(counts: &[(Activity, usize)], hops: &[Hop], paths: u8) -> Map {
    let mut shown: Vec<(Activity, usize)> = counts.to_vec();
    shown.sort_by(|a, b| b.1.cmp(&a.1).then(a.0.cmp(&b.0)));
    shown.truncate(MOST_STEPS);
    let place: HashMap<Activity, usize> = shown.iter().enumerate().map(|(i, s)| (s.0, i)).collect();
    let mut order: Vec<usize> = (0..hops.len()).collect();
    order.sort_by(|a, b| hops[*b].count().cmp(&hops[*a].count()).then(a.cmp(b)));
    let all: usize = hops.iter().map(Hop::count).sum();
    let (mut covered, mut reached) = (0, vec![false; shown.len()]);
    let mut edges: Vec<Edge> = Vec::new();
    for i in order {
        let hop = &hops[i];
        let wanted = covered * 100 < all * usize::from(paths.min(100));
        covered += hop.count();
        let (Some(&from), Some(&to)) = (place.get(&hop.from), place.get(&hop.to)) else { continue };
        if from != to && (wanted || !reached[to]) {
            reached[to] = true;
            edges.push(Edge { hop: i, from, to, weight: hop.count(), back: false });
        }
    }
    let loops = hops.iter().filter(|h| h.from == h.to && place.contains_key(&h.from)).count();
    let hops_left_out = hops.len() - edges.len() - loops;
    let mut map = layered(&shown, edges);
    map.steps_left_out = counts.len() - shown.len();
    map.hops_left_out = hops_left_out;
    map
}

struct Edge {
    hop: usize,
    from: usize,
    to: usize,
    weight: usize,
    back: bool,
}

/// An order in which as little as possible leads backwards (Eades, Lin and Smyth 1993, "A fast and effective heuristic
/// for the feedback arc set problem", with weights).
fn forwards(n: usize, edges: &[Edge]) -> Vec<usize> {
    let mut left: Vec<bool> = vec![true; n];
    let (mut head, mut tail) = (Vec::new(), Vec::new());
    for _ in 0..n {
        let sums = |v: usize| {
            edges.iter().filter(|e| left[e.from] && left[e.to]).fold((0_i64, 0_i64), |(out, into), e| {
                (
                    out + if e.from == v { e.weight as i64 } else { 0 },
                    into + if e.to == v { e.weight as i64 } else { 0 },
                )
            })
        };
        let open: Vec<(usize, (i64, i64))> = (0..n).filter(|v| left[*v]).map(|v| (v, sums(v))).collect();
        let source = open.iter().find(|(_, (_, into))| *into == 0);
        let sink = open.iter().find(|(_, (out, _))| *out == 0);
        let (v, last) = match (source, sink) {
            (Some((v, _)), _) => (*v, false),
            (None, Some((v, _))) => (*v, true),
            (None, None) => match open.iter().max_by_key(|(v, (out, into))| (out - into, std::cmp::Reverse(*v))) {
                Some((v, _)) => (*v, false),
                None => break,
            },
        };
        left[v] = false;
        if last { tail.push(v) } else { head.push(v) }
    }
    head.extend(tail.into_iter().rev());
    let mut rank = vec![0; n];
    for (i, v) in head.into_iter().enumerate() {
        rank[v] = i;
    }
    rank
}

fn layered(shown: &[(Activity, usize)], mut edges: Vec<Edge>) -> Map {
    let n = shown.len();
    let rank = forwards(n, &edges);
    for e in &mut edges {
        e.back = rank[e.from] > rank[e.to];
    }
    // Longest way from the top, along the order.
    let mut by_rank: Vec<usize> = (0..n).collect();
    by_rank.sort_by_key(|v| rank[*v]);
    let mut layer = vec![0_usize; n];
    for v in by_rank {
        for e in &edges {
            let (up, down) = if e.back { (e.to, e.from) } else { (e.from, e.to) };
            if up == v {
                layer[down] = layer[down].max(layer[v] + 1);
            }
        }
    }
    // Steps are nodes 0..n; a hop over several layers gets a bend in each layer between.
    let mut layers: Vec<Vec<usize>> = vec![Vec::new(); layer.iter().max().map_or(0, |l| l + 1)];
    for (v, l) in layer.iter().enumerate() {
        layers[*l].push(v);
    }
    let mut nodes = n;
    let mut chains: Vec<Vec<usize>> = Vec::with_capacity(edges.len());
    for e in &edges {
        let (up, down) = if e.back { (e.to, e.from) } else { (e.from, e.to) };
        let mut chain = vec![up];
        for between in &mut layers[layer[up] + 1..layer[down]] {
            between.push(nodes);
            chain.push(nodes);
            nodes += 1;
        }
        chain.push(down);
        chains.push(chain);
    }
    let (mut above, mut below): (Vec<Vec<usize>>, Vec<Vec<usize>>) = (vec![Vec::new(); nodes], vec![Vec::new(); nodes]);
    for pair in chains.iter().flat_map(|c| c.windows(2)) {
        below[pair[0]].push(pair[1]);
        above[pair[1]].push(pair[0]);
    }
    untangle(&mut layers, &above, &below, nodes);

    let width = |v: usize| if v < n { STEP.0 } else { BEND };
    let wide = |l: &[usize]| l.iter().map(|v| width(*v) + GAP.0).sum::<i32>();
    let full = layers.iter().map(|l| wide(l)).max().unwrap_or(0);
    let mut at = vec![(0, 0); nodes];
    for (depth, l) in (0_i32..).zip(&layers) {
        let mut x = (full - wide(l)) / 2;
        for v in l {
            at[*v] = (i32::midpoint(x, x + width(*v) + GAP.0), GAP.1 / 2 + STEP.1 / 2 + depth * (STEP.1 + GAP.1));
            x += width(*v) + GAP.0;
        }
    }
    let lines = edges
        .iter()
        .zip(&chains)
        .map(|(e, chain)| {
            let last = chain.len() - 1;
            let mut points: Vec<(i32, i32)> = chain
                .iter()
                .enumerate()
                .map(|(i, v)| {
                    let (x, y) = at[*v];
                    let y = if i == 0 {
                        y + STEP.1 / 2
                    } else if i == last {
                        y - STEP.1 / 2
                    } else {
                        y
                    };
                    // A return runs a little aside of the way down.
                    (if e.back && (i == 0 || i == last) { x + STEP.0 / 4 } else { x }, y)
                })
                .collect();
            if e.back {
                points.reverse();
            }
            Line { hop: e.hop, points, back: e.back }
        })
        .collect();
    Map {
        size: (full.max(STEP.0 + GAP.0), layers.len() as i32 * (STEP.1 + GAP.1)),
        steps: shown.iter().zip(&at).map(|(s, at)| Placed { activity: s.0, count: s.1, at: *at }).collect(),
        lines,
        steps_left_out: 0,
        hops_left_out: 0,
    }
}

/// Orders each layer by the middle of what it is tied to, down and up, a few times.
fn untangle(layers: &mut [Vec<usize>], above: &[Vec<usize>], below: &[Vec<usize>], nodes: usize) {
    let mut x = vec![0.0_f64; nodes];
    let settle = |layer: &[usize], x: &mut Vec<f64>| {
        for (i, v) in layer.iter().enumerate() {
            x[*v] = i as f64 - layer.len() as f64 / 2.0;
        }
    };
    for layer in layers.iter() {
        settle(layer, &mut x);
    }
    for round in 0..8 {
        let ties = if round % 2 == 0 { above } else { below };
        let order: Vec<usize> =
            if round % 2 == 0 { (0..layers.len()).collect() } else { (0..layers.len()).rev().collect() };
        for l in order {
            let middle = |v: usize| match ties[v].len() {
                0 => x[v],
                k => ties[v].iter().map(|t| x[*t]).sum::<f64>() / k as f64,
            };
            let middles: HashMap<usize, f64> = layers[l].iter().map(|v| (*v, middle(*v))).collect();
            layers[l].sort_by(|a, b| middles[a].total_cmp(&middles[b]));
            settle(&layers[l], &mut x);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn hop(from: u32, to: u32, count: u32) -> Hop {
        Hop { from, to, rows: (0..count).collect(), mean: 0.0, median: 0.0, p90: 0.0, max: 0.0, total: 0.0 }
    }

    #[test]
    fn a_plain_way_stands_in_a_column_and_a_return_leads_up() {
        let counts = [(0, 9), (1, 9), (2, 9)];
        let map = draw(&counts, &[hop(0, 1, 9), hop(1, 2, 9), hop(2, 1, 1), hop(1, 1, 4)], 100);
        let y: Vec<i32> = map.steps.iter().map(|s| s.at.1).collect();
        assert!(y.is_sorted() && y[0] < y[2], "{y:?}");
        assert_eq!(map.lines.iter().map(|l| (l.hop, l.back)).collect::<Vec<_>>(), [(0, false), (1, false), (2, true)]);
        assert_eq!(map.hops_left_out, 0);
        assert_eq!(draw(&counts, &[hop(0, 1, 9), hop(1, 2, 9), hop(2, 1, 1)], 90).hops_left_out, 1);
        assert_eq!(draw(&[], &[], 50).steps.len(), 0);
    }

    proptest! {
        #[test]
        fn every_map_can_be_read(ties in prop::collection::vec((0_u32..40, 0_u32..40, 1_u32..20), 0..120), paths in 0_u8..=100) {
            let mut seen = std::collections::BTreeSet::new();
            let hops: Vec<Hop> = ties.into_iter().filter(|t| seen.insert((t.0, t.1))).map(|(a, b, n)| hop(a, b, n)).collect();
            let counts: Vec<(u32, usize)> = (0..40).map(|a| (a, 100 - a as usize)).collect();
            let map = draw(&counts, &hops, paths);
            prop_assert!(map.steps.len() <= MOST_STEPS);
            prop_assert_eq!(map.steps.len() + map.steps_left_out, counts.len());
            for (i, a) in map.steps.iter().enumerate() {
                prop_assert!(a.at.0 >= STEP.0 / 2 && a.at.0 <= map.size.0 - STEP.0 / 2 && a.at.1 > 0 && a.at.1 < map.size.1);
                for b in &map.steps[i + 1..] {
                    prop_assert!((a.at.0 - b.at.0).abs() >= STEP.0 || (a.at.1 - b.at.1).abs() >= STEP.1, "steps cover each other");
                }
            }
            for line in &map.lines {
                let (first, last) = (line.points[0].1, line.points[line.points.len() - 1].1);
                prop_assert_eq!(first > last, line.back);
                prop_assert!(line.points.len() >= 2);
            }
            let shown_loops = hops.iter().filter(|h| h.from == h.to && map.steps.iter().any(|s| s.activity == h.from)).count();
            prop_assert_eq!(map.lines.len() + map.hops_left_out + shown_loops, hops.len());
        }
    }
}
