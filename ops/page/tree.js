// The supervision tree. Rows stay as long as their actor, so that a restart can be seen to happen.

import {$, count, make, setText, span, toast} from './dom.js';
import {mayChange, post} from './node.js';

const FOLD = 6;  // more connections than these are shown when they are asked for
const rows = new Map();
let node = '';
let unfolded = new Set();

const isConnection = (path) => path.split('/').at(-1).includes(':');
const parentOf = (path) => path.slice(0, path.lastIndexOf('/'));

async function crash(path) {
  const dialog = $('crash');
  setText($('crash-path'), path);
  setText($('crash-node'), node);
  dialog.returnValue = 'no';
  dialog.showModal();
  await new Promise((resolve) => { dialog.addEventListener('close', resolve, {once: true}); });
  if (dialog.returnValue !== 'yes') return;
  try {
    await post('/v1/tree/crash', {path});
  } catch (error) {
    toast(`${path} was not crashed: ${error.message}`);
  }
}

function makeRow(path) {
  const row = {path, restarts: 0};
  row.dot = make('span', {className: 'dot'});
  row.name = make('span', {className: 'name'}, path.split('/').at(-1));
  row.more = make('button', {type: 'button', className: 'fold', hidden: true, onclick: () => {
    if (!unfolded.delete(path)) unfolded.add(path);
    showTree(last, node);
  }});
  row.why = make('span', {className: 'why'});
  row.count = make('span', {className: 'badge', hidden: true});
  row.crash = make('button', {type: 'button', className: 'crash', title: `Crash ${path}`, onclick: () => crash(path)}, 'crash');
  row.element = make('li', {}, row.dot, row.name, row.more, row.count, row.why, row.crash);
  row.element.dataset.path = path;
  row.element.style.setProperty('--depth', path.split('/').length - 1);
  return row;
}

function flash(element) {
  element.classList.remove('flash');
  void element.offsetWidth;  // begins the animation anew
  element.classList.add('flash');
}

/** Why an actor ended last, from an event that was heard sooner than the list. */
export function noteReport(data) {
  const row = rows.get(data.path);
  if (!row || !data.reason) return;
  row.reason = data.reason;
  row.at = Date.parse(data.time) / 1000;
}

let last = [];
export function showTree(list, of) {
  last = list;
  node = of;
  const children = Map.groupBy(list.filter((x) => isConnection(x.path)), (x) => parentOf(x.path));
  const hidden = (x) => isConnection(x.path) && children.get(parentOf(x.path)).length > FOLD && !unfolded.has(parentOf(x.path));
  const elements = [];
  const seen = new Set();
  let restarts = 0;
  for (const x of list) {
    restarts += x.restarts;
    if (hidden(x)) continue;
    const isNew = !rows.has(x.path);
    if (isNew) rows.set(x.path, makeRow(x.path));
    const row = rows.get(x.path);
    seen.add(x.path);
    if (x.last_reason) {
      row.reason = x.last_reason;
      row.at = Date.parse(x.last_failure_at) / 1000;
    }
    if (!isNew && x.restarts > row.restarts) flash(row.element);
    row.restarts = x.restarts;
    row.element.className = row.element.classList.contains('flash') ? `${x.kind} ${x.state} flash` : `${x.kind} ${x.state}`;
    row.dot.title = x.state;
    row.count.hidden = x.restarts === 0;
    setText(row.count, count(x.restarts, 'restart'));
    setText(row.why, why(row, x));
    row.crash.hidden = !mayChange() || x.state !== 'running';
    const folded = children.get(x.path)?.length ?? 0;
    row.more.hidden = folded <= FOLD;
    setText(row.more, unfolded.has(x.path) ? 'fold' : count(folded, 'connection'));
    elements.push(row.element);
  }
  for (const path of rows.keys()) if (!seen.has(path)) rows.delete(path);
  const tree = $('tree');
  if (elements.length !== tree.children.length || elements.some((x, i) => x !== tree.children[i])) tree.replaceChildren(...elements);
  setText($('restarts'), count(restarts, 'restart'));
}

function why(row, x) {
  if (x.state !== 'running') return x.state;
  if (!row.reason || x.restarts === 0) return '';
  const reason = row.reason.replace(` of ${row.path}`, '');  // it stands before
  return row.at ? `${reason} · ${span(Date.now() / 1000 - row.at)} ago` : reason;
}
