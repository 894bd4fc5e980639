/** How the page looks, in light and dark. */
export const style = `:root { color-scheme: light dark; font: 16px/1.5 system-ui, sans-serif; }
body { margin: 0 auto; max-width: 72rem; padding: 1rem; }
h1 { font-size: 1.6rem; } h2 { margin-top: 3rem; } h4 { margin: 2rem 0 0; font-size: 1.05rem; }
p, dd { max-width: 48rem; }
nav ul { display: flex; flex-wrap: wrap; gap: 0 1.5rem; list-style: none; padding: 0; }
.wide { overflow-x: auto; margin: 0.75rem 0; }
table { border-collapse: collapse; min-width: 40rem; width: 100%; }
th, td { border-bottom: 1px solid color-mix(in srgb, currentColor 20%, transparent); padding: 0.3rem 0.8rem 0.3rem 0; text-align: left; vertical-align: top; }
code { font: 0.9em ui-monospace, monospace; overflow-wrap: anywhere; }
.tag { border: 1px solid currentColor; border-radius: 0.3rem; font-size: 0.75rem; padding: 0 0.3rem; white-space: nowrap; }
dl { display: grid; grid-template-columns: max-content 1fr; gap: 0.2rem 1rem; } dd { margin: 0; }
a { color: inherit; } a:focus-visible, .wide:focus-visible { outline: 3px solid; outline-offset: 2px; }
`
