"use strict";
// ARC's own colours, as its editor draws them (github.com/fchollet/ARC-AGI, apps/css).
const COLOURS = ["#000000", "#0074d9", "#ff4136", "#2ecc40", "#ffdc00", "#aaaaaa", "#f012be", "#ff851b", "#7fdbff", "#870c25"];
const DARK_CELLS = new Set([0, 1, 6, 9]); // on these a number is written in white
const LINES = "#555555";
const SEEN = { trained: "trained", selected: "validated", related: "RE-ARC id", no: "" };
const SEEN_LONG = {
  trained: "It trained the models.",
  selected: "It validated the search that selected the models.",
  related: "It shares the id of a RE-ARC task that took no part.",
  no: "The models have not seen it.",
};

const data = JSON.parse(document.getElementById("data").textContent);
const names = Object.fromEntries(data.groups.map((group) => [group.code, group.name]));
const form = document.querySelector(".filters");
const dialog = document.querySelector("dialog");
const holder = document.getElementById("groups");
const percent = (share) => `${Math.round(100 * share)} %`;
const answerOf = (task) => task.category ?? "unknown";

function element(name, className, text) {
  const made = document.createElement(name);
  if (className) made.className = className;
  if (text !== undefined) made.textContent = text;
  return made;
}

// One grid with its top left corner at (left, top), `size` pixels a cell.
function drawGrid(context, [width, cells], left, top, size, digits) {
  const height = cells.length / width;
  for (let at = 0; at < cells.length; at++) {
    const x = left + (at % width) * size, y = top + Math.floor(at / width) * size;
    context.fillStyle = COLOURS[+cells[at]];
    context.fillRect(x, y, size, size);
    if (digits && size >= 9) {
      context.fillStyle = DARK_CELLS.has(+cells[at]) ? "#ffffff" : "#000000";
      context.font = `${Math.floor(size * 0.62)}px sans-serif`;
      context.textAlign = "center";
      context.textBaseline = "middle";
      context.fillText(cells[at], x + size / 2, y + size / 2);
    }
  }
  context.fillStyle = LINES;
  if (size >= 8) { // thinner cells would be all lines
    for (let column = 1; column < width; column++) context.fillRect(left + column * size, top, 1, height * size);
    for (let row = 1; row < height; row++) context.fillRect(left, top + row * size, width * size, 1);
  }
  context.strokeStyle = "#888888";
  context.strokeRect(left - 0.5, top - 0.5, width * size + 1, height * size + 1);
}

// Thumbnail: pairs side by side, each with its input above its output.
function drawCard(canvas, task) {
  const scale = Math.min(2, window.devicePixelRatio || 1) * 2;
  canvas.width = 172 * scale;
  canvas.height = 120 * scale;
  const context = canvas.getContext("2d");
  const column = canvas.width / task.grids.length, row = canvas.height / 2;
  task.grids.forEach((pair, p) => pair.forEach((grid, side) => {
    const [width, cells] = grid, height = cells.length / width;
    const fit = Math.min((column - 10) / width, (row - 10) / height, 14 * scale);
    const size = fit >= 1 ? Math.floor(fit) : fit;
    const left = Math.round(p * column + (column - width * size) / 2);
    const top = Math.round(side * row + (row - height * size) / 2);
    drawGrid(context, grid, left, top, size, false);
  }));
}

// Nothing is drawn before it is about to be seen.
const seenSoon = new IntersectionObserver((entries) => {
  for (const entry of entries.filter((one) => one.isIntersecting)) {
    seenSoon.unobserve(entry.target);
    drawCard(entry.target, entry.target.task);
  }
}, { rootMargin: "400px" });

function card(task) {
  const item = element("li", answerOf(task) === "unknown" ? "unknown" : "");
  const button = element("button", "card");
  button.type = "button";
  button.tabIndex = -1;
  const canvas = element("canvas");
  canvas.setAttribute("aria-hidden", "true");
  canvas.task = task;
  const answer = element("div", "line");
  answer.append(task.category
    ? element("span", "answer", task.category)
    : element("span", "unsure", `I don’t know`), element("span", "", `${task.category ? "" : `${task.best}? `}${percent(task.p)}`));
  const meter = element("div", "meter");
  meter.append(Object.assign(element("i"), { style: `width:${100 * task.p}%` }));
  const second = element("div", "line soft");
  second.append(element("span", "", `then ${task.second} ${percent(task.p2)}`), element("span", "", `${task.agree} of ${task.models} agree`));
  const foot = element("div", "line");
  foot.append(element("code", "", task.id));
  if (task.seen !== "no") foot.append(element("span", `badge ${task.seen}`, (task.known ? `label ${task.known} · ` : "") + SEEN[task.seen]));
  button.append(canvas, answer, meter, second, foot);
  button.addEventListener("click", () => open(task));
  item.append(button);
  seenSoon.observe(canvas);
  return { task, item, button };
}

const groups = [...data.groups, {
  code: "unknown", name: "I don’t know",
  description: "The likeliest category is not likely enough to be named; it stands with a question mark.",
}].map((group) => {
  const section = element("section");
  const title = element("h2", "", group.code === "unknown" ? group.name : `${group.code} · ${group.name}`);
  const list = element("ul", "cards");
  section.append(title, element("p", "soft small", group.description), list);
  holder.append(section);
  const cards = data.tasks.filter((task) => answerOf(task) === group.code).map(card);
  return { code: group.code, section, title: title.textContent, heading: title, list, cards };
});

let shown = [];
function update() {
  const { answer, seen, order, id } = Object.fromEntries(new FormData(form));
  const wanted = id.trim().toLowerCase();
  const by = { p: (a, b) => b.task.p - a.task.p, "-p": (a, b) => a.task.p - b.task.p, id: (a, b) => (a.task.id < b.task.id ? -1 : 1) }[order];
  shown = [];
  for (const group of groups) {
    const kept = group.cards.filter(({ task }) =>
      (!answer || answer === group.code) &&
      (!seen || task.seen === seen || (seen === "seen" && task.seen !== "no")) &&
      task.id.toLowerCase().includes(wanted)).sort(by);
    group.section.hidden = kept.length === 0;
    group.heading.textContent = `${group.title} (${kept.length})`;
    group.list.replaceChildren(...kept.map((one) => one.item));
    kept.forEach((one, at) => { one.button.tabIndex = at === 0 ? 0 : -1; }); // one stop a group for Tab
    shown.push(...kept);
  }
  form.querySelector("output").textContent = shown.length === 0 ? "no task like that" : `${shown.length} of ${data.tasks.length} shown`;
}

form.addEventListener("input", update);
form.addEventListener("submit", (event) => event.preventDefault());

holder.addEventListener("keydown", (event) => {
  const at = shown.findIndex((one) => one.button === document.activeElement);
  const steps = { ArrowRight: 1, ArrowLeft: -1, ArrowDown: columns(at), ArrowUp: -columns(at) };
  if (at < 0 || !(event.key in steps)) return;
  event.preventDefault();
  shown[Math.max(0, Math.min(shown.length - 1, at + steps[event.key]))].button.focus();
});

function columns(at) {
  if (at < 0) return 1;
  return getComputedStyle(shown[at].item.parentElement).gridTemplateColumns.split(" ").length;
}

let current = null;
function open(task) {
  current = task;
  document.getElementById("dialog-title").textContent = task.id;
  const said = task.category ? `${task.category}, ${names[task.category]} (${percent(task.p)})` : `I don’t know; likeliest is ${task.best}, ${names[task.best]} (${percent(task.p)})`;
  const known = task.known ? ` Its label is ${task.known}.` : "";
  const drawn = task.pairs > task.grids.length ? ` ${task.grids.length} of its ${task.pairs} pairs are drawn.` : "";
  dialog.querySelector(".facts-line").textContent =
    `${said}. Then ${task.second} (${percent(task.p2)}). ${task.agree} of ${task.models} models agree. ${SEEN_LONG[task.seen]}${known}${drawn} From ${task.source}.`;
  drawPairs();
  if (!dialog.open) dialog.showModal();
}

function drawPairs() {
  const digits = dialog.querySelector("[name=digits]").checked;
  const room = Math.min(420, (Math.min(980, window.innerWidth - 20) - 90) / 2);
  dialog.querySelector(".pairs").replaceChildren(...current.grids.map((pair, number) => {
    const row = element("div", "pair");
    const [input, output] = pair.map((grid, side) => {
      const [width, cells] = grid, height = cells.length / width;
      const sharp = window.devicePixelRatio || 1;
      const size = Math.max(1, Math.floor(Math.min(26, room / Math.max(width, height)) * sharp));
      const figure = element("figure"), canvas = element("canvas");
      canvas.width = width * size + 2;
      canvas.height = height * size + 2;
      canvas.style.width = `${canvas.width / sharp}px`;
      canvas.setAttribute("role", "img");
      canvas.setAttribute("aria-label", `${side ? "output" : "input"} of pair ${number + 1}: ${height} rows, ${width} columns`);
      drawGrid(canvas.getContext("2d"), grid, 1, 1, size, digits);
      figure.append(canvas, element("figcaption", "", `${side ? "output" : "input"} ${number + 1}, ${height} × ${width}`));
      return figure;
    });
    row.append(input, element("span", "arrow", "→"), output);
    return row;
  }));
}

function step(by) {
  const at = shown.findIndex((one) => one.task === current);
  const next = shown[at + by];
  if (next) open(next.task);
}

dialog.querySelector("[name=digits]").addEventListener("change", drawPairs);
dialog.querySelector("[data-close]").addEventListener("click", () => dialog.close());
dialog.addEventListener("click", (event) => { if (event.target === dialog) dialog.close(); });
dialog.addEventListener("keydown", (event) => {
  if (event.key === "ArrowRight") step(1);
  if (event.key === "ArrowLeft") step(-1);
});
for (const button of dialog.querySelectorAll("[data-step]")) button.addEventListener("click", () => step(Number(button.dataset.step)));
dialog.addEventListener("close", () => {
  const one = shown.find(({ task }) => task === current);
  if (one) one.button.focus();
});

update();
