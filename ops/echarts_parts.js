// What the pages of figures use of ECharts; ops/assets.py makes static/vendor/echarts.js of it.
import { LineChart } from "echarts/charts";
import { GridComponent, LegendComponent } from "echarts/components";
import { init, use } from "echarts/core";
import { CanvasRenderer } from "echarts/renderers";

use([LineChart, GridComponent, LegendComponent, CanvasRenderer]);

export { init };
