"""What make check finds in a new migration; the migrations themselves are looked at there."""

import pytest
from django_migration_linter.sql_analyser import PostgresqlAnalyser
from django_migration_linter.sql_analyser.analyser import analyse_sql_statements

from bin import lint_migrations
from tests.guards.source import ROOT

UNFIT = {
    "DROP_COLUMN": ["ALTER TABLE core_notice DROP COLUMN subject CASCADE;"],
    "RENAME_COLUMN": ['ALTER TABLE "core_notice" RENAME COLUMN "subject" TO "title";'],
    "NOT_NULL": ['ALTER TABLE "core_notice" ADD COLUMN "copy" varchar(5) NOT NULL;'],
    "ALTER_COLUMN": ['ALTER TABLE "core_notice" ALTER COLUMN "subject" TYPE text;'],
    "CREATE_INDEX": ['CREATE INDEX "core_notice_by" ON "core_notice" ("subject");'],
}
FIT = [
    ['ALTER TABLE "core_notice" ADD COLUMN "copy" varchar(5) DEFAULT \'\' NOT NULL;'],
    ['CREATE INDEX CONCURRENTLY "core_notice_by" ON "core_notice" ("subject");'],
    ['CREATE TABLE "core_thing" ("id" uuid NOT NULL PRIMARY KEY);', 'CREATE INDEX "a" ON "core_thing" ("id");'],
]


def found(statements: list[str]) -> set[str]:
    errors, _ignored, warnings = analyse_sql_statements(PostgresqlAnalyser, statements, [])
    return {issue.code for issue in [*errors, *warnings]}


@pytest.mark.parametrize("code", UNFIT)
def test_what_old_code_cannot_live_with_is_found(code):
    assert code in found(UNFIT[code])


@pytest.mark.parametrize("statements", FIT)
def test_what_is_only_added_is_fine(statements):
    assert found(statements) == set()


def test_every_app_is_looked_at_from_a_migration_that_is_there():
    for app, name in lint_migrations.BEFORE_THE_FIRST_SERVER.items():
        assert (ROOT / app / "migrations" / f"{name}.py").exists()
