// Moves the sizes of a rule by sliders and shows at once what it would have told.
// Without it the form is sent, and the page that comes says the same.
"use strict";
(() => {
  const form = document.querySelector("form.sizes"), answer = document.getElementById("answer");
  if (!form || !answer) return;
  let isAsking = false, isStale = false;
  const ask = async () => {
    const changed = [...form.querySelectorAll("input[type=number], input[type=hidden]")].filter((one) => one.type === "hidden" || one.value !== one.defaultValue || one.dataset.asked);
    const address = new URL(form.dataset.part, location.href);
    changed.forEach((one) => address.searchParams.set(one.name, one.value));
    answer.setAttribute("aria-busy", "true");
    isAsking = true;
    isStale = false;
    try {
      const got = await fetch(address, { credentials: "same-origin" });
      const text = await got.text();
      if (!got.ok) throw new Error(`answered ${got.status}`);
      // Nothing in it runs: the page's policy allows no script but its own files.
      answer.replaceChildren(...new DOMParser().parseFromString(text, "text/html").body.childNodes);
    } catch (error) {
      answer.textContent = `No answer from the program (${error.message}); move the size again.`;
    } finally {
      isAsking = false;
      if (isStale) ask(); else answer.removeAttribute("aria-busy");
    }
  };
  // One question at a time; what moved meanwhile is asked next.
  const soon = () => { if (isAsking) isStale = true; else ask(); };
  form.querySelectorAll("label").forEach((label) => {
    const number = label.querySelector("input[type=number]"), range = label.querySelector("input[type=range]");
    if (!number || !range) return;
    range.hidden = false;
    // A size of the address is not the one in force.
    if (new URLSearchParams(location.search).has(number.name)) number.dataset.asked = "1";
    range.addEventListener("input", () => { number.value = range.value; soon(); });
    number.addEventListener("input", () => { range.value = number.value; soon(); });
  });
})();
