/** How the types of the packages are checked as a program's own that imports them: by TypeScript's strictest settings. */
export const strictest = {
  lib: ["es2024", "esnext", "dom", "dom.iterable"],
  module: "nodenext",
  strict: true,
  exactOptionalPropertyTypes: true,
  noUncheckedIndexedAccess: true,
  skipLibCheck: false,
  noEmit: true,
  types: ["node"]
}
