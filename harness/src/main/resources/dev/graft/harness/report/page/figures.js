/*
 * What each figure shows, as options of ECharts. A figure is a function of a view:
 * part (the data), arms (those shown), theme (colours), width (of the page's column), choice.
 * It returns {height, option}, or nothing where there is nothing to show.
 */
"use strict";

const ROW = 20;
const NARROW = 640;

/** Values are shown in percent where they are shares. */
const shown = (part, value) => (part.isShare ? 100 * value : value);
const isNumber = value => typeof value === "number" && Number.isFinite(value);
const digits = (value, places) => (isNumber(value) ? value.toFixed(places) : "-");
const places = part => (part.isShare ? 1 : 3);
const quality = (part, value) => digits(isNumber(value) ? shown(part, value) : NaN, places(part));
const interval = (estimate, write) => `${write(estimate.value)} [${write(estimate.low)}, ${write(estimate.high)}]`;
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
    `${part.metric}: ${interval(arm.quality, value => quality(part, value))}`,
    `${arm.total.toLocaleString("en")} trained parameters, ${arm.method.toLocaleString("en")} of the method`,
    arm.trials.length > 1 && `${arm.trials.length} seeds: ${arm.trials.map(trial => quality(part, trial.quality)).join(", ")}`]);

/** A colour an arm while they are few, else one for all arms of the same methods. */
function coloured(view) {
  const key = view.arms.length <= view.theme.series.length ? arm => arm.name : arm => arm.family;
  const keys = [...new Set(view.arms.map(key))];
  return {key, keys, of: arm => view.theme.series[keys.indexOf(key(arm)) % view.theme.series.length]};
}

const axis = (theme, more) => ({
  nameTextStyle: {color: theme.quiet},
  axisLabel: {color: theme.quiet, hideOverlap: true, ...more.axisLabel},
  axisLine: {lineStyle: {color: theme.line}},
  axisTick: {show: false},
  splitLine: {show: more.type !== "category", lineStyle: {color: theme.line}},
  nameLocation: "middle",
  ...Object.fromEntries(Object.entries(more).filter(([name]) => name !== "axisLabel"))});

const legend = (theme, names, more = {}) => ({
  type: "scroll", top: 0, left: 0, right: 30, padding: [4, 24, 4, 5], icon: "circle", itemWidth: 14, itemHeight: 9, data: names,
  textStyle: {color: theme.text}, pageTextStyle: {color: theme.quiet}, pageIconColor: theme.accent,
  formatter: name => cut(name, 40), ...more});

const figure = (view, height, option) => ({
  height,
  option: {
    animation: false,
    backgroundColor: "transparent",
    textStyle: {fontFamily: "system-ui, sans-serif", color: view.theme.text},
    tooltip: {
      trigger: "item", confine: true, backgroundColor: view.theme.card, borderColor: view.theme.line,
      textStyle: {color: view.theme.text, fontSize: 12}, extraCssText: "white-space: normal; max-width: 420px"},
    toolbox: {
      right: 0, top: 0, itemSize: 13, iconStyle: {borderColor: view.theme.quiet},
      feature: {saveAsImage: {title: "save", name: view.kind, backgroundColor: view.theme.card}}},
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
    shape: {points: [...points.map(p => api.coord([p.x, p.low])), ...points.map(p => api.coord([p.x, p.high])).reverse()]}})});

/** So that a value axis has room for all intervals. */
function range(values, least = 0) {
  const known = values.filter(isNumber);
  const room = Math.max(least, 0.06 * (Math.max(...known) - Math.min(...known))) || 1;
  return [Math.min(...known) - room, Math.max(...known) + room];
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
function intervals(view, rows, {name, line, lines = [], write}) {
  const theme = view.theme;
  const narrow = view.width < NARROW;
  const longest = narrow ? 24 : 44;
  const left = 7 * Math.max(...rows.map(row => cut(row.label, longest).length)) + 14;
  const right = narrow ? 16 : 150;
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
        data: [
          ...(line === undefined ? [] : [{xAxis: line, lineStyle: {color: theme.quiet, type: "dashed"}}]),
          ...lines.map(x => ({xAxis: x, lineStyle: {color: theme.quiet, type: "dotted"}}))]},
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
            {...mark, style: {fill: row.hollow ? theme.card : row.colour, stroke: row.colour, lineWidth: 1.5}},
            ...(narrow ? [] : [{
              type: "text",
              style: {x: area.x + area.width + 10, y, text: interval(row.estimate, write), fill: theme.quiet, verticalAlign: "middle", fontSize: 11.5}}])]};
      }}]});
}

const figures = {
  /** Quality by tier. */
  forest(view) {
    const {part, arms} = view;
    const colours = coloured(view);
    const row = arm => ({
      label: arm.name, colour: colours.of(arm), hollow: arm.untrained, mark: arm.name === part.baseline,
      estimate: {value: shown(part, arm.quality.value), low: shown(part, arm.quality.low), high: shown(part, arm.quality.high)},
      tip: armTooltip(part, arm)});
    const defined = arms.filter(arm => isNumber(arm.quality.value));
    const best = list => [...list].sort((one, other) => other.quality.value - one.quality.value);
    const tiers = part.tiers.map((names, i) => ({label: `Tier ${i + 1}`, arms: best(defined.filter(arm => names.includes(arm.name)))}));
    tiers.push({label: "Host untrained", arms: best(defined.filter(arm => arm.untrained))});
    const rows = tiers.filter(tier => tier.arms.length).flatMap(tier => [{label: tier.label, tip: ""}, ...tier.arms.map(row)]);
    const baseline = part.arms.find(arm => arm.name === part.baseline);
    return rows.length && intervals(view, rows, {
      name: part.metric + (baseline ? `  (square and dashed: ${cut(part.baseline, 30)})` : ""),
      line: baseline && isNumber(baseline.quality.value) ? shown(part, baseline.quality.value) : undefined,
      write: value => digits(value, places(part))});
  },

  /** Quality against trained parameters. */
  size(view) {
    const {part, theme} = view;
    const arms = view.arms.filter(arm => arm.total > 0 && isNumber(arm.quality.value));
    if (!arms.length) {
      return undefined;
    }
    const colours = coloured(view);
    const few = arms.length <= 12;
    const front = arms.filter(arm => arm.isOnFront).sort((one, other) => one.total - other.total);
    const y = ticked(range(arms.flatMap(arm => [shown(part, arm.quality.low), shown(part, arm.quality.high)])));
    const item = arm => ({
      value: [arm.total, shown(part, arm.quality.value)], arm,
      symbol: arm.name === part.baseline ? "rect" : "circle",
      itemStyle: arm.untrained ? {color: theme.card, borderColor: colours.of(arm), borderWidth: 1.5} : {color: colours.of(arm)},
      // Above and to the left of the front there is nothing else.
      label: {show: few || arm.isOnFront || arm.name === part.baseline, position: few ? "right" : "left", offset: few ? [0, 0] : [0, -7]}});
    const totals = arms.map(arm => arm.total);
    return figure(view, Math.max(380, Math.min(520, view.width * 0.55)), {
      legend: few ? undefined : legend(theme, colours.keys),
      grid: {left: 62, right: 30, top: few ? 24 : 46, bottom: 50},
      xAxis: axis(theme, {
        type: "log", name: "trained parameters, head included", nameGap: 30, axisLabel: {formatter: short},
        min: 10 ** Math.floor(Math.log10(Math.min(...totals) / 1.3)), max: 10 ** Math.ceil(Math.log10(Math.max(...totals) * 1.3))}),
      yAxis: axis(theme, {type: "value", name: part.metric, nameGap: 44, ...y}),
      series: [
        {type: "line", silent: true, symbol: "none", step: "end", lineStyle: {color: theme.quiet, type: "dashed", width: 1.2},
          data: front.map(arm => [arm.total, shown(part, arm.quality.value)])},
        {type: "custom", silent: true, z: 2, data: arms.map(arm => [arm.total, shown(part, arm.quality.value)]),
          renderItem: (params, api) => {
            const arm = arms[params.dataIndex];
            const at = value => api.coord([arm.total, shown(part, value)]);
            const shape = bar(at(arm.quality.low), at(arm.quality.high), colours.of(arm), 1.4);
            return {...shape, style: {...shape.style, opacity: 0.5}};
          }},
        ...colours.keys.map(key => ({
          type: "scatter", name: key, symbolSize: 9, z: 3,
          color: colours.of(arms.find(arm => colours.key(arm) === key) ?? view.arms.find(arm => colours.key(arm) === key)),
          data: arms.filter(arm => colours.key(arm) === key).map(item),
          tooltip: {formatter: params => armTooltip(part, params.data.arm)},
          label: {distance: 7, color: theme.text, fontSize: 11.5, backgroundColor: `${theme.card}c8`, padding: [1, 2],
            formatter: params => cut(params.data.arm.name, view.width < NARROW ? 24 : 40)},
          labelLayout: params => beside(view, params, few)}))]});
  },

  /** Quality over one number that varies. */
  sweeps(view) {
    const {part, theme} = view;
    const sweep = part.sweeps[view.choice] ?? part.sweeps[0];
    const lines = sweep.lines
      .map(line => ({...line, points: line.points.filter(point => view.arms.includes(part.arms[point.arm]))}))
      .filter(line => line.points.length > 1);
    return lines.length ? curves(view, lines.map(line => ({
      key: line.name,
      points: line.points.map(point => {
        const arm = part.arms[point.arm];
        return {x: point.value, tip: armTooltip(part, arm), y: shown(part, arm.quality.value), low: shown(part, arm.quality.low), high: shown(part, arm.quality.high)};
      })})), {x: sweep.setting, y: part.metric}) : undefined;
  },

  /** What is expected of a budget. */
  tuning(view) {
    const {part} = view;
    const colours = coloured(view);
    const lines = view.arms.filter(arm => Object.keys(arm.tuning).length).map(arm => ({
      key: colours.key(arm),
      points: Object.entries(arm.tuning).map(([trials, best]) => ({
        x: Number(trials), y: shown(part, best.value), low: shown(part, best.low), high: shown(part, best.high),
        tip: tooltip(arm.name, [`best of ${trials} trials: ${interval(best, value => quality(part, value))}`])}))}));
    return lines.length ? curves(view, lines, {x: "tuning trials", y: `expected best validation ${part.metric}`}) : undefined;
  },

  /** The time of a forward pass at one size. */
  latency(view) {
    const {part} = view;
    const timed = part.latency[view.choice] ?? part.latency[0];
    const colours = coloured(view);
    const rows = [false, true].flatMap(merged => {
      const those = view.arms.flatMap(arm => timed.arms.filter(each => each.arm === arm.name && each.merged === merged).map(each => ({
        label: each.arm, estimate: each.ratio, colour: colours.of(arm), hollow: merged, tip: latencyTooltip(timed, each)})));
      return those.length ? [{label: merged ? "Merged" : "As trained", tip: ""}, ...those] : [];
    });
    return rows.length ? intervals(view, rows, {
      name: `time / base at ${timed.size}`, line: 1,
      lines: [1 / (1 + timed.margin), 1 + timed.margin], write: value => digits(value, 2)}) : undefined;
  },

  /** The same at all sizes. */
  heat(view) {
    const {part, theme} = view;
    const sizes = part.latency.map(timed => timed.size);
    const rows = view.arms.flatMap(arm => [false, true].map(merged => ({arm: arm.name, merged}))
      .filter(row => part.latency.some(timed => timed.arms.some(each => each.arm === row.arm && each.merged === row.merged))));
    const cells = rows.flatMap((row, y) => part.latency.flatMap((timed, x) =>
      timed.arms.filter(each => each.arm === row.arm && each.merged === row.merged)
        .map(each => ({value: [x, y, each.ratio.value], tip: latencyTooltip(timed, each)}))));
    if (!cells.length) {
      return undefined;
    }
    const most = Math.max(0.1, ...cells.map(cell => Math.abs(Math.log(cell.value[2]))));
    const longest = view.width < NARROW ? 24 : 44;
    const label = row => cut(row.arm, longest) + (row.merged ? " merged" : "");
    return figure(view, rows.length * ROW + 60, {
      grid: {left: 7 * Math.max(...rows.map(row => label(row).length)) + 14, right: 12, top: 46, bottom: 8},
      xAxis: axis(theme, {type: "category", position: "top", data: sizes, name: "rows x length", nameGap: 26}),
      yAxis: axis(theme, {
        type: "category", inverse: true, data: rows.map((row, i) => String(i)),
        axisLabel: {interval: 0, hideOverlap: false, formatter: i => label(rows[i]), color: theme.text}}),
      visualMap: {show: false, dimension: 2, min: Math.exp(-most), max: Math.exp(most), inRange: {color: [theme.faster, theme.band, theme.slower]}},
      series: [{
        type: "heatmap", data: cells, itemStyle: {borderColor: theme.card, borderWidth: 1},
        label: {show: true, color: theme.text, fontSize: 11.5, formatter: params => digits(params.value[2], 2)},
        tooltip: {formatter: params => params.data.tip}}]});
  },

  /** Memory and time of training. */
  cost(view) {
    const {part, theme, arms} = view;
    const narrow = view.width < NARROW;
    const longest = narrow ? 24 : 44;
    const labels = arms.map(arm => cut(arm.name, longest));
    const left = 7 * Math.max(...labels.map(label => label.length)) + 14;
    const half = (view.width - left) / 2;
    const colours = coloured(view);
    const grids = [{left, width: half - 64}, {left: left + half, width: half - 64}].map(grid => ({...grid, top: 30, bottom: 44}));
    const values = [arm => arm.memory, arm => arm.seconds];
    const write = [value => `${short(value).replace(/([kMGT]?)$/, " $1")}B`, value => `${short(value)} s`];
    return arms.length && figure(view, arms.length * ROW + 80, {
      title: ["peak memory", "time of training"].map((text, i) => ({text, left: grids[i].left, top: 4, textStyle: {fontSize: 12.5, color: theme.text}})),
      grid: grids,
      xAxis: grids.map((grid, i) => axis(theme, {
        type: "value", gridIndex: i, splitNumber: narrow ? 2 : 4, axisLabel: {formatter: write[i]}})),
      yAxis: grids.map((grid, i) => axis(theme, {
        type: "category", gridIndex: i, inverse: true, data: arms.map((arm, row) => String(row)),
        axisLabel: {show: i === 0, interval: 0, hideOverlap: false, formatter: row => labels[row], color: theme.text}})),
      series: values.map((value, i) => ({
        type: "bar", xAxisIndex: i, yAxisIndex: i, barWidth: 11,
        data: arms.map(arm => ({value: value(arm) ?? "-", arm, itemStyle: {color: colours.of(arm), opacity: arm.untrained ? 0.5 : 1}})),
        label: {show: true, position: "right", color: theme.quiet, fontSize: 11, formatter: params => write[i](params.value)},
        tooltip: {formatter: params => tooltip(params.data.arm.name, [write[i](params.value), i === 0 && part.memory])}}))});
  },

  /** Losses and validations by step. */
  learning(view) {
    const {part, theme, arms} = view;
    const colours = coloured(view);
    const validated = arms.some(arm => arm.trials.some(trial => trial.validations.length > 1));
    const trials = arms.flatMap(arm => arm.trials.map(trial => ({arm, trial, name: arm.trials.length > 1 ? `${arm.name}, seed ${trial.seed}` : arm.name})));
    const stacked = validated && view.width < 900;
    const half = view.width / 2;
    const grids = [
      {left: 62, top: 46, height: 270, ...(validated && !stacked ? {width: half - 80} : {right: 20})},
      ...(validated ? [stacked ? {left: 62, right: 20, top: 400, height: 270} : {left: half + 52, right: 20, top: 46, height: 270}] : [])];
    const line = (grid, {arm, name}, data, more) => ({
      type: "line", name: colours.key(arm), data, xAxisIndex: grid, yAxisIndex: grid, symbolSize: 5, color: colours.of(arm),
      lineStyle: {width: 1.3, opacity: trials.length > 12 ? 0.65 : 1, type: arm.untrained ? "dashed" : "solid"},
      emphasis: {focus: "series", lineStyle: {width: 2.5}}, triggerLineEvent: true,
      tooltip: {formatter: params => tooltip(name, Array.isArray(params.value) ? [`step ${params.value[0]}: ${Number(params.value[1].toPrecision(4))}`] : [])}, ...more});
    return trials.length && figure(view, stacked ? 730 : 370, {
      legend: legend(theme, colours.keys),
      grid: grids,
      xAxis: grids.map((grid, i) => axis(theme, {type: "value", gridIndex: i, name: "step", nameGap: 26, min: 0})),
      yAxis: grids.map((grid, i) => axis(theme, {
        type: "value", gridIndex: i, scale: true, name: i === 0 ? "training loss" : `validation ${part.metric}`, nameGap: 44})),
      series: [
        ...trials.map(each => line(0, each, each.trial.losses.values.map((value, i, all) =>
          [i + 1 === all.length ? Math.min((i + 1) * each.trial.losses.every, each.trial.steps) : (i + 1) * each.trial.losses.every, value]),
        {showSymbol: false})),
        ...(validated ? trials.map(each => line(1, each, each.trial.validations.map(found => [found.step, shown(part, found.value)]), {})) : [])]});
  }
};

/** On the other side of a point where there is no room, and not over another label. */
function beside(view, {rect, labelRect}, few) {
  const left = {x: rect.x - 6, align: "right"};
  const right = {x: rect.x + rect.width + 6, align: "left"};
  const side = labelRect.x + labelRect.width > view.width - 20 ? left : labelRect.x < 64 ? right : {};
  return {hideOverlap: !few, moveOverlap: few ? "shiftY" : undefined, ...side};
}

function latencyTooltip(timed, each) {
  const kernels = isNumber(each.kernels) && isNumber(timed.baseKernels) ? `, the base ${short(timed.baseKernels)}` : "";
  return tooltip(each.arm + (each.merged ? ", merged" : ""), [
    `${digits(each.milliseconds, 2)} ms at ${timed.size}, the base ${digits(timed.baseMilliseconds, 2)} ms`,
    `${interval(each.ratio, value => digits(value, 3))} times the base's time`,
    each.verdict,
    isNumber(each.deviceMilliseconds) && `${digits(each.deviceMilliseconds, 3)} ms on the device`,
    isNumber(each.kernels) && `${short(each.kernels)} kernels${kernels}`,
    isNumber(each.joules) && `${digits(1000 * each.joules, 1)} mJ`,
    `${timed.processes} processes of ${timed.rounds} rounds or more; noise floor ${digits(100 * timed.noiseFloor, 1)}%`]);
}

/** Lines with bands while they are few, on a logarithmic axis where numbers spread over it. */
function curves(view, lines, names) {
  const {theme, width} = view;
  const xs = lines.flatMap(line => line.points.map(point => point.x));
  const isLog = Math.min(...xs) > 0 && Math.max(...xs) / Math.min(...xs) >= 8;
  const isBanded = lines.length <= 4;
  const keys = [...new Set(lines.map(line => line.key))];
  const colour = line => theme.series[keys.indexOf(line.key) % theme.series.length];
  return figure(view, 380, {
    legend: legend(theme, keys),
    grid: {left: 62, right: 24, top: 46, bottom: 50},
    xAxis: axis(theme, {
      type: isLog ? "log" : "value", logBase: 2, name: names.x, nameGap: 30, scale: true, min: "dataMin", max: "dataMax",
      axisLabel: {formatter: short}}),
    yAxis: axis(theme, {
      type: "value", name: names.y, nameGap: 44,
      ...ticked(range(lines.flatMap(line => line.points.flatMap(point => (isBanded ? [point.low, point.high] : [point.y])))))}),
    series: lines.flatMap(line => [
      ...(isBanded ? [band(line.key, line.points, colour(line))] : []),
      {type: "line", name: line.key, color: colour(line), itemStyle: {color: colour(line)}, symbol: "circle", symbolSize: width < NARROW || !isBanded ? 4 : 7, z: 3,
        lineStyle: {width: 1.6, opacity: isBanded ? 1 : 0.7}, emphasis: {focus: "series"},
        data: line.points.map(point => ({value: [point.x, point.y], tip: point.tip})),
        tooltip: {formatter: params => params.data.tip}}])});
}
