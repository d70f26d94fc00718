// The page: what happens at the node says what is to be read again. Nothing is asked while nobody looks.

import {$, count, make, refill, setText, span, toast} from './dom.js';
import {follow, get, mayChange, ofGroup, Refused, setToken, takeToken, tryToken} from './node.js';
import {forgetMap, markKey, onView, showMap, view} from './keys.js';
import {noteReport, showTree} from './tree.js';
import {addEvent, percent, showFindings, showMembers} from './tables.js';
import {followLog} from './log.js';
import {forgetTraffic, showTraffic} from './traffic.js';

const GROUPS = 500;
let status = null, shares = [], watching = null, group = null, failure = null, stopFollowing = null, streams = true;

/** Reads one thing again and again: when it has changed, but not more often than it is cheap, and now and then anyway. */
class Reading {
  constructor(least, most, read) {
    Object.assign(this, {least, most, read, busy: false, due: false, timer: 0, last: -Infinity});
  }
  now() { this.plan(0); }
  changed() { this.plan(this.least); }
  plan(pause) {
    if (!running) return;
    if (this.busy) { this.due = true; return; }
    clearTimeout(this.timer);
    this.timer = setTimeout(() => this.run(), Math.max(0, this.last + pause - performance.now()));
  }
  async run() {
    this.busy = true;
    this.due = false;
    const begin = performance.now();
    try {
      await this.read();
      reached();
    } catch (error) {
      failed(error);
    }
    this.busy = false;
    this.last = performance.now();
    const pause = Math.max(this.least, 4 * (this.last - begin));
    if (running) this.timer = setTimeout(() => this.run(), this.due ? pause : Math.max(pause, streams ? this.most : 1000));
  }
  stop() { clearTimeout(this.timer); }
}

let running = false;
const readings = {
  status: new Reading(300, 5000, async () => { status = await get('/v1/status'); showStatus(); }),
  groups: new Reading(1000, 10000, async () => showGroups(await get('/v1/groups'))),
  map: new Reading(100, 5000, async () => {
    if (group === null) return;
    const of = group, range = `${view.start}..${view.end}`;
    const map = await get(ofGroup(of, `map?columns=512&range=${range}`));
    if (of !== group || range !== `${view.start}..${view.end}`) return;
    shares = map.members;
    if (watching === null) readings.members.now();
    watching = map.watching;
    showMap(map, status?.node);
  }),
  members: new Reading(300, 5000, readMembers),
  tree: new Reading(50, 5000, async () => showTree(await get('/v1/tree'), status?.node ?? 'this node')),
  doctor: new Reading(1000, 10000, async () => showFindings(await get('/v1/doctor'))),
  counters: new Reading(1000, 1000, async () => showTraffic(await get('/v1/counters'))),
};

async function readMembers() {
  if (group === null || watching === null) return;
  const of = group;
  const [members, table] = await Promise.all([get(ofGroup(of, 'members')),
    watching ? get(`/v1/reachability?group=${encodeURIComponent(of)}`) : null]);
  if (of === group) showMembers(members, shares, table, status?.node);
}

function reached() {
  failure = null;
  showLive();
}

function failed(error) {
  if (error instanceof Refused && error.status === 401) {
    pause(true);
    unlock(error.message);
    return;
  }
  if (!(error instanceof Refused)) failure = error;
  showLive();
  showVerdict();
}

function showLive() {
  const state = !running ? 'paused' : failure ? 'no answer' : status ? 'live' : 'connecting';
  setText($('live'), state);
  $('live').className = state.replace(' ', '-');
}

function showStatus() {
  setText($('node'), status.node);
  document.title = `${status.node} · scalesmall`;
  const facts = [`version ${status.version}`, status.cluster === null ? '' : `cluster ${status.cluster}`,
    `up ${span((Date.now() - Date.parse(status.started_at)) / 1000)}`, count(status.peers, 'peer'),
    count(status.groups_known, 'group'), status.sealed_by === null ? 'frames are plain' : 'frames are sealed'].filter(Boolean);
  refill($('facts'), facts, () => facts.map((x) => make('li', {}, x)));
  showVerdict();
}

/** Whether all is well, in words, the worst first. */
function verdicts() {
  if (failure) return [['bad', 'The node does not answer. What is shown is old.']];
  if (!status) return [];
  const all = status.warnings.map((x) => ['bad', x]);
  if (status.unreachable_peers) all.push(['bad', `${count(status.unreachable_peers, 'peer')} cannot be reached`]);
  const open = status.groups.filter((x) => x.gaps);
  if (open.length > 2) all.push(['warn', `${open.length} groups have gaps: ${open.slice(0, 8).map((x) => x.group).join(', ')}${open.length > 8 ? ' and more' : ''}`]);
  else for (const x of open) all.push(['warn', `${x.group}: ${percent(x.covered_percent / 100)} of all keys have an owner, ${count(x.gaps, 'gap')}`]);
  if (all.length) return all.slice(0, 8);
  if (!status.groups.length) return [['good', 'All is well. This node is in no group yet.']];
  return [['good', `All is well: all keys of ${count(status.groups.length, 'group')} have an owner, ${count(status.peers, 'peer')} in reach.`]];
}

function showVerdict() {
  const all = verdicts();
  refill($('verdict'), all, () => all.map(([level, text]) => make('li', {className: level}, text)));
}

function showGroups(known) {
  const mine = (status?.groups ?? []).map((x) => x.group);
  const all = [...mine, ...known.filter((x) => !mine.includes(x) && !x.startsWith('scalesmall.'))].slice(0, GROUPS);
  if (group !== null && !all.includes(group)) all.unshift(group);
  refill($('group'), all, () => all.map((x) => make('option', {value: x}, x)));
  if (group === null && all.length) choose(all.find((x) => !x.startsWith('scalesmall.')) ?? all[0]);
  $('group').value = group ?? '';
  $('keys').classList.toggle('empty', group === null);
}

function choose(name) {
  group = name;
  shares = [];
  forgetMap();
  readings.map.now();
  readings.members.now();
}

function heard(kind, data) {
  addEvent(kind, data);
  const all = kind === 'reset';
  if (all || kind === 'tree') {
    noteReport(data);
    readings.tree.changed();
  }
  if (kind !== 'group') readings.doctor.changed();
  if (all || kind === 'group') {
    if (all || data.group === group) {
      readings.map.changed();
      readings.members.changed();
    }
    readings.status.changed();
    readings.groups.changed();
  }
}

function followed(state) {
  streams = state === 'live';
  if (streams) for (const x of Object.values(readings)) x.changed();
  else if (!(state instanceof Refused)) failed(state);
}

function pause(off) {
  const on = !off && !document.hidden && $('pause').getAttribute('aria-pressed') === 'false';
  if (on === running) return showLive();
  running = on;
  showLive();
  followLog(on);
  if (on) {
    forgetTraffic();
    stopFollowing = new AbortController();
    follow('/v1/events', heard, followed, stopFollowing.signal);
    for (const x of Object.values(readings)) x.now();
  } else {
    stopFollowing?.abort();
    for (const x of Object.values(readings)) x.stop();
  }
}

function showLock() { setText($('lock'), mayChange() ? 'Lock' : 'Unlock'); }

async function unlock(why) {
  const dialog = $('unlock');
  if (dialog.open) return;
  setText($('unlock-error'), why);
  $('token').value = '';
  dialog.returnValue = 'no';
  dialog.showModal();
  await new Promise((resolve) => { dialog.addEventListener('close', resolve, {once: true}); });
  const token = $('token').value.trim();
  if (dialog.returnValue !== 'yes' || !token) return;
  try {
    await tryToken(token);
  } catch (error) {
    if (error instanceof Refused && error.status === 401) return unlock(error.message);
    return toast(error.message);
  }
  setToken(token);
  showLock();
  pause(false);
  readings.tree.now();
}

$('lock').onclick = () => {
  if (!mayChange()) return unlock('');
  setToken('');
  showLock();
  readings.tree.now();
};
$('pause').onclick = () => {
  const pressed = $('pause').getAttribute('aria-pressed') === 'false';
  $('pause').setAttribute('aria-pressed', String(pressed));
  setText($('pause'), pressed ? 'Go on' : 'Pause');
  pause(false);
};
$('group').onchange = (event) => { if (event.target.value) choose(event.target.value); };
$('find').onsubmit = async (event) => {
  event.preventDefault();
  const text = $('find-text').value.trim();
  if (!text || group === null) return;
  const number = /^(\d+|0x[0-9a-f]+)$/i.test(text) && Number(text) < 2 ** 32;
  try {
    const owners = await get(ofGroup(group, `owners?${number ? 'key' : 'text'}=${encodeURIComponent(text)}&all=true`));
    const names = owners.map((x) => `${x.member} port ${x.port}${x.state === 'reachable' ? '' : ` (${x.state})`}`);
    setText($('found'), `${text} is served by ${names.join(' and ') || 'nobody'}`);
    $('found').hidden = false;
    const key = number ? Number(text) : await keyOf(text);
    if (key !== null) markKey(key);
  } catch (error) {
    toast(error.message);
  }
};

/** The first four bytes of the SHA-256; null where the browser does not compute it, beyond loopback without TLS. */
async function keyOf(text) {
  if (!crypto.subtle) return null;
  return new DataView(await crypto.subtle.digest('SHA-256', new TextEncoder().encode(text))).getUint32(0);
}

document.addEventListener('visibilitychange', () => pause(false));
addEventListener('hashchange', () => {
  takeToken();
  showLock();
  readings.tree.now();
});
onView(() => readings.map.now());
showLock();
pause(false);
