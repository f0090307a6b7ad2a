// What the reader typed, kept in this browser for this page; none of it runs before the reader says so.
const KEY = `road-to-adam live ${location.pathname}`;

// Return the kept code by the book's code it replaces, so that an edition with other cells takes only what fits.
export function load() {
  try {
    const kept = JSON.parse(localStorage.getItem(KEY) ?? '[]');
    return new Map(kept.filter(pair => pair.length === 2 && pair.every(code => typeof code === 'string')));
  } catch {
    return new Map();                   // no storage here, or not ours: the page begins as the book has it
  }
}

// Keep the edited cells; return false where the browser keeps nothing.
export function save(cells) {
  const edited = cells.filter(cell => cell.edited).map(cell => [cell.source, cell.code]);
  try {
    if (edited.length) localStorage.setItem(KEY, JSON.stringify(edited));
    else localStorage.removeItem(KEY);
    return true;
  } catch {
    return false;
  }
}
