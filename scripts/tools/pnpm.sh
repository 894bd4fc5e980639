#!/bin/sh
# The pinned pnpm. Version 12 dropped -s as the short form of --silent; people and scripts still type it.
. "$(dirname "$0")/complete.sh"
if [ "$1" = -s ]; then
  shift
  set -- --silent "$@"
fi
exec "$tools/node_modules/.bin/pnpm" "$@"
