// The bedside page: what is asked appears with its answer, "none" excludes the rest, the clock runs until
// the first answer, and what was typed outlives a lost network.
import { keepDraft } from "./draft.js";

const form = document.getElementById("bed-form") || document.querySelector("[data-taps-form]")?.closest("form");
const NONE = "none";

const chosen = (name) => new FormData(form).getAll(name);

function ask() {
  for (const part of form.querySelectorAll("[data-when]")) {
    const wanted = part.dataset.is.split(" ");
    part.hidden = !chosen(part.dataset.when).some((value) => wanted.includes(value));
    // What is not asked is not sent: an answer that was put away would be saved, or refused, unseen.
    for (const field of part.querySelectorAll("input")) field.disabled = part.hidden;
  }
}

function exclude(pressed) {
  if (pressed.type !== "checkbox" || !pressed.checked) return;
  const rest = [...form.elements[pressed.name]].filter((box) => box !== pressed);
  for (const box of rest) {
    if (pressed.value === NONE || box.value === NONE) box.checked = false;
  }
}

// A press on a chosen answer takes it back: nothing has been answered then.
function allowTakingBack() {
  let before = null;
  form.addEventListener("pointerdown", (event) => {
    const radio = event.target.closest(".taps label")?.querySelector("input[type=radio]");
    before = radio && radio.checked ? radio : null;
  });
  form.addEventListener("click", (event) => {
    if (before && event.target === before) {
      before.checked = false;
      before = null;
      event.target.dispatchEvent(new Event("change", { bubbles: true }));
    }
  });
}

// The heading says the moment that is saved: that of the fields, folded away as they may be.
function showMoment() {
  const shown = form.querySelector("[data-shown]");
  if (shown) shown.textContent = `${form.elements.on.value} ${form.elements.clock.value}`;
}

// The server's clock goes on in the browser, so that a page left open does not date what is seen now.
// Answers that were refused keep their own moment: the server gives such a page no clock.
function runClock(isTouched) {
  const { now, zone } = form.dataset;
  if (!now) return;
  const opened = performance.now();
  const part = (moment, options) => moment.toLocaleString("en-GB", { timeZone: zone, ...options });
  const hours = (moment) => part(moment, { hour: "2-digit", minute: "2-digit", hourCycle: "h23" });
  // In the hour that comes twice, when the clocks go back, the offset says which of the two it is.
  const read = (moment) => {
    const isTwice = [-1, 1].some((later) => hours(new Date(+moment + later * 3600000)) === hours(moment));
    return hours(moment) + (isTwice ? part(moment, { timeZoneName: "longOffset" }).split("GMT")[1] || "+00:00" : "");
  };
  const tick = () => {
    if (isTouched()) return;
    const moment = new Date(now * 1000 + performance.now() - opened);
    const day = part(moment, { day: "2-digit", month: "short", year: "numeric" }).replace("Sept", "Sep");
    form.elements.on.value = day;
    form.elements.clock.value = read(moment);
    showMoment();
  };
  setInterval(tick, 15000);
}

if (form) {
  ask();
  allowTakingBack();
  let touched = false;
  form.addEventListener("input", () => {
    touched = true;
    showMoment();
  });
  form.addEventListener("change", (event) => {
    touched = true;
    showMoment();
    if (event.target.closest(".taps")) exclude(event.target);
    ask();
  });
  // The time typed may have brought the other test of cognition.
  form.addEventListener("htmx:oobAfterSwap", ask);
  const restored = form.dataset.draft ? keepDraft(form, document.getElementById("bed-draft")) : false;
  if (restored) {
    touched = true;
    ask();
    showMoment();
    // htmx listens from the moment the page has loaded.
    window.addEventListener("load", () => form.dispatchEvent(new Event("change", { bubbles: true })));
  }
  runClock(() => touched);
}
