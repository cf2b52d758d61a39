"""Formulas that the sheets CLV and Sensitivity have in common."""

from typing import Final, TypeAlias

Cells: TypeAlias = dict[str, str]
"""What a number is called in a formula pattern, and the address of its cell."""

# Present value of 1 in each period of a life that need not be whole; PV alone counts whole periods.
ANNUITY: Final = (
    "(1+{discount_rate})^{timing}*(PV({discount_rate},INT({lifespan}),-1)"
    "+({lifespan}-INT({lifespan}))/(1+{discount_rate})^(INT({lifespan})+1))"
)
VALUE: Final = "CLV({aov},{frequency},{lifespan},{margin},{cac},{discount_rate},{timing})"
BEFORE_CAC: Final = "CLV({aov},{frequency},{lifespan},{margin},0,{discount_rate},{timing})"
