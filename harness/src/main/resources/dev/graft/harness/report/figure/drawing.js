/*
 * What figures are made of: numbers as text, axes, marks, intervals and curves, as options of ECharts. It runs in browsers
 * and in Rhino, which has no spread of lists ([...list] and f(...list)).
 */
"use strict";

const ROW = 20;
const NARROW = 640;
const FONTS = "system-ui, sans-serif";

/** Values are shown in percent where they are shares. */
const shown = (part, value) => (part.isShare ? 100 * value : value);
const isNumber = value => typeof value === "number" && Number.isFinite(value);
/** Rounded as the tables' numbers are: halves of the number as it is written, not as it is stored, away from zero. */
const rounded = (value, places) => Math.sign(value) * Number(`${Math.round(Number(`${Math.abs(value)}e${places}`))}e-${places}`);
const digits = (value, places) => (isNumber(value) ? (Math.abs(value) < 1e-6 ? 0 : rounded(value, places) + 0).toFixed(places) : "-");
const places = part => (part.isShare ? 1 : 3);
const quality = (part, value) => digits(isNumber(value) ? shown(part, value) : NaN, places(part));
const distinct = list => Array.from(new Set(list));
const min = list => list.reduce((one, other) => Math.min(one, other), Infinity);
const max = list => list.reduce((one, other) => Math.max(one, other), -Infinity);
const count = number => String(number).replace(/\B(?=(\d{3})+$)/g, ",");
const escaped = text => echarts.format.encodeHTML(text);

function short(number) {
  const units = [[1e12, "T"], [1e9, "G"], [1e6, "M"], [1e3, "k"]];
  const [size, unit] = units.find(([size]) => Math.abs(number) >= size) ?? [1, ""];
  return `${Number((number / size).toPrecision(3))}${unit}`;
}

/** Where there is no room, values without what they are of; and names differ at both ends. */
function cut(name, length) {
  const brief = name.length <= length ? name : name.replaceAll(/([:,(] ?)[\w-]+=/g, "$1");
  const half = Math.floor((length - 1) / 2);
  return brief.length <= length ? brief : `${brief.slice(0, half)}…${brief.slice(-half)}`;
}

function tooltip(name, lines) {
  return `<b>${escaped(name)}</b><br/>${lines.filter(Boolean).map(escaped).join("<br/>")}`;
}

const armTooltip = (part, arm) =>
  tooltip(arm.name, [
    `${part.metric}: ${arm.quality.text}`,
    `${count(arm.total)} trained parameters, ${count(arm.method)} of the method`,
    arm.trials.length > 1 && `${arm.trials.length} seeds: ${arm.trials.map(trial => quality(part, trial.quality)).join(", ")}`]);

/** A colour an arm while they are few, else one for all arms of the same methods. */
function coloured(view) {
  const key = view.arms.length <= view.theme.series.length ? arm => arm.name : arm => arm.family;
  const keys = distinct(view.arms.map(key));
  return {key, keys, of: arm => view.theme.series[keys.indexOf(key(arm)) % view.theme.series.length]};
}

/** So many lines are told apart at least, where there are as many, and at most. */
const LED = {least: 5, most: 9};

/**
 * Lines that are told apart, by colour and by name: all where there are colours for them, else the best of each family, and
 * of few families the best of all. The others are grey, and go with the leader of their family where that is pointed at.
 *
 * lines: {name, family, value}.
 */
function apart(lines, theme) {
  const palette = theme.series.filter(colour => colour !== theme.quiet);
  const value = line => (isNumber(line.value) ? line.value : -Infinity);
  const best = lines.slice().sort((one, other) => value(other) - value(one));
  const firsts = distinct(best.map(line => line.family)).map(family => best.find(line => line.family === family));
  const chosen = lines.length <= palette.length ? lines
    : firsts.concat(best.filter(line => !firsts.includes(line))).slice(0, Math.min(LED.most, Math.max(LED.least, firsts.length)));
  const leaders = lines.filter(line => chosen.includes(line));
  const leader = line => (leaders.includes(line) ? line : chosen.find(other => other.family === line.family));
  const others = lines.filter(line => !leaders.includes(line));
  const followers = one => others.filter(line => leader(line) === one).length;
  return {
    ordered: leaders.concat(others), // a legend takes its colours from the first of a name
    isLed: line => leaders.includes(line),
    key: line => (leader(line) ?? line).name,
    keys: leaders.map(line => line.name),
    label: name => {
      const count = followers(leaders.find(line => line.name === name));
      return count ? `${cut(name, 40)}, best of ${count + 1}` : cut(name, 40);
    },
    colour: line => (leader(line) ? palette[leaders.indexOf(leader(line))] : theme.quiet)};
}

/** How a line looks that is told apart, or one that is not. */
const stroke = (among, line, theme, width) => ({
  color: among.colour(line), itemStyle: {color: among.isLed(line) ? among.colour(line) : theme.quiet, opacity: among.isLed(line) ? 1 : 0.25},
  lineStyle: among.isLed(line) ? {width, color: among.colour(line)} : {width: 1, color: theme.quiet, opacity: 0.25},
  z: among.isLed(line) ? 4 : 3,
  emphasis: {focus: "series", lineStyle: {width: among.isLed(line) ? width + 1 : width, color: among.colour(line), opacity: 1}, itemStyle: {color: among.colour(line), opacity: 1}}});

const axis = (theme, more) => ({
  nameTextStyle: {color: theme.quiet},
  axisLabel: {color: theme.quiet, hideOverlap: true, ...more.axisLabel},
  axisLine: {lineStyle: {color: theme.line}},
  axisTick: {show: false},
  splitLine: {show: more.type !== "category", lineStyle: {color: theme.line}},
  nameLocation: "middle",
  ...Object.fromEntries(Object.entries(more).filter(([name]) => name !== "axisLabel"))});

/** Names with their colours, in as many lines as they need: {top, option}, where figures begin below top. */
function legend(view, names, label = name => cut(name, 40)) {
  const {theme, width, still} = view;
  const lines = names.map(name => 6.6 * label(name).length + 32).reduce(
    ([count, end], next) => (end + next > width ? [count + 1, next] : [count, end + next]), [1, 0])[0];
  const isScrolled = !still && lines > 4;
  return {
    top: 22 + 24 * (isScrolled ? 1 : lines),
    option: {
      type: isScrolled ? "scroll" : "plain", top: 0, left: 0, right: 0, padding: [4, 4, 4, 5], icon: "circle", itemWidth: 14,
      itemHeight: 9, data: names, textStyle: {color: theme.text}, pageTextStyle: {color: theme.quiet}, pageIconColor: theme.accent,
      formatter: label}};
}

const figure = (view, height, option) => ({
  height,
  option: {
    animation: false,
    backgroundColor: view.still ? view.theme.card : "transparent",
    textStyle: {fontFamily: FONTS, color: view.theme.text},
    tooltip: {
      show: !view.still, trigger: "item", confine: true, backgroundColor: view.theme.card, borderColor: view.theme.line,
      textStyle: {color: view.theme.text, fontSize: 12}, extraCssText: "white-space: normal; max-width: 420px"},
    ...option}});

/** An interval from one value of an axis to another, beside or below its point. */
const bar = (start, end, colour, width = 1.6) => ({
  type: "line", shape: {x1: start[0], y1: start[1], x2: end[0], y2: end[1]}, style: {stroke: colour, lineWidth: width}});

/** What lies between the ends of the intervals of points in a row. */
const band = (name, points, colour) => ({
  type: "custom", name, silent: true, clip: true, z: 1, itemStyle: {color: colour}, data: [[points[0].x, points[0].low]],
  encode: {x: 0, y: 1}, tooltip: {show: false},
  renderItem: (params, api) => ({
    type: "polygon", silent: true, style: {fill: colour, opacity: 0.14},
    shape: {points: points.map(p => api.coord([p.x, p.low])).concat(points.map(p => api.coord([p.x, p.high])).reverse())}})});

/** So that a value axis has room for all intervals. */
function range(values, least = 0) {
  const known = values.filter(isNumber);
  const [low, high] = [min(known), max(known)];
  const room = Math.max(least, 0.06 * (high - low)) || 1;
  return [low - room, high + room];
}

/** The ends of an axis on round numbers, and the step between those. */
function ticked([low, high]) {
  const raw = (high - low) / 6;
  const power = 10 ** Math.floor(Math.log10(raw));
  const step = [1, 2, 5, 10].map(times => times * power).find(each => each >= raw);
  const round = value => Number(value.toPrecision(10));
  return {min: round(Math.floor(low / step) * step), max: round(Math.ceil(high / step) * step), interval: round(step)};
}

/**
 * Intervals below each other.
 *
 * rows: {label} for a heading, or {label, estimate, text, colour, hollow, mark, tip}.
 */
function intervals(view, rows, {name, line, lines = []}) {
  const theme = view.theme;
  const narrow = view.width < NARROW;
  const longest = narrow ? 24 : 44;
  const left = 7 * max(rows.map(row => cut(row.label, longest).length)) + 14;
  const right = narrow ? 16 : 6.5 * max(rows.map(row => row.estimate?.text.length ?? 0)) + 18;
  const bounds = ticked(range(rows.flatMap(row => (row.estimate ? [row.estimate.low, row.estimate.high] : [])).concat(line ?? [])));
  return figure(view, rows.length * ROW + 66, {
    grid: {left, right, top: 22, bottom: 44},
    xAxis: axis(theme, {type: "value", name, nameGap: 26, ...bounds}),
    yAxis: axis(theme, {
      type: "category", inverse: true, data: rows.map((row, i) => String(i)),
      axisLabel: {
        interval: 0, hideOverlap: false, rich: {heading: {fontWeight: "bold", color: theme.text}},
        formatter: i => (rows[i].estimate ? cut(rows[i].label, longest) : `{heading|${rows[i].label}}`), color: theme.text}}),
    series: [{
      type: "custom", clip: false,
      data: rows.map((row, i) => [row.estimate?.value ?? bounds.min, i]),
      tooltip: {formatter: params => rows[params.dataIndex].tip},
      markLine: {
        silent: true, symbol: "none", label: {show: false},
        data: (line === undefined ? [] : [{xAxis: line, lineStyle: {color: theme.quiet, type: "dashed"}}])
          .concat(lines.map(x => ({xAxis: x, lineStyle: {color: theme.quiet, type: "dotted"}})))},
      renderItem: (params, api) => {
        const row = rows[params.dataIndex];
        const area = params.coordSys;
        const y = api.coord([bounds.min, params.dataIndex])[1];
        if (!row.estimate) {
          return bar([area.x, y + ROW / 2], [area.x + area.width, y + ROW / 2], theme.line, 1);
        }
        const at = value => api.coord([Math.min(bounds.max, Math.max(bounds.min, value)), params.dataIndex])[0];
        const mark = row.mark
          ? {type: "rect", shape: {x: at(row.estimate.value) - 4, y: y - 4, width: 8, height: 8}}
          : {type: "circle", shape: {cx: at(row.estimate.value), cy: y, r: 4}};
        return {
          type: "group",
          children: [
            {type: "rect", shape: {x: 0, y: y - ROW / 2, width: area.x + area.width + right, height: ROW}, style: {fill: "transparent"}},
            bar([at(row.estimate.low), y], [at(row.estimate.high), y], row.colour, 2),
            {...mark, style: {fill: row.hollow ? theme.card : row.colour, stroke: row.colour, lineWidth: 1.5}}].concat(narrow ? [] : [{
              type: "text",
              style: {x: area.x + area.width + 10, y, text: row.estimate.text, fill: theme.quiet, verticalAlign: "middle", fontFamily: FONTS, fontSize: 11.5}}])};
      }}]});
}

/** Lines with bands while they are few, on a logarithmic axis where numbers spread over it. Each is {name, family, value, points}. */
function curves(view, lines, axes) {
  const {theme, width} = view;
  const xs = lines.flatMap(line => line.points.map(point => point.x));
  const isLog = min(xs) > 0 && max(xs) / min(xs) >= 8;
  const isBanded = lines.length <= 4;
  const among = apart(lines, theme);
  const names = legend(view, among.keys, among.label);
  return figure(view, 334 + names.top, {
    legend: names.option,
    grid: {left: 62, right: 24, top: names.top, bottom: 50},
    xAxis: axis(theme, {
      type: isLog ? "log" : "value", logBase: 2, name: axes.x, nameGap: 30, scale: true, min: "dataMin", max: "dataMax",
      axisLabel: {formatter: short}}),
    yAxis: axis(theme, {
      type: "value", name: axes.y, nameGap: 44,
      ...ticked(range(lines.flatMap(line => line.points.flatMap(point => (isBanded ? [point.low, point.high] : [point.y])))))}),
    series: among.ordered.flatMap(line => (isBanded ? [band(among.key(line), line.points, among.colour(line))] : []).concat({
      type: "line", name: among.key(line), symbol: "circle", symbolSize: width < NARROW || !isBanded ? 4 : 7, ...stroke(among, line, theme, 1.6),
      data: line.points.map(point => ({value: [point.x, point.y], tip: point.tip})),
      tooltip: {formatter: params => params.data.tip}}))});
}
