
"use strict";
(() => {
  const all = (selector, within = document) => [...within.querySelectorAll(selector)];
  const one = (selector) => document.querySelector(selector);
  // The order in which a sorted column puts states: what came through last.
  const ranks = ["bl", "lb", "im", "dg", "ce", "dn", "in", "of", "ok"];

  const theme = one("#theme");
  const dark = matchMedia("(prefers-color-scheme: dark)");
  const isDark = () => (document.documentElement.dataset.theme || (dark.matches ? "dark" : "light")) === "dark";
  const nameTheme = () => { theme.textContent = isDark() ? "Light" : "Dark"; theme.setAttribute("aria-label", `Switch to ${isDark() ? "light" : "dark"} colours`); };
  theme.hidden = false;
  nameTheme();
  dark.addEventListener("change", nameTheme);
  theme.addEventListener("click", () => {
    document.documentElement.dataset.theme = isDark() ? "light" : "dark";
    nameTheme();
  });

  const table = one("#cells");
  const grouped = table.dataset.grouped === "yes";
  const bodies = all("tbody", table);
  const groups = bodies.map((body) => ({
    body,
    head: grouped ? body.rows[0] : null,
    rows: [...body.rows].slice(grouped ? 1 : 0).map((tr, place) => ({
      tr, place,
      text: `${tr.cells[0].textContent} ${tr.cells[1].textContent}`.toLowerCase(),
      marks: new Set([...tr.cells].slice(2).flatMap((td) => [...td.classList])),
    })),
    open: !grouped,
  }));

  // Filter: rows with a cell in any of the chosen states, and the words looked for.
  const chips = all(".chip");
  const find = one("#find");
  const shown = one("#shown");
  const chosen = () => chips.filter((chip) => chip.getAttribute("aria-pressed") === "true").map((chip) => chip.dataset.state);
  const show = () => {
    const states = chosen();
    const words = find.value.toLowerCase().split(/\s+/).filter(Boolean);
    const filtering = states.length > 0 || words.length > 0;
    let count = 0;
    let total = 0;
    for (const group of groups) {
      let any = false;
      let before = "";
      for (const row of group.rows) {
        const wanted = (states.length === 0 || states.some((state) => row.marks.has(state)))
          && words.every((word) => row.text.includes(word));
        total++;
        count += wanted ? 1 : 0;
        any = any || wanted;
        row.tr.hidden = !(wanted && (group.open || filtering));
      }
      if (group.head) {
        group.head.hidden = !any;
        group.head.querySelector("button").setAttribute("aria-expanded", String(group.open || filtering));
      }
    }
    quiet();
    shown.textContent = filtering ? `${count} of ${total} rows` : "";
  };
  // A protocol's name stands at the first of its rows that are seen.
  const quiet = () => {
    let before = "";
    for (const tr of all("tbody tr:not([hidden]):not(.group)", table)) {
      const name = tr.cells[0].textContent;
      tr.cells[0].classList.toggle("same", name === before);
      before = name;
    }
  };
  chips.forEach((chip) => {
    chip.disabled = false;
    chip.addEventListener("click", () => {
      chip.setAttribute("aria-pressed", String(chip.getAttribute("aria-pressed") !== "true"));
      show();
    });
  });
  one(".find").hidden = false;
  find.addEventListener("input", show);
  groups.filter((group) => group.head).forEach((group) => {
    const name = group.head.querySelector(".name");
    const button = document.createElement("button");
    button.type = "button";
    button.append(...name.childNodes);
    name.append(button);
    button.addEventListener("click", () => { group.open = !group.open; show(); });
  });

  // Sort: within each protocol where there are many rows, else over all.
  const key = (row, column) => {
    const td = row.tr.cells[column];
    if (column < 2) return [td.textContent.trim().toLowerCase()];
    const rank = ranks.findIndex((state) => td.classList.contains(state));
    const figure = parseFloat(td.textContent);
    const unit = /\d s/.test(td.textContent) ? 1000 : 1;
    return [rank < 0 ? ranks.length : rank, Number.isNaN(figure) ? 0 : figure * unit];
  };
  const compare = (a, b) => {
    for (let i = 0; i < a.length; i++) {
      if (a[i] !== b[i]) return a[i] < b[i] ? -1 : 1;
    }
    return 0;
  };
  const sort = (column, direction) => {
    const sign = direction === "descending" ? -1 : 1;
    const order = (rows) => direction === "none"
      ? rows.toSorted((a, b) => a.place - b.place)
      : rows.map((row) => [key(row, column), row]).sort((a, b) => sign * compare(a[0], b[0]) || a[1].place - b[1].place).map((pair) => pair[1]);
    if (grouped || direction === "none") {
      groups.forEach((group) => group.body.append(...order(group.rows).map((row) => row.tr)));
    } else {
      const rows = groups.flatMap((group, place) => group.rows.map((row) => ({ tr: row.tr, place: place * 1e6 + row.place })));
      groups[0].body.append(...order(rows).map((row) => row.tr));
    }
    quiet();
  };
  const heads = all("thead th", table);
  heads.forEach((th, column) => {
    const button = document.createElement("button");
    button.type = "button";
    button.append(...th.childNodes);
    th.append(button);
    th.setAttribute("aria-sort", "none");
    button.addEventListener("click", () => {
      const next = { none: "ascending", ascending: "descending", descending: "none" }[th.getAttribute("aria-sort")];
      heads.forEach((other) => other.setAttribute("aria-sort", "none"));
      th.setAttribute("aria-sort", next);
      sort(column, next);
    });
  });

  // A cell opens its story over the page; it goes back to its place when closed.
  const panel = one("#panel");
  const slot = one("#slot");
  let lent = null;
  const giveBack = () => {
    if (lent) lent.home.append(lent.body);
    lent = null;
  };
  const open = (body) => {
    giveBack();
    lent = { body, home: body.parentElement };
    one("#panel-title").textContent = body.querySelector("h3").textContent;
    slot.append(body);
    panel.showModal();
    panel.scrollTop = 0;
    one("#close").focus();
  };
  panel.addEventListener("close", giveBack);
  one("#close").addEventListener("click", () => panel.close());
  panel.addEventListener("click", (event) => { if (event.target === panel) panel.close(); });
  table.addEventListener("click", (event) => {
    const link = event.target.closest("td > a");
    if (link && !event.ctrlKey && !event.metaKey && !event.shiftKey) {
      event.preventDefault();
      open(document.getElementById(link.hash.slice(1)));
    }
  });
  table.addEventListener("pointerover", (event) => {
    const link = event.target.closest("td > a");
    if (link && !link.title) link.title = link.getAttribute("aria-label");
  });
  // An address that names a story opens it.
  const named = /^#s\d+$/.test(location.hash) && document.getElementById(location.hash.slice(1));
  show();
  if (named) open(named);
})();
