// Who serves what: a strip of all keys, with a lane for each member below it. The node sends so few pieces that a canvas
// draws them at once, however many ranges a group has.

import {$, count, make, refill, setText} from './dom.js';
import {colourOf} from './colours.js';
import {percent} from './tables.js';

const LAST = 2 ** 32 - 1;
const STRIP = 64, LANE = 25, BAR = 8, AXIS = 22, GUTTER = 6, LANES = 12;
const FLASH = 1400;  // ms
const canvas = $('strip');
const paint = canvas.getContext('2d');
const calm = matchMedia('(prefers-reduced-motion: reduce)');

let map = null;
let self = '';
let mark = null;  // a key that was looked up
let dragged = null;  // pixels
let changes = [];  // what has changed lately: {from, to, colour, at}
let onWindow = () => {};
export let view = {start: 0, end: LAST};

const hex = (key) => `0x${key.toString(16).padStart(8, '0')}`;
const names = (numbers) => (numbers ?? []).map((i) => map.members[i].member);
const isGap = (piece) => piece.owners.length === 0 && !piece.unreachable;
const size = (piece) => piece.end - piece.start + 1;

const looks = new Map(), patterns = new Map();  // of one drawing

function look(name) {
  if (!looks.has(name)) looks.set(name, getComputedStyle(canvas).getPropertyValue(name).trim());
  return looks.get(name);
}

/** Calls f when another part of the keys is to be shown. */
export function onView(f) { onWindow = f; }

export function showWindow(start, end) {
  const from = Math.max(0, Math.min(Math.round(start), LAST)), to = Math.max(from, Math.min(Math.round(end), LAST));
  if (from === view.start && to === view.end) return;
  view = {start: from, end: to};
  map = null;
  changes = [];
  onWindow();
}

/** Forgets what was of another group. */
export function forgetMap() {
  map = null;
  mark = null;
  changes = [];
  view = {start: 0, end: LAST};
  $('found').hidden = true;
}

export function showMap(next, node) {
  self = node;
  if (map && map.start === next.start && map.end === next.end) noteChanges(map, next);
  map = next;
  describe();
  draw();
}

/** Finds where owners came or went, in steps of a 512th. */
function noteChanges(before, after) {
  const step = (view.end - view.start + 1) / 512;
  const who = (of, piece) => piece.owners.map((i) => of.members[i].member).sort().join();
  let a = 0, b = 0;
  for (let i = 0; i < 512; ++i) {
    const key = view.start + (i + 0.5) * step;
    while (before.pieces[a].end < key && a + 1 < before.pieces.length) ++a;
    while (after.pieces[b].end < key && b + 1 < after.pieces.length) ++b;
    const [old, now] = [who(before, before.pieces[a]), who(after, after.pieces[b])];
    if (old === now) continue;
    const colour = now === '' ? '--bad' : old === '' ? '--good' : '--accent';
    const last = changes.at(-1);
    const at = performance.now();
    if (last && last.i === i - 1 && last.colour === colour) last.i = i;
    else changes.push({first: i, i, colour, at});
  }
  if (changes.length && !calm.matches) requestAnimationFrame(animate);
}

function animate() {
  changes = changes.filter((x) => performance.now() - x.at < FLASH);
  draw();
  if (changes.length) requestAnimationFrame(animate);
}

function describe() {
  const served = map.keys_served / 2 ** 32;
  const numbers = [['served', percent(served), ''], ['gaps', count(map.gaps, 'gap'), map.gaps ? 'bad' : ''],
    ['overlaps', count(map.overlaps, 'overlap'), map.overlaps ? 'warn' : ''],
    ['unreachable', `${count(map.unreachable_ranges, 'range')} unreachable`, map.unreachable_ranges ? 'bad' : '']];
  refill($('numbers'), numbers, () => numbers.map(([name, text, level]) =>
    make('li', {className: `${name} ${level}`}, name === 'served' ? `${text} served` : text)));
  setText($('window'), `${hex(view.start)} to ${hex(view.end)}${map.exact ? '' : ` · drawn as ${count(map.pieces.length, 'column')}, zoom for details`}`);
  const bad = [...map.pieces.filter(isGap), ...map.pieces.filter((x) => x.owners.length === 0 && x.unreachable)].slice(0, 6);
  refill($('troubles'), [bad, bad.map((x) => names(x.unreachable))], () => bad.map((x) => make('li', {className: isGap(x) ? 'gap' : 'lost'},
    make('button', {type: 'button', title: 'Show these keys', onclick: () => zoomTo(x)}, `${hex(x.start)}–${hex(x.end)}`),
    isGap(x) ? ' nobody' : ` only ${names(x.unreachable).join(', ')}, unreachable`)));
  canvas.setAttribute('aria-label', `Keys ${hex(view.start)} to ${hex(view.end)}: ${numbers.map((x) => x[1]).join(', ')}`);
}

function zoomTo(piece) {
  const around = Math.max(size(piece) * 0.25, 8);
  showWindow(piece.start - around, piece.end + around);
}

const scale = () => canvas.clientWidth / (view.end - view.start + 1);
const xOf = (key) => (key - view.start) * scale();
const keyAt = (x) => Math.max(view.start, Math.min(view.end, Math.floor(view.start + x / scale())));

/** Stripes in this colour, by which gaps and the unreachable differ from the rest without colours, too. */
function stripes(colour) {
  if (patterns.has(colour)) return patterns.get(colour);
  const tile = make('canvas', {width: 8, height: 8});
  const on = tile.getContext('2d');
  on.strokeStyle = colour;
  on.lineWidth = 2;
  for (const x of [-8, 0, 8]) {
    on.beginPath();
    on.moveTo(x - 1, 9);
    on.lineTo(x + 9, -1);
    on.stroke();
  }
  patterns.set(colour, paint.createPattern(tile, 'repeat'));
  return patterns.get(colour);
}

/** The pieces of each member: this node, then those in trouble, then those of most keys. */
function lanes() {
  const all = new Map();
  for (const piece of map.pieces) {
    for (const member of [...names(piece.owners), ...names(piece.unreachable)]) {
      if (!all.has(member)) all.set(member, []);
      all.get(member).push(piece);
    }
  }
  const facts = new Map(map.members.map((x) => [x.member, x]));
  const rank = (member) => member === self ? 0 : facts.get(member).reachable ? 2 : 1;
  return [...all].sort(([a], [b]) => rank(a) - rank(b) || facts.get(b).keys - facts.get(a).keys || a.localeCompare(b, 'en', {numeric: true}));
}

function fit(height) {
  const ratio = devicePixelRatio || 1, width = $('picture').clientWidth;
  canvas.style.height = `${height}px`;
  if (canvas.width !== Math.round(width * ratio) || canvas.height !== Math.round(height * ratio)) {
    canvas.width = Math.round(width * ratio);
    canvas.height = Math.round(height * ratio);
  }
  paint.setTransform(ratio, 0, 0, ratio, 0, 0);
  paint.clearRect(0, 0, width, height);
  return width;
}

/** Whole points, so that no seam shows between neighbours. */
function fill(piece, y, height, style) {
  const ratio = devicePixelRatio || 1;
  const from = Math.round(xOf(piece.start) * ratio) / ratio, to = Math.round(xOf(piece.end + 1) * ratio) / ratio;
  paint.fillStyle = style;
  paint.fillRect(from, y, Math.max(to - from, 1), height);
}

function drawPiece(piece, gap) {
  const owners = names(piece.owners), lost = names(piece.unreachable);
  const parts = owners.length + lost.length;
  const open = piece.uncovered ? Math.max(piece.uncovered / size(piece) * STRIP, 8) : 0;
  const height = parts ? (STRIP - (parts && open ? Math.min(open, STRIP / 2) : 0)) / parts : 0;
  owners.forEach((member, i) => fill(piece, i * height, height, colourOf(member)));
  lost.forEach((member, i) => {
    const y = (owners.length + i) * height;
    fill(piece, y, height, look('--strip'));
    fill(piece, y, height, stripes(colourOf(member)));
  });
  if (!piece.uncovered && parts) return;
  const y = parts * height;
  fill(piece, y, STRIP - y, look('--gap'));
  fill(piece, y, STRIP - y, gap);
}

export function draw() {
  if (!map) return;
  looks.clear();
  patterns.clear();
  const shown = lanes(), drawn = shown.slice(0, LANES);
  const height = STRIP + AXIS + drawn.length * LANE + (shown.length > LANES ? LANE : 0) + GUTTER;
  const width = fit(height), gap = stripes(look('--bad'));
  paint.fillStyle = look('--strip');
  paint.fillRect(0, 0, width, STRIP);
  for (const piece of map.pieces) drawPiece(piece, gap);
  for (const piece of map.pieces) {  // what is thinner than a point is still seen
    if (isGap(piece) && size(piece) * scale() < 2) {
      paint.fillStyle = look('--bad');
      paint.fillRect(xOf(piece.start) - 0.5, 0, 2, STRIP);
    }
  }
  drawAxis(width);
  paint.font = `11px ${look('--mono')}`;
  paint.textBaseline = 'middle';
  drawn.forEach(([member, pieces], i) => drawLane(member, pieces, STRIP + AXIS + i * LANE, width));
  if (shown.length > LANES) {
    paint.fillStyle = look('--dim');
    paint.fillText(`and ${count(shown.length - LANES, 'member')} more`, 4, STRIP + AXIS + LANES * LANE + LANE / 2);
  }
  drawChanges(width);
  drawMarks(height - GUTTER);
}

function drawAxis(width) {
  const parts = width < 520 ? 2 : 4;
  paint.font = `10.5px ${look('--mono')}`;
  paint.textBaseline = 'top';
  paint.fillStyle = look('--dim');
  for (let i = 0; i <= parts; ++i) {
    const key = Math.min(view.end, Math.round(view.start + (view.end - view.start + 1) * i / parts));
    paint.textAlign = i === 0 ? 'left' : i === parts ? 'right' : 'center';
    paint.fillText(hex(key), width * i / parts, STRIP + 4);
  }
  paint.textAlign = 'left';
}

function drawLane(member, pieces, y, width) {
  const {keys, reachable} = map.members.find((x) => x.member === member);
  const text = member === self ? `${member} · this node` : reachable ? member : `${member} · unreachable`;
  paint.fillStyle = look(reachable ? '--text' : '--bad');
  paint.fillText(text, 0, y + 7);
  paint.textAlign = 'right';
  paint.fillStyle = look('--dim');
  paint.fillText(percent(keys / 2 ** 32), width, y + 7);
  paint.textAlign = 'left';
  paint.fillStyle = look('--strip');
  paint.fillRect(0, y + LANE - BAR - 2, width, BAR);
  for (const piece of pieces) {
    const lost = names(piece.unreachable).includes(member);
    fill(piece, y + LANE - BAR - 2, BAR, lost ? stripes(colourOf(member)) : colourOf(member));
  }
}

function drawChanges(width) {
  for (const x of changes) {
    paint.globalAlpha = 0.75 * Math.max(0, 1 - (performance.now() - x.at) / FLASH);
    paint.fillStyle = look(x.colour);
    paint.fillRect(width * x.first / 512, 0, Math.max(width * (x.i - x.first + 1) / 512, 2), STRIP);
  }
  paint.globalAlpha = 1;
}

function drawMarks(height) {
  if (mark !== null && mark >= view.start && mark <= view.end) {
    paint.fillStyle = look('--text');
    paint.fillRect(xOf(mark) - 1, 0, 2, height);
  }
  if (dragged) {
    paint.globalAlpha = 0.25;
    paint.fillStyle = look('--accent');
    paint.fillRect(Math.min(...dragged), 0, Math.abs(dragged[1] - dragged[0]), height);
    paint.globalAlpha = 1;
  }
}

/** Marks a key, and makes it seen. */
export function markKey(key) {
  mark = key;
  if (key < view.start || key > view.end) showWindow(0, LAST);
  draw();
}

function tip(x) {
  const box = $('tip');
  if (x === null || !map) {
    box.hidden = true;
    return;
  }
  const key = keyAt(x);
  const piece = map.pieces.find((p) => key >= p.start && key <= p.end);
  if (!piece) return;
  const one = (member, word) => {
    const swatch = make('span', {className: 'swatch'});
    swatch.style.background = colourOf(member);
    return make('li', {}, swatch, member + word);
  };
  const open = piece.uncovered === size(piece) ? 'nobody' : piece.uncovered ? `nobody for ${percent(piece.uncovered / size(piece))} of them` : '';
  box.replaceChildren(make('b', {}, `${hex(piece.start)}–${hex(piece.end)}`),
    make('span', {className: 'note'}, ` ${percent(size(piece) / 2 ** 32)} of all keys`),
    make('ul', {}, ...names(piece.owners).map((m) => one(m, '')), ...names(piece.unreachable).map((m) => one(m, ' (unreachable)')),
      piece.members > piece.owners.length ? make('li', {}, `up to ${piece.members} for one key`) : null,
      open ? make('li', {className: 'bad'}, open) : null));
  box.hidden = false;
  const width = $('picture').clientWidth;
  box.style.left = `${Math.max(0, Math.min(x + 12, width - box.offsetWidth))}px`;
  box.style.top = `${STRIP + 6}px`;
}

const within = (event) => Math.max(0, Math.min(event.offsetX, canvas.clientWidth));

canvas.addEventListener('pointerdown', (event) => {
  if (event.button !== 0 || event.pointerType === 'touch') return;
  canvas.setPointerCapture(event.pointerId);
  dragged = [within(event), within(event)];
});
canvas.addEventListener('pointermove', (event) => {
  if (dragged) {
    dragged[1] = within(event);
    draw();
  }
  tip(within(event));
});
canvas.addEventListener('pointerup', (event) => {
  const range = dragged;
  dragged = null;
  if (range && Math.abs(range[1] - range[0]) > 5) showWindow(keyAt(Math.min(...range)), keyAt(Math.max(...range)));
  else if (event.pointerType === 'touch') tip(within(event));
  draw();
});
canvas.addEventListener('pointerleave', () => { if (!dragged) tip(null); });

function zoom(how) {
  const width = view.end - view.start + 1, middle = view.start + width / 2;
  if (how === 'all') showWindow(0, LAST);
  if (how === 'in') showWindow(middle - Math.max(width / 8, 4), middle + Math.max(width / 8, 4) - 1);
  if (how === 'out') showWindow(middle - width * 2, middle + width * 2 - 1);
  if (how === 'left') { const by = Math.min(width / 2, view.start); showWindow(view.start - by, view.end - by); }
  if (how === 'right') { const by = Math.min(width / 2, LAST - view.end); showWindow(view.start + by, view.end + by); }
}

for (const button of document.querySelectorAll('[data-zoom]')) button.onclick = () => zoom(button.dataset.zoom);
canvas.addEventListener('keydown', (event) => {
  const how = {'+': 'in', '=': 'in', '-': 'out', '0': 'all', ArrowLeft: 'left', ArrowRight: 'right'}[event.key];
  if (!how) return;
  event.preventDefault();
  zoom(how);
});

new ResizeObserver(draw).observe($('picture'));
matchMedia('(prefers-color-scheme: dark)').addEventListener('change', draw);
