// Members, findings and events.

import {$, count, make, refill, setText, span} from './dom.js';
import {colourOf} from './colours.js';

const ROWS = 200, EVENTS = 300, ALL_KEYS = 2 ** 32;
const RANK = {unreachable: 0, suspect: 1};

/** @param table of the detection of failures; null: this node judges nobody */
export function showMembers(members, shares, table, self) {
  const states = new Map((table?.members ?? []).map((x) => [x.member, x]));
  const keys = new Map(shares.map((x) => [x.member, x.keys]));
  const rows = members.map((member) => {
    const x = states.get(member);
    return {member, state: x?.state ?? 'member', seconds: x?.seconds ?? null, why: x?.why ?? '', keys: keys.get(member) ?? 0};
  });
  rows.sort((a, b) => (RANK[a.state] ?? 2) - (RANK[b.state] ?? 2) || (b.member === self) - (a.member === self) ||
    b.keys - a.keys || a.member.localeCompare(b.member, 'en', {numeric: true}));
  setText($('members-count'), members.length ? String(members.length) : '');
  refill($('members').tBodies[0], [rows.slice(0, ROWS).map((x) => ({...x, seconds: x.seconds && span(x.seconds)})), self], () =>
    rows.slice(0, ROWS).map((x) => {
      const part = x.keys / ALL_KEYS;
      const dot = make('span', {className: 'swatch'});
      dot.style.background = colourOf(x.member);
      const bar = make('span', {className: 'share', title: `${x.keys.toLocaleString('en')} keys`});
      bar.style.setProperty('--part', part);
      return make('tr', {className: x.state},
        make('td', {}, dot, make('span', {className: 'id'}, x.member), x.member === self ? make('span', {className: 'badge'}, 'this node') : null),
        make('td', {}, make('span', {className: 'state'}, make('span', {className: 'dot'}), x.state), x.why ? make('span', {className: 'why'},
          ` ${x.seconds === null ? '' : `for ${span(x.seconds)}, `}${x.why}`) : null),
        make('td', {}, bar, percent(part)));
    }));
  setText($('members-note'), [
    rows.length > ROWS ? `and ${count(rows.length - ROWS, 'member')} more` : '',
    table ? (table.isolated ? 'This node is isolated: it hears nobody that it should hear.' : '')
      : 'This node judges nobody: it was started with --liveness off.'].filter(Boolean).join(' · '));
}

/** What the node finds wrong with itself, and what to do. */
export function showFindings(all) {
  setText($('doctor-count'), all.length ? String(all.length) : '');
  refill($('doctor'), all, () => all.length ? all.map((x) => make('li', {}, make('b', {}, x.subject), ` ${x.finding}`,
    make('div', {className: 'note'}, x.remedy))) : [make('li', {className: 'note'}, 'Nothing is wrong that this node can see.')]);
}

export const percent = (part) => part === 0 ? '0 %' : part < 0.001 ? '< 0.1 %' : `${(100 * part).toFixed(1).replace(/\.0$/, '')} %`;

const off = new Set();
let paused = [];

/** What an event says, in words. */
function words(kind, data) {
  if (kind === 'reset') return `all was read again: ${data.why}`;
  if (kind === 'keys') return `keys ${data.keys.map((x) => x.fingerprint + (x.primary ? ' (primary)' : '')).join(', ')}`;
  const range = data.start === undefined ? '' : `${data.start}..${data.end} port ${data.port}`;
  const took = data.took_ms === undefined ? '' : `after ${data.took_ms < 1000 ? `${data.took_ms} ms` : span(data.took_ms / 1000)}`;
  return [data.event === 'done' ? '' : data.event, data.who, data.line, data.group, data.member, range, data.path, took, data.reason ?? ''].filter(Boolean).join(' ');
}

const TROUBLE = /fail|gave_up|stuck|unreachable|removed|left|refused|waiting/;

export function addEvent(kind, data) {
  if (data.why === 'begin') return;
  const time = data.time ? new Date(data.time) : new Date();
  const row = make('li', {className: TROUBLE.test(data.event) ? 'trouble' : ''},
    make('time', {dateTime: time.toISOString()}, time.toLocaleTimeString('en-GB')),
    make('span', {className: `kind ${kind}`}, kind), make('span', {}, words(kind, data)));
  row.dataset.kind = kind;
  row.hidden = off.has(kind);
  addKind(kind);
  paused.push(row);
  if (paused.length > EVENTS) paused.shift();
  if (!$('events').matches(':hover')) flush();
}

/** New rows wait while somebody points at the list. */
function flush() {
  const list = $('events');
  list.prepend(...paused.reverse());
  paused = [];
  while (list.children.length > EVENTS) list.lastChild.remove();
}
$('events').addEventListener('pointerleave', () => flush());

function addKind(kind) {
  const group = $('kinds');
  if ([...group.children].some((x) => x.textContent === kind)) return;
  const button = make('button', {type: 'button', className: 'chip'}, kind);
  button.setAttribute('aria-pressed', 'true');
  button.onclick = () => {
    if (!off.delete(kind)) off.add(kind);
    button.setAttribute('aria-pressed', String(!off.has(kind)));
    for (const row of $('events').children) row.hidden = off.has(row.dataset.kind);
  };
  group.append(button);
}
