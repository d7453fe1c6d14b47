#!/bin/sh
# Installs this release, or upgrades to it. Nothing is fetched from anywhere. When the new release does not come up, the old one
# comes back by itself. Run it from the unpacked archive.
#   ./install.sh [--prefix DIR] [--data DIR] [--user NAME] [--control PROGRAM|none]
set -eu
here=$(cd "$(dirname "$0")" && pwd)
. "$here/service.sh"
json=$here/app/release.json
name=$(field "$json" service)
prefix=/opt/$name data=/var/lib/$name user=$name control=systemctl
while [ $# -gt 0 ]; do
  case $1 in
    --prefix) prefix=$2 && shift 2 ;;
    --data) data=$2 && shift 2 ;;
    --user) user=$2 && shift 2 ;;
    --control) control=$2 && shift 2 ;;
    *) sed -n '2,4s/^# \{0,1\}//p' "$0" && exit 2 ;;
  esac
done
release=$(field "$json" version)-$(field "$json" build)
old=$(current_release || true)

check() {
  case $(uname -m) in
    x86_64) machine=x64 ;;
    aarch64) machine=arm64 ;;
    *) machine=$(uname -m) ;;
  esac
  [ "linux-$machine" = "$(field "$json" platform)" ] || die "this archive is for $(field "$json" platform), this machine is linux-$machine"
  (cd "$here" && sha256sum --check --quiet SHA256SUMS) || die "the archive is damaged: copy it again"
  "$here/app/node_modules/.bin/node" --version >/dev/null || die "Node does not run here: glibc 2.28 or newer is needed"
  mkdir -p "$prefix" || die "cannot write to $prefix: run as root, or choose --prefix"
  need=$(du -sk "$here/app" | cut -f1)
  free=$(df -Pk "$prefix" | awk 'NR == 2 { print $4 }')
  [ "$free" -gt $((need * 2)) ] || die "$prefix has $((free / 1024)) MB left, $((need * 2 / 1024)) MB are needed"
}

account() {
  [ "$(id -u)" = 0 ] || return 0
  id "$user" >/dev/null 2>&1 || useradd --system --home-dir "$data" --shell /usr/sbin/nologin "$user"
  chown -R "$user" "$data"
}

# As root the services run under their own account; otherwise everything stays with whoever installs.
place() {
  mkdir -p "$prefix/releases" "$data"
  chmod 700 "$data"
  rm -rf "$prefix/releases/$release.new"
  cp -a "$here/app" "$prefix/releases/$release.new"
  [ "$(id -u)" != 0 ] || chown -R root:root "$prefix/releases/$release.new"
  cp "$here/rollback.sh" "$here/service.sh" "$prefix/"
  rm -rf "$prefix/releases/$release"
  mv "$prefix/releases/$release.new" "$prefix/releases/$release"
  [ -f "$prefix/env" ] || printf 'ZONGHENG_DATA_DIR=%s\n' "$data" >"$prefix/env"
}

unit() {
  [ "$control" = systemctl ] || return 0
  sed -e "s#@PREFIX@#$prefix#g" -e "s#@DATA@#$data#g" -e "s#^User=.*#User=$user#" "$here/systemd/$name.service" \
    >"/etc/systemd/system/$name.service"
  systemctl daemon-reload
  systemctl enable --quiet "$name"
  ln -sfn "$prefix/current/bin/$name" "/usr/local/bin/$name"
}

# What an upgrade may have to give back. A collector keeps nothing that its server could not send again.
backup() {
  saved=-
  { [ -n "$old" ] && [ "$name" = zongheng ] && [ -f "$data/zongheng.db" ]; } || return 0
  mkdir -p "$data/backups" && [ "$(id -u)" != 0 ] || chown "$user" "$data/backups"
  saved=$data/backups/before-$release-$(date +%s).tar.gz
  "$prefix/releases/$old/bin/zongheng" backup "$saved" --data "$data" >/dev/null || die "no backup could be taken: nothing was changed"
}

# The last three releases stay.
tidy() {
  kept=$(tail -n 3 "$prefix/history" | cut -d' ' -f2)
  for folder in "$prefix"/releases/*; do
    case " $(echo $kept) $(current_release) " in
      *" $(basename "$folder") "*) ;;
      *) rm -rf "$folder" ;;
    esac
  done
}

check
if [ "$old" = "$release" ]; then
  say "$release is installed already"
  exit 0
fi
[ -z "$old" ] || data=$(. "$prefix/env" && echo "$ZONGHENG_DATA_DIR")
backup
place
account
[ -z "$old" ] || service stop
switch_to "$release"
unit
if service start && healthy; then
  # When, what, what was there before, and the backup that goes with that.
  echo "$(date -u +%Y-%m-%dT%H:%M:%SZ) $release ${old:--} $saved" >>"$prefix/history"
  tidy
  say "$release runs${old:+, it was $old}"
elif [ -n "$old" ]; then
  service stop || true
  say "$release did not come up: going back to $old"
  "$prefix/rollback.sh" --to "$old" --backup "$saved" --control "$control"
  exit 1
else
  die "$release did not come up: see its log (journalctl -u $name)"
fi
