//! The linear model: a weight for each feature and type, and the probabilities that follow from them.

use crate::lexicon::{DataError, DataFile};
use std::collections::{BTreeSet, HashMap};

/// Weights of a multinomial logistic regression, as `data/coder/README.md` describes them.
#[derive(Clone, Debug)]
pub struct Weights {
    labels: Vec<String>,
    /// One weight for each label.
    rows: HashMap<String, Vec<f32>>,
}

impl Weights {
    /// Reads a table whose first line is `feature` and the labels, and the others a feature and its weights; an empty cell
    /// is a weight of 0.
    pub fn load(file: &DataFile) -> Result<Self, DataError> {
        let mut lines = file.text.lines();
        let header = lines.next().unwrap_or_default();
        let labels: Vec<String> = header.split('\t').skip(1).map(str::to_owned).collect();
        if labels.len() < 2 {
            return Err(file.error_at(0, "expected `feature` and at least two labels"));
        }
        let mut at = header.len() + 1;
        let mut rows = HashMap::new();
        for line in lines {
            let (feature, weights) = row(line, labels.len()).map_err(|message| file.error_at(at, &message))?;
            if rows.insert(feature, weights).is_some() {
                return Err(file.error_at(at, "this feature stands here twice"));
            }
            at += line.len() + 1;
        }
        Ok(Self { labels, rows })
    }

    pub fn labels(&self) -> &[String] {
        &self.labels
    }

    /// Probability of each label, in the order of [`Self::labels`]. Features without weights say nothing.
    pub fn probabilities(&self, features: &BTreeSet<String>) -> Vec<f32> {
        let mut scores = self.rows.get("bias").cloned().unwrap_or_else(|| vec![0.0; self.labels.len()]);
        for row in features.iter().filter_map(|f| self.rows.get(f)) {
            scores.iter_mut().zip(row).for_each(|(score, weight)| *score += weight);
        }
        softmax(&scores)
    }
}

fn row(line: &str, labels: usize) -> Result<(String, Vec<f32>), String> {
    let mut cells = line.split('\t');
    let feature = cells.next().unwrap_or_default().to_owned();
    let weight = |cell: &str| match cell {
        "" => Ok(0.0),
        _ => cell.parse().map_err(|_| format!("`{cell}` is no number")),
    };
    let weights = cells.map(weight).collect::<Result<Vec<f32>, _>>()?;
    if weights.len() == labels {
        Ok((feature, weights))
    } else {
        Err(format!("expected {labels} weights, found {}", weights.len()))
    }
}

fn softmax(scores: &[f32]) -> Vec<f32> {
    let most = scores.iter().copied().fold(f32::NEG_INFINITY, f32::max);
    let powers: Vec<f32> = scores.iter().map(|s| (s - most).exp()).collect();
    let sum: f32 = powers.iter().sum();
    powers.into_iter().map(|p| p / sum).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn probabilities_follow_the_weights() {
        let file = DataFile::embedded("weights.tsv", "feature\tAID\tPROTEST\nbias\t\t\nw=give\t1\t-1\n");
        let weights = Weights::load(&file).expect("a table");
        let given = weights.probabilities(&BTreeSet::from(["w=give".to_owned(), "w=unknown".to_owned()]));
        assert!((given[0] - 0.880_797).abs() < 1e-5, "{given:?}");
        assert_eq!(weights.probabilities(&BTreeSet::new()), [0.5, 0.5]);
    }

    #[test]
    fn errors_name_the_line() {
        let load = |text| Weights::load(&DataFile::embedded("weights.tsv", text)).expect_err("an error").message;
        assert_eq!(load("feature\tAID\tPROTEST\nbias\t1\n"), "weights.tsv:2:1: expected 2 weights, found 1");
        assert_eq!(load("feature\tAID\tPROTEST\nbias\t1\tx\n"), "weights.tsv:2:1: `x` is no number");
    }
}
