package devtenant

// stylesheet dresses every page of the tenant. The colours keep a contrast of
// 4.5 to 1 in both schemes.
const stylesheet = `
:root {
  color-scheme: light dark;
  --ground: #eef1f6; --card: #fff; --text: #16202e; --soft: #55627a; --line: #d5dce8;
  --accent: #3d46c2; --tint: #eef0ff; --chip: #e9edf5; --bad: #b3261e;
}
@media (prefers-color-scheme: dark) {
  :root {
    --ground: #0e131b; --card: #171e29; --text: #e8edf5; --soft: #a3afc4; --line: #2f3a4c;
    --accent: #a5acff; --tint: #20283c; --chip: #263042; --bad: #ff9d94;
  }
}
* { box-sizing: border-box; }
body {
  margin: 0; min-height: 100vh; display: grid; place-items: center; padding: 1.5rem 1rem;
  background: var(--ground); color: var(--text);
  font: 1rem/1.5 system-ui, -apple-system, "Segoe UI", Roboto, sans-serif;
}
main {
  width: 100%; max-width: 27rem; padding: 2rem; overflow-wrap: anywhere;
  background: var(--card); border: 1px solid var(--line); border-radius: 1rem;
  box-shadow: 0 1rem 3rem rgb(10 20 50 / .12);
}
.brand { display: flex; align-items: center; gap: .5rem; margin: 0 0 1.5rem; font-weight: 650; }
.brand span { color: var(--soft); font-weight: 400; font-size: .875rem; }
.brand svg { fill: none; stroke: var(--accent); stroke-width: 2; stroke-linecap: round; }
h1 { margin: 0; font-size: 1.6rem; line-height: 1.2; letter-spacing: -.01em; }
h1 + p { margin: .35rem 0 1.5rem; color: var(--soft); }
h1 + p strong { color: var(--text); }
.users { list-style: none; margin: 0; padding: 0; display: grid; gap: .6rem; }
button { font: inherit; color: inherit; cursor: pointer; }
.user {
  width: 100%; display: grid; grid-template-columns: auto 1fr; gap: .1rem .85rem; align-items: center;
  padding: .8rem .9rem; text-align: left; background: none;
  border: 1px solid var(--line); border-radius: .75rem;
}
.user:hover, .user:focus-visible { border-color: var(--accent); background: var(--tint); }
:focus-visible { outline: 3px solid var(--accent); outline-offset: 2px; }
.face {
  grid-row: span 2; align-self: start; width: 2.5rem; height: 2.5rem; border-radius: 50%;
  display: grid; place-items: center; color: #fff; font-weight: 650;
}
.hue0 { background: #3d46c2; } .hue1 { background: #a02466; } .hue2 { background: #0b6b5d; } .hue3 { background: #8a4b08; }
.who { display: flex; flex-wrap: wrap; align-items: baseline; gap: 0 .5rem; }
.mail { color: var(--soft); font-size: .875rem; }
.may { display: flex; flex-wrap: wrap; gap: .3rem; font-size: .8rem; }
.may code { background: var(--chip); padding: .05rem .4rem; border-radius: .35rem; }
.may .none { color: var(--soft); }
code, dd { font-family: ui-monospace, "SF Mono", Menlo, Consolas, monospace; font-size: .8rem; }
.quiet {
  width: 100%; margin-top: .9rem; padding: .6rem; border: 0; border-radius: .75rem;
  background: none; color: var(--accent); font-weight: 600;
}
.quiet:hover { background: var(--tint); }
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
