/** The look of the hosted page, light and dark. */
export const STYLES = `
:root {
  color-scheme: light dark;
  --page: light-dark(#f6f7fa, #12141a);
  --card: light-dark(#fff, #1b1e27);
  --line: light-dark(#dfe3ea, #323745);
  --text: light-dark(#1a2130, #eceef4);
  --soft: light-dark(#5c6579, #a1a9ba);
  --accent: light-dark(#4a3fd6, #8a80ff);
  --on-accent: light-dark(#fff, #12101f);
  --problem: light-dark(#b3261e, #ffb4ab);
  --problem-back: light-dark(#fdecea, #3b1714);
  --good: light-dark(#16794c, #6fdba8);
  --good-back: light-dark(#e3f5ec, #12301f);
  --badge: light-dark(#fff4d6, #3a2f12);
  --on-badge: light-dark(#6b4e00, #ffd98a);
}
* { box-sizing: border-box; margin: 0; }
body {
  background: var(--page);
  color: var(--text);
  font: 1rem/1.5 system-ui, -apple-system, "Segoe UI", Roboto, "Helvetica Neue", sans-serif;
  min-height: 100vh;
  overflow-wrap: anywhere;
}
.badge {
  background: var(--badge);
  color: var(--on-badge);
  font-size: .8125rem;
  font-weight: 600;
  padding: .375rem 1rem;
  text-align: center;
}
.badge span { font-weight: 400; margin-left: .5rem; }
main { margin: 0 auto; padding: 2rem 1rem 3rem; }
.checkout { display: grid; gap: 2rem; max-width: 60rem; }
.message { max-width: 28rem; padding-top: 12vh; text-align: center; }
.card {
  background: var(--card);
  border: 1px solid var(--line);
  border-radius: .875rem;
  box-shadow: 0 .5rem 1.5rem rgb(20 25 40 / .06);
  padding: 1.5rem;
}
.seller { color: var(--soft); font-weight: 500; }
h1 { font-size: clamp(1.75rem, 1.2rem + 3vw, 2.5rem); font-weight: 650; letter-spacing: -.02em; line-height: 1.2; }
.message h1 { font-size: 1.5rem; margin-bottom: .5rem; }
.message p { color: var(--soft); }
.message .total { color: var(--text); font-size: 1.25rem; font-weight: 600; margin-top: 1rem; }
.message .seller { border-top: 1px solid var(--line); font-size: .9375rem; margin-top: 1.5rem; padding-top: 1rem; }
.mark {
  border-radius: 50%;
  display: grid;
  font-size: 1.5rem;
  height: 3.5rem;
  margin: .5rem auto 1.25rem;
  place-items: center;
  width: 3.5rem;
}
.mark.good { background: var(--good-back); color: var(--good); }
.mark.neutral { background: var(--page); color: var(--soft); }
ul { list-style: none; margin-top: 1.5rem; padding: 0; }
li { border-top: 1px solid var(--line); display: flex; gap: 1rem; justify-content: space-between; padding: .875rem 0; }
li p { color: var(--soft); font-size: .9375rem; white-space: pre-line; }
li strong { font-weight: 550; }
li > span { flex: none; font-variant-numeric: tabular-nums; }
form { display: grid; gap: 1.25rem; }
.field { display: grid; gap: .375rem; }
.field > span, legend { font-size: .9375rem; font-weight: 550; padding: 0; }
.field small, .method small { color: var(--soft); font-size: .8125rem; }
.field input {
  background: var(--card);
  border: 1px solid var(--line);
  border-radius: .5rem;
  color: inherit;
  font: inherit;
  min-height: 2.75rem;
  padding: .5rem .75rem;
  width: 100%;
}
.field input::placeholder { color: var(--soft); opacity: .7; }
fieldset { border: 0; display: grid; gap: .5rem; padding: 0; }
legend { margin-bottom: .375rem; }
.method {
  align-items: center;
  border: 1px solid var(--line);
  border-radius: .5rem;
  cursor: pointer;
  display: flex;
  gap: .625rem;
  min-height: 2.75rem;
  padding: .5rem .75rem;
}
.method:has(:checked) { border-color: var(--accent); box-shadow: inset 0 0 0 1px var(--accent); }
.method input { accent-color: var(--accent); height: 1.125rem; width: 1.125rem; }
.method small { margin-left: .375rem; }
form:has([value=us_bank_account]:checked) .card-number { display: none; }
code { font: .9375em ui-monospace, "SF Mono", Menlo, Consolas, monospace; white-space: nowrap; }
button {
  background: var(--accent);
  border: 0;
  border-radius: .5rem;
  color: var(--on-accent);
  cursor: pointer;
  font: inherit;
  font-weight: 600;
  min-height: 3rem;
  padding: .625rem 1rem;
}
button:hover { filter: brightness(1.08); }
:focus-visible { outline: 2px solid var(--accent); outline-offset: 2px; }
.problem { background: var(--problem-back); border-radius: .5rem; color: var(--problem); padding: .625rem .875rem; }
@media (min-width: 48rem) {
  .checkout { align-items: start; gap: 4rem; grid-template-columns: 1fr 25rem; padding-top: 4.5rem; }
  .card { padding: 2rem; }
}
`;
