//! Where the names are: what the model calls a name, and what the gazetteer knows, made one list without overlaps.

use super::EntityType;
use super::fold::is_acronym;
use super::gazetteer::{EntryId, Gazetteer, NameRole};
use crate::doc::{Dep, Doc, NameType, Pos, Tag};
use crate::text::BlockKind;
use std::collections::HashSet;
use std::ops::Range;

/// A name in the text.
#[derive(Clone, Debug)]
pub(super) struct NameSpan {
    pub(super) tokens: Range<usize>,
    /// The gazetteer's key of the words.
    pub(super) key: String,
    /// What the model takes it for.
    pub(super) label: Option<NameType>,
    /// Entries that bear the name, and how. Surnames are not among them.
    pub(super) found: Vec<(EntryId, NameRole)>,
}

/// The longest name of the gazetteer, in tokens.
const LONGEST: usize = 10;

/// All names, in the order of the text.
pub(super) fn find(doc: &Doc, gazetteer: &Gazetteer) -> Vec<NameSpan> {
    let mut spans = from_model(doc, gazetteer);
    complete_names(doc, gazetteer, &mut spans);
    spans.extend(from_gazetteer(doc, gazetteer));
    let mut chosen = without_overlaps(doc, gazetteer, spans);
    lists_of_divisions(doc, gazetteer, &mut chosen);
    to_kind_of_name(doc, gazetteer, &mut chosen);
    divisions(doc, gazetteer, &mut chosen);
    widen(doc, gazetteer, &mut chosen);
    quoted_titles(doc, gazetteer, &mut chosen);
    let more = short_names(doc, gazetteer, &chosen);
    chosen.extend(more);
    let more = repeated(doc, gazetteer, &chosen);
    chosen.extend(more);
    let more = proper_nouns(doc, gazetteer, &chosen);
    chosen.extend(more);
    chosen.sort_by_key(|s| s.tokens.start);
    chosen
}

pub(super) fn span_of(doc: &Doc, gazetteer: &Gazetteer, tokens: Range<usize>, label: Option<NameType>) -> NameSpan {
    let text = doc.span(tokens.clone()).of(doc.text());
    let named = || gazetteer.named(text).filter(|c| c.role != NameRole::Surname).map(|c| (c.id, c.role)).collect();
    let found = if is_bare(gazetteer, text) { Vec::new() } else { named() };
    NameSpan { tokens, key: gazetteer.key(text), label, found }
}

fn from_model(doc: &Doc, gazetteer: &Gazetteer) -> Vec<NameSpan> {
    let mut spans = Vec::new();
    for name in doc.names().iter().filter(|n| names_something(n.kind)) {
        let places = two_places(doc, gazetteer, &name.tokens);
        let kind = if places.is_some() { NameType::Gpe } else { name.kind };
        let parts = places.map_or_else(|| at_possessives(doc, gazetteer, name.tokens.clone()), Vec::from);
        for mut part in parts {
            let mut kind = kind;
            if opens_with_preposition(doc, gazetteer, &part) {
                (part.start, kind) = (part.start + 1, NameType::Gpe);
            }
            let tokens = trimmed(doc, gazetteer, part, kind);
            if !tokens.is_empty() && has_capital(doc, &tokens) {
                let after_comma = behind_comma(doc, tokens.start);
                let mut span = span_of(doc, gazetteer, tokens, Some(kind));
                let text = doc.span(span.tokens.clone()).of(doc.text());
                span.found.retain(|&(id, _)| after_comma || !is_abbreviation(gazetteer, id, text));
                if begins_role(doc, gazetteer, &span) {
                    continue;
                }
                // "wrote on X."
                if text.trim_end_matches('.').chars().count() < 2 {
                    continue;
                }
                // "CEO and Chairman": an office with a capital is nobody's name.
                if !span.found.is_empty() || !is_title(gazetteer, text) {
                    spans.push(span);
                }
            }
        }
    }
    spans
}

/// `Valdemar` of "Valdemar Costa Neto", of which the model sees the first word alone: the name goes on to its head, if no table
/// knows the word and all between are proper nouns that are no other name.
fn complete_names(doc: &Doc, gazetteer: &Gazetteer, spans: &mut [NameSpan]) {
    let starts: HashSet<usize> = spans.iter().map(|s| s.tokens.start).collect();
    for span in spans.iter_mut().filter(|s| s.tokens.len() == 1 && s.found.is_empty()) {
        let first = span.tokens.start;
        let head = doc.head(first);
        let is_part = |t: usize| {
            let proper = doc.token(t).tag == Tag::Nnp && has_capital(doc, &(t..t + 1));
            proper && !starts.contains(&t) && doc.name_at(t).is_none() && !is_role(doc, gazetteer, t..t + 1)
        };
        let goes_on = doc.dep(first) == Dep::Compound && head > first && head <= first + 3;
        if goes_on && !is_role(doc, gazetteer, first..first + 1) && (first + 1..=head).all(is_part) {
            *span = span_of(doc, gazetteer, first..head + 1, span.label);
        }
    }
}

/// Whether the model's type is one of things, not of amounts or times.
fn names_something(kind: NameType) -> bool {
    use NameType::*;
    matches!(kind, Event | Fac | Gpe | Law | Loc | Norp | Org | Person | Product | WorkOfArt)
}

/// `Kyiv and Kharkiv`, if the model takes that for one name, and the gazetteer does not.
fn two_places(doc: &Doc, gazetteer: &Gazetteer, tokens: &Range<usize>) -> Option<[Range<usize>; 2]> {
    let names = |part: &Range<usize>| gazetteer.named(doc.span(part.clone()).of(doc.text()));
    let is_place = |part: &Range<usize>| {
        !part.is_empty() && names(part).any(|c| c.role == NameRole::Name && c.entry.kind().is_place())
    };
    let and = tokens.clone().find(|&i| doc.dep(i) == Dep::Cc && doc.lemma(i) == "and")?;
    let parts = [tokens.start..and, and + 1..tokens.end];
    (names(tokens).next().is_none() && parts.iter().all(is_place)).then_some(parts)
}

/// `Beijing's Great Hall` names two things, `Ombudsman's Office` one.
fn at_possessives(doc: &Doc, gazetteer: &Gazetteer, tokens: Range<usize>) -> Vec<Range<usize>> {
    let mut parts = Vec::new();
    let mut start = tokens.start;
    for i in tokens.clone() {
        let of_office =
            i > start && is_role(doc, gazetteer, start..i) && doc.word(tokens.end - 1).to_lowercase() == "office";
        // "Davidson Ezinwa (Nigeria)": what a mark parts is no one name either.
        let parted = matches!(doc.word(i), "(" | ")" | "[" | "]" | "*" | ";" | "|");
        if parted || doc.token(i).tag == Tag::Pos && !of_office {
            parts.push(start..i);
            start = i + 1;
        }
    }
    parts.push(start..tokens.end);
    parts.retain(|p| !p.is_empty());
    parts
}

/// "Near Ar Raqqah, five strikes": the model takes the first word of a sentence for a part of the name.
fn opens_with_preposition(doc: &Doc, gazetteer: &Gazetteer, tokens: &Range<usize>) -> bool {
    let first = tokens.start;
    tokens.len() > 1
        && doc.sentence_of(first).tokens.start == first
        && gazetteer.words().is("opening_preposition", &doc.word(first).to_lowercase())
        && gazetteer.named(doc.span(tokens.clone()).of(doc.text())).next().is_none()
}

/// Leaves out articles and marks at the ends, and titles before a person's name.
fn trimmed(doc: &Doc, gazetteer: &Gazetteer, mut tokens: Range<usize>, kind: NameType) -> Range<usize> {
    let outer = |i: usize| {
        let token = doc.token(i);
        matches!(token.pos, Pos::Punct | Pos::Space | Pos::Det | Pos::Sym)
            || matches!(token.tag, Tag::Pos | Tag::Prp | Tag::PrpPoss)
            || !doc.word(i).contains(char::is_alphanumeric)
    };
    while !tokens.is_empty() && outer(tokens.start) {
        tokens.start += 1;
    }
    while !tokens.is_empty()
        && (outer(tokens.end - 1) && doc.word(tokens.end - 1) != "." || doc.word(tokens.end - 1) == "--")
    {
        tokens.end -= 1;
    }
    // "EU fines Apple 1.8 billion euros"
    let amount = |&i: &usize| {
        i > tokens.start && doc.token(i).pos == Pos::Num && doc.word(i).starts_with(|c: char| c.is_ascii_digit())
    };
    if let Some(amount) =
        tokens.clone().find(amount).filter(|&i| i + 1 < tokens.end && doc.token(i + 1).pos == Pos::Num)
    {
        tokens.end = amount;
    }
    if kind == NameType::Person {
        tokens.start += title_words(doc, gazetteer, &tokens);
    }
    tokens
}

/// How many tokens at the start of a name are a title: `President` of `President Xi Jinping`.
fn title_words(doc: &Doc, gazetteer: &Gazetteer, tokens: &Range<usize>) -> usize {
    (1..tokens.len().min(7))
        .rev()
        .find(|&n| is_title(gazetteer, doc.span(tokens.start..tokens.start + n).of(doc.text())))
        .unwrap_or(0)
}

/// Whether words are a title or form of address.
pub(super) fn is_title(gazetteer: &Gazetteer, text: &str) -> bool {
    let phrase = text.to_lowercase();
    let words = gazetteer.words();
    words.roles(&phrase).iter().any(|r| r.title) || words.is("honorific", phrase.trim_end_matches('.'))
}

/// Whether a word is one by which people are called.
pub(super) fn is_given_name(doc: &Doc, gazetteer: &Gazetteer, i: usize) -> bool {
    gazetteer.words().given_name(&gazetteer.key(doc.word(i))).is_some()
}

fn has_capital(doc: &Doc, tokens: &Range<usize>) -> bool {
    tokens.clone().any(|i| doc.word(i).starts_with(|c: char| c.is_uppercase() || c.is_numeric()))
}

fn from_gazetteer(doc: &Doc, gazetteer: &Gazetteer) -> Vec<NameSpan> {
    let mut spans = Vec::new();
    for stretch in stretches(doc) {
        let mut i = stretch.start;
        while i < stretch.end {
            match longest_at(doc, gazetteer, i, stretch.end) {
                Some(span) => {
                    i = span.tokens.end;
                    spans.push(span);
                }
                None => i += 1,
            }
        }
    }
    spans
}

/// Sentences, those joined that no mark or space parts: the model may begin a new one inside a name it does not know.
fn stretches(doc: &Doc) -> Vec<Range<usize>> {
    let mut stretches: Vec<(usize, Range<usize>)> = Vec::new();
    for sentence in doc.sentences() {
        match stretches.last_mut() {
            Some((block, last))
                if *block == sentence.block
                    && last.end == sentence.tokens.start
                    && !matches!(doc.token(last.end - 1).pos, Pos::Punct | Pos::Space) =>
            {
                last.end = sentence.tokens.end;
            }
            _ => stretches.push((sentence.block, sentence.tokens.clone())),
        }
    }
    stretches.into_iter().map(|s| s.1).collect()
}

fn longest_at(doc: &Doc, gazetteer: &Gazetteer, i: usize, end: usize) -> Option<NameSpan> {
    if !may_begin(doc, gazetteer, i) {
        return None;
    }
    for j in (i + 1..=end.min(i + LONGEST)).rev() {
        let last = doc.word(j - 1);
        // "Benin by France": a name does not end in a preposition, though one of its words in another language may look so.
        let preposition = j > i + 1 && doc.token(j - 1).pos == Pos::Adp && doc.word(j - 2) != "-";
        // "We can" is no party where it goes on with "not be".
        let small_verb =
            j > i + 1 && matches!(doc.token(j - 1).pos, Pos::Aux | Pos::Verb) && last.starts_with(char::is_lowercase);
        if !last.starts_with(char::is_alphanumeric) || preposition || small_verb {
            continue;
        }
        let text = doc.span(i..j).of(doc.text());
        if text.contains(['\n', '(', ')', '*', '"', ';', '/']) || !gazetteer.has(gazetteer.hash(text)) {
            continue;
        }
        if j == i + 1 && (!may_be_name(doc, i) || is_amount(doc, i) || text.len() < 2 || is_bare(gazetteer, text)) {
            continue;
        }
        let mut span = span_of(doc, gazetteer, i..j, None);
        if !behind_comma(doc, i) {
            span.found.retain(|&(id, _)| !is_abbreviation(gazetteer, id, text));
        }
        if !span.found.is_empty() {
            return Some(span);
        }
    }
    None
}

/// Whether a text is the short form of a division, such as `Mich.` or `MO`, which stands behind the name of a place.
fn is_abbreviation(gazetteer: &Gazetteer, id: EntryId, text: &str) -> bool {
    let entry = gazetteer.entry(id);
    entry.kind() == EntityType::Region
        && text.trim_end_matches('.').chars().count() <= 5
        && gazetteer.key(entry.name()) != gazetteer.key(text)
        && (text.ends_with('.')
            || entry.aliases().any(|a| a.trim_end_matches('.') == text && (is_acronym(a) || a.ends_with('.'))))
}

/// `, ` before a token, and a name before that.
fn behind_comma(doc: &Doc, i: usize) -> bool {
    i >= 2 && doc.word(i - 1) == "," && has_capital(doc, &(i - 2..i - 1))
}

/// `East`, `Federal`: divisions have such names, and much else.
pub(super) fn is_bare(gazetteer: &Gazetteer, word: &str) -> bool {
    gazetteer.words().is("no_name_alone", &word.to_lowercase())
}

/// Whether the model takes a word for part of a date or an amount.
fn is_amount(doc: &Doc, i: usize) -> bool {
    doc.name_at(i).is_some_and(|n| !names_something(n.kind) && !matches!(n.kind, NameType::Language))
}

fn may_begin(doc: &Doc, gazetteer: &Gazetteer, i: usize) -> bool {
    let word = doc.word(i);
    word.starts_with(|c: char| c.is_uppercase() || c.is_numeric())
        || gazetteer.words().is("particle", word)
        || (word.contains('-') && word.chars().any(char::is_uppercase))
}

/// Whether a single word may be a name here, as its part of speech tells.
fn may_be_name(doc: &Doc, i: usize) -> bool {
    let token = doc.token(i);
    let word = doc.word(i);
    let capitals = word.chars().filter(|c| c.is_alphabetic()).count() > 1 && !word.chars().any(char::is_lowercase);
    let first = doc.sentence_of(i).tokens.start == i;
    match token.pos {
        Pos::Propn => true,
        Pos::Adj | Pos::Noun => !first || capitals || token.tag == Tag::Jj || token.tag == Tag::Nns,
        Pos::X | Pos::Intj => capitals,
        Pos::Verb | Pos::Adv | Pos::Adp | Pos::Num => false,
        _ => capitals && word.contains('.'),
    }
}

/// Chooses among overlapping spans; equal ones become one, with the model's type and the gazetteer's entries.
fn without_overlaps(doc: &Doc, gazetteer: &Gazetteer, mut spans: Vec<NameSpan>) -> Vec<NameSpan> {
    let inner: Vec<Range<usize>> = spans.iter().filter(|s| s.label.is_none()).map(|s| s.tokens.clone()).collect();
    let countries: Vec<Range<usize>> =
        spans.iter().filter(|s| s.label.is_none() && is_long_country(gazetteer, s)).map(|s| s.tokens.clone()).collect();
    spans.retain(|s| {
        let runs_together = |c: &Range<usize>| s.tokens.start < c.start && s.tokens.end == c.end && s.found.is_empty();
        let of_two = s.label == Some(NameType::Person) && countries.iter().any(runs_together);
        s.label.is_none() || !(of_two || inner.iter().any(|g| only_description(doc, gazetteer, s, g)))
    });
    // Longest first; the gazetteer before the model; then from left to right.
    spans.sort_by_key(|s| (std::cmp::Reverse(s.tokens.len()), s.label.is_some(), s.tokens.start));
    let mut owner: Vec<Option<usize>> = vec![None; doc.tokens().len()];
    let mut chosen: Vec<NameSpan> = Vec::new();
    for span in spans {
        let over: HashSet<usize> = span.tokens.clone().filter_map(|t| owner[t]).collect();
        if over.is_empty() {
            owner[span.tokens.clone()].fill(Some(chosen.len()));
            chosen.push(span);
        } else if over.len() == 1 {
            let other = &mut chosen[*over.iter().next().expect("one")];
            let within = other.tokens.start <= span.tokens.start && span.tokens.end <= other.tokens.end;
            if other.label.is_none() && within {
                other.label = span.label;
            }
        }
    }
    chosen
}

/// `North Korea`: nobody is called "Kim North Korea", though the model may think so in a headline.
fn is_long_country(gazetteer: &Gazetteer, span: &NameSpan) -> bool {
    span.tokens.len() > 1 && span.found.iter().any(|f| gazetteer.entry(f.0).kind() == EntityType::Country)
}

/// A name of the gazetteer with a word behind it that makes it a name of another kind: `British Masters`, `Los Angeles
/// County`, `Fed Cup`. Words in between belong to it: `U.S. Amateur Championship`.
fn to_kind_of_name(doc: &Doc, gazetteer: &Gazetteer, chosen: &mut Vec<NameSpan>) {
    let mut taken: Vec<Range<usize>> = Vec::new();
    for span in chosen.iter_mut().filter(|s| !s.found.is_empty() && s.label != Some(NameType::Person)) {
        let end = doc.sentence_of(span.tokens.start).tokens.end.min(span.tokens.end + 4);
        let capital = |i: &usize| has_capital(doc, &(*i..i + 1)) && !is_role(doc, gazetteer, *i..i + 1);
        let last = (span.tokens.end..end).take_while(capital).find_map(|i| {
            let list = |name: &str| gazetteer.words().is(name, &doc.word(i).to_lowercase());
            let next_to = i == span.tokens.end && list("county_word");
            (next_to || list("contest_word")).then_some((i, if next_to { NameType::Loc } else { NameType::Event }))
        });
        if let Some((last, kind)) = last {
            taken.push(span.tokens.end..last + 1);
            *span = span_of(doc, gazetteer, span.tokens.start..last + 1, Some(kind));
        }
    }
    chosen.retain(|s| !taken.iter().any(|t| t.start <= s.tokens.start && s.tokens.start < t.end));
}

/// `Los Angeles, Orange and San Bernardino Counties`: each name is that of a county, though a city may bear it too.
fn lists_of_divisions(doc: &Doc, gazetteer: &Gazetteer, chosen: &mut [NameSpan]) {
    let mut order: Vec<usize> = (0..chosen.len()).collect();
    order.sort_by_key(|&n| chosen[n].tokens.start);
    let joined = |from: usize, to: usize| from < to && (from..to).all(|i| matches!(doc.word(i), "," | "and" | "or"));
    for last in 1..order.len() {
        let span = &chosen[order[last]];
        let inner = span.tokens.end - 1;
        let singular = |i: usize| one_division(gazetteer, doc.word(i));
        let behind = (span.tokens.end < doc.sentence_of(inner).tokens.end).then(|| singular(span.tokens.end)).flatten();
        let Some(word) = singular(inner).filter(|_| span.tokens.len() > 1).or(behind) else { continue };
        let mut next = span.tokens.start;
        for &n in order[..last].iter().rev() {
            let member = &mut chosen[n];
            if !joined(member.tokens.end, next) || doc.sentence_of(next).tokens.start > member.tokens.start {
                break;
            }
            next = member.tokens.start;
            let name = format!("{} {word}", doc.phrase(member.tokens.clone()));
            let whole =
                gazetteer.named(&name).filter(|c| c.role == NameRole::Name).map(|c| (c.id, c.role)).collect::<Vec<_>>();
            let division = |f: &(EntryId, NameRole)| gazetteer.entry(f.0).kind() == EntityType::Region;
            let bare = || member.found.iter().filter(|f| division(f)).copied().collect();
            member.found = if whole.is_empty() { bare() } else { whole };
            member.label = Some(NameType::Loc);
            // The same name elsewhere in the article may be the city.
            member.key = gazetteer.key(&name);
        }
    }
}

/// What one of several divisions is called: `county` of "Counties".
fn one_division(gazetteer: &Gazetteer, word: &str) -> Option<String> {
    let word = word.to_lowercase();
    let singular =
        word.strip_suffix("ies").map(|w| format!("{w}y")).or_else(|| word.strip_suffix('s').map(str::to_owned))?;
    let known = ["division_word", "county_word"].iter().any(|list| gazetteer.words().is(list, &singular));
    known.then_some(singular)
}

/// `Oaxaca State`, `Republic of Armenia`: what the gazetteer has under the bare name. American universities are called so
/// too, so that for states of that country the words say nothing.
fn divisions(doc: &Doc, gazetteer: &Gazetteer, chosen: &mut Vec<NameSpan>) {
    let words = gazetteer.words();
    let is = |list: &str, i: usize| has_capital(doc, &(i..i + 1)) && words.is(list, &doc.word(i).to_lowercase());
    let long: HashSet<usize> = chosen.iter().filter(|s| s.tokens.len() > 1).map(|s| s.tokens.start).collect();
    let mut taken: Vec<Range<usize>> = Vec::new();
    for span in chosen.iter_mut().filter(|s| s.label != Some(NameType::Person)) {
        let Range { start, end } = span.tokens.clone();
        let free = end < doc.sentence_of(start).tokens.end && !long.contains(&end);
        let behind = free && is("division_word", end) && !span.found.is_empty();
        let (bare, whole, kind) = if behind {
            (start..end, start..end + 1, EntityType::Region)
        } else if !span.found.is_empty() || span.tokens.len() < 2 {
            continue;
        } else if is("division_word", end - 1) {
            (start..end - 1, start..end, EntityType::Region)
        } else if span.tokens.len() > 2 && is("country_form", start) && doc.word(start + 1) == "of" {
            (start + 2..end, start..end, EntityType::Country)
        } else {
            continue;
        };
        let named = gazetteer.named(doc.span(bare).of(doc.text()));
        let fits = |c: &super::Candidate<'_>| {
            let outside = kind == EntityType::Country || c.entry.country() != Some("USA");
            c.role == NameRole::Name && c.entry.kind() == kind && outside
        };
        let found: Vec<_> = named.filter(fits).map(|c| (c.id, c.role)).collect();
        if !found.is_empty() {
            taken.push(whole.end - 1..if behind { whole.end } else { whole.end - 1 });
            *span = NameSpan { found, label: Some(NameType::Gpe), ..span_of(doc, gazetteer, whole, None) };
        }
    }
    chosen.retain(|s| !taken.iter().any(|t| t.contains(&s.tokens.start) && s.tokens.end == t.end));
}

/// A name alone inside a longer run of proper nouns is not what the run names: `Real Madrid`, `CNN Films`. The run becomes
/// the name, when neither the model nor the gazetteer gives the words beside it a meaning of their own.
fn widen(doc: &Doc, gazetteer: &Gazetteer, chosen: &mut Vec<NameSpan>) {
    let covered = covered(doc, chosen);
    let weak: HashSet<usize> = chosen.iter().filter(|s| is_weak(gazetteer, s)).map(|s| s.tokens.start).collect();
    let free = |i: usize| {
        let word = doc.word(i);
        (!covered[i] || weak.contains(&i))
            && matches!(doc.token(i).tag, Tag::Nnp | Tag::Nnps)
            && (word.chars().any(char::is_lowercase) || word.len() == 1)
            && has_capital(doc, &(i..i + 1))
    };
    let may_be_part =
        |s: &&mut NameSpan| s.label != Some(NameType::Person) && !s.found.is_empty() && !is_long_country(gazetteer, s);
    for span in chosen.iter_mut().filter(may_be_part) {
        let sentence = doc.sentence_of(span.tokens.start);
        if sentence.kind != BlockKind::Body {
            continue;
        }
        let opens = |i: usize| {
            let word = doc.word(i).to_lowercase();
            i == sentence.tokens.start && gazetteer.words().is("opening_preposition", &word)
        };
        let within = |i: &usize| sentence.tokens.contains(i) && free(*i) && !opens(*i);
        let start = (sentence.tokens.start..span.tokens.start).rev().take_while(within).last();
        let end = (span.tokens.end..sentence.tokens.end).take_while(within).last();
        let run = start.unwrap_or(span.tokens.start)..end.map_or(span.tokens.end, |e| e + 1);
        let mut beside = (run.start..span.tokens.start).chain(span.tokens.end..run.end);
        let is_name = run.len() > span.tokens.len()
            && one_phrase(doc, &run)
            && !beside.any(|i| is_role(doc, gazetteer, i..i + 1))
            && (run.end == span.tokens.end || !is_role(doc, gazetteer, span.tokens.end..run.end))
            && !only_describes(doc, &run);
        if is_name {
            let given = is_given_name(doc, gazetteer, run.start);
            let kind = if given && run.len() < 4 { NameType::Person } else { NameType::Org };
            *span = span_of(doc, gazetteer, run, Some(kind));
        }
    }
    let wide: Vec<Range<usize>> = chosen.iter().map(|s| s.tokens.clone()).filter(|t| t.len() > 1).collect();
    let inside = |s: &NameSpan| s.tokens.len() == 1 && wide.iter().any(|w| w.contains(&s.tokens.start));
    chosen.retain(|s| !inside(s));
    chosen.sort_by_key(|s| s.tokens.start);
    chosen.dedup_by(|a, b| a.tokens == b.tokens);
}

/// One word that the gazetteer alone takes for a small town, as it does with both words of `Wall Street`.
fn is_weak(gazetteer: &Gazetteer, span: &NameSpan) -> bool {
    let small = |id: EntryId| {
        let entry = gazetteer.entry(id);
        entry.kind() == EntityType::City && entry.population() < 3e5
    };
    span.label.is_none() && span.tokens.len() == 1 && span.found.iter().all(|f| small(f.0))
}

/// The longest title of a work, in tokens.
const LONGEST_TITLE: usize = 9;

/// `"Houston's Top Dentists"`: what is quoted with capitals throughout is the title of a work, and no names stand inside.
fn quoted_titles(doc: &Doc, gazetteer: &Gazetteer, chosen: &mut Vec<NameSpan>) {
    for start in 0..doc.tokens().len() {
        let Some(title) = title_behind(doc, start) else { continue };
        if chosen.iter().any(|s| s.tokens.start <= title.start && title.end <= s.tokens.end) {
            continue;
        }
        let inside = |s: &NameSpan| title.start <= s.tokens.start && s.tokens.end <= title.end;
        if chosen.iter().any(inside) {
            chosen.retain(|s| !inside(s));
            chosen.push(span_of(doc, gazetteer, title, Some(NameType::WorkOfArt)));
        }
    }
}

/// The words between an opening quotation mark at a token and the next closing one, if they are written as a title is.
fn title_behind(doc: &Doc, open: usize) -> Option<Range<usize>> {
    if !matches!(doc.word(open), "\"" | "“" | "``") {
        return None;
    }
    let end = doc.sentence_of(open).tokens.end.min(open + LONGEST_TITLE + 2);
    let close = (open + 1..end).find(|&i| matches!(doc.word(i), "\"" | "”" | "''"))?;
    let mut words = open + 1..close;
    if !words.is_empty() && matches!(doc.word(words.end - 1), "," | ".") {
        words.end -= 1;
    }
    let small =
        |i: usize| matches!(doc.token(i).pos, Pos::Adp | Pos::Det | Pos::Cconj | Pos::Part | Pos::Punct | Pos::Num);
    let capital = |i: usize| has_capital(doc, &(i..i + 1));
    let titled = words.clone().all(|i| capital(i) || small(i) && doc.word(i) != ",");
    let nouns = words.clone().filter(|&i| capital(i)).count();
    (titled && nouns >= 2 && !words.is_empty() && capital(words.start)).then_some(words)
}

/// Whether all tokens of a run depend on its last one.
fn one_phrase(doc: &Doc, run: &Range<usize>) -> bool {
    let inner = run.start..run.end - 1;
    inner.into_iter().all(|i| run.contains(&doc.head(i)) && matches!(doc.dep(i), Dep::Compound | Dep::Amod | Dep::Nmod))
}

/// Whether a run only describes the name behind it: `Iraq President Saddam Hussein`.
fn only_describes(doc: &Doc, run: &Range<usize>) -> bool {
    let last = run.end - 1;
    matches!(doc.dep(last), Dep::Compound | Dep::Amod | Dep::Nmod) && doc.token(doc.head(last)).pos == Pos::Propn
}

/// Whether a name of the model is a name of the gazetteer with mere description beside it: `northern Syria`,
/// `state news agency Xinhua`, `Interfax news agency`.
fn only_description(doc: &Doc, gazetteer: &Gazetteer, outer: &NameSpan, inner: &Range<usize>) -> bool {
    let inside = outer.tokens.start <= inner.start && inner.end <= outer.tokens.end && inner.len() < outer.tokens.len();
    if !inside || !outer.found.is_empty() {
        return false;
    }
    let (before, after) = (outer.tokens.start..inner.start, inner.end..outer.tokens.end);
    let small =
        |r: Range<usize>| r.into_iter().all(|i| !doc.word(i).starts_with(|c: char| c.is_uppercase() || c.is_numeric()));
    let described = small(before.clone()) || is_title(gazetteer, doc.span(before).of(doc.text()));
    described && small(after)
}

/// Names that the model missed here and saw elsewhere: the same words again, or the last word of a person's name.
fn repeated(doc: &Doc, gazetteer: &Gazetteer, chosen: &[NameSpan]) -> Vec<NameSpan> {
    let covered = covered(doc, chosen);
    let mut known: HashSet<&str> = HashSet::new();
    let mut parts: HashSet<&str> = HashSet::new();
    for span in chosen.iter().filter(|s| s.label.is_some() || !s.found.is_empty()) {
        known.insert(span.key.as_str());
        if span.label == Some(NameType::Person) && span.tokens.len() > 1 {
            parts.insert(span.key.rsplit(' ').next().unwrap_or_default());
            parts.insert(span.key.split(' ').next().unwrap_or_default());
        }
    }
    let mut spans = Vec::new();
    for (i, token) in doc.tokens().iter().enumerate() {
        if covered[i] || !has_capital(doc, &(i..i + 1)) {
            continue;
        }
        let is_noun = matches!(token.pos, Pos::Propn | Pos::Noun | Pos::X);
        // A family name that looks like an adjective where it begins a sentence: "Wirth, an engineer, …".
        let stands_alone = || token.pos == Pos::Adj && takes_part(doc, i..i + 1);
        if !is_noun && !stands_alone() {
            continue;
        }
        let key = gazetteer.key(doc.word(i));
        if is_noun && known.contains(key.as_str()) || parts.contains(key.as_str()) {
            spans.push(span_of(doc, gazetteer, i..i + 1, None));
        }
    }
    spans
}

/// A short name that an article introduces, in brackets behind the long one: `Rapid Support Forces (RSF)`, or by itself.
pub(super) struct Introduced {
    pub(super) long: String,
    pub(super) short: String,
}

/// Names of bodies with an acronym that has their initials, by their keys: one in brackets behind the name, or else one that
/// stands somewhere behind it and spells the words of no other name.
pub(super) fn introduced(doc: &Doc, gazetteer: &Gazetteer, spans: &[NameSpan]) -> Vec<Introduced> {
    let in_brackets = |at: usize| {
        let end = doc.sentence_of(at - 1).tokens.end;
        (at + 2 < end && doc.word(at) == "(" && doc.word(at + 2) == ")").then(|| doc.word(at + 1))
    };
    let long = || spans.iter().filter(|s| s.tokens.len() > 1 && s.label != Some(NameType::Person));
    let bracketed = long().filter_map(|span| {
        let short = in_brackets(span.tokens.end).filter(|w| is_acronym(w) && w.len() > 1)?;
        let words = span.tokens.clone().map(|i| doc.word(i));
        initials_are(words, short).then(|| Introduced { long: span.key.clone(), short: gazetteer.key(short) })
    });
    let mut introduced: Vec<Introduced> = bracketed.collect();
    let initials: Vec<(String, &NameSpan)> = long().map(|s| (initials(doc, &s.tokens), s)).collect();
    let alone = spans.iter().filter(|s| s.tokens.len() == 1 && is_acronym(doc.word(s.tokens.start)));
    for short in alone {
        let acronym = doc.word(short.tokens.start);
        let mut spelt = initials.iter().filter(|(i, _)| acronym.len() > 2 && i == acronym).map(|(_, s)| s);
        let Some(first) = spelt.next().filter(|s| s.tokens.start < short.tokens.start) else { continue };
        if spelt.all(|other| other.key == first.key) && !introduced.iter().any(|i| i.short == short.key) {
            introduced.push(Introduced { long: first.key.clone(), short: short.key.clone() });
        }
    }
    introduced
}

/// Names of companies that say what kind of company they are, and their names without that: `Hess Corp.` and `Hess`.
pub(super) fn companies(doc: &Doc, gazetteer: &Gazetteer, spans: &[NameSpan]) -> Vec<Introduced> {
    let is_kind = |i: usize| gazetteer.words().is("company_word", doc.word(i).to_lowercase().trim_end_matches('.'));
    let bodies = spans.iter().filter(|s| s.label != Some(NameType::Person) && is_kind(s.tokens.end - 1));
    bodies
        .filter_map(|span| {
            let kinds = span.tokens.clone().rev().take_while(|&i| is_kind(i) || doc.token(i).pos == Pos::Punct).count();
            let short = span.tokens.start..span.tokens.end - kinds;
            let key = (!short.is_empty()).then(|| gazetteer.key(doc.span(short).of(doc.text())))?;
            Some(Introduced { long: span.key.clone(), short: key })
        })
        .collect()
}

/// The first letters of the words of a name that have a capital.
fn initials(doc: &Doc, tokens: &Range<usize>) -> String {
    let words = tokens.clone().map(|i| doc.word(i));
    words.filter_map(|w| w.chars().next()).filter(|c| c.is_uppercase()).collect()
}

/// Whether the capitals of words, in their order, spell an acronym, with perhaps some left over.
fn initials_are<'d>(words: impl Iterator<Item = &'d str>, acronym: &str) -> bool {
    let mut wanted = acronym.chars().filter(|c| c.is_alphabetic()).peekable();
    for word in words {
        let initial = word.chars().next().map(|c| c.to_uppercase().to_string());
        if wanted.peek().map(char::to_string) == initial {
            wanted.next();
        }
    }
    wanted.peek().is_none()
}

/// Mentions of introduced acronyms that nobody else takes for names.
fn short_names(doc: &Doc, gazetteer: &Gazetteer, chosen: &[NameSpan]) -> Vec<NameSpan> {
    let short: HashSet<String> = introduced(doc, gazetteer, chosen).into_iter().map(|i| i.short).collect();
    let covered = covered(doc, chosen);
    let is_short = |i: &usize| !covered[*i] && is_acronym(doc.word(*i)) && short.contains(&gazetteer.key(doc.word(*i)));
    (0..doc.tokens().len()).filter(is_short).map(|i| span_of(doc, gazetteer, i..i + 1, Some(NameType::Org))).collect()
}

fn covered(doc: &Doc, chosen: &[NameSpan]) -> Vec<bool> {
    let mut covered = vec![false; doc.tokens().len()];
    for name in doc.names() {
        covered[name.tokens.clone()].fill(!names_something(name.kind));
    }
    for span in chosen {
        covered[span.tokens.clone()].fill(true);
    }
    covered
}

/// Runs of proper nouns that take part in something and have no name yet.
fn proper_nouns(doc: &Doc, gazetteer: &Gazetteer, chosen: &[NameSpan]) -> Vec<NameSpan> {
    let covered = covered(doc, chosen);
    let proper =
        |i: usize| !covered[i] && matches!(doc.token(i).tag, Tag::Nnp | Tag::Nnps) && has_capital(doc, &(i..i + 1));
    let mut spans = Vec::new();
    for sentence in doc.sentences().iter().filter(|s| s.kind == BlockKind::Body) {
        let mut i = sentence.tokens.start;
        while i < sentence.tokens.end {
            let start = i;
            while i < sentence.tokens.end && proper(i) {
                i += 1;
            }
            if i > start && takes_part(doc, start..i) && !is_role(doc, gazetteer, start..i) {
                spans.push(span_of(doc, gazetteer, start..i, None));
            }
            i = i.max(start + 1);
        }
    }
    spans
}

fn takes_part(doc: &Doc, tokens: Range<usize>) -> bool {
    tokens.into_iter().any(|i| {
        matches!(
            doc.dep(i),
            Dep::Nsubj
                | Dep::Nsubjpass
                | Dep::Dobj
                | Dep::Pobj
                | Dep::Agent
                | Dep::Conj
                | Dep::Poss
                | Dep::Dative
                | Dep::Appos
        )
    })
}

/// "Riot police fired", "Commerce Secretary Gina Raimondo": of two words that are a role the first is no name, but perhaps of a town.
fn begins_role(doc: &Doc, gazetteer: &Gazetteer, span: &NameSpan) -> bool {
    let first = span.tokens.start;
    let sentence = &doc.sentence_of(first).tokens;
    let two = first..first + 2;
    span.tokens.len() == 1
        && two.end <= sentence.end
        && (first == sentence.start || has_capital(doc, &(first + 1..two.end)))
        && span.found.iter().all(|&(id, _)| {
            let kind = gazetteer.entry(id).kind();
            kind.is_place() && kind != EntityType::Country
        })
        && is_role(doc, gazetteer, two)
}

fn is_role(doc: &Doc, gazetteer: &Gazetteer, tokens: Range<usize>) -> bool {
    let phrase = doc.span(tokens).of(doc.text()).to_lowercase();
    !gazetteer.words().roles(&phrase).is_empty() || gazetteer.words().is("honorific", phrase.trim_end_matches('.'))
}
