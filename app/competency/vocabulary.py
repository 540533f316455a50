"""Labels of the European controlled vocabularies that micro-credentials name, so that people can read them.

Facts from the snb-model vocabularies of the Publications Office (https://op.europa.eu/en/web/eu-vocabularies), as they
stand in the European Learning Model (european-commission-empl/European-Learning-Model at 9d7c5d2). The elements of a
micro-credential are in Annex I of the Council Recommendation of 16 June 2022 (OJ C 243, 27.6.2022, p. 10). The value
"supervised without identity verification" has no known concept, and the label of 44314532f9 differs between sources:
neither is here. Fields of study and EQF levels are not translated.
"""

from app.texts import N_

BASE = "http://data.europa.eu/snb/"

LABELS: dict[str, dict[str, str]] = {
    "eqf": {
        "1": "EQF level 1",
        "2": "EQF level 2",
        "3": "EQF level 3",
        "4": "EQF level 4",
        "5": "EQF level 5",
        "6": "EQF level 6",
        "7": "EQF level 7",
        "8": "EQF level 8",
    },
    "assessment": {
        "19a2e5e671": N_("peer assessment"),
        "2939dae15f": N_("marked assignment"),
        "3484bd7e51": N_("continuous evaluation"),
        "4f03b91c0e": N_("portfolio"),
        "56539a6507": N_("group performance"),
        "6a4db9f11d": N_("practical assessment"),
        "6e6cb2cc78": N_("written examination"),
        "7331eb4762": N_("level of attendance"),
        "795dac4096": N_("project work"),
        "812e3b0ae1": N_("peer review"),
        "b1b68f6735": N_("quiz"),
        "c4256a2726": N_("problem based learning"),
        "d30284d7df": N_("oral examination"),
        "de4d165a6c": N_("artefact assessment"),
    },
    "learning-assessment": {
        "729f3bed4b": N_("Workbased"),
        "7813801c77": N_("Project based"),
        "9191af2ed9": N_("Presential"),
        "920fbb3cbe": N_("Online"),
        "e92d221e4d": N_("Blended"),
        "ed4c557045": N_("Research-Lab based"),
    },
    "learning-setting": {
        "6fd4685715": N_("formal learning"),
        "e207a81fc7": N_("non-formal learning"),
    },
    "education-credit": {
        "60b314e826": N_("European credit system for vocational education and training"),
        "6fcec5c5af": N_("European Credit Transfer System"),
    },
    "accreditation": {
        "003293d2ce": N_("Institutional License"),
        "820101cba6": N_("Program Quality Assurance"),
        "bb4618238e": N_("Institutional Quality Assurance"),
        "e57dddfcf3": N_("Program License"),
    },
    "supervision-verification": {
        "c598449d64": N_("Unsupervised without ID Verification"),
        "70be69aaf9": N_("Supervised with ID Verification"),
    },
    "isced-f": {
        "0031": "Personal skills and development",
        "0113": "Teacher training without subject specialisation",
        "0312": "Political sciences and civics",
        "0314": "Sociology and cultural studies",
        "0388": "Inter-disciplinary programmes and qualifications involving social sciences, journalism and information",  # noqa: E501
        "0413": "Management and administration",
        "0421": "Law",
        "0488": "Inter-disciplinary programmes and qualifications involving business, administration and law",
        "0521": "Environmental sciences",
        "0588": "Inter-disciplinary programmes and qualifications involving natural sciences, mathematics and statistics",  # noqa: E501
        "0610": "Information and Communication Technologies (ICTs) not further defined",
        "0611": "Computer use",
        "0612": "Database and network design and administration",
        "0613": "Software and applications development and analysis",
        "0619": "Information and communication technologies not elsewhere classified",
        "0688": "Inter-disciplinary programmes and qualifications involving Information and Communication Technologies (ICTs)",  # noqa: E501
        "0711": "Chemical engineering and processes",
        "0712": "Environmental protection technology",
        "0713": "Electricity and energy",
        "0714": "Electronics and automation",
        "0731": "Architecture and town planning",
        "0732": "Building and civil engineering",
        "0788": "Inter-disciplinary programmes and qualifications involving engineering, manufacturing and construction",  # noqa: E501
        "1041": "Transport services",
    },
}

TRANSLATED = frozenset(
    name for scheme, labels in LABELS.items() if scheme not in ("eqf", "isced-f") for name in labels.values()
)


def label(uri: str) -> str:
    """Return the English label of a concept, in the source's words; the URI itself when it is not one of these."""
    scheme, _, concept = uri.removeprefix(BASE).partition("/")
    return LABELS.get(scheme, {}).get(concept, uri) if uri.startswith(BASE) else uri
