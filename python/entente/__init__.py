"""Entente reads news and keeps the record: who did what to whom, when, where, and who says so.

>>> import entente
>>> pipeline = entente.Pipeline()
>>> reading = pipeline.extract("Xi Jinping met Kim Jong Un in Beijing on Thursday.", date="2025-09-05")
>>> reading.events[0]["type"], reading.events[0]["time"]["value"]
('CONSULT', '2025-09-04')
>>> graph = entente.Graph()
>>> graph.add([{"id": "a", "text": reading.text, "published": "2025-09-05"}])
1
>>> [row["who"] for row in graph.query("who-met-whom") if row["whom"] != "Xi Jinping"]
['Xi Jinping']
"""

from __future__ import annotations

import datetime
import json
import os
from typing import Any, Iterable, Iterator, Mapping, Optional, Sequence, Union

from . import _entente
from ._show import extraction_html, table_html

__all__ = ["Article", "Extraction", "Graph", "Pipeline", "Table"]

#: A text, or a mapping with ``text`` and, where known, ``id``, ``title``, ``published``, ``url``, ``publisher``, ``byline``
#: and ``language``.
Article = Union[str, Mapping[str, Any]]
Day = Union[str, datetime.date]
Names = Union[str, Iterable[str]]


class Pipeline:
    """The language model, the gazetteer and the rules. Loading takes a moment; one pipeline serves any number of threads.

    ``model`` is the folder of another spaCy model of English, ``data`` a folder with rules and word lists in place of the
    program's own, ``gazetteer`` files with more names.
    """

    def __init__(
        self,
        *,
        model: Optional[str] = None,
        data: Optional[str] = None,
        gazetteer: Sequence[str] = (),
    ) -> None:
        self._inner = _entente.Pipeline(model, data, list(gazetteer))

    def extract(self, text: Article, date: Optional[Day] = None) -> Extraction:
        """What one article says. ``date`` is the day of publication, from which "on Thursday" is read.

        Any text has an answer, which may be empty.
        """
        return Extraction(json.loads(self._inner.extract(text, _day(date))))

    def extract_many(self, articles: Iterable[Article], *, threads: Optional[int] = None) -> Iterator[Extraction]:
        """What each of many articles says, in their order, on all processors or so many ``threads``.

        Articles are taken from the iterable as results are taken from here, a few ahead, so neither needs to fit in memory.
        """
        return (Extraction(json.loads(text)) for text in self._inner.extract_many(articles, threads))


class Extraction:
    """What an article says: its ``events``, ``entities``, ``relations``, ``quotations`` and so on, as lists of dicts.

    In a notebook it shows itself as the sentences with what was found in them.
    """

    def __init__(self, data: dict[str, Any]) -> None:
        #: Everything, as ``entente extract`` prints it.
        self.data = data

    def __getattr__(self, name: str) -> Any:
        if name in ("entities", "events", "mentions", "quotations", "relations", "sentences", "times"):
            return self.data.get(name, [])
        raise AttributeError(name)

    def __dir__(self) -> list[str]:
        lists = ["entities", "events", "mentions", "quotations", "relations", "sentences", "times"]
        return [*super().__dir__(), *lists]

    @property
    def text(self) -> str:
        """The text, into which all offsets point, in characters."""
        return self.data["text"]

    @property
    def article(self) -> dict[str, Any]:
        """What is known beside the text: id, title, day of publication."""
        return self.data["article"]

    def name(self, entity: str) -> str:
        """The name of an entity by its id in this article, such as ``e0``."""
        return next((e["label"] for e in self.entities if e["id"] == entity), entity)

    def words(self, span: Mapping[str, Any]) -> str:
        """The words that a span, mention, trigger or participant points to."""
        return self.text[span["start"] : span["end"]]

    def sentence(self, index: int) -> str:
        """The words of a sentence by its number."""
        return self.words(self.sentences[index])

    def __repr__(self) -> str:
        return f"<Extraction: {len(self.entities)} entities, {len(self.events)} events, {len(self.quotations)} quotations>"

    def _repr_html_(self) -> str:
        return extraction_html(self)


class Table:
    """Rows under named columns, for :meth:`to_pandas`, :meth:`to_polars`, or whatever else reads Arrow.

    Iterating gives rows as dicts. In a notebook it shows itself as a table.
    """

    def __init__(self, inner: _entente.Table) -> None:
        self._inner = inner

    @property
    def columns(self) -> list[str]:
        """The names of the columns."""
        return self._inner.columns

    def __len__(self) -> int:
        return len(self._inner)

    def __iter__(self) -> Iterator[dict[str, Any]]:
        return (self[i] for i in range(len(self)))

    def __getitem__(self, index: int) -> dict[str, Any]:
        row = self._inner.row(index + len(self) if index < 0 else index) if index >= -len(self) else None
        if row is None:
            raise IndexError(index)
        return row

    def __arrow_c_stream__(self, requested_schema: Optional[object] = None) -> object:
        return self._inner.__arrow_c_stream__(requested_schema)

    def to_arrow(self) -> Any:
        """As a ``pyarrow.Table``."""
        import pyarrow

        return pyarrow.table(self)

    def to_pandas(self) -> Any:
        """As a ``pandas.DataFrame``; dates as ``datetime64``."""
        return self.to_arrow().to_pandas(date_as_object=False)

    def to_polars(self) -> Any:
        """As a ``polars.DataFrame``."""
        import polars

        return polars.DataFrame(self)

    def __repr__(self) -> str:
        return f"<Table: {len(self)} rows; {', '.join(self.columns)}>"

    def _repr_html_(self) -> str:
        return table_html(self)


class Graph:
    """Articles and what is known from them. Without a path it is new and in memory.

    A store that ``entente build`` made is opened with :meth:`open`.
    """

    def __init__(self, _inner: Optional[_entente.Graph] = None) -> None:
        self._inner = _inner if _inner is not None else _entente.Graph()

    @classmethod
    def open(cls, path: Union[str, os.PathLike[str]], *, writable: bool = False) -> Graph:
        """The store in a folder: for questions, or ``writable``, and then made if it is not there.

        Raises ``OSError`` when there is no store, or somebody else writes to it.
        """
        return cls(_entente.Graph(os.fspath(path), writable))

    def add(
        self, articles: Iterable[Article], *, pipeline: Optional[Pipeline] = None, threads: Optional[int] = None
    ) -> int:
        """Reads articles and puts what they say into the graph, in place of what articles of the same id said. Returns how
        many there were."""
        return self._inner.add((pipeline or Pipeline())._inner, articles, threads)

    def add_files(
        self,
        *paths: Union[str, os.PathLike[str]],
        pipeline: Optional[Pipeline] = None,
        threads: Optional[int] = None,
    ) -> int:
        """The same with files, folders and patterns, as ``entente build`` takes them."""
        return self._inner.add_files((pipeline or Pipeline())._inner, [os.fspath(p) for p in paths], threads)

    def retract(self, id: str) -> bool:
        """Takes an article back, with all that only it supported. Returns whether it was there."""
        return self._inner.retract(id)

    def query(self, sparql: str, *, timeout: Optional[float] = None, **values: Any) -> Union[bool, Table]:
        """The answer to SPARQL, or to a named question such as ``"who-met-whom"``; for ASK a bool.

        The usual prefixes need not be declared. Keywords give variables of the answer a value, as ``entente query`` takes
        them: ``graph.query("timeline", entity="Xi Jinping")``. After ``timeout`` seconds it raises ``TimeoutError``.
        """
        answer = self._inner.query(sparql, [(k, str(v)) for k, v in values.items()], timeout)
        return answer if isinstance(answer, bool) else Table(answer)

    def table(
        self,
        name: str,
        *,
        since: Optional[Day] = None,
        until: Optional[Day] = None,
        type: Names = (),
        country: Names = (),
        min_confidence: Optional[float] = None,
        status: Names = (),
    ) -> Table:
        """The table ``events``, ``entities`` or ``relations``, with the columns and the selection of ``entente export``."""
        return Table(
            self._inner.table(
                name, _day(since), _day(until), _names(type), _names(country), min_confidence, _names(status)
            )
        )

    def events(
        self,
        *,
        since: Optional[Day] = None,
        until: Optional[Day] = None,
        type: Names = (),
        country: Names = (),
        min_confidence: Optional[float] = None,
        status: Names = (),
        frame: str = "pandas",
    ) -> Any:
        """Events as a data frame of ``"pandas"`` or ``"polars"``: a row for each event and pair of actor and recipient.

        ``since`` and ``until`` are days; ``type`` a PLOVER type or class, ``country`` an ISO 3166-1 alpha-3 code, ``status``
        such as ``"reported"``, each of them one or several. Only what articles themselves assert, unless ``status`` says
        otherwise (``"all"``: whatever they say).
        """
        table = self.table(
            "events",
            since=since,
            until=until,
            type=type,
            country=country,
            min_confidence=min_confidence,
            status=status,
        )
        if frame not in ("pandas", "polars"):
            raise ValueError(f"`{frame}` is no kind of frame: pandas or polars")
        return table.to_pandas() if frame == "pandas" else table.to_polars()

    def articles(self) -> list[str]:
        """The IRIs of the articles, in order."""
        return self._inner.articles()

    def __repr__(self) -> str:
        return f"<Graph: {len(self.articles())} articles>"


def _day(day: Optional[Day]) -> Optional[str]:
    return None if day is None else str(day)


def _names(names: Names) -> list[str]:
    return [names] if isinstance(names, str) else list(names)
