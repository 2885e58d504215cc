"""One call that tells on what a guest's itinerary depends; visits.release.unchanged says why.

A function of the database, since PL/pgSQL keeps the plan of its query for a connection: planning the
joins anew for each request took four times as long as running them.
"""

from django.db import migrations

CREATE = """
CREATE FUNCTION visits_itinerary_state(asking_session text, asking_user uuid, of_visit text, today date)
RETURNS text LANGUAGE plpgsql STABLE AS $$
DECLARE
    state text;
BEGIN
    SELECT md5(ROW(
               session.session_data, account.name, account.language, account.sign_in_stamp, account.password,
               person.id, person.group_id, person.days, release.id,
               (SELECT string_agg(name, '|' ORDER BY id) FROM partners_contact WHERE id = ANY(release.contacts)),
               (SELECT string_agg(name, '|' ORDER BY id) FROM accounts_user WHERE id = ANY(release.users)),
               (SELECT string_agg(name, '|' ORDER BY id) FROM visits_person WHERE id = ANY(release.people))
           )::text)
      INTO state
      FROM visits_visit visit
      JOIN visits_release release ON release.id = visit.live_id
      JOIN visits_person person ON person.visit_id = visit.id
      JOIN accounts_invitation invitation ON invitation.id = person.invitation_id
      JOIN accounts_user account ON account.id = invitation.user_id
      JOIN django_session session ON session.session_key = asking_session
     WHERE visit.reference = of_visit
       AND account.id = asking_user AND account.is_active AND account.roles = '{}'
       AND session.expire_date > now()
       AND invitation.accepted_at IS NOT NULL AND invitation.withdrawn_at IS NULL
       AND person.left_at IS NULL AND (person.access_ends_on IS NULL OR person.access_ends_on >= today)
     ORDER BY person.position, person.name, person.id
     LIMIT 1;
    RETURN state;
END
$$;
"""


class Migration(migrations.Migration):
    dependencies = [
        ("visits", "0002_frozen"),
        ("accounts", "0001_start"),
        ("partners", "0001_start"),
        ("sessions", "0001_initial"),
    ]

    operations = [migrations.RunSQL(CREATE, "DROP FUNCTION visits_itinerary_state(text, uuid, text, date);")]
