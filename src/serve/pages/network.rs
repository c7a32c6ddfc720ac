//! A thing and those it has most to do with, as a drawing: links, laid out here so that no label covers another.

use super::super::html::{Page, address, escape};
use super::super::parameters::encode;
use super::super::problem::Problem;
use super::chart::tones;
use super::entity::events_of;
use super::reader::{Reader, kind, node};
use crate::text::counted;
use oxigraph::model::NamedNode;
use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write;

/// Neighbours that are drawn, those with most events.
const NEIGHBOURS: usize = 24;
const WIDTH: f64 = 1000.0;
const HEIGHT: f64 = 720.0;
/// Width of a letter, and height of a label.
const LETTER: f64 = 7.6;
const TALL: f64 = 28.0;
/// What has to be free between one label and the next below, and the steps sideways in which a free spot is looked for.
const GAP: f64 = 12.0;
const COLUMN: f64 = 10.0;
/// How far from the middle to the sides, and up and down, others begin.
const MIDDLE: (f64, f64) = (130.0, 110.0);
/// Letters of a label.
const LONGEST: usize = 26;

/// A label, by its middle.
#[derive(Clone, Debug)]
struct Label {
    x: f64,
    y: f64,
    width: f64,
}

/// Events between two, and the sum of their scores.
type Ties = BTreeMap<(usize, usize), (usize, f64)>;

pub(super) fn page(reader: &Reader<'_>, thing: &NamedNode) -> Result<Page, Problem> {
    let rows = reader.rows(&format!(
        "SELECT DISTINCT ?event ?other ?type {{ {} LATERAL {{ ?event sem:hasActor/en:hasMember? ?other }} FILTER NOT EXISTS {{ ?other en:hasMember ?m }} OPTIONAL {{ ?event en:eventType ?type }} }}",
        events_of(reader, thing)
    ))?;
    let mut events: BTreeMap<&NamedNode, (BTreeSet<&NamedNode>, f64)> = BTreeMap::new();
    for row in &rows {
        if let (Some(event), Some(other)) = (node(row, 0), node(row, 1)) {
            let (parties, score) = events.entry(event).or_default();
            parties.insert(other);
            *score = node(row, 2).and_then(|kind| reader.vocabulary.score(kind.as_str())).unwrap_or(0.0);
        }
    }
    let mut counts: BTreeMap<&NamedNode, usize> = BTreeMap::new();
    for other in events.values().flat_map(|(parties, _)| parties).filter(|other| **other != thing) {
        *counts.entry(other).or_default() += 1;
    }
    let mut nodes: Vec<&NamedNode> = counts.keys().copied().collect();
    nodes.sort_by_key(|node| (std::cmp::Reverse(counts[*node]), *node));
    let left_out = nodes.len().saturating_sub(NEIGHBOURS);
    nodes.truncate(NEIGHBOURS);
    nodes.insert(0, thing);
    let ties = ties(&nodes, &events);
    let name = reader.label(thing.as_ref());
    let mut page = Page { class: "network", ..Page::new(&format!("Around {name}")) };
    page.body += &format!(
        "<p>Lines join those who took part in the same events: the thicker, the more. <a href=\"{}\">All about {}</a></p>\n",
        address(thing.as_ref()),
        escape(&name)
    );
    if nodes.len() == 1 {
        page.body += "<p>No event of the record joins it to anybody.</p>";
        return Ok(page);
    }
    page.body += &drawing(reader, &nodes, &ties);
    if left_out > 0 {
        page.body += &format!("<p class=\"faint\">{left_out} more have fewer events with it and are not drawn.</p>");
    }
    page.body += &list(reader, &nodes, &ties);
    Ok(page)
}

fn ties(nodes: &[&NamedNode], events: &BTreeMap<&NamedNode, (BTreeSet<&NamedNode>, f64)>) -> Ties {
    let places: BTreeMap<&NamedNode, usize> = nodes.iter().enumerate().map(|(i, node)| (*node, i)).collect();
    let mut ties = Ties::new();
    for (parties, score) in events.values() {
        let mut present: Vec<usize> = parties.iter().filter_map(|party| places.get(*party).copied()).collect();
        // Its own side may stand there as a group alone.
        if !present.contains(&0) {
            present.push(0);
        }
        present.sort_unstable();
        for (i, a) in present.iter().enumerate() {
            for b in &present[i + 1..] {
                let tie = ties.entry((*a, *b)).or_default();
                *tie = (tie.0 + 1, tie.1 + score);
            }
        }
    }
    ties
}

fn shortened(label: &str) -> String {
    if label.chars().count() <= LONGEST {
        label.to_owned()
    } else {
        label.chars().take(LONGEST - 1).collect::<String>() + "…"
    }
}

fn drawing(reader: &Reader<'_>, nodes: &[&NamedNode], ties: &Ties) -> String {
    let names: Vec<String> = nodes.iter().map(|node| shortened(&reader.label(node.as_ref()))).collect();
    let widths: Vec<f64> = names.iter().map(|name| name.chars().count() as f64 * LETTER + 22.0).collect();
    let labels = layout(&widths, ties);
    let most = ties.values().map(|(n, _)| *n).max().unwrap_or(1) as f64;
    let (top, low) = labels.iter().fold((HEIGHT, 0.0_f64), |(top, low), label| (top.min(label.y), low.max(label.y)));
    let (top, height) = (top - TALL, low - top + 2.0 * TALL);
    let mut svg = format!(
        "<div class=\"wide\"><svg class=\"network\" viewBox=\"0 {top:.0} {WIDTH} {height:.0}\" role=\"group\" aria-label=\"{} and others as a drawing\">\n",
        escape(&names[0])
    );
    for ((a, b), (n, score)) in ties {
        let tone = if *score > 0.0 {
            "good"
        } else if *score < 0.0 {
            "bad"
        } else {
            "plain"
        };
        let outer = if *a == 0 { "" } else { " outer" };
        let _ = writeln!(
            svg,
            "<line class=\"{tone}{outer}\" x1=\"{:.0}\" y1=\"{:.0}\" x2=\"{:.0}\" y2=\"{:.0}\" stroke-width=\"{:.1}\"><title>{} – {}: {}</title></line>",
            labels[*a].x,
            labels[*a].y,
            labels[*b].x,
            labels[*b].y,
            1.0 + 5.0 * (*n as f64 / most).sqrt(),
            escape(&names[*a]),
            escape(&names[*b]),
            counted(*n, "event"),
        );
    }
    for (i, (node, name)) in nodes.iter().zip(&names).enumerate() {
        let (Label { x, y, width }, class) = (&labels[i], reader.class(node.as_ref()).map_or("thing", kind));
        let href = if i == 0 { address(node.as_ref()) } else { format!("/graph?iri={}", encode(node.as_str())) };
        let _ = writeln!(
            svg,
            "<a class=\"{class}{}\" href=\"{href}\"><rect x=\"{:.0}\" y=\"{:.0}\" width=\"{width:.0}\" height=\"{TALL}\" rx=\"14\"/><text x=\"{x:.0}\" y=\"{:.0}\" text-anchor=\"middle\">{}</text></a>",
            if i == 0 { " middle" } else { "" },
            x - width / 2.0,
            y - TALL / 2.0,
            y + 5.0,
            escape(name),
        );
    }
    format!("{svg}</svg></div>\n<p class=\"legend\">{}</p>\n", tones(["more cooperation", "more conflict", "neither"]))
}

/// Places the first in the middle and the others around it, those with ties near each other, no label on another.
fn layout(widths: &[f64], ties: &Ties) -> Vec<Label> {
    let others = widths.len().saturating_sub(1).max(1) as f64;
    let places = places(widths.len(), ties);
    let mut labels: Vec<Label> = widths
        .iter()
        .enumerate()
        .map(|(i, width)| {
            // Two rings, so that neighbours in the list do not stand side by side.
            let angle = std::f64::consts::TAU * (places[i] as f64 - 1.0) / others;
            let reach = if i == 0 {
                0.0
            } else if places[i].is_multiple_of(2) {
                1.0
            } else {
                0.68
            };
            Label {
                x: WIDTH / 2.0 + angle.cos() * WIDTH * 0.4 * reach,
                y: HEIGHT / 2.0 + angle.sin() * HEIGHT * 0.43 * reach,
                width: *width,
            }
        })
        .collect();
    for round in 0..300 {
        let step = 0.04 * (1.0 - f64::from(round) / 300.0);
        for (&(a, b), (n, _)) in ties.iter().filter(|((a, _), _)| *a != 0) {
            let pull = step * (*n as f64).min(4.0) * 0.25;
            let (dx, dy) = ((labels[b].x - labels[a].x) * pull, (labels[b].y - labels[a].y) * pull);
            shift(&mut labels[a], dx, dy);
            shift(&mut labels[b], -dx, -dy);
        }
        part(&mut labels);
        labels.iter_mut().skip(1).for_each(leave_middle);
    }
    for _ in 0..400 {
        if !part(&mut labels) {
            return labels;
        }
    }
    settle(&mut labels);
    labels
}

/// Where each stands round the first, such that those with ties among them follow each other: then their lines cross no others.
fn places(number: usize, ties: &Ties) -> Vec<usize> {
    let mut beside = vec![Vec::new(); number];
    for (&(a, b), (n, _)) in ties.iter().filter(|((a, _), _)| *a != 0) {
        beside[a].push((*n, b));
        beside[b].push((*n, a));
    }
    beside.iter_mut().for_each(|others| others.sort_unstable());
    let (mut places, mut next) = (vec![0; number], 1);
    let mut waiting: Vec<usize> = (1..number).rev().collect();
    while let Some(i) = waiting.pop() {
        if places[i] == 0 {
            places[i] = next;
            next += 1;
            waiting.extend(beside[i].iter().map(|(_, other)| *other));
        }
    }
    places
}

/// Moves a label away from the middle, where it would hide the lines of others.
fn leave_middle(label: &mut Label) {
    let (dx, dy) = (label.x - WIDTH / 2.0, label.y - HEIGHT / 2.0);
    let (wide, tall) = (MIDDLE.0 + label.width / 2.0, MIDDLE.1);
    let reach = (dx / wide).hypot(dy / tall);
    if reach > 0.0 && reach < 1.0 {
        shift(label, dx / reach - dx, dy / reach - dy);
    }
}

/// Moves each label that still covers one before it to the nearest row and column where it covers none.
fn settle(labels: &mut [Label]) {
    let rows = (HEIGHT / (TALL + GAP)) as usize;
    for i in 1..labels.len() {
        let (placed, rest) = labels.split_at_mut(i);
        let label = &mut rest[0];
        let is_free = |spot: &Label| !placed.iter().any(|other| overlap(spot, other).is_some());
        if is_free(label) {
            continue;
        }
        let half = label.width / 2.0 + 4.0;
        let columns = ((WIDTH - 2.0 * half).max(0.0) / COLUMN) as usize;
        let spots = (0..rows).flat_map(|row| {
            (0..=columns).map(move |column| (half + column as f64 * COLUMN, (row as f64 + 0.5) * (TALL + GAP)))
        });
        let distance = |spot: &Label| (spot.x - label.x).hypot(spot.y - label.y);
        let nearest = spots
            .map(|(x, y)| Label { x, y, width: label.width })
            .filter(is_free)
            .min_by(|a, b| distance(a).total_cmp(&distance(b)));
        if let Some(spot) = nearest {
            *label = spot;
        }
    }
}

/// By how much two labels are too near each other, sideways and up or down; None where they are apart.
fn overlap(a: &Label, b: &Label) -> Option<(f64, f64)> {
    let over_x = (a.width + b.width) / 2.0 + 10.0 - (b.x - a.x).abs();
    let over_y = TALL + GAP - (b.y - a.y).abs();
    (over_x > 0.0 && over_y > 0.0).then_some((over_x, over_y))
}

fn shift(label: &mut Label, dx: f64, dy: f64) {
    let half = label.width / 2.0 + 4.0;
    label.x = (label.x + dx).clamp(half.min(WIDTH / 2.0), (WIDTH - half).max(WIDTH / 2.0));
    label.y = (label.y + dy).clamp(TALL, HEIGHT - TALL);
}

/// Pushes labels apart that touch; whether any did. The first stays.
fn part(labels: &mut [Label]) -> bool {
    let mut touched = false;
    for a in 0..labels.len() {
        for b in a + 1..labels.len() {
            let (dx, dy) = (labels[b].x - labels[a].x, labels[b].y - labels[a].y);
            let Some((over_x, over_y)) = overlap(&labels[a], &labels[b]) else { continue };
            touched = true;
            // Labels are wide, so that up and down is the shorter way.
            let push = over_y / 2.0 + 0.5;
            let push = if dy < 0.0 || (dy == 0.0 && b % 2 == 0) { -push } else { push };
            let before = labels[b].y;
            shift(&mut labels[b], 0.0, push);
            if labels[b].y == before {
                // At the edge: sideways.
                shift(&mut labels[b], if dx < 0.0 { -over_x } else { over_x }, 0.0);
            }
            if a != 0 {
                shift(&mut labels[a], 0.0, -push);
            }
        }
    }
    touched
}

/// The same as words.
fn list(reader: &Reader<'_>, nodes: &[&NamedNode], ties: &Ties) -> String {
    let items: String = nodes
        .iter()
        .enumerate()
        .skip(1)
        .filter_map(|(i, node)| {
            let (n, score) = ties.get(&(0, i))?;
            Some(format!(
                "<li>{} <span class=\"faint\">{}, score {score:.1}</span></li>\n",
                reader.entity(node.as_ref()),
                counted(*n, "event")
            ))
        })
        .collect();
    format!("<details><summary>The same as a list</summary><ul>{items}</ul></details>")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn those_with_ties_stand_together() {
        let ties = [(0, 1), (0, 2), (0, 3), (0, 4), (1, 4), (2, 3)].map(|pair| (pair, (1, 0.0)));
        assert_eq!(places(5, &Ties::from(ties)), [0, 1, 3, 4, 2]);
        assert_eq!(places(1, &Ties::new()), [0]);
    }

    #[test]
    fn no_label_covers_another() {
        for number in [1, 2, 5, 13, NEIGHBOURS + 1] {
            let widths: Vec<f64> = (0..number).map(|i| 60.0 + (i * 37 % 160) as f64).collect();
            let ties: Ties =
                (0..number).flat_map(|a| (a + 1..number).map(move |b| ((a, b), (1 + b % 5, 1.0)))).collect();
            let labels = layout(&widths, &ties);
            for (i, a) in labels.iter().enumerate() {
                assert!(
                    a.x - a.width / 2.0 >= 0.0
                        && a.x + a.width / 2.0 <= WIDTH
                        && a.y >= TALL / 2.0
                        && a.y <= HEIGHT - TALL / 2.0
                );
                for b in &labels[i + 1..] {
                    assert!(
                        (a.x - b.x).abs() >= (a.width + b.width) / 2.0 || (a.y - b.y).abs() >= TALL,
                        "{number}: {a:?} {b:?}"
                    );
                }
            }
        }
    }
}
