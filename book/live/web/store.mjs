// The files of Python: each one fetched once, checked against its sum, counted as it arrives, and kept in this browser.
const KEPT = 'road-to-adam python';
const { fetch } = globalThis;           // the worker puts the store itself in its place

// A copy from an earlier visit, as {get, put}; a browser that keeps nothing (private mode, a full disk, plain http) has an empty one.
async function shelf(folder) {
  try {
    const cache = await caches.open(KEPT);
    const address = sum => new URL(`kept/${encodeURIComponent(sum)}`, folder).href;        // a name: nothing is there
    return {
      keeps: true,
      has: async sum => Boolean(await cache.match(address(sum))),
      get: async sum => (await cache.match(address(sum)))?.arrayBuffer(),
      put: (sum, bytes) => cache.put(address(sum), new Response(bytes)),
      // What another edition of the book needed goes.
      only: async sums => {
        const wanted = new Set(sums.map(address));
        for (const request of await cache.keys()) if (!wanted.has(request.url)) await cache.delete(request);
      },
    };
  } catch {
    return { keeps: false, has: async () => false, get: async () => undefined, put: async () => {}, only: async () => {} };
  }
}

async function sumOf(bytes) {
  const digest = new Uint8Array(await crypto.subtle.digest('SHA-256', bytes));
  return `sha256-${btoa(String.fromCharCode(...digest))}`;
}

export class Store {
  // `said` is sums.json; `tell` hears how much has come, in per cent or null, and whether it is kept.
  constructor(folder, said, tell) {
    Object.assign(this, { folder, sums: said.files, from: said.from ?? {}, sizes: said.sizes ?? {}, tell });
    this.come = 0;
    this.files = new Map();             // name: promise of its bytes
    this.shelf = shelf(folder);
  }

  has(name) { return name in this.sums; }

  // Whether this browser has kept files, all of them.
  async keeps(names) {
    const { has } = await this.shelf;
    return (await Promise.all(names.map(name => has(this.sums[name])))).every(Boolean);
  }

  // The bytes of a file. A second call returns the same ones.
  file(name) {
    if (!this.files.has(name)) {
      this.files.set(name, this.#bring(name));
      this.files.get(name).catch(() => this.files.delete(name));
    }
    return this.files.get(name);
  }

  // A file as an answer to a fetch.
  async response(name) {
    const type = name.endsWith('.wasm') ? 'application/wasm' : 'application/octet-stream';      // some servers do not know it
    return new Response(await this.file(name), { headers: { 'content-type': type } });
  }

  // Fetch ahead what will be needed.
  ahead(names) {
    this.needed = names.filter(name => this.has(name));
    for (const name of this.needed) this.file(name).catch(() => {});        // reported to the caller that awaits it
  }

  async #bring(name) {
    const shelf = await this.shelf, sum = this.sums[name];
    if (!sum) throw new Error(`pyodide/${name} is not listed in sums.json`);
    const kept = await shelf.get(sum).catch(() => undefined);
    if (kept && await sumOf(kept) === sum) {
      this.#count(name, kept.byteLength);
      return kept;
    }
    const place = this.from[name] ?? new URL(name, this.folder);
    try {
      const bytes = await this.#fetch(name, place, sum);
      shelf.put(sum, bytes).catch(() => { shelf.keeps = false; });
      return bytes;
    } catch (why) {
      throw new Error(`${this.from[name] ?? `pyodide/${name}`} is damaged or ${this.from[name] ? 'out of reach' : 'missing'} (${why.message})`);
    }
  }

  async #fetch(name, place, sum) {
    // Where the browser lets no page compute sums (plain http), it checks them itself, and tells nothing on the way.
    const counts = Boolean(globalThis.crypto?.subtle);
    const answer = await fetch(place, counts ? {} : { integrity: sum });
    if (!answer.ok) throw new Error(`it answered ${answer.status}`);
    const parts = [];
    for await (const part of pieces(answer.body)) {
      parts.push(part);
      this.#count(name, part.length);
    }
    const bytes = await new Blob(parts).arrayBuffer();
    if (counts && await sumOf(bytes) !== sum) throw new Error('its sha256 sum is another one');
    return bytes;
  }

  async #count(name, bytes) {
    this.come += bytes;
    const all = (this.needed ?? []).reduce((sum, other) => sum + (this.sizes[other] ?? NaN), 0);
    this.tell(all ? Math.min(99, Math.floor(100 * this.come / all)) : null, all, (await this.shelf).keeps);
  }

  // Keep of earlier editions nothing.
  async tidy() { await (await this.shelf).only(Object.values(this.sums)); }
}

async function* pieces(stream) {
  const reader = stream.getReader();
  for (let { done, value } = await reader.read(); !done; { done, value } = await reader.read()) yield value;
}
