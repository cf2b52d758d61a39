"""The interface as an OpenAPI document: derived from the catalogue, the wire, the limits and the refusals."""

from typing import Any, Final, TypeAlias

import orjson

import clv_xl
from clv_xl import texts
from clv_xl.catalogue.all import CATALOGUE
from clv_xl.errors import CODES
from clv_xl.hosts.server.settings import Settings
from clv_xl.hosts.server.wire import BINARY, HASH_LENGTH, JSON, MOST_GROUPS, MOST_SECTIONS

VERSION: Final = "3.1.0"
_Security: TypeAlias = list[dict[str, list[str]]]
_REQUEST_ID: Final = r"^[A-Za-z0-9._-]{1,64}$"
_REFUSALS: Final = {
    400: "The body is no batch; the sentence says what is wrong and where.",
    401: "Who calls is not known: no token, or one that is not valid.",
    403: "A page of another site calls, or the caller is known and may not.",
    404: "There is nothing at this address.",
    405: "The method is not taken here.",
    408: "The sender of the body fell silent.",
    413: "The body is too large, or the batch holds too many calls.",
    415: "The body is of a type that is not read.",
    429: "The calls of this minute are used up; trying again at once makes it worse.",
    500: "A fault of the program; the log of the server says more under the number of the request.",
    503: "Too much to do, or the end of this process: try again after Retry-After seconds.",
}
_BINARY_FORM: Final = """Bytes 0-7: ASCII CLVBATC1. Bytes 8-15: length of the header, unsigned,
little-endian. Then the header: the JSON of a batch with `sections`, the byte length of each range, filled
with blanks to a multiple of 8. Then the sections, each one range and a multiple of 8 bytes long: ASCII
CLVDATA1, length of its header (8 bytes, little-endian), its header (JSON, filled with blanks to a multiple
of 8), arrays. The header of a section: {"meta": {}, "columns": [{"name": "0", "rows": n, "labels": [texts],
"errors": [[code, "input_error", {}]], "numbers": offset or null, "tags": offset or null, "codes": offset or
null}]}; offsets count from its end; numbers are float64, tags uint8 (0 number, 1 blank, 2 text, 3 boolean,
4 error; null: all numbers), codes int32 (index of a text in labels, of an error in errors, else -1), all
little-endian, each filled to a multiple of 8. The name of a range is the SHA-256 of its section."""


def openapi_json(settings: Settings) -> bytes:
    """Return the document of a server with these settings."""
    return orjson.dumps(document(settings))


def document(settings: Settings) -> dict[str, Any]:
    """Return the document of a server with these settings."""
    signed: _Security = [] if settings.auth == "none" else [{"bearer": []}]
    schemes = {"bearer": {"type": "http", "scheme": "bearer"}}
    return {
        "openapi": VERSION,
        "info": {
            "title": "clv_xl formula server",
            "version": clv_xl.__version__,
            "summary": "Customer lifetime value as worksheet functions.",
            "license": {"name": "MIT", "identifier": "MIT"},
        },
        "servers": [{"url": settings.public_address}],
        "paths": _paths(settings, signed),
        "components": {
            "schemas": _schemas(settings),
            "headers": {
                "X-Request-Id": {"description": "Number of the request.", "schema": {"type": "string"}},
                "Retry-After": {"description": "Seconds.", "schema": {"type": "integer"}},
            },
            **({"securitySchemes": schemes} if signed else {}),
        },
    }


def _paths(settings: Settings, signed: _Security) -> dict[str, Any]:
    """Return what can be asked."""
    security: dict[str, Any] = {"security": signed} if signed else {}
    language = _parameter("language", "query", "Language of a refusal.", {"enum": list(texts.LANGUAGES)})
    number = _parameter(
        "X-Request-Id", "header", "Number to find the request by in the log.", {"pattern": _REQUEST_ID}
    )
    batch = {
        "operationId": "batch",
        "summary": "Answer many calls that share ranges.",
        "description": _limits(settings),
        "parameters": [language, number],
        "requestBody": {
            "required": True,
            "content": {
                JSON: {"schema": _ref("Batch")},
                BINARY: {"schema": {"type": "string", "format": "binary", "description": _BINARY_FORM}},
            },
        },
        "responses": {
            "200": _answer("Results in the order of the calls.", "Answer"),
            **_refusals(400, 401, 403, 408, 413, 415, 429, 500, 503),
        },
        **security,
    }
    me = {
        "operationId": "me",
        "summary": "Say who calls.",
        "parameters": [language, number],
        "responses": {"200": _answer("Who calls.", "Me"), **_refusals(401, 403, 500, 503)},
        **security,
    }
    ready = {**_text("ready", "Say whether requests are taken."), "parameters": [number]}
    ready["responses"] = {**ready["responses"], "503": {"description": "Not now.", "content": _PLAIN}}
    return {
        "/v1/batch": {"post": batch},
        "/v1/me": {"get": me},
        "/healthz": {"get": _text("health", "Say that the process lives.")},
        "/readyz": {"get": ready},
    }


_PLAIN: Final = {"text/plain": {"schema": {"type": "string"}}}


def _text(name: str, summary: str) -> dict[str, Any]:
    return {
        "operationId": name,
        "summary": summary,
        "responses": {"200": {"description": "Yes.", "content": _PLAIN}},
    }


def _limits(settings: Settings) -> str:
    return (
        f"At most {settings.max_body_mb} MB, {settings.max_calls} calls, {settings.max_cells} cells a call, "
        f"{settings.max_result_mb} MB in a result; a call that exceeds a limit of calls is answered with an "
        f"error and a sentence, and so is one that is not done after {settings.time_limit_s:g} seconds. "
        f"{settings.user_requests} requests of one user at once, {settings.user_calls_per_minute} calls a "
        "minute."
    )


def _parameter(name: str, where: str, description: str, schema: dict[str, Any]) -> dict[str, Any]:
    return {
        "name": name,
        "in": where,
        "required": False,
        "description": description,
        "schema": {"type": "string", **schema},
    }


def _answer(description: str, schema: str) -> dict[str, Any]:
    return {
        "description": description,
        "headers": {"X-Request-Id": {"$ref": "#/components/headers/X-Request-Id"}},
        "content": {JSON: {"schema": _ref(schema)}},
    }


def _refusals(*statuses: int) -> dict[str, Any]:
    found = {str(status): _answer(_REFUSALS[status], "Refusal") for status in statuses}
    if "503" in found:
        found["503"]["headers"]["Retry-After"] = {"$ref": "#/components/headers/Retry-After"}
    return found


def _ref(name: str) -> dict[str, str]:
    return {"$ref": f"#/components/schemas/{name}"}


def _object(required: list[str], properties: dict[str, Any], **more: Any) -> dict[str, Any]:
    return {"type": "object", "required": required, "properties": properties, **more}


def _schemas(settings: Settings) -> dict[str, Any]:
    """Return the shapes of what comes and goes."""
    error = _object(["error"], {"error": {"enum": list(CODES)}}, additionalProperties=False)
    rows = {
        "type": "array",
        "minItems": 1,
        "items": {"type": "array", "minItems": 1, "items": _ref("Cell")},
    }
    text = {"type": "string"}
    return {
        "Error": {**error, "description": "An error cell."},
        "Cell": {
            "description": "A number, a text, a truth value, a blank (null or an empty text) or an error.",
            "anyOf": [{"type": ["number", "string", "boolean", "null"]}, _ref("Error")],
        },
        "Argument": {
            "description": "A cell, a small range, or a range by the hash of its section.",
            "anyOf": [
                _ref("Cell"),
                _object(["rows"], {"rows": rows}, additionalProperties=False),
                _object(
                    ["range"],
                    {"range": {"type": "string", "minLength": HASH_LENGTH, "maxLength": HASH_LENGTH}},
                    additionalProperties=False,
                ),
            ],
        },
        "Batch": _object(
            ["groups"],
            {
                "language": {"type": "string", "default": "en", "examples": list(texts.LANGUAGES)},
                "groups": {"type": "array", "maxItems": MOST_GROUPS, "items": _ref("Group")},
                "sections": {
                    "type": "array",
                    "maxItems": MOST_SECTIONS,
                    "items": {"type": "integer", "minimum": 0, "multipleOf": 8},
                    "description": "Of the header of a binary body only: the length of each section.",
                },
            },
        ),
        "Group": _object(
            ["function", "calls"],
            {
                "function": _ref("Function"),
                "calls": {
                    "type": "array",
                    "maxItems": settings.max_calls,
                    "items": {"type": "array", "items": _ref("Argument")},
                },
            },
        ),
        "Function": {
            "description": "Name of a function; other spellings of it are taken too.",
            "oneOf": [
                {"const": f.name, "title": f.signature(), "description": _help(f)} for f in CATALOGUE.values()
            ],
        },
        "Failure": _object(
            ["error", "key", "sentence"], {"error": {"enum": list(CODES)}, "key": text, "sentence": text}
        ),
        "Result": {
            "description": "A cell, a table, an error with its sentence, or unknown: send the range again.",
            "anyOf": [
                {"type": ["number", "string", "boolean", "null"]},
                _ref("Failure"),
                _object(
                    ["rows"],
                    {
                        "rows": {
                            "type": "array",
                            "items": {
                                "type": "array",
                                "items": {
                                    "anyOf": [
                                        {"type": ["number", "string", "boolean", "null"]},
                                        _ref("Failure"),
                                    ]
                                },
                            },
                        }
                    },
                ),
                _object(["unknown"], {"unknown": {"const": True}}),
            ],
        },
        "Answer": _object(
            ["groups", "unknown", "request"],
            {
                "groups": {
                    "type": "array",
                    "items": _object(["results"], {"results": {"type": "array", "items": _ref("Result")}}),
                },
                "unknown": {"type": "array", "items": text, "description": "Ranges to send again."},
                "request": text,
            },
        ),
        "Refusal": _object(
            ["error", "key", "sentence", "request"],
            {"error": {"enum": list(CODES)}, "key": text, "sentence": text, "request": text},
        ),
        "Me": _object(
            ["tenant", "user", "version", "languages"],
            {"tenant": text, "user": text, "version": text, "languages": {"type": "array", "items": text}},
        ),
    }


def _help(function: Any) -> str:
    """Return what a function answers and what its arguments are."""
    lines = [function.summary]
    for arg in function.args:
        kind = texts.word(arg.kind.expected)
        lines.append(f"{arg.name}{'' if arg.required else ' (optional)'}: {arg.doc} It must be {kind}.")
    return "\n".join(lines)
