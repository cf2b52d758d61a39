"""One thing has one word in each language, wherever a text names it; the words are those of Office."""

import re

import pytest

from clv_xl import texts

# What English calls it -> what stands in each other language, up to its inflected end. Task pane and
# add-in are the words that Microsoft's translations of Excel use.
# Excel has no Georgian menus: what stands in them stays English.
WORDS = {
    r"formula server": {
        "fi": "kaavapalvel",
        "ka": "ფორმულების სერვერ",
        "pl": r"serwer\w* formuł",
        "el": r"διακομιστ\w+ τύπων",
    },
    r"\badd-in": {"fi": "apuohjelm", "ka": "დანამატ|Add-in", "pl": "dodat", "el": r"πρόσθετ|προσθέτ"},
    r"task pane": {
        "fi": "tehtäväruu",
        "ka": "დავალებების პანელ",
        "pl": r"okien\w+ zadań",
        "el": r"παρ[άα]θ[υύ]ρ\w+ εργασιών",
    },
    r"\bpane\b": {"fi": "ruu[td]u", "ka": "პანელ", "pl": "okien", "el": r"παρ[άα]θ[υύ]ρ"},
    r"\b(?:a|the|this|your) token\b|\btokens\b|token file": {
        "fi": "käyttöavai",
        "ka": "ტოკენ",
        "pl": "token",
        "el": "διακριτικ",
    },
    r"\b(?:a|this|two|unused) range\b|\branges\b": {
        "fi": "alue",
        "ka": "დიაპაზონ",
        "pl": "zakres",
        "el": "περιοχ",
    },
    r"\bextensions?\b": {
        "fi": "lisäos",
        "ka": "გაფართოებ",
        "pl": "rozszerze",
        "el": r"επ[έε]κτ[άα]σ",
    },
    r"order log": {
        "fi": "tilauslok",
        "ka": "შეკვეთების ჟურნალ",
        "pl": r"rejestr\w* zamówień",
        "el": r"αρχεί\w+ παραγγελιών",
    },
    r"\bmacros?\b": {"fi": "makro", "ka": "მაკრო|VBA macros", "pl": "makr", "el": "μακροεντολ"},
    r"demonstration": {"fi": "esittely", "ka": "დემონსტრაცი", "pl": "przykład", "el": "επίδειξη"},
}
# Words that name the thing no more, so that nobody brings them back.
GONE = {
    "fi": "laskentapalvel|sivupaneel|laajennu",
    "ka": "მაკროსებ|სასიცოცხლო ღირებულ|ამოგების",
    "pl": "panel zadań",
    "el": "τμήμα εργασιών|ημερολόγιο παραγγελιών",
}
ROWS = [(f"{name}: {key}", texts.table(name)[key]) for name in texts.tables() for key in texts.table(name)]


@pytest.mark.parametrize("english", WORDS)
@pytest.mark.parametrize("language", texts.LANGUAGES[1:])
def test_a_thing_is_called_the_same_everywhere(english: str, language: str) -> None:
    named = [(key, row) for key, row in ROWS if re.search(english, row["en"], re.IGNORECASE)]
    assert named
    word = re.compile(WORDS[english][language], re.IGNORECASE)
    assert [f"{key}: {row[language]}" for key, row in named if not word.search(row[language])] == []


@pytest.mark.parametrize("language", [language for language, word in GONE.items() if word])
def test_what_it_was_called_before_is_gone(language: str) -> None:
    word = re.compile(GONE[language] or "", re.IGNORECASE)
    assert [key for key, row in ROWS if word.search(row[language])] == []
