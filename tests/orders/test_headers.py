"""Header rows: five languages, common exports, and what must be refused."""

from collections import Counter

import pytest
from hypothesis import given
from hypothesis import strategies as st

from clv_xl.errors import VALUE, CellError, Text
from clv_xl.orders.headers import FIELDS, REQUIRED, fold, is_known_header, recognise, vocabulary

# Header rows of the exports, from the vendors' pages on exporting orders, deals and opportunities.
SHOPIFY = (
    "Name,Email,Financial Status,Paid at,Fulfillment Status,Fulfilled at,Accepts Marketing,Currency,Subtotal,"
    "Shipping,Taxes,Total,Discount Code,Discount Amount,Shipping Method,Created at,Lineitem quantity,"
    "Lineitem name,Lineitem price,Billing Name,Billing Company,Shipping Name,Notes,Cancelled at,"
    "Payment Method,Refunded Amount,Vendor,Outstanding Balance,Employee,Location,Id,Tags,Risk Level,Source"
)
WOOCOMMERCE = (
    "Date,Order #,Status,Customer,Customer type,Product(s),Items sold,Coupon(s),N. Revenue,Attribution"
)
WOOCOMMERCE_PLUGIN = (
    "order_id,order_number,order_date,status,shipping_total,tax_total,order_total,order_currency,"
    "payment_method,customer_id,customer_email,billing_first_name"
)
HUBSPOT = (
    "Record ID,Deal Name,Deal Stage,Close Date,Deal owner,Amount,Create Date,Pipeline,Currency,"
    "Associated Contact,Associated Contact IDs,Original Source Type"
)
SALESFORCE_REPORT = (
    "Opportunity Owner,Account Name,Opportunity Name,Stage,Fiscal Period,Amount Currency,Amount,"
    "Close Date,Created Date,Lead Source"
)
SALESFORCE_API = "Id,AccountId,Name,StageName,Amount,CloseDate,LeadSource,CurrencyIsoCode"


@pytest.mark.parametrize(
    ("row", "taken"),
    [
        ("customer_id,order_date,amount", ["customer_id", "order_date", "amount"]),
        ("Customer,Date,Revenue", ["Customer", "Date", "Revenue"]),
        ("Asiakasnumero,Tilauspäivä,Summa", ["Asiakasnumero", "Tilauspäivä", "Summa"]),
        ("ASIAKAS;PVM;YHTEENSÄ".replace(";", ","), ["ASIAKAS", "PVM", "YHTEENSÄ"]),
        ("მომხმარებელი,თარიღი,თანხა", ["მომხმარებელი", "თარიღი", "თანხა"]),
        ("Klient,Data zamówienia,Kwota", ["Klient", "Data zamówienia", "Kwota"]),
        ("Πελάτης,Ημερομηνία,Ποσό", ["Πελάτης", "Ημερομηνία", "Ποσό"]),
        ("ΠΕΛΑΤΗΣ,ΗΜΕΡΟΜΗΝΙΑ,ΠΟΣΟ", ["ΠΕΛΑΤΗΣ", "ΗΜΕΡΟΜΗΝΙΑ", "ΠΟΣΟ"]),
        ("Name,Date,Amount (EUR)", ["Name", "Date", "Amount (EUR)"]),
    ],
)
def test_languages(row: str, taken: list[str]) -> None:
    """The usual words of the five languages, whatever their case and accents."""
    headers = recognise(row.split(",")).headers
    assert [headers[name] for name in REQUIRED] == taken


@pytest.mark.parametrize(
    ("row", "taken"),
    [
        (
            SHOPIFY,
            "customer=Email date=Created at amount=Total order_id=Name channel=Source currency=Currency",
        ),
        (
            WOOCOMMERCE,
            (
                "customer=Customer date=Date amount=N. Revenue order_id=Order # segment=Customer type "
                "channel=Attribution"
            ),
        ),
        (
            WOOCOMMERCE_PLUGIN,
            (
                "customer=customer_email date=order_date amount=order_total order_id=order_id "
                "currency=order_currency"
            ),
        ),
        (
            HUBSPOT,
            (
                "customer=Associated Contact IDs date=Close Date amount=Amount order_id=Record ID "
                "channel=Original Source Type currency=Currency"
            ),
        ),
        (
            SALESFORCE_REPORT,
            (
                "customer=Account Name date=Close Date amount=Amount channel=Lead Source "
                "currency=Amount Currency"
            ),
        ),
        (
            SALESFORCE_API,
            (
                "customer=AccountId date=CloseDate amount=Amount order_id=Id channel=LeadSource "
                "currency=CurrencyIsoCode"
            ),
        ),
    ],
)
def test_exports(row: str, taken: str) -> None:
    """In an export each header has the meaning that the vendor's page gives it."""
    headers = recognise(row.split(",")).headers
    assert " ".join(f"{name}={headers[name]}" for name in FIELDS if name in headers) == taken


def test_a_name_is_a_customer_outside_shopify() -> None:
    """In Shopify's export Name is the number of the order; elsewhere it names somebody."""
    assert recognise(["Name", "Date", "Amount"]).headers["customer"] == "Name"
    assert "order_id" not in recognise(["Name", "Email", "Created at", "Total"]).headers
    assert recognise(["Name", "Paid at", "Total"]).headers["customer"] == "Name"


def test_our_own_names_beat_other_words() -> None:
    """Rank: ours, then the more exact word."""
    taken = recognise(["Customer", "customer_id", "Total", "amount", "Date", "order_date"]).headers
    assert taken == {"customer": "customer_id", "date": "order_date", "amount": "amount"}


def test_candidates_are_named() -> None:
    """Two words of one rank are refused, naming both."""
    with pytest.raises(CellError) as found:
        recognise(["customer", "date", "Order value", "Order total"])
    assert found.value == CellError(
        VALUE, "ambiguous_column", field=Text("field.amount"), candidates="Order value, Order total"
    )


def test_ambiguous_optional_column() -> None:
    """A log with two currencies in columns of their own is ambiguous as well."""
    with pytest.raises(CellError) as found:
        recognise(["customer", "date", "amount", "Segment", "segments"])
    assert found.value.params["candidates"] == "Segment, segments"


def test_duplicated_header() -> None:
    """One header twice is refused when the field is needed, and no concern otherwise."""
    with pytest.raises(CellError) as found:
        recognise(["Date", "date ", "Customer", "Amount"])
    assert (found.value.key, found.value.params["count"]) == ("duplicate_column", 2)
    assert recognise(["Note", "Note", "Customer", "Date", "Amount"]).unused == ("Note", "Note")


def test_missing_column() -> None:
    """What was found is told."""
    with pytest.raises(CellError) as found:
        recognise(["Customer", "Total", None, "Shop"])
    assert found.value == CellError(
        VALUE, "missing_column", field=Text("field.date"), found="Customer, Total, Shop"
    )


def test_the_vocabulary_gives_no_header_two_meanings() -> None:
    """One header, one field, in the languages and within each export."""
    words = vocabulary()
    assert all(len(meanings) == 1 for meanings in words.general.values())
    assert all(len(m) == 1 for export in words.exports.values() for m in export.values())
    assert not {"unit price", "price", "quantity"} & set(words.general)


def test_every_language_and_export_is_there() -> None:
    """Each of the five languages has words for the three required fields."""
    words = vocabulary()
    assert set(words.exports) == set(words.signatures) == {"shopify", "woocommerce", "hubspot", "salesforce"}
    for name in FIELDS:
        assert Counter(f for m in words.general.values() for f in m)[name] >= 10


def test_known_headers_of_a_field() -> None:
    """Email heads customers and is a value among channels."""
    assert is_known_header("Email")
    assert is_known_header("Email", "customer")
    assert not is_known_header("Email", "channel")
    assert is_known_header("order_dates", "date")
    assert not is_known_header("")


@given(st.lists(st.one_of(st.none(), st.text(max_size=12), st.sampled_from(SHOPIFY.split(","))), max_size=12))
def test_any_row_is_read_or_refused(row: list[str | None]) -> None:
    """No header row ends in another error than a CellError, and no column serves two fields."""
    try:
        layout = recognise(row)
    except CellError as error:
        refused = error
    else:
        assert len(set(layout.columns.values())) == len(layout.columns)
        assert set(REQUIRED) <= set(layout.columns)
        return
    assert refused.code == VALUE


@given(st.text(max_size=20))
def test_folding_twice_changes_nothing(text: str) -> None:
    """Folding is a projection."""
    assert fold(fold(text)) == fold(text)
