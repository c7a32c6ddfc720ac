//! The terms that the program writes or asks for, as constants.
//!
//! Every one of them stands in `ontology/entente.ttl`, and every property and class of our own there is either a constant
//! here or read from the file by [`Ontology`](super::Ontology); a test compares the two.

use oxigraph::model::NamedNodeRef;

/// Declares constants for terms of one vocabulary, and a list of them all.
macro_rules! vocabulary {
    ($(#[$doc:meta])* $module:ident, $namespace:literal { $($name:ident = $local:literal),* $(,)? }) => {
        $(#[$doc])*
        pub mod $module {
            use oxigraph::model::NamedNodeRef;

            /// The IRI with which all terms of the vocabulary begin.
            pub const NAMESPACE: &str = $namespace;

            $(pub const $name: NamedNodeRef<'static> = NamedNodeRef::new_unchecked(concat!($namespace, $local));)*

            /// Every constant of this module.
            pub const ALL: &[NamedNodeRef<'static>] = &[$($name),*];
        }
    };
}

vocabulary!(
    /// Our own vocabulary.
    en, "https://w3id.org/entente/ns#" {
        ACCORDING_TO = "accordingTo", ACTOR = "actor", ADDRESSEE = "addressee", AGENT = "Agent", ANCHOR = "anchor", ARTICLES = "articles",
        ARTICLE_ID = "articleId", ASSERTED = "Asserted", ATTRIBUTION = "attribution", AUXILIARY = "auxiliary",
        BASE = "base", BEFORE = "before", CAMEO = "cameo", CONDITIONAL = "Conditional", CONFIDENCE = "confidence", CONTENT = "content",
        CONTEXT = "context", COUNT = "count", COUNTRY_CODE = "countryCode", DENIED = "Denied", DIGEST = "digest",
        DIRECT_QUOTATION = "DirectQuotation", EARLIEST = "earliest", EDTF = "edtf", EDTF_STRING = "EDTF",
        ENTITY = "Entity", EVENT = "Event", EVENT_CLASS = "eventClass", EVENT_MENTION = "EventMention",
        EVENT_TYPE = "eventType", EVIDENCE = "Evidence", EXPECTED = "Expected", EXTRACTED_BY = "extractedBy",
        FIRST_REPORTED = "firstReported", FORM = "form", FROM_ROLE = "fromRole", HAS_MEMBER = "hasMember",
        HOPED = "Hoped", INDIRECT_QUOTATION = "IndirectQuotation", INSTANCE = "instance", LATEST = "latest",
        MENTION = "mention", MIXED_QUOTATION = "MixedQuotation", MODE = "mode", MONEY = "money", NEGATIVE = "Negative", NEXT = "next", NUMBER_ARRESTED = "numberArrested", NUMBER_INJURED = "numberInjured", NUMBER_KILLED = "numberKilled", NUMBER_RELEASED = "numberReleased",
        ONTOLOGY_HASH = "ontologyHash", ORIGINS = "origins", PARTICIPANT = "participant", PLACE = "place", PLANNED = "Planned",
        POLARITY = "polarity", POLARITY_CLASS = "Polarity", POSITION = "position", POSITIVE = "Positive",
        QUOTATION = "Quotation", RECIPIENT = "recipient", RELATED = "related", RELATION = "Relation",
        RELATION_MENTION = "RelationMention", REPORTED = "Reported", REQUESTED = "Requested", RULE = "rule",
        SECTOR = "sector", SENTENCE = "sentence", SENTENCE_KIND = "sentenceKind", SHORTCUT = "shortcut",
        SHORTCUT_FOR = "shortcutFor", SKETCH = "sketch", SOURCE = "Source", SPEAKER = "speaker", STATUS = "status",
        STATUS_CLASS = "Status", STORE = "store", STORE_VERSION = "storeVersion", TEXT_HASH = "textHash",
        THING = "Thing", TIMEX = "timex", TIME_INFERRED = "timeInferred", TIME_WORDS = "timeWords", TO_ROLE = "toRole", TRIGGER = "trigger", UNFINISHED = "unfinished", USUAL_CODE = "usualCode",
        USUAL_MODE = "usualMode", USUAL_TYPE = "usualType", VALID_FROM = "validFrom", VALID_UNTIL = "validUntil",
        WEAPONS = "weapons", WHO = "who", WIKIDATA_PROPERTY = "wikidataProperty",
    }
);

vocabulary!(
    /// RDF.
    rdf, "http://www.w3.org/1999/02/22-rdf-syntax-ns#" {
        OBJECT = "object", PREDICATE = "predicate", SUBJECT = "subject", TYPE = "type",
    }
);

vocabulary!(
    /// RDF Schema.
    rdfs, "http://www.w3.org/2000/01/rdf-schema#" {
        DOMAIN = "domain", LABEL = "label", RANGE = "range", SUB_CLASS_OF = "subClassOf",
        SUB_PROPERTY_OF = "subPropertyOf",
    }
);

vocabulary!(
    /// OWL.
    owl, "http://www.w3.org/2002/07/owl#" {
        SAME_AS = "sameAs", SYMMETRIC_PROPERTY = "SymmetricProperty",
    }
);

vocabulary!(
    /// Simple Event Model.
    sem, "http://semanticweb.cs.vu.nl/2009/11/sem/" {
        EVENT = "Event", HAS_ACTOR = "hasActor", HAS_PLACE = "hasPlace", HAS_TIME = "hasTime",
    }
);

vocabulary!(
    /// Provenance.
    prov, "http://www.w3.org/ns/prov#" {
        ACTIVITY = "Activity", STARTED_AT_TIME = "startedAtTime", USED = "used",
        WAS_ASSOCIATED_WITH = "wasAssociatedWith", WAS_DERIVED_FROM = "wasDerivedFrom",
        WAS_GENERATED_BY = "wasGeneratedBy",
    }
);

vocabulary!(
    /// NLP Interchange Format.
    nif, "http://persistence.uni-leipzig.org/nlp2rdf/ontologies/nif-core#" {
        ANCHOR_OF = "anchorOf", BEGIN_INDEX = "beginIndex", CONTEXT = "Context", END_INDEX = "endIndex",
        IS_STRING = "isString",
        PHRASE = "Phrase", REFERENCE_CONTEXT = "referenceContext", RFC5147_STRING = "RFC5147String",
        SENTENCE = "Sentence", SOURCE_URL = "sourceUrl",
    }
);

vocabulary!(
    /// Internationalization Tag Set.
    itsrdf, "http://www.w3.org/2005/11/its/rdf#" {
        TA_CONFIDENCE = "taConfidence", TA_IDENT_REF = "taIdentRef",
    }
);

vocabulary!(
    /// OWL-Time.
    time, "http://www.w3.org/2006/time#" {
        HAS_BEGINNING = "hasBeginning", HAS_END = "hasEnd", IN_XSD_DATE = "inXSDDate", INSTANT = "Instant",
        TEMPORAL_ENTITY = "TemporalEntity",
    }
);

vocabulary!(
    /// GeoSPARQL.
    geo, "http://www.opengis.net/ont/geosparql#" {
        AS_WKT = "asWKT", HAS_GEOMETRY = "hasGeometry", WKT_LITERAL = "wktLiteral",
    }
);

vocabulary!(
    /// Simple Features, the geometries of GeoSPARQL.
    sf, "http://www.opengis.net/ont/sf#" { POINT = "Point" }
);

vocabulary!(
    /// schema.org.
    schema, "http://schema.org/" {
        AUTHOR = "author", DATE_PUBLISHED = "datePublished", HEADLINE = "headline", IN_LANGUAGE = "inLanguage", MENTIONS = "mentions",
        NEWS_ARTICLE = "NewsArticle", ORGANIZATION = "Organization", PUBLISHER = "publisher",
        SOFTWARE_APPLICATION = "SoftwareApplication", SOFTWARE_VERSION = "softwareVersion", URL = "url",
    }
);

/// Namespace of PLOVER's types, modes, contexts and sectors.
pub const PLOVER: &str = "https://w3id.org/entente/plover#";
/// Namespace of CAMEO's codes.
pub const CAMEO: &str = "https://w3id.org/entente/cameo#";
/// Namespace of Wikidata's items and properties.
pub const WIKIDATA: &str = "http://www.wikidata.org/entity/";
/// Namespace of GeoNames' places.
pub const GEONAMES: &str = "https://sws.geonames.org/";

/// Prefixes that queries may use without declaring them, and that exports declare, in alphabetical order.
pub const PREFIXES: &[(&str, &str)] = &[
    ("cameo", CAMEO),
    ("dcterms", "http://purl.org/dc/terms/"),
    ("en", en::NAMESPACE),
    ("geo", geo::NAMESPACE),
    ("geof", "http://www.opengis.net/def/function/geosparql/"),
    ("gn", GEONAMES),
    ("itsrdf", itsrdf::NAMESPACE),
    ("nif", nif::NAMESPACE),
    ("org", "http://www.w3.org/ns/org#"),
    ("owl", owl::NAMESPACE),
    ("plover", PLOVER),
    ("prov", prov::NAMESPACE),
    ("rdf", rdf::NAMESPACE),
    ("rdfs", rdfs::NAMESPACE),
    ("schema", schema::NAMESPACE),
    ("sem", sem::NAMESPACE),
    ("sf", sf::NAMESPACE),
    ("skos", "http://www.w3.org/2004/02/skos/core#"),
    ("time", time::NAMESPACE),
    ("wd", WIKIDATA),
    ("xsd", "http://www.w3.org/2001/XMLSchema#"),
];

/// Every constant of every vocabulary.
pub fn all() -> impl Iterator<Item = NamedNodeRef<'static>> {
    [
        en::ALL,
        rdf::ALL,
        rdfs::ALL,
        owl::ALL,
        sem::ALL,
        prov::ALL,
        nif::ALL,
        itsrdf::ALL,
        time::ALL,
        geo::ALL,
        sf::ALL,
        schema::ALL,
    ]
    .into_iter()
    .flatten()
    .copied()
}
