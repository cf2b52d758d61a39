"""How long calls take in the browser, printed: 10,000 single cells, and 1,000 on one text of CLV.DATA."""

import pytest

from tests.hosts.officejs.browser import browser, sheet
from tests.hosts.officejs.served import SERVED
from tests.hosts.server.running import running

SCALARS = """async ({n, from}) => {
    const started = performance.now();
    const found = await Promise.all(
        Array.from({length: n}, (_, i) => ClvAddin.call('CLV', [from + i, 3, 3])));
    return [performance.now() - started, found[n - 1] === 9 * (from + n - 1)];
}"""
THROUGH_RUNTIME = """async ({n, from}) => {
    const calls = Array.from({length: n}, (_, i) => ({name: 'CLV', args: [from + i, 3, 3], cell: 'A' + i}));
    const started = performance.now();
    const found = await HOST.calculate(calls);
    return [performance.now() - started, found[n - 1].value[0][0] === 9 * (from + n - 1)];
}"""
ON_A_TEXT = """async n => {
    const column = (make) => Array.from({length: 20000}, (_, i) => [make(i)]);
    const columns = [
        column(i => 'C' + (i * 7919) % 3000), column(i => 44000 + i % 1200), column(i => 10 + i % 90)];
    const started = performance.now();
    const text = await ClvAddin.call('CLV.DATA', columns);
    const stored = performance.now();
    const calls = Array.from({length: n}, (_, i) =>
        ClvAddin.call('CLV.FREQUENCY', [text, null, 'Y', 45200 + i]));
    const found = await Promise.all(calls);
    const done = performance.now();
    await Promise.all(Array.from({length: n}, () => ClvAddin.call('CLV.AOV', [text])));
    return [stored - started, done - stored, performance.now() - done, found.every(v => v > 0)];
}"""


@pytest.mark.office_js
@pytest.mark.slow
def test_speed_is_printed(capsys: pytest.CaptureFixture[str]) -> None:
    with browser() as driver, running(factory=SERVED) as server, sheet(driver, server) as cells:
        lines: list[str] = []
        for name, script in (("own calls", SCALARS), ("through the runtime", THROUGH_RUNTIME)):
            for turn in range(5):
                first = 10_000 * turn + (10**6 if name == "own calls" else 0)
                ms, right = cells.page.evaluate(script, {"n": 10_000, "from": first})
                assert right
                lines.append(f"10,000 scalar calls, {name}, turn {turn + 1}: {ms:.0f} ms")
        stored, different, equal, right = cells.page.evaluate(ON_A_TEXT, 1000)
        assert right
        lines.append(f"CLV.DATA of 20,000 x 3: {stored:.0f} ms; 1,000 calls on its text:")
        lines.append(f"different CLV.FREQUENCY {different:.0f} ms, equal CLV.AOV {equal:.0f} ms")
        with capsys.disabled():
            print("\n" + "\n".join(lines))  # noqa: T201  what this test is for
