// What a cell of a heat map says, below the map: under the pointer, and by the arrow keys.
"use strict";
(() => {
  const keys = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1] };
  document.querySelectorAll(".heat").forEach((map) => {
    const cells = [...map.querySelectorAll("g")].map((one) => {
      const box = one.querySelector("rect").getBBox();
      return { one, svg: one.ownerSVGElement, x: box.x + box.width / 2, y: box.y + box.height / 2 };
    });
    if (!cells.length) return;
    const said = document.createElement("p");
    said.className = "readout quiet";
    said.setAttribute("aria-live", "polite");
    map.after(said);
    map.tabIndex = 0;
    map.setAttribute("role", "group");
    map.setAttribute("aria-label", "Heat map: the arrow keys go from cell to cell, Enter opens an alert");
    let here = -1;
    const show = (place) => {
      if (cells[here]) cells[here].one.classList.remove("here");
      here = place;
      cells[here].one.classList.add("here");
      said.textContent = cells[here].one.querySelector("title").textContent;
    };
    // The nearest cell in that direction in its row or column; else the next in the order of the page.
    const next = ([right, down]) => {
      const from = cells[here];
      let best = -1, least = Infinity;
      cells.forEach((one, place) => {
        const ahead = right ? (one.x - from.x) * right : (one.y - from.y) * down;
        const aside = right ? Math.abs(one.y - from.y) : Math.abs(one.x - from.x);
        const wide = right ? 12 : 40;
        if (one.svg !== from.svg || ahead <= 1 || aside > wide) return;
        if (ahead + 3 * aside < least) { least = ahead + 3 * aside; best = place; }
      });
      return best >= 0 ? best : Math.min(Math.max(here + (right || down), 0), cells.length - 1);
    };
    map.addEventListener("keydown", (event) => {
      if (event.target !== map) return;
      if (event.key === "Enter" && cells[here]?.one.dataset.href) location.assign(cells[here].one.dataset.href);
      if (!keys[event.key]) return;
      event.preventDefault();
      show(here < 0 ? 0 : next(keys[event.key]));
    });
    map.addEventListener("pointerover", (event) => {
      const place = cells.findIndex(({ one }) => one.contains(event.target));
      if (place >= 0) show(place);
    });
    map.addEventListener("click", (event) => {
      const found = cells.find(({ one }) => one.contains(event.target));
      if (found?.one.dataset.href) location.assign(found.one.dataset.href);
    });
  });
})();
