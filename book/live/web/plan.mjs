// Which cells a cell needs, whether what it shows still belongs to them, and how long a run will take.
const PATIENCE = 400;           // milliseconds without typing before Python is asked again
const WORTH = 5;                // seconds from which a run is announced
const SPEED = 'road-to-adam seconds';       // what this browser took, and what was recorded for the same cells

const sums = () => {
  try {
    const [took, recorded] = JSON.parse(localStorage.getItem(SPEED));
    return [Number(took) || 0, Number(recorded) || 0];
  } catch {
    return [0, 0];              // nothing kept, or no storage
  }
};

export class Plan {
  // `book` is the plan for the book's code, by places, and `seconds` what its cells took; both may be null.
  constructor(cells, python, book, seconds) {
    Object.assign(this, { cells, python });
    this.groups = cells.map(({ root }) => root.closest('.solution')?.id ?? '');
    const all = (_, own) => [...this.groups.keys()].filter(place => place < own && ['', this.groups[own]].includes(this.groups[place]));
    this.asked = this.own = book?.length === cells.length ? book : cells.map(all);
    this.seconds = seconds?.length === cells.length ? seconds : cells.map(() => 0);
    [this.measured, this.recorded] = sums();
  }

  // For each cell, the places of those that it needs: by the book's plan while its code stands, else as Python was asked.
  get rows() { return this.cells.some(cell => cell.edited) ? this.asked : this.own; }

  // The cells above that a cell needs, in their order.
  needs(cell) { return this.rows[cell.number - 1].map(place => this.cells[place]); }

  // Ask Python, for the code as it stands, about the first cells of the page.
  async ask(number, on = () => {}) {
    const result = await this.python.plan(this.cells.slice(0, number).map(cell => cell.code), this.groups.slice(0, number), on);
    if (result.ok) this.asked = [...result.answer, ...this.asked.slice(number)];
    return result;
  }

  // Ask when the reader has stopped typing, if Python is there and has nothing to do.
  later(done) {
    clearTimeout(this.timer);
    this.timer = setTimeout(async () => {
      if (this.python.worker && !this.python.busy && (await this.ask(this.cells.length)).ok) done();
    }, PATIENCE);
  }

  // Of what a cell needs, the cells that have not run as they stand, or not since what they need themselves has.
  due(cell) {
    const fresh = new Set();
    return this.needs(cell).filter(other => {
      const ran = other.ran === other.code && this.needs(other).every(above => fresh.has(above) && above.at < other.at);
      if (ran) fresh.add(other);
      return !ran;
    });
  }

  // Why the output shown is not that of the code: it was changed, or something it needs was changed or ran again.
  stale(cell) {
    if (cell.code !== cell.shown) return 'changed, not run yet';
    for (const other of this.needs(cell)) {
      if (other.code !== (cell.above ?? this.sources)[other.number - 1]) return 'out of date: code above has changed';
      if (cell.at && other.at > cell.at) return `out of date: ${other.title} has run again`;
    }
    return '';
  }

  get sources() { return this.book ??= this.cells.map(cell => cell.source); }

  // A cell of the book took so long here.
  took(cell, seconds) {
    const recorded = this.seconds[cell.number - 1];
    if (!recorded) return;
    this.measured += seconds;
    this.recorded += recorded;
    try {
      localStorage.setItem(SPEED, JSON.stringify([this.measured, this.recorded]));
    } catch { /* the next page measures anew */ }
  }

  // The seconds that a Run is expected to take here, with the cells that it needs first; 0 if they are not worth a word.
  estimate(cell) {
    const pace = this.recorded > 1 ? this.measured / this.recorded : 1;
    const seconds = pace * [...this.due(cell), cell].reduce((sum, { number }) => sum + this.seconds[number - 1], 0);
    return seconds > WORTH ? seconds : 0;
  }
}
