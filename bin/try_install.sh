#!/usr/bin/env bash
# Tries deploy/install.sh on a bare Debian, first in a chroot without systemd, then started as a machine of its
# own in namespaces, where systemd runs the units with all that hardens them and nginx answers:
#
#     sudo bin/try_install.sh bookworm
#
# It wants root, debootstrap, curl and the network, and takes some five minutes; it leaves a base system in
# /var/tmp/bare-debian for the next time. Every command of docs/operations.md that is no test's stands here.
# Where PyPI is reached through a proxy with a certificate of its own, PIP_CERT goes along.
set -euo pipefail

release=${1:?bookworm or trixie}
source=${SOURCE:-$(cd "$(dirname "$0")/.." && pwd)}
places=/var/tmp/bare-debian
base=$places/$release-server-base
root=$places/$release-server
said=$places/$release-said
site=visits.example.org
machine=
init=
mail=

say() { printf '\n== %s\n' "$*"; }
fail() { say "FAILED: $*"; exit 1; }
clean_environment=(env -i PATH=/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin HOME=/root ${PIP_CERT:+PIP_CERT=/etc/pip-cert.crt})
in_chroot() { chroot "$root" "${clean_environment[@]}" "$@"; }
inside() { nsenter --target "$init" --all "${clean_environment[@]}" "$@"; }
told() { # a command of docs/operations.md, as root on the machine
    echo "\$ $1"
    inside bash -c "$1" </dev/null >"$said" 2>&1 || { cat "$said"; fail "$1"; }
}
answers() { # status, path, further words for curl
    local status=$1 path=$2
    shift 2
    [ "$(ask "$path" -o /dev/null -w '%{http_code}' "$@")" = "$status" ] || fail "$path does not answer $status"
}
ask() { nsenter --target "$init" --net curl -sk --max-time 20 --resolve "$site:443:127.0.0.1" "https://$site$1" "${@:2}"; }

make_machine() {
    if [ ! -d "$base" ]; then
        say "Making a bare $release"
        mkdir -p "$places"
        rm -rf "$base.unfinished"
        debootstrap --variant=minbase --include=systemd,systemd-sysv,dbus "$release" "$base.unfinished" >"$base.log"
        mv "$base.unfinished" "$base"
    fi
    cp -a "$base" "$root"
    cp /etc/resolv.conf "$root/etc/"
    if [ -n "${PIP_CERT:-}" ]; then cp "$PIP_CERT" "$root/etc/pip-cert.crt"; fi
    mkdir -p "$root/opt/open-doors" "$root/etc/postgresql-common/createcluster.d"
    tar -C "$source" --exclude=./.venv --exclude=./.data --exclude=./.git -c . |
        tar -C "$root/opt/open-doors" -x --no-same-owner
    # In the chroot the network is that of the machine around it, whose ports are not ours.
    echo "listen_addresses = ''" >"$root/etc/postgresql-common/createcluster.d/alone.conf"
    printf '#!/bin/sh\nexit 101\n' >"$root/usr/sbin/policy-rc.d"
    chmod +x "$root/usr/sbin/policy-rc.d"
    for kernel in proc sys dev; do mount --bind "/$kernel" "$root/$kernel"; done
}

leave_chroot() {
    for process in /proc/[0-9]*; do
        if [ "$(readlink "$process/root" || true)" = "$root" ]; then kill -TERM "${process#/proc/}" || true; fi
    done 2>/dev/null
    sleep 3
    for kernel in dev sys proc; do umount --lazy "$root/$kernel" 2>/dev/null || true; done
}

start_machine() {
    unshare --pid --mount --uts --ipc --cgroup --net --fork --kill-child bash -c '
        set -e
        ip link set lo up
        mount --make-rprivate /
        mount --bind "$1" "$1"
        for empty in dev run tmp; do mount -t tmpfs tmpfs "$1/$empty"; done
        mkdir "$1/dev/shm" "$1/dev/pts"
        for device in full null random tty urandom zero; do
            touch "$1/dev/$device"
            mount --bind "/dev/$device" "$1/dev/$device"
        done
        ln -s /proc/self/fd "$1/dev/fd"
        mount -t devpts -o newinstance,ptmxmode=0666 devpts "$1/dev/pts"
        ln -s pts/ptmx "$1/dev/ptmx"
        # What is not of these namespaces is there to be read, so that nothing changes outside.
        mount -t proc proc "$1/proc"
        mount --bind "$1/proc/sys" "$1/proc/sys"
        mount -o remount,bind,ro "$1/proc/sys"
        mount -t sysfs -o ro sysfs "$1/sys"
        mount -t cgroup2 cgroup2 "$1/sys/fs/cgroup"
        cd "$1"
        pivot_root . mnt
        umount --lazy /mnt
        mount --make-shared /
        exec env -i container=other PATH=/usr/sbin:/usr/bin:/sbin:/bin /lib/systemd/systemd --system
    ' bash "$root" </dev/null >"$places/$release-boot.log" 2>&1 &
    machine=$!
    for _ in $(seq 240); do
        sleep 0.5
        init=$(pgrep --parent "$machine" --exact systemd || true)
        if [ -z "$init" ]; then continue; fi
        case $(inside systemctl is-system-running 2>/dev/null || true) in running | degraded) return ;; esac
    done
    fail "the machine does not come up: see $places/$release-boot.log"
}

remove_machine() {
    if [ -n "$mail" ]; then kill "$mail" 2>/dev/null || true; fi  # it lives outside the machine
    if [ -n "$machine" ]; then kill -9 "$machine" 2>/dev/null || true; wait "$machine" 2>/dev/null || true; fi
    if [ -d "$root" ]; then
        leave_chroot
        rm -rf --one-file-system "$root"
    fi
}

install_in_chroot() {
    in_chroot /opt/open-doors/deploy/install.sh "$@" >"$said" 2>&1 || { cat "$said"; fail "install.sh"; }
}

mkdir -p "$places"
exec 9>"$places/$release-server.lock"
flock --nonblock 9 || fail "another trial of $release runs on this machine"
trap remove_machine EXIT
remove_machine
make_machine

say "A name that is none is refused in a sentence"
if in_chroot /opt/open-doors/deploy/install.sh Visits >"$said" 2>&1; then fail "it should have refused"; fi
grep "Say the name under which browsers will reach the portal" "$said"

say "Installed where systemd does not run"
began=$SECONDS
install_in_chroot "$site"
cat "$said"
echo "installed after $((SECONDS - began)) s"
grep -q "nothing was started" "$said" || fail "it does not say that nothing was started"
[ "$(in_chroot stat -c '%a %U:%G' /etc/open-doors/env)" = "640 root:open-doors" ] || fail "the settings are open"
[ "$(in_chroot stat -c '%a %U' /etc/open-doors/tls/key.pem)" = "600 root" ] || fail "the key is open"
grep -Eq '^SECRET_KEY="[A-Za-z0-9_-]{86}"$' "$root/etc/open-doors/env" || fail "no secret key was made"
kept() { (cd "$root/etc" && sha256sum open-doors/env open-doors/tls/* nginx/sites-available/open-doors); }
first=$(kept)

say "Installed again"
began=$SECONDS
install_in_chroot
echo "installed after $((SECONDS - began)) s"
[ "$(kept)" = "$first" ] || fail "the second time changed what was to be kept"

say "What the documents add to it, as long as there is the network"
for line in "apt-get install --yes git age gnupg unattended-upgrades" "apt-get install --yes pgbackrest"; do
    in_chroot env DEBIAN_FRONTEND=noninteractive $line >"$said" 2>&1 || { cat "$said"; fail "$line"; }
done
grep -q 'Unattended-Upgrade "1"' "$root/etc/apt/apt.conf.d/20auto-upgrades" || fail "upgrades are not switched on"
say "Started as a machine"
leave_chroot
rm "$root/usr/sbin/policy-rc.d"
start_machine
for unit in open-doors-web open-doors-worker open-doors-backup.timer nginx postgresql; do
    inside systemctl is-active --quiet "$unit" || { inside journalctl --no-pager -n 30 -u "$unit"; fail "$unit"; }
done
answers 200 /readyz
answers 200 /healthz
answers 200 /
leads_to=$(nsenter --target "$init" --net curl -s -o /dev/null -w '%{http_code} %{redirect_url}' \
    --resolve "$site:80:127.0.0.1" "http://$site/cities/")
[ "$leads_to" = "301 https://$site/cities/" ] || fail "http leads to $leads_to"

say "Installed once more, now with systemd"
told "/opt/open-doors/deploy/install.sh visits.example.org"
[ "$(kept)" = "$first" ] || fail "the third time changed what was to be kept"

say "What a service may do, and what not"
as_a_service() {
    inside systemd-run --quiet --collect --wait --pipe --unit open-doors-try /opt/open-doors/.venv/bin/python -c "$1" </dev/null
}
as_a_service '
import io, os, pathlib, psycopg2
from cryptography.fernet import Fernet
from PIL import Image
Image.new("RGB", (300, 300)).save("/var/lib/open-doors/try.webp")
os.chmod("/var/lib/open-doors/try.webp", 0o600)
os.unlink("/var/lib/open-doors/try.webp")
Fernet(Fernet.generate_key()).encrypt(b"word")
import subprocess, sys
png = io.BytesIO()
Image.new("RGB", (300, 300)).save(png, "PNG")
program = [sys.executable, "-m", "core.draw_picture", str(os.getpid())]
drawn = subprocess.run(program, input=png.getvalue(), stdout=subprocess.PIPE, env={}, cwd="/opt/open-doors", check=True)
assert b"size" in drawn.stdout.splitlines()[0], drawn.stdout[:200]
with psycopg2.connect("dbname=open-doors") as connection:
    connection.cursor().execute("select 1")
' || fail "a service cannot work"
for denied in 'open("/opt/open-doors/new", "w")' 'open("/etc/open-doors/tls/key.pem")' 'open("/root/new", "w")' \
    'import os; os.chown("/var/lib/open-doors", 0, 0)' 'import socket; socket.socket(socket.AF_PACKET)'; do
    if as_a_service "$denied" >"$said" 2>&1; then fail "a service may do this: $denied"; fi
    tail -n 1 "$said" | grep Error || fail "it did not come to that: $denied"
done

say "The first administrator"
told 'open-doors-manage create_administrator you@example.org --name "Your name"'
link=$(grep -o "https://$site/people/invitation/[^ ]*" "$said")
answers 200 "${link#"https://$site"}"
token=$(grep -o 'invitation/[^/]*' <<<"$link" | cut -d/ -f2)
if grep -rqF "$token" "$root/var/log"; then fail "the token of an invitation stands in a log"; fi
grep -q "GET /people/invitation/\.\.\. " "$root/var/log/nginx/open-doors.log" || fail "the look stands in no log"

say "What docs/operations.md says to do"
nsenter --target "$init" --net python3 -c "
import socketserver, sys
sys.path.insert(0, '$source')
from tests.core.outbox.mail_server import Conversation, MailServer
class At25(MailServer):
    def __init__(self):
        socketserver.ThreadingTCPServer.__init__(self, ('127.0.0.1', 25), Conversation)
        self.taken, self.steps = [], {}
At25().serve_forever()
" 9>&- &
mail=$!
sleep 1
told "open-doors-manage check --deploy --fail-level WARNING"
told "open-doors-manage sendtestemail you@example.org"
told "systemctl status open-doors-web open-doors-worker nginx postgresql"
told 'journalctl --unit open-doors-web --unit open-doors-worker --since "1 hour ago"'
told "tail -n 50 /var/log/nginx/open-doors.log"
told "systemctl restart open-doors-worker"
told "systemctl restart open-doors-web open-doors-worker"
told "nginx -t && systemctl reload nginx"
told "open-doors-manage check && systemctl restart open-doors-web open-doors-worker"
echo 'BACKUP_KEEP="many"' >>"$root/etc/open-doors/env"
if inside open-doors-manage check >"$said" 2>&1; then fail "a variable that cannot be read is let through"; fi
grep "BACKUP_KEEP is 'many'" "$said"
sed -i '$d' "$root/etc/open-doors/env"
told "df -h /var/lib/open-doors /var/lib/postgresql /var/log"
told "du -sh /var/lib/open-doors/* /var/lib/postgresql /var/log"
told "journalctl --vacuum-size=200M"
told "apt-get clean"
told "python3 -c 'import secrets; print(secrets.token_urlsafe(64))'"
told "systemctl stop open-doors-web open-doors-worker"
told "systemctl start open-doors-web open-doors-worker"
told "systemctl list-timers open-doors-backup.timer"
main_process() { inside systemctl show --property MainPID --value open-doors-web; }
before=$(main_process)
told "systemctl reload open-doors-web"
sleep 3
answers 200 /readyz
[ "$(main_process)" = "$before" ] || fail "a reload started the web server anew"
inside journalctl --no-pager --unit 'open-doors-*' --priority warning
say "A backup as the service makes it, and a restore over the database"
told "systemctl start open-doors-backup"
told "open-doors-manage back_up"
told "journalctl --unit open-doors-backup"
told "du -sh /var/backups/open-doors/*"
made=$(inside bash -c 'ls -d /var/backups/open-doors/open-doors-*Z | tail -n 1')
inside mv "$made" /var/backups/open-doors/open-doors-2026-11-28T030000Z
told "open-doors-manage restore_backup /var/backups/open-doors/open-doors-2026-11-28T030000Z --check"
told "systemctl stop open-doors-web open-doors-worker"
inside chown -R root: /var/backups/open-doors/open-doors-2026-11-28T030000Z
if inside open-doors-manage restore_backup /var/backups/open-doors/open-doors-2026-11-28T030000Z >"$said" 2>&1; then
    fail "a backup that the user may not read was taken"
fi
grep "chown -R open-doors: /var/backups/open-doors/open-doors-2026-11-28T030000Z" "$said"
told "chown -R open-doors: /var/backups/open-doors/open-doors-2026-11-28T030000Z"
told "open-doors-manage restore_backup /var/backups/open-doors/open-doors-2026-11-28T030000Z --replace-database open-doors"
told "systemctl start open-doors-web open-doors-worker"
sleep 3
answers 200 /readyz
answers 200 "${link#"https://$site"}"

say "Sealed for a key in gpg's keyring, and a backup that fails"
settings=$root/etc/open-doors/env
cp -p "$settings" "$settings.kept"
newest() { inside bash -c 'ls -d /var/backups/open-doors/open-doors-*Z | tail -n 1'; }
for program in gpg age; do
    if [ "$program" = gpg ]; then
        inside gpg --quiet --batch --passphrase "" --quick-generate-key backups@example.org >"$said" 2>&1
        inside bash -c 'gpg --export --armor backups@example.org >/root/public-key.asc'
        told "runuser -u open-doors -- env HOME=/var/lib/open-doors gpg --import </root/public-key.asc"
        echo 'BACKUP_GPG_RECIPIENT="backups@example.org"' >>"$settings"
    else
        inside age-keygen -o /root/key.txt 2>"$said"
        echo "BACKUP_AGE_RECIPIENT=\"$(grep -o 'age1[a-z0-9]*' "$said")\"" >>"$settings"
    fi
    told "systemctl start open-doors-backup"
    told "open-doors-manage back_up"
    inside test -f "$(newest)/database.dump.$program" || fail "the backup is not sealed with $program"
    cp -p "$settings.kept" "$settings"
done
echo 'ALARM_EMAIL="server@example.org"' >>"$settings"
inside chmod 0 /var/backups/open-doors
if inside systemctl start open-doors-backup 2>"$said"; then fail "it should have failed"; fi
sleep 8
inside journalctl --no-pager --unit open-doors-backup-failed >"$said"
grep "The address in ALARM_EMAIL was told" "$said" || { cat "$said"; fail "nobody was told of a backup that failed"; }
inside chmod 700 /var/backups/open-doors
mv "$settings.kept" "$settings"

say "Somebody got in who should not"
told "systemctl stop open-doors-web open-doors-worker"
told "mkdir -m 700 /root/incident"
told "journalctl >/root/incident/journal.txt"
told "cp -a /var/log/nginx /etc/open-doors /root/incident/"
told "runuser -u postgres -- pg_dump --format=custom open-doors >/root/incident/database.dump"
closed='    allow 192.0.2.7;\n    deny all;'
grep -q "^allow 192.0.2.7;$" "$source/docs/operations.md" || fail "the page says something else"
cp "$root/etc/nginx/sites-available/open-doors" "$root/root/open-doors.site"
sed -i "s|^    ssl_certificate .*|$closed\n&|" "$root/etc/nginx/sites-available/open-doors"
told "nginx -t && systemctl reload nginx"
told "systemctl start open-doors-web open-doors-worker"
sleep 3
answers 403 /
cp "$root/root/open-doors.site" "$root/etc/nginx/sites-available/open-doors"
told "nginx -t && systemctl reload nginx"
sleep 2
answers 200 /

say "Back to a moment, with the commands of docs/how-to/point-in-time-recovery.md"
version=$(ls "$root/etc/postgresql")
page() { # a command that stands there, for PostgreSQL 15; the moment is another each time
    grep -qF "${1//$moment/2026-11-28 15:26:52+00}" "$source/docs/how-to/point-in-time-recovery.md" || fail "no page says: $1"
    told "${1/@15-main/@$version-main}"
}
moment=none
inside install -d -o postgres -g postgres /mnt/backups/pgbackrest
{
    sed -n '/^\[global\]/,/^```/p' "$source/docs/how-to/point-in-time-recovery.md" | sed "/^\`\`\`/d;s|/15/|/$version/|"
} >"$root/etc/pgbackrest.conf"
sed -n '/^archive_mode/,/^```/p' "$source/docs/how-to/point-in-time-recovery.md" | sed '/^```/d' \
    >>"$root/etc/postgresql/$version/main/postgresql.conf"
page "systemctl restart postgresql@15-main"
page "runuser -u postgres -- pgbackrest --stanza=open-doors stanza-create"
page "runuser -u postgres -- pgbackrest --stanza=open-doors check"
page "runuser -u postgres -- pgbackrest --stanza=open-doors --type=full backup"
page "runuser -u postgres -- pgbackrest --stanza=open-doors info"
sql() { inside runuser -u postgres -- psql -qAt open-doors -c "$1"; }
sql "CREATE TABLE drill AS SELECT 1 AS id"
sleep 2
moment=$(sql "SELECT now()")
sleep 3
sql "DROP TABLE drill"
sql "SELECT pg_switch_wal()" >"$said"
page "systemctl stop open-doors-web open-doors-worker"
page "systemctl stop postgresql@15-main"
page "runuser -u postgres -- pgbackrest --stanza=open-doors --delta --type=time --target=\"$moment\" --target-action=promote restore"
page "systemctl start postgresql@15-main"
inside systemctl is-active --quiet "postgresql@$version-main" || fail "systemd knows nothing of the server"
page 'runuser -u postgres -- psql -Atc "SELECT pg_is_in_recovery()"'
until [ "$(sql "SELECT pg_is_in_recovery()")" = f ]; do sleep 0.5; done
[ "$(sql "SELECT count(*) FROM drill")" = 1 ] || fail "the table is not back"
sql "DROP TABLE drill"
page "open-doors-manage clear_after_restore \"$moment\""
page "systemctl start open-doors-web open-doors-worker"
sleep 3
answers 200 /readyz

say "A new release comes in by the installation, and the web server is not started anew"
in_git() { inside git -c user.name=you -c user.email=you@example.org "$@"; }
in_git init -q --bare /root/elsewhere.git
in_git -C /opt/open-doors init -q -b main
in_git -C /opt/open-doors add -A
in_git -C /opt/open-doors commit -qm "before"
in_git -C /opt/open-doors push -q --set-upstream /root/elsewhere.git main
in_git -C /opt/open-doors remote add origin /root/elsewhere.git
in_git -C /opt/open-doors fetch -q origin
in_git -C /opt/open-doors branch -q --set-upstream-to origin/main
release_before=$(in_git -C /opt/open-doors rev-parse HEAD)
in_git -C /opt/open-doors commit -q --allow-empty -m "after"
in_git -C /opt/open-doors push -q origin main
in_git -C /opt/open-doors reset -q --hard "$release_before"
before=$(main_process)
told "systemctl start open-doors-backup && git -C /opt/open-doors pull && /opt/open-doors/deploy/install.sh"
grep -q "Reloading the web server" "$said" || fail "the installation did not reload the web server"
[ "$(main_process)" = "$before" ] || fail "an upgrade started the web server anew"
sleep 3
answers 200 /readyz
grep -q "\"code\": \"$release_before\"" "$root$(newest)/manifest.json" || fail "the commit does not stand in the manifest"

say "Back to the release before, and forward again"
told "git -C /opt/open-doors checkout ORIG_HEAD && /opt/open-doors/deploy/install.sh"
[ "$(in_git -C /opt/open-doors rev-parse HEAD)" = "$release_before" ] || fail "this is not the release before"
sleep 3
answers 200 /readyz
told "git -C /opt/open-doors checkout main"
say "$release: all in order"
