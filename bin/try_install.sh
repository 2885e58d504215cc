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

in_chroot apt-get -qq install --no-install-recommends -y git >"$said" 2>&1 || { cat "$said"; fail "git"; }  # here is the network
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
" &
sleep 1
told "open-doors-manage check --deploy --fail-level WARNING"
told "open-doors-manage sendtestemail you@example.org"
told "systemctl status open-doors-web open-doors-worker nginx postgresql"
told 'journalctl --unit open-doors-web --unit open-doors-worker --since "1 hour ago"'
told "tail -n 50 /var/log/nginx/open-doors.log"
told "systemctl restart open-doors-worker"
told "systemctl restart open-doors-web open-doors-worker"
told "nginx -t && systemctl reload nginx"
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
made=$(inside bash -c 'ls -d /var/backups/open-doors/open-doors-*Z | tail -n 1')
inside mv "$made" /var/backups/open-doors/open-doors-2026-11-28T030000Z
told "open-doors-manage restore_backup /var/backups/open-doors/open-doors-2026-11-28T030000Z --check"
told "systemctl stop open-doors-web open-doors-worker"
told "open-doors-manage restore_backup /var/backups/open-doors/open-doors-2026-11-28T030000Z --replace-database open-doors"
told "systemctl start open-doors-web open-doors-worker"
sleep 3
answers 200 /readyz
answers 200 "${link#"https://$site"}"

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
told "git -C /opt/open-doors pull"
before=$(main_process)
told "/opt/open-doors/deploy/install.sh"
grep -q "Reloading the web server" "$said" || fail "the installation did not reload the web server"
[ "$(main_process)" = "$before" ] || fail "an upgrade started the web server anew"
sleep 3
answers 200 /readyz
say "$release: all in order"
