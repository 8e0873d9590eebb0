/*
 * Draws the figures, sorts and filters the tables of arms, and compares any two arms. Whatever is
 * shown is in the data; nothing is computed here but places.
 */
"use strict";

const data = JSON.parse(document.getElementById("data").textContent);
const dark = matchMedia("(prefers-color-scheme: dark)");

/** Colours are those of the style sheet. */
function theme() {
  const style = getComputedStyle(document.documentElement);
  const names = ["card", "text", "quiet", "line", "accent", "band", "faster", "slower"];
  const colours = Object.fromEntries(names.map(name => [name, style.getPropertyValue(`--${name}`).trim()]));
  return {...colours, series: style.getPropertyValue("--series").trim().split(/\s+/)};
}

function element(tag, properties = {}, ...children) {
  const made = Object.assign(document.createElement(tag), properties);
  made.append(...children);
  return made;
}

function selection(label, names, chosen, onChange) {
  const select = element("select", {ariaLabel: label}, ...names.map((name, i) => element("option", {value: String(i), textContent: name})));
  select.value = String(chosen);
  select.addEventListener("change", () => onChange(Number(select.value)));
  return select;
}

class Drawing {
  constructor(part, place) {
    this.part = part;
    this.place = place;
    this.kind = place.dataset.figure;
    this.choice = 0;
    this.chart = echarts.init(place, null, {renderer: "svg"});
    const choices = {sweeps: part.sweeps.map(sweep => sweep.setting), latency: part.latency.map(timed => timed.size)}[this.kind] ?? [];
    if (choices.length > 1) {
      const label = this.kind === "sweeps" ? "over" : "at";
      const select = selection(label, choices, 0, choice => {
        this.choice = choice;
        this.draw();
      });
      place.before(element("div", {className: "tools"}, element("label", {}, `${label} `, select)));
    }
  }

  draw(arms = this.arms, width = this.place.clientWidth) {
    this.arms = arms;
    const view = {kind: this.kind, part: this.part, arms, theme: theme(), width, choice: this.choice};
    const drawn = arms.length ? figures[this.kind](view) : undefined;
    this.place.parentElement.hidden = !drawn;
    if (drawn) {
      this.chart.resize({width, height: Math.round(drawn.height)});
      this.chart.setOption(drawn.option, true);
    }
  }
}

/** Every word of the filter must be in the name. */
function isShown(name, filter) {
  const folded = name.toLowerCase();
  return filter.toLowerCase().split(/\s+/).every(word => folded.includes(word));
}

function sortable(table) {
  const heads = table.tHead.rows[table.tHead.rows.length - 1].cells;
  const key = cell => (cell.dataset.value === undefined ? NaN : Number(cell.dataset.value));
  const compare = (one, other) =>
    Number.isNaN(key(one)) || Number.isNaN(key(other))
      ? Number.isNaN(key(one)) - Number.isNaN(key(other)) || one.textContent.localeCompare(other.textContent, "en", {numeric: true})
      : key(one) - key(other);
  [...heads].forEach((head, column) => {
    const button = element("button", {type: "button", title: "sort"}, ...head.childNodes);
    head.append(button);
    button.addEventListener("click", () => {
      const sign = head.getAttribute("aria-sort") === "ascending" ? -1 : 1;
      [...heads].forEach(each => each.removeAttribute("aria-sort"));
      head.setAttribute("aria-sort", sign === 1 ? "ascending" : "descending");
      const missing = row => column > 0 && Number.isNaN(key(row.cells[column]));
      const rows = [...table.tBodies[0].rows].sort((one, other) =>
        missing(one) - missing(other) || sign * compare(one.cells[column], other.cells[column]));
      table.tBodies[0].append(...rows);
    });
  });
}

/** Where the numbers of two arms stand in the columns of pairs. */
const place = (count, first, second) => first * count - (first * (first + 1)) / 2 + second - first - 1;

function pairRows(part, first, second) {
  const [one, other] = [part.arms[first], part.arms[second]];
  const [low, high] = [Math.min(first, second), Math.max(first, second)];
  const at = place(part.arms.length, low, high);
  const sign = first < second ? 1 : -1;
  const pairs = part.pairs;
  const rows = [[part.metric, interval(one.quality, v => quality(part, v)), interval(other.quality, v => quality(part, v))]];
  const seeds = one.trials.filter(trial => other.trials.some(its => its.seed === trial.seed));
  if (one.trials.length > 1 || other.trials.length > 1) {
    seeds.forEach(trial => rows.push([
      `seed ${trial.seed}`, quality(part, trial.quality), quality(part, other.trials.find(its => its.seed === trial.seed).quality)]));
  }
  if (pairs.firstAlone.length) {
    const alone = [pairs.firstAlone[at], pairs.secondAlone[at]];
    const [own, its] = sign === 1 ? alone : alone.reverse();
    rows.push([`test examples on which it alone is right${seeds.length > 1 ? ", of all seeds" : ""}`, own, its]);
  }
  rows.push(["trained parameters", one.total.toLocaleString("en"), other.total.toLocaleString("en")]);
  [...new Set([...Object.keys(one.trained), ...Object.keys(other.trained)])]
    .filter(name => one.trained[name] !== other.trained[name])
    .forEach(name => rows.push([name, one.trained[name] ?? "-", other.trained[name] ?? "-"]));
  return {rows, verdict: verdict(part, pairs, at, sign)};
}

function verdict(part, pairs, at, sign) {
  if (pairs.missing) {
    return pairs.missing;
  }
  const [value, reach] = [sign * pairs.value[at], pairs.reach[at]];
  if (!isNumber(value)) {
    return "No difference: they share no seed, one is undefined, or one is on a host with fresh weights.";
  }
  const signed = v => (v > 0 ? "+" : "") + quality(part, v);
  const p = v => (v < 0.001 ? "p < 0.001" : `p = ${v.toFixed(3)}`);
  const margin = `${quality(part, part.margin)}${part.isShare ? " points" : ""}`;
  return `The first less the second: ${signed(value)} [${signed(value - reach)}, ${signed(value + reach)}] ${part.metric}, with the 95% interval of`
    + ` this pair alone. Corrected for all claims of this report: that there is no difference, ${p(pairs.noDifference[at])}; that there is one of`
    + ` ${margin} or more, ${p(pairs.differenceBeyond[at])}.`;
}

function comparePairs(part, box) {
  const names = part.arms.map(arm => arm.name);
  const baseline = Math.max(0, names.indexOf(part.baseline));
  const best = names.indexOf((part.tiers[0] ?? []).find(name => name !== part.baseline));
  const chosen = [best < 0 ? (baseline + 1) % names.length : best, baseline];
  const body = element("div");
  const show = () => {
    const {rows, verdict} = pairRows(part, ...chosen);
    const cells = row => row.map((text, i) => element("td", {textContent: String(text), className: i ? "right" : ""}));
    const head = ["", names[chosen[0]], names[chosen[1]]].map((text, i) => element("th", {scope: "col", textContent: text, className: i ? "right" : ""}));
    body.replaceChildren(
      element("p", {textContent: chosen[0] === chosen[1] ? "Both are the same arm." : verdict}),
      ...(chosen[0] === chosen[1] ? [] : [element("div", {className: "wide"},
        element("table", {}, element("thead", {}, element("tr", {}, ...head)), element("tbody", {}, ...rows.map(row => element("tr", {}, ...cells(row))))))]));
  };
  const side = i => selection(i ? "second arm" : "first arm", names, chosen[i], choice => {
    chosen[i] = choice;
    show();
  });
  box.append(element("div", {className: "sides"}, side(0), "against", side(1)), body);
  show();
}

const redraws = data.parts.map((part, i) => {
  const article = document.querySelector(`article[data-part="${i}"]`);
  const drawings = [...article.querySelectorAll(".figure")].map(at => new Drawing(part, at));
  const table = article.querySelector("table.sortable");
  const filter = article.querySelector(".filter input");
  const redraw = width => {
    const arms = part.arms.filter(arm => isShown(arm.name, filter.value));
    [...table.tBodies[0].rows].forEach(row => (row.hidden = !isShown(row.cells[0].textContent, filter.value)));
    article.querySelector(".shown").textContent = filter.value
      ? `${arms.length} of ${part.arms.length} arms, in all figures` : "";
    drawings.forEach(drawing => {
      drawing.place.parentElement.hidden = false;
      drawing.draw(arms, width);
    });
  };
  sortable(table);
  filter.addEventListener("input", () => redraw());
  article.querySelectorAll(".pair").forEach(box => comparePairs(part, box));
  redraw();
  return redraw;
});

const redrawAll = width => redraws.forEach(redraw => redraw(width));
const PAPER = 680;
let width = innerWidth;
addEventListener("resize", () => {
  if (innerWidth !== width) {
    width = innerWidth;
    redrawAll();
  }
});
dark.addEventListener("change", () => redrawAll());
addEventListener("beforeprint", () => {
  document.querySelectorAll("details").forEach(each => (each.open = true));
  document.documentElement.classList.add("paper");
  redrawAll(PAPER);
});
addEventListener("afterprint", () => {
  document.documentElement.classList.remove("paper");
  redrawAll();
});
