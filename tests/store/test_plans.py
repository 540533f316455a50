"""Queries of one learner read that learner's rows only, however many others there are: SQLite's own plan says so."""

import pytest
import sqlalchemy

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
    database, told = shared.services.database, []

    def note(_connection, cursor, statement, parameters, _context, _many):
        if statement.startswith("SELECT"):
            told.append([row[3] for row in cursor.execute(f"EXPLAIN QUERY PLAN {statement}", parameters)])

    sqlalchemy.event.listen(database.engine, "before_cursor_execute", note)
    try:
        with database.reading(shared.principal.tenant_id) as session:
            told.clear()
            QUERIES[name](session)
    finally:
        sqlalchemy.event.remove(database.engine, "before_cursor_execute", note)
    (plan,) = told
    assert "tenant_id=? AND" in plan[0], plan
