#!/bin/sh
. "$(dirname "$0")/complete.sh"
exec "$tools/node_modules/.bin/attw" "$@"
