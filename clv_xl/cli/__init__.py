"""The program ``clv-xl``: one module a command, each a thin reader of what the rooms below do.

Exit status: 0 done; 1 a result holds an error; 2 the command could not be done; 130 interrupted.
"""

from collections.abc import Sequence


def main(argv: Sequence[str] | None = None) -> int:
    """Run the program and return its exit status.

    Parameters
    ----------
    argv : sequence of str, optional
        The words after the name of the program; those of this process if left out.

    Returns
    -------
    int
        The exit status; nothing is raised for a user's mistake.

    Examples
    --------
    >>> main(["call", "CLV(50,3,3)"])
    450
    0
    """
    try:
        from clv_xl.cli.program import run

        return run(argv)
    except KeyboardInterrupt:  # while still loading
        return 130
