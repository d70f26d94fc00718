// Elements are made here and nowhere else, and take texts only as text: names of groups come from strangers.

export const $ = (id) => document.getElementById(id);

/** An element with properties and children, which are elements or texts. */
export function make(tag, properties = {}, ...children) {
  const made = document.createElement(tag);
  for (const [name, value] of Object.entries(properties)) {
    if (name in made) made[name] = value; else made.setAttribute(name, value);
  }
  made.append(...children.filter((x) => x !== null && x !== undefined));
  return made;
}

/** Replaces the text only if it is another one, so that a selection and screen readers are left in peace. */
export function setText(element, text) {
  if (element.textContent !== text) element.textContent = text;
}

/** Replaces the children if what they show has changed. */
export function refill(element, shown, build) {
  const now = JSON.stringify(shown);
  if (element.shown === now) return;
  element.shown = now;
  element.replaceChildren(...build());
}

export const count = (n, what) => `${n.toLocaleString('en')} ${what}${n === 1 ? '' : 's'}`;

/** "12 s", "3 min", "5 h" or "2 d" */
export function span(seconds) {
  for (const [unit, size] of [['d', 86400], ['h', 3600], ['min', 60]]) {
    if (seconds >= size) return `${Math.floor(seconds / size)} ${unit}`;
  }
  return `${Math.max(0, Math.floor(seconds))} s`;
}

let hide;
export function toast(text) {
  const box = $('toast');
  box.textContent = text;
  box.hidden = false;
  clearTimeout(hide);
  hide = setTimeout(() => { box.hidden = true; }, 6000);
}
