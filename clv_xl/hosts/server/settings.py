"""The settings of the server."""

from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True, slots=True, kw_only=True)
class Settings:
    """Everything that can be set."""

    host: str = "127.0.0.1"
    port: int = 8765
    workers: int = 1
    certfile: Path | None = None
    keyfile: Path | None = None
    address: str | None = None
    namespace: bool = True
    addin_id: str | None = None
    auth: str = "none"
    token_file: Path | None = None
    entra_tenants: tuple[str, ...] = ()
    entra_client_id: str | None = None
    entra_audience: str | None = None
    entra_scope: str = "access_as_user"
    entra_authority: str = "https://login.microsoftonline.com"
    store_directory: Path | None = None
    memory_mb: int = 512
    store_mb: int = 4096
    store_days: float = 180.0
    max_body_mb: int = 256
    max_calls: int = 20_000
    max_cells: int = 20_000_000
    max_result_mb: int = 5
    time_limit_s: float = 60.0
    heavy_cells: int = 50_000
    quick_threads: int = 4
    heavy_threads: int = 2
    user_requests: int = 8
    user_calls_per_minute: int = 1_000_000
    shutdown_s: float = 30.0
    log_level: str = "info"
    metrics: str = "loopback"
    forwarded_allow_ips: str = "127.0.0.1"

    @property
    def public_address(self) -> str:
        """The address that browsers use."""
        return self.address or f"{'https' if self.certfile else 'http'}://{self.host}:{self.port}"
