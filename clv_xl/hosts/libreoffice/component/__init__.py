"""The part of the extension that LibreOffice's own Python loads; it travels in the .oxt as ``clvxladdin``.

It is written for Python 3.8 and the standard library, and knows nothing of the rest of clv_xl until the
first formula asks for it: LibreOffice starts without numpy.
"""
