/** The frame of every text page. */

import { between } from "../generator/links.ts"
import type { Heading } from "../generator/markdown.ts"
import { headingsIn } from "../generator/markdown.ts"
import type { Language, SitePage } from "../generator/pages.ts"

/** The data that Eleventy passes to a page's frame. */
interface Data {
  readonly content: string
  readonly sitePage: SitePage
  readonly navigation: ReadonlyArray<SitePage>
}

const texts = {
  en: {
    skip: "Skip to the text",
    site: "Site",
    playground: "Playground",
    docs: "Documentation",
    reference: "Reference",
    pages: "Pages",
    onThisPage: "On this page",
    search: "Search",
    found: "Found",
    some: "# found",
    none: "Nothing found",
    language: "Language",
    theme: "Appearance",
    themes: { system: "System", light: "Light", dark: "Dark" },
    previous: "Previous",
    next: "Next",
    unofficial: "Unofficial: not affiliated with, endorsed or supported by HiPay. MIT licence."
  },
  fr: {
    skip: "Aller au texte",
    site: "Site",
    playground: "Essai",
    docs: "Documentation",
    reference: "Référence",
    pages: "Pages",
    onThisPage: "Sur cette page",
    search: "Rechercher",
    found: "Résultats",
    some: "# résultats",
    none: "Aucun résultat",
    language: "Langue",
    theme: "Apparence",
    themes: { system: "Système", light: "Clair", dark: "Sombre" },
    previous: "Précédent",
    next: "Suivant",
    unofficial: "Non officiel : sans lien avec HiPay, ni approuvé ni soutenu par lui. Licence MIT."
  }
} as const

const escaped = (text: string): string =>
  text.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll(">", "&gt;").replaceAll('"', "&quot;")

export const render = ({ content, sitePage: page, navigation }: Data): string => {
  const { language, url, title } = page
  const t = texts[language]
  const base = between(url, "x").replace(/x$/, "")
  const to = (target: string) => between(url, target)
  const isReference = url.startsWith("reference/")
  const home = language === "fr" ? "fr/index.html" : "docs/index.html"
  const own = navigation.filter((each) => isOfSameKind(each, page))
  const place = own.findIndex((each) => each.url === url)
  const [before, after] = place === -1 ? [undefined, undefined] : [own[place - 1], own[place + 1]]
  const headings = headingsIn(content)
  const link = (target: string, text: string, isHere: boolean) =>
    `<a href="${to(target)}"${isHere ? ' aria-current="page"' : ""}>${escaped(text)}</a>`
  return `<!doctype html>
<html lang="${language}" data-base="${base}">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<title>${escaped(title)} · hipay-pos</title>
<link rel="icon" href="${to("assets/favicon.svg")}" type="image/svg+xml">
<link rel="stylesheet" href="${to("assets/site.css")}">
<script>try{document.documentElement.dataset.theme=localStorage.getItem("hipay-pos.theme")??"system"}catch{}</script>
<script src="${to("assets/site.js")}" defer></script>
</head>
<body>
<a class="skip-link" href="#text">${t.skip}</a>
<header class="site-bar">
<a class="brand" href="${to(home)}"><img src="${to("assets/favicon.svg")}" alt="" width="21" height="21">hipay-pos</a>
<nav aria-label="${t.site}">
${link("index.html", t.playground, false)}
${link(home, t.docs, !isReference)}
${link("reference/index.html", t.reference, isReference)}
</nav>
<search class="search">
<input id="search" type="search" placeholder="${t.search}" aria-label="${t.search}" autocomplete="off" spellcheck="false">
<kbd aria-hidden="true">/</kbd>
<ul id="found" aria-label="${t.found}" hidden></ul>
<p id="found-status" class="visually-hidden" role="status" data-some="${t.some}" data-none="${t.none}"></p>
</search>
<div class="settings">
<select id="language" aria-label="${t.language}">${languages(page)
    .map(
      ({ language: each, url: target, name }) =>
        `<option value="${to(target)}" lang="${each}"${each === language ? " selected" : ""}>${name}</option>`
    )
    .join("")}</select>
<select id="theme" aria-label="${t.theme}">${Object.entries(t.themes)
    .map(([id, name]) => `<option value="${id}">${name}</option>`)
    .join("")}</select>
</div>
</header>
<div class="columns">
<details class="side" open>
<summary>${t.pages}</summary>
<nav aria-label="${t.pages}">${groupsOf(own)
    .map(
      ([group, pages]) =>
        `<h2>${escaped(group)}</h2><ul>${pages
          .map((each) => `<li>${link(each.url, each.title, each.url === url)}</li>`)
          .join("")}</ul>`
    )
    .join("")}</nav>
</details>
<main id="text" tabindex="-1">
<article class="text">
${content}
</article>
<nav class="around" aria-label="${t.previous}, ${t.next}">${before === undefined ? "<span></span>" : `<a rel="prev" href="${to(before.url)}"><i>${t.previous}</i>${escaped(before.title)}</a>`}${after === undefined ? "" : `<a rel="next" href="${to(after.url)}"><i>${t.next}</i>${escaped(after.title)}</a>`}</nav>
<footer><p>${t.unofficial}</p></footer>
</main>
${contents(headings, t.onThisPage)}
</div>
<script>if(matchMedia("(width < 960px)").matches)document.querySelector(".side").open=false</script>
</body>
</html>
`
}

const names: Readonly<Record<Language, string>> = { en: "English", fr: "Français" }

/** The page in each language, or the start page of the other language. */
const languages = ({ language, url, translation }: SitePage) =>
  (["en", "fr"] as const).map((each) => ({
    language: each,
    name: names[each],
    url: each === language ? url : (translation ?? (each === "fr" ? "fr/index.html" : "docs/index.html"))
  }))

/** Documentation, French documentation, or one package's reference. */
const isOfSameKind = (each: SitePage, page: SitePage): boolean => {
  const [place, package_] = page.url.split("/")
  if (place !== "reference") return !each.url.startsWith("reference/") && each.language === page.language
  return (
    each.url.startsWith(package_?.endsWith(".html") ? "reference/" : `reference/${package_}/`) &&
    (package_?.endsWith(".html") ? each.url.endsWith("/index.html") : true)
  )
}

const groupsOf = (pages: ReadonlyArray<SitePage>): ReadonlyArray<readonly [string, ReadonlyArray<SitePage>]> => [
  ...Map.groupBy(
    pages.filter(({ group }) => group !== undefined),
    ({ group }) => group ?? ""
  )
]

const contents = (headings: ReadonlyArray<Heading>, title: string): string =>
  headings.length < 2
    ? ""
    : `<nav class="contents" aria-label="${title}"><h2>${title}</h2><ul>${headings
        .map(({ level, id, text }) => `<li class="level-${level}"><a href="#${id}">${escaped(text)}</a></li>`)
        .join("")}</ul></nav>`
