/** The script of text pages: appearance, and a search that needs no server. */
import MiniSearch from "minisearch"

const root = document.documentElement
const base = root.dataset.base ?? ""

// Appearance: the same choice as on the playground.
const THEME = "hipay-pos.theme"
const theme = document.querySelector<HTMLSelectElement>("#theme")
if (theme !== null) {
  theme.value = root.dataset.theme ?? "system"
  theme.addEventListener("change", () => {
    root.dataset.theme = theme.value
    try {
      localStorage.setItem(THEME, theme.value)
    } catch {
      // Storage is forbidden: the choice lasts for this page.
    }
  })
}

const language = document.querySelector<HTMLSelectElement>("#language")
language?.addEventListener("change", () => {
  try {
    localStorage.setItem("hipay-pos.language", language.selectedOptions[0]?.lang ?? "en")
  } catch {
    // As above.
  }
  location.href = language.value
})

interface Found {
  readonly title: string
  readonly page: string
  readonly url: string
  readonly excerpt: string
  readonly language: string
}

const input = document.querySelector<HTMLInputElement>("#search")
const list = document.querySelector<HTMLUListElement>("#found")
const status = document.querySelector<HTMLElement>("#found-status")

let loading: Promise<MiniSearch> | undefined
/** Fetches the index when the search is first used. */
const load = (): Promise<MiniSearch> => {
  loading ??= new Promise((resolve, reject) => {
    const script = document.createElement("script")
    script.src = `${base}search-index.js`
    script.onload = () =>
      resolve(
        MiniSearch.loadJSON((globalThis as unknown as { readonly siteIndex: string }).siteIndex, {
          fields: ["title", "page", "text"],
          storeFields: ["title", "page", "url", "excerpt", "language"]
        })
      )
    script.onerror = reject
    document.head.append(script)
  })
  return loading
}

const close = () => {
  if (list !== null) list.hidden = true
}

const show = async () => {
  if (input === null || list === null || status === null) return
  const text = input.value.trim()
  if (text === "") {
    status.textContent = ""
    return close()
  }
  const index = await load()
  if (input.value.trim() !== text) return
  const results = index
    .search(text, {
      prefix: true,
      fuzzy: (term) => (term.length > 4 ? 0.2 : false),
      boost: { title: 4, page: 2 },
      boostDocument: (_, __, stored) => (stored?.language === root.lang ? 1.5 : 1),
      combineWith: "AND"
    })
    .slice(0, 12) as unknown as ReadonlyArray<Found>
  list.replaceChildren(
    ...results.map(({ title, page, url, excerpt, language }) => {
      const item = document.createElement("li")
      item.lang = language
      const link = document.createElement("a")
      link.href = base + url
      const parts = [
        ["b", title],
        ["i", title === page ? "" : page],
        ["span", excerpt]
      ] as const
      for (const [tag, content] of parts) {
        const part = document.createElement(tag)
        part.textContent = content
        link.append(part)
      }
      item.append(link)
      return item
    })
  )
  list.hidden = results.length === 0
  const { none = "", some = "" } = status.dataset
  status.textContent = results.length === 0 ? none : some.replace("#", String(results.length))
}

/** Arrow keys move between the field and the results. */
const moved = (event: KeyboardEvent) => {
  if (event.key === "Escape") {
    close()
    return input?.focus()
  }
  const by = event.key === "ArrowDown" ? 1 : event.key === "ArrowUp" ? -1 : 0
  if (by === 0 || list === null || list.hidden) return
  event.preventDefault()
  const places = [input, ...list.querySelectorAll("a")]
  const place = places.findIndex((each) => each?.matches(":focus"))
  places[(place + by + places.length) % places.length]?.focus()
}

input?.addEventListener("focus", () => void load())
input?.addEventListener("input", () => void show())
input?.addEventListener("keydown", (event) => {
  if (event.key !== "Enter") return
  event.preventDefault()
  list?.querySelector("a")?.click()
})
input?.addEventListener("keydown", moved)
list?.addEventListener("keydown", moved)
addEventListener("click", (event) => {
  if (event.target instanceof Element && event.target.closest(".search") === null) close()
})
addEventListener("keydown", (event) => {
  const { target } = event
  if (event.key !== "/" || event.ctrlKey || event.metaKey || event.altKey) return
  if (target instanceof Element && target.closest("input, textarea, select") !== null) return
  event.preventDefault()
  input?.focus()
})
