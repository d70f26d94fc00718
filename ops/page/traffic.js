// What the node sends, receives and drops, as lines of the last two minutes. The page keeps them; the node does not.

import {$, make, setText} from './dom.js';

const SECONDS = 120, WIDTH = 240, HEIGHT = 44;
const DROPPED = ['frames_dropped', 'datagrams_dropped', 'frames_passed_over', 'claims_refused', 'requests_refused',
  'answers_refused', 'hops_refused'];
const SVG = 'http://www.w3.org/2000/svg';

const sum = (counters, names) => names.reduce((all, name) => all + (counters[name] ?? 0), 0);

const bytes = (n) => n < 1000 ? `${Math.round(n)} B/s` : n < 1e6 ? `${(n / 1e3).toFixed(1)} kB/s` : `${(n / 1e6).toFixed(1)} MB/s`;
const events = (n) => n > 0 && n < 10 ? `${n.toFixed(1)} /s` : `${Math.round(n)} /s`;

const lines = [
  {name: 'received', of: (c) => sum(c, ['bytes_received']), unit: bytes},
  {name: 'sent', of: (c) => sum(c, ['bytes_sent']), unit: bytes},
  {name: 'frames', of: (c) => sum(c, ['frames_received', 'frames_sent', 'datagrams_received', 'datagrams_sent']), unit: events},
  {name: 'dropped', of: (c) => sum(c, DROPPED), unit: events},
];

for (const line of lines) {
  const svg = document.createElementNS(SVG, 'svg');
  svg.setAttribute('viewBox', `0 0 ${WIDTH} ${HEIGHT}`);
  svg.setAttribute('preserveAspectRatio', 'none');
  svg.setAttribute('aria-hidden', 'true');
  line.area = document.createElementNS(SVG, 'path');
  line.area.setAttribute('class', 'area');
  line.path = document.createElementNS(SVG, 'path');
  line.path.setAttribute('class', 'line');
  svg.append(line.area, line.path);
  line.value = make('b', {}, '–');
  line.peak = make('span', {className: 'note'}, '');
  line.box = make('div', {className: `spark ${line.name}`}, make('span', {}, line.name), line.value, svg, line.peak);
  $('traffic').append(line.box);
}

let samples = [];

/** Forgets all, for example after a pause. */
export function forgetTraffic() { samples = []; }

export function showTraffic(counters) {
  const at = performance.now() / 1000;
  if (samples.length && lines[0].of(counters) < samples.at(-1).totals[0]) samples = [];  // the node is another one
  samples.push({at, totals: lines.map((x) => x.of(counters))});
  samples = samples.filter((x) => x.at > at - SECONDS - 5);
  lines.forEach((line, i) => draw(line, i, at));
}

function draw(line, i, now) {
  const points = [];
  for (let k = 1; k < samples.length; ++k) {
    const [a, b] = [samples[k - 1], samples[k]];
    points.push([b.at, (b.totals[i] - a.totals[i]) / Math.max(b.at - a.at, 0.05)]);
  }
  if (!points.length) return;
  const peak = Math.max(...points.map((x) => x[1]));
  const x = (t) => (WIDTH * (1 - (now - t) / SECONDS)).toFixed(1);
  const y = (v) => (HEIGHT - 2 - (HEIGHT - 6) * (peak ? v / peak : 0)).toFixed(1);
  const path = points.map(([t, v], k) => `${k ? 'L' : 'M'}${x(t)} ${y(v)}`).join('');
  line.path.setAttribute('d', path);
  line.area.setAttribute('d', `${path}L${x(points.at(-1)[0])} ${HEIGHT}L${x(points[0][0])} ${HEIGHT}Z`);
  setText(line.value, line.unit(points.at(-1)[1]));
  setText(line.peak, peak ? `at most ${line.unit(peak)}` : '');
  line.box.classList.toggle('bad', line.name === 'dropped' && points.at(-1)[1] > 0);
}
