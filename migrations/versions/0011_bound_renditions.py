"""Renditions bound to the key that a wallet proved, and status lists signed as Token Status Lists too"""

import sqlalchemy as sa
from alembic import op


revision = "0011"
down_revision = "0010"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("status_list", sa.Column("signed_token", sa.LargeBinary(), nullable=True))
    op.add_column("rendition", sa.Column("holder", sa.String(length=1000), nullable=False, server_default=""))
    op.drop_index("one_issued_rendition", table_name="rendition")
    op.create_index(
        "one_issued_rendition",
        "rendition",
        ["award_id", "form", "holder"],
        unique=True,
        sqlite_where=sa.text("state = 'issued'"),
        postgresql_where=sa.text("state = 'issued'"),
    )
