// The log, which is followed only while it is open.

import {$, make, setText} from './dom.js';
import {follow} from './node.js';

const LINES = 300;
let stop = null, looking = false;

function add(level, data) {
  if (data.why === 'begin') return;
  const list = $('log'), time = data.time ? new Date(data.time) : new Date();
  list.prepend(make('li', {className: level === 'error' || level === 'critical' ? 'trouble' : ''},
    make('time', {dateTime: time.toISOString()}, time.toLocaleTimeString('en-GB')),
    make('span', {className: `kind ${level}`}, level), make('span', {}, data.text ?? `lines are missing: ${data.why}`)));
  while (list.children.length > LINES) list.lastChild.remove();
}

function begin() {
  stop?.abort();
  stop = null;
  if (!looking || !$('log-fold').open) return;
  stop = new AbortController();
  $('log').replaceChildren();
  follow(`/v1/logs?level=${$('log-level').value}`, add,
    (state) => setText($('log-note'), state === 'live' ? '' : state.message), stop.signal);
}

/** Whether somebody looks at the page. */
export function followLog(on) {
  looking = on;
  begin();
}

$('log-fold').ontoggle = begin;
$('log-level').onchange = begin;
