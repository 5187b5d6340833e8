"""Organisations, sessions on the server, second factors, links, representation, interests, messages and mail

The audit names accounts by number from here on: an e-mail address must be erasable, and the audit is append-only.

Revision ID: 0003
Revises: 0002
"""

from typing import Any

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0003"
down_revision = "0002"

MOMENT = sa.DateTime(timezone=True)
JSON = sa.JSON(none_as_null=True).with_variant(postgresql.JSONB(none_as_null=True), "postgresql")


def text(name: str) -> sa.Column[str]:
    return sa.Column(name, sa.String(), nullable=False)


def number(name: str, *, nullable: bool = False) -> sa.Column[int]:
    return sa.Column(name, sa.Integer(), nullable=nullable)


def moment(name: str, *, nullable: bool = False) -> sa.Column[Any]:
    return sa.Column(name, MOMENT, nullable=nullable)


def make(
    table: str,
    *columns: sa.Column[Any],
    unique: str = "",
    to: dict[str, str] | None = None,
    check: tuple[str, str] | None = None,
) -> None:
    """Create a table with an id; `to` says which column refers to which table; who did something gets no index."""
    references = {**({"account_id": "account"} if any(c.name == "account_id" for c in columns) else {}), **(to or {})}
    op.create_table(
        table,
        number("id"),
        *columns,
        *(
            sa.ForeignKeyConstraint([column], [f"{other}.id"], name=op.f(f"fk_{table}_{column}"))
            for column, other in references.items()
        ),
        *([sa.UniqueConstraint(unique, name=op.f(f"uq_{table}_{unique}"))] if unique else []),
        *([sa.CheckConstraint(check[1], name=op.f(f"ck_{table}_{check[0]}"))] if check else []),
        sa.PrimaryKeyConstraint("id", name=op.f(f"pk_{table}")),
    )
    for column in references:
        if not column.endswith("_by"):
            op.create_index(f"ix_{table}_{column}", table, [column])


def upgrade() -> None:
    make(
        "organisation",
        *(text("name"), text("sector"), text("size"), sa.Column("domains", JSON, nullable=False)),
        *(moment("created_at"), moment("ended_at", nullable=True)),
    )
    for column in (
        "name VARCHAR NOT NULL DEFAULT ''",
        "language VARCHAR NOT NULL DEFAULT 'nl'",
        "level VARCHAR NOT NULL DEFAULT ''",
    ):
        op.execute(f"ALTER TABLE account ADD COLUMN {column}")
    kind = "JSONB" if op.get_bind().dialect.name == "postgresql" else "JSON"
    op.execute(f"ALTER TABLE account ADD COLUMN mail_off {kind} NOT NULL DEFAULT '[]'")
    op.execute(
        "ALTER TABLE account ADD COLUMN organisation_id INTEGER "
        "CONSTRAINT fk_account_organisation_id REFERENCES organisation (id)"
    )
    op.create_index("ix_account_organisation_id", "account", ["organisation_id"])
    op.execute("ALTER TABLE account DROP COLUMN session_version")

    make(
        "signed_in",
        *(number("account_id"), text("key_hash"), text("browser"), moment("began_at"), moment("seen_at")),
        *(moment("proved_at"), moment("second_step_at", nullable=True), moment("ended_at", nullable=True)),
        unique="key_hash",
    )
    op.drop_table("sign_in_attempt")
    make("attempt", moment("at"), text("what"), text("account_key"), text("address_key"))
    for column in ("at", "account_key", "address_key"):
        op.create_index(f"ix_attempt_{column}", "attempt", [column])
    make(
        "link",
        *(text("purpose"), text("token_hash"), text("email"), number("account_id", nullable=True)),
        *(number("organisation_id", nullable=True), number("made_by", nullable=True)),
        *(moment("made_at"), moment("expires_at"), moment("used_at", nullable=True)),
        unique="token_hash",
        to={"organisation_id": "organisation", "made_by": "account"},
    )
    op.create_index("ix_link_email", "link", ["email"])
    make(
        "authenticator",
        *(number("account_id"), text("kind"), text("name"), text("secret")),
        *(sa.Column("credential_id", sa.String(), nullable=True), number("counter")),
        *(moment("added_at"), moment("used_at", nullable=True)),
        unique="credential_id",
    )
    make(
        "recovery_code",
        *(number("account_id"), text("code_hash"), moment("made_at"), moment("used_at", nullable=True)),
    )
    make(
        "representation",
        *(number("account_id"), number("partner_id"), sa.Column("role", sa.String(6), nullable=False)),
        *(text("function"), sa.Column("same_domain", sa.Boolean(), nullable=False), moment("asked_at")),
        *(moment("granted_at", nullable=True), number("decided_by", nullable=True), text("note")),
        moment("ended_at", nullable=True),
        to={"partner_id": "partner", "decided_by": "account"},
    )
    running = sa.text("ended_at IS NULL")
    op.create_index(
        "uq_representation_open",
        "representation",
        ["account_id", "partner_id"],
        unique=True,
        sqlite_where=running,
        postgresql_where=running,
    )
    make(
        "interest",
        *(number("account_id"), number("partner_id"), text("kind"), text("note")),
        *(moment("declared_at"), moment("ended_at", nullable=True)),
        to={"partner_id": "partner"},
        check=("kind", "kind IN ('client', 'employment', 'financial', 'family', 'other')"),
    )
    make(
        "message",
        *(number("account_id"), text("about"), text("title"), text("text"), text("path")),
        *(sa.Column("key", sa.String(), nullable=True), moment("made_at"), moment("read_at", nullable=True)),
        unique="key",
    )
    make(
        "mail",
        *(text("to"), text("subject"), text("body"), moment("made_at"), moment("due_at"), number("tries")),
        *(text("problem"), moment("taken_at", nullable=True), moment("sent_at", nullable=True)),
        moment("given_up_at", nullable=True),
    )
    for column in ("to", "due_at"):
        op.create_index(f"ix_mail_{column}", "mail", [column])
    forget_addresses()


def forget_addresses() -> None:
    """Name accounts by number where the audit and the roles held their address, and drop what was searched for."""
    postgres = op.get_bind().dialect.name == "postgresql"
    op.execute(
        "ALTER TABLE audit DISABLE TRIGGER audit_refuses_update" if postgres else "DROP TRIGGER audit_refuses_update"
    )
    op.execute("UPDATE audit SET actor = 'account/' || account_id WHERE account_id IS NOT NULL")
    op.execute("UPDATE audit SET before = NULL, after = NULL WHERE deed LIKE 'saved-search:%'")
    op.execute(
        "ALTER TABLE audit ENABLE TRIGGER audit_refuses_update"
        if postgres
        else "CREATE TRIGGER audit_refuses_update BEFORE UPDATE ON audit "
        "BEGIN SELECT RAISE(ABORT, 'audit is append-only'); END"
    )
    op.execute(
        "UPDATE role_grant SET granted_by = "
        "(SELECT 'account/' || granter.id FROM account AS granter WHERE granter.email = role_grant.granted_by) "
        "WHERE granted_by IN (SELECT email FROM account)"
    )
