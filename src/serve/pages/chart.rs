//! Bars over time, up for cooperation and down for conflict, and places on a map. Drawings are part of the page and need no script.

use super::super::assets;
use super::super::html::{address, escape};
use crate::text::counted;
use oxigraph::model::NamedNode;
use std::collections::BTreeMap;
use std::fmt::Write;

const WIDTH: f64 = 760.0;
const HEIGHT: f64 = 220.0;
const LEFT: f64 = 34.0;
const BOTTOM: f64 = 22.0;
/// Room above the highest bar, for the number beside it.
const TOP: f64 = 12.0;
/// Room that a year below the bars takes on a phone, where letters are larger.
const NAME: f64 = 46.0;
/// Months beyond which bars are years.
const MONTHS: usize = 96;

/// What a month, or a year, amounts to.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub(super) struct Bar {
    pub up: f64,
    pub down: f64,
    pub events: usize,
}

/// By `year * 12 + month - 1`.
pub(super) type Months = BTreeMap<i32, Bar>;

/// The month of a day such as `2025-09-04`.
pub(super) fn month(day: &str) -> Option<i32> {
    let date = day.parse::<jiff::civil::Date>().ok()?;
    Some(i32::from(date.year()) * 12 + i32::from(date.month()) - 1)
}

/// A chart, with `title` for those who cannot see it; nothing when no bar has a height.
pub(super) fn bars(title: &str, months: &Months) -> String {
    let (Some((&first, _)), Some((&last, _))) = (months.first_key_value(), months.last_key_value()) else {
        return String::new();
    };
    let by_year = (last - first) as usize >= MONTHS;
    let step = if by_year { 12 } else { 1 };
    let mut bars: BTreeMap<i32, Bar> = BTreeMap::new();
    for (month, bar) in months {
        let sum = bars.entry(month.div_euclid(step)).or_default();
        *sum = Bar { up: sum.up + bar.up, down: sum.down + bar.down, events: sum.events + bar.events };
    }
    let (from, to) = (first.div_euclid(step), last.div_euclid(step));
    let room = (WIDTH - LEFT) / f64::from(to - from + 1).max(12.0);
    let (top, low) = bars.values().fold((0.0_f64, 0.0_f64), |(up, down), bar| (up.max(bar.up), down.max(bar.down)));
    if top + low == 0.0 {
        return String::new();
    }
    let scale = (HEIGHT - BOTTOM - TOP - 4.0) / (top + low).max(1.0);
    let zero = TOP + top * scale;
    let mut svg = format!(
        "<div class=\"wide\"><svg class=\"bars\" viewBox=\"0 0 {WIDTH} {HEIGHT}\" role=\"img\" aria-label=\"{}\">\n",
        escape(title)
    );
    for (place, value) in [(TOP, top), (zero, 0.0), (zero + low * scale, low)] {
        if value > 0.0 || place == zero {
            let _ = writeln!(
                svg,
                "<line class=\"rule\" x1=\"{LEFT}\" x2=\"{WIDTH}\" y1=\"{place:.1}\" y2=\"{place:.1}\"/><text class=\"tick\" x=\"{}\" y=\"{:.1}\" text-anchor=\"end\">{value:.0}</text>",
                LEFT - 6.0,
                place + 4.0
            );
        }
    }
    for (&at, bar) in &bars {
        let x = LEFT + f64::from(at - from) * room;
        let (up, down) = (bar.up * scale, bar.down * scale);
        let width = (room * 0.82).max(0.8);
        let name = if by_year { at.to_string() } else { format!("{}-{:02}", at.div_euclid(12), at.rem_euclid(12) + 1) };
        let _ = writeln!(
            svg,
            "<g><title>{name}: {}; cooperation {:.1}, conflict {:.1}</title><rect class=\"good\" x=\"{x:.1}\" y=\"{:.1}\" width=\"{width:.1}\" height=\"{up:.1}\"/><rect class=\"bad\" x=\"{x:.1}\" y=\"{zero:.1}\" width=\"{width:.1}\" height=\"{down:.1}\"/></g>",
            counted(bar.events, "event"),
            bar.up,
            bar.down,
            zero - up,
        );
    }
    for (at, name) in ticks(from, to, step) {
        let x = (LEFT + f64::from(at - from) * room).min(WIDTH - NAME);
        let _ = writeln!(svg, "<text class=\"tick\" x=\"{x:.1}\" y=\"{:.1}\">{name}</text>", HEIGHT - 4.0);
    }
    let step = if by_year { "year" } else { "month" };
    format!("{svg}</svg></div>\n<p class=\"legend\">{} by {step}</p>\n", tones(["cooperation", "conflict"]))
}

/// The colours of cooperation, conflict and what is neither, each with its words.
pub(super) fn tones<const N: usize>(words: [&str; N]) -> String {
    let key =
        |(tone, words): (&str, &str)| format!("<span class=\"tone\"><span class=\"key {tone}\"></span> {words}</span>");
    ["good", "bad", "plain"].into_iter().zip(words).map(key).collect::<Vec<_>>().join(" ")
}

/// Bars that have a name below them: some of the years; where no year begins, the first month.
fn ticks(from: i32, to: i32, step: i32) -> Vec<(i32, String)> {
    let begins = |at: &i32| (at * step).rem_euclid(12) == 0;
    let years: Vec<i32> = (from..=to).filter(begins).collect();
    if years.is_empty() {
        return vec![(from, format!("{}-{:02}", from.div_euclid(12), from.rem_euclid(12) + 1))];
    }
    let every = years.len().div_ceil(8);
    let year = |at: i32| (at * step).div_euclid(12);
    years.into_iter().filter(|at| year(*at) % every as i32 == 0).map(|at| (at, year(at).to_string())).collect()
}

/// Somewhere on the map.
pub(super) struct Spot {
    pub node: NamedNode,
    pub label: String,
    /// Of a state that is drawn there, which has no point of its own.
    pub capital: Option<String>,
    pub lon: f64,
    pub lat: f64,
    pub events: usize,
}

/// Places as circles, as large as there are events, on the part of the world where they are. Names that would cover others are
/// left out; every circle is a link with its name.
pub(super) fn map(spots: &[Spot]) -> String {
    if spots.is_empty() {
        return String::new();
    }
    let (x, y, width, height) = window(spots);
    let unit = width / 100.0;
    let world = assets::world_path();
    let mut svg = format!(
        "<svg class=\"map\" viewBox=\"{x:.0} {y:.0} {width:.0} {height:.0}\" style=\"--label:{:.1}px\" role=\"group\" aria-label=\"Map of the places\"><use class=\"land\" href=\"{world}#land\"/><use class=\"borders\" href=\"{world}#borders\" stroke-width=\"{:.2}\"/>\n",
        unit * LABEL,
        unit * 0.12
    );
    let most = spots.iter().map(|s| s.events).max().unwrap_or_default().max(1) as f64;
    let mut taken: Vec<[f64; 4]> = Vec::new();
    for spot in spots {
        let (cx, cy) = (spot.lon * 10.0, -spot.lat * 10.0);
        let radius = unit * (0.6 + 1.6 * (spot.events as f64 / most).sqrt());
        let size = unit * LABEL;
        let right = cx + radius + unit * 0.5;
        let long = spot.label.chars().count() as f64 * size * 0.55;
        let (start, side) = if right + long > x + width {
            (cx - radius - unit * 0.5 - long, " text-anchor=\"end\"")
        } else {
            (right, "")
        };
        let place = [start, cy - size * 0.6, start + long, cy + size * 0.6];
        let is_free = taken.iter().all(|t| place[2] < t[0] || place[0] > t[2] || place[3] < t[1] || place[1] > t[3]);
        let label = if is_free {
            taken.push(place);
            format!(
                "<text x=\"{:.1}\" y=\"{:.1}\" dy=\".35em\"{side}>{}</text>",
                if side.is_empty() { start } else { start + long },
                cy,
                escape(&spot.label)
            )
        } else {
            String::new()
        };
        let class = if spot.capital.is_some() { " class=\"state\"" } else { "" };
        let at =
            spot.capital.as_ref().map(|name| format!(", drawn at its capital {}", escape(name))).unwrap_or_default();
        // The place that a page is about is drawn where nothing has happened there too.
        let events = if spot.events > 0 { format!(": {}", counted(spot.events, "event")) } else { String::new() };
        let _ = writeln!(
            svg,
            "<a href=\"{}\"{class}><title>{}{at}{events}</title><circle cx=\"{cx:.1}\" cy=\"{cy:.1}\" r=\"{radius:.1}\"/>{label}</a>",
            address(spot.node.as_ref()),
            escape(&spot.label),
        );
    }
    svg + "</svg>\n"
}

/// Height of a name on the map of a phone, in hundredths of the map's width; larger screens have smaller ones.
const LABEL: f64 = 2.7;

/// Left, top, width and height of the part that holds all, twice as wide as high, with room around.
fn window(spots: &[Spot]) -> (f64, f64, f64, f64) {
    let ends = |value: fn(&Spot) -> f64| {
        spots.iter().map(value).fold((f64::MAX, f64::MIN), |(low, high), v| (low.min(v), high.max(v)))
    };
    let ((west, east), (north, south)) = (ends(|s| s.lon * 10.0), ends(|s| -s.lat * 10.0));
    let width = ((east - west) * 1.3).max((south - north) * 2.6).clamp(400.0, 3600.0);
    let height = width / 2.0;
    let x = ((west + east - width) / 2.0).clamp(-1800.0, 1800.0 - width);
    let y = ((north + south - height) / 2.0).clamp(-900.0, 900.0 - height);
    (x, y, width, height)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn bars_have_a_place_for_every_month() {
        let bar = Bar { up: 2.0, down: 1.0, events: 3 };
        let months = Months::from([(month("2024-12-31").unwrap(), bar), (month("2025-02-01").unwrap(), bar)]);
        let svg = bars("B & C", &months);
        assert!(svg.contains("aria-label=\"B &amp; C\"") && svg.contains("2024-12: 3 events"), "{svg}");
        assert!(svg.contains(">2025</text>"), "{svg}");
        assert_eq!(bars("", &Months::new()), "");
        let flat = Bar { events: 1, ..Bar::default() };
        assert_eq!(bars("", &Months::from([(month("2025-02-01").unwrap(), flat)])), "", "nothing to see");
        let one = bars("", &Months::from([(month("2025-03-01").unwrap(), Bar { down: 1.0, ..flat })]));
        assert!(one.contains(">2025-03</text>") && one.contains("2025-03: 1 event;"), "{one}");
        let long = Months::from([(month("1947-08-14").unwrap(), bar), (month("2025-02-01").unwrap(), bar)]);
        assert!(bars("", &long).contains("<title>1947: 3 events"));
        assert_eq!(month("soon"), None);
    }

    #[test]
    fn maps_hold_their_places() {
        let spot = |lon, lat| Spot {
            node: NamedNode::new_unchecked("http://x.example/p"),
            label: "P".into(),
            capital: None,
            lon,
            lat,
            events: 1,
        };
        for spots in [vec![spot(180.0, 90.0)], vec![spot(-180.0, -90.0), spot(180.0, 90.0)], vec![spot(10.0, 50.0)]] {
            let (x, y, width, height) = window(&spots);
            assert!(x >= -1800.0 && y >= -900.0 && x + width <= 1800.0 && y + height <= 900.0);
            assert!(spots.iter().all(|s| (x..=x + width).contains(&(s.lon * 10.0))));
            assert!(map(&spots).contains("</svg>"));
            let unseen: Vec<Spot> = spots.into_iter().map(|spot| Spot { events: 0, ..spot }).collect();
            assert!(!map(&unseen).contains("NaN"), "a place of no event has a size too");
        }
    }
}
