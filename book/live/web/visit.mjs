// Whether this visit, in one tab of the browser, has used Python: then it will again, and the next page starts it while the
// reader reads.
const KEY = 'road-to-adam python';

export function remember() {
  try {
    sessionStorage.setItem(KEY, 'used');
  } catch {
    // No storage here: each page starts Python when it is asked to.
  }
}

export function remembers() {
  try {
    return sessionStorage.getItem(KEY) !== null;
  } catch {
    return false;
  }
}
