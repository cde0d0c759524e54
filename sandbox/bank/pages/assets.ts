/** The bank's stylesheet: 390 px first, light and dark, no script. */
export const BANK_CSS = `
:root {
  color-scheme: light dark;
  --bg: #f4f6fa; --surface: #ffffff; --ink: #16202e; --muted: #4b586a; --line: #d5dce6; --control: #6a778a;
  --accent: #1f4e8c; --on-accent: #ffffff; --weak: #e3ecf8; --danger: #b3261e; --danger-bg: #fce8e6;
  --warn: #7a4300; --warn-bg: #fff1dc; --focus: #0b57d0;
}
@media (prefers-color-scheme: dark) {
  :root {
    --bg: #10151d; --surface: #19212c; --ink: #e9eef5; --muted: #aab6c5; --line: #2e3a49; --control: #8190a3;
    --accent: #93bdf5; --on-accent: #0a1a30; --weak: #1d2f47; --danger: #ff9a91; --danger-bg: #3a1714;
    --warn: #f2b766; --warn-bg: #33240f; --focus: #8ab4f8;
  }
}
* { box-sizing: border-box; }
html { -webkit-text-size-adjust: 100%; }
body {
  margin: 0 auto; padding: 16px 16px 32px; max-width: 560px; background: var(--bg); color: var(--ink);
  font: 17px/1.5 system-ui, "Segoe UI", Roboto, "Helvetica Neue", Arial, sans-serif;
}
header { display: flex; flex-wrap: wrap; align-items: center; gap: 12px; padding: 4px 0 0; }
header .name { font-weight: 650; font-size: 18px; letter-spacing: -0.01em; }
.sandbox { flex: 1 1 100%; margin: 0 0 16px; padding: 8px 12px; border-radius: 6px; background: var(--warn-bg); color: var(--warn); font-size: 15px; }
main { background: var(--surface); border: 1px solid var(--line); border-radius: 12px; padding: 24px 20px; }
h1 { margin: 0 0 12px; font-size: 24px; line-height: 1.25; font-weight: 650; letter-spacing: -0.015em; }
h2 { margin: 24px 0 8px; font-size: 18px; font-weight: 650; }
p { margin: 0 0 12px; }
.muted { color: var(--muted); font-size: 15px; }
.problem { padding: 12px; border-radius: 6px; background: var(--danger-bg); color: var(--danger); }
label[for] { display: block; margin: 16px 0 4px; font-weight: 650; }
input[type="text"], input[type="password"] {
  width: 100%; min-height: 48px; padding: 8px 12px; font: inherit; color: inherit; background: var(--surface);
  border: 1px solid var(--control); border-radius: 6px;
}
button, a.primary {
  display: block; width: 100%; min-height: 48px; margin-top: 16px; padding: 10px 16px; font: inherit; font-weight: 650;
  text-align: center; text-decoration: none; border-radius: 6px; border: 1px solid transparent; cursor: pointer;
}
.primary { margin-top: 24px; background: var(--accent); color: var(--on-accent); }
.secondary { margin-top: 12px; background: transparent; color: var(--ink); border-color: var(--control); }
.plain { margin-top: 8px; background: transparent; color: var(--accent); text-decoration: underline; font-weight: 400; }
.signed-in { display: flex; align-items: center; justify-content: space-between; gap: 12px; margin-bottom: 12px; }
.signed-in p { margin: 0; }
.signed-in .plain { width: auto; min-height: 44px; margin: 0; padding: 8px 0; white-space: nowrap; }
fieldset { margin: 0; padding: 0; border: 0; min-width: 0; }
legend { padding: 0; margin-bottom: 8px; font-size: 18px; font-weight: 650; }
.choice {
  display: flex; align-items: center; gap: 12px; min-height: 56px; padding: 10px 12px; margin-bottom: 8px;
  border: 1px solid var(--line); border-radius: 6px; cursor: pointer;
}
.choice:has(:checked) { background: var(--weak); border-color: var(--accent); }
.choice input { flex: none; width: 22px; height: 22px; margin: 0; accent-color: var(--accent); }
.choice span span, .clusters li span { display: block; color: var(--muted); font-size: 15px; }
.choice strong, .clusters strong { font-weight: 650; }
.clusters { margin: 0; padding: 0; list-style: none; }
.clusters li { padding: 10px 0; border-top: 1px solid var(--line); }
.clusters li:first-child { border-top: 0; padding-top: 0; }
:focus-visible { outline: 3px solid var(--focus); outline-offset: 2px; }
.app { padding: 16px 0; border-top: 1px solid var(--line); }
.app:first-of-type { border-top: 0; }
.app h3 { margin: 0 0 4px; font-size: 17px; font-weight: 650; }
.app p { margin: 0 0 4px; }
.done { padding: 12px; border-radius: 6px; background: var(--weak); }
footer { margin-top: 16px; color: var(--muted); font-size: 15px; text-align: center; }
@media (min-width: 640px) { body { padding-top: 48px; } main { padding: 32px; } }
`

/** The bank's mark: two hills and a sun. */
export const BANK_SVG = `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 32 32" width="32" height="32">
<rect width="32" height="32" rx="8" fill="#1f4e8c"/>
<circle cx="21.5" cy="10.5" r="3.5" fill="#ffd37a"/>
<path d="M4 25l8-12 6 9 3-4 7 7z" fill="#ffffff"/>
</svg>
`
