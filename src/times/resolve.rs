//! From the words of a time expression to its TIMEX3 type and value.

use super::TimexType;
use super::pattern::Slots;
use super::value::{at_grain, feast, granularity, interval, length, moved, unknown_at_grain};
use super::words::Class;
use jiff::civil::Date;
use jiff::{ToSpan, Unit};
use serde::Deserialize;

/// How a rule turns what it matched into a value.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub(super) enum Reading {
    /// A date of the calendar, whole or in part.
    Date,
    /// An hour of a day that is named elsewhere.
    Time,
    Week,
    Weekend,
    Quarter,
    Half,
    /// A unit counted from the day of publication: last year, this month.
    Relative,
    /// A unit that the last date named settles: that day, the following year.
    Narrative,
    Ago,
    Ahead,
    Later,
    Earlier,
    Duration,
    Set,
    Reference,
}

/// Where a date that names no year, or a weekday, is to be looked for.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) enum Direction {
    Past,
    Future,
    /// Nothing tells; what lies far nearer is meant, else the past.
    #[default]
    Nearest,
}

/// What settles a value beside the words.
#[derive(Clone, Debug, Default)]
pub(super) struct Context {
    pub published: Option<Date>,
    /// The last date of the calendar that the text has named.
    pub narrative: Option<String>,
    pub direction: Direction,
}

/// The type and value of what a rule matched; `None` when the words do not make sense together.
///
/// A time without a day comes back as `T10:35`, for the caller to find its day.
pub(super) fn resolve(reading: Reading, slots: &Slots, cx: &Context) -> Option<(TimexType, String)> {
    use TimexType::*;
    let dated = |value: String| {
        let timed = matches!(granularity(&value), "minute" | "part-of-day");
        (if timed { Time } else { Date }, value)
    };
    match reading {
        Reading::Date => calendar(slots, cx).map(|v| dated(with_time(v, slots))),
        Reading::Time => time_of_day(slots).map(|t| (Time, t)),
        Reading::Week => calendar(slots, cx).and_then(|v| at_grain(interval(&v)?.0, "W")).map(dated),
        Reading::Weekend => weekend(slots, cx).map(dated),
        Reading::Quarter => part_of_year("Q", quarter_of(slots)?, 3, slots, cx).map(dated),
        Reading::Half => part_of_year("H", slots.number(Class::Ordinal)?, 6, slots, cx).map(dated),
        Reading::Relative => relative(slots, cx),
        Reading::Narrative => narrative(slots, cx).map(dated),
        Reading::Ago => ago(slots, cx).map(dated),
        Reading::Ahead => from_published(slots, cx, 1.0).map(dated),
        Reading::Later => from_narrative(slots, cx, 1.0),
        Reading::Earlier => from_narrative(slots, cx, -1.0),
        Reading::Duration => duration(slots).map(|v| (Duration, v)),
        Reading::Set => repetition(slots).map(|v| (Set, v)),
        Reading::Reference => slots.get(Class::Reference).or(slots.get(Class::Adjective)).map(|v| (Date, v.to_owned())),
    }
}

/// The step that `last`, `this`, `next` … stand for.
fn deictic(slots: &Slots) -> Option<i32> {
    use Class::*;
    [Last, Past, Previous, This, Next, Coming, Following].into_iter().find_map(|class| slots.number(class))
}

fn unit(slots: &Slots) -> Option<&str> {
    slots.get(Class::Unit).or(slots.get(Class::Units))
}

/// How many units; `None` inside when the text does not tell.
fn amount(slots: &Slots) -> Option<Option<f64>> {
    if let Some(few) = slots.get(Class::Few) {
        return Some(few.parse().ok());
    }
    let half: f64 = slots.number(Class::Half).unwrap_or(0.0);
    let more: f64 = slots.number(Class::AndHalf).unwrap_or(0.0);
    match slots.number::<f64>(Class::Number) {
        Some(n) => Some(Some(n + half + more)),
        None if slots.has(Class::Half) => Some(Some(half)),
        None if slots.has(Class::Units) && more == 0.0 => Some(None),
        None => Some(Some(1.0 + more)),
    }
}

fn calendar(slots: &Slots, cx: &Context) -> Option<String> {
    if let Some(iso) = slots.get(Class::Iso) {
        return Some(iso.to_owned());
    }
    if let Some(month) = slots.number::<i8>(Class::Month) {
        let day = slots.number(Class::Day).or(slots.number(Class::Nth));
        return match day {
            Some(day) => month_day(month, day, slots, cx),
            None => month_alone(month, slots, cx),
        };
    }
    if let Some(rule) = slots.get(Class::Holiday) {
        return holiday(rule, slots, cx);
    }
    if let Some(weekday) = slots.number(Class::Weekday) {
        return weekday_value(weekday, slots, cx);
    }
    if let Some(season) = slots.get(Class::Season) {
        return season_value(season, slots, cx);
    }
    if let Some(day) = slots.get(Class::DayRef) {
        return Some(day_by_distance(day.trim_end_matches("NI").parse().ok()?, cx));
    }
    if slots.has(Class::Part) {
        return day_of_part(slots, cx);
    }
    if let Some(ordinal) = slots.number::<i32>(Class::Ordinal).or(slots.number(Class::Nth)) {
        return (1..=21).contains(&ordinal).then(|| format!("{:02}XX", ordinal - 1));
    }
    slots.get(Class::Decade).or(slots.get(Class::Year)).map(str::to_owned)
}

/// The year that is named, or told by `last year` and the like: `XXXX` without a day of publication.
fn year_given(slots: &Slots, cx: &Context) -> Option<Option<i16>> {
    if let Some(year) = slots.number(Class::Year) {
        return Some(Some(year));
    }
    let shift: i16 = slots.number(Class::YearShift)?;
    Some(cx.published.map(|p| p.year() + shift))
}

/// Chooses among dates of neighbouring years. `near` is how many days ahead a date may lie when nothing tells.
///
/// A date within the next month is no date of eleven months ago, nor the other way round, whatever the tense: such a one
/// would come with its year.
fn choose(candidates: impl Iterator<Item = Date> + Clone, cx: &Context, step: Option<i32>, near: i32) -> Option<Date> {
    let published = cx.published?;
    let before = candidates.clone().filter(|d| *d < published || (*d == published && step.is_none())).max();
    let after = candidates.filter(|d| *d > published || (*d == published && step.unwrap_or(0) == 0)).min();
    let ahead = after.map_or(i32::MAX, |d| days_between(published, d));
    let behind = before.map_or(i32::MAX, |d| days_between(d, published));
    match (step, cx.direction) {
        (Some(-1), _) => before,
        (Some(_), _) => after,
        (None, Direction::Past) => {
            if ahead <= 31 && behind > 300 {
                after
            } else {
                before
            }
        }
        (None, Direction::Future) => {
            if behind <= 14 && ahead > 300 {
                before
            } else {
                after
            }
        }
        (None, Direction::Nearest) => {
            if ahead <= near {
                after
            } else {
                before
            }
        }
    }
}

fn days_between(from: Date, to: Date) -> i32 {
    from.until((Unit::Day, to)).map_or(0, |span| span.get_days())
}

fn month_day(month: i8, day: i8, slots: &Slots, cx: &Context) -> Option<String> {
    if let Some(year) = year_given(slots, cx) {
        return match year {
            Some(year) => Date::new(year, month, day).ok().map(|d| d.to_string()),
            None => Some(format!("XXXX-{month:02}-{day:02}")),
        };
    }
    Date::new(2000, month, day).ok()?;
    let Some(published) = cx.published else { return Some(format!("XXXX-{month:02}-{day:02}")) };
    let days = (-8..=8).filter_map(move |step| Date::new(published.year().checked_add(step)?, month, day).ok());
    let step = deictic(slots);
    let near = days.clone().filter(move |d| (d.year() - published.year()).abs() <= 1);
    let weekday =
        slots.number::<i8>(Class::Weekday).filter(|w| near.clone().any(|d| d.weekday().to_monday_one_offset() == *w));
    let fits = near.filter(move |d| weekday.is_none_or(|w| d.weekday().to_monday_one_offset() == w));
    choose(fits, cx, step, 60).or_else(|| choose(days, cx, step, 60)).map(|d| d.to_string())
}

fn month_alone(month: i8, slots: &Slots, cx: &Context) -> Option<String> {
    if let Some(year) = year_given(slots, cx) {
        return Some(year.map_or(format!("XXXX-{month:02}"), |y| format!("{y:04}-{month:02}")));
    }
    let Some(published) = cx.published else { return Some(format!("XXXX-{month:02}")) };
    let step = deictic(slots);
    if step == Some(0) {
        return Some(format!("{:04}-{month:02}", published.year()));
    }
    let firsts = (-1..=1).filter_map(|step| Date::new(published.year() + step, month, 1).ok());
    let cx = Context { published: Some(published.first_of_month()), ..cx.clone() };
    choose(firsts, &cx, step, 62).and_then(|d| at_grain(d, "M"))
}

fn holiday(rule: &str, slots: &Slots, cx: &Context) -> Option<String> {
    let value = |year: i16| feast(rule, year).and_then(|(d, week)| at_grain(d, if week { "W" } else { "D" }));
    if let Some(Some(year)) = year_given(slots, cx) {
        return value(year);
    }
    let Some(published) = cx.published else {
        let fixed = rule.len() == 5 && rule.as_bytes()[2] == b'-';
        return Some(if fixed { format!("XXXX-{rule}") } else { "XXXX-XX-XX".into() });
    };
    let days = (-1..=1).filter_map(|step| feast(rule, published.year() + step)).map(|(day, _)| day);
    let step = deictic(slots).filter(|&s| s != 0);
    choose(days, cx, step, 30).and_then(|day| value(day.year()))
}

fn weekday_value(weekday: i8, slots: &Slots, cx: &Context) -> Option<String> {
    let Some(published) = cx.published else { return Some(format!("XXXX-WXX-{weekday}")) };
    let today = published.weekday().to_monday_one_offset();
    if let Some(weeks) = slots.number::<i64>(Class::WeekShift) {
        let day = published.checked_add((weeks * 7 + i64::from(weekday - today)).days()).ok()?;
        return Some(day.to_string());
    }
    let ahead = i64::from((weekday - today).rem_euclid(7));
    let behind = i64::from((today - weekday).rem_euclid(7));
    let days = match (deictic(slots), cx.direction) {
        (Some(-1), _) => -(if behind == 0 { 7 } else { behind }),
        (Some(1), _) => {
            if ahead == 0 {
                7
            } else {
                ahead
            }
        }
        (Some(_), Direction::Nearest) | (None, Direction::Future) | (Some(_), Direction::Future) => ahead,
        _ => -behind,
    };
    published.checked_add(days.days()).ok().map(|d| d.to_string())
}

fn season_value(season: &str, slots: &Slots, cx: &Context) -> Option<String> {
    let name = |year: Option<i16>| year.map_or(format!("XXXX-{season}"), |y| format!("{y:04}-{season}"));
    if let Some(year) = year_given(slots, cx) {
        return Some(name(year));
    }
    let Some(published) = cx.published else { return Some(name(None)) };
    let start = |year| interval(&format!("{year:04}-{season}")).map(|(first, _)| first);
    // A season counts as begun for the whole of its three months, so that `this summer` in July is the one that runs.
    let running =
        (-1..=0).filter_map(|s| start(published.year() + s)).find(|d| (0..92).contains(&days_between(*d, published)));
    let starts = (-1..=1).filter_map(|s| start(published.year() + s));
    let day = match (deictic(slots), running) {
        (Some(0), Some(day)) => Some(day),
        (Some(0), None) => choose(starts, &Context { direction: Direction::Nearest, ..cx.clone() }, None, 190),
        (Some(-1), Some(day)) => starts.filter(|d| *d < day).max(),
        (step, _) => choose(starts, cx, step, 60),
    };
    day.map(|d| name(Some(d.year())))
}

fn day_by_distance(days: i64, cx: &Context) -> String {
    let day = cx.published.and_then(|p| p.checked_add(days.days()).ok());
    match day {
        Some(day) => day.to_string(),
        None if days == 0 => "PRESENT_REF".into(),
        None => "XXXX-XX-XX".into(),
    }
}

/// The day of `last night`, `this morning`, `that evening`, `the next morning`.
fn day_of_part(slots: &Slots, cx: &Context) -> Option<String> {
    let told =
        if slots.has(Class::This) || slots.has(Class::Last) { None } else { cx.narrative.as_deref().and_then(day_of) };
    let anchor = told.or(cx.published);
    let step = deictic(slots).unwrap_or(0);
    Some(match anchor {
        Some(day) => day.checked_add(i64::from(step).days()).ok()?.to_string(),
        None => "XXXX-XX-XX".into(),
    })
}

/// The day of a value that is as fine as a day.
fn day_of(value: &str) -> Option<Date> {
    interval(value).filter(|(first, last)| first == last).map(|(day, _)| day)
}

fn weekend(slots: &Slots, cx: &Context) -> Option<String> {
    let Some(published) = cx.published else { return Some("XXXX-WXX-WE".into()) };
    let saturday = i64::from(6 - published.weekday().to_monday_one_offset());
    // On a Saturday or Sunday the weekend is the one that runs; on other days the last one, unless the tense says otherwise.
    let running = saturday <= 0;
    let weeks = match (deictic(slots), cx.direction) {
        (Some(1), _) => i64::from(running),
        (Some(-1), _) => -1,
        (Some(0), _) | (None, Direction::Future) => 0,
        _ => {
            if running {
                0
            } else {
                -1
            }
        }
    };
    at_grain(published.checked_add((saturday + 7 * weeks).days()).ok()?, "WE")
}

fn quarter_of(slots: &Slots) -> Option<i8> {
    slots.number(Class::Quarter).or(slots.number(Class::Ordinal)).filter(|n| (1..=4).contains(n))
}

/// The `n`th part of a year that is named, or of the year whose part ended last, or comes next.
fn part_of_year(letter: &str, n: i8, months: i8, slots: &Slots, cx: &Context) -> Option<String> {
    if !(1..=12 / months).contains(&n) {
        return None;
    }
    if let Some(year) = year_given(slots, cx) {
        return Some(year.map_or(format!("XXXX-{letter}{n}"), |y| format!("{y:04}-{letter}{n}")));
    }
    let Some(published) = cx.published else { return Some(format!("XXXX-{letter}{n}")) };
    let begun = (published.month() - 1) / months + 1 >= n;
    let year = match cx.direction {
        Direction::Future => published.year() + i16::from((published.month() - 1) / months + 1 > n),
        _ => published.year() - i16::from(!begun),
    };
    Some(format!("{year:04}-{letter}{n}"))
}

fn relative(slots: &Slots, cx: &Context) -> Option<(TimexType, String)> {
    let unit = unit(slots)?;
    let edge = slots.get(Class::Edge);
    let step = deictic(slots);
    if step.is_none() && matches!(edge, Some("WHOLE")) {
        return length(Some(1.0), unit).map(|v| (TimexType::Duration, v));
    }
    if unit.starts_with('T') || (step.is_none() && matches!(unit, "D" | "N" | "WE" | "F")) {
        return None;
    }
    let value = match cx.published {
        Some(day) => at_grain(moved(day, unit, f64::from(step.unwrap_or(0)))?, unit)?,
        None => unknown_at_grain(unit)?.to_owned(),
    };
    Some((TimexType::Date, value))
}

fn narrative(slots: &Slots, cx: &Context) -> Option<String> {
    let unit = unit(slots)?;
    // "the next day" follows another; "the next year" is the one to come.
    if slots.has(Class::Next) && unit != "D" {
        return None;
    }
    let step = f64::from(deictic(slots).unwrap_or(0));
    let anchor = cx.narrative.as_deref().filter(|v| is_as_fine(v, unit)).and_then(interval);
    match anchor {
        Some((day, _)) => at_grain(moved(day, unit, step)?, unit),
        None => unknown_at_grain(unit).map(str::to_owned),
    }
}

/// Whether a value tells the unit it lies in: a day tells its year, a year no day.
fn is_as_fine(value: &str, unit: &str) -> bool {
    let rank = |grain: &str| match grain {
        "minute" | "part-of-day" | "day" => 0,
        "weekend" | "week" => 1,
        "month" => 2,
        "quarter" | "season" => 3,
        "half-year" => 4,
        "year" => 5,
        "decade" => 6,
        _ => 7,
    };
    let needed = match unit {
        "D" | "N" => 0,
        "W" | "F" | "WE" => 1,
        "M" => 2,
        "Q" => 3,
        "Y" => 5,
        "E" => 6,
        _ => 7,
    };
    rank(granularity(value)) <= needed
}

fn ago(slots: &Slots, cx: &Context) -> Option<String> {
    match amount(slots)? {
        None => Some("PAST_REF".into()),
        Some(_) if unit(slots)?.starts_with('T') => Some("PAST_REF".into()),
        Some(_) => from_published(slots, cx, -1.0),
    }
}

/// So many units from the day of publication, at the grain of the unit; a half makes it finer.
fn from_published(slots: &Slots, cx: &Context, sign: f64) -> Option<String> {
    let unit = unit(slots)?;
    let Some(n) = amount(slots)? else { return Some("FUTURE_REF".into()) };
    let grain = match unit {
        "Y" if n.fract() != 0.0 => "M",
        // Decades and centuries ago are counted from this year: "two decades ago" in 2025 is about 2005.
        "E" | "C" | "L" => "Y",
        unit => unit,
    };
    match cx.published {
        Some(day) => at_grain(moved(day, unit, sign * n)?, grain),
        None => unknown_at_grain(grain).map(str::to_owned),
    }
}

/// So many units before or after the date named last; a length when that date is not known well enough.
fn from_narrative(slots: &Slots, cx: &Context, sign: f64) -> Option<(TimexType, String)> {
    let unit = unit(slots)?;
    let amount = amount(slots)?;
    let told = cx.narrative.as_deref().filter(|v| is_as_fine(v, unit)).and_then(interval).map(|(day, _)| day);
    let anchor = told.or(cx.published.filter(|_| matches!(unit, "Y" | "Q" | "E")));
    let grain = if matches!(unit, "E" | "C" | "L") { "Y" } else { unit };
    match (amount, anchor) {
        (Some(n), Some(day)) if !unit.starts_with('T') => {
            Some((TimexType::Date, at_grain(moved(day, unit, sign * n)?, grain)?))
        }
        _ => length(amount, unit).map(|v| (TimexType::Duration, v)),
    }
}

fn duration(slots: &Slots) -> Option<String> {
    let value = length(amount(slots)?, unit(slots)?)?;
    match slots.get(Class::Minutes) {
        Some(minutes) if value.starts_with("PT") && value.ends_with('H') => Some(format!("{value}{minutes}M")),
        _ => Some(value),
    }
}

fn repetition(slots: &Slots) -> Option<String> {
    let part = slots.get(Class::Part).or(slots.get(Class::Parts)).map_or(String::new(), |p| format!("T{p}"));
    if let Some(day) = slots.get(Class::Weekday).or(slots.get(Class::Weekdays)) {
        return Some(format!("XXXX-WXX-{day}{part}"));
    }
    if let Some(month) = slots.number::<u8>(Class::Month) {
        return Some(format!("XXXX-{month:02}"));
    }
    if let Some(season) = slots.get(Class::Season) {
        return Some(format!("XXXX-{season}"));
    }
    if !part.is_empty() {
        return Some(format!("XXXX-XX-XX{part}"));
    }
    if let Some(frequency) = slots.get(Class::Frequency) {
        return Some(frequency.to_owned());
    }
    length(amount(slots)?, unit(slots)?)
}

/// The hour, when one is named, as `T10:35`; else the part of the day, as `TEV`.
fn time_of_day(slots: &Slots) -> Option<String> {
    if let Some(noon) = slots.get(Class::Noon) {
        return Some(format!("T{noon}"));
    }
    let part = slots.get(Class::Part);
    let clock = match slots.get(Class::Clock).or(slots.get(Class::Military)) {
        Some(clock) => Some(clock.to_owned()),
        None => slots.number::<u8>(Class::Hour).map(|h| format!("{h:02}:00")),
    };
    let Some(clock) = clock else {
        let tonight = slots.get(Class::DayRef).is_some_and(|d| d.ends_with("NI"));
        return part.or(tonight.then_some("NI")).map(|p| format!("T{p}"));
    };
    let (hour, minutes) = clock.split_once(':')?;
    let hour: u8 = hour.parse().ok()?;
    let afternoon = slots.get(Class::Meridiem) == Some("PM")
        || matches!(part, Some("AF" | "EV"))
        || (part == Some("NI") && hour >= 6);
    let hour = match hour {
        12 if slots.get(Class::Meridiem) == Some("AM") || part == Some("NI") => 0,
        h if afternoon && h < 12 => h + 12,
        h => h,
    };
    Some(format!("T{hour:02}:{minutes}"))
}

fn with_time(date: String, slots: &Slots) -> String {
    match time_of_day(slots) {
        Some(time) if granularity(&date) == "day" => date + &time,
        _ => date,
    }
}
