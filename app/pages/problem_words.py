"""Why something could not be read as a badge, in words for people: by the problem's code (docs/verification.md)."""

from typing import Any

from app.errors import Problem, TooLarge, TooMany
from app.pages.wording import Wording
from app.texts import N_, SOURCE

NOT_A_BADGE = N_("This is not a badge")
NOT_READ = N_("This could not be read")
_NO_BADGE = N_("There is no badge in it that this service can read.")
_DAMAGED = N_("The file is damaged. Ask for the original file.")
_TOO_LARGE = N_("It is larger than what is read here.")
_ENCRYPTED = N_("It is encrypted, so only its holder can read it.")
_NO_PICTURE = N_("The picture holds no badge. It may be a copy: ask for the original file.")
_CODES: dict[str, tuple[str, str]] = {
    "unknown_form": (NOT_A_BADGE, _NO_BADGE),
    "no_credential": (NOT_A_BADGE, _NO_BADGE),
    "no_jwt": (NOT_A_BADGE, _NO_BADGE),
    "no_baked_credential": (
        NOT_A_BADGE,
        _NO_PICTURE,
    ),
    "open_badges_2": (NOT_A_BADGE, N_("It is only a part of a badge. Ask for the badge itself.")),
    "no_qr_code": (NOT_A_BADGE, _NO_PICTURE),
    "no_attachment": (
        NOT_A_BADGE,
        N_("The PDF carries no badge. It may be a copy or a scan: ask for the original file."),
    ),
    "encrypted_pdf": (NOT_READ, _ENCRYPTED),
    "ambiguous_picture": (NOT_READ, N_("The picture holds more than one badge.")),
    "encrypted_jwt": (NOT_READ, _ENCRYPTED),
    "address_unavailable": (NOT_READ, N_("There was nothing to be had at this address. Check it, or try again later.")),
    "several_documents": (NOT_READ, N_("There is more than one badge in it. Choose one.")),
    "web_page": (NOT_READ, N_("This is a web page. Save the badge from it as a file, and choose that.")),
    "for_a_wallet": (NOT_A_BADGE, N_("This code is for a wallet: it offers a badge, it does not show one.")),
    "document_too_large": (NOT_READ, _TOO_LARGE),
    "picture_too_large": (NOT_READ, _TOO_LARGE),
}
_DAMAGED_CODES = {"malformed_png", "malformed_svg", "unsupported_svg", "not_utf_8", "not_json", "nested_too_deep"} | {
    "duplicate_member",
    "not_a_number",
    "number_too_large",
    "malformed_pdf",
    "malformed_picture",
    "lone_surrogate",
}
REMEDY = N_("Choose the badge file itself, paste its text, or type its address.")


def problem_view(trouble: Problem, words: Wording) -> dict[str, Any]:
    """Return what a page says of a problem; `detail`: the English sentence beneath it, for other languages."""
    code = str(trouble.members.get("code", ""))
    title, text = _CODES.get(code, (NOT_READ, _DAMAGED if code in _DAMAGED_CODES else ""))
    if not text and isinstance(trouble, TooLarge):
        text = _TOO_LARGE
    if isinstance(trouble, TooMany):
        text = N_("Too many checks came from your address. Wait a minute.")
    is_told = words.language != SOURCE and bool(text)
    return {
        "title": words.say(title),
        "text": words.say(text) if is_told else trouble.detail,
        "lang": words.language if is_told else SOURCE,
        "detail": trouble.detail if is_told else None,
        "remedy": (trouble.remedy or words.say(REMEDY)) if words.language == SOURCE else words.say(REMEDY),
    }
