/** The page `/exam`: the same examination as at the terminal, for a cashier. One file, no script from elsewhere. */
import { style } from "./style.ts"

const texts = {
  en: {
    title: "Examination of a till",
    put: "Put this into the till",
    url: "URL",
    username: "User name",
    password: "Password",
    printed: "printed where the examination was started",
    of: "of",
    colon: ": ",
    right: "A right till",
    why: "Why",
    seen: "Seen",
    nothing: "Nothing yet.",
    says: "What does the till say?",
    approved: "Approved",
    "approved-in-part": "Part of it",
    declined: "Declined",
    "not-started": "Not started",
    unknown: "Unknown",
    none: "None of these",
    leftOut: "Cannot be done here",
    yes: "Yes",
    no: "No",
    next: "Next",
    results: "Verdicts",
    wait: "One moment…",
    done: "The examination has ended. Its report was printed where it was started.",
    passed: "passed",
    failed: "failed",
    "not-examined": "not examined",
    gone: "The examination has ended or cannot be reached."
  },
  fr: {
    title: "Examen d’une caisse",
    put: "À saisir dans la caisse",
    url: "URL",
    username: "Identifiant",
    password: "Mot de passe",
    printed: "affiché là où l’examen a été lancé",
    of: "sur",
    colon: " : ",
    right: "Une caisse correcte",
    why: "Pourquoi",
    seen: "Observé",
    nothing: "Rien pour l’instant.",
    says: "Que dit la caisse ?",
    approved: "Accepté",
    "approved-in-part": "Partiel",
    declined: "Refusé",
    "not-started": "Non démarré",
    unknown: "Inconnu",
    none: "Rien de cela",
    leftOut: "Impossible ici",
    yes: "Oui",
    no: "Non",
    next: "Suivant",
    results: "Verdicts",
    wait: "Un instant…",
    done: "L’examen est terminé. Le rapport est affiché là où il a été lancé.",
    passed: "réussi",
    failed: "échec",
    "not-examined": "non examiné",
    gone: "L’examen est terminé ou injoignable."
  }
}

const script = `
const texts = ${JSON.stringify(texts)}
let language = (navigator.language || "en").startsWith("fr") ? "fr" : "en"
let state, drawn = "", outcome, answers = {}
const t = (name) => texts[language][name]
const el = (tag, props = {}, ...children) => {
  const node = Object.assign(document.createElement(tag), props)
  node.append(...children.filter((child) => child !== undefined && child !== ""))
  return node
}
const button = (id, label, on, pressed) => {
  const node = el("button", { type: "button", id, onclick: on }, label)
  if (pressed !== undefined) node.setAttribute("aria-pressed", String(pressed))
  return node
}
const send = async (reply) => {
  await fetch("/exam/answer", { method: "POST", headers: { "content-type": "application/json" }, body: JSON.stringify({ scenario: state.current.name, ...reply }) })
  await load()
}
const now = () => {
  const { current, index, total } = state
  if (state.done) return el("section", { className: "now" }, el("p", { className: "todo", tabIndex: -1 }, t("done")))
  if (!current) return el("section", { className: "now" }, el("p", { className: "todo", tabIndex: -1 }, t("wait")))
  const outcomes = ["approved", "approved-in-part", "declined", "not-started", "unknown"]
  const press = (id, ...rest) => button(current.name + "." + id, ...rest)
  const choose = (value) => () => { outcome = value; draw(true) }
  return el("section", { className: "now" },
    el("h2", { tabIndex: -1 }, (index + 1) + " " + t("of") + " " + total + t("colon") + current.title[language]),
    el("p", { className: "todo" }, current.todo[language]),
    el("p", { className: "quiet" }, t("why") + t("colon") + current.reason[language]),
    el("h3", {}, t("seen")),
    state.seen[language].length === 0 ? el("p", { className: "quiet" }, t("nothing")) : el("div", { className: "pair" }, ...state.seen[language].map((lines) => el("pre", {}, lines.join("\\n")))),
    el("h3", { id: "says" }, t("says")),
    el("div", { className: "buttons", role: "group", ariaLabel: t("says") }, ...outcomes.map((each) => press(each, t(each), choose(each), outcome === each)), press("none", t("none"), choose("none"), outcome === "none")),
    ...current.questions.map(({ name, asks }) => el("div", {}, el("p", {}, asks[language]), el("div", { className: "buttons" },
      press(name + ".yes", t("yes"), () => { answers[name] = true; draw(true) }, answers[name] === true), press(name + ".no", t("no"), () => { answers[name] = false; draw(true) }, answers[name] === false)))),
    el("div", { className: "buttons" },
      Object.assign(press("next", t("next"), () => send({ ...(outcome === "none" ? {} : { outcome }), answers })), { className: "go", disabled: !outcome }),
      press("left-out", t("leftOut"), () => send({ leftOut: true }))))
}
const results = () => el("section", {}, el("h2", {}, t("results")), el("table", {}, el("tbody", {}, ...state.results.map(({ title, verdict, why, loses }) =>
  el("tr", {}, el("td", { className: "verdict " + (verdict === "passed" ? "good" : verdict === "failed" ? "bad" : "quiet") }, t(verdict)),
    el("td", {}, title[language], ...loses.map((each) => el("div", { className: "bad" }, each[language])), why ? el("div", { className: "quiet" }, why[language]) : ""))))))
const draw = (force) => {
  const text = JSON.stringify([state, language, outcome, answers])
  if (!force && text === drawn) return
  drawn = text
  document.documentElement.lang = language
  document.title = t("title")
  const focused = document.activeElement
  document.querySelector("main").replaceChildren(
    el("header", {}, el("h1", {}, t("title")), button("language", language === "fr" ? "English" : "Français", () => { language = language === "fr" ? "en" : "fr"; draw(true) })),
    el("p", {}, t("put") + t("colon"), t("url") + " ", el("strong", {}, state.url), ", " + t("username") + " ", el("strong", {}, state.username), ", " + t("password") + " ", state.password === undefined ? t("printed") : el("strong", {}, state.password)),
    now(), results())
  if (focused === document.body) return
  const same = document.getElementById(focused.id)
  if (same && !same.disabled) same.focus()
  else document.querySelector(".now :is(h2, .todo)").focus()
}
const load = async () => {
  try {
    const next = await (await fetch("/exam/state")).json()
    // Somebody else may have answered.
    if (next.current?.name !== state?.current?.name) { outcome = undefined; answers = {} }
    state = next
    draw()
  }
  catch { drawn = ""; if (!state?.done) document.querySelector("main").replaceChildren(el("p", { className: "todo" }, t("gone"))) }
}
load(); setInterval(load, 1000)
`

/** The page. */
export const page = `<!doctype html>
<html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1">
<title>${texts.en.title}</title><style>${style}</style></head>
<body><main></main><script>${script}</script></body></html>
`
