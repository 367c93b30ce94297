/** Every combination of what AWS can show and what can be on record, as pictures. */

import type { Picture } from "../../../../src/bot/card/parts/picture.ts";
import type { Decision } from "../../../../src/handlers/decision.ts";
import type { Phase, Related, Serving, SystemName } from "../../../../src/handlers/deployment.ts";
import { phases, systemNames } from "../../../../src/handlers/deployment.ts";
import type { WordedHold, WordedOffer, WordedRemark } from "../../../../src/handlers/words.ts";
import {
  continueAt,
  decisionOf,
  deploymentOf,
  endOf,
  noon,
  hold as openHold,
  people,
  pictureOf,
  rollbackAt,
} from "../pictures.ts";

const holds = ["none", "open", "kept", "answered", "answered-back", "expired", "over"] as const;
const courses = [
  ...["claimed", "sent", "accepted", "refused", "unclear"],
  ...["reopened", "confirmed", "superseded", "expired"],
] as const;
type Course = (typeof courses)[number];
const whats = ["forward", "ending", "revert"] as const;
const reads = ["none", "stale", "vanished", "unread"] as const;
const relations = ["none", "rolled-back-by", "rollback-of"] as const;
const servings: readonly Serving[] = ["new", "previous", "mixed", "none", "unknown"];

export interface Combination {
  readonly system: SystemName;
  readonly phase: Phase;
  readonly hold: (typeof holds)[number];
  readonly what: (typeof whats)[number] | "nothing";
  readonly course: Course | "none";
  readonly read: (typeof reads)[number];
  readonly incident: boolean;
  readonly serving: Serving;
  readonly related: "none" | Related["relation"];
}

const terminal: readonly Phase[] = ["succeeded", "rolled-back", "stopped", "failed"];

/** What AWS shows of a deployment: a combination without what is on record. */
type Shown = Omit<Combination, "what" | "course">;

/** Why AWS can't show it; the first reason that applies. */
const neverShown: readonly (readonly [why: string, (one: Shown) => boolean])[] = [
  [
    "another deployment rolls back what failed or was stopped, and its own end says what serves",
    (c) =>
      c.related === "rolled-back-by" &&
      ((c.phase !== "failed" && c.phase !== "stopped") || c.serving !== "unknown" || c.read === "vanished"),
  ],
  [
    "a rollback that is done is rolled back",
    (c) =>
      (c.system === "codedeploy" &&
        (c.phase === "rolled-back") !== (c.related === "rollback-of" && c.phase === "rolled-back")) ||
      (c.related === "rollback-of" && c.phase === "succeeded"),
  ],
  [
    "CodeDeploy shows no deployment that goes back or stops",
    (c) => c.system === "codedeploy" && (c.phase === "rolling-back" || c.phase === "stopping"),
  ],
  [
    "AppConfig and Proton have no holds",
    (c) => (c.system === "appconfig" || c.system === "proton") && c.hold !== "none",
  ],
  ["only CodeDeploy keeps an old version", (c) => c.hold === "kept" && c.system !== "codedeploy"],
  [
    "a hold is open only while its deployment runs",
    (c) => (c.hold === "open" || c.hold === "kept") && c.phase !== "running",
  ],
  [
    "what vanished has no phase of its own",
    (c) => (c.read === "vanished" || c.read === "unread") && c.phase !== "stopped",
  ],
  [
    "only Proton's record can be unreadable for good",
    (c) => c.read === "unread" && (c.system !== "proton" || c.incident),
  ],
  ["what vanished is an incident", (c) => c.read === "vanished" && !c.incident],
  ["a failure is an incident", (c) => c.phase === "failed" && !c.incident],
  ["what runs has no outcome", (c) => !terminal.includes(c.phase) && c.serving !== "unknown"],
  ["a success never leaves the earlier version", (c) => c.phase === "succeeded" && c.serving === "previous"],
  ["a rollback never leaves the new version", (c) => c.phase === "rolled-back" && c.serving === "new"],
  [
    "nobody reads what serves after a stop as new",
    (c) => (c.phase === "stopped" || c.phase === "failed") && c.serving === "new",
  ],
  [
    "what could not be read is not known to serve",
    (c) => (c.read === "vanished" || c.read === "unread") && c.serving !== "unknown",
  ],
];

/** Why what AWS shows can't stand beside what is on record. */
const neverOnRecord: readonly (readonly [why: string, (one: Combination) => boolean])[] = [
  ["a forward answer belongs to a hold", (c) => c.what === "forward" && c.hold === "none"],
  [
    "only AppConfig reverts, and only what has ended",
    (c) =>
      c.what === "revert" &&
      (c.system !== "appconfig" ||
        c.phase === "running" ||
        c.phase === "stopping" ||
        c.phase === "stopped" ||
        c.phase === "failed"),
  ],
  [
    "a revert is confirmed when AppConfig shows it",
    (c) => c.what === "revert" && c.course === "confirmed" && c.phase === "succeeded",
  ],
  [
    "no hold and no revert expires",
    (c) => c.course === "expired" && c.what !== "forward" && c.hold !== "expired",
  ],
  [
    "an ending is concluded otherwise only when the deployment ended otherwise",
    (c) =>
      c.what === "ending" && (c.course === "superseded" || c.course === "expired") && c.phase === "running",
  ],
  [
    "a forward answer expires with its hold",
    (c) => c.what === "forward" && c.course === "expired" && c.hold !== "expired" && c.hold !== "over",
  ],
  [
    "a forward answer is superseded when the hold shows another end",
    (c) =>
      c.what === "forward" &&
      c.course === "superseded" &&
      (c.hold === "open" || c.hold === "kept" || c.hold === "expired"),
  ],
];

/** Only CodeDeploy rolls back by another deployment. */
function relationsIn(system: SystemName): readonly Combination["related"][] {
  return system === "codedeploy" ? relations : ["none"];
}

function everythingShown(): readonly Shown[] {
  return systemNames.flatMap((system) =>
    phases.flatMap((phase) =>
      holds.flatMap((hold) =>
        reads.flatMap((read) =>
          [false, true].flatMap((incident) =>
            servings.flatMap((serving) =>
              relationsIn(system).map((related) => ({
                system,
                phase,
                hold,
                read,
                incident,
                serving,
                related,
              })),
            ),
          ),
        ),
      ),
    ),
  );
}

const decisions = [
  { what: "nothing", course: "none" } as const,
  ...whats.flatMap((what) => courses.map((course) => ({ what, course }))),
];

const shown = everythingShown();
const combined = shown
  .filter((one) => !neverShown.some(([, applies]) => applies(one)))
  .flatMap((one) => decisions.map((decision): Combination => ({ ...one, ...decision })));

/** Every combination that can exist. */
export const possible: readonly Combination[] = combined.filter(
  (one) => !neverOnRecord.some(([, applies]) => applies(one)),
);

/** Of these, so many that every three values that can occur together do. */
export function covering(): readonly Combination[] {
  const seen = new Set<string>();
  return possible.filter((one) => {
    const before = seen.size;
    const values = Object.entries(one).map(([name, value]) => `${name} ${value}`);
    for (const [i, a] of values.entries())
      for (const [j, b] of values.slice(i + 1).entries())
        for (const c of values.slice(i + j + 2)) seen.add(`${a}, ${b}, ${c}`);
    return seen.size > before;
  });
}

/** Rules that rule nothing out. */
export const idleRules: readonly string[] = [
  ...neverShown.filter(([, applies]) => !shown.some(applies)),
  ...neverOnRecord.filter(([, applies]) => !combined.some(applies)),
].map(([why]) => why);

export function nameOf(one: Combination): string {
  return Object.values(one).join(" ");
}

export const titles = {
  ecs: "ECS",
  codedeploy: "CodeDeploy",
  appconfig: "AppConfig",
  proton: "Proton",
} as const;

const shows = {
  open: "open",
  kept: "open",
  answered: "continue",
  "answered-back": "rollback",
  expired: "expired",
  over: "over",
} as const;

export const trouble: WordedRemark = {
  name: "incident/x",
  weight: "incident",
  emoji: "🚨",
  words: ["tasks failed to start"],
};

const outcomes: Readonly<Record<Serving, string | undefined>> = {
  new: "2.19.0 serves now.",
  previous: "2.18.3 serves now.",
  mixed: "2.18.3 and 2.19.0 serve in part.",
  none: undefined,
  unknown: undefined,
};

export function decisionIn({ what, course }: Combination): Decision | undefined {
  if (what === "nothing" || course === "none") return undefined;
  const state = course === "reopened" ? "open" : course;
  const by = course === "superseded" || course === "expired" ? [] : [people.ann];
  const settled = { state, by, attempt: 1, resolvedAt: noon, answer: "no" } as const;
  if (what === "forward") return decisionOf(settled);
  return what === "ending" ? endOf(settled) : endOf({ ...settled, id: "revert", action: "revert" });
}

export function pictureIn(one: Combination): Picture {
  const { system, phase, hold, read, incident, serving, related } = one;
  const held: WordedHold | undefined =
    hold === "none"
      ? undefined
      : { ...openHold, shows: shows[hold], ...(hold === "kept" ? { optional: true } : {}) };
  const isOpen = hold === "open" || hold === "kept";
  const offers: readonly WordedOffer[] = [
    ...(held !== undefined && isOpen ? [continueAt(held)] : []),
    ...(phase === "running" ? [rollbackAt(undefined)] : []),
  ];
  const outcome = outcomes[serving];
  const ref = { system, account: "111122223333", region: "eu-west-1", id: "d-1" };
  const isOver = terminal.includes(phase);
  const decision = decisionIn(one);
  return pictureOf({
    deployment: deploymentOf({
      ref,
      systemTitle: titles[system],
      ...{ phase, status: phase.toUpperCase(), offers, incident, remarks: incident ? [trouble] : [] },
      holds: held === undefined ? [] : [held],
      ...(isOver ? { endedAt: noon, serving } : {}),
      ...(outcome === undefined ? {} : { outcome: [outcome] }),
      ...(read === "vanished" || read === "unread" ? { vanished: true } : {}),
      ...(related === "none" ? {} : { related: { relation: related, ref: { ...ref, id: "d-2" } } }),
      ...(phase === "failed" && (system === "ecs" || related === "rollback-of")
        ? { rollbackFailed: true as const }
        : {}),
      ...(related === "rolled-back-by" ? { outcome: ["CodeDeploy started a rollback, d-2."] } : {}),
      ...(read === "unread" ? { unread: true as const, whyUnread: ["access denied"] } : {}),
    }),
    decisions: decision === undefined ? [] : [decision],
    view: read === "stale" ? { staleSince: noon, fails: 3 } : {},
    log: incident ? [{ k: "remark", at: noon, remark: trouble }] : [],
  });
}
