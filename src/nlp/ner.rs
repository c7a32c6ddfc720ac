//! The name finder: one action per token, which begins, continues or ends a name or passes over the token.

use super::actions::{self, ActionModel, Mask, Share, Shares};
use super::matrix::Level;
use super::parts::{LoadError, Parts};
use crate::doc::{Name, NameType};

#[derive(Debug)]
pub struct NameFinder {
    model: ActionModel,
    actions: Vec<Action>,
    /// Outside a name, by whether a name of several tokens and whether a name at all may begin.
    outside: [[Mask; 2]; 2],
    /// Inside a name, by its type and by whether it may go on after this token.
    inside: Vec<[Mask; 2]>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Action {
    Begin(NameType),
    In(NameType),
    Last(NameType),
    Unit(NameType),
    Out,
    /// For names that are given beforehand, which we do not have.
    Never,
}

const FEATURES: usize = 3;

impl NameFinder {
    pub fn new(parts: &Parts, level: Level) -> Result<Self, LoadError> {
        let moves = actions::in_order(&parts.ner_moves);
        let action =
            |(kind, label): &(&str, &str)| action(kind, label).map_err(|reason| parts.error("ner.moves", reason));
        let actions: Vec<Action> = moves.iter().map(action).collect::<Result<_, _>>()?;
        let outside = |long: bool, any: bool| {
            actions::mask(actions.len(), |a| match actions[a] {
                Action::Begin(_) => long && any,
                Action::Unit(_) => any,
                Action::Out => true,
                _ => false,
            })
        };
        let inside = |kind: NameType, goes_on: bool| {
            actions::mask(actions.len(), |a| {
                actions[a] == Action::Last(kind) || (goes_on && actions[a] == Action::In(kind))
            })
        };
        Ok(Self {
            model: ActionModel::new(parts, "ner", FEATURES, actions.len(), level)?,
            outside: [[outside(false, false), outside(false, true)], [outside(true, false), outside(true, true)]],
            inside: NameType::ALL.iter().map(|&kind| [inside(kind, false), inside(kind, true)]).collect(),
            actions,
        })
    }

    /// Finds the names in a text whose tokens' shares have been worked out. No name goes over the start of a sentence, and
    /// none begins with whitespace.
    pub fn find(
        &self,
        shares: &Shares,
        starts_sentence: &[bool],
        is_space: impl Fn(usize) -> bool,
        mut take: impl FnMut(Name),
    ) {
        let mut open: Option<(usize, NameType)> = None;
        for token in 0..starts_sentence.len() {
            let goes_on = starts_sentence.get(token + 1).is_some_and(|starts| !starts);
            let mask = match open {
                Some((_, kind)) => &self.inside[kind as usize][usize::from(goes_on)],
                None => &self.outside[usize::from(goes_on)][usize::from(!is_space(token))],
            };
            let tokens = [Some(token), open.map(|(start, _)| start), open.map(|_| token - 1)];
            let features: [&Share; FEATURES] = std::array::from_fn(|f| self.model.feature(shares, f, tokens[f]));
            match self.model.best(&features, mask).map(|action| self.actions[action]) {
                Some(Action::Begin(kind)) => open = Some((token, kind)),
                Some(Action::Last(kind)) => {
                    if let Some((start, _)) = open.take() {
                        take(Name { tokens: start..token + 1, kind });
                    }
                }
                Some(Action::Unit(kind)) => take(Name { tokens: token..token + 1, kind }),
                Some(Action::In(_) | Action::Out | Action::Never) => {}
                None => break,
            }
        }
    }

    pub fn model(&self) -> &ActionModel {
        &self.model
    }

    /// The score of an action that is written as spaCy writes it (`U-PERSON`) at the first token of a text.
    #[cfg(test)]
    pub fn first_score(&self, shares: &Shares, name: &str) -> f32 {
        let features: [&Share; FEATURES] =
            std::array::from_fn(|f| self.model.feature(shares, f, [Some(0), None, None][f]));
        let (kind, label) = name.split_once('-').unwrap_or((name, ""));
        let kind = ["", "B", "I", "L", "U", "O"].iter().position(|&k| k == kind).unwrap().to_string();
        let wanted = action(&kind, label).unwrap();
        let place = self.actions.iter().position(|&a| a == wanted).unwrap();
        super::matrix::floats(&self.model.scores(&features))[place]
    }
}

fn action(kind: &str, label: &str) -> Result<Action, String> {
    if label.is_empty() && kind != "5" {
        return Ok(Action::Never);
    }
    let label = || label.parse::<NameType>().map_err(|e| e.to_string());
    Ok(match kind {
        "1" => Action::Begin(label()?),
        "2" => Action::In(label()?),
        "3" => Action::Last(label()?),
        "4" => Action::Unit(label()?),
        "5" => Action::Out,
        _ => return Err(format!("unknown action {kind}")),
    })
}
