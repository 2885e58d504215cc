#!/usr/bin/env bash
# Puts Open Doors on this Debian 12 or 13: PostgreSQL, the portal, its worker and its nightly backup, nginx.
#
#     git clone <the address of this repository> /opt/open-doors
#     sudo /opt/open-doors/deploy/install.sh visits.example.org
#
# Run it again whenever you like: it does what is missing, and keeps the settings, the secret key, the
# certificate and the nginx site as they are. It wants root and, where packages are missing, the network.
set -euo pipefail
umask 022

code=/opt/open-doors
data=/var/lib/open-doors
settings=/etc/open-doors/env
tls=/etc/open-doors/tls
backups=/var/backups/open-doors
started_with=/etc/open-doors/started-with
user=open-doors
own_database="postgres://open-doors@%2Frun%2Fpostgresql/open-doors"
packages=(ca-certificates nginx openssl postgresql python3 python3-venv)

say() { printf '\n%s\n' "$*"; }
stop() { printf '\n%s\n' "$*" >&2; exit 1; }
has_systemd() { [ -d /run/systemd/system ]; }
setting() { # name; its value in the settings
    (set -a && . "$settings" && printenv "$1") || true
}
as_user() { runuser -u "$user" -- "$@"; }
as_postgres() { (cd / && runuser -u postgres -- "$@"); }

check_machine() {
    [ "$(id -u)" = 0 ] || stop "This sets up a server, so it wants root: sudo $0 $*"
    local ID="" VERSION_ID=0
    . /etc/os-release
    [ "$ID" = debian ] && [ "${VERSION_ID%%.*}" -ge 12 ] ||
        stop "This is made for Debian 12 and 13. On another system do by hand what deploy/install.sh does."
    [ "$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)" = "$code" ] ||
        stop "The services look for the portal in $code: clone or copy it there, and run $code/deploy/install.sh."
}

choose_name() { # the name of the site, from the command line or from the last time
    site=${1:-}
    if [ -z "$site" ] && [ -f "$settings" ]; then
        site=$(setting SITE_URL)
        site=${site#https://}
    fi
    [[ "$site" =~ ^[a-z0-9-]+(\.[a-z0-9-]+)+$ ]] ||
        stop "Say the name under which browsers will reach the portal, as in: $0 visits.example.org"
    if [ -f "$settings" ] && [ "$(setting SITE_URL)" != "https://$site" ]; then
        stop "$settings says SITE_URL=$(setting SITE_URL). To change the name, change it there (SITE_URL, ALLOWED_HOSTS) and in /etc/nginx/sites-available/open-doors; then run this again."
    fi
}

install_packages() {
    local missing=()
    for package in "${packages[@]}"; do
        dpkg-query -W -f '${db:Status-Status}' "$package" 2>/dev/null | grep -qx installed || missing+=("$package")
    done
    if [ ${#missing[@]} = 0 ]; then return; fi
    say "Installing the Debian packages ${missing[*]}."
    local log=/var/log/open-doors-install.log
    export DEBIAN_FRONTEND=noninteractive LC_ALL=C.UTF-8
    { apt-get -q update && apt-get -qy install --no-install-recommends "${missing[@]}"; } >"$log" 2>&1 ||
        stop "They could not be installed ($(grep '^E:' "$log" | tail -n 1)): see $log, mend that, and run this again."
}

make_user() {
    if ! id "$user" >/dev/null 2>&1; then
        say "Making the user $user, which runs the services and cannot sign in."
        useradd --system --user-group --home-dir "$data" --no-create-home --shell /usr/sbin/nologin "$user"
    fi
    install -d -m 0750 -o "$user" -g "$user" "$data"
    install -d -m 0700 -o "$user" -g "$user" "$backups"
    install -d -m 0755 /etc/open-doors
}

write_settings() {
    if [ -f "$settings" ]; then
        say "Keeping the settings in $settings."
    else
        say "Writing the settings to $settings, with a secret key made for this server."
        (umask 077 && settings_for "$site" >"$settings.new")
        mv "$settings.new" "$settings"
    fi
    chown "root:$user" "$settings"
    chmod 0640 "$settings"
}

settings_for() { # name of the site
    cat <<END
# The settings of Open Doors. $code/.env.example names every variable and what it is for.
# After a change: systemctl restart open-doors-web open-doors-worker
# A value with a dollar sign or a backslash in it goes between single quotes.

SITE_URL="https://$1"
ALLOWED_HOSTS="$1"
SECRET_KEY="$(python3 -c 'import secrets; print(secrets.token_urlsafe(64))')"

# The database on this machine, which knows the user of the services; there is no password.
DATABASE_URL="$own_database"
DATA_DIR="$data"
BACKUP_DIR="$backups"
# Who is told when a backup has failed: whoever looks after this server.
ALARM_EMAIL=""

# One JSON object a line, with a line for each request; the journal keeps them.
LOG_FORMAT=json

# nginx on this machine ends TLS and says where a visitor comes from.
BEHIND_TLS_PROXY=1
TRUSTED_PROXY_COUNT=1

# Fill these in: the mail server, and whom people can ask.
MAIL_FROM="Open Doors <open-doors@$1>"
SMTP_HOST="localhost"
SMTP_PORT=25
SMTP_USER=""
SMTP_PASSWORD=""
SMTP_TLS=0
COUNCIL_NAME="The council"
HELP_NAME="Visits desk"
HELP_PHONE=""
HELP_EMAIL="visits@$1"
HELP_HOURS="09:00-17:00"
END
}

install_code() {
    say "Setting up the virtual environment in $code/.venv, with just the packages that requirements.txt pins."
    [ -x "$code/.venv/bin/python" ] && "$code/.venv/bin/python" -c "import pip" 2>/dev/null ||
        python3 -m venv --clear "$code/.venv"
    "$code/.venv/bin/python" -m pip --disable-pip-version-check --no-input install --quiet --root-user-action ignore \
        --require-hashes --only-binary :all: -r "$code/requirements.txt"
    # The services read the code and write none of it.
    chown -R root:root "$code"
    chmod -R u=rwX,go=rX "$code"
    "$code/.venv/bin/python" -m compileall -q -x '/\.venv/' "$code"
    install -m 0755 "$code/deploy/open-doors-manage" /usr/local/bin/open-doors-manage
}

start_database() {
    if as_postgres pg_isready -q; then return; fi
    if has_systemd; then systemctl start postgresql; else service postgresql start; fi
    for _ in $(seq 60); do
        if as_postgres pg_isready -q; then return; fi
        sleep 0.5
    done
    stop "PostgreSQL does not start: look into /var/log/postgresql, mend that, and run this again."
}

make_database() {
    if [ "$(setting DATABASE_URL)" != "$own_database" ]; then
        say "$settings names a database of your own, so none is made here."
        return
    fi
    start_database
    local there='select 1 from pg_catalog'
    [ "$(as_postgres psql -qAtc "$there.pg_roles where rolname = '$user'")" ] ||
        as_postgres createuser --no-superuser --no-createdb --no-createrole "$user"
    if [ -z "$(as_postgres psql -qAtc "$there.pg_database where datname = '$user'")" ]; then
        say "Making the database $user, in UTF-8, owned by the user of the same name."
        as_postgres createdb --owner "$user" --encoding UTF8 --locale C.UTF-8 --template template0 "$user"
    fi
}

prepare_portal() {
    say "Bringing the tables up to date, compiling the translations, collecting the static files."
    (set -a && . "$settings" && set +a && cd "$code" && .venv/bin/python manage.py compile_translations) >/dev/null
    open-doors-manage upgrade
}

install_units() {
    say "Installing the units of systemd: open-doors-web, open-doors-worker, and open-doors-backup with its timer."
    cp -R "$code/deploy/systemd/." /etc/systemd/system/
    local starting=(open-doors-web.service open-doors-worker.service open-doors-backup.timer)
    if ! has_systemd; then
        if command -v systemctl >/dev/null; then systemctl --quiet enable "${starting[@]}"; fi
        say "systemd is not running here, so nothing was started: the services start with the machine."
        return
    fi
    systemctl daemon-reload
    systemctl --quiet enable "${starting[@]}"
    # New workers take over without a request lost, unless what starts them has changed itself.
    if systemctl --quiet is-active open-doors-web && [ "$(what_starts_web)" = "$(cat "$started_with" 2>/dev/null)" ]; then
        say "Reloading the web server, and starting the worker anew."
        systemctl reload open-doors-web
        systemctl restart open-doors-worker open-doors-backup.timer
    else
        say "Starting the services."
        systemctl restart "${starting[@]}"
    fi
    what_starts_web >"$started_with"
}

what_starts_web() {
    cat "$code"/deploy/systemd/open-doors-web.service "$code"/deploy/systemd/open-doors-.service.d/*.conf \
        "$code/config/gunicorn.py" "$settings" | sha256sum
    "$code/.venv/bin/python" -c "import gunicorn, sys; print(gunicorn.__version__, sys.version)"
}

install_proxy() {
    if [ ! -f "$tls/certificate.pem" ]; then
        say "Making a certificate that no browser trusts, so that nginx starts; put a real one in its place."
        install -d -m 0700 "$tls"
        openssl req -x509 -newkey rsa:2048 -nodes -days 365 -subj "/CN=$site" -addext "subjectAltName=DNS:$site" \
            -keyout "$tls/key.pem" -out "$tls/certificate.pem" 2>/dev/null
    fi
    local file=/etc/nginx/sites-available/open-doors
    if [ -f "$file" ]; then
        say "Keeping the nginx site in $file."
    else
        say "Putting the nginx site into $file; the empty site that Debian brings is switched off."
        sed "s/visits\.example\.org/$site/g" "$code/deploy/nginx/open-doors.conf" >"$file"
        ln -sf "$file" /etc/nginx/sites-enabled/open-doors
        rm -f /etc/nginx/sites-enabled/default
    fi
    nginx -t -q
    if has_systemd; then systemctl reload-or-restart nginx; fi
}

tell_what_is_left() {
    cat <<END

Open Doors is in place. What is left for a person:

1. Let the name $site lead to this machine, and let ports 80 and 443 through.
2. Put the certificate into $tls/certificate.pem and its key into $tls/key.pem, then: systemctl reload nginx
3. Fill in ALARM_EMAIL, the mail server and whom people can ask in $settings, then:
   systemctl restart open-doors-web open-doors-worker
4. Invite the first administrator, who opens the link that this prints:
   open-doors-manage create_administrator you@example.org --name "Your name"
5. Keep a copy of $settings and of the backups away from this machine.

$code/docs/operations.md tells how to look after it.
END
}

check_machine "$@"
choose_name "$@"
install_packages
make_user
write_settings
install_code
make_database
prepare_portal
install_units
install_proxy
tell_what_is_left
