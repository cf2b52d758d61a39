"""What is written to a terminal, as a user copies it from there."""

import pytest

from clv_xl.cli.terminal import Terminal


@pytest.mark.parametrize("columns", range(40, 60))
def test_a_command_is_never_broken_in_two(
    columns: int, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("COLUMNS", str(columns))
    Terminal("en").paragraph("Run clv-xl install excel --demo once more, then press Ctrl+Alt+F9.", "  ")
    lines = capsys.readouterr().out.splitlines()
    words = [word for line in lines for word in line.split()]
    assert {"clv-xl", "--demo", "Ctrl+Alt+F9."} <= set(words)
    assert all(len(line) <= columns for line in lines)
