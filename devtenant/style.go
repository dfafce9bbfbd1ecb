package devtenant

// stylesheet dresses every page of the tenant, in the colours, letters and
// corners of the playground. The colours keep a contrast of 4.5 to 1 in both
// schemes.
const stylesheet = `
:root {
  color-scheme: light dark;
  --ground: #f4f2ec; --card: #fffefb; --well: #f7f5f0; --text: #1b1e1a; --soft: #585d55; --line: #e0dcd2;
  --accent: #0b5d4e; --wash: #e4efe9; --bad: #a1221c;
}
@media (prefers-color-scheme: dark) {
  :root {
    --ground: #111412; --card: #191d1a; --well: #131714; --text: #e8eae3; --soft: #a4aba1; --line: #2b312d;
    --accent: #7fd6b7; --wash: #17342b; --bad: #ffa197;
  }
}
* { box-sizing: border-box; }
body {
  margin: 0; min-height: 100vh; display: grid; place-items: center; padding: 1.5rem 1rem;
  background: var(--ground); color: var(--text);
  font: 1rem/1.5 system-ui, -apple-system, "Segoe UI", Roboto, "Liberation Sans", sans-serif;
}
main {
  width: 100%; max-width: 27rem; padding: 2rem; overflow-wrap: anywhere;
  background: var(--card); border: 1px solid var(--line); border-radius: 1rem;
}
.brand { display: flex; flex-wrap: wrap; align-items: center; gap: 0 .625rem; margin: 0 0 1.75rem; font-size: clamp(1rem, 4vw, 1.25rem); font-weight: 700; white-space: nowrap; letter-spacing: -.02em; }
.brand span { color: var(--soft); font-weight: 400; }
h1 { margin: 0; font-size: 1.6rem; line-height: 1.2; letter-spacing: -.025em; }
h1 + p { margin: .35rem 0 1.5rem; color: var(--soft); }
h1 + p strong { color: var(--text); }
.users { list-style: none; margin: 0; padding: 0; display: grid; gap: .6rem; }
button { font: inherit; color: inherit; cursor: pointer; }
.user {
  width: 100%; display: grid; grid-template-columns: auto 1fr; gap: .1rem .85rem; align-items: center;
  padding: .8rem .9rem; text-align: left; background: var(--well);
  border: 1px solid var(--line); border-radius: .75rem;
}
.user:hover, .user:focus-visible { border-color: var(--accent); background: var(--wash); }
:focus-visible { outline: .1875rem solid var(--accent); outline-offset: .125rem; }
.face {
  grid-row: span 2; align-self: start; width: 2.5rem; height: 2.5rem; border-radius: 50%;
  display: grid; place-items: center; background: var(--wash); color: var(--accent); font-size: 1.0625rem; font-weight: 650;
}
.who { display: flex; flex-wrap: wrap; align-items: baseline; gap: 0 .5rem; }
.mail { color: var(--soft); font-size: .875rem; }
.may { display: flex; flex-wrap: wrap; gap: .3rem; font-size: .8rem; }
.may code { background: var(--wash); color: var(--accent); padding: 0 .45rem; border-radius: .375rem; }
.may .none { color: var(--soft); }
code, dd { font-family: ui-monospace, "SF Mono", "Cascadia Mono", Menlo, Consolas, "DejaVu Sans Mono", monospace; font-size: .8rem; }
.quiet {
  width: 100%; margin-top: .9rem; padding: .6rem; border: 0; border-radius: .75rem;
  background: none; color: var(--accent); font-weight: 600;
}
.quiet:hover { background: var(--wash); }
details { margin-top: 1rem; border-top: 1px solid var(--line); padding-top: 1rem; font-size: .875rem; }
summary { cursor: pointer; color: var(--soft); border-radius: .25rem; }
dl { margin: .75rem 0 0; display: grid; grid-template-columns: auto 1fr; gap: .25rem .85rem; }
dt { color: var(--soft); }
dd { margin: 0; }
.note { margin: .9rem 0 0; color: var(--soft); font-size: .8125rem; }
h1 + .what { color: var(--bad); }
.allowed { margin: 0; padding-left: 1.2rem; }
.unseen { position: absolute; width: 1px; height: 1px; overflow: hidden; clip-path: inset(50%); white-space: nowrap; }
`
