"""What LibreOffice tells the extension: that a spreadsheet has been opened."""

from clv_xl.hosts.libreoffice.names import MODULE
from clv_xl.hosts.libreoffice.registry import node

OPENED = f"{MODULE}.Opened"
_HEAD = (
    '<?xml version="1.0" encoding="UTF-8"?>\n'
    '<oor:component-data xmlns:oor="http://openoffice.org/2001/registry" '
    'xmlns:xs="http://www.w3.org/2001/XMLSchema" oor:name="Jobs" oor:package="org.openoffice.Office">\n'
)


def jobs() -> str:
    """Return the configuration ``Jobs.xcu``: one job, for spreadsheets only."""
    job = node(
        OPENED,
        f'<prop oor:name="Service"><value>{OPENED}</value></prop>',
        '<prop oor:name="Context"><value>com.sun.star.sheet.SpreadsheetDocument</value></prop>',
    )
    listed = f'<node oor:name="JobList">\n{node(OPENED)}\n</node>'
    event = f'<node oor:name="OnLoadFinished" oor:op="fuse">\n{listed}\n</node>'
    return (
        f'{_HEAD}<node oor:name="Jobs">\n{job}\n</node>\n'
        f'<node oor:name="Events">\n{event}\n</node>\n</oor:component-data>\n'
    )
