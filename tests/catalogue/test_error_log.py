"""The list of the last errors is bounded, in all and for one call."""

from clv_xl.catalogue.error_log import OF_ONE_CALL, ErrorLog
from clv_xl.cells import Block
from clv_xl.errors import NUM, CellError


def test_the_oldest_errors_go_first() -> None:
    log = ErrorLog(kept=3)
    for _ in range(5):
        log.note("CLV", CellError(NUM, "overflow", function="CLV"), "en")
    assert [(number, function, code) for number, function, code, _ in log.rows()] == [
        (5, "CLV", "#NUM!"),
        (4, "CLV", "#NUM!"),
        (3, "CLV", "#NUM!"),
    ]


def test_a_range_full_of_errors_does_not_push_out_the_others() -> None:
    log = ErrorLog()
    log.note("CLV", CellError(NUM, "overflow"), "en")
    errors = [CellError(NUM, "overflow", row=row) for row in range(1, 1001)]
    log.note("CLV", Block.from_columns(errors), "en")
    assert [number for number, *_ in log.rows()] == list(range(OF_ONE_CALL + 1, 0, -1))


def test_results_without_errors_leave_no_trace() -> None:
    log = ErrorLog()
    for result in (1.0, "text", True, None, Block.from_rows([[1.0, "a"]])):
        log.note("CLV", result, "en")
    assert log.rows() == ()
