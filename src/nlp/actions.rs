//! The two networks on top of the words' vectors that choose actions: of the parser and of the name finder.

use super::matrix::{ACTIONS, Dense, HIDDEN, LANE, Lane, Level, Scorer};
use super::parts::{LoadError, Moves, Parts};
use super::tok2vec::Encoded;
use std::ops::Range;

/// Scores actions from the vectors of a few tokens, its features.
#[derive(Debug)]
pub struct ActionModel {
    level: Level,
    /// Narrows a token's vector.
    linear: Dense,
    /// For one token, its share in the hidden layer as each of the features.
    lower: Dense,
    /// The share of a feature that has no token.
    missing: Vec<Share>,
    scorer: Scorer,
}

/// What one token adds to the hidden layer in the place of one feature.
pub type Share = [Lane; 2 * HIDDEN];

/// Scores that are forbidden are minus infinity, others zero.
pub type Mask = [Lane; ACTIONS];

/// The shares of a text's tokens, and room for working them out.
#[derive(Debug, Default)]
pub struct Shares {
    linear: Vec<Lane>,
    starts: Vec<usize>,
    lanes: Vec<Lane>,
}

const UNITS: usize = HIDDEN * LANE;

impl ActionModel {
    pub fn new(parts: &Parts, network: &str, features: usize, actions: usize, level: Level) -> Result<Self, LoadError> {
        // Of the two linear layers the last is the one below: nodes are numbered from the top.
        let name = |layer: &str, param: &str| format!("{network}.{layer}.{param}");
        if actions > ACTIONS * LANE {
            return Err(parts.error(name("moves", ""), format!("{actions} actions are more than {}", ACTIONS * LANE)));
        }
        let inputs = parts.array(&name("linear.1", "W"), &[UNITS, 0])?.shape[1];
        let linear = &parts.array(&name("linear.1", "W"), &[UNITS, inputs])?.values;
        let linear_bias = &parts.array(&name("linear.1", "b"), &[UNITS])?.values;
        let lower = &parts.array(&name("precomputable_affine.0", "W"), &[features, UNITS, 2, UNITS])?.values;
        let lower_bias = &parts.array(&name("precomputable_affine.0", "b"), &[UNITS, 2])?.values;
        let missing = &parts.array(&name("precomputable_affine.0", "pad"), &[1, features, UNITS, 2])?.values;
        let upper = &parts.array(&name("linear.0", "W"), &[actions, UNITS])?.values;
        let upper_bias = &parts.array(&name("linear.0", "b"), &[actions])?.values;
        // An output of the lower layer is feature, piece, unit; in the file it is feature, unit, piece.
        let place = |output: usize| {
            let (feature, rest) = (output / (2 * UNITS), output % (2 * UNITS));
            (feature * UNITS + rest % UNITS) * 2 + rest / UNITS
        };
        let share = |f: usize| {
            std::array::from_fn(|l| Lane(std::array::from_fn(|i| missing[place(f * 2 * UNITS + l * LANE + i)])))
        };
        Ok(Self {
            level,
            linear: Dense::new(inputs, UNITS, |o, i| linear[o * inputs + i], |o| linear_bias[o]),
            lower: Dense::new(UNITS, features * 2 * UNITS, |o, i| lower[place(o) * UNITS + i], |_| 0.0),
            missing: (0..features).map(share).collect(),
            scorer: Scorer::new(actions, |u, p| lower_bias[u * 2 + p], |a, u| upper[a * UNITS + u], |a| upper_bias[a]),
        })
    }

    /// Works out the shares of the tokens of one text.
    pub fn share(&self, encoded: &Encoded, tokens: Range<usize>, shares: &mut Shares) {
        let count = tokens.len();
        let Shares { linear, starts, lanes } = shares;
        linear.resize(count * HIDDEN, Lane::default());
        self.linear.apply(self.level, encoded.vectors(), &encoded.token_starts()[tokens], linear);
        starts.clear();
        starts.extend((0..count).map(|i| i * UNITS));
        lanes.resize(count * self.lower.width(), Lane::default());
        self.lower.apply(self.level, linear, starts, lanes);
    }

    /// What a token adds as a feature; without a token, what stands for that.
    pub fn feature<'a>(&'a self, shares: &'a Shares, feature: usize, token: Option<usize>) -> &'a Share {
        match token {
            None => &self.missing[feature],
            Some(token) => {
                let start = token * self.lower.width() + feature * 2 * HIDDEN;
                shares.lanes[start..].first_chunk().expect("a share for each feature")
            }
        }
    }

    /// The best action that is not masked, the first of several.
    pub fn best(&self, features: &[&Share], mask: &Mask) -> Option<usize> {
        self.scorer.best(self.level, features, mask)
    }

    #[cfg(test)]
    pub fn scores(&self, features: &[&Share]) -> [Lane; ACTIONS] {
        self.scorer.scores(self.level, features)
    }
}

/// The actions in the order in which they are scored, each with kind and label: kinds in their order, in each the more
/// frequent label first.
pub fn in_order(moves: &Moves) -> Vec<(&str, &str)> {
    let mut actions = Vec::new();
    for (kind, labels) in moves {
        let mut labels: Vec<_> = labels.iter().map(|(label, count)| (*count, label.as_str())).collect();
        labels.sort_unstable_by(|a, b| b.cmp(a));
        actions.extend(labels.into_iter().map(|(_, label)| (kind.as_str(), label)));
    }
    actions
}

/// A mask that lets those actions pass for which `allowed` holds.
pub fn mask(actions: usize, allowed: impl Fn(usize) -> bool) -> Mask {
    let value = |action: usize| if action < actions && allowed(action) { 0.0 } else { f32::NEG_INFINITY };
    std::array::from_fn(|l| Lane(std::array::from_fn(|i| value(l * LANE + i))))
}
