// Asks the node.

const STORED = 'scalesmall-token';
let token = sessionStorage.getItem(STORED) ?? '';

/** Takes the token behind the address, and then nobody sees it there. */
export function takeToken() {
  if (!location.hash.startsWith('#token=')) return;
  setToken(decodeURIComponent(location.hash.slice(7)));
  history.replaceState(null, '', location.pathname);
}
takeToken();

export const mayChange = () => token !== '';

export function setToken(text) {
  token = text;
  if (text) sessionStorage.setItem(STORED, text); else sessionStorage.removeItem(STORED);
}

export class Refused extends Error {
  constructor(status, code, message) {
    super(message);
    this.status = status;
    this.code = code;
  }
}

async function answer(path, options = {}, by = token) {
  const headers = {...options.headers, ...(by && {Authorization: `Bearer ${by}`})};
  const got = await fetch(path, {cache: 'no-store', ...options, headers});
  if (got.ok) return got;
  const error = (await got.json().catch(() => ({}))).error ?? {};
  throw new Refused(got.status, error.code ?? 'http', error.message ?? `status ${got.status}`);
}

export const get = async (path) => (await answer(path, {signal: AbortSignal.timeout(10000)})).json();

export const post = async (path, fields) => (await answer(path, {
  method: 'POST', headers: {'Content-Type': 'application/json'}, body: JSON.stringify(fields),
})).json();

/** Throws if this is not the token of the node. */
export const tryToken = (text) => answer('/v1/id', {}, text);

export const ofGroup = (group, what) => `/v1/groups/${encodeURIComponent(group)}/${what}`;

/** Lines of a stream. */
async function* linesOf(body) {
  const reader = body.pipeThrough(new TextDecoderStream()).getReader();
  let rest = '';
  for (;;) {
    const {done, value} = await reader.read();
    if (done) return;
    const lines = (rest + value).split('\n');
    rest = lines.pop();
    yield* lines;
  }
}

/**
 * Calls onEvent(kind, data) with what comes at a path, until `signal` aborts; it goes on where it was when the connection broke.
 * onState tells 'live', or an error.
 */
export async function follow(path, onEvent, onState, signal) {
  let last = null;
  for (let wait = 250; !signal.aborted; wait = Math.min(2 * wait, 4000)) {
    try {
      const headers = {Accept: 'text/event-stream', ...(last !== null && {'Last-Event-ID': last})};
      const got = await answer(path, {headers, signal});
      onState('live');
      let kind = 'message', data = '';
      for await (const line of linesOf(got.body)) {
        wait = 250;
        const at = line.indexOf(':');
        const value = line.slice(at + 1).trim();
        if (line.startsWith('id:')) last = value;
        if (line.startsWith('event:')) kind = value;
        if (line.startsWith('data:')) data += value;
        if (line === '' && data) {
          onEvent(kind, JSON.parse(data));
          kind = 'message';
          data = '';
        }
      }
      onState(new Error('the stream ended'));
    } catch (error) {
      if (!signal.aborted) onState(error);
    }
    await new Promise((resolve) => { setTimeout(resolve, wait); });
  }
}
