"""The settings of the server: each declared once, read from a file, the environment and flags.

What a setting is for is the text ``setting.<name>``; what it may be is its kind. A flag goes before
the environment, the environment before the file, the file before the default. Everything is checked
before the server starts: a mistake is told with its place.
"""

import difflib
import os
import socket
import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, fields
from datetime import UTC, datetime
from pathlib import Path
from types import MappingProxyType
from typing import Any, Final
from urllib.parse import urlsplit

from clv_xl.errors import Text, UserError
from clv_xl.hosts.server import setting_kinds as kinds
from clv_xl.hosts.server.places import SETTING
from clv_xl.hosts.server.setting_kinds import (
    Choice,
    FilePath,
    Flag,
    Kind,
    Line,
    Number,
    Several,
    Whole,
    is_loopback,
)

PREFIX: Final = "CLV_XL_SERVE_"
CONFIG: Final = PREFIX + "CONFIG"
TABLE: Final = "server"


def _is(kind: Kind) -> dict[str, Kind]:
    return {"kind": kind}


@dataclass(frozen=True, slots=True, kw_only=True)
class Settings:
    """Everything that can be set; ``clv-xl serve --settings`` explains each."""

    host: str = field(default="127.0.0.1", metadata=_is(Line("serve.expect_host", kinds.host_name)))
    port: int = field(default=8765, metadata=_is(Whole(0, 65535)))
    workers: int = field(default=1, metadata=_is(Whole(1, 256)))
    certfile: Path | None = field(default=None, metadata=_is(FilePath()))
    keyfile: Path | None = field(default=None, metadata=_is(FilePath()))
    address: str | None = field(default=None, metadata=_is(Line("serve.expect_address", kinds.web_address)))
    namespace: bool = field(default=True, metadata=_is(Flag()))
    addin_id: str | None = field(default=None, metadata=_is(Line("serve.expect_guid", kinds.identity)))
    templates: Path | None = field(default=None, metadata=_is(FilePath("serve.expect_directory")))
    auth: str = field(default="none", metadata=_is(Choice(("none", "token", "entra"))))
    token_file: Path | None = field(default=None, metadata=_is(FilePath()))
    entra_tenants: tuple[str, ...] = field(
        default=(), metadata=_is(Several("serve.expect_tenants", kinds.identity))
    )
    entra_client_id: str | None = field(default=None, metadata=_is(Line("serve.expect_guid", kinds.identity)))
    entra_audience: str | None = field(default=None, metadata=_is(Line()))
    entra_scope: str = field(default="access_as_user", metadata=_is(Line()))
    entra_authority: str = field(
        default="https://login.microsoftonline.com",
        metadata=_is(Line("serve.expect_secure_address", kinds.secure_address)),
    )
    store_directory: Path | None = field(default=None, metadata=_is(FilePath("serve.expect_directory")))
    memory_mb: int = field(default=512, metadata=_is(Whole(1, 1_048_576)))
    store_mb: int = field(default=4096, metadata=_is(Whole(1, 1_073_741_824)))
    store_days: float = field(default=180.0, metadata=_is(Number(0.01, 36_500)))
    max_body_mb: int = field(default=256, metadata=_is(Whole(1, 4096)))
    max_calls: int = field(default=20_000, metadata=_is(Whole(1, 1_000_000)))
    max_cells: int = field(default=20_000_000, metadata=_is(Whole(1, 1_000_000_000)))
    max_result_mb: int = field(default=5, metadata=_is(Whole(1, 1024)))
    time_limit_s: float = field(default=60.0, metadata=_is(Number(0.1, 3600)))
    heavy_cells: int = field(default=50_000, metadata=_is(Whole(1, 1_000_000_000)))
    quick_threads: int = field(default=4, metadata=_is(Whole(1, 256)))
    heavy_threads: int = field(default=2, metadata=_is(Whole(1, 256)))
    user_requests: int = field(default=8, metadata=_is(Whole(1, 10_000)))
    user_calls_per_minute: int = field(default=1_000_000, metadata=_is(Whole(1, 1_000_000_000)))
    shutdown_s: float = field(default=30.0, metadata=_is(Number(0, 3600)))
    log_level: str = field(default="info", metadata=_is(Choice(("debug", "info", "warning", "error"))))
    log_format: str = field(default="auto", metadata=_is(Choice(("auto", "text", "json"))))
    metrics: str = field(default="loopback", metadata=_is(Choice(("loopback", "on", "off"))))
    forwarded_allow_ips: str = field(
        default="127.0.0.1", metadata=_is(Line("serve.expect_proxies", kinds.proxies))
    )

    @property
    def public_address(self) -> str:
        """The address that browsers use, without a slash at its end.

        A certificate is made out to a name: with one, this machine is called ``localhost`` and not
        by its number. Where the server listens everywhere, the name of the machine stands in.

        >>> Settings(host="::1").public_address, Settings(address="https://x/clv/").public_address
        ('http://[::1]:8765', 'https://x/clv')
        """
        if self.address:
            return self.address.rstrip("/")
        secure = self.certfile is not None
        host = self.host
        if host in {"0.0.0.0", "::"}:  # noqa: S104  read, and bound to only where a user asks for it
            host = socket.gethostname()
        elif secure and is_loopback(host):
            host = "localhost"
        elif ":" in host:
            host = f"[{host}]"
        port = "" if self.port == (443 if secure else 80) else f":{self.port}"
        return f"{'https' if secure else 'http'}://{host}{port}"


KINDS: Final[Mapping[str, Kind]] = MappingProxyType(
    {declared.name: declared.metadata["kind"] for declared in fields(Settings)}
)
DEFAULTS: Final = Settings()


@dataclass(frozen=True, slots=True)
class Origin:
    """Where the value of a setting comes from.

    Parameters
    ----------
    kind : {"flag", "environment", "file", "default"}
        What gave it.
    name : str
        The flag, the environment variable, or the file.
    """

    kind: str
    name: str = ""

    @property
    def text(self) -> Text:
        """As it is read."""
        return Text(f"serve.from_{self.kind}", {"name": self.name})


@dataclass(frozen=True, slots=True)
class Loaded:
    """The settings and where each comes from."""

    settings: Settings
    origins: Mapping[str, Origin]


def load(config: Path | None, environ: Mapping[str, str], overrides: Mapping[str, object]) -> Settings:
    """Return the settings of a server.

    Parameters
    ----------
    config : Path or None
        A TOML file; the one that ``CLV_XL_SERVE_CONFIG`` names if left out, and none without that.
    environ : Mapping
        The environment: ``CLV_XL_SERVE_PORT`` sets ``port``. A variable set to nothing sets nothing.
    overrides : Mapping
        What flags set, as text or as values; None sets nothing.

    Raises
    ------
    UserError
        A setting that is not there, not readable, out of bounds, or at odds with another.
    """
    return load_with_origins(config, environ, overrides).settings


def load_with_origins(
    config: Path | None, environ: Mapping[str, str], overrides: Mapping[str, object]
) -> Loaded:
    """Return the settings as `load` does, and where each comes from."""
    loaded = read(config, environ, overrides)
    check(loaded)
    return loaded


def read(config: Path | None, environ: Mapping[str, str], overrides: Mapping[str, object]) -> Loaded:
    """Return the settings as `load` finds them, without a look at whether they go together."""
    if config is None and environ.get(CONFIG):
        config = Path(environ[CONFIG]).expanduser()
    values: dict[str, Any] = {}
    origins = dict.fromkeys(KINDS, Origin("default"))
    for name, given, origin in (
        *_of_file(config),
        *_of_environment(environ),
        *((n, v, Origin("flag", flag_of(n))) for n, v in overrides.items() if v is not None),
    ):
        values[name] = _read(name, given, origin, config)
        origins[name] = origin
    return Loaded(Settings(**values), MappingProxyType(origins))


def environment(settings: Settings) -> dict[str, str]:
    """Return the environment that makes `load` return these settings, for the workers of a server.

    Every setting stands in it, so that nothing of the surroundings shows through.
    """
    values = {name: getattr(settings, name) for name in KINDS}
    return {CONFIG: ""} | {
        PREFIX + name.upper(): "" if value is None else KINDS[name].write(value)
        for name, value in values.items()
    }


def flag_of(name: str) -> str:
    """Return how a setting is called on the command line."""
    return "--no-namespace" if name == "namespace" else f"--{name.replace('_', '-')}"


def check(loaded: Loaded) -> None:
    """Raise what is wrong between settings, and with the files they name."""
    settings = loaded.settings
    pair = ("certfile", "keyfile")
    for one, other in (pair, pair[::-1]):
        if getattr(settings, one) is not None and getattr(settings, other) is None:
            raise UserError("serve.half_pair", name=one, other=other, where=loaded.origins[one].text)
    for name in pair:
        _check_file(name, loaded)
    _check_templates(loaded)
    _check_directory(loaded)
    if settings.auth == "none":
        if not is_loopback(settings.host):
            where = loaded.origins["host"].text
            raise UserError("serve.open_host", name="host", got=settings.host, where=where)
        if settings.address and not is_loopback(urlsplit(settings.address).hostname or ""):
            where = loaded.origins["address"].text
            raise UserError("serve.open_host", name="address", got=settings.address, where=where)
    if settings.auth == "entra":
        for name in ("entra_client_id", "entra_tenants"):
            if not getattr(settings, name):
                raise UserError("serve.entra_needs", name=name, where=loaded.origins["auth"].text)


def warnings(settings: Settings) -> Iterator[Text]:
    """Yield what is no mistake, and seldom meant."""
    local = is_loopback(settings.host)
    if not local and settings.address is None:
        yield Text("serve.warn_address", {"address": settings.public_address})
    elif not local and not settings.public_address.startswith("https:"):
        yield Text("serve.warn_http", {"address": settings.public_address})
    if "*" in settings.forwarded_allow_ips:
        yield Text("serve.warn_proxies")
    if settings.templates is not None and not settings.namespace:
        yield Text("serve.warn_templates")
    if settings.auth == "token":
        yield from _nobody(settings.token_file)


def _nobody(path: Path | None) -> Iterator[Text]:
    """Yield that no token lets anybody in, if so."""
    from clv_xl.hosts.server.auth.tokens import TokenFile

    try:
        file = TokenFile(path)
        now = datetime.now(UTC)
        if all(token.expired(now) for token in file.read()):
            usual = path is None and not os.environ.get(SETTING)
            where = "" if usual else f' --file "{file.path.absolute()}"'
            yield Text("serve.warn_no_token", {"command": f"clv-xl token create NAME{where}"})
    except UserError as error:
        yield Text(error.key, error.params)


def _of_file(config: Path | None) -> Iterator[tuple[str, object, Origin]]:
    if config is None:
        return
    where = Origin("file", str(config))
    try:
        content = tomllib.loads(config.read_text("utf-8"))
    except OSError as error:
        raise UserError("serve.no_config", path=str(config), reason=error.strerror or str(error)) from error
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise UserError("serve.broken_config", path=str(config), reason=str(error)) from error
    table = content.pop(TABLE, {})
    if not isinstance(table, dict):
        raise UserError("serve.no_table", where=where.text, name=TABLE)
    for name, value in (*content.items(), *table.items()):
        yield _known(name, where), value, where


def _of_environment(environ: Mapping[str, str]) -> Iterator[tuple[str, object, Origin]]:
    for variable, text in environ.items():
        if not variable.startswith(PREFIX) or variable == CONFIG:
            continue
        where = Origin("environment", variable)
        name = variable.removeprefix(PREFIX).lower()
        if text.strip():
            yield _known(name, where), text, where
        else:
            _known(name, where)


def _known(name: str, where: Origin) -> str:
    """Return the name of a setting, or raise what it may have meant."""
    if name in KINDS:
        return name
    close = difflib.get_close_matches(name.lower().replace("-", "_"), KINDS, n=1)
    hint: Text | str = ""
    if close:
        spelled = PREFIX + close[0].upper() if where.kind == "environment" else close[0]
        hint = Text("cli.did_you_mean", {"name": spelled})
    raise UserError("serve.unknown_setting", name=name, where=where.text, hint=hint)


def _read(name: str, given: object, where: Origin, config: Path | None) -> Any:
    kind = KINDS[_known(name, where)]
    written = where.kind == "environment" or (where.kind == "flag" and isinstance(given, str))
    try:
        value = kind.parse(str(given)) if written else kind.read(given)
    except ValueError as error:
        raise UserError(
            "serve.wrong_setting",
            name=name,
            where=where.text,
            got=given if isinstance(given, (str, int, float)) else str(given),
            expected=kind.expected,
        ) from error
    if where.kind == "file" and isinstance(value, Path) and config is not None:
        return config.parent / value  # a relative path of a file starts where the file is
    return value


def _check_file(name: str, loaded: Loaded) -> None:
    path: Path | None = getattr(loaded.settings, name)
    if path is None:
        return
    try:
        with path.open("rb"):
            return
    except OSError as error:
        where, reason = loaded.origins[name].text, error.strerror or str(error)
        raise UserError("serve.unreadable", name=name, path=str(path), where=where, reason=reason) from error


def _check_templates(loaded: Loaded) -> None:
    """Look whether the folder of the template workbooks can be read."""
    path = loaded.settings.templates
    if path is None:
        return
    try:
        next(path.iterdir(), None)
    except OSError as error:
        where, reason = loaded.origins["templates"].text, error.strerror or str(error)
        raise UserError(
            "serve.unreadable", name="templates", path=str(path), where=where, reason=reason
        ) from error


def _check_directory(loaded: Loaded) -> None:
    """Look whether the directory of the store can be made and written."""
    path = loaded.settings.store_directory
    if path is None:
        return
    nearest = next(place for place in (path, *path.absolute().parents) if place.exists())
    if not nearest.is_dir() or not os.access(nearest, os.W_OK | os.X_OK):
        where = loaded.origins["store_directory"].text
        raise UserError("serve.unwritable", name="store_directory", path=str(path), where=where)
