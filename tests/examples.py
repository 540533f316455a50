"""How many generated examples a property is tried with: all of them, or a part where the long tests are left out."""

from hypothesis import HealthCheck, settings

SHARE = 5  # `make test` has a fifth of the examples, `make test-all` has all
USUAL = 100  # hypothesis' own number


def load_profile(*, is_short: bool) -> None:
    """For this run. How long an example takes is the machine's business, and that of what else it does."""
    calm = settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])
    settings.register_profile("attesta", calm)
    settings.register_profile("attesta-short", calm, max_examples=USUAL // SHARE)
    settings.load_profile("attesta-short" if is_short else "attesta")


def examples(number: int) -> settings:
    """For a property whose number of examples is not the usual one. Use as a decorator."""
    is_short = settings.get_current_profile_name() == "attesta-short"
    return settings(max_examples=max(1, number // SHARE) if is_short else number)
