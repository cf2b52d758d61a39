"""What-if: functions of named drivers, one declaration file a question."""

from clv_xl.catalogue.what_if import allocate, goal_seek, lever, scenarios, simulate

FUNCTIONS = (
    *scenarios.FUNCTIONS,
    *goal_seek.FUNCTIONS,
    *simulate.FUNCTIONS,
    *allocate.FUNCTIONS,
    *lever.FUNCTIONS,
)
