// Makes the charts of a page interactive: the library draws, this reads the numbers, the buttons and the keys.
// Without it, or where it fails, the drawing that came with the page stays.
"use strict";
(() => {
  const MINUS = "\u2212";
  const DAY_MS = 864e5;
  // How far a key moves the cursor, in periods.
  const FAR = 21;
  const ZOOM = 1.5;
  const FEWEST = 2;
  // A bar of a period that is not over.
  const PARTIAL = "#8a98a8";
  const SHAPES = { critical: "arrowDown", warning: "square", notice: "circle" };
  const MONTHS = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"];
  const DAYS = ["Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat"];
  const dark = matchMedia("(prefers-color-scheme: dark)");

  const number = (value, digits) => {
    // Not toLocaleString: its first call alone takes 30 ms.
    const [whole, ...parts] = Math.abs(value).toFixed(digits).split(".");
    const text = [whole.replace(/\B(?=(\d{3})+$)/g, ","), ...parts].join(".");
    return { text, isBelow: value < 0 && Number(text.replaceAll(",", "")) !== 0 };
  };
  const written = (line, value, plus = "") => {
    const { text, isBelow } = number(value, line.digits);
    return `${isBelow ? MINUS : plus}${line.before}${text}${line.after}`;
  };
  // Levels of an axis: no more digits than tell them apart, and thousands of millions as billions.
  const levels = (line, values) => {
    const inBn = line.after === "mn" && values.some((one) => Math.abs(one) >= 1000);
    const scale = inBn ? 1000 : 1, after = inBn ? "bn" : line.after;
    const isRound = (digits) => values.every((one) => Math.abs(one / scale * 10 ** digits - Math.round(one / scale * 10 ** digits)) < 1e-6);
    const digits = [0, 1, 2, 3].find(isRound) ?? 3;
    return values.map((one) => written({ ...line, digits, after }, one / scale));
  };
  const changed = (line, before, after) => {
    const bare = (value, digits, unit) => {
      const { text, isBelow } = number(value, digits);
      return `${isBelow ? MINUS : "+"}${text}${unit}`;
    };
    if (line.change === "percent") return before ? bare(100 * (after / before - 1), 2, "%") : "";
    if (line.change === "basis points") return bare(100 * (after - before), 1, "bp");
    return line.change === "difference" ? written(line, after - before, "+") : "";
  };
  const named = (day, line) => {
    const date = dateOf(day);
    const month = `${MONTHS[date.getUTCMonth()]} ${date.getUTCFullYear()}`;
    if (line.steps === "years") return String(date.getUTCFullYear());
    return line.steps === "months" ? month : `${DAYS[date.getUTCDay()]} ${date.getUTCDate()} ${month}`;
  };
  // Days are numbers since 1970: half a century of dates in words takes longer to read than to draw.
  const dayOf = (words) => Date.parse(words) / DAY_MS;
  const dateOf = (day) => new Date(day * DAY_MS);
  const monthAfter = (day) => Date.UTC(dateOf(day).getUTCFullYear(), dateOf(day).getUTCMonth() + 1) / DAY_MS;
  // What a day weighs on the axis: the first of a year or of a month, or another.
  const YEAR = 70, MONTH = 60, DAY = 50;
  // The axis of the library makes three objects of each day; this one makes none.
  class Days {
    options() { return this.chosen; }
    setOptions(chosen) { this.chosen = chosen; }
    preprocessData() {}
    updateFormatter() {}
    createConverterToInternalObj() { return (day) => day; }
    convertHorzItemToInternal(day) { return day; }
    key(day) { return day; }
    cacheKey(day) { return day; }
    formatHorzItem(day) { return this.chosen.localization.timeFormatter(day); }
    formatTickmark({ time, weight }) {
      const date = dateOf(time);
      if (weight === YEAR) return String(date.getUTCFullYear());
      return weight === MONTH ? MONTHS[date.getUTCMonth()] : String(date.getUTCDate());
    }
    maxTickMarkWeight(marks) { return Math.max(...marks.map((one) => one.weight)); }
    fillWeightsForPoints(points, from) {
      // Before the first of all there is none: as if one were as far before it as the next is after it.
      const before = points[from - 1]?.time ?? 2 * points[0].time - (points[1] ?? points[0]).time;
      let next = monthAfter(before);
      for (let at = from; at < points.length; at += 1) {
        const point = points[at];
        point.timeWeight = DAY;
        if (point.time < next) continue;
        point.timeWeight = dateOf(point.time).getUTCFullYear() === dateOf(next - 1).getUTCFullYear() ? MONTH : YEAR;
        next = monthAfter(point.time);
      }
    }
  }
  const place = (days, day) => {
    // The first place whose day is not before this one.
    let low = 0, high = days.length;
    while (low < high) {
      const middle = (low + high) >> 1;
      if (days[middle] < day) low = middle + 1; else high = middle;
    }
    return low;
  };
  // A layer is as high as it is large only above zero.
  const fromZero = (original) => {
    const found = original();
    if (found?.priceRange) found.priceRange.minValue = Math.min(0, found.priceRange.minValue);
    return found;
  };
  const element = (tag, named, text = "") => {
    const made = document.createElement(tag);
    Object.assign(made, named);
    made.textContent = text;
    return made;
  };

  // Days without a number, so that a span without data is as wide as it is long.
  const missing = (line) => line.gaps.flatMap((at) => {
    const before = line.periods.slice(Math.max(at - 9, 0), at), last = line.periods[at];
    const step = Math.max((before.at(-1) - before[0]) / (before.length - 1) || 1, 1);
    const days = [];
    for (let day = before.at(-1) + step; day < last - step / 2; day += step) days.push(Math.floor(day));
    return days;
  });

  class Drawn {
    constructor(figure, lines, alerts) {
      this.figure = figure;
      this.part = (name) => figure.querySelector(`[data-part="${name}"]`);
      this.plot = this.part("plot");
      this.style = getComputedStyle(figure);
      this.cursor = null;
      this.pinned = false;
      this.series = [];
      this.levels = [];
      this.open();
      this.fill(lines, alerts);
      this.listen();
      this.enable();
      const preferred = figure.querySelector(`[data-months="${figure.dataset.months}"]`);
      this.range(preferred && !preferred.disabled ? preferred : this.part("bar").querySelector("button:last-of-type"));
      this.say(null);
    }

    // Puts these lines and alerts in the place of those it has.
    fill(lines, alerts) {
      this.lines = lines;
      // A line alone and whole has its days in order: to sort half a century takes as long as to read it.
      const [only] = lines;
      this.days = lines.length === 1 && !only.gaps.length ? only.periods : Int32Array.from(new Set(lines.flatMap((line) => [...line.periods, ...missing(line)]))).sort();
      this.alerts = new Map();
      for (const one of alerts) this.mark(one);
      this.figure.toggleAttribute("data-marked", this.alerts.size > 0);
      this.draw();
    }

    // Puts the whole of the lines in the place of their newest part; what is looked at stays.
    extend(lines, alerts) {
      const [first] = this.days, { from, to } = this.seen;
      this.fill(lines, alerts);
      this.enable();
      const earlier = place(this.days, first);
      const pressed = this.figure.querySelector("[data-months][aria-pressed=true]");
      if (pressed && from < 1) this.range(pressed);
      else this.look(from + earlier, to + earlier);
      if (this.cursor === null) return;
      if (this.pinned) this.pin(this.cursor + earlier); else this.say(this.cursor + earlier);
    }

    mark(alert) {
      const day = dayOf(alert.period_end);
      if (day < this.days[0]) return;
      const at = Math.min(place(this.days, day), this.days.length - 1);
      this.alerts.set(at, [...(this.alerts.get(at) ?? []), alert]);
    }

    open() {
      const library = window.LightweightCharts;
      this.box = element("div", { className: "chart-canvas" });
      this.box.setAttribute("aria-hidden", "true");
      this.plot.append(this.box);
      this.chart = library.createChartEx(this.box, new Days(), {
        autoSize: true,
        // The attribution stands below the chart: the library's own would need a style in the page.
        layout: { attributionLogo: false, panes: { enableResize: false }, background: { type: "solid", color: "transparent" }, fontSize: 12 },
        localization: { locale: "en-GB", timeFormatter: (day) => named(day, this.lines[0]) },
        rightPriceScale: { borderVisible: false, scaleMargins: { top: 0.08, bottom: 0.04 } },
        leftPriceScale: { borderVisible: false, scaleMargins: { top: 0.08, bottom: 0.04 } },
        timeScale: { borderVisible: false, minBarSpacing: 0.001, fixLeftEdge: true, lockVisibleTimeRangeOnResize: true },
        crosshair: { mode: library.CrosshairMode.Magnet, horzLine: { visible: false, labelVisible: false } },
        // A finger that moves up or down scrolls the page.
        handleScroll: { mouseWheel: false, vertTouchDrag: false },
        handleScale: { axisDoubleClickReset: true },
      });
    }

    draw() {
      const library = window.LightweightCharts;
      const numbers = new Map();
      // Of a stack the highest layer is behind the others; panes are made from the top.
      const order = [...this.lines.keys()];
      if (this.lines[0].drawn_as === "stack") order.reverse();
      for (const one of order) this.series[one] = this.parts(library, this.lines[one], this.series[one] ?? [], numbers);
      for (const pane of this.chart.panes()) pane.setStretchFactor(1);
      const values = this.lines.filter((line) => !line.pane).flatMap((line) => line.values);
      if (!this.zero && values.some((one) => one < 0) && values.some((one) => one > 0)) {
        this.zero = this.series[0].at(-1).createPriceLine({ price: 0, lineWidth: 1, lineStyle: library.LineStyle.Dashed, axisLabelVisible: false, title: "" });
      }
      // Alerts are marked on the first line of each pane, where that has no others to tell apart.
      const panes = new Set(this.lines.map((line) => line.pane ?? 0));
      this.marked ??= this.lines.length > panes.size ? [] : this.lines.map((line) => this.markedLine(library, line));
      // Several days a pixel are drawn as one where they are lines; bars would lose some.
      this.chart.applyOptions({ timeScale: { enableConflation: this.lines.every((line) => line.drawn_as === "line") } });
      // Dressed while it is empty: each change of its looks goes through all that it has. Days of one
      // series alone are placed soonest.
      this.dress();
      for (const { series } of this.marked) series.setData([]);
      numbers.forEach((data, series) => series.setData(data));
      this.flag();
    }

    // What a series of a line is: its scale, and how it writes.
    base(line) {
      return {
        priceScaleId: this.isOther(line) ? "left" : "right",
        priceFormat: { type: "custom", formatter: (value) => written(line, value), tickmarksFormatter: (values) => levels(line, values), minMove: 10 ** -line.digits },
        priceLineVisible: false, lastValueVisible: false,
      };
    }

    // Whether a line has a scale of its own.
    isOther(line) { return !line.pane && (line.after !== this.lines[0].after || line.before !== this.lines[0].before); }

    // Marks stand on an unseen line of the days that have alerts: with every picture the library copies
    // all days of the line that its marks are on.
    markedLine(library, line) {
      const series = this.chart.addSeries(library.LineSeries, { ...this.base(line), lineVisible: false, crosshairMarkerVisible: false }, line.pane ?? 0);
      return { series, marks: library.createSeriesMarkers(series, []) };
    }

    // A series for each stretch of a line: one alone would be drawn across what is missing. Those that
    // are there take the newest stretches.
    parts(library, line, there, numbers) {
      const edges = [0, ...line.gaps, line.periods.length];
      const kind = { bars: library.HistogramSeries, stack: library.AreaSeries }[line.drawn_as] ?? library.LineSeries;
      const layers = line.drawn_as === "stack" ? this.lines.slice(0, this.lines.indexOf(line) + 1) : [line];
      line.tops = layers.length === 1 ? line.values : line.values.map((_, at) => layers.reduce((sum, one) => sum + one.values[at], 0));
      if (this.isOther(line)) this.chart.applyOptions({ leftPriceScale: { visible: true } });
      const stretches = line.drawn_as === "bars" ? [[0, line.periods.length]] : edges.slice(1).map((end, one) => [edges[one], end]);
      const blank = missing(line).map((day) => ({ time: day }));
      there.splice(0, there.length - stretches.length).forEach((one) => this.chart.removeSeries(one));
      const made = () => this.chart.addSeries(kind, {
        ...this.base(line), lineWidth: 2, crosshairMarkerRadius: 4,
        ...(line.drawn_as === "stack" && { autoscaleInfoProvider: fromZero }),
      }, line.pane ?? 0);
      const series = [...stretches.slice(there.length).map(made), ...there];
      if (!there.length) for (const price of line.levels ?? []) this.levels.push(series.at(-1).createPriceLine({ price, lineWidth: 1, lineStyle: library.LineStyle.Dotted, axisLabelVisible: true, title: "" }));
      stretches.forEach(([first, end], one) => {
        const data = [];
        for (let at = first; at < end; at += 1) data.push({ time: line.periods[at], value: line.tops[at] });
        for (const at of line.partial ?? []) if (at >= first && at < end) data[at - first].color = PARTIAL;
        numbers.set(series[one], one === 0 && blank.length ? [...data, ...blank].sort((a, b) => a.time - b.time) : data);
      });
      return series;
    }

    // Colours as the stylesheet has them, light or dark.
    dress() {
      const colour = (name) => this.style.getPropertyValue(`--${name}`).trim();
      this.chart.applyOptions({
        layout: { textColor: colour("quiet"), panes: { separatorColor: colour("line") }, fontFamily: this.style.fontFamily },
        grid: { vertLines: { color: colour("faint") }, horzLines: { color: colour("faint") } },
        crosshair: { vertLine: { color: colour("quiet"), labelBackgroundColor: colour("fill") } },
      });
      this.zero?.applyOptions({ color: colour("fill") });
      this.levels.forEach((one) => one.applyOptions({ color: colour("quiet"), axisLabelColor: colour("fill") }));
      this.series.forEach((stretches, one) => stretches.forEach((series) => {
        const mine = colour(`line-${one + 1}`);
        series.applyOptions({ color: mine, lineColor: mine, topColor: mine, bottomColor: mine, crosshairMarkerBackgroundColor: colour("ink") });
      }));
    }

    // Alerts as marks, each in the colour of its worst.
    flag() {
      const colours = Object.fromEntries(Object.keys(SHAPES).map((one) => [one, this.style.getPropertyValue(`--${one}`).trim()]));
      this.marked.forEach(({ series, marks }, one) => {
        const line = this.lines[one], rows = this.rows(line);
        series.setData(rows.map(([row]) => ({ time: line.periods[row], value: line.tops[row] })));
        marks.setMarkers(rows.map(([row, alerts]) => {
          const worst = Object.keys(SHAPES).find((one) => alerts.some((alert) => alert.severity === one));
          return { time: line.periods[row], position: "aboveBar", shape: SHAPES[worst], color: colours[worst], size: worst === "notice" ? 0.5 : 1 };
        }));
      });
    }

    // The alerts by the place in a line that has the number of their day, or the last before it.
    rows(line) {
      const found = new Map();
      for (const [at, alerts] of this.alerts) {
        const after = place(line.periods, this.days[at]);
        const row = line.periods[after] === this.days[at] ? after : Math.max(after - 1, 0);
        found.set(row, [...(found.get(row) ?? []), ...alerts]);
      }
      return [...found].sort(([a], [b]) => a - b);
    }

    listen() {
      dark.addEventListener("change", () => { this.dress(); this.flag(); });
      this.chart.subscribeCrosshairMove(({ logical, point }) => {
        if (this.pinned || this.moving) return;
        this.say(point === undefined ? null : this.near(logical));
      });
      this.chart.timeScale().subscribeVisibleLogicalRangeChange((range) => { if (range) this.seen = range; });
      this.chart.subscribeClick(({ logical, point }) => {
        if (point !== undefined) this.pin(this.near(logical));
      });
      // The wheel scrolls the page; with Ctrl, or with a pinch, it zooms.
      this.box.addEventListener("wheel", (event) => { if (!event.ctrlKey) event.stopPropagation(); }, { capture: true });
      this.plot.addEventListener("keydown", (event) => this.key(event));
      this.plot.addEventListener("blur", () => { if (this.pinned) this.unpin(); });
      this.figure.querySelectorAll("[data-months]").forEach((button) => button.addEventListener("click", () => this.range(button)));
      Object.assign(this.plot, { tabIndex: 0 });
      this.plot.setAttribute("role", "application");
      this.plot.setAttribute("aria-roledescription", "interactive chart");
      this.plot.setAttribute("aria-label", this.figure.dataset.label);
      this.plot.setAttribute("aria-describedby", this.part("keys").id);
    }

    // A range with too few periods to be a line cannot be asked for.
    enable() {
      this.figure.querySelectorAll("[data-months]").forEach((button) => {
        button.disabled = button.dataset.months !== "max" && this.days.length - this.since(button.dataset.months) < FEWEST;
      });
    }

    near(logical) { return Math.max(0, Math.min(this.days.length - 1, Math.round(logical ?? 0))); }

    since(months) {
      const last = this.days.at(-1);
      const from = dateOf(last);
      from.setUTCMonth(from.getUTCMonth() - Number(months));
      return place(this.days, from.getTime() / DAY_MS);
    }

    range(button) {
      const first = button.dataset.months === "max" ? 0 : this.since(button.dataset.months);
      this.show(first, this.days.length - 1);
      this.press(button);
    }

    press(pressed) {
      this.figure.querySelectorAll("[data-months]").forEach((one) => one.setAttribute("aria-pressed", String(one === pressed)));
    }

    // With room for the mark of an alert on the newest day.
    show(from, to) { this.look(from - 0.5, to + 0.5 + 0.02 * (to - from)); }

    look(from, to) {
      // The library does it with the next picture; a second key may come before.
      this.seen = { from, to };
      this.chart.timeScale().setVisibleLogicalRange(this.seen);
    }

    key(event) {
      const last = this.days.length - 1, at = this.cursor ?? last;
      const step = event.shiftKey ? FAR : 1;
      const moves = { ArrowLeft: at - step, ArrowRight: at + step, PageUp: at - FAR, PageDown: at + FAR, Home: 0, End: last };
      if (event.ctrlKey || event.metaKey || event.altKey) return;
      if (event.key in moves) this.pin(this.step(at, Math.max(0, Math.min(last, moves[event.key]))));
      else if (event.key === "+" || event.key === "=") this.zoom(1 / ZOOM);
      else if (event.key === "-") this.zoom(ZOOM);
      else if (event.key === "Escape") this.unpin();
      else if (event.key === "Enter") { const [one] = this.alerts.get(this.cursor) ?? []; if (one?.page) location.assign(one.page); }
      else return;
      event.preventDefault();
    }

    // The next place that has a number, past days that have none.
    step(from, to) {
      const way = to < from ? -1 : 1;
      let at = to;
      while (at > 0 && at < this.days.length - 1 && !this.values(at).some((one) => one.at !== null)) at += way;
      return at;
    }

    zoom(factor) {
      const seen = this.seen;
      const last = this.days.length - 1, middle = this.cursor ?? last;
      const width = Math.max(FEWEST, Math.min(last, (seen.to - seen.from) * factor));
      const share = Math.max(0, Math.min(1, (middle - seen.from) / (seen.to - seen.from)));
      const from = Math.max(0, Math.min(last - width, middle - share * width));
      this.show(from, from + width);
      this.press(null);
    }

    pin(at) {
      this.pinned = true;
      const seen = this.seen;
      const width = seen.to - seen.from;
      if (at < seen.from) this.show(at, at + width);
      else if (at > seen.to) this.show(at - width, at);
      this.say(at);
      const found = this.values(at).find((one) => one.at !== null);
      this.moving = true;
      if (found) this.chart.setCrosshairPosition(found.line.tops[found.at], this.days[at], this.stretch(found));
      this.moving = false;
      this.part("live").textContent = this.part("reading").textContent;
    }

    unpin() {
      this.pinned = false;
      this.chart.clearCrosshairPosition();
      this.say(null);
      this.part("live").textContent = "";
    }

    stretch({ line, at }) {
      const stretches = this.series[this.lines.indexOf(line)];
      return stretches.length === 1 ? stretches[0] : stretches[line.gaps.filter((gap) => gap <= at).length];
    }

    // What each line has at a place, null where it has nothing.
    values(at) {
      return this.lines.map((line) => {
        const found = place(line.periods, this.days[at]);
        return { line, at: line.periods[found] === this.days[at] ? found : null };
      });
    }

    // Date, value, change and alerts at a place; the newest where there is none.
    say(at) {
      this.cursor = at;
      const shown = at ?? this.days.length - 1;
      const reading = this.part("reading");
      const parts = [element("b", {}, named(this.days[shown], this.lines[0]))];
      this.values(shown).forEach(({ line, at: row }, one) => {
        const many = this.lines.length > 1;
        // Of several lines that do not end on one day, each with its own newest number.
        const newest = at === null && row === null ? line.values.length - 1 : row;
        const when = newest === row ? "" : ` (${named(line.periods[newest], line)})`;
        const value = newest === null ? "no data" : written(line, line.values[newest]) + when;
        const part = element("span", { className: `value line-${one + 1}` }, many ? `${line.title} ${value}` : value);
        parts.push(part);
        if (line.partial?.includes(newest)) parts.push(element("span", { className: "quiet" }, "part of the period"));
        const before = newest !== null && newest > 0 && !many ? changed(line, line.values[newest - 1], line.values[newest]) : "";
        if (before) parts.push(element("span", { className: "quiet" }, before));
      });
      for (const alert of this.alerts.get(shown) ?? []) {
        const words = `${alert.severity}: ${alert.title}`;
        parts.push(element(alert.page ? "a" : "span", { className: alert.severity, ...(alert.page && { href: alert.page, tabIndex: -1 }) }, words));
      }
      reading.replaceChildren(...parts.flatMap((one) => [one, " "]));
    }
  }

  const read = async (address) => {
    const answer = await fetch(address, { credentials: "same-origin" });
    if (!answer.ok) throw new Error(`${address} answered ${answer.status}`);
    return answer.json();
  };

  // The periods of a line as numbers of days, from the steps between them where those were sent.
  const dated = (line) => {
    let day = 0;
    const periods = line.period_steps ? Int32Array.from(line.period_steps, (step) => (day += step)) : Int32Array.from(line.periods, dayOf);
    return { ...line, periods };
  };

  // Every line and alert that some addresses give.
  const readAll = async (addresses) => {
    const found = await Promise.all(addresses.split(" ").map(read));
    const lines = found.flatMap((one) => one.lines ?? [one]).map(dated).filter((one) => one.periods.length > 1);
    return { lines, alerts: found.flatMap((one) => one.alerts ?? []), months: found[0].months };
  };

  // Twice: the first is of the frame in which it is drawn, and comes before it.
  const picture = async () => {
    for (let frame = 0; frame < 2; frame += 1) await new Promise(requestAnimationFrame);
  };

  const failed = (figure, error, name) => {
    console.error(error);
    figure.querySelector(`[data-part="${name}"]`).hidden = false;
  };

  const begin = async (figure) => {
    try {
      performance.mark("chart begun");
      if (!window.LightweightCharts) throw new Error("the charting library is not there");
      let found = await readAll(figure.dataset.sources);
      if (!found.lines.length && figure.dataset.whole) {
        // One number is no line: that series had ended, and began again. The whole is drawn at once.
        found = await readAll(figure.dataset.whole);
        delete figure.dataset.whole;
      }
      const { lines, alerts, months } = found;
      performance.mark("chart read");
      if (!lines.length) return;
      figure.querySelectorAll("[data-script]").forEach((one) => { one.hidden = false; });
      figure.dataset.months ||= months;
      figure.drawn = new Drawn(figure, lines, alerts);
      figure.dataset.state = "drawn";
      performance.mark("chart drawn");
    } catch (error) {
      figure.dataset.state = "failed";
      failed(figure, error, "failed");
      return;
    }
    // Asked for while the newest part is painted; a failure is shown where it is awaited.
    const whole = figure.dataset.whole ? readAll(figure.dataset.whole) : null;
    whole?.catch(() => {});
    await picture();
    performance.mark("chart seen");
    if (whole) await complete(figure, whole);
  };

  // The first picture needs the newest part only; to read and place half a century takes longer.
  const complete = async (figure, whole) => {
    try {
      const { lines, alerts } = await whole;
      performance.mark("whole chart read");
      figure.drawn.extend(lines, alerts);
      performance.mark("whole chart drawn");
      await picture();
      figure.dataset.extent = "whole";
      performance.mark("whole chart seen");
    } catch (error) {
      failed(figure, error, "cut");
    }
  };
  document.querySelectorAll("figure[data-sources]").forEach(begin);
})();
