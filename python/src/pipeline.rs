//! From text to extraction.

use crate::articles::{FromPython, Raised, article, date};
use crate::{failed, wrong};
use entente::article::Cues;
use entente::pipeline::{self, Failure, Stop, each};
use pyo3::prelude::*;
use std::path::PathBuf;
use std::sync::{Arc, Mutex, PoisonError};

/// Model, gazetteer and rules, loaded once.
#[pyclass(frozen, module = "entente._entente")]
pub struct Pipeline {
    pub inner: Arc<pipeline::Pipeline>,
    pub cues: Arc<Cues>,
}

#[pymethods]
impl Pipeline {
    #[new]
    #[pyo3(signature = (model=None, data=None, gazetteer=Vec::new()))]
    fn new(py: Python<'_>, model: Option<PathBuf>, data: Option<PathBuf>, gazetteer: Vec<PathBuf>) -> PyResult<Self> {
        let load = || {
            let mut pipeline = pipeline::Pipeline::embedded()?;
            if let Some(folder) = model {
                pipeline = pipeline.with_model(&folder)?;
            }
            if let Some(folder) = data {
                pipeline = pipeline.with_rules(&folder)?;
            }
            gazetteer.iter().try_fold(pipeline, |pipeline, file| pipeline.with_gazetteer(file))
        };
        let inner = py.detach(load).map_err(failed)?;
        Ok(Self { inner: Arc::new(inner), cues: Arc::new(Cues::embedded()) })
    }

    /// The extraction of one article as JSON.
    #[pyo3(signature = (item, date=None))]
    fn extract(&self, py: Python<'_>, item: &Bound<'_, PyAny>, date: Option<&str>) -> PyResult<String> {
        let mut article = article(item, 1, &self.cues)?;
        if let Some(day) = date {
            article.published = Some(self::date(day)?);
        }
        py.detach(|| serde_json::to_string(&self.inner.extract(&article))).map_err(wrong)
    }

    /// The extractions of many, in their order, as JSON.
    #[pyo3(signature = (items, threads=None))]
    fn extract_many(&self, items: &Bound<'_, PyAny>, threads: Option<usize>) -> PyResult<Extractions> {
        let (articles, raised) = FromPython::new(items, self.cues.clone())?;
        let (pipeline, stop) = (self.inner.clone(), Stop::default());
        let work = move |article: &_| serde_json::to_string(&pipeline.extract(article));
        let results = each(articles, work, crate::pipeline::threads(threads), stop.clone());
        Ok(Extractions { results: Mutex::new(Box::new(results)), raised, stop })
    }
}

/// As many threads as are asked for, else one for each processor.
pub fn threads(asked: Option<usize>) -> usize {
    asked.or_else(|| std::thread::available_parallelism().ok().map(usize::from)).unwrap_or(1).max(1)
}

type Results = Box<dyn Iterator<Item = Result<serde_json::Result<String>, Failure>> + Send>;

/// Extractions on their way.
#[pyclass(frozen, module = "entente._entente")]
pub struct Extractions {
    results: Mutex<Results>,
    raised: Raised,
    stop: Stop,
}

#[pymethods]
impl Extractions {
    fn __iter__(this: PyRef<'_, Self>) -> PyRef<'_, Self> {
        this
    }

    fn __next__(&self, py: Python<'_>) -> PyResult<Option<String>> {
        let next = py.detach(|| self.results.lock().unwrap_or_else(PoisonError::into_inner).next());
        match next {
            Some(result) => Ok(Some(result.map_err(failed)?.map_err(wrong)?)),
            None => match self.raised.lock().unwrap_or_else(PoisonError::into_inner).take() {
                Some(error) => Err(error),
                None => Ok(None),
            },
        }
    }
}

impl Drop for Extractions {
    fn drop(&mut self) {
        self.stop.ask();
    }
}
