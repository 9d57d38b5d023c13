"""Answers questions about sequences by Biopython: JSON in, JSON out."""

import json
import sys
import time
import warnings

warnings.simplefilter("ignore")

from Bio import Restriction, SeqIO
from Bio.Data.CodonTable import TranslationError
from Bio.Seq import Seq
from Bio.SeqUtils import gc_fraction


def translate(bases, table):
    """The amino acids; X for what Biopython does not translate."""
    bases = bases[: len(bases) // 3 * 3]
    out = []
    try:
        return str(Seq(bases).translate(table=table))
    except TranslationError:
        for i in range(0, len(bases), 3):
            try:
                out.append(str(Seq(bases[i : i + 3]).translate(table=table)))
            except TranslationError:
                out.append("X")
    return "".join(out)


def feature(record, f):
    answer = {
        "key": f.type,
        "qualifiers": {name: list(values) for name, values in f.qualifiers.items()},
        "parts": [[int(p.start) + 1, int(p.end), p.strand or 1, p.ref or ""] for p in f.location.parts],
        "bases": "",
        "amino": "",
    }
    if all(p[3] == "" for p in answer["parts"]):
        answer["bases"] = str(f.extract(record.seq))
        if f.type == "CDS":
            first = int(f.qualifiers.get("codon_start", ["1"])[0]) - 1
            answer["amino"] = translate(answer["bases"][first:], int(f.qualifiers.get("transl_table", ["1"])[0]))
    return answer


def genbank(file):
    return [
        {
            "name": r.name,
            "id": r.id,
            "description": r.description,
            "organism": r.annotations.get("organism", ""),
            "topology": r.annotations.get("topology", ""),
            "molecule": r.annotations.get("molecule_type") or "",
            "comment": r.annotations.get("comment", ""),
            "references": [[x.authors, x.title, x.journal, x.pubmed_id] for x in r.annotations.get("references", [])],
            "bases": str(r.seq),
            "gc": gc_fraction(r.seq, "remove"),
            "features": [feature(r, f) for f in r.features],
        }
        for r in SeqIO.parse(file, "genbank")
    ]


def enzyme(name, sequences):
    e = getattr(Restriction, name)
    return {
        "site": e.site,
        "cut": e.fst5,
        "other": e.size + e.fst3,
        "found": [sorted(e.search(Seq(s["bases"]), linear=not s["circular"])) for s in sequences],
    }


def seconds(file):
    """The least time of five to read all records of a file."""
    least = None
    for _ in range(5):
        start = time.perf_counter()
        for _record in SeqIO.parse(file, "genbank"):
            pass
        took = time.perf_counter() - start
        least = took if least is None else min(least, took)
    return least


asked = json.load(sys.stdin)
json.dump(
    {
        "genbank": [genbank(f) for f in asked.get("genbank") or []],
        "fasta": [[[r.id, r.description, str(r.seq)] for r in SeqIO.parse(f, "fasta")] for f in asked.get("fasta") or []],
        "amino": [translate(t["bases"], t["table"]) for t in asked.get("translate") or []],
        "enzymes": [enzyme(name, asked["sequences"]) for name in asked.get("enzymes") or []],
        "seconds": [seconds(f) for f in asked.get("time") or []],
    },
    sys.stdout,
)
