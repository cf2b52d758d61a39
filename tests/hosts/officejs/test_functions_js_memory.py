"""A long session of a changing workbook: what the page remembers stays bounded."""

import pytest

from tests.hosts.officejs.browser import Sheet, browser, sheet
from tests.hosts.officejs.served import SERVED
from tests.hosts.server.running import running

ROUND = """async ([round, cells, rows]) => {
    const calls = Array.from({length: cells}, (_, i) =>
        ({name: 'CLV', args: [round * cells + i, 3, 3], cell: 'Sheet1!A' + (i + 1)}));
    const range = Array.from({length: rows}, (_, i) => [i + round]);
    calls.push({name: 'CLV.AOV', args: [range], cell: 'Sheet1!B1'});
    calls.push({name: 'CLV', args: [range.slice(0, 500), 3, 3], cell: 'Sheet1!C1'});
    const found = await HOST.calculate(calls);
    HOST.forget();
    return [found[cells - 1].value[0][0], found[cells].value, found[cells + 1].value[499][0]];
}"""
CELLS, ROWS = 5000, 180_000
UNTIL_FULL, MORE = 11, 6
"""A round is ten recalculations of 500 cells that all changed, a range of 180,000 cells and a spilled column.

The cache holds 50,000 results and the page 2,000,000 cells of ranges: both are full after eleven rounds.
"""
MB = 1024**2


def heap(cells: Sheet) -> float:
    """Return MB in use after a collection of garbage, bytes of arrays among them."""
    with_debugger = cells.page.context.new_cdp_session(cells.page)
    with_debugger.send("HeapProfiler.collectGarbage")
    used = with_debugger.send("Runtime.getHeapUsage")
    with_debugger.detach()
    return float(used["usedSize"] + used.get("backingStorageSize", 0)) / MB


@pytest.mark.office_js
@pytest.mark.slow
def test_a_long_session_does_not_grow() -> None:
    """Microsoft's runtime keeps a few hundred bytes of every call for good: these are not ours to free."""
    with browser() as driver, running(factory=SERVED) as server, sheet(driver, server) as cells:
        heaps = []
        for turn in range(UNTIL_FULL + MORE):
            last, mean, spilled = cells.page.evaluate(ROUND, [turn, CELLS, ROWS])
            assert last == 9 * (turn * CELLS + CELLS - 1)
            assert mean == (ROWS - 1) / 2 + turn
            assert spilled == 9 * (499 + turn)
            if turn + 1 in (UNTIL_FULL, UNTIL_FULL + MORE):
                heaps.append(heap(cells))
        assert heaps[1] - heaps[0] < MORE * CELLS * 300 / MB + 4
