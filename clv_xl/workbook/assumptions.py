"""The assumptions of the demonstration: what no order log tells, and what a reader may change."""

from types import MappingProxyType
from typing import Final

from clv_xl.workbook.cdnow import serial

AS_OF: Final = float(serial("1998-06-30"))
UNIT: Final = "Y"
UNITS: Final = ("Y", "Q", "M")
MARGIN: Final = 0.25
DISCOUNT_RATE: Final = 0.0
TIMING: Final = 0.0
TARGET_RATIO: Final = 3.0
CAC: Final = MappingProxyType({"demo.segment_many": 12.0, "demo.segment_few": 10.0, "demo.segment_one": 8.0})
# Published with the sample (Fader, Hardie, Lee 2005): the file must hold as many.
PUBLISHED_CUSTOMERS: Final = 2_357
PUBLISHED_ORDERS: Final = 6_919
