"use strict";
(() => {
  const tip = document.getElementById("tip");
  const all = (within, selector) => Array.from(within.querySelectorAll(selector));
  let lit = [];

  // Bytes and fields of one message find each other by offsets: a field has data-a and data-b, a stretch of bytes data-a.
  function light(box, from, to, field) {
    dark();
    lit = all(box, ".hex b").filter((b) => +b.dataset.a >= from && +b.dataset.a < to);
    if (field) lit.push(field);
    for (const e of lit) e.classList.add("lit");
  }
  function dark() {
    for (const e of lit) e.classList.remove("lit");
    lit = [];
    tip.hidden = true;
  }
  // The innermost field that holds an offset.
  function fieldAt(box, at) {
    let best = null;
    for (const f of all(box, ".f")) {
      const a = +f.dataset.a, b = +f.dataset.b;
      if (a <= at && at < b && (!best || b - a <= +best.dataset.b - +best.dataset.a)) best = f;
    }
    return best;
  }
  function showTip(field, x, y) {
    tip.textContent = "";
    tip.append(...Array.from(field.childNodes, (n) => n.cloneNode(true)));
    tip.hidden = false;
    const w = tip.offsetWidth, h = tip.offsetHeight;
    tip.style.left = Math.max(8, Math.min(x + 14, innerWidth - w - 8)) + "px";
    tip.style.top = (y + h + 24 < innerHeight ? y + 18 : Math.max(8, y - h - 12)) + "px";
  }
  function point(target, x, y) {
    const box = target.closest && target.closest(".dissection");
    if (!box) return dark();
    const b = target.closest(".hex b"), f = target.closest(".f");
    if (b) {
      const field = fieldAt(box, +b.dataset.a);
      if (!field) return dark();
      light(box, +field.dataset.a, +field.dataset.b, field);
      showTip(field, x, y);
    } else if (f) {
      light(box, +f.dataset.a, +f.dataset.b, f);
    } else {
      dark();
    }
  }
  addEventListener("mouseover", (e) => point(e.target, e.clientX, e.clientY));
  addEventListener("focusin", (e) => point(e.target, 0, 0));
  addEventListener("click", (e) => {
    const button = e.target.closest && e.target.closest("[data-do]");
    if (button) act(button);
    else if (e.target.closest && e.target.closest(".hex b")) point(e.target, e.clientX, e.clientY);
  });

  function act(button) {
    const what = button.dataset.do;
    if (what === "copy") {
      const text = button.parentNode.querySelector("pre").textContent;
      navigator.clipboard.writeText(text).then(() => {
        button.classList.add("done");
        setTimeout(() => button.classList.remove("done"), 1200);
      });
      return;
    }
    for (const d of all(document, "details.entry")) d.open = what === "open";
  }

  // An arrow of the ladder opens what it leads to.
  function reveal() {
    const e = location.hash.length > 1 && document.getElementById(location.hash.slice(1));
    if (!e || e.tagName !== "DETAILS") return;
    e.open = true;
    e.scrollIntoView();
    e.querySelector("summary").focus({ preventScroll: true });
  }
  addEventListener("hashchange", reveal);
  reveal();

  // j and k go from entry to entry; within fields the arrow keys go from field to field.
  function step(list, by) {
    const here = list.indexOf(document.activeElement);
    const next = list[here < 0 ? (by > 0 ? 0 : list.length - 1) : here + by];
    if (next) next.focus();
    return Boolean(next);
  }
  addEventListener("keydown", (e) => {
    if (e.ctrlKey || e.metaKey || e.altKey) return;
    if (e.key === "j" || e.key === "k") {
      step(all(document, "details.entry > summary"), e.key === "j" ? 1 : -1);
    } else if ((e.key === "ArrowDown" || e.key === "ArrowUp") && document.activeElement.classList.contains("f")) {
      const fields = all(document.activeElement.closest(".fields"), ".f");
      if (step(fields, e.key === "ArrowDown" ? 1 : -1)) e.preventDefault();
    } else if (e.key === "Escape") {
      dark();
    }
  });

  // On paper everything is open.
  let closed = [];
  addEventListener("beforeprint", () => {
    closed = all(document, "details:not([open])");
    for (const d of closed) d.open = true;
  });
  addEventListener("afterprint", () => {
    for (const d of closed) d.open = false;
  });
})();
