/*
 * Where the names of points stand: beside them or above, over no point and no other name.
 */
"use strict";

const LABEL = {size: 11.5, height: 14, letter: 6.5, gap: 5};

/** A name's place by its right or left end and its bottom, in pixels. */
const boxed = (text, end, bottom, isLeft) => {
  const width = LABEL.letter * text.length;
  return {text, left: isLeft ? end - width : end, right: isLeft ? end : end + width, top: bottom - LABEL.height, bottom, isLeft};
};

/**
 * Places names.
 *
 * points: {x, y, text, isOnFront, isNamed}, all that are drawn, with their radius. Of the front they go from left to right.
 * bounds: {left, right, bottom}; above there is room without end.
 */
function placed(points, radius, bounds) {
  const names = [];
  const meet = (box, left, right, top, bottom) => box.left < right && box.right > left && box.top < bottom && box.bottom > top;
  const isFree = box => !points.some(p => meet(box, p.x - radius, p.x + radius, p.y - radius, p.y + radius))
    && !names.some(name => meet(box, name.left, name.right, name.top, name.bottom));
  const raised = (text, end, bottom, isLeft) => {
    const box = boxed(text, end, bottom, isLeft);
    return isFree(box) ? box : raised(text, end, bottom - 2, isLeft);
  };
  const put = (point, box) => names.push({...box, point});
  // To the left of a point of the front none is as high, so that what is in the way are names, and few points.
  points.filter(p => p.isNamed && p.isOnFront).forEach(p => {
    const lowest = names.length ? names[names.length - 1].top : Infinity;
    put(p, raised(p.text, p.x - LABEL.gap, Math.min(p.y - radius, lowest), true));
  });
  points.filter(p => p.isNamed && !p.isOnFront).forEach(p => {
    const steps = Array.from({length: 25}, (_, i) => (i % 2 ? 1 : -1) * Math.ceil(i / 2) * LABEL.height);
    const places = steps.flatMap(step => [false, true].map(isLeft =>
      boxed(p.text, p.x + (isLeft ? -1 : 1) * (radius + LABEL.gap - 1), p.y + step + LABEL.height / 2, isLeft)));
    const isInside = box => box.left >= bounds.left && box.right <= bounds.right && box.bottom <= bounds.bottom;
    put(p, places.find(box => isInside(box) && isFree(box)) ?? raised(p.text, p.x - LABEL.gap, p.y - radius, true));
  });
  return names;
}

/** Names as one element, with a line to the point where they are not beside it. */
function named(names, radius, shift, theme) {
  const children = names.flatMap(({text, left, right, top, bottom, isLeft, point}) => {
    const middle = (top + bottom) / 2 + shift;
    const end = isLeft ? right : left;
    const isFar = Math.abs(middle - point.y - shift) > 2 * LABEL.height;
    const from = point.y + shift + (middle < point.y + shift ? -radius : radius);
    return (isFar ? [{
      type: "polyline", shape: {points: [[point.x, from], [point.x, middle], [end + (isLeft ? 2 : -2), middle]]},
      style: {stroke: theme.quiet, fill: "none", lineWidth: 0.7, opacity: 0.6}}] : []).concat({
      type: "text",
      style: {x: end, y: middle, text, fill: theme.text, fontFamily: FONTS, fontSize: LABEL.size, align: isLeft ? "right" : "left", verticalAlign: "middle",
        backgroundColor: `${theme.card}b0`}});
  });
  return {type: "group", silent: true, children};
}
