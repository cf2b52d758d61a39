from clv_xl.orders.columns import date_order, looks_numeric


def test_long_texts_are_not_searched_for_dates_and_numbers() -> None:
    """A text of 32,767 letters in every row of a column took milliseconds each; nobody writes such a date."""
    assert date_order(" " * 200 + "1.2.2025" + " " * 200) == "dmy"
    assert looks_numeric(" " * 200 + "1 234,50")
    assert not looks_numeric("1" * 101)
    assert date_order("1 " + "x" * 100 + " 2025") is None
