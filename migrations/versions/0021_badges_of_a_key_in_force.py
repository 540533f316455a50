"""What a key sealed and what of it is in force is found at once"""

from alembic import op


revision = "0021"
down_revision = "0020"
branch_labels = None
depends_on = None


def upgrade() -> None:
    for table in ("rendition", "vc_api_credential"):
        op.create_index(f"{table}_of_key", table, ["tenant_id", "signing_key_id", "state"], unique=False)
        op.drop_index(f"ix_{table}_signing_key_id", table)
