"""The formula server: the catalogue over HTTP, for the Excel add-in and for programs.

:func:`clv_xl.hosts.server.app.create_app` is the way in. The pages of the add-in are handed to it;
this room knows requests, ranges, callers and limits.
"""
