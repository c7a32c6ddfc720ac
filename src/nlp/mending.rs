//! Ties of the parser that the forms of the words speak against, tied anew.
//!
//! The model's own trees stay as they are where they are printed; the stages behind it work with these.

use crate::doc::{Dep, Doc, Tag, Token};

/// The document with better heads.
///
/// In "called on them to stay but accused Kurti" the parser joins "accused" to "stay". A past tense is no twin of an
/// infinitive: it goes with the next verb above that has its form. In "Egypt and Qatar are mediating" it may tie the subject to
/// "are", which is but an auxiliary; in "his wife and his cousin, Martin Romualdez," the name to the wife.
pub fn mended(doc: Doc) -> Doc {
    let tokens = 0..doc.tokens().len();
    let twins: Vec<(usize, usize)> = tokens.clone().filter_map(|v| Some((v, twin(&doc, v)?))).collect();
    let mut moved = moved(&doc, &twins);
    moved.extend(tokens.clone().filter_map(|s| Some((s, verb_of_auxiliary(&doc, s)?))));
    moved.extend(tokens.filter_map(|name| Some((name, last_before(&doc, name)?))));
    if moved.is_empty() { doc } else { doc.with_heads(&moved) }
}

/// The verb that a conjunct belongs to, if the parser tied it to an infinitive below that verb.
fn twin(doc: &Doc, v: usize) -> Option<usize> {
    let infinitive = doc.head(v);
    let form = doc.token(v).tag;
    let is_tied = doc.dep(v) == Dep::Conj && matches!(form, Tag::Vbd | Tag::Vbz) && is_infinitive(doc, infinitive);
    let above = |t: &usize| is_finite_as(doc, *t, form) && *t < infinitive;
    is_tied.then(|| doc.ancestors(infinitive).take_while(|&t| is_verb(doc.token(t))).find(above)).flatten()
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
    let is_noun = |t: usize| matches!(doc.token(t).tag, Tag::Nn | Tag::Nns);
    (doc.dep(apposition) == Dep::Appos && is_noun(first) && is_noun(last)).then_some(last)
}

/// The conjuncts with the conjunctions before them.
fn moved(doc: &Doc, changes: &[(usize, usize)]) -> Vec<(usize, usize)> {
    let with_conjunction = changes.iter().flat_map(|&(v, to)| {
        let joins = |c: &usize| *c < v && doc.dep(*c) == Dep::Cc;
        let conjunction = doc.children(doc.head(v)).rfind(joins);
        conjunction.into_iter().chain([v]).map(move |t| (t, to))
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
