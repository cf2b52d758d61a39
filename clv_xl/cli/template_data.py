"""Somebody's own orders for the template: the arguments that say how they are read, and the reading."""

import argparse
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from types import MappingProxyType
from typing import TYPE_CHECKING, Final

from clv_xl import texts
from clv_xl.cli.parser import Parser
from clv_xl.cli.template_figures import day, money
from clv_xl.errors import Text, UserError

if TYPE_CHECKING:
    from clv_xl.orders.files.asked import Asked
    from clv_xl.orders.files.lines import Lines
    from clv_xl.orders.files.read import OrderFile
    from clv_xl.workbook.template.order_lines import OrderLines

# Option -> field of the order log.
COLUMNS: Final = MappingProxyType(
    {
        "customer": "customer",
        "date": "date",
        "revenue": "amount",
        "order": "order_id",
        "segment": "segment",
        "channel": "channel",
        "cost": "cost",
    }
)
_MARKS: Final = MappingProxyType({"point": ".", "comma": ","})
# The money of a file that names none, by the language of the workbook; the report says so.
_ASSUMED: Final = MappingProxyType({"en": "USD", "fi": "EUR", "ka": "GEL", "pl": "PLN", "el": "EUR"})


def add_data_arguments(parser: Parser) -> None:
    """Declare how somebody's own orders are read."""
    say = parser.say
    name = say("template_command.header_metavar")
    parser.add(
        "--data", text="template_command.data", metavar=say("cli.file_metavar"), type=Path, complete="file"
    )
    parser.add("--sheet", text="template_command.sheet", metavar=say("cli.name_metavar"))
    for option in COLUMNS:
        parser.add(f"--{option}", text=f"template_command.{option}", metavar=name)
    parser.add("--refunded", text="template_command.refunded", metavar=name)
    parser.add("--currency", text="template_command.currency", metavar=say("template_command.code_metavar"))
    parser.add("--dates", text="template_command.dates", choices=("dmy", "mdy", "ymd"))
    parser.add("--decimal", text="template_command.decimal", choices=tuple(_MARKS))
    parser.add("--as-of", text="template_command.as_of", metavar=say("template_command.day_metavar"))
    parser.add("--encoding", text="template_command.encoding", metavar=say("cli.name_metavar"))


def asked_of(args: argparse.Namespace) -> "Asked":
    """Return what the arguments say about the file."""
    from clv_xl.orders.files.asked import Asked

    return Asked(
        args.data,
        {field: value for option, field in COLUMNS.items() if (value := getattr(args, option))},
        args.sheet or "",
        args.dates or "",
        _MARKS[args.decimal] if args.decimal else "",
        args.encoding or "",
        args.currency or "",
        _day(args.as_of) if args.as_of else None,
        args.refunded or "",
    )


def _day(text: str) -> float:
    """Return the day that ``--as-of`` says."""
    from clv_xl.orders.files.dates import written

    found = written(text)
    day = found.serial("ymd") if found is not None and found.kind == "sure" else None
    if day is None:
        raise UserError("template_command.no_day", got=text, option="--as-of")
    return float(int(day))


def refuse_without_data(args: argparse.Namespace) -> None:
    """Refuse options that would be without effect."""
    for option in ("sheet", *COLUMNS, "refunded", "currency", "dates", "decimal", "encoding", "as_of"):
        if getattr(args, option) and args.data is None:
            raise UserError("template_command.needs_data", option=f"--{option.replace('_', '-')}")


@dataclass(frozen=True, eq=False, slots=True)
class Orders:
    """The orders of a file: as read, and as rows of the sheet of orders."""

    path: Path
    found: "OrderFile"
    lines: "Lines"
    today: float

    def currency(self, language: str) -> str:
        """Return the currency, for a file without one that of the language."""
        return self.lines.currency or _ASSUMED[language]

    def worth(self, language: str) -> Text:
        """Return what the rows left out are worth."""
        money_, readable = self.found.lost_money
        unread = self.found.lost - readable
        params: dict[str, object] = {
            "money": money(money_, language), "currency": self.currency(language), "unread": float(unread),
        }  # fmt: skip
        return Text("data.worth_part" if unread else "data.worth", params)

    def _origin(self, language: str) -> list[Text]:
        """Return where the rows come from and what of the file is not among them, for the workbook."""
        from clv_xl.orders.files.left import reason

        found, lines = self.found, self.lines
        told: dict[str, object] = {
            "file": self.path.name, "count": float(lines.counted), "first": day(lines.days[0]),
            "last": day(lines.days[lines.counted - 1]),
        }  # fmt: skip
        origin = [Text("data.origin", told)]
        if found.lost and found.left_out:
            worst = max(found.left_out, key=lambda issue: issue.count)
            counts = {"lost": float(found.lost), "rows": float(found.rows)}
            origin.append(Text("data.origin_left", {**counts, "worth": self.worth(language)}))
            origin.append(Text("data.origin_reason", {"reason": reason(worst)}))
        if lines.gap:
            gap = {"count": float(lines.gap.count), "orders": float(lines.gap.orders)}
            origin.append(Text("data.origin_costs", gap))
        return origin

    def as_lines(self, word: Callable[[str], str]) -> "OrderLines":
        """Return the rows as the template takes them."""
        from clv_xl.workbook.template.order_lines import OrderLines

        lines = self.lines
        language = next(
            code for code in texts.LANGUAGES if word("field.date") == texts.word("field.date", code)
        )
        origin = [texts.word(text, language) for text in self._origin(language)]
        return OrderLines(
            lines.order_ids,
            lines.customers,
            lines.days,
            lines.revenue,
            lines.costs,
            lines.segments,
            lines.channels,
            lines.as_of,
            self.currency(language),
            " ".join(origin),
            vat=self.found.taxes.vat,
            left_out="".join(origin[1:2]),
        )


def read(asked: "Asked") -> Orders:
    """Read a file of orders."""
    from clv_xl.orders.files.lines import lines_of
    from clv_xl.orders.files.read import read_orders

    found = read_orders(asked)
    return Orders(asked.path, found, lines_of(asked, found), asked.today)
