"""Common Dutch words of this domain that compounds are made of; our own choice, and short on purpose."""

DOMAIN_WORDS = frozenset(
    """
    app apps beheer bedrijf branche cloud code crm data dienst eis erp handel implementatie klant koppeling maatwerk
    migratie oplossing partner project proces software systeem
    """.split()
)
