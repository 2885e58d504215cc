#!/usr/bin/env bash
# Tries the two commands on a Debian that has nothing but make and python3, as root and as an ordinary user:
#
#     sudo tests/launcher/bare_debian.sh trixie            make run, in every way
#     sudo tests/launcher/bare_debian.sh bookworm tests    make run, then make test and make check
#
# It wants debootstrap, root and the network; it leaves a base system in /var/tmp/bare-debian for the next time.
# Where PyPI is reached through a proxy with a certificate of its own, PIP_CERT goes along.
set -euo pipefail

release=${1:?bookworm or trixie}
also=${2:-}
source=${SOURCE:-$(cd "$(dirname "$0")/../.." && pwd)}
port=${PORT:-8917}
[ -f "$source/launcher/__main__.py" ] || { echo "$source is no checkout of Open Doors."; exit 1; }
places=/var/tmp/bare-debian
base=$places/$release-base
root=$places/$release

say() { printf '\n== %s\n' "$*"; }
fail() { say "FAILED: $*"; exit 1; }
inside() { chroot "$root" env -i PATH=/usr/sbin:/usr/bin:/sbin:/bin HOME=/root ${PIP_CERT:+PIP_CERT=/etc/pip-cert.crt} "$@"; }
inside_as_visitor() {
    chroot --userspec=visitor:visitor "$root" \
        env -i PATH=/usr/bin:/bin HOME=/home/visitor ${PIP_CERT:+PIP_CERT=/etc/pip-cert.crt} "$@"
}

make_machine() {
    if [ ! -d "$base" ]; then
        say "Making a bare $release"
        mkdir -p "$places"
        debootstrap --variant=minbase --include=make,python3 "$release" "$base.unfinished" >"$places/$release.log"
        mv "$base.unfinished" "$base"
    fi
    cp -a "$base" "$root"
    for kernel in proc sys dev dev/shm; do mount --bind "/$kernel" "$root/$kernel"; done
    chmod 700 "$root/root"
    cp /etc/resolv.conf "$root/etc/"
    if [ -n "${PIP_CERT:-}" ]; then cp "$PIP_CERT" "$root/etc/pip-cert.crt"; fi
    inside useradd --create-home visitor
}

remove_machine() {
    for process in /proc/[0-9]*; do
        if [ "$(readlink "$process/root")" = "$root" ]; then kill -9 "${process#/proc/}" || true; fi
    done
    sleep 1
    for kernel in dev/shm dev sys proc; do umount --lazy "$root/$kernel" 2>/dev/null || true; done
    rm -rf --one-file-system "$root"
}

put_checkout() { # folder, owner
    mkdir -p "$root$1"
    tar -C "$source" --exclude=./.venv --exclude=./.data --exclude=./.git -c . | tar -C "$root$1" -x --no-same-owner
    chroot "$root" chown -R "$2" "$1"
}

answers() { python3 -c "import urllib.request as u; u.urlopen('http://localhost:$port/healthz', timeout=5)" 2>/dev/null; }

serve_once() { # how to get inside, folder
    local began=$SECONDS log=$root/tmp/said
    : >"$log"
    (cd / && exec setsid bash -c "$(declare -f inside inside_as_visitor); root=$root; PIP_CERT=${PIP_CERT:-};
        $1 make --no-print-directory -C '$2' run PORT=$port" >"$log" 2>&1) &
    local process=$!
    until grep -q "Ctrl-C stops it." "$log" 2>/dev/null; do
        kill -0 $process 2>/dev/null || { cat "$log"; fail "make run ended"; }
        sleep 0.2
    done
    answers || fail "nothing answers on port $port"
    echo "up after $((SECONDS - began)) s"
    kill -INT -- -$process
    wait $process || true
    if answers; then fail "it still answers after Ctrl-C"; fi
    if grep -q Traceback "$log"; then cat "$log"; fail "a traceback"; fi
    for running in /proc/[0-9]*; do
        if [ "$(readlink "$running/root" || true)" = "$root" ]; then
            fail "still runs: $(tr '\0' ' ' <"$running/cmdline")"
        fi
    done
}

trap remove_machine EXIT
if [ -d "$root" ]; then remove_machine; fi
make_machine
inside python3 --version

say "An ordinary user is told in one sentence which package is missing"
put_checkout /home/visitor/doors visitor:visitor
if inside_as_visitor make -C /home/visitor/doors run >"$root/tmp/said" 2>&1; then fail "it should have refused"; fi
grep "sudo apt-get install python3\..*-venv" "$root/tmp/said" || { cat "$root/tmp/said"; fail "another sentence"; }

say "Root needs nothing else, not even in a folder that only root may enter"
put_checkout /root/doors root:root
serve_once inside /root/doors
[ "$(stat -c %a "$root/root")" = 700 ] || fail "/root was opened"

say "The second time"
serve_once inside /root/doors

say "An ordinary user, once the package is there, in a long folder and with a locale that is not"
long="/home/visitor/$(printf 'a long name %.0s' {1..12})of a folder"
put_checkout "$long" visitor:visitor
inside_as_visitor() {
    chroot --userspec=visitor:visitor "$root" env -i PATH=/usr/bin:/bin HOME=/home/visitor LANG=en_GB.UTF-8 \
        ${PIP_CERT:+PIP_CERT=/etc/pip-cert.crt} "$@"
}
serve_once inside_as_visitor "$long"
serve_once inside_as_visitor "$long"

if [ "$also" = tests ]; then
    say "An ordinary user is told how the browser of the tests comes"
    if inside_as_visitor make -C /home/visitor/doors test >"$root/tmp/said" 2>&1; then fail "it should have refused"; fi
    grep "sudo apt-get install chromium" "$root/tmp/said" || { cat "$root/tmp/said"; fail "another sentence"; }
    say "make test, as the build server runs it"
    inside bash /root/doors/.ci/run
    say "make check"
    inside make --no-print-directory -C /root/doors check
fi
say "$release: all in order"
