#!/usr/bin/env python3
"""Checks that every #include between folders of src/ points downwards. The table is the house of ARCHITECTURE.md."""
import pathlib
import re
import sys

USES = {
    "base": [],
    "model": ["base"],
    "activity": ["model"],
    "wire": ["model"],
    "store": ["model", "net"],
    "simulate": ["model"],
    "net": ["base"],
    "scoring": ["activity"],
    "evidence": ["scoring"],
    "collect": ["wire", "store", "activity"],
    "score": ["evidence", "store", "wire"],
    "play": ["score"],
    "report": ["play"],
    "deliver": ["wire", "store", "net"],
    "api": ["collect", "report", "deliver", "wire", "net"],
    "cli": ["api", "simulate"],
}

# Libraries that only some layers may name.
KEPT_IN = {
    r"duckdb\.h|sqlite3\.h": {"store"},
    r"nlohmann/.*|toml\+\+/.*": {"wire"},
    r"CLI/.*": {"cli"},
    r"re2/.*": {"base"},
    r"boost/unordered/.*": {"store"},
    r"boost/sort/.*": {"evidence"},
    r"argon2\.h": {"api"},
    r"rocksdb/.*": {"store"},
    r"libpq-fe\.h": {"deliver"},
    r"librdkafka/.*": {"net"},
    r"boost/(?!unordered/|sort/).*|curl/.*": {"net"},
}
WORDS_BANNED = re.compile(r"util|helper|common|manager|misc")


def within_reach(layer):
    return {layer}.union(*(within_reach(lower) for lower in USES[layer]))


def problems():
    for path in sorted(pathlib.Path("src").rglob("*")):
        if WORDS_BANNED.search(path.name):
            yield f"{path}: name a file after the one thing in it"
        if path.suffix not in (".h", ".cpp"):
            continue
        layer = path.parts[1]
        if layer not in USES:
            yield f"{path}: {layer} is not a layer; add it to tools/layers.py and ARCHITECTURE.md"
            continue
        is_test = path.name.endswith("_test.cpp")
        own_header = path.with_suffix(".h")
        if path.suffix == ".cpp" and own_header.exists():
            # So the header is compiled alone, and includes what it needs.
            first = next((line for line in path.read_text(encoding="utf-8").splitlines() if line.startswith("#include")), "")
            if first != f'#include "{own_header.relative_to("src")}"':
                yield f"{path}: include {own_header.relative_to('src')} first"
        for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), 1):
            if inner := re.match(r'#include "(\w+)/', line):
                if inner[1] in USES and inner[1] not in within_reach(layer):
                    yield f"{path}:{number}: {layer} must not include {inner[1]}"
            if outer := re.match(r"#include <([^>]+)>", line):
                for library, layers in KEPT_IN.items():
                    if re.fullmatch(library, outer[1]) and layer not in layers:
                        yield f"{path}:{number}: only {', '.join(layers)} may include <{outer[1]}>"
            if not is_test and "system_clock::now" in line and path.name != "clock.cpp":
                yield f"{path}:{number}: ask a Clock for the time"
            if re.search(r"catch \(\.\.\.\)", line):
                yield f"{path}:{number}: catch what you can answer for"


found = list(problems())
print("\n".join(found) if found else "layers: every include points downwards")
sys.exit(bool(found))
