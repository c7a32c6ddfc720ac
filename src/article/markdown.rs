//! Markdown: the text analysed is what a reader of the rendered page would see, one paragraph a line.

use super::cues::{Cues, Field};
use super::front_matter::FrontMatter;
use super::layout::{Mark, Paragraph};
use super::{InputError, Outcome, Reason, plain};
use crate::text::Span;
use encoding_rs::Encoding;
use jiff::civil::Date;
use pulldown_cmark::{Event, Options, Parser, Tag, TagEnd};
use std::sync::Arc;

/// Reads a Markdown file.
pub(super) fn read(
    id: &str,
    bytes: Vec<u8>,
    encoding: Option<&'static Encoding>,
    date: Option<Date>,
    cues: &Cues,
) -> Outcome {
    let fail = |reason| InputError::new(id, reason);
    let source = plain::decoded(bytes, encoding, cues).map_err(fail)?;
    let front = FrontMatter::of(&source, cues);
    let (given, warning) = plain::given(&front, id, cues);
    let (text, paragraphs) = render(&source[front.end..]);
    if paragraphs.is_empty() {
        return Err(fail(Reason::Empty));
    }
    let id = front.get(Field::Id).unwrap_or(id).to_owned();
    Ok((plain::joined(id, Arc::from(text), &paragraphs, given, date, cues), warning))
}

/// The visible text of a Markdown source, and its paragraphs. Code blocks, images, raw HTML and footnote marks are left
/// out; list items and table cells are paragraphs of their own.
fn render(source: &str) -> (String, Vec<Paragraph>) {
    let options =
        Options::ENABLE_TABLES | Options::ENABLE_FOOTNOTES | Options::ENABLE_STRIKETHROUGH | Options::ENABLE_TASKLISTS;
    let mut page = Page::default();
    for event in Parser::new_ext(source, options) {
        page.take(event);
    }
    page.end_paragraph();
    (page.text, page.paragraphs)
}

#[derive(Default)]
struct Page {
    text: String,
    paragraphs: Vec<Paragraph>,
    /// Where the paragraph that is being written begins.
    start: usize,
    mark: Mark,
    /// Images and code blocks around the current place: what is in them is not written.
    hidden: usize,
}

impl Page {
    fn take(&mut self, event: Event<'_>) {
        match event {
            Event::Start(tag) => self.open(&tag),
            Event::End(tag) => self.close(tag),
            Event::Text(words) | Event::Code(words) if self.hidden == 0 => self.text.push_str(&words),
            Event::SoftBreak if self.hidden == 0 => self.text.push(' '),
            Event::HardBreak if self.hidden == 0 => self.text.push('\n'),
            Event::Rule => self.end_paragraph(),
            _ => {}
        }
    }

    fn open(&mut self, tag: &Tag<'_>) {
        match tag {
            Tag::Image { .. } | Tag::CodeBlock(_) | Tag::HtmlBlock | Tag::MetadataBlock(_) => self.hidden += 1,
            Tag::Emphasis | Tag::Strong | Tag::Strikethrough | Tag::Link { .. } => {}
            Tag::Heading { .. } => self.begin(Mark::Heading),
            Tag::Item | Tag::TableCell => self.begin(Mark::Item),
            _ => self.end_paragraph(),
        }
    }

    fn begin(&mut self, mark: Mark) {
        self.end_paragraph();
        self.mark = mark;
    }

    fn close(&mut self, tag: TagEnd) {
        match tag {
            TagEnd::Image | TagEnd::CodeBlock | TagEnd::HtmlBlock | TagEnd::MetadataBlock(_) => self.hidden -= 1,
            TagEnd::Emphasis | TagEnd::Strong | TagEnd::Strikethrough | TagEnd::Link => {}
            TagEnd::Heading(_) | TagEnd::Item | TagEnd::TableCell => self.begin(Mark::Nothing),
            _ => self.end_paragraph(),
        }
    }

    fn end_paragraph(&mut self) {
        let words = &self.text[self.start..];
        let start = self.start + words.len() - words.trim_start().len();
        let span = Span::new(start, self.start + words.trim_end().len());
        if words.contains(char::is_alphanumeric) {
            self.paragraphs.push(Paragraph { span, mark: self.mark });
            self.text.truncate(span.end);
            self.text.push_str("\n\n");
            self.mark = Mark::Nothing;
        } else {
            self.text.truncate(self.start);
        }
        self.start = self.text.len();
    }
}
