"use strict";
// Pages opened from inside one file (as Snakemake's report does it) cannot reach their siblings.
if (!/^(file|https?):$/.test(location.protocol)) {
  document.documentElement.classList.add("embedded");
  for (const link of document.querySelectorAll('a:not([href^="#"])')) link.removeAttribute("href");
}

for (const table of document.querySelectorAll("table.sortable")) {
  const heads = [...table.tHead.rows[0].cells];
  heads.forEach((head, column) => {
    const button = document.createElement("button");
    button.type = "button";
    button.append(...head.childNodes);
    head.append(button);
    button.addEventListener("click", () => {
      const down = head.getAttribute("aria-sort") === "ascending";
      heads.forEach((other) => other.removeAttribute("aria-sort"));
      head.setAttribute("aria-sort", down ? "descending" : "ascending");
      sortRows(table.tBodies[0], column, down ? -1 : 1);
    });
  });
}

function sortRows(body, column, sign) {
  const key = (row) => {
    const text = row.cells[column].dataset.key ?? row.cells[column].textContent.trim();
    const number = Number(text);
    return text === "" ? null : Number.isNaN(number) ? text : number;
  };
  const order = (a, b) => {
    if (a === null || b === null) return (a === null) - (b === null); // empty cells always last
    if (typeof a === "number" && typeof b === "number") return sign * (a - b);
    return sign * String(a).localeCompare(String(b), "en", { numeric: true });
  };
  const rows = [...body.rows].map((row) => [key(row), row]);
  rows.sort((a, b) => order(a[0], b[0]));
  body.append(...rows.map(([, row]) => row));
}
