"""JSON-LD in the words of our context: one object a thing, in the graph where it stands."""

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import groupby
from typing import Any

import pyoxigraph as ox

from .terms import RDF, XSD, relative
from .turtle import plain

_TYPE = f"{RDF}type"
_INTEGERS = {f"{XSD}{name}" for name in ("integer", "positiveInteger", "nonNegativeInteger")}
_LARGEST = 2**53
_GENERIC = tuple(":/?#[]@")


def jsonld(graphs: Mapping[str, Sequence[ox.Triple]], base: str, context: bytes) -> bytes:
    """Named graphs, in order of their IRIs, in JSON-LD 1.1.

    Args:
        base: things under it are named relative to it.
        context: the context document; it goes into this one, so that nothing is to be fetched.
    """
    said = json.loads(context)["@context"]
    words = _Words.of(said, base)
    document = {
        "@context": said | {"@base": base},
        "@graph": [
            {"id": words.thing(name), "@graph": _things(graphs[name], words)}
            for name in sorted(graphs)
        ],
    }
    return f"{json.dumps(document, ensure_ascii=False, indent=1)}\n".encode()


@dataclass(frozen=True)
class _Term:
    """A word of the context for a property.

    Args:
        kind: IRI of the datatype that a bare value has, `@id`, `@vocab`, or empty.
        language: that a bare text has, or empty.
    """

    name: str
    kind: str = ""
    language: str = ""


@dataclass(frozen=True)
class _Words:
    """A context, turned round: from IRIs to words."""

    base: str
    prefixes: dict[str, str]
    terms: dict[str, _Term]

    @classmethod
    def of(cls, context: Mapping[str, Any], base: str) -> "_Words":
        simple = {k: v for k, v in context.items() if isinstance(v, str) and v[0] != "@"}
        prefixes = {k: v for k, v in simple.items() if v.endswith(_GENERIC)}
        terms = {_whole(v, prefixes): _Term(k) for k, v in simple.items() if k not in prefixes}
        for name, said in context.items():
            if isinstance(said, dict):
                kind = _whole(said.get("@type", ""), prefixes)
                iri = _whole(said["@id"], prefixes)
                terms.setdefault(iri, _Term(name, kind, said.get("@language", "")))
        return cls(base, prefixes, terms)

    def term(self, iri: str) -> _Term:
        return self.terms.get(iri) or _Term(self.compact(iri))

    def compact(self, iri: str) -> str:
        for prefix, namespace in self.prefixes.items():
            rest = iri.removeprefix(namespace)
            if rest != iri and rest and not rest.startswith("//"):
                return f"{prefix}:{rest}"
        return iri

    def thing(self, iri: str) -> str:
        near = relative(iri, self.base)
        return near if near != iri else self.compact(iri)


def _whole(name: str, prefixes: Mapping[str, str]) -> str:
    prefix, colon, local = name.partition(":")
    return prefixes[prefix] + local if colon and prefix in prefixes else name


def _things(triples: Iterable[ox.Triple], words: _Words) -> list[dict[str, Any]]:
    ordered = map(plain, sorted(triples, key=str))
    return [
        {"id": _name(subject, words)} | _said(group, words)
        for subject, group in groupby(ordered, key=lambda triple: triple[0])
    ]


def _name(term: ox.NamedNode | ox.BlankNode, words: _Words) -> str:
    return words.thing(term.value) if isinstance(term, ox.NamedNode) else str(term)


def _said(triples: Iterable[tuple[Any, ox.NamedNode, Any]], words: _Words) -> dict[str, Any]:
    found: dict[str, list[Any]] = {}
    for _, predicate, value in triples:
        if predicate.value == _TYPE and isinstance(value, ox.NamedNode):
            found.setdefault("type", []).append(words.term(value.value).name)
        else:
            term = words.term(predicate.value)
            found.setdefault(term.name, []).append(_value(value, term, words))
    ordered = sorted(found, key=lambda name: (name != "type", name))
    return {name: found[name] if len(found[name]) > 1 else found[name][0] for name in ordered}


def _value(value: ox.NamedNode | ox.BlankNode | ox.Literal, term: _Term, words: _Words) -> Any:
    if isinstance(value, ox.Literal):
        return _literal(value, term, words)
    if isinstance(value, ox.NamedNode) and term.kind == "@vocab":
        return words.compact(value.value)
    name = _name(value, words)
    return name if term.kind == "@id" else {"id": name}


def _literal(value: ox.Literal, term: _Term, words: _Words) -> Any:
    kind = value.datatype.value
    if value.language:
        bare = value.language == term.language
        return value.value if bare else {"@value": value.value, "@language": value.language}
    if kind == f"{XSD}string":
        bare = not term.kind and not term.language
        return value.value if bare else {"@value": value.value}
    if kind == term.kind:
        return _native(value.value, kind)
    return {"@value": value.value, "@type": words.term(kind).name}


def _native(text: str, kind: str) -> Any:
    """A number or a truth value where JSON has just this form of it, else the text."""
    if kind == f"{XSD}boolean" and text in ("true", "false"):
        return text == "true"
    whole = kind in _INTEGERS and text.lstrip("-").isdecimal() and len(text) < len(str(_LARGEST))
    return int(text) if whole and str(int(text)) == text else text
