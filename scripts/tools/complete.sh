# Sourced by the tools. The demo and ./hipay-pos install only what they run on; a tool needs the whole workspace.
tools=$(dirname "$(readlink -f "$0")")
root=$tools/../..
if grep -q '"filteredInstall": true' "$root/node_modules/.pnpm-workspace-state-v1.json"; then
  (cd "$root" && npx -y pnpm@12.4.2 install --frozen-lockfile) 1>&2 || exit 1
fi
