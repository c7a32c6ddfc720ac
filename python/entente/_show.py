"""How results show themselves in a notebook."""

from __future__ import annotations

from html import escape
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from . import Extraction, Table

_ROWS = 20
_COLOURS = {"trigger": "#ffe08a", "actor": "#b9e6c9", "recipient": "#b8d4f5", "place": "#e5cdf2", "time": "#f3d3c0"}


def table_html(table: Table) -> str:
    """The first rows as a table."""
    head = "".join(f"<th>{escape(name)}</th>" for name in table.columns)
    rows = "".join(
        "<tr>" + "".join(f"<td>{_cell(value)}</td>" for value in table[i].values()) + "</tr>"
        for i in range(min(len(table), _ROWS))
    )
    return f"<table><thead><tr>{head}</tr></thead><tbody>{rows}</tbody></table><p>{_count(len(table), 'row')}</p>"


def extraction_html(reading: Extraction) -> str:
    """Each sentence that tells of an event, with the words that do, and what they were read as."""
    title = reading.article.get("title")
    parts = [f"<h4>{escape(title)}</h4>"] if title else []
    for index in range(len(reading.sentences)):
        events = [event for event in reading.events if event["sentence"] == index]
        if events:
            parts.append(f"<p>{_marked(reading, index, events)}</p>{_events(reading, events)}")
    counts = [(len(reading.entities), "entity"), (len(reading.events), "event"), (len(reading.quotations), "quotation")]
    parts.append(f"<p>{', '.join(_count(number, thing) for number, thing in counts)}</p>")
    return "".join(parts)


def _marked(reading: Extraction, index: int, events: list[dict[str, Any]]) -> str:
    sentence = reading.sentences[index]
    spans = sorted(
        ((span["start"], -span["end"], kind) for event in events for kind, span in _spans(event)),
    )
    html, at = [], sentence["start"]
    for start, end, kind in spans:
        # Of spans that overlap, the first and longest is shown.
        if start >= at and -end <= sentence["end"]:
            html.append(escape(reading.text[at:start]))
            words = escape(reading.text[start:-end])
            html.append(f'<mark title="{kind}" style="background:{_COLOURS[kind]};color:#111">{words}</mark>')
            at = -end
    html.append(escape(reading.text[at : sentence["end"]]))
    return "".join(html)


def _spans(event: dict[str, Any]) -> list[tuple[str, dict[str, int]]]:
    spans = [("trigger", event["trigger"])]
    spans += [(role, who) for role in ("actor", "recipient") for who in event.get(role, [])]
    spans += [(role, event[role]) for role in ("place", "time") if event.get(role)]
    return [(role, span) for role, span in spans if span["start"] < span["end"]]


def _events(reading: Extraction, events: list[dict[str, Any]]) -> str:
    head = "".join(f"<th>{name}</th>" for name in ("event", "who", "whom", "place", "time", "status", "according to"))
    return f"<table><thead><tr>{head}</tr></thead><tbody>{''.join(_event(reading, e) for e in events)}</tbody></table>"


def _event(reading: Extraction, event: dict[str, Any]) -> str:
    def names(ids: list[str]) -> str:
        return ", ".join(reading.name(entity) for entity in ids)

    place, time = event.get("place"), event.get("time")
    status = event["status"] if event["polarity"] == "positive" else f"{event['status']}, negative"
    cells = [
        " ".join(filter(None, [event["class"], event.get("type") and f"({event['type']})"])),
        names([who["entity"] for who in event.get("actor", [])]),
        names([who["entity"] for who in event.get("recipient", [])]),
        reading.name(place["entity"]) if place else "",
        time["value"] if time else "",
        status,
        names(event.get("attribution", [])),
    ]
    return "<tr>" + "".join(f"<td>{escape(cell)}</td>" for cell in cells) + "</tr>"


def _cell(value: Any) -> str:
    if value is None:
        return ""
    text = str(value)
    if text.startswith(("http://", "https://")):
        return f'<a href="{escape(text)}">{escape(text.rstrip("/").rsplit("/", 1)[-1])}</a>'
    return escape(text)


def _count(number: int, thing: str) -> str:
    things = thing if number == 1 else thing[:-1] + "ies" if thing.endswith("y") else thing + "s"
    return f"{number:,} {things}"
