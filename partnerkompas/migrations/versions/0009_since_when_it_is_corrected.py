"""A challenge keeps since when the partner itself says something else: asking worked that out by a rule of its own

Revision ID: 0009
Revises: 0008
"""

import sqlalchemy as sa
from alembic import op

revision = "0009"
down_revision = "0008"

OPEN = (
    "SELECT challenge.id AS challenge_id, answer.* FROM challenge JOIN answer ON answer.id = challenge.answer_id "
    "WHERE challenge.decided_at IS NULL"
)
LATER = (
    "SELECT * FROM answer WHERE partner_id = :partner_id AND criterion = :criterion AND product = :product "
    "AND id > :id ORDER BY id"
)


def upgrade() -> None:
    op.add_column("challenge", sa.Column("corrected_at", sa.DateTime(timezone=True), nullable=True))
    work_out(op.get_bind())


def work_out(connection: sa.Connection) -> None:
    """What is open now, as the program keeps it from here on."""
    for disputed in connection.execute(sa.text(OPEN)).mappings().all():
        place = {name: disputed[name] for name in ("partner_id", "criterion", "product", "id")}
        since = None
        for later in connection.execute(sa.text(LATER), place).mappings():
            if (later["state"], later["value"]) == (disputed["state"], disputed["value"]):
                since = None
            elif since is None and later["source"] == "partner" and not later["checked_by_role"]:
                since = later["recorded_at"]
        if since is not None:
            told = {"since": since, "id": disputed["challenge_id"]}
            connection.execute(sa.text("UPDATE challenge SET corrected_at = :since WHERE id = :id"), told)
