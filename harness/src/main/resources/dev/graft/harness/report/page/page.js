/*
 * Draws and saves the figures, sorts and filters the tables of arms, and compares any two arms or trials. Whatever is
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

function download(name, blob) {
  const link = element("a", {href: URL.createObjectURL(blob), download: name});
  link.click();
  setTimeout(() => URL.revokeObjectURL(link.href), 60_000);
}

class Drawing {
  constructor(part, place) {
    this.part = part;
    this.place = place;
    this.kind = place.dataset.figure;
    this.choice = 0;
    this.choices = {sweeps: part.sweeps.map(sweep => sweep.setting), latency: part.latency.map(timed => timed.size)}[this.kind] ?? [];
    this.chart = echarts.init(place, null, {renderer: "svg"});
    if (this.choices.length > 1) {
      const label = this.kind === "sweeps" ? "over" : "at";
      const select = selection(label, this.choices, 0, choice => {
        this.choice = choice;
        this.draw();
      });
      place.before(element("div", {className: "tools"}, element("label", {}, `${label} `, select)));
    }
    place.after(element("div", {className: "tools save"}, ...["svg", "png"].map(form => {
      const button = element("button", {type: "button", textContent: form.toUpperCase(), title: `save the figure as ${form.toUpperCase()}`});
      button.addEventListener("click", () => this.save(form));
      return button;
    })));
  }

  /** As a picture of what is shown, in light colours. */
  save(form) {
    const text = still(this.part, this.arms, this.kind, this.choice, document.querySelector("style").textContent);
    const choice = this.choices.length > 1 ? `-${this.choices[this.choice]}` : "";
    const name = `${this.place.dataset.file}${choice}.${form}`;
    const vector = new Blob([text], {type: "image/svg+xml"});
    if (form === "svg") {
      download(name, vector);
      return;
    }
    const image = new Image();
    image.addEventListener("load", () => {
      const canvas = element("canvas", {width: 2 * image.width, height: 2 * image.height});
      canvas.getContext("2d").drawImage(image, 0, 0, canvas.width, canvas.height);
      canvas.toBlob(blob => download(name, blob));
    });
    image.src = URL.createObjectURL(vector);
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

/** One seed of an arm, or all of them: an arm with those trials alone. */
function side(part, {arm, seed}) {
  const whole = part.arms[arm];
  return seed === undefined ? whole
    : {...whole, name: `${whole.name}, seed ${seed}`, trials: whole.trials.filter(trial => trial.seed === seed)};
}

/** Trials that are compared with each other: two, or those of two arms with the same seed. */
function matched(one, other, isOfTrials) {
  return isOfTrials ? [[one.trials[0], other.trials[0]]] : one.trials.flatMap(trial => other.trials
    .filter(its => its.seed === trial.seed).map(its => [trial, its]));
}

const bytes = text => Uint8Array.from(atob(text), letter => letter.charCodeAt(0));

/** The test examples, counted from 1, that the first trial answers rightly and the second does not. */
function alone(part, first, second) {
  const [own, its] = [bytes(first.right), bytes(second.right)];
  const has = (bits, i) => ((bits[i >> 3] ?? 0) >> (i & 7)) & 1;
  return Array.from({length: part.examples}, (_, i) => i).filter(i => has(own, i) && !has(its, i)).map(i => i + 1);
}

function pairRows(part, one, other, isOfTrials) {
  const pairs = matched(one, other, isOfTrials);
  const value = each => (isOfTrials ? quality(part, each.trials[0].quality) : each.quality.text);
  const rows = [[part.metric, value(one), value(other)]];
  if (!isOfTrials && pairs.length > 1) {
    pairs.forEach(([own, its]) => rows.push([`seed ${own.seed}`, quality(part, own.quality), quality(part, its.quality)]));
  }
  if (!part.noAnswers && pairs.length) {
    const only = (first, second) => pairs.map(pair => alone(part, pair[first], pair[second]));
    const counts = [only(0, 1), only(1, 0)].map(lists => lists.reduce((sum, list) => sum + list.length, 0));
    rows.push([`right where the other is wrong, of ${count(part.examples)} test examples${pairs.length > 1 ? ` with ${pairs.length} seeds` : ""}`, ...counts.map(count)]);
    if (isOfTrials) {
      const listed = list => (list.length ? list.slice(0, LISTED).join(", ") + (list.length > LISTED ? ", …" : "") : "-");
      rows.push(["which of them, in their order from 1", listed(only(0, 1)[0]), listed(only(1, 0)[0])]);
    }
  }
  rows.push(["trained parameters", count(one.total), count(other.total)]);
  [...new Set([...Object.keys(one.trained), ...Object.keys(other.trained)])]
    .filter(name => one.trained[name] !== other.trained[name])
    .forEach(name => rows.push([name, one.trained[name] ?? "-", other.trained[name] ?? "-"]));
  if (isOfTrials) {
    rows.push(["steps", count(one.trials[0].steps), count(other.trials[0].steps)]);
  }
  return rows;
}

/** A difference with its interval, of the second less the first. */
const reversed = text => text.replace(/[+-]/g, sign => (sign === "+" ? "-" : "+")).replace(/\[(.*), (.*)]/, "[$2, $1]");

function verdict(part, first, second) {
  const pairs = part.pairs;
  const at = place(part.arms.length, Math.min(first, second), Math.max(first, second));
  if (pairs.missing) {
    return pairs.missing;
  }
  const found = pairs.difference[at];
  if (!found) {
    return "No difference: they share no seed, one is undefined, or one is on a host with fresh weights.";
  }
  const p = v => (v < 0.001 ? "p < 0.001" : `p = ${v.toFixed(3)}`);
  const margin = `${quality(part, part.margin)}${part.isShare ? " points" : ""}`;
  return `The first less the second: ${first < second ? found : reversed(found)} ${part.metric}, with the 95% interval of`
    + ` this pair alone. Corrected for all claims of this report: that there is no difference, ${p(pairs.noDifference[at])}; that there is one of`
    + ` ${margin} or more, ${p(pairs.differenceBeyond[at])}.`;
}

const ALL = "all seeds";
const LISTED = 40;

/** Two arms with all their seeds, or two trials: where a seed is chosen on one side, one is on the other. */
class Pair {
  constructor(part, box) {
    this.part = part;
    const names = part.arms.map(arm => arm.name);
    const baseline = Math.max(0, names.indexOf(part.baseline));
    const best = names.indexOf((part.tiers[0] ?? []).find(name => name !== part.baseline));
    this.chosen = [best < 0 ? (baseline + 1) % names.length : best, baseline].map(arm => ({arm}));
    this.sides = [element("span"), element("span")];
    this.body = element("div");
    this.curves = element("div");
    box.append(element("div", {className: "sides"}, this.sides[0], "against", this.sides[1]), this.body, this.curves);
    this.chart = echarts.init(this.curves, null, {renderer: "svg", width: 100, height: 100});
  }

  choose(i, choice) {
    this.chosen[i] = choice;
    const other = this.chosen[1 - i];
    if ((other.seed === undefined) !== (choice.seed === undefined)) {
      const seeds = this.part.arms[other.arm].trials.map(trial => trial.seed);
      other.seed = choice.seed === undefined ? undefined : seeds.find(seed => seed === choice.seed) ?? seeds[0];
    }
    this.draw();
  }

  /** The arm, and which of its seeds. */
  select(i) {
    const {arm, seed} = this.chosen[i];
    const which = i ? "second" : "first";
    const seeds = this.part.arms[arm].trials.map(trial => trial.seed);
    const arms = selection(`${which} arm`, this.part.arms.map(each => each.name), arm, choice => {
      const its = this.part.arms[choice].trials.map(trial => trial.seed);
      this.choose(i, {arm: choice, seed: seed === undefined ? undefined : its.find(each => each === seed) ?? its[0]});
    });
    const trials = selection(`seed of the ${which}`, [ALL, ...seeds.map(each => `seed ${each}`)], seeds.indexOf(seed) + 1,
      choice => this.choose(i, {arm, seed: choice ? seeds[choice - 1] : undefined}));
    this.sides[i].replaceChildren(arms, " ", trials);
  }

  draw() {
    const {part} = this;
    [0, 1].forEach(i => this.select(i));
    const [one, other] = this.chosen.map(choice => side(part, choice));
    const isOfTrials = this.chosen[0].seed !== undefined;
    this.curves.hidden = one.name === other.name;
    if (one.name === other.name) {
      this.body.replaceChildren(element("p", {textContent: `Both are the same ${isOfTrials ? "trial" : "arm"}.`}));
      return;
    }
    const cells = row => row.map((text, i) => element("td", {textContent: String(text), className: i ? "right" : ""}));
    const head = ["", one.name, other.name].map((text, i) => element("th", {scope: "col", textContent: text, className: i ? "right" : ""}));
    const rows = pairRows(part, one, other, isOfTrials).map(row => element("tr", {}, ...cells(row)));
    const told = isOfTrials ? "Two single trials: how much of their difference is the seed's, all seeds of both arms tell." : verdict(part, ...this.chosen.map(choice => choice.arm));
    this.body.replaceChildren(
      element("p", {textContent: told}),
      element("div", {className: "wide"}, element("table", {}, element("thead", {}, element("tr", {}, ...head)), element("tbody", {}, ...rows))),
      ...(part.noAnswers ? [element("p", {className: "note", textContent: part.noAnswers})] : []));
    const width = this.curves.clientWidth;
    const drawn = figures.learning({kind: "learning", part, arms: [one, other], theme: theme(), width, choice: 0});
    this.chart.resize({width, height: drawn.height});
    this.chart.setOption(drawn.option, true);
  }
}

const redraws = data.parts.map((part, i) => {
  const article = document.querySelector(`article[data-part="${i}"]`);
  const drawings = [...article.querySelectorAll(".figure")].map(at => new Drawing(part, at));
  const pairs = [...article.querySelectorAll(".pair")].map(box => new Pair(part, box));
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
    pairs.forEach(pair => pair.draw());
  };
  sortable(table);
  filter.addEventListener("input", () => redraw());
  redraw();
  return redraw;
});

const redrawAll = width => redraws.forEach(redraw => redraw(width));
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
