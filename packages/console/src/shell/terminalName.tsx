/** Names of terminals as they are shown: without the usual port. */

export const shortName = (name: string): string => name.replace(/:8888$/, "")

/** A name that wraps after dots, and not inside a word. */
export const breakableName = (name: string) =>
  shortName(name)
    .split(/(?<=\.)/)
    .flatMap((part, index) => [...(index === 0 ? [] : [<wbr key={index} />]), part])
