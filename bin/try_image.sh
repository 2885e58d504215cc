#!/usr/bin/env bash
# Builds deploy/Dockerfile without a registry, on a base made by debootstrap, and looks at what came out:
#
#     sudo bin/try_image.sh bookworm
#
# It wants root, debootstrap, buildah and the network. The image is built and its programs are started in a
# chroot; a container with namespaces of its own is not run. The base system stays in /var/tmp/bare-debian.
# Where PyPI is reached through a proxy with a certificate of its own, PIP_CERT goes along.
set -euo pipefail

release=${1:?bookworm or trixie}
source=${SOURCE:-$(cd "$(dirname "$0")/.." && pwd)}
places=/var/tmp/bare-debian
base=$places/$release-slim-base
storage=$places/image-storage
export BUILDAH_ISOLATION=chroot BUILDAH_FORMAT=docker # namespaces are not to be had everywhere; a health check is Docker's

say() { printf '\n== %s\n' "$*"; }
fail() { say "FAILED: $*"; exit 1; }
buildah() { # with a storage of this trial's own; a build goes on its base and may have words of its own
    local verb=$1
    shift
    if [ "$verb" = bud ]; then set -- --build-arg BASE=localhost/base "${for_builds[@]}" "$@"; fi
    command buildah --root "$storage/root" --runroot "$storage/run" --storage-driver vfs "$verb" "$@"
}
in_image() { buildah run "${settings[@]}" "$container" -- "$@"; }
clean() {
    buildah rm --all >/dev/null 2>&1 || true
    rm -rf --one-file-system "$storage"
}

trap clean EXIT
clean
mkdir -p "$storage"
if [ ! -d "$base" ]; then
    say "Making a slim $release"
    rm -rf "$base.unfinished"
    debootstrap --variant=minbase "$release" "$base.unfinished" >"$base.log"
    mv "$base.unfinished" "$base"
fi
say "Taking it for the base"
container=$(buildah from scratch)
buildah add --quiet "$container" "$base" / >/dev/null
buildah commit --quiet --rm "$container" localhost/base >/dev/null

say "Building"
for_builds=()
if [ -n "${PIP_CERT:-}" ]; then
    printf '[global]\ncert = /etc/pip-cert.crt\n' >"$storage/pip.conf"
    for_builds=(--volume "$PIP_CERT:/etc/pip-cert.crt:ro" --volume "$storage/pip.conf:/etc/pip.conf:ro")
fi
began=$SECONDS
cd "$source"
buildah bud --file deploy/Dockerfile --tag open-doors . >"$storage/said" 2>&1 ||
    { tail -n 40 "$storage/said"; fail "the build"; }
echo "built after $((SECONDS - began)) s"
buildah images --format '{{.Name}} {{.Size}}'
of_image() { buildah inspect --type image --format "$1" localhost/open-doors; }
of_image '{{.Docker.Config.User}} {{.Docker.Config.Cmd}} {{.Docker.Config.Healthcheck.Test}}'

say "What is in it"
settings=(--env SECRET_KEY=$(head -c 48 /dev/urandom | base64 -w0) --env DATABASE_URL=postgres:///none --env ALLOWED_HOSTS=visits.example.org
    --env SITE_URL=https://visits.example.org)
container=$(buildah from localhost/open-doors)
[ "$(in_image id -u)" = 999 ] || fail "it runs as another user"
for tool in gcc cc make pip git; do
    if in_image sh -c "command -v $tool" 2>/dev/null; then fail "$tool is in it"; fi
done
if in_image sh -c 'touch /opt/open-doors/new' 2>/dev/null; then fail "the code can be written"; fi
in_image pg_dump --version
in_image python manage.py collectstatic --noinput -v0
in_image python manage.py check --deploy --fail-level WARNING
in_image gunicorn --check-config -c python:config.gunicorn
in_image du -sh /opt/open-doors
if in_image python deploy/healthcheck.py 2>/dev/null; then fail "it is well while nothing runs"; fi
say "$release: all in order"
