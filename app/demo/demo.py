"""Load the demonstration data, issue Ana's MC-02 and print where everything is. Running it again changes nothing."""

from collections.abc import Callable
from importlib.resources import files

from app.competency import framework as frameworks
from app.competency import results
from app.issuer import tenancy
from app.issuer.assessment import learners as people
from app.issuer.assessment.results import take
from app.issuer.catalogue.imports import import_framework
from app.issuer.credential.forms import DEFAULT
from app.issuer.credential.issue import Issued, issue
from app.issuer.credential.status_lists import list_url
from app.ports import Principal, Services
from app.store import tenancy as store

KEY_NAME = "demo key"
ACHIEVEMENT, LEARNER = "MC-02", "p-ana"
PROFILE = {
    "name": "Smart City Skills Consortium (example)",
    "description": "An invented consortium of training providers, to show what Attesta does.",
    "country_code": "BG",
    "country": "Bulgaria",
    "locality": "Sofia",
}


def prepare(services: Services, tell: Callable[[str], None]) -> None:
    """Everything short of serving; `tell` is called with each line for the person who watches."""
    principal = _principal(services)
    _load(services, principal, tell)
    issued = issue(services, principal, ACHIEVEMENT, LEARNER, DEFAULT)
    tell(f"{ACHIEVEMENT} for {LEARNER}: {'issued' if issued.is_new else 'issued before'}.")
    _show(services, issued, _fresh_key(services, principal), tell)


def _principal(services: Services) -> Principal:
    tenancy.ensure_first_tenant(services)
    tenant = tenancy.find_tenant(services, None)
    if tenant.profile == tenancy.FIRST_PROFILE:
        tenancy.set_profile(services, tenant.id, PROFILE, actor="demo")
    return Principal(tenant.id, tenant.slug, "demo", frozenset(tenancy.SCOPES))


def _load(services: Services, principal: Principal, tell: Callable[[str], None]) -> None:
    data = files("app.demo") / "data"
    done = import_framework(
        services, principal, frameworks.read_yaml((data / "smart-city-framework.yaml").read_bytes())
    )
    told = ", ".join(f"{count} {kind.replace('_', ' ')}" for kind, count in done.counts.items())
    tell(f"Framework {done.code} {done.version}: {done.outcome} ({told}).")
    roster = people.read_roster((data / "learners.csv").read_bytes())
    tell(f"Learners: {people.put_roster(services, principal, roster)['counts']}")
    rows = results.read_csv((data / "results.csv").read_bytes(), today=services.clock().date())
    tell(f"Results: {take(services, principal, rows)['counts']}")


def _fresh_key(services: Services, principal: Principal) -> str:
    """A new API key at each run; the last run's one is withdrawn."""
    with services.database.reading(principal.tenant_id) as session:
        old = [key for key in store.api_keys(session) if key.name == KEY_NAME and key.revoked_at is None]
    for key in old:
        tenancy.revoke_api_key(services, principal.tenant_id, key.id, actor="demo")
    return tenancy.add_api_key(services, principal.tenant_id, KEY_NAME, tenancy.SCOPES, actor="demo")[1]


def _show(services: Services, issued: Issued, api_key: str, tell: Callable[[str], None]) -> None:
    base = services.settings.public_url
    tell("")
    tell(f"Credential    {base}/credentials/{issued.award.id}")
    tell(f"Status list   {list_url(services, issued.rendition.status_list_id)}")
    tell(f"Check a badge {base}/verify")
    tell(f"API           {base}/docs")
    tell(f"API key       {api_key}")
    tell("")
    tell(f"Attesta runs at {base} (stop with Ctrl-C).")
