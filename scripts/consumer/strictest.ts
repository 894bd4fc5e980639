/** Compiler options of a program that imports the packages: the strictest, and the packages' own types are checked too. */
export const strictest = {
  lib: ["es2024", "esnext", "dom", "dom.iterable"],
  module: "nodenext",
  strict: true,
  exactOptionalPropertyTypes: true,
  noUncheckedIndexedAccess: true,
  skipLibCheck: false,
  // An inferred type that is exported must have a name that can be imported.
  declaration: true,
  noEmit: true,
  types: ["node"]
}
