// "All done" answers what is not answered yet; "why not" is asked only beside "Not done".
const rows = document.querySelectorAll(".assess-row");

function show(row) {
  const chosen = row.querySelector("input[type=radio]:checked");
  const why = row.querySelector(".assess-why");
  const input = why.querySelector("input");
  why.hidden = !(chosen && chosen.value === "not_done") && !input.value;
}

for (const row of rows) {
  show(row);
  row.addEventListener("change", () => show(row));
}

const button = document.querySelector("[data-all-done]");
if (button) {
  button.hidden = false;
  button.addEventListener("click", () => {
    for (const row of rows) {
      if (!row.querySelector("input[type=radio]:checked")) row.querySelector("input[value=done]").checked = true;
      show(row);
    }
  });
}
