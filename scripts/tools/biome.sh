#!/bin/sh
exec "$(dirname "$0")/node_modules/.bin/biome" "$@"
