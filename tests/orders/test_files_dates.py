"""Dates as people and programs write them: every spelling comes back, what does not tell is refused."""

import datetime as dt
from pathlib import Path

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from clv_xl.cells import Cells
from clv_xl.errors import UserError
from clv_xl.orders.files.asked import Asked
from clv_xl.orders.files.dates import Dates, read_dates, written

EPOCH = dt.datetime(1899, 12, 30)  # noqa: DTZ001  day 0 of the 1900 date system, from 1900-03-01 on
DAYS = st.dates(dt.date(1935, 1, 1), dt.date(2029, 12, 31))
# Month names: ISO 639 locales of the Unicode CLDR, wide form, in the case that stands in a date.
FEBRUARY = (
    "February",
    "Feb",
    "helmikuuta",
    "helmi",
    "თებერვალი",
    "თებ",
    "lutego",
    "lut",
    "Φεβρουαρίου",
    "Φεβ",
)
NOVEMBER = ("November", "marraskuuta", "ნოემბერი", "listopada", "Νοεμβρίου", "Νοέ")


def serial(day: dt.date) -> float:
    return float((day - EPOCH.date()).days)


def column(*texts: str | float, dates: str = "") -> Dates:
    asked = Asked(Path("orders.csv"), dates=dates)
    return read_dates(asked, "Date", Cells.of(list(texts)), 2)


def values(found: Dates) -> list[object]:
    return list(found.cells)


@given(
    day=DAYS,
    form=st.sampled_from(
        [
            "%Y-%m-%d",
            "%Y/%m/%d",
            "%Y.%m.%d",
            "%Y%m%d",
            "%d.%m.%Y",
            "%d. %m. %Y",
            "%d.%m.%y",
            "%d %b %Y",
            "%B %d, %Y",
            "%d-%b-%Y",
        ]
    ),
    moment=st.times(),
    clock=st.sampled_from(["", " %H:%M", "T%H:%M:%S", " %H.%M", ", %I:%M %p", " %H:%M:%S"]),
)
def test_every_spelling_that_tells_its_order_comes_back(
    day: dt.date, form: str, moment: dt.time, clock: str
) -> None:
    found = column(day.strftime(form) + moment.strftime(clock))
    fraction = 0.0
    if clock:
        seconds = moment.second if "%S" in clock else 0
        fraction = (moment.hour * 3600 + moment.minute * 60 + seconds) / 86400
    assert values(found) == [serial(day) + fraction]


@given(days=st.lists(DAYS, min_size=2, max_size=9), separator=st.sampled_from("/-"), american=st.booleans())
def test_one_day_after_the_twelfth_decides_for_the_column(
    days: list[dt.date], separator: str, american: bool
) -> None:
    assume(any(day.day > 12 for day in days))
    form = ("%m{0}%d{0}%Y" if american else "%d{0}%m{0}%Y").format(separator)
    found = column(*(day.strftime(form) for day in days))
    assert found.order == ("mdy" if american else "dmy")
    assert values(found) == [serial(day) for day in days]


@given(
    days=st.lists(
        st.builds(dt.date, st.integers(1935, 2029), st.integers(1, 12), st.integers(1, 12)),
        min_size=1,
        max_size=9,
    )
)
def test_dates_that_do_not_tell_are_refused_unless_they_are_the_same_both_ways(days: list[dt.date]) -> None:
    texts = [day.strftime("%d/%m/%Y") for day in days]
    if all(day.day == day.month for day in days):
        assert values(column(*texts)) == [serial(day) for day in days]
        return
    with pytest.raises(UserError, match=r"data\.dates_unsure"):
        column(*texts)
    assert values(column(*texts, dates="dmy")) == [serial(day) for day in days]
    other = [serial(dt.date(day.year, day.day, day.month)) for day in days]
    assert values(column(*texts, dates="mdy")) == other


def test_mixed_orders_are_refused_with_both_rows() -> None:
    with pytest.raises(UserError, match=r"data\.dates_mixed") as caught:
        column("1/2/2025", "13/2/2025", "2/14/2025")
    assert {caught.value.params["line"], caught.value.params["other_line"]} == {3.0, 4.0}
    found = column("1/2/2025", "13/2/2025", "2/14/2025", dates="dmy")
    assert values(found) == [45689.0, 45701.0, "2/14/2025"]


def test_slashes_and_dots_that_contradict_are_refused() -> None:
    with pytest.raises(UserError, match=r"data\.dates_mixed"):
        column("1.2.2025", "2/14/2025")


@pytest.mark.parametrize(("month", "names"), [(2, FEBRUARY), (11, NOVEMBER)])
def test_months_are_read_in_five_languages(month: int, names: tuple[str, ...]) -> None:
    for name in names:
        assert values(column(f"3. {name} 2025")) == [serial(dt.date(2025, month, 3))]


def test_march_and_marraskuu_are_two_months() -> None:
    assert values(column("3 mar 2025", "3 marraskuuta 2025", "3 marca 2025")) == [45719.0, 45964.0, 45719.0]


@pytest.mark.parametrize(
    "text",
    [
        "31.2.2025",
        "30/2/2025",
        "2025-13-01",
        "2025-02-30",
        "soon",
        "",
        "1.2",
        "2025",
        "12:30",
        "1-2-3-4",
        "99999999",
        "3 foo 2025",
        "1.2.2025 25:00",
        "1.2.20255",
    ],
)
def test_what_is_no_date_stays_a_text(text: str) -> None:
    found = values(column(text, "2025-02-01"))
    assert found == [text or None, 45689.0]


@given(st.text(alphabet=st.characters(codec="utf-8"), max_size=30))
def test_no_text_breaks_the_reading(text: str) -> None:
    found = written(text)
    if found is not None:
        for order in ("dmy", "mdy", "ymd"):
            found.serial(order)


def test_years_of_two_digits_are_read_as_excel_reads_them() -> None:
    # Excel, "Change the date system, format, or two-digit year interpretation": 00-29 is 2000, 30-99 is 1900
    assert values(column("1.2.29", "1.2.30")) == [serial(dt.date(2029, 2, 1)), serial(dt.date(1930, 2, 1))]
    assert values(column("25-02-13", "31-01-14", dates="ymd")) == [45701.0, serial(dt.date(1931, 1, 14))]


def test_serial_numbers_count_as_dates_only_where_nothing_else_does() -> None:
    assert values(column("45689", "45690.5")) == [45689.0, 45690.5]
    assert values(column("45689", "2025-02-02")) == ["45689", 45690.0]


def test_a_time_zone_is_noticed_and_the_date_stays_as_written() -> None:
    found = column("2025-02-01T23:30:00+02:00", "2025-02-02T00:00:00Z")
    assert found.zones
    assert [int(float(str(v))) for v in values(found)] == [45689, 45690]
