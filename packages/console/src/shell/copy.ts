/** Copies text to the clipboard, and saves data as a file. */

/** Resolves to whether the browser allowed it. */
export const copyText = async (text: string): Promise<boolean> => {
  try {
    await navigator.clipboard.writeText(text)
    return true
  } catch {
    return false
  }
}

/** Downloads a text as a file. */
export const saveFile = (name: string, text: string, type: string): void => {
  const url = URL.createObjectURL(new Blob([text], { type }))
  const link = document.createElement("a")
  link.href = url
  link.download = name
  link.click()
  setTimeout(() => URL.revokeObjectURL(url), 1000)
}

/** Downloads data as a JSON file. */
export const saveJson = (name: string, data: unknown): void =>
  saveFile(name, JSON.stringify(data, null, 2), "application/json")
