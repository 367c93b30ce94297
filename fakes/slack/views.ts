import { published } from "./blocks/published-limits.ts";
import { type JsonObject, present, stringIn } from "./json.ts";
import type { Seed } from "./workspace.ts";

/** The user's input in a view, by block id; a select's value is the value of its option. */
export type Values = Readonly<Record<string, string | readonly string[]>>;

/** A modal or a Home tab as one user sees it. */
export interface View {
  readonly id: string;
  readonly person: string;
  readonly content: JsonObject;
  readonly hash: string;
  readonly rootId: string;
  readonly previousId?: string;
  /** Kept while the bot's errors are shown, so that nobody has to type again. */
  readonly typed: Values;
  /** The bot's errors for the last submission, by block id. */
  readonly errors: Readonly<Record<string, string>>;
}

type Exchange =
  | { readonly ok: true; readonly person: string; readonly viewId?: string | undefined }
  | Refused;
type Changed = { readonly ok: true; readonly view: View } | Refused;
interface Refused {
  readonly ok: false;
  readonly error: string;
}

/** docs.slack.dev, "Handling user interaction": a trigger can be used once, within three seconds. */
const triggerLifeMs = 3_000;

export type Views = ReturnType<typeof createViews>;

export function createViews(seed: Seed, clock: () => number) {
  const stacks = new Map<string, readonly View[]>();
  const homes = new Map<string, View>();
  const triggers = new Map<
    string,
    { person: string; viewId?: string | undefined; issuedAt: number; exchanged: boolean }
  >();
  let count = 0;

  const all = (): readonly View[] => [...[...stacks.values()].flat(), ...homes.values()];
  const find = (id: string): View | undefined => all().find((view) => view.id === id);

  function number(): string {
    count += 1;
    return String(count);
  }

  function issueTrigger(person: string, viewId?: string): string {
    for (const [id, trigger] of triggers) if (clock() - trigger.issuedAt > 60_000) triggers.delete(id);
    const id = `${clock()}.${number()}.trigger`;
    triggers.set(id, {
      person,
      viewId,
      issuedAt: clock(),
      exchanged: false,
    });
    return id;
  }

  function exchange(id: string): Exchange {
    const trigger = triggers.get(id);
    if (trigger === undefined) return { ok: false, error: "invalid_trigger_id" };
    if (trigger.exchanged) return { ok: false, error: "exchanged_trigger_id" };
    if (clock() - trigger.issuedAt > triggerLifeMs) return { ok: false, error: "expired_trigger_id" };
    trigger.exchanged = true;
    return { ok: true, ...trigger };
  }

  function create(person: string, content: JsonObject, previous?: View): View {
    const id = `V${number().padStart(8, "0")}`;
    return {
      id,
      person,
      content,
      hash: `${clock()}.${number()}`,
      rootId: previous?.rootId ?? id,
      ...(previous === undefined ? {} : { previousId: previous.id }),
      typed: {},
      errors: {},
    };
  }

  function replace(id: string, change: (view: View) => View): void {
    for (const [person, stack] of stacks)
      stacks.set(
        person,
        stack.map((it) => (it.id === id ? change(it) : it)),
      );
    for (const [person, home] of homes) if (home.id === id) homes.set(person, change(home));
  }

  /** Opens a new root view, which replaces the user's open modal. */
  function open(triggerId: string, content: JsonObject): Changed {
    const exchanged = exchange(triggerId);
    if (!exchanged.ok) return exchanged;
    const view = create(exchanged.person, content);
    stacks.set(exchanged.person, [view]);
    return { ok: true, view };
  }

  function push(triggerId: string, content: JsonObject): Changed {
    const exchanged = exchange(triggerId);
    if (!exchanged.ok) return exchanged;
    return pushFor(exchanged.person, content);
  }

  function pushFor(person: string, content: JsonObject): Changed {
    const stack = stacks.get(person) ?? [];
    const top = stack.at(-1);
    if (top === undefined) return { ok: false, error: "not_found" };
    if (stack.length >= published.view.stack) return { ok: false, error: "push_limit_reached" };
    const view = create(person, content, top);
    stacks.set(person, [...stack, view]);
    return { ok: true, view };
  }

  function update(id: string, content: JsonObject, hash?: string): Changed {
    const view = find(id);
    if (view === undefined) return { ok: false, error: "not_found" };
    if (hash !== undefined && hash !== view.hash) return { ok: false, error: "hash_conflict" };
    const changed: View = { ...view, content, hash: `${clock()}.${number()}`, errors: {} };
    replace(id, () => changed);
    return { ok: true, view: changed };
  }

  function publish(person: string, content: JsonObject, hash?: string): Changed {
    const home = homes.get(person);
    if (home !== undefined) return update(home.id, content, hash);
    const view = create(person, content);
    homes.set(person, view);
    return { ok: true, view };
  }

  function close(id: string): void {
    for (const [person, stack] of stacks)
      stacks.set(
        person,
        stack.filter((view) => view.id !== id),
      );
  }

  return {
    issueTrigger,
    open,
    push,
    pushFor,
    update,
    publish,
    close,
    find,
    byExternalId: (id: string) => all().find((view) => stringIn(view.content.external_id) === id),
    closeAll: (person: string) => stacks.delete(person),
    /** The user's top view, if a modal is open. */
    topOf: (person: string) => stacks.get(person)?.at(-1),
    homeOf: (person: string) => homes.get(person),
    keepTyped: (id: string, typed: Values) => replace(id, (view) => ({ ...view, typed })),
    showErrors: (id: string, errors: Readonly<Record<string, string>>) =>
      replace(id, (view) => ({ ...view, errors })),
    json: (view: View, state: JsonObject = {}): JsonObject =>
      present({
        private_metadata: "",
        callback_id: "",
        external_id: "",
        ...view.content,
        id: view.id,
        team_id: seed.team.id,
        app_id: seed.app.id,
        bot_id: seed.app.botId,
        hash: view.hash,
        root_view_id: view.rootId,
        previous_view_id: view.previousId ?? null,
        state: { values: state },
      }),
  };
}
