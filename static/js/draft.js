// Keeps what is typed in a form on this device until it is saved: a bedside has no reliable network.
// Only the form's own fields are kept, for half a day, for one person; saving and signing out remove them.
const PREFIX = "pacer-draft:";
const KEPT_MS = 12 * 3600 * 1000;

const clock = (at) => new Date(at).toLocaleTimeString("en-GB", { hour: "2-digit", minute: "2-digit" });

export function forgetDrafts() {
  try {
    for (const key of Object.keys(localStorage)) if (key.startsWith(PREFIX)) localStorage.removeItem(key);
  } catch {
    // Without storage there is nothing to forget.
  }
}

// Pages name the drafts that were saved; only then is one no longer needed. The answer to a save may have
// been lost on its way: then the next page says it.
export function forgetSaved() {
  const saved = [...document.querySelectorAll("[data-saved]")].flatMap((note) => note.dataset.saved.split(" "));
  if (!saved.length) return;
  try {
    for (const key of Object.keys(localStorage)) {
      if (key.startsWith(PREFIX) && saved.includes(read(key)?.name)) localStorage.removeItem(key);
    }
  } catch {
    // Without storage there is nothing to forget.
  }
}

const newName = () => Array.from(crypto.getRandomValues(new Uint32Array(4)), (n) => n.toString(36)).join("-");

export function forgetOnSignOut() {
  document.addEventListener("submit", (event) => {
    if (event.target.matches("[data-sign-out]")) forgetDrafts();
  });
}

// A device may pass from hand to hand: nobody sees what another person has typed.
function forgetOthers(key) {
  const mine = key.slice(0, key.lastIndexOf(":") + 1);
  try {
    for (const other of Object.keys(localStorage)) {
      if (other.startsWith(PREFIX) && !other.startsWith(mine)) localStorage.removeItem(other);
    }
  } catch {
    // Without storage there is nothing to forget.
  }
}

function read(key) {
  try {
    const kept = JSON.parse(localStorage.getItem(key));
    return kept && Date.now() - kept.at < KEPT_MS ? kept : null;
  } catch {
    return null;
  }
}

function write(key, value) {
  try {
    if (value) localStorage.setItem(key, JSON.stringify(value));
    else localStorage.removeItem(key);
  } catch {
    // A browser may refuse to store; then only the page itself keeps what was typed.
  }
}

function fill(fields, values) {
  for (const field of fields) {
    if (!field.name || field.type === "hidden") continue;
    const found = values.filter(([name]) => name === field.name).map(([, value]) => value);
    if (field.type === "radio" || field.type === "checkbox") field.checked = found.includes(field.value);
    else if (found.length) field.value = found[0];
  }
}

// A draft may hold answers to a test that the page asks for only once its time is typed.
function fillLater(form, values) {
  let missing = values;
  form.addEventListener("htmx:oobAfterSwap", ({ target }) => {
    const fields = [...target.querySelectorAll("input")].filter((field) => missing.some(([name]) => name === field.name));
    if (!fields.length) return;
    fill(fields, missing);
    missing = [];
    form.dispatchEvent(new Event("change", { bubbles: true }));
  });
}

const typed = (form) =>
  [...new FormData(form)].filter(([name]) => !["csrfmiddlewaretoken", "draft", "from", "then"].includes(name));

export function keepDraft(form, note) {
  const key = `${PREFIX}${form.dataset.draft}`;
  const words = note.querySelector("span");
  const discard = note.querySelector("button");
  let lost = null;
  const say = (text, canDiscard) => {
    words.textContent = text;
    discard.hidden = !canDiscard;
    note.hidden = !text;
  };
  const name = form.elements.draft;
  const keep = () => {
    name.value ||= newName();
    write(key, { at: Date.now(), name: name.value, values: typed(form) });
  };

  forgetSaved();
  // A page that the server has sent back with errors holds what was typed already.
  const kept = form.querySelector(".invalid-feedback") ? null : read(key);
  forgetOthers(key);
  if (kept) {
    fill(form.elements, kept.values);
    fillLater(form, kept.values.filter(([name]) => !form.elements[name]));
    name.value = kept.name;
    say(`Draft kept on this device since ${clock(kept.at)}. It is not saved yet.`, true);
  }
  discard.addEventListener("click", () => {
    write(key, null);
    form.reset();
    name.value = "";
    say("", false);
    form.dispatchEvent(new Event("change", { bubbles: true }));
  });
  form.addEventListener("input", keep);
  form.addEventListener("change", (event) => event.isTrusted && keep());

  const offline = () => {
    lost = lost || Date.now();
    say(`Draft kept on this device. No network since ${clock(lost)}; it is sent when the network is back.`, false);
  };
  let wanted = null;
  window.addEventListener("offline", offline);
  window.addEventListener("online", () => {
    lost = null;
    say(wanted ? "The network is back: sending." : "", false);
    if (wanted) form.requestSubmit(wanted);
  });
  form.addEventListener("submit", (event) => {
    keep();
    if (navigator.onLine) return;
    event.preventDefault();
    wanted = event.submitter;
    // Whoever guards against a second click has counted this one, which was not sent.
    setTimeout(() => delete form.dataset.sent);
    offline();
  });
  return kept !== null;
}
