//! Words that look like times and are not: "May said", "to march", a "second" man, "Spring Hill", "2000 people".

use super::pattern::Slots;
use super::words::{Class, Piece, Words};
use crate::doc::{Doc, NameType, Tag};
use std::ops::Range;

/// What a match is to be judged by.
pub(super) struct Found<'a> {
    pub doc: &'a Doc,
    pub words: &'a Words,
    pub pieces: &'a [Piece],
    /// The pieces that matched.
    pub range: Range<usize>,
    pub slots: &'a Slots,
    /// Where the last expression of the sentence that gave a year ended.
    pub after_year: Option<usize>,
}

impl Found<'_> {
    /// Whether the words speak of time where they stand.
    pub fn holds(&self) -> bool {
        !self.lies_in_a_name()
            && self.month_holds()
            && self.weekday_holds()
            && self.season_holds()
            && self.year_holds()
            && self.unit_holds()
            && self.reference_holds()
            && self.decade_holds()
            && !self.is_stretch()
            && !self.is_late_night_show()
            && !self.follows(Class::Degree)
    }

    fn piece(&self, at: usize) -> Option<&Piece> {
        self.pieces.get(at)
    }

    fn before(&self) -> Option<&Piece> {
        self.range.start.checked_sub(1).and_then(|i| self.piece(i))
    }

    fn after(&self) -> Option<&Piece> {
        self.piece(self.range.end)
    }

    fn tag_of(&self, piece: Option<&Piece>) -> Option<Tag> {
        piece.map(|p| self.doc.token(p.token).tag)
    }

    fn first(&self) -> &Piece {
        &self.pieces[self.range.start]
    }

    /// The piece that filled a slot's class.
    fn of_class(&self, class: Class) -> Option<&Piece> {
        self.range.clone().map(|i| &self.pieces[i]).find(|p| p.hits.iter().any(|h| h.class == class))
    }

    fn one_word(&self) -> bool {
        self.range.len() == 1
    }

    fn named(&self, piece: &Piece) -> Option<NameType> {
        self.doc.name_at(piece.token).map(|n| n.kind)
    }

    fn is_dated(&self, piece: &Piece) -> bool {
        matches!(self.named(piece), Some(NameType::Date | NameType::Time))
    }

    /// "Sunday Times", "Spring Hill", "June Carter", "the Daily Mail": begins or lies inside a longer name of another kind.
    fn lies_in_a_name(&self) -> bool {
        use NameType::*;
        let (first, last) = (self.first(), &self.pieces[self.range.end - 1]);
        let Some(name) = self.doc.name_at(last.token) else { return false };
        if !matches!(name.kind, Person | Org | Fac | Gpe | Loc | WorkOfArt | Product | Law | Norp) {
            return false;
        }
        let capital = first.capital || last.capital || self.slots.has(Class::Year);
        let goes_on = capital && name.tokens.end > last.token + 1;
        let ends_it = name.tokens.start < first.token && name.tokens.end == last.token + 1;
        // "Iran Saturday" is an organisation to the model now and then; "USA Today" is one.
        let apart = self.slots.has(Class::Weekday) || (name.kind == Org && !self.slots.has(Class::DayRef));
        goes_on || (ends_it && !apart)
    }

    /// A month that is a verb or a surname elsewhere, or shortened, needs something that makes it one.
    fn month_holds(&self) -> bool {
        let Some(month) = self.of_class(Class::Month).filter(|_| self.slots.has(Class::Month)) else { return true };
        if !month.capital {
            return false;
        }
        let dated =
            [Class::Day, Class::Nth, Class::Year, Class::YearShift, Class::Last, Class::Next, Class::This, Class::Edge];
        if dated.iter().any(|&c| self.slots.has(c)) {
            return true;
        }
        // "the annual March for Life"
        if self.follows(Class::Frequency) || self.follows(Class::Adjective) {
            return false;
        }
        if self.is_dated(month) {
            return true;
        }
        let doubtful = self.words.has(Class::Ambiguous, &month.norm) || month.norm.len() < 4;
        !doubtful || (!self.is_verb_or_person(month) && self.follows_a_preposition())
    }

    fn is_verb_or_person(&self, piece: &Piece) -> bool {
        use Tag::*;
        matches!(self.doc.token(piece.token).tag, Md | Vb | Vbd | Vbg | Vbn | Vbp | Vbz)
            || self.named(piece) == Some(NameType::Person)
    }

    fn follows_a_preposition(&self) -> bool {
        self.follows(Class::Preposition)
    }

    /// Whether the word before belongs to a class.
    fn follows(&self, class: Class) -> bool {
        self.before().is_some_and(|p| self.words.has(class, &p.norm))
    }

    fn weekday_holds(&self) -> bool {
        let Some(day) = self.of_class(Class::Weekday).filter(|_| self.slots.has(Class::Weekday)) else { return true };
        let short = day.norm.len() < 6;
        day.capital && (!short || !self.one_word() || self.is_dated(day))
    }

    /// A season is no verb ("prices fall"), no spring of water, and no uprising ("Prague Spring").
    fn season_holds(&self) -> bool {
        let Some(season) = self.of_class(Class::Season).filter(|_| self.slots.has(Class::Season)) else { return true };
        let told = [
            Class::Year,
            Class::YearShift,
            Class::Last,
            Class::Past,
            Class::This,
            Class::Next,
            Class::Coming,
            Class::Edge,
        ];
        if told.iter().any(|&c| self.slots.has(c)) {
            return !season.capital || self.after().is_none_or(|p| !p.capital);
        }
        let noun = matches!(self.tag_of(Some(season)), Some(Tag::Nn | Tag::Nnp | Tag::Xx));
        let in_it = self.follows(Class::Lasting);
        let alone = self.after().is_none_or(|p| p.norm != "of" && !p.capital);
        noun && alone && (self.is_dated(season) || (in_it && !season.capital))
    }

    /// Four digits are a year after a preposition, in a row of years, or where the model sees a date; no count, no sum.
    fn year_holds(&self) -> bool {
        let told =
            [Class::Month, Class::Season, Class::Edge, Class::Ordinal, Class::Quarter, Class::Holiday, Class::Part];
        let named = self.range.clone().any(|i| matches!(self.pieces[i].norm.as_str(), "year" | "fiscal"));
        if !self.slots.has(Class::Year) || named || told.iter().any(|&c| self.slots.has(c)) {
            return true;
        }
        let year = &self.pieces[self.range.end - 1];
        if !year.norm.starts_with(|c: char| c.is_ascii_digit()) {
            return true;
        }
        let counts = matches!(
            self.named(year),
            Some(NameType::Cardinal | NameType::Money | NameType::Quantity | NameType::Percent)
        );
        let money = self.before().is_some_and(|p| p.norm.ends_with(['$', '€', '£']));
        let measured = self.after().is_some_and(|p| {
            matches!(p.norm.as_str(), "%" | "percent")
                || p.hits.iter().any(|h| matches!(h.class, Class::Unit | Class::Units | Class::Cardinal))
        });
        // "a 1987 Chevrolet"
        let made = self.after().is_some_and(|p| p.capital && self.named(p) == Some(NameType::Product));
        if money || measured || made {
            return false;
        }
        let in_row = self.after_year.is_some_and(|end| end + 2 >= self.range.start && end < self.range.start);
        let plain = self.follows_a_preposition() || !self.one_word();
        self.is_dated(year) || self.named(year) == Some(NameType::Event) || in_row || (plain && !counts)
    }

    fn unit_holds(&self) -> bool {
        if let Some(units) = self.of_class(Class::Units).filter(|_| self.slots.has(Class::Units)) {
            let titled = units.capital && self.range.end > 1;
            return !(titled || self.one_word() && units.norm == "nights");
        }
        let Some(unit) = self.of_class(Class::Unit).filter(|_| self.slots.has(Class::Unit)) else { return true };
        let figure = self.slots.has(Class::Number);
        match unit.norm.as_str() {
            "second" => figure && self.first().norm != "one",
            "quarter" => {
                self.after().is_none_or(|p| p.norm != "of")
                    && (figure || !matches!(self.first().norm.as_str(), "a" | "an"))
            }
            "minute" | "night" => self.tag_of(Some(unit)) != Some(Tag::Jj),
            _ => true,
        }
    }

    /// "over the past year" is no more than a year.
    fn is_stretch(&self) -> bool {
        matches!(self.first().norm.as_str(), "over" | "under")
            && self.piece(self.range.start + 1).is_some_and(|p| p.norm == "the")
    }

    /// A part of the day that tells only what kind of thing follows: "late night talk shows".
    fn is_late_night_show(&self) -> bool {
        let told = [Class::Weekday, Class::DayRef, Class::Month, Class::Last, Class::This, Class::Hour, Class::Clock];
        let noun = matches!(self.tag_of(self.after()), Some(Tag::Nn | Tag::Nns));
        self.slots.has(Class::Part) && self.slots.has(Class::Edge) && noun && !told.iter().any(|&c| self.slots.has(c))
    }

    /// "in his 30s" is an age.
    fn decade_holds(&self) -> bool {
        let Some(decade) = self.of_class(Class::Decade).filter(|_| self.slots.has(Class::Decade)) else { return true };
        let whose = self.follows(Class::Owner);
        !whose && (decade.norm.len() > 4 || self.is_dated(decade) || decade.norm.starts_with('\''))
    }

    /// "the past" is no time before a noun, nor "soon" in "as soon as".
    fn reference_holds(&self) -> bool {
        if !self.slots.has(Class::Reference) {
            return true;
        }
        let noun_follows =
            matches!(self.tag_of(self.after()), Some(Tag::Nn | Tag::Nns | Tag::Nnp | Tag::Cd | Tag::Jj | Tag::Hyph));
        let article = self.first().norm == "the";
        let compared = self.before().is_some_and(|p| p.norm == "as" || p.norm == "too");
        !(compared || article && noun_follows && self.range.len() == 2)
    }
}
