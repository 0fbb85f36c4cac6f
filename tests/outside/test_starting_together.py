"""Processes that start at the same moment, each of which wants to make the tables."""

from __future__ import annotations

import sqlite3
from concurrent.futures import ThreadPoolExecutor
from threading import Timer

from cds_service.outside.database import Database


def test_processes_that_start_together_all_find_the_tables(database_url):
    databases = [Database(database_url) for _ in range(8)]

    with ThreadPoolExecutor(8) as together:
        list(together.map(Database.migrate, databases))

    assert [database.ready() for database in databases] == [True] * 8
    for database in databases:
        database.close()


def test_a_process_waits_for_another_that_is_making_the_file(sqlite_url, tmp_path):
    another = sqlite3.connect(tmp_path / "throughline.sqlite3", isolation_level=None, check_same_thread=False)
    another.execute("BEGIN IMMEDIATE")
    database = Database(sqlite_url)
    finishes = Timer(0.1, another.close)

    finishes.start()
    database.migrate()
    finishes.join()

    assert database.ready()
