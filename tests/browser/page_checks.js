// Asked of the page by visit.py. Each function returns plain data.
(() => {
  const visible = (element) => {
    const box = element.getBoundingClientRect();
    return box.width > 0 && box.height > 0 && element.checkVisibility({ visibilityProperty: true, opacityProperty: true });
  };
  const all = (selector, root = document) => [...root.querySelectorAll(selector)];
  const words = (element) => (element.textContent || "").trim().replace(/\s+/g, " ").slice(0, 80);

  // Icon fonts spell a symbol's name; figures, frames and folded parts are judged elsewhere or not at all.
  const SYMBOLS = "[data-testid=stIconMaterial], script, style, noscript, svg, iframe, [inert], [data-collapsed=true]";

  // Why the page is not at rest, or "" when it is.
  const busyWith = () => {
    const app = document.querySelector("[data-testid=stApp]");
    if (!app) return "no app yet";
    if (app.dataset.testConnectionState !== "CONNECTED") return "connection " + app.dataset.testConnectionState;
    if (app.dataset.testScriptState !== "notRunning") return "script " + app.dataset.testScriptState;
    for (const wait of ["stSkeleton", "stSpinner", "stAppSkeleton"])
      if (all(`[data-testid=${wait}]`).some(visible)) return wait;
    if (document.querySelector("[data-stale=true]")) return "stale elements";
    const empty = all("[data-testid=stPlotlyChart]").filter(visible)
      .find((chart) => !chart.querySelector(".js-plotly-plot .main-svg"));
    if (empty) return "a figure that is not drawn";
    return "";
  };

  // How often the script has begun, to wait for a run that is sure to come.
  let runs = 0;
  const runsBegun = () => runs;
  new MutationObserver((changes) => {
    runs += changes.filter(({ target, oldValue }) => oldValue === "notRunning" && target.dataset.testScriptState !== oldValue).length;
  }).observe(document, { subtree: true, attributeFilter: ["data-test-script-state"], attributeOldValue: true });

  const turnTo = (address) => {
    history.pushState(null, "", address);
    window.dispatchEvent(new PopStateEvent("popstate"));
  };

  const moves = () => document.getAnimations().some((animation) =>
    animation.playState === "running" && Number.isFinite(animation.effect?.getComputedTiming().endTime));

  let restSince = null;
  const startWatching = () => { restSince = null; };
  // Whatever the reader does may start something that has not begun to show.
  for (const touch of ["pointerdown", "pointerup", "keydown", "input", "change", "resize", "popstate"])
    window.addEventListener(touch, startWatching, { capture: true });
  const atRestFor = (milliseconds) => {
    if (busyWith() || moves()) { restSince = null; return false; }
    restSince ??= performance.now();
    return performance.now() - restSince >= milliseconds;
  };

  // A traceback, or Streamlit's own dialog ("Page not found", "Connection error").
  const exceptions = () => all("[data-testid=stException], [role=dialog]").filter(visible).map(words);

  // Anything wider than its frame that the reader would have to push sideways to read.
  const wider = () => {
    const root = document.scrollingElement;
    const found = root.scrollWidth > window.innerWidth ? [`document ${root.scrollWidth} > ${window.innerWidth}`] : [];
    const folded = document.querySelector("[data-testid=stSidebar][data-collapsed=true]");
    for (const id of ["stMain", "stAppViewContainer", "stSidebarContent"])
      for (const frame of all(`[data-testid=${id}]`).filter(visible))
        if (!folded?.contains(frame) && frame.scrollWidth > frame.clientWidth + 1) found.push(`${id} ${frame.scrollWidth} > ${frame.clientWidth}`);
    return found;
  };

  // Words whose end is cut off, or replaced by an ellipsis, where the reader cannot scroll to them.
  const cutLabels = () => {
    const cut = [];
    const walker = document.createTreeWalker(document.querySelector("[data-testid=stApp]"), NodeFilter.SHOW_TEXT);
    for (let text = walker.nextNode(); text; text = walker.nextNode()) {
      const holder = text.parentElement;
      if (!text.data.trim() || !visible(holder) || holder.closest(SYMBOLS)) continue;
      const range = document.createRange();
      range.selectNodeContents(text);
      const box = range.getBoundingClientRect();
      for (let frame = holder; frame && frame !== document.body; frame = frame.parentElement) {
        const overflow = getComputedStyle(frame).overflowX;
        if (overflow === "auto" || overflow === "scroll") break;
        const edge = frame.getBoundingClientRect();
        if (edge.width <= 1) break; // words for screen readers only
        if (overflow !== "visible" && (box.right > edge.right + 1 || box.left < edge.left - 1)) {
          cut.push(words(holder));
          break;
        }
      }
    }
    for (const field of all("input").filter((input) => visible(input) && !input.closest(SYMBOLS)))
      if (field.clientWidth > 1 && field.scrollWidth > field.clientWidth + 1) cut.push(field.value || field.placeholder);
    return [...new Set(cut)];
  };

  // Text of a figure that lies outside the figure and so is not drawn.
  const cutFigureText = () => {
    const cut = [];
    for (const plot of all(".js-plotly-plot").filter(visible)) {
      const frame = plot.getBoundingClientRect();
      for (const text of all(".main-svg text", plot).filter(visible)) {
        const box = text.getBoundingClientRect();
        const out = Math.max(frame.left - box.left, box.right - frame.right, frame.top - box.top, box.bottom - frame.bottom);
        if (words(text) && out > 2) cut.push(`${words(text)} (${Math.round(out)} px outside)`);
      }
    }
    return cut;
  };

  // Upright words of a figure that lie on other words of it.
  const heapedFigureText = () => {
    const heaped = [];
    for (const plot of all(".js-plotly-plot").filter(visible)) {
      const upright = all(".main-svg text", plot).filter((text) => visible(text) && words(text))
        .filter((text) => !/rotate\((?!0[,)])/.test(text.getAttribute("transform") || ""))
        .map((text) => ({ words: words(text), box: text.getBoundingClientRect() }));
      upright.forEach((one, i) => upright.slice(i + 1).forEach((other) => {
        const across = Math.min(one.box.right, other.box.right) - Math.max(one.box.left, other.box.left);
        const down = Math.min(one.box.bottom, other.box.bottom) - Math.max(one.box.top, other.box.top);
        if (across > 3 && down > 4) heaped.push(`${one.words} / ${other.words}`);
      }));
    }
    return heaped;
  };

  const height = () => {
    const main = document.querySelector("[data-testid=stMain]");
    const head = window.innerHeight - (main ? main.clientHeight : window.innerHeight);
    return main ? main.scrollHeight + head : document.scrollingElement.scrollHeight;
  };

  window.hccvizChecks = { busyWith, runsBegun, turnTo, startWatching, atRestFor, exceptions, wider, cutLabels, cutFigureText, heapedFigureText, height };
})();
