"""What is written to a terminal, as a user copies it from there."""

import pytest

from clv_xl.cli.terminal import Terminal


@pytest.mark.parametrize("before", range(20, 40))
def test_a_command_is_never_broken_in_two(
    before: int, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("COLUMNS", "40")
    Terminal("en").paragraph(f"{'x' * before} clv-xl install excel --demo", "  ")
    lines = capsys.readouterr().out.splitlines()
    assert {"clv-xl", "--demo"} <= {word for line in lines for word in line.split()}
    assert all(len(line) <= 41 for line in lines)
