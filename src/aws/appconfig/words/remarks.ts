/** The thread's remarks from AppConfig's log. A remark is described from its stored data alone. */

import type { Remark } from "../../../handlers/deployment.ts";
import type { Phrase, RemarkWords } from "../../../handlers/words.ts";
import { type RemarkSaid, remarkSchema } from "../facts/stored-detail.ts";
import { figure, versionOr } from "./figures.ts";

export function describeRemark({ name, said }: Remark): RemarkWords {
  const [kind, ...rest] = name.split("/");
  const { data: told = {} } = remarkSchema.safeParse(said ?? {});
  switch (kind) {
    case "event":
      return describeMilestone(rest.join("/"), told) ?? describeUnknown(name);
    case "step":
      return { emoji: "▶️", words: describeStep(told) };
    case "odd":
      return {
        emoji: "ℹ️",
        words: ["AppConfig reports ", { code: rest.slice(0, -1).join("/"), atMost: 48 }],
      };
    case "extension": {
      const action = { code: told.ActionName ?? "(no name)", atMost: 48 };
      return { emoji: "⚠️", words: ["an extension failed: ", action] };
    }
    case "state":
      return { emoji: "ℹ️", words: describeState(rest.join("/")) };
    case "incident":
      return { emoji: "🚨", ...describeIncident(rest.join("/"), told) };
    default:
      return describeUnknown(name);
  }
}

function describeUnknown(name: string): RemarkWords {
  return { emoji: "ℹ️", words: [{ code: name }] };
}

function describeMilestone(type: string, told: RemarkSaid): RemarkWords | undefined {
  const version = versionOr(told.ConfigurationVersion, "the new version");
  const bake = told.FinalBakeTimeInMinutes;
  switch (type) {
    case "DEPLOYMENT_STARTED":
      return { emoji: "▶️", words: ["AppConfig began to deploy ", ...version] };
    case "BAKE_TIME_STARTED":
      return { emoji: "▶️", words: [`the bake time began${bake === undefined ? "" : `: ${bake} min`}`] };
    case "DEPLOYMENT_COMPLETED":
      return describeCompleted(["AppConfig finished: all targets got ", ...version], told);
    case "ROLLBACK_STARTED": {
      const isAsked = told.trigger === "person";
      return {
        emoji: "⏪",
        words: [isAsked ? "AppConfig was asked to roll back and began to" : "AppConfig began to roll back"],
      };
    }
    case "ROLLBACK_COMPLETED":
      return { emoji: "⏪", words: ["AppConfig confirmed the rollback"] };
    case "REVERT_COMPLETED":
      return { emoji: "⏪", words: ["AppConfig confirmed the revert of ", ...version] };
    default:
      return undefined;
  }
}

function describeCompleted(words: Phrase, { afterwards }: RemarkSaid): RemarkWords {
  switch (afterwards) {
    case "new":
      return { emoji: "✅", words };
    case "replaced":
      return { emoji: "ℹ️", words: [...words, "; a later deployment decides what they get now"] };
    case "not-read":
      return { emoji: "⚠️", words: [...words, "; what they get now was not read"] };
    default:
      return { emoji: "ℹ️", words };
  }
}

function describeStep({ percent, ConfigurationVersion }: RemarkSaid): Phrase {
  const has = versionOr(ConfigurationVersion, "the new version");
  return percent === undefined
    ? ["more targets have ", ...has]
    : [`${figure(percent)}% of the targets have `, ...has];
}

function describeState(state: string): Phrase {
  return state === "VALIDATING" ? ["AppConfig validates it"] : ["AppConfig shows ", { code: state }];
}

const incidents: ReadonlyMap<string, Pick<RemarkWords, "words" | "cause">> = new Map([
  ["alarm", { words: ["failed: an alarm went off, so AppConfig rolls back"], cause: ["an alarm went off"] }],
  [
    "internal-error",
    {
      words: ["failed: AppConfig had an internal error and rolls back"],
      cause: ["AppConfig had an internal error"],
    },
  ],
  ["appconfig", { words: ["AppConfig rolls back on its own"], cause: [] }],
]);

function describeIncident(trigger: string, { alarm }: RemarkSaid): Pick<RemarkWords, "words" | "cause"> {
  if (alarm === undefined) return incidents.get(trigger) ?? { words: ["AppConfig rolls back"], cause: [] };
  const name = { code: alarm };
  return {
    words: ["alarm ", name, " went off, so AppConfig rolls back"],
    cause: ["alarm ", name, " went off"],
  };
}
