"""What tests share: a database of each kind, settings, a vault."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any
from uuid import uuid4

import hypothesis
import pytest
import structlog
from pytest_postgresql.janitor import DatabaseJanitor

from cds_service.outside.database import Database
from cds_service.outside.settings import Settings
from cds_service.outside.vault import Vault
from tests.chromium import chromium as chromium
from tests.chromium import playwright as playwright
from tests.postgresql import Cluster, NotInstalled, running_cluster

SECRET = "a secret of the tests, long enough"

# No test is timed: a busy machine finds no fault.
hypothesis.settings.register_profile(
    "untimed", deadline=None, suppress_health_check=[hypothesis.HealthCheck.too_slow]
)
hypothesis.settings.load_profile("untimed")


@pytest.fixture(autouse=True)
def no_settings_of_this_machine(monkeypatch: pytest.MonkeyPatch) -> None:
    """The variables of whoever runs the tests do not reach them."""
    for variable in [name for name in os.environ if name.startswith("THROUGHLINE_")]:
        monkeypatch.delenv(variable)


@pytest.fixture(autouse=True)
def logging_as_it_comes(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """A logger used once would keep the configuration of that test for all that follow."""
    configure = structlog.configure

    def forgetful(**given: Any) -> None:
        configure(**{**given, "cache_logger_on_first_use": False})

    monkeypatch.setattr(structlog, "configure", forgetful)
    yield
    structlog.reset_defaults()


@pytest.fixture(scope="session")
def postgresql_cluster() -> Iterator[Cluster]:
    """A PostgreSQL server for this session; skipped where none is installed, which CI does not accept."""
    try:
        with running_cluster() as cluster:
            yield cluster
    except NotInstalled as missing:
        pytest.skip(str(missing))


@pytest.fixture
def postgresql_url(postgresql_cluster: Cluster) -> Iterator[str]:
    """The URL of an empty PostgreSQL database, dropped afterwards."""
    with _database_of(postgresql_cluster) as url:
        yield url


@pytest.fixture
def sqlite_url(tmp_path: Path) -> str:
    """The URL of a SQLite database that is not there yet."""
    return f"sqlite:///{tmp_path / 'throughline.sqlite3'}"


@pytest.fixture(params=["sqlite", "postgresql"])
def kind_of_database(request: pytest.FixtureRequest) -> str:
    """A test that takes `database` or `database_url` runs once on SQLite and once on PostgreSQL."""
    return str(request.param)


@pytest.fixture
def database_url(request: pytest.FixtureRequest, kind_of_database: str) -> str:
    """The URL of a database without tables."""
    return str(request.getfixturevalue(f"{kind_of_database}_url"))


@pytest.fixture
def database(request: pytest.FixtureRequest, kind_of_database: str) -> Iterator[Database]:
    """A database with all tables, empty."""
    made = Database(request.getfixturevalue(f"{kind_of_database}_url_with_tables"))
    yield made
    made.close()


@pytest.fixture
def sqlite_url_with_tables(sqlite_url: str, tmp_path: Path, migrated_sqlite: Path) -> str:
    shutil.copy(migrated_sqlite, tmp_path / "throughline.sqlite3")
    return sqlite_url


@pytest.fixture
def postgresql_url_with_tables(postgresql_cluster: Cluster, migrated_postgresql: str) -> Iterator[str]:
    with _database_of(postgresql_cluster, template=migrated_postgresql) as url:
        yield url


@pytest.fixture(scope="session")
def migrated_sqlite(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A file to copy: migrating anew for every test takes longer than most tests."""
    file = tmp_path_factory.mktemp("sqlite") / "migrated.sqlite3"
    _migrate(f"sqlite:///{file}")
    return file


@pytest.fixture(scope="session")
def migrated_postgresql(postgresql_cluster: Cluster) -> Iterator[str]:
    """The name of a database to copy."""
    with _database_of(postgresql_cluster) as url:
        _migrate(url)
        yield url.rpartition("/")[2]


@contextmanager
def _database_of(cluster: Cluster, template: str | None = None) -> Iterator[str]:
    name = f"test_{uuid4().hex}"
    with DatabaseJanitor(
        user=cluster.user, host=cluster.host, port=cluster.port, dbname=name, template_dbname=template
    ):
        yield cluster.url(name)


def _migrate(url: str) -> None:
    with closing(Database(url)) as database:
        database.migrate()


@pytest.fixture
def vault() -> Vault:
    return Vault(SECRET)


@pytest.fixture
def settings(sqlite_url: str) -> Settings:
    """Settings of a small installation on SQLite."""
    return Settings(database_url=sqlite_url, secret_key=SECRET)
