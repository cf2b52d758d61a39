"""What ``clv-xl template --data`` tells of a file: how it was read, what became of its rows, what to mend."""

import datetime as dt
from collections.abc import Iterator

from clv_xl import texts
from clv_xl.cli.template_data import Orders
from clv_xl.cli.template_doubts import doubts
from clv_xl.cli.template_figures import day, money
from clv_xl.cli.terminal import Terminal
from clv_xl.errors import Text
from clv_xl.metrics.sums import exact_sum

_SLOTS = 12  # rows of the sheet of segments
_CENT = 0.005  # money within which two sums are one
_TOLD = ("status_columns", "prospect_rows")  # warnings that stand here in other words


def show_orders(orders: Orders, terminal: Terminal) -> None:
    """Tell how a file was understood."""
    language = terminal.language
    for text in _read(orders, language):
        terminal.paragraph(text, "", "    ")
    parts = _parts(orders)
    terminal.line(terminal.say("data.rows", rows=float(orders.found.read)))
    wide = max(len(f"{count}") for _, count in parts)
    for part, count in parts:
        terminal.paragraph(texts.word(part, language), f"  {count:>{wide}}  ", " " * (wide + 4))
    for text in _sums(orders, language):
        terminal.paragraph(text, "", "    ")
    found = orders.found
    if found.lost or found.totals:
        gone = float(found.lost + len(found.totals))
        told = Text("data.left_out", {"count": gone})
        if found.lost:
            told = Text("data.left_out_worth", {"count": gone, "worth": orders.worth(language)})
        terminal.line(terminal.styled(texts.word(told, language), "bad"))
        for line in _left(orders, language):
            terminal.paragraph(line, "  - ", "    ")
    for note in _notes(orders, language):
        terminal.paragraph(texts.word(note, language), "  ! ", "    ")


def _read(orders: Orders, language: str) -> list[str]:
    """Return what kind of file it is and which column was taken for what."""
    from clv_xl.orders.files.encoding import separator_name

    found = orders.found

    def say(key: str, **params: object) -> str:
        return texts.word(Text(key, params), language)

    grid = found.grid
    facts = [say("data.sheet", sheet=grid.sheet)] if grid.sheet else [
        say("data.encoding_is", encoding=grid.encoding),
        say("data.separator_is", separator=separator_name(grid.separator)),
    ]  # fmt: skip
    if found.decimal:
        facts.append(say("data.decimal_comma" if found.decimal == "," else "data.decimal_point"))
    if found.dates.order:
        facts.append(say("data.dates_are", order=Text(f"date_order.{found.dates.order}")))
    if found.header_row > 1:
        facts.append(say("data.headers_in", line=float(found.header_row)))
    unused = [found.layout.headers["cost"]] if orders.lines.gap else []
    headers = {name: h for name, h in found.layout.headers.items() if h not in unused}
    taken = [f"{h} = {say(f'field.{name}')}" for name, h in headers.items()]
    if found.refunds is not None and not orders.lines.back.doubt:
        refunds = say("data.refunds_field")
        taken.append(f"{found.refunds.header} = {refunds}")
    result = [
        say("data.read", file=orders.path.name, facts=", ".join(facts)),
        say("data.columns", columns=", ".join(taken)),
    ]
    if ignored := [*unused, *found.ignored]:
        result.append(say("data.ignored", columns=", ".join(ignored)))
    return result


def _parts(orders: Orders) -> list[tuple[Text, int]]:
    """Return what became of the rows: the parts are all of them."""
    found, lines = orders.found, orders.lines
    passed = {issue.key: issue.count for issue in found.log.issues}
    last = {"last": day(lines.as_of)}
    after = lines.counts["after"]
    parts = (
        ("counted" if after else "orders", lines.counted),
        ("after", after),
        ("joined", lines.counts["joined"]),
        ("items", passed.get("continuation_rows", 0)),
        ("refunded", lines.counts["refunded"]),
        ("loose", lines.counts["loose"]),
        ("prospects", passed.get("prospect_rows", 0)),
        ("totals", len(found.totals)),
        ("lost", found.lost),
    )
    return [(Text(f"data.part_{key}", last), count) for key, count in parts if count or key == "orders"]


def _sums(orders: Orders, language: str) -> list[str]:
    """Return what the orders that count add up to, and what of it was given back or is tax."""
    found, lines = orders.found, orders.lines
    currency, counts = orders.currency(language), lines.counts
    texts_ = [
        Text(
            "data.span",
            {
                "customers": float(counts["customers"]), "first": day(lines.days[0]),
                "last": day(lines.days[lines.counted - 1]), "revenue": money(lines.total, language),
                "currency": currency, "source": lines.told_by,
            },
        )
    ]  # fmt: skip
    back, taxes = lines.back, found.taxes
    if found.refunds is not None and not back.doubt:
        given = {"column": found.refunds.header, "money": money(back.money, language)}
        texts_.append(Text("data.back", {**given, "currency": currency, "count": float(back.orders)}))
    if taxes.taxes is not None and taxes.shipping is not None:
        held = {"taxes": money(taxes.taxes, language), "shipping": money(taxes.shipping, language)}
        texts_.append(Text("data.vat_export", {**held, "column": taxes.header, "currency": currency}))
    elif taxes.vat != "not_stated":
        texts_.append(Text(f"data.vat_{taxes.vat}", {"column": taxes.header}))
    groups = {"segments": float(counts["segments"]), "channels": float(counts["channels"])}
    texts_.append(Text("data.groups", groups))
    return [texts.word(text, language) for text in texts_]


def _left(orders: Orders, language: str) -> Iterator[str]:
    """Yield the rows left out with their reasons; of many rows the reasons, each with its first row."""
    from clv_xl.orders.files.left import reason

    found = orders.found
    for left in found.left:
        reasons = " ".join(texts.word(text, language) for text in left.reasons)
        params: dict[str, object] = {"line": float(left.row), "reasons": reasons}
        yield texts.word(Text("data.left_row", params), language)
    for issue in () if found.left else found.left_out:
        params = {"line": float(issue.first_row), "count": float(issue.count), "reason": reason(issue)}
        yield texts.word(Text("data.left_out_line", params), language)
    read = exact_sum(found.log.amounts)
    for total in found.totals:
        params = {"line": float(total.row), "label": total.label, "sum": money(read, language)}
        key = "data.left_total_bare"
        if total.amount is not None:
            gap = total.amount - read
            key = "data.left_total_gap" if abs(gap) > _CENT else "data.left_total"
            params |= {"amount": money(total.amount, language), "gap": money(gap, language)}
        yield texts.word(Text(key, params), language)


def _notes(orders: Orders, language: str) -> list[Text]:
    """Return what somebody should know before the numbers are used."""
    found, lines = orders.found, orders.lines
    notes = [*_date_notes(orders), *_refund_notes(orders, language), *doubts(orders, language)]
    if found.taxes.vat == "not_stated" and found.taxes.taxes is None:
        notes.append(Text("data.note_vat", {"column": found.taxes.header}))
    if not lines.currency:
        notes.append(Text("data.note_currency"))
    if merged := _merged(orders):
        notes.append(merged)
    if lines.counts["segments"] > _SLOTS:
        params: dict[str, object] = {"count": float(lines.counts["segments"]), "limit": float(_SLOTS)}
        notes.append(Text("data.note_segments", params))
    for header, every in found.states.items():
        states = _open_states(orders, header, every)
        told = ", ".join(f"{state} {count}" for state, count in states.items() if state)
        shown = told or Text("data.state_any", {"count": float(sum(states.values()))})
        if states:
            notes.append(Text("data.note_state", {"column": header, "states": shown}))
    shown_issues = [i for i in found.log.issues if i.severity == "warning" and i.key not in _TOLD]
    return [*notes, *(Text(f"check.{issue.key}", issue.params) for issue in shown_issues)]


def _date_notes(orders: Orders) -> Iterator[Text]:
    """Yield what to know of the dates."""
    from clv_xl.metrics.periods import is_month_end
    from clv_xl.orders.files.closing import near_end

    found, lines = orders.found, orders.lines
    for key, late in lines.late.items():
        yield Text(
            f"data.note_{key}",
            {
                "column": found.layout.headers["date"], "line": float(late.row), "day": day(late.day),
                "count": float(late.count), "last": day(lines.as_of), "previous": day(late.previous),
            },
        )  # fmt: skip
    if found.dates.zones:
        yield Text("data.note_zones")
    if lines.closed:
        yield Text(
            "data.note_closed", {"last": day(lines.days[lines.counted - 1]), "ended": day(lines.as_of)}
        )
    if not is_month_end(int(lines.as_of)):
        last = dt.date.fromisoformat(day(lines.as_of))
        ended = (last.replace(day=1) - dt.timedelta(days=1)).isoformat()
        params: dict[str, object] = {"last": last.isoformat(), "ended": ended}
        end = near_end(lines.as_of, orders.today)
        near = {} if end is None else {"end": day(end)}
        yield Text("data.note_month_near" if near else "data.note_month", {**params, **near})


def _open_states(orders: Orders, header: str, states: dict[str, int]) -> dict[str, int]:
    """Return the states of a column that may mark what is no sale.

    Not those whose money given back is subtracted; and one mark on all other lines tells nothing.
    """
    found = orders.found
    settled = {text for column, text in found.settled if column == header and not orders.lines.back.doubt}
    left = {text: count for text, count in states.items() if text not in settled}
    one = list(left.values()) == [len(found.log)] or (len(left) == 1 < len(states))
    return {} if one else left


def _refund_notes(orders: Orders, language: str) -> Iterator[Text]:
    """Yield what to know of money given back."""
    found, back = orders.found, orders.lines.back
    if found.refunds is None:
        return
    words: dict[str, object] = {"column": found.refunds.header, "currency": orders.currency(language)}
    if back.doubt:
        amount = found.layout.headers["amount"]
        yield Text("data.note_doubt", {**words, "money": money(back.doubt, language), "amount": amount})
    if back.beyond:
        line = float(back.row)
        yield Text("data.note_beyond", {**words, "money": money(back.beyond, language), "line": line})
    if found.refunds.unread:
        count, row, got = found.refunds.unread
        params = {"count": float(count), "line": float(row), "got": texts.quoted(got, language)}
        yield Text("data.note_unread", {**words, **params})


def _merged(orders: Orders) -> Text | None:
    """Return how many spellings of customers were taken for another's."""
    header = orders.found.layout.headers["customer"]
    issues = [issue for issue in orders.found.log.issues if issue.params.get("column") == header]
    pairs = [issue for issue in issues if issue.key == "merged_ids"]
    if not pairs:
        return None
    more = sum(int(str(issue.params["pairs"])) for issue in issues if issue.key == "merged_ids_more")
    names = {name: str(pairs[0].params[name]) for name in ("kept", "other")}
    params = {"count": float(len(pairs) + more), "line": float(pairs[0].first_row), **names}
    return Text("data.note_merged", params)
