"""Signing in and out, and one's own password and second factor.

Every route of allauth that the portal wants is named here under the name that allauth looks for.
What is missing is missing on purpose: nobody signs up, changes their address or connects an outside
account by themselves.
"""

from allauth.account import views as account
from allauth.mfa.base import views as factors
from allauth.mfa.recovery_codes import views as codes
from allauth.mfa.totp import views as app
from allauth.mfa.webauthn import views as passkeys
from allauth.socialaccount import views as outside
from django.urls import path
from django.views.decorators.http import require_safe

from accounts import council_views as council
from accounts import sign_in_views as views
from accounts.sign_in_counts import counted
from accounts.sign_in_views import for_staff

COUNCIL = {"provider_id": "council"}
codes_file = require_safe(for_staff(codes.download_recovery_codes))

urlpatterns = [
    # in and out
    path("login/", counted(views.SignInView.as_view()), name="account_login"),
    path("logout/", account.logout, name="account_logout"),
    path("closed/", account.account_inactive, name="account_inactive"),
    # guests: a mailed code
    path("login/code/", counted(views.send_code), name="account_request_login_code"),
    path("login/code/enter/", counted(views.enter_code), name="account_confirm_login_code"),
    # staff: the second factor after the password, or a passkey alone
    path("login/second-factor/", counted(factors.authenticate), name="mfa_authenticate"),
    path("login/passkey/", counted(views.passkey), name="mfa_login_webauthn"),
    # staff: the council's own sign-in
    path("council/", council.leave, COUNCIL, name="openid_connect_login"),
    path("council/back/", counted(council.come_back), COUNCIL, name="openid_connect_callback"),
    path("council/cancelled/", outside.login_cancelled, name="socialaccount_login_cancelled"),
    # staff: a forgotten password
    path("password/forgotten/", account.password_reset, name="account_reset_password"),
    path("password/forgotten/code/", views.enter_password_code, name="account_confirm_password_reset_code"),
    path("password/forgotten/new/", views.new_password, name="account_complete_password_reset"),
    path("password/forgotten/done/", account.password_reset_from_key_done, name="account_password_reset_completed"),
    # staff, signed in: proving once more who they are
    path("prove/password/", for_staff(account.reauthenticate), name="account_reauthenticate"),
    path("prove/second-factor/", for_staff(factors.reauthenticate), name="mfa_reauthenticate"),
    path("prove/passkey/", for_staff(passkeys.reauthenticate_webauthn), name="mfa_reauthenticate_webauthn"),
    # staff, signed in: password and second factor
    path("password/change/", for_staff(account.password_change), name="account_change_password"),
    path("password/set/", for_staff(account.password_set), name="account_set_password"),
    path("second-factor/", for_staff(factors.index), name="mfa_index"),
    path("second-factor/app/add/", for_staff(app.activate_totp), name="mfa_activate_totp"),
    path("second-factor/app/remove/", for_staff(app.deactivate_totp), name="mfa_deactivate_totp"),
    path("second-factor/passkeys/", for_staff(passkeys.list_webauthn), name="mfa_list_webauthn"),
    path("second-factor/passkeys/add/", for_staff(passkeys.add_webauthn), name="mfa_add_webauthn"),
    path("second-factor/passkeys/<int:pk>/rename/", for_staff(passkeys.edit_webauthn), name="mfa_edit_webauthn"),
    path("second-factor/passkeys/<int:pk>/remove/", for_staff(passkeys.remove_webauthn), name="mfa_remove_webauthn"),
    path("second-factor/codes/", for_staff(codes.view_recovery_codes), name="mfa_view_recovery_codes"),
    path("second-factor/codes/new/", for_staff(codes.generate_recovery_codes), name="mfa_generate_recovery_codes"),
    path("second-factor/codes/file/", codes_file, name="mfa_download_recovery_codes"),
]
