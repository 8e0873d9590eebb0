/*
 * What each figure shows. A figure is a function of a view: part (the data), arms (those shown), theme (colours), width,
 * choice, and still, if it is to be a picture. It returns {height, option}, or nothing where there is nothing to show.
 */
"use strict";

/** What was measured with others, and not apart. */
const REST = "all else";

/** A point's width. */
const MARK = 9;

const figures = {
  /** Quality by tier. */
  forest(view) {
    const {part, arms} = view;
    const colours = coloured(view);
    const row = arm => ({
      label: arm.name, colour: colours.of(arm), hollow: arm.untrained, mark: arm.name === part.baseline,
      estimate: {value: shown(part, arm.quality.value), low: shown(part, arm.quality.low), high: shown(part, arm.quality.high), text: arm.quality.text},
      tip: armTooltip(part, arm)});
    const defined = arms.filter(arm => isNumber(arm.quality.value));
    const best = list => list.slice().sort((one, other) => other.quality.value - one.quality.value);
    const tiers = part.tiers.map((names, i) => ({label: `Tier ${i + 1}`, arms: best(defined.filter(arm => names.includes(arm.name)))}));
    tiers.push({label: "Host untrained", arms: best(defined.filter(arm => arm.untrained))});
    const rows = tiers.filter(tier => tier.arms.length).flatMap(tier => [{label: tier.label, tip: ""}].concat(tier.arms.map(row)));
    const baseline = part.arms.find(arm => arm.name === part.baseline);
    return rows.length && intervals(view, rows, {
      name: part.metric + (baseline ? `  (square and dashed: ${cut(part.baseline, 30)})` : ""),
      line: baseline && isNumber(baseline.quality.value) ? shown(part, baseline.quality.value) : undefined});
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
    const names = few ? {top: 24} : legend(view, colours.keys);
    const height = Math.max(380, Math.min(520, view.width * 0.55)) + names.top - 24;
    const grid = {left: 62, right: 30, top: names.top, bottom: 50};
    const texts = new Map(arms.map(arm => [arm, cut(arm.name, view.width < NARROW ? 24 : 40)]));
    const x = parameterAxis(front.map(arm => ({total: arm.total, width: LABEL.letter * texts.get(arm).length})), arms, view.width - grid.left - grid.right);
    const points = front.concat(arms.filter(arm => !front.includes(arm))).map(arm => ({
      x: grid.left + x.at(arm.total),
      y: grid.top + (height - grid.top - grid.bottom) * (y.max - shown(part, arm.quality.value)) / (y.max - y.min),
      text: arm.isOnFront ? cut(texts.get(arm), Math.max(6, Math.floor((x.at(arm.total) - LABEL.gap) / LABEL.letter))) : texts.get(arm),
      isOnFront: arm.isOnFront, isNamed: few || arm.isOnFront || arm.name === part.baseline}));
    const labels = placed(points, MARK / 2, {left: grid.left, right: view.width - 6, bottom: height - grid.bottom});
    const raised = Math.max(0, grid.top - min(labels.map(label => label.top)));
    const item = arm => ({
      value: [arm.total, shown(part, arm.quality.value)], arm,
      symbol: arm.name === part.baseline ? "rect" : "circle",
      itemStyle: arm.untrained ? {color: theme.card, borderColor: colours.of(arm), borderWidth: 1.5} : {color: colours.of(arm)}});
    return figure(view, height + raised, {
      legend: names.option,
      grid: {...grid, top: grid.top + raised},
      xAxis: axis(theme, {type: "log", name: "trained parameters, head included", nameGap: 30, axisLabel: {formatter: short}, min: x.min, max: x.max}),
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
        {type: "custom", silent: true, z: 4, clip: false, data: [[x.min, y.min]], renderItem: () => named(labels, MARK / 2, raised, theme)}
      ].concat(colours.keys.map(key => ({
        type: "scatter", name: key, symbolSize: MARK, z: 3,
        color: colours.of(arms.find(arm => colours.key(arm) === key) ?? view.arms.find(arm => colours.key(arm) === key)),
        data: arms.filter(arm => colours.key(arm) === key).map(item),
        tooltip: {formatter: params => armTooltip(part, params.data.arm)}})))});
  },

  /** Quality over one number that varies. */
  sweeps(view) {
    const {part, theme} = view;
    const sweep = part.sweeps[view.choice] ?? part.sweeps[0];
    const lines = (sweep?.lines ?? [])
      .map(line => ({...line, points: line.points.filter(point => view.arms.includes(part.arms[point.arm]))}))
      .filter(line => line.points.length > 1);
    return lines.length ? curves(view, lines.map(line => ({
      name: line.name, family: line.name, value: max(line.points.map(point => part.arms[point.arm].quality.value)),
      points: line.points.map(point => {
        const arm = part.arms[point.arm];
        return {x: point.value, tip: armTooltip(part, arm), y: shown(part, arm.quality.value), low: shown(part, arm.quality.low), high: shown(part, arm.quality.high)};
      })})), {x: sweep.setting, y: part.metric}) : undefined;
  },

  /** What is expected of a budget. */
  tuning(view) {
    const {part} = view;
    const lines = view.arms.filter(arm => Object.keys(arm.tuning).length).map(arm => ({
      name: arm.name, family: arm.family, value: max(Object.values(arm.tuning).map(best => best.value)),
      points: Object.entries(arm.tuning).map(([trials, best]) => ({
        x: Number(trials), y: shown(part, best.value), low: shown(part, best.low), high: shown(part, best.high),
        tip: tooltip(arm.name, [`best of ${trials} trials: ${best.text}`])}))}));
    return lines.length ? curves(view, lines, {x: "tuning trials", y: `expected best validation ${part.metric}`}) : undefined;
  },

  /** The time of a forward pass at one size. */
  latency(view) {
    const {part} = view;
    const timed = part.latency[view.choice] ?? part.latency[0];
    const colours = coloured(view);
    const rows = [false, true].flatMap(merged => {
      const those = view.arms.flatMap(arm => (timed?.arms ?? []).filter(each => each.arm === arm.name && each.merged === merged).map(each => ({
        label: each.arm, estimate: each.ratio, colour: colours.of(arm), hollow: merged, tip: latencyTooltip(timed, each)})));
      return those.length ? [{label: merged ? "Merged" : "As trained", tip: ""}].concat(those) : [];
    });
    return rows.length ? intervals(view, rows, {
      name: `time / base at ${timed.size}`, line: 1,
      lines: [1 / (1 + timed.margin), 1 + timed.margin]}) : undefined;
  },

  /** The same at all sizes. */
  heat(view) {
    const {part, theme} = view;
    const sizes = part.latency.map(timed => timed.size);
    const rows = view.arms.flatMap(arm => [false, true].map(merged => ({arm: arm.name, merged}))
      .filter(row => part.latency.some(timed => timed.arms.some(each => each.arm === row.arm && each.merged === row.merged))));
    const cells = rows.flatMap((row, y) => part.latency.flatMap((timed, x) =>
      timed.arms.filter(each => each.arm === row.arm && each.merged === row.merged)
        .map(each => ({value: [x, y, each.ratio.value, Math.log(each.ratio.value)], tip: latencyTooltip(timed, each)}))));
    if (!cells.length) {
      return undefined;
    }
    const most = Math.max(0.1, max(cells.map(cell => Math.abs(cell.value[3]))));
    const longest = view.width < NARROW ? 24 : 44;
    const label = row => cut(row.arm, longest) + (row.merged ? " merged" : "");
    return figure(view, rows.length * ROW + 60, {
      grid: {left: 7 * max(rows.map(row => label(row).length)) + 14, right: 12, top: 46, bottom: 8},
      xAxis: axis(theme, {type: "category", position: "top", data: sizes, name: "rows x length", nameGap: 26}),
      yAxis: axis(theme, {
        type: "category", inverse: true, data: rows.map((row, i) => String(i)),
        axisLabel: {interval: 0, hideOverlap: false, formatter: i => label(rows[i]), color: theme.text}}),
      visualMap: {show: false, dimension: 3, min: -most, max: most, inRange: {color: [theme.faster, theme.band, theme.slower]}},
      series: [{
        type: "heatmap", data: cells, itemStyle: {borderColor: theme.card, borderWidth: 1},
        label: {show: true, color: theme.text, fontSize: 11.5, formatter: params => digits(params.value[2], 2)},
        tooltip: {formatter: params => params.data.tip}}]});
  },

  /** What training takes: memory and time, each by what it is made of. */
  cost(view) {
    const {part, theme, arms} = view;
    const narrow = view.width < NARROW;
    const longest = narrow ? 24 : 44;
    const labels = arms.map(arm => cut(arm.name, longest));
    const left = 7 * max(labels.map(label => label.length)) + 14;
    const panels = [
      {of: "memory", title: "peak memory", note: part.memory, write: value => `${short(value).replace(/([kMGT]?)$/, " $1")}B`},
      {of: "time", title: "time", write: value => `${short(value)} s`}]
      .map(panel => ({...panel, shares: distinct(arms.flatMap(arm => Object.keys(arm[panel.of])))}))
      .filter(panel => panel.shares.length);
    if (!panels.length) {
      return undefined;
    }
    const colours = coloured(view);
    const shares = distinct(panels.filter(panel => panel.shares.length > 1).flatMap(panel => panel.shares));
    const names = shares.length ? legend(view, shares) : {top: 8};
    const hue = share => (share === REST ? theme.line : theme.series[shares.indexOf(share) % theme.series.length]);
    const colour = (arm, share) => (shares.includes(share) ? hue(share) : colours.of(arm));
    const half = (view.width - left) / panels.length;
    const grids = panels.map((panel, i) => ({left: left + i * half, width: half - 64, top: names.top + 22, bottom: 44}));
    const total = (arm, of) => Object.values(arm[of]).reduce((one, other) => one + other, 0);
    const tip = (panel, arm) => tooltip(arm.name, [panel.write(total(arm, panel.of))]
      .concat(panel.shares.length > 1 ? panel.shares.filter(share => share in arm[panel.of]).map(share => `${share}: ${panel.write(arm[panel.of][share])}`) : [])
      .concat(panel.note ?? []));
    return figure(view, arms.length * ROW + names.top + 66, {
      legend: names.option,
      title: panels.map((panel, i) => ({text: panel.title, left: grids[i].left - 5, top: names.top - 4, textStyle: {fontSize: 12.5, color: theme.text}})),
      grid: grids,
      xAxis: panels.map((panel, i) => axis(theme, {type: "value", gridIndex: i, splitNumber: Math.max(1, Math.floor(half / 130)), axisLabel: {formatter: panel.write}})),
      yAxis: panels.map((panel, i) => axis(theme, {
        type: "category", gridIndex: i, inverse: true, data: arms.map((arm, row) => String(row)),
        axisLabel: {show: i === 0, interval: 0, hideOverlap: false, formatter: row => labels[row], color: theme.text}})),
      series: panels.flatMap((panel, i) => panel.shares.map((share, j) => ({
        type: "bar", name: share, stack: panel.of, xAxisIndex: i, yAxisIndex: i, barWidth: 11,
        color: shares.includes(share) ? colour(arms[0], share) : undefined,
        data: arms.map(arm => ({
          value: arm[panel.of][share] ?? 0, arm, itemStyle: {color: colour(arm, share), opacity: arm.untrained ? 0.5 : 1}})),
        label: {
          show: j === panel.shares.length - 1, position: "right", color: theme.quiet, fontSize: 11,
          formatter: params => (params.data.arm[panel.of][panel.shares[0]] === undefined ? "" : panel.write(total(params.data.arm, panel.of)))},
        tooltip: {formatter: params => tip(panel, params.data.arm)}})))});
  },

  /** Losses and validations by step. */
  learning(view) {
    const {part, theme} = view;
    const arms = view.arms.filter(arm => arm.trials.length);
    if (!arms.length) {
      return undefined;
    }
    const validated = arms.some(arm => arm.trials.some(trial => trial.validations.length > 1));
    const lines = arms.map(arm => ({arm, name: arm.name, family: arm.family, value: arm.quality.value}));
    const among = apart(lines, theme);
    const names = legend(view, among.keys, among.label);
    const stacked = validated && view.width < 900;
    const half = view.width / 2;
    const upper = {left: 62, top: names.top, height: 270, ...(validated && !stacked ? {width: half - 80} : {right: 20})};
    const lower = stacked ? {left: 62, right: 20, top: names.top + 354, height: 270} : {left: half + 52, right: 20, top: names.top, height: 270};
    const grids = validated ? [upper, lower] : [upper];
    // One line an arm, with a gap between its trials.
    const series = (grid, line, points, more) => {
      const look = stroke(among, line, theme, 1.3);
      return {
        type: "line", name: among.key(line), xAxisIndex: grid, yAxisIndex: grid, symbolSize: 5, ...look,
        lineStyle: {...look.lineStyle, type: line.arm.untrained ? "dashed" : "solid"}, triggerLineEvent: true,
        data: line.arm.trials.flatMap(trial => points(trial).map(value => ({value, seed: trial.seed})).concat(null)),
        tooltip: {formatter: params => tooltip(line.name, params.data
          ? [`seed ${params.data.seed}, step ${params.value[0]}: ${Number(params.value[1].toPrecision(4))}`] : [])}, ...more};
    };
    const losses = trial => trial.losses.values.map((value, i) => [Math.min((i + 1) * trial.losses.every, trial.steps), value]);
    const validations = trial => trial.validations.map(found => [found.step, shown(part, found.value)]);
    return figure(view, names.top + (stacked ? 684 : 324), {
      legend: names.option,
      grid: grids,
      xAxis: grids.map((grid, i) => axis(theme, {type: "value", gridIndex: i, name: "step", nameGap: 26, min: 0})),
      yAxis: grids.map((grid, i) => axis(theme, {
        type: "value", gridIndex: i, scale: true, name: i === 0 ? "training loss" : `validation ${part.metric}`, nameGap: 44})),
      series: among.ordered.map(line => series(0, line, losses, {showSymbol: false}))
        .concat(validated ? among.ordered.map(line => series(1, line, validations, {showSymbol: among.isLed(line)})) : [])});
  }
};

/** A logarithmic axis with room to the left of each name of the front for it: {min, max, at}. */
function parameterAxis(names, arms, width) {
  const totals = arms.map(arm => arm.total);
  const high = Math.ceil(Math.log10(max(totals) * 1.3));
  const place = low => total => width * (Math.log10(total) - low) / (high - low);
  const hasRoom = low => names.every(name => place(low)(name.total) >= name.width + LABEL.gap);
  const lowest = Math.floor(Math.log10(min(totals) / 1.3));
  const low = [lowest, lowest - 1, lowest - 2].find(hasRoom) ?? lowest - 2;
  return {min: 10 ** low, max: 10 ** high, at: place(low)};
}

function latencyTooltip(timed, each) {
  const kernels = isNumber(each.kernels) && isNumber(timed.baseKernels) ? `, the base ${short(timed.baseKernels)}` : "";
  return tooltip(each.arm + (each.merged ? ", merged" : ""), [
    `${digits(each.milliseconds, 2)} ms at ${timed.size}, the base ${digits(timed.baseMilliseconds, 2)} ms`,
    `${each.ratio.text} times the base's time`,
    each.verdict,
    isNumber(each.deviceMilliseconds) && `${digits(each.deviceMilliseconds, 3)} ms on the device`,
    isNumber(each.kernels) && `${short(each.kernels)} kernels${kernels}`,
    isNumber(each.joules) && `${digits(1000 * each.joules, 1)} mJ`,
    `${timed.processes} processes of ${timed.rounds} rounds or more; noise floor ${digits(100 * timed.noiseFloor, 1)}%`]);
}
