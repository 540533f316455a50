"""Where the time of the durable flow goes: `python -m bench.where`, without HTTP, on SQLite.

As the service does it when many ask at once, or with as many as `--at-once` says. Times first without a profiler (wall
and CPU time, SQL statements, per badge; then the mails that offer them, which the service sends beside). Then the
profiler's own times are summed by where the code stands; it makes many small calls look dearer than they are, so the
shares are rough.
"""

import argparse
import cProfile
import pstats
import tempfile
import time
from collections import Counter
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

from sqlalchemy import event

from app import services as composition
from app.competency import framework as frameworks
from app.competency import results
from app.issuer import tenancy
from app.issuer.assessment import learners
from app.issuer.assessment.results import take
from app.issuer.catalogue.imports import import_framework
from app.issuer.credential.forms import DEFAULT
from app.issuer.credential.issue import Order
from app.issuer.credential.issue_route import TOGETHER
from app.issuer.credential.together import issue_together
from app.ports import Principal, Services
from app.settings import Settings
from app.store import migrate
from app.wallet import post
from bench import service

WARM_UP = 32
PLACES = {
    "app/vc": "app/vc: shape, canonical form, signature, self-check",
    "app/competency": "app/competency: rules",
    "app/store": "app/store: our queries",
    "app/": "app: the rest",
    "sqlalchemy": "SQLAlchemy",
    "pyld": "pyld",
    "sqlite3": "SQLite: statements",
    "commit": "SQLite: beginning, committing",
}


def main() -> None:
    """Measure, tell."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("--badges", type=int, default=300, help="of each of the two measurements")
    parser.add_argument("--at-once", type=int, default=TOGETHER, help="badges that are made together")
    chosen = parser.parse_args()
    badges = chosen.badges
    with tempfile.TemporaryDirectory(prefix="attesta-bench-") as folder:
        services, principal = _filled(Path(folder), 2 * WARM_UP + 2 * badges)
        issue_all = _issuer(services, principal, chosen.at_once)
        issue_all(range(WARM_UP))
        counted = _statements(services, lambda: issue_all(range(WARM_UP, 2 * WARM_UP)))
        first = 2 * WARM_UP
        wall, cpu = time.perf_counter(), time.process_time()
        issue_all(range(first, first + badges))
        wall, cpu = time.perf_counter() - wall, time.process_time() - cpu
        mails_cpu = time.process_time()
        mails = post.deliver(services, lambda _seconds: False)
        mails_cpu = time.process_time() - mails_cpu
        print(f"a badge: {1000 * wall / badges:.1f} ms, of it {1000 * cpu / badges:.1f} ms CPU; SQL statements:")
        print("  " + ", ".join(f"{count / WARM_UP:.1f} {word}" for word, count in counted.most_common()))
        print(f"its mail: {1000 * mails_cpu / mails:.1f} ms CPU")
        profile = cProfile.Profile(time.process_time)  # without what the disk takes
        profile.runcall(issue_all, range(first + badges, first + 2 * badges))
        services.database.close()
    for place, share in shares(profile).most_common():
        print(f"{100 * share:5.1f} %  {place}")


def _statements(services: Services, work: Callable[[], None]) -> Counter[str]:
    """Count what SQLite is told meanwhile, by the first word."""
    told: Counter[str] = Counter()
    engine = services.database.engine

    def listen(connection: Any, *_more: object) -> None:
        connection.set_trace_callback(lambda statement: told.update([statement.split()[0]]))

    event.listen(engine, "checkout", listen)
    work()
    event.remove(engine, "checkout", listen)
    event.listen(engine, "checkout", lambda connection, *_more: connection.set_trace_callback(None))
    return told


def _filled(folder: Path, count: int) -> tuple[Services, Principal]:
    services = composition.build(Settings(data_dir=folder / "data"))
    migrate.upgrade(services.database)
    tenancy.ensure_first_key(services)
    tenant = tenancy.first_tenant(services)
    principal = Principal(tenant.id, tenant.slug, "bench", frozenset(tenancy.SCOPES))
    import_framework(services, principal, frameworks.read_yaml(service.FRAMEWORK.read_bytes()))
    numbers = range(count)
    learners.put_roster(services, principal, learners.read_roster(service.roster(numbers)))
    take(services, principal, results.read_csv(service.results(numbers), today=services.clock().date()))
    return services, principal


def _issuer(services: Services, principal: Principal, at_once: int) -> Callable[[Sequence[int]], None]:
    def issue_all(numbers: Sequence[int]) -> None:
        for first in range(0, len(numbers), at_once):
            some = numbers[first : first + at_once]
            issue_together(services, principal, [Order(service.ACHIEVEMENT, f"b-{number}", DEFAULT) for number in some])

    return issue_all


def shares(profile: cProfile.Profile) -> Counter[str]:
    """Return by place its share of all own times."""
    own: Counter[str] = Counter()
    for (file, _, name), (_, _, own_s, *_) in pstats.Stats(profile).stats.items():
        own[_place(file, name)] += own_s
    whole = sum(own.values())
    return Counter({place: own_s / whole for place, own_s in own.items()})


def _place(file: str, name: str) -> str:
    if "sqlite3." in name:
        return PLACES["commit" if "Connection" in name else "sqlite3"]  # which begins and commits
    found = next((told for part, told in PLACES.items() if f"/{part.rstrip('/')}/" in file), None)
    return found or "other libraries and Python itself"


if __name__ == "__main__":
    main()
