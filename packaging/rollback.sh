#!/bin/sh
# Goes back to the release before. Its data come back with it when the newer release changed the database; what was there is kept beside.
#   PREFIX/rollback.sh [--to RELEASE] [--backup FILE] [--control PROGRAM|none]
set -eu
prefix=$(cd "$(dirname "$0")" && pwd)
. "$prefix/service.sh"
name=$(field "$prefix/current/release.json" service)
control=systemctl
last=$(tail -n 1 "$prefix/history" 2>/dev/null || true)
to=$(echo "$last" | cut -d' ' -f3)
saved=$(echo "$last" | cut -d' ' -f4)
while [ $# -gt 0 ]; do
  case $1 in
    --to) to=$2 && shift 2 ;;
    --backup) saved=$2 && shift 2 ;;
    --control) control=$2 && shift 2 ;;
    *) sed -n '2,3s/^# \{0,1\}//p' "$0" && exit 2 ;;
  esac
done
from=$(current_release)
{ [ -n "$to" ] && [ "$to" != - ] && [ -d "$prefix/releases/$to" ]; } || die "there is no release before $from"
data=$(. "$prefix/env" && echo "$ZONGHENG_DATA_DIR")

migration() { field "$prefix/releases/$1/release.json" migration; }

service stop || true
if [ "$(migration "$from")" != "$(migration "$to")" ] && [ "${saved:--}" != - ]; then
  "$prefix/releases/$to/bin/zongheng" restore "$saved" --data "$data" --force || die "the data could not be given back: $saved"
fi
switch_to "$to"
service start && healthy || die "$to did not come up either: see its log (journalctl -u $name)"
echo "$(date -u +%Y-%m-%dT%H:%M:%SZ) $to - -" >>"$prefix/history"
say "$to runs again, it was $from"
