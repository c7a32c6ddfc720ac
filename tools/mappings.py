"""Writes ontology/mappings.ttl: how Entente's classes and relations are called elsewhere.

    python3 tools/mappings.py

Wikidata's properties come from data/rules/predicates.toml, the rest from the table below.
"""

import tomllib
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent

HEAD = """\
# How classes and relations are called elsewhere: Wikidata's properties, schema.org, and FollowTheMoney (the model of OpenSanctions
# and Aleph). FollowTheMoney has things between two others where there is a relation here: such are related, not the same.
# Written by tools/mappings.py.

@prefix en: <https://w3id.org/entente/ns#> .
@prefix skos: <http://www.w3.org/2004/02/skos/core#> .
@prefix schema: <http://schema.org/> .
@prefix wd: <http://www.wikidata.org/entity/> .
@prefix ftm: <https://schema.followthemoney.tech/#> .
"""

OTHERS = {
    "Person": ["skos:exactMatch schema:Person", "skos:exactMatch ftm:Person"],
    "Organization": ["skos:exactMatch schema:Organization", "skos:closeMatch ftm:Organization"],
    "Government": ["skos:closeMatch schema:GovernmentOrganization", "skos:broadMatch ftm:PublicBody"],
    "Country": ["skos:closeMatch schema:Country"],
    "City": ["skos:exactMatch schema:City"],
    "Place": ["skos:exactMatch schema:Place"],
    "NewsAgency": ["skos:broadMatch schema:NewsMediaOrganization"],
    "Vehicle": ["skos:exactMatch schema:Vehicle", "skos:closeMatch ftm:Vehicle"],
    "Event": ["skos:closeMatch schema:Event", "skos:closeMatch ftm:Event"],
    "Sanctions": ["skos:relatedMatch ftm:Sanction"],
    "childOf": ["skos:closeMatch schema:parent", "skos:relatedMatch ftm:Family"],
    "spouseOf": ["skos:closeMatch schema:spouse", "skos:relatedMatch ftm:Family"],
    "siblingOf": ["skos:closeMatch schema:sibling", "skos:relatedMatch ftm:Family"],
    "worksFor": ["skos:closeMatch schema:worksFor", "skos:relatedMatch ftm:Employment"],
    "memberOf": ["skos:closeMatch schema:memberOf", "skos:relatedMatch ftm:Membership"],
    "owns": ["skos:closeMatch schema:owns", "skos:relatedMatch ftm:Ownership"],
    "headOf": ["skos:relatedMatch ftm:Directorship"],
    "holdsPosition": ["skos:relatedMatch schema:jobTitle", "skos:relatedMatch ftm:Occupancy"],
    "citizenOf": ["skos:closeMatch schema:nationality"],
    "bornOn": ["skos:exactMatch schema:birthDate"],
    "bornIn": ["skos:exactMatch schema:birthPlace"],
    "diedOn": ["skos:exactMatch schema:deathDate"],
    "diedIn": ["skos:exactMatch schema:deathPlace"],
    "foundedBy": ["skos:exactMatch schema:founder"],
    "foundedOn": ["skos:exactMatch schema:foundingDate"],
    "educatedAt": ["skos:closeMatch schema:alumniOf"],
    "subsidiaryOf": ["skos:closeMatch schema:parentOrganization"],
}


def main():
    ontology = (ROOT / "ontology" / "entente.ttl").read_text()
    known = {line.split()[0].removeprefix("en:") for line in ontology.splitlines() if line.startswith("en:")}
    predicates = tomllib.loads((ROOT / "data" / "rules" / "predicates.toml").read_text())["predicate"]
    matches = {name: list(terms) for name, terms in OTHERS.items() if name in known}
    for predicate in predicates:
        if "wikidata" in predicate and predicate["name"] in known:
            # One property, or one for each kind of object.
            given = predicate["wikidata"]
            properties = {given} if isinstance(given, str) else set(given.values())
            matches.setdefault(predicate["name"], []).extend(f"skos:closeMatch wd:{p}" for p in sorted(properties))
    blocks = [f"en:{name}\n    " + " ;\n    ".join(sorted(terms)) + " .\n" for name, terms in sorted(matches.items())]
    (ROOT / "ontology" / "mappings.ttl").write_text("\n".join([HEAD, *blocks]))


if __name__ == "__main__":
    main()
