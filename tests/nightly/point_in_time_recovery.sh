#!/bin/bash
# Tries docs/how-to/point-in-time-recovery.md: on a cluster of its own, with the commands of the page.
# Everything lies in one folder under /tmp, is reached by a socket there, and is gone at the end.
set -eu

if [ "$(id -u)" = 0 ]; then  # PostgreSQL refuses to be run by root
    place=$(mktemp -d /tmp/open-doors-pitr-XXXXXX)
    chown postgres: "$place"
    trap 'rm -rf "$place"' EXIT
    setpriv --reuid=postgres --regid=postgres --init-groups env HOME="$place" bash "$0" "$place"
    exit
fi

place=${1:-$(mktemp -d /tmp/open-doors-pitr-XXXXXX)}
cd "$place"
# So that the commands below are those of the page, and read nothing under /etc.
export PG_CLUSTER_CONF_ROOT=$place/etc PGBACKREST_CONFIG=$place/pgbackrest.conf
export PGHOST=$place PGPORT=54329 PGUSER=postgres PGDATABASE=postgres
trap 'pg_ctlcluster 15 main stop -m immediate >/dev/null 2>&1 || true' EXIT

say() { echo "== $*"; }

say "a cluster of its own"
mkdir etc log lock
pg_createcluster 15 main --datadir="$place/data" --socketdir="$place" --port="$PGPORT" --logfile="$place/server.log" \
    --start-conf=manual -- --auth=trust --encoding=UTF8 --locale=C.UTF-8 --no-sync
cat > pgbackrest.conf <<CONF
[global]
repo1-path=$place/repository
repo1-retention-full=2
repo1-cipher-type=aes-256-cbc
repo1-cipher-pass=only-for-this-trial
start-fast=y
log-path=$place/log
lock-path=$place/lock
log-level-console=warn

[open-doors]
pg1-path=$place/data
pg1-socket-path=$place
pg1-port=$PGPORT
CONF
cat >> etc/15/main/postgresql.conf <<CONF
listen_addresses = ''
external_pid_file = '$place/server.pid'
CONF
echo "PGBACKREST_CONFIG = '$PGBACKREST_CONFIG'" >> etc/15/main/environment
pg_ctlcluster 15 main start
cat >> etc/15/main/postgresql.conf <<CONF
archive_mode = on
archive_command = 'pgbackrest --stanza=open-doors archive-push %p'
archive_timeout = 60
CONF
pg_ctlcluster 15 main restart

say "set up, check, first backup"
pgbackrest --stanza=open-doors stanza-create
pgbackrest --stanza=open-doors check
pgbackrest --stanza=open-doors --type=full backup

say "rows, a moment, a mistake"
psql -qc "CREATE TABLE visits AS SELECT n AS id FROM generate_series(1, 1000) n"
sleep 2  # a moment is looked for after the end of a backup, to the second
moment=$(psql -Atc "SELECT now()")
sleep 1
sleep 2
psql -qc "DELETE FROM visits"
psql -qAtc "SELECT pg_switch_wal()" >/dev/null
[ "$(psql -Atc "SELECT count(*) FROM visits")" = 0 ]

say "back to $moment"
pg_ctlcluster 15 main stop
pgbackrest --stanza=open-doors --delta --type=time --target="$moment" --target-action=promote restore
pg_ctlcluster 15 main start
until [ "$(psql -Atc "SELECT pg_is_in_recovery()")" = f ]; do sleep 0.2; done

say "what is there"
[ "$(psql -Atc "SELECT count(*) FROM visits")" = 1000 ]
pgbackrest --stanza=open-doors --type=full backup
pgbackrest --stanza=open-doors info
pgbackrest version
psql -Atc "SELECT version()"
say "1000 rows are back"
