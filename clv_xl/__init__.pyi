# Made by python -m clv_xl.catalogue.pages --write. Do not edit.
# ruff: noqa: PYI021  editors show these lines as the help of a function
import datetime as dt
from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import Any, TypeAlias, overload

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from clv_xl.errors import FormulaError as FormulaError

__all__ = [
    "FormulaError",
    "__version__",
    "alert",
    "allocate",
    "aov",
    "bridge",
    "cac",
    "channels",
    "check",
    "churn",
    "clv",
    "cohort",
    "compare",
    "contract",
    "convertrate",
    "curve",
    "data",
    "equity",
    "explain",
    "forecast",
    "frequency",
    "goalseek",
    "historical",
    "lever",
    "lifespan",
    "nrr",
    "pareto",
    "payback",
    "ratio",
    "reconcile",
    "refreshdue",
    "repeatrate",
    "retention",
    "retentioncurve",
    "rfm",
    "scenario",
    "schedule",
    "segment",
    "sensitivity",
    "simulate",
    "sourceinfo",
    "status",
    "subscription",
    "summary",
    "tiers",
    "tornado",
    "trend",
    "version",
]

__version__: str

_Number: TypeAlias = float | Decimal | np.number[Any] | np.bool_ | None
_Date: TypeAlias = dt.date | np.datetime64 | _Number
_Column: TypeAlias = Sequence[Any] | NDArray[Any] | pd.Series[Any] | pd.Index[Any]
_Rows: TypeAlias = pd.DataFrame | Sequence[Sequence[Any]] | NDArray[Any]
_Orders: TypeAlias = _Rows | Mapping[str, _Column] | str
_ByName: TypeAlias = Mapping[str, float] | _Column | _Rows

def aov(
    amounts: _Column | str,
    order_ids: _Column | str | None = None,
    *,
    language: str | None = None,
) -> float:
    """Average order value: revenue divided by the number of orders."""

def frequency(
    customer_ids: _Column | str,
    order_dates: _Column | str | None = None,
    unit: str | None = "Y",
    as_of: _Date = None,
    order_ids: _Column | str | None = None,
    *,
    language: str | None = None,
) -> float:
    """Purchase frequency: orders per customer in a period in which the customer bought."""

def lifespan(
    customer_ids: _Column | str,
    order_dates: _Column | str,
    unit: str | None = "Y",
    method: str | None = "observed",
    as_of: _Date = None,
    *,
    language: str | None = None,
) -> float:
    """Customer lifespan: number of periods in which a customer buys."""

@overload
def clv(
    avg_order_value: _Number,
    frequency: _Number,
    lifespan: _Number,
    margin: _Number = None,
    cac: _Number = 0.0,
    discount_rate: _Number = 0.0,
    timing: _Number = 0.0,
    *,
    language: str | None = None,
) -> float:
    """Customer lifetime value from average order value, purchase frequency and lifespan."""

@overload
def clv(
    avg_order_value: _Number | _Column | NDArray[Any],
    frequency: _Number | _Column | NDArray[Any],
    lifespan: _Number | _Column | NDArray[Any],
    margin: _Number | _Column | NDArray[Any] = None,
    cac: _Number | _Column | NDArray[Any] = 0.0,
    discount_rate: _Number | _Column | NDArray[Any] = 0.0,
    timing: _Number | _Column | NDArray[Any] = 0.0,
    *,
    language: str | None = None,
) -> Any:
    """Customer lifetime value from average order value, purchase frequency and lifespan."""

def summary(
    order_log: _Orders,
    unit: str | None = "Y",
    as_of: _Date = None,
    margin: _Number = None,
    cac: _Number = None,
    discount_rate: _Number = 0.0,
    timing: _Number = 0.0,
    headers: _Number = None,
    *,
    language: str | None = None,
) -> pd.DataFrame:
    """The four basics and what follows from them, straight from an order log."""

@overload
def churn(lost_customers: _Number, start_customers: _Number, *, language: str | None = None) -> float:
    """Churn rate: share of the customers at the start of a period who were lost in it."""

@overload
def churn(
    lost_customers: _Number | _Column | NDArray[Any],
    start_customers: _Number | _Column | NDArray[Any],
    *,
    language: str | None = None,
) -> Any:
    """Churn rate: share of the customers at the start of a period who were lost in it."""

@overload
def retention(
    start_customers: _Number,
    end_customers: _Number,
    new_customers: _Number,
    *,
    language: str | None = None,
) -> float:
    """Retention rate: share of the customers at the start of a period who are still there at its end."""

@overload
def retention(
    start_customers: _Number | _Column | NDArray[Any],
    end_customers: _Number | _Column | NDArray[Any],
    new_customers: _Number | _Column | NDArray[Any],
    *,
    language: str | None = None,
) -> Any:
    """Retention rate: share of the customers at the start of a period who are still there at its end."""

@overload
def nrr(
    start_revenue: _Number,
    expansion: _Number,
    contraction: _Number,
    churned: _Number,
    *,
    language: str | None = None,
) -> float:
    """Net revenue retention: revenue kept and expanded from the customers there at the start."""

@overload
def nrr(
    start_revenue: _Number | _Column | NDArray[Any],
    expansion: _Number | _Column | NDArray[Any],
    contraction: _Number | _Column | NDArray[Any],
    churned: _Number | _Column | NDArray[Any],
    *,
    language: str | None = None,
) -> Any:
    """Net revenue retention: revenue kept and expanded from the customers there at the start."""

def repeatrate(customer_ids: _Column | str, *, language: str | None = None) -> float:
    """Repeat purchase rate: share of the customers with two or more orders."""

@overload
def convertrate(
    rate: _Number,
    from_unit: str,
    to_unit: str,
    kind: str,
    *,
    language: str | None = None,
) -> float:
    """Converts a churn, retention or discount rate from one period to another."""

@overload
def convertrate(
    rate: _Number | _Column | NDArray[Any],
    from_unit: str | _Column | NDArray[Any],
    to_unit: str | _Column | NDArray[Any],
    kind: str | _Column | NDArray[Any],
    *,
    language: str | None = None,
) -> Any:
    """Converts a churn, retention or discount rate from one period to another."""

def cac(costs: _Column | _Rows, new_customers: _Number, *, language: str | None = None) -> float:
    """Customer acquisition cost: everything spent on winning customers, per customer won."""

@overload
def ratio(clv_before_cac: _Number, cac: _Number, *, language: str | None = None) -> float:
    """CLV:CAC: lifetime value per unit of money spent on winning the customer."""

@overload
def ratio(
    clv_before_cac: _Number | _Column | NDArray[Any],
    cac: _Number | _Column | NDArray[Any],
    *,
    language: str | None = None,
) -> Any:
    """CLV:CAC: lifetime value per unit of money spent on winning the customer."""

@overload
def payback(
    cac: _Number,
    margin_per_period: _Number,
    retention_rate: _Number = 1.0,
    discount_rate: _Number = 0.0,
    whole: _Number = 0.0,
    *,
    language: str | None = None,
) -> float:
    """Payback period: when the margins of a new customer have returned the acquisition cost."""

@overload
def payback(
    cac: _Number | _Column | NDArray[Any],
    margin_per_period: _Number | _Column | NDArray[Any],
    retention_rate: _Number | _Column | NDArray[Any] = 1.0,
    discount_rate: _Number | _Column | NDArray[Any] = 0.0,
    whole: _Number | _Column | NDArray[Any] = 0.0,
    *,
    language: str | None = None,
) -> Any:
    """Payback period: when the margins of a new customer have returned the acquisition cost."""

@overload
def equity(residual_clv_per_customer: _Number, customers: _Number, *, language: str | None = None) -> float:
    """Customer equity: the future value of all customers there are today."""

@overload
def equity(
    residual_clv_per_customer: _Number | _Column | NDArray[Any],
    customers: _Number | _Column | NDArray[Any],
    *,
    language: str | None = None,
) -> Any:
    """Customer equity: the future value of all customers there are today."""

@overload
def contract(
    margin_per_period: _Number,
    retention_rate: _Number,
    discount_rate: _Number,
    booking: str,
    cac: _Number = 0.0,
    *,
    language: str | None = None,
) -> float:
    """Lifetime value of a customer under contract with a constant retention rate."""

@overload
def contract(
    margin_per_period: _Number | _Column | NDArray[Any],
    retention_rate: _Number | _Column | NDArray[Any],
    discount_rate: _Number | _Column | NDArray[Any],
    booking: str | _Column | NDArray[Any],
    cac: _Number | _Column | NDArray[Any] = 0.0,
    *,
    language: str | None = None,
) -> Any:
    """Lifetime value of a customer under contract with a constant retention rate."""

@overload
def subscription(
    arpa: _Number,
    gross_margin: _Number,
    churn_rate: _Number,
    expansion_rate: _Number = 0.0,
    cac: _Number = 0.0,
    discount_rate: _Number = 0.0,
    *,
    language: str | None = None,
) -> float:
    """Lifetime value of a subscriber from revenue per account, gross margin and churn."""

@overload
def subscription(
    arpa: _Number | _Column | NDArray[Any],
    gross_margin: _Number | _Column | NDArray[Any],
    churn_rate: _Number | _Column | NDArray[Any],
    expansion_rate: _Number | _Column | NDArray[Any] = 0.0,
    cac: _Number | _Column | NDArray[Any] = 0.0,
    discount_rate: _Number | _Column | NDArray[Any] = 0.0,
    *,
    language: str | None = None,
) -> Any:
    """Lifetime value of a subscriber from revenue per account, gross margin and churn."""

def curve(
    margins: _Column | str,
    survival: _Column | str,
    discount_rate: _Number,
    cac: _Number = 0.0,
    timing: _Number = 0.0,
    *,
    language: str | None = None,
) -> float:
    """Lifetime value from an explicit curve of margins and survival."""

def schedule(
    customers: _Number,
    margin_per_period: _Number,
    retention_rate: _Number,
    discount_rate: _Number,
    periods: _Number,
    cac: _Number = 0.0,
    timing: _Number = 0.0,
    headers: _Number = None,
    *,
    language: str | None = None,
) -> pd.DataFrame:
    """Period by period, what a cohort of customers that shrinks by its retention rate is worth."""

def compare(
    margin_per_period: _Number,
    retention_rate: _Number,
    discount_rate: _Number,
    cac: _Number = 0.0,
    horizon: _Number = None,
    headers: _Number = None,
    *,
    language: str | None = None,
) -> pd.DataFrame:
    """The same customer by every convention side by side, with formulas."""

def historical(
    order_log: _Orders,
    margin: _Number = None,
    headers: _Number = None,
    *,
    language: str | None = None,
) -> pd.DataFrame:
    """Value of each customer to date."""

def segment(
    order_log: _Orders,
    by: str | None = "segment",
    unit: str | None = "Y",
    as_of: _Date = None,
    lifespan: _Number | _ByName = None,
    margin: _Number | _ByName = None,
    cac: _Number | _ByName = None,
    discount_rate: _Number = 0.0,
    timing: _Number = 0.0,
    headers: _Number = None,
    *,
    language: str | None = None,
) -> pd.DataFrame:
    """Value of each customer segment, best first, with the company as total row."""

def tiers(
    values: _Column | str,
    cuts: _Column | _Rows | None = None,
    labels: Sequence[str] | None = None,
    *,
    language: str | None = None,
) -> Any:
    """Tier of each customer by rank: A for the most valuable, B for the next and so on."""

def pareto(values: _Column | str, top_share: _Number = 0.2, *, language: str | None = None) -> float:
    """Share of the value that the top customers hold, as in the 80/20 rule."""

def cohort(
    order_log: _Orders,
    unit: str | None = "M",
    measure: str | None = "customers",
    as_of: _Date = None,
    headers: _Number = None,
    *,
    language: str | None = None,
) -> pd.DataFrame:
    """Cohorts by calendar period of the first order, followed by age."""

def retentioncurve(
    cohort_table: _Rows,
    headers: _Number = None,
    *,
    language: str | None = None,
) -> pd.DataFrame:
    """Retention by age from all cohorts together."""

def status(
    order_log: _Orders,
    as_of: _Date = None,
    lapse_days: _Number = None,
    headers: _Number = None,
    *,
    language: str | None = None,
) -> pd.DataFrame:
    """Status of each customer: active, lapsing or lost, by the time since the last order."""

def rfm(
    order_log: _Orders,
    as_of: _Date = None,
    unit: str | None = "W",
    bins: _Number = 5.0,
    headers: _Number = None,
    *,
    language: str | None = None,
) -> pd.DataFrame:
    """Recency, frequency and money of each customer with scores, and x, t_x, T, m_x for the models."""

def channels(
    order_log: _Orders,
    costs: _ByName,
    as_of: _Date = None,
    margin: _Number = None,
    headers: _Number = None,
    *,
    language: str | None = None,
) -> pd.DataFrame:
    """Acquisition channels side by side: customers, CAC, CLV, CLV:CAC, payback and return."""

def forecast(
    active_customers: _Number,
    new_customers: _Number | _Column | _Rows,
    retention_rate: _Number | _Column | _Rows,
    revenue_per_customer: _Number | _Column | _Rows,
    periods: _Number,
    margin: _Number = None,
    cac: _Number = 0.0,
    headers: _Number = None,
    measure: str | None = "corkscrew",
    *,
    language: str | None = None,
) -> pd.DataFrame:
    """Forecast of customers, revenue and cash, period by period, with the low point of cash."""

def bridge(
    drivers_from: _ByName,
    drivers_to: _ByName,
    output: str | None = "net_clv",
    method: str | None = "simple",
    headers: _Number = None,
    *,
    language: str | None = None,
) -> pd.DataFrame:
    """Why the value moved: the effect of each driver, adding up to the change without a rest."""

def trend(
    values: _Column | str,
    dates: _Column | str,
    window: _Number = 4.0,
    headers: _Number = None,
    *,
    language: str | None = None,
) -> pd.DataFrame:
    """Dated figures in order of time with change, moving average and year-on-year change."""

def alert(
    values: _Column | str,
    threshold: _Number = None,
    method: str | None = "change",
    window: _Number = None,
    *,
    language: str | None = None,
) -> Any:
    """When to act: each figure held against the ones before it, never against later ones."""

@overload
def refreshdue(
    last_refresh: _Date,
    as_of: _Date,
    cycle: _Number = 3.0,
    *,
    language: str | None = None,
) -> float:
    """Days by which a refresh is overdue: 0 on the day it is due, negative while there is time."""

@overload
def refreshdue(
    last_refresh: _Date | _Column | NDArray[Any],
    as_of: _Date | _Column | NDArray[Any],
    cycle: _Number | _Column | NDArray[Any] = 3.0,
    *,
    language: str | None = None,
) -> Any:
    """Days by which a refresh is overdue: 0 on the day it is due, negative while there is time."""

def scenario(
    drivers: _ByName,
    scenarios: _Rows,
    method: str | None = "simple",
    headers: _Number = None,
    *,
    language: str | None = None,
) -> pd.DataFrame:
    """Scenarios beside the base: drivers, CLV, net CLV, CLV:CAC, payback and the difference."""

def sensitivity(
    drivers: _ByName,
    row_driver: str,
    row_values: _Column | _Rows,
    col_driver: str | None = None,
    col_values: _Column | _Rows | None = None,
    output: str | None = "net_clv",
    method: str | None = "simple",
    headers: _Number = None,
    *,
    language: str | None = None,
) -> pd.DataFrame:
    """An output over the values of one driver or of two, as a data table that is a formula."""

def tornado(
    drivers: _ByName,
    change: _Number = 0.1,
    output: str | None = "net_clv",
    method: str | None = "simple",
    headers: _Number = None,
    *,
    language: str | None = None,
) -> pd.DataFrame:
    """Which driver matters most: each is moved down and up alone, the widest swing first."""

def goalseek(
    drivers: _ByName,
    target: _Number,
    changing: str,
    output: str | None = "net_clv",
    lower: _Number = None,
    upper: _Number = None,
    method: str | None = "simple",
    *,
    language: str | None = None,
) -> float:
    """Value of one driver at which net CLV, CLV, CLV:CAC or payback meets a target."""

def simulate(
    distributions: _Rows,
    trials: _Number = 10000.0,
    seed: _Number = 1.0,
    output: str | None = "net_clv",
    percentiles: _Column | _Rows | None = None,
    correlation: _Rows | None = None,
    method: str | None = "simple",
    headers: _Number = None,
    target: _Number = 3.0,
    *,
    language: str | None = None,
) -> pd.DataFrame:
    """Monte Carlo simulation: how uncertain CLV is when its drivers are."""

def allocate(
    budget: _Number,
    channels: _Rows,
    headers: _Number = None,
    history: _Rows | None = None,
    *,
    language: str | None = None,
) -> pd.DataFrame:
    """Best split of a budget over channels: where each unit of money wins the most value."""

def lever(
    drivers: _ByName,
    lever_driver: str | Sequence[str],
    uplift: _Number | _Column | _Rows,
    cost: _Number | _Column | _Rows,
    customers: _Number | _Column | _Rows,
    kind: str | None = "relative",
    method: str | None = "simple",
    headers: _Number = None,
    *,
    language: str | None = None,
) -> pd.DataFrame:
    """Levers: gain of net CLV, cost, ROI and break-even uplift of each, ranked by gain per cost."""

def data(
    customer_ids: _Column | str,
    order_dates: _Column | str,
    amounts: _Column | str,
    order_ids: _Column | str | None = None,
    segments: _Column | str | None = None,
    channels: _Column | str | None = None,
    costs: _Column | str | None = None,
    currencies: _Column | str | None = None,
    *,
    language: str | None = None,
) -> str:
    """Stores the columns of an order log once and returns a short text that other cells take instead."""

def check(
    order_log: _Orders,
    as_of: _Date = None,
    headers: _Number = None,
    *,
    language: str | None = None,
) -> pd.DataFrame:
    """Lists everything in an order log that was decided, merged, left out or is wrong, and how to mend it."""

def reconcile(
    amounts: _Column | str,
    control_total: _Number,
    tolerance: _Number = 0.005,
    *,
    language: str | None = None,
) -> float:
    """Gap between the orders and the ledger; 0 when they tie out."""

def sourceinfo(source: str, headers: _Number = None, *, language: str | None = None) -> pd.DataFrame:
    """Describes stored data: rows, customers, first and last date, columns."""

def explain(function_name: str, language: str | None = None, headers: _Number = None) -> pd.DataFrame:
    """Explains a function in cells: purpose, convention, formula, arguments, units, errors, example."""

def version(*, language: str | None = None) -> str:
    """Version of clv_xl that answers."""
