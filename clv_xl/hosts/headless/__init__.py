"""Workbooks calculated without a spreadsheet program: package in, package with new cached values out.

:func:`clv_xl.hosts.headless.calc.calculate` is the way in. The other files each hold one noun:
the package, the text of a sheet, a formula's tokens, a table, the engine, the report.

What the engine (formualizer 0.13) does otherwise than Excel, and what becomes of it:

================================================  ====================================================
a result of more than 10,000 cells is #SPILL!     laid out in parts (large.py, spread.py)
LEN(A1:A9), COUNTIF(A1:A9,B1:B3) and the like     gone through cell by cell (lift.py)
see the first cell only; ROW(A1:A9) is one number
UPPER, LOWER, PROPER, CONCATENATE, CEILING,       replaced (native.py, native_arrays.py)
FLOOR, DB, SUMPRODUCT, SORT, SORTBY, UNIQUE,
VSTACK, HSTACK, LOOKUP; ROWS of an error
numbers joined with & show up to 17 digits        joined here, 15 digits (lift.py)
TEXT with scientific, fraction, three-part or     refused: the cell keeps its old value and the
unknown formats; DATEDIF "MD", "YD"; criteria     report says why (refuse.py)
with ?, with < or > before a text, or of error
codes; criteria ranges of unlike size;
INDIRECT, OFFSET, CHOOSE, N, T of an array
0.1+0.2=0.3 is FALSE (Excel compares 15 digits)   compared here (lift.py); whole ranges as the
                                                  engine has it
texts are ordered by character code without       as the engine has it: "Ä" and "~" come after "Z"
regard to case (comparisons, SORT, LOOKUP)        whatever the language
"$5"+0, VALUE("(5)"), IF("TRUE",...) are #VALUE!  as the engine has it: an error that shows
LEN(1/3) counts 17 digits, not 15                 as the engine has it; joining with & is right
a whole-sheet SUM((A1:A9>3)*1) entered without    as if entered today: the whole range
the mark of an array formula
================================================  ====================================================
"""
