// Says below a date field how its text is read, while it is typed. The server has the last word:
// what is not read here is simply not echoed.
const MONTHS = ["jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"];
const DAY = 86400000;

const utc = (year, month, day) => {
  const found = new Date(Date.UTC(year, month, day));
  return found.getUTCMonth() === month && found.getUTCDate() === day ? found : null;
};

function read(text, zero) {
  const iso = /^(\d{4})-(\d{2})-(\d{2})$/.exec(text);
  if (iso) return utc(+iso[1], iso[2] - 1, +iso[3]);
  const named = /^(\d{1,2})[ -]?([A-Za-z]{3,9})[ -]?(\d{4})$/.exec(text);
  if (named) {
    const month = MONTHS.indexOf(named[2].slice(0, 3).toLowerCase());
    return month < 0 ? null : utc(+named[3], month, +named[1]);
  }
  const day = /^D ?(?:([+\-\u2212]) ?(\d{1,4})|0)$/i.exec(text);
  if (day && zero) return new Date(zero.getTime() + (day[1] === "+" ? 1 : -1) * (day[2] || 0) * DAY);
  return null;
}

function words(found, zero) {
  const date = found.toLocaleDateString("en-GB", {
    timeZone: "UTC", weekday: "short", day: "2-digit", month: "short", year: "numeric",
  });
  if (!zero) return date;
  const days = Math.round((found - zero) / DAY);
  return `${date} · D${days < 0 ? "\u2212" : days ? "+" : ""}${Math.abs(days)}`;
}

export function readDates() {
  for (const input of document.querySelectorAll("input[data-study-date]")) {
    const zero = input.dataset.dayZero ? new Date(`${input.dataset.dayZero}T00:00:00Z`) : null;
    const echo = document.createElement("div");
    echo.className = "read-as";
    echo.setAttribute("aria-live", "polite");
    input.after(echo);
    const show = () => {
      const found = read(input.value.trim(), zero);
      echo.textContent = found ? words(found, zero) : "";
    };
    input.addEventListener("input", show);
  }
}
