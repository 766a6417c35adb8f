// The figures' data are in the page; colours come from its style, so that they follow light and dark.
const explored = JSON.parse(document.getElementById("figures").textContent);
const dark = window.matchMedia("(prefers-color-scheme: dark)");

function themed(value) {
  if (typeof value === "string" && value.startsWith("--")) {
    return getComputedStyle(document.documentElement).getPropertyValue(value).trim();
  }
  if (Array.isArray(value)) return value.map(themed);
  if (value && typeof value === "object") {
    return Object.fromEntries(Object.entries(value).map(([name, inner]) => [name, themed(inner)]));
  }
  return value;
}

function drawView(name, at) {
  const { data, layout } = themed(explored[name][at]);
  const narrow = window.innerWidth < 700; // a phone: whole decades, and fingers that zoom
  if (narrow && layout.xaxis.type === "log") layout.xaxis.dtick = 1;
  Plotly.react(`plot-${name}`, data, layout, {
    responsive: true, displaylogo: false, displayModeBar: !narrow,
    modeBarButtonsToRemove: ["select2d", "lasso2d"],
  });
  for (const caption of document.querySelectorAll(`[data-view^="${name}-"]`)) {
    caption.hidden = caption.dataset.view !== `${name}-${at}`;
  }
}

const chosen = (name) => Number(document.querySelector(`select[data-figure="${name}"]`)?.value ?? 0);
const drawAll = () => Object.keys(explored).forEach((name) => drawView(name, chosen(name)));
for (const select of document.querySelectorAll("select[data-figure]")) {
  select.addEventListener("change", () => drawView(select.dataset.figure, chosen(select.dataset.figure)));
}
dark.addEventListener("change", drawAll);
drawAll();
