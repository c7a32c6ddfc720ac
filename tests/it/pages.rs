//! The server's pages, and what the documents behind them tell as RDF.

use crate::serve::{Response, Server, change, graph};
use entente::serve::Options;
use entente::store::Store;
use oxigraph::model::{Graph, NamedNode, NamedNodeRef};

const HTML: [(&str, &str); 1] = [("accept", "text/html")];

/// The page about a thing.
fn about(server: &Server, iri: &str) -> String {
    let encoded: String = iri.bytes().map(|b| format!("%{b:02X}")).collect();
    let page: Response = server.send("GET", &format!("/page?iri={encoded}"), &HTML, b"");
    assert_eq!(page.status, 200, "{iri}: {page:?}");
    page.text()
}

#[test]
fn pages_for_people() {
    let server = Server::start(crate::store::loaded(), Options::default());
    let home = server.get("/").text();
    assert!(home.contains("href=\"/dump.nq.zst\""), "{home}");
    assert_eq!(home.matches("type=\"search\"").count(), 1, "{home}");
    assert!(home.contains("<code>entente query") && !home.contains('`'), "{home}");
    for query in entente::store::queries::named() {
        let path = format!("/query?name={}", query.name);
        assert!(home.contains(&format!("href=\"{path}\"")), "{home}");
        let page = server.get(&path);
        assert!(page.status == 200 && page.text().contains("SELECT"), "{page:?}");
    }
    let found = server.get("/search?q=xi+jinping").text();
    assert!(found.contains("/page?iri=http%3A%2F%2Fwww.wikidata.org%2Fentity%2F"), "{found}");
    assert!(server.get("/search?q=%3Cscript%3Enobody").text().contains("Nothing has such a name"));
    assert!(!server.get("/search?q=%3Cscript%3E").text().contains("<script>"));
    let answer = server.get("/query?query=SELECT%20%3Fa%20%7B%20%3Fa%20en%3Amet%20%3Fb%20%7D").text();
    assert!(answer.contains("<th scope=\"col\">a</th>") && answer.contains("/page?iri="), "{answer}");
    assert!(answer.contains("href=\"/sparql?as=csv&amp;query=SELECT%20%3Fa%20"), "{answer}");
    let many = "VALUES%20%3Fv%20%7B%200%201%202%203%204%205%206%207%208%209%20%7D%20";
    let many: String = (0..5).map(|i| many.replace("%3Fv", &format!("%3Fv{i}"))).collect();
    let many = server.get(&format!("/query?query=SELECT%20*%20%7B%20{many}%7D")).text();
    assert!(many.contains("More than 10,000 found") && many.matches("<tr>").count() < 600, "{}", many.len());
    let wrong = server.get("/query?query=SELECT%20%3Cb%3E").text();
    assert!(wrong.contains("line 1, column") && !wrong.contains("<b>"), "{wrong}");
    assert_eq!(server.get("/query?name=none").status, 404);
    let timeline = server.get("/query?name=timeline&entity=Xi%20Jinping").text();
    assert!(timeline.contains("name=\"entity\" value=\"Xi Jinping\""), "{timeline}");
    let rows = timeline.split("<tbody>").nth(1).unwrap_or_default();
    let rows = rows.split("</tbody>").next().unwrap().matches("<tr>").count();
    assert!(rows > 0 && rows == timeline.matches("<tr><td>Xi Jinping</td>").count(), "{timeline}");
    assert_eq!(server.get("/query?name=timeline&entity=none%3Ax").status, 400);
}

/// How many events a page counts in time.
fn events(page: &str) -> usize {
    let heading = page.split(" in time</h2>").next().and_then(|before| before.rsplit('>').next()).unwrap_or_default();
    heading.split(' ').next().and_then(|n| n.parse().ok()).unwrap_or_default()
}

#[test]
fn pages_of_what_is_sure() {
    let server = Server::start(crate::store::loaded(), Options::default());
    let browser = [("accept", "text/html")];
    let get = |path: &str| server.send("GET", path, &browser, b"");
    let xi = "/page?iri=http%3A%2F%2Fwww.wikidata.org%2Fentity%2FQ15031";
    let counts = ["", "&min-confidence=", "&min-confidence=0", "&min-confidence=0.9", "&min-confidence=1"]
        .map(|parameter| events(&get(&format!("{xi}{parameter}")).text()));
    assert!(counts[0] > 0 && counts[1] == counts[0] && counts[2] == counts[0], "{counts:?}");
    assert!(counts[3] <= counts[0] && counts[4] < counts[0], "{counts:?}");
    let page = get(&format!("{xi}&min-confidence=0.5")).text();
    assert!(page.contains("name=\"min-confidence\"") && page.contains("value=\"0.5\""), "{page}");
    let between = |parameter: &str| get(&format!("/relations?a=CHN&b=PRK{parameter}")).text();
    assert!(between("").contains("class=\"event "), "{}", between(""));
    assert!(between("&min-confidence=1").contains("No event of the record is between"));
    for wrong in ["2", "x", "NaN", "-1"] {
        assert_eq!(get(&format!("{xi}&min-confidence={wrong}")).status, 400, "{wrong}");
    }
}

#[test]
fn terms_of_ours_have_pages_of_their_own() {
    let server = Server::start(crate::store::loaded(), Options::default());
    for (term, label) in [("ns%23Meeting", "Meeting"), ("ns%23met", "Met"), ("plover%23CONSULT", "Consult")] {
        let path = format!("/page?iri=https%3A%2F%2Fw3id.org%2Fentente%2F{term}");
        let page = server.send("GET", &path, &[("accept", "text/html")], b"").text();
        assert!(page.contains(&format!("<h1>{label}</h1>")) && page.contains("What is said"), "{page}");
        assert!(!page.contains("Statement of an article"), "{page}");
    }
}

#[test]
fn rules_have_pages_and_are_told_as_rdf() {
    let options = Options { public_url: Some("https://x.example".to_owned()), ..Options::default() };
    let server = Server::start(crate::store::loaded(), options);
    let html = [("accept", "text/html")];
    let page = server.send("GET", "/rule/assault/killing.toml", &html, b"");
    assert!(page.status == 200 && page.header("vary").split(", ").any(|v| v == "accept"), "{:?}", page.headers);
    let page = page.text();
    for part in [
        "<section id=\"kill\">",
        "<a href=\"/page?iri=https%3A%2F%2Fw3id.org%2Fentente%2Fns%23Killing\">Killing</a>",
        "<a href=\"/page?iri=https%3A%2F%2Fw3id.org%2Fentente%2Fplover%23ASSAULT\">Assault</a>",
        "name = &quot;kill&quot;",
        "<td>An earthquake killed thousands of people in Turkey.</td><td>nothing</td>",
    ] {
        assert!(page.contains(part), "{part}: {page}");
    }

    let turtle = server.get("/rule/assault/killing.toml");
    assert_eq!((turtle.status, turtle.header("content-type")), (200, "text/turtle; charset=utf-8"));
    assert!(turtle.header("vary").split(", ").any(|v| v == "accept"), "{:?}", turtle.headers);
    let about = graph(&turtle.text());
    let told = |property: &str| {
        let subject = NamedNodeRef::new("https://x.example/rule/assault/killing.toml#kill").unwrap();
        let property = NamedNode::new(property).unwrap();
        let values: Vec<String> =
            about.objects_for_subject_predicate(subject, &property).map(|o| o.to_string()).collect();
        values.join(" ")
    };
    assert_eq!(told("http://www.w3.org/1999/02/22-rdf-syntax-ns#type"), "<http://www.w3.org/ns/prov#Plan>");
    assert_eq!(told("http://www.w3.org/2000/01/rdf-schema#label"), "\"assault/killing.toml#kill\"");
    assert!(told("http://purl.org/dc/terms/subject").contains("<https://w3id.org/entente/ns#Killing>"));
    assert!(told("http://schema.org/text").starts_with("\"[[rule]]\\nname"), "{}", turtle.text());
    let json = server.send("GET", "/rule/kinship.toml", &[("accept", "application/ld+json")], b"");
    assert!(json.header("content-type") == "application/ld+json" && json.text().contains("kinship.toml#child"));
    assert_eq!(server.send("GET", "/rule/kinship.toml", &[("accept", "image/png")], b"").status, 406);
    assert!(server.get("/rule/lexicon.toml?as=ntriples").text().contains("/rule/lexicon.toml#ASSAULT> "));
    let lexicon = server.send("GET", "/rule/lexicon.toml", &html, b"").text();
    assert!(lexicon.contains("<section id=\"ASSAULT\">") && lexicon.contains("lexicon of triggers"), "{lexicon}");

    let place = server.get("/rule/assault/killing.toml%23kill");
    assert_eq!((place.status, place.header("location")), (303, "/rule/assault/killing.toml#kill"));
    for (path, what) in [
        ("/rule/assault/none.toml", "`assault/none.toml` is no file of rules"),
        ("/rule/status.toml", "`status.toml` is no file of rules"),
        ("/rule/assault/killing.toml%23none", "`assault/killing.toml` has no rule `none`"),
    ] {
        let answer = server.get(path);
        assert!(answer.status == 404 && answer.text().contains(what), "{answer:?}");
        assert_eq!(server.send("GET", path, &html, b"").status, 404);
    }
}

#[test]
fn events_lead_to_their_rules_and_back() {
    let server = Server::start(crate::store::loaded(), Options::default());
    let csv = [("accept", "text/csv"), ("content-type", "application/sparql-query")];
    let (file, name) = ("consult/meeting.toml", "meet");
    let rule = format!("{file}#{name}");
    let query =
        format!("SELECT ?e {{ GRAPH ?g {{ ?m en:rule '{rule}' ; en:instance ?e }} ?e a en:Event }} ORDER BY ?e");
    let answer = server.send("POST", "/sparql", &csv, query.as_bytes()).text();
    let event = answer.lines().nth(1).expect("an event that the rule found");
    let encoded: String = event.bytes().map(|b| format!("%{b:02X}")).collect();
    let html = [("accept", "text/html")];
    let page = server.send("GET", &format!("/page?iri={encoded}"), &html, b"").text();
    assert!(page.contains(&format!("<a href=\"/rule/{rule}\"><code>{rule}</code></a>")), "{rule}: {page}");

    let page = server.send("GET", &format!("/rule/{file}"), &html, b"").text();
    let section = page.split(&format!("<section id=\"{name}\">")).nth(1).expect("the rule");
    let section = section.split("</section>").next().unwrap();
    assert!(!section.contains("no statement") && section.contains("<li><a href=\"/page?iri="), "{section}");
}

#[test]
fn an_empty_store_has_pages_too() {
    let server = Server::start(Store::in_memory().unwrap(), Options::default());
    let home = server.get("/").text();
    assert!(home.contains("0 events of the record") && !home.contains("Reported last"), "{home}");
    for path in ["/search?q=china", "/relations", "/relations?a=CHN&b=PRK", "/query?name=who-met-whom"] {
        assert_eq!(server.get(path).status, 200, "{path}");
    }
}

#[test]
fn bodies_beside_states_have_names() {
    let server = Server::start(crate::store::loaded(), Options::default());
    let title = |path: &str| {
        let page = server.get(path).text();
        page.split("<h1>").nth(1).and_then(|rest| rest.split("</h1>").next()).unwrap_or_default().to_owned()
    };
    assert_eq!(title("/relations?a=CHN&b=EUR"), "China and European Union");
    // No article of the store names it.
    assert_eq!(title("/relations?a=CHN&b=TUV"), "China and Tuvalu");
    assert_eq!(title("/relations?a=CHN&b=NGO"), "China and NGO");
}

#[test]
fn terms_of_other_vocabularies_lead_to_where_they_are_used() {
    let server = Server::start(crate::store::loaded(), Options::default());
    for term in ["skos/core%23Concept", "skos/core%23definition"] {
        let path = format!("/page?iri=http%3A%2F%2Fwww.w3.org%2F2004%2F02%2F{}", term.replace('/', "%2F"));
        let page = server.send("GET", &path, &[("accept", "text/html")], b"");
        assert!(page.status == 200 && page.text().contains("Where it is"), "{term}: {page:?}");
        let turtle = server.get(&format!("{path}&as=turtle"));
        assert!(turtle.status == 200 && turtle.text().contains("plover"), "{term}: {turtle:?}");
    }
}

#[test]
fn states_are_drawn_at_their_capitals() {
    let server = Server::start(crate::store::loaded(), Options::default());
    let page =
        server.send("GET", "/page?iri=http%3A%2F%2Fwww.wikidata.org%2Fentity%2FQ148", &[("accept", "text/html")], b"");
    assert!(page.text().contains("drawn at its capital Beijing"), "{}", page.text());
}

/// Names that a table has go before what articles say, and what many say before what few do.
#[test]
fn things_are_called_what_a_reader_expects() {
    let store = Store::in_memory().unwrap();
    let base = store.mapper().base().to_owned();
    let name = |path: &str| format!("<{base}entity/{path}>");
    let (states, body, group) = (name("government/USA"), name("body-1"), name("group/1"));
    change(
        &store,
        &format!(
            "INSERT DATA {{
                {states} a en:Entity , en:Government ; rdfs:label 'Apple executive', 'his government' .
                {body} a en:Entity , en:Organization ; rdfs:label 'Allies', 'The Alliance' .
                {group} a en:Entity , en:Group ; en:hasMember {states} , {body} ; rdfs:label 'Allies and Apple executive' .
                GRAPH <http://x.example/1> {{ {body} rdfs:label 'Allies' }}
                GRAPH <http://x.example/2> {{ {body} rdfs:label 'The Alliance' }}
                GRAPH <http://x.example/3> {{ {body} rdfs:label 'The Alliance' }}
            }}"
        ),
    );
    let server = Server::start(store, Options::default());
    for (path, title) in [
        ("government/USA", "Government of United States"),
        ("body-1", "The Alliance"),
        ("group/1", "Government of United States and The Alliance"),
    ] {
        let page = about(&server, &format!("{base}entity/{path}"));
        assert!(page.contains(&format!("<h1>{title}</h1>")), "{path}: {page}");
    }
}

#[test]
fn what_somebody_says_stands_in_its_sentence() {
    let server = Server::start(crate::store::loaded(), Options::default());
    let page = about(&server, "http://www.wikidata.org/entity/Q15031");
    let says = page.split("<h2 id=\"says\">What Xi Jinping says</h2>").nth(1).expect("what he says");
    let says = says.split("</section>").next().unwrap();
    let said = "<mark class=\"said\" title=\"what is said\">China would support North Korea</mark>";
    assert!(says.contains(said) && !says.contains(&format!("<blockquote>{said}</blockquote>")), "{says}");
}

#[test]
fn instances_are_listed_in_words_and_counted() {
    let server = Server::start(crate::store::loaded(), Options::default());
    let page = about(&server, "https://w3id.org/entente/ns#Meeting");
    let row =
        page.split(">things of this class</a>").nth(1).and_then(|rest| rest.split("</tr>").next()).expect("a row");
    let number = row.matches("<a href=").count();
    assert!(row.contains(&format!("<span class=\"faint\">{number}</span>")) && number > 1, "{row}");
    assert!(row.contains(">Meeting: ") && !row.contains("class=\"address\""), "{row}");
    let answer = server
        .get("/query?query=SELECT%20%3Fe%20%3Fd%20%7B%20%3Fe%20a%20en%3AMeeting%20%3B%20en%3Aearliest%20%3Fd%20%7D");
    let answer = answer.text();
    assert!(answer.contains(">Meeting: ") && answer.contains("<td><time>20"), "{answer}");
}

#[test]
fn files_of_rules_have_an_index() {
    let options = Options { public_url: Some("https://x.example".to_owned()), ..Options::default() };
    let server = Server::start(Store::in_memory().unwrap(), options);
    let page = server.send("GET", "/rule/", &HTML, b"").text();
    for part in [
        "<a href=\"/rule/assault/killing.toml\">Killing</a>",
        "<a href=\"/rule/assault/killing.toml#kill\">kill</a>",
        "<a href=\"/rule/kinship.toml#child\">child</a>",
        "<a href=\"/rule/lexicon.toml#ASSAULT\">ASSAULT</a>",
        ">Relations that last</h2>",
        "<footer><p>Drawn by a program from the articles in this store: each statement leads back to the words behind it. <a href=\"/rule/\">Rules</a>",
    ] {
        assert!(page.contains(part), "{part}: {page}");
    }
    let file = server.send("GET", "/rule/assault/killing.toml", &HTML, b"").text();
    assert!(file.contains("<p class=\"kind\"><a href=\"/rule/\">Rules</a>"), "{file}");
    let turtle = server.get("/rule/");
    assert_eq!((turtle.status, turtle.header("content-type")), (200, "text/turtle; charset=utf-8"));
    let parts = |whole: &str, told: &Graph| {
        let (whole, part) =
            (NamedNode::new(whole).unwrap(), NamedNode::new("http://purl.org/dc/terms/hasPart").unwrap());
        told.objects_for_subject_predicate(&whole, &part).map(|o| o.to_string()).collect::<Vec<_>>()
    };
    let told = graph(&turtle.text());
    assert!(parts("https://x.example/rule/", &told).contains(&"<https://x.example/rule/kinship.toml>".to_owned()));
    let rules = parts("https://x.example/rule/kinship.toml", &told);
    assert!(rules.contains(&"<https://x.example/rule/kinship.toml#child>".to_owned()), "{rules:?}");
    assert_eq!(server.send("GET", "/rule/", &[("accept", "image/png")], b"").status, 406);
    assert!(server.get("/rule/?as=ntriples").text().contains("/rule/lexicon.toml#ASSAULT> "));
    let place = server.get("/rule");
    assert_eq!((place.status, place.header("location")), (308, "/rule/"));
}
