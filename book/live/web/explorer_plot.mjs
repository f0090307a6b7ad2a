// Draw lines on axes, and contours, as SVG that follows the theme. Runs differ by dash and mark as well as by color.
export function svg(tag, attributes = {}, ...children) {
  const made = document.createElementNS('http://www.w3.org/2000/svg', tag);
  for (const [key, value] of Object.entries(attributes)) made.setAttribute(key, value);
  made.append(...children);
  return made;
}

// A number as a reader wants it, with a true minus.
export const tell = x => {
  const size = Math.abs(x);
  const text = size !== 0 && (size < 1e-3 || size >= 1e5) ? x.toExponential(1) : String(Number(x.toPrecision(3)));
  return text.replace(/-/g, '−');
};

const raised = k => String(k).replace(/./g, sign => sign === '-' ? '⁻' : '⁰¹²³⁴⁵⁶⁷⁸⁹'[sign]);
const power = x => {
  const k = Math.log10(x), whole = Math.round(k);
  return Math.abs(whole) > 2 && Math.abs(k - whole) < 1e-9 ? `10${raised(whole)}` : tell(x);
};

function ticks(low, high, log, parts = 4) {
  const found = [];
  if (log) {
    const first = Math.ceil(Math.log10(low) - 1e-9), last = Math.floor(Math.log10(high) + 1e-9);
    const stride = Math.max(1, Math.ceil((last - first) / 3));
    for (let k = first; k <= last; k += stride) found.push(10 ** k);
    if (found.length > 1) return found;
    const between = [1, 2, 5].flatMap(m => [m * 10 ** (first - 1), m * 10 ** first]).filter(x => x >= low && x <= high);
    return between.length > 1 ? between : [low, high];
  }
  const raw = (high - low) / parts, unit = 10 ** Math.floor(Math.log10(raw));
  const step = [1, 2, 5, 10].map(k => k * unit).find(candidate => candidate >= raw * 0.999);
  for (let k = Math.ceil(low / step - 1e-9); k * step <= high + step * 1e-6; k++) found.push(k * step);
  return found;
}

// The mark of a run at a place: a disk or a square.
export const mark = (run, x, y) => run ? `M${x - 2.5} ${y - 2.5}h5v5h-5z`
  : `M${x - 2.7} ${y}a2.7 2.7 0 1 0 5.4 0a2.7 2.7 0 1 0 -5.4 0z`;

export class Axes {
  // Without a name for x, the axis has no numbers either: that below has them.
  constructor({ width, height, x, y, className = '' }) {
    Object.assign(this, { width, height, numbered: Boolean(x) });
    this.inner = { left: 46, right: width - 8, top: 6, bottom: height - (x ? 30 : 5) };
    const { left, right, top, bottom } = this.inner;
    this.grid = svg('g', { class: 'grid' });
    this.under = svg('g', { class: 'contours' });
    this.lowest = svg('path', { class: 'lowest' });
    this.lines = svg('g', { class: 'lines' });
    const middle = (top + bottom) / 2;
    this.names = [svg('text', { x: right, y: height - 3, 'text-anchor': 'end' }, x),
      svg('text', { x: 11, y: middle, 'text-anchor': 'middle', transform: `rotate(-90 11 ${middle})` }, y)];
    const [wide, high] = [right - left, bottom - top];
    this.body = svg('svg', { x: left, y: top, width: wide, height: high, viewBox: `${left} ${top} ${wide} ${high}` },
      this.under, this.lines, this.lowest);
    this.root = svg('svg', { viewBox: `0 0 ${width} ${height}`, class: `explorer-axes ${className}`, role: 'img' },
      this.grid, ...this.names, this.body);
  }

  // Fix the ranges, and draw the grid.
  range([x0, x1], [y0, y1], log = false) {
    const { left, right, top, bottom } = this.inner, f = log ? Math.log10 : y => y;
    Object.assign(this, { xs: [x0, x1], ys: [y0, y1] });
    this.toX = x => left + (x - x0) / (x1 - x0) * (right - left);
    this.toY = y => bottom - (f(y) - f(y0)) / (f(y1) - f(y0)) * (bottom - top);
    const parts = [], rows = bottom - top < 80 ? 3 : 4;
    for (const x of ticks(x0, x1, false, 5)) parts.push(svg('line', { x1: this.toX(x), x2: this.toX(x), y1: top, y2: bottom }),
      ...this.numbered ? [svg('text', { x: this.toX(x), y: bottom + 13, 'text-anchor': 'middle' }, tell(x))] : []);
    for (const y of ticks(y0, y1, log, rows)) parts.push(svg('line', { x1: left, x2: right, y1: this.toY(y), y2: this.toY(y) }),
      svg('text', { x: left - 4, y: this.toY(y) + 4, 'text-anchor': 'end' }, log ? power(y) : tell(y)));
    this.grid.replaceChildren(...parts);
  }

  // Draw curves: each {run, part, points}, points being pairs; and perhaps marks, or a name.
  draw(curves) {
    const clip = v => Math.max(-1e5, Math.min(1e5, v)).toFixed(1);
    this.lines.replaceChildren(...curves.flatMap(({ run, part, points, marks, name }) => {
      const at = points.map(([x, y]) => [clip(this.toX(x)), clip(this.toY(y))]);
      const line = svg('polyline', { class: `run${run} part${part}`, points: at.map(p => p.join(',')).join(' ') });
      const every = Math.max(1, Math.ceil(at.length / 60));
      const d = marks && at.filter((_, i) => i % every === 0 || i === at.length - 1)
        .map(([x, y]) => mark(run, x, y)).join('');
      const parts = d ? [line, svg('path', { class: `dot run${run}`, d })] : [line];
      if (name) {                         // beside its way, where it is not yet at the goal of all
        const [x, y] = at[Math.floor(at.length / 4)].map(Number);
        parts.push(svg('text', { class: 'name', x, y: marks ? y + 16 : y - 5 }, name));
      }
      return parts;
    }));
  }

  // Filled contours of heights on a grid over the whole map: what lies below a level, once for each level.
  contours({ heights, levels }) {
    const { left, right, top, bottom } = this.inner, rows = heights.length - 1, columns = heights[0].length - 1;
    const at = ([i, j]) => `${(left + j / columns * (right - left)).toFixed(1)} ${(bottom - i / rows * (bottom - top)).toFixed(1)}`;
    this.under.replaceChildren(...levels.toReversed().map(level => svg('path', {
      d: rings(heights, level).map(ring => `M${ring.map(at).join('L')}Z`).join('') })));
  }

  // Crosses where the value is lowest.
  crosses(points) {
    const cross = (x, y) => `M${x - 5} ${y - 5}L${x + 5} ${y + 5}M${x - 5} ${y + 5}L${x + 5} ${y - 5}`;
    this.lowest.setAttribute('d', points.map(([x, y]) => cross(this.toX(x), this.toY(y))).join(''));
  }
}

// The closed outlines of where a grid is at most `level`, by marching squares: outside the grid all is higher. Points
// are [row, column], with fractions. An outline leaves a cell where the next one enters its neighbor.
export function rings(grid, level) {
  const rows = grid.length, columns = grid[0].length;
  const next = new Map();             // side of a cell: [the side on which the outline goes on, the point on this side]
  const side = (a, b, c, d) => 2 * ((Math.min(a, c) + 1) * (columns + 2) + Math.min(b, d) + 1) + (a === c ? 0 : 1);
  const cell = (i, j, values) => {
    const corners = [[i, j], [i, j + 1], [i + 1, j + 1], [i + 1, j]], inside = values.map(v => v <= level);
    const cuts = corners.flatMap(([a, b], k) => {
      const [c, d] = corners[(k + 1) % 4], u = values[k], v = values[(k + 1) % 4];
      if (inside[k] === inside[(k + 1) % 4]) return [];
      const share = u === Infinity ? 1 : v === Infinity ? 0 : (level - u) / (v - u);
      return [{ out: inside[k], id: side(a, b, c, d), point: [a + share * (c - a), b + share * (d - b)] }];
    });
    cuts.forEach((cut, k) => { if (cut.out) next.set(cut.id, [cuts[(k + 1) % cuts.length].id, cut.point]); });
  };
  const beyond = new Array(columns + 2).fill(Infinity);
  let below = beyond;
  for (let i = -1; i < rows; i++) {
    const above = i + 1 < rows ? [Infinity, ...grid[i + 1], Infinity] : beyond;
    for (let j = 0; j <= columns; j++) {
      const a = below[j], b = below[j + 1], c = above[j + 1], d = above[j], inside = a <= level;
      if (inside !== b <= level || inside !== c <= level || inside !== d <= level) cell(i, j - 1, [a, b, c, d]);
    }
    below = above;
  }
  const found = [];
  while (next.size) {
    const ring = [];
    for (let id = next.keys().next().value; next.has(id);) {
      const [to, point] = next.get(id);
      next.delete(id);
      ring.push(point);
      id = to;
    }
    found.push(ring);
  }
  return found;
}
