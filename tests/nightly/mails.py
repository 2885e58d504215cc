"""The mails of a drill, put into the outbox as the portal itself does, only many at once."""

from tests.nightly.site import Site


def queue(site: Site, count: int) -> None:
    with site.cursor() as cursor:
        cursor.execute(
            "INSERT INTO core_notice (address, language, cause, subject, body, is_secret, status, attempts, not_before,"
            " reason, server_said, message_id, created_at)"
            " SELECT 'reader' || number || '@example.org', 'en', 'drill:' || number, 'A drill', 'Words.', false,"
            " 'queued', 0, now(), '', '', '<' || number || '@drill.example.org>', now()"
            " FROM generate_series(1, %s) AS number; NOTIFY open_doors_outbox",
            [count],
        )


def waiting(site: Site) -> int:
    return site.value("SELECT count(*) FROM core_notice WHERE status IN ('queued', 'sending')")


def forget_what_else_waits(site: Site) -> None:
    with site.cursor() as cursor:
        cursor.execute("DELETE FROM core_notice WHERE cause NOT LIKE 'drill:%'")
