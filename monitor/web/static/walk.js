// The hours of a month as a slider: it says where it would go while it moves, and goes there when it rests.
"use strict";
(() => {
  const slider = document.querySelector(".walk input[type=range]");
  if (!slider) return;
  const said = document.querySelector(".walk output");
  const hour = 3600e3, rest = 350, mark = "walks";
  const words = new Intl.DateTimeFormat("en-GB", {
    timeZone: slider.dataset.zone, weekday: "short", day: "numeric", month: "short", hour: "2-digit", minute: "2-digit",
  });
  const instant = () => new Date(Number(slider.dataset.first) + slider.valueAsNumber * hour);
  const say = () => {
    const text = words.format(instant());
    said.textContent = text;
    slider.setAttribute("aria-valuetext", text);
  };
  const go = () => {
    const address = new URL(location.href);
    address.searchParams.set("at", instant().toISOString().slice(0, 16) + "Z");
    sessionStorage.setItem(mark, "1");
    location.replace(address);
  };
  let waits = 0;
  slider.addEventListener("input", () => { say(); clearTimeout(waits); });
  slider.addEventListener("change", () => { clearTimeout(waits); waits = setTimeout(go, rest); });
  document.querySelectorAll(".walk .slider").forEach((one) => { one.hidden = false; });
  say();
  if (sessionStorage.getItem(mark)) {
    sessionStorage.removeItem(mark);
    slider.focus({ preventScroll: true });
  }
})();
