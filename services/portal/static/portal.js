// What the portal's pages do beyond HTML. Every page works without it.
"use strict";

// The pulse: texts that changed are put in place; a changed number lights once; what rose is said in a toast.
const watched = document.querySelector("[data-watch]");
if (watched && window.EventSource) {
  const stamp = document.getElementById("stamp");
  const toasts = document.getElementById("toasts");
  const source = new EventSource(watched.dataset.watch);
  let lost = 0;
  source.addEventListener("parts", (event) => {
    clearTimeout(lost);
    lost = 0;
    for (const [id, html] of Object.entries(JSON.parse(event.data))) {
      const place = document.getElementById(id);
      if (!place) continue;
      const next = document.createElement("template");
      next.innerHTML = html;
      if (next.innerHTML === place.innerHTML) continue;
      place.replaceChildren(next.content);
      if (place.dataset.fresh !== undefined) {
        place.classList.remove("fresh");
        void place.offsetWidth;
        place.classList.add("fresh");
      }
    }
  });
  source.addEventListener("toast", (event) => {
    const toast = document.getElementById("toast").content.firstElementChild.cloneNode(true);
    const said = JSON.parse(event.data);
    toast.querySelector("p").innerHTML = said.html;
    toast.querySelector("a").href = said.href;
    toast.querySelector("button").addEventListener("click", () => toast.remove());
    toasts.replaceChildren(toast);
  });
  source.addEventListener("error", () => {
    if (lost) return;
    lost = setTimeout(() => {
      stamp.innerHTML = '<span class="stamp stamp-off"><span></span></span>';
      stamp.querySelector("span span").textContent = stamp.dataset.offline;
    }, 4000);
  });
  addEventListener("pagehide", () => source.close());
}

// The slider: moves the date of the form beneath it, and shows that day when it is let go.
for (const slider of document.querySelectorAll("[data-slider]")) {
  const date = document.getElementById(slider.dataset.slider);
  slider.hidden = false;
  slider.addEventListener("input", () => {
    const day = new Date(slider.dataset.from + "T12:00:00Z");
    day.setUTCDate(day.getUTCDate() + Number(slider.value));
    date.value = day.toISOString().slice(0, 10);
    slider.setAttribute("aria-valuetext", date.value);
  });
  slider.addEventListener("change", () => slider.form.requestSubmit());
}

// What was just done can be closed without asking for the page again.
for (const close of document.querySelectorAll("[data-close]")) {
  close.addEventListener("click", (event) => {
    event.preventDefault();
    close.closest(".toast").remove();
  });
}

// With problems, the page begins at their summary.
document.querySelector("[data-focus]")?.focus();
