"""Every query names its tenant: an index that begins with it is the one that SQLite chooses"""

from alembic import op


revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None

INDEXES = {
    "learner": ("to_recheck",),
    "result": ("learner_id",),
    "experience": ("learner_id",),
    "attestation": ("learner_id",),
    "rpl_claim": ("learner_id",),
    "rpl_decision": ("claim_id",),
    "recognition": ("learner_id",),
    "award": ("learner_id",),
    "rendition": ("award_id",),
    "batch_row": ("batch_id", "number"),
}


def upgrade() -> None:
    for table, columns in INDEXES.items():
        op.create_index(f"{table}_of_tenant", table, ["tenant_id", *columns], unique=False)
