//! Documents about names, gathered by the thing that is named.

use super::documents::THING;
use std::collections::HashMap;
use tantivy::collector::{Collector, SegmentCollector};
use tantivy::columnar::StrColumn;
use tantivy::{DocId, Score, SegmentOrdinal, SegmentReader};

/// Gathers things, each with its best score and the number of articles that name it so.
pub(super) struct Things;

/// By the IRI of the thing.
pub(super) type Gathered = HashMap<String, Hit>;

#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub(super) struct Hit {
    pub score: Score,
    pub articles: usize,
}

impl Hit {
    fn join(&mut self, other: Self) {
        self.score = self.score.max(other.score);
        self.articles += other.articles;
    }

    /// Well named and often named things first.
    pub(super) fn rank(self) -> f32 {
        self.score * (1.0 + (self.articles as f32).ln())
    }
}

impl Collector for Things {
    type Fruit = Gathered;
    type Child = InSegment;

    fn for_segment(&self, _: SegmentOrdinal, segment: &SegmentReader) -> tantivy::Result<InSegment> {
        Ok(InSegment { things: segment.fast_fields().str(THING)?, hits: HashMap::new() })
    }

    fn requires_scoring(&self) -> bool {
        true
    }

    fn merge_fruits(&self, segments: Vec<Gathered>) -> tantivy::Result<Gathered> {
        let mut all = Gathered::new();
        for (thing, hit) in segments.into_iter().flatten() {
            all.entry(thing).or_default().join(hit);
        }
        Ok(all)
    }
}

/// The things of one segment, by their number in its dictionary.
pub(super) struct InSegment {
    things: Option<StrColumn>,
    hits: HashMap<u64, Hit>,
}

impl SegmentCollector for InSegment {
    type Fruit = Gathered;

    fn collect(&mut self, document: DocId, score: Score) {
        for thing in self.things.iter().flat_map(|things| things.term_ords(document)) {
            self.hits.entry(thing).or_default().join(Hit { score, articles: 1 });
        }
    }

    fn harvest(self) -> Gathered {
        let Some(things) = self.things else { return Gathered::new() };
        let named = |(thing, hit)| {
            let mut name = String::new();
            things.ord_to_str(thing, &mut name).ok()?.then_some((name, hit))
        };
        self.hits.into_iter().filter_map(named).collect()
    }
}
