//! The graph between entities: an edge for all events of one type from one entity to another, and one for each relation.

use super::selection::Selection;
use super::statement::{Party, Reading};
use super::{ExportError, events, relations};
use crate::store::Store;
use jiff::civil::Date;
use oxigraph::model::NamedNode;
use quick_xml::escape::escape;
use std::collections::{BTreeMap, BTreeSet};
use std::io::{self, Write};
use std::rc::Rc;

/// A format for graphs.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum NetworkFormat {
    /// For Gephi: GEXF 1.3, with the days on which edges begin and end.
    Gexf,
    /// For Cytoscape and yEd.
    GraphMl,
}

impl NetworkFormat {
    pub const ALL: [Self; 2] = [Self::Gexf, Self::GraphMl];

    /// The name on the command line.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Gexf => "gexf",
            Self::GraphMl => "graphml",
        }
    }
}

/// Writes the graph of what is selected, and returns the number of its edges. Nodes and edges are held in memory, so that they
/// can be counted and come in order; articles and events are not.
pub fn export_network(
    store: &Store,
    format: NetworkFormat,
    selection: &Selection,
    out: &mut dyn Write,
) -> Result<u64, ExportError> {
    let reading = Reading::new(store);
    let edges = edges(&reading, selection)?;
    let ends = edges.keys().flat_map(|key| [&key.0, &key.1]);
    let nodes: BTreeSet<&str> = ends.map(String::as_str).collect();
    let mut writer = Writer { reading: &reading, format, out };
    writer.write(&nodes, &edges)?;
    writer.out.flush()?;
    Ok(edges.len() as u64)
}

/// From whom, to whom, and what: a PLOVER type, a class where there is none, or a relation.
type Key = (String, String, String);

struct Edge {
    is_event: bool,
    /// How many events, or for a relation how many articles.
    weight: i64,
    quad: Option<i64>,
    score: Option<f64>,
    first: Option<Date>,
    last: Option<Date>,
}

impl Edge {
    fn extend(&mut self, first: Option<Date>, last: Option<Date>) {
        self.first = self.first.into_iter().chain(first).min();
        self.last = self.last.into_iter().chain(last).max();
    }
}

fn edges(reading: &Reading<'_>, selection: &Selection) -> Result<BTreeMap<Key, Edge>, ExportError> {
    let mut edges = BTreeMap::new();
    events::each(reading, selection, &mut |event, dyads| {
        let what = event.kind.as_deref().or(event.class.as_deref()).unwrap_or("event");
        for (actor, recipient) in dyads {
            let (Some(actor), Some(recipient)) = (actor, recipient) else { continue };
            let empty =
                Edge { is_event: true, weight: 0, quad: event.quad, score: event.score, first: None, last: None };
            let edge = edges.entry((actor.id.clone(), recipient.id.clone(), what.to_owned())).or_insert(empty);
            edge.weight += 1;
            let day = event.statement.article.published;
            edge.extend(event.first.or(day), event.last.or(day));
        }
        Ok(())
    })?;
    relations::each(reading, selection, &mut |relation| {
        let Some(object) = &relation.object else { return Ok(()) };
        let empty = Edge { is_event: false, weight: 0, quad: None, score: None, first: None, last: None };
        let key = (relation.subject.id.clone(), object.id.clone(), relation.name().to_owned());
        edges.entry(key).or_insert(empty).weight += relation.statement.articles;
        Ok(())
    })?;
    Ok(edges)
}

/// Names and types of what nodes and edges tell of themselves.
const NODE_FIELDS: [(&str, &str); 8] = [
    ("iri", "string"),
    ("name", "string"),
    ("type", "string"),
    ("country", "string"),
    ("sector", "string"),
    ("wikidata", "string"),
    ("latitude", "double"),
    ("longitude", "double"),
];
const EDGE_FIELDS: [(&str, &str); 6] = [
    ("what", "string"),
    ("kind", "string"),
    ("quad", "int"),
    ("score", "double"),
    ("first", "string"),
    ("last", "string"),
];

fn node_values(party: &Party) -> [Option<String>; 8] {
    [
        Some(party.id.clone()),
        Some(party.name.clone()),
        party.class.clone(),
        party.country.clone(),
        party.sector.clone(),
        party.wikidata.clone(),
        party.position.map(|(lat, _)| lat.to_string()),
        party.position.map(|(_, lon)| lon.to_string()),
    ]
}

fn edge_values(what: &str, edge: &Edge) -> [Option<String>; 6] {
    let text = |day: Option<Date>| day.map(|d| d.to_string());
    [
        Some(what.to_owned()),
        Some(if edge.is_event { "event" } else { "relation" }.to_owned()),
        edge.quad.map(|q| q.to_string()),
        edge.score.map(|s| s.to_string()),
        text(edge.first),
        text(edge.last),
    ]
}

struct Writer<'a> {
    reading: &'a Reading<'a>,
    format: NetworkFormat,
    out: &'a mut dyn Write,
}

impl Writer<'_> {
    fn write(&mut self, nodes: &BTreeSet<&str>, edges: &BTreeMap<Key, Edge>) -> Result<(), ExportError> {
        let numbers: BTreeMap<&str, usize> = nodes.iter().enumerate().map(|(i, n)| (*n, i)).collect();
        match self.format {
            NetworkFormat::Gexf => self.gexf(nodes, edges),
            NetworkFormat::GraphMl => self.graphml(&numbers, edges),
        }
    }

    fn party(&self, iri: &str) -> Result<Rc<Party>, ExportError> {
        self.reading.party(&NamedNode::new_unchecked(iri))
    }

    fn gexf(&mut self, nodes: &BTreeSet<&str>, edges: &BTreeMap<Key, Edge>) -> Result<(), ExportError> {
        writeln!(self.out, r#"<?xml version="1.0" encoding="UTF-8"?>"#)?;
        writeln!(self.out, r#"<gexf xmlns="http://gexf.net/1.3" version="1.3">"#)?;
        writeln!(self.out, "<meta><creator>entente {}</creator></meta>", env!("CARGO_PKG_VERSION"))?;
        writeln!(self.out, r#"<graph defaultedgetype="directed" mode="dynamic" timeformat="date">"#)?;
        for (class, fields) in [("node", &NODE_FIELDS[1..]), ("edge", &EDGE_FIELDS[..])] {
            writeln!(self.out, r#"<attributes class="{class}" mode="static">"#)?;
            for (name, kind) in fields {
                let kind = if *kind == "int" { "integer" } else { kind };
                writeln!(self.out, r#"<attribute id="{name}" title="{name}" type="{kind}"/>"#)?;
            }
            writeln!(self.out, "</attributes>")?;
        }
        writeln!(self.out, "<nodes>")?;
        for iri in nodes {
            let party = self.party(iri)?;
            write!(self.out, r#"<node id="{}" label="{}">"#, xml(iri), xml(&party.name))?;
            self.gexf_values(&NODE_FIELDS[1..], &node_values(&party)[1..])?;
            writeln!(self.out, "</node>")?;
        }
        writeln!(self.out, "</nodes>\n<edges>")?;
        for (i, ((from, to, what), edge)) in edges.iter().enumerate() {
            let (from, to, label) = (xml(from), xml(to), xml(what));
            write!(self.out, r#"<edge id="e{i}" source="{from}" target="{to}" label="{label}" kind="{label}""#)?;
            write!(self.out, r#" weight="{}""#, edge.weight)?;
            for (name, day) in [("start", edge.first), ("end", edge.last)] {
                if let Some(day) = day {
                    write!(self.out, r#" {name}="{day}""#)?;
                }
            }
            write!(self.out, ">")?;
            self.gexf_values(&EDGE_FIELDS, &edge_values(what, edge))?;
            writeln!(self.out, "</edge>")?;
        }
        writeln!(self.out, "</edges>\n</graph>\n</gexf>")?;
        Ok(())
    }

    fn gexf_values(&mut self, fields: &[(&str, &str)], values: &[Option<String>]) -> io::Result<()> {
        write!(self.out, "<attvalues>")?;
        for ((name, _), value) in fields.iter().zip(values) {
            if let Some(value) = value {
                write!(self.out, r#"<attvalue for="{name}" value="{}"/>"#, xml(value))?;
            }
        }
        write!(self.out, "</attvalues>")
    }

    fn graphml(&mut self, numbers: &BTreeMap<&str, usize>, edges: &BTreeMap<Key, Edge>) -> Result<(), ExportError> {
        writeln!(self.out, r#"<?xml version="1.0" encoding="UTF-8"?>"#)?;
        writeln!(
            self.out,
            r#"<graphml xmlns="http://graphml.graphdrawing.org/xmlns" xmlns:y="http://www.yworks.com/xml/graphml">"#
        )?;
        for (class, fields) in [("node", &NODE_FIELDS[..]), ("edge", &EDGE_FIELDS[..])] {
            for (name, kind) in fields {
                writeln!(
                    self.out,
                    r#"<key id="{class}-{name}" for="{class}" attr.name="{name}" attr.type="{kind}"/>"#
                )?;
            }
        }
        writeln!(self.out, r#"<key id="edge-weight" for="edge" attr.name="weight" attr.type="int"/>"#)?;
        // yEd shows the text of these, and of nothing else.
        writeln!(self.out, r#"<key id="node-shape" for="node" yfiles.type="nodegraphics"/>"#)?;
        writeln!(self.out, r#"<key id="edge-shape" for="edge" yfiles.type="edgegraphics"/>"#)?;
        writeln!(self.out, r#"<graph id="entente" edgedefault="directed">"#)?;
        for (iri, number) in numbers {
            let party = self.party(iri)?;
            write!(self.out, r#"<node id="n{number}">"#)?;
            self.graphml_values("node", &NODE_FIELDS, &node_values(&party))?;
            let label = xml(&party.name);
            write!(
                self.out,
                r#"<data key="node-shape"><y:ShapeNode><y:NodeLabel>{label}</y:NodeLabel></y:ShapeNode></data>"#
            )?;
            writeln!(self.out, "</node>")?;
        }
        for (i, ((from, to, what), edge)) in edges.iter().enumerate() {
            let number = |end: &str| numbers.get(end).copied().unwrap_or_default();
            let (from, to) = (number(from), number(to));
            write!(self.out, r#"<edge id="e{i}" source="n{from}" target="n{to}">"#)?;
            self.graphml_values("edge", &EDGE_FIELDS, &edge_values(what, edge))?;
            write!(self.out, r#"<data key="edge-weight">{}</data>"#, edge.weight)?;
            let label = xml(what);
            write!(
                self.out,
                r#"<data key="edge-shape"><y:PolyLineEdge><y:Arrows source="none" target="standard"/><y:EdgeLabel>{label}</y:EdgeLabel></y:PolyLineEdge></data>"#
            )?;
            writeln!(self.out, "</edge>")?;
        }
        writeln!(self.out, "</graph>\n</graphml>")?;
        Ok(())
    }

    fn graphml_values(&mut self, class: &str, fields: &[(&str, &str)], values: &[Option<String>]) -> io::Result<()> {
        for ((name, _), value) in fields.iter().zip(values) {
            if let Some(value) = value {
                write!(self.out, r#"<data key="{class}-{name}">{}</data>"#, xml(value))?;
            }
        }
        Ok(())
    }
}

/// Text for an element or attribute. Characters that XML 1.0 cannot hold in any form become spaces.
fn xml(text: &str) -> String {
    let is_allowed = |c: char| !c.is_control() && c != '\u{fffe}' && c != '\u{ffff}';
    let text: String = text.chars().map(|c| if is_allowed(c) { c } else { ' ' }).collect();
    escape(&text).into_owned()
}

#[cfg(test)]
mod tests {
    use super::xml;

    #[test]
    fn text_is_what_xml_can_hold() {
        assert_eq!(xml("<a> & \"b\" 'c'\u{7}\n北京 \u{ffff}"), "&lt;a&gt; &amp; &quot;b&quot; &apos;c&apos;  北京  ");
    }
}
