//! Event data, tables and graph files: what is in them, and that others can read them.

use crate::command_line::{entente, run};
use crate::graph::news;
use entente::export::{
    About, Cell, ExportError, NetworkFormat, Selection, Standing, Table, TableFormat, export_crate, export_neo4j,
    export_network, export_plover, export_table, rows,
};
use entente::store::Store;
use quick_xml::events::Event as Xml;
use serde_json::Value;
use sha2::{Digest, Sha256};
use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

fn store() -> Store {
    let store = Store::in_memory().unwrap();
    for extraction in news() {
        store.replace_article(&extraction).unwrap();
    }
    store
}

/// Rows as texts by the names of their columns.
type Row = BTreeMap<&'static str, String>;

fn table(store: &Store, table: Table, selection: &Selection) -> Vec<Row> {
    let columns = table.columns();
    let mut all = Vec::new();
    rows(store, table, selection, &mut |row| {
        all.push(columns.iter().map(|c| c.name).zip(row.iter().map(Cell::text)).collect());
        Ok(())
    })
    .unwrap();
    all
}

fn events(selection: &Selection) -> Vec<Row> {
    table(&store(), Table::Events, selection)
}

/// `Kim Jong Un -> Xi Jinping`, for rows of one type.
fn dyads(rows: &[Row], kind: &str) -> BTreeSet<String> {
    let of_type = rows.iter().filter(|r| r["type"] == kind);
    of_type.map(|r| format!("{} -> {}", r["actor_name"], r["recipient_name"])).collect()
}

fn written(store: &Store, of: Table, format: TableFormat, selection: &Selection) -> Vec<u8> {
    let mut out = Vec::new();
    export_table(store, of, format, selection, &mut out).unwrap();
    out
}

fn only(standings: &[Standing]) -> Selection {
    Selection { standings: standings.to_vec(), ..Selection::default() }
}

#[test]
fn rows_have_the_cells_that_their_columns_ask_for() {
    let store = store();
    for of in Table::ALL {
        let (columns, mut count) = (of.columns(), 0);
        rows(&store, of, &only(&Standing::ALL), &mut |row| {
            assert_eq!(row.len(), columns.len(), "{}", of.as_str());
            for (cell, column) in row.iter().zip(&columns) {
                assert!(cell.fits(column.kind), "{}.{}: {cell:?}", of.as_str(), column.name);
            }
            count += 1;
            Ok(())
        })
        .unwrap();
        assert!(count > 0, "{} is empty", of.as_str());
    }
}

#[test]
fn an_event_has_a_row_for_each_pair_and_a_mutual_one_in_either_direction() {
    let rows = events(&Selection::default());
    let consult = dyads(&rows, "CONSULT");
    for pair in ["Kim Jong Un -> Xi Jinping", "Xi Jinping -> Kim Jong Un", "Kim Jong Un -> Moon Jae-in"] {
        assert!(consult.contains(pair), "{pair}: {consult:#?}");
    }
    assert!(dyads(&rows, "SANCTION").iter().all(|d| d.starts_with("United States ->") || d.starts_with("Russia ->")));
    assert!(dyads(&rows, "ASSAULT").contains("Russia -> Ukraine"));
    assert!(
        rows.iter().all(|r| r["actor_name"] != "the two leaders" && r["actor_name"] != "Kim Jong Un and Xi Jinping")
    );
    let keys: BTreeSet<_> = rows.iter().map(|r| (&r["event_id"], &r["actor_id"], &r["recipient_id"])).collect();
    assert_eq!(keys.len(), rows.len());
    let wanted = ["Kim Jong Un", "Xi Jinping", "Example Wire"];
    let met =
        rows.iter().find(|r| ["actor_name", "recipient_name", "publisher"].map(|c| r[c].as_str()) == wanted).unwrap();
    for (column, value) in [
        ("date", "2025-09-04"),
        ("quad", "1"),
        ("score", "2.1"),
        ("mutual", "true"),
        ("actor_id", "http://www.wikidata.org/entity/Q56226"),
        ("actor_type", "Person"),
        ("actor_country", "PRK"),
        ("actor_sector", "GOV"),
        ("place_name", "Beijing"),
        ("place_country", "CHN"),
        ("latitude", "39.9075"),
        ("longitude", "116.39723"),
        ("status", "asserted"),
        ("polarity", "positive"),
        ("according_to", ""),
        ("publisher", "Example Wire"),
        ("published", "2025-09-04"),
        ("sentence", "On Thursday Xi Jinping and Kim met in Beijing."),
        ("trigger", "met"),
    ] {
        assert_eq!(met[column], value, "{column}");
    }
}

#[test]
fn parties_that_each_article_names_for_itself_do_not_multiply_rows() {
    let arrest = news().into_iter().find(|x| x.article.id == "city/2").unwrap();
    let store = Store::in_memory().unwrap();
    for copy in 0..6 {
        let mut article = arrest.clone();
        article.article.id = format!("copy-{copy}");
        store.replace_article(&article).unwrap();
    }
    let rows = table(&store, Table::Events, &Selection::default());
    let mut seen = BTreeMap::<&str, usize>::new();
    rows.iter().for_each(|r| *seen.entry(&r["event_id"]).or_default() += 1);
    assert!(!seen.is_empty() && seen.values().all(|n| *n == 1), "{seen:?}");
}

#[test]
fn what_is_not_asserted_comes_only_when_asked_for() {
    let asserted = events(&Selection::default());
    assert!(asserted.iter().all(|r| r["status"] == "asserted" && r["polarity"] == "positive"));
    let trump = |rows: &[Row]| rows.iter().any(|r| r["actor_name"] == "Donald Trump");
    assert!(!trump(&asserted));
    assert!(trump(&events(&only(&[Standing::Hoped]))));
    let negated = events(&only(&[Standing::Negated]));
    assert!(negated.iter().any(|r| r["sentence"].contains("did not meet")), "{negated:#?}");
    for standing in Standing::ALL {
        assert!(events(&only(&[standing])).iter().all(|r| r["status"] == standing.as_str()));
    }
    let all = events(&only(&Standing::ALL));
    assert_eq!(all.len(), Standing::ALL.iter().map(|s| events(&only(&[*s])).len()).sum::<usize>());
    assert!(
        all.iter().any(|r| r["according_to"] == "Xinhua News Agency; Xi Jinping"),
        "a chain names its outermost source first"
    );
}

#[test]
fn a_selection_narrows_by_time_type_country_and_confidence() {
    let day = |text: &str| Some(text.parse().unwrap());
    let of_2025 = events(&Selection { from: day("2025-03-01"), to: day("2025-03-31"), ..Selection::default() });
    assert!(!of_2025.is_empty());
    assert!(of_2025.iter().all(|r| r["date"].starts_with("2025-03") || r["date"].is_empty()), "{of_2025:#?}");
    let consult = events(&Selection { types: vec!["CONSULT".into()], ..Selection::default() });
    assert!(!consult.is_empty() && consult.iter().all(|r| r["type"] == "CONSULT"));
    // A class stands for those below it.
    let meetings = events(&Selection { types: vec!["Meeting".into()], ..Selection::default() });
    assert!(!meetings.is_empty() && meetings.len() < consult.len());
    let russian = events(&Selection { countries: vec!["RUS".into()], ..Selection::default() });
    let has = |r: &Row| ["actor_country", "recipient_country", "place_country"].iter().any(|c| r[c] == "RUS");
    assert!(!russian.is_empty() && russian.iter().all(has));
    let all = events(&Selection::default());
    let least = all.iter().filter_map(|r| r["confidence"].parse::<f64>().ok()).fold(f64::INFINITY, f64::min);
    let surer = events(&Selection { confidence: Some(least + 0.01), ..Selection::default() });
    assert!(surer.len() < all.len());
}

#[test]
fn entities_tell_where_they_occur() {
    let rows = table(&store(), Table::Entities, &Selection::default());
    let beijing = rows.iter().find(|r| r["name"] == "Beijing").unwrap();
    assert_eq!(
        (beijing["type"].as_str(), beijing["wikidata"].as_str(), beijing["geonames"].as_str()),
        ("City", "Q956", "1816670")
    );
    assert_eq!(beijing["articles"], "3");
    let china = rows.iter().find(|r| r["name"] == "China").unwrap();
    assert_eq!((china["type"].as_str(), china["country"].as_str()), ("Country", "CHN"));
    assert!(rows.iter().any(|r| r["members"].contains("Q56226; ") || r["members"].contains("; http")));
    let people = table(&store(), Table::Entities, &Selection { types: vec!["Person".into()], ..Selection::default() });
    assert!(!people.is_empty() && people.iter().all(|r| r["type"] == "Person"));
}

#[test]
fn relations_tell_who_says_so() {
    let rows = table(&store(), Table::Relations, &Selection::default());
    let child = rows.iter().find(|r| r["predicate"] == "childOf").unwrap();
    assert_eq!((child["subject_name"].as_str(), child["object_name"].as_str()), ("Kim Ju Ae", "Kim Jong Un"));
    assert!(child["sentence"].contains("his daughter Kim Ju Ae"), "{child:#?}");
}

#[test]
fn text_files_are_read_back_as_what_was_written() {
    let store = store();
    let mut odd = news().remove(0);
    odd.article.id = "odd".into();
    odd.article.title = Some("\"quoted\", with\ttab,\nline end; and 北京".into());
    store.replace_article(&odd).unwrap();
    for of in Table::ALL {
        let expected = table(&store, of, &only(&Standing::ALL));
        for (format, delimiter) in [(TableFormat::Csv, b','), (TableFormat::Tsv, b'\t')] {
            let text = written(&store, of, format, &only(&Standing::ALL));
            let lines = text.iter().filter(|b| **b == b'\n').count();
            assert_eq!(lines, expected.len() + 1, "a row is a line");
            let mut reader = csv::ReaderBuilder::new().delimiter(delimiter).from_reader(text.as_slice());
            let back: Vec<Row> = reader
                .deserialize::<BTreeMap<String, String>>()
                .map(|row| {
                    let row = row.unwrap();
                    of.columns().iter().map(|c| (c.name, row[c.name].clone())).collect()
                })
                .collect();
            assert_eq!(back, expected, "{} as {}", of.as_str(), format.as_str());
        }
    }
}

#[cfg(feature = "parquet")]
#[test]
fn parquet_is_read_back_as_what_was_written() {
    use parquet::file::reader::{FileReader, SerializedFileReader};
    use parquet::record::Field;
    let store = store();
    for of in Table::ALL {
        let bytes = written(&store, of, TableFormat::Parquet, &only(&Standing::ALL));
        let reader = SerializedFileReader::new(bytes::Bytes::from(bytes)).unwrap();
        let shown = |field: &Field| match field {
            Field::Null => String::new(),
            Field::Str(text) => text.clone(),
            Field::Long(number) => number.to_string(),
            Field::Double(number) => number.to_string(),
            Field::Bool(flag) => flag.to_string(),
            Field::Date(days) => (jiff::civil::date(1970, 1, 1) + jiff::Span::new().days(*days)).to_string(),
            other => panic!("{other:?}"),
        };
        let columns = of.columns();
        let back: Vec<Row> = reader
            .get_row_iter(None)
            .unwrap()
            .map(|row| {
                let row = row.unwrap();
                columns
                    .iter()
                    .zip(row.get_column_iter())
                    .map(|(c, (name, field))| {
                        assert_eq!(c.name, name);
                        (c.name, shown(field))
                    })
                    .collect()
            })
            .collect();
        assert_eq!(back, table(&store, of, &only(&Standing::ALL)), "{}", of.as_str());
    }
}

#[test]
fn plover_has_an_object_for_each_event() {
    let store = store();
    let mut out = Vec::new();
    let count = export_plover(&store, &Selection::default(), &mut out).unwrap();
    let lines: Vec<Value> = String::from_utf8(out).unwrap().lines().map(|l| serde_json::from_str(l).unwrap()).collect();
    let ids: BTreeSet<&str> = lines.iter().map(|l| l["id"].as_str().unwrap()).collect();
    let rows = events(&Selection::default());
    assert_eq!(count as usize, lines.len());
    assert_eq!(ids, rows.iter().map(|r| r["event_id"].as_str()).collect());
    let arrest = lines.iter().find(|l| l["class"] == "Arrest" && l["place"]["name"] == "Hanoi").unwrap();
    assert_eq!(arrest["type"], "COERCE");
    assert_eq!(arrest["actor"][0]["sector"], "COP");
    assert_eq!(arrest["recipient"][0]["name"], "John Smith");
    assert_eq!(arrest["place"]["geonames"], 1581130);
}

/// Ids of nodes, and ends and weights of edges.
fn graph(format: NetworkFormat, selection: &Selection) -> (BTreeSet<String>, Vec<(String, String)>) {
    let mut out = Vec::new();
    let count = export_network(&store(), format, selection, &mut out).unwrap();
    let text = String::from_utf8(out).unwrap();
    let (mut nodes, mut edges) = (BTreeSet::new(), Vec::new());
    let mut reader = quick_xml::Reader::from_str(&text);
    loop {
        match reader.read_event().unwrap() {
            Xml::Eof => break,
            Xml::Start(element) => {
                let value = |name: &str| {
                    element.try_get_attribute(name).unwrap().unwrap().unescape_value().unwrap().into_owned()
                };
                match element.name().as_ref() {
                    b"node" => _ = nodes.insert(value("id")),
                    b"edge" => edges.push((value("source"), value("target"))),
                    _ => (),
                }
            }
            _ => (),
        }
    }
    assert_eq!(count as usize, edges.len());
    (nodes, edges)
}

#[test]
fn graph_files_join_nodes_that_are_there() {
    for format in NetworkFormat::ALL {
        let (nodes, edges) = graph(format, &Selection::default());
        assert!(!edges.is_empty());
        let ends: BTreeSet<String> = edges.iter().flat_map(|(a, b)| [a.clone(), b.clone()]).collect();
        assert_eq!(ends, nodes, "{}", format.as_str());
        let (_, children) = graph(format, &Selection { types: vec!["childOf".into()], ..Selection::default() });
        assert_eq!(children.len(), 1);
    }
    let (nodes, _) = graph(NetworkFormat::Gexf, &Selection::default());
    assert!(nodes.contains("http://www.wikidata.org/entity/Q56226"));
}

fn csv_rows(path: &Path) -> Vec<BTreeMap<String, String>> {
    csv::Reader::from_path(path).unwrap().deserialize().map(Result::unwrap).collect()
}

#[test]
fn tables_for_neo4j_point_at_nodes_that_are_there() {
    let folder = tempfile::tempdir().unwrap();
    export_neo4j(&store(), &only(&Standing::ALL), folder.path()).unwrap();
    let read = |name: &str| csv_rows(&folder.path().join(name));
    let nodes: Vec<String> = ["entities.csv", "events.csv", "articles.csv", "values.csv"]
        .iter()
        .flat_map(|name| read(name).into_iter().map(|r| r["iri:ID"].clone()))
        .collect();
    let ids: BTreeSet<&String> = nodes.iter().collect();
    assert_eq!(ids.len(), nodes.len(), "an id stands for one node");
    for name in ["participations.csv", "reports.csv", "relations.csv"] {
        let rows = read(name);
        assert!(!rows.is_empty(), "{name}");
        for row in rows {
            assert!(ids.contains(&row[":START_ID"]) && ids.contains(&row[":END_ID"]), "{name}: {row:?}");
            assert!(row[":TYPE"].chars().all(|c| c.is_uppercase() || c == '_' || c.is_ascii_digit()), "{row:?}");
        }
    }
    assert!(read("participations.csv").iter().any(|r| r[":TYPE"] == "ACTOR"));
    assert!(folder.path().join("import.sh").exists());
}

fn about() -> About {
    About {
        title: "News of the week".into(),
        description: None,
        publisher: Some("Somebody".into()),
        licence: Some(oxigraph::model::NamedNode::new_unchecked("https://creativecommons.org/licenses/by/4.0/")),
        published: "2025-09-30".parse().unwrap(),
    }
}

#[test]
fn a_crate_describes_every_file_of_it() {
    let (store, folder) = (store(), tempfile::tempdir().unwrap());
    export_crate(&store, &Selection::default(), &about(), folder.path()).unwrap();
    let text = std::fs::read_to_string(folder.path().join("ro-crate-metadata.json")).unwrap();
    let json: Value = serde_json::from_str(&text).unwrap();
    let graph = json["@graph"].as_array().unwrap();
    let node = |id: &str| graph.iter().find(|n| n["@id"] == id).unwrap_or_else(|| panic!("no {id}"));
    let root = node("./");
    assert_eq!((&root["datePublished"], &root["name"]), (&"2025-09-30".into(), &"News of the week".into()));
    assert_eq!(root["license"]["@id"], "https://creativecommons.org/licenses/by/4.0/");
    assert_eq!(root["temporalCoverage"], "2024-06-20/2025-09-05");
    let mut described = BTreeSet::from(["ro-crate-metadata.json".to_owned()]);
    for part in root["hasPart"].as_array().unwrap() {
        let file = node(part["@id"].as_str().unwrap());
        let bytes = std::fs::read(folder.path().join(file["name"].as_str().unwrap())).unwrap();
        let hash: String = Sha256::digest(&bytes).iter().map(|b| format!("{b:02x}")).collect();
        assert_eq!((&file["sha256"], &file["contentSize"]), (&hash.into(), &bytes.len().to_string().into()));
        described.insert(file["name"].as_str().unwrap().to_owned());
    }
    let there = std::fs::read_dir(folder.path()).unwrap().map(|e| e.unwrap().file_name().into_string().unwrap());
    assert_eq!(described, there.collect());
    assert_eq!(node("#count-articles")["value"], 6);
    let quads = std::fs::read_to_string(folder.path().join("graph.nq")).unwrap().lines().count();
    assert_eq!(node("#count-quads")["value"], quads);
    // Everything that is referred to inside the crate is described.
    let ids: BTreeSet<&str> = graph.iter().map(|n| n["@id"].as_str().unwrap()).collect();
    let mut waiting: Vec<&Value> = graph.iter().collect();
    while let Some(value) = waiting.pop() {
        match value {
            Value::Object(object) => {
                let id = object.get("@id").and_then(Value::as_str).filter(|id| id.starts_with('#'));
                assert!(id.is_none_or(|id| ids.contains(id)), "{id:?}");
                waiting.extend(object.values());
            }
            Value::Array(items) => waiting.extend(items),
            _ => (),
        }
    }
    // The same store gives the same crate.
    let again = tempfile::tempdir().unwrap();
    export_crate(&store, &Selection::default(), &about(), again.path()).unwrap();
    assert_eq!(text, std::fs::read_to_string(again.path().join("ro-crate-metadata.json")).unwrap());
}

#[test]
fn the_order_in_which_articles_came_does_not_matter() {
    let (one, other) = (store(), Store::in_memory().unwrap());
    news().iter().rev().for_each(|x| other.replace_article(x).unwrap());
    for of in Table::ALL {
        let [a, b] = [&one, &other].map(|s| written(s, of, TableFormat::Csv, &only(&Standing::ALL)));
        assert_eq!(String::from_utf8(a).unwrap(), String::from_utf8(b).unwrap(), "{}", of.as_str());
    }
}

/// The example beside the description of the columns is what is written today. To write it anew, run this with
/// `ENTENTE_WRITE_EXAMPLES` set.
#[test]
fn the_example_of_the_documentation_is_up_to_date() {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("data/export/events.tsv");
    let text = written(&store(), Table::Events, TableFormat::Tsv, &Selection::default());
    if std::env::var_os("ENTENTE_WRITE_EXAMPLES").is_some() {
        std::fs::write(&path, &text).unwrap();
    }
    let expected = std::fs::read_to_string(path).unwrap();
    assert!(expected.as_bytes() == text, "data/export/events.tsv is not what is written today: see this test");
}

#[test]
fn a_failed_row_ends_the_table() {
    let error = rows(&store(), Table::Events, &Selection::default(), &mut |_| {
        Err(ExportError::Write(std::io::Error::other("full")))
    });
    assert!(error.unwrap_err().to_string().contains("full"));
}

#[test]
fn arguments_that_do_not_go_together_are_wrong_usage() {
    let folder = tempfile::tempdir().unwrap();
    std::fs::write(folder.path().join("a.txt"), "Xi Jinping met Kim Jong Un in Beijing on 4 September 2025.\n")
        .unwrap();
    assert_eq!(run(entente(folder.path()).args(["build", "a.txt"])).status, 0);
    for (arguments, words) in [
        (&["--format", "neo4j"][..], "--output"),
        (&["--format", "ro-crate"], "--output"),
        (&["--format", "csv", "--record"], "for RDF"),
        (&["--format", "trig", "--country", "CHN"], "`--min-confidence` alone"),
        (&["--format", "turtle", "--min-confidence", "2"], "`2`"),
        (&["--vocabulary", "--min-confidence", "0.5"], "vocabularies"),
        (&["--format", "gexf", "--table", "entities"], "--table"),
        (&["--format", "csv", "--table", "entities", "--from", "2025-01-01"], "type and country"),
        (&["--format", "csv", "--licence", "https://x.example/"], "ro-crate"),
        (&["--format", "csv", "--country", "China"], "`China`"),
        (&["--format", "csv", "--type", "NONSENSE"], "`NONSENSE`"),
        (&["--format", "csv", "--status", "maybe"], "maybe"),
        (&["--format", "csv", "--min-confidence", "2"], "`2`"),
        (&["--format", "csv", "--from", "2025-02-01", "--to", "2025-01-01"], "2025-02-01"),
    ] {
        let result = run(entente(folder.path()).arg("export").args(arguments));
        assert_eq!(result.status, 2, "{arguments:?}: {}", result.err);
        assert!(result.err.contains(words), "{arguments:?}: {}", result.err);
    }
    let tsv = run(entente(folder.path()).args(["export", "--format", "tsv", "--country", "prk"]));
    assert_eq!((tsv.status, tsv.out.lines().count()), (0, 3), "{}", tsv.out);
    let columns = run(entente(folder.path()).args(["export", "--columns"]));
    assert!(columns.out.starts_with("table\tcolumn\t"));
    for (format, file) in [("ro-crate", "ro-crate-metadata.json"), ("neo4j", "import.sh")] {
        let result = run(entente(folder.path()).args(["export", "--format", format, "--output", format]));
        assert_eq!(result.status, 0, "{}", result.err);
        assert!(folder.path().join(format).join(file).exists(), "{format}");
    }
}
