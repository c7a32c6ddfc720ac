//! Articles as Python gives them: a text, or a mapping with `text` and what is known beside it.

use entente::article::{Article, Cues, InputError};
use jiff::civil::Date;
use pyo3::exceptions::{PyTypeError, PyValueError};
use pyo3::prelude::*;
use pyo3::types::{PyIterator, PyMapping, PyString};
use std::sync::{Arc, Mutex, PoisonError};

/// One article; `number` names it when it does not name itself.
pub fn article(item: &Bound<'_, PyAny>, number: usize, cues: &Cues) -> PyResult<Article> {
    if let Ok(text) = item.cast::<PyString>() {
        return Ok(Article::from_text(format!("text-{number}"), text.to_cow()?.into_owned(), cues));
    }
    let fields = item.cast::<PyMapping>().map_err(|_| {
        PyTypeError::new_err("an article is a str, or a mapping with `text` and perhaps `id`, `published` …")
    })?;
    let text = field(fields, "text")?.ok_or_else(|| PyValueError::new_err("an article without `text`"))?;
    let id = field(fields, "id")?.unwrap_or_else(|| format!("text-{number}"));
    let mut article = Article::from_text(id, text, cues);
    if let Some(day) = field(fields, "published")? {
        article.published = Some(date(&day)?);
    }
    for (slot, name) in [
        (&mut article.title, "title"),
        (&mut article.url, "url"),
        (&mut article.publisher, "publisher"),
        (&mut article.byline, "byline"),
        (&mut article.language, "language"),
    ] {
        if let Some(value) = field(fields, name)? {
            *slot = Some(value);
        }
    }
    Ok(article)
}

/// The text of a field; none when it is not there or None. Numbers and dates are taken by their text.
fn field(fields: &Bound<'_, PyMapping>, name: &str) -> PyResult<Option<String>> {
    if !fields.contains(name)? {
        return Ok(None);
    }
    let value = fields.get_item(name)?;
    if value.is_none() { Ok(None) } else { Ok(Some(value.str()?.to_cow()?.into_owned())) }
}

/// A day, also of a time of that day, such as `2025-09-04T10:00:00`.
pub fn date(text: &str) -> PyResult<Date> {
    let day = text.get(..10).filter(|_| text.len() == 10 || text[10..].starts_with(['T', ' ']));
    day.and_then(|d| d.parse().ok())
        .ok_or_else(|| PyValueError::new_err(format!("`{text}` is no day: `YYYY-MM-DD` is expected")))
}

/// What a Python iterator raised, for whoever takes the results.
pub type Raised = Arc<Mutex<Option<PyErr>>>;

/// Articles that a Python iterator gives, one at a time, to a thread of ours. It ends where the iterator raises.
pub struct FromPython {
    iterator: Py<PyIterator>,
    cues: Arc<Cues>,
    number: usize,
    raised: Raised,
}

impl FromPython {
    pub fn new(iterable: &Bound<'_, PyAny>, cues: Arc<Cues>) -> PyResult<(Self, Raised)> {
        let raised = Raised::default();
        let iterator = iterable.try_iter()?.unbind();
        Ok((Self { iterator, cues, number: 0, raised: raised.clone() }, raised))
    }
}

impl Iterator for FromPython {
    type Item = Result<Article, InputError>;

    fn next(&mut self) -> Option<Self::Item> {
        // None when Python is about to end.
        let next = Python::try_attach(|py| {
            let item = self.iterator.bind(py).clone().next()?;
            self.number += 1;
            Some(item.and_then(|item| article(&item, self.number, &self.cues)))
        });
        match next.flatten()? {
            Ok(article) => Some(Ok(article)),
            Err(error) => {
                *self.raised.lock().unwrap_or_else(PoisonError::into_inner) = Some(error);
                None
            }
        }
    }
}
