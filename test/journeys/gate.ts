/** Every crossing between a replica and what it depends on, by name; and the one at which something happens to it. */

export interface Crossing {
  readonly backend: "redis" | "aws" | "slack";
  /** The script, the operation or the method. */
  readonly what: string;
  /** `request`: the backend has not got it yet. `reply`: the backend has done it, and the process does not know. */
  readonly side: "request" | "reply";
  /** The how-many-eth of its kind since the gate was opened. */
  readonly nth: number;
}

export interface Gate {
  /** False: the process is dead, and nothing may pass any more. */
  readonly pass: (crossing: Omit<Crossing, "nth">) => boolean | Promise<boolean>;
  readonly dead: () => boolean;
  /** What was planned has happened. */
  readonly reached: () => boolean;
  /** Begins to count. */
  readonly open: () => void;
  /** Lets everything pass again, and forgets what was planned. */
  readonly rest: () => void;
  readonly crossings: () => readonly Crossing[];
  /** Kills at this crossing. */
  readonly killAt: (crossing: Crossing, kill: () => void) => void;
  /** Does this at the crossing, which passes when it is done. */
  readonly strikeAt: (crossing: Crossing, strike: () => Promise<unknown>) => void;
}

export function createGate(): Gate {
  let counting = false;
  let dead = false;
  let crossings: Crossing[] = [];
  let reached = false;
  let planned:
    | { readonly at: Crossing; readonly kill: () => void }
    | { readonly at: Crossing; readonly strike: () => Promise<unknown> }
    | undefined;
  return {
    pass(crossing) {
      if (dead) return false;
      if (!counting) return true;
      const nth = 1 + crossings.filter((other) => sameKind(other, crossing)).length;
      const crossed = { ...crossing, nth };
      crossings.push(crossed);
      if (planned === undefined || !sameKind(planned.at, crossed) || planned.at.nth !== nth) return true;
      reached = true;
      if ("strike" in planned) return planned.strike().then(() => true);
      dead = true;
      planned.kill();
      return false;
    },
    dead: () => dead,
    reached: () => reached,
    open() {
      counting = true;
      reached = false;
      crossings = [];
    },
    rest() {
      counting = false;
      planned = undefined;
    },
    crossings: () => crossings,
    killAt: (at, kill) => {
      planned = { at, kill };
    },
    strikeAt: (at, strike) => {
      planned = { at, strike };
    },
  };
}

export function nameOf({ backend, what, side, nth }: Crossing): string {
  return `${side === "request" ? "before" : "after"} ${backend} ${what}${nth === 1 ? "" : ` (${nth})`}`;
}

function sameKind(a: Omit<Crossing, "nth">, b: Omit<Crossing, "nth">): boolean {
  return a.backend === b.backend && a.what === b.what && a.side === b.side;
}
