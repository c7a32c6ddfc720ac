//! The time of an event as days and in EDTF, from its TIMEX3 value.

use crate::times;
use jiff::civil::Date;

/// A stretch of the calendar.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Stretch {
    pub first: Date,
    pub last: Date,
    /// In the Extended Date/Time Format.
    pub edtf: String,
}

/// The days that a value covers, or a pair of values as in `2025-09-02/2025-09-04`; none for durations and unknown dates.
pub(super) fn stretch(value: &str) -> Option<Stretch> {
    match value.split_once('/') {
        None => simple(value),
        Some((from, to)) => {
            let (from, to) = (simple(from)?, simple(to)?);
            let edtf = format!("{}/{}", from.edtf, to.edtf);
            (from.first <= to.last).then_some(Stretch { first: from.first, last: to.last, edtf })
        }
    }
}

fn simple(value: &str) -> Option<Stretch> {
    let (first, last) = times::interval(value)?;
    Some(Stretch { first, last, edtf: edtf(value, first, last) })
}

/// EDTF has seasons, quarters, half-years and unspecified digits of its own; what it lacks, such as weeks, is an interval.
fn edtf(value: &str, first: Date, last: Date) -> String {
    if first == last {
        return first.to_string();
    }
    let (year, part) = value.split_once('-').unwrap_or((value, ""));
    let code = match part {
        "" => return year.to_owned(),
        "SP" => "21",
        "SU" => "22",
        "FA" => "23",
        "WI" => "24",
        "Q1" => "33",
        "Q2" => "34",
        "Q3" => "35",
        "Q4" => "36",
        "H1" => "40",
        "H2" => "41",
        month if month.bytes().all(|b| b.is_ascii_digit()) => month,
        _ => return format!("{first}/{last}"),
    };
    format!("{year}-{code}")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn values_as_stretches() {
        for (value, expected) in [
            ("2025-09-04TEV", "2025-09-04 2025-09-04 2025-09-04"),
            ("2025-09", "2025-09-01 2025-09-30 2025-09"),
            ("2025", "2025-01-01 2025-12-31 2025"),
            ("199X", "1990-01-01 1999-12-31 199X"),
            ("2025-Q3", "2025-07-01 2025-09-30 2025-35"),
            ("2023-WI", "2023-12-01 2024-02-29 2023-24"),
            ("2025-W36", "2025-09-01 2025-09-07 2025-09-01/2025-09-07"),
            ("2025-09-02/2025-09-04", "2025-09-02 2025-09-04 2025-09-02/2025-09-04"),
            ("2018/2019-03", "2018-01-01 2019-03-31 2018/2019-03"),
            ("2019/2018", "none"),
            ("PAST_REF", "none"),
            ("P3D", "none"),
            ("XXXX-WXX-4", "none"),
            ("", "none"),
            ("/", "none"),
        ] {
            let got = stretch(value).map_or("none".to_owned(), |s| format!("{} {} {}", s.first, s.last, s.edtf));
            assert_eq!(got, expected, "{value}");
        }
    }
}
