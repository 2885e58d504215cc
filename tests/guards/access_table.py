"""Who may do what: every route of the portal with the people for whom it is, and how it answers them.

A route that is not here fails a guard. Its audience is a line of the first table. ``GET`` and ``POST``
are the answers to those who may (the sent form being filled in well), ``-`` a method that it refuses
with 405. The visit in the addresses is the one on which lead, delegate, interpreter and student are;
``former`` was on it as a student until yesterday, ``another`` is a delegate on another visit,
``closed`` is a colleague whose account was closed in mid-session.
"""

from dataclasses import dataclass

from tests.guards.two_visits import PEOPLE

# yes: as the route's line says; in: sent to the sign-in page; a number: that answer, whatever was asked.
AUDIENCES = """
                anonymous closed former another lead delegate interpreter student coordinator editor administrator
everybody       yes       yes    yes    yes     yes  yes      yes         yes     yes         yes    yes
strangers       yes       yes    302    302     302  302      302         302     302         302    302
whoever-is-in   302       302    yes    yes     yes  yes      yes         yes     yes         yes    yes
anybody-inside  in        in     yes    yes     yes  yes      yes         yes     yes         yes    yes
own-sign-in     in        in     403    403     403  403      403         403     yes         yes    yes
coordinators    in        in     403    403     403  403      403         403     yes         403    403
editors         in        in     403    403     403  403      403         403     403         yes    403
administrators  in        in     403    403     403  403      403         403     403         403    yes
partners        in        in     403    403     403  403      403         403     yes         yes    403
desk            in        in     403    403     403  403      403         403     yes         403    yes
staff           in        in     403    403     403  403      403         403     yes         yes    yes
members         in        in     404    404     yes  yes      yes         yes     yes         404    404
members-only    in        in     404    404     302  302      302         yes     yes         404    404
drafters        in        in     404    404     403  403      403         yes     yes         404    404
planners        in        in     404    404     403  403      403         403     yes         404    404
passkey-owner   in        in     403    403     403  403      403         403     yes         404    404
guests-led-on   in        in     yes    302     302  302      302         302     yes         yes    yes
"""

ROUTES = """
                                     audience        GET  POST
healthz                              everybody       200  -
readyz                               everybody       200  -
account_login                        strangers       200  200
account_logout                       whoever-is-in   200  302
account_inactive                     everybody       200  -
account_request_login_code           strangers       200  302
account_confirm_login_code           strangers       200  200
mfa_authenticate                     everybody       302  302
mfa_login_webauthn                   everybody       302  302
openid_connect_login                 everybody       -    404
openid_connect_callback              everybody       404  -
socialaccount_login_cancelled        everybody       200  -
account_reset_password               everybody       200  302
account_confirm_password_reset_code  everybody       200  200
account_complete_password_reset      everybody       200  200
account_password_reset_completed     everybody       200  -
account_reauthenticate               own-sign-in     200  200
mfa_reauthenticate                   own-sign-in     200  200
mfa_reauthenticate_webauthn          own-sign-in     200  302
account_change_password              own-sign-in     200  302
account_set_password                 own-sign-in     302  302
mfa_index                            own-sign-in     200  -
mfa_activate_totp                    own-sign-in     302  302
mfa_deactivate_totp                  own-sign-in     200  302
mfa_list_webauthn                    own-sign-in     200  -
mfa_add_webauthn                     own-sign-in     200  200
mfa_edit_webauthn                    passkey-owner   200  302
mfa_remove_webauthn                  passkey-owner   200  302
mfa_view_recovery_codes              own-sign-in     200  -
mfa_generate_recovery_codes          own-sign-in     200  302
mfa_download_recovery_codes          own-sign-in     200  -

people:list                          administrators  200  -
people:invite                        administrators  200  302
people:person                        administrators  200  -
people:role-give                     administrators  -    302
people:role-take                     administrators  -    302
people:close                         administrators  200  302
people:reopen                        administrators  -    302
people:second-factor-remove          administrators  200  302
people:invitation-send               administrators  -    302
people:invitation-withdraw           administrators  200  302
people:invitation                    everybody       200  200
people:account                       anybody-inside  200  302
people:sign-out-everywhere           anybody-inside  -    302
people:language                      anybody-inside  -    302
people:session                       everybody       200  -

catalogue:list                       editors         200  -
catalogue:practice-create            editors         200  302
catalogue:practice                   editors         200  -
catalogue:practice-edit              editors         200  302
catalogue:practice-picture           editors         200  302
catalogue:practice-publish           editors         200  302
catalogue:practice-withdraw          editors         200  302
catalogue:practice-history           editors         200  -
catalogue:practice-compare           editors         200  -
catalogue:practice-edition           editors         200  -
catalogue:part-add                   editors         200  302
catalogue:part-edit                  editors         200  302
catalogue:part-move                  editors         -    302
catalogue:part-remove                editors         200  302
catalogue:terms                      editors         200  -
catalogue:term-create                editors         200  302
catalogue:term                       editors         200  -
catalogue:term-edit                  editors         200  302
catalogue:term-publish               editors         200  302
catalogue:term-withdraw              editors         200  302
catalogue:term-history               editors         200  -
catalogue:sources                    editors         200  -
catalogue:source-register            editors         200  302
catalogue:source-edit                editors         200  302

partners:cities                      partners        200  -
partners:city-add                    editors         200  302
partners:city                        partners        200  -
partners:city-edit                   editors         200  302
partners:topic-add                   editors         200  302
partners:topic-edit                  editors         200  302
partners:topic-remove                editors         -    302
partners:agreement-add               editors         200  302
partners:agreement-edit              editors         200  302
partners:agreement-remove            editors         -    302
partners:city-preview                partners        200  -
partners:city-publish                editors         200  302
partners:city-withdraw               editors         200  302
partners:city-history                partners        200  -
partners:city-difference             partners        200  -
partners:organisations               partners        200  -
partners:organisation-add            coordinators    200  302
partners:organisation                partners        200  -
partners:organisation-edit           coordinators    200  302
partners:contacts                    partners        200  -
partners:contact-add                 coordinators    200  302
partners:contact                     partners        200  -
partners:contact-edit                coordinators    200  302
partners:venues                      partners        200  -
partners:venue-add                   coordinators    200  302
partners:venue                       partners        200  -
partners:venue-edit                  coordinators    200  302
partners:space-add                   coordinators    200  302
partners:space-edit                  coordinators    200  302
partners:space-remove                coordinators    -    302
partners:house-rule-add              coordinators    200  302
partners:house-rule-edit             coordinators    200  302
partners:house-rule-remove           coordinators    -    302
partners:opening-edit                coordinators    200  302
partners:travel-time-add             coordinators    200  302
partners:travel-time-edit            coordinators    200  302
partners:travel-time-remove          coordinators    -    302

visits:list                          anybody-inside  200  -
visits:add                           coordinators    200  302
visits:visit                         members-only    200  -
visits:edit                          planners        200  302
visits:move                          planners        -    302
visits:aim-add                       planners        200  302
visits:aim-edit                      planners        200  302
visits:aim-remove                    planners        200  302
visits:people                        drafters        200  -
visits:needs                         planners        200  -
visits:invite-all                    planners        -    302
visits:person-add                    planners        200  302
visits:person-edit                   planners        200  302
visits:person-remove                 planners        200  302
visits:person-restore                planners        -    302
visits:person-needs                  planners        200  302
visits:undertaking                   planners        200  302
visits:undertaking-remove            planners        -    302
visits:invite                        planners        -    302
visits:invitation-withdraw           planners        -    302
visits:address                       planners        200  302
visits:group-add                     planners        200  302
visits:group-edit                    planners        200  302
visits:group-remove                  planners        -    302
visits:programme                     drafters        200  -
visits:programme-offers              drafters        200  -
visits:programme-take                drafters        200  302
visits:programme-add                 drafters        200  302
visits:programme-shift               drafters        200  302
visits:programme-edit                drafters        200  302
visits:programme-move                drafters        200  302
visits:programme-remove              drafters        200  302
visits:problem-pass                  drafters        200  302
visits:problem-ask-again             drafters        -    302
visits:itinerary                     members         200  -
visits:preview                       drafters        200  -
visits:publish                       planners        200  302
visits:releases                      drafters        200  -
visits:release                       drafters        200  -
visits:compare-any                   drafters        302  -
visits:compare                       drafters        200  -

core:outbox                          desk            200  -
core:notice                          desk            200  -
core:notice-send-again               desk            -    302
core:audit                           administrators  200  -
core:timetable                       administrators  200  -
core:pictures                        staff           200  -
core:picture-add                     partners        200  302
core:picture                         everybody       200  -
core:picture-edit                    partners        200  302

portal:start                         guests-led-on   200  -
portal:robots                        everybody       200  -
portal:sitemap                       everybody       200  -
demonstration:sign-in                everybody       -    302
demonstration:mailbox                everybody       200  -
demonstration:mail                   everybody       200  -

practices:list                       everybody       200  -
practices:search                     everybody       200  -
practices:glossary                   everybody       200  -
practices:practice                   everybody       200  -
cities:cities                        everybody       200  -
cities:city                          everybody       200  -
public:first-page                    everybody       200  -
public:help                          everybody       200  -
public:accessibility                 everybody       200  -
public:privacy                       everybody       200  -
"""

SIGN_IN, REFUSED_METHOD = "in", 405


def rows_of(table: str) -> dict[str, dict[str, str]]:
    """The lines of a table by their first word, each as its columns."""
    head, *lines = [line.split() for line in table.splitlines() if line.strip()]
    return {name: dict(zip(head, cells, strict=True)) for name, *cells in lines}


@dataclass(frozen=True)
class Row:
    """One route: whom it serves, and how."""

    name: str
    audience: dict[str, str]
    answers: dict[str, str]

    def takes(self, method: str) -> bool:
        return self.answers[method] != "-"

    def may(self, who: str) -> bool:
        return self.audience[who] == "yes"

    def expected(self, who: str, method: str) -> set[str | int]:
        """The right answers; for a method that the route does not take, either refusal is one."""
        if not self.takes(method) and self.audience[who] != SIGN_IN:
            refusal = self.audience[who]
            return {REFUSED_METHOD} | ({int(refusal)} if refusal in {"403", "404"} else set())
        if self.may(who):
            return {int(self.answers[method])}
        return {SIGN_IN} if self.audience[who] == SIGN_IN else {int(self.audience[who])}

    def asking(self, method: str) -> list[str]:
        """Who is sent to ask. A page for everybody is asked for by some; a closed account knocks once, by a look."""
        if all(map(self.may, PEOPLE)):
            return ["anonymous", "former", "delegate", "coordinator"]
        return [who for who in PEOPLE if who != "closed" or method == "GET"]

    def somebody_who_may(self) -> str:
        """Staff first, since they have the most to show."""
        preferred = ["coordinator", "editor", "administrator", *PEOPLE]
        return next(who for who in preferred if self.may(who))


def read() -> dict[str, Row]:
    audiences = rows_of(AUDIENCES)
    return {
        name: Row(name, audiences[line["audience"]], {"GET": line["GET"], "POST": line["POST"]})
        for name, line in rows_of(ROUTES).items()
    }
