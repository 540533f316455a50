"""assessmentResult of QTI 3.0 (and 2.x), as XML.

https://www.imsglobal.org/spec/qti/v3p0/impl (results reporting): `itemResult` and `testResult` with outcome variables
SCORE and MAXSCORE (or `normalMaximum`); `numAttempts` tells several results of one item apart. A result of which the
session is not final is provisional.

The parser reads no DTD, no entities and nothing from elsewhere; a document with a DOCTYPE is refused before that.
"""

import re
from collections.abc import Iterator
from typing import Any

from lxml import etree

from app import hardened_xml
from app.competency.result_record import FINAL, PROVISIONAL
from app.competency.sources.members import bounded, day, moment
from app.competency.sources.reading import Read, Reading
from app.errors import BadInput, TooLarge

MAX_BYTES = 16_777_216  # as results.MAX_BYTES
ROOT = "assessmentResult"
_DECLARED = re.compile(rb"<!\s*(?:DOCTYPE|ENTITY)", re.IGNORECASE)
_OTHER_ENCODING = re.compile(rb"\A\s*<\?xml[^>]*encoding\s*=\s*[\"'](?!utf-8[\"']|us-ascii[\"'])", re.IGNORECASE)


def read(content: bytes) -> Iterator[Read]:
    """Read one document. Raises BadInput when it is not sound XML or no assessmentResult, TooLarge."""
    root = _parse(content)
    person = root.find("{*}context").get("sourcedId", "").strip() if root.find("{*}context") is not None else ""
    sessions = [each.get("identifier", "") for each in root.iterfind("{*}context/{*}sessionIdentifier")]
    found = bounded([each for each in root if _name(each) in ("testResult", "itemResult")])
    for number, element in enumerate(found, start=1):
        if _name(element) == "itemResult" or _outcome(element, "SCORE") is not None:
            yield _reading(number, element, person, sessions)


def _reading(number: int, element: Any, person: str, sessions: list[str]) -> Reading:
    stated_at = moment(element.get("datestamp"))
    identifier, attempt = element.get("identifier", "").strip(), _attempt(element)
    value = _outcome(element, "SCORE")
    final = element.get("sessionStatus", "final") == "final" and value is not None
    # Without a session only the time tells one sitting from another.
    sitting = sessions or [element.get("datestamp", "")]
    return Reading(
        number=number,
        record_id=":".join((*sitting, person, identifier, attempt)),
        person=person,
        items=(identifier,) if identifier else (),
        score=value,
        max=_outcome(element, "MAXSCORE") or _normal_maximum(element),
        performed_on=day(stated_at),
        attempt=attempt,
        status=FINAL if final else PROVISIONAL,
        stated_at=stated_at,
    )


def _attempt(element: Any) -> str:
    for variable in element.iterfind("{*}responseVariable[@identifier='numAttempts']"):
        for value in variable.iterfind("{*}candidateResponse/{*}value"):
            return str(value.text or "").strip()
    return "1"


def _outcome(element: Any, identifier: str) -> str | None:
    """Return the one value of an outcome variable; float's "24.0" is the text of it already."""
    for value in element.iterfind(f"{{*}}outcomeVariable[@identifier='{identifier}']/{{*}}value"):
        return str(value.text or "").strip() or None
    return None


def _normal_maximum(element: Any) -> str | None:
    for variable in element.iterfind("{*}outcomeVariable[@identifier='SCORE']"):
        return str(variable.get("normalMaximum", "")).strip() or None
    return None


def _name(element: Any) -> str:
    return etree.QName(element).localname if isinstance(element.tag, str) else ""


def _parse(content: bytes) -> Any:
    """Return the root element."""
    if len(content) > MAX_BYTES:
        raise TooLarge(f"The document has more than {MAX_BYTES} bytes.", remedy="Send it in parts.")
    content = content.removeprefix(b"\xef\xbb\xbf")
    if _DECLARED.search(content):
        raise BadInput("The document has a DOCTYPE or declares entities.", remedy="Save it without them.")
    if b"\x00" in content or _OTHER_ENCODING.search(content):
        raise BadInput("The document is not UTF-8.", remedy="Save it as UTF-8.")
    try:
        root = hardened_xml.parse(content, keeps_comments=False).root
    except hardened_xml.NotWellFormedError as error:
        raise BadInput(f"This is not well-formed XML: {error}.") from None
    if _name(root) != ROOT:
        raise BadInput(f"The root element is not {ROOT}.", remedy="Send a QTI results report.")
    return root
