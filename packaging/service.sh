# What install.sh and rollback.sh share. Sourced with $prefix, $name and $control set.

say() { echo "$name: $*"; }
die() { echo "$name: $*" >&2 && exit 1; }

# A value of a release.json: `field FILE NAME`.
field() { sed -n "s/^ *\"$2\": \"\(.*\)\",\{0,1\}$/\1/p" "$1"; }

# start, stop or restart: by systemd, or by the program given with --control, which takes the same two words.
service() {
  [ "$control" = none ] || "$control" "$1" "$name"
}

# Points `current` at a release; at every instant there is one.
switch_to() {
  ln -sfn "releases/$1" "$prefix/current.new" && mv -T "$prefix/current.new" "$prefix/current"
}

current_release() {
  [ -L "$prefix/current" ] && basename "$(readlink "$prefix/current")"
}

# Waits until the server answers at its health address; a collector only has to stay up.
healthy() {
  [ "$control" = none ] && return 0
  [ "$name" = zongheng ] || return 0
  "$prefix/current/node_modules/.bin/node" "$prefix/current/bin/healthy.mjs" "$prefix/env"
}
