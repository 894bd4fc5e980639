# Sourced by the tools. The demo and ./hipay-pos install only what they run on; a tool needs the whole workspace.
tools=$(dirname "$(readlink -f "$0")")
root=$tools/../..
if grep -q '"filteredInstall": true' "$root/node_modules/.pnpm-workspace-state-v1.json"; then
  # Where pnpm is installed, npx finds pnpm.sh, which would ask npx again.
  if [ -e "$tools/node_modules/pnpm/package.json" ]; then
    "$tools/node_modules/.bin/pnpm" --dir "$root" install --frozen-lockfile
  else
    (cd "$root" && npx -y pnpm@12.4.2 install --frozen-lockfile)
  fi 1>&2 || exit 1
fi
