/*
 * Figures as pictures, in the page and without one, where no timer exists and none is needed.
 */
"use strict";

/** Of one width everywhere, as pictures are laid out before their font is known. */
const FONT = "Liberation Sans, Arial, Helvetica, sans-serif";

/** In pixels: so narrow that text is legible in a paper. */
const PAPER = 660;

/** The colours for a light page, which a style sheet names first. */
function light(css) {
  const values = {};
  css.slice(0, css.indexOf("}")).replace(/--(\w+): ([^;]+);/g, (all, name, value) => (values[name] = value));
  return {...values, series: values.series.split(" ")};
}

/** What a figure shows as the text of an SVG, in colours of a style sheet; or nothing where there is nothing to show. */
function still(part, arms, kind, choice, css) {
  const drawn = figures[kind]({part, arms, kind, choice, width: PAPER, theme: light(css), still: true});
  if (!drawn) {
    return undefined;
  }
  const chart = echarts.init(null, null, {renderer: "svg", ssr: true, width: PAPER, height: Math.round(drawn.height)});
  chart.setOption(drawn.option);
  const text = chart.renderToSVGString();
  chart.dispose();
  return text
    .replace("<svg ", `<svg font-family="${FONT}" `)
    .replace(/style="font: normal normal (\S+) [^"]*"/g, 'style="font-size:$1"')
    .replace(/font-family:[^;"]*;?/g, "");
}
