//! Ties of the parser that the forms of the words speak against, tied anew.
//!
//! The model's own trees stay as they are where they are printed; the stages behind it work with these.

use crate::doc::{Dep, Doc, NameType, Pos, Tag, Tie, Token};

/// The document with better ties. What the parser does, and what is done about it:
///
/// - In "called on them to stay but accused Kurti" it joins "accused" to "stay". A past tense is no twin of an infinitive, nor a
///   present one of a gerund: it goes with the next verb above that has its form. In "denied that Russia had attacked and
///   accused Kyiv" the accusation is the speaker's.
/// - In "Egypt and Qatar are mediating" it may tie the subject to "are", which is but an auxiliary.
/// - In "his wife and his cousin, Martin Romualdez," it may tie the name to the wife, in "met in 2019 in Hanoi" the place to the
///   year, in "is the mother of Theo and the wife of Abe" the wife to the verb.
/// - In "was until May the head of Barco" it takes the head for an object, in "A native of Texas, Leo joined" the native for a
///   second subject, in "is married to actor Karl Lindner" the name for what somebody is.
/// - In "North Korea test-fired two missiles" it may take the whole for one noun, in "shot dead two men" the men for dead.
/// - In "accused Serbia on Monday of financing and arming gunmen" it may join the gerund to the verb, and in "the army chief, and Mohamed
///   Dagalo, who leads the militia" tie the clause to a name before the last.
/// - In "Near Rawah, one strike destroyed a bridge" it may take Near Rawah for somebody.
/// - In "left 12 dead" it makes the number count "dead".
pub fn mended(doc: Doc) -> Doc {
    let tokens = 0..doc.tokens().len();
    let twins: Vec<(usize, usize)> =
        tokens.clone().filter_map(|v| Some((v, twin(&doc, v).or_else(|| verb_that_denies(&doc, v))?))).collect();
    let mut ties = moved(&doc, &twins);
    for t in tokens {
        let head = verb_of_auxiliary(&doc, t)
            .or_else(|| last_before(&doc, t))
            .or_else(|| verb_of_date(&doc, t))
            .or_else(|| predicate_before(&doc, t));
        ties.extend(head.map(|head| Tie { token: t, head, dep: doc.dep(t) }));
        ties.extend(verb_between_nouns(&doc, t).into_iter().flatten());
        ties.extend(shot_dead(&doc, t));
        ties.extend(counted_by_predicate(&doc, t).into_iter().flatten());
        ties.extend(near_place(&doc, t).into_iter().flatten());
        ties.extend(second_gerund(&doc, t).into_iter().flatten());
        ties.extend(person_before(&doc, t));
        let described = described_behind(&doc, t).map(|head| Tie { token: t, head, dep: Dep::Appos });
        let predicate = is_predicate(&doc, t).then(|| Tie { token: t, head: doc.head(t), dep: Dep::Attr });
        ties.extend(described.or(predicate));
        ties.extend(noun_behind_to(&doc, t).into_iter().flatten());
    }
    if ties.is_empty() { doc } else { doc.with_ties(&ties) }
}

/// Subject, verb and object, if the parser made one noun of a sentence whose past tense is plain.
fn verb_between_nouns(doc: &Doc, verb: usize) -> Option<[Tie; 3]> {
    let object = doc.head(verb);
    let is_past = doc.token(verb).tag == Tag::Vbd && doc.dep(verb) == Dep::Amod && object > verb;
    let of_object = |c: &usize| *c < verb && doc.dep(*c) == Dep::Compound && doc.token(*c).pos == Pos::Propn;
    let subject = doc.children(object).rev().find(of_object).filter(|_| is_past && doc.dep(object) == Dep::Root)?;
    Some([
        Tie { token: verb, head: verb, dep: Dep::Root },
        Tie { token: object, head: verb, dep: Dep::Dobj },
        Tie { token: subject, head: verb, dep: Dep::Nsubj },
    ])
}

/// "Near Rawah, one strike destroyed a bridge": the parser may take the first words for a name that acts.
fn near_place(doc: &Doc, near: usize) -> Option<[Tie; 2]> {
    let place = doc.head(near);
    let verb = doc.head(place);
    let opens =
        doc.word(near) == "Near" && doc.dep(near) == Dep::Compound && doc.sentence_of(near).tokens.start == near;
    let other = |c: usize| c > place && matches!(doc.dep(c), Dep::Nsubj | Dep::Nsubjpass);
    let acts = doc.dep(place) == Dep::Nsubj && doc.children(verb).any(other);
    (opens && acts)
        .then_some([Tie { token: near, head: verb, dep: Dep::Prep }, Tie { token: place, head: near, dep: Dep::Pobj }])
}

/// The preposition that governs a gerund behind "and", and the verb above it, if the parser joined the gerund to that verb: no
/// gerund is a twin of a past tense.
fn second_gerund(doc: &Doc, gerund: usize) -> Option<[Tie; 2]> {
    let verb = doc.head(gerund);
    let has_own = doc.children(gerund).any(|c| matches!(doc.dep(c), Dep::Aux | Dep::Nsubj));
    let is_joined = doc.token(gerund).tag == Tag::Vbg && doc.dep(gerund) == Dep::Conj && !has_own;
    let is_finite = matches!(doc.token(verb).tag, Tag::Vbd | Tag::Vbz | Tag::Vbp);
    let first = gerund.checked_sub(2).filter(|&f| f > verb && doc.word(gerund - 1) == "and")?;
    let preposition = doc.head(first);
    let is_object = matches!(doc.dep(first), Dep::Pobj | Dep::Pcomp) && doc.word(first).ends_with("ing");
    (is_joined && is_finite && is_object && doc.dep(preposition) == Dep::Prep).then_some([
        Tie { token: gerund, head: preposition, dep: Dep::Pcomp },
        Tie { token: preposition, head: verb, dep: Dep::Prep },
    ])
}

/// Ties a clause to the person named right before ", who", if the parser tied the clause to somebody named before.
fn person_before(doc: &Doc, clause: usize) -> Option<Tie> {
    let who = doc.child(clause, Dep::Nsubj).filter(|&s| doc.word(s) == "who")?;
    let last = who.checked_sub(2).filter(|_| doc.dep(clause) == Dep::Relcl && doc.word(who - 1) == ",")?;
    let name = doc.name_at(last).filter(|n| n.kind == NameType::Person)?;
    let head = doc.top_of(&name.tokens)?;
    let is_other = !name.tokens.contains(&doc.head(clause)) && doc.head(clause) < name.tokens.start;
    (is_other && doc.dep(head) == Dep::Conj).then_some(Tie { token: clause, head, dep: Dep::Relcl })
}

/// "dead" right behind "shot" says what became of those behind it.
fn shot_dead(doc: &Doc, dead: usize) -> Option<Tie> {
    let verb = dead.checked_sub(1).filter(|&v| doc.lemma(v) == "shoot" && is_verb(doc.token(v)))?;
    (doc.word(dead) == "dead" && doc.dep(dead) == Dep::Amod).then_some(Tie { token: dead, head: verb, dep: Dep::Oprd })
}

/// The object of a verb and what the verb makes of it, if the parser tied the object, a number, to the latter.
fn counted_by_predicate(doc: &Doc, number: usize) -> Option<[Tie; 2]> {
    let adjective = doc.head(number);
    let verb = doc.head(adjective);
    let tied = doc.dep(number) == Dep::Nummod && matches!(doc.dep(adjective), Dep::Oprd | Dep::Acomp | Dep::Dobj);
    (tied && doc.token(adjective).pos == Pos::Adj && is_verb(doc.token(verb)) && verb < number).then_some([
        Tie { token: number, head: verb, dep: Dep::Dobj },
        Tie { token: adjective, head: verb, dep: Dep::Oprd },
    ])
}

/// The verb that a conjunct belongs to, if the parser tied it to an infinitive below that verb.
fn twin(doc: &Doc, v: usize) -> Option<usize> {
    let infinitive = doc.head(v);
    let form = doc.token(v).tag;
    let is_tied = doc.dep(v) == Dep::Conj && matches!(form, Tag::Vbd | Tag::Vbz);
    // "denies backing the rebels and accuses Congo"
    let gerund = || doc.token(infinitive).tag == Tag::Vbg && matches!(doc.dep(infinitive), Dep::Xcomp | Dep::Pcomp);
    // "said that they had failed and urged Tinubu to act"
    let perfect = || {
        let has = doc.child(infinitive, Dep::Aux).is_some_and(|a| doc.lemma(a) == "have");
        doc.token(infinitive).tag == Tag::Vbn && has && doc.dep(infinitive) == Dep::Ccomp && turns_to(doc.lemma(v))
    };
    let is_tied = is_tied && (is_infinitive(doc, infinitive) || (gerund() || perfect()) && !doc.has_subject(v));
    let above = |t: &usize| is_finite_as(doc, *t, form) && *t < infinitive;
    is_tied.then(|| doc.ancestors(infinitive).take_while(|&t| is_verb(doc.token(t))).find(above)).flatten()
}

/// Verbs by which a speaker turns to somebody: what is told in the perfect before them is told by the same speaker.
fn turns_to(verb: &str) -> bool {
    matches!(verb, "accuse" | "appeal" | "ask" | "blame" | "call" | "demand" | "pledge" | "urge" | "vow" | "warn")
}

/// The verb whose auxiliary a subject is tied to.
fn verb_of_auxiliary(doc: &Doc, subject: usize) -> Option<usize> {
    let auxiliary = doc.head(subject);
    let is_subject = matches!(doc.dep(subject), Dep::Nsubj | Dep::Nsubjpass);
    (is_subject && matches!(doc.dep(auxiliary), Dep::Aux | Dep::Auxpass)).then(|| doc.head(auxiliary))
}

/// The last of several nouns before what stands in apposition to it, if the parser tied that to the first.
fn last_before(doc: &Doc, apposition: usize) -> Option<usize> {
    let first = doc.head(apposition);
    let next = |&t: &usize| doc.child(t, Dep::Conj).filter(|&c| c < apposition);
    let last = std::iter::successors(Some(first), next).last().filter(|&c| c != first)?;
    (doc.dep(apposition) == Dep::Appos && is_common_noun(doc, first) && is_common_noun(doc, last)).then_some(last)
}

/// The verb that a preposition right behind a date belongs to, if the parser tied it to the date.
fn verb_of_date(doc: &Doc, preposition: usize) -> Option<usize> {
    let head = doc.head(preposition);
    let date = doc.name_at(head).filter(|n| n.kind == NameType::Date && n.tokens.end == preposition)?;
    let top = doc.top_of(&date.tokens)?;
    let verb = doc.head(doc.head(top));
    let is_behind = doc.dep(preposition) == Dep::Prep && doc.lemma(preposition) != "of" && doc.dep(top) == Dep::Pobj;
    (is_behind && is_verb(doc.token(verb)) && verb < head).then_some(verb)
}

/// The verb that denies something, if the parser joined what the speaker says beside that to what is denied: "denied that
/// Russia had attacked and accused Kyiv of lying".
fn verb_that_denies(doc: &Doc, v: usize) -> Option<usize> {
    let denied = doc.head(v);
    let verb = doc.head(denied);
    let is_tied = doc.dep(v) == Dep::Conj && doc.dep(denied) == Dep::Ccomp && doc.token(v).tag == Tag::Vbd;
    let denies =
        matches!(doc.lemma(verb), "deny" | "dismiss" | "dispute" | "reject") && doc.token(verb).tag == Tag::Vbd;
    let says = matches!(
        doc.lemma(v),
        "accuse" | "add" | "call" | "demand" | "insist" | "say" | "tell" | "urge" | "vow" | "warn"
    );
    (is_tied && denies && says && !doc.has_subject(v)).then_some(verb)
}

/// What "be" says of its subject, if the parser joined another noun to the verb.
fn predicate_before(doc: &Doc, noun: usize) -> Option<usize> {
    let verb = doc.head(noun);
    let is_noun = is_common_noun(doc, noun) || doc.token(noun).tag == Tag::Nnp && doc.name_at(noun).is_none();
    let joined = doc.dep(noun) == Dep::Conj && doc.lemma(verb) == "be" && is_noun;
    let clause = |c: usize| matches!(doc.dep(c), Dep::Nsubj | Dep::Nsubjpass | Dep::Aux);
    (joined && !doc.children(noun).any(clause)).then(|| doc.child(verb, Dep::Attr).filter(|&a| a < noun)).flatten()
}

/// "to" and the name behind it, if the parser took "to" for that of an infinitive.
fn noun_behind_to(doc: &Doc, to: usize) -> Option<[Tie; 2]> {
    let modifies = |&t: &usize| matches!(doc.dep(t), Dep::Compound | Dep::Nmod).then(|| doc.head(t));
    let name = std::iter::successors(Some(doc.head(to)), modifies).last()?;
    let particle = doc.token(to).tag == Tag::To && doc.dep(to) == Dep::Aux && name > to;
    let person = doc.token(name).tag == Tag::Nnp && doc.name_at(name).is_some_and(|n| n.kind == NameType::Person);
    let before = to.checked_sub(1).filter(|&b| doc.token(b).sentence == doc.token(to).sentence)?;
    let head = Tie { token: to, head: before, dep: Dep::Prep };
    let above = || doc.head(name) <= before && doc.ancestors(before).all(|t| t != name);
    (particle && person && above()).then_some([head, Tie { token: name, head: to, dep: Dep::Pobj }])
}

/// Whether a noun is the object of "be", which has none.
fn is_predicate(doc: &Doc, noun: usize) -> bool {
    doc.dep(noun) == Dep::Dobj && doc.lemma(doc.head(noun)) == "be" && doc.head(noun) < noun
}

/// The subject right behind a phrase with a comma that begins a clause and describes it.
fn described_behind(doc: &Doc, noun: usize) -> Option<usize> {
    let verb = doc.head(noun);
    let determined = doc.children(noun).any(|c| c < noun && doc.dep(c) == Dep::Det);
    let behind = doc.subtree(noun).end + 1;
    let begins = |c: &usize| *c > noun && doc.dep(*c) == Dep::Nsubj && doc.subtree(*c).start == behind;
    let is_name = |c: &usize| matches!(doc.token(*c).pos, Pos::Propn | Pos::Pron);
    let loose = matches!(doc.dep(noun), Dep::Nsubj | Dep::Dep | Dep::Advcl) && is_common_noun(doc, noun) && determined;
    let comma = || behind <= verb && doc.word(behind - 1) == ",";
    (loose && is_verb(doc.token(verb)) && comma()).then(|| doc.children(verb).find(begins).filter(is_name)).flatten()
}

fn is_common_noun(doc: &Doc, t: usize) -> bool {
    matches!(doc.token(t).tag, Tag::Nn | Tag::Nns)
}

/// The conjuncts with the conjunctions before them.
fn moved(doc: &Doc, changes: &[(usize, usize)]) -> Vec<Tie> {
    let with_conjunction = changes.iter().flat_map(|&(v, to)| {
        let joins = |c: &usize| *c < v && doc.dep(*c) == Dep::Cc;
        let conjunction = doc.children(doc.head(v)).rfind(joins);
        conjunction.into_iter().chain([v]).map(move |t| Tie { token: t, head: to, dep: doc.dep(t) })
    });
    with_conjunction.collect()
}

fn is_infinitive(doc: &Doc, t: usize) -> bool {
    let to = |c: usize| doc.dep(c) == Dep::Aux && doc.token(c).tag == Tag::To;
    doc.token(t).tag == Tag::Vb && doc.children(t).any(to)
}

/// Whether a verb, or what stands before it for its tense, has the form.
fn is_finite_as(doc: &Doc, t: usize, form: Tag) -> bool {
    let auxiliary = doc.children(t).find(|&c| matches!(doc.dep(c), Dep::Aux | Dep::Auxpass));
    doc.token(auxiliary.unwrap_or(t)).tag == form
}

fn is_verb(token: &Token) -> bool {
    matches!(token.tag, Tag::Vb | Tag::Vbd | Tag::Vbg | Tag::Vbn | Tag::Vbp | Tag::Vbz)
}
