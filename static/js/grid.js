// One tab stop for the whole grid; arrow keys move between its cells, Home and End to the ends of a row.
const table = document.querySelector("[data-grid]");

if (table) {
  const rows = [...table.tBodies[0].rows].map((row) => [...row.cells].map((cell) => cell.querySelector("a")));
  let here = null;

  const go = (link) => {
    if (here) here.tabIndex = -1;
    here = link;
    here.tabIndex = 0;
  };
  for (const row of rows) for (const link of row) if (link) link.tabIndex = -1;
  const first = rows.flat().find(Boolean);
  if (first) go(first);

  const place = (link) => {
    for (const [y, row] of rows.entries()) {
      const x = row.indexOf(link);
      if (x >= 0) return [x, y];
    }
    return null;
  };
  // Cells without a visit are passed over.
  const seek = (x, y, dx, dy) => {
    for (x += dx, y += dy; rows[y] && x >= 0 && x < rows[y].length; x += dx, y += dy) {
      if (rows[y][x]) return rows[y][x];
    }
    return null;
  };
  const moves = {
    ArrowLeft: (x, y) => seek(x, y, -1, 0),
    ArrowRight: (x, y) => seek(x, y, 1, 0),
    ArrowUp: (x, y) => seek(x, y, 0, -1),
    ArrowDown: (x, y) => seek(x, y, 0, 1),
    Home: (x, y) => seek(-1, y, 1, 0),
    End: (x, y) => seek(rows[y].length, y, -1, 0),
  };
  table.addEventListener("keydown", (event) => {
    const at = place(event.target);
    if (!at || !moves[event.key] || event.ctrlKey || event.metaKey || event.altKey) return;
    const next = moves[event.key](...at);
    event.preventDefault();
    if (!next) return;
    go(next);
    next.focus();
    next.scrollIntoView({ block: "nearest", inline: "nearest" });
  });
  table.addEventListener("focusin", (event) => {
    if (place(event.target)) go(event.target);
  });
}
