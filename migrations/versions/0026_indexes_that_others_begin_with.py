"""An index that another one begins with is written for nothing"""

from alembic import op


revision = "0026"
down_revision = "0025"
branch_labels = None
depends_on = None

OF_TENANT = (
    "achievement_picture",
    "attestation",
    "audit_entry",
    "award",
    "batch_row",
    "experience",
    "framework_draft",
    "framework_version",
    "idempotent_answer",
    "issuer_registry",
    "learner",
    "mail",
    "offer",
    "person_alias",
    "recognition",
    "rendition",
    "result",
    "result_mapping",
    "review_item",
    "rpl_claim",
    "rpl_decision",
    "vc_api_credential",
    "wallet_token",
    "xapi_statement",
)
OTHERS = (("batch_row", "batch_id"), ("certification_act", "application_id"), ("foreign_badge", "email"))
INDEXES = (*((table, "tenant_id") for table in OF_TENANT), *OTHERS)


def upgrade() -> None:
    for table, column in INDEXES:
        op.drop_index(f"ix_{table}_{column}", table)


def downgrade() -> None:
    for table, column in INDEXES:
        op.create_index(f"ix_{table}_{column}", table, [column], unique=False)
