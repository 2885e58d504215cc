from pathlib import Path

from launcher import variables


def test_the_programs_of_the_embedded_server_are_named_for_backups(tmp_path, monkeypatch):
    monkeypatch.delenv("PG_BIN", raising=False)
    monkeypatch.setattr(variables, "data_folder", lambda: tmp_path)
    assert (Path(variables.for_the_demonstration("postgres://x", 8000)["PG_BIN"]) / "pg_dump").exists()


def test_a_persons_own_choice_of_programs_goes_before_it(tmp_path, monkeypatch):
    monkeypatch.setenv("PG_BIN", "/usr/lib/postgresql/15/bin")
    monkeypatch.setattr(variables, "data_folder", lambda: tmp_path)
    assert variables.for_the_demonstration("postgres://x", 8000)["PG_BIN"] == "/usr/lib/postgresql/15/bin"
