"""What to do about an unknown verdict where something could not be had: sentences for who typed the command."""

from urllib.parse import urlsplit

from app.ports import Fetched
from app.vc.outcome import Outcome
from app.verifier.report import Report

LATER = frozenset({"timeout", "unreachable", "status", "too_many"})  # codes of ports.FetchFailed that may pass


def remedies(report: Report) -> list[str]:
    """One sentence for each thing to do; none unless the outcome is unknown, or where nothing can be done."""
    if report.outcome is not Outcome.UNKNOWN:
        return []
    had = ((need.url, report.evidence.get(need.url)) for need in report.needs)
    told = (remedy(url, why.code) for url, why in had if why is not None and not isinstance(why, Fetched))
    return list(dict.fromkeys(sentence for sentence in told if sentence))


def remedy(url: str, code: str) -> str:
    """What to do about an address that gave nothing; `code`: of ports.FetchFailed. "" where nothing can be done."""
    if code == "not_in_evidence":
        return "Judge without --evidence, or with a new folder: then it is asked for."
    address = urlsplit(url)
    host = address.netloc[:200]
    if address.scheme == "http" and code == "refused":
        return (
            f"The badge names http://{host}, which is no public https address, so that only the service there "
            f"can tell whether it was revoked. Ask it: open http://{host}/verify, or run this command with that "
            f"service's own settings: ATTESTA_BASE_URL=http://{host}, and its ATTESTA_DATA_DIR."
        )
    return f"Try again later: {host} did not give what was asked for." if code in LATER else ""
