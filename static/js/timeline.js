// One tab stop for all marks of the timeline: arrow keys move between them, and a line above the
// figure tells the one that has the focus or lies under the pointer. Opens scrolled to now.
const scroller = document.querySelector("[data-timeline]");

if (scroller) {
  const told = document.getElementById("tl-read");
  const lanes = [...scroller.querySelectorAll(".lane")]
    .map((lane) => [...lane.querySelectorAll(".mark")])
    .filter((marks) => marks.length > 0);
  const gutter = scroller.querySelector(".tl-gutter");
  let here = scroller.querySelector(".mark[tabindex='0']");

  const middle = (mark) => {
    const box = mark.querySelector(".hit").getBoundingClientRect();
    return box.left + box.width / 2;
  };
  const tell = (mark) => {
    const [when, ...words] = mark.querySelector("title").textContent.split(": ");
    told.querySelector("b").textContent = when;
    told.querySelector("span").textContent = words.join(": ");
  };
  const go = (mark) => {
    here.setAttribute("tabindex", "-1");
    here.classList.remove("is-on");
    here = mark;
    here.setAttribute("tabindex", "0");
    here.classList.add("is-on");
    tell(here);
  };
  // The gutter covers the left edge: what has the focus must lie beside it.
  const show = (mark) => {
    const view = scroller.getBoundingClientRect();
    const box = mark.querySelector(".hit").getBoundingClientRect();
    const left = view.left + gutter.getBoundingClientRect().width + 24;
    if (box.left < left) scroller.scrollLeft -= left - box.left;
    else if (box.right > view.right - 24) scroller.scrollLeft += Math.min(box.right - view.right + 24, box.left - left);
  };
  const placeOf = (mark) => {
    const y = lanes.findIndex((marks) => marks.includes(mark));
    return [y, y < 0 ? -1 : lanes[y].indexOf(mark)];
  };
  const nearest = (y, x) =>
    lanes[y]?.reduce((best, mark) => (Math.abs(middle(mark) - x) < Math.abs(middle(best) - x) ? mark : best));
  const moves = {
    ArrowLeft: (y, i) => lanes[y][i - 1],
    ArrowRight: (y, i) => lanes[y][i + 1],
    ArrowUp: (y, i) => nearest(y - 1, middle(lanes[y][i])),
    ArrowDown: (y, i) => nearest(y + 1, middle(lanes[y][i])),
    Home: (y) => lanes[y][0],
    End: (y) => lanes[y].at(-1),
  };

  scroller.addEventListener("keydown", (event) => {
    const [y, i] = placeOf(event.target);
    if (y < 0 || !moves[event.key] || event.ctrlKey || event.metaKey || event.altKey) return;
    event.preventDefault();
    const next = moves[event.key](y, i);
    if (!next) return;
    go(next);
    next.focus({ preventScroll: true });
    show(next);
    if (next.getBoundingClientRect().top < 0 || next.getBoundingClientRect().bottom > innerHeight) next.scrollIntoView({ block: "center", inline: "nearest" });
  });
  scroller.addEventListener("focusin", (event) => {
    if (placeOf(event.target)[0] >= 0) go(event.target);
  });
  scroller.addEventListener("pointerover", (event) => {
    const mark = event.target.closest(".mark");
    if (mark) tell(mark);
  });
  scroller.addEventListener("pointerleave", () => here && tell(here));
  // A finger that touches a mark has told it; a second touch on a visit opens it.
  scroller.addEventListener("click", (event) => {
    const mark = event.target.closest(".mark");
    if (!mark || !here) return;
    const isLink = mark.hasAttribute("href");
    if (isLink && mark !== here && matchMedia("(hover: none)").matches) event.preventDefault();
    go(mark);
  });

  const now = scroller.dataset.now;
  const x = now ? Number(now) : here ? middle(here) - scroller.querySelector(".tl-plot").getBoundingClientRect().left : 0;
  scroller.scrollLeft = x - (scroller.clientWidth - gutter.getBoundingClientRect().width) / 2;
}
