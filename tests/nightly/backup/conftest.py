from tests.core.backup.conftest import data, empty_database, own_database, shared  # noqa: F401 -- the same here
