//! The store.

use crate::articles::{FromPython, date};
use crate::pipeline::{Pipeline, threads};
use crate::table::Table;
use crate::{failed, wrong};
use entente::article::{Input, Inputs, Options, Reader};
use entente::export::{self, Selection, Standing};
use entente::pipeline::{Stop, each};
use entente::store::{QueryAnswer, QueryError, QueryOptions, Store, parse_term, queries};
use pyo3::exceptions::{PyTimeoutError, PyValueError};
use pyo3::prelude::*;
use std::path::PathBuf;
use std::sync::{Arc, PoisonError};
use std::time::Duration;

/// Articles and what is known from them.
#[pyclass(frozen, module = "entente._entente")]
pub struct Graph {
    store: Arc<Store>,
}

/// Articles that are loaded at once.
const BATCH: usize = 50;

#[pymethods]
impl Graph {
    /// The store in a folder, or a new one in memory.
    #[new]
    #[pyo3(signature = (path=None, writable=false))]
    fn new(py: Python<'_>, path: Option<PathBuf>, writable: bool) -> PyResult<Self> {
        let open = || match path {
            None => Store::in_memory(),
            Some(path) if writable => Store::open(&path, None),
            Some(path) => Store::open_read_only(&path),
        };
        Ok(Self { store: Arc::new(py.detach(open).map_err(failed)?) })
    }

    /// Reads articles and loads them; returns how many.
    #[pyo3(signature = (pipeline, items, threads=None))]
    fn add(
        &self,
        py: Python<'_>,
        pipeline: &Pipeline,
        items: &Bound<'_, PyAny>,
        threads: Option<usize>,
    ) -> PyResult<usize> {
        let (articles, raised) = FromPython::new(items, pipeline.cues.clone())?;
        let loaded = self.load(py, pipeline, articles, threads)?;
        match raised.lock().unwrap_or_else(PoisonError::into_inner).take() {
            Some(error) => Err(error),
            None => Ok(loaded),
        }
    }

    /// Reads files and folders and loads their articles; returns how many.
    #[pyo3(signature = (pipeline, paths, threads=None))]
    fn add_files(
        &self,
        py: Python<'_>,
        pipeline: &Pipeline,
        paths: Vec<PathBuf>,
        threads: Option<usize>,
    ) -> PyResult<usize> {
        let inputs: Vec<Input> = paths.iter().map(Input::new).collect();
        let reader =
            Reader::new(Inputs::new(&inputs, pipeline.cues.clone()), Options::default(), pipeline.cues.clone());
        self.load(py, pipeline, reader, threads)
    }

    /// Takes an article back; returns whether it was there.
    fn retract(&self, py: Python<'_>, id: &str) -> PyResult<bool> {
        py.detach(|| self.store.remove_article(id)).map_err(failed)
    }

    /// The answer to a query, as a table or, for ASK, a bool.
    #[pyo3(signature = (query, bindings=Vec::new(), timeout=None))]
    fn query(
        &self,
        py: Python<'_>,
        query: &str,
        bindings: Vec<(String, String)>,
        timeout: Option<f64>,
    ) -> PyResult<Py<PyAny>> {
        let timeout = timeout.map(Duration::try_from_secs_f64).transpose().map_err(wrong)?;
        let term = |(name, text): (String, String)| Ok((name, parse_term(&text).map_err(wrong)?));
        let bindings = bindings.into_iter().map(term).collect::<PyResult<_>>()?;
        let options = QueryOptions { timeout, bindings, ..QueryOptions::default() };
        let sparql = queries::query(query).map_or(query, |named| named.sparql);
        let answer = py.detach(|| self.store.query(sparql, &options)).map_err(|error| match error {
            QueryError::Timeout(_) => PyTimeoutError::new_err(error.to_string()),
            QueryError::Store(_) | QueryError::Thread(_) | QueryError::Evaluation(_) => failed(error),
            _ => wrong(error),
        })?;
        let table = match answer {
            QueryAnswer::Boolean(value) => return Ok(value.into_pyobject(py)?.to_owned().into_any().unbind()),
            QueryAnswer::Solutions(solutions) => {
                let names = solutions.variables.iter().map(|v| v.as_str().to_owned()).collect();
                Table::of_terms(names, solutions.rows)
            }
            QueryAnswer::Graph(triples) => {
                let row =
                    |t: oxigraph::model::Triple| vec![Some(t.subject.into()), Some(t.predicate.into()), Some(t.object)];
                let names = ["subject", "predicate", "object"].map(str::to_owned).to_vec();
                Table::of_terms(names, triples.into_iter().map(row).collect())
            }
        };
        Ok(Py::new(py, table)?.into_any())
    }

    /// One of the tables of `entente export`.
    #[pyo3(signature = (name, since=None, until=None, types=Vec::new(), countries=Vec::new(), min_confidence=None, status=Vec::new()))]
    #[expect(clippy::too_many_arguments, reason = "the keywords of the Python method")]
    fn table(
        &self,
        py: Python<'_>,
        name: &str,
        since: Option<&str>,
        until: Option<&str>,
        types: Vec<String>,
        countries: Vec<String>,
        min_confidence: Option<f64>,
        status: Vec<String>,
    ) -> PyResult<Table> {
        let table = export::Table::ALL.into_iter().find(|t| t.as_str() == name);
        let table = table.ok_or_else(|| PyValueError::new_err(format!("`{name}` is no table")))?;
        let selection = Selection {
            from: since.map(date).transpose()?,
            to: until.map(date).transpose()?,
            types,
            countries,
            confidence: min_confidence,
            standings: standings(&status)?,
        };
        let selection = selection.checked(self.store.mapper().ontology()).map_err(wrong)?;
        let columns = table.columns().into_iter().map(|c| (c.name.to_owned(), c.kind)).collect();
        let mut rows = Vec::new();
        py.detach(|| {
            export::rows(&self.store, table, &selection, &mut |row| {
                rows.push(row);
                Ok(())
            })
        })
        .map_err(failed)?;
        Ok(Table::new(columns, rows))
    }

    /// IRIs of the articles, in order.
    fn articles(&self, py: Python<'_>) -> PyResult<Vec<String>> {
        let articles = py.detach(|| self.store.articles()).map_err(failed)?;
        Ok(articles.into_iter().map(|a| a.into_string()).collect())
    }
}

impl Graph {
    fn load(
        &self,
        py: Python<'_>,
        pipeline: &Pipeline,
        articles: impl Iterator<Item = Result<entente::article::Article, entente::article::InputError>> + Send + 'static,
        asked: Option<usize>,
    ) -> PyResult<usize> {
        let (pipeline, mapper, store) = (pipeline.inner.clone(), self.store.mapper().clone(), self.store.clone());
        py.detach(move || {
            let work = move |article: &_| mapper.evidence(&pipeline.extract(article));
            let (mut loaded, mut waiting) = (0, Vec::new());
            for graph in each(articles, work, threads(asked), Stop::default()) {
                match graph {
                    Ok(graph) => waiting.push(graph),
                    Err(failure) if failure.is_warning() => (),
                    Err(failure) => return Err(failed(failure)),
                }
                if waiting.len() == BATCH {
                    loaded += waiting.len();
                    store.replace_graphs(std::mem::take(&mut waiting)).map_err(failed)?;
                }
            }
            loaded += waiting.len();
            store.replace_graphs(waiting).map_err(failed)?;
            store.flush().map_err(failed)?;
            Ok(loaded)
        })
    }
}

/// Statuses by their names; asserted when none is named.
fn standings(names: &[String]) -> PyResult<Vec<Standing>> {
    if names.iter().any(|n| n == "all") {
        return Ok(Standing::ALL.to_vec());
    }
    let named = |name: &String| {
        let standing = Standing::ALL.into_iter().find(|s| s.as_str() == *name);
        standing.ok_or_else(|| PyValueError::new_err(format!("`{name}` is no status")))
    };
    if names.is_empty() { Ok(vec![Standing::Asserted]) } else { names.iter().map(named).collect() }
}
