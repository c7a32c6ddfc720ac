//! The dependency parser: an arc-eager transition system that may take decisions back, greedy.
//!
//! Follows spaCy 3.8: `_state.pxd`, `arc_eager.pyx` and `nonproj.pyx` there.

use super::actions::{self, ActionModel, Mask, Share, Shares};
use super::matrix::Level;
use super::parts::{LoadError, Parts};
use super::tree::Tree;
use crate::doc::Dep;

#[derive(Debug)]
pub struct Parser {
    model: ActionModel,
    actions: Vec<Action>,
    labels: Vec<Label>,
    /// Masks by which kinds of action are possible.
    masks: Vec<Mask>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Action {
    Shift,
    Reduce,
    /// With the index of a label.
    Left(u16),
    Right(u16),
    Break,
}

/// A dependency label; one for a token that was lifted up the tree names the label of its true head too.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Label {
    pub dep: Dep,
    pub lifted_from: Option<Dep>,
}

const FEATURES: usize = 8;

/// Kinds of action, as bits of the index into the masks.
const SHIFT: usize = 1;
const REDUCE: usize = 2;
const ARC: usize = 4;
const BREAK: usize = 8;

impl Parser {
    pub fn new(parts: &Parts, level: Level) -> Result<Self, LoadError> {
        let mut parser = Self {
            model: ActionModel::new(parts, "parser", FEATURES, actions::in_order(&parts.parser_moves).len(), level)?,
            actions: Vec::new(),
            labels: Vec::new(),
            masks: Vec::new(),
        };
        for (kind, label) in actions::in_order(&parts.parser_moves) {
            let action = parser.action(kind, label).map_err(|reason| parts.error("parser.moves", reason))?;
            parser.actions.push(action);
        }
        let count = parser.actions.len();
        parser.masks = (0..16).map(|kinds| actions::mask(count, |a| parser.actions[a].kind() & kinds != 0)).collect();
        Ok(parser)
    }

    fn action(&mut self, kind: &str, label: &str) -> Result<Action, String> {
        Ok(match kind {
            "0" => Action::Shift,
            "1" => Action::Reduce,
            "2" => Action::Left(self.label(label)?),
            "3" => Action::Right(self.label(label)?),
            "4" => Action::Break,
            _ => return Err(format!("unknown action {kind} `{label}`")),
        })
    }

    /// Index of a label, which is added if it is new.
    fn label(&mut self, text: &str) -> Result<u16, String> {
        let parse = |text: &str| text.parse::<Dep>().map_err(|e| e.to_string());
        let label = match text.split_once("||") {
            Some((dep, head)) => Label { dep: parse(dep)?, lifted_from: Some(parse(head)?) },
            None => Label { dep: parse(text)?, lifted_from: None },
        };
        if label.dep == Dep::Subtok {
            return Err("a model that joins parts of words".to_owned());
        }
        let known = self.labels.iter().position(|&l| l == label);
        Ok(known.unwrap_or_else(|| {
            self.labels.push(label);
            self.labels.len() - 1
        }) as u16)
    }

    /// Parses a text of `count` tokens, whose shares have been worked out; `is_space` tells its whitespace tokens.
    pub fn parse(
        &self,
        shares: &Shares,
        count: usize,
        is_space: impl Fn(usize) -> bool,
        state: &mut State,
        tree: &mut Tree,
    ) {
        state.reset(count);
        while !state.is_final() {
            let tokens = state.features();
            let features: [&Share; FEATURES] = std::array::from_fn(|f| self.model.feature(shares, f, tokens[f]));
            match self.model.best(&features, &self.masks[state.possible()]) {
                Some(action) => state.apply(self.actions[action]),
                None => break,
            }
        }
        tree.reset(count);
        for child in 0..count {
            if let Some(head) = get(state.heads[child]) {
                tree.heads[child] = head as u32;
                tree.deps[child] = self.labels[state.labels[child] as usize].dep;
            }
        }
        tree.settle();
        self.deprojectivize(state, is_space, tree);
    }

    /// Gives tokens that were lifted in training the heads that their labels name.
    fn deprojectivize(&self, state: &State, is_space: impl Fn(usize) -> bool, tree: &mut Tree) {
        let lifted_from = |token: usize| match get(state.heads[token]) {
            Some(_) => self.labels[state.labels[token] as usize].lifted_from,
            None => None,
        };
        // A label that is still lifted is not equal to its plain half, so it is not found.
        let mut plain: Vec<bool> = (0..tree.heads.len()).map(|token| lifted_from(token).is_none()).collect();
        if plain.iter().all(|&plain| plain) {
            return;
        }
        let mut children = tree.children();
        for token in 0..tree.heads.len() {
            let Some(label) = lifted_from(token) else { continue };
            let has_label = |candidate: usize| plain[candidate] && tree.deps[candidate] == label;
            if let Some(head) = children.find_below(tree, token, has_label, &is_space) {
                children.attach(tree, token, head);
            }
            plain[token] = true;
        }
        tree.settle();
    }

    /// The scores of all actions at the start of a text.
    #[cfg(test)]
    pub fn first_scores(&self, shares: &Shares, count: usize) -> Vec<f32> {
        let mut state = State::default();
        state.reset(count);
        let tokens = state.features();
        let features: [&Share; FEATURES] = std::array::from_fn(|f| self.model.feature(shares, f, tokens[f]));
        super::matrix::floats(&self.model.scores(&features)).to_vec()
    }

    pub fn model(&self) -> &ActionModel {
        &self.model
    }
}

impl Action {
    fn kind(self) -> usize {
        match self {
            Self::Shift => SHIFT,
            Self::Reduce => REDUCE,
            Self::Left(_) | Self::Right(_) => ARC,
            Self::Break => BREAK,
        }
    }
}

/// No token.
const NONE: u32 = u32::MAX;

fn get(token: u32) -> Option<usize> {
    (token != NONE).then_some(token as usize)
}

/// Where the parser stands in a text.
#[derive(Debug, Default)]
pub struct State {
    count: usize,
    stack: Vec<u32>,
    /// Tokens put back in front of the rest of the text; the last is the first.
    put_back: Vec<u32>,
    next: usize,
    heads: Vec<u32>,
    labels: Vec<u16>,
    /// The child last added on the left and on the right of each token, and the one added on the right before it.
    last_left: Vec<u32>,
    last_right: Vec<u32>,
    right_before: Vec<u32>,
    /// Tokens that have been put back once and may not be shifted again.
    was_put_back: Vec<bool>,
    starts_sentence: Vec<bool>,
}

impl State {
    fn reset(&mut self, count: usize) {
        self.count = count;
        self.next = 0;
        self.stack.clear();
        self.put_back.clear();
        for tokens in [&mut self.heads, &mut self.last_left, &mut self.last_right, &mut self.right_before] {
            tokens.clear();
            tokens.resize(count, NONE);
        }
        for marks in [&mut self.was_put_back, &mut self.starts_sentence] {
            marks.clear();
            marks.resize(count, false);
        }
        self.labels.clear();
        self.labels.resize(count, 0);
        if let Some(first) = self.starts_sentence.first_mut() {
            *first = true;
        }
    }

    fn is_final(&self) -> bool {
        self.stack.is_empty() && self.buffer_len() == 0
    }

    fn buffer_len(&self) -> usize {
        self.count - self.next + self.put_back.len()
    }

    /// A token of the stack, counted from its top.
    fn stacked(&self, i: usize) -> Option<usize> {
        self.stack.len().checked_sub(i + 1).map(|i| self.stack[i] as usize)
    }

    /// A token of what is still to be read.
    fn buffered(&self, i: usize) -> Option<usize> {
        match self.put_back.len().checked_sub(i + 1) {
            Some(i) => Some(self.put_back[i] as usize),
            None => Some(self.next + i - self.put_back.len()).filter(|&token| token < self.count),
        }
    }

    fn features(&self) -> [Option<usize>; FEATURES] {
        let (b0, s0) = (self.buffered(0), self.stacked(0));
        let last = |children: &[u32], token: Option<usize>| get(children[token?]);
        [
            b0,
            self.buffered(1),
            s0,
            self.stacked(1),
            self.stacked(2),
            last(&self.last_left, b0),
            last(&self.last_left, s0),
            last(&self.last_right, s0),
        ]
    }

    /// The kinds of action that are possible, as bits.
    fn possible(&self) -> usize {
        let left = self.buffer_len();
        let b0 = self.buffered(0);
        let begins = b0.is_some_and(|token| self.starts_sentence[token]);
        let reshift = b0.is_some_and(|token| self.was_put_back[token]);
        let has_stack = !self.stack.is_empty();
        let mut kinds = 0;
        if !has_stack || (left >= 2 && !begins && !reshift) {
            kinds |= SHIFT;
        }
        if has_stack {
            kinds |= REDUCE;
        }
        if has_stack && left > 0 && !begins {
            kinds |= ARC;
        }
        if left >= 2 && self.can_break() {
            kinds |= BREAK;
        }
        kinds
    }

    fn can_break(&self) -> bool {
        match (self.buffered(0), self.buffered(1)) {
            (Some(b0), Some(b1)) => b1 == b0 + 1 && !self.starts_sentence[b1],
            _ => false,
        }
    }

    fn apply(&mut self, action: Action) {
        match action {
            Action::Shift => self.shift(),
            Action::Reduce => self.reduce(),
            Action::Left(label) => {
                if let (Some(b0), Some(s0)) = (self.buffered(0), self.stacked(0)) {
                    self.add_arc(b0, s0, label);
                    self.was_put_back[b0] = false;
                    self.stack.pop();
                }
            }
            Action::Right(label) => {
                if let (Some(b0), Some(s0)) = (self.buffered(0), self.stacked(0)) {
                    self.add_arc(s0, b0, label);
                    self.shift();
                }
            }
            Action::Break => {
                if let Some(b1) = self.buffered(1) {
                    self.starts_sentence[b1] = true;
                }
            }
        }
    }

    fn shift(&mut self) {
        if let Some(token) = self.put_back.pop() {
            self.stack.push(token);
        } else if self.next < self.count {
            self.stack.push(self.next as u32);
            self.next += 1;
        }
    }

    /// Pops a token that has a head or is the last on the stack; any other goes back in front of the text.
    fn reduce(&mut self) {
        let Some(token) = self.stack.pop() else { return };
        if self.heads[token as usize] == NONE && !self.stack.is_empty() {
            self.was_put_back[token as usize] = true;
            self.put_back.push(token);
        }
    }

    fn add_arc(&mut self, head: usize, child: usize, label: u16) {
        if let Some(old) = get(self.heads[child]) {
            self.remove_arc(old, child);
        }
        self.heads[child] = head as u32;
        self.labels[child] = label;
        if head > child {
            self.last_left[head] = child as u32;
        } else {
            self.right_before[child] = self.last_right[head];
            self.last_right[head] = child as u32;
        }
    }

    /// Takes back an arc. A token that loses its head is on top of the stack, so it got that head from its left, as the last
    /// of its children.
    fn remove_arc(&mut self, head: usize, child: usize) {
        debug_assert_eq!(self.last_right[head], child as u32);
        if self.last_right[head] == child as u32 {
            self.last_right[head] = self.right_before[child];
        }
    }
}
