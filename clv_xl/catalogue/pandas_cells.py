"""Columns of pandas as cells; imported only when the caller has pandas."""

from typing import Any

import numpy as np
import pandas as pd
from pandas.api import types

from clv_xl.catalogue.python_cells import array_column, coded, column_of, headed, label
from clv_xl.cells import Cells


def series_column(series: Any, exact: bool) -> Cells:  # noqa: PLR0911  one a kind of dtype
    """Return a Series as a column; texts and categories keep their codes.

    Parameters
    ----------
    series : Series
        Of any dtype that a cell can hold.
    exact : bool
        Whether whole numbers too long for a float become texts, as ids must.
    """
    dtype = series.dtype
    if isinstance(dtype, pd.CategoricalDtype):
        categories = pd.Series(dtype.categories)
        if isinstance(categories.dtype, pd.IntervalDtype):
            categories = categories.astype(str)
        return coded(series.cat.codes.to_numpy(), series_column(categories, exact))
    if isinstance(dtype, pd.PeriodDtype):
        return array_column(series.dt.to_timestamp().to_numpy(), exact)
    if isinstance(dtype, np.dtype) and dtype.kind != "O":
        return array_column(series.to_numpy(), exact)
    if types.is_datetime64_any_dtype(dtype):
        wall_clock = series.dt.tz_localize(None)
        return array_column(wall_clock.to_numpy("datetime64[us]", na_value=np.datetime64("NaT")), exact)
    if not isinstance(dtype, np.dtype) and types.is_numeric_dtype(dtype):
        return _nullable(series, exact)
    # Among mixed objects factorize would take True for 1.
    if types.infer_dtype(series, skipna=True) == "string":
        codes, distinct = pd.factorize(series)
        return coded(codes, Cells.of([str(text) for text in distinct]))
    return column_of(series.tolist(), exact)


def _nullable(series: Any, exact: bool) -> Cells:
    """Return numbers or booleans among which NA may stand."""
    kind = series.dtype.kind
    missing = series.isna().to_numpy()
    if kind in "iu" and not missing.any():
        return array_column(series.to_numpy(np.int64 if kind == "i" else np.uint64), exact)
    if kind == "f":
        return array_column(series.to_numpy(np.float64, na_value=np.nan), exact)
    return column_of([None if m else v for m, v in zip(missing, series.tolist(), strict=True)], exact)


def frame_columns(frame: Any, exact: bool, *, header: bool) -> tuple[Cells, ...]:
    """Return the columns of a DataFrame, their names on top where a header row is wanted.

    Parameters
    ----------
    frame : DataFrame
        Its index is left out.
    exact : bool
        As in `series_column`.
    header : bool
        Whether the names of the columns are the header row.
    """
    columns = [series_column(frame.iloc[:, i], exact) for i in range(frame.shape[1])]
    if header:
        columns = [headed(label(name), c) for name, c in zip(frame.columns, columns, strict=True)]
    return tuple(columns)
