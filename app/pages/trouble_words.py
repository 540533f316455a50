"""What a page says of a refusal, in words for people: by kind of problem and by HTTP status."""

from app.texts import N_

NOT_RIGHT = N_("A parameter of this address is not right.")
NOT_ANSWERED = N_("The request could not be answered")
# The titles of the kinds in app/errors.py, which no program's answer translates; a test compares them.
TITLES = (
    NOT_ANSWERED,
    N_("The input is not right"),
    N_("The input is too large"),
    N_("This kind of input is not supported"),
    N_("It cannot be given in that form"),
    N_("This is not verified"),
    N_("An API key is needed"),
    N_("This key may not do that"),
    N_("There is no such thing"),
    N_("It is not there any more"),
    N_("This contradicts what is stored"),
    N_("The rules of this award are not met"),
    N_("It was changed in the meantime"),
    N_("Too many requests"),
    N_("This cannot be answered now"),
    N_("The service was not started"),
    N_("Something is there already"),
)
# What is said where no use case spoke: the address itself leads nowhere, or something broke.
SAID = {
    404: N_("There is nothing at this address"),
    405: N_("There is no page at this address"),
    500: N_("Something broke on our side"),
}
_LOOK = N_("Look whether the address is complete. If a link led you here, tell the person who gave it to you.")
_LATER = N_("Try again in a few minutes.")
STEPS = {
    401: N_("This address is for programs, which send an API key with what they ask. Begin at the start page."),
    403: N_("Go back to the page that you came from."),
    404: _LOOK,
    405: N_("Go back to the page that you came from, and use what it offers."),
    410: _LOOK,
    429: N_("Wait a minute, then try again."),
    500: N_("It was noted, and nothing half-done was stored. Try again in a few minutes."),
    503: _LATER,
}
