//! What is done with one article: the stages, one after the other.

use crate::article::Article;
use crate::extract::{ArticleInfo, Extraction, SentenceInfo};
use crate::text::CodePoints;

/// The stages with all they need, loaded once.
pub struct Pipeline {}

impl Pipeline {
    /// A pipeline of the model and tables that come with the program.
    pub fn embedded() -> Self {
        Self {}
    }

    /// Reads one article. Any text has an answer.
    pub fn extract(&self, article: &Article) -> Extraction {
        let points = CodePoints::new(&article.text);
        let sentences = article.blocks.iter().map(|block| SentenceInfo {
            start: points.at(block.span.start),
            end: points.at(block.span.end),
            kind: block.kind,
        });
        Extraction {
            article: article_info(article),
            text: article.text.to_string(),
            sentences: sentences.collect(),
            ..Extraction::default()
        }
    }
}

fn article_info(article: &Article) -> ArticleInfo {
    ArticleInfo {
        id: article.id.clone(),
        title: article.title.clone(),
        published: article.published.map(|day| day.to_string()),
        url: article.url.clone(),
        publisher: article.publisher.clone(),
        byline: article.byline.clone(),
        language: article.language.clone(),
    }
}
