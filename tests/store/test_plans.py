"""Queries of one learner read that learner's rows only, however many others there are: SQLite's own plan says so."""

import pytest

from app.store import assessment, award, evidence
from app.store.tables import AttestationRecord, ExperienceRecord, RecognitionRecord, RplClaimRecord

LEARNER = "00000000-0000-4000-8000-000000000000"
QUERIES = {
    "results": lambda session: assessment.results_of_many(session, [LEARNER]),
    "history": lambda session: assessment.history_of(session, LEARNER),
    "awards": lambda session: award.awards_of(session, [LEARNER]),
    "live awards": lambda session: award.live_awards(session, LEARNER),
    "decisions": lambda session: evidence.rpl_decisions(session, [LEARNER]),
    **{
        table.__tablename__: lambda session, table=table: evidence.counting(session, table, [LEARNER])
        for table in (ExperienceRecord, AttestationRecord, RplClaimRecord, RecognitionRecord)
    },
}


@pytest.mark.parametrize("name", sorted(QUERIES))
def test_an_index_leads_to_the_learners_rows(shared, name):
    database, tenant_id, told = shared.services.database, shared.principal.tenant_id, []
    with database.engine.connect() as held:  # what the driver is told, whoever tells it
        driver = held.connection.dbapi_connection
    driver.set_trace_callback(told.append)
    try:
        with database.reading(tenant_id) as session:
            QUERIES[name](session)
    finally:
        driver.set_trace_callback(None)
    (asked,) = (statement for statement in told if statement.startswith("SELECT"))
    plan = [row[3] for row in driver.execute(f"EXPLAIN QUERY PLAN {asked}")]
    assert "tenant_id=? AND" in plan[0], plan
