//! Time expressions and their TIMEX3 values.

use crate::text::Span;
use std::ops::Range;

/// A date, time, duration or repetition in the text.
#[derive(Clone, Debug, PartialEq)]
pub struct TimeExpression {
    pub tokens: Range<usize>,
    pub span: Span,
    pub kind: TimexType,
    /// TIMEX3 value, such as `2025-09-04`, `2025-W36`, `P3D`, `PAST_REF`.
    pub value: String,
}

/// TIMEX3's four types.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum TimexType {
    Date,
    Time,
    Duration,
    Set,
}
