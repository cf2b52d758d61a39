"""Sheet Retention: the curve of all cohorts, constant rates, and the shifted-beta-geometric model."""

from typing import Final

from clv_xl.workbook.page import address
from clv_xl.workbook.template.addresses import cell
from clv_xl.workbook.template.leaf import HEAD_ROWS, Leaf
from clv_xl.workbook.template.sheets import retention_layout as at
from clv_xl.workbook.template.sheets.retention_functions import write_functions
from clv_xl.workbook.template.sheets.retention_model import write_model
from clv_xl.workbook.template.sheets.retention_paths import write_charts, write_paths

WIDTHS = (32, 11, 32, 11, 9, *([6.7] * at.AGES))
_GAP: Final = 0.1  # share points between monthly retention to the 12th power and annual retention


def write(leaf: Leaf) -> None:
    """Write the sheet."""
    leaf.begin()
    leaf.section(at.CURVE, leaf.say("curve"), at.LAST + 1)
    at.heads(leaf, at.CURVE + 1)
    leaf.kit.later(lambda: _curve(leaf))
    leaf.section(at.RATES, leaf.say("rates"), at.LAST + 1)
    leaf.kit.later(lambda: _rates(leaf))
    write_charts(leaf)
    write_model(leaf)
    write_paths(leaf)
    write_functions(leaf)
    leaf.sheet.freeze_panes(HEAD_ROWS, 1)
    leaf.sheet.print_area(0, 0, at.PATHS - 1, at.LAST)
    leaf.sheet.fit_to_pages(1, 0)
    leaf.sheet.set_h_pagebreaks([at.SBG])


def _curve(leaf: Leaf) -> None:
    """Write the weighted curve, and how many are kept from one age to the next."""
    active, people, whole = (leaf.kit.at(f"cohorts.{k}") for k in ("active", "people", "whole"))
    pooled = leaf.kit.at("cohorts.active_pooled")
    rows = (
        (at.PEOPLE, "people", "customers", "int"), (at.ACTIVE, "active", "customers", "int"),
        (at.SHARE, "share", "share", "percent"), (at.EARLIER, "earlier", "customers", "int"),
        (at.RISEN, "risen", "customers", "int"),
        (at.KEPT, "kept", "share_per_period", "percent"), (at.LOST, "lost", "share_per_period", "percent"),
    )  # fmt: skip
    for row, name, unit, _ in rows:
        leaf.put(row, 0, leaf.term(name))
        leaf.unit(row, 1, unit)
        leaf.put(row, 2, leaf.say(f"{name}_note"), "note")
    for i, column in enumerate(range(at.FIRST, at.LAST + 1)):
        age = cell(at.CURVE + 1, column, row_fixed=True)
        before, here = _column(active, i - 1), _column(active, i)
        values = {n: cell(n, column) for n in (at.PEOPLE, at.ACTIVE, at.EARLIER, at.RISEN, at.KEPT)}
        # Where more come back than stop no share is kept or lost.
        no_rate = f"OR(N({values[at.EARLIER]})=0,N({values[at.RISEN]})>0)"
        formulas = (
            f'IF({_column(people, i)}=0,"",{_column(people, i)})',
            _column(pooled, i),
            f'IF({values[at.PEOPLE]}="","",{values[at.ACTIVE]}/{values[at.PEOPLE]})',
            f'IF(OR({age}=0,{values[at.PEOPLE]}=""),"",SUMPRODUCT(--ISNUMBER({here}),{whole},{before}))',
            f'IF({values[at.EARLIER]}="","",MAX(0,{values[at.ACTIVE]}-{values[at.EARLIER]}))',
            f'IF({no_rate},"",{values[at.ACTIVE]}/{values[at.EARLIER]})',
            f'IF({values[at.KEPT]}="","",1-{values[at.KEPT]})',
        )
        for (row, _, _, number), formula in zip(rows, formulas, strict=True):
            leaf.calculate(row, column, f"={formula}", "link" if row <= at.ACTIVE else "calculation", number)
    earlier, kept = at.row(at.EARLIER).absolute, at.row(at.ACTIVE).absolute
    leaf.calculate(at.ACTIVE, at.TOTAL, f"=SUMPRODUCT(--ISNUMBER({earlier}),{kept})", number="int")
    leaf.calculate(at.EARLIER, at.TOTAL, f"=SUM({earlier})", number="int")


def _column(area: str, offset: int) -> str:
    """Return one column of an area of another sheet, relative so that the formula fills right."""
    from xlsxwriter.utility import xl_cell_to_rowcol, xl_col_to_name

    sheet, _, cells = area.rpartition("!")
    first, last = cells.split(":")
    (top, left), (bottom, _) = (xl_cell_to_rowcol(c.replace("$", "")) for c in (first, last))
    name = xl_col_to_name(left + offset)
    found = f"{sheet}!{name}${top + 1}"
    return found if top == bottom else f"{found}:{name}${bottom + 1}"


def _rates(leaf: Leaf) -> None:
    """Write what a constant rate would mean, and hold the monthly rate against the annual one."""
    mean, churn, monthly, power, annual = (
        address(row, at.CONSTANT) for row in (at.MEAN, at.CHURN, at.MONTHLY, at.POWER, at.ANNUAL)
    )
    earlier, kept = (address(row, at.TOTAL) for row in (at.EARLIER, at.ACTIVE))
    leaf.line(
        at.MEAN,
        "mean",
        "share_per_period",
        f'=IF(OR({earlier}=0,{kept}>{earlier}),"",{kept}/{earlier})',
        "percent",
        note="mean_note",
    )
    leaf.line(
        at.CHURN,
        "churn_rate",
        "share_per_period",
        f'=IF({mean}="","",1-{mean})',
        "percent",
        note="churn_note",
    )
    life = f'IF(N({churn})<=0,"",1/{churn})'
    leaf.line(at.LIFE, "lifespan", "periods", f"={life}", "decimal", note="life_note")
    years = f"{address(at.LIFE, at.CONSTANT)}*set_cohort_months/set_year_months"
    leaf.line(
        at.LIFE_YEARS,
        "life_years",
        "years",
        f'=IF({address(at.LIFE, at.CONSTANT)}="","",{years})',
        "decimal",
    )
    leaf.put(at.WARNING, 0, leaf.say("warning"), "strong")
    leaf.line(at.MONTHLY, "monthly", "share", f'=IF({mean}="","",{mean}^(1/set_cohort_months))', "percent")
    leaf.put(at.POWER, 0, leaf.say("power"))
    leaf.unit(at.POWER, 1, "share")
    leaf.put(at.POWER, 2, leaf.say("power_note"), "note")
    native = f'IF({monthly}="","",{monthly}^set_year_months)'
    function = f'IF({monthly}="","",CLV.CONVERTRATE({monthly},"M","Y","retention"))'
    leaf.dual(at.POWER, at.CONSTANT, native, function, "percent")
    rate = leaf.kit.at("cohorts.retention_rate")
    yearly = f'IF({rate}="","",{rate}^(set_year_months/set_unit_months))'
    leaf.line(at.ANNUAL, "annual", "share", f"={yearly}", "percent", role="link", note="annual_note")
    gap = f'IF(OR({power}="",{annual}=""),"",{annual}-{power})'
    leaf.line(at.GAP, "gap", "share", f"={gap}", "change", note="gap_note")
    leaf.check("retention_year", leaf.at(at.GAP, at.CONSTANT), limit=_GAP, kind="warning", number="percent")
    leaf.line(
        at.COMPANY, "company", "share_per_period", f"={rate}", "percent", role="link", note="company_note"
    )
    company, lost = (address(row, at.CONSTANT) for row in (at.COMPANY, at.COMPANY_CHURN))
    leaf.line(
        at.COMPANY_CHURN, "company_churn", "share_per_period", f'=IF({company}="","",1-{company})', "percent"
    )
    leaf.line(
        at.COMPANY_LIFE,
        "company_life",
        "period",
        f'=IF(N({lost})<=0,"",1/{lost})',
        "decimal",
        note="life_note",
    )
    there = leaf.at(at.MONTHLY, at.CONSTANT)
    leaf.compare("retention_converted", f"IF(ISNUMBER({there}),{there},0)^set_year_months",
                 f'IF(ISNUMBER({there}),CLV.CONVERTRATE({there},"M","Y","retention"),0)')  # fmt: skip
