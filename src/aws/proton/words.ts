/** The texts for a Proton deployment, by AWS's status. Pure. */

import { type Deployment, isTerminal, type Remark } from "../../handlers/deployment.ts";
import type {
  DeploymentWords,
  Fact,
  OfferWords,
  Part,
  Phrase,
  RemarkWords,
  Words,
} from "../../handlers/words.ts";
import { describeWhy, leftOut } from "../client/why.ts";
import { parseRefId, type Resource, targetOf, titles } from "./resource.ts";
import { isOwnId, shortOf } from "./standing.ts";
import {
  type Changes,
  type StoredDetail,
  storedDetailSchema,
  successSchema,
  type Version,
} from "./stored-detail.ts";

/** For data stored by another release that this one can't read. */
const notRead: StoredDetail = { changes: { kind: "unknown", why: leftOut("not-yet") } };

export const words: Words = {
  deployment(deployment) {
    const { resource, deployment: id } = parseRefId(deployment.ref.id) ?? {};
    const offers = deployment.offers.map((offer) => ({ ...offer, ...cancelWords }));
    if (resource === undefined || id === undefined)
      return { where: [], changes: [], health: [], expert: [], details: [], offers };
    const { data: said = notRead } = storedDetailSchema.safeParse(deployment.said);
    const progress = progressOf(deployment, id);
    return {
      where: whereOf(resource, said),
      changes: changesOf(said),
      health: [{ kind: "unknown", label: "Alarms", why: ["Proton does not report any"] }],
      ...(progress === undefined ? {} : { progress }),
      outcome: outcomeOf(deployment, said),
      ...(deployment.unread === true ? { whyUnread: whyNotRead(said.changes) } : {}),
      expert: expertLine(id),
      details: detailsOf(resource, id, said),
      offers,
    };
  },
  expiry: () => ({}),
  remark: describeRemark,
};

function whereOf(resource: Resource, { environmentName }: StoredDetail): Phrase {
  const isInside = resource.kind === "service-instance" || resource.kind === "component";
  return isInside && environmentName !== undefined
    ? [titles[resource.kind], " in environment ", { code: environmentName, atMost: 24 }]
    : [titles[resource.kind]];
}

function changesOf({ changes }: StoredDetail): readonly Fact[] {
  const read: Changes = changes.kind === "read" ? changes.value : {};
  const facts = [
    ...templateFacts(read.old, read.new),
    ...comparedFact("Template file", read.templateFile),
    ...comparedFact("Spec", read.spec),
  ];
  return facts.length > 0 ? facts : [{ kind: "unknown", label: "Changes", why: whyNotRead(changes) }];
}

function whyNotRead(changes: StoredDetail["changes"]): Phrase {
  switch (changes.kind) {
    case "read":
      return ["Proton does not name them"];
    case "missing":
      return ["Proton has no record of this deployment"];
    case "unnamed":
      return ["Proton gives no id to read them by"];
    case "unknown":
      return describeWhy(changes.why, { "not-yet": ["not read yet"] });
  }
}

function templateFacts(old: Version | undefined, next: Version | undefined): readonly Fact[] {
  const [before, after] = [numberOf(old), numberOf(next)];
  if (next?.templateName === undefined || after === undefined) return [];
  const name: Part = { code: next.templateName, atMost: 24 };
  const version: Phrase = ["template ", name, ", version "];
  if (old === undefined || before === undefined)
    return [changed("new", ...version, after, "; Proton names no earlier one")];
  if (old.templateName === undefined)
    return [changed("new", ...version, after, "; Proton does not name the old template")];
  if (old.templateName !== next.templateName) {
    const oldName: Part = { code: old.templateName, atMost: 24 };
    return [changed("both", "template ", oldName, " ", before, " → ", name, " ", after)];
  }
  return isSame(old, next)
    ? [changed("none", ...version, after, ", unchanged")]
    : [changed("both", ...version, before, " → ", after)];
}

function isSame(old: Version, next: Version): boolean {
  return (
    old.templateMajorVersion === next.templateMajorVersion &&
    old.templateMinorVersion === next.templateMinorVersion
  );
}

function numberOf(version: Version | undefined, atMost = 12): Part | undefined {
  const { templateMajorVersion: major, templateMinorVersion: minor } = version ?? {};
  return major === undefined || minor === undefined ? undefined : { code: `${major}.${minor}`, atMost };
}

function changed(change: "both" | "new" | "none", ...value: Phrase): Fact {
  return { kind: "value", label: "Changes", value, change };
}

function comparedFact(label: string, comparison: Changes["spec"]): readonly Fact[] {
  if (comparison === undefined) return [];
  return [{ kind: "value", label, value: [comparison], change: comparison === "changed" ? "new" : "none" }];
}

function progressOf(
  { phase, status, startedAt, replaced }: Deployment,
  id: string,
): DeploymentWords["progress"] {
  if (isTerminal({ phase })) return undefined;
  switch (status) {
    case "IN_PROGRESS":
      return {
        headline:
          startedAt === undefined
            ? ["In progress"]
            : ["In progress since ", { time: startedAt, show: "minute" }],
        next: [`Proton finishes it, with success or failure.${whyNoCancel(replaced !== true, isOwnId(id))}`],
      };
    case "CANCELLING":
      return {
        headline: ["Proton is cancelling"],
        next: ["Proton ends it as cancelled, as failed, or, if the cancel came too late, as succeeded."],
      };
    case "DELETE_IN_PROGRESS":
      return { headline: ["Proton is deleting the resource"], next: ["the resource is gone."] };
    default:
      return {
        headline: ["Proton shows status ", { code: status, atMost: 24 }, ", which Holdpoint does not know"],
        next: ["Proton continues on its own."],
      };
  }
}

/** `isNewest` false: the resource shows another deployment. `hasId` false: there is no id to check a cancel against. */
function whyNoCancel(isNewest: boolean, hasId: boolean): string {
  if (!isNewest)
    return " Another deployment has taken its place at Proton. A cancel would hit that one, so it is not offered here.";
  if (!hasId)
    return " Proton does not say which deployment this is. A cancel might hit another one, so Holdpoint sends none.";
  return " It tells no percentage.";
}

/** The version that is known to serve now. If the record was not read, versions are left out, never guessed. */
function outcomeOf({ status, unread }: Deployment, { changes }: StoredDetail): Phrase {
  if (unread === true) return ["Another deployment has taken its place."];
  const { old, new: next }: Changes = changes.kind === "read" ? changes.value : {};
  switch (status) {
    case "SUCCEEDED": {
      const number = numberOf(next, 24);
      return next?.templateName === undefined || number === undefined
        ? ["Proton deployed it."]
        : ["Proton deployed version ", number, " of template ", { code: next.templateName, atMost: 24 }, "."];
    }
    case "CANCELLED": {
      const number = numberOf(old, 24);
      return number === undefined
        ? [
            "Proton cancelled it, and does not tell what it went back to. What serves now is not known: look at the resources.",
          ]
        : [
            "Proton cancelled it. The version before was ",
            number,
            ". Proton does not tell whether all of it is back: look at the resources.",
          ];
    }
    case "FAILED":
      return [
        "Proton ended it as failed: either the deployment failed or its cancellation did. What serves now is not known. Look at the resources.",
      ];
    case "DELETE_COMPLETE":
      return ["Proton deleted the resource."];
    case "DELETE_FAILED":
      return ["Proton could not delete the resource. What is left of it is not known."];
    default:
      return [];
  }
}

function expertLine(id: string): Phrase {
  const end = "AWS ended support for Proton on 2026-10-07: the console is gone, so there is no link";
  return isOwnId(id) ? ["Deployment ", { code: shortOf(id) }, " · ", end] : [end];
}

function detailsOf(
  resource: Resource,
  id: string,
  { lastSucceededDeploymentId: last }: StoredDetail,
): readonly Fact[] {
  const code = (label: string, text: string): Fact => ({
    kind: "value",
    label,
    value: [{ code: text, atMost: 120 }],
  });
  return [
    code(`Proton ${titles[resource.kind]}`, targetOf(resource)),
    ...(isOwnId(id) ? [code("Deployment id", id)] : []),
    ...(last === undefined || last === id ? [] : [code("Last success before", last)]),
  ];
}

const cancelWords: OfferWords = {
  label: "Cancel",
  consequence: ["Proton stops and tries to undo what was done. It may be too late."],
  dialog: [
    "Proton stops and tries to undo what was done so far. It may be too late: then it ends as succeeded, and the card says so. Proton cancels by name: a call that arrives late may hit the next deployment.",
  ],
  deny: "Let it run",
};

const told: ReadonlyMap<string, RemarkWords> = new Map([
  ["IN_PROGRESS", { emoji: "▶️", words: ["Proton is deploying"] }],
  ["CANCELLING", { emoji: "⏹️", words: ["Proton is cancelling"] }],
  ["CANCELLED", { emoji: "⏹️", words: ["Proton ended the deployment as cancelled"] }],
  ["FAILED", { emoji: "🚨", words: ["Proton ended the deployment as failed"], cause: [] }],
  ["DELETE_IN_PROGRESS", { emoji: "⏹️", words: ["Proton is deleting the resource"] }],
  ["DELETE_COMPLETE", { emoji: "⏹️", words: ["Proton deleted the resource"] }],
  ["DELETE_FAILED", { emoji: "🚨", words: ["Proton could not delete the resource"] }],
]);

function describeRemark({ name, said }: Remark): RemarkWords {
  const status = name.replace(/^status\//, "");
  if (status === "SUCCEEDED") return describeSuccess(successSchema.safeParse(said).data?.replaced);
  return told.get(status) ?? { emoji: "ℹ️", words: ["Proton shows status ", { code: status }] };
}

function describeSuccess(replaced: boolean | undefined): RemarkWords {
  const words = "Proton ended the deployment as succeeded";
  if (replaced === true) return { emoji: "ℹ️", words: [`${words}; a later one decides what runs now`] };
  return { emoji: replaced === false ? "✅" : "ℹ️", words: [words] };
}
