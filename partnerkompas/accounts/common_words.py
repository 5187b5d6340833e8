"""Words that are in many passwords of Dutch people and of people who work with Dynamics, the likeliest first.

The lists of zxcvbn know the English ones and 30,000 passwords that leaked. Own list, made for this site in 2026.
"""

COMMON_WORDS: tuple[str, ...] = tuple(
    """
    wachtwoord welkom geheim hallo inloggen toegang gebruiker beheerder beheer admin test tijdelijk standaard nieuw
    ikhouvanjou ikhouvanje ikhouvan houvanjou schatje liefje lieverd knuffel kusje hartje vriendin vriend
    goedemorgen goedemiddag goedenavond goeiemorgen goeiedag totziens dankjewel alstublieft gefeliciteerd
    zomer winter herfst lente voorjaar najaar vakantie weekend
    januari februari maart april juni juli augustus september oktober november december
    maandag dinsdag woensdag donderdag vrijdag zaterdag zondag vandaag morgen
    sinterklaas zwartepiet kerstmis kerst nieuwjaar koningsdag koninginnedag bevrijdingsdag carnaval pasen verjaardag
    vrijheid vrede liefde geluk zonnetje zonneschijn bloemen bloem vlinder regenboog sterretje
    nederland holland oranje amsterdam rotterdam utrecht denhaag eindhoven groningen tilburg breda nijmegen enschede
    haarlem arnhem almere zwolle leiden maastricht delft apeldoorn friesland brabant limburg gelderland overijssel
    ajax feyenoord psv voetbal schaatsen wielrennen fiets fietsen hockey tennis
    thuis huis kantoor bedrijf werk werken collega directie factuur boekhouding administratie computer laptop internet
    hond kat poes paard konijn beer tijger leeuw olifant
    papa mama opa oma moeder vader zusje broertje kinderen familie
    pannenkoek stroopwafel hagelslag drop kaas bier koffie chocola appeltaart
    qwertyazerty azerty abcdefg letmein sesamopenu sesam opensesame
    correcthorsebatterystaple correct horse battery staple
    dynamics dynamics365 microsoftdynamics businesscentral business central navision nav axapta finance operations crm
    microsoft azure office365 office powerplatform powerapps powerbi teams sharepoint windows
    partner partners kompas gebruikersgroep softwarepartner implementatie consultant
    """.split()
)
