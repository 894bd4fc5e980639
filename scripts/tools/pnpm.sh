#!/bin/sh
# The pinned pnpm. Version 12 dropped -s as the short form of --silent; people and scripts still type it.
if [ "$1" = -s ]; then
  shift
  set -- --silent "$@"
fi
exec "$(dirname "$0")/node_modules/.bin/pnpm" "$@"
