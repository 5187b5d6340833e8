"""Common Dutch words of business and its software that compounds are made of; our own choice.

Only whole words that mean the same inside a compound. No word that is often only a piece of another ("aan", "over",
"teken"), so that what is made of them is surely a compound.
"""

DOMAIN_WORDS = frozenset(
    """
    abonnement account accountant administratie advies afdeling afspraken afval analyse api app applicatie
    architectuur artikel assemblage audit auto automatisering bank basis bedrijf beheer beheerder belasting beleid
    beoordeling berekening bescherming bestand bestel betaal betaling beveiliging bewerking boekhoud boekhouding
    bouw branche bron btw budget bureau centrum client cloud code computer concern consultant contract controle
    conversie corporatie crediteuren crm cultuur dashboard data database debiteuren detail dienst dienstverlener
    dienstverlening distributie document domein energie erp ervaring evenement export fabriek facturatie factuur
    familie finance financien formulier functie garantie gebruiker gegevens gemeente gezondheid goederen groep
    grondstoffen groot handel haven hoofd hout hulp huur implementatie import industrie informatie infrastructuur
    inkoop inrichting installatie instelling integratie internet jaarrekening kantoor kassa kennis keten klant
    kleding klein koppeling korting kosten kostprijs kwaliteit kwartaal landbouw leasing leden leider leiding
    leverancier levering licentie lijst locatie logistiek loon maatwerk machine magazijn management marketing markt
    materiaal medewerker melding metaal methode migratie model module montage netwerk niveau norm offerte omgeving
    onderdeel onderhoud onderneming onderwijs onderzoek ontwerp ontwikkelaar ontwikkeling operatie opleiding
    oplossing order organisatie overheid overzicht pakket partij partner personeel persoon plan planning platform
    prestatie prijs probleem proces product productie programma project rapport rapportage reactie regel registratie
    regressie relatie release resultaat retail risico salaris sector server service software specialist standaard
    statistiek status stroom subsidie support systeem taak taal team techniek telefoon termijn test tevredenheid
    tijd toegang tool training traject transactie transport uitgave uitwisseling update upgrade uren venster
    vereniging verhuur verkeer verkoop verlening vermogen verschil versie vervoer verwerking verzekeraar verzekering
    voeding voertuig voorraad voorwaarde voorwaarden vraag warehouse water web werk werkplaats werkplek winkel
    woning workflow zorg zorgverlener
    """.split()
)

FILLERS = frozenset(
    """
    aanbieder aanbieders branche branches dienstverlener dienstverleners instelling instellingen leverancier
    leveranciers oplossing oplossingen pakket pakketten programma sector sectoren software specialist specialisten
    systeem systemen werken
    provider providers solution solutions specialists supplier suppliers system systems vendor vendors
    """.split()
)
"""Words that only say what sort of thing is meant, Dutch and English: "erp leverancier" asks for erp. They name parts
of options too, so they are no stop words: alone they are looked for, and with quotes always."""

WISHES = frozenset(
    """
    gevraagd gezocht graag nodig vinden wil willen zoek zoeken zoekt
    find finding looking need needed needs please search searching seeking want wanted
    """.split()
)
"""Words with which somebody says that they are looking for something."""

JUDGING = frozenset(
    """
    beste beter betere betrouwbaar betrouwbare goed goede goedkoop goedkope goedkoopste uitstekend uitstekende
    affordable best better cheap cheapest excellent good great reliable trusted
    """.split()
)
"""Words that ask for a judgement, of which there is none here. A fact (small, large, fast) is not among them."""

PASSED_OVER = FILLERS | WISHES | JUDGING
"""Words that need not be found when there are others."""

SORTS = frozenset("branche instelling leverancier pakket sector software specialist systeem".split())
"""Words that at the end of a compound only say what sort of thing it is: "zorginstelling" asks for zorg."""
