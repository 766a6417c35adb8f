"""How the embedded server is set up."""

import os
from dataclasses import dataclass, replace
from ipaddress import ip_address
from socket import getfqdn

from arcsweep.errors import StorageError

LISTEN_VARIABLE = "ARCSWEEP_DATABASE_LISTEN"
ADMIN_ROLE = "arcsweep_admin"
"""The server's superuser. Nobody can log in as it: its password is forgotten when it is made, and
``pg_hba.conf`` rejects it."""
USER = "arcsweep"
"""The only role that logs in: owns its databases, may make more, and is no superuser, so that a
stolen password does not give the server's files or a shell."""
DATABASE = "arcsweep"

CONNECTIONS_OF_A_WORKER = 3
SPARE_CONNECTIONS = 50
"""Controllers, reports, `arcsweep status`, dashboards, and workers that are on their way out."""


@dataclass(frozen=True)
class ServerSettings:
    """What a user may choose.

    listen: IP addresses that the server listens on; the first is what clients are told.
    networks: CIDR ranges beyond loopback that may connect; empty for any that reaches ``listen``.
    max_connections: see :meth:`for_workers`.
    """

    listen: tuple[str, ...] = ("127.0.0.1",)
    networks: tuple[str, ...] = ()
    max_connections: int = 300

    def for_workers(self, n_workers: int) -> "ServerSettings":
        """The same with room for ``n_workers``, each with up to CONNECTIONS_OF_A_WORKER, and for
        those who watch. An idle connection costs the server 1.4 MiB."""
        needed = CONNECTIONS_OF_A_WORKER * n_workers + SPARE_CONNECTIONS
        return replace(self, max_connections=max(self.max_connections, needed))

    @classmethod
    def from_environment(cls) -> "ServerSettings":
        """Settings with the addresses of ARCSWEEP_DATABASE_LISTEN (comma-separated), if set.

        Raises StorageError when one of them is no IP address.
        """
        text = os.environ.get(LISTEN_VARIABLE, "")
        listen = tuple(part.strip() for part in text.split(",") if part.strip())
        for address in listen:
            try:
                ip_address(address)
            except ValueError:
                raise StorageError(
                    f"{LISTEN_VARIABLE} must hold IP addresses of this host, separated by commas, "
                    f"got {address!r}; `hostname -I` lists them"
                ) from None
        return cls(listen=listen) if listen else cls()

    @property
    def advertised_host(self) -> str:
        """The host that clients connect to."""
        first = ip_address(self.listen[0])
        return getfqdn() if first.is_unspecified else str(first)

    @property
    def loopback_only(self) -> bool:
        return all(ip_address(address).is_loopback for address in self.listen)


def server_config(settings: ServerSettings, port: int) -> str:
    """Text of ``postgresql.conf``, whole: nothing is left to what initdb writes."""
    return f"""\
# Written at every start of the server; changes here are lost.
listen_addresses = '{",".join(settings.listen)}'
port = {port}
# TCP only: a socket's path may not pass 107 characters, and the password is asked for anyway.
unix_socket_directories = ''
max_connections = {settings.max_connections}
password_encryption = 'scram-sha-256'
authentication_timeout = 15s

# A committed trial survives a crash of the host.
fsync = on
synchronous_commit = on
full_page_writes = on

# A client that is gone, or suspended inside a transaction, must not hold its locks for long.
idle_in_transaction_session_timeout = 60s
client_connection_check_interval = 10s
tcp_keepalives_idle = 15
tcp_keepalives_interval = 5
tcp_keepalives_count = 3
tcp_user_timeout = 30s

# Many short transactions over a small database; no replication, few processes.
shared_buffers = 64MB
dynamic_shared_memory_type = mmap
io_method = sync
jit = off
max_parallel_workers_per_gather = 0
max_worker_processes = 2
max_logical_replication_workers = 0
max_wal_senders = 0
wal_level = minimal

# To the supervisor's log file, which only the owner can read.
log_destination = 'stderr'
logging_collector = off
log_line_prefix = '%m [%p] %q%a '
log_checkpoints = off
log_min_messages = warning
log_timezone = 'UTC'
timezone = 'UTC'
datestyle = 'iso, ymd'
lc_messages = 'C'
cluster_name = 'arcsweep'
"""


def access_rules(settings: ServerSettings) -> str:
    """Text of ``pg_hba.conf``: our role, with a password, from where it is needed."""
    sources = ["127.0.0.1/32", "::1/128"]
    if not settings.loopback_only:
        sources += settings.networks or ["all"]
    lines = [f"host all {ADMIN_ROLE} all reject"]
    lines += [f"host all {USER} {source} scram-sha-256" for source in sources]
    return "\n".join(lines) + "\n"
