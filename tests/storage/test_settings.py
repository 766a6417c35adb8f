"""What the server is told."""

import pytest

from arcsweep.errors import StorageError
from arcsweep.storage.settings import ServerSettings, access_rules, server_config


def test_only_loopback_may_connect_unless_asked_for() -> None:
    assert access_rules(ServerSettings()).splitlines() == [
        "host all arcsweep_admin all reject",
        "host all arcsweep 127.0.0.1/32 scram-sha-256",
        "host all arcsweep ::1/128 scram-sha-256",
    ]


def test_networks_of_a_cluster_are_let_in_with_a_password() -> None:
    settings = ServerSettings(listen=("10.77.0.1",), networks=("10.77.0.0/24",))
    assert "host all arcsweep 10.77.0.0/24 scram-sha-256" in access_rules(settings)
    assert "host all arcsweep all" not in access_rules(settings)
    anyone = ServerSettings(listen=("127.0.0.1", "10.77.0.1"))
    assert "host all arcsweep all scram-sha-256" in access_rules(anyone)


def test_listen_variable_gives_addresses(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ARCSWEEP_DATABASE_LISTEN", " 10.77.0.1, ::1 ,")
    settings = ServerSettings.from_environment()
    assert settings.listen == ("10.77.0.1", "::1")
    assert settings.advertised_host == "10.77.0.1"
    assert "listen_addresses = '10.77.0.1,::1'" in server_config(settings, 5555)
    monkeypatch.setenv("ARCSWEEP_DATABASE_LISTEN", "")
    assert ServerSettings.from_environment() == ServerSettings()


def test_listen_variable_with_a_name_or_worse_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ARCSWEEP_DATABASE_LISTEN", "'\nssl = on")
    with pytest.raises(StorageError, match=r"must hold IP addresses.*hostname -I"):
        ServerSettings.from_environment()


def test_clients_are_not_told_to_connect_to_every_address() -> None:
    assert ServerSettings(listen=("0.0.0.0",)).advertised_host not in ("0.0.0.0", "")


def test_there_is_room_for_the_connections_of_all_workers() -> None:
    assert ServerSettings().for_workers(8) == ServerSettings(), "no fewer than ever"
    settings = ServerSettings(listen=("10.77.0.1",)).for_workers(1000)
    assert settings.listen == ("10.77.0.1",)
    assert "max_connections = 3050" in server_config(settings, 5555)
