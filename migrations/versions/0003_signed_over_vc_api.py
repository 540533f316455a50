"""What is signed over VC-API is recorded"""

import sqlalchemy as sa
from alembic import op


revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "vc_api_credential",
        sa.Column("id", sa.String(length=36), nullable=False),
        sa.Column("credential_id", sa.String(length=500), nullable=False),
        sa.Column("state", sa.String(length=20), nullable=False),
        sa.Column("issuer", sa.String(length=4000), nullable=False),
        sa.Column("cryptosuite", sa.String(length=40), nullable=False),
        sa.Column("signing_key_id", sa.String(length=36), nullable=False),
        sa.Column("purpose", sa.String(length=20), nullable=False),
        sa.Column("status_list_id", sa.String(length=36), nullable=False),
        sa.Column("status_list_url", sa.String(length=4000), nullable=False),
        sa.Column("status_index", sa.Integer(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("content", sa.LargeBinary(), nullable=True),
        sa.Column("sha256", sa.String(length=64), nullable=True),
        sa.Column("tenant_id", sa.String(length=36), nullable=False),
        sa.ForeignKeyConstraint(["signing_key_id"], ["signing_key.id"]),
        sa.ForeignKeyConstraint(["status_list_id"], ["status_list.id"]),
        sa.ForeignKeyConstraint(["tenant_id"], ["tenant.id"]),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("status_list_id", "status_index"),
    )
    with op.batch_alter_table("vc_api_credential", schema=None) as batch_op:
        for column in ("state", "signing_key_id", "tenant_id"):
            batch_op.create_index(batch_op.f(f"ix_vc_api_credential_{column}"), [column], unique=False)
        batch_op.create_index(
            "one_vc_api_credential",
            ["tenant_id", "credential_id"],
            unique=True,
            sqlite_where=sa.text("state <> 'abandoned'"),
            postgresql_where=sa.text("state <> 'abandoned'"),
        )
