"""A framework as SKOS in JSON-LD: the one form with all its languages that thesaurus tools read.

https://www.w3.org/TR/skos-reference/ and https://www.w3.org/TR/json-ld11/ (language maps, section 4.6.2)
"""

from typing import Any

CONTEXT: dict[str, Any] = {
    "@vocab": "http://www.w3.org/2004/02/skos/core#",
    "dct": "http://purl.org/dc/terms/",
    "owl": "http://www.w3.org/2002/07/owl#",
    "id": "@id",
    "type": "@type",
    "title": {"@id": "dct:title", "@container": "@language"},
    "description": {"@id": "dct:description", "@container": "@language"},
    "identifier": "dct:identifier",
    "deprecated": "owl:deprecated",
    "versionInfo": "owl:versionInfo",
    "prefLabel": {"@container": "@language"},
    "definition": {"@container": "@language"},
    "scopeNote": {"@container": "@language"},
    **{
        name: {"@type": "@id"}
        for name in (
            "broader", "narrower", "inScheme", "topConceptOf", "hasTopConcept", "exactMatch", "relatedMatch",
            "broadMatch", "related",
        )
    },
}  # fmt: skip
_MATCHES = {"isRelatedTo": "relatedMatch", "exactMatchOf": "exactMatch", "isPartOf": "broadMatch"}

Thing = dict[str, Any]


def write(document: Thing, address: str) -> Thing:
    """Return the framework as a ConceptScheme with a Concept for each area, competency and role.

    `address`: the public URL of the framework's version; a competency is `<address>/competencies/<id>`.
    """
    about = document["framework"]
    areas = [_concept(each, _area_url(address, each["id"]), address) for each in document["areas"]]
    below: dict[str, list[str]] = {}
    for each in document["competencies"]:
        if "parent" in each:
            below.setdefault(each["parent"], []).append(_competency_url(address, each["id"]))
    competencies = [_competency(each, address, below.get(each["id"])) for each in document["competencies"]]
    roles = [
        _concept(each, f"{address}#role-{each['id']}", address)
        | _matches(each)
        | ({"definition": each["summary"]} if "summary" in each else {})
        for each in document.get("roles", [])
    ]
    concepts = [*areas, *competencies, *roles]
    top = [each for each in concepts if "broader" not in each]
    for each in top:
        each["topConceptOf"] = address
    scheme = {
        "id": address,
        "type": "ConceptScheme",
        "identifier": f"urn:uuid:{about['uuid']}",
        "versionInfo": about["version"],
        "title": about["title"],
        **({"description": about["description"]} if "description" in about else {}),
        "hasTopConcept": [each["id"] for each in top],
    }
    return {"@context": CONTEXT, "@graph": [scheme, *concepts]}


def _competency(each: Thing, address: str, narrower: list[str] | None) -> Thing:
    broader = {}
    if "parent" in each:
        broader = {"broader": _competency_url(address, each["parent"])}
    elif "area" in each:
        broader = {"broader": _area_url(address, each["area"])}
    notes: dict[str, list[str]] = {}
    for level, texts in each["level_descriptors"].items():
        for language, text in texts.items():
            notes.setdefault(language, []).append(f"{level}: {text}")
    return (
        _concept(each, _competency_url(address, each["id"]), address)
        | {"definition": each["statement"]}
        | ({"scopeNote": notes} if notes else {})
        | broader
        | ({"narrower": narrower} if narrower else {})
        | _matches(each)
    )


def _concept(thing: Thing, url: str, scheme: str) -> Thing:
    return {
        "id": url,
        "type": "Concept",
        "inScheme": scheme,
        "identifier": f"urn:uuid:{thing['uuid']}",
        "notation": thing["id"],
        "prefLabel": thing["name"],
        **({"deprecated": True} if "retired" in thing else {}),
    }


def _matches(thing: Thing) -> Thing:
    found: dict[str, list[str]] = {}
    for alignment in thing.get("alignments", []):
        if "uri" in alignment:
            found.setdefault(_MATCHES[alignment["relation"]], []).append(alignment["uri"])
    return dict(found)


def _area_url(address: str, code: str) -> str:
    return f"{address}#{code}"


def _competency_url(address: str, code: str) -> str:
    return f"{address}/competencies/{code}"
