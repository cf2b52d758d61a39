"""The Excel add-in (Windows, Mac, web), made from the catalogue for the address of a server.

:func:`clv_xl.hosts.officejs.site.site` returns every page of it.
"""
