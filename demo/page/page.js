// The page's own script: updates what changed, shows confirmation dialogs, and formats times in the user's time zone.

const dark = window.matchMedia("(prefers-color-scheme: dark)");
const setTheme = () => {
  document.documentElement.dataset.theme = dark.matches ? "dark" : "light";
};
/** A narrow page has the channel below the scenarios. */
const narrow = window.matchMedia("(width < 760px)");
setTheme();
dark.addEventListener("change", setTheme);

setInterval(countDown, 1_000);

/** The server's HTML of an element, before times were formatted in it. */
const sent = new WeakMap();
/** Updates that wait until a dialog in the old element is closed. */
const waiting = new Map();

document.addEventListener("DOMContentLoaded", () => {
  for (const box of document.querySelectorAll("[data-keyed]"))
    for (const child of box.children) remember(child);
  localise(document.body);
  openView();
  if (location.hash === "") last()?.scrollIntoView({ block: "end" });
  follow();
});

function follow() {
  const events = new EventSource(`/events?as=${encodeURIComponent(document.body.dataset.as)}`);
  events.addEventListener("open", () => document.body.classList.remove("gone"));
  events.addEventListener("error", () => document.body.classList.add("gone"));
  events.addEventListener("message", ({ data }) => {
    const { id, html } = JSON.parse(data);
    const box = document.getElementById(id);
    if (box.dataset.keyed) swapChildren(box, html);
    else swapWhole(box, html);
  });
}

function parse(html) {
  const template = document.createElement("template");
  template.innerHTML = html;
  return template.content;
}

function remember(element) {
  sent.set(element, element.outerHTML);
}

function swapWhole(box, html) {
  if (sent.get(box) === html) return;
  sent.set(box, html);
  box.replaceChildren(parse(html));
  localise(box);
  openView();
}

/** After an action of the user the page scrolls to the end of the channel, where the result appears. */
let followedUntil = 0;
const followedMs = 6_000;

/** Keeps every child that has not changed, with its focus, open thread and dialog. */
function swapChildren(box, html) {
  const goesToEnd = isAtEnd() || Date.now() < followedUntil;
  const next = [...parse(html).children];
  const ids = new Set(next.map((child) => child.id));
  for (const child of [...box.children]) if (!ids.has(child.id)) child.remove();
  next.forEach((child, index) => {
    const now = document.getElementById(child.id);
    const place = box.children[index] ?? null;
    if (now === null) {
      remember(child);
      box.insertBefore(child, place);
      localise(child);
      if (child.dataset.ts) say(child);
    } else if (sent.get(now) !== child.outerHTML) replace(now, child);
  });
  if (goesToEnd && box.id === "hp-channel") last()?.scrollIntoView({ block: "end" });
}

function replace(old, next) {
  const dialog = old.querySelector("dialog[open]");
  if (dialog !== null) {
    if (!waiting.has(old.id))
      dialog.addEventListener("close", () => setTimeout(() => replaceWaiting(old), 0));
    waiting.set(old.id, next);
    return;
  }
  remember(next);
  for (const { dataset } of old.querySelectorAll("details[open]")) {
    const same = next.querySelector(`details[data-keep="${CSS.escape(dataset.keep)}"]`);
    if (same !== null) same.open = true;
  }
  const hadFocus = old.contains(document.activeElement);
  old.replaceWith(next);
  localise(next);
  if (hadFocus) next.focus({ preventScroll: true });
  if (next.getAttribute("aria-label") !== old.getAttribute("aria-label")) say(next);
}

function replaceWaiting(old) {
  const next = waiting.get(old.id);
  waiting.delete(old.id);
  if (next !== undefined && old.isConnected) replace(old, next);
}

function say(article) {
  document.getElementById("hp-said").textContent = `Holdpoint: ${article.getAttribute("aria-label")}`;
}

function last() {
  return document.getElementById("hp-channel").lastElementChild;
}

function isAtEnd() {
  if (narrow.matches) {
    const end = last()?.getBoundingClientRect().bottom ?? 0;
    return end > 0 && end < window.innerHeight + 120;
  }
  const box = document.getElementById("hp-channel");
  return box.scrollHeight - box.scrollTop - box.clientHeight < 120;
}

function openView() {
  const view = document.querySelector("#hp-view > dialog");
  if (view === null || view.open) return;
  view.showModal();
  view.querySelector("[aria-invalid=true], [name]")?.focus();
  view.addEventListener("cancel", (event) => {
    event.preventDefault();
    void act({ kind: "dismiss", viewId: view.dataset.view });
  });
}

const zoneless = { hour: "numeric", minute: "2-digit" };
/** Slack's date tokens: https://docs.slack.dev/messaging/formatting-message-text */
const tokens = {
  date_num: (at) => at.toLocaleDateString("sv-SE"),
  date: (at) => at.toLocaleDateString([], { dateStyle: "long" }),
  date_short: (at) => at.toLocaleDateString([], { dateStyle: "medium" }),
  date_long: (at) => at.toLocaleDateString([], { dateStyle: "full" }),
  date_pretty: (at) => dayName(at) ?? at.toLocaleDateString([], { dateStyle: "long" }),
  date_short_pretty: (at) => dayName(at) ?? at.toLocaleDateString([], { day: "numeric", month: "short" }),
  date_long_pretty: (at) => dayName(at) ?? at.toLocaleDateString([], { dateStyle: "full" }),
  time: (at) => at.toLocaleTimeString([], zoneless),
  time_secs: (at) => at.toLocaleTimeString([], { ...zoneless, second: "2-digit" }),
  ago: (at) => `${Math.max(0, Math.round((Date.now() - at) / 60_000))} min ago`,
};

function dayName(at) {
  const midnight = (date) => new Date(date).setHours(0, 0, 0, 0);
  const days = Math.round((midnight(at) - midnight(Date.now())) / 86_400_000);
  return { 0: "today", 1: "tomorrow", [-1]: "yesterday" }[days];
}

function countDown() {
  for (const place of document.querySelectorAll("[data-until]")) {
    const seconds = Math.ceil((Number(place.dataset.until) - Date.now()) / 1000);
    place.textContent = seconds > 0 ? `${seconds} s left` : "any moment now";
  }
}

function localise(root) {
  countDown();
  for (const time of root.querySelectorAll("time[data-epoch]")) {
    const at = new Date(Number(time.dataset.epoch) * 1000);
    time.title = `${time.textContent} · ${at.toISOString()}`;
    time.dateTime = at.toISOString();
    time.textContent = time.dataset.format.replaceAll(
      /\{(\w+)\}/g,
      (whole, name) => tokens[name]?.(at) ?? whole,
    );
  }
}

async function act(done, button) {
  button?.setAttribute("aria-busy", "true");
  try {
    const response = await fetch("/act", {
      method: "POST",
      headers: { "content-type": "application/json" },
      body: JSON.stringify({ as: document.body.dataset.as, ...done }),
    });
    note((await response.json()).note);
  } catch {
    note("The demo itself does not answer. Is it still running in your terminal?");
  } finally {
    button?.removeAttribute("aria-busy");
  }
}

let noteTimer;
/** A popover is shown above an open dialog. */
function note(text) {
  const box = document.getElementById("hp-note");
  clearTimeout(noteTimer);
  box.hidePopover();
  if (text === "") return;
  box.textContent = text;
  box.showPopover();
  noteTimer = setTimeout(() => box.hidePopover(), 9_000);
}

/** The message or view, block and action of an element. */
function placeOf(element) {
  const { menu, block } = element.dataset;
  const blockId = block ?? element.parentElement.closest("[data-id]")?.dataset.id ?? "";
  const where = { blockId, actionId: menu ?? element.dataset.id ?? "" };
  const view = element.closest("[data-view]");
  if (view !== null) return { kind: "click-in-view", viewId: view.dataset.view, ...where };
  const { channel, ts, revision } = element.closest("[data-ts]").dataset;
  return { kind: "click", channel, ts, revision: Number(revision), ...where };
}

/** Resolves to true if there is nothing to confirm. */
function confirmed(element, { blockId, actionId }) {
  const scope = element.closest("[data-ts], [data-view]");
  const dialog = [...scope.querySelectorAll("dialog.confirm")].find(
    ({ dataset }) => dataset.block === blockId && dataset.action === actionId,
  );
  if (dialog === undefined) return Promise.resolve(true);
  dialog.returnValue = "";
  dialog.showModal();
  return new Promise((resolve) => {
    dialog.addEventListener("close", () => resolve(dialog.returnValue === "confirm"), { once: true });
  });
}

async function press(element, option) {
  const place = placeOf(element);
  if (await confirmed(element, place))
    await act({ ...place, ...(option === undefined ? {} : { option }) }, element);
}

document.addEventListener("click", ({ target }) => {
  const button = target.closest("button");
  if (button === null) return;
  if (button.dataset.scenario) {
    followedUntil = Date.now() + followedMs;
    void act({ kind: "scenario", id: button.dataset.scenario }, button);
    if (narrow.matches) document.querySelector("main").scrollIntoView();
  }
  if (button.dataset.act) void act({ kind: button.dataset.act }, button);
  else if (button.dataset.dismiss) void act({ kind: "dismiss", viewId: button.dataset.dismiss }, button);
  else if (button.matches(".slack_blocks_to_jsx__button_element")) void press(button);
});

document.addEventListener("change", ({ target }) => {
  if (!target.dataset.menu) return;
  void press(target, target.value).finally(() => {
    target.value = "";
  });
});

document.addEventListener("submit", (event) => {
  const form = event.target;
  if (form.method === "dialog") return;
  event.preventDefault();
  const data = new FormData(form);
  if (form.dataset.command) {
    followedUntil = Date.now() + followedMs;
    void act({ kind: "command", text: data.get("text") }, form.querySelector("button"));
    return;
  }
  const values = {};
  for (const { name } of form.querySelectorAll("[data-many=true]")) values[name] = [];
  for (const name of data.keys()) {
    const isMany = form.elements.namedItem(name)?.dataset?.many === "true" || data.getAll(name).length > 1;
    values[name] = isMany ? data.getAll(name) : data.get(name);
  }
  void act({ kind: "submit", viewId: form.dataset.submit, values }, event.submitter);
});
