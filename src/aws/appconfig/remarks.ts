/**
 * What the thread tells once, from AppConfig's own log. Names depend on the log alone, so it does not matter which read
 * sees an entry first, nor how often.
 */

import type { Deployment as AwsDeployment, DeploymentEvent } from "@aws-sdk/client-appconfig";
import type { Phase } from "../../handlers/deployment.ts";
import type { Phrase, WordedRemark } from "../../handlers/words.ts";
import { withoutRoles } from "../errors.ts";
import type { Seen } from "./describe.ts";
import {
  alarmIn,
  described,
  eventsOf,
  reasonOf,
  type Step,
  stepsOf,
  type Trigger,
  triggerOf,
} from "./log.ts";
import { isReplaced, servingOf } from "./progress.ts";
import { figure, versionOr } from "./state.ts";

/** A rollout can have a hundred steps: one for each tenth of the targets is told. */
const tenth = 10;
/** Entries of kinds that AWS adds later, and failures of extensions. */
const oddAtMost = 8;

export function remarksOf(seen: Seen, phase: Phase): readonly WordedRemark[] {
  const { deployment } = seen;
  return [
    ...inOrder(seen),
    ...failedExtensions(deployment),
    ...ofState(seen, phase),
    ...incident(deployment),
  ];
}

/** As it happened: a thread that begins late tells everything at once. */
function inOrder(seen: Seen): readonly WordedRemark[] {
  const { deployment } = seen;
  const steps = stepsToTell(deployment);
  const told = new Map<string, WordedRemark>();
  let odd = 0;
  for (const event of eventsOf(deployment)) {
    const { EventType: type = "" } = event;
    const step = steps.get(event);
    const known = step === undefined ? milestone(type, seen) : stepRemark(step, deployment);
    const isOdd = known === undefined && type !== "" && type !== "PERCENTAGE_UPDATED";
    if (isOdd) odd += 1;
    const remark = isOdd && odd <= oddAtMost ? oddRemark(type, event) : known;
    if (remark !== undefined && !told.has(remark.name)) told.set(remark.name, remark);
  }
  return [...told.values()];
}

type Told = Pick<WordedRemark, "weight" | "emoji" | "words">;

/** Kinds of entries of which a deployment has one. */
function milestoneOf(type: string, seen: Seen): Told | undefined {
  const { deployment } = seen;
  const version = versionOr(deployment.ConfigurationVersion, "the new version");
  const bake = deployment.FinalBakeTimeInMinutes;
  switch (type) {
    case "DEPLOYMENT_STARTED":
      return { weight: "progress", emoji: "▶️", words: ["AppConfig began to deploy ", ...version] };
    case "BAKE_TIME_STARTED":
      return {
        weight: "progress",
        emoji: "▶️",
        words: [`the bake time began${bake === undefined ? "" : `: ${bake} min`}`],
      };
    case "DEPLOYMENT_COMPLETED":
      return { weight: "ending", ...finished(seen, version) };
    case "ROLLBACK_STARTED":
      return {
        weight: "ending",
        emoji: "⏪",
        words: [
          triggerOf(deployment) === "person"
            ? "AppConfig was asked to roll back and began to"
            : "AppConfig began to roll back",
        ],
      };
    case "ROLLBACK_COMPLETED":
      return { weight: "ending", emoji: "⏪", words: ["AppConfig confirmed the rollback"] };
    case "REVERT_COMPLETED":
      return { weight: "ending", emoji: "⏪", words: ["AppConfig confirmed the revert of ", ...version] };
    default:
      return undefined;
  }
}

/** What the targets got is in the log; what they get now is not. */
function finished(seen: Seen, version: Phrase): Pick<WordedRemark, "emoji" | "words"> {
  const words: Phrase = ["AppConfig finished: all targets got ", ...version];
  if (servingOf(seen) === "new") return { emoji: "✅", words };
  if (seen.deployment.State !== "COMPLETE") return { emoji: "ℹ️", words };
  return isReplaced(seen)
    ? { emoji: "ℹ️", words: [...words, "; a later deployment decides what they get now"] }
    : { emoji: "⚠️", words: [...words, "; what they get now was not read"] };
}

function milestone(type: string, seen: Seen): WordedRemark | undefined {
  const told = milestoneOf(type, seen);
  return told && { name: `event/${type}`, ...told };
}

const lastEntries: Readonly<Record<string, string>> = {
  COMPLETE: "DEPLOYMENT_COMPLETED",
  ROLLING_BACK: "ROLLBACK_STARTED",
  ROLLED_BACK: "ROLLBACK_COMPLETED",
  REVERTED: "REVERT_COMPLETED",
};

/** The state alone says as much where the log has no entry of it, under the same name. */
function ofState(seen: Seen, phase: Phase): readonly WordedRemark[] {
  const { deployment } = seen;
  const { State: state = "unknown" } = deployment;
  const type = lastEntries[state];
  if (type !== undefined) {
    const isLogged = eventsOf(deployment).some(({ EventType }) => EventType === type);
    const remark = isLogged ? undefined : milestone(type, seen);
    return remark === undefined ? [] : [remark];
  }
  if (phase !== "running" || state === "DEPLOYING" || state === "BAKING") return [];
  const words: Phrase =
    state === "VALIDATING" ? ["AppConfig validates it"] : ["AppConfig shows ", { code: state }];
  return [{ name: `state/${state}`, weight: "progress", emoji: "ℹ️", words }];
}

/** The first step into each tenth: the choice stays the same while the log grows. */
function stepsToTell(deployment: AwsDeployment): ReadonlyMap<DeploymentEvent, Step> {
  const tenths = new Set<number>();
  const steps = stepsOf(deployment).filter(({ percent }, index) => {
    const reached = percent === undefined ? index : Math.floor(percent / tenth);
    if (tenths.has(reached) || reached > tenth) return false;
    tenths.add(reached);
    return true;
  });
  return new Map(steps.map((step) => [step.event, step]));
}

function stepRemark({ at, percent }: Step, { ConfigurationVersion: version }: AwsDeployment): WordedRemark {
  const has = versionOr(version, "the new version");
  const words: Phrase =
    percent === undefined
      ? ["more targets have ", ...has]
      : [`${figure(percent)}% of the targets have `, ...has];
  return { name: `step/${at}`, weight: "progress", emoji: "▶️", words };
}

/** A kind of entry that is new to Holdpoint is told as AppConfig words it. */
function oddRemark(type: string, event: DeploymentEvent): WordedRemark {
  const reason = described(event);
  return {
    name: `odd/${type}/${event.OccurredAt?.getTime() ?? 0}`,
    weight: "progress",
    emoji: "ℹ️",
    words: ["AppConfig reports ", { code: type, atMost: 48 }],
    ...(reason === undefined ? {} : { reason }),
  };
}

/** An extension that fails does not always stop the deployment, and nothing else tells of it. */
function failedExtensions(deployment: AwsDeployment): readonly WordedRemark[] {
  const invocations = eventsOf(deployment).flatMap(
    ({ ActionInvocations = [] }: DeploymentEvent) => ActionInvocations,
  );
  const failed = invocations.filter(
    ({ ErrorCode, ErrorMessage }) => Boolean(ErrorCode) || Boolean(ErrorMessage),
  );
  const byName = new Map(
    failed.map((invocation, index) => [`extension/${invocation.InvocationId ?? index}`, invocation] as const),
  );
  return [...byName].slice(0, oddAtMost).map(([name, { ActionName, ErrorCode = "", ErrorMessage = "" }]) => {
    const reason = withoutRoles([ErrorCode, ErrorMessage].filter((text) => text !== "").join(": "));
    return {
      name,
      weight: "progress",
      emoji: "⚠️",
      words: ["an extension failed: ", { code: ActionName ?? "(no name)", atMost: 48 }],
      reason,
    };
  });
}

const triggers: Readonly<
  Record<Exclude<Trigger, "person">, { readonly words: string; readonly cause: Phrase }>
> = {
  alarm: { words: "failed: an alarm went off, so AppConfig rolls back", cause: ["an alarm went off"] },
  "internal-error": {
    words: "failed: AppConfig had an internal error and rolls back",
    cause: ["AppConfig had an internal error"],
  },
  appconfig: { words: "AppConfig rolls back on its own", cause: [] },
  unsaid: { words: "AppConfig rolls back", cause: [] },
};

function incident(deployment: AwsDeployment): readonly WordedRemark[] {
  const trigger = triggerOf(deployment);
  if (trigger === undefined || trigger === "person") return [];
  const reason = reasonOf(deployment);
  const alarm = trigger === "alarm" ? alarmIn(deployment) : undefined;
  const { words, cause } = triggers[trigger];
  return [
    {
      name: `incident/${trigger}`,
      weight: "incident",
      emoji: "🚨",
      words:
        alarm === undefined ? [words] : ["alarm ", { code: alarm }, " went off, so AppConfig rolls back"],
      cause: alarm === undefined ? cause : ["alarm ", { code: alarm }, " went off"],
      ...(reason === undefined ? {} : { reason }),
    },
  ];
}
