"""VBA projects as oletools and olefile read them."""

import io
import warnings
from pathlib import Path

import olefile  # type: ignore[import-untyped,unused-ignore]

with warnings.catch_warnings():  # oletools calls pyparsing by names of its past
    warnings.simplefilter("ignore")
    from oletools.olevba import (  # type: ignore[import-untyped,unused-ignore]
        VBA_Parser,
        decompress_stream,
    )


def decompressed(container: bytes) -> bytes:
    """Return the text of a compressed container."""
    return bytes(decompress_stream(bytearray(container)))


def streams(made: bytes) -> dict[tuple[str, ...], bytes]:
    """Return the streams of a compound file by their path; a defect of any kind is an error."""
    with olefile.OleFileIO(io.BytesIO(made), raise_defects=olefile.DEFECT_UNSURE) as ole:
        assert ole.parsing_issues == []
        return {tuple(path): ole.openstream(path).read() for path in ole.listdir()}


def macros(file: Path | bytes) -> dict[str, str]:
    """Return the modules of a workbook or a project: file name such as Numbers.bas to source."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        parser = VBA_Parser("x.bin", data=file) if isinstance(file, bytes) else VBA_Parser(str(file))
        try:
            assert parser.detect_vba_macros()
            return {name: source for _, _, name, source in parser.extract_macros()}
        finally:
            parser.close()
