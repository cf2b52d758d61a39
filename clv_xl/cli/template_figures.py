"""Money, shares and days as ``clv-xl template`` prints them."""

from clv_xl import texts


def money(value: float, language: str) -> str:
    """Return money with two decimals in the decimal mark of a language.

    >>> money(1234.5, "fi")
    '1234,50'
    """
    text = f"{value:.2f}"
    return text.replace(".", ",") if language in texts.DECIMAL_COMMA else text


def percent(value: float, language: str) -> str:
    """Return a share in percent, in the decimal mark of a language.

    >>> percent(0.255, "fi"), percent(0.4, "en")
    ('25,5%', '40%')
    """
    text = f"{value:.1%}".replace(".0%", "%")
    return text.replace(".", ",") if language in texts.DECIMAL_COMMA else text


def day(serial: float) -> str:
    """Return a serial date as year, month and day."""
    from clv_xl.metrics.periods import iso

    return iso(int(serial))
