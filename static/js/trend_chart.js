// The trend of a unit as two lines that are told apart without colour; the table below says the same.
import { init } from "../vendor/echarts.js";

const place = document.querySelector(".chart");
const points = JSON.parse(place.dataset.points);

function line(name, column, dash, symbol, colour) {
  return {
    name,
    type: "line",
    data: points.map((point) => (point[column] === null ? null : point[column] / 10)),
    symbol,
    symbolSize: 9,
    lineStyle: { type: dash, width: 2, color: colour },
    itemStyle: { color: colour },
  };
}

function draw() {
  const style = getComputedStyle(document.documentElement);
  const [ink, quiet, brand, due] = ["--ink", "--line", "--brand", "--due"].map((name) =>
    style.getPropertyValue(name).trim(),
  );
  const text = { color: ink, fontFamily: getComputedStyle(document.body).fontFamily };
  const chart = init(place, null, { renderer: "canvas", devicePixelRatio: 2 });
  chart.setOption({
    animation: false,
    textStyle: text,
    legend: { top: 0, itemWidth: 40, textStyle: text },
    grid: { left: 48, right: 24, top: 40, bottom: 32 },
    xAxis: {
      type: "category",
      data: points.map((point) => point[0]),
      axisLabel: text,
      axisLine: { lineStyle: { color: quiet } },
    },
    yAxis: {
      type: "value",
      min: 0,
      max: 100,
      axisLabel: { ...text, formatter: "{value}%" },
      splitLine: { lineStyle: { color: quiet } },
    },
    series: [
      line(place.dataset.task, 2, "solid", "circle", brand),
      line(place.dataset.time, 1, "dashed", "triangle", due),
    ],
  });
  addEventListener("resize", () => chart.resize());
}

if (points.length > 1) {
  place.classList.add("is-drawn");
  draw();
}
