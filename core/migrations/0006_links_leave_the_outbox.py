"""Mails that were written before: the link is taken out of their words, and its place and key are kept."""

from django.db import migrations

TAKE_OUT = r"""
UPDATE core_notice
SET body = regexp_replace(body, '\S+/people/invitation/\S+', chr(65532), 'g'),
    link_kind = 'invitation',
    link_key = split_part(cause, ':', 2)
WHERE cause LIKE 'invitation:%' AND body ~ '/people/invitation/'
"""


class Migration(migrations.Migration):
    dependencies = [("core", "0005_link_of_a_mail")]

    # There is no way back for the links: they are made from a secret. The mails stay.
    operations = [migrations.RunSQL(TAKE_OUT, migrations.RunSQL.noop)]
