//! Reports of events that the writer of a store has met lately, so that those of many copies of one text need not be read
//! again from the disk with every copy.

use crate::graph::same::Report;
use oxigraph::model::NamedNode;
use std::collections::{HashMap, VecDeque};

/// So many reports are kept at most; some two kilobytes each.
const MOST: usize = 60_000;

/// Reports by article and name of the event. One that is here says of the event what the store does.
#[derive(Default)]
pub(super) struct Known {
    by_article: HashMap<NamedNode, HashMap<NamedNode, Report>>,
    /// The articles, those first that came first.
    order: VecDeque<NamedNode>,
    number: usize,
}

impl Known {
    pub fn report(&self, article: &NamedNode, instance: &NamedNode) -> Option<Report> {
        self.by_article.get(article)?.get(instance).cloned()
    }

    pub fn learn(&mut self, reports: impl IntoIterator<Item = Report>) {
        for report in reports {
            if !self.by_article.contains_key(&report.article) {
                self.order.push_back(report.article.clone());
            }
            let of_article = self.by_article.entry(report.article.clone()).or_default();
            self.number += usize::from(of_article.insert(report.instance.clone(), report).is_none());
        }
        while self.number > MOST
            && let Some(oldest) = self.order.pop_front()
        {
            self.drop_article(&oldest);
        }
    }

    /// What an article reports is no longer known.
    pub fn forget(&mut self, article: &NamedNode) {
        if self.drop_article(article) {
            self.order.retain(|a| a != article);
        }
    }

    fn drop_article(&mut self, article: &NamedNode) -> bool {
        let gone = self.by_article.remove(article);
        self.number -= gone.as_ref().map_or(0, HashMap::len);
        gone.is_some()
    }
}
