"""Load the demonstration data, issue Ana's MC-02 and print where everything is. Running it again changes nothing."""

from collections.abc import Callable
from importlib.resources import files

from app.competency import framework as frameworks
from app.competency import results
from app.competency.result_record import Accepted
from app.issuer import tenancy
from app.issuer.assessment import learners as people
from app.issuer.assessment.results import latest_today, take
from app.issuer.catalogue.imports import import_framework
from app.issuer.credential.forms import DEFAULT
from app.issuer.credential.issue import Issued, Order, issue
from app.ports import Principal, Services
from app.store import assessment
from app.store import tenancy as store
from app.wallet import offering

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
    issued = issue(services, principal, Order(ACHIEVEMENT, LEARNER, DEFAULT))
    tell(f"{ACHIEVEMENT} for {LEARNER}: {'issued' if issued.is_new else 'issued before'}.")
    _show(services, issued, _claim_link(services, principal, issued), _fresh_key(services, principal), tell)


def _principal(services: Services) -> Principal:
    tenant = tenancy.first_tenant(services)
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
    rows = results.read_csv((data / "results.csv").read_bytes(), today=latest_today(services.clock()))
    with services.database.reading(principal.tenant_id) as session:  # what was corrected since stays corrected
        known = assessment.learners_by_code(session, (row["id"] for row in roster))
        stored = assessment.current_results(session, (row.record.key for row in rows if isinstance(row, Accepted)))
    new_people = [row for row in roster if row["id"] not in known]
    new_rows = [row for row in rows if isinstance(row, Accepted) and row.record.key not in stored]
    tell(f"Learners: {people.put_roster(services, principal, new_people)['counts']['new']} new.")
    tell(f"Results: {take(services, principal, new_rows)['counts']['new']} new.")


def _fresh_key(services: Services, principal: Principal) -> str:
    """A new API key at each run; the last run's one is withdrawn."""
    with services.database.reading(principal.tenant_id) as session:
        old = [key for key in store.api_keys(session) if key.name == KEY_NAME and key.revoked_at is None]
    for key in old:
        tenancy.revoke_api_key(services, principal.tenant_id, key.id, actor="demo")
    return tenancy.add_api_key(services, principal.tenant_id, KEY_NAME, tenancy.SCOPES, actor="demo")[1]


def _claim_link(services: Services, principal: Principal, issued: Issued) -> str:
    """What her mail leads to too, for the person who watches; the link of the last run ends."""
    offered = offering.offer(services, principal, issued.award.id, with_mail=issued.is_new, with_tx_code=False)
    return str(offered["link"])


def _show(services: Services, issued: Issued, link: str, api_key: str, tell: Callable[[str], None]) -> None:
    base = services.settings.public_url
    tell("")
    tell(f"Credential    {base}/credentials/{issued.award.id}")
    tell(f"Claim it      {link}")
    tell(f"Mails         {services.settings.smtp_url or services.settings.data_dir / 'mail'}")
    tell(f"Status list   {issued.rendition.status_list_url}")
    tell(f"Check a badge {base}/verify")
    tell(f"API           {base}/docs")
    tell(f"API key       {api_key}")
