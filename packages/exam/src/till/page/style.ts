/** The style sheet of the examination's page and its report, light and dark, readable on paper. */
export const style = `
:root { color-scheme: light dark; --ink: light-dark(#1b1f24, #e8eaed); --quiet: light-dark(#5b6470, #a0a8b3); --paper: light-dark(#fff, #14171a);
  --box: light-dark(#f4f6f8, #1d2125); --line: light-dark(#d5dae0, #343a41); --good: light-dark(#14733b, #58c98a); --bad: light-dark(#b3261e, #ff8a80); --go: light-dark(#0b57d0, #8ab4f8) }
* { box-sizing: border-box }
body { margin: 0; background: var(--paper); color: var(--ink); font: 16px/1.5 system-ui, sans-serif }
main { max-width: 62rem; margin: 0 auto; padding: 1.5rem 1rem 4rem }
h1 { font-size: 1.5rem; margin: 0 0 .25rem } h2 { font-size: 1.2rem; margin: 0 } h3 { font-size: 1rem; margin: 1rem 0 .25rem }
.quiet { color: var(--quiet) } .good { color: var(--good) } .bad { color: var(--bad) }
.verdict { font-weight: 700 }
section { border: 1px solid var(--line); border-radius: .5rem; padding: 1rem; margin: 1rem 0; break-inside: avoid }
section.failed { border-left: .4rem solid var(--bad) } section.now { border-color: var(--go); border-width: 2px }
.todo { font-size: 1.35rem; line-height: 1.4; margin: .5rem 0 1rem }
.pair { display: grid; grid-template-columns: repeat(auto-fit, minmax(min(16rem, 100%), 1fr)); gap: .75rem }
pre { background: var(--box); border-radius: .35rem; padding: .6rem .75rem; margin: .25rem 0; overflow-x: auto; font: .85rem/1.45 ui-monospace, monospace; white-space: pre-wrap; overflow-wrap: anywhere }
table { border-collapse: collapse; width: 100% } th, td { text-align: left; padding: .35rem .5rem; border-bottom: 1px solid var(--line); vertical-align: top }
button { font: inherit; padding: .55rem .9rem; border-radius: .4rem; border: 1px solid var(--line); background: var(--box); color: inherit; cursor: pointer }
td.verdict { white-space: nowrap; width: 1% } button.go { background: var(--go); color: var(--paper); border-color: var(--go) } button:disabled { opacity: .5; cursor: default }
button:hover { border-color: var(--go) } button:focus-visible { outline: 3px solid var(--go); outline-offset: 2px } button[aria-pressed=true] { background: var(--go); color: var(--paper) }
.buttons { display: flex; flex-wrap: wrap; gap: .5rem; margin: .5rem 0 } header { display: flex; justify-content: space-between; gap: 1rem; align-items: start }
@media print { button { display: none } }
`
