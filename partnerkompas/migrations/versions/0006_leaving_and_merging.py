"""Partners that leave the directory, that are merged, and pairs that are not the same

Revision ID: 0006
Revises: 0005
"""

from typing import Any

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0006"
down_revision = "0005"

MOMENT = sa.DateTime(timezone=True)
JSON = sa.JSON(none_as_null=True).with_variant(postgresql.JSONB(none_as_null=True), "postgresql")


def column(name: str, kind: Any, *, nullable: bool = False) -> sa.Column[Any]:
    return sa.Column(name, kind, nullable=nullable)


def make(table: str, *columns: sa.Column[Any], to: dict[str, str], constraints: tuple[Any, ...] = ()) -> None:
    """Create a table with an id; `to` says which column refers to which table and column."""
    op.create_table(
        table,
        column("id", sa.Integer()),
        *columns,
        *(sa.ForeignKeyConstraint([own], [other], name=op.f(f"fk_{table}_{own}")) for own, other in to.items()),
        *constraints,
        sa.PrimaryKeyConstraint("id", name=op.f(f"pk_{table}")),
    )


def one_open(table: str, columns: list[str], end: str) -> None:
    """At most one row that has not ended, for the same columns."""
    open_ = sa.text(f"{end} IS NULL")
    name = f"uq_{table}_open"
    op.create_index(name, table, columns, unique=True, sqlite_where=open_, postgresql_where=open_)


def upgrade() -> None:
    text, number = sa.String(), sa.Integer()
    make(
        "delisting",
        *(column("partner_id", number), column("kind", text), column("reasons", text), column("due_on", sa.Date())),
        *(column("announced_at", MOMENT), column("announced_by", number, nullable=True)),
        *(column("response", text), column("responded_at", MOMENT, nullable=True)),
        *(column("done_at", MOMENT, nullable=True), column("ended_at", MOMENT, nullable=True)),
        *(column("ended_by", number, nullable=True), column("ending", text)),
        to={"partner_id": "partner.id", "announced_by": "account.id", "ended_by": "account.id"},
        constraints=(
            sa.CheckConstraint(
                "kind IN ('stopped', 'request', 'merged', 'wrong', 'other')", name=op.f("ck_delisting_kind")
            ),
        ),
    )
    make(
        "partner_merge",
        *(column("kept_id", number), column("absorbed_id", number), column("did", JSON)),
        *(column("merged_at", MOMENT), column("merged_by", number, nullable=True)),
        *(column("undone_at", MOMENT, nullable=True), column("undone_by", number, nullable=True)),
        to={
            "kept_id": "partner.id",
            "absorbed_id": "partner.id",
            "merged_by": "account.id",
            "undone_by": "account.id",
        },
    )
    make(
        "not_the_same",
        *(column("one_id", number), column("other_id", number)),
        *(column("noted_at", MOMENT), column("noted_by", number, nullable=True)),
        column("undone_at", MOMENT, nullable=True),
        to={"one_id": "partner.id", "other_id": "partner.id", "noted_by": "account.id"},
        constraints=(sa.CheckConstraint("one_id < other_id", name=op.f("ck_not_the_same_order")),),
    )
    op.create_index("ix_delisting_partner_id", "delisting", ["partner_id"])
    op.create_index("ix_partner_merge_kept_id", "partner_merge", ["kept_id"])
    op.create_index("ix_partner_merge_absorbed_id", "partner_merge", ["absorbed_id"])
    one_open("delisting", ["partner_id"], "ended_at")
    one_open("partner_merge", ["absorbed_id"], "undone_at")
    one_open("not_the_same", ["one_id", "other_id"], "undone_at")
