//! TIMEX3 values: how fine one is, and the days it covers.

use jiff::ToSpan;
use jiff::civil::{Date, ISOWeekDate, Weekday, date};

/// How fine a TIMEX3 value is: `minute`, `part-of-day`, `day`, `weekend`, `week`, `month`, `season`, `quarter`, `half-year`,
/// `year`, `decade`, `century`; `duration` for a length, `reference` for now, the past and the future.
///
/// ```
/// # use entente::times::granularity;
/// assert_eq!(granularity("2025-09-04TEV"), "part-of-day");
/// assert_eq!(granularity("XXXX-WXX-4"), "day");
/// ```
pub fn granularity(value: &str) -> &'static str {
    if value.ends_with("_REF") {
        return "reference";
    }
    if value.starts_with('P') {
        return "duration";
    }
    if let Some((_, time)) = value.split_once('T') {
        return if time.starts_with(|c: char| c.is_ascii_digit()) { "minute" } else { "part-of-day" };
    }
    let fields: Vec<&str> = value.split('-').collect();
    match fields[..] {
        [year] if year.len() == 4 && year.ends_with("XX") && year != "XXXX" => "century",
        [year] if year.len() == 4 && year.ends_with('X') && year != "XXXX" => "decade",
        [_] => "year",
        [_, week, "WE"] if week.starts_with('W') => "weekend",
        [_, "SP" | "SU" | "FA" | "WI"] => "season",
        [_, part] if part.starts_with('W') => "week",
        [_, part] if part.starts_with('Q') => "quarter",
        [_, part] if part.starts_with('H') => "half-year",
        [_, _] => "month",
        _ => "day",
    }
}

/// The first and the last day that a value covers; `None` for lengths, repetitions, and dates that are not known.
///
/// ```
/// # use entente::times::interval;
/// let (first, last) = interval("2024-Q1").unwrap();
/// assert_eq!((first.to_string(), last.to_string()), ("2024-01-01".into(), "2024-03-31".into()));
/// ```
pub fn interval(value: &str) -> Option<(Date, Date)> {
    let day = value.split('T').next().unwrap_or(value);
    let fields: Vec<&str> = day.split('-').collect();
    match fields[..] {
        [year] => years(year),
        [year, month, day] if !month.starts_with('W') => {
            let day = Date::new(year.parse().ok()?, month.parse().ok()?, day.parse().ok()?).ok()?;
            Some((day, day))
        }
        [year, part] => year_part(year.parse().ok()?, part),
        [year, week, day] => {
            let monday = monday(year.parse().ok()?, week)?;
            match day {
                "WE" => Some((monday.checked_add(5.days()).ok()?, monday.checked_add(6.days()).ok()?)),
                _ => {
                    let day = monday.checked_add((day.parse::<i64>().ok()? - 1).days()).ok()?;
                    Some((day, day))
                }
            }
        }
        _ => None,
    }
}

fn years(year: &str) -> Option<(Date, Date)> {
    if year.len() != 4 {
        return None;
    }
    let first: i16 = year.replace('X', "0").parse().ok().filter(|_| year.starts_with(|c: char| c.is_ascii_digit()))?;
    let last = year.replace('X', "9").parse().ok()?;
    Some((Date::new(first, 1, 1).ok()?, Date::new(last, 12, 31).ok()?))
}

fn year_part(year: i16, part: &str) -> Option<(Date, Date)> {
    if part.starts_with('W') && part != "WI" {
        let monday = monday(year, part)?;
        return Some((monday, monday.checked_add(6.days()).ok()?));
    }
    let (first, months) = match part {
        "SP" => (3, 3),
        "SU" => (6, 3),
        "FA" => (9, 3),
        "WI" => (12, 3),
        "H1" | "H2" => (if part == "H1" { 1 } else { 7 }, 6),
        _ => match part.strip_prefix('Q') {
            Some(quarter) => (quarter.parse::<i8>().ok()?.checked_mul(3)?.checked_sub(2)?, 3),
            None => (part.parse().ok()?, 1),
        },
    };
    let start = Date::new(year, first, 1).ok()?;
    Some((start, start.checked_add(months.months()).ok()?.yesterday().ok()?))
}

fn monday(year: i16, week: &str) -> Option<Date> {
    let week: i8 = week.strip_prefix('W')?.parse().ok()?;
    ISOWeekDate::new(year, week, Weekday::Monday).ok().map(|w| w.date())
}

/// The value at a unit's grain that a day lies in: `2025-W36` for a week. Units are those of `data/times/words.tsv`.
pub(super) fn at_grain(day: Date, unit: &str) -> Option<String> {
    let week = day.iso_week_date();
    Some(match unit {
        "D" | "N" => day.to_string(),
        "W" | "F" => format!("{:04}-W{:02}", week.year(), week.week()),
        "WE" => format!("{:04}-W{:02}-WE", week.year(), week.week()),
        "M" => format!("{:04}-{:02}", day.year(), day.month()),
        "Q" => format!("{:04}-Q{}", day.year(), (day.month() - 1) / 3 + 1),
        "Y" => format!("{:04}", day.year()),
        "E" => format!("{:03}X", day.year() / 10),
        "C" => format!("{:02}XX", day.year() / 100),
        _ => return None,
    })
}

/// What stands for a date of that grain when none is known.
pub(super) fn unknown_at_grain(unit: &str) -> Option<&'static str> {
    Some(match unit {
        "D" | "N" => "XXXX-XX-XX",
        "W" | "F" => "XXXX-WXX",
        "WE" => "XXXX-WXX-WE",
        "M" => "XXXX-XX",
        "Q" => "XXXX-QX",
        "Y" => "XXXX",
        _ => return None,
    })
}

/// A day moved by a number of units; fractions count for years, decades and centuries only.
pub(super) fn moved(day: Date, unit: &str, by: f64) -> Option<Date> {
    if by.abs() > 100_000.0 {
        return None;
    }
    let n = by as i64;
    let months = |per: f64| day.checked_add(((by * per) as i64).months()).ok();
    match unit {
        "D" | "N" => day.checked_add(n.days()).ok(),
        "W" | "WE" => day.checked_add(n.weeks()).ok(),
        "F" => day.checked_add((2 * n).weeks()).ok(),
        "M" => months(1.0),
        "Q" => months(3.0),
        "Y" => months(12.0),
        "E" => months(120.0),
        "C" => months(1200.0),
        "L" => months(12000.0),
        _ => None,
    }
}

/// The length of a number of units, as in `P3D` or `PT2H30M`; `None` as number for one that is not told.
pub(super) fn length(n: Option<f64>, unit: &str) -> Option<String> {
    let (unit, each) = match unit {
        "E" => ("Y", 10.0),
        "C" => ("Y", 100.0),
        "L" => ("Y", 1000.0),
        "F" => ("W", 2.0),
        unit => (unit, 1.0),
    };
    let time = if unit.starts_with('T') { "T" } else { "" };
    let unit = unit.trim_start_matches('T');
    let Some(n) = n.map(|n| n * each) else { return Some(format!("P{time}X{unit}")) };
    let whole = n.trunc();
    let half = n - whole == 0.5;
    Some(match (time, unit) {
        _ if n == whole => format!("P{time}{whole}{unit}"),
        ("", "Y") if half => format!("P{}M", n * 12.0),
        ("T", "H") if half && whole > 0.0 => format!("PT{whole}H30M"),
        ("T", "H") if half => "PT30M".into(),
        ("T", "M") if half && whole > 0.0 => format!("PT{whole}M30S"),
        ("", "D") if half => format!("PT{}H", n * 24.0),
        _ => format!("P{time}{n}{unit}"),
    })
}

/// Easter Sunday of a year (Gregorian calendar, the anonymous computus).
pub(super) fn easter(year: i16) -> Option<Date> {
    let y = i32::from(year);
    let (a, b, c) = (y % 19, y / 100, y % 100);
    let h = (19 * a + b - b / 4 - (b - (b + 8) / 25 + 1) / 3 + 15) % 30;
    let l = (32 + 2 * (b % 4) + 2 * (c / 4) - h - c % 4) % 7;
    let m = (a + 11 * h + 22 * l) / 451;
    let n = h + l - 7 * m + 114;
    Date::new(year, (n / 31) as i8, (n % 31 + 1) as i8).ok()
}

/// The day of a feast in a year, by the rule in `data/times/words.tsv`, and whether the whole week is meant.
pub(super) fn feast(rule: &str, year: i16) -> Option<(Date, bool)> {
    if let Some(offset) = rule.strip_prefix('E') {
        let days: i64 = offset.trim_end_matches('W').parse().ok()?;
        return Some((easter(year)?.checked_add(days.days()).ok()?, offset.ends_with('W')));
    }
    let (rule, after) = rule.split_once('+').unwrap_or((rule, "0"));
    let fields: Vec<&str> = rule.split('-').collect();
    let day = match fields[..] {
        [month, day] => Date::new(year, month.parse().ok()?, day.parse().ok()?).ok()?,
        [month, weekday, nth] => {
            let first = date(year, month.parse().ok().filter(|m| (1..=12).contains(m))?, 1);
            let weekday = Weekday::from_monday_one_offset(weekday.parse().ok()?).ok()?;
            // Election Day is the Tuesday after the first Monday: the first Tuesday from the second of the month on.
            match nth {
                "A" => date(year, first.month(), 2).yesterday().ok()?.nth_weekday(1, weekday).ok()?,
                "L" => first.nth_weekday_of_month(-1, weekday).ok()?,
                _ => first.nth_weekday_of_month(nth.parse().ok()?, weekday).ok()?,
            }
        }
        _ => return None,
    };
    Some((day.checked_add(after.parse::<i64>().ok()?.days()).ok()?, false))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn feasts_that_move() {
        for (rule, year, day) in [
            ("E+0", 2024, "2024-03-31"),
            ("E-2", 2025, "2025-04-18"),
            ("11-4-4", 1999, "1999-11-25"),
            ("11-4-4+1", 2023, "2023-11-24"),
            ("05-1-L", 2024, "2024-05-27"),
            ("11-2-A", 2016, "2016-11-08"),
            ("11-2-A", 2022, "2022-11-08"),
            ("11-2-A", 2011, "2011-11-08"),
        ] {
            assert_eq!(feast(rule, year).unwrap().0.to_string(), day, "{rule}");
        }
    }

    #[test]
    fn grain_and_interval_of_values() {
        for (value, grain, days) in [
            ("2025-09-04", "day", "2025-09-04 2025-09-04"),
            ("2025-09-04T10:35", "minute", "2025-09-04 2025-09-04"),
            ("2025-W36", "week", "2025-09-01 2025-09-07"),
            ("2025-W36-WE", "weekend", "2025-09-06 2025-09-07"),
            ("2024-02", "month", "2024-02-01 2024-02-29"),
            ("2023-WI", "season", "2023-12-01 2024-02-29"),
            ("2024-H2", "half-year", "2024-07-01 2024-12-31"),
            ("196X", "decade", "1960-01-01 1969-12-31"),
            ("19XX", "century", "1900-01-01 1999-12-31"),
            ("2019", "year", "2019-01-01 2019-12-31"),
            ("XXXX-09-04", "day", ""),
            ("XXXX", "year", ""),
            ("P3D", "duration", ""),
            ("PRESENT_REF", "reference", ""),
        ] {
            assert_eq!(granularity(value), grain, "{value}");
            let got = interval(value).map_or(String::new(), |(a, b)| format!("{a} {b}"));
            assert_eq!(got, days, "{value}");
        }
    }
}
